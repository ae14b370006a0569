#include "detection/values/clearing.h"

#include <gtest/gtest.h>

#include "tests/detection/samples.h"
#include "tests/detection/values/cleared_why.h"

namespace keysteward::detection {
namespace {

TEST(ClearedBecause, GivesTheReason) {
  const std::pair<const char*, const char*> cases[] = {
      {"../keys/id_rsa", "a path"},
      {"fd:3", "a reference to a secret store"},
      {"ENC[AES256_GCM,data:x]", "ciphertext"},
      {"$2a$10$N9qo8uLOickgx2ZMRZoMye", "a hash, not a password"},
      {"admin:$2y$10$N9qo8uLOickgx2ZMRZoMye", "a hash, not a password"},
      {"ops@acme.io:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "a hash, not a password"},
      {"ssh-ed25519 AAAAC3Nz", "a public key or certificate"},
      {"AAAAC3NzaC1lZDI1NTE5AAAAIJ5d7PAzQuF7VJOz", "a public key or certificate"},
      {"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC", "a public key or certificate"},
      {"MCowBQYDK2VwAyEAiU0u0GfKO1x9Kq3rJ7ZyqQ1k", "a public key or certificate"},
      {"mrk-1234abcd12ab34cd56ef1234567890ab", "a reference to a secret store"},
      {"vault:secret/data/db#password", "a reference to a secret store"},
      {"kv/shop/stripe", "a reference to a secret store"},
      {"arn:aws:secretsmanager:eu-west-1:1:secret:x", "a reference to a secret store"},
      {"3600", "a number, quantity or duration"},
      {"1h30m", "a number, quantity or duration"},
      {"10Mi", "a number, quantity or duration"},
      {"0c5a4d1e-6f7b-4a3c-9e2d-1b0f8a7c6d5e", "a UUID"},
      {"sha256:4bf5122f344554c53bde2ebb8cd2b7e3", "a digest"},
      {"/etc/tls/tls.key", "a path"},
      {"@/run/secrets/p9", "a path"},
      {"id=npmrc,src=/x9", "a reference to a secret store"},
      {"service-account.json", "a path"},
      {"https://login.acme.io/token", "a URL without a password"},
      {"ops@acme.io", "a host name or e-mail address"},
      {"SECRET[backend_1.dd_key]", "a reference to a secret store"},
      {"urn:k8s:secret:crowdsec:lapi-key", "a reference to a secret store"},
      {"P@55w0rd.833", "accused"},
      {"registry.acme.io/shop/api:1.4.2", "an image reference"},
      {"^3.0.0", "a version, a region or an algorithm"},
      {">=1.26", "a version, a region or an algorithm"},
      {"v1.2.3", "a version, a region or an algorithm"},
      {"1.25-alpine", "a version, a region or an algorithm"},
      {"nginx:1.25", "a version, a region or an algorithm"},
      {"eu-west-1", "a version, a region or an algorithm"},
      {"aes-256-gcm", "a version, a region or an algorithm"},
      {"scram-sha-256", "a version, a region or an algorithm"},
      {"RS256", "a version, a region or an algorithm"},
      {"2026-01-01T00:00:00Z", "a version, a region or an algorithm"},
      {"X-Api-Key", "the name of a header"},
      {"orders:cache:v1", "a name of several parts"},
      {"stored in vault", "a note where the value is"},
      {"(configured", "a note where the value is"},
      {"(winter9)", "accused"},
      {"(hidden)", "a note where the value is"},
      {"{\"from\": \"x\"}", "a document whose members are judged"},
      {"-----BEGIN", "a public key or certificate"},
      {"GITHUB_TOKEN", "the name of a variable"},
      {"platform/ci-token", "a name in a namespace"},
      {"SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", "a digest"},
      {"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "a digest"},
      {"AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99", "a digest"},
      {"!secret wifi_2", "a reference to a secret store"},
      {"!GetAtt", "a reference to a secret store"},
      {"gsm:projects/p/secrets/db2", "a reference to a secret store"},
      {"alias/signing-key-2", "a reference to a secret store"},
      {"prod/eu-west-1/db-1", "a name in a namespace"},
      {"managed-by-vault", "a note where the value is"},
      {"injected_at_runtime", "a note where the value is"},
      {"{SSHA512}cVlqIhEBsM24vn7l", "a hash, not a password"},
      {"{CRYPT}$6$abc$defghij", "a hash, not a password"},
      {"{pbkdf2}5d923b44a6d129f3", "a hash, not a password"},
      {"$y$j9T$F5Jx5fExrKuPp53xLKQ", "a hash, not a password"},
      {"SCRAM-SHA-512$4096:abc=$def=", "a hash, not a password"},
      {"md5a3556571e93b0d20722ba62be61e8c2d", "a hash, not a password"},
      {"ENC(J8s7dFh2k1QbT0xYwq1n3RrZ)", "ciphertext"},
      {"{cipher}AQB5d0f1a2b3c4d5e6f708192a", "ciphertext"},
      {"{AES}Yc0dHkpUqF3l7zMH1ZgPcgwXo1W=", "ciphertext"},
      {"{COQLCE6DU6GtcS5P=}", "ciphertext"},
      {"![nHWo5JhNAYM9wsgHQcMTSzvVvNLC=]", "ciphertext"},
      {"U2FsdGVkX1+9Yc0dHkpUqF3l7zMH1Zg=", "ciphertext"},
      {"AEdJVENSWVBUAAcVlqIhEBsM24vn7lGU", "ciphertext"},
      {"?{gkms:targets/prod/db:a1b2c3d4}", "a reference to a secret store"},
      {"^5.0.0 || ^6.0.2 || ^7.0.0", "a version, a region or an algorithm"},
      {"files sss systemd", "a version, a region or an algorithm"},
      {"compat", "a version, a region or an algorithm"},
      {"on_create", "a version, a region or an algorithm"},
      {"oobeSystem", "a version, a region or an algorithm"},
      {"mot-de-passe", "accused"},
      {"# [relay]:587 user:password", "a note where the value is"},
      {"signing-key:passphrase", "a name of several parts"},
      {"sha1-GSA/tZmR35jjoocFDUZHzerzJJk=", "a digest"},
      {"*grafanaKey", "a reference to a secret store"},
      {"OAUTH2_CLIENT_SECRET", "the name of a variable"},
      {"SECRET_ENV1", "the name of a variable"},
      {"always", "a version, a region or an algorithm"},
      {"pw:/etc/media/pw", "a path"},
      {"exec:/usr/local/bin/ldappw", "a reference to a secret store"},
      {"ws_0c5a4d1e-6f7b-4a3c-9e2d-1b0f8a7c6d5e_secret_1c5a4d1e-6f7b-4a3c-9e2d-1b0f8a7c6d5e_v1",
       "a name made of UUIDs"}};
  for (const auto& [value, reason] : cases) EXPECT_EQ(Why(value), reason) << value;
}

// Base64 that begins as other things do.
TEST(ClearedBecause, IsNotFooledByTheFirstLettersOfRandomText) {
  for (const char* value :
       {"kv/qWm3RtYx7pLsZk2Vn9Hc4Bf6Gd8JwQe", "RWQmqWm3RtYx7pLsZk2Vn9Hc4Bf6Gd8J"}) {
    EXPECT_FALSE(ClearedBecause(value, Claim::kNamed)) << value;
  }
}

TEST(ClearedBecause, LooksAtThePasswordOfAUrl) {
  for (const char* url : {"https://bot:changeme@host/x", "https://bot:xxxxxxxx@host",
                          "postgres://app:$(PASSWORD)@db:5432/app"}) {
    EXPECT_TRUE(ClearedBecause(url, Claim::kNamed)) << url;
  }
  EXPECT_FALSE(ClearedBecause("https://bot:winter_4821@host", Claim::kNamed));
  EXPECT_FALSE(ClearedBecause("https://winter_4821@host", Claim::kNamed));
}

TEST(ClearedBecause, LeavesCredentialsAccused) {
  for (const char* value : {"hunter2-prod",
                            "Tr0ub4dor&3",
                            "winter-2024",
                            "p4ss/w0rd",
                            "S3cure-cache",
                            "k8s-7Gx2pq",
                            "correct-horse-battery-9",
                            "admin:S3cure-cache",
                            "admin:$ecure-cache-9",
                            "Pa55(w0rd)",
                            "$ummer_4821",
                            "$unshine42",
                            "Abc.def.9xyz",
                            "SUMMER_RAIN_42",
                            "Winter7!",
                            "ab[cd]3fgh",
                            "x:y:z4",
                            "N0-Mots-de-passe",
                            "v1.2.x!",
                            "1.2.3.4.5.6x",
                            "eu-west-1x",
                            "aes-dragon-7",
                            "X-Ray-77",
                            "orders:cache:77",
                            "in-winter-7",
                            "(hidden7)",
                            "{not json7}",
                            ":winter7",
                            "sunset-meadow-7",
                            "p4ss/w0rd/9x",
                            "sha-winter-77",
                            "md5:winter77",
                            "!Winter7",
                            "@winter7/x9",
                            "idea=7winter",
                            "env.7Gx2pqLm",
                            "Your-winter-77",
                            "[winter7!]",
                            "rain**7",
                            "(winter7)rain",
                            "{xor}Lz4sLChvLTs7x",
                            "ENC-winter-77",
                            "md5winter77",
                            "a&lt;b&9winter",
                            "admin:$ecure_cache_9",
                            "XxXx.Winter7"}) {
    EXPECT_EQ(Why(value), "accused") << value;
    EXPECT_EQ(Why(value, Claim::kPassword), "accused") << value;
  }
  for (uint64_t seed = 1; seed < 200; ++seed) {
    for (const char* pattern : {"{alnum:32}", "{hex:32}", "{base64:44}", "{base64url:40}"}) {
      const std::string value = MakeSample(pattern, seed);
      EXPECT_EQ(Why(value), "accused") << value;
    }
  }
}

// hunter2-7 in base64, and words that base64 would turn into bytes.
TEST(ClearedBecause, ClearsNoOtherValueInBase64) {
  for (const char* value :
       {"aHVudGVyMi03", "d2ludGVy", "Password1234", "winter77", "Winter2024XY"}) {
    EXPECT_EQ(Why(value, Claim::kPassword), "accused") << value;
  }
  for (uint64_t seed = 1; seed < 200; ++seed) {
    EXPECT_EQ(Why(MakeSample("{alnum:12}", seed), Claim::kPassword), "accused");
  }
}

// A connection string with its escapes, as a URL's password, ends like a host.
TEST(ClearedBecause, TakesNothingWithEscapesForAHost) {
  const std::string key = MakeSample("{base64:40}");
  EXPECT_EQ(Why("AccountKey%3D" + key + "%3BEndpointSuffix%3Dcore.windows.net", Claim::kPassword),
            "accused");
  EXPECT_EQ(Why("S3cure!rain.com", Claim::kPassword), "accused");
  EXPECT_EQ(Why("db-1.acme.com", Claim::kPassword), "a host name or e-mail address");
  EXPECT_EQ(Why("cache.acme.internal,db.acme.internal", Claim::kPassword),
            "a host name or e-mail address");
}

TEST(ClearedBecause, CountsWeakPasswordsAsPasswords) {
  for (const char* value : {"password", "admin", "postgres", "123456", "12345678"}) {
    EXPECT_EQ(Why(value, Claim::kPassword), "accused") << value;
  }
}

// "tbd" and "AgA" are in random values too.
TEST(ClearedBecause, FindsNoWordsInRandomCharacters) {
  const std::string random = MakeSample("{hex:9}", 3);
  EXPECT_EQ(Why("Z+cTbdM" + random), "accused");
  EXPECT_EQ(Why("key-tbd"), "a placeholder");
  EXPECT_EQ(Why("/sAiCAt918fr" + random + "ajbasrQUZh7"), "accused") << "base64, no path";
  EXPECT_EQ(Why("/var/lib/app/id_rsa"), "a path");
  EXPECT_EQ(Why("/usr/lib/jvm/java-17-openjdk-amd64/lib/jvm.cfg"), "a path");
  EXPECT_EQ(Why("/usr/lib32/gconv/x86-64/" + random + ".so.6"), "a path");
  EXPECT_EQ(Why("/usr+" + random + "x17Kq4/amd64"), "accused");
  EXPECT_EQ(Why("/vaR/" + random + "x17Kq4amd64"), "accused");
  EXPECT_EQ(Why("/etc/" + random + "!x17Kq"), "accused") << "no name of a file";
  EXPECT_EQ(Why("AgA" + MakeSample("{alnum:40}")), "accused");
  EXPECT_EQ(Why("AgA" + MakeSample("{base64:400}")), "ciphertext");
}

// What only a password can be: a phrase without the words of a note, a pair, a number.
TEST(ClearedBecause, KeepsWhatIsNoSetting) {
  for (const char* value : {"two Words", "admin:winter", "20260101", "grandmother's cat"}) {
    EXPECT_EQ(Why(value, Claim::kPassword), "accused") << value;
  }
  EXPECT_EQ(Why("3600s", Claim::kPassword), "a number, quantity or duration");
}

TEST(ClearedBecause, DoesNotClearAFormatByItsLooks) {
  EXPECT_EQ(Why("0c5a4d1e-6f7b-4a3c-9e2d-1b0f8a7c6d5e", Claim::kFormat), "accused");
  EXPECT_EQ(Why("sk_live_00000000000000000000000000", Claim::kFormat), "filler characters");
}

TEST(ClearedBecause, TellsPassphrasesFromSentencesAndProgramText) {
  for (const char* phrase : {"forest walnut umbrella copper", "correct horse battery staple",
                             "sunset.coffee.dragon.quartz"}) {
    EXPECT_EQ(Why(phrase, Claim::kPassword), "accused") << phrase;
  }
  for (const char* sentence :
       {"Password for the database", "leave this empty when unused",
        "whatever your operator told you", "retrieved dynamically through vault"}) {
    EXPECT_NE(Why(sentence, Claim::kPassword), "accused") << sentence;
  }
  for (const char* members : {"spring.datasource.hikari.password", "login.form.fields.label",
                              "config.mail.smtp.phrase", "org.apache.kafka.common"}) {
    EXPECT_EQ(Why(members, Claim::kPassword), "program text") << members;
  }
  EXPECT_EQ(Why("sunset.coffee.dragon.quartz"), "program text") << "beside other names";
}

TEST(ClearedBecause, KnowsWhatNamesAnEntryOfASecret) {
  EXPECT_EQ(Why("pullsecret:argocd/regcred-2", Claim::kPassword), "a reference to a secret store");
  EXPECT_EQ(Why("git:secret:argocd/git-creds"), "a reference to a secret store");
  EXPECT_EQ(Why("!secret mqtt_password", Claim::kPassword), "a reference to a secret store");
  EXPECT_EQ(Why("!secret", Claim::kPassword), "a reference to a secret store");
  EXPECT_EQ(Why("prod/ch-creds/password", Claim::kPassword), "a name in a namespace");
  EXPECT_EQ(Why("prod/p4ss/w0rd", Claim::kPassword), "accused");
  EXPECT_EQ(Why("prod/creds/", Claim::kPassword), "accused");
}

TEST(ClearedBecause, KnowsWhatIsSaidInsteadOfAValue) {
  for (const char* value :
       {"$_ENV['DB_PASSWORD'", "$this->password", "$orders-secret:clientSecret",
        "$GITLAB_TOKEN\" \"$CI_API_V4_URL/projects\"", "@{secretstore:influx_password}",
        "password_here", "BASE64_KEY_HERE", "str):"}) {
    EXPECT_NE(Why(value), "accused") << value;
  }
  EXPECT_EQ(Why("https://33b50bb84c349bcaf30428b891e753e4@o88.ingest.sentry.io/25"),
            "an address that errors are reported to");
  EXPECT_EQ(Why("https://33b50bb84c349bcaf30428b891e753e4@git.acme.dev/a2"), "accused");
  EXPECT_EQ(Why("$ecret-9:x7Kq2", Claim::kPassword), "accused");
  // Passwords that only begin like them.
  for (const char* password : {"text:hunter2-prod", "remote.Winter-42", "$ecret[9x-Winter"}) {
    EXPECT_EQ(Why(password, Claim::kPassword), "accused") << password;
  }
  EXPECT_EQ(Why("/onf+tOent7d/tuBFRoxe1=="), "accused") << "base64";
  EXPECT_EQ(Why("wcFMA" + MakeSample("{alnum:120}")), "ciphertext");
  EXPECT_NE(Why("wcFMA" + MakeSample("{alnum:20}")), "ciphertext");
}

TEST(ClearedBecause, ReadsDataSourceNames) {
  for (const char* source : {"tcp(mysql:3306)/app", "app@tcp(mysql:3306)/app?charset=utf8mb4",
                             "exporter@(mysql:3306)/"}) {
    EXPECT_EQ(Why(source), "a data source without a password") << source;
  }
  for (const char* source : {"app:$DB_PASSWORD@tcp(mysql:3306)/app", "app:<password>@(mysql:3306)/",
                             "app:changeme@unix(/run/mysqld.sock)/app"}) {
    EXPECT_NE(Why(source), "accused") << source;
  }
  EXPECT_EQ(Why("app:Mango2022@tcp(mysql:3306)/app"), "accused");
}

// What is cleared above, and what only looks like it.
TEST(ClearedBecause, LeavesPasswordsThatOnlyLookLikeAForm) {
  for (const char* password :
       {"PASSWORD1",
        "VALUEs-42",
        "{.secret",
        "files-2024",
        "ab('9x",
        "{$xkcd42",
        "%[a-42x",
        "a.b.str1",
        "#hunter2",
        "winter || summer",
        "secret-0c5a4d1e-6f7b-4a3c-9e2d-1b0f8a7c6d5e-Xk2",
        "prod1:passphrase",
        "P35bCjx+",
        "SUMMER_2024",
        "*hunter2",
        "_Winter_",
        "XXXX9",
        "{ab_c}d9",
        "pw:/9xK",
        "Cv)51Geb#QJk]RJ,7N6b*C[Ul{%X87J*H&=K4JF#p%#@6USDyxE*1.*/?T!0h9B2"}) {
    EXPECT_EQ(Why(password, Claim::kPassword), "accused") << password;
  }
  EXPECT_EQ(Why("https://hooks.slack.com/services/T02ABCDEF/B03ABCDEF/XXXXXXXXXXXXXXXXXXXXXXXX",
                Claim::kFormat),
            "a placeholder");
}

TEST(ClearedBecause, KnowsALoginWithoutItsPassword) {
  EXPECT_EQ(Why("ci:$REGISTRY_PASSWORD"), "a variable, filled in elsewhere");
  EXPECT_EQ(Why("pg.svc:5432:shop:app:********", Claim::kFormat), "a placeholder");
  EXPECT_EQ(Why("pg:5432:shop:app:xX7*", Claim::kPassword), "accused");
  EXPECT_EQ(Why("ci:$ecure-cache-9", Claim::kPassword), "accused");
}

// What strips a sign may meet a million of them.
TEST(ClearedBecause, IsNotExhaustedByRepeatedSigns) {
  for (const std::string sign : {"\"", "'", ">", "RAW(", "base64:", "$(", "<", "(", "[", "*/"}) {
    std::string value;
    while (value.size() < 200'000) value += sign;
    std::string closed = value;
    for (const char end : {'"', ')', '>', ']'}) closed += end;
    for (const Claim claim : {Claim::kNamed, Claim::kPassword, Claim::kFormat}) {
      (void)ClearedBecause(value, claim);
      (void)ClearedBecause(closed, claim);
    }
  }
}

}  // namespace
}  // namespace keysteward::detection
