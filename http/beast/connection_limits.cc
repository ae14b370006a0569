#include "http/beast/connection_limits.h"

#include <algorithm>

namespace keysteward::http {

bool ConnectionLimits::TryAdmit(const std::string& address) {
  const bool reserved = reserved_.contains(address);
  const size_t kept_free = reserved || reserved_.empty()
                               ? 0
                               : std::min(limits_.reserved_connections, limits_.connections);
  if (open_ >= limits_.connections - kept_free) return false;
  size_t& held = per_address_[address];
  if (!reserved && held >= limits_.connections_per_address) return false;
  ++held;
  ++open_;
  return true;
}

void ConnectionLimits::Release(const std::string& address) {
  const auto found = per_address_.find(address);
  if (--found->second == 0) per_address_.erase(found);
  --open_;
}

}  // namespace keysteward::http
