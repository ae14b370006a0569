#include "cli/scan/env_fix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/scan/scan_text.h"
#include "tests/detection/samples.h"

namespace keysteward::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class EnvFix : public testing::Test {
 protected:
  FixedText Fix(const std::string& text) {
    const ScanReport report = ScanText(text);
    const Result<FixedText> fixed = FixEnv(text, Pointers(report), names_);
    EXPECT_TRUE(fixed) << fixed.error().ToString();
    return fixed ? *fixed : FixedText();
  }
  // The text up to the ManagedCredentials.
  static std::string Own(const FixedText& fixed) {
    return fixed.text.substr(0, fixed.text.find("---\napiVersion: keysteward.dev"));
  }

  CredentialNames names_;
  const std::string key_ = detection::MakeSample("sk_live_{alnum:24}");
};

constexpr const char* kReference = "valueFrom: {secretKeyRef: {name: api-key, key: API_KEY}}";

TEST_F(EnvFix, ReplacesTheValueAndNothingElse) {
  const std::string head = "        # before\n        - name: API_KEY   # which\n          ";
  const std::string tail = "   # why\n        - {name: LOG, value: debug}\n# end\n";
  const FixedText fixed = Fix(DeploymentWith(head + "value: \"" + key_ + "\"" + tail));
  EXPECT_EQ(Own(fixed), DeploymentWith(head + kReference + tail));
  EXPECT_THAT(fixed.text, Not(HasSubstr(key_)));
  EXPECT_THAT(fixed.lines, ElementsAre(std::string("12: ") + kReference));
  EXPECT_THAT(fixed.advice, IsEmpty());
}

TEST_F(EnvFix, TheResultScansClean) {
  const FixedText fixed =
      Fix(DeploymentWith("        - name: API_KEY\n          value: " + key_ + "\n"));
  const ScanReport report = ScanText(fixed.text);
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_EQ(report.documents, 2u);
}

TEST_F(EnvFix, EveryStyleOfScalarIsReplaced) {
  const std::string before = "        - name: API_KEY\n          ";
  for (const std::string& value :
       {"value: " + key_, "value: '" + key_ + "'", "value: \"" + key_ + "\"", "value:   " + key_,
        "\"value\": \"" + key_ + "\"", "'value' : " + key_, "value: >-\n            " + key_,
        "value: |\n            " + key_ + "\n", "value: \"\\x73" + key_.substr(1) + "\"",
        "value:\n            " + key_}) {
    const FixedText fixed = Fix(DeploymentWith(before + value + "\n        - name: B\n"));
    EXPECT_EQ(Own(fixed).find(DeploymentWith(before + kReference + "\n")), 0u) << value << "\n"
                                                                               << fixed.text;
    EXPECT_THAT(Own(fixed), HasSubstr("        - name: B\n"));
    EXPECT_THAT(fixed.text, Not(HasSubstr(key_)));
    names_ = {};
  }
}

TEST_F(EnvFix, AValueMayStandBeforeItsName) {
  const FixedText fixed =
      Fix(DeploymentWith("        - value: " + key_ + "\n          name: API_KEY\n"));
  EXPECT_EQ(Own(fixed),
            DeploymentWith(std::string("        - ") + kReference + "\n          name: API_KEY\n"));
}

TEST_F(EnvFix, ABlockScalarInTheFirstLineOfAnItemEndsWhereItEnds) {
  const FixedText fixed = Fix(
      DeploymentWith("        - value: |\n            " + key_ + "\n\n          name: API_KEY\n"));
  EXPECT_THAT(Own(fixed), HasSubstr("\n          name: API_KEY\n"));
  EXPECT_THAT(fixed.text, Not(HasSubstr(key_)));
}

TEST_F(EnvFix, FlowMappingsStayFlow) {
  const FixedText fixed =
      Fix(DeploymentWith("        - {name: API_KEY, value: " + key_ + "}   # c\n"));
  EXPECT_EQ(Own(fixed),
            DeploymentWith(std::string("        - {name: API_KEY, ") + kReference + "}   # c\n"));
}

TEST_F(EnvFix, WideCharactersBeforeItMoveNothing) {
  const FixedText fixed = Fix(DeploymentWith(
      "        - {desc: \"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\", name: API_KEY, value: " + key_ +
      "}\n"));
  EXPECT_THAT(Own(fixed), HasSubstr(std::string("name: API_KEY, ") + kReference + "}\n"));
}

TEST_F(EnvFix, LinesKeepTheirEnds) {
  std::string text = DeploymentWith("        - name: API_KEY\n          value: " + key_ + "\n");
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) {
    text.insert(at, "\r");
  }
  const FixedText fixed = Fix(text);
  EXPECT_THAT(fixed.text, HasSubstr(std::string(kReference) + "\r\n---\r\napiVersion: keyst"));
  for (size_t at = fixed.text.find('\n'); at != std::string::npos;
       at = fixed.text.find('\n', at + 1)) {
    ASSERT_EQ(fixed.text[at - 1], '\r');
  }
}

TEST_F(EnvFix, AFileWithoutALastLineEndGetsOne) {
  const FixedText fixed = Fix(DeploymentWith("        - name: API_KEY\n          value: " + key_));
  EXPECT_THAT(fixed.text, HasSubstr(std::string(kReference) + "\n---\n"));
}

TEST_F(EnvFix, OneValueIsOneCredentialAndOtherValuesAreOthers) {
  const std::string item = "        - name: API_KEY\n          value: ";
  const std::string other = detection::MakeSample("sk_live_{alnum:24}", 2);
  const FixedText fixed =
      Fix(DeploymentWith(item + key_ + "\n" + item + key_ + "\n" + item + other + "\n"));
  EXPECT_THAT(fixed.credentials, SizeIs(2));
  EXPECT_THAT(fixed.lines, ElementsAre(HasSubstr("name: api-key,"), HasSubstr("name: api-key,"),
                                       HasSubstr("name: api-api-key,")));
}

TEST_F(EnvFix, ACredentialThatIsThereKeepsItsName) {
  const FixedText fixed =
      Fix(DeploymentWith("        - name: API_KEY\n          value: " + key_ +
                         "\n---\napiVersion: keysteward.dev/v1alpha1\nkind: ManagedCredential\n"
                         "metadata: {name: api-key, namespace: shop}\n"));
  EXPECT_THAT(fixed.lines, ElementsAre(HasSubstr("name: api-api-key,")));
}

TEST_F(EnvFix, NamesThatYamlWouldTakeForOtherThingsAreQuoted) {
  const FixedText fixed =
      Fix(DeploymentWith("        - name: \"123456\"\n          value: " + key_ + "\n"));
  EXPECT_THAT(fixed.lines, ElementsAre(HasSubstr("{name: \"123456\", key: \"123456\"}")));
}

// What cannot be replaced safely is said and left.
TEST_F(EnvFix, LeavesWhatItCannotReplaceAndSaysWhy) {
  const auto advice = [&](const std::string& text) {
    const FixedText fixed = Fix(text);
    EXPECT_EQ(fixed.text, "") << text;
    EXPECT_THAT(fixed.advice, SizeIs(1)) << text;
    return fixed.advice.empty() ? "" : fixed.advice[0];
  };
  const std::string name = "        - name: API_KEY\n          ";
  EXPECT_THAT(advice(DeploymentWith(name + "value: &a " + key_ + "\n")), HasSubstr("anchor"));
  EXPECT_THAT(advice(DeploymentWith(name + "value: !!str " + key_ + "\n")), HasSubstr("tag"));
  EXPECT_THAT(advice(DeploymentWith(name + "value: # c\n            " + key_ + "\n")),
              HasSubstr("right behind its name"));
  EXPECT_THAT(advice(DeploymentWith("        - name: A\n        args: [--api-key=" + key_ + "]\n")),
              HasSubstr("only values of environment variables"));
  EXPECT_THAT(advice("extraEnv:\n- name: API_KEY\n  value: " + key_ + "\n"),
              HasSubstr("no Kubernetes object"));
}

TEST_F(EnvFix, JsonStaysJsonAndGetsNoObject) {
  const auto pod = [](const std::string& member) {
    return R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [
      {"env": [{"name": "API_KEY", )" +
           member + R"(}, {"name": "LOG", "value": "debug"}]}]}})";
  };
  for (const char* between : {": ", ":", " :\n  "}) {
    const FixedText fixed = Fix(pod("\"value\"" + std::string(between) + "\"" + key_ + "\""));
    EXPECT_EQ(fixed.text,
              pod(R"("valueFrom": {"secretKeyRef": {"name": "api-key", "key": "API_KEY"}})"));
    EXPECT_FALSE(fixed.appended);
    EXPECT_THAT(fixed.credentials, SizeIs(between == std::string(": ") ? 1 : 0));
  }
}

TEST_F(EnvFix, CopiesOfTheValueAreTold) {
  const FixedText fixed = Fix(DeploymentWith(
      "        # was " + key_ + "\n        - name: API_KEY\n          value: " + key_ + "\n"));
  EXPECT_THAT(fixed.advice, ElementsAre("10: the value stands here too; remove it"));
}

TEST_F(EnvFix, AKeyInACommentAloneIsTold) {
  const FixedText fixed =
      Fix(DeploymentWith("        # was " + key_ + "\n        - {name: LOG, value: debug}\n"));
  EXPECT_TRUE(fixed.text.empty());
  EXPECT_THAT(fixed.advice, ElementsAre("10: it stands in a comment; remove it"));
}

TEST_F(EnvFix, BothPlacesOfAnAliasAreReplacedTogether) {
  const FixedText fixed =
      Fix("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
          "  - env: &shared\n    - name: API_KEY\n      value: " +
          key_ + "\n  - env: *shared\n");
  EXPECT_THAT(fixed.text, HasSubstr(kReference));
  EXPECT_THAT(fixed.text, HasSubstr("env: *shared"));
  EXPECT_THAT(fixed.text, Not(HasSubstr(key_)));
}

// Whatever a manifest looks like, the result is the same objects but for what was replaced, or the
// text is left alone: FixEnv checks it and would say kInternal.
TEST_F(EnvFix, MangledManifestsAreReplacedOrLeft) {
  const std::string whole =
      DeploymentWith("        - name: API_KEY  # c\n          value: \"" + key_ +
                     "\"\n        - {name: B_TOKEN, value: '" + key_ +
                     "'}\n        - name: C_SECRET\n          value: |-\n            " + key_ +
                     "\n        - value: " + key_ + "\n          name: D_KEY\n");
  constexpr std::string_view kBytes = " \n\t:{}[]'\"|>-#&*!,?%\\a0\r";
  uint64_t state = 1;
  const auto next = [&state](size_t limit) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<size_t>(state >> 33) % limit;
  };
  size_t replaced = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text = whole;
    for (size_t edits = 1 + next(3); edits > 0; --edits) {
      const size_t at = next(text.size());
      const char byte = kBytes[next(kBytes.size())];
      if (next(3) == 0) {
        text.erase(at, 1);
      } else if (next(2) == 0) {
        text[at] = byte;
      } else {
        text.insert(at, 1, byte);
      }
    }
    const ScanReport report = ScanText(text);
    if (report.findings.empty()) continue;
    CredentialNames names;
    const Result<FixedText> fixed = FixEnv(text, Pointers(report), names);
    ASSERT_TRUE(fixed) << fixed.error().ToString() << "\n" << text;
    if (fixed->text.empty()) continue;
    ++replaced;
    EXPECT_LE(ScanText(fixed->text).findings.size(), report.findings.size() - fixed->lines.size())
        << text << "\n=>\n"
        << fixed->text;
  }
  EXPECT_GT(replaced, 500u);
}

TEST_F(EnvFix, NothingToReplaceIsNoText) { EXPECT_EQ(Fix(DeploymentWith("")).text, ""); }

// A finding in what a chart renders, whose value stands at `place` of its values file.
class EnvFixOfASource : public EnvFix {
 protected:
  FixedText FixSource(const std::string& values, detection::Position place) {
    ScanReport report =
        ScanText(DeploymentWith("        - name: API_KEY\n          value: " + key_ + "\n"));
    EXPECT_EQ(report.findings.size(), 1u);
    for (ScanFinding& finding : report.findings) finding.source = {"values.yaml", place, ""};
    const Result<FixedText> fixed = FixEnv(values, Pointers(report), names_);
    EXPECT_TRUE(fixed) << fixed.error().ToString();
    return fixed ? *fixed : FixedText();
  }
};

TEST_F(EnvFixOfASource, ReplacesTheEntryAndAddsNoObject) {
  const FixedText fixed =
      FixSource("extraEnv:\n- name: API_KEY\n  value: " + key_ + "  # why\n", {3, 10});
  EXPECT_EQ(fixed.text, std::string("extraEnv:\n- name: API_KEY\n  ") + kReference + "  # why\n");
  EXPECT_THAT(fixed.credentials, SizeIs(1));
  ASSERT_THAT(fixed.rendered, SizeIs(1));
  EXPECT_EQ(fixed.rendered[0].object.kind, "Deployment");
  EXPECT_EQ(fixed.rendered[0].path, "spec.template.spec.containers[0].env[0].value");
  EXPECT_EQ(fixed.rendered[0].secret, "api-key");
  EXPECT_EQ(fixed.rendered[0].key, "API_KEY");
}

TEST_F(EnvFixOfASource, LeavesWhatIsNoEntry) {
  const FixedText map = FixSource("env:\n  API_KEY: " + key_ + "\n", {2, 12});
  EXPECT_EQ(map.text, "");
  EXPECT_THAT(map.advice, ElementsAre(HasSubstr("2: not replaced: no entry with name and value")));
  const FixedText unnamed = FixSource("key:\n  value: " + key_ + "\n", {2, 10});
  EXPECT_THAT(unnamed.advice, ElementsAre(HasSubstr("no entry with name and value")));
  const FixedText elsewhere = FixSource("a: b\n", {3, 10});
  EXPECT_THAT(elsewhere.advice, ElementsAre("3: not replaced: its place is not found"));
  const FixedText in_template =
      FixSource("env:\n{{- range .Values.x }}\n- value: " + key_ + "\n{{- end }}\n", {3, 10});
  EXPECT_THAT(in_template.advice, ElementsAre("3: not replaced: it stands in a template"));
}

}  // namespace
}  // namespace keysteward::cli
