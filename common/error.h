// Error: why an operation did not give its value, as data.
//
// The code decides the reaction (retry, wait, give up); the message is for people and never holds a
// key value. Context is added on the way up, outermost first: "deliver secret: put: connection
// reset".
//
//   return Error::NotFound("secret payments/stripe-live does not exist").WithContext("deliver");
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace keysteward {

enum class ErrorCode {
  kCancelled,           // the caller's stop token fired
  kInvalidArgument,     // the input is wrong; the same call will fail again
  kNotFound,            // HTTP 404
  kAlreadyExists,       // HTTP 409 with reason AlreadyExists
  kConflict,            // HTTP 409: resourceVersion, uid or field manager; re-read and decide again
  kExpired,             // HTTP 410: the resourceVersion or continue token is too old; list again
  kUnauthenticated,     // HTTP 401
  kPermissionDenied,    // HTTP 403, or refused by a local rule
  kResourceExhausted,   // HTTP 429, or a limit of ours
  kUnavailable,         // certainly not applied: not connected, or refused before any effect
  kDeadlineExceeded,    // out of time; for a mutating call sent to a server use kUnknownOutcome
  kUnknownOutcome,      // sent, but no answer that tells whether it was applied: look it up
  kTooLarge,            // a size or depth limit was exceeded
  kFailedPrecondition,  // the world is not in the state this call needs
  kInternal,            // a defect of ours or of a library
};

// "NotFound" and so on; stable, for logs and metric labels.
std::string_view ErrorCodeName(ErrorCode code);

struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  // What the server asked us to wait (Retry-After), already capped by the transport.
  std::optional<std::chrono::milliseconds> retry_after;

  // Puts "context: " in front of the message.
  Error WithContext(std::string_view context) const&;
  Error WithContext(std::string_view context) &&;
  // "NotFound: secret payments/stripe-live does not exist"
  std::string ToString() const;

  static Error Cancelled(std::string message) {
    return Make(ErrorCode::kCancelled, std::move(message));
  }
  static Error InvalidArgument(std::string message) {
    return Make(ErrorCode::kInvalidArgument, std::move(message));
  }
  static Error NotFound(std::string message) {
    return Make(ErrorCode::kNotFound, std::move(message));
  }
  static Error Conflict(std::string message) {
    return Make(ErrorCode::kConflict, std::move(message));
  }
  static Error PermissionDenied(std::string message) {
    return Make(ErrorCode::kPermissionDenied, std::move(message));
  }
  static Error Unavailable(std::string message) {
    return Make(ErrorCode::kUnavailable, std::move(message));
  }
  static Error DeadlineExceeded(std::string message) {
    return Make(ErrorCode::kDeadlineExceeded, std::move(message));
  }
  static Error UnknownOutcome(std::string message) {
    return Make(ErrorCode::kUnknownOutcome, std::move(message));
  }
  static Error TooLarge(std::string message) {
    return Make(ErrorCode::kTooLarge, std::move(message));
  }
  static Error FailedPrecondition(std::string message) {
    return Make(ErrorCode::kFailedPrecondition, std::move(message));
  }
  static Error Internal(std::string message) {
    return Make(ErrorCode::kInternal, std::move(message));
  }

  static Error Make(ErrorCode code, std::string message) {
    return Error{code, std::move(message), std::nullopt};
  }

  friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace keysteward
