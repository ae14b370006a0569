#include "detection/reader/tree_builder.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

class TreeBuilderTest : public testing::Test {
 protected:
  Node Text(std::string_view text) {
    Node node;
    node.kind = NodeKind::kString;
    node.text = text;
    node.position = {1, 1};
    return node;
  }
  void Map(std::string_view anchor = "") {
    ASSERT_TRUE(builder_.Begin(NodeKind::kMapping, {1, 1}, anchor));
  }
  void List(std::string_view anchor = "") {
    ASSERT_TRUE(builder_.Begin(NodeKind::kSequence, {1, 1}, anchor));
  }
  void Put(std::string_view text, std::string_view anchor = "") {
    ASSERT_TRUE(builder_.Scalar(Text(text), anchor));
  }
  void End() { ASSERT_TRUE(builder_.End()); }

  ReadLimits limits_{.bytes = 100, .documents = 3, .depth = 4, .nodes = 20, .scalar_bytes = 10};
  std::pmr::monotonic_buffer_resource arena_;
  TreeBuilder builder_{limits_, arena_};
};

TEST_F(TreeBuilderTest, BuildsMappingsAndListsInOrder) {
  Map();
  Put("a");
  List();
  Put("x");
  Put("y");
  End();
  Put("b");
  Put("z");
  End();
  const Node* root = builder_.Finish();
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->count, 2u);
  EXPECT_EQ(root->weight, 5u) << "root, list, two items, z";
  EXPECT_EQ(root->Find("a")->count, 2u);
  EXPECT_EQ(root->Find("a")->first->next->text, "y");
  EXPECT_EQ(root->String("b"), "z");
  EXPECT_EQ(root->String("a"), "") << "a list is no string";
  EXPECT_EQ(root->Find("c"), nullptr);
}

TEST_F(TreeBuilderTest, CopiesTexts) {
  {
    std::string passing = "gone soon";
    Put(passing);
    passing.assign(9, '!');
  }
  EXPECT_EQ(builder_.Finish()->text, "gone soon");
}

TEST_F(TreeBuilderTest, FinishesAnEmptyDocumentAsNothing) {
  EXPECT_EQ(builder_.Finish(), nullptr);
  Put("x");
  EXPECT_NE(builder_.Finish(), nullptr);
  EXPECT_EQ(builder_.Finish(), nullptr) << "a document is given out once";
}

TEST_F(TreeBuilderTest, KnowsWhenANameIsExpected) {
  EXPECT_FALSE(builder_.ExpectsKey());
  Map();
  EXPECT_TRUE(builder_.ExpectsKey());
  Put("a");
  EXPECT_FALSE(builder_.ExpectsKey());
  List();
  EXPECT_FALSE(builder_.ExpectsKey());
  End();
  EXPECT_TRUE(builder_.ExpectsKey());
}

TEST_F(TreeBuilderTest, RefusesAContainerAsName) {
  Map();
  const Result<void> list = builder_.Begin(NodeKind::kSequence, {3, 7}, "");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().ToString(),
            "InvalidArgument: 3:7: a mapping or list cannot be the name of a member");
}

TEST_F(TreeBuilderTest, SharesTheChildrenOfAnAlias) {
  List();
  List("x");
  Put("v");
  End();
  ASSERT_TRUE(builder_.Alias("x", {2, 1}));
  End();
  const Node* root = builder_.Finish();
  ASSERT_EQ(root->count, 2u);
  EXPECT_EQ(root->first->first, root->first->next->first) << "no copy of the children";
  EXPECT_EQ(root->weight, 5u) << "counted twice all the same";
}

TEST_F(TreeBuilderTest, RefusesAliasesOfNothingAndOfThemselves) {
  EXPECT_EQ(builder_.Alias("x", {2, 5}).error().ToString(),
            "InvalidArgument: 2:5: alias of an anchor that does not exist");
  List("x");
  EXPECT_EQ(builder_.Alias("x", {2, 6}).error().ToString(),
            "InvalidArgument: 2:6: anchor contains itself");
}

TEST_F(TreeBuilderTest, ForgetsAnchorsWithTheDocument) {
  Put("v", "x");
  builder_.Finish();
  EXPECT_FALSE(builder_.Alias("x", {1, 1}));
}

TEST_F(TreeBuilderTest, TakesAnAliasOfAScalarAsName) {
  List();
  Put("name", "x");
  Map();
  ASSERT_TRUE(builder_.Alias("x", {1, 1}));
  Put("v");
  End();
  End();
  EXPECT_EQ(builder_.Finish()->first->next->String("name"), "v");
}

TEST_F(TreeBuilderTest, RefusesAnAliasOfAListAsName) {
  List();
  List("x");
  End();
  Map();
  EXPECT_FALSE(builder_.Alias("x", {1, 1}));
}

TEST_F(TreeBuilderTest, TheLastAnchorOfANameCounts) {
  List();
  Put("first", "x");
  Put("second", "x");
  ASSERT_TRUE(builder_.Alias("x", {1, 1}));
  End();
  EXPECT_EQ(builder_.Finish()->first->next->next->text, "second");
}

TEST_F(TreeBuilderTest, StopsAtEachLimit) {
  for (size_t depth = 0; depth < limits_.depth; ++depth) List();
  EXPECT_EQ(builder_.Begin(NodeKind::kSequence, {9, 9}, "").error().ToString(),
            "TooLarge: 9:9: nested deeper than 4 levels");
  EXPECT_EQ(builder_.Scalar(Text("elevenbytes"), "").error().ToString(),
            "TooLarge: 1:1: one value is longer than 10 bytes");
  while (builder_.Scalar(Text("x"), "")) {
  }
  EXPECT_EQ(builder_.Scalar(Text("x"), "").error().code, ErrorCode::kTooLarge);
}

TEST_F(TreeBuilderTest, CountsAliasesWithAllTheyStandFor) {
  List();
  List("x");
  for (int i = 0; i < 8; ++i) Put("v");
  End();
  ASSERT_TRUE(builder_.Alias("x", {1, 1})) << "10 + 9 = 19 of 20";
  const Result<void> third = builder_.Alias("x", {4, 2});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().ToString(),
            "TooLarge: 4:2: more than 20 values in one document, aliases expanded");
}

TEST_F(TreeBuilderTest, StartsAnewAfterARefusal) {
  for (size_t depth = 0; depth < limits_.depth; ++depth) List();
  EXPECT_FALSE(builder_.Begin(NodeKind::kSequence, {1, 1}, ""));
  builder_.Finish();
  for (size_t depth = 0; depth < limits_.depth; ++depth) List();
  for (size_t depth = 0; depth < limits_.depth; ++depth) End();
  EXPECT_EQ(builder_.Finish()->weight, limits_.depth);
}

TEST(Node, FindsTheLastOfAName) {
  Node first;
  Node second;
  Node map;
  first.key = second.key = "a";
  first.kind = second.kind = NodeKind::kString;
  first.text = "1";
  second.text = "2";
  first.next = &second;
  map.kind = NodeKind::kMapping;
  map.first = &first;
  EXPECT_EQ(map.String("a"), "2") << "the one the API server keeps";
  map.kind = NodeKind::kSequence;
  EXPECT_EQ(map.Find("a"), nullptr) << "a list has no members";
}

}  // namespace
}  // namespace keysteward::detection
