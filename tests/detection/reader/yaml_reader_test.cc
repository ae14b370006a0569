#include "detection/reader/yaml_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::detection {
namespace {

class YamlReaderTest : public testing::Test {
 protected:
  const Node* Read(std::string_view text) {
    documents_.clear();
    const Result<void> read = ReadYaml(text, limits_, arena_, documents_);
    error_ = read ? "" : read.error().ToString();
    return read && !documents_.empty() ? documents_[0].root : nullptr;
  }
  std::string Error(std::string_view text) {
    Read(text);
    return error_;
  }

  ReadLimits limits_;
  std::pmr::monotonic_buffer_resource arena_;
  std::vector<Document> documents_;
  std::string error_;
};

TEST_F(YamlReaderTest, RemembersHowAScalarWasWritten) {
  const Node* root = Read("a: x\nb: 'x'\nc: \"x\"\nd: |\n  x\ne: >\n  x\n");
  ASSERT_NE(root, nullptr) << error_;
  EXPECT_EQ(root->Find("a")->style, ScalarStyle::kPlain);
  EXPECT_EQ(root->Find("b")->style, ScalarStyle::kSingleQuoted);
  EXPECT_EQ(root->Find("c")->style, ScalarStyle::kDoubleQuoted);
  EXPECT_EQ(root->Find("d")->style, ScalarStyle::kLiteral);
  EXPECT_EQ(root->Find("e")->style, ScalarStyle::kFolded);
}

TEST_F(YamlReaderTest, PointsAtTheValue) {
  const Node* root = Read("a:   x\nlist:\n  - é: y\n    k:\n      - |\n        text\n");
  ASSERT_NE(root, nullptr) << error_;
  EXPECT_EQ(root->position, (Position{1, 1}));
  EXPECT_EQ(root->Find("a")->position, (Position{1, 6}));
  const Node* item = root->Find("list")->first;
  EXPECT_EQ(item->Find("é")->position, (Position{3, 8})) << "columns count characters";
  EXPECT_EQ(item->Find("k")->first->position, (Position{5, 9})) << "where the | stands";
}

TEST_F(YamlReaderTest, KnowsTheBlanksBeforeTheLinesOfABlock) {
  const std::pair<const char*, int> cases[] = {{"a: |\n  b\n", 2},
                                               {"a: >-\n    b\n    c\n", 4},
                                               {"a: |2\n    b\n", 2},
                                               {"a: |\n\n\n   b\n", 3},
                                               {"a: |\r\n\r\n   b\r\n", 3},
                                               {"x: 1\na: | # why\n    b\n     c\n", 4},
                                               {"a: |\n  \xC3\xA4\xC3\xB6\n", 2},
                                               {"a: |\n\n", 0},
                                               {"a: |", 0},
                                               {"a: b", 0},
                                               {"a: 'b\n   c'", 0}};
  for (const auto& [text, indent] : cases) {
    std::pmr::monotonic_buffer_resource arena;
    std::vector<Document> documents;
    ASSERT_TRUE(ReadYaml(text, ReadLimits(), arena, documents)) << text;
    EXPECT_EQ(documents[0].root->Find("a")->indent, indent) << text;
  }
}

TEST_F(YamlReaderTest, ChompsBlocksAsYamlSays) {
  const Node* root = Read("keep: |+\n  x\n\nclip: |\n  x\n\nstrip: |-\n  x\n\nindent: |2\n   x\n");
  ASSERT_NE(root, nullptr) << error_;
  EXPECT_EQ(root->String("keep"), "x\n\n");
  EXPECT_EQ(root->String("clip"), "x\n");
  EXPECT_EQ(root->String("strip"), "x");
  EXPECT_EQ(root->String("indent"), " x\n");
}

TEST_F(YamlReaderTest, DecodesEscapesOfDoubleQuotes) {
  const Node* root = Read("a: \"\\x41\\u00e9\\U0001F600\\0\\e\\_\\\n  joined\"\n");
  ASSERT_NE(root, nullptr) << error_;
  EXPECT_EQ(root->String("a"), std::string("A\xC3\xA9\xF0\x9F\x98\x80\0\x1B\xC2\xA0joined", 17));
}

TEST_F(YamlReaderTest, TakesTagsAtTheirWord) {
  const Node* root = Read("a: !!str 1\nb: !!str yes\nc: !custom 1\nd: ! 1\n");
  ASSERT_NE(root, nullptr) << error_;
  EXPECT_EQ(root->Find("a")->kind, NodeKind::kString);
  EXPECT_EQ(root->Find("b")->kind, NodeKind::kString);
  EXPECT_EQ(root->Find("c")->kind, NodeKind::kString) << "as go-yaml takes unknown tags";
}

TEST_F(YamlReaderTest, DecodesBinaryAcrossLines) {
  const Node* root = Read("a: !!binary |\n  aGVs\n  bG8=\n");
  ASSERT_NE(root, nullptr) << error_;
  EXPECT_EQ(root->String("a"), "hello");
}

TEST_F(YamlReaderTest, KeepsCommentsOut) {
  const Node* root = Read("# a: b\na: b # c\n# d\n");
  ASSERT_NE(root, nullptr) << error_;
  EXPECT_EQ(root->count, 1u);
  EXPECT_EQ(root->String("a"), "b");
  EXPECT_EQ(Read("a: b#c\n")->String("a"), "b#c") << "no blank before it: no comment";
}

TEST_F(YamlReaderTest, ReadsFlowStyle) {
  const Node* root = Read("{a: [1, {b: c}], ? d : e, f, 'g': }");
  ASSERT_NE(root, nullptr) << error_;
  EXPECT_EQ(root->count, 4u);
  EXPECT_EQ(root->Find("a")->first->next->String("b"), "c");
  EXPECT_EQ(root->String("d"), "e");
  EXPECT_EQ(root->Find("f")->kind, NodeKind::kNull);
  EXPECT_EQ(root->Find("g")->kind, NodeKind::kNull);
}

TEST_F(YamlReaderTest, GivesEveryDocumentOfAStream) {
  Read("%YAML 1.1\n---\na: 1\n...\n---\n---\n# only a comment\n---\nb: 2\n");
  ASSERT_EQ(error_, "");
  ASSERT_EQ(documents_.size(), 4u);
  EXPECT_EQ(documents_[1].root->kind, NodeKind::kNull);
  EXPECT_EQ(documents_[3].root->Find("b")->text, "2");
  for (uint32_t i = 0; i < documents_.size(); ++i) EXPECT_EQ(documents_[i].index, i);
}

TEST_F(YamlReaderTest, GivesNothingForAnEmptyStream) {
  for (const char* text : {"", "\n\n", "# nothing\n"}) {
    Read(text);
    EXPECT_EQ(error_, "") << text;
    EXPECT_TRUE(documents_.empty()) << text;
  }
}

TEST_F(YamlReaderTest, AnchorsEndWithTheirDocument) {
  EXPECT_EQ(Error("a: &x 1\n---\nb: *x\n"),
            "InvalidArgument: 3:4: alias of an anchor that does not exist");
}

TEST_F(YamlReaderTest, MergesWhereTheKeyIsPlainOnly) {
  EXPECT_EQ(Read("a: &x {k: v}\nb: {<<: *x}\n")->Find("b")->String("k"), "v");
  const Node* quoted = Read("a: &x {k: v}\nb: {'<<': *x}\n");
  EXPECT_NE(quoted->Find("b")->Find("<<"), nullptr);
  EXPECT_EQ(quoted->Find("b")->Find("k"), nullptr);
}

TEST_F(YamlReaderTest, ReadsUtf16) {
  const std::string le(
      "\xFF\xFE"
      "a\0:\0 \0b\0\n\0",
      12);
  EXPECT_EQ(Read(le)->String("a"), "b");
  const std::string be(
      "\xFE\xFF"
      "\0a\0:\0 \0b\0\n",
      12);
  EXPECT_EQ(Read(be)->String("a"), "b");
}

TEST_F(YamlReaderTest, StopsAtEachLimit) {
  limits_ = {.bytes = 1000, .documents = 2, .depth = 2, .nodes = 5, .scalar_bytes = 4};
  EXPECT_EQ(Error("a: [x]\n"), "");
  EXPECT_EQ(Error("a: [[x]]\n"), "TooLarge: 1:5: nested deeper than 2 levels");
  EXPECT_EQ(Error("[1, 2, 3, 4, 5]"),
            "TooLarge: 1:14: more than 5 values in one document, aliases expanded");
  EXPECT_EQ(Error("a: abcde\n"), "TooLarge: 1:4: one value is longer than 4 bytes");
  EXPECT_TRUE(Error("a: 1\n---\na: 1\n---\na: 1\n").ends_with("more than 2 documents"));
}

TEST_F(YamlReaderTest, RefusesBrokenTextWithItsPlace) {
  const std::pair<const char*, const char*> cases[] = {{"a: [b\n", "2:1"},
                                                       {"a: {b\n", "2:1"},
                                                       {"a: 'b\n", "2:1"},
                                                       {"a: b: c\n", "1:5"},
                                                       {"- a\nb: c\n", "2:1"},
                                                       {"a: b\n c: d\n", "2:3"},
                                                       {"a: |x\n", "1:5"},
                                                       {"a: \"\\q\"\n", "1:5"},
                                                       {"a: &\n", "1:5"},
                                                       {"a: *\n", "1:5"},
                                                       {"a: @b\n", "1:4"},
                                                       {"a: `b\n", "1:4"},
                                                       {"a: %b\n", "1:4"},
                                                       {"%FOO\n", "1:5"},
                                                       {"---\n%YAML 1.1\n", "3:1"},
                                                       {"a: !<tag\n", "1:9"},
                                                       {"key: [a, b\nc: d\n", "2:2"}};
  for (const auto& [text, place] : cases) {
    const std::string error = Error(text);
    EXPECT_TRUE(error.starts_with("InvalidArgument: " + std::string(place)))
        << text << " gives " << error;
  }
}

// A cut file must be an error or visibly shorter, and never more than was written.
TEST_F(YamlReaderTest, SurvivesEveryCut) {
  const std::string text =
      "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    x\n  b: &q {c: 'd'}\n  e: *q\n"
      "---\n- [1, 2]\n- \"f\\tg\"\n";
  Read(text);
  ASSERT_EQ(error_, "");
  for (size_t size = 0; size < text.size(); ++size) {
    Read(text.substr(0, size));
    EXPECT_TRUE(error_.empty() || error_.starts_with("InvalidArgument: ")) << error_;
    EXPECT_LE(documents_.size(), 2u);
  }
}

TEST_F(YamlReaderTest, SurvivesEveryChangedByte) {
  const std::string text = "a: |\n  x\nb: &q {c: 'd', <<: {e: f}}\ng: *q\nh: !!binary aGk=\n- i\n";
  for (size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; byte += 3) {
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      Read(changed);
      EXPECT_TRUE(error_.empty() || error_.starts_with("InvalidArgument: ")) << error_;
    }
  }
}

}  // namespace
}  // namespace keysteward::detection
