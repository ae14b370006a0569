#include "tests/operator/simulation/fake_provider.h"

namespace keysteward::op {

void FakeProvider::FailNext(std::string verb, Error error, ProviderPhase phase) {
  faults_.push_back({std::move(verb), std::move(error), phase});
}

Result<void> FakeProvider::Pass(const ProviderCall& call, ProviderPhase phase) {
  if (phase == ProviderPhase::kBefore) calls_.push_back(call);
  if (down && phase == ProviderPhase::kBefore) return Error::Unavailable("connection refused");
  if (observer_) KS_RETURN_IF_ERROR(observer_(call, phase));
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (fault->verb != call.verb || fault->phase != phase) continue;
    Error error = fault->error;
    faults_.erase(fault);
    return error;
  }
  return {};
}

std::vector<std::string> FakeProvider::LiveKeys() const {
  std::vector<std::string> live;
  for (const auto& [id, key] : keys_) {
    if (key.enabled) live.push_back(id);
  }
  return live;
}

bool FakeProvider::Use(const std::string& id) {
  const auto found = keys_.find(id);
  if (found == keys_.end() || !found->second.enabled ||
      clock_.MonoNow() < found->second.valid_from) {
    return false;
  }
  found->second.last_use = {.use = op::Use::kAt, .at = clock_.WallNow()};
  return true;
}

IssuerCapabilities FakeProvider::capabilities() const {
  return {.lists = behaviour.lists,
          .disables = behaviour.disables,
          .revokes = behaviour.revokes,
          .probes = true,
          .last_use = behaviour.last_use,
          .idempotent = behaviour.idempotent,
          .consistency_window = behaviour.consistency_window,
          .max_live_keys = behaviour.max_live_keys};
}

Result<void> FakeProvider::Check(const kube::Call&) {
  KS_RETURN_IF_ERROR(Pass({.verb = "check"}, ProviderPhase::kBefore));
  return Pass({.verb = "check"}, ProviderPhase::kAfter);
}

FakeProvider::Key& FakeProvider::MakeKey(const CreateRequest& request) {
  Key key;
  key.id = "key_" + std::to_string(++made_);
  key.label = request.label;
  key.token = request.token;
  key.value = "fk_live_" + random_.Text(32, "abcdefghijklmnopqrstuvwxyz0123456789");
  const MonoTime now = clock_.MonoNow();
  key.valid_from = now + (behaviour.probe_refuses_new ? Duration(std::chrono::hours(24 * 365))
                                                      : behaviour.valid_after);
  key.listed_from = now + behaviour.listed_after;
  key.last_use = {.use = op::Use::kNever};
  return keys_[key.id] = key;
}

Result<IssuedKey> FakeProvider::Create(const CreateRequest& request, const kube::Call&) {
  const ProviderCall call{.verb = "create", .token = request.token};
  KS_RETURN_IF_ERROR(Pass(call, ProviderPhase::kBefore));
  Key* made = nullptr;
  if (behaviour.idempotent) {
    for (auto& [id, key] : keys_) {
      if (key.token == request.token) made = &key;
    }
  }
  if (made == nullptr) {
    made = &MakeKey(request);
    if (behaviour.create_twice) MakeKey(request);
  }
  IssuedKey issued{.id = made->id, .value = SecretBytes::CopyOf(made->value)};
  KS_RETURN_IF_ERROR(Pass(call, ProviderPhase::kAfter));
  return issued;
}

Result<std::vector<ListedKey>> FakeProvider::List(const std::string& label_prefix,
                                                  const kube::Call&) {
  KS_RETURN_IF_ERROR(Pass({.verb = "list"}, ProviderPhase::kBefore));
  std::vector<ListedKey> listed;
  for (const auto& [id, key] : keys_) {
    if (!key.label.starts_with(label_prefix) || clock_.MonoNow() < key.listed_from) continue;
    listed.push_back({id, key.label, key.enabled});
  }
  KS_RETURN_IF_ERROR(Pass({.verb = "list"}, ProviderPhase::kAfter));
  return listed;
}

Result<void> FakeProvider::Disable(const std::string& key_id, const kube::Call& made) {
  const ProviderCall call{.verb = "disable", .key_id = key_id, .timeout = made.timeout};
  KS_RETURN_IF_ERROR(Pass(call, ProviderPhase::kBefore));
  const auto found = keys_.find(key_id);
  if (found == keys_.end()) return Error::NotFound("the provider answered 404");
  found->second.enabled = false;
  return Pass(call, ProviderPhase::kAfter);
}

Result<void> FakeProvider::Enable(const std::string& key_id, const kube::Call&) {
  const ProviderCall call{.verb = "enable", .key_id = key_id};
  KS_RETURN_IF_ERROR(Pass(call, ProviderPhase::kBefore));
  const auto found = keys_.find(key_id);
  if (found == keys_.end()) return Error::NotFound("the provider answered 404");
  found->second.enabled = true;
  return Pass(call, ProviderPhase::kAfter);
}

Result<void> FakeProvider::Delete(const std::string& key_id, const kube::Call& made) {
  const ProviderCall call{.verb = "delete", .key_id = key_id, .timeout = made.timeout};
  KS_RETURN_IF_ERROR(Pass(call, ProviderPhase::kBefore));
  if (!behaviour.delete_lies) keys_.erase(key_id);
  return Pass(call, ProviderPhase::kAfter);
}

Result<ProbeReply> FakeProvider::Probe(const SecretBytes& value, const kube::Call&) {
  KS_RETURN_IF_ERROR(Pass({.verb = "probe"}, ProviderPhase::kBefore));
  ProbeReply reply{.answer = ProbeAnswer::kRefused, .status = 401};
  for (const auto& [id, key] : keys_) {
    if (key.value != value.view() || !key.enabled || clock_.MonoNow() < key.valid_from) continue;
    reply = {.answer = ProbeAnswer::kAccepted,
             .key_id = behaviour.probe_names.empty() ? id : behaviour.probe_names,
             .status = 200};
  }
  if (behaviour.probe_unclear) reply = {.answer = ProbeAnswer::kUnclear, .status = 500};
  KS_RETURN_IF_ERROR(Pass({.verb = "probe"}, ProviderPhase::kAfter));
  return reply;
}

Result<LastUse> FakeProvider::LastUsed(const std::string& key_id, const kube::Call&) {
  KS_RETURN_IF_ERROR(Pass({.verb = "lastUsed", .key_id = key_id}, ProviderPhase::kBefore));
  const auto found = keys_.find(key_id);
  if (found == keys_.end()) return Error::NotFound("the provider answered 404");
  return found->second.last_use;
}

}  // namespace keysteward::op
