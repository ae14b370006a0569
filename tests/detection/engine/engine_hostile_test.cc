// Objects made to cost time or memory.
#include <array>
#include <ctime>

#include "tests/detection/engine/engine_case.h"

namespace keysteward::detection {
namespace {

using testing::IsEmpty;

class HostileObjects : public EngineTest {
 protected:
  // CPU seconds for one object read and scanned; generous, for sanitizers on a loaded machine.
  double Time(const std::string& yaml) {
    const std::clock_t start = std::clock();
    const auto file = reader_.Read(yaml);
    if (file) engine_->Scan(*file->documents[0].root, *scratch_);
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  }
  static std::string Repeat(std::string_view piece, size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += piece;
    return text;
  }
};

TEST_P(HostileObjects, AreJudgedInBoundedTime) {
  for (const std::string_view piece :
       {"secret=", "token: aaaaaaaaaa ", "eyJhbGciOiJIUzI1NiJ9.", "ghp_", "sk_live_aaaaaaaa ",
        "://a:b@", "AKIA", "-----BEGIN PRIVATE KEY-----", "bearer ", "Zm9v", "xoxb-1",
        "basic QUJD"}) {
    EXPECT_LT(Time("kind: ConfigMap\ndata: {x: '" + Repeat(piece, 1u << 20) + "'}\n"), 10.0)
        << piece;
  }
}

TEST_P(HostileObjects, WithManyEnvironmentEntriesAreJudged) {
  std::string yaml = "kind: Pod\nspec:\n  containers:\n  - env:\n";
  for (int i = 0; i < 40'000; ++i) {
    yaml += "    - {name: API_KEY_" + std::to_string(i) + ", value: v}\n";
  }
  EXPECT_LT(Time(yaml), 10.0);
}

// What names a value was looked for anew beside each: a minute for a mebibyte.
TEST_P(HostileObjects, WithManyMembersOfOneNameAreJudged) {
  for (const char* member : {R"("value":"abc",)", R"("args":["a"],)"}) {
    EXPECT_LT(Time(R"({"password":{)" + Repeat(member, 600'000) + R"("a":1}})"), 5.0) << member;
  }
}

// B15: half a minute for a ConfigMap of a mebibyte, ten times the API server's patience.
TEST_P(HostileObjects, FullOfNamedKeysAreJudged) {
  std::string yaml = "kind: ConfigMap\ndata:\n  app.env: |\n";
  for (uint64_t i = 0; i < 20'000; ++i) {
    yaml += "    API_TOKEN_" + std::to_string(i) + "=" + MakeSample("{alnum:24}", i) + "\n";
  }
  EXPECT_LT(Time(yaml), 3.0);
}

TEST_P(HostileObjects, FullOfKeysEndInABudgetFinding) {
  std::string text;
  for (uint64_t seed = 1; seed <= 3000; ++seed)
    text += MakeSample("sk_live_{alnum:24}", seed) + " ";
  const auto findings = Scan("kind: ConfigMap\ndata: {x: '" + text + "'}\n");
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(),
                          [](const Finding& f) { return f.rule == kBudgetRule; }));
}

TEST_P(HostileObjects, FullOfNamedKeysEndInABudgetFindingToo) {
  std::string yaml = "kind: ConfigMap\ndata:\n  app.env: |\n";
  for (uint64_t i = 0; i < 3000; ++i) {
    yaml += "    API_TOKEN_" + std::to_string(i) + "=" + MakeSample("{alnum:24}", i) + "\n";
  }
  const auto findings = Scan(yaml);
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(),
                          [](const Finding& f) { return f.rule == kBudgetRule; }));
  EXPECT_GT(findings.size(), 1000u) << "those that were named are still there";
}

// Messages of a program name tokens and passwords by the thousand, and nobody is told.
TEST_P(HostileObjects, FullOfNamesThatNobodyIsToldOfHaveNoBudgetFinding) {
  std::string yaml = "kind: ConfigMap\ndata:\n  app.properties: |\n";
  for (int i = 0; i < 5000; ++i) {
    yaml += "    error." + std::to_string(i) + ".token=session-expired\n";
  }
  for (const Finding& f : Scan(yaml)) {
    EXPECT_EQ(f.confidence, Confidence::kLow) << f.rule << " " << f.path;
  }
}

TEST_P(HostileObjects, OfOddShapeAreNoProblem) {
  for (const char* yaml :
       {"null\n", "[]\n", "x\n", "kind: [a]\nspec: {containers: {a: b}}\n", "metadata: x\n",
        "metadata: {annotations: [a]}\n", "kind: ConfigMap\ndata: [a, {b: c}]\n",
        "env: {name: {a: b}, value: [c]}\n", "args: [[a], {b: c}, null]\n", "args: {a: b}\n"}) {
    EXPECT_THAT(Places(yaml), IsEmpty()) << yaml;
  }
}

// The engine reads bytes that are no UTF-8 as they are.
TEST_P(HostileObjects, WithBytesThatAreNoTextAreJudged) {
  std::array<Node, 2> nodes;
  const std::string text = "\xFF\xFE" + key_ + std::string("\0\xC3", 2);
  nodes[1].kind = NodeKind::kString;
  nodes[1].key = "x";
  nodes[1].text = text;
  nodes[0].kind = NodeKind::kMapping;
  nodes[0].first = &nodes[1];
  EXPECT_THAT(engine_->Scan(nodes[0], *scratch_).findings, testing::SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(BothPrefilters, HostileObjects, testing::Values(false, true),
                         PrefilterName);

}  // namespace
}  // namespace keysteward::detection
