#include "detection/fields/command_table.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

TEST(ProgramOf, KnowsProgramsByTheirName) {
  EXPECT_EQ(ProgramOf("redis-cli"), Program::kRedis);
  EXPECT_EQ(ProgramOf("mysqldump"), ProgramOf("mysql"));
  EXPECT_EQ(ProgramOf("timeout"), Program::kRunner);
  EXPECT_EQ(ProgramOf("ssh"), Program::kRunnerOn);
  for (const char* other : {"", "cat", "redis", "psql", "Redis-cli"}) {
    EXPECT_EQ(ProgramOf(other), Program::kOther) << other;
  }
}

// An option or an operand, never both; a row for no program would never be asked.
TEST(CommandRows, AreWellFormed) {
  for (const CommandRow& row : CommandRows()) {
    EXPECT_NE(row.option.empty(), row.operand == 0) << row.subcommand << row.option;
    EXPECT_NE(row.program, Program::kOther);
  }
}

}  // namespace
}  // namespace keysteward::detection
