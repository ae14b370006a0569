#include "common/json.h"

#include <nlohmann/json.hpp>

namespace keysteward {

using nlohmann::json;

namespace {

// Brackets outside strings, counted before the parser sees them: it would keep a word of memory for
// each level, and a deep tree overflows the stack when it is copied, printed or freed. Text that is
// not JSON may be counted wrongly; the parser stops at its first error anyway.
bool NestedTooDeep(std::string_view text) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDocumentDepth) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<json> ParseJson(std::string_view text) {
  if (NestedTooDeep(text)) {
    return Error::TooLarge("JSON nested deeper than " + std::to_string(kMaxDocumentDepth));
  }
  // The parser takes a NUL for the end of the text.
  if (const size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return Error::InvalidArgument("malformed JSON at byte " + std::to_string(nul + 1));
  }
  try {
    return json::parse(text.begin(), text.end());
  } catch (const json::parse_error& failure) {
    return Error::InvalidArgument("malformed JSON at byte " + std::to_string(failure.byte));
  } catch (const json::exception&) {
    return Error::InvalidArgument("JSON number out of range");
  }
}

std::string DumpJson(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace keysteward
