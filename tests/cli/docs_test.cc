// docs/cli.md and the program's own help tell the same flags, verbs and exit statuses.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "cli/command_line.h"
#include "cli/exit_codes.h"
#include "tests/builders/yaml_document.h"

namespace keysteward::cli {
namespace {

using Words = std::set<std::string>;

const std::vector<std::vector<const char*>> kVerbs = {{"version"},
                                                      {"check"},
                                                      {"list"},
                                                      {"status"},
                                                      {"rotate"},
                                                      {"scan"},
                                                      {"evidence", "export"},
                                                      {"evidence", "verify"},
                                                      {"uninstall", "prepare"},
                                                      {"uninstall", "finish"},
                                                      {"rules", "list"},
                                                      {"rules", "explain"},
                                                      {"rules", "check"}};

std::string HelpOf(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "keysteward");
  arguments.push_back("--help");
  std::ostringstream out;
  const ParsedCommandLine parsed =
      ParseCommandLine(static_cast<int>(arguments.size()), arguments.data(), out, out);
  EXPECT_FALSE(parsed.run);
  EXPECT_EQ(parsed.exit_code, kExitOk);
  return out.str();
}

// "--a-flag" wherever it stands in the text.
Words FlagsIn(const std::string& text) {
  Words found;
  for (size_t at = text.find("--"); at != std::string::npos;) {
    size_t end = at + 2;
    while (end < text.size() && (text[end] == '-' || (text[end] >= 'a' && text[end] <= 'z'))) ++end;
    const std::string flag = text.substr(at, end - at);
    if (flag.size() > 3 && flag[2] != '-') found.insert(flag);
    at = text.find("--", end);
  }
  return found;
}

// The numbers that begin the rows "| 0 | …".
Words RowNumbers(const std::string& page) {
  Words found;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const bool row = line.size() > 5 && line.starts_with("| ") && line.substr(3, 3) == " | ";
    if (row && line[2] >= '0' && line[2] <= '9') found.insert(line.substr(2, 1));
  }
  return found;
}

// Of every verb and of the program.
Words AllFlags() {
  Words all = FlagsIn(HelpOf({}));
  for (const auto& verb : kVerbs) all.merge(FlagsIn(HelpOf(verb)));
  return all;
}

class CliDocs : public testing::Test {
 protected:
  const std::string page_ = builders::ReadSourceFile("docs/cli.md");
  const std::string scan_ = builders::ReadSourceFile("docs/scan.md");
};

TEST_F(CliDocs, EveryFlagOfTheProgramIsOnAPage) {
  const Words told = FlagsIn(page_ + scan_);
  for (const std::string& flag : AllFlags()) {
    if (flag == "--help" || flag == "--version" || flag == "--output") continue;
    const bool by_short_name =
        flag == "--all-namespaces" || flag == "--selector" || flag == "--file";
    EXPECT_TRUE(told.contains(flag) || by_short_name) << flag;
  }
}

TEST_F(CliDocs, NoPageTellsAFlagThatIsNotThere) {
  const Words known = AllFlags();
  for (const std::string& flag : FlagsIn(page_)) EXPECT_TRUE(known.contains(flag)) << flag;
}

TEST_F(CliDocs, EveryVerbHasItsPlace) {
  for (const auto& verb : kVerbs) {
    const std::string name = verb[0];
    EXPECT_NE((page_ + scan_).find("keysteward " + name), std::string::npos) << name;
  }
}

TEST_F(CliDocs, EveryExitStatusIsARow) {
  EXPECT_EQ(RowNumbers(page_),
            (Words{std::to_string(kExitOk), std::to_string(kExitNo), std::to_string(kExitUsage),
                   std::to_string(kExitFault), std::to_string(kExitOpen)}));
  EXPECT_NE(
      HelpOf({}).find("Exit status: 0 yes, 1 no, 2 wrong usage or input, 3 no answer, 4 left"),
      std::string::npos);
}

TEST_F(CliDocs, HelpFitsATerminalAndEveryOptionSaysWhatItDoes) {
  for (const auto& verb : kVerbs) {
    std::istringstream help(HelpOf(verb));
    for (std::string line; std::getline(help, line);) {
      EXPECT_EQ(line.find('\t'), std::string::npos) << line;
      if (!line.starts_with("  -")) continue;
      EXPECT_GT(line.size(), 30U) << verb.back() << ": " << line;
    }
  }
}

}  // namespace
}  // namespace keysteward::cli
