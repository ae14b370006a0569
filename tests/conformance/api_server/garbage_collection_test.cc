// Owner references, propagation, namespace deletion.
#include "tests/conformance/api_server/server_under_test.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

class GarbageCase : public ApiServerCase {
 protected:
  json Dependent(const std::string& name, const std::vector<json>& owners) const {
    json secret = Secret(name);
    for (const json& owner : owners) {
      secret["metadata"]["ownerReferences"].push_back({{"apiVersion", "v1"},
                                                       {"kind", "Secret"},
                                                       {"name", owner["metadata"]["name"]},
                                                       {"uid", UidOf(owner)},
                                                       {"blockOwnerDeletion", true}});
    }
    return secret;
  }
  bool GoesAway(const Resource& resource, const ObjectKey& key) {
    return Eventually([&] { return Gone(resource, key); }, std::chrono::seconds(60));
  }
};
KS_FOR_BOTH_SERVERS(GarbageCase);

TEST_P(GarbageCase, DependentsFollowTheirOwner) {
  const json owner = MustCreate(kSecrets, Secret("owner"));
  const json middle = MustCreate(kSecrets, Dependent("middle", {owner}));
  MustCreate(kSecrets, Dependent("leaf", {middle}));
  ASSERT_TRUE(client().Delete(kSecrets, Key("owner"), {}, {}));
  EXPECT_TRUE(GoesAway(kSecrets, Key("middle")));
  EXPECT_TRUE(GoesAway(kSecrets, Key("leaf")));
}

TEST_P(GarbageCase, ADependentStaysWhileOneOwnerLives) {
  const json one = MustCreate(kSecrets, Secret("one"));
  const json two = MustCreate(kSecrets, Secret("two"));
  MustCreate(kSecrets, Dependent("both", {one, two}));
  MustCreate(kSecrets, Dependent("witness", {one}));
  ASSERT_TRUE(client().Delete(kSecrets, Key("one"), {}, {}));
  EXPECT_TRUE(GoesAway(kSecrets, Key("witness")));
  EXPECT_FALSE(Gone(kSecrets, Key("both")));
  ASSERT_TRUE(client().Delete(kSecrets, Key("two"), {}, {}));
  EXPECT_TRUE(GoesAway(kSecrets, Key("both")));
}

TEST_P(GarbageCase, AnOwnerThatNeverExistedIsGone) {
  json owner = Secret("never");
  owner["metadata"]["uid"] = "11111111-2222-4333-8444-555555555555";
  MustCreate(kSecrets, Dependent("orphan", {owner}));
  EXPECT_TRUE(GoesAway(kSecrets, Key("orphan")));
}

TEST_P(GarbageCase, AFinalizerOfADependentIsRespected) {
  const json owner = MustCreate(kSecrets, Secret("owner"));
  json dependent = Dependent("held", {owner});
  dependent["metadata"]["finalizers"] = {"keysteward.dev/hold"};
  MustCreate(kSecrets, dependent);
  ASSERT_TRUE(client().Delete(kSecrets, Key("owner"), {}, {}));
  ASSERT_TRUE(Eventually(
      [&] { return MustGet(kSecrets, "held")["metadata"].contains("deletionTimestamp"); },
      std::chrono::seconds(60)));
  ASSERT_TRUE(client().Patch(kSecrets, Key("held"), PatchType::kMerge,
                             {{"metadata", {{"finalizers", nullptr}}}}, {}, {}));
  EXPECT_TRUE(GoesAway(kSecrets, Key("held")));
}

TEST_P(GarbageCase, ForegroundDeletionWaitsForTheDependents) {
  const json owner = MustCreate(kSecrets, Secret("owner"));
  json dependent = Dependent("held", {owner});
  dependent["metadata"]["finalizers"] = {"keysteward.dev/hold"};
  MustCreate(kSecrets, dependent);
  ASSERT_TRUE(client().Delete(kSecrets, Key("owner"), {.propagation = "Foreground"}, {}));
  ASSERT_TRUE(Eventually(
      [&] { return MustGet(kSecrets, "held")["metadata"].contains("deletionTimestamp"); },
      std::chrono::seconds(60)));
  EXPECT_EQ(MustGet(kSecrets, "owner")["metadata"]["finalizers"], json({"foregroundDeletion"}));
  ASSERT_TRUE(client().Patch(kSecrets, Key("held"), PatchType::kMerge,
                             {{"metadata", {{"finalizers", nullptr}}}}, {}, {}));
  EXPECT_TRUE(GoesAway(kSecrets, Key("held")));
  EXPECT_TRUE(GoesAway(kSecrets, Key("owner")));
}

TEST_P(GarbageCase, OrphanDeletionLeavesTheDependents) {
  const json owner = MustCreate(kSecrets, Secret("owner"));
  MustCreate(kSecrets, Dependent("left", {owner}));
  ASSERT_TRUE(client().Delete(kSecrets, Key("owner"), {.propagation = "Orphan"}, {}));
  EXPECT_TRUE(GoesAway(kSecrets, Key("owner")));
  EXPECT_FALSE(MustGet(kSecrets, "left")["metadata"].contains("ownerReferences"));
}

TEST_P(GarbageCase, ADeletedNamespaceTakesItsContentAndRefusesMore) {
  json held = Secret("held");
  held["metadata"]["finalizers"] = {"keysteward.dev/hold"};
  MustCreate(kSecrets, held);
  MustCreate(kSecrets, Secret("free"));
  ASSERT_TRUE(client().Delete(kNamespaces, {"", ns()}, {}, {}));
  EXPECT_TRUE(GoesAway(kSecrets, Key("free")));
  const json terminating = MustGet(kNamespaces, ns());
  EXPECT_EQ(terminating["status"]["phase"], "Terminating");
  EXPECT_EQ(client().Create(kSecrets, Secret("late"), {}, {}).error().ToString(),
            "PermissionDenied: secrets \"late\" is forbidden: unable to create new content in "
            "namespace " +
                ns() + " because it is being terminated; metadata.namespace: namespace " + ns() +
                " is being terminated");
  ASSERT_TRUE(client().Patch(kSecrets, Key("held"), PatchType::kMerge,
                             {{"metadata", {{"finalizers", nullptr}}}}, {}, {}));
  EXPECT_TRUE(GoesAway(kNamespaces, {"", ns()}));
}

}  // namespace
}  // namespace keysteward::kube
