#include "operator/report/report_state.h"

#include "api/core/config_map_types.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "common/duration.h"
#include "kube/patch/apply_configuration.h"

namespace keysteward::op {

using api::core::ConfigMap;

namespace {

constexpr const char* kLastScan = "last-scan";
constexpr const char* kPolicies = "policies";

std::string ValueOf(const ConfigMap& map, const char* key) {
  const auto found = map.data.find(key);
  return found == map.data.end() ? std::string() : found->second;
}

}  // namespace

Result<ReportState> LoadReportState(kube::Client& client, const std::string& namespace_name,
                                    const kube::Call& call) {
  const Result<nlohmann::json> stored =
      client.Get(api::KindOf<ConfigMap>::resource, {namespace_name, kReportConfigMap}, call);
  if (!stored && stored.error().code == ErrorCode::kNotFound) return ReportState{};
  if (!stored) return Error(stored.error()).WithContext("read the state of the report");
  const Result<ConfigMap> map = api::Decode<ConfigMap>(*stored);
  if (!map) return ReportState{};
  ReportState state;
  if (const Result<WallTime> last = ParseTime(ValueOf(*map, kLastScan))) state.last_scan = *last;
  state.policies = ValueOf(*map, kPolicies);
  return state;
}

Result<void> SaveReportState(kube::Client& client, const std::string& namespace_name,
                             const ReportState& state, const kube::Call& call) {
  const api::Resource& maps = api::KindOf<ConfigMap>::resource;
  nlohmann::json body = kube::ApplyConfiguration(maps, kReportConfigMap);
  body["metadata"]["namespace"] = namespace_name;
  body["data"] = {{kPolicies, state.policies}};
  if (state.last_scan) body["data"][kLastScan] = FormatTime(*state.last_scan);
  const Result<nlohmann::json> written =
      client.Patch(maps, {namespace_name, kReportConfigMap}, kube::PatchType::kApply, body,
                   {.field_manager = api::v1alpha1::kFieldManager, .force = true}, call);
  if (!written) return Error(written.error()).WithContext("write the state of the report");
  return {};
}

}  // namespace keysteward::op
