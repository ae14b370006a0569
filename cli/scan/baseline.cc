#include "cli/scan/baseline.h"

#include <nlohmann/json.hpp>

#include "common/json.h"

namespace keysteward::cli {
namespace {

using nlohmann::json;
using policy::Action;

constexpr size_t kLargestBaseline = 16u << 20;
constexpr int kVersionOfForm = 1;

// The entry for a finding: of its own file, or of any when the object has a name.
Baseline::Files::iterator Listed(Baseline::Files& listed, const ScanFinding& finding) {
  const auto [first, last] = listed.equal_range(finding.judgement.finding.fingerprint);
  for (auto at = first; at != last; ++at) {
    if (at->second == finding.mend_file()) return at;
  }
  return first == last || finding.object.name.empty() ? listed.end() : first;
}

}  // namespace

void Baseline::Apply(ScanReport& report, bool all_seen) const {
  Files left = listed_;
  for (ScanFinding& finding : report.findings) {
    const auto listed = Listed(left, finding);
    if (listed == left.end()) continue;
    left.erase(listed);
    finding.in_baseline = true;
    finding.judgement.action = std::min(finding.judgement.action, Action::kAudit);
  }
  if (!all_seen) return;
  for (const auto& [fingerprint, file] : left) report.stale_baseline.push_back(fingerprint);
}

Result<Baseline> ReadBaseline(const std::string& path) {
  const Result<std::string> text = ReadFile(path, kLargestBaseline);
  if (!text) return Error::InvalidArgument(path + ": " + text.error().message);
  const Result<json> root = ParseJson(*text);
  if (!root) return Error::InvalidArgument(path + ": " + root.error().message);
  const bool known = root->is_object() && root->value("version", json()) == kVersionOfForm &&
                     root->contains("findings") && root->at("findings").is_array();
  if (!known) return Error::InvalidArgument(path + ": not a baseline of version 1");
  Baseline::Files listed;
  for (const json& finding : root->at("findings")) {
    const bool fine = finding.is_object() && finding.contains("fingerprint") &&
                      finding.at("fingerprint").is_string();
    if (!fine) return Error::InvalidArgument(path + ": a finding without fingerprint");
    const json file = finding.value("file", json());
    listed.emplace(finding.at("fingerprint").get<std::string>(),
                   file.is_string() ? file.get<std::string>() : "");
  }
  return Baseline(std::move(listed));
}

std::string WriteBaseline(const ScanReport& report) {
  json findings = json::array();
  for (const ScanFinding& finding : report.findings) {
    if (finding.judgement.action < Action::kAudit) continue;
    findings.push_back({{"fingerprint", finding.judgement.finding.fingerprint},
                        {"rule", finding.judgement.finding.rule},
                        {"file", finding.mend_file()},
                        {"path", finding.judgement.finding.path}});
  }
  // Indented, since people review it.
  return json{{"version", kVersionOfForm}, {"findings", std::move(findings)}}.dump(
             2, ' ', false, json::error_handler_t::replace) +
         "\n";
}

}  // namespace keysteward::cli
