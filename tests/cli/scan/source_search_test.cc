#include "cli/scan/source_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/scan/scan_text.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Searches one source for the findings of a rendered text: "match line key" of each candidate.
class SourceSearchTest : public testing::Test {
 protected:
  class Recorder final : public SourceMapper {
   public:
    Recorder(const SourceFile& file, std::vector<std::string>& out) : file_(file), out_(out) {}
    std::optional<SourcePlace> Locate(const RenderedFinding& finding) override {
      static const char* const kNames[] = {"part", "contains", "value", "whole"};
      for (const SourceCandidate& found : SourceSearch(finding).In(file_)) {
        out_.push_back(std::string(kNames[static_cast<int>(found.match)]) + " " +
                       std::to_string(found.place.position.line) + " " + found.place.key);
      }
      return std::nullopt;
    }

   private:
    const SourceFile& file_;
    std::vector<std::string>& out_;
  };

  std::vector<std::string> Search(const std::string& rendered, const std::string& source,
                                  bool yaml = true) {
    SourceFile file;
    file.path = "values.yaml";
    file.text = source;
    if (yaml) file.manifest = detection::ManifestReader().Read(file.text).value();
    std::vector<std::string> out;
    Recorder recorder(file, out);
    const ScanReport report = ScanText(rendered, &recorder);
    EXPECT_EQ(report.findings.size(), 1u);
    return out;
  }
  static std::string Config(const std::string& value) {
    return "kind: ConfigMap\nmetadata: {name: c}\ndata:\n  key: " + value + "\n";
  }

  const std::string key_ = detection::MakeSample("sk_live_{alnum:24}");
};

TEST_F(SourceSearchTest, TheValueItself) {
  EXPECT_THAT(Search(Config(key_), "a:\n  b: [x, " + key_ + "]\n"), ElementsAre("whole 2 a.b[1]"));
}

TEST_F(SourceSearchTest, TheCredentialInsideALongerText) {
  EXPECT_THAT(Search(Config("use " + key_ + " now"), "k: " + key_ + "\n"),
              ElementsAre("value 1 k"));
}

TEST_F(SourceSearchTest, ATextThatHoldsTheValue) {
  EXPECT_THAT(Search(Config(key_), "t: |\n  a\n  b " + key_ + "\n"), ElementsAre("contains 3 t"));
}

TEST_F(SourceSearchTest, APartOfTheTextThatHoldsTheFindingsLine) {
  const std::string rendered =
      Config("|\n    # common\n    first: 1\n    key " + key_ + "\n    last: 1\n");
  EXPECT_THAT(Search(rendered, "a: |\n  first: 1\n  key " + key_ + "\nb: \"last: 1\"\n"),
              ElementsAre("part 3 a"));
}

TEST_F(SourceSearchTest, OtherTextIsSearchedByLines) {
  EXPECT_THAT(Search(Config(key_), "A=b\nKEY=" + key_ + "\n", false), ElementsAre("contains 2 "));
  EXPECT_THAT(Search(Config(key_), "A=b\n", false), IsEmpty());
}

TEST_F(SourceSearchTest, ShortAndOtherTextsAreNoCandidates) {
  EXPECT_THAT(Search(Config("use " + key_ + " now"), "a: use\nb: now\nc: \"\"\nd: other\ne: 1\n"),
              IsEmpty());
}

// A name could itself be a value that was put in the wrong place.
TEST_F(SourceSearchTest, ANameThatLooksLikeAKeyIsNotPrinted) {
  EXPECT_THAT(
      Search(Config(key_), "users:\n  " + detection::MakeSample("{alnum:32}") + ": " + key_ + "\n"),
      ElementsAre("whole 2 users.…"));
}

TEST_F(SourceSearchTest, CandidatesAreBounded) {
  std::string source = "l:\n";
  for (int i = 0; i < 500; ++i) source += "- " + key_ + "\n";
  EXPECT_EQ(Search(Config(key_), source).size(), 64u);
}

TEST(SourceCandidates, TheSameObjectTellsMostThenTheMatch) {
  const SourceCandidate whole{.match = SourceMatch::kWhole, .place = {}, .way = {}};
  const SourceCandidate own{
      .match = SourceMatch::kContains, .same_object = true, .place = {}, .way = {}};
  const SourceCandidate named{
      .match = SourceMatch::kWhole, .same_name = true, .place = {}, .way = {}};
  EXPECT_TRUE(Better(own, whole));
  EXPECT_TRUE(Better(named, whole));
  EXPECT_FALSE(Better(whole, named));
  EXPECT_FALSE(Better(whole, whole));
}

}  // namespace
}  // namespace keysteward::cli
