// The bounds of the schemas and those of the C++ rules are the same numbers: what the schema allows
// at its bound the code does not refuse for its size, and one more is refused by both.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_exception_validation.h"
#include "api/v1alpha1/credential_issuer_validation.h"
#include "api/v1alpha1/credential_policy_validation.h"
#include "api/v1alpha1/credential_revocation_validation.h"
#include "api/v1alpha1/credential_rotation_validation.h"
#include "api/v1alpha1/managed_credential_validation.h"
#include "tests/builders/crd_schema.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CrdField;
using builders::CrdSchema;
using nlohmann::json;

constexpr int64_t kLargestExactInteger = (int64_t{1} << 53) - 1;

// "spec.a[].b" in the full object: "/spec/a/0/b"; map values are called "entry".
json::json_pointer PointerTo(std::string path) {
  for (const auto& [from, to] : {std::pair{"[]", "/0"}, std::pair{"{}", "/entry"}}) {
    for (size_t at = path.find(from); at != std::string::npos; at = path.find(from)) {
      path.replace(at, 2, to);
    }
  }
  std::replace(path.begin(), path.end(), '.', '/');
  return json::json_pointer("/" + path);
}

// The name that messages use: "spec.a[0].b", map values by their key.
std::string MessagePath(std::string path) {
  for (const auto& [from, to] : {std::pair{"[]", "[0]"}, std::pair{"{}", ".entry"}}) {
    for (size_t at = path.find(from); at != std::string::npos; at = path.find(from, at + 3)) {
      path.replace(at, 2, to);
    }
  }
  return path;
}

json Sized(const json& sample, size_t size) {
  if (sample.is_string()) return std::string(size, 'a');
  if (sample.is_array()) return json(size, sample.empty() ? json("a") : sample[0]);
  json out = json::object();
  for (size_t i = 0; i < size; ++i) out["a" + std::to_string(i)] = sample.begin().value();
  return out;
}

template <typename T>
class CrdBounds : public testing::Test {
 protected:
  CrdBounds() : schema_(CrdSchema::Of(std::string(KindOf<T>::resource.plural))) {}

  // What is said about the field when it holds `value`; "" when nothing is.
  std::string Said(const CrdField& field, const json& value) {
    json object = schema_.FullObject();
    object[PointerTo(field.path)] = value;
    const Result<T> decoded = Decode<T>(object);
    if (!decoded) return decoded.error().message;
    std::string out;
    for (const FieldError& error : Validate(*decoded)) {
      if (error.field == MessagePath(field.path)) out += error.message + "\n";
    }
    return out;
  }

  CrdSchema schema_;
};

using Kinds =
    testing::Types<ManagedCredential, CredentialRotation, CredentialIssuer, ClusterCredentialIssuer,
                   CredentialRevocation, CredentialPolicy, CredentialException>;
TYPED_TEST_SUITE(CrdBounds, Kinds);

bool IsAboutSize(const std::string& said) {
  return said.find(" characters, is ") != std::string::npos ||
         said.find(" items, has ") != std::string::npos ||
         said.find("must be between ") != std::string::npos;
}

TYPED_TEST(CrdBounds, TheCodeIsNotStricterThanTheSchemaSays) {
  this->schema_.ForEachField([&](const CrdField& field) {
    if (!field.path.starts_with("spec.") || field.schema.contains("enum")) return;
    const json sample = this->schema_.FullObject()[PointerTo(field.path)];
    for (const char* bound : {"minLength", "maxLength", "maxItems", "maxProperties"}) {
      if (!field.schema.contains(bound)) continue;
      const size_t size = field.schema[bound].template get<size_t>();
      const std::string said = this->Said(field, Sized(sample, size));
      EXPECT_FALSE(IsAboutSize(said)) << field.path << " with " << size << ": " << said;
    }
    for (const char* bound : {"minimum", "maximum"}) {
      if (!field.schema.contains(bound)) continue;
      const std::string said = this->Said(field, field.schema[bound]);
      EXPECT_FALSE(IsAboutSize(said)) << field.path << ": " << said;
    }
  });
}

TYPED_TEST(CrdBounds, TheCodeIsNotLaxerThanTheSchemaSays) {
  this->schema_.ForEachField([&](const CrdField& field) {
    if (!field.path.starts_with("spec.") || field.schema.contains("enum")) return;
    for (const auto& [bound, step] : {std::pair{"minimum", -1}, std::pair{"maximum", 1}}) {
      if (!field.schema.contains(bound)) continue;
      const int64_t beyond = field.schema[bound].template get<int64_t>() + step;
      if (beyond > kLargestExactInteger) continue;  // what JSON numbers hold, no rule of ours
      EXPECT_NE(this->Said(field, beyond), "") << field.path << " with " << beyond;
    }
  });
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
