// EventLoop: the socket thread of one HttpServer. Owns its connections, steps those that are ready
// or late, hands requests to the workers and their answers back.
//
// Everything runs in the thread that calls Run; only the bell of the poller is rung by others.
//
//   EventLoop loop(options, handler, context, std::move(listener), std::move(poller), deps);
//   loop.Run(stop);
#pragma once

#include <memory>
#include <stop_token>
#include <unordered_map>
#include <vector>

#include "http/beast/connection.h"
#include "http/beast/connection_limits.h"
#include "http/beast/listener.h"
#include "http/beast/poller.h"
#include "http/beast/worker_pool.h"
#include "http/server.h"
#include "tls/ssl_context.h"

namespace keysteward::http {

class EventLoop {
 public:
  struct Surroundings {
    Logger& log;
    Metrics& metrics;
    const Clock& clock;
  };
  struct Sockets {
    Listener listener;
    Poller poller;
  };

  // `context` may be nullptr for plain HTTP. All but the sockets must outlive the loop.
  EventLoop(const ServerOptions& options, const Handler& handler, const tls::ServerContext* context,
            Sockets sockets, const Surroundings& around);

  // Until `stop` fired and the drain is over. Call once.
  void Run(const std::stop_token& stop);

 private:
  struct Entry {
    std::unique_ptr<Connection> connection;
    Interest interest = Interest::kRead;
    MonoTime handed_over{};    // when the handler got the request
    bool with_worker = false;  // the request is queued or being handled
    bool client_gone = false;  // meanwhile
    bool yielded = false;      // in yielded_
  };
  using Entries = std::unordered_map<uint64_t, Entry>;

  void Turn();
  Duration Timeout() const;

  void AcceptWaiting();
  void Admit(const Accepted& accepted);
  void PauseAccepting();

  void OnReady(const Ready& ready);
  void StepOn(uint64_t key, Entry& entry);
  void Settle(uint64_t key, Entry& entry, Step step);
  bool HandOver(uint64_t key, Entry& entry);
  void TakeAnswers();
  void Answer(Entry& entry, const HttpReply& reply);
  void ExpireLate();
  void SetInterest(uint64_t key, Entry& entry, Interest interest);
  void NoteDeadline(const Entry& entry);
  void Erase(uint64_t key, std::string_view verdict);

  void BeginDrain();
  void EndDrain();
  void CountRefused(std::string_view reason);

  const ServerOptions& options_;
  const Handler& handler_;
  const tls::ServerContext* const context_;
  Listener listener_;
  Poller poller_;
  Logger& log_;
  Metrics& metrics_;
  const Clock& clock_;

  BodyBudget budget_;
  ConnectionLimits limits_;
  Entries entries_;
  uint64_t next_key_;
  std::vector<uint64_t> yielded_;
  MonoTime now_{};                            // of this turn
  MonoTime next_deadline_ = MonoTime::max();  // no connection's deadline is earlier
  MonoTime accept_again_ = MonoTime::max();   // while accepting is paused
  MonoTime drain_end_ = MonoTime::max();      // while not draining
  std::stop_source hard_stop_;
  std::unique_ptr<WorkerPool> workers_;  // nullptr: the handler runs here; last: joined first
};

}  // namespace keysteward::http
