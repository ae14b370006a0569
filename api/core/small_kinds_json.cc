#include <nlohmann/json.hpp>

#include "api/core/config_map_types.h"
#include "api/core/disruption_budget_types.h"
#include "api/core/namespace_types.h"
#include "api/core/partial_object_metadata.h"
#include "api/core/service_account_types.h"

namespace keysteward::api::core {
namespace {

std::vector<std::string> ReadNames(JsonFields& fields, std::string_view list) {
  std::vector<std::string> names;
  fields.Objects(list, [&](JsonFields& item) { names.push_back(item.String("name")); });
  return names;
}

}  // namespace

Result<Namespace> FromJson(const nlohmann::json& object, std::type_identity<Namespace> /*kind*/) {
  JsonFields fields(object, "");
  Namespace ns;
  ns.metadata = ReadObjectMeta(fields);
  ns.phase = fields.Object("status").String("phase");
  KS_RETURN_IF_ERROR(fields.Check());
  return ns;
}

Result<ConfigMap> FromJson(const nlohmann::json& object, std::type_identity<ConfigMap> /*kind*/) {
  JsonFields fields(object, "");
  ConfigMap config_map;
  config_map.metadata = ReadObjectMeta(fields);
  config_map.immutable = fields.Bool("immutable");
  config_map.data = fields.StringMap("data");
  KS_RETURN_IF_ERROR(fields.Check());
  return config_map;
}

Result<ServiceAccount> FromJson(const nlohmann::json& object,
                                std::type_identity<ServiceAccount> /*kind*/) {
  JsonFields fields(object, "");
  ServiceAccount account;
  account.metadata = ReadObjectMeta(fields);
  account.image_pull_secrets = ReadNames(fields, "imagePullSecrets");
  account.secrets = ReadNames(fields, "secrets");
  KS_RETURN_IF_ERROR(fields.Check());
  return account;
}

Result<PodDisruptionBudget> FromJson(const nlohmann::json& object,
                                     std::type_identity<PodDisruptionBudget> /*kind*/) {
  JsonFields fields(object, "");
  PodDisruptionBudget budget;
  budget.metadata = ReadObjectMeta(fields);
  JsonFields spec = fields.Object("spec");
  budget.has_selector = spec.Has("selector");
  budget.selector = ReadLabelSelector(spec, "selector");
  JsonFields status = fields.Object("status");
  budget.observed_generation = status.Int("observedGeneration");
  budget.disruptions_allowed = status.Int("disruptionsAllowed");
  KS_RETURN_IF_ERROR(fields.Check());
  return budget;
}

Result<PartialObjectMetadata> FromJson(const nlohmann::json& object,
                                       std::type_identity<PartialObjectMetadata> /*kind*/) {
  JsonFields fields(object, "");
  PartialObjectMetadata partial;
  partial.metadata = ReadObjectMeta(fields);
  KS_RETURN_IF_ERROR(fields.Check());
  return partial;
}

}  // namespace keysteward::api::core
