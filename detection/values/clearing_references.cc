// Values that name something else: stores, paths, addresses, images, variables.
#include "common/char_class.h"
#include "detection/values/clearing_forms.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection::forms {
namespace {

constexpr CharClass kIdentifier(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
constexpr CharClass kCapitals("ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
constexpr CharClass kInNoAddress("%!$^|~`\\");

bool EndsLikeHost(View v) {
  return v.ends_with(".com") || v.ends_with(".io") || v.ends_with(".dev") || v.ends_with(".org") ||
         v.ends_with(".net") || v.ends_with(".internal");
}

// /usr/lib/jvm/java-17-openjdk-amd64/lib: digits between letters, but no base64 begins so.
bool IsBelowKnownRoot(View v) {
  return StartsWithAny(v, {"/usr/", "/etc/", "/opt/", "/var/", "/home/", "/run/", "/tmp/", "/mnt/",
                           "/srv/", "/root/", "/proc/"}) &&
         std::all_of(v.begin(), v.end(), [](char c) { return kIdentifier.Has(c) || c == '/'; });
}

// !secret wifi_password, !Ref DbPassword: a tag of YAML, cut off at the blank or not.
bool IsTag(View v) {
  if (!v.starts_with('!')) return false;
  const View tag = v.substr(1, v.find(' ') - 1);
  for (const View known :
       {"secret", "Ref", "GetAtt", "Sub", "Join", "ImportValue", "FindInMap", "reference",
        "env_var", "env", "ENV", "var", "include", "file", "Find", "KeyOf", "Context"}) {
    if (tag == known) return true;
  }
  return false;
}

}  // namespace

bool IsReference(View v) {
  // >>vault:…: of Bank-Vaults' webhook; RAW(vault:…) of Camel
  if (v.starts_with('>')) v.remove_prefix(std::min(v.find_first_not_of('>'), v.size()));
  if (Wrapped(v, "RAW(", ")")) v = v.substr(4, v.size() - 5);
  if (Contains(v, ":arn:aws:")) return true;  // app:arn:…, a user's password
  // A path of Vault's stores; base64 may begin with these letters.
  for (const View store : {"secret/", "kv/", "kv2/", "alias/"}) {
    if (v.starts_with(store)) return !LooksRandom(Measure(v.substr(store.size())));
  }
  // *grafanaKey: an anchor's text
  if (v.size() > 4 && v[0] == '*' && std::all_of(v.begin() + 1, v.end(), IsAlpha)) return true;
  return IsTag(v) || Wrapped(v, "?{", "}") ||  // Kapitan
         Wrapped(v, "SECRET[", "]") ||         // Vector
         StartsWithAny(v, {"os.environ/",
                           "data:image/",
                           "arn:",
                           "urn:",
                           "vault:secret",
                           "vault:",
                           "ref+",
                           "op://",
                           "secret://",
                           "ssm://",
                           "ssm:",
                           "sm://",
                           "gcp-sm:",
                           "gcp:secret",
                           "berglas://",
                           "akeyless:",
                           "projects/",
                           "@Microsoft.KeyVault(",
                           "{{resolve:",
                           "azurekeyvault",
                           "keyvault",
                           "file:",
                           "file://",
                           "env:",
                           "exec:",
                           "env://",
                           "awssm:",
                           "aws-sm:",
                           "secretsmanager:",
                           "k8s:",
                           "kubernetes:",
                           "doppler://",
                           "infisical://",
                           "conjur:",
                           "barbican:",
                           "sops:",
                           "fd:",
                           "gsm:",
                           "bws:",
                           "hashivault:",
                           "cyberark:",
                           "infisical:",
                           "doppler:",
                           "secretKeyRef:",
                           "valueFrom:",
                           "secretref:",
                           "<path:",
                           "avp:",
                           "pullsecret:",
                           "git:secret:",
                           "id=",
                           "type=",
                           "source=",
                           "src=",
                           "mrk-"});
}

// tcp(mysql:3306)/app, app@tcp(mysql:3306)/app
bool IsDataSourceWithoutPassword(View v) {
  const size_t open = v.find('(');
  if (open == View::npos || v.find(")/", open) == View::npos) return false;
  const View before = v.substr(0, open);
  const size_t at = before.rfind('@');
  if (before.find(':') != View::npos) return false;
  const View protocol = before.substr(at == View::npos ? 0 : at + 1);
  return protocol == "tcp" || protocol == "unix" || (protocol.empty() && at != View::npos);
}

bool IsPath(View v) {
  // pw:/etc/media/pw: an id and the file it is in, as systemd's LoadCredential has it
  const size_t colon = v.find(":/");
  if (colon != View::npos && colon > 0 && colon < 40 && kIdentifier.HasAll(v.substr(0, colon)) &&
      IsBelowKnownRoot(v.substr(colon + 1))) {
    return true;
  }
  // @/run/password: the file that curl and vault read
  if (v.starts_with("@/") || v.starts_with("@./")) v.remove_prefix(1);
  if (StartsWithAny(v, {"*/", "/dev/null", "$HOME/", "/sbin/"})) return true;
  if (v.find_first_of(" \t\n") != View::npos || v.size() < 2) return false;
  // ../../$CONFIG/id_rsa
  if (StartsWithAny(v, {"./", "../", "~/"})) {
    return std::all_of(v.begin() + 1, v.end(), [](char c) {
      return kIdentifier.Has(c) || c == '/' || c == '$' || c == '{' || c == '}';
    });
  }
  // .pgpass
  if (v[0] == '.' && v.size() > 3) {
    return std::all_of(v.begin() + 1, v.end(), [](char c) { return IsLower(c) || c == '_'; });
  }
  if (IsBelowKnownRoot(v)) return true;
  if (v[0] == '/' && IsAlpha(v[1] == '.' && v.size() > 2 ? v[2] : v[1])) {
    const ValueStatistics s = Measure(v);
    return s.word_likeness >= 4.5 && !LooksRandom(s) && v.back() != '=';  // base64 may begin so
  }
  for (const View end : {".pem", ".key", ".crt", ".json", ".yaml", ".yml", ".txt", ".conf", ".env",
                         ".jks", ".p12", ".svc", ".local", ".toml", ".cfg"}) {
    if (v.ends_with(end) && !LooksRandom(Measure(v.substr(0, v.size() - end.size())))) return true;
  }
  return false;
}

bool IsUrlWithoutUser(View v) {
  const size_t scheme = v.find("://");
  if (scheme == View::npos || scheme == 0 || scheme > 20) return false;
  const size_t slash = v.find_first_of("/?#", scheme + 3);
  const size_t query = v.find('?');
  if (query != View::npos && LooksRandom(Measure(v.substr(query + 1)))) return false;
  const View authority = v.substr(scheme + 3, std::min(slash, v.size()) - scheme - 3);
  const size_t at = authority.find('@');
  if (at == View::npos) return true;
  // mysql://root@db/app
  const View user = authority.substr(0, at);
  return user.size() <= 16 && LooksLikeName(user, Measure(user));
}

bool IsHostOrAddress(View v) {
  const size_t at = v.find('@');
  if (at != View::npos) {  // an e-mail address
    const View host = v.substr(at + 1);
    const View top = host.substr(host.rfind('.') + 1);
    return at > 0 && Contains(host, ".") && kIdentifier.HasAll(v.substr(0, at)) &&
           kIdentifier.HasAll(host) && std::all_of(top.begin(), top.end(), IsAlpha) &&
           Measure(host).word_likeness >= 4;
  }
  // …%3BEndpointSuffix%3Dcore.windows.net: a connection string, escaped to be a URL's password.
  return Contains(v, ".svc") || (EndsLikeHost(v) && kInNoAddress.HasNone(v));
}

bool IsImage(View v) {
  const size_t slash = v.find('/');
  const size_t colon = v.rfind(':');
  return slash != View::npos && colon != View::npos && colon > slash && colon + 1 < v.size() &&
         Measure(v.substr(0, colon)).word_likeness >= 4.5 && v.size() - colon < 40 &&
         v.find_first_of(" =@") == View::npos;
}

// worker.domain/10G: a resource of nodes, as Kubernetes qualifies names
bool IsQualifiedName(View v) {
  const size_t slash = v.find('/');
  constexpr size_t kLongestName = 20;
  if (slash == View::npos || v.find('/', slash + 1) != View::npos) return false;
  const View domain = v.substr(0, slash);
  const View name = v.substr(slash + 1);
  const size_t dot = domain.rfind('.');
  return dot != View::npos && dot + 2 < domain.size() && LooksLikeName(domain, Measure(domain)) &&
         std::all_of(domain.begin() + static_cast<ptrdiff_t>(dot) + 1, domain.end(), IsLower) &&
         !name.empty() && name.size() <= kLongestName && kIdentifier.HasAll(name);
}

// platform/ci-token: a namespace and a name in it; prod/eu-west-1/db: where a store keeps it.
bool IsNamespacedName(View v) {
  const size_t slashes = std::count(v.begin(), v.end(), '/');
  if (slashes == 0 || !IsLower(v[0])) return false;
  if (IsQualifiedName(v)) return true;
  // p4ss/w0rd; longer ones may count: eu-west-1, db2
  if (slashes == 1 && std::any_of(v.begin(), v.end(), IsDigit)) return false;
  for (size_t i = 0; i + 1 < v.size(); ++i) {
    if (IsDigit(v[i]) && IsAlpha(v[i + 1])) return false;
  }
  while (true) {
    const size_t end = std::min(v.find('/'), v.size());
    const View name = v.substr(0, end);
    if (!LooksLikeName(name, Measure(name))) return false;
    if (end == v.size()) return true;
    v.remove_prefix(end + 1);
  }
}

// GITHUB_TOKEN: which variable to read.
bool IsVariableName(View v) {
  if (v.size() < 6 || !Contains(v.substr(1, v.size() - 2), "_")) return false;
  if (kCapitals.HasAll(v)) return Measure(v).word_likeness >= 4.5;
  // OAUTH2_CLIENT_SECRET, SECRET_ENV1; SUMMER_2024 is a password
  constexpr CharClass kWithDigits("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
  // APP_PRIVATE_KEY_AMD64: of which kind
  const View before = v.substr(0, v.rfind('_'));
  const bool says = EndsLikeCredential(v) || v.starts_with("SECRET_ENV") ||
                    (EndsLikeCredential(before) && Contains(before, "_"));
  return kWithDigits.HasAll(v) && IsUpper(v[0]) && says && !LooksRandom(Measure(v));
}

}  // namespace keysteward::detection::forms
