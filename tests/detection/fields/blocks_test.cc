#include "detection/fields/blocks.h"

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

// What FindAssignments finds: blocks name what its lines hold.
std::string Find(const std::string& text) {
  std::vector<Assignment> pairs;
  FindAssignments(text, pairs);
  return Print(pairs);
}

TEST(BlockReader, NamesTheDefaultOfATerraformVariable) {
  EXPECT_EQ(Find("variable \"db_password\" {\n  type = string\n  default = \"abc\"\n}\n"),
            "type=string|default=abc|db_password=abc|");
  EXPECT_EQ(Find("variable \"api_token\" { default = \"abc\" }"), "default=abc|api_token=abc|");
  EXPECT_EQ(
      Find("variable \"db_password\" {\n  validation {\n    a = b\n  }\n  default = \"abc\"\n}"),
      "a=b|default=abc|db_password=abc|");
}

TEST(BlockReader, NamesNoDefaultOfAnotherVariable) {
  EXPECT_EQ(Find("variable \"region\" {\n  default = \"abc\"\n}\n"), "default=abc|");
  EXPECT_EQ(Find("variable \"db_password\" {\n}\ndefault = \"abc\"\n"), "default=abc|");
  EXPECT_EQ(Find("variable \"db_password\" {}\ndefault = \"abc\"\n"), "default=abc|");
  EXPECT_EQ(Find("variable \"db_password\" {\nvariable \"x\" {\n  default = \"abc\"\n}\n"),
            "default=abc|");
}

TEST(BlockReader, ReadsTheKeysThatNginxLetsPass) {
  const std::string key = MakeSample("{alnum:24}", 3);
  const std::string found = "http_x_api_key=" + key + "|";
  EXPECT_EQ(Find("map $http_x_api_key $ok { default 0; \"" + key + "\" 1; }"), found);
  EXPECT_EQ(Find("map $http_x_api_key $ok {\n  default 0;\n  " + key + " client;\n}\n" + key),
            found);
  EXPECT_EQ(
      Find("map $http_x_api_key $ok {\n  include keys.map;\n  \"\" 0;\n  ~^[a-z0-9]+$ 1;\n}\n"),
      "");
  EXPECT_EQ(Find("map $http_user_agent $ok {\n  \"" + key + "\" 1;\n}\n"), "");
}

TEST(BlockReader, ReadsALabelAndTheValueOnTheNextLine) {
  EXPECT_EQ(Find("- name: DB_PASSWORD\n  value: abc\n"),
            "name=DB_PASSWORD|value=abc|DB_PASSWORD=abc|");
  EXPECT_EQ(Find("- name: DB_PASSWORD\n\n  value: abc\n"), "name=DB_PASSWORD|value=abc|");
  EXPECT_EQ(Find("- name: COLOUR\n  value: abc\n"), "name=COLOUR|value=abc|");
  EXPECT_EQ(Find("name: DB_PASSWORD\nvalueFrom: abc\nvalue: x"),
            "name=DB_PASSWORD|valueFrom=abc|value=x|");
}

TEST(BlockReader, ReadsTheUsersOfALoginModule) {
  EXPECT_EQ(Find("x.plain.PlainLoginModule required\n  username=\"a\"\n  user_app=\"abc\";\n"),
            "username=a|user_app=abc|password=abc|");
  EXPECT_EQ(Find("user_app=\"abc\"\nuser_name=b\n"), "user_app=abc|user_name=b|");
}

}  // namespace
}  // namespace keysteward::detection
