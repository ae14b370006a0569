#include "e2e/providers/keyserver/replies.h"

#include <nlohmann/json.hpp>

#include "common/json.h"

namespace keysteward::keyserver {
namespace {

constexpr size_t kHugeBytes = 100 * 1024 * 1024;
constexpr size_t kDeepLevels = 100'000;
constexpr size_t kLongKeyBytes = 64 * 1024;

// Puts another value where the key's value belongs.
http::HttpReply WithField(const http::HttpReply& reply, const char* name, nlohmann::json value) {
  Result<nlohmann::json> body = ParseJson(reply.body);
  if (!body || !body->is_object()) return reply;
  (*body)[name] = std::move(value);
  return JsonReply(reply.status, *body);
}

std::string SecretOf(const http::HttpReply& reply) {
  const Result<nlohmann::json> body = ParseJson(reply.body);
  return body && body->is_object() ? body->value("secret", "") : "";
}

http::HttpReply ExistingKey(const HostileContext& context) {
  if (!context.other) return context.reply;
  const http::HttpReply reply = WithField(context.reply, "id", context.other->key.id);
  return WithField(reply, "secret", context.other->secret);
}

http::HttpReply HostileKey(std::string_view body, const HostileContext& context) {
  const http::HttpReply& reply = context.reply;
  if (body == "keyEmpty") return WithField(reply, "secret", "");
  if (body == "keyLong") return WithField(reply, "secret", std::string(kLongKeyBytes, 'k'));
  if (body == "keyIsToken") return WithField(reply, "secret", context.token);
  if (body == "keyCrLf") {
    return WithField(reply, "secret", SecretOf(reply) + "\r\nX-Injected: yes");
  }
  if (body == "keyNul") return WithField(reply, "secret", SecretOf(reply) + std::string(1, '\0'));
  if (body == "wrongName") return WithField(reply, "name", "somebody/else/1-1");
  return ExistingKey(context);
}

}  // namespace

http::HttpReply JsonReply(int status, const nlohmann::json& body) {
  return http::HttpReply::Json(status, DumpJson(body));
}

http::HttpReply ErrorReply(int status, std::string_view code, std::string_view message) {
  return JsonReply(status, {{"error", {{"code", code}, {"message", message}}}});
}

http::HttpReply HostileReply(std::string_view body, const HostileContext& context) {
  if (body == "huge") return WithField(context.reply, "padding", std::string(kHugeBytes, 'p'));
  if (body == "deep") {
    return http::HttpReply::Json(context.reply.status, std::string(kDeepLevels, '['));
  }
  if (body == "html") {
    return {context.reply.status, {{"Content-Type", "text/html"}}, "<html>sign in</html>"};
  }
  if (body == "empty") return http::HttpReply::Json(context.reply.status, "");
  if (body == "redirect") {
    return {302, {{"Location", "https://169.254.169.254/latest/meta-data/"}}, ""};
  }
  return HostileKey(body, context);
}

}  // namespace keysteward::keyserver
