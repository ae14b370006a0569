#include "detection/engine/vectorscan_database.h"

#include <hs.h>

#include <algorithm>
#include <cstdlib>
#include <deque>

#include "detection/engine/user_info.h"

namespace keysteward::detection {
namespace {

// A long counted repeat costs states and compile time; its first characters are enough to suspect.
// "[a-z]{64}" → "[a-z]{24}", "[a-z]{64}-x" → "[a-z]{24,}-x".
std::string Loosen(std::string_view pattern) {
  constexpr unsigned kEnough = 24;
  std::string loose;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const size_t close = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
    unsigned least = 0;
    size_t digits = i + 1;
    for (; close != std::string_view::npos && pattern[digits] >= '0' && pattern[digits] <= '9';
         ++digits) {
      least = least * 10 + static_cast<unsigned>(pattern[digits] - '0');
    }
    if (digits == i + 1 || close == std::string_view::npos || least <= kEnough) {
      loose += pattern[i];
      continue;
    }
    loose += close + 1 == pattern.size() ? "{24}" : "{24,}";
    i = close;
  }
  return loose;
}

// Of what a pattern begins with: "\s", inside a class "[:alpha:]", the front of a class with what
// is no end there ("[^]"), or one character.
size_t PieceLength(std::string_view rest, bool in_class) {
  if (rest.starts_with('\\')) return 2;
  if (in_class && rest.starts_with("[:")) return rest.find(":]") + 2;
  if (in_class || !rest.starts_with('[')) return 1;
  const size_t first = rest.starts_with("[^") ? 2 : 1;
  return rest.substr(first).starts_with(']') ? first + 1 : first;
}

// Blanks as RE2 has them, which confirms: to Vectorscan \s holds the vertical tab too, so that
// [^\s] and \S would suspect less. "[^\s@]" → "[^\t\n\f\r\x20@]", "\S" → "[^\t\n\f\r\x20]".
std::string WithBlanksOfRe2(std::string_view pattern) {
  const std::string blanks = "\\t\\n\\f\\r\\x20";
  std::string same;
  bool in_class = false;
  while (!pattern.empty()) {
    const std::string_view piece = pattern.substr(0, PieceLength(pattern, in_class));
    if (piece == "\\s") {
      same += in_class ? blanks : "[" + blanks + "]";
    } else if (piece == "\\S") {
      same += in_class ? "\\S\\x0b" : "[^" + blanks + "]";
    } else {
      same += piece;
      in_class = in_class ? piece != "]" : piece.starts_with('[');
    }
    pattern.remove_prefix(piece.size());
  }
  return same;
}

// The engine does not search shorter texts, whatever their rule.
Result<void> CheckLength(const Rule& rule) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_expression_info(rule.pattern.c_str(), 0, &info, &error) != HS_SUCCESS) {
    std::string message = "rule " + rule.id + ": " + error->message;
    hs_free_compile_error(error);
    return Error::InvalidArgument(std::move(message));
  }
  const size_t shortest = info->min_width;
  std::free(info);
  if (shortest >= kShortestFormat) return {};
  return Error::InvalidArgument("rule " + rule.id + ": its pattern may match less than " +
                                std::to_string(kShortestFormat) +
                                " characters; a credential is longer, and so must the pattern be");
}

bool InShare(const Rule& rule, Share share) {
  if (rule.by_name() || IsForUserInfo(rule.pattern)) return false;
  return share == Share::kAll || !rule.scope.empty();
}

// As hs_compile_multi takes them.
struct Patterns {
  std::deque<std::string> texts;
  std::vector<const char*> pointers;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
};

Patterns Collect(const RuleSet& set, Share share) {
  Patterns patterns;
  for (size_t i = 0; i < set.rules.size(); ++i) {
    if (!InShare(set.rules[i], share)) continue;
    patterns.texts.push_back(Loosen(WithBlanksOfRe2(set.rules[i].pattern)));
    patterns.pointers.push_back(patterns.texts.back().c_str());
    patterns.flags.push_back(0);
    patterns.ids.push_back(static_cast<unsigned>(i));
  }
  return patterns;
}

}  // namespace

void DatabaseDeleter::operator()(hs_database* database) const { hs_free_database(database); }

bool HasPatterns(const RuleSet& rules, Share share) {
  return std::any_of(rules.rules.begin(), rules.rules.end(),
                     [share](const Rule& rule) { return InShare(rule, share); });
}

Result<Database> CompileDatabase(const RuleSet& rules, Share share) {
  for (const Rule& rule : rules.rules) {
    if (InShare(rule, share)) KS_RETURN_IF_ERROR(CheckLength(rule));
  }
  const Patterns patterns = Collect(rules, share);
  hs_platform_info_t any_processor{};  // no feature assumed: the database runs anywhere
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code =
      hs_compile_multi(patterns.pointers.data(), patterns.flags.data(), patterns.ids.data(),
                       static_cast<unsigned>(patterns.pointers.size()), HS_MODE_BLOCK,
                       &any_processor, &database, &error);
  if (code == HS_SUCCESS) return Database(database);
  std::string message = error->message;
  if (error->expression >= 0) {
    message = "rule " + rules.rules[patterns.ids[error->expression]].id + ": " + message;
  }
  hs_free_compile_error(error);
  return Error::InvalidArgument(std::move(message));
}

Result<std::string> SerializeDatabase(const Database& database) {
  char* bytes = nullptr;
  size_t length = 0;
  if (hs_serialize_database(database.get(), &bytes, &length) != HS_SUCCESS) {
    return Error::Internal("the rule database cannot be serialised");
  }
  std::string text(bytes, length);
  std::free(bytes);
  return text;
}

Result<Database> LoadDatabase(std::span<const char> bytes) {
  hs_database_t* database = nullptr;
  const hs_error_t code = hs_deserialize_database(bytes.data(), bytes.size(), &database);
  if (code != HS_SUCCESS) {
    return Error::Unavailable("the built-in rule database does not fit this machine (code " +
                              std::to_string(code) + ")");
  }
  return Database(database);
}

}  // namespace keysteward::detection
