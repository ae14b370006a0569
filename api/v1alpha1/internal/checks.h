// Checks: the rules that several kinds share, as predicates and as a collector of field errors.
//
// Each rule has a twin in crds/*.yaml with the same message.
//
//   Checks checks("spec");
//   checks.Length("purpose", spec.purpose, 10, 256);
//   checks.Require("rotation.interval", interval <= lifetime, "must not be longer than …");
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/v1alpha1/field_error.h"
#include "common/clock.h"

namespace keysteward::api::v1alpha1::internal {

bool IsDnsSubdomain(std::string_view text);     // "a.b-c", at most 253
bool IsLabelValue(std::string_view text);       // "Pay-ments.1", 1–63
bool IsParameterName(std::string_view text);    // letter, then letters, digits, - and _; ≤ 63
bool IsSecretEntryName(std::string_view text);  // letters, digits, -, _ and .; ≤ 253
bool IsAnnotationKey(std::string_view text);    // "prefix/name"
bool IsHttpToken(std::string_view text);        // letters, digits and -; ≤ 64
bool IsJsonPointer(std::string_view text);      // "/a/b", no empty part
bool IsRuleId(std::string_view text);           // "stripe-live-key"
bool IsPrintableAscii(std::string_view text);   // space to ~
bool IsHttpsBaseUrl(std::string_view text);     // https, host, optional port and plain path

class Checks {
 public:
  explicit Checks(std::string path) : path_(std::move(path)) {}

  // Records `message` for the field when `holds` is false. An empty name means the object itself.
  void Require(std::string_view name, bool holds, std::string_view message);
  void Length(std::string_view name, std::string_view value, size_t lowest, size_t highest);
  void Range(std::string_view name, int64_t value, int64_t lowest, int64_t highest);
  // The bounds and the example are durations as written in YAML.
  void Between(std::string_view name, Duration value, std::string_view lowest,
               std::string_view highest, std::string_view example);
  void AtMost(std::string_view name, size_t count, size_t highest);
  // DNS subdomain: the name of an object.
  void ObjectName(std::string_view name, std::string_view value);

  // A collector below this one; give it back through Add.
  Checks At(std::string_view name) const { return Checks(PathOf(name)); }
  void Add(Checks child);
  FieldErrors Take() { return std::move(errors_); }

 private:
  std::string PathOf(std::string_view name) const;

  std::string path_;
  FieldErrors errors_;
};

// "headers[3]"
std::string Indexed(std::string_view name, size_t index);

}  // namespace keysteward::api::v1alpha1::internal
