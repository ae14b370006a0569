#include "policy/exceptions.h"

namespace keysteward::policy {
namespace {

bool Covers(const Exception& exception, const detection::ObjectIdentity& object,
            const detection::Finding& finding) {
  const Exception::Scope& scope = exception.scope;
  // Without one of these a waiver would cover a whole object, with everything added to it later.
  if (scope.path.empty() && scope.rule.empty() && scope.fingerprint.empty()) return false;
  // A manifest may leave its namespace out; a stored object never does.
  if (!object.namespace_name.empty() && exception.namespace_name != object.namespace_name) {
    return false;
  }
  if (!scope.kind.empty() && scope.kind != object.kind) return false;
  if (!scope.name.empty() && scope.name != object.name) return false;
  if (!scope.rule.empty() && scope.rule != finding.rule) return false;
  if (!scope.fingerprint.empty() && scope.fingerprint != finding.fingerprint) return false;
  return scope.path.empty() || scope.path == finding.path || scope.path == finding.stable_path;
}

}  // namespace

ExceptionMatch MatchException(const std::vector<Exception>& exceptions,
                              const detection::ObjectIdentity& object,
                              const detection::Finding& finding, WallTime now) {
  ExceptionMatch match;
  for (const Exception& exception : exceptions) {
    if (!Covers(exception, object, finding)) continue;
    if (exception.expires_at > now) return {&exception, nullptr};
    match.expired = &exception;
  }
  return match;
}

}  // namespace keysteward::policy
