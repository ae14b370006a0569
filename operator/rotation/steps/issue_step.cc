// Issue: ask the provider for one key and make it durable before anything else happens.
//
// The token of the attempt stands in the journal before the provider sees it. After doubt (a
// restart, a lost answer) the provider is asked what it holds under our label:
//   no key, list may lag     → wait until the consistency window has passed, then create
//   keys                     → a value shown once is lost: revoke them, next attempt
// A provider that cannot list makes create idempotent by token, so it is simply repeated.
#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/conditions.h"
#include "common/duration.h"
#include "operator/rotation/journal.h"
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialRotation;

KeyOrigin OriginOf(const StepContext& context) {
  const auto& state = context.state;
  return {.credential = state.credential.metadata.key(),
          .credential_uid = state.credential.metadata.uid,
          .generation = state.rotation.status.generation,
          .token = state.rotation.status.token};
}

int64_t AttemptOf(StepContext& context) {
  return JournalEntry(context.rotation().status, Step::kIssue).attempts;
}

// Reserves the next attempt; it is persisted before it is used.
StepReport NextAttempt(StepContext& context, const std::string& why) {
  auto& status = context.rotation().status;
  const int64_t attempt = ++JournalEntry(status, Step::kIssue).attempts;
  status.token = KeyToken(context.env.installation, context.credential().metadata.uid,
                          status.generation, attempt);
  return StepReport::Again("NextAttempt", why, Duration::zero());
}

void Remember(StepContext& context, const StagedKey& staged) {
  api::v1alpha1::NewKey key;
  key.id = staged.key_id;
  key.digest = DigestOf(context.env.installation, staged.value);
  key.issued_at = staged.issued_at;
  key.expires_at = staged.expires_at;
  context.rotation().status.new_key = std::move(key);
}

StepReport Issued(StepContext& context, const StagedKey& staged) {
  Remember(context, staged);
  context.Note("KeyIssued", {{"keyId", staged.key_id},
                             {"generation", staged.origin.generation},
                             {"digest", context.rotation().status.new_key->digest}});
  return StepReport::Done("key " + staged.key_id + " issued");
}

// Whether that very key is staged for another credential, of any namespace. Ids alone tell nothing:
// they are unique at one provider only. Where no key can be ended (generated ones, which are merely
// numbered), nobody can end another's, and every stored key would have to be read.
Result<bool> IsAnothers(const StepContext& context, const IssuedKey& key) {
  if (!context.issuer.capabilities().revokes) return false;
  KS_ASSIGN_OR_RETURN(
      const kube::ObjectList listed,
      context.env.client.List(api::KindOf<api::core::Secret>::resource,
                              {.namespace_name = context.env.installation.namespace_name,
                               .label_selector = std::string(kStagedLabel) + "=true",
                               .metadata_only = true},
                              context.call));
  for (const nlohmann::json& item : listed.items) {
    JsonFields fields(item, "");
    const api::ObjectMeta meta = api::ReadObjectMeta(fields);
    if (meta.Annotation(api::v1alpha1::kKeyIdAnnotation) != key.id) continue;
    const Result<nlohmann::json> object =
        context.env.client.Get(api::KindOf<api::core::Secret>::resource, meta.key(), context.call);
    if (!object && object.error().code == ErrorCode::kNotFound) continue;
    if (!object) return Error(object.error()).WithContext("compare with staged keys");
    KS_ASSIGN_OR_RETURN(const StagedKey staged, DecodeStaged(*object));
    const bool own = staged.origin.credential_uid == context.state.credential.metadata.uid;
    if (!own && staged.value.view() == key.value.view()) return true;
  }
  return false;
}

// One key belongs to one credential: handed out again it would let two holders end each other's
// access, and the old one's would end the only live key.
Result<void> RefuseKnownKey(StepContext& context, const IssuedKey& key) {
  if (key.value.view() == context.rotation().status.token) {
    return Error::FailedPrecondition(
        "the provider answered create with the token of the request in place of a key");
  }
  KS_ASSIGN_OR_RETURN(const bool anothers, IsAnothers(context, key));
  if (anothers) {
    return Error::FailedPrecondition("the provider answered create with key " + key.id +
                                     ", which is that of another credential; it was not taken");
  }
  const auto& old_key = context.rotation().status.old_key;
  if (!old_key) return {};
  const bool same_value = DigestOf(context.env.installation, key.value) == old_key->digest;
  if (key.id != old_key->id && !same_value) return {};
  return Error::FailedPrecondition(
      "the provider answered create with the key that is in use; nothing was changed");
}

Result<StepReport> Create(StepContext& context) {
  // The intent may be older than the issuer's present rules.
  if (!context.state.parameters_refused.empty()) {
    return StepReport::Blocked(std::string(api::v1alpha1::reason::kInvalidParameters),
                               context.state.parameters_refused);
  }
  const KeyOrigin origin = OriginOf(context);
  const std::string label = KeyLabel(context.env.installation, origin.credential_uid,
                                     origin.generation, AttemptOf(context));
  KS_ASSIGN_OR_RETURN(IssuedKey key,
                      context.issuer.Create({.token = origin.token,
                                             .label = label,
                                             .parameters = context.credential().spec.parameters},
                                            context.call));
  KS_RETURN_IF_ERROR(RefuseKnownKey(context, key));
  KS_RETURN_IF_ERROR(CreateStaged(context.env, origin, key, context.call));
  StagedKey staged{
      .origin = origin,
      .key_id = key.id,
      .value = std::move(key.value),
      .issued_at = std::chrono::floor<std::chrono::seconds>(context.env.clock.WallNow()),
      .expires_at = key.expires_at};
  return Issued(context, staged);
}

// What an earlier attempt of this generation left at the provider.
Result<StepReport> LookUp(StepContext& context) {
  if (!context.issuer.capabilities().lists) return Create(context);
  const std::string prefix =
      LabelPrefix(context.env.installation, context.credential().metadata.uid) +
      std::to_string(context.rotation().status.generation) + "-";
  KS_ASSIGN_OR_RETURN(const std::vector<ListedKey> keys, context.issuer.List(prefix, context.call));
  if (keys.empty()) {
    const Duration window = context.issuer.capabilities().consistency_window;
    if (context.state.in_step < window) {
      return StepReport::Again(
          "LookingUpKey",
          "an earlier request has no answer; the provider's list may lag " + FormatDuration(window),
          std::min<Duration>(window - context.state.in_step, std::chrono::seconds(5)));
    }
    return Create(context);
  }
  for (const ListedKey& key : keys) {
    if (!context.env.is_leader()) return Error::Unavailable("no longer leader");
    KS_RETURN_IF_ERROR(context.issuer.Delete(key.id, context.call));
    context.Note("OrphanRevoked", {{"keyId", key.id}});
  }
  return NextAttempt(context, "the value of an earlier attempt was lost; its key is revoked");
}

}  // namespace

Result<StepReport> ActIssue(StepContext& context) {
  const auto& status = context.rotation().status;
  if (context.fresh_intent) return Create(context);
  KS_ASSIGN_OR_RETURN(
      const std::optional<StagedKey> staged,
      ReadStaged(context.env, context.credential().metadata.uid, status.generation, context.call));
  if (staged) return Issued(context, *staged);
  return LookUp(context);
}

}  // namespace keysteward::op
