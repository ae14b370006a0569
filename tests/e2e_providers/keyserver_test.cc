// The key service when nothing is wrong.
#include <gmock/gmock.h>

#include <set>

#include "e2e/providers/keyserver/listen_address.h"
#include "tests/e2e_providers/service_rig.h"

namespace keysteward::keyserver {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(KeyServer, MakesAKeyThatLooksLikeARealOneAndShowsItOnce) {
  ServiceRig rig;
  const nlohmann::json made = rig.Create("keysteward/i/u/1-1");
  const std::string secret = made.at("secret");
  EXPECT_EQ(secret.substr(0, 9), "ksk_live_");
  EXPECT_EQ(secret.size(), 9u + 40 + 6);
  EXPECT_EQ(made.at("name"), "keysteward/i/u/1-1");
  EXPECT_EQ(made.at("status"), "active");
  EXPECT_EQ(made.at("created_at"), "2026-01-01T00:00:00Z");
  EXPECT_TRUE(made.at("expires_at").is_null());
  const std::string id = made.at("id");
  EXPECT_THAT(rig.AsAdmin("GET", "/v1/keys").body, Not(HasSubstr("secret")));
  EXPECT_THAT(rig.AsAdmin("GET", "/v1/keys/" + id).body, Not(HasSubstr("secret")));
}

TEST(KeyServer, KnowsTheHolderOfAKey) {
  ServiceRig rig;
  const nlohmann::json made = rig.Create("a/1");
  const http::HttpReply reply = rig.Call("GET", "/v1/whoami", made.at("secret"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(ServiceRig::Body(reply).at("key_id"), made.at("id"));
  EXPECT_EQ(rig.Call("GET", "/v1/work", made.at("secret")).status, 200);
  EXPECT_EQ(rig.WhoAmI("ksk_live_wrong"), 401);
  EXPECT_EQ(rig.WhoAmI(""), 401);
  EXPECT_EQ(rig.WhoAmI("admin-token"), 401);
}

TEST(KeyServer, TheAdminPathsNeedTheAdminToken) {
  ServiceRig rig;
  const std::string secret = rig.Create("a/1").at("secret");
  for (const std::string& bearer : {std::string(), std::string("wrong"), secret}) {
    EXPECT_EQ(rig.Call("GET", "/v1/keys", bearer).status, 401);
    EXPECT_EQ(rig.Call("POST", "/v1/keys", bearer, R"({"name":"a/2"})").status, 401);
  }
  EXPECT_EQ(rig.keys().All().size(), 1u);
}

TEST(KeyServer, AKeyEndsInSteps) {
  ServiceRig rig;
  const nlohmann::json made = rig.Create("a/1");
  const std::string path = "/v1/keys/" + made.at("id").get<std::string>();
  EXPECT_EQ(rig.AsAdmin("POST", path + "/disable").status, 200);
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 403);
  EXPECT_EQ(ServiceRig::Body(rig.AsAdmin("GET", path)).at("status"), "inactive");
  EXPECT_EQ(rig.AsAdmin("POST", path + "/enable").status, 200);
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 200);
  EXPECT_EQ(rig.AsAdmin("DELETE", path).status, 204);
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 401);
  for (const char* call : {"GET", "DELETE"}) EXPECT_EQ(rig.AsAdmin(call, path).status, 404);
  EXPECT_EQ(rig.AsAdmin("POST", path + "/enable").status, 404);
  EXPECT_THAT(rig.ListedIds(), IsEmpty());
}

TEST(KeyServer, LastUseIsAnAcceptedCall) {
  ServiceRig rig;
  const nlohmann::json made = rig.Create("a/1");
  const std::string path = "/v1/keys/" + made.at("id").get<std::string>();
  EXPECT_TRUE(ServiceRig::Body(rig.AsAdmin("GET", path)).at("last_used_at").is_null());
  rig.clock().Advance(10s);
  rig.WhoAmI(made.at("secret"));
  EXPECT_EQ(ServiceRig::Body(rig.AsAdmin("GET", path)).at("last_used_at"), "2026-01-01T00:00:10Z");
  rig.AsAdmin("POST", path + "/disable");
  rig.clock().Advance(10s);
  rig.WhoAmI(made.at("secret"));
  EXPECT_EQ(ServiceRig::Body(rig.AsAdmin("GET", path)).at("last_used_at"), "2026-01-01T00:00:10Z");
}

TEST(KeyServer, TheSameIdempotencyKeyMakesOneKey) {
  ServiceRig rig;
  const nlohmann::json made = rig.Create("a/1", "token-1");
  const http::HttpReply again = rig.PostKey("a/1", "token-1");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(ServiceRig::Body(again).at("id"), made.at("id"));
  EXPECT_EQ(ServiceRig::Body(again).at("secret"), made.at("secret"));
  EXPECT_EQ(rig.keys().All().size(), 1u);
  EXPECT_NE(rig.Create("a/1", "token-2").at("id"), made.at("id"));
  rig.AsAdmin("DELETE", "/v1/keys/" + made.at("id").get<std::string>());
  EXPECT_EQ(rig.PostKey("a/1", "token-1").status, 409);
}

TEST(KeyServer, AReplayCanHideTheValue) {
  ServiceRig rig({.replay_secret = false});
  rig.Create("a/1", "token-1");
  EXPECT_THAT(rig.PostKey("a/1", "token-1").body, Not(HasSubstr("secret")));
}

TEST(KeyServer, ListsPageByPage) {
  ServiceRig rig;
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(rig.Create("a/" + std::to_string(i)).at("id"));
  std::vector<std::string> listed;
  std::string after;
  int pages = 0;
  do {
    const auto page = ServiceRig::Body(rig.AsAdmin("GET", "/v1/keys?limit=2&after=" + after));
    for (const auto& key : page.at("data")) listed.push_back(key.at("id"));
    after = page.at("next").is_null() ? "" : page.at("next").get<std::string>();
    ++pages;
  } while (!after.empty());
  EXPECT_EQ(listed, made);
  EXPECT_EQ(pages, 3);
  for (const char* limit : {"0", "101", "-1", "x", "2x"}) {
    EXPECT_EQ(rig.AsAdmin("GET", std::string("/v1/keys?limit=") + limit).status, 400) << limit;
  }
}

TEST(KeyServer, AnOwnerHasALimitOfKeys) {
  ServiceRig rig({.max_keys_per_owner = 2});
  const std::string first = rig.Create("keysteward/i/u/1-1").at("id");
  rig.Create("keysteward/i/u/2-1");
  const http::HttpReply full = rig.PostKey("keysteward/i/u/3-1");
  EXPECT_EQ(full.status, 422);
  EXPECT_EQ(ServiceRig::Body(full).at("error").at("code"), "key_limit");
  rig.Create("keysteward/i/other/1-1");
  rig.AsAdmin("DELETE", "/v1/keys/" + first);
  rig.Create("keysteward/i/u/3-1");
}

TEST(KeyServer, KeysExpireWhenAskedTo) {
  ServiceRig rig({.key_lifetime = 1h});
  const nlohmann::json made = rig.Create("a/1");
  EXPECT_EQ(made.at("expires_at"), "2026-01-01T01:00:00Z");
  rig.clock().Advance(59min);
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 200);
  rig.clock().Advance(1min);
  EXPECT_EQ(rig.WhoAmI(made.at("secret")), 401);
}

TEST(KeyServer, WrongRequestsAreToldSo) {
  ServiceRig rig;
  EXPECT_EQ(rig.AsAdmin("POST", "/v1/keys", "{").status, 400);
  const http::HttpReply nameless = rig.AsAdmin("POST", "/v1/keys", "{}");
  EXPECT_EQ(nameless.status, 400);
  EXPECT_THAT(nameless.body, HasSubstr("body.name"));
  EXPECT_EQ(rig.AsAdmin("GET", "/v1/nothing").status, 404);
  EXPECT_EQ(rig.AsAdmin("PUT", "/v1/keys").status, 404);
  EXPECT_EQ(rig.AsAdmin("GET", "/").status, 404);
  EXPECT_EQ(rig.AsAdmin("POST", "/v1/keys/x/burn").status, 404);
}

TEST(Journal, TellsEveryRequestAndItsEffectInOrder) {
  ServiceRig rig;
  const nlohmann::json made = rig.Create("a/1", "token-1");
  const std::string id = made.at("id");
  rig.PostKey("a/1", "token-1");
  rig.WhoAmI(made.at("secret"));
  rig.AsAdmin("DELETE", "/v1/keys/" + id);
  rig.WhoAmI(made.at("secret"));
  rig.Call("GET", "/v1/keys", "wrong");
  std::vector<std::string> effects;
  for (const auto& entry : rig.Entries()) {
    EXPECT_EQ(entry.at("seq"), effects.size() + 1);
    effects.push_back(entry.at("effect"));
  }
  EXPECT_THAT(effects,
              ElementsAre("created", "replayed", "accepted", "deleted", "refused", "refused"));
  const auto late = rig.Entries(4);
  ASSERT_EQ(late.size(), 2u);
  EXPECT_EQ(late[0].at("key_id"), id) << "a deleted key is still named";
  EXPECT_EQ(late[0].at("name"), "a/1");
  EXPECT_EQ(late[0].at("actor"), "key");
  EXPECT_EQ(late[1].at("actor"), "none");
  EXPECT_THAT(rig.Entries(6), IsEmpty());
  EXPECT_THAT(rig.Entries(99), IsEmpty());
}

TEST(Journal, HoldsNoValues) {
  ServiceRig rig;
  const std::string secret = rig.Create("a/1").at("secret");
  rig.WhoAmI(secret);
  http::ServerRequest read;
  read.method = "GET";
  for (const char* path : {"/journal", "/keys", "/faults"}) {
    read.path = path;
    const http::HttpReply reply = rig.admin().Handle(read);
    EXPECT_EQ(reply.status, 200);
    EXPECT_THAT(reply.body, Not(HasSubstr(secret.substr(9, 8)))) << path;
    EXPECT_THAT(reply.body, Not(HasSubstr("admin-token"))) << path;
  }
}

TEST(AdminApi, CountsCallsPerKeyAndResets) {
  ServiceRig rig;
  const std::string secret = rig.Create("a/1").at("secret");
  rig.WhoAmI(secret);
  rig.WhoAmI(secret);
  http::ServerRequest request;
  request.method = "GET";
  request.path = "/keys";
  EXPECT_EQ(ServiceRig::Body(rig.admin().Handle(request))[0].at("accepted"), 2);
  request.method = "POST";
  request.path = "/reset";
  EXPECT_EQ(rig.admin().Handle(request).status, 200);
  EXPECT_EQ(rig.WhoAmI(secret), 401);
  EXPECT_EQ(rig.Entries().size(), 1u);
}

TEST(AdminApi, RefusesWhatItDoesNotKnow) {
  ServiceRig rig;
  http::ServerRequest request;
  request.method = "GET";
  request.path = "/journal";
  request.query = "after=x";
  EXPECT_EQ(rig.admin().Handle(request).status, 400);
  request.path = "/v1/keys";
  EXPECT_EQ(rig.admin().Handle(request).status, 404);
  request.method = "POST";
  request.path = "/faults";
  request.body = R"({"operation":"create","fault":"explode"})";
  const http::HttpReply reply = rig.admin().Handle(request);
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("fault.fault: unknown kind"));
}

TEST(KeyStore, SurvivesAWayThroughItsSnapshotWithoutValues) {
  ServiceRig rig;
  const nlohmann::json made = rig.Create("a/1", "token-1");
  const std::string secret = made.at("secret");
  const nlohmann::json snapshot = rig.keys().Snapshot();
  EXPECT_THAT(snapshot.dump(), Not(HasSubstr(secret)));
  ServiceRig restarted;
  ASSERT_TRUE(restarted.keys().Restore(snapshot));
  EXPECT_EQ(restarted.WhoAmI(secret), 200);
  const http::HttpReply again = restarted.PostKey("a/1", "token-1");
  EXPECT_EQ(ServiceRig::Body(again).at("id"), made.at("id"));
  EXPECT_THAT(again.body, Not(HasSubstr("secret")));
}

TEST(KeyStore, EveryValueAndIdIsAnother) {
  ServiceRig rig;
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const nlohmann::json made = rig.Create("a/1");
    seen.insert(made.at("secret").get<std::string>());
    seen.insert(made.at("id").get<std::string>());
  }
  EXPECT_EQ(seen.size(), 400u);
}

TEST(AdminApi, GivesEveryValueEverMadeOnlyWhenTheyAreRemembered) {
  ServiceRig rig({.remember_values = true});
  const nlohmann::json kept = rig.Create("a/1");
  const nlohmann::json deleted = rig.Create("a/2");
  rig.AsAdmin("DELETE", "/v1/keys/" + deleted.at("id").get<std::string>());
  http::ServerRequest request;
  request.method = "GET";
  request.path = "/issued";
  const nlohmann::json issued = ServiceRig::Body(rig.admin().Handle(request));
  EXPECT_EQ(issued.size(), 2u);
  EXPECT_EQ(issued.at(kept.at("id").get<std::string>()), kept.at("secret"));
  EXPECT_EQ(issued.at(deleted.at("id").get<std::string>()), deleted.at("secret"));

  ServiceRig forgetful;
  forgetful.Create("a/1");
  EXPECT_EQ(forgetful.admin().Handle(request).body, "{}");
}

TEST(ListenAddress, ReadsWhatUsersWrite) {
  EXPECT_EQ(ParseListenAddress("127.0.0.1:80")->host, "127.0.0.1");
  EXPECT_EQ(ParseListenAddress("127.0.0.1:80")->port, 80);
  EXPECT_EQ(ParseListenAddress(":8080")->host, "::");
  EXPECT_EQ(ParseListenAddress("[::1]:0")->host, "::1");
  for (const char* wrong : {"", "80", "a:", "a:x", "a:70000", "a:-1"}) {
    EXPECT_FALSE(ParseListenAddress(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace keysteward::keyserver
