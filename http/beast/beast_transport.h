// BeastTransport: HttpTransport for servers that tenants name (issuers), and for plain http.
//
// It resolves the name itself, judges every address by an AddressPolicy and dials exactly the
// judged address; the certificate is still checked for the name. All I/O happens on the calling
// thread within its deadline. Connections are kept for 30 s and checked for life before use.
//
//   KS_ASSIGN_OR_RETURN(auto transport, BeastTransport::Create(std::move(options), AddressPolicy{},
//                                                              resolver, clock));
//   KS_ASSIGN_OR_RETURN(HttpResponse reply, transport->Send({.target = "/v1/keys"}, {.stop =
//   stop}));
#pragma once

#include <memory>
#include <optional>

#include "common/clock.h"
#include "common/result.h"
#include "http/address_policy.h"
#include "http/endpoint.h"
#include "http/resolver.h"
#include "http/transport.h"

namespace keysteward::http {

class BeastTransport final : public HttpTransport {
 public:
  // Without a policy every address may be dialled (the API server). With one, plain http is
  // kInvalidArgument. `resolver` and `clock` must outlive the transport. Connects to nothing.
  static Result<std::unique_ptr<BeastTransport>> Create(TransportOptions options,
                                                        std::optional<AddressPolicy> policy,
                                                        Resolver& resolver, const Clock& clock);
  // Precondition: no call is running.
  ~BeastTransport() override;

  // A request that was written on a kept connection which turned out to be closed is sent again
  // only when its method is GET or HEAD.
  Result<HttpResponse> Send(const HttpRequest& request, const CallOptions& options) override;
  Result<HttpResponse> Stream(const HttpRequest& request, const LineSink& sink,
                              const CallOptions& options) override;

 private:
  class Impl;
  explicit BeastTransport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace keysteward::http
