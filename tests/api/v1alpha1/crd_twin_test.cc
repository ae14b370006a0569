// The schemas in crds/ and the C++ types know the same fields: nothing that the server stores is
// lost by reading and writing, and nothing is written that the server would refuse.
#include <gtest/gtest.h>

#include "api/meta/decode.h"
#include "api/v1alpha1/credential_exception_types.h"
#include "api/v1alpha1/credential_issuer_types.h"
#include "api/v1alpha1/credential_policy_types.h"
#include "api/v1alpha1/credential_revocation_types.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "tests/builders/crd_schema.h"
#include "tests/builders/yaml_document.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::CrdField;
using builders::CrdSchema;
using nlohmann::json;

template <typename T>
class CrdTwin : public testing::Test {
 protected:
  CrdTwin() : schema_(CrdSchema::Of(std::string(KindOf<T>::resource.plural))) {}

  CrdSchema schema_;
};

using Kinds =
    testing::Types<ManagedCredential, CredentialRotation, CredentialIssuer, ClusterCredentialIssuer,
                   CredentialRevocation, CredentialPolicy, CredentialException>;
TYPED_TEST_SUITE(CrdTwin, Kinds);

// Fields that are computed when written.
json WithoutPrintedFields(json object) {
  if (object["kind"] == "ManagedCredential") {
    object["status"].erase("columns");
    object["status"]["consumers"].erase("summary");
  }
  return object;
}

// "spec.a[].b" as pointers into the full object: "/spec/a/0/b"; map values are called "entry".
json::json_pointer PointerTo(const std::string& path) {
  std::string out = "/";
  for (size_t i = 0; i < path.size(); ++i) {
    if (path.compare(i, 2, "[]") == 0) {
      out += "/0";
      ++i;
    } else if (path.compare(i, 2, "{}") == 0) {
      out += "/entry";
      ++i;
    } else {
      out += path[i] == '.' ? '/' : path[i];
    }
  }
  return json::json_pointer(out);
}

TYPED_TEST(CrdTwin, AFullObjectIsReadAndWrittenWithoutLoss) {
  const json full = this->schema_.FullObject();
  const Result<TypeParam> decoded = Decode<TypeParam>(full);
  ASSERT_TRUE(decoded) << decoded.error().ToString();
  EXPECT_EQ(json::diff(WithoutPrintedFields(full), WithoutPrintedFields(ToJson(*decoded))),
            json::array());
}

TYPED_TEST(CrdTwin, NothingIsWrittenThatTheSchemaDoesNotHave) {
  const Result<TypeParam> decoded = Decode<TypeParam>(this->schema_.FullObject());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(this->schema_.UnknownFields(ToJson(*decoded)), std::vector<std::string>{});
  EXPECT_EQ(this->schema_.UnknownFields(ToJson(TypeParam{})), std::vector<std::string>{});
}

TYPED_TEST(CrdTwin, EveryEnumValueOfTheSchemaIsKnown) {
  const json full = this->schema_.FullObject();
  this->schema_.ForEachField([&](const CrdField& field) {
    for (const json& value : field.schema.value("enum", json::array())) {
      json changed = full;
      changed[PointerTo(field.path)] = value;
      if (value == "Exists" || value == "DoesNotExist") {
        changed[PointerTo(field.path).parent_pointer()].erase("values");
      }
      const Result<TypeParam> decoded = Decode<TypeParam>(changed);
      ASSERT_TRUE(decoded) << decoded.error().ToString();
      EXPECT_EQ(ToJson(*decoded)[PointerTo(field.path)], value) << field.path;
    }
  });
}

TYPED_TEST(CrdTwin, AnEnumValueOutsideTheSchemaIsRefusedWithItsPath) {
  const json full = this->schema_.FullObject();
  this->schema_.ForEachField([&](const CrdField& field) {
    if (!field.schema.contains("enum")) return;
    // Conditions and workload references are open words to the reader.
    if (field.path.find("conditions[]") != std::string::npos) return;
    if (field.path.find("include[]") != std::string::npos) return;
    json changed = full;
    changed[PointerTo(field.path)] = "Nonsense";
    const Result<TypeParam> decoded = Decode<TypeParam>(changed);
    ASSERT_FALSE(decoded) << field.path;
    const std::string& message = decoded.error().message;
    EXPECT_TRUE(message.find(": must be ") != std::string::npos ||
                message.find(": must hold ") != std::string::npos)
        << message;
    EXPECT_NE(message.find(field.schema["enum"].back().template get<std::string>()),
              std::string::npos)
        << message;
  });
}

TYPED_TEST(CrdTwin, AWrongTypeIsRefusedWithItsPath) {
  const json full = this->schema_.FullObject();
  this->schema_.ForEachField([&](const CrdField& field) {
    if (field.path.find("columns") != std::string::npos || field.path.ends_with("summary")) {
      return;  // printed, never read
    }
    json changed = full;
    const bool object = field.schema["type"] == "object";
    changed[PointerTo(field.path)] = object ? json("text") : json::object({{"wrong", true}});
    const Result<TypeParam> decoded = Decode<TypeParam>(changed);
    ASSERT_FALSE(decoded) << field.path;
    const std::string name = field.path.substr(0, field.path.find_first_of("[{"));
    EXPECT_NE(decoded.error().message.find(name), std::string::npos)
        << field.path << ": " << decoded.error().message;
  });
}

TYPED_TEST(CrdTwin, UnknownFieldsAreIgnoredSoThatNewerObjectsCanBeRead) {
  json object = this->schema_.FullObject();
  object["spec"]["fromTheFuture"] = {{"a", 1}};
  object["status"]["fromTheFuture"] = json::array({1});
  EXPECT_TRUE(Decode<TypeParam>(object));
}

TYPED_TEST(CrdTwin, AnotherKindIsRefused) {
  json object = this->schema_.FullObject();
  object["kind"] = "Pod";
  const Result<TypeParam> decoded = Decode<TypeParam>(object);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message, std::string(KindOf<TypeParam>::resource.kind) +
                                         ": kind: must be " +
                                         std::string(KindOf<TypeParam>::resource.kind));
}

TYPED_TEST(CrdTwin, NonsenseInsteadOfAnObjectIsAnError) {
  for (const json& nonsense :
       {json(nullptr), json("text"), json::array(), json(7), json{{"spec", 7}},
        json{{"spec", json::array()}}, json{{"metadata", "x"}}, json{{"status", "x"}}}) {
    EXPECT_FALSE(Decode<TypeParam>(nonsense)) << nonsense;
  }
}

TYPED_TEST(CrdTwin, TheDocumentedDefaultsAreThoseOfTheTypes) {
  const json written = ToJson(TypeParam{})["spec"];
  this->schema_.ForEachField([&](const CrdField& field) {
    if (!field.path.starts_with("spec.") || field.below_list) return;
    const json::json_pointer pointer = PointerTo(field.path.substr(4));
    if (!written.contains(pointer) || written[pointer].is_structured()) return;
    const std::string text = field.schema["description"];
    if (text.find("default") == std::string::npos) return;  // required
    const std::string value = written[pointer].is_string()
                                  ? written[pointer].template get<std::string>()
                                  : written[pointer].dump();
    EXPECT_NE(text.find("default " + value), std::string::npos)
        << field.path << " is " << value << " but: " << text;
  });
}

TYPED_TEST(CrdTwin, EveryGoodSampleSurvivesReadingAndWriting) {
  size_t samples = 0;
  for (const std::string& path : builders::ListSourceFiles("e2e/crds/good", ".yaml")) {
    const json object = builders::ReadYaml(path);
    if (object["kind"] != KindOf<TypeParam>::resource.kind) continue;
    ++samples;
    const Result<TypeParam> decoded = Decode<TypeParam>(object);
    ASSERT_TRUE(decoded) << path << ": " << decoded.error().ToString();
    const Result<TypeParam> again = Decode<TypeParam>(ToJson(*decoded));
    ASSERT_TRUE(again) << path << ": " << again.error().ToString();
    EXPECT_EQ(again->spec, decoded->spec) << path;
  }
  EXPECT_GE(samples, 1U);
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
