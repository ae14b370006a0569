// "address:port" of a command line flag: "127.0.0.1:9443", ":8080" (all addresses), "[::1]:0".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.h"

namespace keysteward::keyserver {

struct ListenAddress {
  std::string host;  // numeric
  uint16_t port = 0;
};

// kInvalidArgument; an empty host is "::".
Result<ListenAddress> ParseListenAddress(std::string_view text);

}  // namespace keysteward::keyserver
