#include "operator/issuers/http/http_prober.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_transport.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::HttpMethod;
using testing::HasSubstr;
using testing::Not;

class HttpProberTest : public testing::Test {
 protected:
  // The answer as "accepted", "refused", "unclear" or the error.
  std::string Probe() {
    const auto reply = prober.Probe(SecretBytes::CopyOf("fk_value"), {});
    if (!reply) return reply.error().ToString();
    status = reply->status;
    key_id = reply->key_id;
    if (reply->answer == ProbeAnswer::kAccepted) return "accepted";
    return reply->answer == ProbeAnswer::kRefused ? "refused" : "unclear";
  }

  std::shared_ptr<http::FakeTransport> transport = std::make_shared<http::FakeTransport>();
  HttpProber prober{{.request = {.method = HttpMethod::kGet,
                                 .path = "/me",
                                 .headers = {{"Authorization", "Bearer ${key}"}}},
                     .live = {200, 204},
                     .refused = {401, 403},
                     .id = "/id"},
                    "/v1",
                    transport};
  int status = 0;
  std::string key_id;
};

TEST_F(HttpProberTest, SendsTheKeyWhereTheIssuerSaysBelowItsBasePath) {
  transport->Reply(200, R"({"id": "key_7"})");
  EXPECT_EQ(Probe(), "accepted");
  const std::vector<http::HttpRequest> requests = transport->Requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].target, "/v1/me");
  EXPECT_EQ(http::FindHeader(requests[0].headers, "Authorization"), "Bearer fk_value");
  EXPECT_EQ(key_id, "key_7");
}

TEST_F(HttpProberTest, OnlyTheListedCodesProveAnything) {
  for (const auto& [code, answer] :
       std::initializer_list<std::pair<int, const char*>>{{200, "accepted"},
                                                          {204, "accepted"},
                                                          {401, "refused"},
                                                          {403, "refused"},
                                                          {404, "unclear"},
                                                          {400, "unclear"},
                                                          {302, "unclear"},
                                                          {201, "unclear"}}) {
    transport->Reply(code, "{}");
    EXPECT_EQ(Probe(), answer) << code;
    EXPECT_EQ(status, code);
  }
}

TEST_F(HttpProberTest, AProviderThatIsDownOrBusySaysNothingAboutTheKey) {
  for (const int code : {500, 502, 503, 429}) {
    transport->Reply(code, "fk_value");
    const std::string answer = Probe();
    EXPECT_THAT(answer, HasSubstr("probe: ")) << code;
    EXPECT_THAT(answer, Not(HasSubstr("fk_value"))) << code;
  }
}

TEST_F(HttpProberTest, ACallThatFailsIsAnErrorWithoutTheKey) {
  transport->ReplyError(Error::Unavailable("connection refused"));
  EXPECT_EQ(Probe(), "Unavailable: probe: connection refused");
}

}  // namespace
}  // namespace keysteward::op
