#include "detection/fields/leaf.h"

#include <gtest/gtest.h>

#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

Leaf At(int32_t frame) {
  Leaf leaf;
  leaf.frame = frame;
  return leaf;
}

TEST(LeafList, SpellsMembersAndItems) {
  LeafList leaves;
  const int32_t spec = leaves.AddMember(-1, "spec");
  const int32_t env = leaves.AddMember(spec, "env");
  const int32_t item = leaves.AddItem(env, 2, "API_KEY");
  const int32_t value = leaves.AddMember(item, "value");
  EXPECT_EQ(leaves.PathOf(At(value)), "spec.env[2].value");
  EXPECT_EQ(leaves.StablePathOf(At(value)), "spec.env[API_KEY].value");
  EXPECT_EQ(leaves.PathOf(At(spec)), "spec");
  EXPECT_EQ(leaves.PathOf(At(-1)), "");
}

TEST(LeafList, SpellsNestedTextsAfterAHash) {
  LeafList leaves;
  const int32_t data = leaves.AddMember(-1, "data");
  const int32_t file = leaves.AddMember(data, "app.env");
  const int32_t inner = leaves.AddInner(file);
  const int32_t name = leaves.AddMember(inner, "STRIPE_KEY");
  EXPECT_EQ(leaves.PathOf(At(name)), "data[app.env]#STRIPE_KEY");
  const int32_t item = leaves.AddItem(inner, 0, "");
  EXPECT_EQ(leaves.PathOf(At(item)), "data[app.env]#[0]");
  const int32_t deeper = leaves.AddMember(leaves.AddInner(item), "x");
  EXPECT_EQ(leaves.PathOf(At(deeper)), "data[app.env]#[0]#x");
}

TEST(LeafList, KeepsItemsWithoutNameByTheirNumber) {
  LeafList leaves;
  const int32_t list = leaves.AddMember(-1, "args");
  EXPECT_EQ(leaves.StablePathOf(At(leaves.AddItem(list, 7, ""))), "args[7]");
}

TEST(LeafList, MakesOddNamesFitForOutput) {
  LeafList leaves;
  const auto path = [&](std::string_view name) {
    return leaves.PathOf(At(leaves.AddMember(leaves.AddMember(-1, "data"), name)));
  };
  EXPECT_EQ(path("a-b_c9"), "data.a-b_c9");
  EXPECT_EQ(path("a.b"), "data[a.b]");
  EXPECT_EQ(path("example.com/x"), "data[example.com/x]");
  EXPECT_EQ(path("a\nb").find('\n'), std::string::npos) << "no line break reaches a log";
  EXPECT_EQ(path("\x1B[31m").find('\x1B'), std::string::npos) << "nor an escape a terminal";
  EXPECT_LT(path(std::string(5000, 'n')).size(), 200u);
  EXPECT_EQ(path(""), "data[]");
}

// A value that was pasted where a name belongs must not come out in a path.
TEST(LeafList, HidesNamesThatReadLikeValues) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const std::string value = MakeSample("{alnum:40}", seed);
    LeafList leaves;
    const Leaf member = At(leaves.AddMember(-1, value));
    const Leaf item = At(leaves.AddItem(-1, 0, value));
    EXPECT_EQ(leaves.PathOf(member), "…") << seed;
    EXPECT_EQ(leaves.StablePathOf(item), "[…]") << seed;
  }
}

TEST(LeafList, ForgetsEverythingWhenCleared) {
  LeafList leaves;
  leaves.AddMember(-1, "a");
  leaves.Add(At(0));
  leaves.Clear();
  EXPECT_EQ(leaves.size(), 0u);
  EXPECT_EQ(leaves.AddMember(-1, "b"), 0) << "frames count from the start again";
  EXPECT_EQ(leaves.PathOf(At(0)), "b");
}

TEST(LeafList, MarksWhatWasDecodedWhole) {
  LeafList leaves;
  leaves.Add({});
  EXPECT_FALSE(leaves[0].replaced);
  leaves.MarkReplaced(0);
  EXPECT_TRUE(leaves[0].replaced);
}

}  // namespace
}  // namespace keysteward::detection
