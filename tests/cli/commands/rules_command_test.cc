#include "cli/commands/rules_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/exit_codes.h"

namespace keysteward::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

class RulesCommand : public testing::Test {
 protected:
  RulesCommand() {
    std::string name = (fs::temp_directory_path() / "rules-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~RulesCommand() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  // The exit status; what was printed is in out_ and err_, without the folder.
  int Check(const std::vector<std::string>& files) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = RunRulesCheck({files}, out, err).value_or(-1);
    out_ = WithoutFolder(out.str());
    err_ = WithoutFolder(err.str());
    return status;
  }

  fs::path folder_;
  std::string out_;
  std::string err_;

 private:
  std::string WithoutFolder(std::string text) const {
    const std::string folder = folder_.string() + "/";
    for (size_t at; (at = text.find(folder)) != std::string::npos;) text.erase(at, folder.size());
    return text;
  }
};

constexpr const char* kOurs =
    "provider: Acme\nremediation: Roll it.\nrules:\n- id: acme\n  pattern: 'acme_[a-z]{20}'\n"
    "  keywords: [acme_]\n  examples: ['acme_{lower:20}']\n";

TEST_F(RulesCommand, ListIsATableOfAllRules) {
  std::ostringstream out;
  ASSERT_EQ(RunRulesList(OutputFormat::kTable, out).value_or(-1), kExitOk);
  EXPECT_THAT(out.str(), StartsWith("ID "));
  EXPECT_THAT(out.str(), testing::ContainsRegex("github-pat +GitHub +High +format\n"));
  EXPECT_THAT(out.str(), testing::ContainsRegex("datadog-api-key +Datadog +High +name\n"));
}

TEST_F(RulesCommand, ListIsJsonOnDemand) {
  std::ostringstream out;
  ASSERT_EQ(RunRulesList(OutputFormat::kJson, out).value_or(-1), kExitOk);
  const json rules = json::parse(out.str()).at("rules");
  EXPECT_GE(rules.size(), 420u);
  const auto pat = std::find_if(rules.begin(), rules.end(),
                                [](const json& rule) { return rule.at("id") == "github-pat"; });
  ASSERT_NE(pat, rules.end());
  EXPECT_EQ(*pat, json({{"id", "github-pat"},
                        {"provider", "GitHub"},
                        {"confidence", "High"},
                        {"found", "format"},
                        {"validator", "crc32-base62"}}));
}

TEST_F(RulesCommand, ExplainTellsWhatARuleFindsAndWhatToDo) {
  std::ostringstream out;
  ASSERT_EQ(RunRulesExplain({"github-pat"}, OutputFormat::kTable, out).value_or(-1), kExitOk);
  EXPECT_THAT(out.str(), StartsWith("github-pat: a credential of GitHub\n"
                                    "Found by:    its format, anywhere in a text; it holds ghp_\n"
                                    "Looks like:  ghp_{alnum:30}{crc32}\n"));
  EXPECT_THAT(out.str(), HasSubstr("Proof:       its last six characters are the checksum"));
  EXPECT_THAT(out.str(), HasSubstr("Confidence:  High, so it denies\n"));
  EXPECT_THAT(out.str(), HasSubstr("Remedy:      Delete the token at github.com/settings/tokens."));
}

TEST_F(RulesCommand, ExplainNamesTheNamesOfARuleByName) {
  std::ostringstream out;
  ASSERT_EQ(RunRulesExplain({"datadog-api-key"}, OutputFormat::kJson, out).value_or(-1), kExitOk);
  const json rule = json::parse(out.str());
  EXPECT_EQ(rule.at("found"), "name");
  EXPECT_THAT(rule.at("names"), testing::Contains("ddapikey"));
  EXPECT_EQ(rule.at("proof"), "its form alone");
}

TEST_F(RulesCommand, ExplainKnowsOnlyItsRules) {
  std::ostringstream out;
  const auto answer = RunRulesExplain({"no\x1B-such"}, OutputFormat::kTable, out);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().ToString(), "NotFound: no rule \"no\\x1B-such\"");
}

TEST_F(RulesCommand, CheckIsContentWithGoodFilesOfEveryKind) {
  const std::string ours = Write("a.yaml", kOurs);
  const std::string toml = Write("b.toml", "[[rules]]\nid = \"b\"\nregex = '''bcme_[a-z]{8}'''\n");
  const std::string kingfisher =
      Write("c.yml", "rules:\n- name: C\n  id: c\n  pattern: 'ccme_[a-z]{8}'\n  validation: {}\n");
  EXPECT_EQ(Check({ours, toml, kingfisher}), kExitOk);
  EXPECT_EQ(out_,
            "a.yaml: 1 rules, nothing to complain of\n"
            "b.toml: 1 rules, nothing to complain of\n"
            "c.yml: 1 rules, nothing to complain of\n");
  EXPECT_EQ(err_,
            "warning: c.yml:5: rule c: validation is ignored, here and below: nothing is asked "
            "over the network\n");
}

TEST_F(RulesCommand, CheckComplainsWithFileAndLine) {
  std::string text = kOurs;
  text.replace(text.find("{lower:20}"), 10, "{lower:19}");
  EXPECT_EQ(Check({Write("a.yaml", text)}), kExitNo);
  EXPECT_EQ(out_,
            "a.yaml:4: rule acme: example 1 is not found by the fast engine\n"
            "a.yaml:4: rule acme: example 1 is not found by the portable engine\n");
}

TEST_F(RulesCommand, CheckKnowsTheIdsThatAreTaken) {
  std::string text = kOurs;
  text.replace(text.find("acme\n"), 5, "github-pat\n");
  EXPECT_EQ(Check({Write("a.yaml", text)}), kExitNo);
  EXPECT_EQ(out_, "a.yaml:4: rule github-pat: the id is that of a built-in rule\n");
}

TEST_F(RulesCommand, CheckReadsTheOtherFilesWhenOneIsBroken) {
  EXPECT_EQ(Check({(folder_ / "none.yaml").string(), Write("a.yaml", "rules: ["),
                   Write("b.yaml", kOurs)}),
            kExitUsage);
  EXPECT_THAT(out_, StartsWith("none.yaml: no such file\na.yaml:1: "));
  EXPECT_THAT(out_, testing::EndsWith("b.yaml: 1 rules, nothing to complain of\n"));
}

TEST_F(RulesCommand, CheckPrintsNothingThatMovesTheCursor) {
  EXPECT_EQ(Check({Write("a.toml", "[[rules]]\nid = \"a\\u001Bb\"\nregex = '''(?='''\n")}),
            kExitUsage);
  EXPECT_EQ(out_.find('\x1B'), std::string::npos) << out_;
}

}  // namespace
}  // namespace keysteward::cli
