// Connection: a RestClient with all it stands on (transport, tokens), made from a RestConfig.
//
//   KS_ASSIGN_OR_RETURN(RestConfig config, LoadKubeconfig({}, environment, clock));
//   KS_ASSIGN_OR_RETURN(auto connection, Connection::Create(std::move(config), clock, metrics,
//                                                           {.user_agent = "keysteward/0.1"}));
//   connection->client().GetRaw("/version", {});
#pragma once

#include <memory>

#include "kube/client/rest_client.h"
#include "kube/config/rest_config.h"

namespace keysteward::kube {

class Connection {
 public:
  // kInvalidArgument for certificates or keys that cannot be read. Connects to nothing. `clock` and
  // `metrics` must outlive the connection; of `settings`, host and headers are set here.
  static Result<std::unique_ptr<Connection>> Create(RestConfig config, const Clock& clock,
                                                    Metrics& metrics, RestClientSettings settings);

  // Valid as long as the connection.
  Client& client() { return client_; }
  const std::string& namespace_name() const { return config_.namespace_name; }
  const http::Endpoint& server() const { return config_.server; }

 private:
  Connection(RestConfig config, std::unique_ptr<http::HttpTransport> transport, const Clock& clock,
             Metrics& metrics, RestClientSettings settings);

  RestConfig config_;
  std::unique_ptr<http::HttpTransport> transport_;
  RestClient client_;
};

}  // namespace keysteward::kube
