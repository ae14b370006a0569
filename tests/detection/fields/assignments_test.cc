#include "detection/fields/assignments.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "tests/detection/samples.h"

namespace keysteward::detection {
namespace {

std::string Find(std::string_view text) {
  std::vector<Assignment> pairs;
  FindAssignments(text, pairs);
  std::string out;
  for (const Assignment& pair : pairs) {
    out += std::string(pair.name) + "=" + std::string(pair.value) + "|";
  }
  return out;
}

TEST(FindAssignments, FindsAPairWhereverItStands) {
  for (size_t before = 0; before < 40; ++before) {
    for (size_t after = 0; after < 40; after += 13) {
      const std::string text =
          std::string(before, 'x') + " a=b " + std::string(after, 'y') + " <c>d</c>";
      EXPECT_EQ(Find(text), "a=b|c=d|") << text;
    }
  }
}

TEST(FindAssignments, ReadsTheUsualForms) {
  const std::pair<const char*, const char*> cases[] = {
      {"DB_PASSWORD=s3cret", "DB_PASSWORD=s3cret|"},
      {"export A='x y' B=z", "A=x y|B=z|"},
      {"password = abc ; comment", "password=abc|"},
      {"  password: abc", "password=abc|"},
      {"\"password\": \"abc\",", "password=abc|"},
      {"{\"a\":\"b\",\"c\":\"d\"}", "a=b|c=d|"},
      {"{\\\"token\\\":\\\"abc\\\"}", "token=abc|"},
      {"Server=db;Password=abc;Timeout=3", "Server=db|Password=abc|Timeout=3|"},
      {"https://h/p?token=abc&x=1", "token=abc|x=1|"},
      {"curl --token abc --verbose", "token=abc|"},
      {"curl -H \"X-Token: abc\"", "X-Token=abc|"},
      {"<password>abc</password>", "password=abc|"},
      {"<add key=\"ApiKey\" value=\"abc\"/>", "key=ApiKey|ApiKey=abc|"},
      {"set => 'abc'", "set=abc|"},
      {"x := abc", "x=abc|"},
      {"key=\"a\\\"b\"", "key=a\\\"b|"},
      {"a=1\r\nb=2\r\n", "a=1|b=2|"}};
  for (const auto& [text, pairs] : cases) EXPECT_EQ(Find(text), pairs) << text;
}

TEST(FindAssignments, ReadsTheNameAfterTheFlagOfAProperty) {
  EXPECT_EQ(Find("java -Dapi.key=abc"), "api.key=abc|");
  EXPECT_EQ(Find("-Dsigning.key=abc"), "signing.key=abc|");
  EXPECT_EQ(Find("cmake -DAPI_KEY=abc"), "API_KEY=abc|");
  EXPECT_EQ(Find("--Data=abc"), "Data=abc|");
  EXPECT_EQ(Find("X-Data=abc Dapi.key=b -D=c -d=e"), "X-Data=abc|Dapi.key=b|D=c|d=e|");
}

TEST(FindAssignments, IsNotFooledByColonsThatSeparateNothing) {
  EXPECT_EQ(Find("http://host:8080/path"), "");
  EXPECT_EQ(Find("12:30:59"), "");
  EXPECT_EQ(Find("image: a/b:1"), "image=a/b:1|");
  EXPECT_EQ(Find(": : :"), "");
  EXPECT_EQ(Find("= = ="), "");
}

TEST(FindAssignments, ReadsTheNameBeforeAType) {
  EXPECT_EQ(Find("export const API_KEY: string = 'abc';"), "API_KEY=string|API_KEY=abc|");
  EXPECT_EQ(Find("const API_KEY: &str = \"abc\";"), "API_KEY=&str|API_KEY=abc|");
  EXPECT_EQ(Find("env: TOKEN=abc"), "env=TOKEN=abc|TOKEN=abc|");
}

TEST(FindAssignments, StopsAtItsLimit) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "a=b\n";
  std::vector<Assignment> pairs;
  FindAssignments(text, pairs, 10);
  EXPECT_EQ(pairs.size(), 10u);
}

// Found by fuzzing: an attribute gives two pairs at once.
TEST(FindAssignments, StopsAtItsLimitInsideAnElement) {
  std::vector<Assignment> pairs;
  FindAssignments("<entry key=\"password\">abc</entry>", pairs, 1);
  EXPECT_EQ(pairs.size(), 1u);
}

TEST(FindAssignments, StaysLinearOnHostileText) {
  for (const std::string_view piece : {"a=", "<a>", "--a ", "\"a\":", "a: \"", "\\\"", "-", "=",
                                       "== ", "${", "{{ \"", "auth(\"a\",", "<a><![CDATA["}) {
    std::string text;
    while (text.size() < (1u << 20)) text += piece;
    const std::clock_t start = std::clock();  // CPU time: the machine may be busy
    Find(text);
    EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 5.0) << piece;
  }
}

TEST(FindAssignments, TakesNoComparisonForAnAssignment) {
  EXPECT_EQ(Find("if password == expected_password:"), "");
  EXPECT_EQ(Find("if (token === other) return"), "");
  EXPECT_EQ(Find("[[ $TOKEN =~ ^abc ]]"), "");
  EXPECT_EQ(Find("a=b==c"), "a=b==c|") << "a value may hold them";
}

TEST(FindAssignments, LeavesPromptsAlone) {
  EXPECT_EQ(Find("read -s -p \"Password: \" PASSWORD"), "");
  EXPECT_EQ(Find("read -rsp 'Enter the new token: ' T1"), "rsp=Enter the new token:|");
  EXPECT_EQ(Find("echo \"PASS: it works\""), "");
  EXPECT_EQ(Find("PASS=x1 pass: x2"), "PASS=x1|pass=x2|");
  EXPECT_EQ(Find("url = (\"password=\" + p1)"), "url=(|");
  EXPECT_EQ(Find("<a b=\"c\" password=\"x1\"/>"), "b=c|password=x1|");
  EXPECT_EQ(Find("f(\"a\", password=\"x1\")"), "password=x1|");
  EXPECT_EQ(Find("{\"a\": \"b\", \"password\": \"x1\"}"), "a=b|password=x1|");
}

TEST(FindAssignments, LeavesCommandsInBackticksAlone) {
  EXPECT_EQ(Find("PW=`pwgen 20 1`"), "");
  EXPECT_EQ(Find("PW=`x1`"), "PW=x1|");
  EXPECT_EQ(Find("const pw = `x 1`;"), "pw=x 1|");
}

TEST(FindAssignments, LeavesPsqlVariablesAlone) {
  EXPECT_EQ(Find("CREATE ROLE app LOGIN PASSWORD :'app_password';"), "");
  EXPECT_EQ(Find("\"password\" :\"abc\""), "password=abc|");
}

TEST(FindAssignments, ReadsIndexesAndElementsWithNames) {
  EXPECT_EQ(Find("gitlab_rails['smtp_password'] = \"abc\""), "smtp_password=abc|");
  EXPECT_EQ(Find("env[DB_PASSWORD] = abc"), "DB_PASSWORD=abc|");
  EXPECT_EQ(Find("<property>\n  <name>fs.password</name>\n  <value>abc</value>\n</property>"),
            "name=fs.password|fs.password=abc|");
  EXPECT_EQ(Find("<name>a</name>\n<port>1</port>\n<value>abc</value>"), "name=a|port=1|value=abc|")
      << "only the element right after the name is its value";
  EXPECT_EQ(Find("<entry key=\"token\">abc</entry>"), "key=token|token=abc|");
  EXPECT_EQ(Find("<AdminPassword>\n  <Value>abc</Value>\n  <PlainText>x</PlainText>"),
            "AdminPassword=abc|PlainText=x|");
  EXPECT_EQ(Find("api key = abc"), "api key=abc|");
  EXPECT_EQ(Find("the key = abc"), "key=abc|");
}

TEST(FindAssignments, TakesNothingFromInsideTemplateActions) {
  EXPECT_EQ(Find("{{- $password := include \"app.password\" . }}"), "");
  EXPECT_EQ(Find("password: {{ lookup (dict \"key\" \"db-password\") }}"), "password={{|");
  EXPECT_EQ(Find("{{ if .x }}password: abc{{ end }}"), "password=abc{{|");
  EXPECT_EQ(Find("{{ if .x }} password: abc"), "password=abc|");
}

TEST(FindAssignments, LetsPasswordsHoldDelimiters) {
  EXPECT_EQ(Find("PASSWORD = a&b;c,d"), "PASSWORD=a&b;c,d|");
  EXPECT_EQ(Find("Password=a&b;Timeout=3"), "Password=a&b|Timeout=3|");
  EXPECT_EQ(Find("{a: b, c: d}"), "a=b|c=d|");
  EXPECT_EQ(Find("f(password=abc, 7)"), "password=abc|");
  EXPECT_EQ(Find("-H 'X-Token: abc' https://x"), "X-Token=abc|");
  EXPECT_EQ(Find("Run `x --token $TOKEN`."), "token=$TOKEN|");
  EXPECT_EQ(Find("export API_KEY=<your key>"), "API_KEY=<your key>|");
  EXPECT_EQ(Find("A=<b c"), "A=<b|");
  EXPECT_EQ(Find("\"creds\": [{\"type\": \"x\"}]"), "type=x|");
  EXPECT_EQ(Find("-H 'Authorization: Bearer '$TOKEN"), "Authorization=Bearer|");
}

TEST(FindAssignments, TakesNoCollectionForAValue) {
  EXPECT_EQ(Find("credentials: {enabled: true}"), "enabled=true|");
  EXPECT_EQ(Find("clientSecret: {secretName: a, key: b}"), "secretName=a|key=b|");
  EXPECT_EQ(Find("apiKey: {valueFrom: {secretKeyRef: {name: a }}}"), "name=a|");
  EXPECT_EQ(Find("except = [\"password\",\"token\"]"), "");
  EXPECT_EQ(Find("password: {noop}abc"), "password={noop}abc|") << "a scheme, and a value";
  EXPECT_EQ(Find("PASSWORD={abc"), "PASSWORD={abc|");
}

TEST(FindAssignments, NamesADefaultByTheArgumentBefore) {
  EXPECT_EQ(Find("KEY = config(\"SECRET_KEY\", default=\"abc\")"),
            "KEY=config(\"SECRET_KEY|SECRET_KEY=abc|");
  EXPECT_EQ(Find("add_argument('--password', default='abc')"), "password=abc|");
  EXPECT_EQ(Find("config(\"PORT\", default=\"abc\")"), "default=abc|");
  EXPECT_EQ(Find("f(token, default=\"abc\")"), "default=abc|");
}

TEST(FindAssignments, ReadsTripleQuotes) {
  EXPECT_EQ(Find("password = \"\"\"a#\"b\"\"\""), "password=a#\"b|");
  EXPECT_EQ(Find("password = '''abc''' # note"), "password=abc|");
  EXPECT_EQ(Find("password = \"\""), "");
  EXPECT_EQ(Find("password = \"\"\""), "") << "goes on below";
}

TEST(FindAssignments, TakesARandomKeyFromAComparison) {
  const std::string key = MakeSample("{alnum:24}", 3);
  EXPECT_EQ(Find("if ($http_x_api_key != \"" + key + "\") { return 403; }"),
            "http_x_api_key=" + key + "|");
  EXPECT_EQ(Find("if ($arg_token != " + key + ") { return 401; }"), "arg_token=" + key + "|");
  EXPECT_EQ(Find("if (headers.get(\"X-Api-Key\") !== '" + key + "')"), "X-Api-Key=" + key + "|");
  EXPECT_EQ(Find("if (token == 'Bearer " + key + "')"), "token=Bearer " + key + "|");
  EXPECT_EQ(Find("if ($http_x_origin_verify != \"" + key + "\") {"), "token=" + key + "|")
      << "a header that only a key is compared with";
  EXPECT_EQ(Find("if (req.http.X-Purge-Token != \"M@rketing22\") {"),
            "req.http.X-Purge-Token=M@rketing22|");
  EXPECT_EQ(Find("if ($http_x_forwarded_proto != \"https\") {"), "");
  EXPECT_EQ(Find("if (token != " + key + ")"), "") << "a program's variable";
  EXPECT_EQ(Find("if (token.type != \"identifier\")"), "");
  EXPECT_EQ(Find("[ \"$TOKEN\" != \"\" ]"), "");
}

TEST(FindAssignments, TakesNoSelectorOfASeriesForACredential) {
  EXPECT_EQ(Find("kube_secret_info{secret=\"wildcard-tls-2024\"} > 0"), "");
  EXPECT_EQ(Find("sum(a{b=\"c\",secret=\"wildcard-tls-2024\"})"), "b=c|");
  EXPECT_EQ(Find("{secret=\"wildcard-tls-2024\"}"), "secret=wildcard-tls-2024|");
  const std::string key = MakeSample("{alnum:24}", 3);
  EXPECT_EQ(Find("provider{token=\"" + key + "\"}"), "token=" + key + "|");
}

TEST(FindAssignments, ReadsTheLinesOfAProgramsString) {
  EXPECT_EQ(Find(R"("GET /\r\nAuthorization: Basic $AUTH_TOK\r\nHost: a")"),
            "Authorization=Basic $AUTH_TOK|Host=a|");
  EXPECT_EQ(Find(R"(nAuthorization: Basic abc)"), "nAuthorization=Basic abc|");
}

TEST(FindAssignments, ReadsRawTextAndTypedVariables) {
  EXPECT_EQ(Find("<password><![CDATA[a<b&c]]></password>"), "password=a<b&c|");
  EXPECT_EQ(Find("<password><![CDATA[a"), "");
  EXPECT_EQ(Find("var proxyPassword string = \"abc\""), "proxyPassword=abc|");
  EXPECT_EQ(Find("var title string = \"abc\""), "string=abc|");
}

TEST(FindAssignments, AVariableIsNoValueOfItsOwnName) {
  EXPECT_EQ(Find("\"password\": password,"), "");
  EXPECT_EQ(Find("password=password"), "");
  EXPECT_EQ(Find("\"password\": \"password\""), "password=password|");
  EXPECT_EQ(Find("PASSWORD=password"), "PASSWORD=password|");
}

TEST(FindAssignments, TakesNoCommandOrPromptForAValue) {
  EXPECT_EQ(Find("PW=`pwgen 20 1`"), "");
  EXPECT_EQ(Find("key=`abc`"), "key=abc|");
  EXPECT_EQ(Find("read -s -p \"Password: \" PASSWORD"), "");
  EXPECT_EQ(Find("print(\"Token: \")"), "");
}

TEST(FindAssignments, AProgramHandsAVariableOn) {
  for (const char* line :
       {"self._password = password", "secret: params.clientsecret, password: a.b}",
        "self.password = password or os.environ.get(\"X\")",
        "x := Config{Password: password, A: b}", "    Password: pass,",
        "return Config{APIKey: apikey}"}) {
    EXPECT_EQ(Find(line).find("assword="), std::string::npos) << line;
    EXPECT_EQ(Find(line).find("APIKey="), std::string::npos) << line;
  }
  EXPECT_EQ(Find("gh auth login --with-token >/dev/null 2>&1"), "");
  EXPECT_EQ(Find("PASSWORD=password"), "PASSWORD=password|") << "a weak one";
  EXPECT_EQ(Find("Password: \"password\","), "Password=password|");
  EXPECT_EQ(Find("db.password = passwort"), "db.password=passwort|");
}

TEST(FindAssignments, ReadsTheLoginsThatAPairHolds) {
  EXPECT_EQ(Find("--user = \"admin:winter_4821\""), "user=admin:winter_4821|password=winter_4821|");
  EXPECT_EQ(Find("-Dbasicauth=solr:winter_4821"),
            "basicauth=solr:winter_4821|password=winter_4821|");
  EXPECT_EQ(Find("user = \"admin:winter_4821\""), "user=admin:winter_4821|password=winter_4821|");
  EXPECT_EQ(Find("user: \"1000:1000\""), "user=1000:1000|");
}

TEST(FindAssignments, KeepsSchemesAndDropsBrackets) {
  EXPECT_EQ(Find("-H Authorization: Bearer abc"), "Authorization=Bearer abc|");
  EXPECT_EQ(Find("login(password=abc)"), "password=abc|");
  EXPECT_EQ(Find("password=ab(c)"), "password=ab(c)|") << "its own brackets stay";
}

}  // namespace
}  // namespace keysteward::detection
