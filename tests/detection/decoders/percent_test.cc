#include "detection/decoders/percent.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

TEST(PercentDecode, ReadsEscapes) {
  EXPECT_EQ(PercentDecode("p%40ss%2fw%2Frd"), "p@ss/w/rd");
  EXPECT_EQ(PercentDecode("%41"), "A");
  EXPECT_EQ(PercentDecode("a+b%20"), "a+b ") << "a plus is a plus";
}

TEST(LooksPercentEncoded, AsEncodersWriteIt) {
  for (const char* text : {"p%40ss", "a%2Fb%20c", "%41%42", "l%C3%B6we", "a%0Ab"}) {
    EXPECT_TRUE(LooksPercentEncoded(text)) << text;
  }
  for (const char* text :
       {"", "abc", "MyTundra%12", "Kitten%65", "a%2Fb%41", "a%", "a%4", "a%zz", "a%7F"}) {
    EXPECT_FALSE(LooksPercentEncoded(text)) << text;
  }
}

TEST(PercentDecode, LeavesOtherTextsAlone) {
  for (const char* text : {"", "plain", "100%", "50% off", "%4", "%zz", "a%2", "%%41"}) {
    EXPECT_EQ(PercentDecode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace keysteward::detection
