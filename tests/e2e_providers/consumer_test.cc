// The sample application, against the key service without sockets in between.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "e2e/consumer/caller.h"
#include "e2e/consumer/status_api.h"
#include "tests/e2e_providers/service_rig.h"

namespace keysteward::consumer {
namespace {

using namespace std::chrono_literals;
using keyserver::ServiceRig;
using testing::HasSubstr;
using testing::Not;

// Hands requests to the key service directly, or fails them.
class DirectTransport final : public http::HttpTransport {
 public:
  explicit DirectTransport(ServiceRig& rig) : rig_(rig) {}
  Result<http::HttpResponse> Send(const http::HttpRequest& request,
                                  const http::CallOptions&) override {
    ++sent;
    if (broken) return Error::Unavailable("connection refused");
    const std::string_view value = http::FindHeader(request.headers, "Authorization");
    const http::HttpReply reply =
        rig_.Call(request.method, request.target, std::string(value.substr(7)));
    return http::HttpResponse{reply.status, reply.headers, reply.body};
  }
  Result<http::HttpResponse> Stream(const http::HttpRequest&, const http::LineSink&,
                                    const http::CallOptions&) override {
    return Error::Internal("not used");
  }

  std::atomic<int> sent = 0;
  bool broken = false;

 private:
  ServiceRig& rig_;
};

class Consumer : public testing::Test {
 protected:
  Consumer() : made_(rig_.Create("a/1")), stats_(rig_.clock()), transport_(rig_) {
    std::string name = std::filesystem::temp_directory_path() / "consumer_XXXXXX";
    folder_ = mkdtemp(name.data());
    WriteKey(made_);
  }
  ~Consumer() override { std::filesystem::remove_all(folder_); }

  std::string KeyFile() const { return folder_ + "/key"; }
  void WriteKey(const nlohmann::json& made) const {
    std::ofstream(KeyFile()) << made.at("secret").get<std::string>() << "\n";
  }
  Caller MakeCaller(KeySource& source, CallerOptions options = {}) {
    return Caller(std::move(options), source, transport_, stats_,
                  {rig_.clock(), [this](const std::string& line) { printed_ += line + "\n"; }});
  }
  void Delete(const nlohmann::json& made) {
    rig_.AsAdmin("DELETE", "/v1/keys/" + made.at("id").get<std::string>());
  }
  nlohmann::json StatsJson() const { return ParseJson(stats_.Json()).value(); }
  int Ready(const std::string& wanted = "") const {
    http::ServerRequest request;
    request.method = "GET";
    request.path = "/readyz";
    return StatusApi(stats_, wanted).Handle(request).status;
  }

  ServiceRig rig_;
  const nlohmann::json made_;
  Stats stats_;
  DirectTransport transport_;
  std::string folder_;
  std::string printed_;
};

TEST_F(Consumer, CountsAcceptedCallsByKeyAndPrintsNothing) {
  KeySource source({.file = KeyFile()});
  Caller caller = MakeCaller(source);
  EXPECT_EQ(Ready(), 503);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(caller.CallOnce());
  EXPECT_EQ(StatsJson().at("calls"), 3);
  EXPECT_EQ(StatsJson().at("key_id"), made_.at("id"));
  EXPECT_EQ(StatsJson().at("key_ids").at(made_.at("id").get<std::string>()), 3);
  EXPECT_EQ(Ready(), 200);
  EXPECT_EQ(printed_, "");
}

TEST_F(Consumer, TellsEachRefusalWithoutTheKey) {
  KeySource source({.file = KeyFile()});
  Caller caller = MakeCaller(source);
  ASSERT_TRUE(caller.CallOnce());
  Delete(made_);
  ASSERT_TRUE(caller.CallOnce());
  EXPECT_EQ(stats_.refused(), 1u);
  const nlohmann::json line = ParseJson(printed_).value();
  EXPECT_EQ(line.at("event"), "refused");
  EXPECT_EQ(line.at("status"), 401);
  EXPECT_EQ(line.at("detail"), "unauthorized");
  EXPECT_EQ(line.at("last_key_id"), made_.at("id"));
  EXPECT_THAT(printed_, Not(HasSubstr(made_.at("secret").get<std::string>().substr(9, 8))));
}

TEST_F(Consumer, AnErrorIsNoRefusal) {
  KeySource source({.file = KeyFile()});
  Caller caller = MakeCaller(source);
  transport_.broken = true;
  ASSERT_TRUE(caller.CallOnce());
  transport_.broken = false;
  rig_.Inject({{"operation", "work"}, {"fault", "status"}, {"status", 503}});
  ASSERT_TRUE(caller.CallOnce());
  EXPECT_EQ(StatsJson().at("errors"), 2);
  EXPECT_EQ(stats_.refused(), 0u);
  EXPECT_THAT(printed_, HasSubstr("Unavailable: connection refused"));
}

TEST_F(Consumer, AWatchedFileIsReadAgainAndAnotherIsNot) {
  KeySource watched({.file = KeyFile(), .watch = true});
  KeySource fixed({.file = KeyFile()});
  Caller following = MakeCaller(watched);
  Caller staying = MakeCaller(fixed);
  ASSERT_TRUE(following.CallOnce());
  ASSERT_TRUE(staying.CallOnce());
  const nlohmann::json next = rig_.Create("a/2");
  WriteKey(next);
  ASSERT_TRUE(staying.CallOnce());
  EXPECT_EQ(stats_.key_id(), made_.at("id"));
  ASSERT_TRUE(following.CallOnce());
  EXPECT_EQ(stats_.key_id(), next.at("id"));
}

TEST_F(Consumer, AFileThatIsGoneForAMomentKeepsTheKey) {
  KeySource source({.file = KeyFile(), .watch = true});
  Caller caller = MakeCaller(source);
  ASSERT_TRUE(caller.CallOnce());
  std::filesystem::remove(KeyFile());
  ASSERT_TRUE(caller.CallOnce());
  std::ofstream(KeyFile()) << "\n";
  ASSERT_TRUE(caller.CallOnce());
  EXPECT_EQ(StatsJson().at("key_ids").at(made_.at("id").get<std::string>()), 3);
  EXPECT_THAT(printed_, HasSubstr("cannot be read"));
  EXPECT_THAT(printed_, HasSubstr("is empty"));
}

TEST_F(Consumer, WithoutAKeyItDoesNotStart) {
  KeySource absent({.file = folder_ + "/none"});
  EXPECT_EQ(MakeCaller(absent).Run({}).error().message, "file " + folder_ + "/none cannot be read");
  KeySource unset({.environment = "KEYSTEWARD_TEST_UNSET"});
  EXPECT_EQ(MakeCaller(unset).Run({}).error().message, "variable KEYSTEWARD_TEST_UNSET is not set");
}

TEST_F(Consumer, ReadsTheKeyFromTheEnvironment) {
  setenv("KEYSTEWARD_TEST_KEY", made_.at("secret").get<std::string>().c_str(), 1);
  KeySource source({.environment = "KEYSTEWARD_TEST_KEY"});
  ASSERT_TRUE(MakeCaller(source).CallOnce());
  unsetenv("KEYSTEWARD_TEST_KEY");
  EXPECT_EQ(stats_.key_id(), made_.at("id"));
}

TEST_F(Consumer, CanBreakOnAKeyByPrefixOrById) {
  KeySource source({.file = KeyFile()});
  EXPECT_EQ(MakeCaller(source, {.fail_on_key_prefix = "ksk_live_"}).CallOnce().error().message,
            "this application cannot work with such a key");
  ASSERT_TRUE(MakeCaller(source, {.fail_on_key_prefix = "ksk_test_"}).CallOnce());
  EXPECT_EQ(Ready(made_.at("id")), 200);
  EXPECT_EQ(Ready("key_other"), 503);
}

TEST_F(Consumer, KeepsItsPaceAndEndsAfterTheCallUnderWay) {
  KeySource source({.file = KeyFile()});
  Caller caller = MakeCaller(source, {.per_second = 10});
  std::jthread running([&](const std::stop_token& stop) { EXPECT_TRUE(caller.Run(stop)); });
  while (transport_.sent < 1) std::this_thread::yield();
  for (int i = 0; i < 20; ++i) rig_.clock().Advance(50ms);
  while (transport_.sent < 2) std::this_thread::yield();
  running.request_stop();
  running.join();
  // A second of time has room for ten calls and the first one.
  EXPECT_LE(transport_.sent, 11);
  EXPECT_EQ(StatsJson().at("calls"), transport_.sent.load());
}

TEST(StatusApi, AnswersItsPathsOnly) {
  const FakeClock clock;
  const Stats stats(clock);
  const StatusApi api(stats, "");
  const auto status = [&](const std::string& method, const std::string& path) {
    http::ServerRequest request;
    request.method = method;
    request.path = path;
    return api.Handle(request).status;
  };
  EXPECT_EQ(status("GET", "/healthz"), 200);
  EXPECT_EQ(status("GET", "/stats"), 200);
  EXPECT_EQ(status("GET", "/other"), 404);
  EXPECT_EQ(status("POST", "/stats"), 405);
}

}  // namespace
}  // namespace keysteward::consumer
