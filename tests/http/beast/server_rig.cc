#include "tests/http/beast/server_rig.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "observability/metric_names.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;

template <typename T>
T Must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().ToString();
    std::abort();
  }
  return std::move(result).value();
}

WallTime Now() { return SystemClock().WallNow(); }

}  // namespace

std::shared_ptr<const tls::ServingPair> SwappableSource::Current() const {
  MutexLock lock(mutex_);
  return pair_;
}

void SwappableSource::Show(tls::ServingPair pair) {
  auto shared = std::make_shared<const tls::ServingPair>(std::move(pair));
  MutexLock lock(mutex_);
  pair_ = std::move(shared);
}

TestIssuer::TestIssuer()
    : key_(Must(tls::KeyPair::GenerateEcdsa())),
      authority_(Must(tls::IssueAuthority({"test CA", Now() - 1h, Now() + 24h}, key_))) {}

tls::ServingPair TestIssuer::Server(uint64_t version) const {
  tls::KeyPair key = Must(tls::KeyPair::GenerateEcdsa());
  const tls::LeafSpec spec{.common_name = "server",
                           .dns_names = {"localhost"},
                           .ip_addresses = {"127.0.0.1"},
                           .not_before = Now() - 1h,
                           .not_after = Now() + 1h};
  tls::Certificate leaf = Must(tls::IssueLeaf(spec, key, authority_, key_));
  return {tls::CertificateChain({std::move(leaf)}), std::move(key),
          tls::CertificateChain({authority_}), version};
}

TestIssuer::Identity TestIssuer::Client(const std::string& common_name, tls::LeafUsage usage,
                                        Duration ends_in) const {
  const tls::KeyPair key = Must(tls::KeyPair::GenerateEcdsa());
  const tls::LeafSpec spec{.common_name = common_name,
                           .usage = usage,
                           .not_before = Now() - 2h,
                           .not_after = Now() + ends_in};
  const tls::Certificate leaf = Must(tls::IssueLeaf(spec, key, authority_, key_));
  return {leaf.Pem(), std::string(key.PrivatePem().view())};
}

ServerRig::ServerRig(ServerOptions options, Handler handler) : name_(options.name) {
  server_ =
      Must(HttpServer::Create(std::move(options), std::move(handler), log_, metrics_, clock_));
  thread_ = std::jthread([this](const std::stop_token& stop) {
    const Result<void> ended = server_->Run(stop);
    EXPECT_TRUE(ended) << ended.error().ToString();
  });
}

ServerRig::~ServerRig() = default;

double ServerRig::Refused(const std::string& reason) const {
  return metrics_.Value(kHttpServerRefused, {{"server", name_}, {"reason", reason}});
}

Duration ShortestTime(const std::function<void()>& exchange) {
  Duration shortest = Duration::max();
  for (int i = 0; i < 20 && shortest > 10ms; ++i) {
    const auto start = std::chrono::steady_clock::now();
    exchange();
    shortest = std::min<Duration>(shortest, std::chrono::steady_clock::now() - start);
  }
  return shortest;
}

HttpReply DescribeRequest(const ServerRequest& request) {
  return HttpReply::Text(
      200, request.method + " " + request.path + " " + std::to_string(request.body.size()));
}

std::string RequestText(std::string_view line, std::string_view fields, std::string_view body) {
  std::string text(line);
  text.append(" HTTP/1.1\r\nHost: localhost\r\n").append(fields).append("\r\n").append(body);
  return text;
}

}  // namespace keysteward::http
