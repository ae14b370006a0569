#include "detection/fields/compiler/field_compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/detection/fields/compiler/field_sources.h"
#include "tests/detection/fields/walked_leaves.h"

namespace keysteward::detection {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CompileFields, TakesWhatIsComplete) { EXPECT_EQ(CompileError(kSmallTypes, kSmallReview), ""); }

TEST(CompileFields, FailsForALeafThatCanHoldTheNameOfASecretAndIsNotFound) {
  const std::string types = With(kSmallTypes, "    name: string\n    value",
                                 "    tokenRef: core.v1.Selector\n    name: string\n    value");
  const std::string review = With(kSmallReview, "names: [key", "names: [key, tokenRef");
  EXPECT_EQ(CompileError(types, review), "") << "nothing speaks of a Secret";
  EXPECT_THAT(
      CompileError(With(types, "tokenRef: core.v1.Selector", "tokenRef: core.v1.Selector, secret"),
                   review),
      AllOf(StartsWith("v1 Pod env[].tokenRef.name: can hold the name of a Secret"),
            HasSubstr("secret_references.cc"), HasSubstr("core.v1.Selector.name")));
  EXPECT_THAT(
      CompileError(With(types, "tokenRef", "secretRef"), With(review, "tokenRef", "secretRef")),
      StartsWith("v1 Pod env[].secretRef.name: can hold the name of a Secret"));
}

// The same selector below another member is no environment, so the extractor does not see it.
TEST(CompileFields, TriesTheExtractorWithAnObjectOfEachLeaf) {
  EXPECT_THAT(CompileError(With(kSmallTypes, "valueFrom:", "valueOf:"), kSmallReview),
              StartsWith("v1 Pod env[].valueOf.secretKeyRef.name: can hold the name of a Secret"));
  EXPECT_THAT(
      CompileError(With(kSmallTypes, "env: list", "env: map"), kSmallReview),
      StartsWith("v1 Pod env.*.valueFrom.secretKeyRef.name: can hold the name of a Secret"));
}

TEST(CompileFields, FailsForAReasonThatNoLeafNeeds) {
  EXPECT_EQ(
      CompileError(kSmallTypes, With(kSmallReview, "[core.v1.Selector.key]",
                                     "[core.v1.Selector.key, core.v1.Env.valu]")),
      "review.yaml:14: core.v1.Env.valu explains no leaf that can hold a Secret's name. Remove it");
}

TEST(CompileFields, FailsForARowThatMatchesNothing) {
  const auto with = [](std::string_view pattern) {
    return CompileError(kSmallTypes, With(kSmallReview, "[core.v1.Env.value]",
                                          "[core.v1.Env.value, " + std::string(pattern) + "]"));
  };
  EXPECT_THAT(with("core.v1.Env.valu"),
              StartsWith("review.yaml:9: core.v1.Env.valu decides about no member"));
  EXPECT_THAT(with("core.v1.Env.value"), HasSubstr("decides about no member"))
      << "an earlier row decides";
  EXPECT_THAT(with("core.v1.Selector.name"), HasSubstr("decides about no member"))
      << "secretKeyRef covers it";
  EXPECT_EQ(with("'core.v1.Volume.*'"), "") << "it has a leaf";
  EXPECT_THAT(with("'core.v1.Source.*'"), HasSubstr("decides about no member"))
      << "a * is for leaves";
}

TEST(CompileFields, FailsForALeafWithoutMeaning) {
  EXPECT_THAT(CompileError(With(kSmallTypes, "    mode: string enum", "    mode: string"),
                           With(kSmallReview, "schemas: {string enum: reference}\n", "")),
              AllOf(StartsWith("v1 Pod volumes.mode: nothing says what it means"),
                    HasSubstr("core.v1.Volume.mode (string)"), HasSubstr("review.yaml")));
  EXPECT_THAT(
      CompileError(With(kSmallTypes, "mode: string enum", "mode: string byte"), kSmallReview),
      AllOf(HasSubstr("core.v1.Volume.mode (string byte)"),
            HasSubstr("`schemas`: no leaf is string enum")));
}

TEST(CompileFields, WalksAsItWasTold) {
  const Result<CompiledFields> fields = CompileTexts(kSmallTypes, kSmallReview);
  ASSERT_TRUE(fields) << fields.error().message;
  const FieldTable table(fields->data());
  EXPECT_EQ(WalkedLeaves(
                "apiVersion: v1\nkind: Pod\nenv: [{name: A, value: b, valueFrom: {secretKeyRef: "
                "{name: c}}}]\n"
                "labels: {x: y}\nvolumes: {x: [{mode: m, secret: {named: n}}], z: [{other: o}]}\n",
                table),
            "env[0].value A=b|volumes.z[0].other other=o|");
  EXPECT_EQ(WalkedLeaves("apiVersion: v2\nkind: Pot\nlabels: {x: z}\n", table), "labels.x x=z|");
}

constexpr std::string_view kThirdParty = R"(thirdParty:
- groups: [a.io, b.io]
  kinds: [Thing]
  fields:
    spec.env: core.v1.Env
    spec.notes.*: reference
    spec.notes.free: literal
)";

TEST(CompileFields, KnowsPlacesOfThirdPartyKinds) {
  const Result<CompiledFields> fields =
      CompileTexts(kSmallTypes, std::string(kSmallReview) + std::string(kThirdParty));
  ASSERT_TRUE(fields) << fields.error().message;
  const FieldTable table(fields->data());
  for (const std::string group : {"a.io", "b.io"}) {
    EXPECT_EQ(
        WalkedLeaves("apiVersion: " + group +
                         "/v7\nkind: Thing\nspec: {env: [{name: A, value: b, named: c}], notes: "
                         "{x: y, free: f}, more: m}\n",
                     table),
        "spec.env[0].value A=b|spec.env[0].named named=c|spec.notes.free free=f|spec.more more=m|");
  }
}

TEST(CompileFields, FailsForThirdPartyRowsThatSayNothing) {
  const auto with = [](std::string_view from, std::string_view to) {
    return CompileError(kSmallTypes,
                        With(std::string(kSmallReview) + std::string(kThirdParty), from, to));
  };
  EXPECT_THAT(with("core.v1.Env\n    spec", "core.v1.Envy\n    spec"),
              HasSubstr("review.yaml:21: no such meaning or type: core.v1.Envy"));
  EXPECT_THAT(with("spec.notes.*:", "spec.env.value:"),
              HasSubstr("a type says all below: spec.env"));
  EXPECT_THAT(with("spec.notes.*:", "spec.notes:"),
              HasSubstr("review.yaml:23: spec.notes.free is in what is no literal as a whole"));
  EXPECT_THAT(with("groups: [a.io, b.io]", "groups: [a.io, a.io]"),
              HasSubstr("listed twice: a.io/ Thing"));
}

}  // namespace
}  // namespace keysteward::detection
