#include "detection/fields/shell_commands.h"

#include <algorithm>

#include "common/char_class.h"
#include "common/strings.h"
#include "detection/fields/command_reader.h"

namespace keysteward::detection {
namespace {

using View = std::string_view;

constexpr CharClass kWordEnds(" \t\r\n;|&()<>");

// 2> of 2>/dev/null
bool IsStream(View rest) {
  return rest.size() > 1 && rest[0] >= '0' && rest[0] <= '9' && rest[1] == '>';
}

// Splits a script into words and what stands between commands.
class ScriptReader {
 public:
  ScriptReader(View script, std::vector<Assignment>& pairs, size_t limit)
      : script_(script), pairs_(pairs), limit_(limit) {}

  void Read(int depth);

 private:
  View Word();
  void TakeWord(View word, int depth);
  void TakeHereDocument();
  void TakeTarget();
  void Add(View credential);

  View script_;
  std::vector<Assignment>& pairs_;
  const size_t limit_;
  size_t at_ = 0;
  CommandReader command_;
  View before_;               // the newest word
  bool here_string_ = false;  // the next word is what the command reads
};

void ScriptReader::Read(int depth) {
  while (at_ < script_.size() && pairs_.size() < limit_) {
    const char c = script_[at_];
    const View rest = script_.substr(at_);
    if (rest.starts_with("\\\n") || rest.starts_with("\\\r\n")) {
      at_ = script_.find('\n', at_) + 1;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '#') {
      at_ = std::min(script_.find('\n', at_), script_.size());
    } else if (rest.starts_with("<<<")) {
      at_ += 3;
      here_string_ = true;
    } else if (rest.starts_with("<<")) {
      TakeHereDocument();
    } else if (c == '>') {
      TakeTarget();
    } else if (c == '<') {
      // <( begins a command, the rest is a word of its own.
      ++at_;
    } else if (kWordEnds.Has(c)) {
      command_.Next(c == '|' && script_.substr(at_, 2) != "||");
      before_ = {};
      ++at_;
    } else if (IsStream(rest)) {
      ++at_;
    } else {
      TakeWord(Word(), depth);
    }
  }
}

// The word that begins here, without the quotes around it.
View ScriptReader::Word() {
  const size_t start = at_;
  const char quote = script_[start];
  if (quote == '"' || quote == '\'') {
    size_t end = start + 1;
    while (end < script_.size() && script_[end] != quote) {
      end += quote == '"' && script_[end] == '\\' ? 2 : 1;
    }
    if (end < script_.size() && (end + 1 == script_.size() || kWordEnds.Has(script_[end + 1]))) {
      at_ = end + 1;
      return script_.substr(start + 1, end - start - 1);
    }
  }
  // -p'x y': quotes inside a word hold what would end it.
  constexpr size_t kLongestQuoted = 256;
  at_ = start;
  while (at_ < script_.size() && !kWordEnds.Has(script_[at_])) {
    // {{ name }}: a template's action is a part of the word
    const size_t action =
        script_.substr(at_).starts_with("{{") ? script_.find("}}", at_) : View::npos;
    if (action != View::npos && action - at_ < kLongestQuoted) {
      at_ = action + 2;
      continue;
    }
    const char c = script_[at_++];
    if (c != '"' && c != '\'') continue;
    const size_t close = script_.substr(at_, kLongestQuoted).find(c);
    if (close != View::npos) at_ += close + 1;
  }
  return script_.substr(start, at_ - start);
}

// sh -c, bash -lc, sh -xec
bool IsScriptOption(View word) {
  constexpr size_t kLongest = 5;
  return word.size() >= 2 && word.size() <= kLongest && word[0] == '-' && word.back() == 'c' &&
         std::all_of(word.begin() + 1, word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

void ScriptReader::TakeWord(View word, int depth) {
  constexpr int kDeepest = 2;
  if (here_string_) {
    here_string_ = false;
    return Add(command_.TakeInput(word));
  }
  // sh -c 'redis-cli -a x', ssh host 'redis-cli -a x', "$(redis-cli -a x get y)"
  const size_t inner = word.find("$(");
  const bool script = IsScriptOption(before_) || command_.runs_scripts();
  if ((script || inner != View::npos) && depth < kDeepest && word.find(' ') != View::npos) {
    const View text = script ? word : word.substr(inner + 2);
    ScriptReader(text, pairs_, limit_).Read(depth + 1);
  }
  Add(command_.Take(word));
  before_ = word;
}

// echo x > /run/password; what is written to is no operand.
void ScriptReader::TakeTarget() {
  while (at_ < script_.size() && script_[at_] == '>') ++at_;
  if (at_ < script_.size() && script_[at_] == '&') ++at_;
  while (at_ < script_.size() && script_[at_] == ' ') ++at_;
  if (at_ < script_.size() && !kWordEnds.Has(script_[at_])) Add(command_.TakeTarget(Word()));
}

// chpasswd <<EOF: its lines are what the command reads, and commands of their own for all else.
void ScriptReader::TakeHereDocument() {
  at_ += 2;
  if (at_ < script_.size() && script_[at_] == '-') ++at_;
  while (at_ < script_.size() && script_[at_] == ' ') ++at_;
  if (!command_.reads_credential() || at_ >= script_.size() || kWordEnds.Has(script_[at_])) return;
  View end = Word();
  if (end.starts_with('\\')) end.remove_prefix(1);
  constexpr size_t kLongest = 4096;
  size_t from = script_.find('\n', at_);
  for (View body = from == View::npos ? View() : script_.substr(from + 1, kLongest);
       !body.empty();) {
    const View line = Trim(body.substr(0, body.find('\n')));
    if (line == end) return;
    Add(command_.TakeInput(line));
    if (!command_.reads_lines()) return;
    body.remove_prefix(std::min(body.find('\n'), body.size() - 1) + 1);
  }
}

void ScriptReader::Add(View credential) {
  if (!credential.empty() && pairs_.size() < limit_) {
    pairs_.push_back({kCommandCredential, credential});
  }
}

}  // namespace

// What pipelines, cloud-init and Cluster API (preKubeadmCommands) call members with commands.
bool IsScriptName(View name) {
  constexpr View kWhole[] = {"script", "before_script", "after_script", "run",
                             "runcmd", "bootcmd",       "command",      "commands",
                             "cmd",    "shell",         "content",      "chpasswd"};
  return name.ends_with(".sh") || name.ends_with("Commands") ||
         std::find(std::begin(kWhole), std::end(kWhole), name) != std::end(kWhole);
}

void FindShellCredentials(View script, std::vector<Assignment>& pairs, size_t limit) {
  ScriptReader(script, pairs, limit).Read(0);
}

void FindUserPasswords(View lines, std::vector<Assignment>& pairs, size_t limit) {
  CommandReader chpasswd;
  chpasswd.Take("chpasswd");
  while (!lines.empty() && pairs.size() < limit) {
    const View line = lines.substr(0, lines.find('\n'));
    const bool comment = Trim(line).starts_with('#');  // # user:password
    const View password = comment ? View() : chpasswd.TakeInput(Trim(line));
    if (!password.empty()) pairs.push_back({kCommandCredential, password});
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
}

}  // namespace keysteward::detection
