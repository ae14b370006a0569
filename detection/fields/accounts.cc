#include "detection/fields/accounts.h"

#include <algorithm>
#include <array>
#include <string>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/fields/next_of.h"
#include "detection/fields/shapes.h"
#include "detection/values/logins.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kUserChars(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.@+");
// Without dots: cache.name=… is a setting.
constexpr CharClass kPlainUserChars(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
constexpr CharClass kBlanks(" \t");
constexpr View kPassword = "password";
// Where other files look alike: names under which a random value, and one of another form, are
// warned about.
constexpr View kMaybeRandom = "passwords";
constexpr View kMaybeChosen = "account-secret";

// How the lines of a file read.
enum class Lines {
  kOther,     // only what tells by itself
  kAccounts,  // user=x, user: x, role, user x
  kQuoted,    // "user" "x"
  kChap,      // user server x address
  kRelay,     // host user:x
};

View Extension(View file) {
  const size_t dot = file.rfind('.');
  return dot == View::npos || dot == 0 ? View() : file.substr(dot + 1);
}

// Whether a name holds a word that all below have: most names are told without a copy of them.
bool MayListAccounts(View file) {
  constexpr CharClass kFirst("uUaApPlLrRsS");
  static constexpr View kWords[] = {"user",    "account", "passw",    "login",   "realm",
                                    "secrets", "pwdb",    "api_keys", "apikeys", "api-keys"};
  for (size_t at = kFirst.Find(file); at < file.size(); at = kFirst.Find(file, at + 1)) {
    for (const View word : kWords) {
      size_t same = 0;
      while (same < word.size() && at + same < file.size() &&
             AsciiLower(file[at + same]) == word[same]) {
        ++same;
      }
      if (same == word.size()) return true;
    }
  }
  return false;
}

Lines LinesOf(View file) {
  constexpr size_t kLongestName = 128;
  if (file.size() > kLongestName || !MayListAccounts(file)) return Lines::kOther;
  const std::string lower = ToLower(file);
  const auto has = [&](View part) { return lower.find(part) != std::string::npos; };
  if (has("userlist")) return Lines::kQuoted;
  if (has("chap-secrets") || has("pap-secrets")) return Lines::kChap;
  if (has("sasl_passwd") || has("smtp_passwd") || has("relay_passwd")) return Lines::kRelay;
  const View extension = Extension(lower);
  for (const View data :
       {"yaml", "yml", "json", "sh", "py", "sql", "js", "xml", "html", "toml", "csv"}) {
    if (extension == data) return Lines::kOther;
  }
  const View stem = View(lower).substr(0, lower.size() - extension.size() - !extension.empty());
  for (const View end : {"users", "accounts", "passwd", "passwords", "logins", "realm", "pwdb",
                         "api_keys", "api-keys", "apikeys"}) {
    if (!stem.ends_with(end)) continue;
    const View before = stem.substr(0, stem.size() - end.size());
    if (before.empty() || before == "ht" || !kAlnum.Has(before.back())) return Lines::kAccounts;
  }
  return Lines::kOther;
}

// Up to five words of a line, their quotes taken off; more words make it no account's line.
struct Words {
  explicit Words(View line);
  std::array<View, 5> at;
  size_t count = 0;
  size_t quoted = 0;
};

Words::Words(View line) {
  for (line = Trim(line); !line.empty(); ++count) {
    View word;
    size_t used = 0;
    if (ReadQuoted(line, 0, word)) {
      ++quoted;
      used = word.data() + word.size() + 1 - line.data();
    } else {
      word = line.substr(0, used = kBlanks.Find(line));
    }
    if (count < at.size()) at[count] = word;
    if (count == at.size()) return;
    line = Trim(line.substr(std::min(used, line.size())));
  }
}

class AccountLines {
 public:
  AccountLines(Lines lines, std::vector<Assignment>& pairs, size_t limit)
      : lines_(lines), pairs_(pairs), limit_(limit) {}

  void Take(View line);

 private:
  void TakeAccount(View line);
  void TakeRelay(const Words& words);
  void TakeAclUser(View line);
  void Add(View name, View value) {
    if (!value.empty() && pairs_.size() < limit_) pairs_.push_back({name, value});
  }

  Lines lines_;
  bool section_ = false;  // [users], [admins] of an ini file: its entries are accounts
  std::vector<Assignment>& pairs_;
  size_t limit_;
};

// user=x, user: x, role; user x; user:x
void AccountLines::TakeAccount(View line) {
  const size_t user = kPlainUserChars.FindOther(line);
  if (user == 0 || user >= line.size()) return;
  const bool sign = line[user] == '=' || line[user] == ':';
  if (!sign && !kBlanks.Has(line[user])) return;
  View rest = Trim(line.substr(user + 1));
  if (rest.starts_with('=') || rest.starts_with(':')) rest = Trim(rest.substr(1));
  const View value = rest.substr(0, rest.find_first_of(", \t"));
  // root:x:0:0 and MD5:… hold more than a password.
  if (value.find_first_of(":()") != View::npos || LooksLikeHash(value)) return;
  if (!LooksGenerated(value) && !IsPasswordOfUser(value)) return;
  Add(LooksRandom(Measure(value)) ? kMaybeRandom : kMaybeChosen, value);
}

// [smtp.example.org]:587 relay@example.org:x
void AccountLines::TakeRelay(const Words& words) {
  if (words.count != 2) return;
  const View host = words.at[0];
  const bool told = host.starts_with('[') && host.find(']') != View::npos;
  const size_t colon = words.at[1].find(':');
  if ((!told && lines_ != Lines::kRelay) || colon == View::npos || colon == 0) return;
  if (!kUserChars.HasAll(words.at[1].substr(0, colon))) return;
  const View password = words.at[1].substr(colon + 1);
  if (password.starts_with("//")) return;  // [design] https://…
  if (lines_ == Lines::kRelay || LooksGenerated(password)) Add(kPassword, password);
}

// user app on >x ~* +@all: of Redis' access lists. #… is a hash.
void AccountLines::TakeAclUser(View line) {
  if (line.find(" on ") == View::npos && line.find(" off ") == View::npos) return;
  for (size_t at = line.find(" >"); at != View::npos; at = line.find(" >", at + 1)) {
    const View rest = line.substr(at + 2);
    Add(kPassword, rest.substr(0, kBlanks.Find(rest)));
  }
}

void AccountLines::Take(View line) {
  line = Trim(line);
  if (line.empty() || line[0] == '#' || line[0] == ';' || line[0] == '/') return;
  if (line.starts_with("user ")) TakeAclUser(line);
  if (line[0] == '[') section_ = line == "[users]" || line == "[admins]";
  if (line[0] == '[' || lines_ == Lines::kRelay) return TakeRelay(Words(line));
  if (lines_ == Lines::kAccounts || section_) return TakeAccount(line);
  if (lines_ == Lines::kQuoted || lines_ == Lines::kChap) {
    const Words words(line);
    const bool hashed =
        words.count >= 2 && words.at[1].starts_with("md5") && LooksLikeHash(words.at[1].substr(3));
    if (lines_ == Lines::kQuoted && words.count >= 2 && words.quoted >= 2 && !hashed) {
      Add(kPassword, words.at[1]);
    }
    if (lines_ == Lines::kChap && (words.count == 3 || words.count == 4)) {
      Add(kPassword, words.at[2]);
    }
  }
}

}  // namespace

bool ListsAccounts(View file) { return LinesOf(file) != Lines::kOther; }

void FindAccounts(View file, View text, std::vector<Assignment>& pairs, size_t limit) {
  const Lines kind = LinesOf(file);
  // What tells by itself is a host in brackets, or a password behind a '>'.
  if (kind == Lines::kOther && NextOf<'[', '>'>(text, 0) == text.size()) return;
  AccountLines lines(kind, pairs, limit);
  while (!text.empty() && pairs.size() < limit) {
    const size_t end = text.find('\n');
    lines.Take(text.substr(0, end));
    text.remove_prefix(end == View::npos ? text.size() : end + 1);
  }
}

}  // namespace keysteward::detection
