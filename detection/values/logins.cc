#include "detection/values/logins.h"

#include <string>
#include <vector>

#include "common/strings.h"
#include "detection/values/clearing.h"
#include "detection/values/clearing_forms.h"
#include "detection/values/opinion.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr size_t kShortestPassword = 4;

bool IsUser(View user) {
  constexpr View kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-";
  constexpr size_t kLongest = 64;
  return !user.empty() && user.size() <= kLongest && user.find_first_not_of(kPlain) == View::npos;
}

// What a login looks like, said instead of one.
bool IsFormOfLogin(View entry) {
  return entry == "user:password" || entry == "username:password" || entry == "user:pass" ||
         entry == "login:password" || entry == "name:password";
}

// Of alice:password:uid:gid, alice:password and password.
View PasswordOfEntry(View entry, NameKind kind, char joint) {
  const size_t colon = entry.find(joint);
  if (kind == NameKind::kPasswords && colon == View::npos) return entry;
  if (colon == View::npos || !IsUser(entry.substr(0, colon))) return {};
  const View rest = entry.substr(colon + 1);
  if (rest.starts_with('/') || IsFormOfLogin(entry)) return {};  // a URL
  return kind == NameKind::kLogin ? rest : rest.substr(0, rest.find(joint));
}

bool Counts(View password, NameKind kind) {
  if (password.size() < kShortestPassword) return false;
  if (ClearedBecause(password, Claim::kPassword)) return false;
  return kind == NameKind::kLogin || LooksRandom(Measure(password)) || IsPasswordOfUser(password);
}

// Digests and ids of databases have these lengths.
bool IsIdLength(size_t digits) {
  return digits == 24 || digits == 32 || digits == 40 || digits == 64 || digits == 128;
}

}  // namespace

View PasswordOfLogin(View value, NameKind kind) {
  const bool several = kind == NameKind::kUsers || kind == NameKind::kPasswords;
  if (kind != NameKind::kLogin && !several) return {};
  // NEO4J_AUTH: neo4j/password
  constexpr View kNeo4j = "neo4j/";
  if (kind == NameKind::kLogin && value.starts_with(kNeo4j)) {
    const View password = value.substr(kNeo4j.size());
    return Counts(password, kind) ? password : View();
  }
  if (!several && value.find(' ') != View::npos) return {};  // words about it
  // alice|password|/home/alice, as FTP_USERS of vsftpd has it
  const bool bars = several && value.find(':') == View::npos;
  const char joint = bars ? '|' : ':';
  const View ends = !several ? View() : bars ? View(",; \t") : View(",;| \t");
  while (!value.empty()) {
    const size_t end = std::min(value.find_first_of(ends), value.size());
    const View password = PasswordOfEntry(value.substr(0, end), kind, joint);
    if (Counts(password, kind)) return password;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return {};
}

bool IsPasswordOfUser(View value) {
  if (ClearedBecause(value, Claim::kPassword)) return false;
  const ValueStatistics s = Measure(value);
  if (value.find_first_of("|: ,") != View::npos || value.starts_with("0x")) return false;
  if (LooksRandom(s)) return !(s.is_hex && IsIdLength(s.length));
  constexpr size_t kShortest = 8;
  if (s.length < kShortest || value.find_first_of("/=") != View::npos) return false;
  if (s.lower > 0 && s.digits > 0 && LooksLikePassword(s)) {
    if (!LooksLikeName(value, s)) return true;
    // coffee-pumpkin-pirate-46, but not orders-api-2
    const auto opinion =
        JudgeNamed({NameStrength::kStrong, NameKind::kToken}, Place::kConfig, value);
    return opinion && opinion->confidence >= Confidence::kMedium;
  }
  // Four words are a phrase; a role or a group is called by fewer.
  constexpr size_t kWordsOfPhrase = 4;
  return s.digits == 0 && NameWords(value).size() >= kWordsOfPhrase && s.word_likeness >= 4.9 &&
         s.upper == 0;
}

}  // namespace keysteward::detection
