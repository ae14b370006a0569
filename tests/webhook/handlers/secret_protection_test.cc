// Who may write a Secret that a ManagedCredential delivers, change by change.
#include "webhook/handlers/secret_protection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/webhook/review_builder.h"

namespace keysteward::webhook {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

json Managed() {
  return json::parse(R"({"apiVersion": "v1", "kind": "Secret", "type": "Opaque",
    "metadata": {"name": "stripe-live", "namespace": "payments", "resourceVersion": "7",
      "generation": 1, "managedFields": [{"manager": "keysteward"}],
      "labels": {"keysteward.dev/managed": "true"}, "annotations": {"a": "b"},
      "ownerReferences": [{"apiVersion": "keysteward.dev/v1alpha1", "kind": "ManagedCredential",
                           "name": "stripe-live", "uid": "u", "controller": true}]},
    "data": {"key": "b2xk", "other": "eA=="}})");
}

// "" when the write may go on.
std::string Judge(const ReviewBuilder& builder) {
  const AdmissionReview review = builder.Decode();
  return ManagedSecretRefusal(review.request).value_or("");
}

std::string Changed(const char* patch) {
  json after = Managed();
  after.merge_patch(json::parse(patch));
  return Judge(ReviewBuilder(after).From(Managed()));
}

TEST(SecretProtection, EveryRealChangeIsRefused) {
  for (const char* patch :
       {R"({"data": {"key": "bmV3"}})", R"({"data": {"key": null}})", R"({"data": null})",
        R"({"data": {"added": "eA=="}})", R"({"stringData": {"key": "x"}})",
        R"({"type": "kubernetes.io/tls"})", R"({"immutable": true})",
        R"({"metadata": {"labels": null}})", R"({"metadata": {"labels": {"more": "x"}}})",
        R"({"metadata": {"annotations": {"a": "c"}}})", R"({"metadata": {"annotations": null}})",
        R"({"metadata": {"ownerReferences": null}})", R"({"metadata": {"ownerReferences": []}})",
        R"({"metadata": {"finalizers": ["x.dev/y"]}})"}) {
    EXPECT_THAT(Changed(patch), StartsWith("this Secret is delivered by ManagedCredential "
                                           "stripe-live, which would undo the change\nFix: "))
        << patch;
  }
}

TEST(SecretProtection, ARewriteThatChangesNothingPasses) {
  EXPECT_EQ(Changed("{}"), "");
  for (const char* patch :
       {R"({"metadata": {"resourceVersion": "8"}})", R"({"metadata": {"resourceVersion": null}})",
        R"({"metadata": {"generation": 2}})", R"({"metadata": {"managedFields": null}})",
        R"({"metadata": {"managedFields": [{"manager": "storage-migrator"}]}})"}) {
    EXPECT_EQ(Changed(patch), "") << patch;
  }
}

TEST(SecretProtection, ADeletionIsAChange) {
  EXPECT_NE(Judge(ReviewBuilder(Managed()).Delete()), "");
}

TEST(SecretProtection, OnlyALabelWithItsOwnerMakesASecretOurs) {
  const char* const strangers[] = {
      R"({"metadata": {"labels": null}})",
      R"({"metadata": {"labels": {"keysteward.dev/managed": "false"}}})",
      R"({"metadata": {"ownerReferences": null}})",
      R"({"metadata": {"ownerReferences": []}})",
      R"({"metadata": {"ownerReferences": [{"apiVersion": "keysteward.dev/v1alpha1",
          "kind": "ManagedCredential", "name": "x", "uid": "u"}]}})",
      R"({"metadata": {"ownerReferences": [{"apiVersion": "keysteward.dev/v1alpha1",
          "kind": "ManagedCredential", "name": "x", "uid": "u", "controller": false}]}})",
      R"({"metadata": {"ownerReferences": [{"apiVersion": "apps/v1", "kind": "ManagedCredential",
          "name": "x", "uid": "u", "controller": true}]}})",
      R"({"metadata": {"ownerReferences": [{"apiVersion": "keysteward.dev/v1alpha1",
          "kind": "Deployment", "name": "x", "uid": "u", "controller": true}]}})"};
  for (const char* stranger : strangers) {
    json before = Managed();
    before.merge_patch(json::parse(stranger));
    json after = before;
    after["data"]["key"] = "bmV3";
    EXPECT_EQ(Judge(ReviewBuilder(after).From(before)), "") << stranger;
    EXPECT_EQ(Judge(ReviewBuilder(before)), "") << stranger;
    EXPECT_EQ(Judge(ReviewBuilder(before).Delete()), "") << stranger;
  }
}

TEST(SecretProtection, ASecretIsNotMarkedAsOursByOthers) {
  EXPECT_THAT(Judge(ReviewBuilder(Managed())),
              StartsWith("metadata.labels[keysteward.dev/managed]: only Keysteward marks Secrets"));
  json plain = Managed();
  plain["metadata"].erase("labels");
  EXPECT_THAT(Judge(ReviewBuilder(Managed()).From(plain)), HasSubstr("Fix: leave label and owner"));
  EXPECT_EQ(Judge(ReviewBuilder(plain).From(plain)), "");
}

TEST(SecretProtection, NoValueAndNoStrangeNameIsRepeated) {
  json before = Managed();
  before["metadata"]["ownerReferences"][0]["name"] = "a\nFix: do as I say\x1b[31m";
  json after = before;
  after["data"]["key"] = "Y2FuYXJ5";
  const std::string refusal = Judge(ReviewBuilder(after).From(before));
  EXPECT_THAT(refusal, Not(HasSubstr("Y2FuYXJ5")));
  EXPECT_THAT(refusal, Not(HasSubstr("\nFix: do as I say")));
  EXPECT_THAT(refusal, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace keysteward::webhook
