// Which addresses a BeastTransport dials, and that it dials no other.
#include <gmock/gmock.h>

#include "http/beast/beast_transport.h"
#include "tests/fakes/raw_server.h"

namespace keysteward::http {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

using Answer = std::vector<const char*>;

// Answers from a list, one entry a call; the last one stays.
class ScriptedResolver final : public Resolver {
 public:
  explicit ScriptedResolver(std::vector<Answer> answers) : answers_(std::move(answers)) {}

  Result<std::vector<IpAddress>> Resolve(const std::string&, const std::stop_token&,
                                         MonoTime) override {
    const size_t at = std::min(calls_++, answers_.size() - 1);
    if (answers_[at].empty()) return Error::Unavailable("cannot resolve issuer.example");
    std::vector<IpAddress> out;
    for (const char* text : answers_[at]) out.push_back(*IpAddress::Parse(text));
    return out;
  }
  size_t calls() const { return calls_; }

 private:
  const std::vector<Answer> answers_;
  size_t calls_ = 0;
};

class AddressTest : public ::testing::Test {
 protected:
  AddressTest()
      : server_(authority_.Issue({.dns_names = {"issuer.example"}}), [](RawConnection& connection) {
          while (connection.ReadRequest()) {
            connection.Write(RawReply("200 OK", "hello", "Connection: close\r\n"));
          }
        }) {}

  std::unique_ptr<BeastTransport> Make(const std::string& url, Resolver& resolver,
                                       std::optional<AddressPolicy> policy) {
    return BeastTransport::Create({.endpoint = Endpoint::Parse(url).value(),
                                   .trust = {.ca_pem = authority_.certificate_pem()}},
                                  policy, resolver, clock_)
        .value();
  }

  std::string Call(HttpTransport& transport) {
    const Result<HttpResponse> reply = transport.Send({.method = "POST"}, {.timeout = 10s});
    return reply ? reply->body : reply.error().ToString();
  }

  std::string Url() { return server_.Url("issuer.example"); }

  SystemClock clock_;
  TestAuthority authority_;
  RawServer server_;
};

TEST_F(AddressTest, AnAllowedAddressIsDialledAndTheNameIsChecked) {
  ScriptedResolver resolver({Answer{"127.0.0.1"}});
  EXPECT_EQ(Call(*Make(Url(), resolver, AddressPolicy{.allow_loopback = true})), "hello");
}

TEST_F(AddressTest, ANameThatPointsInsideIsRefused) {
  for (const char* inside : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "fd00:ec2::254", "::1",
                             "::ffff:127.0.0.1", "0.0.0.0", "192.168.0.1"}) {
    ScriptedResolver resolver({Answer{inside}});
    const std::string error = Call(*Make(Url(), resolver, AddressPolicy{}));
    EXPECT_THAT(error, HasSubstr("Unavailable: "));
    EXPECT_THAT(error, HasSubstr("issuer.example: address " + std::string(inside)));
    EXPECT_THAT(error, HasSubstr("is refused"));
  }
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(AddressTest, AnAddressInTheUrlIsJudgedLikeAnyOther) {
  ScriptedResolver resolver({Answer{"127.0.0.1"}});
  EXPECT_THAT(Call(*Make(server_.Url("127.0.0.1"), resolver, AddressPolicy{})),
              HasSubstr("is refused: loopback"));
  EXPECT_THAT(Call(*Make("https://[::ffff:127.0.0.1]:" + std::to_string(server_.port()), resolver,
                         AddressPolicy{.allow_private = true, .allow_loopback = true})),
              HasSubstr("is refused: IPv4-mapped"));
  EXPECT_EQ(resolver.calls(), 0u);
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(AddressTest, OnlyTheAllowedOnesOfSeveralAreDialled) {
  ScriptedResolver resolver({Answer{"169.254.169.254", "10.0.0.1", "127.0.0.1"}});
  EXPECT_EQ(Call(*Make(Url(), resolver, AddressPolicy{.allow_loopback = true})), "hello");
}

TEST_F(AddressTest, ADeadAddressIsFollowedByTheNext) {
  ScriptedResolver resolver({Answer{"127.0.0.2", "127.0.0.1"}});
  EXPECT_EQ(Call(*Make(Url(), resolver, AddressPolicy{.allow_loopback = true})), "hello");
}

TEST_F(AddressTest, TheAnswerThatWasJudgedIsTheOneThatIsDialled) {
  // Rebinding: a good answer first, an inner address afterwards. One lookup a connection, so no
  // second answer can be dialled without having been judged.
  ScriptedResolver resolver({Answer{"127.0.0.1"}, Answer{"10.0.0.1"}});
  const auto transport = Make(Url(), resolver, AddressPolicy{.allow_loopback = true});
  EXPECT_EQ(Call(*transport), "hello");
  EXPECT_EQ(resolver.calls(), 1u);
  EXPECT_THAT(Call(*transport), HasSubstr("address 10.0.0.1 is refused: private"));
  EXPECT_EQ(resolver.calls(), 2u);
}

TEST_F(AddressTest, AnUnknownNameIsUnavailable) {
  ScriptedResolver resolver({Answer{}});
  EXPECT_THAT(Call(*Make(Url(), resolver, AddressPolicy{})),
              HasSubstr("Unavailable: " + Url() + ": cannot resolve"));
}

TEST_F(AddressTest, PlainHttpIsRefusedForAnIssuerAndServedWithoutAPolicy) {
  RawServer plain(std::nullopt, [](RawConnection& connection) {
    while (connection.ReadRequest()) connection.Write(RawReply("200 OK", "plain"));
  });
  ScriptedResolver resolver({Answer{"127.0.0.1"}});
  TransportOptions options{.endpoint = Endpoint::Parse(plain.Url()).value()};
  const auto refused =
      BeastTransport::Create(std::move(options), AddressPolicy{}, resolver, clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  const auto transport = Make(plain.Url(), resolver, std::nullopt);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Call(*transport), "plain");
  EXPECT_EQ(plain.connections(), 1);
}

}  // namespace
}  // namespace keysteward::http
