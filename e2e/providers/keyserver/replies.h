// Replies of the key service that several places build.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "e2e/providers/keyserver/key_store.h"
#include "http/server.h"

namespace keysteward::keyserver {

http::HttpReply JsonReply(int status, const nlohmann::json& body);
http::HttpReply ErrorReply(int status, std::string_view code, std::string_view message);

// What Fault::body names. `reply` is the honest one, `token` the idempotency key of the request and
// `other` a key that existed before, if any.
struct HostileContext {
  const http::HttpReply& reply;
  std::string token;
  std::optional<Created> other;
};
http::HttpReply HostileReply(std::string_view body, const HostileContext& context);

}  // namespace keysteward::keyserver
