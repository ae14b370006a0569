#include "kube/client/rest_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "observability/metric_names.h"
#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_metrics.h"
#include "tests/fakes/fake_transport.h"
#include "tests/kube/client/kinds.h"

namespace keysteward::kube {
namespace {

using http::FakeTransport;
using http::FindHeader;
using http::HttpRequest;
using nlohmann::json;
using std::chrono::seconds;

// Hands out "token-1", and after each rejection the next one, as long as there is one.
class FakeTokens final : public TokenSource {
 public:
  explicit FakeTokens(int last) : last_(last) {}

  Result<SecretBytes> Token(const Call&) override {
    return SecretBytes::CopyOf("token-" + std::to_string(current_));
  }
  bool Reject() override {
    if (current_ == last_) return false;
    ++current_;
    return true;
  }

 private:
  int current_ = 1;
  const int last_;
};

std::string Secret(const std::string& name) {
  return json({{"kind", "Secret"}, {"apiVersion", "v1"}, {"metadata", {{"name", name}}}}).dump();
}

std::string List(const std::string& name, const std::string& version, const std::string& token) {
  return json({{"metadata", {{"resourceVersion", version}, {"continue", token}}},
               {"items", {{{"metadata", {{"name", name}}}}}}})
      .dump();
}

std::string Event(const std::string& type, const std::string& version) {
  return json({{"type", type},
               {"object", {{"kind", "Secret"}, {"metadata", {{"resourceVersion", version}}}}}})
      .dump();
}

const char kExpiredStatus[] =
    R"json({"kind":"Status","code":410,"reason":"Expired","message":"too old resource version: 1 (9)"})json";

class RestClientTest : public testing::Test {
 protected:
  double Counted(const std::string& code, const std::string& method) {
    return metrics_.Value(kRestClientRequests,
                          {{"code", code}, {"method", method}, {"host", "api:6443"}});
  }
  std::string Sent(const char* header, size_t request = 0) {
    return std::string(FindHeader(transport_.Requests().at(request).headers, header));
  }

  FakeClock clock_;
  FakeMetrics metrics_;
  FakeTransport transport_;
  FakeTokens tokens_{2};
  RestClient client_{transport_,
                     tokens_,
                     clock_,
                     metrics_,
                     {.user_agent = "keysteward-test/1",
                      .host = "api:6443",
                      .headers = {{"Impersonate-User", "alice"}}}};
};

TEST_F(RestClientTest, EveryRequestCarriesTokenAgentAndImpersonation) {
  transport_.Reply(200, Secret("a"));
  const auto secret = client_.Get(kSecrets, {"p", "a"}, {});
  ASSERT_TRUE(secret);
  EXPECT_EQ((*secret)["metadata"]["name"], "a");
  EXPECT_EQ(transport_.Requests()[0].target, "/api/v1/namespaces/p/secrets/a");
  EXPECT_EQ(Sent("Authorization"), "Bearer token-1");
  EXPECT_EQ(Sent("User-Agent"), "keysteward-test/1");
  EXPECT_EQ(Sent("Impersonate-User"), "alice");
  EXPECT_EQ(Counted("200", "GET"), 1);
}

TEST_F(RestClientTest, WithoutATokenNoAuthorizationIsSent) {
  NoToken none;
  RestClient client(transport_, none, clock_, metrics_, {});
  transport_.Reply(200, Secret("a"));
  ASSERT_TRUE(client.Get(kSecrets, {"p", "a"}, {}));
  EXPECT_EQ(Sent("Authorization"), "");
}

TEST_F(RestClientTest, A401IsRepeatedOnceWithANewToken) {
  transport_.Reply(401, "");
  transport_.Reply(200, Secret("a"));
  ASSERT_TRUE(client_.Get(kSecrets, {"p", "a"}, {}));
  EXPECT_EQ(Sent("Authorization", 1), "Bearer token-2");
}

TEST_F(RestClientTest, A401WithoutANewerTokenIsTheAnswer) {
  transport_.Reply(401, "");
  transport_.Reply(401, "");
  EXPECT_EQ(client_.Get(kSecrets, {"p", "a"}, {}).error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(transport_.Requests().size(), 2u);
}

TEST_F(RestClientTest, AListFollowsItsPages) {
  transport_.Reply(200, List("a", "7", "t1"));
  transport_.Reply(200, List("b", "7", ""));
  const auto list = client_.List(kSecrets, {.limit = 1}, {});
  ASSERT_TRUE(list);
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(list->items[1]["kind"], "Secret");
  EXPECT_EQ(list->resource_version, "7");
  EXPECT_EQ(transport_.Requests()[1].target, "/api/v1/secrets?limit=1&continue=t1");
}

TEST_F(RestClientTest, AnExpiredPageStartsTheWholeListOver) {
  transport_.Reply(200, List("old", "7", "t1"));
  transport_.Reply(410, kExpiredStatus);
  transport_.Reply(200, List("new", "9", ""));
  const auto list = client_.List(kSecrets, {}, {});
  ASSERT_TRUE(list);
  ASSERT_EQ(list->items.size(), 1u);
  EXPECT_EQ(list->items[0]["metadata"]["name"], "new");
  EXPECT_EQ(transport_.Requests()[2].target, "/api/v1/secrets?limit=500");
}

TEST_F(RestClientTest, AListThatExpiresTwiceIsToldToTheCaller) {
  for (int i = 0; i < 2; ++i) {
    transport_.Reply(200, List("a", "7", "t1"));
    transport_.Reply(410, kExpiredStatus);
  }
  EXPECT_EQ(client_.List(kSecrets, {}, {}).error().code, ErrorCode::kExpired);
  EXPECT_EQ(transport_.Requests().size(), 4u);
}

TEST_F(RestClientTest, AContinueTokenThatStandsStillEndsTheList) {
  transport_.Reply(200, List("a", "7", "t1"));
  transport_.Reply(200, List("a", "7", "t1"));
  EXPECT_EQ(client_.List(kSecrets, {}, {}).error().ToString(),
            "Unavailable: list: the continue token does not move on");
}

TEST_F(RestClientTest, RetryAfterIsHonouredForAnyRefusedRequest) {
  transport_.Reply(429, "", {{"Retry-After", "5"}});
  transport_.Reply(200, Secret("a"));
  const MonoTime begun = clock_.MonoNow();
  std::atomic<bool> done = false;
  // Time goes on until the call returns: one jump could come before the wait has begun.
  std::jthread time([&] {
    while (!done) clock_.Advance(std::chrono::milliseconds(1));
  });
  const auto updated =
      client_.Update(kSecrets, json::parse(R"({"metadata":{"namespace":"p","name":"a"}})"), {},
                     {.timeout = std::chrono::hours(24)});
  done = true;
  EXPECT_TRUE(updated);
  EXPECT_GE(clock_.MonoNow() - begun, seconds(5));
  EXPECT_EQ(transport_.Requests().size(), 2u);
}

TEST_F(RestClientTest, A503IsRepeatedForReadsOnly) {
  const json object = json::parse(R"({"metadata":{"namespace":"p","name":"a"}})");
  transport_.Reply(503, "", {{"Retry-After", "0"}});
  EXPECT_EQ(client_.Update(kSecrets, object, {}, {}).error().code, ErrorCode::kUnknownOutcome);
  EXPECT_EQ(transport_.Requests().size(), 1u);
}

TEST_F(RestClientTest, AWaitBeyondTheDeadlineIsLeftToTheCaller) {
  transport_.Reply(429, "", {{"Retry-After", "3600"}});
  const auto secret = client_.Get(kSecrets, {"p", "a"}, {.timeout = seconds(30)});
  EXPECT_EQ(secret.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(secret.error().retry_after, seconds(60));
}

TEST_F(RestClientTest, AServerThatAlwaysRefusesIsAskedTenTimes) {
  for (int i = 0; i < 20; ++i) transport_.Reply(429, "", {{"Retry-After", "0"}});
  std::atomic<bool> done = false;
  std::jthread time([&] {
    while (!done) clock_.Advance(std::chrono::milliseconds(1));
  });
  const auto secret = client_.Get(kSecrets, {"p", "a"}, {.timeout = std::chrono::hours(24)});
  done = true;
  EXPECT_EQ(secret.error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(transport_.Requests().size(), 10u);
}

TEST_F(RestClientTest, TheRateLimitDelaysCallsBeyondTheBurst) {
  RestClient slow(transport_, tokens_, clock_, metrics_, {.requests_per_second = 1, .burst = 1});
  transport_.Reply(200, Secret("a"));
  transport_.Reply(200, Secret("a"));
  ASSERT_TRUE(slow.Get(kSecrets, {"p", "a"}, {}));
  EXPECT_EQ(slow.Get(kSecrets, {"p", "a"}, {.timeout = std::chrono::milliseconds(500)})
                .error()
                .ToString(),
            "Unavailable: no time left to wait for the rate limit");
  EXPECT_EQ(transport_.Requests().size(), 1u);
}

TEST_F(RestClientTest, ALostReplyOfAReadIsSimplyUnavailable) {
  transport_.ReplyError(Error::UnknownOutcome("connection reset"));
  EXPECT_EQ(client_.Get(kSecrets, {"p", "a"}, {}).error().ToString(),
            "Unavailable: connection reset");
  EXPECT_EQ(Counted("<error>", "GET"), 1);
}

TEST_F(RestClientTest, ALostReplyOfAWriteStaysUnknown) {
  transport_.ReplyError(Error::UnknownOutcome("connection reset"));
  EXPECT_EQ(client_.Delete(kSecrets, {"p", "a"}, {}, {}).error().code, ErrorCode::kUnknownOutcome);
}

TEST_F(RestClientTest, AWriteAnsweredWithJunkMayHaveBeenApplied) {
  transport_.Reply(201, R"({"kind":"Secr)");
  const auto created =
      client_.Create(kSecrets, json::parse(R"({"metadata":{"namespace":"p"}})"), {}, {});
  EXPECT_EQ(created.error().ToString(),
            "UnknownOutcome: answer to a write: malformed JSON at byte 14");
}

TEST_F(RestClientTest, ACallNeverTurnsIntoACallOnTheCollection) {
  EXPECT_EQ(client_.Delete(kSecrets, {"p", ""}, {}, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(client_.Get(kSecrets, {"", "a"}, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(client_.Create(kSecrets, json::object(), {}, {}).error().message,
            "secrets: the namespace is empty");
  EXPECT_EQ(client_.Update(kSecrets, json::object(), {}, {}).error().message,
            "secrets: the name is empty");
  EXPECT_EQ(client_.Patch(kSecrets, {"p", "a"}, PatchType::kApply, {}, {}, {}).error().message,
            "apply needs a field manager");
  EXPECT_TRUE(transport_.Requests().empty());
}

TEST_F(RestClientTest, AStoppedCallSendsNothing) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(client_.Get(kSecrets, {"p", "a"}, {.stop = stop.get_token()}).error().code,
            ErrorCode::kCancelled);
  EXPECT_TRUE(transport_.Requests().empty());
}

TEST_F(RestClientTest, TheDeadlineShrinksWithEachPage) {
  transport_.Reply(200, List("a", "7", "t1"));
  transport_.Reply(200, List("b", "7", ""));
  transport_.OnRequest([&](const HttpRequest&) { clock_.Advance(seconds(10)); });
  ASSERT_TRUE(client_.List(kSecrets, {}, {.timeout = seconds(30)}));
  EXPECT_EQ(transport_.Options()[0].timeout, seconds(30));
  EXPECT_EQ(transport_.Options()[1].timeout, seconds(20));
}

TEST_F(RestClientTest, AWatchDeliversEventsAndEndsInOrder) {
  transport_.ReplyLines({Event("ADDED", "8"), "", Event("BOOKMARK", "9")});
  std::vector<EventType> seen;
  const auto ended = client_.Watch(kSecrets, {.resource_version = "7"},
                                   [&](EventType type, const json&) {
                                     seen.push_back(type);
                                     return Result<void>();
                                   },
                                   {});
  EXPECT_TRUE(ended);
  EXPECT_EQ(seen, (std::vector<EventType>{EventType::kAdded, EventType::kBookmark}));
  EXPECT_EQ(transport_.Options()[0].timeout, seconds(55));
}

TEST_F(RestClientTest, A410EndsAWatchAsStatusAndAsEvent) {
  const WatchSink ignore = [](EventType, const json&) { return Result<void>(); };
  transport_.Reply(410, kExpiredStatus);
  EXPECT_EQ(client_.Watch(kSecrets, {.resource_version = "1"}, ignore, {}).error().code,
            ErrorCode::kExpired);
  transport_.ReplyLines({std::string(R"({"type":"ERROR","object":)") + kExpiredStatus + "}"});
  EXPECT_EQ(client_.Watch(kSecrets, {.resource_version = "1"}, ignore, {}).error().ToString(),
            "Expired: too old resource version: 1 (9)");
}

TEST_F(RestClientTest, ABrokenWatchIsUnavailableAndTheSinksErrorIsItsOwn) {
  transport_.ReplyLines({}, Error::UnknownOutcome("cut"));
  const WatchSink refuse = [](EventType, const json&) -> Result<void> {
    return Error::FailedPrecondition("enough");
  };
  EXPECT_EQ(client_.Watch(kSecrets, {.resource_version = "1"}, refuse, {}).error().code,
            ErrorCode::kUnavailable);
  transport_.ReplyLines({Event("ADDED", "8")});
  EXPECT_EQ(client_.Watch(kSecrets, {.resource_version = "1"}, refuse, {}).error().message,
            "enough");
  EXPECT_EQ(client_.Watch(kSecrets, {}, refuse, {}).error().message,
            "watch needs a resourceVersion");
}

TEST_F(RestClientTest, ARawPathGivesItsBody) {
  transport_.Reply(200, "ok");
  EXPECT_EQ(client_.GetRaw("/readyz", {}).value(), "ok");
  EXPECT_EQ(client_.GetRaw("readyz", {}).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(RestClientTest, NoErrorNamesTheToken) {
  transport_.Reply(403, R"({"kind":"Status","message":"no"})");
  transport_.ReplyError(Error::Unavailable("refused"));
  EXPECT_EQ(client_.Get(kSecrets, {"p", "a"}, {}).error().ToString().find("token"),
            std::string::npos);
  EXPECT_EQ(client_.Get(kSecrets, {"p", "a"}, {}).error().ToString().find("token"),
            std::string::npos);
}

}  // namespace
}  // namespace keysteward::kube
