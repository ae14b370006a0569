// The buffers given to cpprestsdk, driven as the library drives them.
#include "http/cpprest/stream_buffers.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "http/cpprest/library_thread.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::http {
namespace {

using namespace std::chrono_literals;
using Buffer = concurrency::streams::streambuf<uint8_t>;

class ResponseBufferTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { StartLibraryThread(); }
  explicit ResponseBufferTest(bool streaming = false)
      : call_(std::make_shared<Call>(streaming, 10)),
        stream_(ResponseBufferFor(call_, std::make_shared<WireWatch>())) {}

  pplx::task<size_t> Put(std::string_view bytes) {
    return stream_.streambuf().putn_nocopy(reinterpret_cast<const uint8_t*>(bytes.data()),
                                           bytes.size());
  }
  Call::Event Wait() { return call_->Wait(clock_, {}, clock_.MonoNow()); }

  FakeClock clock_;
  std::shared_ptr<Call> call_;
  concurrency::streams::ostream stream_;
};

TEST_F(ResponseBufferTest, ACollectedBodyIsTakenAtOnce) {
  call_->OnHead(200, {});
  EXPECT_EQ(Put("abc").get(), 3U);
  EXPECT_EQ(Put("de").get(), 2U);
  EXPECT_EQ(call_->TakeReply().body, "abcde");
}

TEST_F(ResponseBufferTest, WhatIsAboveTheCapFails) {
  call_->OnHead(200, {});
  EXPECT_EQ(Put("0123456789").get(), 10U);
  EXPECT_THROW(Put("x").get(), std::runtime_error);
  EXPECT_TRUE(call_->over_limit());
}

TEST_F(ResponseBufferTest, AnImpossibleCountIsRefusedWithoutALookAtTheBytes) {
  call_->OnHead(200, {});
  const uint8_t byte = 0;
  for (const size_t count : {SIZE_MAX, SIZE_MAX - 1, (size_t{1} << 31) + 1}) {
    EXPECT_THROW(stream_.streambuf().putn_nocopy(&byte, count).get(), std::runtime_error) << count;
  }
  EXPECT_EQ(call_->TakeReply().body, "");
}

TEST_F(ResponseBufferTest, ItsEndTellsThatTheConnectionIsFree) {
  EXPECT_FALSE(call_->WaitReleased(clock_, clock_.MonoNow()));
  stream_ = {};
  EXPECT_TRUE(call_->WaitReleased(clock_, clock_.MonoNow()));
}

TEST_F(ResponseBufferTest, NothingCanBeReadFromItAndItCannotSeek) {
  EXPECT_FALSE(stream_.streambuf().can_read());
  EXPECT_FALSE(stream_.streambuf().can_seek()) << "the library would send a request again";
}

class StreamedResponse : public ResponseBufferTest {
 protected:
  StreamedResponse() : ResponseBufferTest(true) { call_->OnHead(200, {}); }
};

TEST_F(StreamedResponse, TheLibraryReadsOnOnlyAfterTheBytesWereTaken) {
  ASSERT_EQ(Wait(), Call::Event::kHead);
  const pplx::task<size_t> put = Put("abc");
  EXPECT_FALSE(put.is_done());
  ASSERT_EQ(Wait(), Call::Event::kBytes);
  EXPECT_EQ(call_->offered(), "abc");
  call_->Taken(true);
  EXPECT_EQ(put.get(), 3U);
}

TEST_F(StreamedResponse, ASinkThatHadEnoughEndsTheExchange) {
  const pplx::task<size_t> put = Put("abc");
  call_->Taken(false);
  EXPECT_THROW(put.get(), std::runtime_error);
  EXPECT_THROW(Put("more").get(), std::runtime_error);
}

TEST(RequestBuffer, GivesTheBodyOnceInPiecesOfAnySize) {
  const concurrency::streams::istream stream = RequestBufferFor("0123456789");
  Buffer buffer = stream.streambuf();
  std::string all;
  uint8_t piece[4];
  for (size_t got = 0; (got = buffer.getn(piece, sizeof piece).get()) > 0;) {
    all.append(reinterpret_cast<const char*>(piece), got);
  }
  EXPECT_EQ(all, "0123456789");
  EXPECT_EQ(buffer.getn(piece, sizeof piece).get(), 0U);
}

TEST(RequestBuffer, CannotBeRewoundSoThatNoRequestIsSentTwice) {
  Buffer buffer = RequestBufferFor("body").streambuf();
  EXPECT_FALSE(buffer.can_seek());
  EXPECT_FALSE(buffer.can_write());
  uint8_t piece[8];
  ASSERT_EQ(buffer.getn(piece, sizeof piece).get(), 4U);
  EXPECT_EQ(static_cast<int64_t>(buffer.seekpos(0, std::ios_base::in)), -1);
  EXPECT_EQ(buffer.getn(piece, sizeof piece).get(), 0U);
}

TEST(RequestBuffer, AnEmptyBodyIsAnEndAtOnce) {
  Buffer buffer = RequestBufferFor("").streambuf();
  uint8_t byte = 0;
  EXPECT_EQ(buffer.getn(&byte, 1).get(), 0U);
}

}  // namespace
}  // namespace keysteward::http
