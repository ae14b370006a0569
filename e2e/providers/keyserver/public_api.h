// PublicApi: what clients of the key service see, over TLS.
//
//   POST   /v1/keys                {"name", "scopes"}, header Idempotency-Key   201 {id, secret, …}
//   GET    /v1/keys?limit=&after=  200 {"data": […], "next": id or null}
//   GET    /v1/keys/{id}           200 or 404
//   POST   /v1/keys/{id}/disable   200 or 404;  /enable likewise
//   DELETE /v1/keys/{id}           204 or 404
//   GET    /v1/whoami              200 {"key_id"}, for holders of a key
//   GET    /v1/work                200 {"ok", "key_id"}, the same
//
// "Authorization: Bearer …" carries the admin token for /v1/keys and a key for the last two. A key
// that is unknown, deleted or expired is answered 401, a disabled one 403. Errors are
// {"error": {"code", "message"}}. Thread-safe.
//
//   server handler: [&](const ServerRequest& request) { return api.Handle(request); }
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/secret_bytes.h"
#include "e2e/providers/keyserver/faults.h"
#include "e2e/providers/keyserver/journal.h"
#include "e2e/providers/keyserver/key_store.h"
#include "http/server.h"

namespace keysteward::keyserver {

struct Service {
  KeyStore& keys;
  Faults& faults;
  Journal& journal;
  const Clock& clock;
};

// An operation asked for, before it is known whether it is allowed.
struct Route {
  std::string operation;  // as in Fault; "" when there is no such path
  std::string key_id;     // from the path
};
Route RouteOf(const http::ServerRequest& request);

class PublicApi {
 public:
  // `changed` is called after each change of the keys, outside all locks.
  PublicApi(const Service& service, SecretBytes admin_token, std::function<void()> changed);

  http::HttpReply Handle(const http::ServerRequest& request);

 private:
  struct Call;
  http::HttpReply Serve(Call& call);
  http::HttpReply ServeAdmin(Call& call);
  http::HttpReply ServeHolder(Call& call);
  http::HttpReply Create(Call& call);
  http::HttpReply List(Call& call);
  http::HttpReply ReadKey(Call& call);
  http::HttpReply ChangeStatus(Call& call, KeyStatus status);
  std::optional<http::HttpReply> FaultBefore(Call& call);
  http::HttpReply FaultAfter(Call& call, http::HttpReply reply);

  const Service service_;
  const SecretBytes admin_token_;
  const std::function<void()> changed_;
};

}  // namespace keysteward::keyserver
