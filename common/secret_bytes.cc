#include "common/secret_bytes.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>
#include <utility>

namespace keysteward {
namespace {

size_t RoundUpToPages(size_t size) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return (size + page - 1) / page * page;
}

}  // namespace

SecretBytes::~SecretBytes() { Wipe(); }

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    Wipe();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    mapped_ = std::exchange(other.mapped_, 0);
  }
  return *this;
}

SecretBytes SecretBytes::CopyOf(std::string_view bytes) {
  SecretBytes secret;
  if (bytes.empty()) return secret;
  const size_t mapped = RoundUpToPages(bytes.size());
  void* pages = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  // Both are best effort: RLIMIT_MEMLOCK may be exhausted, and the value is still wiped after use.
  (void)mlock(pages, mapped);
  (void)madvise(pages, mapped, MADV_DONTDUMP);
  secret.data_ = static_cast<char*>(pages);
  secret.size_ = bytes.size();
  secret.mapped_ = mapped;
  std::memcpy(secret.data_, bytes.data(), bytes.size());
  return secret;
}

bool SecretBytes::ConstantTimeEquals(std::string_view other) const {
  return size_ == other.size() && CRYPTO_memcmp(data_, other.data(), size_) == 0;
}

void SecretBytes::Wipe() noexcept {
  if (data_ == nullptr) return;
  OPENSSL_cleanse(data_, mapped_);
  munmap(data_, mapped_);
  data_ = nullptr;
  size_ = mapped_ = 0;
}

void WipeString(std::string& text) {
  // Longer text may have stood in the same buffer before.
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace keysteward
