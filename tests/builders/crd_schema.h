// CrdSchema: the OpenAPI schema of one of our CRDs, walked field by field.
//
//   CrdSchema schema = CrdSchema::Of("managedcredentials");
//   schema.ForEachField([](const CrdField& field) { EXPECT_TRUE(…) << field.path; });
//   nlohmann::json full = schema.FullObject();        // every field set, to a value of its own
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace keysteward::builders {

struct CrdField {
  std::string path;  // "spec.delivery.entries[].name"; map values end in "{}"
  const nlohmann::json& schema;
  bool below_list = false;
};

class CrdSchema {
 public:
  static CrdSchema Of(const std::string& plural);

  const nlohmann::json& crd() const { return crd_; }
  const nlohmann::json& version() const { return crd_["spec"]["versions"][0]; }
  const nlohmann::json& root() const { return version()["schema"]["openAPIV3Schema"]; }

  // spec, status and all below them, parents first.
  void ForEachField(const std::function<void(const CrdField&)>& visit) const;

  // An object with every field of spec and status set. Texts, numbers, durations and times differ
  // from each other and from the defaults, enums take their last value, lists and maps hold one
  // item. It satisfies the types, not the rules.
  nlohmann::json FullObject() const;

  // Paths of members of `object` (spec and status) that the schema does not have.
  std::vector<std::string> UnknownFields(const nlohmann::json& object) const;

 private:
  explicit CrdSchema(nlohmann::json crd) : crd_(std::move(crd)) {}

  nlohmann::json crd_;
};

// What is inside a schema's rules: whether `text` occurs in one of them.
bool HasRuleWith(const nlohmann::json& schema, const std::string& text);

}  // namespace keysteward::builders
