#include "kube/config/connection.h"

#include "http/cpprest/cpprest_transport.h"
#include "kube/config/reloading_transport.h"

namespace keysteward::kube {
namespace {

using TransportResult = Result<std::unique_ptr<http::HttpTransport>>;

TransportResult MakeTransport(const RestConfig& config, const std::string& ca_pem,
                              const Clock& clock) {
  http::TransportOptions options{.endpoint = config.server, .trust = config.trust};
  options.trust.ca_pem = ca_pem;
  options.client_certificate_pem = config.client_certificate_pem;
  options.client_key_pem = config.client_key_pem.Clone();
  auto transport = http::CpprestTransport::Create(std::move(options), clock);
  if (!transport) return std::move(transport).error().WithContext(config.server.Url());
  return std::unique_ptr<http::HttpTransport>(*std::move(transport));
}

// The factory keeps its own copy of what it needs: the transport may outlive any caller's config.
TransportResult MakeReloading(const RestConfig& config, const Clock& clock) {
  auto kept = std::make_shared<RestConfig>();
  kept->server = config.server;
  kept->trust = config.trust;
  kept->client_certificate_pem = config.client_certificate_pem;
  kept->client_key_pem = config.client_key_pem.Clone();
  const ReloadingTransport::Factory factory = [kept, &clock](const std::string& ca_pem) {
    return MakeTransport(*kept, ca_pem, clock);
  };
  KS_ASSIGN_OR_RETURN(auto first, factory(config.trust.ca_pem));
  return std::unique_ptr<http::HttpTransport>(std::make_unique<ReloadingTransport>(
      config.ca_file, config.trust.ca_pem, factory, std::move(first)));
}

}  // namespace

Connection::Connection(RestConfig config, std::unique_ptr<http::HttpTransport> transport,
                       const Clock& clock, Metrics& metrics, RestClientSettings settings)
    : config_(std::move(config)),
      transport_(std::move(transport)),
      client_(*transport_, *config_.tokens, clock, metrics, std::move(settings)) {}

Result<std::unique_ptr<Connection>> Connection::Create(RestConfig config, const Clock& clock,
                                                       Metrics& metrics,
                                                       RestClientSettings settings) {
  settings.host = config.server.Authority();
  settings.headers = config.impersonation;
  KS_ASSIGN_OR_RETURN(auto transport, config.ca_file.empty()
                                          ? MakeTransport(config, config.trust.ca_pem, clock)
                                          : MakeReloading(config, clock));
  return std::unique_ptr<Connection>(
      new Connection(std::move(config), std::move(transport), clock, metrics, std::move(settings)));
}

}  // namespace keysteward::kube
