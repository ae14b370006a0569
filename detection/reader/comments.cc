#include "detection/reader/comments.h"

#include <algorithm>

namespace keysteward::detection {
namespace {

// Where the line's comment begins, behind the '#'; npos when it has none.
size_t CommentOf(std::string_view line) {
  constexpr std::string_view kOpeners = "[{,:";  // a quote behind these begins a value
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool first = i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t';
    if (quote != 0) {
      if (c == '\\' && quote == '"') ++i;
      if (c == quote) quote = 0;
    } else if (c == '#' && first) {
      return i + 1;
    } else if ((c == '"' || c == '\'') && (first || kOpeners.find(line[i - 1]) != kOpeners.npos)) {
      quote = c;
    }
  }
  return std::string_view::npos;
}

uint32_t LineBreaksIn(std::string_view text) {
  uint32_t count = 0;
  for (size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) ++count;
  return count;
}

}  // namespace

std::vector<Comment> FindComments(std::string_view yaml) {
  std::vector<Comment> comments;
  uint32_t number = 1;
  size_t start = 0;
  // Most lines have none: from one '#' to the next.
  for (size_t mark = yaml.find('#'); mark != std::string_view::npos; mark = yaml.find('#', start)) {
    const size_t line = yaml.rfind('\n', mark) + 1;  // npos + 1 == 0
    number += LineBreaksIn(yaml.substr(start, std::max(line, start) - start));
    const size_t end = std::min(yaml.find('\n', mark), yaml.size());
    const std::string_view text = yaml.substr(line, end - line);
    if (const size_t at = CommentOf(text); at != std::string_view::npos) {
      comments.push_back({text.substr(at), {number, static_cast<uint32_t>(at) + 1}});
    }
    if (end == yaml.size()) break;
    start = end + 1;
    ++number;
  }
  return comments;
}

}  // namespace keysteward::detection
