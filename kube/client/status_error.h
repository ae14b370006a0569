// StatusError: an answer of the API server that is not a success, as an Error.
//
// The body is a metav1.Status object, or whatever a proxy in between wrote. The code follows the
// table in status_error.cc; the message is the server's own, with the causes it did not mention,
// cut at 1 KiB and made printable. An answer that leaves open whether a write took effect is
// kUnknownOutcome, never kUnavailable.
//
//   if (!IsSuccess(reply.status)) return StatusError(reply, Effect::kWrites);
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "common/error.h"
#include "http/transport.h"

namespace keysteward::kube {

// Whether the request could change something on the server.
enum class Effect { kReads, kWrites };

inline bool IsSuccess(int status) { return status >= 200 && status < 300; }

Error StatusError(const http::HttpResponse& response, Effect effect);

// The object of an ERROR event in a watch: a Status without an HTTP answer around it.
Error StatusObjectError(const nlohmann::json& status, Effect effect);

// Longest wait taken over from a Retry-After header or from details.retryAfterSeconds.
inline constexpr std::chrono::seconds kRetryAfterCap{60};

// Whole seconds, capped; nothing for an absent, negative, date or junk value.
std::optional<std::chrono::milliseconds> ParseRetryAfter(std::string_view text);

}  // namespace keysteward::kube
