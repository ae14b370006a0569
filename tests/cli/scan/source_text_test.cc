#include "cli/scan/source_text.h"

#include <gtest/gtest.h>

#include "cli/scan/node_at.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {
namespace {

using detection::Node;

// The text of member `value` at `path`, its lines after '/', or "! why not".
std::string MemberAt(const std::string& text, const std::string& path) {
  const auto manifest = detection::ManifestReader().Read(text);
  if (!manifest) return "! " + manifest.error().message;
  const Node* node = NodeAt(*manifest->documents.back().root, path);
  if (node == nullptr) return "! no such node";
  const Result<MemberText> member = SourceText(text).Member(*node, "value");
  if (!member) return "! " + member.error().message;
  const auto cut = [&](TextSpan span) { return text.substr(span.begin, span.end - span.begin); };
  return cut(member->head) + (member->lines ? "/" + cut(*member->lines) : "");
}

TEST(SourceText, FindsAMemberOfEachStyle) {
  EXPECT_EQ(MemberAt("a: b\nvalue: xyz # c\n", "value"), "value: xyz");
  EXPECT_EQ(MemberAt("value: 'it''s'\n", "value"), "value: 'it''s'");
  EXPECT_EQ(MemberAt("value: \"a\\\"b\" # c\n", "value"), "value: \"a\\\"b\"");
  EXPECT_EQ(MemberAt("{a: b, \"value\":\"x\", c: d}\n", "value"), "\"value\":\"x\"");
  EXPECT_EQ(MemberAt("- a: b\n  value: x\n", "[0].value"), "value: x");
  EXPECT_EQ(MemberAt("value:\n  x\n", "value"), "value:\n  x");
  EXPECT_EQ(MemberAt("value: 'two\n  lines'\n", "value"), "value: 'two\n  lines'");
}

TEST(SourceText, FindsTheLinesOfABlock) {
  EXPECT_EQ(MemberAt("value: |\n  a\n\n   b\nc: d\n", "value"), "value: |/  a\n\n   b\n");
  EXPECT_EQ(MemberAt("value: >- # why\n  a\n\n\nc: d\n", "value"), "value: >-/  a\n")
      << "a comment and blank lines at the end stay";
  EXPECT_EQ(MemberAt("- value: |\n    a\n  name: b\n", "[0].value"), "value: |/    a\n");
  EXPECT_EQ(MemberAt("value: |+\n  a", "value"), "value: |+/  a");
  EXPECT_EQ(MemberAt("value: |2\n    a\n  b\n", "value"), "value: |2/    a\n  b\n");
}

TEST(SourceText, CountsAsTheParserCounts) {
  EXPECT_EQ(MemberAt("\xEF\xBB\xBFvalue: x\n", "value"), "value: x") << "a byte order mark";
  EXPECT_EQ(MemberAt("{\"\xC3\xA4\xF0\x9F\x98\x80\": 1, value: x}\n", "value"), "value: x");
  EXPECT_EQ(MemberAt("a: b\r\nvalue: x\r\n", "value"), "value: x");
  EXPECT_EQ(MemberAt("a: b\rvalue: x\r", "value"), "value: x");
  EXPECT_EQ(MemberAt("a: \"\xE2\x80\xA8\"\nvalue: x\n", "value"), "value: x");
  EXPECT_EQ(MemberAt("---\na: b\n---\nvalue: x\n", "value"), "value: x");
}

TEST(SourceText, SaysWhatCannotBeReplaced) {
  EXPECT_EQ(MemberAt("value: &a x\n", "value"), "! it has an anchor, an alias or a tag");
  EXPECT_EQ(MemberAt("value: !!str x\n", "value"), "! it has an anchor, an alias or a tag");
  EXPECT_EQ(MemberAt("value: x\n  y\n", "value"), "! it is written over several lines");
  EXPECT_EQ(MemberAt("other: x\n", "other"), "! it does not stand right behind its name");
  EXPECT_EQ(MemberAt("my-value: x\n", "my-value"), "! it does not stand right behind its name");
  EXPECT_EQ(MemberAt("? value\n: x\n", "value"), "! it does not stand right behind its name");
  EXPECT_EQ(MemberAt("value: # c\n  x\n", "value"), "! it does not stand right behind its name");
}

TEST(SourceText, PlacesOutsideTheTextAreNone) {
  const SourceText source("a\nb");
  EXPECT_EQ(source.OffsetOf({2, 1}), 2u);
  EXPECT_EQ(source.OffsetOf({2, 2}), 3u);
  for (const detection::Position position :
       {detection::Position{0, 0}, {1, 0}, {3, 1}, {2, 9}, {4000000000u, 1}, {2, 4000000000u}}) {
    EXPECT_FALSE(source.OffsetOf(position)) << position.line << ":" << position.column;
  }
  EXPECT_FALSE(SourceText("").OffsetOf({1, 2}));
}

}  // namespace
}  // namespace keysteward::cli
