#include "api/v1alpha1/internal/selector_checks.h"

#include <gtest/gtest.h>

namespace keysteward::api::v1alpha1::internal {
namespace {

std::string Told(const LabelSelector& selector) {
  Checks checks("spec");
  CheckSelector(checks, "namespaceSelector", selector);
  std::string out;
  for (const FieldError& error : checks.Take()) out += error.ToString() + "\n";
  return out;
}

LabelSelector Labels(size_t count) {
  LabelSelector selector;
  for (size_t i = 0; i < count; ++i) selector.match_labels["l" + std::to_string(i)] = "v";
  return selector;
}

LabelSelector Expressions(size_t count, const std::string& key, size_t values = 1) {
  LabelSelector selector;
  selector.match_expressions.assign(
      count, {key, SelectorOperator::kIn, std::vector<std::string>(values, "v")});
  return selector;
}

TEST(CheckSelector, AnEmptyOneIsGood) { EXPECT_EQ(Told({}), ""); }

TEST(CheckSelector, BoundsLabelsAndExpressions) {
  EXPECT_EQ(Told(Labels(16)), "");
  EXPECT_EQ(Told(Labels(17)),
            "spec.namespaceSelector.matchLabels: must have at most 16 items, has 17\n");
  EXPECT_EQ(Told(Expressions(16, "k")), "");
  EXPECT_EQ(Told(Expressions(17, "k")),
            "spec.namespaceSelector.matchExpressions: must have at most 16 items, has 17\n");
}

TEST(CheckSelector, BoundsKeysAndValuesOfEachExpression) {
  EXPECT_EQ(Told(Expressions(1, std::string(317, 'k'), 32)), "");
  LabelSelector selector = Expressions(1, "k");
  for (const LabelSelector& wrong :
       {Expressions(1, ""), Expressions(1, std::string(318, 'k')), Expressions(1, "k", 33)}) {
    selector.match_expressions.push_back(wrong.match_expressions[0]);
  }
  const std::string at = "spec.namespaceSelector.matchExpressions";
  EXPECT_EQ(Told(selector), at + "[1].key: must be 1 to 317 characters, is 0\n" + at +
                                "[2].key: must be 1 to 317 characters, is 318\n" + at +
                                "[3].values: must have at most 32 items, has 33\n");
}

}  // namespace
}  // namespace keysteward::api::v1alpha1::internal
