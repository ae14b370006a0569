#include "detection/fields/command_reader.h"

#include <algorithm>
#include <utility>

#include "common/char_class.h"
#include "detection/fields/command_parts.h"
#include "detection/values/names.h"
#include "detection/values/statistics.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;
using Part = CommandPart;

constexpr CharClass kFlagName("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

bool OneOf(View word, std::initializer_list<View> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr View kRun = "run";

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

View BaseName(View path) {
  const size_t slash = path.rfind('/');
  return slash == View::npos ? path : path.substr(slash + 1);
}

// What may stand before a program: an assignment, a program that runs another one, a shell's word.
bool IsPrelude(View word) {
  const View name = BaseName(word);
  if (word.starts_with('-') ||
      OneOf(name, {"exec", "time", "nohup", "env", "command", "then", "do", "if", "else", "elif",
                   "while", "until", "!", "dumb-init", "tini"})) {
    return true;
  }
  const size_t equals = word.find('=');
  return equals != View::npos && equals > 0 && word.find_first_of("/:") > equals;
}

// -x, --no-auth-warning: nothing but small letters.
bool IsOption(View word) {
  return word.starts_with('-') &&
         std::all_of(word.begin(), word.end(), [](char c) { return c == '-' || IsLower(c); });
}

// vault login role=x; base64 ends with the same sign.
bool IsParameter(View word) {
  while (word.ends_with('=')) word.remove_suffix(1);
  return word.find('=') != View::npos;
}

// --password:x, -auth=user:x
View PartOfNamedOption(View word) {
  const size_t begin = word.find_first_not_of('-');
  if (begin == View::npos) return {};
  const size_t end = kFlagName.FindOther(word, begin);
  if (end >= word.size()) return {};
  const View name = word.substr(begin, end - begin);
  if (!EndsLikeCredential(name)) return {};
  if (word[end] == ':' && !name.ends_with("auth")) {
    const View value = PartOf(word.substr(end + 1), Part::kWhole);
    if (OneOf(value, {"file", "env"})) return {};  // keytool -storepass:env X
    const NameClass what = ClassifyName(name);
    const bool any = what.kind == NameKind::kPassword;  // --partition-key:id
    return what.strength == NameStrength::kStrong && (any || LooksRandom(Measure(value))) ? value
                                                                                          : View();
  }
  return word[end] == '=' && name.ends_with("auth") ? LoginIn(word.substr(end + 1)) : View();
}

// config set aws_secret_access_key x, //registry/:_authToken x: only what is sure to be no other
// word, since most words name something else: cp /etc/api-key x.
bool IsNamedBy(View name, View word) {
  if (!EndsLikeCredential(name) || IsParameter(word)) return false;
  if (name.rfind(':') != View::npos) name.remove_prefix(name.rfind(':') + 1);
  if (name.find('/') != View::npos) return false;
  const NameClass what = ClassifyName(name);
  const bool telling = what.kind == NameKind::kPassword || NameWords(name).size() > 1;
  return what.strength == NameStrength::kStrong && telling && LooksRandom(Measure(word));
}

// curl -sSfu user:x: the last letter takes the value, the ones before it take none.
bool EndsLetters(View word, View option) {
  constexpr CharClass kSwitches("sSfLkivgGNIJ");
  return word.size() > 2 && option.size() == 2 && word.back() == option[1] &&
         kSwitches.HasAll(word.substr(1, word.size() - 2));
}

bool IsPair(View pair, View first, View second) {
  return pair.size() == first.size() + 1 + second.size() && pair.starts_with(first) &&
         pair.ends_with(second) && pair[first.size()] == ' ';
}

}  // namespace

bool CommandReader::Asked(const CommandRow& row) const {
  return row.program == now_.program &&
         (row.subcommand.empty() || row.subcommand == now_.subcommand);
}

View CommandReader::Take(View word) {
  if (word.empty()) return {};
  if (!now_.begun) return TakeFirst(word);
  // kubectl exec pod -- redis-cli -a x
  if (word == "--") {
    const bool runs = runs_;
    Next(false);
    runs_ = runs;
    return {};
  }
  printed_ = word;
  if (now_.program == Program::kFreerdp) {
    return word.starts_with("/p:") ? PartOf(word.substr(3), Part::kWhole) : View();
  }
  if (now_.program == Program::kRunner || now_.program == Program::kRunnerOn) {
    return SeekProgram(word);
  }
  const CommandRow* option = std::exchange(now_.waiting, nullptr);
  // What an option waits for may begin with a dash too.
  if (word.starts_with('-') && (option == nullptr || IsOption(word))) {
    now_.after_option = true;
    now_.before = word;
    return TakeOption(word);
  }
  const View before = std::exchange(now_.before, word);
  const bool after_option = std::exchange(now_.after_option, false);
  if (option != nullptr) return PartOf(word, option->part);
  if (after_option) {
    if (before.ends_with("auth")) return LoginIn(word);
    // --password-command "echo x"
    if (word.starts_with("echo ") && EndsLikeCredential(before.substr(0, before.rfind('-')))) {
      return PartOf(word.substr(5), Part::kWhole);
    }
    return now_.program == Program::kOther ? View() : TakeOperand(word, before);
  }
  if (IsNamedBy(before, word)) return PartOf(word, Part::kWhole);
  // docker run image redis-cli -a x: the program follows the image, which follows no option. An
  // image of the same name is preceded by one, whose -p would be a port.
  const bool in_container = now_.program == Program::kRegistry && now_.subcommand == kRun;
  if (in_container && before != kRun && ProgramOf(BaseName(word)) != Program::kOther) {
    return Begin(word);
  }
  return now_.program == Program::kOther ? View() : TakeOperand(word, before);
}

void CommandReader::Next(bool piped) {
  const View input = piped && now_.program == Program::kEcho ? printed_ : View();
  *this = CommandReader();
  input_ = input;
}

View CommandReader::TakeInput(View input) const {
  return reads_ ? PartOf(FirstLine(input), read_part_) : View();
}

View CommandReader::TakeTarget(View file) const {
  View name = BaseName(file);
  if (name.ends_with(".txt")) name.remove_suffix(4);
  // /etc/passwd, /bin/passwd: the system's own
  if (now_.program != Program::kEcho || name == "passwd" || !EndsLikeCredential(name)) return {};
  const View value = PartOf(FirstLine(printed_), Part::kWithDigit);
  const ValueStatistics s = Measure(value);
  // Words may be a message, digits a switch.
  const bool password = LooksLikePassword(s) && s.blanks == 0 && s.lower + s.upper > 0;
  return password && ClassifyName(name).strength == NameStrength::kStrong ? value : View();
}

// The program reads a credential from its input, which a pipe may have brought.
View CommandReader::Read(Part part) {
  reads_ = true;
  read_part_ = part;
  return TakeInput(input_);
}

// Before the program; args may have none.
View CommandReader::TakeFirst(View word) {
  const View before = std::exchange(now_.before, word);
  if (word.starts_with('-')) return PartOfNamedOption(word);
  if (IsPrelude(word)) return {};
  return before.starts_with('-') && before.ends_with("auth") ? LoginIn(word) : Begin(word);
}

View CommandReader::Begin(View word) {
  now_ = Command();
  now_.begun = true;
  now_.before = word;
  now_.program = ProgramOf(BaseName(word));
  runs_ |= now_.program == Program::kRunner || now_.program == Program::kRunnerOn;
  if (now_.program == Program::kChpasswd) return Read(Part::kAfterColon);
  if (now_.program == Program::kPasswd) return Read(Part::kWhole);
  return {};
}

// After a runner: options and their values are passed over, until a program is known or cannot come
// any more.
View CommandReader::SeekProgram(View word) {
  const bool after_option = std::exchange(now_.after_option, word.starts_with('-'));
  if (word.starts_with('-')) {
    return word == "-S" && BaseName(now_.before) == "sudo" ? Read(Part::kWhole) : View();
  }
  if (ProgramOf(BaseName(word)) != Program::kOther) return Begin(word);
  const bool passed = after_option || IsDigit(word[0]) || IsPrelude(word);
  if (!passed && ++now_.operands > (now_.program == Program::kRunnerOn ? 1u : 0u)) {
    now_.program = Program::kOther;
    now_.before = word;
  }
  return {};
}

View CommandReader::TakeOption(View word) {
  if (OneOf(word, {"--password-stdin", "--with-token", "--passwd-on-stdin", "--stdin-password",
                   "--passphrase-fd"})) {
    return Read(Part::kWhole);
  }
  if (now_.program == Program::kOther) return PartOfNamedOption(word);
  if (now_.program == Program::kHtpasswd && !word.starts_with("--")) {
    now_.batch |= word.find('b') != View::npos;
    now_.prints |= word.find('n') != View::npos;
  }
  for (const CommandRow& row : CommandRows()) {
    if (row.option.empty() || !Asked(row)) continue;
    if (now_.program == Program::kCurl && EndsLetters(word, row.option)) {
      now_.waiting = &row;
      return {};
    }
    if (!word.starts_with(row.option)) continue;
    const View rest = word.substr(row.option.size());
    if (rest.empty()) {
      if (row.part != Part::kGluedOnly) now_.waiting = &row;
      return {};
    }
    const bool glues = row.part == Part::kGlued || row.part == Part::kGluedOnly;
    const Part part = glues ? Part::kWhole : row.part;
    if (rest[0] == '=') return PartOf(rest.substr(1), part);
    // -uadmin:x, -px; but -parseable is another option: a password has more than letters.
    const bool letters = std::all_of(rest.begin(), rest.end(), IsLower);
    const bool may_glue = glues || part != Part::kWhole;
    if (row.option.size() == 2 && may_glue && !letters) return PartOf(rest, part);
  }
  return PartOfNamedOption(word);
}

// docker exec container redis-cli -a x; docker run image redis-cli -a x
bool CommandReader::TakeContainer(View word) {
  if (now_.program != Program::kRegistry || !OneOf(word, {"exec", "rsh", kRun})) return false;
  if (word == kRun) {
    now_.subcommand = kRun;
  } else {
    now_.program = Program::kRunnerOn;
    now_.operands = 0;
  }
  runs_ = true;
  return true;
}

View CommandReader::TakeOperand(View word, View before) {
  if (TakeContainer(word)) return {};
  for (const CommandRow& row : CommandRows()) {
    if (row.program != now_.program || row.subcommand.empty()) continue;
    if (row.subcommand == word || IsPair(row.subcommand, before, word)) {
      now_.subcommand = row.subcommand;
      now_.operands = 0;
      return {};
    }
  }
  ++now_.operands;
  if (now_.program == Program::kHtpasswd) {
    return now_.batch && now_.operands == (now_.prints ? 2 : 3) ? PartOf(word, Part::kWhole)
                                                                : View();
  }
  for (const CommandRow& row : CommandRows()) {
    if (row.operand != now_.operands || !Asked(row)) continue;
    if (row.part != Part::kAfterSlash && IsParameter(word)) continue;
    if (const View credential = PartOf(word, row.part); !credential.empty()) return credential;
  }
  return {};
}

}  // namespace keysteward::detection
