#include "detection/fields/shapes.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

TEST(HoldsCredentialWord, AnywhereWhereOneMayEnd) {
  for (const char* name : {"SECRET_KEY_BASE", "db_password", "passwordOld", "http_x_api_key"}) {
    EXPECT_TRUE(HoldsCredentialWord(name)) << name;
  }
  for (const char* name : {"", "key", "port", "region", "username"}) {
    EXPECT_FALSE(HoldsCredentialWord(name)) << name;
  }
}

TEST(LooksGenerated, NoWordOrName) {
  EXPECT_TRUE(LooksGenerated(MakeSample("{alnum:24}", 3)));
  for (const char* value : {"winter_4821", "Hunter-zebra-44", "X58~M~Xq"}) {
    EXPECT_TRUE(LooksGenerated(value)) << value;
  }
  for (const char* value : {"", "abc1", "password", "db-creds-v2", "prod-cluster-01", "www-data2",
                            "12345678", "two words 12", "prod/db1/secret", "correct-horse"}) {
    EXPECT_FALSE(LooksGenerated(value)) << value;
  }
}

TEST(LooksLikeHash, HexOfAKnownLength) {
  EXPECT_TRUE(LooksLikeHash("21232f297a57a5a743894a0e4a801fc3"));
  EXPECT_FALSE(LooksLikeHash("21232f297a57a5a743894a0e4a801fc"));
  EXPECT_FALSE(LooksLikeHash("21232f297a57a5a743894a0e4a801fcx"));
}

TEST(InComment, OfTheLineThatAPartStandsIn) {
  const auto in_comment = [](std::string_view text) {
    return InComment(text, text.substr(text.find("here"), 4));
  };
  for (const char* text : {"# here", "a\n  #here", "; here", "x\n//a here", "a\n# b here\nc"}) {
    EXPECT_TRUE(in_comment(text)) << text;
  }
  for (const char* text : {"here", "# a\nhere", "a # here", "a; here", "https://here"}) {
    EXPECT_FALSE(in_comment(text)) << text;
  }
  const std::string far = "# " + std::string(600, 'a') + " here";
  EXPECT_FALSE(in_comment(far)) << "looked back for a bounded way";
}

TEST(ReadQuoted, BetweenQuotesThatCanBeEscaped) {
  std::string_view value;
  EXPECT_TRUE(ReadQuoted("a \"b c\" d", 2, value));
  EXPECT_EQ(value, "b c");
  EXPECT_TRUE(ReadQuoted("\\\"b\\\"", 0, value));
  EXPECT_EQ(value, "b");
  EXPECT_FALSE(ReadQuoted("a", 0, value));
  EXPECT_FALSE(ReadQuoted("\"a", 0, value));
  EXPECT_FALSE(ReadQuoted("\\", 0, value));
  EXPECT_FALSE(ReadQuoted("", 0, value));
  EXPECT_FALSE(ReadQuoted("a", 1, value));
}

}  // namespace
}  // namespace keysteward::detection
