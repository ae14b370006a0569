#include "detection/engine/name_matcher.h"

#include <gtest/gtest.h>

#include <deque>
#include <numeric>

#include "common/base64.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

std::vector<uint32_t> All(const LeafList& leaves) {
  std::vector<uint32_t> all(leaves.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

class NameMatcherTest : public testing::Test {
 protected:
  void SetUp() override {
    auto rules = LoadRules(EmbeddedRules());
    ASSERT_TRUE(rules) << rules.error().ToString();
    rules_ = *std::move(rules);
    auto matcher = NameMatcher::Create(rules_);
    ASSERT_TRUE(matcher) << matcher.error().ToString();
    matcher_ = *std::move(matcher);
  }

  // "rule Confidence: proof" of the one suspicion, "" for none.
  std::string Judge(std::string_view name, std::string_view text, Place place = Place::kEnv,
                    bool reference = false) {
    LeafList leaves;
    Leaf leaf;
    leaf.name = name;
    leaf.text = text;
    leaf.place = place;
    leaf.reference = reference;
    leaves.Add(leaf);
    std::vector<Suspicion> found;
    EXPECT_TRUE(matcher_->Match(leaves, All(leaves), found));
    if (found.empty()) return "";
    EXPECT_EQ(found.size(), 1u);
    const Suspicion& s = found[0];
    return (s.rule == nullptr ? "name" : s.rule->id) + " " +
           std::string(ConfidenceName(s.confidence)) + ": " + std::string(s.proof);
  }
  std::string Level(std::string_view name, std::string_view text, Place place) {
    const std::string judged = Judge(name, text, place);
    return judged.substr(0, judged.find(':'));
  }

  RuleSet rules_;
  std::unique_ptr<NameMatcher> matcher_;
  const std::string random_ = MakeSample("{alnum:32}", 5);
};

TEST_F(NameMatcherTest, BelievesAPasswordNameNearlyAnything) {
  EXPECT_EQ(Judge("DB_PASSWORD", random_), "name High: the value reads like random characters");
  EXPECT_EQ(Judge("DB_PASSWORD", "hunter2-prod"),
            "name High: the value has the form of a password");
  EXPECT_EQ(Judge("DB_PASSWORD", "postgres"), "name High: a literal value, though a weak one");
  EXPECT_EQ(Judge("DB_PASSWORD", "correct horse battery staple"), "name Medium: a literal value");
  EXPECT_EQ(Judge("DB_PASSWORD", "the password of the database user"), "") << "prose";
  EXPECT_EQ(Judge("DB_PASSWORD", "two Words"), "name Medium: a literal value");
  EXPECT_EQ(Judge("DB_PASSWORD", "two Words 7"), "name High: the value has the form of a password");
}

// What a translation shows beside a field.
TEST_F(NameMatcherTest, LeavesALabelThatRepeatsItsNameAlone) {
  for (const Place place : {Place::kText, Place::kConfig, Place::kField}) {
    EXPECT_EQ(Judge("confirmPassword", "Confirm-Password", place), "");
    EXPECT_EQ(Judge("forgot.password", "Forgot-password?", place), "");
    EXPECT_NE(Judge("confirmPassword", "Confirm-Password-7", place), "");
    EXPECT_NE(Judge("db.password", "Forgot-password?", place), "");
  }
  EXPECT_NE(Judge("CONFIRM_PASSWORD", "Confirm-Password"), "") << "a program is started with it";
  EXPECT_EQ(Judge("appDatabasePassword", "app_database_password", Place::kField), "");
  EXPECT_NE(Judge("appDatabasePassword", "app_database_passwort", Place::kField), "");
  EXPECT_NE(Judge("db_password", "db-password-9", Place::kField), "");
}

TEST_F(NameMatcherTest, TellsAUuidFromOneMadeByHand) {
  EXPECT_NE(Judge("accessKey", "0c5a4d1e-6f7b-4a3c-9e2d-1b0f8a7c6d5e"), "");
  EXPECT_EQ(Judge("accessKey", "AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE"), "");
  EXPECT_EQ(Judge("accessKey", "00000000-0000-0000-0000-000000000000"), "");
}

TEST_F(NameMatcherTest, KnowsWhatMinioIsDeliveredWith) {
  EXPECT_NE(Judge("secretKey", "minioadmin", Place::kField), "");
}

TEST_F(NameMatcherTest, KnowsNamesWhoseTextIsReadInAWayOfItsOwn) {
  for (const char* name : {"run", "before_script", "start.sh", "preKubeadmCommands", "chpasswd",
                           "userlist.txt", "users.properties"}) {
    EXPECT_TRUE(matcher_->ReadName(name).reads_text) << name;
  }
  for (const char* name : {"image", "runner", "users.yaml", "DB_PASSWORD", "", "x"}) {
    EXPECT_FALSE(matcher_->ReadName(name).reads_text) << name;
  }
}

TEST_F(NameMatcherTest, LeavesALoginWhosePasswordIsMissingAlone) {
  EXPECT_EQ(Judge(".pgpass", "*:*:*:replicator:********", Place::kConfig), "");
  EXPECT_EQ(Judge("sasl_passwd", "smtp.example.org apikey:xxxxxxxxxxxx", Place::kConfig), "");
  EXPECT_EQ(Judge("dest-creds", "ci:$REG_PASS"), "");
  EXPECT_NE(Judge("dest-creds", "ci:winter_4821"), "");
  EXPECT_NE(Judge("DB_PASSWORD", random_ + ":$tail"), "");
}

TEST_F(NameMatcherTest, TrustsPlacesDifferently) {
  struct Row {
    const char* name;
    const char* value;
    const char* env;
    const char* config;
    const char* text;
    const char* field;
  };
  const Row rows[] = {
      {"DB_PASSWORD", "postgres", "name High", "name High", "name Medium", "name Medium"},
      {"DB_PASSWORD", "Tr0ub4dor&3", "name High", "name High", "name High", "name Medium"},
      {"API_TOKEN", "hunter2-prod", "name High", "name Medium", "name Medium", "name Medium"},
      {"API_TOKEN", "db-credentials", "name Low", "name Low", "name Low", "name Low"},
      {"CLIENT_SECRET", "db-credentials", "name Low", "name Low", "name Low", "name Low"},
      {"CLIENT_SECRET", "regcred-2", "name Low", "name Low", "name Low", "name Low"},
      {"API_KEY", "S3cure-Cache", "name High", "name Medium", "name Medium", "name Medium"},
      {"API_KEY", "abc", "", "", "", ""},
      {"SESSION", "plain-words-here", "", "", "", ""}};
  for (const Row& row : rows) {
    EXPECT_EQ(Level(row.name, row.value, Place::kEnv), row.env) << row.name << row.value;
    EXPECT_EQ(Level(row.name, row.value, Place::kConfig), row.config) << row.name << row.value;
    EXPECT_EQ(Level(row.name, row.value, Place::kText), row.text) << row.name << row.value;
    EXPECT_EQ(Level(row.name, row.value, Place::kField), row.field) << row.name << row.value;
  }
}

TEST_F(NameMatcherTest, IsSureOfRandomValuesEverywhere) {
  for (const Place place : {Place::kEnv, Place::kArgument, Place::kHeader, Place::kParameter,
                            Place::kConfig, Place::kAnnotation, Place::kText, Place::kField}) {
    EXPECT_EQ(Level("API_TOKEN", random_, place), "name High") << PlaceName(place);
  }
}

TEST_F(NameMatcherTest, DoubtsWeakNames) {
  EXPECT_EQ(Judge("SESSION", random_), "name High: the value reads like random characters");
  EXPECT_EQ(Level("SESSION", random_, Place::kConfig), "name Medium");
  EXPECT_EQ(Judge("SALT", "hunter2-prod"), "") << "a weak name needs a random value";
}

TEST_F(NameMatcherTest, LooksPastTheSchemeOfAHeader) {
  for (const char* scheme : {"Bearer ", "bearer ", "Basic ", "Token ", "ApiKey ", "Digest "}) {
    EXPECT_EQ(Judge("Authorization", scheme + random_, Place::kHeader),
              "name High: the value reads like random characters")
        << scheme;
  }
  EXPECT_EQ(Judge("Authorization", "Bearer $(TOKEN)", Place::kHeader), "");
}

TEST_F(NameMatcherTest, TakesASchemeForProof) {
  EXPECT_EQ(Level("Authorization", "Bearer winter_4821", Place::kHeader), "name Medium");
  EXPECT_EQ(Judge("Authorization", "winter_4821", Place::kHeader), "")
      << "the name alone is a weak one";
}

TEST_F(NameMatcherTest, LeavesALoginInBase64ToItsRule) {
  EXPECT_EQ(Judge("AUTH", "Basic " + Base64Encode("bot:changeme-later")), "");
  EXPECT_EQ(Judge("AUTH", "Basic " + random_), "name High: the value reads like random characters");
}

TEST_F(NameMatcherTest, HasNoOpinionOfWhatIsDecodedElsewhere) {
  LeafList leaves;
  Leaf leaf;
  leaf.name = "DB_PASSWORD";
  leaf.text = random_;
  leaves.Add(leaf);
  leaves.MarkDecoded(0);
  std::vector<Suspicion> found;
  EXPECT_TRUE(matcher_->Match(leaves, All(leaves), found));
  EXPECT_TRUE(found.empty());
}

TEST_F(NameMatcherTest, IgnoresWhatIsClearedReferredToOrNameless) {
  for (const char* value : {"$(DB_PASSWORD)", "changeme", "<password>", "vault:secret/x#y", "true",
                            "***", "xxxxxxxx", "/run/secrets/password", "{{ .Values.p }}"}) {
    EXPECT_EQ(Judge("DB_PASSWORD", value), "") << value;
  }
  EXPECT_EQ(Judge("DB_PASSWORD", random_, Place::kEnv, true), "");
  EXPECT_EQ(Judge("", random_), "");
  EXPECT_EQ(Judge("x", random_), "");
  EXPECT_EQ(Judge("LOG_LEVEL", random_), "");
  EXPECT_EQ(Judge("PASSWORD_FILE", random_), "");
}

TEST_F(NameMatcherTest, IgnoresTextsThatAreNoValue) {
  EXPECT_EQ(Judge("DB_PASSWORD", "hunter2\nsecond line"), "");
  EXPECT_EQ(Judge("DB_PASSWORD", std::string(5000, 'x') + random_), "");
  EXPECT_EQ(Judge("DB_PASSWORD", "abc"), "") << "too short to be one";
}

TEST_F(NameMatcherTest, KnowsProvidersByTheName) {
  EXPECT_EQ(Judge("DATADOG_API_KEY", MakeSample("{hex:32}")), "datadog-api-key High: ");
  EXPECT_EQ(Judge("my-datadog.apiKey", MakeSample("{hex:32}")), "datadog-api-key High: ")
      << "separators and case do not matter";
  EXPECT_EQ(Level("DATADOG_API_KEY", MakeSample("{hex:31}"), Place::kEnv), "name High")
      << "not the provider's form: judged by the name alone";
  EXPECT_EQ(Judge("DATADOG_API_KEY", "Bearer " + MakeSample("{hex:32}")), "datadog-api-key High: ");
}

TEST_F(NameMatcherTest, SaysWhetherANameAccuses) {
  EXPECT_TRUE(matcher_->SaysCredential("API_TOKEN"));
  EXPECT_FALSE(matcher_->SaysCredential("SESSION"));
  EXPECT_FALSE(matcher_->SaysCredential("TOKEN_TTL"));
  EXPECT_FALSE(matcher_->SaysCredential(""));
}

// Every name that classifies as credential passes the stem filter in front of the classifier.
TEST_F(NameMatcherTest, ItsShortcutLosesNoName) {
  for (const char* name :
       {"PASSWORD", "db_pwd", "rootPw", "CLIENT_SECRET", "access_token", "API_KEY", "creds",
        "passphrase", "JWT", "GITHUB_PAT", "WPA_PSK", "bearer", "masterauth", "requirepass"}) {
    ASSERT_EQ(ClassifyName(name).strength, NameStrength::kStrong) << name;
    EXPECT_TRUE(matcher_->SaysCredential(name)) << name;
  }
  for (const char* name :
       {"key",    "auth",    "authorization",    "cookie",  "salt",      "seed",   "pepper",
        "pin",    "dsn",     "connectionstring", "session", "sid",       "nonce",  "keys",
        "tokens", "secrets", "passwords",        "hmac",    "signature", "apikeys"}) {
    ASSERT_EQ(ClassifyName(name).strength, NameStrength::kWeak) << name;
    EXPECT_NE(Judge(name, random_), "") << name;
  }
}

TEST_F(NameMatcherTest, SaysSoWhenThereIsTooMuchToJudge) {
  LeafList leaves;
  const std::string value(4000, 'v');
  for (int i = 0; i < 600; ++i) {
    Leaf leaf;
    leaf.name = "API_TOKEN";
    leaf.text = value;
    leaves.Add(leaf);
  }
  std::vector<Suspicion> found;
  EXPECT_FALSE(matcher_->Match(leaves, All(leaves), found));
}

TEST_F(NameMatcherTest, AccusesThePasswordOfALogin) {
  EXPECT_EQ(Level("BASIC_AUTH", "admin:Mango2022", Place::kEnv), "name High");
  EXPECT_EQ(Level("basicAuth", "admin:Mango2022", Place::kField), "name Medium");
  EXPECT_EQ(Level("FLOWER_BASIC_AUTH", "admin:castle-violet-forest-saddle", Place::kEnv),
            "name High");
  EXPECT_EQ(Level("SFTP_USERS", "backup:" + random_ + ":1001:100:upload", Place::kEnv),
            "name High");
  EXPECT_EQ(Level("AUTH_USERS", "alice:Mango-2022", Place::kEnv), "name Medium")
      << "roles and groups stand there too";
  EXPECT_EQ(Level("CLIENT_PASSWORDS", "Mango2022,river_7741", Place::kEnv), "name High");
  EXPECT_EQ(Level("NEO4J_AUTH", "neo4j/Mango2022", Place::kEnv), "name High");
}

TEST_F(NameMatcherTest, AccusesNoUsersRolesOrReferences) {
  for (const char* value :
       {"admin:$BASIC_PASSWORD", "admin:${BASIC_PASSWORD}", "admin:changeme",
        "admin:$2y$10$N9qo8uLOickgx2ZMRZoMye", "https://auth.acme.io:8443/login", "true",
        "user:password", "monitoring/basic-auth", "give it as user:password"}) {
    EXPECT_EQ(Judge("BASIC_AUTH", value), "") << value;
  }
  for (const char* value : {"alice,bob", "alice:admin,bob:viewer", "redis:6379", "alice@acme.io",
                            "alice:team-42", "system:serviceaccount:shop:api", "ops:1001:1001",
                            "5f7c8ec7c33c6c004bbafe82", "http://users.acme.io:8080"}) {
    EXPECT_EQ(Judge("ADMIN_USERS", value), "") << value;
  }
  for (const char* value : {"db-passwords", "alice,bob", "true"}) {
    EXPECT_EQ(Judge("CLIENT_PASSWORDS", value), "") << value;
  }
  EXPECT_EQ(Judge("NEO4J_AUTH", "none"), "");
  EXPECT_EQ(Judge("NEO4J_AUTH", "neo4j/$(NEO4J_PASSWORD)"), "");
}

// Engine::Create refuses such rules; a matcher made without it must not fall over.
TEST(NameMatcherCreate, FindsNothingByAPatternThatDoesNotCompile) {
  RuleSet rules;
  rules.rules.push_back({.id = "odd", .pattern = "[a", .names = {"odd"}});
  const auto matcher = NameMatcher::Create(rules);
  ASSERT_TRUE(matcher);
  LeafList leaves;
  Leaf leaf;
  leaf.name = "odd";
  leaf.text = "aaaa";
  leaves.Add(leaf);
  std::vector<Suspicion> found;
  EXPECT_TRUE((*matcher)->Match(leaves, All(leaves), found));
  EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace keysteward::detection
