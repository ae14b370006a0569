#include "cli/scan/inline_exceptions.h"

#include <optional>

#include "common/duration.h"
#include "common/strings.h"
#include "policy/reference_rule.h"

namespace keysteward::cli {
namespace {

constexpr std::string_view kMark = "# keysteward:allow";

// The value of name=value or name="several words" in a comment.
std::string_view Field(std::string_view comment, std::string_view name) {
  const std::string start = " " + std::string(name) + "=";
  const size_t at = comment.find(start);
  if (at == std::string_view::npos) return {};
  std::string_view rest = comment.substr(at + start.size());
  if (!rest.starts_with('"')) return rest.substr(0, rest.find_first_of(" \t\r"));
  rest.remove_prefix(1);
  return rest.substr(0, rest.find('"'));
}

std::optional<InlineException> Parse(std::string_view comment) {
  const Result<WallTime> until = policy::ParseExpiry(Field(comment, "until"));
  const std::string_view owner = Field(comment, "owner");
  if (!until || owner.empty() || Field(comment, "reason").empty()) return std::nullopt;
  return InlineException{std::string(Field(comment, "rule")), Printable(owner, 64), *until};
}

}  // namespace

std::map<uint32_t, InlineException> FindInlineExceptions(std::string_view text) {
  std::map<uint32_t, InlineException> found;
  uint32_t line = 1;
  size_t line_start = 0;
  for (size_t at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + 1)) {
    for (size_t next = text.find('\n', line_start); next < at; next = text.find('\n', line_start)) {
      line_start = next + 1;
      ++line;
    }
    const size_t end = text.find('\n', at);
    if (const auto exception = Parse(text.substr(at, end - at))) found[line] = *exception;
  }
  return found;
}

void ApplyInlineException(const std::map<uint32_t, InlineException>& exceptions, uint32_t line,
                          WallTime now, policy::Judgement& judgement) {
  const auto found = exceptions.find(line);
  if (found == exceptions.end()) return;
  const InlineException& exception = found->second;
  if (!exception.rule.empty() && exception.rule != judgement.finding.rule) return;
  if (exception.until > now) {
    judgement.exception = "comment of " + exception.owner;
    judgement.action = policy::Action::kAllow;
  } else {
    judgement.message += "; its exception, owned by " + exception.owner + ", ended at " +
                         FormatTime(exception.until);
  }
}

}  // namespace keysteward::cli
