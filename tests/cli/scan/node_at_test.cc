#include "cli/scan/node_at.h"

#include <gtest/gtest.h>

#include "detection/reader/manifest_reader.h"
#include "tests/cli/scan/scan_text.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

using detection::Node;

class NodeAtTest : public testing::Test {
 protected:
  std::string At(const std::string& yaml, const std::string& path) {
    text_ = yaml;
    file_ = detection::ManifestReader().Read(text_).value();
    const Node* node = NodeAt(*file_.documents[0].root, path);
    return node == nullptr ? "none" : std::string(node->text);
  }

  std::string text_;
  detection::ManifestFile file_;
};

TEST_F(NodeAtTest, FollowsMembersAndItems) {
  EXPECT_EQ(At("spec: {env: [{name: a, value: x}, {name: b, value: y}]}", "spec.env[1].value"),
            "y");
  EXPECT_EQ(At("a: {b: {c: x}}", "a.b.c"), "x");
  EXPECT_EQ(At("- x\n- y\n", "[1]"), "y");
}

TEST_F(NodeAtTest, FollowsNamesInBrackets) {
  EXPECT_EQ(At("data: {app.env: x}", "data[app.env]"), "x");
  EXPECT_EQ(At("data: {a: {\"b#c\": x}}", "data.a[b#c]"), "x");
  EXPECT_EQ(At("a.b: {c: x}", "a.b.c"), "x") << "a name at the root stands without brackets";
}

TEST_F(NodeAtTest, OfANestedTextTheOuterFieldCounts) {
  EXPECT_EQ(At("data: {conf: text}", "data.conf#password"), "text");
}

TEST_F(NodeAtTest, NamesThatBeginAlikeAreToldApart) {
  EXPECT_EQ(At("a: {b: 1, bc: 2, b.c: 3}", "a.bc"), "2");
  EXPECT_EQ(At("a: {b: 1, bc: 2, b.c: 3}", "a[b.c]"), "3");
  EXPECT_EQ(At("a: 1\nab: 2\n", "ab"), "2");
}

TEST_F(NodeAtTest, WhatIsNotThereIsNone) {
  for (const char* path : {"b", "a.c", "a[0]", "a.b.c", "a.b[", "…", "a."}) {
    EXPECT_EQ(At("a: {b: 1}", path), "none") << path;
  }
}

// The paths that the scan prints are those that this follows.
TEST_F(NodeAtTest, FollowsWhatTheScanPrints) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  text_ = "kind: ConfigMap\nmetadata: {annotations: {example.com/key: " + key +
          "}}\ndata:\n  app.env: |\n    A=1\n    KEY=" + key + "\n  plain: " + key + "\n";
  const ScanReport report = ScanText(text_);
  ASSERT_EQ(report.findings.size(), 3u);
  file_ = detection::ManifestReader().Read(text_).value();
  for (const ScanFinding& finding : report.findings) {
    const Node* node = NodeAt(*file_.documents[0].root, finding.judgement.finding.path);
    ASSERT_NE(node, nullptr) << finding.judgement.finding.path;
    EXPECT_NE(node->text.find(key), std::string_view::npos);
  }
}

TEST_F(NodeAtTest, KnowsTheByteThatAFindingBeginsAt) {
  const std::string key = detection::MakeSample("sk_live_{alnum:24}");
  for (const std::string& value :
       {"\"text " + key + "\"", "'" + key + "'", "text " + key, key, "|\n    a\n    key " + key}) {
    text_ = "kind: ConfigMap\ndata:\n  x: " + value + "\n";
    const ScanReport report = ScanText(text_);
    ASSERT_EQ(report.findings.size(), 1u) << value;
    file_ = detection::ManifestReader().Read(text_).value();
    const Node* leaf = NodeAt(*file_.documents[0].root, "data.x");
    ASSERT_NE(leaf, nullptr);
    EXPECT_EQ(OffsetInside(*leaf, report.findings[0].judgement.finding.position),
              leaf->text.find(key))
        << value;
  }
}

TEST_F(NodeAtTest, LinesOfABlockAreCountedFromItsFirst) {
  At("a:\n  b: |\n    one\n    two\n  c: x\n", "");
  const Node& root = *file_.documents[0].root;
  const Node* block = NodeAt(root, "a.b");
  EXPECT_EQ(LineInside(*block, {4, 5}), 1u);
  EXPECT_EQ(PlaceInside(*block, 1).line, 4u);
  const Node* plain = NodeAt(root, "a.c");
  EXPECT_EQ(LineInside(*plain, {5, 6}), 0u);
  EXPECT_EQ(PlaceInside(*plain, 3), plain->position) << "it is written in one line";
}

}  // namespace
}  // namespace keysteward::cli
