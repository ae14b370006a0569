#include "common/text_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace keysteward {
namespace {

TEST(TextHash, TellsTextsOfEverySizeApart) {
  std::set<uint64_t> seen;
  std::string text;
  size_t texts = 0;
  for (int size = 0; size < 40; ++size) {
    for (size_t at = 0; at < text.size(); ++at) {
      std::string other = text;
      other[at] = 'b';
      seen.insert(TextHash(other));
      ++texts;
    }
    seen.insert(TextHash(text));
    ++texts;
    text += 'a';
  }
  EXPECT_EQ(seen.size(), texts);
}

TEST(TextHash, DependsOnTheSalt) { EXPECT_NE(TextHash("name", 1), TextHash("name", 2)); }

TEST(TextHash, SpreadsOverTheBitsATableUses) {
  std::set<uint64_t> slots;
  for (int i = 0; i < 1000; ++i) slots.insert(TextHash("value-" + std::to_string(i)) >> 20 & 4095);
  EXPECT_GT(slots.size(), 700u) << "about 880 by chance";
}

}  // namespace
}  // namespace keysteward
