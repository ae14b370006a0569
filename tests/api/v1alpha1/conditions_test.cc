#include "api/v1alpha1/conditions.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/builders/yaml_document.h"

namespace keysteward::api::v1alpha1 {
namespace {

// Every text between quotes of a line that declares a constant.
std::set<std::string> Constants(const std::string& header, const std::string& name_space) {
  const size_t begin = header.find("namespace " + name_space + " {");
  const size_t end = header.find("}  // namespace " + name_space);
  std::set<std::string> words;
  size_t at = begin;
  while ((at = header.find(" = \"", at)) < end) {
    at += 4;
    words.insert(header.substr(at, header.find('"', at) - at));
  }
  return words;
}

// The word in back quotes at the start of each row of the tables below `heading`.
std::set<std::string> TableWords(const std::string& page, const std::string& heading,
                                 const std::string& until) {
  const size_t begin = page.find(heading);
  const size_t end = until.empty() ? page.size() : page.find(until);
  std::set<std::string> words;
  size_t at = begin;
  while ((at = page.find("\n| `", at)) < end) {
    at += 4;
    words.insert(page.substr(at, page.find('`', at) - at));
  }
  return words;
}

class Conditions : public testing::Test {
 protected:
  const std::string header_ = builders::ReadSourceFile("api/v1alpha1/conditions.h");
  const std::string page_ = builders::ReadSourceFile("docs/conditions.md");
};

TEST_F(Conditions, EveryTypeIsOnThePageAndNoOther) {
  const std::set<std::string> types = Constants(header_, "condition");
  EXPECT_EQ(types.size(), 14U);
  EXPECT_EQ(TableWords(page_, "## Types", "## Reasons"), types);
}

TEST_F(Conditions, EveryReasonIsOnThePageAndNoOther) {
  const std::set<std::string> reasons = Constants(header_, "reason");
  EXPECT_GE(reasons.size(), 60U);
  EXPECT_EQ(TableWords(page_, "## Reasons", ""), reasons);
}

TEST_F(Conditions, WordsAreCamelCaseAsTheApiConventionsAsk) {
  for (const char* name_space : {"condition", "reason"}) {
    for (const std::string& word : Constants(header_, name_space)) {
      EXPECT_TRUE(word.front() >= 'A' && word.front() <= 'Z') << word;
      EXPECT_EQ(
          word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
          std::string::npos)
          << word;
    }
  }
}

TEST_F(Conditions, TheReasonsOfBlockedAreTheClosedList) {
  const std::set<std::string> blocked(std::begin(kBlockedReasons), std::end(kBlockedReasons));
  EXPECT_EQ(blocked.size(), std::size(kBlockedReasons)) << "each once";
  EXPECT_EQ(TableWords(page_, "### Blocked", "### CredentialIssuer"), blocked);
  for (const char* word : {"UnhealthyBefore", "BudgetExhausted", "TooManyRestarts"}) {
    EXPECT_TRUE(blocked.contains(word)) << word;
  }
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
