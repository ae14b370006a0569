#include "common/json.h"

#include <nlohmann/json.hpp>

namespace keysteward {

using nlohmann::json;

Result<json> ParseJson(std::string_view text) {
  bool too_deep = false;
  // Returning false drops the value, so nothing below the limit is ever stored; copying or printing
  // a deeper tree would overflow the stack.
  const json::parser_callback_t limit_depth = [&too_deep](int depth, json::parse_event_t event,
                                                          json&) {
    const bool opens =
        event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (opens && static_cast<size_t>(depth) >= kMaxDocumentDepth) too_deep = true;
    return !too_deep;
  };
  try {
    json parsed = json::parse(text.begin(), text.end(), limit_depth);
    if (too_deep) {
      return Error::TooLarge("JSON nested deeper than " + std::to_string(kMaxDocumentDepth));
    }
    return parsed;
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
