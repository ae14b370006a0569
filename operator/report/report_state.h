// ReportState: when the cluster was looked through last, and under which policies; kept in a
// ConfigMap of ours, so that a new leader does not begin anew.
//
//   KS_ASSIGN_OR_RETURN(ReportState state, LoadReportState(client, namespace_name, call));
#pragma once

#include <optional>
#include <string>

#include "common/clock.h"
#include "kube/client/client.h"

namespace keysteward::op {

inline constexpr const char* kReportConfigMap = "keysteward-report";

struct ReportState {
  std::optional<WallTime> last_scan;  // when it ended
  std::string policies;               // what was in force, as a digest

  friend bool operator==(const ReportState&, const ReportState&) = default;
};

// Empty when there is none, or none that can be read.
Result<ReportState> LoadReportState(kube::Client& client, const std::string& namespace_name,
                                    const kube::Call& call);
Result<void> SaveReportState(kube::Client& client, const std::string& namespace_name,
                             const ReportState& state, const kube::Call& call);

}  // namespace keysteward::op
