#include "tests/builders/yaml_document.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/source_dir.h"

namespace keysteward::builders {

using nlohmann::json;

namespace {

const std::filesystem::path kRoot = KEYSTEWARD_SOURCE_DIR;

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

json Scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // quoted
  if (text.empty() || text == "null" || text == "~") return nullptr;
  if (text == "true" || text == "false") return text == "true";
  int64_t integer = 0;
  if (YAML::convert<int64_t>::decode(node, integer)) return integer;
  double number = 0;
  if (YAML::convert<double>::decode(node, number)) return number;
  return text;
}

json Convert(const YAML::Node& node) {
  if (node.IsNull()) return nullptr;
  if (node.IsScalar()) return Scalar(node);
  if (node.IsSequence()) {
    json out = json::array();
    for (const YAML::Node& item : node) out.push_back(Convert(item));
    return out;
  }
  json out = json::object();
  for (const auto& member : node) out[member.first.Scalar()] = Convert(member.second);
  return out;
}

}  // namespace

std::string ReadSourceFile(const std::string& path) {
  std::ifstream file(kRoot / path, std::ios::binary);
  if (!file) Die("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

json ReadYaml(const std::string& path) {
  try {
    return Convert(YAML::Load(ReadSourceFile(path)));
  } catch (const YAML::Exception& error) {
    Die(path + ": " + error.what());
  }
}

std::vector<std::string> ListSourceFiles(const std::string& folder, const std::string& ending) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / folder)) {
    const std::string path = std::filesystem::relative(entry.path(), kRoot).string();
    if (entry.is_regular_file() && path.ends_with(ending)) found.push_back(path);
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace keysteward::builders
