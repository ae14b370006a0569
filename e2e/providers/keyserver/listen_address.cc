#include "e2e/providers/keyserver/listen_address.h"

#include <charconv>

namespace keysteward::keyserver {

Result<ListenAddress> ParseListenAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  const Error wrong = Error::InvalidArgument("listen address: expected address:port");
  if (colon == std::string_view::npos) return wrong;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  ListenAddress address{host.empty() ? "::" : std::string(host), 0};
  const auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || code != std::errc() || end != port.data() + port.size()) return wrong;
  return address;
}

}  // namespace keysteward::keyserver
