// ScanWorld: what a scan touches apart from files. All of it outlives the scan.
//
//   RunScan(options, {clock, std::cin, std::cout, std::cerr, stop});
#pragma once

#include <chrono>
#include <iosfwd>
#include <stop_token>

#include "common/clock.h"
#include "kube/client/client.h"

namespace keysteward::cli {

struct ScanWorld {
  const Clock& clock;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  std::stop_token stop;
  kube::Client* client = nullptr;  // for options.cluster
  Duration request_timeout = std::chrono::seconds(30);
};

}  // namespace keysteward::cli
