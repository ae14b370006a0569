#include "cli/scan/scan_policy.h"

#include <iterator>
#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_exception_validation.h"
#include "api/v1alpha1/credential_policy_validation.h"
#include "cli/scan/scan_inputs.h"
#include "detection/reader/manifest_reader.h"
#include "policy/custom_rules.h"
#include "policy/manifest_json.h"
#include "policy/policy_from_api.h"

namespace keysteward::cli {
namespace {

constexpr size_t kLargestFile = 1u << 20;

// Decodes every object of a file; each must be a T that keeps T's rules.
template <typename T>
Result<std::vector<T>> ReadObjects(const std::string& path) {
  Result<std::string> text = ReadFile(path, kLargestFile);
  if (!text) return Error::InvalidArgument(text.error().message).WithContext(path);
  Result<detection::ManifestFile> manifest = detection::ManifestReader().Read(*text);
  if (!manifest) return std::move(manifest).error().WithContext(path);
  std::vector<T> objects;
  for (const detection::Document& document : manifest->documents) {
    for (const detection::Node* node : detection::ObjectsOf(*document.root)) {
      if (node->kind == detection::NodeKind::kNull) continue;
      if (node->String("kind") != api::KindOf<T>::resource.kind) {
        return Error::InvalidArgument(path + ":" + std::to_string(node->position.line) +
                                      ": expected kind " +
                                      std::string(api::KindOf<T>::resource.kind));
      }
      Result<T> object = api::Decode<T>(policy::ManifestJson(*node));
      if (!object) return std::move(object).error().WithContext(path);
      for (const auto& error : Validate(*object)) {
        return Error::InvalidArgument(path + ": " + error.ToString());
      }
      objects.push_back(*std::move(object));
    }
  }
  return objects;
}

}  // namespace

Result<policy::PolicySnapshot> ReadPolicySnapshot(const std::string& policy_file,
                                                  const std::string& exceptions_file) {
  policy::PolicySnapshot snapshot;
  if (!policy_file.empty()) {
    KS_ASSIGN_OR_RETURN(const auto policies,
                        ReadObjects<api::v1alpha1::CredentialPolicy>(policy_file));
    for (const auto& object : policies) snapshot.policies.push_back(policy::PolicyFrom(object));
  }
  if (!exceptions_file.empty()) {
    KS_ASSIGN_OR_RETURN(const auto exceptions,
                        ReadObjects<api::v1alpha1::CredentialException>(exceptions_file));
    for (const auto& object : exceptions) {
      snapshot.exceptions.push_back(policy::ExceptionFrom(object));
    }
  }
  return snapshot;
}

Result<std::vector<detection::Rule>> ReadCustomRules(const std::string& policy_file) {
  std::vector<detection::Rule> rules;
  if (policy_file.empty()) return rules;
  KS_ASSIGN_OR_RETURN(const auto policies,
                      ReadObjects<api::v1alpha1::CredentialPolicy>(policy_file));
  for (const auto& object : policies) {
    for (const auto& error : policy::CheckCustomRules(object)) {
      return Error::InvalidArgument(policy_file + ": " + error.ToString());
    }
    std::vector<detection::Rule> own = policy::CustomRulesOf(object);
    std::move(own.begin(), own.end(), std::back_inserter(rules));
  }
  return rules;
}

}  // namespace keysteward::cli
