#include "kube/program/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_logger.h"

namespace keysteward::kube {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ExitCode, OfAnOrderlyEndIsZeroAndSaysNothing) {
  FakeLogger log;
  testing::internal::CaptureStderr();
  EXPECT_EQ(ExitCodeOf("keysteward-webhook", {}, false, log), 0);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(log.Text(), Not(HasSubstr("ended")));
}

TEST(ExitCode, OfAFailureWhileStoppingIsZero) {
  FakeLogger log;
  EXPECT_EQ(ExitCodeOf("keysteward-webhook", Error::Unavailable("cut"), true, log), 0);
}

TEST(ExitCode, OfAFailureIsOneAndToldInBothPlaces) {
  FakeLogger log;
  testing::internal::CaptureStderr();
  EXPECT_EQ(ExitCodeOf("keysteward-webhook", Error::Unavailable("port taken"), false, log), 1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "keysteward-webhook: port taken\n");
  EXPECT_THAT(log.Text(), HasSubstr("port taken"));
}

}  // namespace
}  // namespace keysteward::kube
