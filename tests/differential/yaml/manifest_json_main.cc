// Reads documents, one base64 text a line, and writes what our reader makes of each: its JSON, or
// "refused". The twin of kubectl/main.go.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "common/base64.h"
#include "detection/reader/manifest_reader.h"
#include "policy/manifest_json.h"

namespace {

std::string Answer(const std::string& text) {
  using namespace keysteward;  // NOLINT: a twenty-line program
  detection::ManifestReader reader;
  const auto file = reader.Read(text);
  if (!file || file->is_template || file->documents.size() > 1) return "refused";
  if (file->documents.empty()) return "null";
  return policy::ManifestJson(*file->documents[0].root).dump();
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto text = keysteward::Base64Decode(line);
    if (!text) {
      std::cerr << "line is not base64\n";
      return 2;
    }
    std::cout << Answer(*text) << "\n";
  }
  return 0;
}
