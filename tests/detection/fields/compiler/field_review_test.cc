#include "detection/fields/compiler/field_review.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

std::string ErrorOf(std::string_view text) {
  FieldReview review;
  const Result<void> done = AddReview("r.yaml", text, review);
  return done ? "" : done.error().message;
}

TEST(AddReview, ReadsMeaningsAndRoles) {
  FieldReview review;
  ASSERT_TRUE(AddReview("r.yaml",
                        "names: [{use: literal commandLine, names: [args]}]\n"
                        "root: {status: reference, metadata: meta.v1.ObjectMeta}\n",
                        review));
  EXPECT_EQ(review.names.at("args"), (FieldUse{Meaning::kLiteral, Role::kCommandLine}));
  EXPECT_EQ(review.root.at("status"), (FieldUse{Meaning::kReference, Role::kPlain}));
  EXPECT_EQ(review.root_types.at("metadata"), "meta.v1.ObjectMeta");
}

TEST(AddReview, AddsFilesTogether) {
  FieldReview review;
  ASSERT_TRUE(AddReview("a.yaml", "fields: [{use: literal, at: [a.b]}]", review));
  ASSERT_TRUE(AddReview("b.yaml", "fields: [{use: ignored, at: [c.d], why: w}]", review));
  ASSERT_EQ(review.fields.size(), 2u);
  EXPECT_EQ(review.fields[1].at, "c.d");
  EXPECT_EQ(review.fields[1].place, "b.yaml:1");
}

TEST(AddReview, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(ErrorOf("feilds: []"), "r.yaml:1: no such section: feilds");
  EXPECT_EQ(ErrorOf("fields:\n- use: literall\n  at: [a.b]"), "r.yaml:2: no meaning: literall");
  EXPECT_EQ(ErrorOf("fields:\n- use: literal headres\n  at: [a.b]"),
            "r.yaml:2: no meaning: literal headres");
  EXPECT_EQ(ErrorOf("fields:\n- at: [a.b]"), "r.yaml:2: needs use");
  EXPECT_EQ(ErrorOf("secrets:\n- at: [a.b]"), "r.yaml:2: needs why") << "a reason is not optional";
  EXPECT_EQ(ErrorOf("fields:\n- use: literal\n  ta: [a.b]"), "r.yaml:3: no such member: ta");
  EXPECT_EQ(ErrorOf("names:\n- use: literal\n  names: [a]\n- use: ignored\n  names: [a]"),
            "r.yaml:4: a is said twice");
  EXPECT_EQ(ErrorOf("objects: [[a]]"), "r.yaml:1: want a text");
  EXPECT_EQ(ErrorOf("thirdParty:\n- groups: [a]\n  kinds: [B]"), "r.yaml:2: needs fields");
  EXPECT_EQ(ErrorOf("[]"), "r.yaml: expected one document, a mapping");
  EXPECT_NE(ErrorOf("a: ["), "");
}

}  // namespace
}  // namespace keysteward::detection
