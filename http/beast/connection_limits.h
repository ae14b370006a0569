// ConnectionLimits: who may still connect. Pure counting, of the socket thread alone.
//
// Addresses on the reserved list (the API server's) may use every slot; everybody else leaves
// `reserved_connections` slots free and holds at most `connections_per_address` each.
//
//   if (!limits.TryAdmit(peer)) close(fd); …  limits.Release(peer);
#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "http/server.h"

namespace keysteward::http {

class ConnectionLimits {
 public:
  ConnectionLimits(const ServerLimits& limits, const std::vector<std::string>& reserved)
      : limits_(limits), reserved_(reserved.begin(), reserved.end()) {}

  bool TryAdmit(const std::string& address);
  // Once per admitted connection.
  void Release(const std::string& address);

  size_t open() const { return open_; }

 private:
  const ServerLimits limits_;
  const std::set<std::string> reserved_;
  std::unordered_map<std::string, size_t> per_address_;
  size_t open_ = 0;
};

}  // namespace keysteward::http
