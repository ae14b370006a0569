#include "cli/scan/full_diff.h"

#include <gtest/gtest.h>

namespace keysteward::cli {
namespace {

std::vector<ChangedFile> Parse(std::string_view diff) {
  Result<std::vector<ChangedFile>> files = ParseFullDiff(diff);
  EXPECT_TRUE(files) << files.error().ToString();
  return files ? *std::move(files) : std::vector<ChangedFile>();
}

TEST(FullDiff, HoldsBothVersionsWhole) {
  const auto files = Parse(
      "diff --git a/x.yaml b/x.yaml\nindex 1..2 100644\n--- a/x.yaml\n+++ b/x.yaml\n"
      "@@ -1,3 +1,3 @@\n a: b\n-c: d\n+c: e\n f: g\n");
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].path, "x.yaml");
  EXPECT_EQ(files[0].before, "a: b\nc: d\nf: g\n");
  EXPECT_EQ(files[0].after, "a: b\nc: e\nf: g\n");
}

TEST(FullDiff, ANewFileHasNoOlderVersion) {
  const auto files = Parse(
      "diff --git a/n.yaml b/n.yaml\nnew file mode 100644\n--- /dev/null\n+++ b/n.yaml\n"
      "@@ -0,0 +1 @@\n+a: b\n");
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].before, "");
  EXPECT_EQ(files[0].after, "a: b\n");
}

TEST(FullDiff, LinesThatLookLikeHeadersAreContent) {
  const auto files = Parse(
      "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n --- a/y\n-++ b/y\n+++ b/z\n"
      "+diff --git a/q b/q\n @@ -1 +1 @@\ndiff --git a/w b/w\n--- a/w\n+++ b/w\n@@ -1 +1 "
      "@@\n-a\n+b\n");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].after, "--- a/y\n++ b/z\ndiff --git a/q b/q\n@@ -1 +1 @@\n");
  EXPECT_EQ(files[1].path, "w");
}

TEST(FullDiff, ALineWithoutAnEndHasNone) {
  const std::string head = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n";
  const std::string mark = "\\ No newline at end of file\n";
  auto files = Parse(head + "-a\n" + mark + "+b\n");
  EXPECT_EQ(files[0].before, "a");
  EXPECT_EQ(files[0].after, "b\n");
  files = Parse(head + "-a\n+b\n" + mark);
  EXPECT_EQ(files[0].before, "a\n");
  EXPECT_EQ(files[0].after, "b");
  files = Parse("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n+c\n a\n" + mark);
  EXPECT_EQ(files[0].before, "a");
  EXPECT_EQ(files[0].after, "c\na");
}

TEST(FullDiff, NamesAreUnescaped) {
  const auto name = [](const std::string& line) {
    return Parse("diff --git \nnew file mode 100644\n--- /dev/null\n+++ " + line +
                 "\n@@ -0,0 +1 @@\n+a\n")
        .at(0)
        .path;
  };
  EXPECT_EQ(name("b/with space.yaml\t"), "with space.yaml");
  EXPECT_EQ(name("\"b/a\\tb\\\"c\\\\d\\303\\244.yaml\""), "a\tb\"c\\d\xC3\xA4.yaml");
  EXPECT_EQ(name("b/b/c.yaml"), "b/c.yaml");
}

TEST(FullDiff, ChangesWithoutContentAreLeftOut) {
  EXPECT_TRUE(Parse("").empty());
  EXPECT_TRUE(Parse("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n").empty());
  EXPECT_TRUE(
      Parse("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n").empty());
}

TEST(FullDiff, LinksAreMarked) {
  EXPECT_TRUE(Parse("diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n"
                    "@@ -0,0 +1 @@\n+target\n\\ No newline at end of file\n")
                  .at(0)
                  .is_link);
}

TEST(FullDiff, OtherFormsAreRefused) {
  const std::string head = "diff --git a/x b/x\n--- a/x\n+++ b/x\n";
  for (const char* hunk :
       {"@@ -1,9 +1,9 @@\n a\n", "@@ -1,x +1 @@\n", "@@ -1 @@\n", "@@ -1 +1 @@\n*a\n",
        "@@ -0,0 +1 @@\n-a\n", "@@ -1,99999999999999999999999 +1 @@\n"}) {
    EXPECT_FALSE(ParseFullDiff(head + hunk)) << hunk;
  }
}

}  // namespace
}  // namespace keysteward::cli
