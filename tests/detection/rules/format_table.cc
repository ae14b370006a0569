#include "tests/detection/rules/format_table.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/source_dir.h"

namespace keysteward::detection {
namespace {

namespace fs = std::filesystem;

void ReadLine(const std::string& line, std::vector<Format>& table) {
  if (line.empty() || line[0] == '#') return;
  if (line.starts_with("  + ") && !table.empty()) {
    table.back().found.push_back(line.substr(4));
  } else if (line.starts_with("  - ") && !table.empty()) {
    table.back().left_alone.push_back(line.substr(4));
  } else if (const size_t blank = line.find(' '); blank != std::string::npos && blank > 0) {
    table.push_back({line.substr(0, blank), line.substr(blank + 1), {}, {}});
  } else {
    std::fprintf(stderr, "not a line of a format table: %s\n", line.c_str());
    std::abort();
  }
}

}  // namespace

std::vector<Format> ReadFormatTable() {
  std::vector<Format> table;
  for (const auto& file :
       fs::directory_iterator(KEYSTEWARD_SOURCE_DIR "/tests/detection/rules/formats")) {
    std::ifstream in(file.path());
    for (std::string line; std::getline(in, line);) ReadLine(line, table);
  }
  return table;
}

}  // namespace keysteward::detection
