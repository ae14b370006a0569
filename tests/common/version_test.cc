#include "common/version.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/source_dir.h"

namespace keysteward {
namespace {

std::string Read(const std::string& path) {
  std::ifstream file(std::string(KEYSTEWARD_SOURCE_DIR "/") + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Version, IsThatOfTheBuild) {
  const std::string text = Read("CMakeLists.txt");
  EXPECT_NE(text.find("project(keysteward VERSION " + std::string(kVersion) + " "),
            std::string::npos);
}

TEST(Version, IsThatOfTheChart) {
  const std::string text = Read("charts/keysteward/Chart.yaml");
  EXPECT_NE(text.find("\nversion: " + std::string(kVersion) + "\n"), std::string::npos);
}

}  // namespace
}  // namespace keysteward
