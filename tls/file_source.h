// FileSource: the serving pair from files that others replace, such as a mounted Secret.
//
// The files are read again every `poll`. A new pair is shown only if it is whole: certificate and
// key parse, belong together, and the leaf is valid now. Anything else leaves the last good pair in
// place and is told by last_error() and one log line per cause. Poll is for one thread; the rest is
// thread-safe.
//
//   FileSource source({.certificate_file = "/tls/tls.crt", .key_file = "/tls/tls.key"}, log,
//   clock); KS_RETURN_IF_ERROR(source.Poll());       // if a pair must be there at start
//   std::jthread poller([&](std::stop_token stop) { source.Run(stop); });
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "common/clock.h"
#include "common/mutex.h"
#include "common/result.h"
#include "observability/log.h"
#include "tls/certificate_source.h"

namespace keysteward::tls {

struct FileSourceOptions {
  std::string certificate_file;     // PEM chain, leaf first
  std::string key_file;             // PEM
  std::string client_ca_file = "";  // PEM bundle; empty: no client certificate is trusted
  Duration poll = std::chrono::seconds(10);
};

class FileSource final : public CertificateSource {
 public:
  FileSource(FileSourceOptions options, Logger& log, const Clock& clock);

  // Reads the files once; without error when the pair shown is what the files hold.
  Result<void> Poll();
  // Polls until `stop`.
  void Run(const std::stop_token& stop);

  std::shared_ptr<const ServingPair> Current() const override;
  // Why the files were last refused; nothing while they are what is shown.
  std::optional<Error> last_error() const;

 private:
  struct Content;
  Result<Content> ReadContent() const;
  Result<void> Accept(const Content& content);
  void Report(const Error& error);

  const FileSourceOptions options_;
  Logger& log_;
  const Clock& clock_;
  std::string shown_digest_;  // of the files' content behind current_; used by Poll alone
  mutable Mutex mutex_;
  std::shared_ptr<const ServingPair> current_ GUARDED_BY(mutex_);
  std::optional<Error> last_error_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::tls
