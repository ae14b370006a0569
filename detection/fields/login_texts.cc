#include "detection/fields/login_texts.h"

#include <algorithm>
#include <string>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/fields/shapes.h"
#include "detection/values/logins.h"
#include "detection/values/names.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kNameChars("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
constexpr CharClass kUserChars(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.@$");
// What names of logins end with: user, login, auth, info, pwd, credentials.
constexpr CharClass kLoginEnds("rRnNhHoOdDsS");
// auth, login, changeUserPassword, credential, credentials, createAccount, connect, sequelize,
// mysqli, PDO, ApiKey
constexpr CharClass kCallEnds("hHnNdDlLsStTeEiIoOyY");
constexpr size_t kLongestName = 128;
constexpr size_t kLongestUser = 64;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

size_t SkipBlanks(View text, size_t at) {
  while (at < text.size() && IsBlank(text[at])) ++at;
  return at;
}

template <size_t N>
bool EndsWithAny(View word, const View (&ends)[N]) {
  return std::any_of(std::begin(ends), std::end(ends),
                     [&](View end) { return word.ends_with(end); });
}

// How sure a name or a call is that a login follows.
enum class Login { kNo, kMaybe, kSure };

// basic.auth.user.info says that a password is inside; user, login and auth say it at times.
Login LoginOf(View name) {
  if (name.empty() || name.size() > kLongestName || !kLoginEnds.Has(name.back())) return Login::kNo;
  std::string room;
  const View squashed = SquashName(name, room);
  static constexpr View kSure[] = {"userinfo", "basicauth", "userpwd", "userpassword"};
  static constexpr View kMaybe[] = {"user", "login", "auth", "credentials", "creds"};
  return EndsWithAny(squashed, kSure)    ? Login::kSure
         : EndsWithAny(squashed, kMaybe) ? Login::kMaybe
                                         : Login::kNo;
}

// PASSWORD(…), setPassword(…), withApiKey(…); getPassword asks for one.
bool SetsCredential(View call) {
  if (!EndsLikeCredential(call)) return false;
  const std::vector<std::string> words = NameWords(call.substr(call.rfind('.') + 1));
  if (words.empty()) return false;
  const std::string& first = words.front();
  return words.size() == 1 || first == "set" || first == "with" || first == "use" ||
         first == "change" || first == "update" || EndsLikeCredential(first) || first == "api" ||
         first == "access" || first == "auth" || first == "client";
}

// What a call is given: at which place a password, if any, and whether nothing else may stand
// there.
struct Call {
  // kTyped: the first, under the name of the form's field that is typed into.
  enum Place : uint8_t { kNone, kFirst, kSecond, kThird, kTyped } place = kNone;
  bool sure = false;
};

// db.changeUserPassword("app", "x"); db.auth, smtp.login, HTTPBasicAuth, new NetworkCredential;
// getConnection("jdbc:…", "app", "x"), new mysqli("db", "app", "x")
Call ReadCall(View name) {
  if (name.empty() || !kCallEnds.Has(name.back())) return {};
  if (name.ends_with("UserPassword")) return {Call::kSecond, true};
  if (name.ends_with(".send_keys") || name.ends_with(".sendKeys")) return {Call::kTyped};
  std::string room;
  const View squashed = SquashName(name, room);
  static constexpr View kThird[] = {"getconnection", "connect", "sequelize",
                                    "plainauth",     "mysqli",  "pdo"};
  if (EndsWithAny(squashed, kThird)) return {Call::kThird};
  static constexpr View kSecond[] = {"auth", "login", "credentials", "credential", "createaccount"};
  if (EndsWithAny(squashed, kSecond)) return {Call::kSecond, squashed.ends_with("httpbasicauth")};
  return {SetsCredential(name) ? Call::kFirst : Call::kNone};
}

class CallLine {
 public:
  CallLine(View text, std::vector<Assignment>& pairs) : text_(text), pairs_(pairs) {}

  // The call whose bracket opens at `open`.
  void TakeAt(size_t open);

 private:
  View NameBefore(size_t open) const;
  View FieldBefore(size_t call) const;
  size_t SkipArgument(size_t at, View& string) const;

  View text_;
  std::vector<Assignment>& pairs_;
};

// The function's name, or that of an argument which a pair is given to: auth=("app", "x").
View CallLine::NameBefore(size_t open) const {
  size_t end = open;
  while (end > 0 && IsBlank(text_[end - 1])) --end;
  if (end > 0 && text_[end - 1] == '=') --end;
  while (end > 0 && IsBlank(text_[end - 1])) --end;
  size_t start = end;
  while (start > 0 && end - start < kLongestName && kNameChars.Has(text_[start - 1])) --start;
  return text_.substr(start, end - start);
}

// Where the argument at `at` ends, blanks after it left out; what it holds when it is a string.
size_t CallLine::SkipArgument(size_t at, View& string) const {
  at = SkipBlanks(text_, at);
  if (!ReadQuoted(text_, at, string)) return SkipBlanks(text_, kUserChars.FindOther(text_, at));
  const size_t escape = text_[at] == '\\' ? 1 : 0;
  return SkipBlanks(text_, string.data() + string.size() + 1 + escape - text_.data());
}

// find_element(By.ID, "password").send_keys("x"): the text in quotes before the call.
View CallLine::FieldBefore(size_t call) const {
  constexpr size_t kLookBack = 96;
  const View before = text_.substr(call - std::min(call, kLookBack), std::min(call, kLookBack));
  const size_t close = before.find_last_of("\"'");
  if (close == View::npos || close == 0) return {};
  const size_t open = before.rfind(before[close], close - 1);
  return open == View::npos ? View() : before.substr(open + 1, close - open - 1);
}

void CallLine::TakeAt(size_t open) {
  const View name = NameBefore(open);
  const Call call = ReadCall(name);
  if (call.place == Call::kNone) return;
  if (call.place == Call::kTyped) {
    const View field = FieldBefore(name.data() - text_.data());
    View typed;
    SkipArgument(open + 1, typed);
    if (HoldsCredentialWord(field) && LooksGenerated(typed)) pairs_.push_back({"password", typed});
    return;
  }
  size_t at = open;
  View value;
  for (int place = Call::kFirst; place <= call.place; ++place) {
    value = {};
    at = SkipArgument(at + 1, value);
    if (at >= text_.size() || (place < call.place && text_[at] != ',')) return;
  }
  const bool whole = call.place != Call::kFirst || text_[at] == ')';
  if (value.empty() || !whole || !(call.sure || LooksGenerated(value) || IsPasswordOfUser(value)))
    return;
  pairs_.push_back({call.place == Call::kFirst ? name : View("password"), value});
}

}  // namespace

View PasswordInPair(View name, View value) {
  const size_t colon = value.substr(0, kLongestUser).find(':');
  if (colon == View::npos || colon == 0) return {};
  const Login login = LoginOf(name);
  if (login == Login::kNo) return {};
  const View password = value.substr(colon + 1);
  if (!kUserChars.HasAll(value.substr(0, colon)) || password.starts_with("//")) return {};
  if (password.find_first_of(": \t") != View::npos) return {};
  const bool counts =
      login == Login::kSure || LooksGenerated(password) || IsPasswordOfUser(password);
  return counts ? password : View();
}

void FindLoginCalls(View line, std::vector<Assignment>& pairs, size_t limit) {
  CallLine scanned(line, pairs);
  for (size_t open = line.find('('); open != View::npos; open = line.find('(', open + 1)) {
    if (pairs.size() >= limit) return;
    scanned.TakeAt(open);
  }
}

}  // namespace keysteward::detection
