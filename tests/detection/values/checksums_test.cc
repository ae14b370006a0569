#include "detection/values/checksums.h"

#include <gtest/gtest.h>

#include "common/base64.h"
#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

TEST(Crc32Base62, AgreesWithKnownChecksums) {
  // CRC-32 of "123456789" is CBF43926: 3421780262 in base 62.
  const std::string digits = Crc32Base62("123456789");
  uint64_t number = 0;
  for (const char c : digits) {
    number = number * 62 + static_cast<uint64_t>(c <= '9'   ? c - '0'
                                                 : c <= 'Z' ? c - 'A' + 10
                                                            : c - 'a' + 36);
  }
  EXPECT_EQ(number, 0xCBF43926u);
  EXPECT_EQ(Crc32Base62(""), "000000");
  EXPECT_EQ(Crc32Base62("a").size(), 6u);
}

// The test vectors of BIP 173: an empty data part for the prefix "a" has the checksum 2uel5l.
TEST(Bech32Checksum, AgreesWithPublishedVectors) {
  EXPECT_EQ(Bech32Checksum("a", ""), "2uel5l");
  EXPECT_EQ(Bech32Checksum("abcdef", "qpzry9x8gf2tvdw0s3jn54khce6mua7l"), "mqqqxw");
  EXPECT_EQ(Bech32Checksum("ABCDEF", "qpzry9x8"), Bech32Checksum("ABCDEF", "QPZRY9X8"));
}

TEST(Bech32Checksum, RefusesOtherCharacters) {
  for (const char* data : {"b", "1", "qpz!", "\xFF"}) EXPECT_EQ(Bech32Checksum("a", data), "");
}

}  // namespace
}  // namespace keysteward::detection
