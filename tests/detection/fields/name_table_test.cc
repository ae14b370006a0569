#include "detection/fields/name_table.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

// Promises a token for every name that holds "token", and counts how often it is asked.
class CountingReader final : public NameReader {
 public:
  NameFacts ReadName(std::string_view name) const override {
    ++asked;
    NameFacts facts;
    if (name.find("token") != std::string_view::npos) {
      facts.name_class = {NameStrength::kStrong, NameKind::kToken};
    }
    return facts;
  }
  mutable int asked = 0;
};

TEST(NameTable, AsksOnceForAName) {
  const CountingReader reader;
  NameTable table(&reader);
  const NameFacts* facts = table.Facts("token");
  ASSERT_NE(facts, nullptr);
  EXPECT_EQ(facts->name_class.kind, NameKind::kToken);
  EXPECT_EQ(table.Facts("token"), facts);
  EXPECT_EQ(table.Find("token", kAnyObject).facts, facts);
  EXPECT_EQ(reader.asked, 1);
}

TEST(NameTable, SaysOfAllOtherNamesTheSame) {
  const CountingReader reader;
  NameTable table(&reader);
  EXPECT_EQ(table.Facts("image"), &kSilentName);
  EXPECT_EQ(table.Facts("replicas"), &kSilentName);
}

TEST(NameTable, KnowsFieldsAsTheFieldTableDoes) {
  NameTable table;
  for (size_t state = 0; state < BuiltInFieldData().states.size(); ++state) {
    for (const std::string_view name :
         {"data", "stringData", "rules", "spec", "env", "secretName", "encryptedData", "args"}) {
      const auto at = static_cast<FieldState>(state);
      for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(table.Find(name, at).step, BuiltInFields().Step(at, name)) << state << name;
      }
    }
  }
}

TEST(NameTable, KnowsWhichMembersHoldTheValueOfAnother) {
  NameTable table;
  EXPECT_TRUE(table.Find("value", kAnyObject).is_sibling_value);
  EXPECT_TRUE(table.Find("value", kAnyObject).wraps_value);
  EXPECT_TRUE(table.Find("default", kAnyObject).is_sibling_value);
  EXPECT_FALSE(table.Find("default", kAnyObject).wraps_value);
  EXPECT_TRUE(table.Find("inline", kAnyObject).wraps_value);
  EXPECT_FALSE(table.Find("image", kAnyObject).is_sibling_value);
  EXPECT_FALSE(table.Find("image", kAnyObject).wraps_value);
}

TEST(NameTable, SaysNothingOfNamesWithoutAReader) {
  NameTable table;
  EXPECT_EQ(table.Facts("token"), nullptr);
}

TEST(NameTable, ForgetsAFloodOfNamesFromOneObject) {
  const CountingReader reader;
  NameTable table(&reader);
  table.Facts("token");
  table.Trim();
  for (int i = 0; i < 5000; ++i) table.Facts("name-" + std::to_string(i));
  table.Trim();
  const int before = reader.asked;
  table.Facts("token");
  EXPECT_EQ(reader.asked, before + 1) << "all is forgotten";
  table.Trim();
  table.Facts("token");
  EXPECT_EQ(reader.asked, before + 1) << "a few names stay";
}

// More names than it keeps, before and after it forgets them.
TEST(NameTable, StaysRightWhenItGrowsAndForgets) {
  const CountingReader reader;
  NameTable table(&reader);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 40'000; ++i) {
      const std::string name = (i % 2 == 0 ? "token-" : "name-") + std::to_string(i);
      const NameFacts* facts = table.Facts(name);
      ASSERT_EQ(facts == &kSilentName, i % 2 == 1) << name;
    }
    table.Trim();
  }
  EXPECT_EQ(reader.asked, 120'000) << "forgotten names are asked for again";
}

}  // namespace
}  // namespace keysteward::detection
