#include "operator/report/reporter.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"
#include "common/digest.h"
#include "common/duration.h"
#include "observability/metric_names.h"
#include "policy/custom_rules.h"
#include "policy/engine_source.h"
#include "policy/policy_from_api.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;

namespace {

double SecondsOf(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

bool IsCancelled(const Error& error) { return error.code == ErrorCode::kCancelled; }

}  // namespace

api::Condition ReportedCondition(const ReportSummary& summary) {
  const FindingCounts& counts = summary.counts;
  std::string message =
      "at " + FormatTime(summary.ended) + ": of " + std::to_string(summary.objects) +
      " objects in " + std::to_string(summary.namespaces) + " namespaces, admission would refuse " +
      std::to_string(counts.deny) + " findings, warn of " + std::to_string(counts.warn) +
      " and note " + std::to_string(counts.audit) + "; " + std::to_string(counts.waived) +
      " are covered by exceptions";
  if (summary.errors > 0) message += "; " + std::to_string(summary.errors) + " lists failed";
  return {.type = std::string(v1::condition::kReported),
          .status = summary.written ? "True" : "False",
          .reason =
              std::string(summary.written ? v1::reason::kReportWritten : v1::reason::kNoReportKind),
          .message = std::move(message)};
}

Reporter::Reporter(const kube::Runtime& runtime, ReportListers listers, ReportSettings settings)
    : runtime_(runtime),
      listers_(listers),
      settings_(std::move(settings)),
      bucket_(settings_.requests_per_second, settings_.requests_per_second) {}

std::optional<ReportSummary> Reporter::summary() const {
  MutexLock lock(mutex_);
  return summary_;
}

std::string Reporter::PoliciesDigest() const {
  std::vector<std::string> lines;
  for (const auto& policy : listers_.policies.List()) {
    lines.push_back(policy->metadata.uid + " " + std::to_string(policy->metadata.generation));
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return Sha256Hex(all).substr(0, 16);
}

bool Reporter::IsDue(const kube::Call& call) {
  if (runtime_.clock.MonoNow() < not_before_) return false;
  if (!state_) {
    Result<ReportState> loaded = LoadReportState(runtime_.client, settings_.namespace_name, call);
    if (!loaded) {
      if (!IsCancelled(loaded.error())) {
        runtime_.log.Warn("report not begun", {{"error", loaded.error().message}});
      }
      not_before_ = runtime_.clock.MonoNow() + settings_.retry;
      return false;
    }
    state_ = *std::move(loaded);
    if (state_->last_scan) {
      runtime_.metrics.Set(kReportLastScan, {}, SecondsOf(*state_->last_scan));
    }
  }
  const bool old =
      !state_->last_scan || runtime_.clock.WallNow() - *state_->last_scan >= settings_.interval;
  return old || state_->policies != PoliciesDigest();
}

bool Reporter::RunIfDue(const kube::Call& call) {
  if (!IsDue(call)) return false;
  // What changes while the scan runs makes the next one due.
  const std::string policies = PoliciesDigest();
  const Result<ReportSummary> done = Scan(call);
  if (!done) {
    if (!IsCancelled(done.error())) {
      runtime_.metrics.Increment(kReportErrors, {});
      runtime_.log.Warn("cluster not looked through", {{"error", done.error().message}});
    }
    not_before_ = runtime_.clock.MonoNow() + settings_.retry;
    return false;
  }
  Publish(*done);
  state_ = ReportState{done->ended, policies};
  const Result<void> saved =
      SaveReportState(runtime_.client, settings_.namespace_name, *state_, call);
  if (!saved && !IsCancelled(saved.error())) {
    runtime_.log.Warn("time of the report not kept", {{"error", saved.error().message}});
  }
  return true;
}

// Made for one scan: at rest the operator does not hold it.
Result<std::shared_ptr<const detection::Engine>> Reporter::MakeEngine() const {
  KS_ASSIGN_OR_RETURN(std::shared_ptr<const detection::Engine> built_in,
                      detection::Engine::CreateDefault());
  std::vector<detection::Rule> rules;
  for (const auto& policy : listers_.policies.List()) {
    std::vector<detection::Rule> own = policy::CustomRulesOf(*policy);
    std::move(own.begin(), own.end(), std::back_inserter(rules));
  }
  policy::EngineSource source(std::move(built_in), runtime_.clock);
  source.Want(std::move(rules));
  source.Build([](const policy::EngineSource::Built&) {});
  return source.Current();
}

Result<std::string> Reporter::Read(const std::string& path, const kube::Call& call) {
  const Duration wait = bucket_.Reserve(runtime_.clock.MonoNow());
  if (call.stop.stop_requested() ||
      (wait > Duration::zero() && !runtime_.clock.SleepFor(wait, call.stop))) {
    return Error::Cancelled("scan stopped");
  }
  return runtime_.client.GetRaw(path, call);
}

bool Reporter::Excluded(const std::string& namespace_name) const {
  const auto& names = settings_.excluded_namespaces;
  return namespace_name == settings_.namespace_name ||
         std::find(names.begin(), names.end(), namespace_name) != names.end();
}

bool Reporter::HasReportKind(const kube::Call& call) {
  return Read("/apis/" + std::string(kPolicyReports.group) + "/" +
                  std::string(kPolicyReports.version),
              call)
      .has_value();
}

NamespaceFindings Reporter::ScanOne(const api::core::Namespace& space,
                                    const detection::Engine& engine, const kube::Call& call) {
  const std::string& name = space.metadata.name;
  policy::PolicySnapshot snapshot;
  for (const auto& policy : listers_.policies.List()) {
    snapshot.policies.push_back(policy::PolicyFrom(*policy));
  }
  for (const auto& exception : listers_.exceptions.List(name)) {
    snapshot.exceptions.push_back(policy::ExceptionFrom(*exception));
  }
  const Result<NamespaceSecrets> secrets =
      NamespaceSecrets::Read(runtime_.client, name, listers_.credentials, call);
  const NamespaceSecrets lookup = secrets ? *secrets : NamespaceSecrets::Unknown();
  const auto scratch = engine.NewScratch();
  const policy::JudgeContext context{engine, *scratch, snapshot, lookup, runtime_.clock.WallNow()};
  NamespaceFindings found = ScanNamespace([&](const std::string& path) { return Read(path, call); },
                                          context, {name, space.metadata.labels}, settings_.page);
  if (!secrets) found.errors.push_back("Secrets: " + secrets.error().message);
  return found;
}

Result<ReportSummary> Reporter::Scan(const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(const std::shared_ptr<const detection::Engine> engine, MakeEngine());
  ReportSummary summary;
  summary.written = HasReportKind(call);
  for (const auto& space : listers_.namespaces.List()) {
    if (Excluded(space->metadata.name)) continue;
    const NamespaceFindings found = ScanOne(*space, *engine, call);
    if (call.stop.stop_requested()) return Error::Cancelled("scan stopped");
    ++summary.namespaces;
    summary.objects += found.objects;
    summary.errors += found.errors.size();
    summary.counts.Add(found.counts);
    for (const std::string& error : found.errors) {
      runtime_.metrics.Increment(kReportErrors, {});
      runtime_.log.Warn("not looked at", {{"namespace", space->metadata.name}, {"error", error}});
    }
    if (summary.written) Write(found, call);
  }
  summary.ended = runtime_.clock.WallNow();
  return summary;
}

// A namespace without findings has no report; one that could not be looked at keeps its old one.
void Reporter::Write(const NamespaceFindings& found, const kube::Call& call) {
  const kube::ObjectKey key{found.namespace_name, kReportName};
  Result<void> done;
  if (!found.findings.empty()) {
    const auto written = runtime_.client.Patch(
        kPolicyReports, key, kube::PatchType::kApply, ReportOf(found, runtime_.clock.WallNow()),
        {.field_manager = v1::kFieldManager, .force = true}, call);
    if (!written) done = written.error();
  } else if (found.errors.empty()) {
    done = runtime_.client.Delete(kPolicyReports, key, {}, call);
    if (!done && done.error().code == ErrorCode::kNotFound) done = {};
  }
  if (done || IsCancelled(done.error())) return;
  runtime_.metrics.Increment(kReportErrors, {});
  runtime_.log.Warn("report not written",
                    {{"namespace", found.namespace_name}, {"error", done.error().message}});
}

void Reporter::Publish(const ReportSummary& summary) {
  Metrics& metrics = runtime_.metrics;
  const FindingCounts& counts = summary.counts;
  metrics.Set(kReportFindings, {{"severity", "deny"}}, static_cast<double>(counts.deny));
  metrics.Set(kReportFindings, {{"severity", "warn"}}, static_cast<double>(counts.warn));
  metrics.Set(kReportFindings, {{"severity", "audit"}}, static_cast<double>(counts.audit));
  metrics.Set(kReportFindings, {{"severity", "waived"}}, static_cast<double>(counts.waived));
  metrics.Set(kReportObjects, {}, static_cast<double>(summary.objects));
  metrics.Set(kReportLastScan, {}, SecondsOf(summary.ended));
  runtime_.log.Info("cluster looked through", {{"namespaces", summary.namespaces},
                                               {"objects", summary.objects},
                                               {"denied", counts.deny},
                                               {"warned", counts.warn},
                                               {"errors", summary.errors}});
  MutexLock lock(mutex_);
  summary_ = summary;
}

std::function<std::optional<api::Condition>()> ReportedBy(const Reporter* reporter) {
  if (reporter == nullptr) return {};
  return [reporter]() -> std::optional<api::Condition> {
    const std::optional<ReportSummary> summary = reporter->summary();
    return summary ? std::optional(ReportedCondition(*summary)) : std::nullopt;
  };
}

}  // namespace keysteward::op
