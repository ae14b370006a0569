#include "api/meta/object_meta.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::api {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: 5min reads as a table of numbers

json Object() {
  return json::parse(R"({
    "metadata": {
      "name": "stripe-live", "namespace": "payments", "uid": "u-1", "resourceVersion": "42",
      "generation": 3, "creationTimestamp": "2026-01-01T00:00:00Z",
      "labels": {"app": "shop"}, "annotations": {"note": "x"}, "finalizers": ["a", "b"],
      "managedFields": [{"manager": "kubectl"}],
      "ownerReferences": [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": "other", "uid": "u-9"},
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "shop", "uid": "u-2",
         "controller": true, "blockOwnerDeletion": true}]
    }})");
}

ObjectMeta Read(const json& object) {
  JsonFields fields(object, "");
  ObjectMeta meta = ReadObjectMeta(fields);
  EXPECT_TRUE(fields.Check());
  return meta;
}

TEST(ObjectMeta, IsReadWithEveryFieldWeUse) {
  const ObjectMeta meta = Read(Object());
  EXPECT_EQ(meta.key().ToString(), "payments/stripe-live");
  EXPECT_EQ(meta.uid, "u-1");
  EXPECT_EQ(meta.resource_version, "42");
  EXPECT_EQ(meta.generation, 3);
  EXPECT_EQ(FormatTime(*meta.creation_timestamp), "2026-01-01T00:00:00Z");
  EXPECT_FALSE(meta.deleting());
  EXPECT_EQ(meta.Label("app"), "shop");
  EXPECT_EQ(meta.Label("none"), "");
  EXPECT_EQ(meta.Annotation("note"), "x");
  EXPECT_TRUE(meta.HasFinalizer("b"));
  EXPECT_FALSE(meta.HasFinalizer("c"));
}

TEST(ObjectMeta, TheControllerIsTheOwnerThatSaysSo) {
  const ObjectMeta meta = Read(Object());
  ASSERT_NE(meta.Controller(), nullptr);
  EXPECT_EQ(meta.Controller()->name, "shop");
  EXPECT_TRUE(meta.IsOwnedBy("u-9"));
  EXPECT_FALSE(meta.IsOwnedBy("u-3"));
  EXPECT_EQ(Read(json::parse(R"({"metadata": {"name": "x"}})")).Controller(), nullptr);
}

TEST(ObjectMeta, SurvivesTheWayToJsonAndBack) {
  const ObjectMeta meta = Read(Object());
  const ObjectMeta again = Read({{"metadata", ToJson(meta)}});
  EXPECT_EQ(ToJson(again), ToJson(meta));
  EXPECT_EQ(again.owner_references, meta.owner_references);
  EXPECT_EQ(again.finalizers, meta.finalizers);
}

TEST(ObjectMeta, WhatIsUnsetIsNotWritten) {
  EXPECT_EQ(ToJson(ObjectMeta{}), json::object());
  ObjectMeta meta;
  meta.generate_name = "stripe-";
  EXPECT_EQ(ToJson(meta), (json{{"generateName", "stripe-"}}));
}

TEST(ObjectMeta, AnObjectUnderDeletionSaysSo) {
  const ObjectMeta meta =
      Read(json::parse(R"({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}})"));
  EXPECT_TRUE(meta.deleting());
  EXPECT_EQ(ToJson(meta)["deletionTimestamp"], "2026-01-01T00:00:00Z");
}

TEST(ObjectMeta, WrongFieldsAreNamed) {
  const json bad = json::parse(R"({"metadata": {"ownerReferences": [{}, {"uid": 3}]}})");
  JsonFields fields(bad, "");
  ReadObjectMeta(fields);
  EXPECT_EQ(fields.Check().error().message, "metadata.ownerReferences[1].uid: must be a string");
}

TEST(ObjectKey, AClusterScopedOneIsItsBareName) {
  EXPECT_EQ((ObjectKey{"", "default"}).ToString(), "default");
  EXPECT_LT((ObjectKey{"a", "z"}), (ObjectKey{"b", "a"}));
}

Condition MakeCondition(std::string type, std::string status) {
  Condition condition;
  condition.type = std::move(type);
  condition.status = std::move(status);
  return condition;
}

const Condition kReady = MakeCondition("Ready", "True");

TEST(Conditions, ANewOneGetsTheTimeInWholeSeconds) {
  FakeClock clock;
  clock.Advance(1500ms);
  std::vector<Condition> conditions;
  SetCondition(conditions, kReady, clock.WallNow());
  EXPECT_EQ(FormatMicroTime(*conditions[0].last_transition_time), "2026-01-01T00:00:01.000000Z");
}

TEST(Conditions, TheTransitionTimeMovesOnlyWithTheStatus) {
  FakeClock clock;
  std::vector<Condition> conditions;
  SetCondition(conditions, kReady, clock.WallNow());
  const std::vector<Condition> before = conditions;
  clock.Advance(5min);
  SetCondition(conditions, kReady, clock.WallNow());
  EXPECT_EQ(conditions, before) << "an unchanged condition must write nothing";
  Condition other = kReady;
  other.message = "still ok";
  SetCondition(conditions, other, clock.WallNow());
  EXPECT_EQ(conditions[0].last_transition_time, before[0].last_transition_time);
  EXPECT_EQ(conditions[0].message, "still ok");
  other.status = "False";
  SetCondition(conditions, other, clock.WallNow());
  EXPECT_EQ(*conditions[0].last_transition_time, *before[0].last_transition_time + 5min);
  EXPECT_EQ(conditions.size(), 1U);
}

TEST(Conditions, AreFoundAndRemovedByType) {
  std::vector<Condition> conditions = {kReady, MakeCondition("Stalled", "False")};
  EXPECT_TRUE(IsTrue(conditions, "Ready"));
  EXPECT_FALSE(IsTrue(conditions, "Stalled"));
  EXPECT_FALSE(IsTrue(conditions, "Missing"));
  EXPECT_EQ(FindCondition(conditions, "Missing"), nullptr);
  RemoveCondition(conditions, "Ready");
  RemoveCondition(conditions, "Ready");
  EXPECT_EQ(conditions.size(), 1U);
}

TEST(Conditions, SurviveTheWayToJsonAndBack) {
  Condition condition = kReady;
  condition.observed_generation = 4;
  condition.last_transition_time = FakeClock().WallNow();
  const std::vector<Condition> conditions = {condition, MakeCondition("Stalled", "Unknown")};
  const json status = {{"conditions", ToJson(conditions)}};
  JsonFields fields(status, "status");
  EXPECT_EQ(ReadConditions(fields), conditions);
  EXPECT_TRUE(fields.Check());
}

TEST(Conditions, TypeAndStatusAreRequired) {
  const json status = json::parse(R"({"conditions": [{"type": "Ready"}]})");
  JsonFields fields(status, "status");
  ReadConditions(fields);
  EXPECT_EQ(fields.Check().error().message, "status.conditions[0].status: is required");
}

}  // namespace
}  // namespace keysteward::api
