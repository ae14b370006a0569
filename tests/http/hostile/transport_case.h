// TransportCase: a test that runs over both client transports, with a server whose bytes it writes.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "http/beast/beast_transport.h"
#include "http/cpprest/cpprest_transport.h"
#include "tests/fakes/raw_server.h"
#include "tests/fakes/test_pki.h"

namespace keysteward::http {

using namespace std::chrono_literals;

enum class Kind { kCpprest, kBeast };

inline std::string KindName(const ::testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::kCpprest ? "Cpprest" : "Beast";
}

class LoopbackResolver final : public Resolver {
 public:
  Result<std::vector<IpAddress>> Resolve(const std::string&, const std::stop_token&,
                                         MonoTime) override {
    return std::vector<IpAddress>{*IpAddress::Parse("127.0.0.1")};
  }
};

class TransportCase : public ::testing::TestWithParam<Kind> {
 protected:
  TestIdentity Localhost() {
    return authority_.Issue({.dns_names = {"localhost"}, .ip_addresses = {"127.0.0.1"}});
  }

  TransportOptions OptionsFor(const std::string& url) {
    return {.endpoint = Endpoint::Parse(url).value(),
            .trust = {.ca_pem = authority_.certificate_pem()}};
  }

  std::unique_ptr<HttpTransport> Make(TransportOptions options) {
    if (GetParam() == Kind::kCpprest) {
      auto made = CpprestTransport::Create(std::move(options), clock_);
      EXPECT_TRUE(made) << (made ? "" : made.error().ToString());
      return std::move(made).value();
    }
    auto made = BeastTransport::Create(std::move(options), AddressPolicy{.allow_loopback = true},
                                       resolver_, clock_);
    EXPECT_TRUE(made) << (made ? "" : made.error().ToString());
    return std::move(made).value();
  }

  std::unique_ptr<HttpTransport> MakeFor(const RawServer& server) {
    return Make(OptionsFor(server.Url()));
  }

  // One request to a server that writes `reply` once and then waits for the client to go.
  Result<HttpResponse> SendTo(const std::string& reply, const CallOptions& options,
                              const std::string& method = "GET") {
    RawServer server(Localhost(), [&](RawConnection& connection) {
      if (!connection.ReadRequest()) return;
      connection.Write(reply);
      connection.WaitClosed();
    });
    return MakeFor(server)->Send({.method = method, .target = "/"}, options);
  }

  // A POST on a connection that is made already, so that a short deadline measures the reply alone;
  // `answer` runs when the server has read it.
  Result<HttpResponse> PostOnKept(const RawServer::Script& answer, Duration timeout) {
    RawServer server(Localhost(), [&](RawConnection& connection) {
      if (!connection.ReadRequest()) return;
      connection.Write(RawReply("200 OK", "first"));
      if (connection.ReadRequest()) answer(connection);
    });
    const auto transport = MakeFor(server);
    const Result<HttpResponse> first = transport->Send({}, {.timeout = 60s});
    EXPECT_TRUE(first) << first.error().ToString();
    return transport->Send({.method = "POST"}, {.timeout = timeout});
  }

  SystemClock clock_;
  LoopbackResolver resolver_;
  TestAuthority authority_;
};

// The error, as text; fails the test when there is none.
inline std::string ErrorOf(const Result<HttpResponse>& result) {
  if (!result) return result.error().ToString();
  ADD_FAILURE() << "no error, but status " << result->status;
  return "";
}

inline LineSink CollectInto(std::vector<std::string>& lines) {
  return [&lines](std::string_view line) -> Result<void> {
    lines.emplace_back(line);
    return {};
  };
}

}  // namespace keysteward::http
