// keysteward_rule_compiler DATABASE TABLE: checks the rule files and writes the rules as the
// serialised database and as the table that the programs embed. Runs at build time only.
#include <cstdio>
#include <fstream>

#include "detection/engine/lazy_pattern.h"
#include "detection/engine/vectorscan_database.h"
#include "detection/rules/rule_table.h"

namespace {

keysteward::Result<void> Write(const char* path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  if (!out) return keysteward::Error::Unavailable(std::string("cannot write ") + path);
  return {};
}

keysteward::Result<void> Run(const char* database_path, const char* table_path) {
  using namespace keysteward::detection;  // NOLINT: a six-line program
  KS_ASSIGN_OR_RETURN(const RuleSet rules, LoadRules(EmbeddedRules()));
  KS_RETURN_IF_ERROR(CheckPatterns(rules));
  KS_ASSIGN_OR_RETURN(const Database database, CompileDatabase(rules));
  KS_ASSIGN_OR_RETURN(const std::string bytes, SerializeDatabase(database));
  KS_RETURN_IF_ERROR(Write(database_path, bytes));
  return Write(table_path, WriteRuleTable(rules));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: keysteward_rule_compiler DATABASE TABLE\n", stderr);
    return 2;
  }
  const keysteward::Result<void> done = Run(argv[1], argv[2]);
  if (!done) std::fprintf(stderr, "%s\n", done.error().ToString().c_str());
  return done ? 0 : 1;
}
