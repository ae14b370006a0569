#include "cli/output/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace keysteward::cli {
namespace {

std::string Printed(const Table& table, size_t indent = 0) {
  std::ostringstream out;
  table.Print(out, indent);
  return out.str();
}

TEST(Table, ColumnsAreAsWideAsTheirWidestCellAndLinesHaveNoTail) {
  Table table({"NAME", "READY", "AGE"});
  table.Add({"stripe-live", "True", "3d"});
  table.Add({"x", "Unknown", "12m"});
  EXPECT_EQ(Printed(table),
            "NAME          READY     AGE\n"
            "stripe-live   True      3d\n"
            "x             Unknown   12m\n");
}

TEST(Table, AnEmptyCellIsADashAndMissingOnesToo) {
  Table table({"A", "B", "C"});
  table.Add({"", "b"});
  EXPECT_EQ(Printed(table, 2), "  A   B   C\n  -   b   -\n");
}

TEST(Table, LettersOfManyBytesCountOnce) {
  Table table({"NAME", "X"});
  table.Add({"müller", "1"});
  table.Add({"abcdef", "2"});
  EXPECT_EQ(Printed(table), "NAME     X\nmüller   1\nabcdef   2\n");
}

TEST(Table, TextOfAServerCannotDriveTheTerminalOrFakeALine) {
  Table table({"NAME"});
  table.Add({"a\x1b[2J\nroot   True"});
  EXPECT_EQ(Printed(table), "NAME\na\\x1B[2J\\x0Aroot   True\n");
}

TEST(Table, KnowsWhetherItHasRows) {
  Table table({"NAME"});
  EXPECT_TRUE(table.empty());
  table.Add({"a"});
  EXPECT_FALSE(table.empty());
}

}  // namespace
}  // namespace keysteward::cli
