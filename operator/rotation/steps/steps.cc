#include "operator/rotation/steps/steps.h"

namespace keysteward::op {

Result<StepReport> Act(Step step, StepContext& context) {
  switch (step) {
    case Step::kIssue:
      return ActIssue(context);
    case Step::kStage:
      return ActStage(context);
    case Step::kProbe:
      return ActProbe(context);
    case Step::kDeliver:
      return ActDeliver(context);
    case Step::kRestart:
    case Step::kRollBackRestart:
      return ActRestart(context);
    case Step::kVerify:
      return ActVerify(context);
    case Step::kDisable:
      return ActDisable(context);
    case Step::kQuiet:
      return ActQuiet(context);
    case Step::kRollBack:
      return ActRollBack(context);
    case Step::kRevoke:
      return ActRevoke(context);
    case Step::kProve:
      return ActProve(context);
    case Step::kRecord:
      return ActRecord(context);
    case Step::kOverlap:
      break;
  }
  return Error::Internal("step " + std::string(StepName(step)) + " has no effect to run");
}

}  // namespace keysteward::op
