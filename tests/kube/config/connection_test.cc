#include "kube/config/connection.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward::kube {
namespace {

class ConnectionTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Connection>> Connect(const std::string& ca_pem,
                                              const std::string& ca_file) {
    RestConfig config;
    config.server = *http::Endpoint::Parse("https://127.0.0.1:1");
    config.trust.ca_pem = ca_pem;
    config.ca_file = ca_file;
    config.tokens = std::make_unique<NoToken>();
    config.namespace_name = "payments";
    return Connection::Create(std::move(config), clock_, metrics_, {});
  }

  FakeClock clock_;
  FakeMetrics metrics_;
};

TEST_F(ConnectionTest, NothingIsConnectedBeforeTheFirstCall) {
  const auto connection = Connect("", "");
  ASSERT_TRUE(connection) << connection.error().ToString();
  EXPECT_EQ((*connection)->namespace_name(), "payments");
  EXPECT_EQ((*connection)->server().Authority(), "127.0.0.1:1");
}

TEST_F(ConnectionTest, AnAuthorityThatIsNoCertificateIsRefusedWithTheServersName) {
  for (const char* file : {"", "/nonexistent/ca.crt"}) {
    const auto connection = Connect("not a certificate", file);
    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(connection.error().message.rfind("https://127.0.0.1:1: ", 0), 0u)
        << connection.error().message;
  }
}

}  // namespace
}  // namespace keysteward::kube
