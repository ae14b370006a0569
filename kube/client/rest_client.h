// RestClient: Client over an HttpTransport that is bound to one API server.
//
// Each call has one deadline that covers waiting for the rate limit, every page and every repeat. A
// request is repeated only when the server said how long to wait (429, or 503 for a read; at most
// 60 s, ten times) or after 401 when the token source has a newer token. Thread-safe.
//
//   RestClient client(transport, tokens, clock, metrics, {.user_agent =
//   "keysteward-operator/0.1"}); KS_ASSIGN_OR_RETURN(const ObjectList secrets,
//   client.List(kSecrets, {.metadata_only = true},
//                                                             {.stop = stop}));
#pragma once

#include <functional>
#include <string>

#include "common/clock.h"
#include "common/token_bucket.h"
#include "http/transport.h"
#include "kube/client/client.h"
#include "kube/client/status_error.h"
#include "kube/client/token_source.h"
#include "observability/metrics.h"

namespace keysteward::kube {

struct RestClientSettings {
  std::string user_agent = "keysteward";
  std::string host;       // "10.0.0.1:6443", label of the request metric
  http::Headers headers;  // sent with every request: impersonation
  double requests_per_second = 20;
  double burst = 40;
  size_t max_body = 64 * 1024 * 1024;  // bytes of one answer; a page of 500 Secrets may be large
  size_t max_event = 8 * 1024 * 1024;  // bytes of one watch event; etcd keeps objects below 1.5 MiB
};

class RestClient final : public Client {
 public:
  // All references must outlive the client.
  RestClient(http::HttpTransport& transport, TokenSource& tokens, const Clock& clock,
             Metrics& metrics, RestClientSettings settings);

  Result<nlohmann::json> Get(const Resource& resource, const ObjectKey& key,
                             const Call& call) override;
  Result<ObjectList> List(const Resource& resource, const ListOptions& options,
                          const Call& call) override;
  Result<nlohmann::json> Create(const Resource& resource, const nlohmann::json& object,
                                const WriteOptions& options, const Call& call) override;
  Result<nlohmann::json> Update(const Resource& resource, const nlohmann::json& object,
                                const WriteOptions& options, const Call& call) override;
  Result<nlohmann::json> Patch(const Resource& resource, const ObjectKey& key, PatchType type,
                               const nlohmann::json& patch, const PatchOptions& options,
                               const Call& call) override;
  Result<void> Delete(const Resource& resource, const ObjectKey& key, const DeleteOptions& options,
                      const Call& call) override;
  Result<void> Watch(const Resource& resource, const WatchOptions& options, const WatchSink& sink,
                     std::stop_token stop) override;
  Result<std::string> GetRaw(std::string_view path, const Call& call) override;

 private:
  struct Deadline {
    std::stop_token stop;
    MonoTime at;
  };
  // Sends the request with its token and headers, once.
  using Sender = std::function<Result<http::HttpResponse>(const http::HttpRequest& request,
                                                          Duration time_left)>;

  Deadline DeadlineOf(const Call& call) const;
  Result<void> Sleep(Duration duration, const Deadline& deadline) const;
  Result<http::HttpResponse> SendOnce(const http::HttpRequest& request, const Deadline& deadline,
                                      const Sender& sender);
  Result<http::HttpResponse> SendUntilAnswered(const http::HttpRequest& request,
                                               const Deadline& deadline, const Sender& sender);
  Result<http::HttpResponse> Exchange(const http::HttpRequest& request, const Deadline& deadline);
  Result<nlohmann::json> ExchangeObject(const http::HttpRequest& request, const Call& call);
  Result<ObjectList> ListAllPages(const Resource& resource, const ListOptions& options,
                                  const Deadline& deadline);
  void Count(const http::HttpRequest& request, const Result<http::HttpResponse>& reply);

  http::HttpTransport& transport_;
  TokenSource& tokens_;
  const Clock& clock_;
  Metrics& metrics_;
  const RestClientSettings settings_;
  TokenBucket bucket_;
};

}  // namespace keysteward::kube
