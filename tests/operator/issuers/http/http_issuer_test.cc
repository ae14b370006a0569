#include "operator/issuers/http/http_issuer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/base64.h"
#include "http/transport.h"
#include "observability/metric_names.h"
#include "tests/builders/credential_issuer_builder.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_transport.h"

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;
using testing::Not;

class HttpIssuerTest : public testing::Test {
 protected:
  std::unique_ptr<HttpIssuer> Make(const std::string& admin = "admin_value") {
    return std::make_unique<HttpIssuer>(HttpIssuerParts{.name = "payments/acme",
                                                        .spec = spec,
                                                        .admin = SecretBytes::CopyOf(admin),
                                                        .base_path = "/v1",
                                                        .transport = transport},
                                        clock, metrics);
  }
  Result<IssuedKey> Create() {
    return Make()->Create({.token = "tok-1", .label = "keysteward/i/u/1-1"}, {});
  }
  double Calls(const std::string& operation, const std::string& result) {
    return metrics.Value(
        kProviderCalls,
        {{"issuer", "payments/acme"}, {"operation", operation}, {"result", result}});
  }

  FakeClock clock;
  FakeMetrics metrics;
  std::shared_ptr<http::FakeTransport> transport = std::make_shared<http::FakeTransport>();
  api::v1alpha1::IssuerSpec spec = builders::CredentialIssuerBuilder("acme").Build().spec;
};

TEST_F(HttpIssuerTest, DeclaresTheParametersOfItsSpec) {
  EXPECT_EQ(Make()->parameters(), spec.http->parameters);
  spec.http->parameters = {{.name = "scope", .required = true}};
  EXPECT_EQ(Make()->parameters().at(0).name, "scope");
}

TEST_F(HttpIssuerTest, CreateSendsTokenLabelAndAdmin) {
  transport->Reply(201, R"({"id":"k1","secret":"fk_live_value"})");
  const auto key = Create();
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ(key->id, "k1");
  const auto request = transport->Requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/keys");
  EXPECT_EQ(request.body, R"({"name":"keysteward/i/u/1-1"})");
  EXPECT_EQ(http::FindHeader(request.headers, "Idempotency-Key"), "tok-1");
  EXPECT_EQ(http::FindHeader(request.headers, "Authorization"), "Bearer admin_value");
  EXPECT_EQ(Calls("create", "2xx"), 1);
}

TEST_F(HttpIssuerTest, AnAdminCredentialGoesIntoBasicOrAQueryToo) {
  spec.http->admin.header.reset();
  spec.http->admin.basic_username = "root";
  transport->Reply(200, R"({"data":[]})");
  ASSERT_TRUE(Make("p:w")->Check({}));
  EXPECT_EQ(http::FindHeader(transport->Requests()[0].headers, "Authorization"),
            "Basic " + Base64Encode("root:p:w"));
  spec.http->admin.basic_username.reset();
  spec.http->admin.query_parameter = "api key";
  transport->Reply(200, R"({"data":[]})");
  ASSERT_TRUE(Make("a&b")->Check({}));
  EXPECT_EQ(transport->Requests()[1].target, "/v1/keys?limit=100&api%20key=a%26b");
}

TEST_F(HttpIssuerTest, AnAdminCredentialWithALineBreakIsRefusedBeforeItIsSent) {
  const auto checked = Make("admin_value\n")->Check({});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message,
            "the admin Secret acme-admin entry token holds a line break; store the credential "
            "without one");
  EXPECT_TRUE(transport->Requests().empty());
}

TEST_F(HttpIssuerTest, I11_AnUnusableSuccessIsAnUnknownOutcome) {
  transport->Reply(201, "<html>");
  const auto key = Create();
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::kUnknownOutcome);
}

TEST_F(HttpIssuerTest, A429CarriesRetryAfter) {
  transport->Reply(429, "", {{"Retry-After", "7"}});
  const auto key = Create();
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(key.error().retry_after, 7000ms);
  EXPECT_EQ(key.error().message, "create: the provider answered 429");
}

TEST_F(HttpIssuerTest, AProviderOutOfOrderSaysNothingAboutTheKeyItIsAskedWith) {
  for (const int status : {429, 500, 502, 503}) {
    transport->Reply(status, "", {{"Retry-After", "9"}});
    const auto reply = Make()->Probe(SecretBytes::CopyOf("fk_live_value"), {});
    ASSERT_FALSE(reply) << status;
    EXPECT_EQ(reply.error().message, "probe: the provider answered " + std::to_string(status));
    EXPECT_EQ(reply.error().retry_after, 9000ms);
  }
  EXPECT_EQ(Calls("probe", "error"), 4);
}

TEST_F(HttpIssuerTest, ARefusedParameterNeverReachesTheProvider) {
  spec.http->create.request.path = "/scopes/${param.scope}/keys";
  const auto key =
      Make()->Create({.token = "t", .label = "l", .parameters = {{"scope", ".."}}}, {});
  ASSERT_FALSE(key);
  EXPECT_TRUE(transport->Requests().empty());
}

TEST_F(HttpIssuerTest, ListFollowsPagesAndKeepsOnlyOurLabels) {
  transport->Reply(200, R"({"data":[{"id":"a","name":"keysteward/i/u/1-1","status":"active"},
                                     {"id":"x","name":"else","status":"active"}],"next":"c&2"})");
  transport->Reply(200, R"({"data":[{"id":"b","name":"keysteward/i/u/2-1","status":"inactive"}]})");
  const auto keys = Make()->List("keysteward/i/u/", {});
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_FALSE(keys->at(1).live);
  EXPECT_EQ(transport->Requests()[1].target, "/v1/keys?limit=100&after=c%262");
}

TEST_F(HttpIssuerTest, AStuckCursorIsAnErrorNotALoop) {
  for (int i = 0; i < 2; ++i) transport->Reply(200, R"({"data":[],"next":"same"})");
  const auto keys = Make()->List("keysteward/", {});
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().message, "list: the cursor does not move");
}

TEST_F(HttpIssuerTest, AFailedPageFailsTheWholeList) {
  transport->Reply(200, R"({"data":[{"id":"a","name":"keysteward/i"}],"next":"c2"})");
  transport->Reply(503, "");
  const auto keys = Make()->List("keysteward/", {});
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().code, ErrorCode::kUnavailable);
}

TEST_F(HttpIssuerTest, DeleteTakesGoneAsDone) {
  for (const int status : {204, 404, 410}) {
    transport->Reply(status, "");
    EXPECT_TRUE(Make()->Delete("k1", {})) << status;
  }
  transport->Reply(500, "");
  EXPECT_EQ(Make()->Delete("k1", {}).error().code, ErrorCode::kUnknownOutcome);
}

TEST_F(HttpIssuerTest, DisableAndEnableCallWhatIsDescribed) {
  transport->Reply(204, "");
  EXPECT_TRUE(Make()->Disable("k1", {}));
  transport->Reply(200, "");
  EXPECT_TRUE(Make()->Enable("k1", {}));
  EXPECT_EQ(transport->Requests()[0].target, "/v1/keys/k1/disable");
  EXPECT_EQ(transport->Requests()[1].target, "/v1/keys/k1/enable");
  transport->Reply(404, "");
  EXPECT_EQ(Make()->Disable("k1", {}).error().code, ErrorCode::kNotFound);
}

TEST_F(HttpIssuerTest, ProbeSendsTheKeyAndNoAdminCredential) {
  transport->Reply(200, R"({"key_id":"k1"})");
  const auto reply = Make()->Probe(SecretBytes::CopyOf("fk_live_value"), {});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->answer, ProbeAnswer::kAccepted);
  EXPECT_EQ(reply->key_id, "k1");
  const auto request = transport->Requests()[0];
  EXPECT_EQ(http::FindHeader(request.headers, "Authorization"), "Bearer fk_live_value");
  EXPECT_THAT(request.target, Not(HasSubstr("fk_live")));
}

TEST_F(HttpIssuerTest, TransportErrorsKeepTheirCodeAndAreCounted) {
  transport->ReplyError(Error::Unavailable("connection refused"));
  EXPECT_EQ(Create().error().message, "create: connection refused");
  EXPECT_EQ(Calls("create", "Unavailable"), 1);
  transport->ReplyError(Error::UnknownOutcome("cut"));
  EXPECT_EQ(Create().error().code, ErrorCode::kUnknownOutcome);
}

TEST_F(HttpIssuerTest, TheShorterOfTheTwoTimeoutsCounts) {
  spec.timeout = 5s;
  transport->Reply(200, R"({"data":[]})");
  ASSERT_TRUE(Make()->Check({.timeout = 30s}));
  EXPECT_EQ(transport->Options()[0].timeout, 5s);
}

TEST_F(HttpIssuerTest, CheckTellsARefusedAdminCredential) {
  transport->Reply(401, "");
  EXPECT_EQ(Make()->Check({}).error().code, ErrorCode::kPermissionDenied);
}

TEST_F(HttpIssuerTest, CapabilitiesFollowTheDescription) {
  EXPECT_TRUE(Make()->capabilities().lists);
  EXPECT_TRUE(Make()->capabilities().disables);
  EXPECT_TRUE(Make()->capabilities().last_use);
  EXPECT_TRUE(Make()->capabilities().idempotent);
  spec.http->list->label.reset();
  spec.http->disable.reset();
  spec.http->enable.reset();
  spec.http->last_used.reset();
  spec.http->create.request.headers.clear();
  EXPECT_FALSE(Make()->capabilities().lists);
  EXPECT_FALSE(Make()->capabilities().disables);
  EXPECT_FALSE(Make()->capabilities().last_use);
  EXPECT_FALSE(Make()->capabilities().idempotent);
  EXPECT_FALSE(Make()->Disable("k", {}));
  EXPECT_EQ(Make()->LastUsed("k", {})->use, Use::kUnknown);
}

TEST_F(HttpIssuerTest, LastUsedReadsTheTime) {
  transport->Reply(200, R"({"last_used_at":"2026-01-01T00:00:00Z"})");
  EXPECT_EQ(Make()->LastUsed("k1", {})->use, Use::kAt);
  transport->Reply(404, "");
  EXPECT_EQ(Make()->LastUsed("k1", {}).error().code, ErrorCode::kNotFound);
}

TEST_F(HttpIssuerTest, AStopWhilePacingSendsNothing) {
  spec.rate_limit = {.requests_per_second = 1, .burst = 1};
  const auto issuer = Make();
  transport->Reply(200, R"({"data":[]})");
  ASSERT_TRUE(issuer->Check({}));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(issuer->Check({.stop = stop.get_token()}).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(transport->Requests().size(), 1u);
}

TEST_F(HttpIssuerTest, I8_ACallWhoseTimeThePacingUsedUpIsNotSent) {
  spec.rate_limit = {.requests_per_second = 1, .burst = 1};
  const auto issuer = Make();
  for (int i = 0; i < 2; ++i) transport->Reply(200, R"({"data":[]})");
  ASSERT_TRUE(issuer->Check({}));
  std::atomic<bool> done = false;
  std::jthread time([&] {
    for (; !done; std::this_thread::yield()) clock.Advance(1ms);
  });
  const auto late = issuer->Check({.timeout = 500ms});
  done = true;
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(transport->Requests().size(), 1u);
}

TEST_F(HttpIssuerTest, MaxLiveKeysComesFromTheSpec) {
  spec.max_live_keys = 5;
  EXPECT_EQ(Make()->capabilities().max_live_keys, 5);
}

}  // namespace
}  // namespace keysteward::op
