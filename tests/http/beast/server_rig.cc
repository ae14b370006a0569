#include "tests/http/beast/server_rig.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "common/duration.h"
#include "observability/metric_names.h"
#include "tests/http/beast/raw_client.h"

namespace keysteward::http {
namespace {

template <typename T>
T Must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().ToString();
    std::abort();
  }
  return std::move(result).value();
}

WallTime FirstOf(int year) { return ParseTime(std::to_string(year) + "-01-01T00:00:00Z").value(); }

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
      authority_(Must(tls::IssueAuthority({"test CA", FirstOf(2001), FirstOf(2099)}, key_))) {}

tls::ServingPair TestIssuer::Server(uint64_t version) const {
  tls::KeyPair key = Must(tls::KeyPair::GenerateEcdsa());
  const tls::LeafSpec spec{.common_name = "server",
                           .dns_names = {"localhost"},
                           .ip_addresses = {"127.0.0.1"},
                           .not_before = FirstOf(2001),
                           .not_after = FirstOf(2099)};
  tls::Certificate leaf = Must(tls::IssueLeaf(spec, key, authority_, key_));
  return {tls::CertificateChain({std::move(leaf)}), std::move(key),
          tls::CertificateChain({authority_}), version};
}

TestIssuer::Identity TestIssuer::Client(const std::string& common_name, tls::LeafUsage usage,
                                        int last_year) const {
  const tls::KeyPair key = Must(tls::KeyPair::GenerateEcdsa());
  const tls::LeafSpec spec{.common_name = common_name,
                           .usage = usage,
                           .not_before = FirstOf(2001),
                           .not_after = FirstOf(last_year)};
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

// One turn of the server takes up to 64 visitors one after the other and looks at the time once.
// The 65th comes in a turn that began after this call, the 129th when that turn is over.
void ServerRig::Settle() const {
  constexpr int kVisitorsPerTurn = 64;
  for (int visitor = 0; visitor < 2 * kVisitorsPerTurn + 1; ++visitor) {
    RawClient client = RawClient::Plain(port());
    client.Send("neither HTTP nor TLS\r\n");
    ASSERT_TRUE(client.Closed());
  }
}

void ServerRig::Advance(Duration duration) {
  clock_.Advance(duration);
  Settle();
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
