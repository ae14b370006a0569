#include "kube/config/token_sources.h"

#include "common/strings.h"
#include "kube/config/read_file.h"

namespace keysteward::kube {
namespace {

constexpr Duration kReadAgainAfter = std::chrono::minutes(1);

}  // namespace

Result<SecretBytes> FileToken::Read() const {
  Result<std::string> text = ReadFile(path_);
  if (!text) return std::move(text).error().WithContext("token");
  SecretBytes token = SecretBytes::CopyOf(Trim(*text));
  WipeString(*text);
  if (token.empty()) return Error::FailedPrecondition("token: " + path_ + ": the file is empty");
  return token;
}

Result<SecretBytes> FileToken::Token(const Call&) {
  {
    MutexLock lock(mutex_);
    if (token_ && clock_.MonoNow() < read_at_ + kReadAgainAfter) return token_->Clone();
  }
  Result<SecretBytes> fresh = Read();
  MutexLock lock(mutex_);
  if (!fresh && !token_) return fresh;
  if (fresh) token_ = *std::move(fresh);
  read_at_ = clock_.MonoNow();
  return token_->Clone();
}

bool FileToken::Reject() {
  Result<SecretBytes> fresh = Read();
  if (!fresh) return false;
  MutexLock lock(mutex_);
  const bool other = !token_ || !token_->ConstantTimeEquals(fresh->view());
  token_ = *std::move(fresh);
  read_at_ = clock_.MonoNow();
  return other;
}

}  // namespace keysteward::kube
