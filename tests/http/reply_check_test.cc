#include "http/reply_check.h"

#include <gmock/gmock.h>

namespace keysteward::http {
namespace {

using ::testing::HasSubstr;

TEST(CheckReplyHead, OrdinaryRepliesPass) {
  EXPECT_TRUE(CheckReplyHead(200, {{"Content-Length", "0"}}));
  EXPECT_TRUE(CheckReplyHead(599, {{"transfer-encoding", "Chunked"}}));
  EXPECT_TRUE(CheckReplyHead(204, {}));
}

TEST(CheckReplyHead, DoubtfulFramingIsAnUnknownOutcome) {
  const struct {
    int status;
    Headers headers;
    const char* why;
  } cases[] = {
      {100, {}, "status"},
      {101, {}, "status"},
      {0, {}, "status"},
      {600, {}, "status"},
      {-1, {}, "status"},
      {200, {{"Content-Length", ""}}, "not a number"},
      {200, {{"Content-Length", "-5"}}, "not a number"},
      {200, {{"Content-Length", "+5"}}, "not a number"},
      {200, {{"Content-Length", "0x5"}}, "not a number"},
      {200, {{"Content-Length", "5, 5"}}, "not a number"},
      {200, {{"Content-Length", "9999999999999999999"}}, "not a number"},
      {200, {{"Content-Length", "5"}, {"content-length", "5"}}, "more than one"},
      {200, {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}, "together"},
      {200, {{"Transfer-Encoding", "gzip, chunked"}}, "unknown Transfer-Encoding"},
      {200, {{"Transfer-Encoding", "xchunked"}}, "unknown Transfer-Encoding"},
  };
  for (const auto& [status, headers, why] : cases) {
    const Result<void> checked = CheckReplyHead(status, headers);
    ASSERT_FALSE(checked) << why;
    EXPECT_EQ(checked.error().code, ErrorCode::kUnknownOutcome);
    EXPECT_THAT(checked.error().message, HasSubstr(why));
  }
}

TEST(CheckReplyHead, SizeAndNumberOfFieldsAreLimited) {
  Headers fields(100, {"X", "y"});
  EXPECT_TRUE(CheckReplyHead(200, fields));
  fields.emplace_back("X", "y");
  EXPECT_EQ(CheckReplyHead(200, fields).error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(CheckReplyHead(200, {{"X", std::string(16 * 1024 - 5, 'y')}}));
  EXPECT_EQ(CheckReplyHead(200, {{"X", std::string(16 * 1024 - 4, 'y')}}).error().code,
            ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace keysteward::http
