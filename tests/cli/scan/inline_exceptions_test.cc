#include "cli/scan/inline_exceptions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/duration.h"

namespace keysteward::cli {
namespace {

using testing::IsEmpty;

constexpr const char* kWhole =
    "# keysteward:allow rule=named-credential owner=payments until=2027-01-31 reason=\"old "
    "gateway\"";

TEST(InlineExceptions, AreFoundByTheirLine) {
  const auto found = FindInlineExceptions("a: b\nc: d  " + std::string(kWhole) + "\ne: f\n");
  ASSERT_EQ(found.size(), 1u);
  const InlineException& exception = found.at(2);
  EXPECT_EQ(exception.rule, "named-credential");
  EXPECT_EQ(exception.owner, "payments");
  EXPECT_GE(exception.until, ParseTime("2027-01-31T00:00:00Z").value()) << "to the end of that day";
}

TEST(InlineExceptions, SeveralLinesEachHaveTheirOwn) {
  const std::string line = "x: y " + std::string(kWhole) + "\n";
  const auto found = FindInlineExceptions(line + "\n\n" + line + line);
  std::vector<uint32_t> lines;
  for (const auto& [number, exception] : found) lines.push_back(number);
  EXPECT_THAT(lines, testing::ElementsAre(1, 4, 5));
}

TEST(InlineExceptions, TheRuleMayBeLeftOut) {
  const auto found =
      FindInlineExceptions("x: y # keysteward:allow owner=a until=2027-01-31 reason=b");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.at(1).rule, "");
}

TEST(InlineExceptions, WithoutOwnerEndOrReasonThereIsNone) {
  for (const char* comment :
       {"# keysteward:allow", "# keysteward:allow until=2027-01-31 reason=b",
        "# keysteward:allow owner=a reason=b", "# keysteward:allow owner=a until=2027-01-31",
        "# keysteward:allow owner=a until=soon reason=b",
        "# keysteward:allow owner= until=2027-01-31 reason=b",
        "# keysteward:allow owner=a until=2027-01-31 reason=\"\"",
        "# Keysteward:Allow owner=a until=2027-01-31 reason=b"}) {
    EXPECT_THAT(FindInlineExceptions("x: y " + std::string(comment)), IsEmpty()) << comment;
  }
}

TEST(InlineExceptions, WhatIsNeededMustStandOnTheSameLine) {
  EXPECT_THAT(FindInlineExceptions("# keysteward:allow owner=a until=2027-01-31\n reason=b"),
              IsEmpty());
}

TEST(InlineExceptions, LinesMayEndWithCarriageReturns) {
  const auto found =
      FindInlineExceptions("a\r\nb # keysteward:allow reason=b owner=a until=2027-01-31\r\nc\r\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.begin()->first, 2u);
}

TEST(InlineExceptions, AnOwnerCannotDriveTheTerminalOrFloodTheReport) {
  const std::string owner = "a\x1b[2J" + std::string(500, 'b');
  const auto found =
      FindInlineExceptions("# keysteward:allow owner=" + owner + " until=2027-01-31 reason=b");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.at(1).owner.find('\x1b'), std::string::npos);
  EXPECT_LE(found.at(1).owner.size(), 64u + 3u) << "and the mark of the cut";
}

TEST(InlineExceptions, HostileTextIsAnswered) {
  for (const std::string& text :
       {std::string(), std::string("# keysteward:allow owner=\""), std::string(1 << 20, '\n'),
        std::string("\0# keysteward:allow", 19), std::string(100'000, '#')}) {
    EXPECT_THAT(FindInlineExceptions(text), IsEmpty());
  }
}

}  // namespace
}  // namespace keysteward::cli
