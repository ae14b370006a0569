// RotateCommand: keysteward rotate against a fake server that changes between reads.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands/rotate_command.h"
#include "tests/cli/command_test.h"

namespace keysteward::cli {

inline constexpr const char* kRotations = "credentialrotations.keysteward.dev";

class RotateCommand : public CommandTest {
 protected:
  RotateCommand() { options.name = "stripe-live"; }

  int Run() {
    const Result<int> status = RunRotate(context, options);
    EXPECT_TRUE(status) << status.error().ToString();
    return status.value_or(-1);
  }
  std::vector<nlohmann::json> Stored() {
    return server
        .List(api::KindOf<api::v1alpha1::CredentialRotation>::resource,
              {.namespace_name = "payments"}, {})
        ->items;
  }
  // Before the n-th read of a rotation that gets through (from 1) `change` is made, as the operator
  // would.
  void BeforeRead(std::map<int, std::function<void()>> changes) {
    const auto reads = std::make_shared<int>(0);
    server.OnCall([=](const kube::CallRecord& call, kube::CallPhase phase) -> Result<void> {
      if (call.verb != "get" || call.resource != kRotations || phase != kube::CallPhase::kBefore) {
        return {};
      }
      const auto change = changes.find(++*reads);
      if (change != changes.end()) change->second();
      return {};
    });
  }

  RotateOptions options{.name = {}, .attach = {}, .reason = "SEC-123: key seen in build log"};
};

}  // namespace keysteward::cli
