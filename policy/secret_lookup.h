// SecretLookup: what is known of the Secrets an object refers to: metadata, never data.
//
// The webhook answers from its metadata cache, the scan from the scanned set. Implementations are
// safe for any number of threads.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace keysteward::policy {

struct SecretState {
  enum class Presence : uint8_t {
    kUnknown,  // nobody can tell: no opinion on it
    kMissing,
    kFound,
  };
  Presence presence = Presence::kUnknown;
  bool managed = false;                            // delivered by a ManagedCredential
  std::map<std::string, std::string> annotations;  // at least owner and expiry
};

class SecretLookup {
 public:
  virtual ~SecretLookup() = default;
  virtual SecretState Find(std::string_view namespace_name, std::string_view name) const = 0;
};

}  // namespace keysteward::policy
