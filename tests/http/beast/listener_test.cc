#include "http/beast/listener.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/http/beast/raw_client.h"

namespace keysteward::http {
namespace {

using State = Listener::AcceptState;

Listener Local() { return Listener::Open("127.0.0.1", 0).value(); }

// The lowest descriptor that is free: the next one the kernel hands out.
int LowestFree() {
  const int fd = dup(0);
  close(fd);
  return fd;
}

TEST(Listener, GivesAWaitingConnectionWithItsPeer) {
  Listener listener = Local();
  EXPECT_NE(listener.port(), 0);
  Accepted accepted{};
  EXPECT_EQ(listener.Accept(accepted), State::kNoneWaiting);
  const RawClient client = RawClient::Plain(listener.port());
  ASSERT_TRUE(client.connected());
  ASSERT_EQ(listener.Accept(accepted), State::kAccepted);
  EXPECT_EQ(accepted.peer, "127.0.0.1");
  EXPECT_NE(fcntl(accepted.fd, F_GETFL) & O_NONBLOCK, 0) << "a slow peer must not stop the thread";
  EXPECT_NE(fcntl(accepted.fd, F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(listener.Accept(accepted), State::kNoneWaiting);
  close(accepted.fd);
}

TEST(Listener, OnAllAddressesAnIpv4PeerReadsAsIpv4) {
  Result<Listener> listener = Listener::Open("::", 0);
  if (!listener) GTEST_SKIP() << "this machine has no IPv6: " << listener.error().message;
  const RawClient client = RawClient::Plain(listener->port());
  ASSERT_TRUE(client.connected());
  Accepted accepted{};
  ASSERT_EQ(listener->Accept(accepted), State::kAccepted);
  EXPECT_EQ(accepted.peer, "127.0.0.1") << "limits and logs are by this text";
  close(accepted.fd);
}

TEST(Listener, OnlyNumericAddressesAreBound) {
  for (const char* address : {"localhost", "", "*", "127.1", "127.0.0.1:80", "[::1]"}) {
    const Result<Listener> listener = Listener::Open(address, 0);
    ASSERT_FALSE(listener) << address;
    EXPECT_EQ(listener.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(listener.error().message,
              "listen: \"" + std::string(address) + "\" is not a numeric address");
  }
}

TEST(Listener, AnAddressOfAnotherMachineIsUnavailable) {
  const Result<Listener> listener = Listener::Open("192.0.2.1", 0);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(listener.error().message, testing::StartsWith("listen on 192.0.2.1 port 0: "));
}

TEST(Listener, ClosedItTurnsClientsAway) {
  Listener listener = Local();
  const uint16_t port = listener.port();
  listener.Close();
  listener.Close();
  EXPECT_EQ(listener.fd(), -1);
  EXPECT_FALSE(RawClient::Plain(port).connected());
}

TEST(Listener, MovedItKeepsItsPort) {
  Listener first = Local();
  const uint16_t port = first.port();
  Listener second(std::move(first));
  EXPECT_EQ(second.port(), port);
  EXPECT_TRUE(RawClient::Plain(port).connected());
}

TEST(Listener, WithoutDescriptorsTheConnectionStaysQueued) {
  Listener listener = Local();
  const RawClient client = RawClient::Plain(listener.port());
  ASSERT_TRUE(client.connected());
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{static_cast<rlim_t>(LowestFree()), before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  Accepted accepted{};
  const State exhausted = listener.Accept(accepted);
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(exhausted, State::kExhausted);
  ASSERT_EQ(listener.Accept(accepted), State::kAccepted) << "nothing was lost";
  close(accepted.fd);
}

}  // namespace
}  // namespace keysteward::http
