#include "api/v1alpha1/credential_exception_validation.h"

#include <algorithm>

#include "api/v1alpha1/internal/checks.h"
#include "common/strings.h"

namespace keysteward::api::v1alpha1 {

using internal::Checks;

namespace {

bool IsKind(const std::string& text) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return text.size() <= 63 && text.front() >= 'A' && text.front() <= 'Z' &&
         std::all_of(text.begin(), text.end(), alphanumeric);
}

bool IsFingerprint(const std::string& text) {
  return text.size() == 16 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void CheckScope(Checks& checks, const ExceptionScope& scope) {
  checks.Require("", !scope.path.empty() || !scope.rule.empty() || !scope.fingerprint.empty(),
                 "must set at least one of path, rule and fingerprint: a refusal prints all "
                 "three");
  checks.Require("kind", scope.kind.empty() || IsKind(scope.kind),
                 "must be a kind in CamelCase, e.g. Deployment");
  if (!scope.name.empty()) checks.ObjectName("name", scope.name);
  checks.Length("path", scope.path, 0, 512);
  checks.Require("rule", scope.rule.empty() || internal::IsRuleId(scope.rule),
                 "must be a rule id, e.g. stripe-live-key");
  checks.Require("fingerprint", scope.fingerprint.empty() || IsFingerprint(scope.fingerprint),
                 "must be the 16 lower case hex digits that the refusal prints");
}

void CheckEnd(FieldErrors& errors, const CredentialException& exception, WallTime now,
              Duration longest) {
  const WallTime end = exception.spec.expires_at;
  const auto days = std::chrono::duration_cast<std::chrono::hours>(longest).count() / 24;
  if (end <= now) {
    errors.push_back({"spec.expiresAt", "is in the past: choose a time at most " +
                                            std::to_string(days) + " days ahead"});
  } else if (end > now + longest) {
    errors.push_back({"spec.expiresAt", "is more than " + std::to_string(days) +
                                            " days ahead: choose an earlier end and renew the "
                                            "waiver then"});
  }
}

}  // namespace

FieldErrors Validate(const CredentialException& exception) {
  const CredentialExceptionSpec& spec = exception.spec;
  Checks checks("metadata");
  checks.Require("name", exception.metadata.name.size() <= 52,
                 "must be at most 52 characters, choose a shorter name: messages quote it");
  Checks own("spec");
  own.Length("owner", spec.owner, 3, 254);
  own.Length("reason", spec.reason, 10, 512);
  own.Length("approvedBy", spec.approved_by, 3, 254);
  own.Require("approvedBy", !EqualsIgnoreCase(spec.approved_by, spec.owner),
              "must not be the owner: name somebody else who approved the waiver");
  Checks scope = own.At("scope");
  CheckScope(scope, spec.scope);
  own.Add(std::move(scope));
  checks.Add(std::move(own));
  return checks.Take();
}

FieldErrors ValidateCreate(const CredentialException& exception, WallTime now, Duration longest) {
  FieldErrors errors = Validate(exception);
  CheckEnd(errors, exception, now, longest);
  return errors;
}

FieldErrors ValidateUpdate(const CredentialException& before, const CredentialException& after,
                           WallTime now, Duration longest) {
  FieldErrors errors = Validate(after);
  if (before.spec.expires_at != after.spec.expires_at) CheckEnd(errors, after, now, longest);
  return errors;
}

}  // namespace keysteward::api::v1alpha1
