// RightsCheck: looks at the operator's own rights and tells when one is missing that the chart
// declares, or one is there that it must not have.
//
// Each replica looks, at its start and hourly (each minute while something is wrong), before it
// reads anything else: a right that is missing may be the one without which it never leads. What is
// granted the API server says itself (SelfSubjectRulesReview); where it does not know all of it
// (other authorizers than RBAC), each right that seems to be missing is asked about. Told are an
// Event on the operator's Deployment, a log line and the gauge keysteward_rights_differences.
// Not thread-safe: one thread looks.
//
//   RightsCheck check(runtime, {.namespace_name = "keysteward-system"}, record);
//   return check.Run(stop);
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kube/runtime.h"
#include "operator/guard/reasons.h"
#include "operator/guard/release.h"
#include "operator/guard/rights_difference.h"
#include "operator/guard/wanted_state.h"

namespace keysteward::op {

class RightsCheck {
 public:
  static constexpr Duration kPause = std::chrono::hours(1);
  static constexpr Duration kTroubledPause = std::chrono::minutes(1);

  RightsCheck(const kube::Runtime& runtime, ReleaseNames names, RecordEvent record)
      : runtime_(runtime), names_(std::move(names)), record_(std::move(record)) {}

  // One look; how long to wait until the next one.
  Duration Look(const kube::Call& call);
  // Looks again and again until `stop` fires.
  Result<void> Run(const std::stop_token& stop);

 private:
  struct Found {
    std::vector<Right> missing;
    std::vector<Right> excess;
  };
  struct Granted {
    PolicyRules rules;
    bool incomplete = false;
  };

  // Nothing when the chart's declaration is not there to compare with.
  Result<std::optional<Found>> Compare(const kube::Call& call);
  Result<Granted> GrantedIn(const std::string& namespace_name, const kube::Call& call);
  Result<bool> IsAllowed(const Right& right, const kube::Call& call);
  Result<void> AddMissing(const std::vector<Right>& wanted, const Granted& granted, Found& found,
                          const kube::Call& call);
  void Tell(const Found& found, const kube::Call& call);

  const kube::Runtime runtime_;
  const ReleaseNames names_;
  const RecordEvent record_;
  std::string told_;
};

}  // namespace keysteward::op
