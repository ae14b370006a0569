#include "cli/commands/status_command.h"

#include <ostream>

#include "api/v1alpha1/conditions.h"
#include "cli/commands/credential_reader.h"
#include "cli/commands/next_action.h"
#include "cli/commands/status_report.h"
#include "cli/exit_codes.h"

namespace keysteward::cli {

using api::v1alpha1::CredentialRotation;
using nlohmann::json;

Result<int> RunStatus(const CommandContext& context, const StatusOptions& options) {
  KS_ASSIGN_OR_RETURN(const auto credential, ReadCredential(context, options.name));
  KS_ASSIGN_OR_RETURN(const auto rotations, ReadRotations(context, options.name));
  StatusReport report{
      .credential = credential.typed, .rotations = {}, .next = {}, .now = context.clock.WallNow()};
  for (const auto& rotation : rotations) report.rotations.push_back(&rotation.typed);
  const CredentialRotation* active = ActiveRotation(credential.typed, report.rotations);
  report.next = NextActions(credential.typed, active, report.now, context.program);
  if (IsStructured(context.output)) {
    json objects = json::array();
    for (const auto& rotation : rotations) objects.push_back(rotation.raw);
    PrintJson(
        {{"credential", credential.raw}, {"rotations", std::move(objects)}, {"next", report.next}},
        context.output, context.out);
  } else {
    PrintStatus(report, context.out);
  }
  const bool ready =
      api::IsTrue(credential.typed.status.conditions, api::v1alpha1::condition::kReady);
  return ready ? kExitOk : kExitNo;
}

}  // namespace keysteward::cli
