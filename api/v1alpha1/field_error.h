// FieldError: one thing wrong with an object, said so that its author can repair it.
//
// `field` is the path as in YAML ("spec.delivery.entries[0].value"); `message` says what is wrong
// and the remedy, never the value itself.
//
//   for (const FieldError& error : Validate(credential)) reply += error.ToString() + "\n";
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keysteward::api::v1alpha1 {

struct FieldError {
  std::string field;
  std::string message;

  // "spec.rotation.interval: must not be longer than spec.lifetime: …"
  std::string ToString() const { return field + ": " + message; }
  friend bool operator==(const FieldError&, const FieldError&) = default;
};

using FieldErrors = std::vector<FieldError>;

}  // namespace keysteward::api::v1alpha1
