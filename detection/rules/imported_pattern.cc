#include "detection/rules/imported_pattern.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <optional>

namespace keysteward::detection {
namespace {

constexpr size_t kLongestPattern = 8192;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

re2::RE2::Options Options() {
  re2::RE2::Options options(re2::RE2::Latin1);
  options.set_log_errors(false);
  return options;
}

// Rewrites an expression, or only counts its groups while `chosen_` is 0.
class Rewriter {
 public:
  Rewriter(std::string_view pattern, size_t chosen) : rest_(pattern), chosen_(chosen) {}

  void Run() {
    while (!rest_.empty()) Step();
  }

  std::string out;
  std::vector<std::string_view> groups;  // their names, in order; "" for none

 private:
  void Take(size_t count) {
    out += rest_.substr(0, count);
    rest_.remove_prefix(std::min(count, rest_.size()));
  }
  void Step();
  void Class();
  void Open();
  bool NamedGroup();
  bool Flags();
  void Group(std::string_view name, size_t written);

  std::string_view rest_;
  size_t chosen_;
  bool extended_ = false;
};

void Rewriter::Step() {
  const char c = rest_[0];
  if (c == '\\') return Take(2);
  if (c == '[') return Class();
  if (c == '(') return Open();
  if (extended_ && IsBlank(c)) return rest_.remove_prefix(1);
  if (extended_ && c == '#') {
    return rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size() - 1) + 1);
  }
  Take(1);
}

// [^]a-z[:alpha:]\]]
void Rewriter::Class() {
  Take(rest_.substr(0, 2) == "[^" ? 2 : 1);
  for (bool first = true; !rest_.empty(); first = false) {
    const char c = rest_[0];
    if (c == ']' && !first) return Take(1);
    if (rest_.starts_with("[:")) {
      Take(std::min(rest_.find(":]"), rest_.size() - 2) + 2);
    } else if (extended_ && IsBlank(c)) {
      rest_.remove_prefix(1);
    } else {
      Take(c == '\\' ? 2 : 1);
    }
  }
}

void Rewriter::Group(std::string_view name, size_t written) {
  groups.push_back(name);
  out += groups.size() == chosen_ ? "(" : "(?:";
  rest_.remove_prefix(written);
}

// (?P<name>…) and (?<name>…), but not (?<=…) and (?<!…).
bool Rewriter::NamedGroup() {
  const size_t start = rest_.starts_with("(?P<") ? 4 : 3;
  if (start == 3 && !rest_.starts_with("(?<")) return false;
  const size_t end = rest_.find('>', start);
  if (end == std::string_view::npos || end == start || rest_[start] == '=' || rest_[start] == '!') {
    return false;
  }
  Group(rest_.substr(start, end - start), end + 1);
  return true;
}

// (?x), (?ix:…): the flag is obeyed and dropped, for RE2 does not know it.
bool Rewriter::Flags() {
  const size_t end = rest_.find_first_not_of("imsUx-", 2);
  if (end == std::string_view::npos || (rest_[end] != ')' && rest_[end] != ':')) return false;
  std::string flags(rest_.substr(2, end - 2));
  const size_t minus = flags.find('-');
  const size_t x = flags.find('x');
  if (x != std::string::npos) {
    extended_ = minus == std::string::npos || x < minus;
    flags.erase(x, 1);
  }
  if (flags == "-") flags.clear();
  const bool group = rest_[end] == ':';
  if (!flags.empty() || group) out += "(?" + flags + rest_[end];
  rest_.remove_prefix(end + 1);
  return true;
}

void Rewriter::Open() {
  if (!rest_.starts_with("(?")) return Group("", 1);
  if (NamedGroup() || Flags()) return;
  Take(1);
}

Result<size_t> Choose(const std::vector<std::string_view>& groups, const GroupChoice& choice) {
  if (choice.number > groups.size()) {
    return Error::InvalidArgument("the pattern has no group " + std::to_string(choice.number));
  }
  if (choice.number > 0) return choice.number;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!choice.named.empty() && groups[i] == choice.named) return i + 1;
  }
  return groups.empty() ? size_t{0} : size_t{1};
}

}  // namespace

Result<std::string> ToRulePattern(std::string_view pattern, const GroupChoice& choice) {
  if (pattern.size() > kLongestPattern) return Error::InvalidArgument("the pattern is too long");
  Rewriter counter(pattern, 0);
  counter.Run();
  KS_ASSIGN_OR_RETURN(const size_t chosen, Choose(counter.groups, choice));
  Rewriter writer(pattern, chosen);
  writer.Run();
  const re2::RE2 compiled(writer.out, Options());
  if (!compiled.ok()) return Error::InvalidArgument("the pattern is not RE2: " + compiled.error());
  return std::move(writer.out);
}

std::vector<std::string> LiteralsOf(const std::string& pattern) {
  for (const int shortest : {3, 2}) {
    re2::FilteredRE2 filter(shortest);
    int id = 0;
    std::vector<std::string> literals;
    if (filter.Add(pattern, Options(), &id) != re2::RE2::NoError) return {};
    filter.Compile(&literals);
    if (!literals.empty()) return literals;
  }
  return {};
}

std::string AnyOfTexts(const std::vector<std::string>& texts) {
  std::string any;
  for (const std::string& text : texts) {
    any += (any.empty() ? "(?i)(?:" : "|") + re2::RE2::QuoteMeta(text);
  }
  return any.empty() ? any : any + ")";
}

}  // namespace keysteward::detection
