#include "kube/client/list_page.h"

#include <gtest/gtest.h>

#include "tests/kube/client/kinds.h"

namespace keysteward::kube {
namespace {

TEST(ListPageTest, ItemsGetTheKindThatServersLeaveOut) {
  const auto page = DecodeListPage(kDeployments, false, R"({"kind":"DeploymentList",
      "metadata":{"resourceVersion":"7","continue":"more"},"items":[{"metadata":{"name":"a"}}]})");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->resource_version, "7");
  EXPECT_EQ(page->continue_token, "more");
  ASSERT_EQ(page->items.size(), 1u);
  EXPECT_EQ(page->items[0]["apiVersion"], "apps/v1");
  EXPECT_EQ(page->items[0]["kind"], "Deployment");
}

TEST(ListPageTest, AKindThatIsThereStays) {
  const auto page = DecodeListPage(kSecrets, true, R"({"metadata":{"resourceVersion":"7"},
      "items":[{"kind":"Own","apiVersion":"x/v1"},{}]})");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items[0]["kind"], "Own");
  EXPECT_EQ(page->items[1]["kind"], "PartialObjectMetadata");
  EXPECT_EQ(page->items[1]["apiVersion"], "meta.k8s.io/v1");
}

TEST(ListPageTest, NullOrMissingItemsAreAnEmptyList) {
  for (const char* body : {R"({"metadata":{"resourceVersion":"7"},"items":null})",
                           R"({"metadata":{"resourceVersion":"7"}})"}) {
    const auto page = DecodeListPage(kSecrets, false, body);
    ASSERT_TRUE(page) << body;
    EXPECT_TRUE(page->items.empty());
  }
}

TEST(ListPageTest, ABodyThatIsNoListIsNamedForWhatIsWrong) {
  const std::pair<const char*, const char*> rows[] = {
      {"<html>", "list: malformed JSON at byte 1"},
      {R"({"metadata":{"resourceVersion":"7"},"items":[)", "list: malformed JSON at byte 46"},
      {"[]", "list: not an object"},
      {"{}", "list: no metadata"},
      {R"({"metadata":{},"items":[]})", "list: metadata.resourceVersion: is required"},
      {R"({"metadata":{"resourceVersion":7}})", "list: metadata.resourceVersion: must be a string"},
      {R"({"metadata":{"resourceVersion":"7"},"items":{}})", "list: items is not an array"},
      {R"({"metadata":{"resourceVersion":"7"},"items":[3]})", "list: an item is not an object"},
  };
  for (const auto& [body, message] : rows) {
    const auto page = DecodeListPage(kSecrets, false, body);
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(page.error().message, message);
  }
}

}  // namespace
}  // namespace keysteward::kube
