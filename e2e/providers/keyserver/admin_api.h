// AdminApi: what tests do to the key service and read from it, on a port of its own, plain HTTP.
//
//   GET    /readyz
//   GET    /journal?after=SEQ   JSON lines, see JournalEntry
//   GET    /keys                every key ever made, with counts of accepted and refused calls
//   GET    /issued              {id: value} of every key ever made, with --remember-values
//   GET    /faults              what is left;  POST adds one or a list;  DELETE clears
//   POST   /reset               forgets keys, journal and faults
//
// Thread-safe.
#pragma once

#include <functional>

#include "e2e/providers/keyserver/public_api.h"
#include "http/server.h"

namespace keysteward::keyserver {

class AdminApi {
 public:
  AdminApi(const Service& service, std::function<void()> changed)
      : service_(service), changed_(std::move(changed)) {}

  http::HttpReply Handle(const http::ServerRequest& request);

 private:
  http::HttpReply ReadJournal(const http::ServerRequest& request) const;
  http::HttpReply ReadKeys() const;
  http::HttpReply AddFaults(const http::ServerRequest& request);
  http::HttpReply Reset();

  const Service service_;
  const std::function<void()> changed_;
};

}  // namespace keysteward::keyserver
