// FakeProvider: a key provider in memory behind the Issuer interface, with the faults real ones
// have.
//
// Every effect is recorded and shown to an observer before it happens, so that a test can check
// what must hold at that very moment, or crash the caller in any phase of the call. Thread-safe
// only as far as one caller at a time.
//
//   FakeProvider provider(clock, random);
//   provider.OnCall([&](const ProviderCall& call, ProviderPhase phase) { … });
//   provider.FailNext("create", Error::UnknownOutcome("cut"), ProviderPhase::kAfter);
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/random.h"
#include "operator/issuers/issuer.h"

namespace keysteward::op {

enum class ProviderPhase { kBefore, kAfter };

struct ProviderCall {
  std::string verb;    // check create list disable enable delete probe lastUsed
  std::string key_id;  // of disable, enable, delete and lastUsed
  std::string token;   // of create
  Duration timeout{};  // of disable and delete
};

class FakeProvider final : public Issuer {
 public:
  struct Key {
    std::string id;
    std::string label;
    std::string value;
    std::string token;
    bool enabled = true;
    MonoTime valid_from{};
    MonoTime listed_from{};
    LastUse last_use;
  };
  struct Behaviour {
    bool lists = true;
    bool disables = true;
    bool revokes = true;
    bool last_use = false;
    bool idempotent = false;         // the same token gives the same key
    bool delete_lies = false;        // says done, changes nothing
    bool create_twice = false;       // one call makes two keys
    bool probe_refuses_new = false;  // keys made from now on are never accepted
    bool probe_unclear = false;      // answers 500 to every probe
    std::string probe_names;         // the id an accepted probe tells; empty: the right one
    Duration valid_after{};          // new keys work only after that
    Duration listed_after{};         // new keys are listed only after that
    Duration consistency_window = std::chrono::seconds(60);
    int64_t max_live_keys = 3;
  };
  using Observer = std::function<Result<void>(const ProviderCall& call, ProviderPhase phase)>;

  FakeProvider(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  Behaviour behaviour;
  std::vector<api::v1alpha1::IssuerParameter> declared;  // the parameters it takes
  bool down = false;                                     // every call is refused at once

  void OnCall(Observer observer) { observer_ = std::move(observer); }
  void FailNext(std::string verb, Error error, ProviderPhase phase);

  const std::map<std::string, Key>& keys() const { return keys_; }
  std::vector<std::string> LiveKeys() const;
  const std::vector<ProviderCall>& calls() const { return calls_; }
  void ForgetCalls() { calls_.clear(); }
  // Ends a key behind the operator's back.
  void RevokeByOthers(const std::string& id) { keys_.erase(id); }
  // The provider's record of a use, whatever its clock says.
  void NoteUse(const std::string& id, WallTime at) {
    keys_.at(id).last_use = {.use = op::Use::kAt, .at = at};
  }
  // A call of a consumer with that key: whether it is accepted. Notes the use.
  bool Use(const std::string& id);

  IssuerCapabilities capabilities() const override;
  const std::vector<api::v1alpha1::IssuerParameter>& parameters() const override {
    return declared;
  }
  Result<void> Check(const kube::Call& call) override;
  Result<IssuedKey> Create(const CreateRequest& request, const kube::Call& call) override;
  Result<std::vector<ListedKey>> List(const std::string& label_prefix,
                                      const kube::Call& call) override;
  Result<void> Disable(const std::string& key_id, const kube::Call& call) override;
  Result<void> Enable(const std::string& key_id, const kube::Call& call) override;
  Result<void> Delete(const std::string& key_id, const kube::Call& call) override;
  Result<ProbeReply> Probe(const SecretBytes& value, const kube::Call& call) override;
  Result<LastUse> LastUsed(const std::string& key_id, const kube::Call& call) override;

 private:
  struct Fault {
    std::string verb;
    Error error;
    ProviderPhase phase;
  };
  Result<void> Pass(const ProviderCall& call, ProviderPhase phase);
  Key& MakeKey(const CreateRequest& request);

  const Clock& clock_;
  Random& random_;
  Observer observer_;
  std::vector<Fault> faults_;
  std::vector<ProviderCall> calls_;
  std::map<std::string, Key> keys_;  // by id
  int made_ = 0;
};

}  // namespace keysteward::op
