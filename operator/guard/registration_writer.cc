#include "operator/guard/registration_writer.h"

#include "operator/guard/registration_difference.h"

namespace keysteward::op {

using nlohmann::json;

namespace {

api::ObjectKey KeyOf(const json& object) { return {"", object["metadata"]["name"]}; }

// Holds only for the object as it was read.
json AsRead(const json& live) {
  return {{"metadata", {{"resourceVersion", live["metadata"]["resourceVersion"]}}}};
}

}  // namespace

Result<json> RegistrationWriter::PutBack(const api::Resource& resource, const json& live,
                                         const json& wanted, const kube::Call& call) {
  json patch = AsRead(live);
  patch["webhooks"] = RestoredWebhooks(live, wanted);
  return client_.Patch(resource, KeyOf(live), kube::PatchType::kMerge, patch,
                       {.field_manager = kRestorer}, call);
}

Result<json> RegistrationWriter::MakeAgain(const api::Resource& resource, const json& wanted,
                                           const json& last_seen, const json& owner,
                                           const kube::Call& call) {
  return client_.Create(resource, MadeAgain(wanted, last_seen, owner), {.field_manager = kRestorer},
                        call);
}

Result<void> RegistrationWriter::GiveUpFields(const api::Resource& resource, const json& live,
                                              const kube::Call& call) {
  const std::optional<json> owners = OwnersWithoutRestorer(live);
  if (!owners) return {};
  json patch = AsRead(live);
  patch["metadata"]["managedFields"] = *owners;
  const Result<json> patched =
      client_.Patch(resource, KeyOf(live), kube::PatchType::kMerge, patch, {}, call);
  if (!patched) return patched.error().WithContext("give up fields of " + KeyOf(live).name);
  return {};
}

}  // namespace keysteward::op
