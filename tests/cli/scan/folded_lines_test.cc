#include "cli/scan/folded_lines.h"

#include <gtest/gtest.h>

#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {
namespace {

// Where `word` of the folded scalar `a` stands, as "line:column"; `place` is what the engine says
// of it: the line of the joined text.
std::string Place(const std::string& file, std::string_view word) {
  detection::ManifestReader reader;
  const auto manifest = reader.Read(file);
  EXPECT_TRUE(manifest);
  const detection::Node& leaf = *manifest->documents[0].root->Find("a");
  const size_t offset = leaf.text.find(word);
  EXPECT_NE(offset, std::string_view::npos) << leaf.text;
  const std::string_view before = leaf.text.substr(0, offset);
  const auto breaks = static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const auto column = static_cast<uint32_t>(offset - (before.rfind('\n') + 1) + 1 + leaf.indent);
  const detection::Position found = Unfolded(file, leaf, {leaf.position.line + breaks + 1, column});
  return std::to_string(found.line) + ":" + std::to_string(found.column);
}

TEST(Unfolded, FindsTheLineOfAWord) {
  const std::string file =
      "b: c\na: >-\n  one two\n  three four\n\n  five\n    six\n  seven\nd: e\n";
  EXPECT_EQ(Place(file, "one"), "3:3");
  EXPECT_EQ(Place(file, "two"), "3:7");
  EXPECT_EQ(Place(file, "three"), "4:3");
  EXPECT_EQ(Place(file, "four"), "4:9");
  EXPECT_EQ(Place(file, "five"), "6:3");
  EXPECT_EQ(Place(file, "six"), "7:5");
  EXPECT_EQ(Place(file, "seven"), "8:3");
}

TEST(Unfolded, KnowsBlankLinesAndCarriageReturns) {
  EXPECT_EQ(Place("a: >\n\n  one\n\n\n\n  two\n", "two"), "7:3");
  EXPECT_EQ(Place("a: >\r\n  one\r\n  two\r\n", "two"), "3:3");
}

TEST(Unfolded, LeavesOtherScalarsAlone) {
  EXPECT_EQ(Place("a: |\n  one\n  two\n", "two"), "3:3");
  EXPECT_EQ(Place("a: one\n", "one"), "2:1") << "as it was given";
}

TEST(Unfolded, OfAnotherFileNothingIsKnown) {
  detection::ManifestReader reader;
  const auto manifest = reader.Read("a: >-\n  one\n  two\n");
  ASSERT_TRUE(manifest);
  const detection::Node& leaf = *manifest->documents[0].root->Find("a");
  for (const char* file : {"", "a: >-\n", "a: >-\n  xyz\n  two\n"}) {
    EXPECT_EQ(Unfolded(file, leaf, {2, 7}), (detection::Position{2, 7})) << file;
  }
}

}  // namespace
}  // namespace keysteward::cli
