#include "detection/reader/common_yaml_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "detection/reader/yaml_reader.h"
#include "tests/detection/reader/both_readers.h"

namespace keysteward::detection {
namespace {

class Both final : public BothReaders {
  bool ReadCommon(std::string_view text) override {
    return CommonYamlReader(text, limits, arena).Read(common);
  }
  Result<void> ReadAll(std::string_view text) override {
    return ReadYaml(text, limits, arena, all);
  }
};

constexpr std::string_view kCommon[] = {
    "",
    "\n",
    "# only a comment",
    "---",
    "---\n",
    "--- # comment\na: 1",
    "a: 1\n---\nb: 2\n---\n",
    "---\n---\n# c\n---\na:\n",
    "a: 1\nb: two words\nc: 'x'\nd: \"y\"\ne: ~\nf: yes\ng:\n",
    "# c\n\na: 1 # c\n  # odd comment\nb: 2\n",
    "a:\n  b:\n    c: d\n  e: f\ng: h\n",
    "a:\n- 1\n- 2\nb:\n  - x\n  -\n  - y: 1\n    z: 2\n",
    "- a\n- - b\n  - c\n-\n  d: 1\n- e: 1\n  f:\n  - g\n",
    "-   a: 1\n    b: 2\n",
    "url: http://host:80/path?a=b#frag\ntime: 12:30:45\n",
    "a: b  \nc   : d\n\"quoted key\": 1\n'it''s': 2\n\"a\\tb\": 3\n",
    "text: first line\n  second line\n\n\n  third\nnext: 1\n",
    "text: first # comment\nnext: 1\n",
    "text: a\n  - b\n  - c\n",
    "key:\n  a scalar\n  on two lines\nother: 1\n",
    "- one\n  two\n- three\n",
    "q: \"two\n  lines\"\nr: 'two\n\n  lines  '\ns: \"esc\\\n   aped\"\nt: \"a  \n  b\"\n",
    "q: \"\\x41\\u00e9\\U0001F600\\n\\t\\\\\\\"\\e\\0\\/\"\n",
    "s: 'it''s'\nt: ''\nu: \"\"\n",
    "l: |\n  a\n   b\n\n  c\nn: 1\n",
    "l: |-\n  a\n\nm: |+\n  b\n\nn: >\n  folded\n  text\n\n  more\n   indented\n  end\n",
    "l: |2\n   a\n  b\nm: >-2\n   x\n",
    "l: |\nm: 1\n",
    "l: |\n\n\n  a\n",
    "l: |\n  a",
    "l: >\n  a\n  b",
    "l: | # comment\n  # text\n  b\n # comment\nm: 1\n",
    "- |\n  a\n- >\n  b\n",
    "l: |+\n\n\n",
    "f: {a: 1, 'b': [x, \"y\", -1, {c: d}], \"e\":2, g: h i}\nn: []\nm: {}\n",
    "f: [a, b,\n  c, # comment\n  d]\ng: {a: 1,\n b: 2}\n",
    "f: [http://x:1/, a-b, -x]\n",
    "é: ü\nlist:\n- ünï: \"ö\"\n  x: [é, y]\n",
    "command: [\"sh\", \"-c\", \"echo hello\"]\n",
    "a: -x\nb: -\\n\nc: a:b\nd: a#b\ne: x'y\nf: x\"y\n",
    "yes: 1\nno: 2\ny: 3\na: {off: 1, On: 2}\n",
    "a: 0777\nb: 1e3\nc: 1_000\nd: .5\ne: 0x1F\nf: 1.10\ng: 08\n",
    "a: {}\n\n\n",
    "a:\n  # comment\n  b: 1\n# comment\n  c: 2\n",
};

constexpr std::string_view kLeft[] = {
    "a: &x 1\nb: *x\n",
    "a: !!str 1\n",
    "? a\n: b\n",
    "%YAML 1.1\n---\na: 1\n",
    "a: 1\r\nb: 2\r\n",
    "a:\t1\n",
    "\ta: 1\n",
    "a: b: c\n",
    "a: \"open\n",
    "a: 'open\n",
    "a: [1, 2\n",
    "a: 1\n  b: 2\n",
    "a:\n  b: 1\n c: 2\n",
    "- a\nb: 1\n",
    "a: @x\n",
    "a: `x\n",
    "a: %x\n",
    "a: - b\n",
    "a: x\n  y: z\n",
    "plain root",
    "a: {b}\n",
    "a: [b: c]\n",
    "<<: {a: 1}\n",
    "a: |3x\n  b\n",
    "a: \"\\q\"\n",
    "a: \"\\ud83d\"\n",
    "a: 1\n...\nb: 2\n",
    "a: \x01\n",
    "a: \xff\n",
    "\xef\xbb\xbf"
    "a: 1\n",
    "a: \xc2\x85x\n",
    "a: \"x\"y\n",
    "a: \"x\"#c\n",
    "--- a\n",
    "a: |\n     \n  b\n",
    "a: \"x\n---\n\"\n",
    "0777: a\n",
    "a: {1: b}\n",
    "null: a\n",
    "~: a\n",
    "a: .inf\n",
    "a: -.INF\n",
};

TEST(CommonYamlReaderTest, ReadsWhatManifestsAreWrittenIn) {
  Both both;
  for (const std::string_view text : kCommon) {
    EXPECT_EQ(both.Read(text), Answer::kSame) << text << "\n" << both.difference;
  }
}

TEST(CommonYamlReaderTest, LeavesWhatIsNotCommonOrWrong) {
  Both both;
  for (const std::string_view text : kLeft) {
    EXPECT_EQ(both.Read(text), Answer::kLeft) << text << "\n" << both.difference;
    EXPECT_TRUE(both.common.empty());
  }
}

TEST(CommonYamlReaderTest, LeavesWhatExceedsALimit) {
  Both both;
  both.limits = {.documents = 2, .depth = 3, .nodes = 6, .scalar_bytes = 8};
  EXPECT_EQ(both.Read("a: {b: {c: 1}}\n"), Answer::kSame);
  EXPECT_EQ(both.Read("a: {b: {c: {d: 1}}}\n"), Answer::kLeft) << "depth";
  EXPECT_EQ(both.Read("a:\n  b:\n    c:\n      d: 1\n"), Answer::kLeft) << "depth";
  EXPECT_EQ(both.Read("[1, 2, 3, 4, 5]"), Answer::kSame);
  EXPECT_EQ(both.Read("[1, 2, 3, 4, 5, 6]"), Answer::kLeft) << "nodes";
  EXPECT_EQ(both.Read("a: 123456789\n"), Answer::kLeft) << "scalar";
  EXPECT_EQ(both.Read("a: 1\n---\nb: 1\n---\nc: 1\n"), Answer::kLeft) << "documents";
}

// Found by the fuzz program: the escapes of a name count as they are written.
TEST(CommonYamlReaderTest, LeavesNamesThatAreTooLongAsTheyAreWritten) {
  Both both;
  std::string escaped;
  for (int i = 0; i < 200; ++i) escaped += "\\u00e9";
  EXPECT_EQ(both.Read("{\"" + escaped + "\": 1}\n"), Answer::kLeft);
  EXPECT_EQ(both.Read("\"" + escaped + "\": 1\n"), Answer::kLeft);
  EXPECT_EQ(both.Read(std::string(1100, 'k') + ": 1\n"), Answer::kLeft);
  EXPECT_EQ(both.Read("{" + std::string(1100, 'k') + ": 1}\n"), Answer::kLeft);
  EXPECT_EQ(both.Read("\"" + escaped.substr(0, 600) + "\": 1\n"), Answer::kSame);
  EXPECT_EQ(both.Read(std::string(900, 'k') + ": 1\n"), Answer::kSame);
}

TEST(CommonYamlReaderTest, KeepsDuplicates) {
  Both both;
  ASSERT_EQ(both.Read("a: 1\na: 2\n"), Answer::kSame);
  EXPECT_EQ(both.common[0].root->count, 2u);
}

TEST(CommonYamlReaderTest, CopiesItsText) {
  Both both;
  std::string text = "a: some value\n";
  ASSERT_TRUE(CommonYamlReader(text, both.limits, both.arena).Read(both.common));
  text.assign(text.size(), '#');
  EXPECT_EQ(both.common[0].root->String("a"), "some value");
}

// Pieces of YAML put together at random: whatever is read must be what libyaml reads.
TEST(CommonYamlReaderTest, NeverDiffersFromLibyaml) {
  constexpr std::string_view kPieces[] = {
      "a",        "key",     ": ",     ":",    "- ",  "-",    "\n", "\n",   "\n",     "  ",
      "    ",     " ",       "#",      " # c", "\"",  "'",    "''", "\\",   "\\n",    "|",
      ">",        "|-",      ">+",     "|2",   "[",   "]",    "{",  "}",    ", ",     "? ",
      "&a ",      "*a",      "!!str ", "---",  "...", "é",    "\t", "text", "x: y\n", "- x\n",
      "  x: y\n", "  - x\n", "a:\n",   "~",    "yes", "0777", "%",  "@",    "\n\n",   "<<: "};
  std::mt19937 random(20261127);
  Both both;
  size_t same = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text;
    for (size_t n = random() % 14; n > 0; --n) {
      text += kPieces[random() % std::size(kPieces)];
    }
    const Answer answer = both.Read(text);
    ASSERT_NE(answer, Answer::kDifferent) << "[" << text << "]\n" << both.difference;
    same += answer == Answer::kSame;
    both.arena.release();
  }
  EXPECT_GT(same, 3'000u) << "the pieces make too few texts that are read";
}

// Common texts with one byte changed, removed or doubled.
TEST(CommonYamlReaderTest, NeverDiffersNearTheCommon) {
  constexpr std::string_view kBytes = " \n:-#'\"|>[]{},&*!?%@`\\\tax0~.";
  std::mt19937 random(7);
  Both both;
  for (int round = 0; round < 40'000; ++round) {
    std::string text(kCommon[random() % std::size(kCommon)]);
    for (size_t n = 1 + random() % 2; n > 0 && !text.empty(); --n) {
      const size_t at = random() % text.size();
      const char byte = kBytes[random() % kBytes.size()];
      if (const auto kind = random() % 3; kind == 0) {
        text[at] = byte;
      } else if (kind == 1) {
        text.erase(at, 1);
      } else {
        text.insert(at, 1, byte);
      }
    }
    ASSERT_NE(both.Read(text), Answer::kDifferent) << "[" << text << "]\n" << both.difference;
    both.arena.release();
  }
}

}  // namespace
}  // namespace keysteward::detection
