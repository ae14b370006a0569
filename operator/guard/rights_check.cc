#include "operator/guard/rights_check.h"

#include <nlohmann/json.hpp>

#include "api/core/workload_types.h"
#include "common/strings.h"
#include "observability/metric_names.h"

namespace keysteward::op {

using nlohmann::json;

namespace {

constexpr api::Resource kRulesReviews{"authorization.k8s.io", "v1", "selfsubjectrulesreviews",
                                      "SelfSubjectRulesReview", false};
constexpr api::Resource kAccessReviews{"authorization.k8s.io", "v1", "selfsubjectaccessreviews",
                                       "SelfSubjectAccessReview", false};

json Review(const api::Resource& resource, json spec) {
  return {
      {"apiVersion", resource.api_version()}, {"kind", resource.kind}, {"spec", std::move(spec)}};
}

// A namespace that is not ours: what is granted there is granted everywhere.
std::string OtherThan(const std::string& namespace_name) {
  return namespace_name == "default" ? "kube-system" : "default";
}

std::string List(const std::vector<Right>& rights) {
  std::vector<std::string> texts;
  for (const Right& right : rights) texts.push_back(Describe(right));
  return Join(texts, ", ");
}

}  // namespace

Result<RightsCheck::Granted> RightsCheck::GrantedIn(const std::string& namespace_name,
                                                    const kube::Call& call) {
  const Result<json> answer = runtime_.client.Create(
      kRulesReviews, Review(kRulesReviews, {{"namespace", namespace_name}}), {}, call);
  if (!answer) return answer.error().WithContext("ask for our own rights");
  const json status = answer->value("status", json::object());
  Granted granted{.incomplete = status.value("incomplete", false)};
  const json rules = status.value("resourceRules", json());
  if (rules.is_null()) return granted;  // none at all
  KS_ASSIGN_OR_RETURN(granted.rules, ReadPolicyRules(rules));
  return granted;
}

Result<bool> RightsCheck::IsAllowed(const Right& right, const kube::Call& call) {
  const size_t slash = right.resource.find('/');
  json asked = {{"verb", right.verb},
                {"group", right.group},
                {"resource", right.resource.substr(0, slash)},
                {"name", right.name},
                {"namespace", right.namespace_name}};
  if (slash != std::string::npos) asked["subresource"] = right.resource.substr(slash + 1);
  const Result<json> answer = runtime_.client.Create(
      kAccessReviews, Review(kAccessReviews, {{"resourceAttributes", asked}}), {}, call);
  if (!answer) return answer.error().WithContext("ask for one of our rights");
  return answer->value("status", json::object()).value("allowed", false);
}

Result<void> RightsCheck::AddMissing(const std::vector<Right>& wanted, const Granted& granted,
                                     Found& found, const kube::Call& call) {
  for (const Right& right : MissingRights(wanted, granted.rules)) {
    bool allowed = false;
    if (granted.incomplete) {
      KS_ASSIGN_OR_RETURN(allowed, IsAllowed(right, call));
    }
    if (!allowed) found.missing.push_back(right);
  }
  return {};
}

Result<std::optional<RightsCheck::Found>> RightsCheck::Compare(const kube::Call& call) {
  const std::string& ours = names_.namespace_name;
  Found found;
  const Result<std::optional<WantedState>> wanted = ReadWanted(runtime_.client, names_, call);
  if (!wanted && wanted.error().code == ErrorCode::kPermissionDenied) {
    found.missing.push_back({"get", "", "configmaps", names_.wanted, ours});
    return std::optional<Found>(std::move(found));
  }
  if (!wanted) return wanted.error();
  if (!*wanted) return std::optional<Found>();
  KS_ASSIGN_OR_RETURN(const Granted everywhere, GrantedIn(OtherThan(ours), call));
  KS_ASSIGN_OR_RETURN(const Granted here, GrantedIn(ours, call));
  const PolicyRules& cluster = (*wanted)->cluster_rules;
  PolicyRules all = (*wanted)->namespace_rules;
  KS_RETURN_IF_ERROR(AddMissing(RightsOf(cluster, ""), everywhere, found, call));
  KS_RETURN_IF_ERROR(AddMissing(RightsOf(all, ours), here, found, call));
  all.insert(all.end(), cluster.begin(), cluster.end());
  found.excess = ExcessRights(everywhere.rules, cluster, "");
  for (Right& right : ExcessRights(here.rules, all, ours)) {
    if (!Grants(everywhere.rules, right)) found.excess.push_back(std::move(right));
  }
  return std::optional<Found>(std::move(found));
}

void RightsCheck::Tell(const Found& found, const kube::Call& call) {
  std::string note;
  if (!found.missing.empty()) note = "rights are missing: " + List(found.missing);
  if (!found.excess.empty()) {
    note += (note.empty() ? "" : "; ") + std::string("rights that the operator must not have: ") +
            List(found.excess);
  }
  if (std::exchange(told_, note) == note) return;
  if (note.empty()) return runtime_.log.Info("rights are as declared again");
  runtime_.log.Error("rights differ from those that the chart declares",
                     {{"missing", List(found.missing)}, {"excess", List(found.excess)}});
  const api::Resource& resource = api::KindOf<api::core::Deployment>::resource;
  const Result<json> deployment =
      runtime_.client.Get(resource, {names_.namespace_name, names_.operator_name}, call);
  if (!deployment && deployment.error().code == ErrorCode::kNotFound) return;
  const std::string uid =
      deployment ? deployment->value("metadata", json::object()).value("uid", "") : "";
  record_({.level = kube::EventLevel::kWarning,
           .regarding = {resource.api_version(), std::string(resource.kind), names_.namespace_name,
                         names_.operator_name, uid},
           .reason = event::kRightsChanged,
           .action = "Compare",
           .note = note});
}

Duration RightsCheck::Look(const kube::Call& call) {
  const Result<std::optional<Found>> found = Compare(call);
  if (!found) {
    if (found.error().code != ErrorCode::kCancelled) {
      runtime_.log.Warn("rights not looked at", {{"error", found.error().message}});
    }
    return kTroubledPause;
  }
  if (!*found) {
    runtime_.log.Debug("rights not compared: the chart's declaration is not there");
    return kPause;
  }
  const auto count = [this](const char* difference, const std::vector<Right>& rights) {
    runtime_.metrics.Set(kRightsDifferences, {{"difference", difference}},
                         static_cast<double>(rights.size()));
  };
  count("missing", (*found)->missing);
  count("excess", (*found)->excess);
  Tell(**found, call);
  return (*found)->missing.empty() && (*found)->excess.empty() ? kPause : kTroubledPause;
}

Result<void> RightsCheck::Run(const std::stop_token& stop) {
  while (runtime_.clock.SleepFor(Look({.stop = stop}), stop)) continue;
  return {};
}

}  // namespace keysteward::op
