// Issue: one key per attempt, and a look-up instead of a repetition after doubt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/rotation/steps/steps.h"
#include "tests/operator/rotation/state_samples.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class IssueStep : public testing::Test {
 protected:
  IssueStep() {
    state.issuer = rig.provider.capabilities();
    state.rotation.status.new_key.reset();
    state.rotation.status.old_key->id = "key_0";
    state.rotation.status.token = KeyToken(rig.installation, Uid(), 2, 1);
  }

  const std::string& Uid() const { return state.credential.metadata.uid; }
  Result<StepReport> Act(bool fresh_intent) {
    StepContext context = rig.Context(state, fresh_intent);
    Result<StepReport> report = ActIssue(context);
    notes = context.notes;
    return report;
  }
  StepReport ActOk(bool fresh_intent) {
    Result<StepReport> report = Act(fresh_intent);
    EXPECT_TRUE(report) << report.error().ToString();
    return report ? *report : StepReport();
  }

  OperatorRig rig;
  ObservedState state = Observed().At(Step::kIssue).Build();
  std::vector<EvidenceNote> notes;
};

TEST_F(IssueStep, AFreshIntentAsksOnceAndStagesTheValueBeforeAnythingElse) {
  EXPECT_EQ(ActOk(true).outcome, StepReport::Outcome::kDone);
  EXPECT_THAT(rig.ProviderVerbs(), ElementsAre("list", "create"));
  EXPECT_EQ(state.rotation.status.new_key->id, "key_1");
  const auto staged = ReadStaged(rig.env, Uid(), 2, {});
  ASSERT_TRUE(staged && *staged);
  EXPECT_EQ((*staged)->key_id, "key_1");
  EXPECT_EQ((*staged)->origin.token, state.rotation.status.token);
  EXPECT_EQ(DigestOf(rig.installation, (*staged)->value), state.rotation.status.new_key->digest);
}

TEST_F(IssueStep, TheLabelAtTheProviderNamesInstallationCredentialGenerationAndAttempt) {
  ActOk(true);
  EXPECT_EQ(rig.provider.keys().at("key_1").label, "keysteward/inst1/" + Uid() + "/2-1");
}

TEST_F(IssueStep, TheEvidenceHoldsIdAndDigestButNoValue) {
  ActOk(true);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].type, "KeyIssued");
  EXPECT_THAT(notes[0].data.dump(), testing::Not(HasSubstr(rig.provider.keys().at("key_1").value)));
}

TEST_F(IssueStep, NothingIsAskedForWithParametersTheIssuerRefuses) {
  state.parameters_refused = "spec.parameters.scope: is required by issuer stripe: set it";
  const StepReport report = ActOk(true);
  EXPECT_EQ(report.outcome, StepReport::Outcome::kAgain);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.reason, "InvalidParameters");
  EXPECT_EQ(report.message, state.parameters_refused);
  EXPECT_THAT(rig.ProviderVerbs(), IsEmpty());
}

TEST_F(IssueStep, ALostKeyIsEndedThoughTheParametersAreRefusedByNow) {
  rig.provider.FailNext("create", Error::UnknownOutcome("cut"), ProviderPhase::kAfter);
  EXPECT_FALSE(Act(true));
  state.parameters_refused = "spec.parameters.scope: is required by issuer stripe: set it";
  EXPECT_EQ(ActOk(false).reason, "NextAttempt");
  EXPECT_THAT(rig.provider.keys(), IsEmpty());
}

TEST_F(IssueStep, AKeyThatIsStagedAlreadyIsTakenWithoutAskingAgain) {
  rig.MakeStagedKey(state.credential, 2);
  EXPECT_EQ(ActOk(false).outcome, StepReport::Outcome::kDone);
  EXPECT_THAT(rig.ProviderVerbs(), ElementsAre("create")) << "the one that made it";
}

TEST_F(IssueStep, AfterDoubtNothingIsCreatedWhileTheListMayLag) {
  state.in_step = 59s;
  const StepReport report = ActOk(false);
  EXPECT_EQ(report.outcome, StepReport::Outcome::kAgain);
  EXPECT_EQ(report.reason, "LookingUpKey");
  EXPECT_EQ(report.requeue_after, 1s);
  EXPECT_THAT(rig.ProviderVerbs(), ElementsAre("list"));
}

TEST_F(IssueStep, AfterTheConsistencyWindowAnEmptyListPermitsCreate) {
  state.in_step = 60s;
  EXPECT_EQ(ActOk(false).outcome, StepReport::Outcome::kDone);
  EXPECT_THAT(rig.ProviderVerbs(), ElementsAre("list", "create"));
}

TEST_F(IssueStep, AKeyWhoseValueWasLostIsRevokedAndTheNextAttemptReserved) {
  ASSERT_TRUE(
      rig.provider.Create({.token = "t", .label = KeyLabel(rig.installation, Uid(), 2, 1)}, {}));
  const StepReport report = ActOk(false);
  EXPECT_EQ(report.reason, "NextAttempt");
  EXPECT_EQ(report.requeue_after, Duration::zero());
  EXPECT_THAT(rig.provider.LiveKeys(), IsEmpty());
  EXPECT_EQ(state.rotation.status.token, KeyToken(rig.installation, Uid(), 2, 2));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].type, "OrphanRevoked");
}

TEST_F(IssueStep, TwoKeysOfOneCreateAreBothRevoked) {
  rig.provider.behaviour.create_twice = true;
  ASSERT_TRUE(
      rig.provider.Create({.token = "t", .label = KeyLabel(rig.installation, Uid(), 2, 1)}, {}));
  rig.provider.behaviour.create_twice = false;
  ActOk(false);
  EXPECT_THAT(rig.provider.LiveKeys(), IsEmpty());
}

TEST_F(IssueStep, KeysOfOtherGenerationsAreNotTouchedByTheLookUp) {
  ASSERT_TRUE(
      rig.provider.Create({.token = "t", .label = KeyLabel(rig.installation, Uid(), 1, 1)}, {}));
  ASSERT_TRUE(
      rig.provider.Create({.token = "u", .label = KeyLabel(rig.installation, Uid(), 20, 1)}, {}));
  state.in_step = 10s;
  ActOk(false);
  EXPECT_EQ(rig.provider.LiveKeys().size(), 2u);
}

TEST_F(IssueStep, AProviderWithoutListIsAskedAgainWithTheSameToken) {
  rig.provider.behaviour.lists = false;
  rig.provider.behaviour.idempotent = true;
  rig.provider.FailNext("create", Error::UnknownOutcome("cut"), ProviderPhase::kAfter);
  EXPECT_FALSE(Act(true));
  EXPECT_EQ(ActOk(false).outcome, StepReport::Outcome::kDone);
  EXPECT_EQ(rig.provider.keys().size(), 1u);
}

TEST_F(IssueStep, ALostReplyIsAnErrorAndNothingIsStaged) {
  rig.provider.FailNext("create", Error::UnknownOutcome("cut"), ProviderPhase::kAfter);
  const auto report = Act(true);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnknownOutcome);
  EXPECT_FALSE(*ReadStaged(rig.env, Uid(), 2, {}));
}

TEST_F(IssueStep, TheKeyInUseHandedOutAgainIsRefusedByItsId) {
  state.rotation.status.old_key->id = "key_1";
  const auto report = Act(true);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message,
            "the provider answered create with the key that is in use; nothing was changed");
  EXPECT_FALSE(*ReadStaged(rig.env, Uid(), 2, {}));
}

TEST_F(IssueStep, TheValueInUseHandedOutUnderAnotherIdIsRefusedToo) {
  rig.provider.behaviour.idempotent = true;
  const auto first = rig.provider.Create({.token = state.rotation.status.token, .label = "x"}, {});
  state.rotation.status.old_key->id = "another";
  state.rotation.status.old_key->digest = DigestOf(rig.installation, first->value);
  EXPECT_FALSE(Act(true));
}

TEST_F(IssueStep, TheTokenOfTheRequestIsNotTakenForAKey) {
  // Another provider of the same seed tells which value comes next.
  OperatorRig twin;
  const IssuedKey next = *twin.provider.Create({.token = "t", .label = "l"}, {});
  state.rotation.status.token = std::string(next.value.view());
  const auto report = Act(true);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message,
            "the provider answered create with the token of the request in place of a key");
  EXPECT_FALSE(*ReadStaged(rig.env, Uid(), 2, {}));
}

TEST_F(IssueStep, I22_AKeyOfAnotherCredentialHandedOutIsRefused) {
  rig.provider.behaviour.idempotent = true;
  api::v1alpha1::ManagedCredential other = state.credential;
  other.metadata.name = "other";
  other.metadata.uid = "uid-of-the-other";
  const IssuedKey theirs = rig.MakeStagedKey(other, 1);
  // The provider takes our token for theirs.
  state.rotation.status.token = KeyToken(rig.installation, "uid-of-the-other", 1, 1);
  const auto report = Act(true);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "the provider answered create with key " + theirs.id +
                                        ", which is that of another credential; it was not taken");
  EXPECT_FALSE(*ReadStaged(rig.env, Uid(), 2, {}));
}

// Ids of generated keys are numbers, and two providers may count alike.
TEST_F(IssueStep, AKeyThatOnlySharesItsIdWithAnotherCredentialsIsTaken) {
  api::v1alpha1::ManagedCredential other = state.credential;
  other.metadata.name = "other";
  other.metadata.uid = "uid-of-the-other";
  const IssuedKey next{.id = "key_1", .value = SecretBytes::CopyOf("a value of their own")};
  ASSERT_TRUE(CreateStaged(rig.env,
                           {.credential = other.metadata.key(),
                            .credential_uid = other.metadata.uid,
                            .generation = 1,
                            .token = "theirs"},
                           next, {}));
  const auto report = Act(true);
  ASSERT_TRUE(report) << report.error().ToString();
  EXPECT_EQ(rig.Staged(state.credential, 2).key_id, "key_1");
}

TEST_F(IssueStep, WhereNoKeyCanBeEndedTheStoredOnesAreNotReadOneByOne) {
  rig.provider.behaviour.revokes = false;
  rig.MakeStagedKey(state.credential, 1);
  rig.server.ForgetCalls();
  ASSERT_TRUE(Act(true));
  for (const kube::CallRecord& call : rig.server.Calls()) EXPECT_NE(call.verb, "list");
}

// --- maxLiveKeys ---

class LiveKeys : public IssueStep {
 protected:
  std::string Make(int64_t generation) {
    return rig.provider
        .Create({.token = "t" + std::to_string(generation),
                 .label = KeyLabel(rig.installation, Uid(), generation, 1)},
                {})
        ->id;
  }
  void MakeThree() {
    for (const int64_t generation : {7, 8, 9}) Make(generation);
    rig.provider.ForgetCalls();
  }
};

TEST_F(LiveKeys, AsManyAsTheIssuerAllowsAreNotExceededAndAreNamed) {
  MakeThree();
  const StepReport report = ActOk(true);
  EXPECT_TRUE(report.blocked);
  EXPECT_EQ(report.reason, "TooManyKeys");
  EXPECT_EQ(report.message,
            "3 keys of this credential live at the provider (key_1, key_2, key_3) and "
            "spec.maxLiveKeys of CredentialIssuer stripe is 3. End those that nobody uses at the "
            "provider, or raise it");
  EXPECT_THAT(rig.ProviderVerbs(), ElementsAre("list"));
}

TEST_F(LiveKeys, OneBelowTheLimitIsMade) {
  Make(7);
  Make(8);
  EXPECT_EQ(ActOk(true).outcome, StepReport::Outcome::kDone);
}

TEST_F(LiveKeys, ADisabledOneDoesNotCount) {
  MakeThree();
  ASSERT_TRUE(rig.provider.Disable("key_2", {}));
  EXPECT_EQ(ActOk(true).outcome, StepReport::Outcome::kDone);
}

TEST_F(LiveKeys, OfAnotherCredentialDoNotCount) {
  MakeThree();
  state.credential.metadata.uid = "another";
  EXPECT_EQ(ActOk(true).outcome, StepReport::Outcome::kDone);
}

TEST_F(LiveKeys, TheLimitIsTheIssuers) {
  rig.provider.behaviour.max_live_keys = 4;
  MakeThree();
  EXPECT_EQ(ActOk(true).outcome, StepReport::Outcome::kDone);
}

TEST_F(LiveKeys, AfterDoubtTheLimitIsToldWithoutWaitingForTheList) {
  MakeThree();
  state.in_step = 1s;
  EXPECT_EQ(ActOk(false).reason, "TooManyKeys") << "the condition does not come and go";
}

TEST_F(LiveKeys, AreNotAskedForWhereNothingCanBeListed) {
  MakeThree();
  rig.provider.behaviour.lists = false;
  EXPECT_EQ(ActOk(true).outcome, StepReport::Outcome::kDone);
}

// --- a provider that says no ---

TEST_F(IssueStep, ARefusalEndsTheAttemptAndNamesIssuerAndStatus) {
  rig.provider.FailNext("create", Error::PermissionDenied("create: the provider answered 403"),
                        ProviderPhase::kBefore);
  const StepReport report = ActOk(true);
  EXPECT_EQ(report.outcome, StepReport::Outcome::kGoBack);
  EXPECT_EQ(report.reason, "IssueFailed");
  EXPECT_EQ(report.message,
            "CredentialIssuer stripe made no key: create: the provider answered 403. Look at its "
            "condition Ready and at spec.parameters");
}

TEST_F(IssueStep, EveryDefiniteRefusalCounts) {
  for (const ErrorCode code :
       {ErrorCode::kPermissionDenied, ErrorCode::kInvalidArgument, ErrorCode::kNotFound,
        ErrorCode::kFailedPrecondition, ErrorCode::kUnauthenticated}) {
    rig.provider.FailNext("create", Error::Make(code, "no"), ProviderPhase::kBefore);
    EXPECT_EQ(ActOk(true).reason, "IssueFailed") << ErrorCodeName(code);
  }
}

TEST_F(IssueStep, AThrottledOrUnclearAnswerIsTriedAgain) {
  for (const ErrorCode code : {ErrorCode::kResourceExhausted, ErrorCode::kUnavailable,
                               ErrorCode::kUnknownOutcome, ErrorCode::kDeadlineExceeded}) {
    rig.provider.FailNext("create", Error::Make(code, "later"), ProviderPhase::kBefore);
    EXPECT_FALSE(Act(true)) << ErrorCodeName(code);
  }
}

TEST_F(IssueStep, I11_ARefusalOfARepetitionDoesNotSayThatTheFirstMadeNothing) {
  rig.provider.behaviour.lists = false;
  rig.provider.behaviour.idempotent = true;
  rig.provider.FailNext("create", Error::UnknownOutcome("cut"), ProviderPhase::kAfter);
  EXPECT_FALSE(Act(true));
  rig.provider.FailNext("create", Error::InvalidArgument("the provider answered 409"),
                        ProviderPhase::kBefore);
  EXPECT_FALSE(Act(false)) << "the key may live, and only its own answer can tell its id";
}

TEST_F(IssueStep, AProcessThatLostTheLeaseRevokesNoStray) {
  ASSERT_TRUE(
      rig.provider.Create({.token = "t", .label = KeyLabel(rig.installation, Uid(), 2, 1)}, {}));
  rig.is_leader = false;
  const auto report = Act(false);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "no longer leader");
  EXPECT_EQ(rig.provider.LiveKeys().size(), 1u);
}

TEST_F(IssueStep, AnotherAttemptsStagedValueIsNeverOverwritten) {
  rig.MakeStagedKey(state.credential, 2);
  state.rotation.status.token = KeyToken(rig.installation, Uid(), 2, 2);
  const auto report = Act(true);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kConflict);
  EXPECT_THAT(report.error().message, HasSubstr("another attempt's key is staged"));
  EXPECT_EQ(rig.Staged(state.credential, 2).key_id, "key_1");
}

TEST_F(IssueStep, ALostReplyOfTheStagingIsReadBack) {
  rig.server.FailNext("create", "secrets", Error::UnknownOutcome("cut"), kube::CallPhase::kAfter);
  EXPECT_FALSE(Act(true));
  EXPECT_EQ(ActOk(false).outcome, StepReport::Outcome::kDone);
  EXPECT_EQ(rig.provider.keys().size(), 1u) << "the staged value was found, nothing made again";
}

}  // namespace
}  // namespace keysteward::op
