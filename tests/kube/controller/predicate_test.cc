#include "kube/controller/predicate.h"

#include <gtest/gtest.h>

namespace keysteward::kube {
namespace {

using api::ObjectMeta;

ObjectMeta Meta() {
  ObjectMeta meta;
  meta.uid = "1";
  meta.generation = 3;
  meta.resource_version = "100";
  return meta;
}

TEST(Predicates, NewAndGoneObjectsPassEveryChangePredicate) {
  const ObjectMeta meta = Meta();
  for (const Predicate& passes :
       {EveryChange(), GenerationChanged(), AnnotationsChanged(), ResourceVersionChanged()}) {
    EXPECT_TRUE(passes(nullptr, &meta));
    EXPECT_TRUE(passes(&meta, nullptr));
  }
}

TEST(Predicates, AStatusWriteDoesNotPassGenerationChanged) {
  const ObjectMeta before = Meta();
  ObjectMeta after = Meta();
  after.resource_version = "101";
  EXPECT_FALSE(GenerationChanged()(&before, &after));
  EXPECT_TRUE(ResourceVersionChanged()(&before, &after));
  EXPECT_TRUE(EveryChange()(&before, &after));
  after.generation = 4;
  EXPECT_TRUE(GenerationChanged()(&before, &after));
}

TEST(Predicates, AnObjectRecreatedInAGapOfTheWatchPassesThoughItsGenerationIsTheSame) {
  const ObjectMeta before = Meta();
  ObjectMeta after = Meta();
  after.uid = "2";
  EXPECT_TRUE(GenerationChanged()(&before, &after));
  EXPECT_TRUE(AnnotationsChanged()(&before, &after));
}

TEST(Predicates, AnnotationsChangedLooksAtAnnotationsOnly) {
  const ObjectMeta before = Meta();
  ObjectMeta after = Meta();
  after.generation = 4;
  after.labels["a"] = "b";
  EXPECT_FALSE(AnnotationsChanged()(&before, &after));
  after.annotations["a"] = "b";
  EXPECT_TRUE(AnnotationsChanged()(&before, &after));
}

TEST(Predicates, ResourceVersionChangedDropsARepeatedObject) {
  const ObjectMeta meta = Meta();
  EXPECT_FALSE(ResourceVersionChanged()(&meta, &meta));
}

TEST(Predicates, LabelsMatchPassesAnObjectThatMatchesOrDidBefore) {
  const Predicate passes = LabelsMatch({.match_labels = {{"app", "web"}}, .match_expressions = {}});
  const ObjectMeta without = Meta();
  ObjectMeta with = Meta();
  with.labels["app"] = "web";
  EXPECT_TRUE(passes(nullptr, &with));
  EXPECT_TRUE(passes(&with, &without));
  EXPECT_TRUE(passes(&without, &with));
  EXPECT_FALSE(passes(&without, &without));
  EXPECT_FALSE(passes(nullptr, &without));
}

TEST(Predicates, AnyOfAndAllOfCombine) {
  const ObjectMeta before = Meta();
  ObjectMeta after = Meta();
  after.annotations["a"] = "b";
  EXPECT_TRUE(AnyOf({GenerationChanged(), AnnotationsChanged()})(&before, &after));
  EXPECT_FALSE(AllOf({GenerationChanged(), AnnotationsChanged()})(&before, &after));
  EXPECT_FALSE(AnyOf({})(&before, &after));
  EXPECT_TRUE(AllOf({})(&before, &after));
}

}  // namespace
}  // namespace keysteward::kube
