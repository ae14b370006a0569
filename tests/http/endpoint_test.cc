#include "http/endpoint.h"

#include <gmock/gmock.h>

namespace keysteward::http {
namespace {

using ::testing::HasSubstr;

TEST(Endpoint, PartsOfAGoodUrlAreTakenApart) {
  const struct {
    const char* url;
    Endpoint expected;
  } cases[] = {
      {"https://api.example", {"https", "api.example", 443, ""}},
      {"HTTPS://API.Example:8443/", {"https", "api.example", 8443, ""}},
      {"http://localhost:8001", {"http", "localhost", 8001, ""}},
      {"https://10.0.0.1:6443", {"https", "10.0.0.1", 6443, ""}},
      {"https://[::1]:6443/base", {"https", "::1", 6443, "/base"}},
      {"https://[2001:DB8:0:0::1]", {"https", "2001:db8::1", 443, ""}},
      {"https://h/k8s/clusters/c-m-1/", {"https", "h", 443, "/k8s/clusters/c-m-1"}},
      {"https://my_svc.ns.svc", {"https", "my_svc.ns.svc", 443, ""}},
  };
  for (const auto& [url, expected] : cases) {
    const Result<Endpoint> parsed = Endpoint::Parse(url);
    ASSERT_TRUE(parsed) << url << ": " << parsed.error().ToString();
    EXPECT_EQ(*parsed, expected) << url;
  }
}

TEST(Endpoint, AWrongUrlIsRefusedWithAReason) {
  const struct {
    std::string url;
    const char* reason;
  } cases[] = {
      {"", "scheme must be https or http"},
      {"api.example", "scheme"},
      {"ftp://api.example", "scheme"},
      {"unix:///run/x.sock", "scheme"},
      {"file:///etc/passwd", "scheme"},
      {"https://", "host is empty"},
      {"https:///path", "host is empty"},
      {"https://user@api.example", "user information"},
      {"https://user:pass@api.example/x", "user information"},
      {"https://good.example\\@evil.example", "user information"},
      {"https://good.example\\.evil.example", "not a DNS name"},
      {"https://api.example?x=1", "query or fragment"},
      {"https://api.example/#x", "query or fragment"},
      {"https://api.example:0", "port"},
      {"https://api.example:65536", "port"},
      {"https://api.example:", "port"},
      {"https://api.example:+443", "port"},
      {"https://api.example:44x", "port"},
      {"https://a:1:2", "port"},
      {"https://a b", "not a DNS name"},
      {"https://a..b", "not a DNS name"},
      {"https://a.", "not a DNS name"},
      {"https://-a.example", "not a DNS name"},
      {"https://%61.example", "not a DNS name"},
      {"https://\xc3\xa4.example", "not a DNS name"},
      {std::string("https://a\0.example", 18), "not a DNS name"},
      {"https://" + std::string(64, 'a'), "not a DNS name"},
      {"https://" + std::string(254, 'a'), "253"},
      {"https://2130706433", "canonical"},
      {"https://0x7f000001", "canonical"},
      {"https://0x7f.1", "canonical"},
      {"https://127.1", "canonical"},
      {"https://127.0.0.01", "canonical"},
      {"https://0177.0.0.1", "canonical"},
      {"https://127.0.0.1.", "not a DNS name"},
      {"https://1.2.3.4.5", "canonical"},
      {"https://256.0.0.1", "canonical"},
      {"https://a.0x1", "canonical"},
      {"https://[::1", "\"]\""},
      {"https://[::1]x", "\"]\""},
      {"https://[::1]x:1", "\"]\""},
      {"https://[fe80::1%25eth0]", "IPv6"},
      {"https://[127.0.0.1]", "IPv6"},
      {"https://[]", "IPv6"},
      {"https://::1", "port"},
      {"https://a/b//c", "segment"},
      {"https://a/../b", "segment"},
      {"https://a/./b", "segment"},
      {"https://a/b%2f", "path holds a character"},
      {"https://a/b c", "path holds a character"},
  };
  for (const auto& [url, reason] : cases) {
    const Result<Endpoint> parsed = Endpoint::Parse(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument) << url;
    EXPECT_THAT(parsed.error().message, HasSubstr(reason)) << url;
  }
}

TEST(Endpoint, TheAuthorityNamesThePortOnlyWhenItIsUnusual) {
  EXPECT_EQ(Endpoint::Parse("https://a:443")->Authority(), "a");
  EXPECT_EQ(Endpoint::Parse("http://a:443")->Authority(), "a:443");
  EXPECT_EQ(Endpoint::Parse("http://a")->Authority(), "a");
  EXPECT_EQ(Endpoint::Parse("https://[::1]:6443/x/")->Url(), "https://[::1]:6443/x");
}

TEST(Endpoint, NamesAndAddressesAreToldApart) {
  EXPECT_TRUE(Endpoint::Parse("https://10.0.0.1")->host_is_address());
  EXPECT_TRUE(Endpoint::Parse("https://[::1]")->host_is_address());
  EXPECT_FALSE(Endpoint::Parse("https://localhost")->host_is_address());
}

}  // namespace
}  // namespace keysteward::http
