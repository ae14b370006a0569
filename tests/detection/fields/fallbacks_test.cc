#include "detection/fields/fallbacks.h"

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

// The pairs that FindAssignments would have found before.
std::string Find(std::string_view line, std::vector<Assignment> pairs = {}) {
  const size_t before = pairs.size();
  FindFallbacks(line, pairs, 0);
  for (size_t i = before; i < pairs.size(); ++i) EXPECT_TRUE(pairs[i].fallback) << line;
  pairs.erase(pairs.begin(), pairs.begin() + static_cast<std::ptrdiff_t>(before));
  return Print(pairs);
}

TEST(FindFallbacks, ReadsWhatShellsAndSpringTakeForAMissingVariable) {
  const std::pair<const char*, const char*> cases[] = {
      {"export DB_PASSWORD=${DB_PASSWORD:-abc}", "DB_PASSWORD=abc|"},
      {"A=\"${DB_PASSWORD:=abc}\"", "DB_PASSWORD=abc|"},
      {"A=${DB_PASSWORD-abc} B=${API_TOKEN=def}", "DB_PASSWORD=abc|API_TOKEN=def|"},
      {"A=${DB_PASSWORD:-\"abc\"}", "DB_PASSWORD=abc|"},
      {"A=\"${DB_PASSWORD:-'a:b'}\"", "DB_PASSWORD=a:b|"},
      {"A=${DB_PASSWORD:-Mango2022$}", "DB_PASSWORD=Mango2022$|"},
      {"password: ${db.password:abc}", "db.password=abc|"},
      {"password: ${DB_PASSWORD:abc}", "DB_PASSWORD=abc|"},
      {"password: ${password:Xk29fjw81}", "password=Xk29fjw81|"},
      {"a: ${env:DB_PASSWORD:-abc}", "DB_PASSWORD=abc|"},
      {"a: ${DB_PASSWORD:${OTHER_PASSWORD:abc}}", "OTHER_PASSWORD=abc|"},
      {"${dbPassword:abc}", "dbPassword=abc|"}};
  for (const auto& [line, pairs] : cases) EXPECT_EQ(Find(line), pairs) << line;
}

// Spring's default may begin with the sign of a shell's other meaning.
TEST(FindFallbacks, TakesARandomDefaultThatBeginsWithAPlus) {
  const std::string random = "+" + MakeSample("{alnum:40}");
  EXPECT_EQ(Find("setting: ${BROKER_PASSWORD:" + random + "}"), "BROKER_PASSWORD=" + random + "|");
}

TEST(FindFallbacks, TakesNoReferenceMessageOrCutForAFallback) {
  for (const char* line : {"${DB_PASSWORD}",
                           "${DB_PASSWORD:-}",
                           "${DB_PASSWORD:-$OTHER}",
                           "${DB_PASSWORD:-$(cat /run/secrets/password)}",
                           "${DB_PASSWORD:?must be set}",
                           "${DB_PASSWORD:?unset}",
                           "${DB_PASSWORD:+--password}",
                           "${TOKEN:0:12}",
                           "${TOKEN:12}",
                           "${TOKEN: -8}",
                           "${TOKEN:$i:1}",
                           "${TOKEN#abc}",
                           "${TOKEN%%abc}",
                           "${TOKEN//a/b}",
                           "${DB_PASSWORD",
                           "$DB_PASSWORD:-abc",
                           "${env:DB_PASSWORD}",
                           "${file:/opt/a:password}",
                           "password=${secret:db-creds-v2}",
                           "password=${vault:abc}",
                           "password=${db-password}",
                           "password=${password-file}",
                           "${{ secrets.TOKEN }}",
                           "${:-abc}",
                           "${a b:-abc}"}) {
    EXPECT_EQ(Find(line), "") << line;
  }
}

TEST(FindFallbacks, ReadsWhatProgramsTakeForAMissingValue) {
  const std::pair<const char*, const char*> cases[] = {
      {"x = process.env.DB_PASSWORD || 'abc'", "process.env.DB_PASSWORD=abc|"},
      {"x = process.env['DB_PASSWORD'] ?? \"abc\"", "DB_PASSWORD=abc|"},
      {"x = getenv('DB_PASSWORD') ?: 'abc'", "DB_PASSWORD=abc|"},
      {"x = os.getenv(\"DB_PASSWORD\") or \"abc\"", "DB_PASSWORD=abc|"},
      {"ofNullable(System.getenv(\"DB_PASSWORD\")).orElse(\"abc\")", "DB_PASSWORD=abc|"},
      {"curl -u \"admin:${ADMIN_PW:-abc}\"", "ADMIN_PW=abc|"},
      {"x = ENV.fetch(\"DB_PASSWORD\") { \"abc\" }", "DB_PASSWORD=abc|"},
      {"x = {{ db_password | default('abc') }}", "db_password=abc|"},
      {"x = {{ db_password | d('abc') }}", "db_password=abc|"},
      {"x = {{ lookup('env', 'DB_PASSWORD') | default(\"abc\", true) }}", "DB_PASSWORD=abc|"},
      {"x: {{ .Values.db.password | default \"abc\" | quote }}", ".Values.db.password=abc|"},
      {"x: {{ default \"abc\" .Values.db.password }}", ".Values.db.password=abc|"},
      {"x: {{- getenv \"DB_PASSWORD\" \"abc\" }}", "DB_PASSWORD=abc|"},
      {"{\\\"a\\\": \\\"{{ .password | default \\\"abc\\\" }}\\\"}", ".password=abc|"}};
  for (const auto& [line, pairs] : cases) EXPECT_EQ(Find(line), pairs) << line;
}

TEST(FindFallbacks, TakesNoConditionOrFilterForAFallback) {
  for (const char* line :
       {"if (type === 'password' || 'text')", "a || b", "process.env.DB_PASSWORD || other",
        "t('password') || 'abc'", "if (x) { \"use strict\" }", "{{ .Values.password | quote }}",
        "{{ .Values.password | default .Values.other }}", "{{ db_password | default(omit) }}",
        "{{ default .x .password }}", "echo password | default", "password ? 'a' : 'b'",
        "x = process.env.DB_PASSWORD || ''", "{{ getenv \"DB_PASSWORD\" }}"}) {
    EXPECT_EQ(Find(line), "") << line;
  }
}

// A variable whose name says nothing is named by what it is assigned to.
TEST(FindFallbacks, IsNamedByItsOwnerWhereTheVariableSaysNothing) {
  const std::string_view line = "password: ${P:-abc}, user: ${U:-def}";
  EXPECT_EQ(Find(line, {{"password", line.substr(10, 9)}, {"user", line.substr(27, 9)}}),
            "password=abc|user=def|");
  EXPECT_EQ(Find("run ${P:-abc}"), "");
  EXPECT_EQ(Find("${P:-abc}"), "=abc|") << "the text's own name";
  const std::string_view other = "token=x; run ${P:-abc}";
  EXPECT_EQ(Find(other, {{"token", other.substr(6, 1)}}), "") << "another statement";
}

TEST(FindFallbacks, StopsAtItsLimit) {
  std::string line;
  for (int i = 0; i < 50; ++i) line += "${DB_PASSWORD:-abc} ";
  std::vector<Assignment> pairs;
  FindFallbacks(line, pairs, 0, 20);
  EXPECT_EQ(pairs.size(), 20u);
}

TEST(FindFallbacks, StaysLinearOnHostileText) {
  for (const std::string_view piece : {"${", "${a:", "${::", "|| ", "a||'", "{{", "{{default \"",
                                       ") or ", "??\"", "| default ("}) {
    std::string text;
    while (text.size() < (1u << 20)) text += piece;
    const std::clock_t start = std::clock();
    Find(text);
    EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 5.0) << piece;
  }
}

TEST(MayHoldFallbacks, AsksForTheirMarks) {
  for (const char* text : {"a=${B:-c}", "a || 'b'", "a ?? 'b'", "a ?: 'b'", "{{ a }}",
                           "a line that is longer than a block\n${B-c}"}) {
    EXPECT_TRUE(MayHoldFallbacks(text)) << text;
  }
  for (const char* text : {"", "a=b", "a | b", "{a: b}", "$A", "really?"}) {
    EXPECT_FALSE(MayHoldFallbacks(text)) << text;
  }
}

}  // namespace
}  // namespace keysteward::detection
