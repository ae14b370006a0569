// TokenSource: the bearer token of each request. Implementations: none (client certificate), a
// fixed token, a file that is read again, an exec plugin (kube/config).
//
// Thread-safe. A token is never logged and never part of an error.
//
//   KS_ASSIGN_OR_RETURN(SecretBytes token, tokens.Token(call));
//   if (!token.empty()) header = "Bearer " + std::string(token.view());
#pragma once

#include "common/result.h"
#include "common/secret_bytes.h"
#include "kube/client/client.h"

namespace keysteward::kube {

class TokenSource {
 public:
  virtual ~TokenSource() = default;

  // Empty: send no Authorization header.
  virtual Result<SecretBytes> Token(const Call& call) = 0;
  // The server answered 401: the next Token() must be a fresh one where that is possible. Returns
  // whether it is.
  virtual bool Reject() = 0;
};

// For servers that authenticate by client certificate.
class NoToken final : public TokenSource {
 public:
  Result<SecretBytes> Token(const Call&) override { return SecretBytes(); }
  bool Reject() override { return false; }
};

}  // namespace keysteward::kube
