#include "cli/scan/rendered_inputs.h"

#include "cli/scan/scan_inputs.h"
#include "common/strings.h"
#include "kube/config/run_command.h"

namespace keysteward::cli {
namespace {

constexpr size_t kLongestComplaint = 400;
constexpr kube::CommandLimits kLimits = {.timeout = std::chrono::minutes(5),
                                         .max_output = kLargestStream};

// The line that says what went wrong: one that begins so, else the last.
std::string Complaint(const std::string& text) {
  std::string_view complaint;
  for (const std::string_view line : Split(Trim(text), '\n')) {
    complaint = Trim(line);
    if (ToLower(complaint).starts_with("error:")) break;
  }
  return Printable(complaint, kLongestComplaint);
}

Result<std::string> OutputOf(const kube::Command& command, const std::string& what,
                             const Clock& clock, const std::stop_token& stop) {
  Result<kube::CommandOutput> run = kube::RunCommand(command, kLimits, clock, stop);
  if (!run) return std::move(run).error();
  if (run->exit_code == 0) return std::move(run->out);
  return Error::InvalidArgument(what + " failed: " + Complaint(run->err));
}

}  // namespace

Chart ChartFrom(const ScanOptions& options) {
  return {options.helm_chart, options.values_files, options.set_values, options.namespace_name};
}

Result<std::string> RenderChart(const Chart& chart, const Clock& clock,
                                const std::stop_token& stop) {
  kube::Command command{"helm", {"template", "release", chart.folder}, {}};
  for (const std::string& file : chart.values_files) {
    command.args.insert(command.args.end(), {"--values", file});
  }
  for (const std::string& value : chart.set_values) {
    command.args.insert(command.args.end(), {"--set", value});
  }
  if (!chart.namespace_name.empty()) {
    command.args.insert(command.args.end(), {"--namespace", chart.namespace_name});
  }
  Result<std::string> text = OutputOf(command, "helm template " + chart.folder, clock, stop);
  if (text || text.error().code != ErrorCode::kNotFound) return text;
  return Error::InvalidArgument(
      "--helm needs helm, which is not in PATH; or pipe: helm template … | keysteward scan -");
}

Result<std::string> RenderKustomization(const std::string& folder, const Clock& clock,
                                        const std::stop_token& stop) {
  Result<std::string> text =
      OutputOf({"kustomize", {"build", folder}, {}}, "kustomize build " + folder, clock, stop);
  if (text || text.error().code != ErrorCode::kNotFound) return text;
  text =
      OutputOf({"kubectl", {"kustomize", folder}, {}}, "kubectl kustomize " + folder, clock, stop);
  if (text || text.error().code != ErrorCode::kNotFound) return text;
  return Error::InvalidArgument("--kustomize needs kustomize or kubectl in PATH");
}

}  // namespace keysteward::cli
