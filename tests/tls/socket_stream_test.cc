// Streams over a socket pair: what each call says, and what a hostile peer gets.
#include "tls/socket_stream.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "tests/tls/handshake_rig.h"

namespace keysteward::tls {
namespace {

constexpr const char* kBothDone = "server done, client done";

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) != -1; }

class PlainStreamTest : public testing::Test {
 protected:
  ~PlainStreamTest() override {
    if (peer_ >= 0) close(peer_);
  }
  std::string Read() {
    std::array<char, 64> buffer{};
    const IoResult got = stream_->Read(buffer);
    return got.status == IoStatus::kDone ? std::string(buffer.data(), got.bytes)
                                         : std::string(StatusName(got.status));
  }
  void HangUp() {
    close(peer_);
    peer_ = -1;
  }

  const SocketPair pair_;
  int peer_ = pair_.second;
  std::unique_ptr<SocketStream> stream_ = MakePlainStream(pair_.first);
};

TEST_F(PlainStreamTest, NeedsNoHandshakeAndNamesNobody) {
  EXPECT_EQ(stream_->Handshake(), IoStatus::kDone);
  EXPECT_EQ(stream_->PeerName(), "");
  EXPECT_EQ(stream_->fd(), pair_.first);
}

TEST_F(PlainStreamTest, ReadsWhatThereIs) {
  EXPECT_EQ(Read(), "wants to read");
  ASSERT_EQ(send(peer_, "hello", 5, 0), 5);
  EXPECT_EQ(Read(), "hello");
  EXPECT_EQ(Read(), "wants to read");
}

TEST_F(PlainStreamTest, TellsTheEndFromSilence) {
  ASSERT_EQ(send(peer_, "last", 4, 0), 4);
  shutdown(peer_, SHUT_WR);
  EXPECT_EQ(Read(), "last");
  EXPECT_EQ(Read(), "closed");
  EXPECT_EQ(Read(), "closed");
}

TEST_F(PlainStreamTest, WritesUntilTheSocketIsFull) {
  const std::string block(64 * 1024, 'x');
  size_t written = 0;
  IoResult last;
  for (int i = 0; i < 1000 && (last = stream_->Write(block)).status == IoStatus::kDone; ++i) {
    written += last.bytes;
  }
  EXPECT_EQ(last.status, IoStatus::kWantWrite);
  EXPECT_GT(written, 0u);
  std::array<char, 4096> taken{};
  while (recv(peer_, taken.data(), taken.size(), 0) > 0) {
  }
  EXPECT_EQ(stream_->Write("x").status, IoStatus::kDone) << "there is room again";
}

TEST_F(PlainStreamTest, FailsWithoutASignalWhenThePeerIsGone) {
  HangUp();
  EXPECT_EQ(stream_->Write("x").status, IoStatus::kFailed);
}

TEST_F(PlainStreamTest, EndsItsWritingAndReadsOn) {
  stream_->EndWriting();
  char byte = 0;
  EXPECT_EQ(recv(peer_, &byte, 1, 0), 0) << "the peer sees the end";
  ASSERT_EQ(send(peer_, "answer", 6, 0), 6);
  EXPECT_EQ(Read(), "answer");
}

TEST_F(PlainStreamTest, ClosesItsSocket) {
  const int fd = stream_->fd();
  ASSERT_TRUE(IsOpen(fd));
  stream_.reset();
  char byte = 0;
  EXPECT_EQ(recv(peer_, &byte, 1, 0), 0);
}

class TlsStreamTest : public testing::Test {
 protected:
  TlsStreamTest() { source_.Show(identity_.certificate_pem, identity_.key_pem); }

  TestAuthority authority_;
  const TestIdentity identity_ = authority_.Issue({});
  FixedSource source_;
};

TEST_F(TlsStreamTest, CarriesBytesBothWays) {
  HandshakeRig rig(source_, ClientTrust::kNone);
  ASSERT_EQ(rig.Shake(), kBothDone);
  EXPECT_EQ(rig.ServerReads(), "wants to read");
  ASSERT_EQ(SSL_write(rig.client(), "GET /", 5), 5);
  EXPECT_EQ(rig.ServerReads(), "GET /");
  const IoResult sent = rig.server().Write("200");
  EXPECT_EQ(sent.status, IoStatus::kDone);
  EXPECT_EQ(sent.bytes, 3u);
  EXPECT_EQ(rig.ClientReads(), "200");
}

TEST_F(TlsStreamTest, CarriesNulsAndLongTexts) {
  HandshakeRig rig(source_, ClientTrust::kNone);
  ASSERT_EQ(rig.Shake(), kBothDone);
  std::string text(40'000, '\0');
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31);
  ASSERT_EQ(SSL_write(rig.client(), text.data(), static_cast<int>(text.size())),
            static_cast<int>(text.size()));
  std::string got;
  for (int i = 0; i < 50 && got.size() < text.size(); ++i) got += rig.ServerReads();
  EXPECT_EQ(got, text);
}

TEST_F(TlsStreamTest, TellsAnOrderlyEndFromACutOne) {
  HandshakeRig orderly(source_, ClientTrust::kNone);
  ASSERT_EQ(orderly.Shake(), kBothDone);
  SSL_shutdown(orderly.client());
  EXPECT_EQ(orderly.ServerReads(), "closed");
  HandshakeRig cut(source_, ClientTrust::kNone);
  ASSERT_EQ(cut.Shake(), kBothDone);
  cut.Hang();
  EXPECT_EQ(cut.ServerReads(), "failed") << "a cut is no end: bytes may be missing";
}

TEST_F(TlsStreamTest, EndsItsWritingInOrder) {
  HandshakeRig rig(source_, ClientTrust::kNone);
  ASSERT_EQ(rig.Shake(), kBothDone);
  rig.server().EndWriting();
  EXPECT_EQ(rig.ClientReads(), "closed");
  ASSERT_EQ(SSL_write(rig.client(), "more", 4), 4);
  EXPECT_EQ(rig.ServerReads(), "more") << "reading goes on";
}

TEST_F(TlsStreamTest, EndsWritingBeforeTheHandshakeToo) {
  HandshakeRig rig(source_, ClientTrust::kNone);
  rig.server().EndWriting();
  EXPECT_EQ(rig.server().PeerName(), "");
}

TEST_F(TlsStreamTest, FailsWhenThePeerIsGone) {
  HandshakeRig rig(source_, ClientTrust::kNone);
  ASSERT_EQ(rig.Shake(), kBothDone);
  rig.Hang();
  IoResult last = rig.server().Write("x");
  for (int i = 0; i < 3 && last.status == IoStatus::kDone; ++i) last = rig.server().Write("x");
  EXPECT_EQ(last.status, IoStatus::kFailed);
}

TEST_F(TlsStreamTest, WaitsForTheRestOfAHello) {
  const SocketPair sockets;
  const auto context = ServerContext::Create(source_, ClientTrust::kNone).value();
  const auto stream = context->Accept(sockets.first);
  EXPECT_EQ(stream->Handshake(), IoStatus::kWantRead) << "nothing came yet";
  // The head of a record that promises 100 bytes, byte by byte.
  const std::string head("\x16\x03\x01\x00\x64\x01\x00\x00\x60\x03\x03", 11);
  for (const char byte : head) {
    ASSERT_EQ(send(sockets.second, &byte, 1, 0), 1);
    EXPECT_EQ(stream->Handshake(), IoStatus::kWantRead);
  }
  close(sockets.second);
  EXPECT_EQ(stream->Handshake(), IoStatus::kFailed);
}

struct Hello {
  const char* name;
  std::string bytes;
};

class BadHello : public TlsStreamTest, public testing::WithParamInterface<Hello> {};

TEST_P(BadHello, EndsTheHandshakeAtOnce) {
  const SocketPair sockets;
  const auto context = ServerContext::Create(source_, ClientTrust::kNone).value();
  const auto stream = context->Accept(sockets.first);
  const std::string& bytes = GetParam().bytes;
  ASSERT_EQ(send(sockets.second, bytes.data(), bytes.size(), 0),
            static_cast<ssize_t>(bytes.size()));
  EXPECT_EQ(stream->Handshake(), IoStatus::kFailed);
  EXPECT_EQ(stream->Handshake(), IoStatus::kFailed) << "a broken stream stays broken";
  stream->EndWriting();
  close(sockets.second);
}

std::string Record(char type, const std::string& version, const std::string& body) {
  std::string record(1, type);
  record += version;
  record += static_cast<char>(body.size() >> 8);
  record += static_cast<char>(body.size());
  return record + body;
}

INSTANTIATE_TEST_SUITE_P(
    Tls, BadHello,
    testing::Values(
        Hello{"PlainHttp", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
        Hello{"PlainHttpProxy", "CONNECT a:443 HTTP/1.1\r\n\r\n"},
        Hello{"Ssh", "SSH-2.0-OpenSSH_9.2\r\n"}, Hello{"Zeros", std::string(64, '\0')},
        Hello{"Ones", std::string(64, '\xFF')},
        Hello{"Sslv2", std::string("\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10", 11) +
                           std::string(64, '\x01')},
        Hello{"RecordTooLong", std::string("\x16\x03\x01\xFF\xFF", 5) + std::string(64, 'x')},
        Hello{"Alert", Record('\x15', "\x03\x01", std::string("\x02\x28", 2))},
        Hello{"DataFirst", Record('\x17', "\x03\x03", std::string(32, 'x'))},
        Hello{"ServerHello",
              Record('\x16', "\x03\x03",
                     std::string("\x02\x00\x00\x26\x03\x03", 6) + std::string(36, 'x'))},
        Hello{"EmptyHello", Record('\x16', "\x03\x01", std::string("\x01\x00\x00\x00", 4))},
        Hello{"CutHello",
              Record('\x16', "\x03\x01", std::string("\x01\x00\x00\x05\x03\x03\x00\x00\x00", 9))},
        Hello{"HelloOf16Megabytes",
              Record('\x16', "\x03\x01",
                     std::string("\x01\xFF\xFF\xFF\x03\x03", 6) + std::string(64, 'x'))}),
    [](const auto& row) { return row.param.name; });

// One changed byte of a good hello: an alert or silence, and never a crash or a handshake that is
// done without its client.
TEST_F(TlsStreamTest, SurvivesEveryChangedByteOfAHello) {
  std::string hello(2048, '\0');
  {
    HandshakeRig rig(source_, ClientTrust::kNone);
    const SocketPair sockets;
    SSL_set_fd(rig.client(), sockets.second);
    SSL_connect(rig.client());
    const ssize_t size = recv(sockets.first, hello.data(), hello.size(), 0);
    ASSERT_GT(size, 100);
    hello.resize(static_cast<size_t>(size));
    close(sockets.first);
    close(sockets.second);
  }
  const auto context = ServerContext::Create(source_, ClientTrust::kNone).value();
  for (size_t at = 0; at < hello.size(); ++at) {
    std::string changed = hello;
    changed[at] = static_cast<char>(changed[at] ^ 0xFF);
    const SocketPair sockets;
    const auto stream = context->Accept(sockets.first);
    ASSERT_EQ(send(sockets.second, changed.data(), changed.size(), 0),
              static_cast<ssize_t>(changed.size()));
    EXPECT_NE(stream->Handshake(), IoStatus::kDone) << at;
    close(sockets.second);
  }
}

}  // namespace
}  // namespace keysteward::tls
