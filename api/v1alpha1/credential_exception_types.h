// CredentialException: waives chosen findings of one namespace until a date.
// docs/kinds/credentialexception.md explains every field.
//
//   if (exception.spec.expires_at > clock.WallNow()) Waive(exception.spec.scope);
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"

namespace keysteward::api::v1alpha1 {

// Which findings; empty members match any. At least one of path, rule and fingerprint is set.
struct ExceptionScope {
  std::string kind;         // of the object, e.g. "Deployment"
  std::string name;         // of the object
  std::string path;         // field path, e.g. "spec.template.spec.containers[0].env[2].value"
  std::string rule;         // id of the detection rule
  std::string fingerprint;  // 16 hex digits, as printed with the finding

  friend bool operator==(const ExceptionScope&, const ExceptionScope&) = default;
};

struct CredentialExceptionSpec {
  std::string owner;        // answers for it; named when it ends
  std::string reason;       // 10–512 characters
  std::string approved_by;  // never the owner
  WallTime expires_at;      // at most 90 days ahead when written
  ExceptionScope scope;

  friend bool operator==(const CredentialExceptionSpec&, const CredentialExceptionSpec&) = default;
};

struct CredentialExceptionStatus {
  int64_t observed_generation = -1;
  int64_t waived_findings = 0;             // now
  std::optional<WallTime> last_used_time;  // absent: never
  std::vector<Condition> conditions;

  friend bool operator==(const CredentialExceptionStatus&,
                         const CredentialExceptionStatus&) = default;
};

struct CredentialException {
  ObjectMeta metadata;
  CredentialExceptionSpec spec;
  CredentialExceptionStatus status;
};

Result<CredentialException> FromJson(const nlohmann::json& object,
                                     std::type_identity<CredentialException>);
nlohmann::json ToJson(const CredentialException& exception);
nlohmann::json ToJson(const CredentialExceptionSpec& spec);
nlohmann::json ToJson(const CredentialExceptionStatus& status);

}  // namespace keysteward::api::v1alpha1

namespace keysteward::api {

template <>
struct KindOf<v1alpha1::CredentialException> {
  static constexpr Resource resource{"keysteward.dev", "v1alpha1", "credentialexceptions",
                                     "CredentialException"};
};

}  // namespace keysteward::api
