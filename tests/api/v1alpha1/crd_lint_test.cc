// The schemas in crds/ keep the manners that docs/ promises: bounded, described, no drift.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

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

const Resource kResources[] = {
    KindOf<ManagedCredential>::resource,    KindOf<CredentialRotation>::resource,
    KindOf<CredentialIssuer>::resource,     KindOf<ClusterCredentialIssuer>::resource,
    KindOf<CredentialRevocation>::resource, KindOf<CredentialPolicy>::resource,
    KindOf<CredentialException>::resource};

class CrdLint : public testing::TestWithParam<Resource> {
 protected:
  void SetUp() override { schema_.emplace(CrdSchema::Of(std::string(GetParam().plural))); }

  std::optional<CrdSchema> schema_;
};

std::string FirstSentence(const std::string& text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '.' && text[i + 1] == ' ') return text.substr(0, i + 1);
  }
  return text;
}

TEST_P(CrdLint, NamesEqualTheResourceThatTheCodeUses) {
  const json& spec = schema_->crd()["spec"];
  EXPECT_EQ(spec["group"], GetParam().group);
  EXPECT_EQ(spec["names"]["kind"], GetParam().kind);
  EXPECT_EQ(spec["names"]["plural"], GetParam().plural);
  EXPECT_EQ(spec["scope"] == "Namespaced", GetParam().namespaced);
  EXPECT_EQ(schema_->version()["name"], GetParam().version);
  EXPECT_EQ(spec["names"]["categories"], json::array({"keysteward"}));
  EXPECT_EQ(spec["names"]["shortNames"].size(), 1U);
  EXPECT_EQ(schema_->crd()["metadata"]["name"],
            std::string(GetParam().plural) + "." + std::string(GetParam().group));
}

TEST_P(CrdLint, FileStaysBelowTheLimitOfOneObject) {
  const std::string path = "crds/" + std::string(GetParam().plural) + ".yaml";
  EXPECT_LT(builders::ReadSourceFile(path).size(), 200'000U);
}

TEST_P(CrdLint, EveryFieldIsDescribedAndTheFirstSentenceIsShort) {
  schema_->ForEachField([](const CrdField& field) {
    const std::string text = field.schema.value("description", "");
    EXPECT_FALSE(text.empty()) << field.path;
    EXPECT_LE(FirstSentence(text).size(), 100U) << field.path << ": " << text;
    EXPECT_TRUE(text.ends_with('.')) << field.path << ": " << text;
  });
}

TEST_P(CrdLint, EveryFieldPeopleWriteSaysWhetherItIsRequiredOrItsDefault) {
  schema_->ForEachField([](const CrdField& field) {
    const bool member = field.path.find('.') != std::string::npos && !field.path.ends_with("[]") &&
                        !field.path.ends_with("{}");
    if (!member || !field.path.starts_with("spec.")) return;
    if (field.path.find("matchLabels") != std::string::npos) return;
    if (field.path.find("matchExpressions[]") != std::string::npos) return;
    const std::string text = field.schema.value("description", "");
    const bool says = text.find("default") != std::string::npos ||
                      text.find("required") != std::string::npos ||
                      text.find("filled in at admission") != std::string::npos;
    EXPECT_TRUE(says) << field.path << ": " << text;
  });
}

TEST_P(CrdLint, ThePageOfTheKindNamesEveryFieldOfTheSpec) {
  std::string kind(GetParam().kind);
  if (kind == "ClusterCredentialIssuer") kind = "CredentialIssuer";  // one page for both
  for (char& c : kind) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const std::string page = builders::ReadSourceFile("docs/kinds/" + kind + ".md");
  schema_->ForEachField([&](const CrdField& field) {
    // A label selector is explained by Kubernetes; lists and maps are named by their field.
    const bool selector = field.path.find(".match") != std::string::npos;
    if (!field.path.starts_with("spec.") || selector ||
        field.path.find_last_of("]}") == field.path.size() - 1) {
      return;
    }
    const std::string name = field.path.substr(field.path.rfind('.') + 1);
    EXPECT_NE(page.find(name), std::string::npos) << field.path;
  });
}

TEST_P(CrdLint, EveryTextListAndMapIsBounded) {
  schema_->ForEachField([](const CrdField& field) {
    const std::string type = field.schema.value("type", "");
    EXPECT_TRUE(type != "string" || field.schema.contains("maxLength")) << field.path;
    EXPECT_TRUE(type != "array" || field.schema.contains("maxItems")) << field.path;
    if (type == "integer") {
      EXPECT_TRUE(field.schema.contains("minimum")) << field.path;
      EXPECT_TRUE(field.schema.contains("maximum")) << field.path;
    }
    const bool open = field.schema.contains("additionalProperties") ||
                      field.schema.contains("x-kubernetes-preserve-unknown-fields");
    EXPECT_TRUE(!open || field.schema.contains("maxProperties")) << field.path;
  });
}

TEST_P(CrdLint, NoFloatNoPhaseAndEveryTypeIsNamed) {
  schema_->ForEachField([](const CrdField& field) {
    const std::string type = field.schema.value("type", "");
    EXPECT_FALSE(type.empty()) << field.path;
    EXPECT_NE(type, "number") << field.path;
    EXPECT_FALSE(field.path.ends_with(".phase")) << field.path;
  });
}

TEST_P(CrdLint, TheOnlyDefaultIsThatOfTheStatus) {
  schema_->ForEachField([](const CrdField& field) {
    if (field.path == "status") {
      EXPECT_EQ(field.schema["default"], json({{"observedGeneration", -1}}));
    } else {
      EXPECT_FALSE(field.schema.contains("default")) << field.path;
    }
  });
}

TEST_P(CrdLint, EveryListIsAKeyedMapOrASet) {
  schema_->ForEachField([](const CrdField& field) {
    if (field.schema.value("type", "") != "array") return;
    const std::string kind = field.schema.value("x-kubernetes-list-type", "");
    if (field.schema["items"]["type"] == "object") {
      EXPECT_EQ(kind, "map") << field.path;
      for (const json& key : field.schema.value("x-kubernetes-list-map-keys", json::array())) {
        const json required = field.schema["items"].value("required", json::array());
        EXPECT_NE(std::find(required.begin(), required.end(), key), required.end())
            << field.path << " key " << key;
      }
    } else {
      EXPECT_EQ(kind, "set") << field.path;
    }
  });
}

TEST_P(CrdLint, EnumValuesAreCamelCase) {
  // Words of other standards keep their own spelling.
  const std::set<std::string> foreign = {"apps/v1", "GET",   "HEAD",  "POST",
                                         "PUT",     "PATCH", "DELETE"};
  schema_->ForEachField([&](const CrdField& field) {
    for (const json& value : field.schema.value("enum", json::array())) {
      const std::string word = value.get<std::string>();
      const bool camel = word.front() >= 'A' && word.front() <= 'Z' &&
                         word.find_first_of("_- ") == std::string::npos;
      EXPECT_TRUE(camel || foreign.contains(word)) << field.path << ": " << word;
    }
  });
}

TEST_P(CrdLint, EveryRuleTellsWhatToDo) {
  const auto check = [](const std::string& path, const json& schema) {
    for (const json& rule : schema.value("x-kubernetes-validations", json::array())) {
      EXPECT_GE(rule.value("message", "").size(), 20U) << path << ": " << rule["rule"];
    }
  };
  check("", schema_->root());
  schema_->ForEachField([&](const CrdField& field) { check(field.path, field.schema); });
}

TEST_P(CrdLint, ReferencesNameNoNamespace) {
  schema_->ForEachField([](const CrdField& field) {
    const bool reference =
        field.path.ends_with("Ref.namespace") || field.path.ends_with("include[].namespace");
    EXPECT_FALSE(reference) << field.path;
  });
}

TEST_P(CrdLint, StatusHasConditionsByTypeAndItsOwnSubresource) {
  EXPECT_TRUE(schema_->version()["subresources"].contains("status"));
  const json& status = schema_->root()["properties"]["status"]["properties"];
  EXPECT_EQ(status["conditions"]["x-kubernetes-list-map-keys"], json::array({"type"}));
  EXPECT_EQ(status["observedGeneration"]["minimum"], -1);
}

TEST_P(CrdLint, NoColumnOfAFutureTimeIsADate) {
  for (const json& column : schema_->version()["additionalPrinterColumns"]) {
    if (column["type"] != "date") continue;
    EXPECT_EQ(column["jsonPath"], ".metadata.creationTimestamp") << column["name"];
  }
}

INSTANTIATE_TEST_SUITE_P(AllKinds, CrdLint, testing::ValuesIn(kResources),
                         [](const auto& kind) { return std::string(kind.param.kind); });

TEST(CrdFiles, ThereIsOneForEachKindAndNoOther) {
  std::vector<std::string> expected;
  for (const Resource& resource : kResources) {
    expected.push_back("crds/" + std::string(resource.plural) + ".yaml");
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(builders::ListSourceFiles("crds", ".yaml"), expected);
}

TEST(CrdFiles, BothIssuersDescribeProvidersInTheSameWay) {
  const CrdSchema namespaced = CrdSchema::Of("credentialissuers");
  const CrdSchema cluster = CrdSchema::Of("clustercredentialissuers");
  json spec = cluster.root()["properties"]["spec"]["properties"];
  EXPECT_EQ(spec.erase("allowedNamespaces"), 1U);
  EXPECT_EQ(spec.erase("allowPrivateAddresses"), 1U);
  EXPECT_EQ(spec, namespaced.root()["properties"]["spec"]["properties"]);
  EXPECT_EQ(cluster.root()["properties"]["status"], namespaced.root()["properties"]["status"]);
}

TEST(CrdFiles, WhatIsNotBuiltIsAbsent) {
  const std::set<std::string> absent = {"spec.rotation.windows",
                                        "spec.consumers.external",
                                        "spec.import",
                                        "spec.allowImport",
                                        "spec.postgresql",
                                        "spec.serviceAccountToken",
                                        "spec.vault",
                                        "spec.awsIAM",
                                        "spec.oauth2ClientCredentials",
                                        "spec.gitHubApp"};
  for (const Resource& resource : kResources) {
    CrdSchema::Of(std::string(resource.plural)).ForEachField([&](const CrdField& field) {
      EXPECT_FALSE(absent.contains(field.path)) << resource.kind << " " << field.path;
    });
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
