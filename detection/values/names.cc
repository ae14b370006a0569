#include "detection/values/names.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

#include "common/char_class.h"
#include "common/strings.h"

namespace keysteward::detection {
namespace {

// Longer names are text, not names.
constexpr size_t kLongestName = 160;

bool OneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

bool StartsWord(std::string_view name, size_t i) {
  if (i == 0 || !IsUpper(name[i])) return false;
  if (IsLower(name[i - 1])) return true;  // apiKey
  // APIKey, s3SecretKey
  return kAlnum.Has(name[i - 1]) && i + 1 < name.size() && IsLower(name[i + 1]);
}

// Words that say where or which, not what; dropped from the end.
bool IsTail(std::string_view word) {
  if (word.find_first_not_of("0123456789") == std::string_view::npos) return true;
  return OneOf(word,
               {"prod",    "production", "live",    "dev",     "development", "test", "testing",
                "stage",   "staging",    "sandbox", "qa",      "local",       "old",  "new",
                "current", "previous",   "default", "primary", "secondary",   "main", "backup",
                "value",   "string",     "str",     "plain",   "plaintext",   "raw",  "base64",
                "b64",     "hex",        "literal", "env",     "override",    "v1",   "v2",
                "v3",      "eu",         "us",      "base",    "readonly",    "ro",   "rw",
                "replica"});
}

std::optional<NameKind> StrongWord(std::string_view word) {
  if (OneOf(word,
            {"password", "passwd", "passphrase", "passcode", "pwd", "pass", "pw", "requirepass",
             "masterauth", "psk", "restuserkey", "authtok", "bindpw", "rootpw"})) {
    return NameKind::kPassword;
  }
  // German, Dutch, French, Spanish, Portuguese, Polish, Czech, Norwegian, Swedish, Finnish. Italian
  // and Turkish say parola, which is any word too.
  if (OneOf(word, {"passwort", "kennwort", "wachtwoord", "motdepasse", "contrasena", "senha",
                   "haslo", "heslo", "passord", "losenord", "salasana"})) {
    return NameKind::kPassword;
  }
  if (OneOf(word, {"secret", "credential", "credentials", "creds"})) return NameKind::kSecret;
  if (OneOf(word, {"token", "jwt", "pat", "bearer", "authtoken", "accesstoken"})) {
    return NameKind::kToken;
  }
  if (OneOf(word, {"apikey", "secretkey", "accesskey", "privatekey", "authkey", "masterkey",
                   "signingkey", "encryptionkey", "appkey"})) {
    return NameKind::kKey;
  }
  return std::nullopt;
}

// One word glued together, as in DBPASSWORD or redispass; short endings would match too much.
std::optional<NameKind> GluedWord(std::string_view word) {
  if (OneOf(word, {"chpasswd", "nopasswd"})) return std::nullopt;  // programs' own words
  for (const std::string_view end :
       {"password", "passwd", "passphrase", "pwd", "passwort", "kennwort", "wachtwoord"}) {
    if (word.ends_with(end)) return NameKind::kPassword;
  }
  for (const std::string_view end : {"apikey", "secretkey", "accesskey", "privatekey", "sharedkey",
                                     "encryptionkey", "signingkey", "masterkey"}) {
    if (word.ends_with(end)) return NameKind::kKey;
  }
  if (word.ends_with("pass") &&
      !OneOf(word, {"bypass", "compass", "surpass", "encompass", "minipass"})) {
    return NameKind::kPassword;
  }
  if (word.ends_with("token")) return NameKind::kToken;
  if (word.ends_with("secret") && word != "nosecret") return NameKind::kSecret;
  return std::nullopt;
}

// What makes a bare "key" a credential.
bool MakesKeySecret(std::string_view word) {
  return OneOf(
      word,
      {"api",     "access", "secret",      "private",   "auth",        "encryption", "encrypt",
       "signing", "sign",   "master",      "account",   "shared",      "storage",    "service",
       "client",  "app",    "application", "consumer",  "integration", "webhook",    "session",
       "cookie",  "jwt",    "hmac",        "aes",       "crypto",      "deploy",     "write",
       "admin",   "root",   "server",      "sas",       "ingest",      "license",    "seal",
       "unseal",  "ssh",    "wireguard",   "signature", "base",        "cipher",     "vault",
       "rest",    "sec",    "lapi"});
}

bool IsWeakWord(std::string_view word) {
  return OneOf(word, {"key",     "auth",   "authorization", "cookie",  "salt",
                      "seed",    "pepper", "pin",           "dsn",     "connectionstring",
                      "session", "sid",    "nonce",         "keys",    "tokens",
                      "secrets", "hmac",   "signature",     "apikeys", "encrypt"});
}

bool IsPublic(std::string_view word) { return OneOf(word, {"public", "pub", "publishable"}); }

// Keys of tables, caches and dictionaries.
bool MakesKeyAnIndex(std::string_view word) {
  return OneOf(word, {"primary", "foreign", "sort", "partition", "cache", "hash", "index",
                      "translation", "i18n", "routing", "object", "idempotency", "topology",
                      "label", "annotation", "message", "record"});
}

// Marks of a place in a list, of a request or of what it made: progressToken of MCP, nextPageToken.
bool MakesTokenAMark(std::string_view word) {
  return OneOf(word, {"progress", "page", "continue", "continuation", "creation", "cancellation",
                      "sync", "idempotency"});
}

// gpg --recv-keys, GPG_KEY: a fingerprint says which; the private key itself has a form.
bool MakesKeyAFingerprint(std::string_view word) {
  return OneOf(word, {"gpg", "pgp", "recv", "receive", "list", "fetch", "refresh", "locate",
                      "delete", "trusted", "authorized"});
}

// Given to every browser: a captcha's site key, a publishable key, what may only search.
bool IsPublicKey(const std::vector<std::string>& words, size_t last) {
  const auto has = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (words[last] == "key" && std::any_of(words.begin(), words.end(), IsPublic)) return true;
  if (words[last] != "key" && words[last] != "token") return false;
  if (OneOf(words[last - 1], {"site", "anon", "sentry"}) || IsPublic(words[last - 1])) return true;
  return has("search") && (has("algolia") || has("only") || has("docs"));
}

// A word that says credential together with the one before it.
std::optional<NameClass> FromTwoWords(std::string_view before, std::string_view word) {
  const NameClass password{NameStrength::kStrong, NameKind::kPassword};
  if (word == "key" && MakesKeySecret(before)) {
    return NameClass{NameStrength::kStrong, NameKind::kKey};
  }
  if (word == "auth" && (before == "rediscli" || before == "redis")) return password;
  if (before == "hashed") return NameClass{};
  // caching_sha2_password: how MySQL checks one
  if (word == "password" && OneOf(before, {"native", "sha2", "sha256"})) return NameClass{};
  if (word == "auth" && OneOf(before, {"basic", "http", "neo4j"})) {
    return NameClass{NameStrength::kWeak, NameKind::kLogin};
  }
  // CONCOURSE_ADD_LOCAL_USER: admin:x
  if (word == "user" && before == "local") {
    return NameClass{NameStrength::kWeak, NameKind::kUsers};
  }
  if (word == "text" && before == "clear") return password;  // clear-text of WildFly
  if (word == "passe" && before == "de") return password;    // mot de passe
  if (word == "a" && before == "contrase") return password;  // contraseña: no letter of ASCII
  if (word == "secreta" && before == "clave") return password;
  if (word == "cookie" && before == "erlang") {  // who has it commands the whole cluster
    return NameClass{NameStrength::kStrong, NameKind::kToken};
  }
  return std::nullopt;
}

// Names of values that hold more than a password.
std::optional<NameKind> LoginWord(std::string_view word) {
  if (OneOf(word, {"basicauth", "httpauth"})) return NameKind::kLogin;
  if (OneOf(word, {"users", "logins", "basicauthusers", "authusers"})) return NameKind::kUsers;
  if (OneOf(word, {"passwords"})) return NameKind::kPasswords;
  return std::nullopt;
}

// password of password2, but oauth2 and sha256 as they are: what is left says credential by itself.
std::string_view WithoutNumber(std::string_view word) {
  const std::string_view letters = word.substr(0, word.find_last_not_of("0123456789") + 1);
  return letters == "key" || StrongWord(letters) ? letters : word;
}

std::optional<NameClass> FromLastWord(const std::vector<std::string>& words, size_t last) {
  const std::string_view word = WithoutNumber(words[last]);
  if (last > 0) {
    if (const auto found = FromTwoWords(words[last - 1], word)) return *found;
  }
  // basic.auth.user.info of Kafka's schema registry
  if (word == "info" && last > 1 && words[last - 1] == "user" && words[last - 2] == "auth") {
    return NameClass{NameStrength::kWeak, NameKind::kLogin};
  }
  if (const auto kind = LoginWord(word)) return NameClass{NameStrength::kWeak, *kind};
  if (const auto kind = StrongWord(word)) return NameClass{NameStrength::kStrong, *kind};
  if (const auto kind = GluedWord(word)) return NameClass{NameStrength::kStrong, *kind};
  if (IsWeakWord(word)) return NameClass{NameStrength::kWeak, NameKind::kOther};
  return std::nullopt;
}

// A tail that turns a credential's name into a setting about it: TOKEN_TTL, SECRET_NAME.
bool IsSettingTail(std::string_view word) {
  return OneOf(word,
               {"file",       "path",      "dir",      "name",       "names",       "url",
                "uri",        "endpoint",  "host",     "port",       "id",          "ids",
                "ref",        "reference", "type",     "ttl",        "expiry",      "expires",
                "expiration", "length",    "len",      "size",       "count",       "limit",
                "max",        "min",       "enabled",  "enable",     "disabled",    "required",
                "policy",     "header",    "field",    "issuer",     "audience",    "algorithm",
                "alg",        "format",    "version",  "duration",   "timeout",     "interval",
                "rotation",   "prefix",    "suffix",   "regex",      "pattern",     "template",
                "hash",       "digest",    "checksum", "sha",        "sha256",      "class",
                "sha1",       "sha512",    "md5",      "mode",       "provider",    "store",
                "manager",    "label",     "selector", "user",       "username",    "email",
                "scope",      "scopes",    "bucket",   "region",     "arn",         "namespace",
                "mount",      "location",  "source",   "method",     "kind",        "rotate",
                "days",       "hours",     "seconds",  "minutes",    "cert",        "certificate",
                "ca",         "crt",       "json",     "yaml",       "keyring",     "attribute",
                "claim",      "property",  "column",   "table",      "reset",       "change",
                "hint",       "strength",  "lifetime", "mac",        "fingerprint", "thumbprint",
                "etag",       "cmd",       "command",  "prompt",     "question",    "message",
                "text",       "page",      "form",     "input",      "validator",   "encoder",
                "generator",  "handler",   "service",  "controller", "filter",      "converter",
                "address",    "contract",  "kid",      "serializer", "stdin"});
}

}  // namespace

std::vector<std::string> NameWords(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (size_t i = 0; i < name.size(); ++i) {
    if (!kAlnum.Has(name[i])) {
      flush();
      continue;
    }
    if (StartsWord(name, i)) flush();
    word += AsciiLower(name[i]);
  }
  flush();
  return words;
}

std::string_view SquashName(std::string_view name, std::string& room) {
  room.clear();
  for (const char c : name) {
    if (kAlnum.Has(c)) room += AsciiLower(c);
  }
  return room;
}

bool EndsLikeCredential(std::string_view word) {
  if (word.size() < 2) return false;
  switch (AsciiLower(word.back())) {
    case 'd':
      return EndsWithIgnoreCase(word, "password") || EndsWithIgnoreCase(word, "passwd") ||
             EndsWithIgnoreCase(word, "pwd");
    case 's':
      return EndsWithIgnoreCase(word, "pass");
    case 't':
      return EndsWithIgnoreCase(word, "secret");
    case 'n':
      return EndsWithIgnoreCase(word, "token") || EndsWithIgnoreCase(word, "authorization");
    case 'h':
      return EndsWithIgnoreCase(word, "auth");
    case 'e':
      return EndsWithIgnoreCase(word, "passphrase");
    case 'y':
      return (EndsWithIgnoreCase(word, "key") && word.size() > 3) ||
             (word.size() == 2 && EndsWithIgnoreCase(word, "by"));
    default:
      return false;
  }
}

NameClass ClassifyName(std::string_view name) {
  if (name.size() < 2 || name.size() > kLongestName) return {};
  const std::vector<std::string> words = NameWords(name);
  if (words.empty()) return {};
  if (words[0] == "checksum") return {};  // checksum/secret
  size_t last = words.size() - 1;
  while (last > 0 && IsTail(words[last])) --last;
  if (last > 0 && IsPublicKey(words, last)) return {};
  if (last > 0 && words[last] == "key" && MakesKeyAnIndex(words[last - 1])) return {};
  if (last > 0 && (words[last] == "key" || words[last] == "keys") &&
      MakesKeyAFingerprint(words[last - 1])) {
    return {};
  }
  // export-secret-keys, delete-secret-key
  if (last > 1 && words[last].starts_with("key") && words[last - 1] == "secret" &&
      OneOf(words[last - 2], {"export", "list", "delete"})) {
    return {};
  }
  if (last > 0 && words[last] == "token" && MakesTokenAMark(words[last - 1])) return {};
  // vault.hashicorp.com/agent-inject-secret-db.password: where Vault has it
  if (name.find("agent-inject-secret-") != std::string_view::npos) return {};
  // user/k8s_secret_password: where ClickHouse's operator finds it.
  if (name.find("k8s_secret_") != std::string_view::npos) return {};
  // spark.kubernetes.driver.secretKeyRef.DB_PASSWORD
  if (name.find(".secretKeyRef.") != std::string_view::npos) return {};
  // TWILIO_ACCOUNT_SID says whose; session_sid is a session's.
  if (words[last] == "sid" && last > 0 && !OneOf(words[last - 1], {"session", "connect"})) {
    return {};
  }
  // TLS_SECRET, IMAGE_PULL_SECRET: objects of the cluster.
  if (words[last] == "secret" && last > 0 &&
      OneOf(words[last - 1], {"tls", "pull", "certificates", "certificate", "certs", "cert"})) {
    return {};
  }
  // inject-ca-from-secret, existingSecret: which one to read.
  if (last > 0 && (words[last - 1] == "from" || words[last - 1] == "existing")) return {};
  // existingSecretAdminPassword
  if (words.size() > 2 && words[0] == "existing" && words[1] == "secret") return {};
  if (const auto found = FromLastWord(words, last)) return *found;
  if (IsSettingTail(words[last])) return {};
  // Strong word earlier, unknown tail: API_KEY_BILLING.
  for (size_t i = 0; i < last; ++i) {
    const auto found = FromLastWord(words, i);
    if (found && found->strength == NameStrength::kStrong) {
      return {NameStrength::kWeak, found->kind};
    }
  }
  // SECRETS_CIPHER, SECRETS_COOKIE of Ory's programs
  if (last > 0 && words[0] == "secrets") return {NameStrength::kWeak, NameKind::kOther};
  return {};
}

}  // namespace keysteward::detection
