// Resolver: a host name to the addresses it has now.
//
//   KS_ASSIGN_OR_RETURN(auto addresses, resolver.Resolve("api.example", stop, deadline));
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/result.h"
#include "http/address_policy.h"

namespace keysteward::http {

// Thread-safe.
class Resolver {
 public:
  virtual ~Resolver() = default;

  // At least one address, in the order to try. kUnavailable when there is none or `deadline` came
  // first; kCancelled when `stop` fired. Never called with an address.
  virtual Result<std::vector<IpAddress>> Resolve(const std::string& host,
                                                 const std::stop_token& stop,
                                                 MonoTime deadline) = 0;
};

// The system's resolver (hosts file, DNS). Its call cannot be interrupted, so it runs on a thread
// that outlives a caller who gave up; at most `kMaxLookups` are under way at once.
class SystemResolver final : public Resolver {
 public:
  static constexpr size_t kMaxLookups = 16;

  explicit SystemResolver(const Clock& clock);
  // Lookups that nobody waits for any more end by themselves.
  ~SystemResolver() override;

  Result<std::vector<IpAddress>> Resolve(const std::string& host, const std::stop_token& stop,
                                         MonoTime deadline) override;

 private:
  struct Shared;
  const Clock& clock_;
  const std::shared_ptr<Shared> shared_;
};

}  // namespace keysteward::http
