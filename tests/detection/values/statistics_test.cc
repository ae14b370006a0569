#include "detection/values/statistics.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

double ShareRandom(const char* pattern) {
  int random = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed)
    random += LooksRandom(Measure(MakeSample(pattern, seed)));
  return random / 400.0;
}

TEST(LooksRandom, KnowsRandomValuesOfEveryAlphabet) {
  EXPECT_GE(ShareRandom("{alnum:32}"), 0.99);
  EXPECT_GE(ShareRandom("{alnum:24}"), 0.97);
  EXPECT_GE(ShareRandom("{alnum:16}"), 0.93);
  EXPECT_GE(ShareRandom("{hex:32}"), 0.99);
  EXPECT_GE(ShareRandom("{lowalnum:32}"), 0.97);
  EXPECT_GE(ShareRandom("{base64:44}"), 0.98);
  EXPECT_GE(ShareRandom("{lower:32}"), 0.95);
  EXPECT_GE(ShareRandom("{upalnum:24}"), 0.97);
  EXPECT_GE(ShareRandom("{base32:5}-{base32:5}-{base32:5}-{base32:5}"), 0.97) << "a license's key";
}

// Sixteen letters are what some mail providers give out for a program.
TEST(LooksRandom, TellsShortLettersFromWords) {
  EXPECT_GE(ShareRandom("{lower:16}"), 0.75);
  EXPECT_GE(ShareRandom("{lower:18}"), 0.75);
  for (const char* value :
       {"internationalize", "transformational", "authentifizierung", "responsabilidades",
        "souvereiniteiten", "incontournablement", "grundstuecksmarkt", "redis-replication",
        "schlusselverwalt", "kube-system-proxy"}) {
    EXPECT_FALSE(LooksRandom(Measure(value))) << value;
  }
}

TEST(LooksRandom, TakesConstantsForNames) {
  for (const char* value : {"CKM_SHA3_256_RSA_PKCS_PSS", "TLS1_TXT_DHE_PSK_WITH_AES_128_CBC_SHA256",
                            "IPMI_BMC_SYS_LOG", "VKI_BPF_MAP_TYPE_LPM_TRIE"}) {
    EXPECT_FALSE(LooksRandom(Measure(value))) << value;
  }
  EXPECT_TRUE(LooksRandom(Measure("vki_" + MakeSample("{lowalnum:20}") + "_x")));
  EXPECT_TRUE(LooksRandom(Measure("V_" + MakeSample("{upalnum:24}"))));
}

TEST(LooksRandom, IsNotFooledByWords) {
  for (const char* value :
       {"my-service-account-name", "kubernetes.default.svc.cluster.local",
        "application-settings-2024", "shop-prod-eu-west-1-orders", "SPRING_DATASOURCE_PASSWORD",
        "customer-facing-api-gateway", "com.example.shop.orders.OrderService", "0123456789012345",
        "aaaaaaaaaaaaaaaaaaaaaaaa", "this is a sentence about keys", "authentication-required",
        "/etc/ssl/certs/ca-bundle.crt", "production-database-primary",
        "external-secrets-operator"}) {
    EXPECT_FALSE(LooksRandom(Measure(value))) << value;
  }
}

TEST(LooksLikePassword, WantsMoreThanLetters) {
  for (const char* value : {"hunter2", "hunter2-prod", "Summer2024!", "Tr0ub4dor&3", "letMeIn"}) {
    EXPECT_TRUE(LooksLikePassword(Measure(value))) << value;
  }
  for (const char* value : {"password", "abc", "12345", "some long text with many words"}) {
    EXPECT_FALSE(LooksLikePassword(Measure(value))) << value;
  }
}

TEST(LooksLikeName, KnowsKubernetesNames) {
  for (const char* value : {"db-credentials", "my-tls-cert", "regcred", "shop-tls-2"}) {
    EXPECT_TRUE(LooksLikeName(value, Measure(value))) << value;
  }
  for (const char* value : {"hunter2-prod7x9", "DB-Credentials", "p@ss"}) {
    EXPECT_FALSE(LooksLikeName(value, Measure(value))) << value;
  }
}

TEST(Measure, CountsClassesAndNeighbours) {
  const ValueStatistics s = Measure("aB3-x ");
  EXPECT_EQ(s.length, 6u);
  EXPECT_EQ(s.lower, 2u);
  EXPECT_EQ(s.upper, 1u);
  EXPECT_EQ(s.digits, 1u);
  EXPECT_EQ(s.specials, 1u);
  EXPECT_EQ(Measure("a_B_-").underscores, 2u);
  EXPECT_EQ(Measure("a_B_-").specials, 3u);
  EXPECT_EQ(s.blanks, 1u);
  EXPECT_EQ(s.classes, 4u);
  EXPECT_EQ(s.class_changes, 1u);
  EXPECT_EQ(Measure("").length, 0u);
}

}  // namespace
}  // namespace keysteward::detection
