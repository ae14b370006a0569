#include "detection/values/opinion.h"

#include <gtest/gtest.h>

#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

std::string Level(std::string_view name, std::string_view value, Place place = Place::kEnv) {
  const std::optional<Opinion> opinion = JudgeNamed(ClassifyName(name), place, value);
  return opinion ? std::string(ConfidenceName(opinion->confidence)) : "none";
}

TEST(JudgeNamed, TellsPhrasesFromNamesWithAVersion) {
  for (const char* phrase : {"autumn-coffee-master-37", "summer-falcon-monkey-47"}) {
    EXPECT_EQ(Level("API_TOKEN", phrase), "High") << phrase;
    EXPECT_EQ(Level("CLIENT_SECRET", phrase), "Medium") << phrase;
  }
  for (const char* name : {"db-credentials-v2", "regcred-2", "postgres-16", "oauth-client-token-33",
                           "shop-api-secret-10", "orders-database-12"}) {
    EXPECT_EQ(Level("API_TOKEN", name), "Low") << name;
  }
}

TEST(JudgeNamed, TakesANameOfASecretForOne) {
  EXPECT_EQ(Level("SSO_SECRET", "eap7-app-secret"), "Low");
  EXPECT_EQ(Level("SSO_SECRET", "eap7-app-rocket"), "Medium");
  EXPECT_EQ(Level("git.secret", "airflow-cluster1-git-keys", Place::kField), "Low");
  EXPECT_EQ(Level("passwordSecret", "cluster1-mysql-password", Place::kField), "Low");
}

// The pairs of its letters are as rare as those of random characters.
TEST(JudgeNamed, TakesALongNameOfASecretForOne) {
  EXPECT_EQ(Level("STORAGE_ACCOUNT_SECRET", "influxdb-backup-azure-key"), "Low");
  EXPECT_EQ(Level("STORAGE_ACCOUNT_SECRET", "influxdb-backup-azure-qxzjvkwp"), "High");
  EXPECT_EQ(Level("STORAGE_ACCOUNT_SECRET", "qxzjvkwpbtdfghklmnrs-key"), "High");
}

// Short parts with dashes between name a Secret where a field asks for one.
TEST(JudgeNamed, TakesPartsWithDashesForTheNameOfASecret) {
  for (const char* name :
       {"ibm-ppc64le-ssh-key-wdc", "ibm-ppc64le-ssh-key-wdc06", "ibm-s390x-ssh-key-wkjg"}) {
    EXPECT_EQ(Level("secret", name, Place::kField), "Low") << name;
    EXPECT_NE(Level("API_TOKEN", name), "Low") << name;
  }
  EXPECT_EQ(Level("vpc-ssh-key", "k8s-s390x-ssh-key", Place::kArgument), "Low");
  EXPECT_EQ(Level("login_secret", "f5-bigip-ctlr-login", Place::kField), "Low");
  EXPECT_EQ(Level("secret", "default/kubeconfig1", Place::kField), "Low");
  EXPECT_EQ(Level("secret", "custom-cert1", Place::kField), "Low");
  EXPECT_NE(Level("API_TOKEN", "default/kubeconfig1"), "Low");
  EXPECT_EQ(Level("secret", "qx7zj-v4kwp-b9tdf-gh2kl", Place::kField), "High");
  EXPECT_EQ(Level("secretKey", "search-truststore-password", Place::kField), "Low");
}

TEST(JudgeNamed, KnowsCommonPasswordsAsKeys) {
  EXPECT_EQ(Level("MINIO_SECRET_KEY", "supersecret"), "Medium");
  EXPECT_EQ(Level("MINIO_SECRET_KEY", "supersecret", Place::kField), "Low") << "an entry's name";
  EXPECT_EQ(Level("REGISTRY_HTTP_SECRET", "secret"), "Low") << "a Secret's name";
}

TEST(JudgeNamed, WarnsAboutPhrasesWithoutADigit) {
  EXPECT_EQ(Level("API_TOKEN", "correct-horse-battery-staple"), "Medium");
  EXPECT_EQ(Level("API_TOKEN", "orders-api-client-name"), "Low") << "a resource's name";
  EXPECT_EQ(Level("API_TOKEN", "falcon-river-stone"), "Medium");
  EXPECT_EQ(Level("APP_SECRET", "falcon-river-stone", Place::kField), "Low") << "a Secret's name";
  EXPECT_EQ(Level("API_TOKEN", "falcon-river"), "Low") << "two words are a name";
}

TEST(JudgeNamed, KnowsShortWordsWithDigits) {
  EXPECT_EQ(Level("API_TOKEN", "dragon77"), "High");
  EXPECT_EQ(Level("API_TOKEN", "cobra77"), "Medium");
  EXPECT_EQ(Level("API_TOKEN", "redis7"), "Low");
}

TEST(JudgeNamed, IsSureOfFourKindsOfCharacters) {
  const std::string value = "aB3$" + MakeSample("{alnum:8}") + "!x9";
  EXPECT_EQ(Level("API_TOKEN", value, Place::kConfig), "High");
  EXPECT_EQ(Level("API_TOKEN", "Abcdefg-12345", Place::kConfig), "Medium");
}

TEST(JudgeNamed, TakesWordsForNamesUnlessAPasswordIsMeant) {
  for (const char* word : {"client_secret_basic", "expectedToken", "tokenRefresher",
                           "password_encrypted_base64", "oauth2-proxy"}) {
    EXPECT_EQ(Level("API_TOKEN", word, Place::kText), "Low") << word;
  }
  EXPECT_EQ(Level("DB_PASSWORD", "expected_password", Place::kText), "Low");
  EXPECT_EQ(Level("DB_PASSWORD", "postgres", Place::kText), "Medium");
  EXPECT_EQ(Level("DB_PASSWORD", "postgres"), "High");
  EXPECT_EQ(Level("DB_PASSWORD", "expected_passw0rd", Place::kText), "High");
}

TEST(JudgeNamed, WarnsAboutPasswordsThatMayBeNamesOrNumbers) {
  EXPECT_EQ(Level("DB_PASSWORD", "db-credentials"), "Medium");
  EXPECT_EQ(Level("DB_PASSWORD", "4096"), "Medium");
  EXPECT_EQ(Level("DB_PASSWORD", "123456"), "High");
  EXPECT_EQ(Level("DB_PASSWORD", "winter-credentials-42"), "High");
}

TEST(JudgeNamed, TakesATitleForALabelInTexts) {
  EXPECT_EQ(Level("password", "Willkommen", Place::kText), "Low");
  EXPECT_EQ(Level("password", "Willkommen7", Place::kText), "High");
  EXPECT_EQ(Level("DB_PASSWORD", "Willkommen"), "High");
}

TEST(JudgeNamed, WarnsAboutUuids) {
  const std::string uuid = MakeSample("{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}");
  EXPECT_EQ(Level("API_KEY", uuid), "Medium");
  EXPECT_EQ(Level("DB_PASSWORD", uuid), "Medium");
  EXPECT_EQ(Level("SESSION", uuid), "none") << "a weak name";
}

TEST(JudgeNamed, KnowsKeysOfSixteenLetters) {
  const std::string letters = MakeSample("{lower:16}", 3);
  EXPECT_EQ(Level("API_KEY", letters), "High");
  EXPECT_EQ(Level("SESSION", letters), "Medium") << "a weak name";
  EXPECT_EQ(Level("API_KEY", "internationalize"), "Low");
}

TEST(JudgeNamed, NeedsMoreThanAConstantUnderAWeakName) {
  EXPECT_EQ(Level("SALT", "CKM_SHA3_256_RSA_PKCS_PSS"), "none");
  EXPECT_EQ(Level("SALT", MakeSample("{upalnum:25}")), "High");
}

TEST(JudgeNamed, KnowsShortKeys) {
  EXPECT_EQ(Level("API_KEY", "fY7!qa"), "High");
  EXPECT_EQ(Level("API_KEY", "fY7!q"), "Low");
}

TEST(JudgeNamed, TakesAResourcesNameWithAYearForOne) {
  EXPECT_EQ(Level("secret", "dashboard-auth-2024", Place::kField), "Low");
  EXPECT_EQ(Level("secret", "falcon-river-2024", Place::kField), "Medium") << "no resource's words";
  EXPECT_EQ(Level("password", "dashboard-auth-2024", Place::kEnv), "High");
}

TEST(JudgeNamed, WarnsAboutPassphrases) {
  EXPECT_EQ(Level("DB_PASSWORD", "forest walnut umbrella copper"), "Medium");
  EXPECT_EQ(Level("DB_PASSWORD", "forest walnut umbrella copper", Place::kField), "Medium");
  EXPECT_EQ(Level("DB_PASSWORD", "two words", Place::kField), "Low");
  EXPECT_EQ(Level("DB_PASSWORD", "forest.walnut.umbrella.copper", Place::kText), "Medium")
      << "or a path of members";
}

}  // namespace
}  // namespace keysteward::detection
