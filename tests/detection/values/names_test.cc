#include "detection/values/names.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

using Words = std::vector<std::string>;

TEST(NameWords, SplitsAtSeparatorsAndCase) {
  EXPECT_EQ(NameWords("stripeApiKey_2"), (Words{"stripe", "api", "key", "2"}));
  EXPECT_EQ(NameWords("DB_PASSWORD"), (Words{"db", "password"}));
  EXPECT_EQ(NameWords("spring.datasource.password"), (Words{"spring", "datasource", "password"}));
  EXPECT_EQ(NameWords("APIKey"), (Words{"api", "key"}));
  EXPECT_EQ(NameWords("s3SecretKey"), (Words{"s3", "secret", "key"}));
  EXPECT_EQ(NameWords("X5T"), Words{"x5t"});
  EXPECT_EQ(NameWords("--"), Words{});
}

TEST(ClassifyName, FindsNamesOfCredentials) {
  for (const char* name : {"PASSWORD",
                           "DB_PASSWORD",
                           "dbPassword",
                           "POSTGRES_PASSWORD_PROD",
                           "redispass",
                           "PGPASSWORD",
                           "rootPw",
                           "API_KEY",
                           "apikey",
                           "stripeApiKey",
                           "X-Api-Key",
                           "CLIENT_SECRET",
                           "SECRET_KEY",
                           "SECRET_KEY_BASE",
                           "JWT_SECRET",
                           "GITHUB_TOKEN",
                           "access_token",
                           "auth-token",
                           "TOKEN_2",
                           "ENCRYPTION_KEY",
                           "signingKey",
                           "spring.datasource.password",
                           "requirepass",
                           "MASTER_KEY",
                           "AWS_SECRET_ACCESS_KEY",
                           "SSH_PRIVATE_KEY",
                           "DB_CREDENTIALS",
                           "PRIMARY_API_KEY",
                           "HF_TOKEN",
                           "RECAPTCHA_SECRET_KEY",
                           "TURNSTILE_SECRET_KEY",
                           "SITE_KEY_SECRET",
                           "ELASTIC_SEARCH_API_KEY",
                           "ALGOLIA_ADMIN_API_KEY",
                           "GPG_PRIVATE_KEY",
                           "GPG_PASSPHRASE",
                           "PUBLIC_API_TOKEN",
                           "passphrase"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kStrong) << name;
  }
}

TEST(ClassifyName, LeavesSettingsAlone) {
  for (const char* name : {"TOKEN_TTL",
                           "PASSWORD_FILE",
                           "SECRET_NAME",
                           "MAX_PASSWORD_LENGTH",
                           "API_KEY_HEADER",
                           "TOKEN_URL",
                           "JWT_ISSUER",
                           "PUBLIC_KEY",
                           "SSH_PUBLIC_KEY",
                           "PARTITION_KEY_HASH",
                           "ROUTING_KEY",
                           "keyboard",
                           "monkey",
                           "LOG_LEVEL",
                           "passwordless",
                           "secretary",
                           "tokenizer",
                           "authors",
                           "HOST",
                           "KEYCLOAK_URL",
                           "secret-name",
                           "credentialsDir",
                           "passwordPolicy",
                           "cache_key",
                           "i18n.key",
                           "RECAPTCHA_SITE_KEY",
                           "turnstileSiteKey",
                           "HCAPTCHA_SITEKEY",
                           "STRIPE_PUBLISHABLE_KEY",
                           "MAPBOX_PUBLIC_TOKEN",
                           "SUPABASE_ANON_KEY",
                           "ALGOLIA_SEARCH_API_KEY",
                           "searchOnlyApiKey",
                           "GPG_KEY",
                           "chpasswd",
                           "TWILIO_ACCOUNT_SID",
                           "TLS_SECRET",
                           "certificatesSecret",
                           "hashed_secret",
                           "spark.kubernetes.driver.secretKeyRef.DB_PASSWORD",
                           "imagePullSecret",
                           "S3_OBJECT_KEY",
                           "IDEMPOTENCY_KEY",
                           "TOKEN_ADDRESS",
                           "JWT_KID",
                           "recv-keys",
                           "export-secret-keys"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kNone) << name;
  }
}

TEST(ClassifyName, LeavesMarksAndPublicKeysAlone) {
  for (const char* name :
       {"progressToken", "nextPageToken", "continuationToken", "creation_token", "sentry_key",
        "password-stdin", "vault.hashicorp.com/agent-inject-secret-db.password"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kNone) << name;
  }
  EXPECT_EQ(ClassifyName("SENTRY_AUTH_TOKEN").strength, NameStrength::kStrong);
}

TEST(ClassifyName, KnowsServersOwnWords) {
  for (const char* name : {"DB_PASSWORD2", "API_KEY2", "TOKEN2", "SECRET1", "REDIS_AUTH",
                           "ldap_default_authtok", "bindpw", "olcRootPW"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kStrong) << name;
  }
  EXPECT_EQ(ClassifyName("checksum/secret").strength, NameStrength::kNone);
  for (const char* name : {"oauth2", "sha256", "s3", "PASSWORD_SHA256"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kNone) << name;
  }
}

TEST(ClassifyName, DoubtsAmbiguousNames) {
  for (const char* name : {"KEY", "connect.sid", "SONAR_PROJECT_KEY", "basicauth", "BILLING_KEY",
                           "AUTH", "SESSION", "COOKIE", "SALT", "MAX_TOKENS", "API_KEY_BILLING"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kWeak) << name;
  }
}

TEST(ClassifyName, TellsPasswordsFromTokens) {
  EXPECT_EQ(ClassifyName("DB_PASSWORD").kind, NameKind::kPassword);
  EXPECT_EQ(ClassifyName("API_TOKEN").kind, NameKind::kToken);
  EXPECT_EQ(ClassifyName("CLIENT_SECRET").kind, NameKind::kSecret);
  EXPECT_EQ(ClassifyName("API_KEY").kind, NameKind::kKey);
}

TEST(ClassifyName, IgnoresTextThatIsNoName) {
  EXPECT_EQ(ClassifyName(std::string(500, 'a') + "password").strength, NameStrength::kNone);
  EXPECT_EQ(ClassifyName("").strength, NameStrength::kNone);
}

TEST(ClassifyName, KnowsWhichOneToRead) {
  for (const char* name : {"inject-ca-from-secret", "existingSecret", "existingSecretAdminPassword",
                           "secretMAC", "TOKEN_MESSAGE"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kNone) << name;
  }
  EXPECT_EQ(ClassifyName("REDISCLI_AUTH").strength, NameStrength::kStrong);
  EXPECT_EQ(ClassifyName("SMTP_AUTH").strength, NameStrength::kWeak);
}

TEST(ClassifyName, KnowsThePasswordOfOtherLanguages) {
  for (const char* name :
       {"DB_PASSWORT", "dbpasswort", "LDAP_KENNWORT", "DB_MOT_DE_PASSE", "motDePasse", "SENHA",
        "bd.senha", "CONTRASENA", "contraseña", "clave_secreta", "DB_HASLO", "WACHTWOORD"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kStrong) << name;
    EXPECT_EQ(ClassifyName(name).kind, NameKind::kPassword) << name;
  }
  for (const char* name :
       {"passe", "resenha", "clave", "a", "parola", "passwort_datei_name", "secreta"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kNone) << name;
  }
}

TEST(ClassifyName, TellsLoginsFromPasswords) {
  for (const char* name :
       {"BASIC_AUTH", "FLOWER_BASIC_AUTH", "basicAuth", "NEO4J_AUTH", "basic.auth.user.info"}) {
    EXPECT_EQ(ClassifyName(name).kind, NameKind::kLogin) << name;
  }
  EXPECT_EQ(ClassifyName("SFTP_USERS").kind, NameKind::kUsers);
  EXPECT_EQ(ClassifyName("CONCOURSE_ADD_LOCAL_USER").kind, NameKind::kUsers);
  EXPECT_EQ(ClassifyName("DB_USER").strength, NameStrength::kNone);
  EXPECT_EQ(ClassifyName("KAFKA_CLIENT_PASSWORDS").kind, NameKind::kPasswords);
  EXPECT_EQ(ClassifyName("user_info").strength, NameStrength::kNone);
  EXPECT_EQ(ClassifyName("BASIC_AUTH_ENABLED").strength, NameStrength::kNone);
}

TEST(ClassifyName, KnowsKeysThatAreAnythingButPublic) {
  EXPECT_EQ(ClassifyName("aws_sec_key").strength, NameStrength::kStrong);
  EXPECT_EQ(ClassifyName("RABBITMQ_ERLANG_COOKIE").strength, NameStrength::kStrong);
  EXPECT_EQ(ClassifyName("SECRET_KEY_HEX").strength, NameStrength::kStrong);
  EXPECT_EQ(ClassifyName("sharedkey").strength, NameStrength::kStrong);
  EXPECT_EQ(ClassifyName("clear-text").kind, NameKind::kPassword);
  EXPECT_EQ(ClassifyName("minipass").strength, NameStrength::kNone);
  for (const char* name : {"RECAPTCHA_SITE_KEY", "captchaSiteKey", "app/password_sha256_hex",
                           "password_double_sha1_hex", "app/k8s_secret_password",
                           "caching_sha2_password", "mysql_native_password", "recv-keys"}) {
    EXPECT_EQ(ClassifyName(name).strength, NameStrength::kNone) << name;
  }
  EXPECT_EQ(ClassifyName("K8S_SECRET_DB_PASSWORD").strength, NameStrength::kStrong)
      << "GitLab gives it to the application as it stands";
}

TEST(EndsLikeCredential, AsNamesOfCredentialsDo) {
  for (const char* word : {"DB_PASSWORD", "x-api-key", "auth", "Token", "secret", "signing_key"}) {
    EXPECT_TRUE(EndsLikeCredential(word)) << word;
  }
  for (const char* word : {"key", "port", "", "d", "passwords", "tokens"}) {
    EXPECT_FALSE(EndsLikeCredential(word)) << word;
  }
}

}  // namespace
}  // namespace keysteward::detection
