#include "http/beast/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>

#include "tests/fakes/fake_logger.h"

namespace keysteward::http {
namespace {

class WorkerPoolTest : public testing::Test {
 protected:
  // Answers until `count` have come.
  std::vector<Answered> CollectAtLeast(WorkerPool& pool, size_t count) const {
    std::vector<Answered> all;
    while (all.size() < count) {
      for (Answered& answered : pool.Collect()) all.push_back(std::move(answered));
      std::this_thread::yield();
    }
    return all;
  }
  static Submitted Request(uint64_t connection) {
    Submitted submitted{connection, {}};
    submitted.request.path = "/" + std::to_string(connection);
    return submitted;
  }

  FakeLogger log_;
  const SystemClock clock_;
  std::atomic<size_t> rings_ = 0;
};

TEST_F(WorkerPoolTest, EveryRequestIsAnsweredOnceToItsConnection) {
  const Handler handler = [](const ServerRequest& request) {
    return HttpReply::Text(200, request.path);
  };
  WorkerPool pool(
      handler, {4, 1000}, [this] { ++rings_; }, log_, clock_);
  for (uint64_t i = 0; i < 500; ++i) {
    Submitted submitted = Request(i);
    ASSERT_TRUE(pool.Submit(submitted));
  }
  std::set<uint64_t> seen;
  for (const Answered& answered : CollectAtLeast(pool, 500)) {
    EXPECT_EQ(answered.reply.body, "/" + std::to_string(answered.connection));
    EXPECT_TRUE(seen.insert(answered.connection).second);
  }
  EXPECT_EQ(seen.size(), 500u);
  EXPECT_TRUE(pool.Collect().empty());
}

TEST_F(WorkerPoolTest, AFullQueueLeavesTheRequestWithItsOwner) {
  std::latch open{1};
  std::latch inside{1};
  const Handler handler = [&](const ServerRequest&) {
    inside.count_down();
    open.wait();
    return HttpReply{};
  };
  WorkerPool pool(
      handler, {1, 1}, [this] { ++rings_; }, log_, clock_);
  Submitted first = Request(1);
  ASSERT_TRUE(pool.Submit(first));
  inside.wait();
  Submitted second = Request(2);
  ASSERT_TRUE(pool.Submit(second));
  Submitted third = Request(3);
  EXPECT_FALSE(pool.Submit(third));
  EXPECT_EQ(third.request.path, "/3");
  open.count_down();
}

TEST_F(WorkerPoolTest, ItsEndDropsWhatIsQueuedAndWaitsForWhatRuns) {
  std::latch inside{1};
  std::latch open{1};
  std::atomic<int> finished = 0;
  const Handler handler = [&](const ServerRequest&) {
    inside.count_down();
    open.wait();
    ++finished;
    return HttpReply{};
  };
  std::jthread ending;
  {
    auto pool = std::make_unique<WorkerPool>(
        handler, WorkerPool::Size{1, 10}, [this] { ++rings_; }, log_, clock_);
    for (uint64_t i = 1; i <= 5; ++i) {
      Submitted submitted = Request(i);
      ASSERT_TRUE(pool->Submit(submitted));
    }
    inside.wait();
    ending = std::jthread([owned = std::move(pool)]() mutable { owned.reset(); });
  }
  open.count_down();
  ending.join();
  EXPECT_GE(finished, 1);
  EXPECT_LE(finished, 5);
}

TEST_F(WorkerPoolTest, AThrowingHandlerIsAnAnswer) {
  const Handler handler = [](const ServerRequest&) -> HttpReply { throw 1; };
  WorkerPool pool(
      handler, {1, 1}, [this] { ++rings_; }, log_, clock_);
  Submitted submitted = Request(1);
  ASSERT_TRUE(pool.Submit(submitted));
  EXPECT_EQ(CollectAtLeast(pool, 1)[0].reply.status, 500);
  EXPECT_EQ(log_.Count("request handler threw"), 1);
}

}  // namespace
}  // namespace keysteward::http
