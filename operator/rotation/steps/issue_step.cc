// Issue: ask the provider for one key and make it durable before anything else happens.
//
// The token of the attempt stands in the journal before the provider sees it. After doubt (a
// restart, a lost answer) the provider is asked what it holds under our label:
//   no key, list may lag     → wait until the consistency window has passed, then create
//   keys                     → a value shown once is lost: revoke them, next attempt
// A provider that cannot list makes create idempotent by token, so it is simply repeated.
// More live keys than the issuer's maxLiveKeys: none is made. A provider that says no ends the
// rotation.
#include <nlohmann/json.hpp>

#include "api/v1alpha1/conditions.h"
#include "common/duration.h"
#include "operator/rotation/harmful_call.h"
#include "operator/rotation/journal.h"
#include "operator/rotation/staged_secret.h"
#include "operator/rotation/steps/steps.h"

namespace keysteward::op {
namespace {

namespace reason = api::v1alpha1::reason;

constexpr size_t kMostNamed = 10;

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
  KS_ASSIGN_OR_RETURN(const std::vector<StagedEntry> entries,
                      ListStaged(context.env, StagedChoice::kAll, context.call));
  for (const StagedEntry& entry : entries) {
    const bool own = entry.credential_uid == context.state.credential.metadata.uid;
    if (own || entry.key_id != key.id) continue;
    KS_ASSIGN_OR_RETURN(
        const std::optional<StagedKey> staged,
        ReadStaged(context.env, entry.credential_uid, entry.generation, context.call));
    if (staged && staged->value.view() == key.value.view()) return true;
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

// A no of the provider itself, to a request that certainly made no key.
bool Refused(const Error& error) {
  return error.code == ErrorCode::kPermissionDenied || error.code == ErrorCode::kInvalidArgument ||
         error.code == ErrorCode::kNotFound || error.code == ErrorCode::kFailedPrecondition ||
         error.code == ErrorCode::kUnauthenticated;
}

std::string IssuerOf(const StepContext& context) {
  const auto& reference = context.state.credential.spec.issuer_ref;
  return std::string(EnumName(reference.kind)) + " " + reference.name;
}

// The intent may be older than the issuer's present rules.
std::optional<StepReport> ParametersRefused(const StepContext& context) {
  if (context.state.parameters_refused.empty()) return std::nullopt;
  return StepReport::Blocked(std::string(reason::kInvalidParameters),
                             context.state.parameters_refused);
}

// `sent_before`: an earlier request of this token has no answer and cannot be looked up, so a
// refusal of this one does not say that no key was made.
Result<StepReport> Create(StepContext& context, bool sent_before) {
  if (auto refused = ParametersRefused(context)) return *std::move(refused);
  const KeyOrigin origin = OriginOf(context);
  const std::string label = KeyLabel(context.env.installation, origin.credential_uid,
                                     origin.generation, AttemptOf(context));
  Result<IssuedKey> key = context.issuer.Create(
      {.token = origin.token, .label = label, .parameters = context.credential().spec.parameters},
      context.call);
  if (!key && Refused(key.error()) && !sent_before) {
    return StepReport::GoBack(std::string(reason::kIssueFailed),
                              IssuerOf(context) + " made no key: " + key.error().message +
                                  ". Look at its condition Ready and at spec.parameters");
  }
  if (!key) return std::move(key).error();
  KS_RETURN_IF_ERROR(RefuseKnownKey(context, *key));
  KS_RETURN_IF_ERROR(CreateStaged(context.env, origin, *key, context.call));
  StagedKey staged{
      .origin = origin,
      .key_id = key->id,
      .value = std::move(key->value),
      .issued_at = std::chrono::floor<std::chrono::seconds>(context.env.clock.WallNow()),
      .expires_at = key->expires_at};
  return Issued(context, staged);
}

// Every key of this credential that the provider lists.
Result<std::vector<ListedKey>> ListKeys(const StepContext& context) {
  return context.issuer.List(
      LabelPrefix(context.env.installation, context.state.credential.metadata.uid), context.call);
}

// Nothing while another key may be made; a refusal that names the live ones otherwise.
std::optional<StepReport> TooManyKeys(const StepContext& context,
                                      const std::vector<ListedKey>& keys) {
  std::vector<std::string> live;
  for (const ListedKey& key : keys) {
    if (key.live) live.push_back(key.id);
  }
  const int64_t most = context.issuer.capabilities().max_live_keys;
  if (static_cast<int64_t>(live.size()) < most) return std::nullopt;
  std::string names;
  for (size_t i = 0; i < live.size() && i < kMostNamed; ++i)
    names += (i == 0 ? "" : ", ") + live[i];
  return StepReport::Blocked(
      std::string(reason::kTooManyKeys),
      std::to_string(live.size()) + " keys of this credential live at the provider (" + names +
          ") and spec.maxLiveKeys of " + IssuerOf(context) + " is " + std::to_string(most) +
          ". End those that nobody uses at the provider, or raise it");
}

Result<StepReport> FirstTry(StepContext& context) {
  if (auto refused = ParametersRefused(context)) return *std::move(refused);
  if (!context.issuer.capabilities().lists) return Create(context, false);
  KS_ASSIGN_OR_RETURN(const std::vector<ListedKey> keys, ListKeys(context));
  if (auto full = TooManyKeys(context, keys)) return *std::move(full);
  return Create(context, false);
}

// What an earlier attempt of this generation left at the provider.
Result<StepReport> LookUp(StepContext& context) {
  if (!context.issuer.capabilities().lists) return Create(context, true);
  KS_ASSIGN_OR_RETURN(const std::vector<ListedKey> keys, ListKeys(context));
  const std::string prefix =
      LabelPrefix(context.env.installation, context.credential().metadata.uid) +
      std::to_string(context.rotation().status.generation) + "-";
  bool found = false;
  for (const ListedKey& key : keys) {
    if (!key.label.starts_with(prefix)) continue;
    found = true;
    KS_ASSIGN_OR_RETURN(const kube::Call bounded, HarmfulCall(context.env, context.call));
    KS_RETURN_IF_ERROR(context.issuer.Delete(key.id, bounded));
    context.Note("OrphanRevoked", {{"keyId", key.id}});
  }
  if (found) {
    return NextAttempt(context, "the value of an earlier attempt was lost; its key is revoked");
  }
  if (auto full = TooManyKeys(context, keys)) return *std::move(full);
  const Duration window = context.issuer.capabilities().consistency_window;
  if (context.state.in_step >= window) return Create(context, false);
  return StepReport::Again(
      "LookingUpKey",
      "an earlier request has no answer; the provider's list may lag " + FormatDuration(window),
      std::min<Duration>(window - context.state.in_step, std::chrono::seconds(5)));
}

}  // namespace

Result<StepReport> ActIssue(StepContext& context) {
  const auto& status = context.rotation().status;
  if (context.fresh_intent) return FirstTry(context);
  KS_ASSIGN_OR_RETURN(
      const std::optional<StagedKey> staged,
      ReadStaged(context.env, context.credential().metadata.uid, status.generation, context.call));
  if (staged) return Issued(context, *staged);
  return LookUp(context);
}

}  // namespace keysteward::op
