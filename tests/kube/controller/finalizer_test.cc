#include "kube/controller/finalizer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "tests/fakes/scripted_client.h"

namespace keysteward::kube {
namespace {

using api::ObjectMeta;
using nlohmann::json;

constexpr std::string_view kOurs = "keysteward.dev/revoke";
constexpr Resource kSecrets = api::KindOf<api::core::Secret>::resource;

ObjectMeta Meta(std::vector<std::string> finalizers, bool deleting = false) {
  ObjectMeta meta;
  meta.namespace_name = "payments";
  meta.name = "stripe";
  meta.uid = "uid-1";
  meta.resource_version = "7";
  meta.finalizers = std::move(finalizers);
  if (deleting) meta.deletion_timestamp = WallTime{};
  return meta;
}

// An object as the server has it; the patch is applied to it by RFC 6902.
json Stored(const ObjectMeta& meta) { return {{"metadata", api::ToJson(meta)}}; }

TEST(NextFinalizerStep, IsDecidedByTwoFacts) {
  const std::string ours(kOurs);
  EXPECT_EQ(NextFinalizerStep(Meta({}), kOurs), FinalizerStep::kAdd);
  EXPECT_EQ(NextFinalizerStep(Meta({"other/f"}), kOurs), FinalizerStep::kAdd);
  EXPECT_EQ(NextFinalizerStep(Meta({ours}), kOurs), FinalizerStep::kReconcile);
  EXPECT_EQ(NextFinalizerStep(Meta({ours}, true), kOurs), FinalizerStep::kCleanUp);
  EXPECT_EQ(NextFinalizerStep(Meta({"other/f"}, true), kOurs), FinalizerStep::kNothing);
}

TEST(AddFinalizerPatch, AddsTheFirstFinalizerOrAppends) {
  for (const auto& before : {std::vector<std::string>{}, {"other/f"}}) {
    const ObjectMeta meta = Meta(before);
    const json after = Stored(meta).patch(AddFinalizerPatch(meta, kOurs));
    std::vector<std::string> expected = before;
    expected.emplace_back(kOurs);
    EXPECT_EQ(after["metadata"]["finalizers"], json(expected));
  }
}

TEST(AddFinalizerPatch, RefusesAnObjectThatIsNotTheOneLookedAt) {
  const ObjectMeta looked_at = Meta({});
  ObjectMeta recreated = Meta({});
  recreated.uid = "uid-2";
  EXPECT_THROW(Stored(recreated).patch(AddFinalizerPatch(looked_at, kOurs)), json::other_error);
  ObjectMeta raced = Meta({"other/f"});
  raced.resource_version = "8";
  EXPECT_THROW(Stored(raced).patch(AddFinalizerPatch(looked_at, kOurs)), json::other_error);
}

TEST(AddFinalizerPatch, RefusesAFinalizerListThatChanged) {
  const ObjectMeta looked_at = Meta({"a/f"});
  EXPECT_THROW(Stored(Meta({"a/f", "b/f"})).patch(AddFinalizerPatch(looked_at, kOurs)),
               json::other_error);
}

TEST(RemoveFinalizerPatch, TakesOursAndLeavesTheOthers) {
  const ObjectMeta meta = Meta({"a/f", std::string(kOurs), "b/f"}, true);
  const json after = Stored(meta).patch(RemoveFinalizerPatch(meta, kOurs));
  EXPECT_EQ(after["metadata"]["finalizers"], json({"a/f", "b/f"}));
}

TEST(RemoveFinalizerPatch, NeverTakesAnotherOnesFinalizerThatMovedToOurPlace) {
  const ObjectMeta looked_at = Meta({"a/f", std::string(kOurs)}, true);
  const ObjectMeta now = Meta({std::string(kOurs), "b/f"}, true);
  EXPECT_THROW(Stored(now).patch(RemoveFinalizerPatch(looked_at, kOurs)), json::other_error);
}

TEST(AddFinalizer, SendsOneJsonPatchToTheObject) {
  ScriptedClient client;
  int calls = 0;
  client.on_patch = [&](const Resource& resource, const ObjectKey& key, PatchType type,
                        const json& patch) -> Result<json> {
    ++calls;
    EXPECT_EQ(resource.plural, "secrets");
    EXPECT_EQ(key.ToString(), "payments/stripe");
    EXPECT_EQ(type, PatchType::kJson);
    EXPECT_EQ(patch, AddFinalizerPatch(Meta({}), kOurs));
    return json::object();
  };
  EXPECT_TRUE(AddFinalizer(client, kSecrets, Meta({}), kOurs, {}));
  EXPECT_EQ(calls, 1);
}

TEST(AddFinalizer, AFailedTestOperationIsAConflictToBeDecidedAgain) {
  ScriptedClient client;
  client.on_patch = [](auto&&...) -> Result<json> {
    return Error::Conflict("testing path /metadata/uid failed");
  };
  const auto added = AddFinalizer(client, kSecrets, Meta({}), kOurs, {});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().ToString(), "Conflict: add finalizer: testing path /metadata/uid failed");
}

TEST(RemoveFinalizer, AnObjectThatIsGoneIsSuccess) {
  ScriptedClient client;
  client.on_patch = [](auto&&...) -> Result<json> { return Error::NotFound("gone"); };
  EXPECT_TRUE(RemoveFinalizer(client, kSecrets, Meta({std::string(kOurs)}, true), kOurs, {}));
}

TEST(RemoveFinalizer, WithoutOurFinalizerNothingIsSent) {
  ScriptedClient client;
  client.on_patch = [](auto&&...) -> Result<json> {
    ADD_FAILURE() << "a patch was sent";
    return json::object();
  };
  EXPECT_TRUE(RemoveFinalizer(client, kSecrets, Meta({"other/f"}, true), kOurs, {}));
}

TEST(RemoveFinalizer, OtherErrorsAreToldWithTheirContext) {
  ScriptedClient client;
  client.on_patch = [](auto&&...) -> Result<json> { return Error::Unavailable("refused"); };
  const auto removed =
      RemoveFinalizer(client, kSecrets, Meta({std::string(kOurs)}, true), kOurs, {});
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().ToString(), "Unavailable: remove finalizer: refused");
}

}  // namespace
}  // namespace keysteward::kube
