// PolicyReport: what was found in a namespace, as the object that report viewers know
// (wgpolicyk8s.io/v1alpha2). Pure.
//
//   client.Patch(kPolicyReports, key, PatchType::kApply, ReportOf(found, now), …);
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "api/meta/kind.h"
#include "common/clock.h"
#include "operator/report/namespace_scan.h"

namespace keysteward::op {

inline constexpr api::Resource kPolicyReports{"wgpolicyk8s.io", "v1alpha2", "policyreports",
                                              "PolicyReport"};
inline constexpr const char* kReportName = "keysteward";
// On each report of ours, with value "keysteward".
inline constexpr const char* kReportLabel = "app.kubernetes.io/managed-by";

nlohmann::json ReportOf(const NamespaceFindings& found, WallTime now);

}  // namespace keysteward::op
