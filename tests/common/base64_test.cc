#include "common/base64.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace keysteward {
namespace {

const std::vector<std::pair<std::string, std::string>> kRfc4648 = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};

TEST(Base64, AgreesWithTheVectorsOfRfc4648BothWays) {
  for (const auto& [bytes, text] : kRfc4648) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EXPECT_EQ(*Base64Decode(text), bytes);
  }
}

TEST(Base64, EveryByteSurvivesAtEveryOffset) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (size_t skip = 0; skip < 4; ++skip) {
    EXPECT_EQ(*Base64Decode(Base64Encode(all.substr(skip))), all.substr(skip));
  }
  EXPECT_EQ(Base64Encode("\xfb\xff"), "+/8=");
}

TEST(Base64, RefusesEveryOtherForm) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"Zg", "base64 length is not a multiple of 4"},
      {"Zg=", "base64 length is not a multiple of 4"},
      {"Z", "base64 length is not a multiple of 4"},
      {"Zm9v\n", "base64 length is not a multiple of 4"},
      {"Zm9vZg==\n\n\n\n", "not base64 at offset 6"},
      {"Zm9v\r\nZm", "not base64 at offset 4"},
      {"====", "not base64 at offset 0"},
      {"Z===", "not base64 at offset 1"},
      {"=Zg=", "not base64 at offset 0"},
      {"Zg=v", "not base64 at offset 2"},
      {"Zg==Zg==", "not base64 at offset 2"},
      {"Zm-v", "not base64 at offset 2"},
      {"Zm_v", "not base64 at offset 2"},
      {"Zm v", "not base64 at offset 2"},
      {"Zm\x80v", "not base64 at offset 2"},
      {std::string("Zm\0v", 4), "not base64 at offset 2"},
      {"Zh==", "base64 ends with bits that are not zero"},
      {"Zm9=", "base64 ends with bits that are not zero"}};
  for (const auto& [text, message] : rows) {
    const Result<std::string> decoded = Base64Decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error(), Error::InvalidArgument(message)) << text;
  }
}

}  // namespace
}  // namespace keysteward
