// keysteward_rule_compiler OUTPUT: compiles the embedded rules and writes the serialised database.
// Runs at build time only.
#include <cstdio>
#include <fstream>

#include "detection/engine/vectorscan_database.h"

namespace {

keysteward::Result<void> Run(const char* path) {
  using namespace keysteward::detection;  // NOLINT: a five-line program
  KS_ASSIGN_OR_RETURN(const RuleSet rules, LoadRules(EmbeddedRules()));
  KS_ASSIGN_OR_RETURN(const Database database, CompileDatabase(rules));
  KS_ASSIGN_OR_RETURN(std::string bytes, SerializeDatabase(database));
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  if (!out) return keysteward::Error::Unavailable(std::string("cannot write ") + path);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: keysteward_rule_compiler OUTPUT\n", stderr);
    return 2;
  }
  const keysteward::Result<void> done = Run(argv[1]);
  if (!done) std::fprintf(stderr, "%s\n", done.error().ToString().c_str());
  return done ? 0 : 1;
}
