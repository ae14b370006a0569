#include "webhook/serving_certificate/secret_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base64.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/test_pki.h"

namespace keysteward::webhook {
namespace {

using api::core::Secret;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const Secret> SecretOf(const std::string& chain, const std::string& key) {
  Secret secret;
  secret.metadata.name = "keysteward-webhook-tls";
  secret.metadata.namespace_name = "keysteward-system";
  secret.data = {{"tls.crt", Base64Encode(chain)}, {"tls.key", Base64Encode(key)}};
  return std::make_shared<const Secret>(std::move(secret));
}

std::shared_ptr<const Secret> SecretOf(const TestIdentity& identity) {
  return SecretOf(identity.certificate_pem, identity.key_pem);
}

class SecretSourceTest : public testing::Test {
 protected:
  TestAuthority authority_;
  FakeLogger log_;
  SecretSource source_{log_};
};

TEST_F(SecretSourceTest, ThereIsNothingBeforeTheFirstSecret) {
  EXPECT_EQ(source_.Current(), nullptr);
  source_.Take(nullptr);
  EXPECT_EQ(source_.Current(), nullptr);
}

TEST_F(SecretSourceTest, ANewPairTakesTheOldOnesPlace) {
  source_.Take(SecretOf(authority_.Issue({.common_name = "first"})));
  const auto first = source_.Current();
  ASSERT_NE(first, nullptr);
  source_.Take(SecretOf(authority_.Issue({.common_name = "second"})));
  const auto second = source_.Current();
  ASSERT_NE(second, nullptr);
  EXPECT_NE(first, second);
  EXPECT_GT(second->version, first->version);
}

struct Broken {
  const char* name;
  std::string chain;
  std::string key;
  const char* says;
};

TEST_F(SecretSourceTest, WhatIsNoPairIsReportedAndTheLastGoodOneStays) {
  const TestIdentity good = authority_.Issue({});
  const TestIdentity other = authority_.Issue({});
  source_.Take(SecretOf(good));
  const auto before = source_.Current();
  const Broken cases[] = {
      {"mismatch", good.certificate_pem, other.key_pem,
       "entry tls.key does not belong to the certificate in tls.crt"},
      {"no chain", "", good.key_pem, "tls.crt"},
      {"no key", good.certificate_pem, "", "tls.key"},
      {"junk", std::string(856'000, 'x'), good.key_pem, "tls.crt"},
      {"cut key", good.certificate_pem, good.key_pem.substr(0, 80), "tls.key"},
  };
  for (const Broken& broken : cases) {
    source_.Take(SecretOf(broken.chain, broken.key));
    EXPECT_EQ(source_.Current(), before) << broken.name;
    EXPECT_TRUE(log_.Contains("serving certificate not taken", broken.says)) << broken.name << "\n"
                                                                             << log_.Text();
  }
  EXPECT_THAT(log_.Text(), Not(HasSubstr("PRIVATE KEY")));
}

TEST_F(SecretSourceTest, ADeletedSecretChangesNothing) {
  source_.Take(SecretOf(authority_.Issue({})));
  const auto before = source_.Current();
  source_.Take(nullptr);
  EXPECT_EQ(source_.Current(), before);
}

TEST_F(SecretSourceTest, AnEntryThatIsMissingIsNamed) {
  source_.Take(std::make_shared<const Secret>());
  EXPECT_TRUE(log_.Contains("serving certificate not taken", "tls.crt"));
}

}  // namespace
}  // namespace keysteward::webhook
