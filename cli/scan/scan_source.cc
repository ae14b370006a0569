#include "cli/scan/scan_source.h"

#include <map>

#include "cli/scan/cluster_inputs.h"
#include "cli/scan/git_inputs.h"
#include "cli/scan/helm_source.h"
#include "cli/scan/inline_exceptions.h"
#include "cli/scan/kustomize_source.h"
#include "cli/scan/rendered_inputs.h"
#include "cli/scan/scan_report.h"

namespace keysteward::cli {
namespace {

ScanInputs Rendered(std::string name, std::string text) {
  ScanInputs inputs;
  inputs.inputs.push_back({std::move(name), std::move(text), std::nullopt});
  return inputs;
}

Result<ScanSource> FromChart(const ScanOptions& options, const ScanWorld& world) {
  const auto render = [&world](const Chart& chart) {
    return RenderChart(chart, world.clock, world.stop);
  };
  KS_ASSIGN_OR_RETURN(std::string text, render(ChartFrom(options)));
  return ScanSource{Rendered("helm template " + options.helm_chart, std::move(text)),
                    std::make_unique<HelmSourceMapper>(ChartFrom(options), render)};
}

Result<ScanSource> FromKustomization(const ScanOptions& options, const ScanWorld& world) {
  const std::string& folder = options.kustomize_folder;
  KS_ASSIGN_OR_RETURN(std::string text, RenderKustomization(folder, world.clock, world.stop));
  return ScanSource{Rendered("kustomize build " + folder, std::move(text)),
                    std::make_unique<KustomizeSourceMapper>(folder)};
}

Result<ScanSource> FromCluster(const ScanOptions& options, const ScanWorld& world) {
  if (world.client == nullptr) return Error::Internal("no connection to a cluster");
  KS_ASSIGN_OR_RETURN(
      ClusterInputs cluster,
      ReadCluster(*world.client, options.all_namespaces ? "" : options.namespace_name,
                  {.stop = world.stop, .timeout = world.request_timeout}));
  return ScanSource{std::move(cluster.inputs), nullptr, std::move(cluster.secrets),
                    std::move(cluster.namespaces), std::move(cluster.snapshot)};
}

}  // namespace

Result<ScanSource> OpenScanSource(const ScanOptions& options, const ScanWorld& world) {
  if (options.cluster) return FromCluster(options, world);
  if (!options.helm_chart.empty()) return FromChart(options, world);
  if (!options.kustomize_folder.empty()) return FromKustomization(options, world);
  if (options.staged || !options.since.empty()) {
    KS_ASSIGN_OR_RETURN(ScanInputs inputs, GitInputs(options, world.clock, world.stop));
    return ScanSource{std::move(inputs), nullptr};
  }
  return ScanSource{FindInputs(options.paths, options.exclude, world.in), nullptr};
}

void ApplySourceExceptions(const ScanOptions& options, ScanReport& report) {
  std::map<std::string, std::map<uint32_t, InlineException>> by_file;
  for (ScanFinding& finding : report.findings) {
    if (!finding.source) continue;
    const auto [file, is_new] = by_file.try_emplace(finding.source->file);
    if (is_new) {
      const Result<std::string> text = ReadFile(finding.source->file, kLargestFile);
      if (text) file->second = FindInlineExceptions(*text);
    }
    ApplyInlineException(file->second, finding.source->position.line, options.now,
                         finding.judgement);
  }
  if (options.all) return;
  std::erase_if(report.findings, [](const ScanFinding& finding) {
    return finding.judgement.action <= policy::Action::kAllow;
  });
}

}  // namespace keysteward::cli
