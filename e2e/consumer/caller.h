// Caller: calls the provider at a steady pace with the key it has, and tells each call that was not
// accepted as a line of JSON.
//
//   Caller caller({.per_second = 50}, source, transport, stats, {clock, print});
//   caller.Run(stop);   // the last call is finished before it returns
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "common/clock.h"
#include "e2e/consumer/key_source.h"
#include "e2e/consumer/stats.h"
#include "http/transport.h"

namespace keysteward::consumer {

struct CallerOptions {
  double per_second = 50;
  std::string target = "/v1/work";
  // An application that cannot work with keys that begin so: Run returns kFailedPrecondition.
  std::string fail_on_key_prefix = "";
};

class Caller {
 public:
  struct Surroundings {
    const Clock& clock;
    std::function<void(const std::string& line)> print;
  };

  Caller(CallerOptions options, KeySource& source, http::HttpTransport& transport, Stats& stats,
         Surroundings around)
      : options_(std::move(options)),
        source_(source),
        transport_(transport),
        stats_(stats),
        around_(std::move(around)) {}

  // Until `stop`; an error when there is no key at start or the key is one it cannot work with.
  Result<void> Run(const std::stop_token& stop);
  // One call, for tests.
  Result<void> CallOnce();

 private:
  Result<void> RefreshKey();
  void Judge(const Result<http::HttpResponse>& reply);
  void Tell(const char* event, int status, const std::string& detail) const;

  const CallerOptions options_;
  KeySource& source_;
  http::HttpTransport& transport_;
  Stats& stats_;
  const Surroundings around_;
};

}  // namespace keysteward::consumer
