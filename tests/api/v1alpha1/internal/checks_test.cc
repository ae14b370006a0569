#include "api/v1alpha1/internal/checks.h"

#include <gtest/gtest.h>

namespace keysteward::api::v1alpha1::internal {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(IsDnsSubdomain, FollowsTheRuleForObjectNames) {
  for (const char* good : {"a", "stripe-live", "a.b-c.d", "1", "0-0"}) {
    EXPECT_TRUE(IsDnsSubdomain(good)) << good;
  }
  for (const char* bad : {"", "A", "a_b", "-a", "a-", "a..b", ".a", "a.", "a.-b", "ä", "a b"}) {
    EXPECT_FALSE(IsDnsSubdomain(bad)) << bad;
  }
  EXPECT_TRUE(IsDnsSubdomain(std::string(253, 'a')));
  EXPECT_FALSE(IsDnsSubdomain(std::string(254, 'a')));
}

TEST(IsLabelValue, NeedsAlphanumericEnds) {
  EXPECT_TRUE(IsLabelValue("Team_1.a-b"));
  for (const char* bad : {"", "-a", "a.", "a b", "a/b"}) EXPECT_FALSE(IsLabelValue(bad)) << bad;
  EXPECT_FALSE(IsLabelValue(std::string(64, 'a')));
}

TEST(IsParameterName, BeginsWithALetter) {
  EXPECT_TRUE(IsParameterName("scope-2_x"));
  for (const char* bad : {"", "2x", "a.b", "a/b", "-a"}) EXPECT_FALSE(IsParameterName(bad)) << bad;
}

TEST(IsParameterName, HasAtMost63Characters) {
  EXPECT_TRUE(IsParameterName(std::string(63, 'a')));
  EXPECT_FALSE(IsParameterName(std::string(64, 'a')));
}

TEST(IsSecretEntryName, IsWhatTheServerTakesAsAKeyOfASecret) {
  for (const char* good : {"a", "STRIPE_API_KEY", ".dockerconfigjson", "tls.crt", "-", "9"}) {
    EXPECT_TRUE(IsSecretEntryName(good)) << good;
  }
  for (const char* bad : {"", "a b", "a/b", "a=b", "ä", "a\n"}) {
    EXPECT_FALSE(IsSecretEntryName(bad)) << bad;
  }
  EXPECT_TRUE(IsSecretEntryName(std::string(253, 'a')));
  EXPECT_FALSE(IsSecretEntryName(std::string(254, 'a')));
}

TEST(IsHttpToken, IsTheNameOfAHeader) {
  for (const char* good : {"A", "Idempotency-Key", "x-9"}) EXPECT_TRUE(IsHttpToken(good)) << good;
  for (const char* bad : {"", "A:", "A B", "A\r\nB", "A_B", "ä"}) {
    EXPECT_FALSE(IsHttpToken(bad)) << bad;
  }
  EXPECT_TRUE(IsHttpToken(std::string(64, 'a')));
  EXPECT_FALSE(IsHttpToken(std::string(65, 'a')));
}

TEST(IsRuleId, IsLowerCaseAndFramed) {
  for (const char* good : {"stripe-live-key", "a", "github.pat_v2", "1password"}) {
    EXPECT_TRUE(IsRuleId(good)) << good;
  }
  for (const char* bad : {"", "Stripe", "-a", "a-", "a b", "a/b", "*"}) {
    EXPECT_FALSE(IsRuleId(bad)) << bad;
  }
}

TEST(IsAnnotationKey, HasAtMostOneSlash) {
  for (const char* good : {"owner", "keysteward.dev/owner", "a/B_c"}) {
    EXPECT_TRUE(IsAnnotationKey(good)) << good;
  }
  for (const char* bad : {"", "/a", "a/", "A/b", "a/b/c", "who is it"}) {
    EXPECT_FALSE(IsAnnotationKey(bad)) << bad;
  }
}

TEST(IsJsonPointer, HasNoEmptyPartAndOnlyKnownEscapes) {
  for (const char* good : {"/id", "/data/0/id", "/a~1b", "/a~0", "/ä ö"}) {
    EXPECT_TRUE(IsJsonPointer(good)) << good;
  }
  for (const char* bad : {"", "/", "id", "/a//b", "/a/", "/a~", "/a~2", "//"}) {
    EXPECT_FALSE(IsJsonPointer(bad)) << bad;
  }
}

TEST(IsHttpsBaseUrl, AcceptsHostPortAndPath) {
  for (const char* good :
       {"https://a", "https://api.acme.example/v1", "https://a:8443", "https://a:8443/",
        "https://[fd00::1]:8443/api/", "https://[::1]", "https://10.0.0.1/x%20y"}) {
    EXPECT_TRUE(IsHttpsBaseUrl(good)) << good;
  }
}

TEST(IsHttpsBaseUrl, RefusesWhatCouldPointElsewhere) {
  for (const char* bad : {"",
                          "http://a",
                          "HTTPS://a",
                          "https://",
                          "https:///v1",
                          "https://u:p@a",
                          "https://u@a",
                          "https://a?x=1",
                          "https://a/#f",
                          "https://a:",
                          "https://a:123456",
                          "https://a:x",
                          "https://a//b",
                          "https://a\\b",
                          "https://a b",
                          "https://[::1",
                          "https://]",
                          "https://a/\n",
                          "https://-a",
                          "https://a:1:2"}) {
    EXPECT_FALSE(IsHttpsBaseUrl(bad)) << bad;
  }
}

TEST(IsPrintableAscii, RefusesLineBreaksAndOtherControls) {
  EXPECT_TRUE(IsPrintableAscii(" ~Az09"));
  for (const std::string& bad : std::vector<std::string>{"a\r", "a\n", "a\t", "ä", {"a\0b", 3}}) {
    EXPECT_FALSE(IsPrintableAscii(bad));
  }
}

TEST(ChecksTest, NamesTheFieldFromTheRoot) {
  Checks checks("spec");
  checks.Require("rotation.overlap", false, "must be shorter");
  checks.Require("", false, "must set exactly one");
  checks.Require("purpose", true, "never said");
  EXPECT_EQ(checks.Take(), (FieldErrors{{"spec.rotation.overlap", "must be shorter"},
                                        {"spec", "must set exactly one"}}));
}

TEST(ChecksTest, CollectsFromBelow) {
  Checks checks("spec");
  Checks item = checks.At(Indexed("entries", 3));
  item.Require("name", false, "must be a word");
  checks.Add(std::move(item));
  EXPECT_EQ(checks.Take().at(0).ToString(), "spec.entries[3].name: must be a word");
}

TEST(ChecksTest, CountsCharactersAsTheServerDoesNotBytes) {
  Checks checks("spec");
  checks.Length("purpose", "äöüäöüäöüä", 10, 10);
  EXPECT_TRUE(checks.Take().empty());
  checks.Length("purpose", "short", 10, 256);
  EXPECT_EQ(checks.Take().at(0).message, "must be 10 to 256 characters, is 5");
}

TEST(ChecksTest, BoundsAreInclusive) {
  Checks checks("spec");
  checks.Between("a", minutes(1), "1m", "1h", "10m");
  checks.Between("a", hours(1), "1m", "1h", "10m");
  checks.Range("b", 1, 1, 3);
  checks.Range("b", 3, 1, 3);
  checks.AtMost("c", 3, 3);
  EXPECT_TRUE(checks.Take().empty());
  checks.Between("a", minutes(61), "1m", "1h", "10m");
  checks.Range("b", 4, 1, 3);
  checks.AtMost("c", 4, 3);
  const FieldErrors errors = checks.Take();
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].ToString(), "spec.a: must be a duration between 1m and 1h, e.g. 10m");
  EXPECT_EQ(errors[1].ToString(), "spec.b: must be between 1 and 3");
  EXPECT_EQ(errors[2].ToString(), "spec.c: must have at most 3 items, has 4");
}

}  // namespace
}  // namespace keysteward::api::v1alpha1::internal
