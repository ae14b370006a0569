// What keeps a key value out of the log: the types a field takes, and that every message is a
// constant of the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "common/result.h"
#include "common/secret_bytes.h"
#include "observability/log.h"
#include "tests/fakes/fake_logger.h"
#include "tests/source_dir.h"

namespace keysteward {
namespace {

template <typename T>
constexpr bool kIsLoggable = std::is_constructible_v<LogField, std::string_view, T>;

TEST(LogRedaction, TextNumbersAndBooleansAreTheOnlyValues) {
  EXPECT_TRUE(kIsLoggable<std::string>);
  EXPECT_TRUE(kIsLoggable<std::string_view>);
  EXPECT_TRUE(kIsLoggable<const char*>);
  EXPECT_TRUE(kIsLoggable<int>);
  EXPECT_TRUE(kIsLoggable<size_t>);
  EXPECT_TRUE(kIsLoggable<double>);
  EXPECT_TRUE(kIsLoggable<bool>);
}

TEST(LogRedaction, NeitherASecretNorAWholeObjectCompiles) {
  EXPECT_FALSE(kIsLoggable<SecretBytes>);
  EXPECT_FALSE(kIsLoggable<const SecretBytes&>);
  EXPECT_FALSE(kIsLoggable<Error>);
  EXPECT_FALSE(kIsLoggable<std::vector<std::string>>);
  EXPECT_FALSE((kIsLoggable<std::map<std::string, std::string>>));
  EXPECT_FALSE(kIsLoggable<Result<std::string>>);
}

TEST(LogRedaction, ASecretGoesIntoNoStreamAndNoJson) {
  EXPECT_FALSE((std::is_convertible_v<SecretBytes, std::string>));
  EXPECT_FALSE((std::is_convertible_v<SecretBytes, std::string_view>));
  EXPECT_FALSE((std::is_constructible_v<nlohmann::json, SecretBytes>));
  EXPECT_FALSE(std::is_copy_constructible_v<SecretBytes>);
}

TEST(LogRedaction, NumbersKeepTheirTypeAndCharactersOfATextAreNotNumbers) {
  EXPECT_EQ(std::get<int64_t>(LogField("n", uint8_t{7}).value), 7);
  EXPECT_EQ(std::get<std::string>(LogField("s", "true").value), "true");
  EXPECT_EQ(std::get<bool>(LogField("b", true).value), true) << "not the number 1";
  EXPECT_EQ(std::get<double>(LogField("d", 0.5).value), 0.5);
}

// Whether what stands before a verb is "log.", "log_." or the same with an arrow.
bool IsOfALogger(std::string_view before) {
  for (const std::string_view end : {"log.", "log_.", "log->", "log_->"}) {
    if (before.ends_with(end)) return true;
  }
  return false;
}

// Calls of a logger in the file whose message is something else than a text in quotes.
std::vector<std::string> CallsWithoutAConstant(const std::filesystem::path& file) {
  std::ifstream stream(file);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  std::vector<std::string> found;
  for (const char* verb : {"Trace(", "Debug(", "Info(", "Warn(", "Error("}) {
    for (size_t at = text.find(verb); at != std::string::npos; at = text.find(verb, at + 1)) {
      if (!IsOfALogger(std::string_view(text).substr(0, at))) continue;
      const size_t argument = text.find_first_not_of(" \n", at + std::strlen(verb));
      if (argument == std::string::npos || text[argument] == '"') continue;
      found.push_back(file.filename().string() + ": " + text.substr(argument, 20));
    }
  }
  return found;
}

TEST(LogRedaction, EveryMessageIsAConstantOfTheProgram) {
  std::vector<std::string> all;
  for (const char* folder : {"common", "observability", "tls", "http", "api", "evidence", "kube",
                             "detection", "policy", "operator", "webhook", "cli"}) {
    const std::filesystem::path root = std::filesystem::path(KEYSTEWARD_SOURCE_DIR) / folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() != ".cc" && entry.path().extension() != ".h") continue;
      for (std::string& call : CallsWithoutAConstant(entry.path())) all.push_back(std::move(call));
    }
  }
  // Each of these gets its text as a const char* of its own file.
  EXPECT_THAT(all,
              testing::UnorderedElementsAre(testing::StartsWith("leader_elector.cc: message")));
}

}  // namespace
}  // namespace keysteward
