#include "policy/messages.h"

#include <gtest/gtest.h>

#include "common/duration.h"
#include "detection/engine/engine.h"

namespace keysteward::policy {
namespace {

detection::Finding Literal() {
  detection::Finding finding;
  finding.rule = "stripe-secret-key";
  finding.path = "spec.containers[0].env[2].value";
  finding.name = "STRIPE_API_KEY";
  finding.place = detection::Place::kEnv;
  finding.reasons = {"it has the form of a credential of Stripe", "in an environment variable"};
  finding.fix = "Roll the key at dashboard.stripe.com/apikeys.";
  return finding;
}

Judgement With(Action action, const std::string& message) {
  Judgement judgement;
  judgement.action = action;
  judgement.message = message;
  judgement.fix = "Fix: " + message;
  return judgement;
}

TEST(ProblemLine, SaysWhereWhatAndWhy) {
  EXPECT_EQ(ProblemLine(Literal(), nullptr),
            "spec.containers[0].env[2].value: literal credential (stripe-secret-key): it has the "
            "form of a credential of Stripe, in an environment variable");
}

TEST(ProblemLine, NamesTheObjectWhenThereIsNoPath) {
  detection::Finding finding = Literal();
  finding.path = "";
  EXPECT_TRUE(ProblemLine(finding, nullptr).starts_with("the object: literal credential ("));
}

TEST(ProblemLine, TellsReferencesFromLiterals) {
  detection::Finding finding = Literal();
  finding.rule = "secret-without-owner";
  EXPECT_NE(ProblemLine(finding, nullptr).find(": Secret without owner or end ("),
            std::string::npos);
  finding.rule = "secret-expired";
  EXPECT_NE(ProblemLine(finding, nullptr).find(": Secret in the environment ("), std::string::npos);
}

TEST(ProblemLine, OfAnObjectThatIsTooMuchNamesNoCredential) {
  detection::Finding finding;
  finding.rule = detection::kBudgetRule;
  finding.reasons = {"it holds more than can be judged"};
  finding.fix = "Split the object.";
  EXPECT_EQ(ProblemLine(finding, nullptr),
            "the object: not looked at as a whole (scan-budget): it holds more than can be judged");
  EXPECT_EQ(FixLine(finding), "Fix: Split the object.");
}

TEST(ProblemLine, SaysWhoseExceptionEnded) {
  Exception exception;
  exception.owner = "payments\nteam";
  exception.expires_at = ParseTime("2026-11-01T00:00:00Z").value();
  const std::string line = ProblemLine(Literal(), &exception);
  EXPECT_NE(line.find("; its exception, owned by payments"), std::string::npos) << line;
  EXPECT_TRUE(line.ends_with("team, ended at 2026-11-01T00:00:00Z")) << line;
  EXPECT_EQ(line.find('\n'), std::string::npos) << "an owner's line break stays out";
}

TEST(ProblemLine, IsCutAtACharacter) {
  detection::Finding finding = Literal();
  for (size_t extra = 0; extra < 4; ++extra) {
    finding.path = std::string(extra, 'x');
    for (int i = 0; i < 400; ++i) finding.path += "é";
    const std::string line = ProblemLine(finding, nullptr);
    EXPECT_LE(line.size(), 600u);
    EXPECT_TRUE(line.ends_with("é…")) << "never half a letter";
  }
}

TEST(FixLine, ShowsTheReferenceForAVariable) {
  EXPECT_EQ(FixLine(Literal()),
            "Fix: declare a ManagedCredential stripe-api-key and replace the value by valueFrom: "
            "{secretKeyRef: {name: stripe-api-key, key: STRIPE_API_KEY}}. Roll the key at "
            "dashboard.stripe.com/apikeys.");
}

TEST(FixLine, PointsToTheSecretElsewhere) {
  detection::Finding finding = Literal();
  finding.place = detection::Place::kConfig;
  finding.path = "data.key";
  EXPECT_EQ(FixLine(finding),
            "Fix: declare a ManagedCredential stripe-api-key and read the Secret it delivers, by "
            "secretKeyRef or as a mounted file, instead of writing the value here. Roll the key at "
            "dashboard.stripe.com/apikeys.");
}

TEST(FixLine, ProposesANameThatMayBeUsed) {
  const auto proposed = [](const std::string& name) {
    detection::Finding finding = Literal();
    finding.name = name;
    const std::string line = FixLine(finding);
    const size_t start = line.find("ManagedCredential ") + 18;
    return line.substr(start, line.find(' ', start) - start);
  };
  EXPECT_EQ(proposed(""), "my-credential");
  EXPECT_EQ(proposed("___"), "my-credential");
  EXPECT_EQ(proposed("__DB__PASSWORD__"), "db-password");
  EXPECT_EQ(proposed("spring.datasource.password"), "spring-datasource-password");
  EXPECT_EQ(proposed("é_KEY"), "key");
  EXPECT_EQ(proposed(std::string(80, 'A')), std::string(52, 'a'));
  EXPECT_EQ(proposed(std::string(51, 'A') + "_KEY"), std::string(51, 'a'))
      << "a name cannot end in a dash";
}

TEST(FixLine, OfAReferenceIsItsOwn) {
  detection::Finding finding = Literal();
  finding.rule = "secret-expired";
  finding.fix = "renew it";
  EXPECT_EQ(FixLine(finding), "Fix: renew it");
}

TEST(DenialMessage, ShowsAFindingRatherThanThatThereWasTooMuch) {
  Judgement budget = With(Action::kDeny, "too much");
  budget.finding.rule = detection::kBudgetRule;
  EXPECT_TRUE(DenialMessage({budget, With(Action::kDeny, "one"), With(Action::kDeny, "two")}, {})
                  .starts_with("one\nFix: one\n"));
  EXPECT_TRUE(DenialMessage({budget}, {}).starts_with("too much\n"));
}

TEST(DenialMessage, ShowsTheFirstNamesTheObjectAndCountsTheOthers) {
  const detection::ObjectIdentity pod{.kind = "Pod", .namespace_name = "payments", .name = "api"};
  EXPECT_EQ(DenialMessage({}, pod), "");
  EXPECT_EQ(DenialMessage({With(Action::kWarn, "w"), With(Action::kAudit, "a")}, pod), "");
  EXPECT_EQ(DenialMessage({With(Action::kWarn, "w"), With(Action::kDeny, "one")}, pod),
            "one\nFix: one\nIn Pod payments/api");
  EXPECT_EQ(
      DenialMessage({With(Action::kDeny, "one"), With(Action::kDeny, "two"),
                     With(Action::kDeny, "three"), With(Action::kWarn, "w")},
                    pod),
      "one\nFix: one\nIn Pod payments/api; 2 more in it: `keysteward scan FILE` lists them all");
}

TEST(Warnings, AreFiveAndShort) {
  std::vector<Judgement> judgements = {With(Action::kDeny, "d"), With(Action::kAudit, "a")};
  EXPECT_TRUE(Warnings(judgements).empty());
  for (int i = 0; i < 8; ++i) judgements.push_back(With(Action::kWarn, std::string(400, 'x')));
  const std::vector<std::string> warnings = Warnings(judgements);
  ASSERT_EQ(warnings.size(), 5u);
  for (const std::string& warning : warnings) {
    EXPECT_LE(warning.size(), 256u) << "the API server cuts longer ones anywhere";
    EXPECT_TRUE(warning.ends_with("…"));
  }
}

}  // namespace
}  // namespace keysteward::policy
