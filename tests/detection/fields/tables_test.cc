#include "detection/fields/tables.h"

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

std::string Find(std::string_view text) {
  std::vector<Assignment> pairs;
  FindInTables(text, pairs);
  return Print(pairs);
}

TEST(FindInTables, ReadsColumnsWhoseNameSaysCredential) {
  const std::pair<const char*, const char*> cases[] = {
      {"username,password,role\nann,abc,admin\nbob,def,user\n", "password=abc|password=def|"},
      {"\n\"user\";\"api_key\"\r\n\"ann\";\"abc\"\r\n", "api_key=abc|"},
      {"user\ttoken\nann\tabc\n", "token=abc|"},
      {"id,secret_key_base\n7,abc\n", "secret_key_base=abc|"},
      {"user,password\n\"a,b\",abc\n", "password=abc|"}};
  for (const auto& [text, pairs] : cases) EXPECT_EQ(Find(text), pairs) << text;
}

TEST(FindInTables, ReadsNoOtherLines) {
  for (const char* text :
       {"", "\n", ",", "username,role\nann,admin\n", "Enter user, password and role\na, b and c\n",
        "password\nabc\n", "user,password\nann\nann,abc,def\n", "user,password\nann,\n",
        "import a,password b\nx,y\n", "id,password_hash\n7,abc\n", "user,password"}) {
    EXPECT_EQ(Find(text), "") << text;
  }
}

TEST(FindInTables, ReadsWhatSqlInserts) {
  const std::pair<const char*, const char*> cases[] = {
      {"INSERT INTO users (login, password) VALUES ('admin', 'abc');", "password=abc|"},
      {"insert into users(login,password)\nvalues\n ('a','x'),\n ('b','y');",
       "password=x|password=y|"},
      {"INSERT INTO t (`token`, \"id\") VALUES ('abc', now()); INSERT INTO t (id, token) VALUES "
       "(f(1, 2), 'd')",
       "token=abc|token=d|"},
      // Passwords are kept as hashes, keys as they are.
      {"INSERT INTO c (id, api_key) VALUES ('a', '21232f297a57a5a743894a0e4a801fc3');",
       "api_key=21232f297a57a5a743894a0e4a801fc3|"}};
  for (const auto& [text, pairs] : cases) EXPECT_EQ(Find(text), pairs) << text;
}

TEST(FindInTables, LeavesHashesAndExpressionsAlone) {
  for (const char* text :
       {"INSERT INTO users (login, password) VALUES ('a', crypt('b', gen_salt('bf')));",
        "INSERT INTO users (login, password) VALUES ('a', '21232f297a57a5a743894a0e4a801fc3');",
        "INSERT INTO users (login, password) VALUES ('a', 'b' || 'c');",
        "INSERT INTO users (login, password) SELECT a, b FROM c;",
        "INSERT INTO users (login, email) VALUES ('a', 'b');",
        "INSERT INTO users VALUES ('a', 'b');",
        "INSERT INTO users (login, password) VALUES ('a', 'b",
        "INSERT INTO users (login, password) VALUES (", "INSERT INTO users (login, password",
        "moved into place (a, password)"}) {
    EXPECT_EQ(Find(text), "") << text;
  }
}

TEST(FindInTables, StopsAtItsLimit) {
  std::vector<Assignment> pairs;
  FindInTables("a,password\nb,c\nb,c\nb,c\n", pairs, 2);
  EXPECT_EQ(pairs.size(), 2u);
}

TEST(FindInTables, StaysLinearOnHostileText) {
  for (const std::string_view piece :
       {"INTO ", "INTO (", "INTO t (a, password) VALUES (", "('a',", "a,password\n", "\",",
        "INTO t(a,password) VALUES ('a','b'),"}) {
    std::string text;
    while (text.size() < (1u << 20)) text += piece;
    const std::clock_t start = std::clock();
    Find(text);
    EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 5.0) << piece;
  }
}

}  // namespace
}  // namespace keysteward::detection
