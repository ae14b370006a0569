// InstallationGuardTest: the fixture of the guard's tests, with a guard that looks as the operator
// lets it look.
//
//   TEST_F(InstallationGuardTest, …) { Remove(kValidatingConfigurations, kName); Watch(10s); … }
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "operator/guard/installation_guard.h"
#include "tests/operator/guard/guard_fixture.h"

namespace keysteward::op {

inline constexpr const char* kName = "keysteward";  // of both configurations

class InstallationGuardTest : public GuardFixture {
 protected:
  InstallationGuardTest() { Serve({}); }

  // Discovery, without the kinds that are gone.
  void Serve(const std::vector<std::string>& gone) {
    nlohmann::json resources = nlohmann::json::array();
    for (const char* plural : {"clustercredentialissuers", "credentialexceptions",
                               "credentialissuers", "credentialpolicies", "credentialrevocations",
                               "credentialrotations", "managedcredentials"}) {
      if (std::find(gone.begin(), gone.end(), plural) != gone.end()) continue;
      resources.push_back({{"name", plural}});
      resources.push_back({{"name", std::string(plural) + "/status"}});
    }
    server.RespondToGetRaw("/apis/keysteward.dev/v1alpha1",
                           nlohmann::json{{"resources", resources}}.dump());
  }
  // As the operator does it: looks, waits, looks again.
  void Watch(Duration time) {
    const MonoTime end = clock.MonoNow() + time;
    while (true) {
      const Duration pause = guard.Look({});
      ASSERT_GT(pause, Duration::zero());
      if (clock.MonoNow() + pause > end) break;
      clock.Advance(pause);
    }
    clock.Advance(end - clock.MonoNow());
  }
  bool Registered() { return !Get(kValidatingConfigurations, kName).is_null(); }
  double Difference(const char* object) {
    return metrics.Value(kInstallationDifferences, {{"object", object}});
  }
  double Restored(const char* object) {
    return metrics.Value(kRegistrationsRestored, {{"object", object}, {"result", "success"}});
  }

  InstallationGuard guard{runtime, {.namespace_name = kOurs}, true, record};
};

}  // namespace keysteward::op
