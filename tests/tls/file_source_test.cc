// The pair shown to clients is always a whole and valid one, whatever happens to the files.
#include "tls/file_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_logger.h"

namespace keysteward::tls {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Issued {
  std::string certificate;
  std::string key;
};

class FileSourceTest : public testing::Test {
 protected:
  FileSourceTest()
      : ca_key_(KeyPair::GenerateEcdsa().value()),
        ca_(IssueAuthority({"CA", clock_.WallNow() - 1h, clock_.WallNow() + 9000h}, ca_key_)
                .value()) {
    std::string name = fs::temp_directory_path() / "file_source_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~FileSourceTest() override { fs::remove_all(folder_); }

  Issued Issue(Duration starts_in = -1h, Duration ends_in = 24h) const {
    const KeyPair key = KeyPair::GenerateEcdsa().value();
    LeafSpec spec{.common_name = "leaf"};
    spec.not_before = clock_.WallNow() + starts_in;
    spec.not_after = clock_.WallNow() + ends_in;
    return {IssueLeaf(spec, key, ca_, ca_key_)->Pem(), std::string(key.PrivatePem().view())};
  }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
  }
  void Write(const Issued& issued) const {
    Write("tls.crt", issued.certificate);
    Write("tls.key", issued.key);
  }
  FileSource Source() {
    return FileSource({.certificate_file = Path("tls.crt"), .key_file = Path("tls.key")}, log_,
                      clock_);
  }
  static std::string Shown(const FileSource& source) {
    return source.Current() ? source.Current()->chain.Pem() : "";
  }

  FakeClock clock_;
  FakeLogger log_;
  const KeyPair ca_key_;
  const Certificate ca_;
  std::string folder_;
};

TEST_F(FileSourceTest, ShowsNothingUntilTheFilesAreThere) {
  FileSource source = Source();
  EXPECT_EQ(source.Current(), nullptr);
  EXPECT_EQ(source.version(), 0u);
  const Result<void> polled = source.Poll();
  EXPECT_EQ(polled.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(polled.error().message,
            "serving certificate: " + Path("tls.crt") + ": No such file or directory");
  const Issued issued = Issue();
  Write(issued);
  EXPECT_TRUE(source.Poll());
  EXPECT_EQ(Shown(source), issued.certificate);
  EXPECT_EQ(source.version(), 1u);
  EXPECT_EQ(source.expiry(), clock_.WallNow() + 24h);
}

TEST_F(FileSourceTest, ANewPairIsShownOnce) {
  Write(Issue());
  FileSource source = Source();
  ASSERT_TRUE(source.Poll());
  ASSERT_TRUE(source.Poll());
  EXPECT_EQ(source.version(), 1u);
  const Issued next = Issue();
  Write(next);
  ASSERT_TRUE(source.Poll());
  EXPECT_EQ(source.version(), 2u);
  EXPECT_EQ(Shown(source), next.certificate);
  EXPECT_EQ(log_.Count("serving certificate loaded"), 2);
}

struct BadFiles {
  std::string name;
  std::string certificate;  // empty: as issued
  std::string key;
  Duration starts_in = -1h;
  Duration ends_in = 24h;
  std::string error;
};

class BadFilesTest : public FileSourceTest, public testing::WithParamInterface<BadFiles> {};

TEST_P(BadFilesTest, KeepTheLastGoodPairAndAreToldOnce) {
  const Issued good = Issue();
  Write(good);
  FileSource source = Source();
  ASSERT_TRUE(source.Poll());
  Issued bad = Issue(GetParam().starts_in, GetParam().ends_in);
  if (!GetParam().certificate.empty()) bad.certificate = GetParam().certificate;
  if (!GetParam().key.empty()) bad.key = GetParam().key;
  Write(bad);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(source.Poll().error().message, "serving certificate: " + GetParam().error);
  }
  EXPECT_EQ(Shown(source), good.certificate);
  EXPECT_EQ(source.version(), 1u);
  EXPECT_EQ(source.last_error()->message, "serving certificate: " + GetParam().error);
  EXPECT_EQ(log_.Count("serving certificate refused, the last good one stays"), 1);
  const Issued next = Issue();
  Write(next);
  ASSERT_TRUE(source.Poll());
  EXPECT_EQ(Shown(source), next.certificate);
  EXPECT_EQ(source.last_error(), std::nullopt);
}

std::string SomeKey() { return std::string(KeyPair::GenerateEcdsa()->PrivatePem().view()); }

INSTANTIATE_TEST_SUITE_P(
    Files, BadFilesTest,
    testing::Values(
        BadFiles{"Junk", "junk", "", -1h, 24h, "certificate: no PEM block found"},
        BadFiles{"JunkKey", "", "junk", -1h, 24h, "private key: no unencrypted PEM key found"},
        BadFiles{"Mismatch", "", SomeKey(), -1h, 24h, "certificate and key do not belong together"},
        BadFiles{"Expired", "", "", -2h, -1s, "certificate expired at 2025-12-31T23:59:59Z"},
        BadFiles{"Future", "", "", 1h, 24h,
                 "certificate is not valid before 2026-01-01T01:00:00Z"}),
    [](const auto& row) { return row.param.name; });

TEST_F(FileSourceTest, HugeFilesAreNotRead) {
  const Issued good = Issue();
  Write(good);
  FileSource source = Source();
  ASSERT_TRUE(source.Poll());
  Write("tls.crt", std::string(856 * 1024, 'A'));
  EXPECT_EQ(source.Poll().error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(Shown(source), good.certificate);
}

TEST_F(FileSourceTest, AFifoOrFolderInPlaceOfAFileDoesNotBlock) {
  const Issued good = Issue();
  Write(good);
  FileSource source = Source();
  ASSERT_TRUE(source.Poll());
  fs::remove(Path("tls.key"));
  ASSERT_EQ(mkfifo(Path("tls.key").c_str(), 0600), 0);
  EXPECT_EQ(source.Poll().error().message,
            "serving certificate: " + Path("tls.key") + ": not a regular file");
  fs::remove(Path("tls.key"));
  fs::create_directory(Path("tls.key"));
  EXPECT_EQ(source.Poll().error().message,
            "serving certificate: " + Path("tls.key") + ": not a regular file");
  EXPECT_EQ(Shown(source), good.certificate);
}

TEST_F(FileSourceTest, ACertificateBecomesValidWithTimeAlone) {
  Write(Issue(1h, 24h));
  FileSource source = Source();
  EXPECT_FALSE(source.Poll());
  clock_.Advance(2h);
  EXPECT_TRUE(source.Poll());
}

TEST_F(FileSourceTest, AnExpiredPairStaysShownWhenThereIsNoBetterOne) {
  Write(Issue());
  FileSource source = Source();
  ASSERT_TRUE(source.Poll());
  clock_.Advance(48h);
  ASSERT_TRUE(source.Poll());
  EXPECT_NE(source.Current(), nullptr);
  EXPECT_LT(source.expiry(), clock_.WallNow());
}

// A mounted Secret: tls.crt -> ..data/tls.crt, ..data -> a folder per generation, swapped by
// rename.
TEST_F(FileSourceTest, FollowsTheSymbolicLinksOfAMountedSecret) {
  const auto generation = [&](const std::string& name, const Issued& issued) {
    fs::create_directory(Path(name));
    Write(name + "/tls.crt", issued.certificate);
    Write(name + "/tls.key", issued.key);
    fs::create_directory_symlink(name, Path("..data_tmp"));
    fs::rename(Path("..data_tmp"), Path("..data"));
  };
  const Issued first = Issue();
  const Issued second = Issue();
  generation("..gen1", first);
  fs::create_symlink("..data/tls.crt", Path("tls.crt"));
  fs::create_symlink("..data/tls.key", Path("tls.key"));
  FileSource source = Source();
  ASSERT_TRUE(source.Poll());
  EXPECT_EQ(Shown(source), first.certificate);
  generation("..gen2", second);
  fs::remove_all(Path("..gen1"));
  ASSERT_TRUE(source.Poll());
  EXPECT_EQ(Shown(source), second.certificate);
}

TEST_F(FileSourceTest, TheClientAuthorityIsPartOfThePair) {
  Write(Issue());
  Write("ca.crt", ca_.Pem());
  FileSource source({.certificate_file = Path("tls.crt"),
                     .key_file = Path("tls.key"),
                     .client_ca_file = Path("ca.crt")},
                    log_, clock_);
  ASSERT_TRUE(source.Poll());
  EXPECT_EQ(source.Current()->client_ca.leaf(), ca_);
  Write("ca.crt", "junk");
  EXPECT_FALSE(source.Poll());
  EXPECT_EQ(source.Current()->client_ca.leaf(), ca_);
}

TEST_F(FileSourceTest, RunPollsUntilItIsStopped) {
  FileSource source = Source();
  std::jthread runner([&](const std::stop_token& stop) { source.Run(stop); });
  Write(Issue());
  while (source.version() == 0) {
    clock_.Advance(1s);
    std::this_thread::yield();
  }
  runner.request_stop();
}

TEST_F(FileSourceTest, KeysAreNotInAnyLogLine) {
  const Issued issued = Issue();
  Write(issued);
  FileSource source = Source();
  ASSERT_TRUE(source.Poll());
  Write("tls.key", issued.key.substr(0, issued.key.size() / 2));
  EXPECT_FALSE(source.Poll());
  EXPECT_EQ(log_.Text().find(issued.key.substr(30, 24)), std::string::npos);
}

}  // namespace
}  // namespace keysteward::tls
