// RequestReader: bytes of a connection in, whole requests or a refusal out. No sockets, no time.
//
//   header bytes ─▶ HeaderBlock (form, limits) ─▶ Beast parser ─▶ CheckRequest (meaning)
//   body bytes   ─▶ Beast parser (length or chunks), capped and charged to the BodyBudget
//
// After kRefused nothing more may be fed: what follows on the connection has no known meaning.
//
//   RequestReader reader(limits, json_bodies_only, budget);
//   while (reader.Feed(input) == ReadState::kComplete) Handle(reader.Take());
#pragma once

#include <memory>
#include <string_view>

#include "http/beast/body_budget.h"
#include "http/beast/refusal.h"
#include "http/server.h"

namespace keysteward::http {

enum class ReadState {
  kMore,      // all input taken, the request is not complete
  kContinue,  // the client waits for "100 Continue" before its body; feed again after sending it
  kComplete,  // Take() has it; the rest of the input is of the next request
  kRefused,   // see refusal()
};

enum class ReadPhase { kIdle, kHeader, kBody, kDone };

// Not thread-safe.
class RequestReader {
 public:
  // `limits` and `budget` must outlive the reader.
  RequestReader(const ServerLimits& limits, bool json_bodies_only, BodyBudget& budget);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Takes what belongs to this request off the front of `input`.
  ReadState Feed(std::string_view& input);

  ReadPhase phase() const { return phase_; }
  const Refusal& refusal() const { return refusal_; }
  bool keep_alive() const;  // once complete: whether the client allows another request

  // Precondition: kComplete. The body stays charged to the budget until Reset().
  ServerRequest Take();
  // Ready for the next request.
  void Reset();

 private:
  struct Parser;
  ReadState Refuse(const Refusal& refusal);
  ReadState FeedHeader(std::string_view& input);
  ReadState StartRequest();
  ReadState FeedBody(std::string_view& input);
  ReadState PutBody(std::string_view& bytes);

  const ServerLimits& limits_;
  const bool json_bodies_only_;
  BodyCharge charge_;
  std::unique_ptr<Parser> parser_;
  ReadPhase phase_ = ReadPhase::kIdle;
  Refusal refusal_{400, "bad request"};
};

}  // namespace keysteward::http
