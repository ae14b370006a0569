// RawClient: a blocking socket that sends exactly the bytes a test gives it, plain or in TLS, and
// reads what comes back. A read gives up after kPatience, which no passing test waits for. For one
// thread.
//
//   RawClient client = RawClient::Plain(port);
//   client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
//   EXPECT_EQ(client.ReadReply().status, 200);
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tls/certificate.h"

struct ssl_st;
struct ssl_ctx_st;

namespace keysteward::http {

struct RawReply {
  int status = 0;  // 0: no complete reply came
  std::string head;
  std::string body;
  bool Says(std::string_view header_line) const;
};

struct TlsSetting {
  std::string ca_pem = "";  // empty: the server's certificate is not checked
  std::string server_name = "";
  int min_version = 0;
  int max_version = 0;
  std::string tls12_suites = "";
  std::string alpn = "";  // wire form: "\x08http/1.1"
  std::string client_certificate_pem = "";
  std::string client_key_pem = "";
};

class RawClient {
 public:
  static constexpr std::chrono::milliseconds kPatience{5000};

  static RawClient Plain(uint16_t port);
  // connected() tells whether the handshake succeeded.
  static RawClient Tls(uint16_t port, const TlsSetting& setting);
  RawClient(RawClient&&) noexcept;
  ~RawClient();

  bool connected() const { return connected_; }
  // False when the peer does not take it all.
  bool Send(std::string_view bytes);
  // One reply by its Content-Length; "100 Continue" replies are replies of their own.
  RawReply ReadReply();
  // Whether the peer ends the connection; what it still sends is dropped. False after kPatience of
  // silence.
  bool Closed();
  // Whether anything, be it the end, can be read now. Does not wait.
  bool HasInput() const;
  void EndWriting();

  // SHA-256 of the certificate the server showed.
  std::string server_fingerprint() const;
  int fd() const { return fd_; }
  ssl_st* ssl() const { return ssl_.get(); }

 private:
  explicit RawClient(int fd) : fd_(fd) {}
  long ReadSome(char* out, size_t size);

  int fd_ = -1;
  std::shared_ptr<ssl_st> ssl_;
  bool connected_ = false;
  std::string input_;
};

}  // namespace keysteward::http
