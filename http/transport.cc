#include "http/transport.h"

#include "common/strings.h"

namespace keysteward::http {

std::string_view FindHeader(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (EqualsIgnoreCase(key, name)) return value;
  }
  return {};
}

}  // namespace keysteward::http
