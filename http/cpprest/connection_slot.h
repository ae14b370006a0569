// ConnectionSlot: one cpprestsdk client and its one kept connection, used by one call at a time.
//
// One client per call in flight, because the library's hooks do not say which request they belong
// to and its connection pool has no upper bound.
//
//   auto call = std::make_shared<Call>(false, options.max_body);
//   slot.Start(request, call, options.max_body + 64 * 1024);
//   … call->Wait(…) …
//   slot.Abandon();   // when the caller gave up before Event::kEnd; the slot is spent then
#pragma once

#include <memory>

#include "common/result.h"
#include "http/cpprest/call.h"
#include "http/cpprest/wire_watch.h"
#include "http/endpoint.h"
#include "http/transport.h"
#include "tls/client_context.h"

namespace keysteward::http {

// Where the library's clients come from.
struct SlotSettings {
  Endpoint endpoint;
  std::string server_name;  // "" = endpoint.host
  std::string user_agent;
  std::shared_ptr<const tls::ClientContext> tls;
};

// Not thread-safe. May be destroyed while the library still works on an abandoned call.
class ConnectionSlot {
 public:
  explicit ConnectionSlot(const SlotSettings& settings);
  ~ConnectionSlot();

  // Returns at once. `piece_limit`: how many bytes may arrive while none are handed on.
  // kInvalidArgument when the library does not accept the target; `call` is not called then.
  Result<void> Start(const HttpRequest& request, const std::shared_ptr<Call>& call,
                     size_t piece_limit);
  void Abandon();

  const WireWatch& wire() const { return *wire_; }

 private:
  struct Client;
  std::shared_ptr<WireWatch> wire_;
  std::unique_ptr<Client> client_;
};

}  // namespace keysteward::http
