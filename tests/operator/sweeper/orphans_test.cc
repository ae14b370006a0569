#include "operator/sweeper/orphans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keysteward::op {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(KeyLabels, AreReadBackWhole) {
  const auto parts = ParseKeyLabel("keysteward/inst1/uid-1/7-2");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->installation, "inst1");
  EXPECT_EQ(parts->credential_uid, "uid-1");
  EXPECT_EQ(parts->generation, 7);
  EXPECT_EQ(parts->attempt, 2);
}

TEST(KeyLabels, NothingElseIsTakenForOne) {
  for (const char* text :
       {"", "keysteward", "keysteward/inst1/uid-1", "keysteward/inst1/uid-1/7",
        "keysteward/inst1/uid-1/7-", "keysteward/inst1/uid-1/7-2-1", "keysteward/inst1/uid-1/0-1",
        "keysteward/inst1/uid-1/-7-2", "keysteward/inst1/uid-1/7-2/x", "keysteward//uid-1/7-2",
        "keysteward/inst1//7-2", "Keysteward/inst1/uid-1/7-2", "keysteward/inst1/uid-1/7-2 ",
        "keysteward/inst1/uid-1/7x-2", "keysteward/inst1/uid-1/99999999999999999999-1",
        "production key of bob"}) {
    EXPECT_FALSE(ParseKeyLabel(text)) << text;
  }
}

std::vector<std::string> Orphans(const std::vector<ListedKey>& listed, const Claims& claims = {}) {
  std::vector<std::string> ids;
  for (const ListedKey& key : FindOrphans(listed, "inst1", claims)) ids.push_back(key.id);
  return ids;
}

TEST(Orphans, AreKeysOfOursThatNobodyAnswersFor) {
  EXPECT_THAT(Orphans({{"a", "keysteward/inst1/u/1-1"}, {"b", "keysteward/inst1/u/2-1", false}}),
              ElementsAre("a", "b"));
}

TEST(Orphans, AnotherInstallationsKeysAreNeverTouched) {
  EXPECT_THAT(
      Orphans(
          {{"a", "keysteward/inst2/u/1-1"}, {"b", "keysteward/inst11/u/1-1"}, {"c", "by hand"}}),
      IsEmpty());
}

TEST(Orphans, AClaimByIdOrGenerationKeepsAKey) {
  EXPECT_THAT(Orphans({{"a", "keysteward/inst1/u/1-1"},
                       {"b", "keysteward/inst1/u/2-1"},
                       {"c", "keysteward/inst1/v/2-1"}},
                      {.key_ids = {"a"}, .generations = {{"u", 2}}}),
              ElementsAre("c"));
}

TEST(Orphans, AClaimOnAGenerationIsOfItsCredentialAlone) {
  EXPECT_THAT(Orphans({{"a", "keysteward/inst1/u/1-1"}, {"b", "keysteward/inst1/other/1-1"}},
                      {.generations = {{"u", 1}}}),
              ElementsAre("b"));
}

}  // namespace
}  // namespace keysteward::op
