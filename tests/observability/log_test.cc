#include "observability/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <thread>

#include "common/strings.h"
#include "observability/line_writer.h"
#include "observability/metric_names.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"
#include "tests/fakes/fake_metrics.h"

namespace keysteward {
namespace {

using ::testing::HasSubstr;

// Two connected descriptors: what is written to `in` is read from `out`.
class Channel {
 public:
  explicit Channel(bool socket) {
    std::array<int, 2> ends{};
    EXPECT_EQ(socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) : pipe(ends.data()), 0);
    out_ = ends[0];
    in_ = ends[1];
  }
  ~Channel() {
    CloseOut();
    close(in_);
  }
  int in() const { return in_; }
  void CloseOut() {
    if (out_ >= 0) close(out_);
    out_ = -1;
  }
  // Everything that waits to be read now.
  std::string Drain() {
    fcntl(out_, F_SETFL, O_NONBLOCK);
    std::string text;
    std::array<char, 65536> buffer;
    for (ssize_t n; (n = read(out_, buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<size_t>(n));
    }
    return text;
  }

 private:
  int in_ = -1;
  int out_ = -1;
};

class LineWriterOn : public testing::TestWithParam<bool> {};  // true: a socket, false: a pipe

TEST_P(LineWriterOn, RefusesWhenFullAndGoesOnWhenDrained) {
  Channel channel(GetParam());
  LineWriter writer(channel.in());
  const std::string line(1000, 'x');
  int taken = 0;
  while (writer.Write(line)) ++taken;
  EXPECT_GT(taken, 10);
  EXPECT_FALSE(writer.Write(line));
  for (const std::string_view piece : Split(channel.Drain(), '\n')) EXPECT_LE(piece.size(), 1000U);
  EXPECT_TRUE(writer.Write("after"));
  EXPECT_THAT(channel.Drain(), testing::EndsWith("after\n"));
}

TEST_P(LineWriterOn, RefusesWithoutSigpipeWhenTheReaderIsGone) {
  Channel channel(GetParam());
  LineWriter writer(channel.in());
  channel.CloseOut();
  EXPECT_FALSE(writer.Write("nobody listens"));
  EXPECT_FALSE(writer.Write("nobody listens"));
}

TEST_P(LineWriterOn, LeavesTheFlagsOfTheSharedDescriptorAlone) {
  Channel channel(GetParam());
  const int before = fcntl(channel.in(), F_GETFL);
  LineWriter writer(channel.in());
  EXPECT_TRUE(writer.Write("line"));
  EXPECT_EQ(fcntl(channel.in(), F_GETFL), before);
}

INSTANTIATE_TEST_SUITE_P(Log, LineWriterOn, testing::Bool(), [](const auto& param_info) {
  return param_info.param ? "ASocket" : "APipe";
});

TEST(LineWriter, RefusesOnAClosedDescriptorAndOnAFullDisk) {
  const int null = open("/dev/null", O_WRONLY);
  close(null);
  EXPECT_FALSE(LineWriter(null).Write("line"));
  const int full = open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  EXPECT_FALSE(LineWriter(full).Write("line"));
  close(full);
}

TEST(LineWriter, LinesOfManyThreadsNeverMix) {
  Channel channel(false);
  LineWriter writer(channel.in());
  std::vector<std::jthread> threads;
  for (char name = 'a'; name < 'e'; ++name) {
    threads.emplace_back([&writer, name] {
      for (int i = 0; i < 50; ++i) EXPECT_TRUE(writer.Write(std::string(100, name)));
    });
  }
  threads.clear();
  const std::string text = channel.Drain();
  int lines = 0;
  for (const std::string_view line : Split(text, '\n')) {
    if (line.empty()) continue;
    ++lines;
    EXPECT_EQ(line, std::string(100, line.front()));
  }
  EXPECT_EQ(lines, 200);
}

TEST(Logger, WritesOneLineForEachCallAtOrAboveItsLevel) {
  Channel channel(false);
  const FakeClock clock;
  const auto log = MakeLogger({.level = LogLevel::kInfo, .fd = channel.in()}, clock);
  log->Debug("hidden");
  log->Info("shown", {{"n", 1}});
  log->Error("also shown");
  const std::string text = channel.Drain();
  EXPECT_EQ(Split(text, '\n').size(), 3U);
  EXPECT_EQ(nlohmann::json::parse(Split(text, '\n')[0])["msg"], "shown");
  EXPECT_EQ(nlohmann::json::parse(Split(text, '\n')[1])["level"], "error");
  EXPECT_FALSE(log->Enabled(LogLevel::kDebug));
  EXPECT_FALSE(log->Enabled(LogLevel::kOff));
}

TEST(Logger, NeverReadsTextAsAFormatString) {
  Channel channel(false);
  const FakeClock clock;
  const auto log = MakeLogger({.format = LogFormat::kText, .fd = channel.in()}, clock);
  log->Info("{} %n {0:{1}}", {{"value", "{:>999999999}"}});
  EXPECT_THAT(channel.Drain(), HasSubstr("{} %n {0:{1}} value={:>999999999}\n"));
}

TEST(Logger, CountsLostLinesAndTellsThemWhenALineGetsThrough) {
  Channel channel(false);
  const FakeClock clock;
  FakeMetrics metrics;
  const auto log = MakeLogger({.fd = channel.in(), .metrics = &metrics}, clock);
  while (metrics.Value(kLogLinesDropped, {}) < 3)
    log->Info("filling", {{"x", std::string(250, 'x')}});
  channel.Drain();
  log->Info("after");
  const std::string text = channel.Drain();
  EXPECT_THAT(text, HasSubstr("\"msg\":\"log lines dropped\",\"lines\":3}\n"));
  EXPECT_THAT(text, HasSubstr("\"msg\":\"after\"}\n"));
  EXPECT_EQ(metrics.Value(kLogLinesDropped, {}), 3);
}

TEST(Logger, SurvivesAReaderThatIsGone) {
  Channel channel(false);
  const FakeClock clock;
  FakeMetrics metrics;
  const auto log = MakeLogger({.fd = channel.in(), .metrics = &metrics}, clock);
  channel.CloseOut();
  for (int i = 0; i < 5; ++i) log->Error("nobody listens");
  EXPECT_EQ(metrics.Value(kLogLinesDropped, {}), 5);
}

TEST(Logger, TheNullLoggerIsOffAtEveryLevel) {
  const auto log = MakeNullLogger();
  EXPECT_FALSE(log->Enabled(LogLevel::kError));
  log->Error("dropped");
}

TEST(FakeLogger, KeepsEveryLineWithItsFields) {
  FakeLogger log;
  log.Trace("a", {{"n", 1}, {"s", "x y"}});
  log.Trace("a");
  EXPECT_EQ(log.Count("a"), 2);
  EXPECT_EQ(log.Lines()[0].Field("n"), "1");
  EXPECT_EQ(log.Lines()[0].Field("missing"), "");
  EXPECT_EQ(log.Text(), "trace a n=1 s=x y\ntrace a\n");
}

}  // namespace
}  // namespace keysteward
