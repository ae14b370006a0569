#include <gtest/gtest.h>

#include "cli/scan/env_fix.h"
#include "common/digest.h"

namespace keysteward::cli {
namespace {

std::string Chosen(CredentialNames& names, const std::string& variable, const std::string& value,
                   const std::string& space = "shop", const std::string& object = "api") {
  const CredentialNames::Choice choice = names.Choose(space, object, variable, Sha256(value));
  return choice.name + "/" + choice.key + (choice.is_new ? " new" : "");
}

TEST(CredentialNames, AreMadeOfTheVariable) {
  CredentialNames names;
  EXPECT_EQ(Chosen(names, "STRIPE_API_KEY", "a"), "stripe-api-key/STRIPE_API_KEY new");
}

TEST(CredentialNames, OneValueHasOneInItsNamespace) {
  CredentialNames names;
  Chosen(names, "API_KEY", "a");
  EXPECT_EQ(Chosen(names, "API_KEY", "a", "shop", "other"), "api-key/API_KEY");
  EXPECT_EQ(Chosen(names, "API_KEY", "a", "billing"), "api-key/API_KEY new");
}

TEST(CredentialNames, OtherValuesGetTheObjectsName) {
  CredentialNames names;
  Chosen(names, "API_KEY", "a");
  EXPECT_EQ(Chosen(names, "API_KEY", "b"), "api-api-key/API_KEY new");
  EXPECT_EQ(Chosen(names, "API_KEY", "c"), "api-api-key-2/API_KEY new");
  EXPECT_EQ(Chosen(names, "API_KEY", "c"), "api-api-key-2/API_KEY");
}

TEST(CredentialNames, TakenOnesAreLeftAlone) {
  CredentialNames names;
  names.Reserve("shop", "api-key");
  EXPECT_EQ(Chosen(names, "API_KEY", "a"), "api-api-key/API_KEY new");
  EXPECT_EQ(Chosen(names, "API_KEY", "a", "billing"), "api-key/API_KEY new");
}

TEST(CredentialNames, AKeyIsWhatASecretMayHave) {
  CredentialNames names;
  EXPECT_EQ(Chosen(names, "my key!", "a"), "my-key/key new");
  EXPECT_EQ(Chosen(names, "", "b"), "my-credential/key new");
  EXPECT_EQ(Chosen(names, "a.b-c_D", "c"), "a-b-c-d/a.b-c_D new");
}

}  // namespace
}  // namespace keysteward::cli
