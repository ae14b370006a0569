#include "http/resolver.h"

#include <gmock/gmock.h>

#include <thread>

namespace keysteward::http {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(SystemResolver, LocalhostIsResolvedFromTheHostsFile) {
  const SystemClock clock;
  SystemResolver resolver(clock);
  const auto found = resolver.Resolve("localhost", {}, clock.MonoNow() + 10s);
  ASSERT_TRUE(found) << found.error().ToString();
  EXPECT_THAT(*found, ::testing::Contains(*IpAddress::Parse("127.0.0.1")));
}

TEST(SystemResolver, ManyLookupsAtOnceAllEnd) {
  const SystemClock clock;
  SystemResolver resolver(clock);
  std::atomic<int> good = 0;
  std::vector<std::jthread> callers;
  for (int i = 0; i < 40; ++i) {
    callers.emplace_back([&] {
      if (resolver.Resolve("localhost", {}, clock.MonoNow() + 20s)) ++good;
    });
  }
  callers.clear();
  EXPECT_EQ(good, 40);
}

TEST(SystemResolver, ACallerWhoMayNotWaitIsToldSo) {
  const SystemClock clock;
  std::stop_source stop;
  stop.request_stop();
  SystemResolver resolver(clock);
  EXPECT_EQ(resolver.Resolve("localhost", stop.get_token(), clock.MonoNow() + 10s).error().code,
            ErrorCode::kCancelled);
  const auto late = resolver.Resolve("localhost", {}, clock.MonoNow() - 1s);
  EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(late.error().message, HasSubstr("in time"));
}

}  // namespace
}  // namespace keysteward::http
