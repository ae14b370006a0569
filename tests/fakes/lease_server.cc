#include "tests/fakes/lease_server.h"

#include <utility>

#include "api/meta/decode.h"

namespace keysteward::kube {

void LeaseServer::Serve(ScriptedClient& client) {
  client.on_get = [this, &client](const Resource&, const ObjectKey&) { return Get(client); };
  client.on_create = [this, &client](const Resource&, const nlohmann::json& object) {
    return Write(client, object, true);
  };
  client.on_update = [this, &client](const Resource&, const nlohmann::json& object) {
    return Write(client, object, false);
  };
}

void LeaseServer::Refuse(ScriptedClient& client, Error error) {
  MutexLock lock(mutex_);
  faults_[&client].refuse = std::move(error);
}

void LeaseServer::LoseAnswers(ScriptedClient& client) {
  MutexLock lock(mutex_);
  faults_[&client].lose_answers = true;
}

void LeaseServer::Allow(ScriptedClient& client) {
  MutexLock lock(mutex_);
  faults_.erase(&client);
}

void LeaseServer::BeforeWrite(ScriptedClient& client, std::function<void()> hook) {
  MutexLock lock(mutex_);
  faults_[&client].before_write = std::move(hook);
}

std::optional<api::coordination::Lease> LeaseServer::Lease() const {
  MutexLock lock(mutex_);
  return lease_;
}

std::string LeaseServer::Holder() const {
  MutexLock lock(mutex_);
  return lease_ ? lease_->spec.holder_identity : "(no lease)";
}

void LeaseServer::DeleteLease() {
  MutexLock lock(mutex_);
  lease_.reset();
}

void LeaseServer::Put(api::coordination::LeaseSpec spec) {
  MutexLock lock(mutex_);
  StoreLocked(std::move(spec));
}

int LeaseServer::writes() const {
  MutexLock lock(mutex_);
  return writes_;
}

int LeaseServer::reads() const {
  MutexLock lock(mutex_);
  return reads_;
}

LeaseServer::Faults LeaseServer::FaultsOf(ScriptedClient& client) {
  MutexLock lock(mutex_);
  const auto found = faults_.find(&client);
  return found == faults_.end() ? Faults{} : found->second;
}

void LeaseServer::StoreLocked(api::coordination::LeaseSpec spec) {
  if (!lease_) lease_.emplace();
  lease_->metadata.namespace_name = "keysteward";
  lease_->metadata.name = "operator";
  lease_->metadata.resource_version = std::to_string(++version_);
  lease_->spec = std::move(spec);
}

Result<nlohmann::json> LeaseServer::Get(ScriptedClient& client) {
  const Faults faults = FaultsOf(client);
  MutexLock lock(mutex_);
  ++reads_;
  if (faults.refuse) return *faults.refuse;
  if (!lease_) return Error::NotFound("leases \"operator\" not found");
  return ToJson(*lease_);
}

Result<nlohmann::json> LeaseServer::Write(ScriptedClient& client, const nlohmann::json& object,
                                          bool create) {
  if (const Faults faults = FaultsOf(client); faults.before_write) faults.before_write();
  const Faults faults = FaultsOf(client);
  KS_ASSIGN_OR_RETURN(auto wanted, api::Decode<api::coordination::Lease>(object));
  MutexLock lock(mutex_);
  ++writes_;
  if (faults.refuse) return *faults.refuse;
  if (create && lease_) return Error::Make(ErrorCode::kAlreadyExists, "already exists");
  if (!create && !lease_) return Error::NotFound("leases \"operator\" not found");
  if (!create && lease_->metadata.resource_version != wanted.metadata.resource_version) {
    return Error::Conflict("the object has been modified");
  }
  StoreLocked(std::move(wanted.spec));
  if (faults.lose_answers) return Error::UnknownOutcome("connection cut");
  return ToJson(*lease_);
}

}  // namespace keysteward::kube
