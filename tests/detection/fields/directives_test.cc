#include "detection/fields/directives.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::detection {
namespace {

std::string Find(std::string_view line) {
  std::vector<Assignment> pairs;
  FindDirectives(line, pairs, 100);
  std::string out;
  for (const Assignment& pair : pairs) {
    out += std::string(pair.name) + "=" + std::string(pair.value) + "|";
  }
  return out;
}

TEST(FindDirectives, ReadsSettingsWithoutASign) {
  const std::pair<const char*, const char*> cases[] = {
      {"requirepass winter_4821", "requirepass=winter_4821|"},
      {"  HTTP_Passwd   abc1", "HTTP_Passwd=abc1|"},
      {"HTTP_Passwd yDS!5;_fB,c7", "HTTP_Passwd=yDS!5;_fB,c7|"},
      {"proxy_set_header X-Api-Key abc1; # note", "X-Api-Key=abc1|"},
      {"password qWeRtYuIoPaSdFgHjKlZ", "password=qWeRtYuIoPaSdFgHjKlZ|"},
      {"user admin insecure-password abc1", "insecure-password=abc1|"},
      {"stats auth admin:abc1", "password=abc1|"},
      {"machine git login ci password abc1", "password=abc1|"},
      {"proxy_set_header X-Api-Key \"abc\";", "X-Api-Key=abc|"},
      {"proxy_set_header X-Api-Key abc1;", "X-Api-Key=abc1|"},
      {"-H \\\"X-Api-Key\\\" \\\"abc\\\"", "X-Api-Key=abc|"},
      {"ENV API_KEY abc1", "API_KEY=abc1|"},
      {"#requirepass abc1", "requirepass=abc1|"},
      {"npm config set //r.x/:_authToken abc1", "_authToken=abc1|"},
      {"CREATE USER app WITH PASSWORD 'abc';", "PASSWORD=abc|"},
      {"CREATE USER 'a'@'%' IDENTIFIED BY 'abc';", "password=abc|"},
      {"HTTP_Passwd -aB3dE6gH9", "HTTP_Passwd=-aB3dE6gH9|"},
      {"password GtgMiowQEmVclEUv", "password=GtgMiowQEmVclEUv|"},
      {"page.fill('#password', 'winter_4821');", "password=winter_4821|"},
      {"define('NONCE_SALT', 'Lc1Cp39ALMogkyiWQUAV');", "NONCE_SALT=Lc1Cp39ALMogkyiWQUAV|"},
      {"set $api_token winter_4821;", "api_token=winter_4821|"},
      {"ALTER ROLE a ENCRYPTED PASSWORD '-aB3dE6gH9';", "PASSWORD=-aB3dE6gH9|"},
      {"define('DB_PASSWORD', 'abc');", "DB_PASSWORD=abc|"},
      {"if put('DB_PASSWORD', 'abc'): pass", "DB_PASSWORD=abc|"},
      {"setenv('SECRET_KEY_BASE', \"abc\")", "SECRET_KEY_BASE=abc|"},
      {"[\"--token\", \"abc\"]", "token=abc|"},
      {"[\"X-Api-Key\", \"winter_4821\"]", "X-Api-Key=winter_4821|"},
      {"SET PASSWORD FOR 'a'@'%' = 'abc';", "PASSWORD=abc|"},
      {"db:5432:app:app:abc", "password=abc|"},
      {"*:*:*:app:ab c!", "password=ab c!|"},
      {"db:*:*:app:abc!", "password=abc!|"}};
  for (const auto& [line, pairs] : cases) EXPECT_EQ(Find(line), pairs) << line;
}

TEST(FindDirectives, LeavesSentencesAndOtherLinesAlone) {
  for (const char* line : {"enter your password here",
                           "the password must have 8 characters",
                           "rotate the token now",
                           "requirepass $PASSWORD",
                           "(or .Values.tls.truststorePassword .Values.tls.passwordsSecret)",
                           "password someLongCamelCaseName.ofAMember",
                           "password {{ .p1 }}",
                           "a secret {name1}",
                           "define('NONCE_SALT', 'winter');",
                           "curl -u $PROBE_USER:$PROBE_PASSWD localhost:8081",
                           "curl --user $FLOWER_BASIC_AUTH 'http://localhost:5555/x1'",
                           "resource \"random_password\" \"db_master\" {",
                           "password someLongCamelCaseName",
                           "remote.kubernetes.secret \"auth_1\" {",
                           "'db#password', 'port'",
                           "{'password_field': 'user_password', 'port': 5432}",
                           "['field' => 'user_password', 'port' => 5432]",
                           R"({\"field\": \"user_password\", \"port\": 5432})",
                           "--plugin=mysql_native_password --x1",
                           "--plugin=mysql_native_password x1",
                           "-Dsecret=vault:secret/sso#client_secret x1",
                           "forward svc/db-password 8080",
                           "app db-password --port=1",
                           "we pass \"-subj\" as an argument",
                           "PRIVATE-TOKEN: $GITLAB_TOKEN\" \"$CI_API_V4_URL/projects\"",
                           "CREATE USER a IDENTIFIED WITH sha256_hash BY "
                           "'34920fbd01f40072e3cf347862554017cdf83fd989e60f210402362d53c9efc6'",
                           "kubectl delete secret db-password-7g2kf8m9tb",
                           "sorted by `name1`",
                           "installed by 'istioctl'",
                           "token (see 4)",
                           "password",
                           " password ",
                           "proxy_pass $backend:3100$request_uri;",
                           "{{ dict \"secret\" \"db1\" }}",
                           "c6:07:27:af:fb:53",
                           "2026:10:11:12:13:14",
                           "http://a:80:b:c:d",
                           "passwords are 4",
                           "key 12",
                           "api_token char(64)",
                           "password varchar(60), api_token char(64));",
                           "\"password\" VARCHAR2(255),",
                           "except_fields = [\"password\", \"token\", \"authorization\"]",
                           "['username', 'password', 'email']",
                           "-Dplugin=mysql_native_password --character-set-server=utf8mb4",
                           "-Dclient=a#client_secret -Dfile.encoding=UTF-8",
                           "SET PASSWORD FOR 'a'@'%'",
                           "12:30:00 host app: x"}) {
    EXPECT_EQ(Find(line), "") << line;
  }
}

TEST(FindDirectives, StopsAtItsLimit) {
  std::string line;
  for (int i = 0; i < 200; ++i) line += "token \"abc\" ";
  std::vector<Assignment> pairs;
  FindDirectives(line, pairs, 100);
  EXPECT_EQ(pairs.size(), 100u);
}

TEST(FindDirectives, ACommandInDollarsIsNoName) {
  for (const char* line : {"PASSWORD=${PASSWORD:-$(genpass 16)}", "x=`mypass ab12cd34`"}) {
    std::vector<Assignment> pairs;
    FindDirectives(line, pairs, 10);
    EXPECT_TRUE(pairs.empty()) << line;
  }
}

// Found by fuzzing: the end of the line after the backslash of an escaped quote.
TEST(FindDirectives, MayEndInABackslash) {
  for (const std::string line :
       {"'token', 'abc\\", "\"DB_TOKEN\", \"abc\\", "token \"abc\\", "token 'abc", "'token', 'abc",
        "\\\"token\\\", \\\"abc\\", "\\\"token\\\" \\\"abc\\"}) {
    std::vector<Assignment> pairs;
    FindDirectives(line, pairs, 10);
    for (const Assignment& pair : pairs) EXPECT_LE(pair.value.size(), line.size()) << line;
  }
}

// Found by fuzzing.
TEST(FindDirectives, AnEmptyValueIsNoPair) {
  for (const char* line : {"'Token', ''", "requirepass \"\"", "stats auth admin:"}) {
    std::vector<Assignment> pairs;
    FindDirectives(line, pairs, 10);
    EXPECT_TRUE(pairs.empty()) << line;
  }
}

}  // namespace
}  // namespace keysteward::detection
