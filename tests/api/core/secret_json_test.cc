#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/secret_types.h"
#include "api/meta/decode.h"

namespace keysteward::api {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

json StripeSecret() {
  return json::parse(R"({
    "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "immutable": true,
    "metadata": {"name": "stripe", "namespace": "payments"},
    "data": {"key": "Y2FuYXJ5LXZhbHVl", "empty": "", "bad": "Y2FuYXJ5!!!!"}})");
}

TEST(Secret, GivesAValueOnlyAsSecretBytes) {
  const Result<core::Secret> secret = Decode<core::Secret>(StripeSecret());
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->type, "kubernetes.io/tls");
  EXPECT_TRUE(secret->immutable);
  EXPECT_TRUE(secret->Value("key")->ConstantTimeEquals("canary-value"));
  EXPECT_TRUE(secret->Value("empty")->empty());
}

TEST(Secret, AMissingEntryIsToldByName) {
  const core::Secret secret = *Decode<core::Secret>(StripeSecret());
  EXPECT_EQ(secret.Value("token").error(),
            Error::NotFound("Secret payments/stripe has no entry \"token\""));
}

TEST(Secret, AnEntryThatIsNotBase64IsToldWithoutItsText) {
  const core::Secret secret = *Decode<core::Secret>(StripeSecret());
  const Error error = secret.Value("bad").error();
  EXPECT_EQ(error,
            Error::InvalidArgument("Secret payments/stripe entry \"bad\": not base64 at offset 8"));
}

TEST(Secret, WithoutTypeAndDataItIsOpaqueAndEmpty) {
  const core::Secret secret =
      *Decode<core::Secret>(json::parse(R"({"metadata": {"name": "x"}, "data": null})"));
  EXPECT_EQ(secret.type, "Opaque");
  EXPECT_TRUE(secret.data.empty());
}

TEST(Secret, AWrongFieldIsNamedAndNeverQuoted) {
  const Result<core::Secret> secret =
      Decode<core::Secret>(json::parse(R"({"data": {"key": ["canary-value"]}})"));
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().message, "Secret: data.key: must be a string");
  EXPECT_THAT(secret.error().message, Not(HasSubstr("canary")));
}

TEST(Secret, IsKnownToTheServerAsSecrets) {
  EXPECT_EQ(KindOf<core::Secret>::resource.plural, "secrets");
  EXPECT_EQ(KindOf<core::Secret>::resource.api_version(), "v1");
}

}  // namespace
}  // namespace keysteward::api
