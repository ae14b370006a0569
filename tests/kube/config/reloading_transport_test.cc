#include "kube/config/reloading_transport.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_transport.h"
#include "tests/kube/config/temp_folder.h"

namespace keysteward::kube {
namespace {

class ReloadingTransportTest : public testing::Test {
 protected:
  // Transports that answer with the certificate authority they were made from; "bad" never
  // connects.
  Result<std::unique_ptr<http::HttpTransport>> Make(const std::string& ca) {
    ++made_;
    if (ca == "broken") return Error::InvalidArgument("not a certificate");
    auto transport = std::make_unique<http::FakeTransport>();
    for (int i = 0; i < 5; ++i) {
      if (ca == "old") transport->ReplyError(Error::Unavailable("unknown authority"));
      if (ca != "old") transport->Reply(200, ca);
    }
    return std::unique_ptr<http::HttpTransport>(std::move(transport));
  }
  std::string Send() {
    const auto reply = transport_.Send({}, {});
    return reply ? reply->body : reply.error().message;
  }

  int made_ = 0;
  TempFolder folder_;
  const std::string file_ = folder_.Write("ca.crt", "old");
  ReloadingTransport transport_{file_, "old", [this](const std::string& ca) { return Make(ca); },
                                *Make("old")};
};

TEST_F(ReloadingTransportTest, AnUnchangedFileMakesNothingNew) {
  EXPECT_EQ(Send(), "unknown authority");
  EXPECT_EQ(Send(), "unknown authority");
  EXPECT_EQ(made_, 1);
}

TEST_F(ReloadingTransportTest, AReplacedFileServesTheNextRequest) {
  folder_.Write("ca.crt", "new");
  EXPECT_EQ(Send(), "unknown authority");
  EXPECT_EQ(Send(), "new");
  EXPECT_EQ(made_, 2);
}

TEST_F(ReloadingTransportTest, ABrokenOrMissingFileKeepsTheOldTransport) {
  folder_.Write("ca.crt", "broken");
  EXPECT_EQ(Send(), "unknown authority");
  std::filesystem::remove(file_);
  EXPECT_EQ(Send(), "unknown authority");
  folder_.Write("ca.crt", "new");
  EXPECT_EQ(Send(), "unknown authority");
  EXPECT_EQ(Send(), "new");
}

TEST_F(ReloadingTransportTest, AStreamThatCannotConnectLooksAtTheFileToo) {
  folder_.Write("ca.crt", "new");
  const auto ignore = [](std::string_view) -> Result<void> { return {}; };
  EXPECT_FALSE(transport_.Stream({}, ignore, {}));
  EXPECT_EQ(Send(), "new");
}

TEST_F(ReloadingTransportTest, AFileThatIsBeingWrittenIsLeftForTheNextLook) {
  folder_.Write("ca.crt", "");
  EXPECT_EQ(Send(), "unknown authority");
  EXPECT_EQ(made_, 1) << "an empty file would trust nobody";
}

TEST_F(ReloadingTransportTest, ARequestThatWasSentSaysNothingAgainstTheAuthority) {
  for (const Error& error : {Error::UnknownOutcome("lost"), Error::DeadlineExceeded("slow"),
                             Error::Cancelled("stopped"), Error::TooLarge("body")}) {
    auto first = std::make_unique<http::FakeTransport>();
    first->ReplyError(error);
    int made = 0;
    ReloadingTransport transport(
        file_, "older",
        [&made](const std::string&) -> Result<std::unique_ptr<http::HttpTransport>> {
          ++made;
          return Error::Internal("not asked for");
        },
        std::move(first));
    EXPECT_EQ(transport.Send({}, {}).error(), error);
    EXPECT_EQ(made, 0) << error.ToString();
  }
}

}  // namespace
}  // namespace keysteward::kube
