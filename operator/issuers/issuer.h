// Issuer: where keys come from, seen as six verbs. One implementation per member of
// CredentialIssuer.spec, in issuers/<name>/.
//
// Every call may fail with any code of common/error.h; two matter to the caller: kUnavailable means
// certainly not applied, kUnknownOutcome means look it up before doing anything else. A provider
// that says no (4xx) is kPermissionDenied, kInvalidArgument or kResourceExhausted. Messages never
// hold a key value. Thread-safe; calls block.
//
//   KS_ASSIGN_OR_RETURN(IssuedKey key, issuer.Create({.token = tok, .label = label}, call));
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/v1alpha1/http_issuer_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/clock.h"
#include "common/result.h"
#include "common/secret_bytes.h"
#include "kube/client/client.h"

namespace keysteward::op {

// What a provider can do; steps that it cannot are left out of a rotation.
struct IssuerCapabilities {
  bool lists = false;        // finds keys by our label
  bool disables = false;     // can switch a key off and on again
  bool revokes = false;      // can end a key for good
  bool probes = false;       // can tell whether a value works
  bool last_use = false;     // tells when a key was last used
  bool idempotent = false;   // create with the same token makes one key
  bool retrievable = false;  // the value can be read again after create
  Duration consistency_window =
      std::chrono::seconds(60);  // how long a list may lag behind a create
  int64_t max_live_keys = 3;     // of one credential; where keys can be listed
};

struct CreateRequest {
  std::string token;  // idempotency key
  std::string label;  // keysteward/<installation>/<credential uid>/<generation>-<attempt>
  std::map<std::string, std::string> parameters;
};

struct IssuedKey {
  std::string id;  // public; unique at the provider
  SecretBytes value;
  std::optional<WallTime> expires_at;
};

struct ListedKey {
  std::string id;
  std::string label;
  bool live = true;  // false: disabled
};

enum class ProbeAnswer {
  kAccepted,
  kRefused,
  kUnclear,  // any other answer: neither proves anything
};

struct ProbeReply {
  ProbeAnswer answer = ProbeAnswer::kUnclear;
  std::string key_id;  // as the provider names it; empty when it does not say
  int status = 0;      // HTTP status, for the message
};

enum class Use {
  kUnknown,  // the provider did not say
  kNever,
  kAt,
};

struct LastUse {
  Use use = Use::kUnknown;
  WallTime at{};  // with kAt
};

class Issuer {
 public:
  virtual ~Issuer() = default;

  virtual IssuerCapabilities capabilities() const = 0;
  // What spec.parameters of a credential may hold; see issuers/parameters.h.
  virtual const std::vector<api::v1alpha1::IssuerParameter>& parameters() const = 0;
  // A harmless call that shows whether the admin credential is accepted.
  virtual Result<void> Check(const kube::Call& call) = 0;
  virtual Result<IssuedKey> Create(const CreateRequest& request, const kube::Call& call) = 0;
  // Keys whose label begins with `label_prefix`.
  virtual Result<std::vector<ListedKey>> List(const std::string& label_prefix,
                                              const kube::Call& call) = 0;
  virtual Result<void> Disable(const std::string& key_id, const kube::Call& call) = 0;
  virtual Result<void> Enable(const std::string& key_id, const kube::Call& call) = 0;
  // A key that is already gone is success.
  virtual Result<void> Delete(const std::string& key_id, const kube::Call& call) = 0;
  virtual Result<ProbeReply> Probe(const SecretBytes& value, const kube::Call& call) = 0;
  virtual Result<LastUse> LastUsed(const std::string& key_id, const kube::Call& call) = 0;
};

// Finds the issuer a credential names, with its admin credential loaded.
class IssuerResolver {
 public:
  virtual ~IssuerResolver() = default;

  // kNotFound when the issuer or its Secret does not exist, kPermissionDenied when a rule forbids
  // it (namespace not allowed, host not allowed, Secret not labelled); the message names the
  // object, the field and the way out.
  virtual Result<std::shared_ptr<Issuer>> Resolve(const std::string& namespace_name,
                                                  const api::v1alpha1::IssuerRef& reference,
                                                  const kube::Call& call) = 0;
};

}  // namespace keysteward::op
