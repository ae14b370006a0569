#include "detection/fields/compiler/field_meanings.h"

#include <gtest/gtest.h>

#include "tests/detection/fields/compiler/field_sources.h"

namespace keysteward::detection {
namespace {

TEST(Matches, TakesAnyRunOfCharactersForAStar) {
  EXPECT_TRUE(Matches("a.b", "a.b"));
  EXPECT_TRUE(Matches("*", ""));
  EXPECT_TRUE(Matches("*.b", "x.y.b"));
  EXPECT_TRUE(Matches("a.*Ref", "a.xRef"));
  EXPECT_TRUE(Matches("a*b*c", "abxbc"));
  EXPECT_FALSE(Matches("a.b", "a.bc"));
  EXPECT_FALSE(Matches("a.bc", "a.b"));
  EXPECT_FALSE(Matches("*.b", "a.bc"));
  EXPECT_FALSE(Matches("", "a"));
}

std::string MeaningOf(std::string_view review_text, std::string_view type,
                      std::string_view member) {
  const auto types = ReadKubernetesTypes("t.yaml", kSmallTypes);
  FieldReview review;
  EXPECT_TRUE(AddReview("r.yaml", review_text, review));
  const FieldMeanings meanings(*types, review);
  for (const TypeMember& each : types->types.at(std::string(type))) {
    if (each.name != member) continue;
    const auto use = meanings.Of(type, each);
    return use ? std::to_string(static_cast<int>(use->meaning)) : "none";
  }
  return "no such member";
}

TEST(FieldMeanings, AskTheRowThenTheRootThenTheNameThenTheSchema) {
  const std::string schemas = "schemas: {string: ciphertext}\n";
  const std::string names = schemas + "names: [{use: schema, names: [labels, env]}]\n";
  const std::string root = names + "root: {labels: ignored}\n";
  const std::string rows = root + "fields: [{use: reference, at: ['*.labels']}]\n";
  EXPECT_EQ(MeaningOf("root: {}", "core.v1.Pod", "labels"), "none");
  EXPECT_EQ(MeaningOf(schemas, "core.v1.Pod", "labels"), "3");
  EXPECT_EQ(MeaningOf(names, "core.v1.Pod", "labels"), "2");
  EXPECT_EQ(MeaningOf(root, "core.v1.Pod", "labels"), "4");
  EXPECT_EQ(MeaningOf(rows, "core.v1.Pod", "labels"), "1");
}

TEST(FieldMeanings, TakeATypeForALiteralUnlessItsNameSaysMore) {
  EXPECT_EQ(MeaningOf("root: {}", "core.v1.Env", "valueFrom"), "0");
  EXPECT_EQ(MeaningOf("fields: [{use: reference, at: ['core.v1.Env.value*']}]", "core.v1.Env",
                      "valueFrom"),
            "0")
      << "a pattern is for leaves";
  EXPECT_EQ(
      MeaningOf("fields: [{use: reference, at: ['*.valueFrom']}]", "core.v1.Env", "valueFrom"),
      "1");
}

}  // namespace
}  // namespace keysteward::detection
