// EndingSteps: a rotation whose new key is delivered and whose old one is to be ended.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "operator/rotation/delivered_secret.h"
#include "operator/rotation/steps/steps.h"
#include "tests/operator/rotation/state_samples.h"
#include "tests/operator/simulation/operator_rig.h"

namespace keysteward::op {

// Keys 1 (old) and 2 (new) live and are staged; key 2 is delivered as revision 2.
class EndingSteps : public testing::Test {
 protected:
  EndingSteps() {
    state.credential = rig.Store(Observed().Build().credential);
    old_key = rig.MakeStagedKey(state.credential, 1).id;
    new_key = rig.MakeStagedKey(state.credential, 2).id;
    const StagedKey staged = rig.Staged(state.credential, 2);
    EXPECT_TRUE(WriteDelivered(rig.env, state.credential, staged, {}, {}));
    auto& status = state.credential.status;
    status.previous =
        api::v1alpha1::PreviousKeyStatus{.generation = 1, .revision = 1, .key_id = old_key};
    status.current->generation = 2;
    status.current->revision = 2;
    status.current->key_id = new_key;
    status.revision = status.settled_revision = 2;
    state.rotation.status.old_key->id = old_key;
    state.rotation.status.new_key->id = new_key;
    rig.consumers.fresh = {RolledOut("api", 2)};
    rig.provider.ForgetCalls();
  }

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
  bool Lives(const std::string& id) {
    const auto live = rig.provider.LiveKeys();
    return std::find(live.begin(), live.end(), id) != live.end();
  }

  OperatorRig rig;
  ObservedState state = Observed().At(Step::kDisable).Build();
  std::string old_key;
  std::string new_key;
  std::vector<EvidenceNote> notes;
};

}  // namespace keysteward::op
