#include "policy/delivered_secret.h"

#include <gtest/gtest.h>

#include "api/v1alpha1/annotations.h"

namespace keysteward::policy {
namespace {

class DeliversTest : public testing::Test {
 protected:
  void SetUp() override {
    credential_.metadata.name = "stripe";
    credential_.metadata.uid = "u-1";
    credential_.spec.delivery.secret_name = "stripe-key";
    secret_.name = "stripe-key";
    secret_.labels[std::string(api::v1alpha1::kManagedLabel)] = "true";
    secret_.owner_references.push_back(
        {"keysteward.dev/v1alpha1", "ManagedCredential", "stripe", "u-1", true, false});
    ASSERT_TRUE(Delivers(credential_, secret_));
  }
  bool Run() const { return Delivers(credential_, secret_); }

  api::v1alpha1::ManagedCredential credential_;
  api::ObjectMeta secret_;
};

TEST_F(DeliversTest, NeedsTheControllingOwner) {
  secret_.owner_references[0].controller = false;
  EXPECT_FALSE(Run());
  secret_.owner_references.clear();
  EXPECT_FALSE(Run());
}

TEST_F(DeliversTest, AnOwnerOfAnotherKindOrNameDoesNotCount) {
  secret_.owner_references[0].name = "other";
  EXPECT_FALSE(Run());
  secret_.owner_references[0].name = "stripe";
  secret_.owner_references[0].kind = "Deployment";
  EXPECT_FALSE(Run());
}

TEST_F(DeliversTest, AnEarlierCredentialOfTheSameNameDoesNotCount) {
  secret_.owner_references[0].uid = "u-0";
  EXPECT_FALSE(Run());
}

TEST_F(DeliversTest, NeedsTheLabel) {
  secret_.labels.clear();
  EXPECT_FALSE(Run());
}

TEST_F(DeliversTest, ASecretThatTheCredentialDoesNotNameIsForged) {
  secret_.name = "forged";
  EXPECT_FALSE(Run());
}

}  // namespace
}  // namespace keysteward::policy
