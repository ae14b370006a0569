// The token sources that need no other program: a fixed token, and a file that is rotated under us.
//
//   FileToken tokens("/var/run/secrets/kubernetes.io/serviceaccount/token", clock);
#pragma once

#include <optional>
#include <string>

#include "common/clock.h"
#include "common/mutex.h"
#include "kube/client/token_source.h"

namespace keysteward::kube {

class FixedToken final : public TokenSource {
 public:
  explicit FixedToken(SecretBytes token) : token_(std::move(token)) {}

  Result<SecretBytes> Token(const Call&) override { return token_.Clone(); }
  bool Reject() override { return false; }

 private:
  const SecretBytes token_;
};

// The kubelet renews a service account token at 80 % of its life, so a reading is good for a
// minute.
class FileToken final : public TokenSource {
 public:
  FileToken(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}

  // A file that cannot be read is an error only when there is no earlier reading.
  Result<SecretBytes> Token(const Call& call) override;
  // Reads the file at once; true when it holds another token by now.
  bool Reject() override;

 private:
  Result<SecretBytes> Read() const;

  const std::string path_;
  const Clock& clock_;
  Mutex mutex_;
  std::optional<SecretBytes> token_ GUARDED_BY(mutex_);
  MonoTime read_at_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::kube
