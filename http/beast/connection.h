// Connection: one client's connection as a state machine. It moves bytes and says what it waits
// for; it never blocks, looks at a clock or runs a handler.
//
//   accept ─▶ handshake ─▶ reading ─▶ handling ─▶ writing ─┬▶ reading          (keep-alive)
//                             │ refused, late               ├▶ lingering ─▶ closed
//                             └────────────▶ writing ───────┘
//
//   switch (connection.Advance(now)) { case Step::kWaitRead: …  case Step::kHandle: … }
#pragma once

#include <memory>
#include <string>

#include "common/clock.h"
#include "http/beast/request_reader.h"
#include "http/server.h"
#include "tls/socket_stream.h"

namespace keysteward::http {

enum class Step {
  kWaitRead,   // again when readable, or at deadline()
  kWaitWrite,  // again when writable, or at deadline()
  kHandle,     // TakeRequest() and later Answer()
  kYield,      // again soon: there is more to do, but others had no turn for a while
  kClose,      // destroy it
};

// Not thread-safe.
class Connection {
 public:
  struct Setting {
    const ServerOptions& options;
    BodyBudget& budget;
  };

  Connection(std::unique_ptr<tls::SocketStream> stream, std::string peer, const Setting& setting,
             MonoTime now);

  // Does what can be done now. Precondition: not between kHandle and Answer.
  Step Advance(MonoTime now);

  // Precondition: the last step was kHandle; once per request.
  ServerRequest TakeRequest();
  // Precondition: the request was taken. Advance afterwards.
  void Answer(const HttpReply& reply, MonoTime now);

  // When Expire is due; MonoTime::max() while a handler has the request.
  MonoTime deadline() const { return deadline_; }
  // The deadline passed: answers 408 or gives up. Advance afterwards unless it is kClose.
  Step Expire(MonoTime now);

  // From now on every reply is the last one. Advance tells kClose if nothing is in flight.
  void Drain(MonoTime now);

  const std::string& peer() const { return peer_; }
  int fd() const { return stream_->fd(); }
  // Why the connection was refused or ended early, as a metric label; "" when it was in order.
  std::string_view verdict() const { return verdict_; }

 private:
  enum class State { kHandshake, kReading, kHandling, kWriting, kLingering, kClosed };
  enum class After { kNextRequest, kRestOfRequest, kLinger };

  Step DoHandshake(MonoTime now);
  Step DoRead(MonoTime now);
  Step DoFeed(MonoTime now);
  Step DoWrite(MonoTime now);
  Step DoLinger();
  Step Close(std::string_view verdict);
  void Send(std::string bytes, After after, MonoTime now);
  void Refuse(const Refusal& refusal, MonoTime now);
  void StartReading(MonoTime now);
  void SetReadDeadline(ReadPhase before, MonoTime now);

  const ServerOptions& options_;
  const ServerLimits& limits_;
  std::unique_ptr<tls::SocketStream> stream_;
  const std::string peer_;
  std::string client_name_;
  RequestReader reader_;
  State state_ = State::kHandshake;
  After after_ = After::kNextRequest;
  MonoTime deadline_;
  std::string input_;    // read, not yet fed
  std::string output_;   // to be written
  size_t written_ = 0;   // of output_
  size_t lingered_ = 0;  // bytes thrown away while lingering
  bool head_ = false;    // the request being answered is HEAD
  bool last_ = false;    // no request after this one
  bool draining_ = false;
  bool served_ = false;  // a request was begun on this connection
  std::string_view verdict_;
};

}  // namespace keysteward::http
