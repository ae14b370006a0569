#include "operator/installation/installation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/core/config_map_types.h"
#include "api/core/secret_types.h"
#include "common/base64.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"
#include "tls/signing_key.h"

namespace keysteward::op {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class InstallationTest : public testing::Test {
 protected:
  Result<Identity> Load() { return LoadIdentity(server, "keysteward-system", random, {}); }

  FakeClock clock;
  FakeRandom random;
  kube::FakeApiServer server{clock, random};
};

TEST_F(InstallationTest, IsMadeOnceAndReadEverAfter) {
  const auto first = Load();
  ASSERT_TRUE(first) << first.error().ToString();
  EXPECT_EQ(first->installation_id.size(), 12u);
  const int64_t before = server.revision();
  const auto second = Load();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->installation_id, first->installation_id);
  EXPECT_EQ(second->digest_key.view(), first->digest_key.view());
  EXPECT_EQ(second->tripwire_key.view(), first->tripwire_key.view());
  EXPECT_NE(first->tripwire_key.view(), first->digest_key.view()) << "the webhook has but one";
  EXPECT_EQ(second->signing_key.verifying_key().Fingerprint(),
            first->signing_key.verifying_key().Fingerprint());
  EXPECT_EQ(server.revision(), before);
}

TEST_F(InstallationTest, OfTwoThatStartAtOnceOneWinsAndTheOtherReads) {
  int calls = 0;
  server.OnCall([&](const kube::CallRecord& made, kube::CallPhase phase) -> Result<void> {
    if (made.verb != "create" || phase != kube::CallPhase::kBefore || ++calls != 1) return {};
    server.OnCall({});
    (void)Load();  // the other process, in between
    return {};
  });
  const auto late = Load();
  ASSERT_TRUE(late) << late.error().ToString();
  EXPECT_EQ(late->installation_id, Load()->installation_id);
}

TEST_F(InstallationTest, ALostReplyOfACreateIsRead) {
  server.FailNext("create", "configmaps", Error::UnknownOutcome("cut"), kube::CallPhase::kAfter);
  EXPECT_FALSE(Load());
  EXPECT_TRUE(Load());
}

TEST_F(InstallationTest, AnIdThatWasRemovedIsNotReplacedByANewOne) {
  ASSERT_TRUE(Load());
  ASSERT_TRUE(server.Patch(api::KindOf<api::core::ConfigMap>::resource,
                           {"keysteward-system", "keysteward-installation"},
                           kube::PatchType::kMerge, {{"data", {{"id", nullptr}}}}, {}, {}));
  const auto loaded = Load();
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("restore it from backup"));
}

TEST_F(InstallationTest, ABrokenSigningKeyIsAnErrorNotANewKey) {
  ASSERT_TRUE(Load());
  ASSERT_TRUE(server.Delete(api::KindOf<api::core::Secret>::resource,
                            {"keysteward-system", "keysteward-signing-key"}, {}, {}));
  ASSERT_TRUE(server.Create(
      api::KindOf<api::core::Secret>::resource,
      {{"apiVersion", "v1"},
       {"kind", "Secret"},
       {"metadata", {{"name", "keysteward-signing-key"}, {"namespace", "keysteward-system"}}},
       {"data", {{"key.pem", Base64Encode("nonsense")}}}},
      {}, {}));
  EXPECT_FALSE(Load());
}

TEST_F(InstallationTest, TheSignersIdComesFromThePublicKey) {
  const tls::SigningKey key = *tls::SigningKey::Generate();
  const InstallationSigner signer("inst1", key);
  EXPECT_EQ(signer.installation(), "inst1");
  EXPECT_EQ(signer.key_id(), key.verifying_key().Fingerprint().substr(0, 16));
  const std::string signature = *Base64Decode(*signer.Sign("text"));
  EXPECT_TRUE(key.verifying_key().Verify("text", signature));
  EXPECT_FALSE(key.verifying_key().Verify("texu", signature));
}

}  // namespace
}  // namespace keysteward::op
