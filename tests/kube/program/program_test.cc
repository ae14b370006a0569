#include "kube/program/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <future>

#include "tests/fakes/fake_logger.h"
#include "tests/kube/config/temp_folder.h"

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
  EXPECT_THAT(log.Text(), HasSubstr("Unavailable: port taken"));
}

// A program blocks SIGTERM and SIGINT for good; the test program takes the old mask back.
class ProgramTest : public testing::Test {
 protected:
  void SetUp() override { pthread_sigmask(SIG_SETMASK, nullptr, &before_); }
  void TearDown() override { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  // The exit code; what was told goes to `told_`.
  int Run(const ProgramBody& body) {
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    const int code = RunProgram(options_, body);
    told_ = testing::internal::GetCapturedStderr();
    (void)testing::internal::GetCapturedStdout();
    return code;
  }

  const TempFolder folder_;
  ProgramOptions options_{
      .name = "keysteward-test",
      .kubeconfig =
          folder_.Write("config",
                        "current-context: here\n"
                        "clusters:\n- name: c\n  cluster: {server: 'https://127.0.0.1:1'}\n"
                        "users:\n- name: u\n  user: {token: t}\n"
                        "contexts:\n"
                        "- name: here\n  context: {cluster: c, user: u, namespace: payments}\n"
                        "- name: there\n  context: {cluster: c, user: u, namespace: mail}\n"
                        "- name: nowhere\n  context: {cluster: gone, user: u}\n")};
  std::string told_;

 private:
  sigset_t before_{};
};

TEST_F(ProgramTest, TheBodyRunsInTheNamespaceOfItsContext) {
  std::vector<std::string> seen;
  const auto body = [&seen](const Launch& launch) -> Result<void> {
    seen.push_back(launch.namespace_name);
    EXPECT_FALSE(launch.stop.stop_requested());
    EXPECT_FALSE(launch.runtime.client.GetRaw("/version", {})) << "nobody listens there";
    return {};
  };
  EXPECT_EQ(Run(body), 0);
  options_.context = "there";
  EXPECT_EQ(Run(body), 0);
  EXPECT_THAT(seen, testing::ElementsAre("payments", "mail"));
}

TEST_F(ProgramTest, AFailingBodyIsItsExitCode) {
  EXPECT_EQ(Run([](const Launch&) -> Result<void> { return Error::Internal("part broke"); }), 1);
  EXPECT_THAT(told_, HasSubstr("keysteward-test: part broke\n"));
}

TEST_F(ProgramTest, WithoutAServerTheBodyNeverRuns) {
  const auto body = [](const Launch&) -> Result<void> {
    ADD_FAILURE() << "there is no connection";
    return {};
  };
  options_.context = "nowhere";
  EXPECT_EQ(Run(body), 1);
  EXPECT_THAT(told_, HasSubstr("there is no cluster \"gone\""));
  options_.kubeconfig = "/nonexistent/config";
  EXPECT_EQ(Run(body), 1);
  EXPECT_THAT(told_, HasSubstr("/nonexistent/config: No such file or directory"));
}

TEST_F(ProgramTest, ASignalStopsTheBodyAndIsAnOrderlyEnd) {
  for (const int signal : {SIGTERM, SIGINT}) {
    EXPECT_EQ(Run([signal](const Launch& launch) -> Result<void> {
                std::promise<void> stopped;
                const std::stop_callback on_stop(launch.stop, [&stopped] { stopped.set_value(); });
                EXPECT_EQ(kill(getpid(), signal), 0);
                stopped.get_future().wait();
                return Error::Cancelled("stopped half-way");
              }),
              0);
    EXPECT_THAT(told_, Not(HasSubstr("half-way")));
  }
}

}  // namespace
}  // namespace keysteward::kube
