#include "api/v1alpha1/managed_credential_validation.h"

#include <gtest/gtest.h>

#include "common/duration.h"
#include "tests/api/v1alpha1/refusal.h"
#include "tests/builders/managed_credential_builder.h"

namespace keysteward::api::v1alpha1 {
namespace {

using builders::ManagedCredentialBuilder;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

WallTime Now() { return ParseTime("2026-11-26T08:00:00Z").value(); }

std::string TextOf(const std::function<void(ManagedCredential&)>& change) {
  return Text(Validate(ManagedCredentialBuilder().With(change).Build()));
}

TEST(ValidateManagedCredential, TheBuildersObjectIsValid) {
  EXPECT_EQ(Text(ValidateCreate(
                ManagedCredentialBuilder().WithStandingUntil(Now() + hours(1)).Build(), Now())),
            "");
}

TEST(ValidateManagedCredential, TellsEverythingThatIsWrongAtOnce) {
  const std::string text = TextOf([](ManagedCredential& credential) {
    credential.metadata.name = std::string(53, 'x');
    credential.spec.purpose = "short";
    credential.spec.lifetime = seconds(1);
    credential.spec.consumers.max_concurrent = 101;
  });
  EXPECT_EQ(text,
            "metadata.name: must be at most 52 characters, choose a shorter name: rotations are "
            "named after it\n"
            "spec.purpose: must be 10 to 256 characters, is 5\n"
            "spec.lifetime: must be a duration between 5m and 87600h, e.g. 2160h\n"
            "spec.consumers.maxConcurrent: must be between 1 and 100\n");
}

TEST(ValidateManagedCredential, ADefaultPauseIsNoErrorInAShortLife) {
  EXPECT_EQ(TextOf([](ManagedCredential& c) { c.spec.lifetime = minutes(5); }), "");
  EXPECT_NE(TextOf([](ManagedCredential& c) {
              c.spec.lifetime = minutes(5);
              c.spec.rotation.overlap = minutes(6);
            }),
            "");
}

TEST(ValidateManagedCredential, BoundariesOfTheRotation) {
  const auto with = [](std::optional<Duration> interval, std::optional<Duration> before) {
    return TextOf([&](ManagedCredential& c) {
      c.spec.lifetime = hours(10);
      c.spec.rotation.interval = interval;
      c.spec.rotation.rotate_before = before;
    });
  };
  EXPECT_EQ(with(hours(10), hours(10) - seconds(1)), "");
  EXPECT_NE(with(hours(10) + seconds(1), std::nullopt), "");
  EXPECT_NE(with(std::nullopt, hours(10)), "");
}

TEST(ValidateManagedCredential, NoMessageRepeatsAValueThatMayBeAKey) {
  const std::string text = TextOf([](ManagedCredential& credential) {
    credential.spec.delivery.entries = {{"A", "sk_live_canary1234567890 ${oops}"}};
    credential.spec.parameters = {{"a/b", "sk_live_canary1234567890"}};
  });
  EXPECT_NE(text, "");
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
}

TEST(ValidateManagedCredential, AnEntryMayUseOnlyParametersThatAreSet) {
  const auto change = [](ManagedCredential& credential) {
    credential.spec.parameters = {{"region", "eu"}};
    credential.spec.delivery.entries = {{"A", "${key} ${param.region}"}, {"B", "${param.zone}"}};
  };
  EXPECT_EQ(TextOf(change),
            "spec.delivery.entries[1].value: uses ${param.zone} but spec.parameters does not set "
            "it: add it there\n");
}

TEST(ValidateManagedCredential, StandingNeedsAnEndExactlyWhenTransitional) {
  const auto with = [](StandingType type, std::optional<WallTime> until) {
    return TextOf([&](ManagedCredential& credential) {
      credential.spec.standing = Standing{type, "Stripe offers no workload federation",
                                          "security@example.com", until, ReplaceableBy::kNone};
    });
  };
  EXPECT_EQ(with(StandingType::kTransitional, Now()), "");
  EXPECT_EQ(with(StandingType::kPermanent, std::nullopt), "");
  EXPECT_NE(with(StandingType::kTransitional, std::nullopt), "");
  EXPECT_NE(with(StandingType::kPermanent, Now()), "");
}

TEST(ValidateCreateManagedCredential, RefusesAStandingThatHasEnded) {
  const ManagedCredential credential = ManagedCredentialBuilder().WithStandingUntil(Now()).Build();
  EXPECT_EQ(Text(ValidateCreate(credential, Now())),
            "spec.standing.until: is in the past: agree on a new end with the approver, or remove "
            "the key\n");
  EXPECT_EQ(Text(ValidateCreate(credential, Now() - seconds(1))), "");
}

TEST(ValidateUpdateManagedCredential, AnObjectWhoseStandingEndedStaysEditable) {
  const ManagedCredential before =
      ManagedCredentialBuilder().WithStandingUntil(Now() - hours(1)).Build();
  ManagedCredential after = before;
  after.metadata.labels["team"] = "x";
  after.spec.purpose = "Refund customers through Stripe";
  EXPECT_EQ(Text(ValidateUpdate(before, after, Now())), "");
  after.spec.standing->until = Now() - minutes(1);
  EXPECT_NE(Text(ValidateUpdate(before, after, Now())), "");
}

TEST(ValidateUpdateManagedCredential, IssuerAndSecretNeverChange) {
  const ManagedCredential before = ManagedCredentialBuilder().Build();
  ManagedCredential after = before;
  after.spec.issuer_ref.kind = IssuerKind::kClusterCredentialIssuer;
  after.spec.delivery.secret_name = "other";
  EXPECT_EQ(Text(ValidateUpdate(before, after, Now())),
            "spec.issuerRef: is immutable: create a new ManagedCredential for the other issuer and "
            "move the workloads to it\n"
            "spec.delivery.secretName: is immutable: create a second ManagedCredential with the "
            "new secretName and move the workloads to it\n");
}

}  // namespace
}  // namespace keysteward::api::v1alpha1
