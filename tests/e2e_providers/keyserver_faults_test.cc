// Each way in which the key service misbehaves when asked to, and that it stops by itself.
#include <gmock/gmock.h>

#include <thread>

#include "http/beast/reply_text.h"
#include "tests/e2e_providers/service_rig.h"

namespace keysteward::keyserver {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Faults, ALostReplyHasBeenApplied) {
  ServiceRig rig;
  rig.Inject({{"operation", "create"}, {"fault", "replyLost"}});
  EXPECT_TRUE(rig.PostKey("a/1", "token-1").abandon);
  EXPECT_THAT(rig.ListedIds(), SizeIs(1));
  EXPECT_EQ(rig.Entries()[0].at("status"), 0);
  EXPECT_EQ(rig.Entries()[0].at("effect"), "created");
  EXPECT_EQ(rig.Entries()[0].at("fault"), "replyLost");
  EXPECT_FALSE(rig.PostKey("a/1", "token-1").abandon);
  EXPECT_THAT(rig.ListedIds(), SizeIs(1));
}

TEST(Faults, ALostRequestHasNot) {
  ServiceRig rig;
  rig.Inject({{"operation", "create"}, {"fault", "requestLost"}});
  EXPECT_TRUE(rig.PostKey("a/1").abandon);
  EXPECT_THAT(rig.ListedIds(), SizeIs(0));
  EXPECT_EQ(rig.Entries()[0].at("effect"), "none");
}

TEST(Faults, ACreationIsAppliedTwiceInSpiteOfItsIdempotencyKey) {
  ServiceRig rig;
  rig.Inject({{"operation", "create"}, {"fault", "appliedTwice"}});
  const nlohmann::json made = rig.Create("a/1", "token-1");
  EXPECT_THAT(rig.ListedIds(), SizeIs(2));
  EXPECT_EQ(rig.ListedIds()[1], made.at("id"));
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 200);
}

TEST(Faults, AStatusIsSentWithItsRetryAfterAndNothingApplied) {
  ServiceRig rig;
  rig.Inject({{"operation", "create"},
              {"fault", "status"},
              {"status", 429},
              {"retryAfter", "-5"},
              {"count", 2}});
  for (int i = 0; i < 2; ++i) {
    const http::HttpReply reply = rig.PostKey("a/1");
    EXPECT_EQ(reply.status, 429);
    EXPECT_THAT(http::ReplyBytes(reply, http::ReplyEnd::kKeepAlive, false),
                HasSubstr("Retry-After: -5\r\n"));
  }
  rig.Create("a/1");
}

TEST(Faults, TheFirstRequestsCanBeLetThrough) {
  ServiceRig rig;
  rig.Inject({{"operation", "create"}, {"fault", "status"}, {"status", 500}, {"skip", 2}});
  rig.Create("a/1");
  rig.Create("a/2");
  EXPECT_EQ(rig.PostKey("a/3").status, 500);
  rig.Create("a/4");
}

TEST(Faults, OthersAreNotConcernedAndAnyIsEveryone) {
  ServiceRig rig;
  const std::string secret = rig.Create("a/1").at("secret");
  rig.Inject({{"operation", "list"}, {"fault", "status"}});
  EXPECT_EQ(rig.WhoAmI(secret), 200);
  EXPECT_EQ(rig.AsAdmin("GET", "/v1/keys").status, 503);
  rig.Inject({{"operation", "any"}, {"fault", "status"}, {"count", -1}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rig.WhoAmI(secret), 503);
  rig.faults().Clear();
  EXPECT_EQ(rig.WhoAmI(secret), 200);
}

TEST(Faults, WithoutCredentialsNoFaultIsUsedUp) {
  ServiceRig rig;
  rig.Inject({{"operation", "list"}, {"fault", "status"}});
  EXPECT_EQ(rig.Call("GET", "/v1/keys", "wrong").status, 401);
  EXPECT_EQ(rig.AsAdmin("GET", "/v1/keys").status, 503);
}

TEST(Faults, ANewKeyCanBeMissingFromListsForAWhile) {
  ServiceRig rig;
  rig.Inject({{"operation", "create"}, {"fault", "hiddenKey"}, {"delay", "60s"}});
  const nlohmann::json made = rig.Create("a/1");
  EXPECT_THAT(rig.ListedIds(), SizeIs(0));
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 200);
  rig.clock().Advance(60s);
  EXPECT_THAT(rig.ListedIds(), ElementsAre(made.at("id")));
}

TEST(Faults, ANewKeyCanBeRefusedForAWhile) {
  ServiceRig rig;
  rig.Inject({{"operation", "create"}, {"fault", "unspreadKey"}, {"delay", "5m"}});
  const nlohmann::json made = rig.Create("a/1");
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 401);
  EXPECT_THAT(rig.ListedIds(), SizeIs(1));
  rig.clock().Advance(5min);
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 200);
}

TEST(Faults, ADeletionCanLie) {
  ServiceRig rig;
  const nlohmann::json made = rig.Create("a/1");
  const std::string path = "/v1/keys/" + made.at("id").get<std::string>();
  rig.Inject({{"operation", "delete"}, {"fault", "falseSuccess"}});
  EXPECT_EQ(rig.AsAdmin("DELETE", path).status, 204);
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 200);
  EXPECT_EQ(rig.Entries()[1].at("effect"), "none");
  EXPECT_EQ(rig.AsAdmin("DELETE", path).status, 204);
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 401);
}

TEST(Faults, DisablingCanBeUnsupported) {
  ServiceRig rig;
  const nlohmann::json made = rig.Create("a/1");
  rig.Inject({{"operation", "disable"}, {"fault", "unsupported"}, {"count", -1}});
  EXPECT_EQ(rig.AsAdmin("POST", "/v1/keys/" + made.at("id").get<std::string>() + "/disable").status,
            405);
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 200);
}

TEST(Faults, ASlowRequestIsAppliedAfterItsDelay) {
  ServiceRig rig;
  rig.Inject({{"operation", "create"}, {"fault", "slow"}, {"delay", "10s"}});
  std::jthread time([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      rig.clock().Advance(1s);
      std::this_thread::yield();
    }
  });
  const MonoTime start = rig.clock().MonoNow();
  rig.Create("a/1");
  EXPECT_GE(rig.clock().MonoNow() - start, 10s);
}

class HostileBodies : public testing::Test {
 protected:
  // The reply to a creation with the idempotency key "token-2", when another key exists.
  http::HttpReply Reply(const std::string& body) {
    existing_ = rig_.Create("a/0");
    rig_.Inject({{"operation", "create"}, {"fault", "hostileBody"}, {"body", body}});
    return rig_.PostKey("a/1", "token-2");
  }
  std::string Secret(const std::string& body) { return ServiceRig::Body(Reply(body)).at("secret"); }

  ServiceRig rig_;
  nlohmann::json existing_;
};

TEST_F(HostileBodies, Huge) { EXPECT_GT(Reply("huge").body.size(), 100u * 1024 * 1024); }
TEST_F(HostileBodies, Deep) { EXPECT_EQ(Reply("deep").body, std::string(100'000, '[')); }
TEST_F(HostileBodies, Html) { EXPECT_THAT(Reply("html").body, HasSubstr("<html>")); }
TEST_F(HostileBodies, Empty) { EXPECT_EQ(Reply("empty").body, ""); }
TEST_F(HostileBodies, LineBreakInTheKey) { EXPECT_THAT(Secret("keyCrLf"), HasSubstr("\r\n")); }
TEST_F(HostileBodies, NulInTheKey) { EXPECT_EQ(Secret("keyNul").back(), '\0'); }
TEST_F(HostileBodies, EmptyKey) { EXPECT_EQ(Secret("keyEmpty"), ""); }
TEST_F(HostileBodies, LongKey) { EXPECT_EQ(Secret("keyLong").size(), 64u * 1024); }
TEST_F(HostileBodies, TheKeyIsTheToken) { EXPECT_EQ(Secret("keyIsToken"), "token-2"); }

TEST_F(HostileBodies, Redirect) {
  const http::HttpReply reply = Reply("redirect");
  EXPECT_EQ(reply.status, 302);
  EXPECT_THAT(http::ReplyBytes(reply, http::ReplyEnd::kKeepAlive, false),
              HasSubstr("Location: https://169.254.169.254/"));
}

TEST_F(HostileBodies, AKeyThatExistedBefore) {
  const nlohmann::json body = ServiceRig::Body(Reply("existingKey"));
  EXPECT_EQ(body.at("id"), existing_.at("id"));
  EXPECT_EQ(body.at("secret"), existing_.at("secret"));
}

TEST_F(HostileBodies, AnotherNameIsEchoed) {
  EXPECT_NE(ServiceRig::Body(Reply("wrongName")).at("name"), "a/1");
}

TEST(FaultList, IsToldAsItIsRead) {
  Faults faults;
  const nlohmann::json fault = {
      {"operation", "create"}, {"fault", "status"}, {"count", 3},    {"skip", 1},
      {"status", 429},         {"retryAfter", "2"}, {"delay", "5s"}, {"body", ""}};
  ASSERT_TRUE(faults.Add(nlohmann::json::array({fault, fault})));
  EXPECT_EQ(faults.Remaining(), nlohmann::json::array({fault, fault}));
}

TEST(FaultList, AWrongOneAddsNone) {
  Faults faults;
  const nlohmann::json good = {{"operation", "create"}, {"fault", "status"}};
  const auto message = [&](const nlohmann::json& wrong) {
    return faults.Add(nlohmann::json::array({good, wrong})).error().message;
  };
  EXPECT_EQ(message({{"operation", "burn"}, {"fault", "status"}}),
            "fault.operation: unknown operation");
  EXPECT_EQ(message({{"operation", "any"}, {"fault", "status"}, {"status", 99}}),
            "fault.status: must be 200 to 599");
  EXPECT_EQ(message({{"operation", "any"}, {"fault", "hostileBody"}, {"body", "x"}}),
            "fault.body: unknown body");
  EXPECT_TRUE(faults.Remaining().empty());
}

}  // namespace
}  // namespace keysteward::keyserver
