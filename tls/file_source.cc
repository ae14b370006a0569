#include "tls/file_source.h"

#include "common/digest.h"
#include "common/duration.h"
#include "tls/internal/read_file.h"

namespace keysteward::tls {

struct FileSource::Content {
  std::string certificate;
  SecretBytes key;
  std::string client_ca;

  std::string Digest() const {
    return Sha256Hex(Sha256Hex(certificate) + Sha256Hex(key.view()) + Sha256Hex(client_ca));
  }
};

namespace {

constexpr int kReadAttempts = 3;

Result<CertificateChain> ValidChain(const std::string& pem, const KeyPair& key, WallTime now) {
  KS_ASSIGN_OR_RETURN(CertificateChain chain, CertificateChain::FromPem(pem));
  const Certificate& leaf = chain.leaf();
  if (!leaf.MatchesKey(key)) {
    return Error::FailedPrecondition("certificate and key do not belong together");
  }
  if (leaf.not_after() <= now) {
    return Error::FailedPrecondition("certificate expired at " + FormatTime(leaf.not_after()));
  }
  if (leaf.not_before() > now) {
    return Error::FailedPrecondition("certificate is not valid before " +
                                     FormatTime(leaf.not_before()));
  }
  return chain;
}

}  // namespace

FileSource::FileSource(FileSourceOptions options, Logger& log, const Clock& clock)
    : options_(std::move(options)), log_(log), clock_(clock) {}

Result<FileSource::Content> FileSource::ReadContent() const {
  // A mounted Secret is swapped by one symbolic link, so the certificate may be of one generation
  // and the key of the next: it is whole when the certificate is the same before and after.
  for (int attempt = 1;; ++attempt) {
    KS_ASSIGN_OR_RETURN(std::string before,
                        ReadRegularFile(options_.certificate_file, kMaxPemBytes));
    KS_ASSIGN_OR_RETURN(std::string key, ReadRegularFile(options_.key_file, kMaxPemBytes));
    SecretBytes kept = SecretBytes::CopyOf(key);
    WipeString(key);
    std::string client_ca;
    if (!options_.client_ca_file.empty()) {
      KS_ASSIGN_OR_RETURN(client_ca, ReadRegularFile(options_.client_ca_file, kMaxPemBytes));
    }
    KS_ASSIGN_OR_RETURN(const std::string after,
                        ReadRegularFile(options_.certificate_file, kMaxPemBytes));
    if (before == after || attempt == kReadAttempts) {
      return Content{std::move(before), std::move(kept), std::move(client_ca)};
    }
  }
}

Result<void> FileSource::Accept(const Content& content) {
  KS_ASSIGN_OR_RETURN(KeyPair key, KeyPair::FromPem(content.key.view()));
  KS_ASSIGN_OR_RETURN(CertificateChain chain,
                      ValidChain(content.certificate, key, clock_.WallNow()));
  CertificateChain client_ca;
  if (!options_.client_ca_file.empty()) {
    KS_ASSIGN_OR_RETURN(client_ca, CertificateChain::FromPem(content.client_ca));
  }
  const std::shared_ptr<const ServingPair> old = Current();
  const uint64_t version = old ? old->version + 1 : 1;
  auto pair = std::make_shared<const ServingPair>(
      ServingPair{std::move(chain), std::move(key), std::move(client_ca), version});
  const WallTime expiry = pair->chain.leaf().not_after();
  {
    MutexLock lock(mutex_);
    current_ = std::move(pair);
  }
  log_.Info("serving certificate loaded", {{"file", options_.certificate_file},
                                           {"version", version},
                                           {"notAfter", FormatTime(expiry)}});
  return {};
}

Result<void> FileSource::Poll() {
  Result<void> outcome;
  if (Result<Content> content = ReadContent(); !content) {
    outcome = std::move(content).error();
  } else if (const std::string digest = content->Digest(); digest != shown_digest_) {
    outcome = Accept(*content);
    if (outcome) shown_digest_ = digest;
  }
  if (!outcome) {
    Error error = outcome.error().WithContext("serving certificate");
    Report(error);
    return error;
  }
  MutexLock lock(mutex_);
  last_error_.reset();
  return {};
}

void FileSource::Report(const Error& error) {
  bool repeated = false;
  {
    MutexLock lock(mutex_);
    repeated = last_error_ == error;
    last_error_ = error;
  }
  if (repeated) return;
  log_.Error(
      "serving certificate refused, the last good one stays",
      {{"file", options_.certificate_file}, {"error", error.ToString()}, {"version", version()}});
}

void FileSource::Run(const std::stop_token& stop) {
  do {
    // Told by last_error() and the log; the next poll tries again.
    if (Result<void> polled = Poll(); !polled) continue;
  } while (clock_.SleepFor(options_.poll, stop));
}

std::shared_ptr<const ServingPair> FileSource::Current() const {
  MutexLock lock(mutex_);
  return current_;
}

std::optional<Error> FileSource::last_error() const {
  MutexLock lock(mutex_);
  return last_error_;
}

}  // namespace keysteward::tls
