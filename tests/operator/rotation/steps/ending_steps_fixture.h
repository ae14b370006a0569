// EndingSteps: a rotation whose new key is delivered and whose old one is to be ended.
#pragma once

#include <algorithm>

#include "tests/operator/rotation/steps/step_fixture.h"

namespace keysteward::op {

// Key 2 is delivered as revision 2.
class EndingSteps : public StepFixture {
 protected:
  EndingSteps() {
    At(Step::kDisable);
    const StagedKey staged = rig.Staged(state.credential, 2);
    EXPECT_TRUE(WriteDelivered(rig.env, state.credential, staged, {}, {}));
    auto& status = state.credential.status;
    status.previous =
        api::v1alpha1::PreviousKeyStatus{.generation = 1, .revision = 1, .key_id = old_key};
    status.current->generation = 2;
    status.current->revision = 2;
    status.current->key_id = new_key;
    status.revision = status.settled_revision = 2;
    rig.consumers.fresh = {RolledOut("api", 2)};
  }

  bool Lives(const std::string& id) {
    const auto live = rig.provider.LiveKeys();
    return std::find(live.begin(), live.end(), id) != live.end();
  }
};

}  // namespace keysteward::op
