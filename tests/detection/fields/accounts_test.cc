#include "detection/fields/accounts.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

std::string Print(const std::vector<Assignment>& pairs) {
  std::string out;
  for (const Assignment& pair : pairs) {
    out += std::string(pair.name) + "=" + std::string(pair.value) + "|";
  }
  return out;
}

std::string Find(std::string_view file, std::string_view text) {
  std::vector<Assignment> pairs;
  FindAccounts(file, text, pairs);
  return Print(pairs);
}

class FindAccountsTest : public testing::Test {
 protected:
  const std::string random_ = MakeSample("{alnum:24}", 3);
};

TEST_F(FindAccountsTest, ReadsFilesWhoseNameTellsTheirForm) {
  EXPECT_EQ(Find("userlist.txt",
                 "\"app\" \"abc\"\n; note\n\"adm\" \"d e\" \"\"\n\"x\" "
                 "\"md5d8578edf8458ce06fbc5bb76a58c5ca4\""),
            "password=abc|password=d e|");
  EXPECT_EQ(Find("chap-secrets", "# client server secret\nann * abc *\nbob \"*\" \"d e\"\n"),
            "password=abc|password=d e|");
  EXPECT_EQ(Find("sasl_passwd", "smtp.example.org:587 relay:abc\nh relay@example.org:d\n"),
            "password=abc|password=d|");
}

TEST_F(FindAccountsTest, ReadsLinesThatTellByThemselves) {
  EXPECT_EQ(Find("main.cf", "[smtp.example.org]:587 relay@example.org:" + random_),
            "password=" + random_ + "|");
  EXPECT_EQ(Find("redis.conf", "user app on >abc ~* +@all >def\nuser b off #0123\n"),
            "password=abc|password=def|");
}

TEST_F(FindAccountsTest, ReadsTheSectionsOfUsers) {
  EXPECT_EQ(Find("local.ini", "[httpd]\nport = " + random_ + "\n[admins]\nroot = " + random_ +
                                  "\n[log]\nlevel = " + random_),
            "passwords=" + random_ + "|");
  EXPECT_EQ(Find("api_keys.txt", "reports:" + random_), "passwords=" + random_ + "|");
}

// Only generated values, under names that say little.
TEST_F(FindAccountsTest, ReadsListsOfUsers) {
  for (const char* file :
       {"users", "users.properties", "app-users.txt", "htpasswd", "realm.properties"}) {
    EXPECT_EQ(Find(file, "admin=" + random_ + "\n"), "passwords=" + random_ + "|") << file;
    EXPECT_EQ(Find(file, "admin: " + random_ + ", role\n"), "passwords=" + random_ + "|") << file;
    EXPECT_EQ(Find(file, "admin winter_4821\n"), "account-secret=winter_4821|") << file;
    EXPECT_EQ(Find(file, "admin=bridge-spring-lemon-96\n"),
              "account-secret=bridge-spring-lemon-96|")
        << file;
  }
}

TEST_F(FindAccountsTest, ReadsNothingElse) {
  const std::string line = "admin=" + random_ + "\n";
  for (const char* file : {"", "app.properties", "users.yaml", "user-data", "superusers-config",
                           "groups.properties", "users.csv", "serviceaccounts.json"}) {
    EXPECT_EQ(Find(file, line), "") << file;
  }
  for (const char* text :
       {"admins=alice,bob", "root:x:0:0:root:/root:/bin/sh", "cache.name=orders2024x",
        "timeout=3000", "policy length(12)", "# admin abcd1234!",
        "admin=21232f297a57a5a743894a0e4a801fc3", "admin", "=", "[section]", "a: "}) {
    EXPECT_EQ(Find("users.properties", text), "") << text;
  }
  for (const char* text : {"[section] a:b", "[a]:587 b", "[a", "user www-data;",
                           "user add on > file", "user x >abc", "\"a\" \"b\""}) {
    EXPECT_EQ(Find("nginx.conf", text), "") << text;
  }
}

TEST_F(FindAccountsTest, StopsAtItsLimit) {
  std::vector<Assignment> pairs;
  FindAccounts("chap-secrets", "a * b\na * b\na * b\n", pairs, 2);
  EXPECT_EQ(pairs.size(), 2u);
  FindAccounts("", "user a on >b >c >d", pairs, 3);
  EXPECT_EQ(pairs.size(), 3u);
}

TEST(ListsAccounts, ByTheFilesName) {
  EXPECT_TRUE(ListsAccounts("realm.properties"));
  EXPECT_TRUE(ListsAccounts("USERLIST.TXT"));
  EXPECT_FALSE(ListsAccounts("realm.json"));
  EXPECT_FALSE(ListsAccounts("config"));
}

}  // namespace
}  // namespace keysteward::detection
