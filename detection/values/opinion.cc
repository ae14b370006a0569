#include "detection/values/opinion.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "common/strings.h"
#include "detection/values/clearing_forms.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kRandom = "the value reads like random characters";
constexpr std::string_view kPasswordForm = "the value has the form of a password";
constexpr std::string_view kWeakForm = "the value has the form of a weak password";
constexpr std::string_view kWeak = "a literal value, though a weak one";

bool IsLaunch(Place place) {
  return place == Place::kEnv || place == Place::kArgument || place == Place::kHeader;
}

bool OneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A word or an identifier: db_password, expectedPassword, APP_PROPERTIES.
bool IsWordy(const ValueStatistics& s, std::string_view value) {
  if (s.digits > 0 || s.blanks > 0) return false;
  for (const char c : value) {
    const bool fits = forms::IsAlpha(c) || c == '-' || c == '_' || c == '.' || c == '/';
    if (!fits) return false;
  }
  return s.letter_pairs < 3 || s.word_likeness >= 4.5;
}

bool IsTitle(const ValueStatistics& s, std::string_view value) {
  return s.upper == 1 && s.digits + s.specials + s.blanks == 0 && forms::IsUpper(value[0]);
}

// eap7-app-secret: says itself that it names a Secret.
bool EndsLikeResource(std::string_view value) {
  for (const std::string_view end : {"-secret", "-secrets", "-credentials", "-creds", "-token",
                                     "-key", "-tls", "-cert", "-auth", "-config"}) {
    if (value.ends_with(end)) return true;
  }
  return false;
}

Opinion JudgePassword(Place place, std::string_view value, const ValueStatistics& s) {
  const bool launch = IsLaunch(place);
  if (s.blanks > 0 && s.digits == 0) {
    const bool counts = launch || forms::IsPassphrase(value);
    return {counts ? Confidence::kMedium : Confidence::kLow, "a literal value"};
  }
  // password = expected_password: a program's variable.
  if (place == Place::kText && IsWordy(s, value) && s.length > 8 &&
      ClassifyName(value).strength == NameStrength::kStrong) {
    return {Confidence::kLow, "the value reads like a name"};
  }
  if (place == Place::kText && forms::IsPassphrase(value)) return {Confidence::kMedium, kWeakForm};
  if (IsTitle(s, value) && place == Place::kText) return {Confidence::kLow, kWeak};
  const bool name = LooksLikeName(value, s) && EndsLikeResource(value);
  if (LooksLikePassword(s) && !IsTitle(s, value) && !name) {
    return {Confidence::kHigh, kPasswordForm};
  }
  if (s.blanks > 0) return {Confidence::kMedium, "a literal value"};
  // PASSWORD: db-credentials may be meant as a name; MIN_PASSWORD: 4096 as a number.
  const bool number = s.digits == s.length && s.length < 6;
  if (number || EndsLikeResource(value)) return {Confidence::kMedium, kWeak};
  if (launch || place == Place::kConfig || place == Place::kParameter) {
    return {Confidence::kHigh, kWeak};
  }
  return {Confidence::kMedium, kWeak};
}

bool IsCommonPassword(std::string_view value) {
  if (value.find_first_of("-._") != std::string_view::npos) return false;  // admin-password: a name
  const std::string lower = ToLower(value);
  for (const std::string_view common :
       {"passw", "secret", "letmein", "qwerty", "admin1", "welcome1", "hunter2", "s3cr", "iloveyou",
        "trustno1", "p@ss"}) {
    if (lower.find(common) != std::string::npos) return true;
  }
  return false;
}

// influxdb-backup-azure-key: short words of small letters, the last of them a resource's; how rare
// their pairs of letters are makes nothing random.
bool IsResourceName(std::string_view value) {
  if (!EndsLikeResource(value)) return false;
  constexpr size_t kLongestWord = 12;
  size_t letters = 0;
  for (const char c : value) {
    if (c != '-' && !forms::IsLower(c)) return false;
    letters = c == '-' ? 0 : letters + 1;
    if (letters > kLongestWord) return false;
  }
  return true;
}

// What names of Secrets, services and environments are made of.
bool IsResourceWord(std::string_view word) {
  return OneOf(
      word,
      {"secret",     "secrets",  "credentials", "credential", "creds",    "token",    "tokens",
       "key",        "keys",     "tls",         "ssl",        "cert",     "certs",    "ca",
       "auth",       "login",    "config",      "settings",   "db",       "database", "postgres",
       "postgresql", "mysql",    "mariadb",     "redis",      "mongo",    "mongodb",  "kafka",
       "rabbitmq",   "registry", "regcred",     "pull",       "docker",   "app",      "api",
       "web",        "prod",     "production",  "staging",    "dev",      "test",     "service",
       "account",    "user",     "cluster",     "default",    "backup",   "storage",  "bucket",
       "operator",   "webhook",  "vault",       "external",   "internal", "system",   "monitoring",
       "grafana",    "argocd",   "github",      "gitlab",     "aws",      "gcp",      "azure",
       "oauth",      "oidc",     "client",      "server",     "proxy",    "ingress",  "gateway",
       "issuer",     "name",     "ref",         "provider",   "store",    "backend",  "worker",
       "url",        "uri"});
}

bool IsDnsLabel(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return forms::IsLower(c) || forms::IsDigit(c) || c == '-'; });
}

// ibm-ppc64le-ssh-key-wdc06: short parts with dashes between, one of them a resource's word.
bool IsDashedName(std::string_view value) {
  constexpr size_t kLongestPart = 12;
  size_t parts = 0;
  bool resource = false;
  while (!value.empty()) {
    const std::string_view part = value.substr(0, value.find('-'));
    if (part.empty() || part.size() > kLongestPart || !IsDnsLabel(part)) return false;
    ++parts;
    resource |= IsResourceWord(part);
    value.remove_prefix(std::min(part.size() + 1, value.size()));
  }
  return parts >= 4 && resource;
}

// db-credentials-v2, regcred-2, postgres-16: a name with a version. Three plain words and two
// digits are a phrase someone chose.
bool IsVersionedName(std::string_view value) {
  const size_t dash = value.rfind('-');
  if (dash == std::string_view::npos || value.size() - dash > 4) return false;
  const std::string_view before = value.substr(0, dash);
  if (before.find_first_of("0123456789") != std::string_view::npos) return false;
  const std::vector<std::string> words = NameWords(before);
  if (words.size() < 3 || !forms::IsDigit(value[dash + 1]) || value.size() - dash < 3) return true;
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return IsResourceWord(word); });
}

// dashboard-auth-2024, grafana-admin-2025: a resource's name with a year.
bool IsNameOfYear(std::string_view value) {
  constexpr size_t kYear = 5;  // -2024
  if (value.size() <= kYear) return false;
  const std::string_view before = value.substr(0, value.size() - kYear);
  const std::string_view year = value.substr(before.size());
  if (!year.starts_with("-20") || !forms::IsDigit(year[3]) || !forms::IsDigit(year[4]))
    return false;
  if (!LooksLikeName(before, Measure(before))) return false;
  const std::vector<std::string> words = NameWords(before);
  return words.size() >= 2 && std::any_of(words.begin(), words.end(), [](const std::string& word) {
           return IsResourceWord(word);
         });
}

// Words of the trade whose digits make nothing random: oauth2-proxy, value_base64.
bool IsTerm(std::string_view word) {
  return OneOf(word, {"oauth2",  "base64", "b64",   "sha1",  "sha256", "sha512", "md5",    "utf8",
                      "s3",      "k8s",    "k3s",   "ec2",   "x509",   "p12",    "pkcs12", "pkcs8",
                      "http2",   "ipv4",   "ipv6",  "i18n",  "v1",     "v2",     "v3",     "auth0",
                      "ed25519", "es256",  "rs256", "hs256", "log4j",  "neo4j",  "h2"});
}

bool HasTermDigitsOnly(std::string_view value) {
  const std::vector<std::string> words = NameWords(value);
  return std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return word.find_first_of("0123456789") == std::string::npos || IsTerm(word);
  });
}

// correct-horse-battery-staple: words, none of them a resource's.
bool IsPhrase(std::string_view value, size_t shortest) {
  const std::vector<std::string> words = NameWords(value);
  return words.size() >= shortest &&
         std::none_of(words.begin(), words.end(), [](const std::string& word) {
           return word.size() < 3 || IsResourceWord(word) ||
                  word.find_first_of("0123456789") != std::string::npos;
         });
}

// SECRET: db-credentials names a Secret more often than it is one; API_TOKEN: hunter2-prod is one.
Opinion JudgeNameLike(NameKind kind, Place place, std::string_view value,
                      const ValueStatistics& s) {
  const bool launch = place == Place::kEnv || place == Place::kArgument;
  if (kind != NameKind::kSecret && s.digits > 0 && IsCommonPassword(value)) {
    return {launch ? Confidence::kHigh : Confidence::kMedium, kWeakForm};
  }
  // MINIO_SECRET_KEY: supersecret
  if (launch && kind == NameKind::kKey && IsCommonPassword(value)) {
    return {Confidence::kMedium, kWeakForm};
  }
  if (value == "minioadmin") return {Confidence::kMedium, kWeakForm};  // as MinIO is delivered
  const bool things = value.ends_with("-keys") || value.ends_with("-password");
  // secretKey: search-truststore-password: which entry of a Secret
  const bool entry = kind == NameKind::kKey && !launch && s.digits == 0;
  if (kind == NameKind::kSecret && !launch && IsDashedName(value)) {
    return {Confidence::kLow, "the value reads like a name"};
  }
  if ((kind == NameKind::kSecret || entry) && (things || EndsLikeResource(value))) {
    return {Confidence::kLow, "the value reads like a name"};
  }
  // Three words name more things in fields and texts than in variables.
  if (IsPhrase(value, place == Place::kEnv ? 3 : 4)) {
    return {Confidence::kMedium, kWeakForm};
  }
  if (s.digits == 0 || IsVersionedName(value) || HasTermDigitsOnly(value)) {
    return {Confidence::kLow, "the value reads like a name"};
  }
  // dragon77, but not redis7.
  if (s.length < 8 && s.digits >= 2 && s.length >= 6) return {Confidence::kMedium, kWeakForm};
  if (s.length < 8) {
    return {Confidence::kLow, "the value reads like a name"};
  }
  const bool high = launch && kind != NameKind::kSecret;
  return {high ? Confidence::kHigh : Confidence::kMedium, kWeakForm};
}

// default/kubeconfig1, custom-cert1: one of several.
bool IsNumberedName(std::string_view value) {
  const std::string_view name = value.substr(0, value.find_last_not_of("0123456789") + 1);
  if (name.size() + 2 < value.size() || name.empty()) return false;
  const size_t slash = name.find('/');
  if (slash == std::string_view::npos)
    return EndsLikeResource(name) && LooksLikeName(name, Measure(name));
  const std::string_view space = name.substr(0, slash);
  const std::string_view object = name.substr(slash + 1);
  return LooksLikeName(space, Measure(space)) && LooksLikeName(object, Measure(object));
}

Opinion JudgeToken(NameKind kind, Place place, std::string_view value, const ValueStatistics& s) {
  const bool numbered = kind == NameKind::kSecret && !IsLaunch(place) && IsNumberedName(value);
  const bool key = kind == NameKind::kKey && value.ends_with("-key") && IsDashedName(value);
  if (numbered || key) return {Confidence::kLow, "the value reads like a name"};
  if (LooksLikeName(value, s) || IsWordy(s, value)) return JudgeNameLike(kind, place, value, s);
  // secret: 1100-pipeline-pull-secret, as fields name one
  const bool resource =
      (place == Place::kField && value.ends_with("-secret") && IsDnsLabel(value)) ||
      (!IsLaunch(place) && IsDashedName(value));
  if (kind == NameKind::kSecret && (resource || IsNameOfYear(value))) {
    return {Confidence::kLow, "the value reads like a name"};
  }
  if (!LooksLikePassword(s) || s.length < 6) return {Confidence::kLow, "a short or plain value"};
  const bool generated = s.length >= 12 && s.classes == 4 && s.specials >= 2;
  if (place == Place::kEnv || place == Place::kArgument || generated) {
    return {Confidence::kHigh, kPasswordForm};
  }
  return {Confidence::kMedium, kPasswordForm};
}

}  // namespace

std::optional<Opinion> JudgeNamed(NameClass name, Place place, std::string_view value) {
  const ValueStatistics s = Measure(value);
  // --vpc-ssh-key k8s-s390x-ssh-key: which one
  const bool key = name.kind == NameKind::kKey && value.ends_with("-key");
  const bool secret = name.kind == NameKind::kSecret && !IsLaunch(place);
  const bool dashed = (secret || key) && IsDashedName(value);
  const bool random = LooksRandom(s) && !forms::IsUuid(value) && !IsResourceName(value) && !dashed;
  if (name.strength == NameStrength::kWeak) {
    if (!random || place == Place::kComment) return std::nullopt;
    const bool high = IsLaunch(place) && s.length >= 24 && s.digits > 0;
    return Opinion{high ? Confidence::kHigh : Confidence::kMedium, kRandom};
  }
  // Comments explain settings by examples, which few people make of three kinds of characters.
  if (place == Place::kComment) {
    if (name.kind == NameKind::kPassword && s.length >= 8 && s.digits > 0 && s.classes >= 3 &&
        s.blanks == 0 && LooksLikePassword(s)) {
      return Opinion{Confidence::kMedium, kPasswordForm};
    }
    return random ? std::optional(Opinion{Confidence::kMedium, kRandom}) : std::nullopt;
  }
  if (random) return Opinion{Confidence::kHigh, kRandom};
  // Some issuers give out UUIDs as keys; more UUIDs are ids.
  if (forms::IsUuid(value)) return Opinion{Confidence::kMedium, "a UUID in a credential's place"};
  Opinion opinion = name.kind == NameKind::kPassword ? JudgePassword(place, value, s)
                                                     : JudgeToken(name.kind, place, value, s);
  // Only names inside Kubernetes' own fields are sure to be names.
  if (place == Place::kField && opinion.confidence == Confidence::kHigh) {
    opinion.confidence = Confidence::kMedium;
  }
  return opinion;
}

}  // namespace keysteward::detection
