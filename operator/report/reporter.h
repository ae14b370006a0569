// Reporter: judges the whole cluster again when policies change and once a day, and tells it by
// metrics and one PolicyReport per namespace, where the cluster knows that kind.
//
// Namespace by namespace, with a rate of its own, so neither memory nor the API server feel it. The
// metric of the last scan moves only when a scan has reached its end. Runs on the leader.
//
//   reporter.RunIfDue(call);   // every half minute
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/core/namespace_types.h"
#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "common/mutex.h"
#include "common/token_bucket.h"
#include "kube/runtime.h"
#include "operator/report/namespace_secrets.h"
#include "operator/report/policy_report.h"
#include "operator/report/report_state.h"

namespace keysteward::op {

struct ReportSettings {
  std::string namespace_name;  // ours
  std::vector<std::string> excluded_namespaces;
  Duration interval = std::chrono::hours(24);
  Duration retry = std::chrono::minutes(10);  // after a scan that could not begin
  double requests_per_second = 10;
  size_t page = 250;
};

struct ReportListers {
  kube::Lister<api::core::Namespace> namespaces;
  kube::Lister<api::v1alpha1::CredentialPolicy> policies;
  kube::Lister<api::v1alpha1::CredentialException> exceptions;
  kube::Lister<api::v1alpha1::ManagedCredential> credentials;
};

// What the last scan came to.
struct ReportSummary {
  WallTime ended;
  size_t namespaces = 0;
  size_t objects = 0;
  size_t errors = 0;  // kinds of namespaces that could not be looked at
  FindingCounts counts;
  bool written = false;  // as PolicyReports; else the cluster does not know the kind
};

// Condition Reported of policies.
api::Condition ReportedCondition(const ReportSummary& summary);

// One thread at a time, but for summary().
class Reporter {
 public:
  Reporter(const kube::Runtime& runtime, ReportListers listers, ReportSettings settings);

  // Looks through the cluster if that is due; true when a scan reached its end.
  bool RunIfDue(const kube::Call& call);
  std::optional<ReportSummary> summary() const;

 private:
  bool IsDue(const kube::Call& call);
  std::string PoliciesDigest() const;
  Result<ReportSummary> Scan(const kube::Call& call);
  NamespaceFindings ScanOne(const api::core::Namespace& space, const detection::Engine& engine,
                            const kube::Call& call);
  Result<std::shared_ptr<const detection::Engine>> MakeEngine() const;
  Result<std::string> Read(const std::string& path, const kube::Call& call);
  bool HasReportKind(const kube::Call& call);
  void Write(const NamespaceFindings& found, const kube::Call& call);
  void Publish(const ReportSummary& summary);
  bool Excluded(const std::string& namespace_name) const;

  const kube::Runtime runtime_;
  const ReportListers listers_;
  const ReportSettings settings_;
  TokenBucket bucket_;
  std::optional<ReportState> state_;  // once it was read
  MonoTime not_before_{};
  mutable Mutex mutex_;
  std::optional<ReportSummary> summary_ GUARDED_BY(mutex_);
};

// What a reporter has to say on policies; empty without one.
std::function<std::optional<api::Condition>()> ReportedBy(const Reporter* reporter);

}  // namespace keysteward::op
