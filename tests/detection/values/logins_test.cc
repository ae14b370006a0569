#include "detection/values/logins.h"

#include <gtest/gtest.h>

#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

TEST(PasswordOfLogin, IsWhatStandsBehindTheUser) {
  EXPECT_EQ(PasswordOfLogin("admin:Mango2022", NameKind::kLogin), "Mango2022");
  EXPECT_EQ(PasswordOfLogin("admin:a:b,c7x", NameKind::kLogin), "a:b,c7x");
  EXPECT_EQ(PasswordOfLogin("neo4j/Mango2022", NameKind::kLogin), "Mango2022");
  EXPECT_EQ(PasswordOfLogin("a:admin, bob:Mango-2022:1001", NameKind::kUsers), "Mango-2022");
  EXPECT_EQ(PasswordOfLogin("ftp|Mango-2022|/home/ftp|1001", NameKind::kUsers), "Mango-2022");
  EXPECT_EQ(PasswordOfLogin("alice|admin bob|viewer", NameKind::kUsers), "");
  EXPECT_EQ(PasswordOfLogin("viewer,Mango-2022", NameKind::kPasswords), "Mango-2022");
  EXPECT_EQ(PasswordOfLogin("alice:Mango-2022", NameKind::kPasswords), "Mango-2022");
}

TEST(PasswordOfLogin, IsNothingWithoutAUserOrUnderOtherNames) {
  EXPECT_EQ(PasswordOfLogin("Mango2022", NameKind::kLogin), "");
  EXPECT_EQ(PasswordOfLogin("Mango-2022", NameKind::kUsers), "");
  EXPECT_EQ(PasswordOfLogin("admin:Mango2022", NameKind::kPassword), "");
  EXPECT_EQ(PasswordOfLogin(":Mango2022", NameKind::kLogin), "");
  EXPECT_EQ(PasswordOfLogin("admin:", NameKind::kLogin), "");
}

TEST(IsPasswordOfUser, AccusesRandomTextPhrasesAndWordsWithDigits) {
  for (const std::string& value :
       {MakeSample("{alnum:32}", 5), std::string("umbrella_7351"), std::string("Mango-harbor-58!"),
        std::string("castle-violet-forest-saddle")}) {
    EXPECT_TRUE(IsPasswordOfUser(value)) << value;
  }
}

TEST(IsPasswordOfUser, LeavesRolesIdsAndAddressesAlone) {
  for (const char* value :
       {"admin", "cluster-admin", "read-only-viewer", "team-42", "1001", "alice@acme.io",
        "U02AB7KXQ", "5f7c8ec7c33c6c004bbafe82", "auth0|5f7c8ec7c33c6c004bbafe82",
        "CN=alice7,OU=shop", "0c5a4d1e-6f7b-4a3c-9e2d-1b0f8a7c6d5e",
        "0x52908400098527886E0F7030069857D2E4169EE7", "$2y$10$N9qo8uLOickgx2ZMRZoMye",
        "arn:aws:iam::123456789012:user/alice", "true", "https://id.acme.io/alice7",
        "2026-01-01T00:00:00Z", "Platform/Team1"}) {
    EXPECT_FALSE(IsPasswordOfUser(value)) << value;
  }
}

}  // namespace
}  // namespace keysteward::detection
