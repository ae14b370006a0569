// Get, list and selectors.
#include "tests/conformance/api_server/server_under_test.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

class ReadCase : public ApiServerCase {
 protected:
  // Secrets of these names; each label "n" is the name, "even" marks every second one.
  void Fill(const std::vector<std::string>& names) {
    for (size_t i = 0; i < names.size(); ++i) {
      json secret = Secret(names[i]);
      secret["metadata"]["labels"] = {{"n", names[i]}};
      if (i % 2 == 0) secret["metadata"]["labels"]["even"] = "yes";
      MustCreate(kSecrets, secret);
    }
  }
  std::vector<std::string> Names(ListOptions options) {
    options.namespace_name = ns();
    const auto list = client().List(kSecrets, options, {});
    EXPECT_TRUE(list) << list.error().ToString();
    std::vector<std::string> names;
    if (!list) return names;
    for (const json& item : list->items) names.push_back(item["metadata"]["name"]);
    return names;
  }
  using Texts = std::vector<std::string>;
};
KS_FOR_BOTH_SERVERS(ReadCase);

TEST_P(ReadCase, GettingWhatIsNotThereIsNotFound) {
  EXPECT_EQ(client().Get(kSecrets, Key("a"), {}).error().ToString(),
            "NotFound: secrets \"a\" not found");
  EXPECT_EQ(client().Get(kDeployments, Key("d"), {}).error().ToString(),
            "NotFound: deployments.apps \"d\" not found");
  EXPECT_EQ(client().Get(kManagedCredentials, Key("c"), {}).error().ToString(),
            "NotFound: managedcredentials.keysteward.dev \"c\" not found");
}

TEST_P(ReadCase, PagesMakeOneListInOrder) {
  Fill({"e", "b", "a", "d", "c"});
  for (const int64_t limit : {1, 2, 5, 500}) {
    EXPECT_EQ(Names({.limit = limit}), (Texts{"a", "b", "c", "d", "e"})) << limit;
  }
}

TEST_P(ReadCase, AnEmptyListHasAVersionToWatchFrom) {
  const auto list = client().List(kLeases, {.namespace_name = ns()}, {});
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->items.empty());
  EXPECT_GT(std::stoll(list->resource_version), 0);
}

TEST_P(ReadCase, ListedObjectsSayWhatTheyAre) {
  Fill({"a"});
  MustCreate(kManagedCredentials, Credential("c"));
  const auto secrets = client().List(kSecrets, {.namespace_name = ns()}, {});
  ASSERT_TRUE(secrets);
  EXPECT_EQ(secrets->items.at(0), MustGet(kSecrets, "a"));
  const auto credentials = client().List(kManagedCredentials, {.namespace_name = ns()}, {});
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->items.at(0), MustGet(kManagedCredentials, "c"));
}

TEST_P(ReadCase, AllNamespacesHoldThisOne) {
  Fill({"a"});
  const auto list = client().List(kSecrets, {.field_selector = "metadata.name=a"}, {});
  ASSERT_TRUE(list);
  bool found = false;
  for (const json& item : list->items) found = found || item["metadata"]["namespace"] == ns();
  EXPECT_TRUE(found);
}

TEST_P(ReadCase, EachFormOfLabelSelectorSelects) {
  Fill({"a", "b", "c"});
  const std::pair<const char*, Texts> rows[] = {
      {"n=a", {"a"}},
      {"n==a", {"a"}},
      {"n!=a", {"b", "c"}},
      {"n in (a,c)", {"a", "c"}},
      {"n notin (a,c)", {"b"}},
      {"even", {"a", "c"}},
      {"!even", {"b"}},
      {"even,n!=a", {"c"}},
      {"even=yes,n in (a, b)", {"a"}},
      {"none", {}},
      {"none!=x", {"a", "b", "c"}},
      {"none notin (x)", {"a", "b", "c"}},
  };
  for (const auto& [selector, names] : rows) {
    EXPECT_EQ(Names({.label_selector = selector}), names) << selector;
  }
}

TEST_P(ReadCase, AWrongLabelSelectorIsInvalid) {
  for (const char* selector : {"a in b", "a in (b", "=x,"}) {
    const auto list =
        client().List(kSecrets, {.namespace_name = ns(), .label_selector = selector}, {});
    ASSERT_FALSE(list) << selector;
    EXPECT_EQ(list.error().code, ErrorCode::kInvalidArgument) << selector;
  }
}

TEST_P(ReadCase, FieldsThatCanBeSelectedAre) {
  Fill({"a", "b"});
  EXPECT_EQ(Names({.field_selector = "metadata.name=b"}), Texts{"b"});
  EXPECT_EQ(Names({.field_selector = "metadata.name!=b"}), Texts{"a"});
  EXPECT_EQ(Names({.field_selector = "type=Opaque"}), (Texts{"a", "b"}));
  EXPECT_EQ(Names({.field_selector = "type=Opaque,metadata.name=a"}), Texts{"a"});
  EXPECT_EQ(Names({.field_selector = "metadata.namespace=" + ns()}), (Texts{"a", "b"}));
}

TEST_P(ReadCase, CustomResourcesAreSelectedByTheirDeclaredFields) {
  MustCreate(kManagedCredentials, Credential("c"));
  const auto count = [&](const std::string& selector) {
    const auto list = client().List(kManagedCredentials,
                                    {.namespace_name = ns(), .field_selector = selector}, {});
    EXPECT_TRUE(list) << selector;
    return list ? list->items.size() : 99;
  };
  EXPECT_EQ(count("spec.owner.team=payments"), 1u);
  EXPECT_EQ(count("spec.owner.team=other"), 0u);
  EXPECT_EQ(count("spec.issuerRef.name=generated"), 1u);
}

TEST_P(ReadCase, OtherFieldsCannotBeSelected) {
  const auto list =
      client().List(kSecrets, {.namespace_name = ns(), .field_selector = "data.a=b"}, {});
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(list.error().message.find("field label not supported: data.a"), std::string::npos)
      << list.error().message;
}

TEST_P(ReadCase, MetadataOnlyLeavesTheContentOut) {
  Fill({"a"});
  const auto list = client().List(kSecrets, {.namespace_name = ns(), .metadata_only = true}, {});
  ASSERT_TRUE(list);
  const json& item = list->items.at(0);
  EXPECT_EQ(item["kind"], "PartialObjectMetadata");
  EXPECT_EQ(item["apiVersion"], "meta.k8s.io/v1");
  EXPECT_EQ(item["metadata"], MustGet(kSecrets, "a")["metadata"]);
  EXPECT_FALSE(item.contains("data"));
  EXPECT_FALSE(item.contains("type"));
}

TEST_P(ReadCase, ACachedReadIsAnsweredToo) {
  Fill({"a"});
  ASSERT_TRUE(Eventually([&] { return Names({.resource_version = "0"}) == Texts{"a"}; }));
}

TEST_P(ReadCase, AListIsNotOlderThanAWriteBeforeIt) {
  for (int i = 0; i < 20; ++i) {
    const std::string name = "a" + std::to_string(i);
    const json created = MustCreate(kSecrets, Secret(name));
    const auto list = client().List(
        kSecrets, {.namespace_name = ns(), .field_selector = "metadata.name=" + name}, {});
    ASSERT_TRUE(list);
    ASSERT_EQ(list->items.size(), 1u);
    EXPECT_GE(std::stoll(list->resource_version), std::stoll(VersionOf(created)));
  }
}

}  // namespace
}  // namespace keysteward::kube
