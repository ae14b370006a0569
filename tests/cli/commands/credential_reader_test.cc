#include "cli/commands/credential_reader.h"

#include "tests/cli/command_test.h"

namespace keysteward::cli {
namespace {

using namespace std::chrono_literals;  // NOLINT: tests
using api::v1alpha1::CredentialRotation;
using api::v1alpha1::ManagedCredential;
using builders::CredentialRotationBuilder;
using builders::ManagedCredentialBuilder;
using nlohmann::json;

class CredentialReader : public CommandTest {};

TEST_F(CredentialReader, GivesTheObjectAsStoredAndAsItsType) {
  Store(ManagedCredentialBuilder().WithCurrentKey(7, "key_7"));
  const auto credential = ReadCredential(context, "stripe-live");
  ASSERT_TRUE(credential) << credential.error().ToString();
  EXPECT_EQ(credential->typed.status.current->key_id, "key_7");
  EXPECT_EQ(credential->raw["status"]["current"]["keyId"], "key_7");
}

TEST_F(CredentialReader, ReadsOnlyTheContextsNamespace) {
  Store(ManagedCredentialBuilder().In("billing"));
  EXPECT_EQ(ReadCredential(context, "stripe-live").error().code, ErrorCode::kNotFound);
  context.namespace_name = "billing";
  EXPECT_TRUE(ReadCredential(context, "stripe-live"));
}

TEST_F(CredentialReader, AnObjectOfAnotherShapeNamesItsField) {
  json broken = ManagedCredentialBuilder().BuildJson();
  broken["spec"]["owner"] = "payments";
  Store(api::KindOf<ManagedCredential>::resource, broken);
  const auto credential = ReadCredential(context, "stripe-live");
  ASSERT_FALSE(credential);
  EXPECT_THAT(credential.error().message, testing::StartsWith("ManagedCredential: spec.owner"));
}

TEST_F(CredentialReader, RotationsOfOneCredentialComeNewestFirst) {
  for (const char* name : {"stripe-live-1", "stripe-live-2", "stripe-live-3"}) {
    Store(CredentialRotationBuilder(name));
    clock.Advance(1min);
  }
  Store(CredentialRotationBuilder("smtp-9").Of("smtp"));
  Store(CredentialRotationBuilder("stripe-live-9").In("billing"));
  const auto rotations = ReadRotations(context, "stripe-live");
  ASSERT_TRUE(rotations);
  std::vector<std::string> names;
  for (const auto& rotation : *rotations) names.push_back(rotation.typed.metadata.name);
  EXPECT_THAT(names, testing::ElementsAre("stripe-live-3", "stripe-live-2", "stripe-live-1"));
}

TEST_F(CredentialReader, ARotationThatCannotBeReadIsAnErrorNotAGap) {
  json broken = CredentialRotationBuilder().BuildJson();
  broken["spec"]["cause"] = 7;
  Store(api::KindOf<CredentialRotation>::resource, broken);
  const auto rotations = ReadRotations(context, "stripe-live");
  ASSERT_FALSE(rotations);
  EXPECT_THAT(rotations.error().message, testing::StartsWith("CredentialRotation: spec.cause"));
}

TEST_F(CredentialReader, ARotationIsReadByItsName) {
  Store(CredentialRotationBuilder("stripe-live-8"));
  EXPECT_EQ(ReadRotation(context, "stripe-live-8")->typed.spec.credential_name, "stripe-live");
  EXPECT_THAT(ReadRotation(context, "gone").error().message,
              testing::StartsWith("CredentialRotation payments/gone: "));
}

TEST_F(CredentialReader, TheRequestTimeoutIsThatOfEveryCall) {
  context.request_timeout = 7s;
  EXPECT_EQ(context.call().timeout, Duration(7s));
}

}  // namespace
}  // namespace keysteward::cli
