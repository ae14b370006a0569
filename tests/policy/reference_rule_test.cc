#include "policy/reference_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/duration.h"
#include "detection/fields/object_identity.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;  // NOLINT: test durations

std::string Expiry(std::string_view text) {
  const Result<WallTime> time = ParseExpiry(text);
  return time ? FormatTime(*time) : "no date";
}

TEST(ParseExpiry, ADayLastsToItsEndAndATimeIsExact) {
  EXPECT_EQ(Expiry("2027-01-31"), "2027-02-01T00:00:00Z");
  EXPECT_EQ(Expiry("2028-02-29"), "2028-03-01T00:00:00Z");
  EXPECT_EQ(Expiry("2027-01-31T12:00:00Z"), "2027-01-31T12:00:00Z");
  EXPECT_EQ(Expiry("2027-01-31T12:00:00+02:00"), "2027-01-31T10:00:00Z");
  EXPECT_EQ(Expiry(" 2027-01-31\n"), "2027-02-01T00:00:00Z");
}

TEST(ParseExpiry, AnythingElseIsNoDate) {
  for (const char* text : {"", "soon", "2027-13-01", "2027-02-29", "31.01.2027", "2027-1-31",
                           "2027-01-31T12:00", "1800000000", "never ever"}) {
    EXPECT_EQ(Expiry(text), "no date") << text;
  }
}

class FakeSecrets final : public SecretLookup {
 public:
  SecretState Find(std::string_view namespace_name, std::string_view name) const override {
    asked.push_back(std::string(namespace_name) + "/" + std::string(name));
    return state;
  }
  SecretState state{SecretState::Presence::kFound, false, {}};
  mutable std::vector<std::string> asked;
};

class ReferenceRule : public testing::Test {
 protected:
  // "rule Action" of each finding of a pod in namespace shop that takes KEY from Secret stripe.
  std::vector<std::string> Judged(const std::string& more = "") {
    detection::ManifestReader reader;
    const auto file = reader.Read(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: api, namespace: shop}\nspec:\n  containers:\n"
        "  - name: app\n    env:\n    - name: KEY\n"
        "      valueFrom: {secretKeyRef: {name: stripe, key: k" +
        more + "}}\n");
    EXPECT_TRUE(file) << file.error().ToString();
    const detection::Node& object = *file->documents[0].root;
    findings = FindingsOf(detection::FindSecretReferences(object), detection::IdentityOf(object),
                          policy, secrets, now);
    std::vector<std::string> out;
    for (const ReferenceFinding& found : findings) {
      out.push_back(found.finding.rule + " " + std::string(ActionName(found.action)));
    }
    return out;
  }
  void Annotate(const std::string& owner, const std::string& expiry) {
    secrets.state.annotations = {{"keysteward.dev/owner", owner},
                                 {"keysteward.dev/expires-at", expiry}};
  }

  ReferencePolicy policy;
  FakeSecrets secrets;
  WallTime now = ParseTime("2026-11-26T12:00:00Z").value();
  std::vector<ReferenceFinding> findings;
};

TEST_F(ReferenceRule, LooksTheSecretUpInTheObjectsNamespace) {
  Judged();
  EXPECT_THAT(secrets.asked, ElementsAre("shop/stripe"));
}

TEST_F(ReferenceRule, WithOwnerAndEndThereIsNothingToSay) {
  Annotate("payments", "2027-03-01");
  EXPECT_THAT(Judged(), IsEmpty());
}

TEST_F(ReferenceRule, EachOfOwnerAndEndIsMissedByItsRule) {
  EXPECT_THAT(Judged(), ElementsAre("secret-without-owner Deny", "secret-without-expiry Deny"));
  Annotate(" ", "\t");
  EXPECT_THAT(Judged(), ElementsAre("secret-without-owner Deny", "secret-without-expiry Deny"))
      << "blanks name nobody";
  Annotate("payments", "2027-13-01");
  EXPECT_THAT(Judged(), ElementsAre("secret-expiry-malformed Deny"));
}

// B16: three zero-width spaces were taken for an owner.
TEST_F(ReferenceRule, AnOwnerThatNobodyCanSeeIsNone) {
  for (const char* unseen :
       {"\u200b", "\u200d\u2060", "\ufeff", "\u202e", "\u00a0", "\u3000", "\xff"}) {
    Annotate(unseen, "2027-03-01");
    EXPECT_THAT(Judged(), ElementsAre("secret-without-owner Deny"));
  }
  Annotate("\u200b\u652f\u4ed8", "2027-03-01");
  EXPECT_THAT(Judged(), IsEmpty());
}

TEST_F(ReferenceRule, TheFirstAnnotationThatSaysSomethingCounts) {
  policy.owner_annotations = {"team", "keysteward.dev/owner"};
  policy.expiry_annotations = {"end", "keysteward.dev/expires-at"};
  secrets.state.annotations = {{"team", ""},
                               {"keysteward.dev/owner", "payments"},
                               {"end", "2027-03-01"},
                               {"keysteward.dev/expires-at", "never"}};
  EXPECT_THAT(Judged(), IsEmpty());
}

TEST_F(ReferenceRule, LimitsOfTimeAreExact) {
  policy.max_lifetime = 100h;
  policy.warn_before = 10h;
  const std::pair<Duration, const char*> rows[] = {{100h + 1s, "secret-lives-too-long Deny"},
                                                   {100h, ""},
                                                   {10h, ""},
                                                   {10h - 1s, "secret-expires-soon Warn"},
                                                   {1s, "secret-expires-soon Warn"},
                                                   {0s, "secret-expired Deny"},
                                                   {-1s, "secret-expired Deny"}};
  for (const auto& [left, told] : rows) {
    Annotate("payments", FormatTime(now + left));
    const std::vector<std::string> judged = Judged();
    EXPECT_EQ(judged.empty() ? "" : judged[0], told) << FormatDuration(left);
  }
}

TEST_F(ReferenceRule, ActionsAreThoseOfThePolicy) {
  policy.action = Action::kAudit;
  policy.expired = Action::kWarn;
  policy.missing_secret = Action::kDeny;
  EXPECT_THAT(Judged(), ElementsAre("secret-without-owner Audit", "secret-without-expiry Audit"));
  Annotate("payments", "soon");
  EXPECT_THAT(Judged(), ElementsAre("secret-expiry-malformed Audit"));
  Annotate("payments", "2026-01-01");
  EXPECT_THAT(Judged(), ElementsAre("secret-expired Warn"));
  Annotate("payments", "2026-11-27");
  EXPECT_THAT(Judged(), ElementsAre("secret-expires-soon Audit")) << "never more than the action";
  secrets.state.presence = SecretState::Presence::kMissing;
  EXPECT_THAT(Judged(), ElementsAre("secret-missing Deny"));
}

TEST_F(ReferenceRule, WhatNobodyKnowsAndWhatIsManagedIsNotJudged) {
  secrets.state.presence = SecretState::Presence::kUnknown;
  EXPECT_THAT(Judged(), IsEmpty());
  secrets.state = {SecretState::Presence::kFound, true, {}};
  EXPECT_THAT(Judged(), IsEmpty());
}

TEST_F(ReferenceRule, AMissingSecretIsNoMatterWhenItIsOptional) {
  secrets.state.presence = SecretState::Presence::kMissing;
  EXPECT_THAT(Judged(), ElementsAre("secret-missing Warn"));
  EXPECT_THAT(findings[0].finding.fix, HasSubstr("Create the Secret first"));
  EXPECT_THAT(Judged(", optional: true"), IsEmpty());
  secrets.state.presence = SecretState::Presence::kFound;
  EXPECT_EQ(Judged(", optional: true").size(), 2u) << "one that is there is judged all the same";
}

TEST_F(ReferenceRule, AFindingNamesPlaceSecretAndWayOut) {
  Annotate("payments", "soon");
  Judged();
  ASSERT_EQ(findings.size(), 1u);
  const detection::Finding& finding = findings[0].finding;
  EXPECT_EQ(finding.path, "spec.containers[0].env[0].valueFrom.secretKeyRef");
  EXPECT_EQ(finding.name, "stripe");
  EXPECT_THAT(finding.reasons,
              ElementsAre("Secret stripe: its expiry is no date (want 2027-01-31 or "
                          "2027-01-31T00:00:00Z)"));
  EXPECT_THAT(finding.fix, HasSubstr("kubectl annotate --overwrite secret stripe "
                                     "keysteward.dev/owner=TEAM"));
}

TEST_F(ReferenceRule, TheFingerprintOfEachRuleIsItsOwn) {
  Judged();
  ASSERT_EQ(findings.size(), 2u);
  const std::string owner = findings[0].finding.fingerprint;
  EXPECT_NE(owner, findings[1].finding.fingerprint);
  Judged();
  EXPECT_EQ(findings[0].finding.fingerprint, owner) << "the same at every look";
}

}  // namespace
}  // namespace keysteward::policy
