#include "http/beast/socket_bio.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>

#include <memory>

#include "tests/fakes/fake_clock.h"
#include "tests/http/beast/socket_pair.h"

namespace keysteward::http {
namespace {

class SocketBioTest : public testing::Test {
 protected:
  std::string Read() {
    char buffer[64];
    const int got = BIO_read(bio_.get(), buffer, sizeof buffer);
    if (got > 0) return {buffer, static_cast<size_t>(got)};
    if (BIO_should_read(bio_.get())) return "wants to read";
    return got == 0 ? "end" : "failed";
  }

  FakeClock clock_;
  SocketPair pair_;
  SocketLink link_{.socket = pair_.near()};
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio_{NewSocketBio(link_), &BIO_free};
};

TEST_F(SocketBioTest, ReadsWhatThereIsAndAsksToComeBack) {
  EXPECT_EQ(Read(), "wants to read");
  pair_.Write("hello");
  EXPECT_EQ(Read(), "hello");
  EXPECT_EQ(Read(), "wants to read");
}

TEST_F(SocketBioTest, TellsTheEndFromSilence) {
  pair_.CloseFar();
  EXPECT_EQ(Read(), "end");
}

TEST_F(SocketBioTest, WritesUntilTheSocketIsFull) {
  const std::string block(64 * 1024, 'x');
  int last = 1;
  for (int i = 0; i < 1000 && last > 0; ++i) {
    last = BIO_write(bio_.get(), block.data(), static_cast<int>(block.size()));
  }
  EXPECT_LT(last, 0);
  EXPECT_TRUE(BIO_should_write(bio_.get()));
}

TEST_F(SocketBioTest, APeerThatIsGoneFailsAWriteWithoutASignal) {
  pair_.CloseFar();
  EXPECT_LT(BIO_write(bio_.get(), "x", 1), 0);
  EXPECT_FALSE(BIO_should_retry(bio_.get()));
}

TEST_F(SocketBioTest, AfterTheCallIsOverNothingIsReadThoughBytesWait) {
  SocketWait wait(clock_, {}, clock_.MonoNow() + std::chrono::seconds(1));
  link_.wait = &wait;
  pair_.Write("late");
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Read(), "wants to read");
  link_.wait = nullptr;
  EXPECT_EQ(Read(), "late");
}

TEST_F(SocketBioTest, FlushesByDoingNothingAndLeavesTheSocketOpen) {
  EXPECT_EQ(BIO_flush(bio_.get()), 1);
  { const std::unique_ptr<BIO, decltype(&BIO_free)> other{NewSocketBio(link_), &BIO_free}; }
  pair_.Write("still open");
  EXPECT_EQ(Read(), "still open");
}

}  // namespace
}  // namespace keysteward::http
