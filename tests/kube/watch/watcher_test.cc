#include "kube/watch/watcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/fakes/eventually.h"
#include "tests/fakes/fake_api_server.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_random.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Resource kSecrets{"", "v1", "secrets", "Secret"};

struct EndRow {
  WatchEnd end;
  AfterWatch next;
};

TEST(NextAfterWatchTest, EachWayToEndHasItsSequel) {
  const Error expired = Error::Make(ErrorCode::kExpired, "gone");
  const Error timeout = Error::DeadlineExceeded("Too large resource version");
  const EndRow rows[] = {
      {{{}, true, minutes(5), 0}, AfterWatch::kResume},
      {{{}, false, minutes(5), 0}, AfterWatch::kResume},
      {{{}, true, seconds(0), 0}, AfterWatch::kResume},
      {{{}, false, seconds(0), 0}, AfterWatch::kResumeLater},
      {{expired, false, seconds(0), 1}, AfterWatch::kRestart},
      {{expired, true, minutes(1), 1}, AfterWatch::kRestart},
      {{Error::Unavailable("cut"), true, minutes(1), 1}, AfterWatch::kResumeLater},
      {{Error::Unavailable("refused"), false, seconds(0), 500}, AfterWatch::kResumeLater},
      {{timeout, false, seconds(3), 2}, AfterWatch::kResumeLater},
      {{timeout, false, seconds(3), 3}, AfterWatch::kRestart},
      {{Error::PermissionDenied("no"), false, seconds(0), 3}, AfterWatch::kRestart},
  };
  int row = 0;
  for (const EndRow& each : rows) EXPECT_EQ(NextAfterWatch(each.end), each.next) << row++;
}

// Keeps what a store would hold, and what it was told.
class RecordingHandler final : public WatchHandler {
 public:
  void OnRestart(std::vector<json> items, const std::string& version) override {
    MutexLock lock(mutex_);
    ++restarts_;
    versions_.push_back(version);
    objects_.clear();
    for (const json& item : items) objects_[item["metadata"]["name"]] = item;
  }
  void OnEvent(EventType type, json object) override {
    MutexLock lock(mutex_);
    EXPECT_NE(type, EventType::kBookmark);
    ++events_;
    const std::string name = object["metadata"]["name"];
    if (type == EventType::kDeleted) {
      objects_.erase(name);
    } else {
      objects_[name] = std::move(object);
    }
  }
  void OnFailure(const Error& error) override {
    MutexLock lock(mutex_);
    failures_.push_back(error.ToString());
  }

  int restarts() const { return Locked(restarts_); }
  int events() const { return Locked(events_); }
  std::vector<std::string> failures() const {
    MutexLock lock(mutex_);
    return failures_;
  }
  bool Has(const std::string& name) const {
    MutexLock lock(mutex_);
    return objects_.count(name) != 0;
  }
  json Object(const std::string& name) const {
    MutexLock lock(mutex_);
    return objects_.at(name);
  }

 private:
  int Locked(const int& value) const {
    MutexLock lock(mutex_);
    return value;
  }

  mutable Mutex mutex_;
  int restarts_ = 0;
  int events_ = 0;
  std::vector<std::string> versions_;
  std::vector<std::string> failures_;
  std::map<std::string, json> objects_;
};

class WatcherTest : public testing::Test {
 protected:
  void Start(WatchTarget target = {.resource = kSecrets}) {
    thread_ = std::jthread([this, target](std::stop_token stop) {
      Watcher watcher(server_, clock_, Backoff({}, random_), target, handler_);
      watcher.Run(stop);
    });
  }
  void AwaitWatch() {
    ASSERT_TRUE(Eventually([&] { return server_.open_watches() == 1; }));
  }
  // Lets time pass until the condition holds.
  template <typename Condition>
  bool InTime(const Condition& condition) {
    return Eventually([&] {
      if (condition()) return true;
      clock_.Advance(std::chrono::milliseconds(250));
      return false;
    });
  }
  void Put(const std::string& name, const std::string& ns = "default") {
    ASSERT_TRUE(server_.Create(kSecrets,
                               {{"apiVersion", "v1"},
                                {"kind", "Secret"},
                                {"metadata", {{"name", name}, {"namespace", ns}}},
                                {"data", {{"k", "YQ=="}}}},
                               {}, {}));
  }

  FakeClock clock_;
  FakeRandom random_;
  FakeApiServer server_{clock_, random_};
  RecordingHandler handler_;
  std::jthread thread_;
};

TEST_F(WatcherTest, ListsOnceThenFollowsTheEvents) {
  Put("a");
  Start();
  AwaitWatch();
  EXPECT_TRUE(handler_.Has("a"));
  Put("b");
  ASSERT_TRUE(server_.Delete(kSecrets, {"default", "a"}, {}, {}));
  ASSERT_TRUE(Eventually([&] { return handler_.Has("b") && !handler_.Has("a"); }));
  EXPECT_EQ(handler_.restarts(), 1);
  EXPECT_EQ(server_.CallCount("list", "secrets"), 1u);
}

TEST_F(WatcherTest, ABrokenConnectionResumesWithoutAListAndLosesNothing) {
  Start();
  AwaitWatch();
  server_.BreakWatches(Error::Unavailable("connection reset"));
  ASSERT_TRUE(Eventually([&] { return server_.open_watches() == 0; }));
  Put("missed");
  ASSERT_TRUE(InTime([&] { return handler_.Has("missed"); }));
  EXPECT_EQ(handler_.restarts(), 1);
  EXPECT_EQ(handler_.failures(), std::vector<std::string>{"Unavailable: connection reset"});
}

TEST_F(WatcherTest, TheServersOrderlyEndIsNoFailure) {
  Start();
  AwaitWatch();
  clock_.Advance(minutes(5));
  ASSERT_TRUE(Eventually([&] { return server_.CallCount("watch", "secrets") == 2; }));
  AwaitWatch();
  EXPECT_TRUE(handler_.failures().empty());
  EXPECT_EQ(handler_.restarts(), 1);
}

TEST_F(WatcherTest, A410IsOneRestartThatDropsWhatIsGone) {
  Put("a");
  Start();
  AwaitWatch();
  server_.BreakWatches(Error::Unavailable("cut"));
  ASSERT_TRUE(Eventually([&] { return server_.open_watches() == 0; }));
  ASSERT_TRUE(server_.Delete(kSecrets, {"default", "a"}, {}, {}));
  Put("b");
  server_.Compact();
  ASSERT_TRUE(InTime([&] { return handler_.restarts() == 2; }));
  EXPECT_FALSE(handler_.Has("a"));
  EXPECT_TRUE(handler_.Has("b"));
  EXPECT_EQ(handler_.events(), 0);
}

TEST_F(WatcherTest, AnErrorEvent410IsTreatedTheSame) {
  Start();
  AwaitWatch();
  server_.BreakWatches(Error::Make(ErrorCode::kExpired, "too old resource version"));
  ASSERT_TRUE(InTime([&] { return handler_.restarts() == 2; }));
}

TEST_F(WatcherTest, ListsAreHalfAMinuteApartHoweverOftenTheServerSays410) {
  Start();
  AwaitWatch();
  server_.OnCall([](const CallRecord& call, CallPhase) -> Result<void> {
    if (call.verb != "watch") return {};
    return Error::Make(ErrorCode::kExpired, "always");
  });
  server_.BreakWatches(Error::Make(ErrorCode::kExpired, "first"));
  const MonoTime start = clock_.MonoNow();
  ASSERT_TRUE(InTime([&] { return server_.CallCount("list", "secrets") >= 5; }));
  EXPECT_GE(clock_.MonoNow() - start, seconds(4 * 30));
}

TEST_F(WatcherTest, BookmarksMoveTheVersionSoThatCompactionDoesNoHarm) {
  Start();
  AwaitWatch();
  ASSERT_TRUE(server_.Create({"", "v1", "configmaps", "ConfigMap"},
                             {{"apiVersion", "v1"},
                              {"kind", "ConfigMap"},
                              {"metadata", {{"name", "other"}, {"namespace", "default"}}}},
                             {}, {}));
  server_.SendBookmarks();
  server_.Compact();
  // The break is seen after the bookmark, so the version has moved by then.
  server_.BreakWatches(Error::Unavailable("cut"));
  Put("b");
  ASSERT_TRUE(InTime([&] { return handler_.Has("b"); }));
  EXPECT_EQ(handler_.restarts(), 1);
}

TEST_F(WatcherTest, AListThatFailsIsTriedAgainWithBackoff) {
  for (int i = 0; i < 3; ++i) {
    server_.FailNext("list", "secrets", Error::PermissionDenied("forbidden"), CallPhase::kBefore);
  }
  const MonoTime start = clock_.MonoNow();
  Start();
  ASSERT_TRUE(InTime([&] { return handler_.restarts() == 1; }));
  EXPECT_EQ(handler_.failures().size(), 3u);
  EXPECT_GE(clock_.MonoNow() - start, std::chrono::milliseconds(700));  // 100 + 200 + 400
}

TEST_F(WatcherTest, AVersionTheServerDoesNotKnowEndsInARestart) {
  Start();
  AwaitWatch();
  for (int i = 0; i < 3; ++i) {
    server_.FailNext("watch", "secrets", Error::DeadlineExceeded("Too large resource version"),
                     CallPhase::kBefore);
  }
  server_.BreakWatches(Error::Unavailable("etcd restored"));
  ASSERT_TRUE(InTime([&] { return handler_.restarts() == 2; }));
}

// Every wait is over at once, and the time has passed.
class InstantClock final : public Clock {
 public:
  WallTime WallNow() const override { return WallTime(now_.time_since_epoch()); }
  MonoTime MonoNow() const override { return now_; }
  void WaitUntil(CondVar&, Mutex&, const std::stop_token&, MonoTime deadline) const override {
    now_ = std::max(now_, deadline);
  }

 private:
  mutable MonoTime now_ = MonoTime(std::chrono::hours(1));
};

// Runs a watcher on this thread whose watches end as `answer` says; the times of all calls.
std::vector<std::pair<std::string, MonoTime>> RunOffline(
    const std::function<Result<void>(size_t watches)>& answer, size_t calls) {
  InstantClock clock;
  FakeRandom random;
  FakeApiServer server(clock, random);
  RecordingHandler handler;
  std::stop_source stop;
  std::vector<std::pair<std::string, MonoTime>> times;
  size_t watches = 0;
  server.OnCall([&](const CallRecord& call, CallPhase phase) -> Result<void> {
    if (phase == CallPhase::kAfter) return {};
    times.emplace_back(call.verb, clock.MonoNow());
    if (times.size() == calls) stop.request_stop();
    return call.verb == "watch" ? answer(++watches) : Result<void>();
  });
  Watcher watcher(server, clock, Backoff({}, random), {.resource = kSecrets}, handler);
  watcher.Run(stop.get_token());
  return times;
}

TEST(WatcherOutageTest, AReturningServerIsNoticedWithinTenSeconds) {
  const auto times = RunOffline(
      [](size_t) -> Result<void> { return Error::Unavailable("connection refused"); }, 40);
  ASSERT_EQ(times.size(), 40u);
  EXPECT_LT(times[2].second - times[1].second, std::chrono::milliseconds(200));
  for (size_t i = 2; i < times.size(); ++i) {
    EXPECT_EQ(times[i].first, "watch");
    EXPECT_LE(times[i].second - times[i - 1].second, seconds(8));
  }
  EXPECT_GE(times[39].second - times[38].second, seconds(8));
}

TEST(WatcherOutageTest, RefusalsAreAskedMoreSlowly) {
  const auto times = RunOffline(
      [](size_t watches) -> Result<void> {
        if (watches % 3 == 0) return Error::Unavailable("and no restart");
        return Error::Make(ErrorCode::kResourceExhausted, "too many requests");
      },
      40);
  EXPECT_GE(times[38].second - times[37].second, seconds(8));
  EXPECT_GE(times[39].second - times[36].second, seconds(60));
}

TEST(WatcherOutageTest, A410AfterALongOutageIsListedAtOnce) {
  const auto times = RunOffline(
      [](size_t watches) -> Result<void> {
        if (watches <= 30) return Error::Unavailable("connection refused");
        return Error::Make(ErrorCode::kExpired, "too old resource version");
      },
      33);
  ASSERT_EQ(times.size(), 33u);
  EXPECT_EQ(times[31].first, "watch");
  EXPECT_EQ(times[32].first, "list");
  EXPECT_LT(times[32].second - times[31].second, seconds(1));
}

TEST_F(WatcherTest, MetadataOnlyNeverSeesTheContent) {
  Put("a");
  Start({.resource = kSecrets, .metadata_only = true});
  AwaitWatch();
  Put("b");
  ASSERT_TRUE(Eventually([&] { return handler_.Has("b"); }));
  for (const char* name : {"a", "b"}) {
    EXPECT_EQ(handler_.Object(name)["kind"], "PartialObjectMetadata");
    EXPECT_FALSE(handler_.Object(name).contains("data"));
  }
}

TEST_F(WatcherTest, NamespaceAndSelectorReachTheServer) {
  Start({.resource = kSecrets, .namespace_name = "pay", .field_selector = "metadata.name=x"});
  AwaitWatch();
  Put("x");
  Put("y", "pay");
  Put("x", "pay");
  ASSERT_TRUE(Eventually([&] { return handler_.Has("x"); }));
  EXPECT_FALSE(handler_.Has("y"));
  EXPECT_EQ(handler_.Object("x")["metadata"]["namespace"], "pay");
  EXPECT_EQ(handler_.events(), 1);
}

TEST_F(WatcherTest, StopsAtOnceWhileWatchingAndWhileBackingOff) {
  Start();
  AwaitWatch();
  thread_.request_stop();
  thread_.join();
  server_.OnCall(
      [](const CallRecord&, CallPhase) -> Result<void> { return Error::Unavailable("down"); });
  Start();
  ASSERT_TRUE(Eventually([&] { return !handler_.failures().empty(); }));
  thread_.request_stop();
  thread_.join();
}

}  // namespace
}  // namespace keysteward::kube
