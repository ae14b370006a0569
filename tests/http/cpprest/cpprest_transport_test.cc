#include "http/cpprest/cpprest_transport.h"

#include <dlfcn.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/fakes/eventually.h"
#include "tests/fakes/raw_server.h"
#include "tests/source_dir.h"

namespace keysteward::http {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class CpprestTransportTest : public ::testing::Test {
 protected:
  TransportOptions OptionsFor(const std::string& url) {
    return {.endpoint = Endpoint::Parse(url).value(),
            .trust = {.ca_pem = authority_.certificate_pem()}};
  }
  LineSink Collected() {
    return [this](std::string_view line) -> Result<void> {
      lines_.emplace_back(line);
      return {};
    };
  }
  SystemClock clock_;
  TestAuthority authority_;
  std::vector<std::string> lines_;
};

const char* FileOf(const void* address) {
  Dl_info where{};
  return dladdr(address, &where) != 0 ? where.dli_fname : "";
}

// Loading the system's roots for every connection was most of what an idle process burnt.
TEST_F(CpprestTransportTest, TheLibraryIsGivenOurDefinitionInPlaceOfTheLoadingOfSystemRoots) {
  const void* found = dlsym(RTLD_DEFAULT, "SSL_CTX_set_default_verify_paths");
  ASSERT_NE(found, nullptr);
  EXPECT_STREQ(FileOf(found), FileOf(reinterpret_cast<const void*>(&FileOf)));
  EXPECT_STRNE(FileOf(found), FileOf(dlsym(RTLD_DEFAULT, "SSL_CTX_new")));
}

TEST_F(CpprestTransportTest, PlainHttpIsRefused) {
  const auto made = CpprestTransport::Create(OptionsFor("http://localhost:1"), clock_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(made.error().message, HasSubstr("https only"));
}

TEST_F(CpprestTransportTest, WrongCertificatesAreRefusedAtOnce) {
  TransportOptions options = OptionsFor("https://localhost:1");
  options.trust.ca_pem = "not a certificate";
  EXPECT_EQ(CpprestTransport::Create(std::move(options), clock_).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(CpprestTransportTest, AProxyInTheEnvironmentIsNotUsed) {
  RawServer proxy(std::nullopt, [](RawConnection& connection) { connection.ReadRequest(); });
  RawServer server(authority_.Issue({.dns_names = {"localhost"}}), [](RawConnection& connection) {
    while (connection.ReadRequest()) connection.Write(RawReply("200 OK", "direct"));
  });
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy"}) {
    setenv(name, proxy.Url().c_str(), 1);
  }
  const auto transport = CpprestTransport::Create(OptionsFor(server.Url()), clock_);
  const Result<HttpResponse> reply = (*transport)->Send({}, {.timeout = 10s});
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy"}) unsetenv(name);
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_EQ(reply->body, "direct");
  EXPECT_EQ(proxy.connections(), 0);
}

TEST_F(CpprestTransportTest, AStreamGoesOnTheConnectionThatACallLeft) {
  RawServer server(authority_.Issue({.dns_names = {"localhost"}}), [](RawConnection& connection) {
    while (connection.ReadRequest()) connection.Write(RawReply("200 OK", "line\n"));
  });
  const auto transport = CpprestTransport::Create(OptionsFor(server.Url()), clock_).value();
  ASSERT_TRUE(transport->Send({}, {.timeout = 30s}));
  const auto reply = transport->Stream({}, Collected(), {.timeout = 30s});
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_THAT(lines_, testing::ElementsAre("line"));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(CpprestTransportTest, AStreamOnAConnectionClosedInBetweenMakesANewOne) {
  std::atomic<int> closed = 0;
  RawServer server(authority_.Issue({.dns_names = {"localhost"}}), [&](RawConnection& connection) {
    connection.ReadRequest();
    connection.Write(RawReply("200 OK", "line\n"));
    connection.Close();
    ++closed;
  });
  const auto transport = CpprestTransport::Create(OptionsFor(server.Url()), clock_).value();
  ASSERT_TRUE(transport->Send({}, {.timeout = 30s}));
  ASSERT_TRUE(Eventually([&] { return closed == 1; }));
  const auto reply = transport->Stream({}, Collected(), {.timeout = 30s});
  ASSERT_TRUE(reply) << reply.error().ToString();
  EXPECT_THAT(lines_, testing::ElementsAre("line"));
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(CpprestTransportTest, ManyCallersAtOnceAllGetTheirOwnReply) {
  RawServer server(authority_.Issue({.dns_names = {"localhost"}}), [](RawConnection& connection) {
    while (const std::optional<std::string> request = connection.ReadRequest()) {
      connection.Write(RawReply("200 OK", request->substr(0, request->find("\r\n"))));
    }
  });
  const auto transport = CpprestTransport::Create(OptionsFor(server.Url()), clock_);
  std::atomic<int> good = 0;
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 25; ++i) {
        const std::string target = "/" + std::to_string(caller) + "/" + std::to_string(i);
        const Result<HttpResponse> reply = (*transport)->Send({.target = target}, {.timeout = 30s});
        if (reply && reply->body == "GET " + target + " HTTP/1.1") ++good;
      }
    });
  }
  callers.clear();
  EXPECT_EQ(good, 200);
  EXPECT_LE(server.connections(), 8);
}

TEST_F(CpprestTransportTest, ATransportMayGoWhileTheLibraryStillWorksOnAnAbandonedCall) {
  RawServer server(authority_.Issue({.dns_names = {"localhost"}}), [](RawConnection& connection) {
    connection.ReadRequest();
    connection.WaitClosed();
  });
  for (int i = 0; i < 20; ++i) {
    const auto transport = CpprestTransport::Create(OptionsFor(server.Url()), clock_);
    const Result<HttpResponse> reply =
        (*transport)->Send({.method = "POST"}, {.timeout = std::chrono::milliseconds(i)});
    EXPECT_FALSE(reply);
  }
}

// The library's objects are not made for two threads: closing a socket from outside while one of
// its threads worked on it ended the process, once in thousands of calls that were given up.
TEST_F(CpprestTransportTest, CallsMayBeGivenUpAtAnyMomentOfTheirConnection) {
  constexpr int kCalls = 500;
  RawServer server(authority_.Issue({.dns_names = {"localhost"}}), [](RawConnection& connection) {
    while (connection.ReadRequest()) connection.Write(RawReply("200 OK", "x"));
  });
  const auto transport = CpprestTransport::Create(OptionsFor(server.Url()), clock_);
  std::atomic<int> done = 0;
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < kCalls; ++i) {
        const auto patience = std::chrono::microseconds(caller * 7 + i % 80 * 50);
        const Result<HttpResponse> reply =
            (*transport)->Send({.method = "POST"}, {.timeout = patience});
        done += reply || reply.error().code == ErrorCode::kUnavailable ||
                reply.error().code == ErrorCode::kUnknownOutcome;
      }
    });
  }
  callers.clear();
  EXPECT_EQ(done, 4 * kCalls);
}

// A continuation that waits can stop every thread of the library for good. The one get() that is
// allowed observes a task that is complete.
TEST(CpprestSources, NoContinuationWaits) {
  const std::filesystem::path folder = KEYSTEWARD_SOURCE_DIR "/http/cpprest";
  int waits = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str().find(".wait()"), std::string::npos) << entry.path();
    for (size_t at = 0; (at = text.str().find("task.get()", at)) != std::string::npos; ++at)
      ++waits;
    for (size_t at = 0; (at = text.str().find("answered.get()", at)) != std::string::npos; ++at) {
      ++waits;
    }
  }
  EXPECT_EQ(waits, 2);
}

}  // namespace
}  // namespace keysteward::http
