// Result<T>: a value or an Error, with the member names of std::expected. It may not be dropped.
//
//   Result<int> ParsePort(std::string_view text);
//   KS_ASSIGN_OR_RETURN(const int port, ParsePort(text));   // returns the Error to our caller
//   if (Result<void> done = server.Listen(port); !done) return done.error().WithContext("listen");
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "common/error.h"

namespace keysteward {

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit
  // What converts to T, so that `return "text";` works for a Result<std::string>.
  template <typename U>
  requires(std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
           !std::is_same_v<std::remove_cvref_t<U>, Error> &&
           !std::is_same_v<std::remove_cvref_t<U>, Result>)
      // NOLINTNEXTLINE: implicit, and the constraint keeps copies and moves out
      Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // Precondition: has_value().
  T& value() & { return Checked(); }
  const T& value() const& { return const_cast<Result*>(this)->Checked(); }
  T&& value() && { return std::move(Checked()); }
  T& operator*() & { return Checked(); }
  const T& operator*() const& { return const_cast<Result*>(this)->Checked(); }
  T&& operator*() && { return std::move(Checked()); }
  T* operator->() { return &Checked(); }
  const T* operator->() const { return &const_cast<Result*>(this)->Checked(); }
  T value_or(T fallback) const& { return has_value() ? std::get<0>(state_) : std::move(fallback); }

  T value_or(T fallback) && {
    return has_value() ? std::get<0>(std::move(state_)) : std::move(fallback);
  }

  // Precondition: !has_value().
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  T& Checked() {
    assert(has_value());
    return std::get<0>(state_);
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace keysteward

#define KS_RESULT_CONCAT_(a, b) a##b
#define KS_RESULT_CONCAT(a, b) KS_RESULT_CONCAT_(a, b)

// Evaluates a Result<void> expression; returns its error to the caller.
#define KS_RETURN_IF_ERROR(expr)                 \
  do {                                           \
    if (auto ks_result_ = (expr); !ks_result_) { \
      return std::move(ks_result_).error();      \
    }                                            \
  } while (false)

// Evaluates a Result<T> expression; binds the value to `declaration` or returns the error.
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses
#define KS_ASSIGN_OR_RETURN(declaration, expr)                        \
  auto KS_RESULT_CONCAT(ks_result_, __LINE__) = (expr);               \
  if (!KS_RESULT_CONCAT(ks_result_, __LINE__)) {                      \
    return std::move(KS_RESULT_CONCAT(ks_result_, __LINE__)).error(); \
  }                                                                   \
  declaration = std::move(KS_RESULT_CONCAT(ks_result_, __LINE__)).value()
// NOLINTEND(bugprone-macro-parentheses)
