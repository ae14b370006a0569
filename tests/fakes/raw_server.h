// RawServer: a TCP or TLS server on a loopback port of its own choosing whose replies are bytes the
// test writes, right or wrong. Each connection runs the script on a thread of its own.
//
//   RawServer server(authority.Issue({.dns_names = {"localhost"}}), [](RawConnection& connection) {
//     while (connection.ReadRequest()) connection.Write(RawReply("200 OK", "hello"));
//   });
//   Connect to https://localhost:<server.port()>
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/mutex.h"
#include "tests/fakes/test_pki.h"

namespace keysteward {

// "HTTP/1.1 <status>\r\nContent-Length: …\r\n<extra>\r\n<body>"; `extra` lines end with CR LF.
std::string RawReply(std::string_view status, std::string_view body, std::string_view extra = "");
// One chunk of a chunked body; "" is the last one.
std::string RawChunk(std::string_view bytes);

class RawServer;

// Used on the thread of its connection only.
class RawConnection {
 public:
  RawConnection(RawServer& server, int socket, int number);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // 1 for the first connection of the server.
  int number() const { return number_; }
  // The next request, head and body; nullopt when the client closed or the server stops.
  std::optional<std::string> ReadRequest();
  // False when the client is gone.
  bool Write(std::string_view bytes);
  // Sends a TLS key update, which carries no data; false when the client is gone.
  bool KeyUpdate();
  // Ends TLS with or without close_notify, then TCP.
  void Close(bool with_notify = true);
  // Waits until the client closed or the server stops.
  void WaitClosed();
  // Waits without reading or writing; false when the server stops.
  bool Pause(std::chrono::milliseconds time);
  bool server_stopping() const;

 private:
  friend class RawServer;
  struct Tls;
  bool Handshake();
  int ReadSome(char* out, int size);

  RawServer& server_;
  int socket_;
  const int number_;
  std::unique_ptr<Tls> tls_;
  std::string buffer_;
};

class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;

  // Plain TCP without an identity. Listens when the constructor returns. `client_ca_pem`: demand a
  // client certificate of that authority.
  RawServer(std::optional<TestIdentity> identity, Script script, std::string client_ca_pem = "");
  // Cuts every connection and joins every thread.
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  uint16_t port() const { return port_; }
  std::string Url(std::string_view host = "localhost") const;
  // Connections accepted, counting those whose handshake failed.
  int connections() const { return connections_; }
  // Requests read in full.
  int requests() const { return static_cast<int>(Seen().size()); }
  std::vector<std::string> Seen() const;
  bool stopping() const { return stopping_; }
  // Bytes written by scripts, before TLS.
  uint64_t bytes_written() const { return bytes_written_; }

 private:
  friend class RawConnection;
  struct Context;
  void Accept();
  void Serve(int socket, int number);
  void Record(std::string request);

  const Script script_;
  std::unique_ptr<Context> context_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<uint64_t> bytes_written_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable Mutex mutex_;
  std::vector<std::string> seen_ GUARDED_BY(mutex_);
  std::vector<int> open_ GUARDED_BY(mutex_);
  std::list<std::thread> threads_ GUARDED_BY(mutex_);
  std::thread acceptor_;
};

}  // namespace keysteward
