// StepFixture: one step at a time on a stored credential, over a rig.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operator/rotation/delivered_secret.h"
#include "operator/rotation/steps/steps.h"
#include "tests/operator/rotation/state_samples.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {

// Keys 1 (old) and 2 (new) live at the provider and are staged.
class StepFixture : public testing::Test {
 protected:
  StepFixture() {
    state.credential = rig.Store(Observed().Build().credential);
    state.issuer = rig.provider.capabilities();
    old_key = rig.MakeStagedKey(state.credential, 1).id;
    const IssuedKey issued = rig.MakeStagedKey(state.credential, 2);
    new_key = issued.id;
    state.rotation.status.old_key->id = old_key;
    state.rotation.status.new_key->id = new_key;
    state.rotation.status.new_key->digest = DigestOf(rig.installation, issued.value);
    rig.provider.ForgetCalls();
  }

  // The journal of a rotation that runs this step.
  void At(Step step) {
    state.rotation.status.steps = Observed().At(step).Build().rotation.status.steps;
  }
  Result<StepReport> Try(Step step) {
    StepContext context = rig.Context(state);
    Result<StepReport> report = Act(step, context);
    notes = context.notes;
    return report;
  }
  StepReport Do(Step step) {
    Result<StepReport> report = Try(step);
    EXPECT_TRUE(report) << report.error().ToString();
    return report ? *report : StepReport();
  }
  void LoseStaged(int64_t generation) {
    ASSERT_TRUE(DeleteStaged(rig.env, state.credential.metadata.uid, generation, {}));
  }

  OperatorRig rig;
  ObservedState state = Observed().At(Step::kRestart).Build();
  std::string old_key;
  std::string new_key;
  std::vector<EvidenceNote> notes;
};

}  // namespace keysteward::op
