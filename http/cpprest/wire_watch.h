// WireWatch: what cpprestsdk does not tell and does not bound, read off the TLS layer.
//
// cpprestsdk collects the header of a reply, a chunk header and a whole chunk in memory without a
// limit, and its errors do not tell whether the request had left. OpenSSL reports every record it
// writes and reads, so this class counts what came in since the last byte was handed on, ends the
// connection when that exceeds what the present part of the reply may need, and knows exactly
// whether application data was written.
//
//   begin ──▶ header (≤ kHeaderWireLimit) ──EnterBody(n)──▶ body (≤ n since the last Progress())
//
// One object per connection slot, which serves one call at a time. Thread-safe: OpenSSL calls back
// on cpprestsdk's thread.
#pragma once

#include <openssl/types.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "common/mutex.h"

namespace keysteward::http {

class WireWatch {
 public:
  // A header of 16 KiB, the record that ends it and the cost of small records.
  static constexpr size_t kHeaderWireLimit = 64 * 1024;

  // Starts the count for a new call.
  void Begin();
  // The header came; from now on `limit` bytes may arrive between two calls of Progress().
  void EnterBody(size_t limit);
  void Progress() { received_ = 0; }
  // No connection may be opened or used for this call any more: afterwards request_left() is final.
  void Abandon() { abandoned_ = true; }

  bool abandoned() const { return abandoned_; }
  bool request_left() const { return request_left_; }
  bool over_limit() const { return over_limit_; }
  bool in_header() const { return in_header_; }
  // Why the server's certificate was refused, or "".
  std::string certificate_error() const;

  // Attaches to every connection made from `context`; `watch` must outlive them.
  static void Attach(SSL_CTX* context, WireWatch& watch);
  // Whether an idle connection has something to read: the server closed it, or sent what nobody
  // asked for. Either way it must not be used again.
  static bool HasUnexpectedInput(SSL* ssl, int socket);

 private:
  static void OnMessage(int written, int version, int content_type, const void* bytes, size_t size,
                        SSL* ssl, void* self);
  static int OnVerify(X509_STORE_CTX* chain, void* self);
  void OnRecordRead(const unsigned char* header, SSL* ssl);
  void SetCertificateError(std::string text);

  std::atomic<bool> abandoned_ = false;
  std::atomic<bool> request_left_ = false;
  std::atomic<bool> over_limit_ = false;
  std::atomic<bool> in_header_ = true;
  std::atomic<size_t> received_ = 0;
  std::atomic<size_t> limit_ = kHeaderWireLimit;
  mutable Mutex mutex_;
  std::string certificate_error_ GUARDED_BY(mutex_);
};

}  // namespace keysteward::http
