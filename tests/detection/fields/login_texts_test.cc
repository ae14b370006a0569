#include "detection/fields/login_texts.h"

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

std::string Find(const std::string& line) {
  std::vector<Assignment> pairs;
  FindLoginCalls(line, pairs);
  return Print(pairs);
}

class LoginTextsTest : public testing::Test {
 protected:
  const std::string random_ = MakeSample("{alnum:24}", 3);
};

TEST_F(LoginTextsTest, APairThatHoldsALogin) {
  for (const char* name : {"user", "login", "auth", "basic.auth.user.info", "basicauth",
                           "CURLOPT_USERPWD", "proxy-user", "http_auth"}) {
    EXPECT_EQ(PasswordInPair(name, "app:" + random_), random_) << name;
  }
  EXPECT_EQ(PasswordInPair("user", "relay@example.org:winter_4821"), "winter_4821");
  EXPECT_EQ(PasswordInPair("basic.auth.user.info", "app:correct-horse"), "correct-horse");
  EXPECT_EQ(PasswordInPair("login", "app:coffee-pumpkin-pirate-46"), "coffee-pumpkin-pirate-46");
}

TEST_F(LoginTextsTest, OtherPairsOfWords) {
  EXPECT_EQ(PasswordInPair("url", "app:" + random_), "");
  EXPECT_EQ(PasswordInPair("user", random_), "");
  EXPECT_EQ(PasswordInPair("user", ":" + random_), "");
  for (const char* value :
       {"nginx:nginx", "1000:1000", "root:wheel2", "system:serviceaccount:shop:api12345",
        "arn:aws:iam::123456789012:user/x", "https://h1.example.org/x1", "svc:prod-cluster-01",
        "app:two words 12", "host name:abcd12345"}) {
    EXPECT_EQ(PasswordInPair("user", value), "") << value;
  }
}

TEST_F(LoginTextsTest, CallsThatLogIn) {
  EXPECT_EQ(Find("db.auth('root', 'turtle-wizard-garden-45');"),
            "password=turtle-wizard-garden-45|");
  for (const char* call : {"db.auth(\"root\", \"@\")", "smtp.login('robot', '@')",
                           "requests.get(u, auth=(\"admin\", \"@\"))", "basic_auth = (user, '@')",
                           "new NetworkCredential(\"app\", \"@\")", "HTTPBasicAuth('a', '@')",
                           "db.getSiblingDB(\"admin\").auth( \"root\" , \"@\" )",
                           "x(\\\"a\\\"); db.auth(\\\"root\\\", \\\"@\\\")"}) {
    std::string line = call;
    line.replace(line.find('@'), 1, random_);
    EXPECT_EQ(Find(line), "password=" + random_ + "|") << call;
  }
  EXPECT_EQ(Find("db.changeUserPassword('app', 'correct-horse')"), "password=correct-horse|");
}

TEST_F(LoginTextsTest, CallsWithAnAddressBeforeTheLogin) {
  for (const std::string& line :
       {"DriverManager.getConnection(\"jdbc:postgresql://db/app\", \"app\", \"" + random_ + "\");",
        "new Sequelize('db', 'app', '" + random_ + "', {})",
        "new mysqli($host, \"app\", \"" + random_ + "\")",
        "smtp.PlainAuth(\"\", \"robot\", \"" + random_ + "\", host)"}) {
    EXPECT_EQ(Find(line), "password=" + random_ + "|") << line;
  }
  EXPECT_EQ(Find("connect('a', 'b', 'correct-horse')"), "");
  EXPECT_EQ(Find("connect('a', '" + random_ + "')"), "");
}

TEST_F(LoginTextsTest, CallsThatSetOne) {
  EXPECT_EQ(Find("SET PASSWORD = PASSWORD('X58~M~Xq')"), "PASSWORD=X58~M~Xq|");
  EXPECT_EQ(Find("client.setPassword(\"" + random_ + "\")"), "client.setPassword=" + random_ + "|");
  EXPECT_EQ(Find("b.withApiKey('" + random_ + "')"), "b.withApiKey=" + random_ + "|");
}

TEST_F(LoginTextsTest, CallsThatTypeIntoAField) {
  EXPECT_EQ(Find("d.find_element(By.ID, \"password\").send_keys(\"" + random_ + "\")"),
            "password=" + random_ + "|");
  EXPECT_EQ(Find("d.find_element(By.ID, \"city\").send_keys(\"" + random_ + "\")"), "");
  EXPECT_EQ(Find("field.send_keys(\"" + random_ + "\")"), "");
  EXPECT_EQ(Find("realm.createAccount(\"admin\", \"" + random_ + "\")"),
            "password=" + random_ + "|");
}

TEST_F(LoginTextsTest, CallsThatDoNeither) {
  for (const char* line :
       {"t.login('title', 'subtitle')", "auth(\"google\", \"facebook\")",
        "getPassword('abcd1234!')", "readSecret('prod-db-v2')", "setPassword('Password')",
        "PASSWORD(x)", "login(user, pass)", "db.auth('root', '${PASSWORD}')", "db.auth('root'", "(",
        "f(", "auth(\"a\",", "x.auth()", "secret('prod/db1/password')"}) {
    EXPECT_EQ(Find(line), "") << line;
  }
  EXPECT_EQ(Find("f('a', '" + random_ + "')"), "");
  EXPECT_EQ(Find("getToken('" + random_ + "')"), "");
}

TEST_F(LoginTextsTest, StaysLinearOnHostileText) {
  for (const std::string_view piece :
       {"(", "auth(", "auth(\"a\",", "setPassword('", "a=(", "password(\""}) {
    std::string text;
    while (text.size() < (1u << 20)) text += piece;
    const std::clock_t start = std::clock();
    Find(text);
    EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 5.0) << piece;
  }
}

}  // namespace
}  // namespace keysteward::detection
