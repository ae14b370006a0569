#include "detection/rules/gitleaks_import.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "common/strings.h"
#include "detection/rules/imported_pattern.h"
#include "detection/rules/rule_yaml.h"
#include "detection/rules/toml_library.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kRemediation =
    "Revoke it at its issuer and issue a new one through a ManagedCredential.";

template <size_t N>
bool OneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// What says nothing about which text is a credential.
constexpr std::array<std::string_view, 6> kFileRemarks = {"title", "description", "version",
                                                          "rules", "allowlist",   "allowlists"};
constexpr std::array<std::string_view, 2> kRuleRemarks = {"description", "tags"};

size_t LineOf(const toml::node& node) { return node.source().begin.line; }

// toml++ bounds brackets but not dots: a.a.a… would end in a stack overflow.
Result<void> CheckDepth(std::string_view file, std::string_view text) {
  constexpr size_t kDeepest = 100;
  size_t dots = 0;
  size_t line = 1;
  for (const char c : text) {
    if (c == '.') ++dots;
    if (std::string_view("=,{[\n").find(c) != std::string_view::npos) dots = 0;
    if (dots > kDeepest) return AtLine(file, line, "keys inside keys, too deep");
    line += c == '\n';
  }
  return {};
}

// Joins two expressions of what is no credential.
void AddExclude(std::string& all, const std::string& one) {
  if (one.empty()) return;
  all = all.empty() ? one : "(?:" + all + ")|(?:" + one + ")";
}

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  Result<RuleFileContent> Read(const toml::table& root);

 private:
  Error At(size_t line, const std::string& message) const {
    const std::string rule = rule_.id.empty() ? "" : "rule " + Printable(rule_.id, 80) + ": ";
    return AtLine(file_, line, rule + message);
  }
  void Warn(size_t line, const std::string& message) {
    content_.warnings.push_back(At(line, message).message);
  }
  Result<void> ReadRule(const toml::table& table);
  Result<void> ReadField(std::string_view key, const toml::node& value);
  Result<void> ReadAllowlists(const toml::node& value, std::string& exclude);
  Result<void> ReadAllowlist(const toml::table& table, std::string& exclude);
  Result<std::string> ReadAllowed(const toml::table& table);
  Result<std::vector<std::string>> Texts(const toml::node& value);
  Result<void> Finish(const toml::table& table);

  std::string_view file_;
  RuleFileContent content_;
  std::string excluded_everywhere_;
  Rule rule_;
  std::string regex_;
  size_t group_ = 0;
  std::unordered_set<std::string> ids_;
};

Result<std::vector<std::string>> Reader::Texts(const toml::node& value) {
  std::vector<std::string> texts;
  const toml::array* array = value.as_array();
  if (array == nullptr) return At(LineOf(value), "expected a list of texts");
  for (const toml::node& item : *array) {
    const auto* text = item.as_string();
    if (text == nullptr) return At(LineOf(item), "expected a text");
    texts.push_back(text->get());
  }
  return texts;
}

// The regexes and stop words of an allow list, as one expression.
Result<std::string> Reader::ReadAllowed(const toml::table& table) {
  std::string allowed;
  if (const toml::node* regexes = table.get("regexes")) {
    KS_ASSIGN_OR_RETURN(const std::vector<std::string> texts, Texts(*regexes));
    for (const std::string& text : texts) {
      const Result<std::string> pattern = ToRulePattern(text, {});
      if (!pattern) return At(LineOf(*regexes), "allowlist: " + pattern.error().message);
      AddExclude(allowed, *pattern);
    }
  }
  if (const toml::node* words = table.get("stopwords")) {
    KS_ASSIGN_OR_RETURN(const std::vector<std::string> texts, Texts(*words));
    AddExclude(allowed, AnyOfTexts(texts));
  }
  return allowed;
}

Result<void> Reader::ReadAllowlist(const toml::table& table, std::string& exclude) {
  const size_t line = LineOf(table);
  for (const auto& [key, value] : table) {
    static constexpr std::array<std::string_view, 5> kUsed = {"regexes", "stopwords", "regexTarget",
                                                              "condition", "description"};
    if (OneOf(key.str(), kUsed)) continue;
    Warn(LineOf(value), "allowlist: " + Printable(key.str(), 40) + " is ignored");
  }
  const std::string target = table["regexTarget"].value_or(std::string("secret"));
  const std::string condition = table["condition"].value_or(std::string("OR"));
  const bool all_of = EqualsIgnoreCase(condition, "AND") || condition == "&&";
  if (all_of && table.size() > size_t{2} + table.contains("description")) {
    Warn(line, "allowlist: left out, for what it asks for together is not all known here");
    return {};
  }
  if (target != "secret" && !target.empty()) {
    Warn(line, "allowlist: left out, for it looks at the " + Printable(target, 20) +
                   " and not at the secret");
    return {};
  }
  KS_ASSIGN_OR_RETURN(const std::string allowed, ReadAllowed(table));
  AddExclude(exclude, allowed);
  return {};
}

// One table or a list of them.
Result<void> Reader::ReadAllowlists(const toml::node& value, std::string& exclude) {
  if (const toml::table* table = value.as_table()) return ReadAllowlist(*table, exclude);
  const toml::array* array = value.as_array();
  if (array == nullptr) return At(LineOf(value), "allowlist is a table");
  for (const toml::node& item : *array) {
    const toml::table* table = item.as_table();
    if (table == nullptr) return At(LineOf(item), "allowlist is a table");
    KS_RETURN_IF_ERROR(ReadAllowlist(*table, exclude));
  }
  return {};
}

Result<void> Reader::ReadField(std::string_view key, const toml::node& value) {
  if (key == "id") return {};  // read before, so that every message names it
  if (key == "regex") {
    const auto* text = value.as_string();
    if (text == nullptr) return At(LineOf(value), "expected a text");
    regex_ = text->get();
  } else if (key == "secretGroup") {
    const auto* number = value.as_integer();
    if (number == nullptr || number->get() < 0 || number->get() > 100) {
      return At(LineOf(value), "secretGroup is a number from 0 to 100");
    }
    group_ = static_cast<size_t>(number->get());
  } else if (key == "entropy") {
    const auto number = value.value<double>();
    if (!number || !(*number >= 0 && *number <= 8)) {
      return At(LineOf(value), "entropy is a number from 0 to 8");
    }
    rule_.minimum_entropy = *number;
  } else if (key == "keywords") {
    KS_ASSIGN_OR_RETURN(rule_.keywords, Texts(value));
  } else if (key == "allowlist" || key == "allowlists") {
    return ReadAllowlists(value, rule_.exclude);
  } else if (key == "required") {
    return At(LineOf(value), "it needs findings of other rules, which is not supported");
  } else if (key == "path") {
    Warn(LineOf(value), "path is ignored: the rule applies everywhere");
  } else if (!OneOf(key, kRuleRemarks)) {
    Warn(LineOf(value), Printable(std::string(key), 40) + " is ignored");
  }
  return {};
}

Result<void> Reader::Finish(const toml::table& table) {
  if (regex_.empty()) {
    Warn(LineOf(table), "left out: it has no regex");
    return {};
  }
  Result<std::string> pattern = ToRulePattern(regex_, {.number = group_});
  if (!pattern) return At(LineOf(table), pattern.error().message);
  rule_.pattern = *std::move(pattern);
  rule_.keywords = LiteralsOf(rule_.pattern);
  if (rule_.keywords.empty()) {
    return At(LineOf(table),
              "its regex holds no text that is in every match; such a rule is too slow");
  }
  rule_.provider = rule_.id;
  rule_.remediation = kRemediation;
  rule_.literal_examples = true;
  AddExclude(rule_.exclude, excluded_everywhere_);
  content_.set.rules.push_back(std::move(rule_));
  return {};
}

Result<void> Reader::ReadRule(const toml::table& table) {
  rule_ = {};
  regex_.clear();
  group_ = 0;
  const auto* id = table.get_as<std::string>("id");
  if (id == nullptr || id->get().empty()) return At(LineOf(table), "a rule needs an id");
  rule_.id = id->get();
  rule_.line = static_cast<uint32_t>(LineOf(table));
  if (!ids_.insert(rule_.id).second) return At(LineOf(*id), "id is used twice");
  for (const auto& [key, value] : table) KS_RETURN_IF_ERROR(ReadField(key.str(), value));
  return Finish(table);
}

Result<RuleFileContent> Reader::Read(const toml::table& root) {
  for (const auto& [key, value] : root) {
    if (OneOf(key.str(), kFileRemarks)) continue;
    Warn(LineOf(value), Printable(std::string(key.str()), 40) + " is ignored");
  }
  for (const char* key : {"allowlist", "allowlists"}) {
    const toml::node* value = root.get(key);
    if (value != nullptr) KS_RETURN_IF_ERROR(ReadAllowlists(*value, excluded_everywhere_));
  }
  const toml::array* rules = root.get_as<toml::array>("rules");
  if (rules == nullptr) return AtLine(file_, 1, "no rules");
  for (const toml::node& rule : *rules) {
    const toml::table* table = rule.as_table();
    rule_ = {};
    if (table == nullptr) return At(LineOf(rule), "expected a rule");
    KS_RETURN_IF_ERROR(ReadRule(*table));
  }
  return std::move(content_);
}

}  // namespace

Result<RuleFileContent> ReadGitleaksRules(std::string_view file, std::string_view text) {
  KS_RETURN_IF_ERROR(CheckRuleText(file, text));
  KS_RETURN_IF_ERROR(CheckDepth(file, text));
  try {
    return Reader(file).Read(toml::parse(text));
  } catch (const toml::parse_error& e) {
    return AtLine(file, e.source().begin.line, Printable(std::string(e.description()), 200));
  }
}

}  // namespace keysteward::detection
