#include "kube/client/status_error.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "common/json.h"
#include "common/strings.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

constexpr size_t kMessageLimit = 1024;

std::string TextOf(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

const json& ObjectOf(const json& object, const char* field) {
  static const json kEmpty = json::object();
  const auto found = object.find(field);
  return found != object.end() && found->is_object() ? *found : kEmpty;
}

bool IsStatus(const json& body) { return body.is_object() && TextOf(body, "kind") == "Status"; }

bool HasCauses(const json& status) {
  const auto causes = ObjectOf(status, "details").find("causes");
  return causes != ObjectOf(status, "details").end() && causes->is_array() && !causes->empty();
}

// Answers by which a write may or may not have taken effect. A Status object with 503 comes from
// the API server itself, which answers so before it does anything.
ErrorCode ServerFault(int code, bool from_api_server, Effect effect) {
  if (code == 503 && (from_api_server || effect == Effect::kReads)) return ErrorCode::kUnavailable;
  if (effect == Effect::kWrites) return ErrorCode::kUnknownOutcome;
  return code == 504 ? ErrorCode::kDeadlineExceeded : ErrorCode::kUnavailable;
}

bool IsAboutUid(const json& cause) {
  return cause.is_object() && TextOf(cause, "field") == "metadata.uid";
}

// Two of these say that the object is not the expected one: a JSON Patch whose test failed or whose
// path is missing is answered without causes, while a refused object always names its fields; and a
// patch for an object that was recreated under its name is refused for its immutable uid.
ErrorCode CodeOfUnprocessable(const json& status) {
  if (!HasCauses(status)) return ErrorCode::kConflict;
  const json& causes = ObjectOf(status, "details")["causes"];
  return std::any_of(causes.begin(), causes.end(), IsAboutUid) ? ErrorCode::kConflict
                                                               : ErrorCode::kInvalidArgument;
}

ErrorCode CodeOf(int code, const json& status, Effect effect) {
  if (code >= 500) return ServerFault(code, IsStatus(status), effect);
  if (code >= 300 && code < 400) return ErrorCode::kFailedPrecondition;
  switch (code) {
    case 401:
      return ErrorCode::kUnauthenticated;
    case 403:
      return ErrorCode::kPermissionDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 408:
      return ServerFault(504, false, effect);
    case 409:
      return TextOf(status, "reason") == "AlreadyExists" ? ErrorCode::kAlreadyExists
                                                         : ErrorCode::kConflict;
    case 410:
      return ErrorCode::kExpired;
    case 413:
      return ErrorCode::kTooLarge;
    case 422:
      return CodeOfUnprocessable(status);
    case 429:
      return ErrorCode::kResourceExhausted;
    default:
      return ErrorCode::kInvalidArgument;
  }
}

void AddCauses(const json& status, std::string& message) {
  if (!HasCauses(status)) return;
  for (const json& cause : ObjectOf(status, "details")["causes"]) {
    if (!cause.is_object()) continue;
    const std::string why = TextOf(cause, "message");
    const std::string field = TextOf(cause, "field");
    if (why.empty() || message.find(why) != std::string::npos) continue;
    message += "; " + (field.empty() ? why : field + ": " + why);
  }
}

// A server that cannot decode an object quotes all of it, a Secret's data included. What stands
// between `Invalid value: "{` and the last end of such a quotation is left out.
std::string WithoutObjects(std::string message) {
  constexpr std::string_view kOpening = "Invalid value: \"{";
  constexpr std::string_view kClosing = "}\"";
  size_t begin = message.find(kOpening);
  while (begin != std::string::npos) {
    const size_t from = begin + kOpening.size() - 2;
    const size_t end = message.rfind(kClosing);
    const bool closed = end != std::string::npos && end >= from;
    message.replace(from, closed ? end + kClosing.size() - from : std::string::npos,
                    "(object left out)");
    begin = message.find(kOpening);
  }
  return message;
}

std::string MessageOf(int code, const json& status) {
  std::string message = IsStatus(status) ? TextOf(status, "message") : "";
  if (code >= 300 && code < 400) message = "answered with a redirect, which is never followed";
  if (message.empty()) message = TextOf(status, "reason");
  if (message.empty()) message = "the server answered without a Kubernetes status";
  AddCauses(status, message);
  if (!IsStatus(status) || TextOf(status, "message").empty()) {
    message += " (HTTP " + std::to_string(code) + ")";
  }
  return Printable(WithoutObjects(std::move(message)), kMessageLimit);
}

std::optional<std::chrono::milliseconds> RetryAfterOf(const json& status) {
  const json& details = ObjectOf(status, "details");
  const auto seconds = details.find("retryAfterSeconds");
  if (seconds == details.end() || !seconds->is_number_integer()) return std::nullopt;
  return ParseRetryAfter(seconds->dump());
}

Error Build(int code, const json& status, Effect effect) {
  Error error = Error::Make(CodeOf(code, status, effect), MessageOf(code, status));
  error.retry_after = RetryAfterOf(status);
  return error;
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseRetryAfter(std::string_view text) {
  text = Trim(text);
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // Only too many digits can fail here, and that is longer than the cap as well.
  if (failure != std::errc()) return kRetryAfterCap;
  return std::min<std::chrono::seconds>(std::chrono::seconds(seconds), kRetryAfterCap);
}

Error StatusError(const http::HttpResponse& response, Effect effect) {
  const Result<json> parsed = ParseJson(response.body);
  const json body = parsed && parsed->is_object() ? *parsed : json::object();
  Error error = Build(response.status, body, effect);
  const auto header = ParseRetryAfter(http::FindHeader(response.headers, "Retry-After"));
  if (header) error.retry_after = header;
  return error;
}

Error StatusObjectError(const json& status, Effect effect) {
  if (!IsStatus(status)) return Error::Unavailable("the server sent an error that is no Status");
  const auto code = status.find("code");
  const bool known = code != status.end() && code->is_number_integer();
  return Build(known ? code->get<int>() : 500, status, effect);
}

}  // namespace keysteward::kube
