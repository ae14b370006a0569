// InstallationGuard: compares what stands of the installation with what the chart declares
// (ConfigMap keysteward-wanted): both webhook configurations, the webhook's Service, our kinds.
//
// A registration that is gone or was changed is put back, unless the release itself is going; the
// rest is told. Each trouble is told once: an Event, a log line, the gauge
// keysteward_installation_differences. One look costs five reads; only the leader looks. What
// cannot be read is said in the log once and looked at again. Not thread-safe: one thread looks.
//
//   InstallationGuard guard(runtime, {.namespace_name = "keysteward-system"}, true, record);
//   return guard.Run(stop);
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "kube/runtime.h"
#include "operator/guard/reasons.h"
#include "operator/guard/registration_writer.h"
#include "operator/guard/release.h"
#include "operator/guard/repair_timing.h"
#include "operator/guard/wanted_state.h"

namespace keysteward::op {

class InstallationGuard {
 public:
  // With the grace of RepairTiming everything is found and answered within 10 s.
  static constexpr Duration kPause = std::chrono::seconds(3);

  InstallationGuard(const kube::Runtime& runtime, ReleaseNames names, bool restore,
                    RecordEvent record);

  // One look; how long to wait until the next one.
  Duration Look(const kube::Call& call);
  // Looks again and again until `stop` fires.
  Result<void> Run(const std::stop_token& stop);

 private:
  struct Watched {
    std::string label;                   // of the metric
    nlohmann::json last_seen = nullptr;  // null: never seen
    RepairTiming timing = {};
    std::string told = {};  // so that nothing is told twice
    // What the API server made of `asked` when it did not keep it as it was: some providers add
    // selectors of their own. Null when it kept it.
    nlohmann::json kept = nullptr;
    nlohmann::json asked = nullptr;
  };
  using Differences = std::vector<std::string>;

  void LookAtDeclaration(bool stands, const kube::Call& call);
  void LookAtRegistration(const api::Resource& resource, Watched& watched,
                          const std::optional<nlohmann::json>& wanted, const kube::Call& call);
  void LookAtService(const std::optional<nlohmann::json>& wanted, const kube::Call& call);
  void LookAtKinds(const kube::Call& call);

  // Whether it is time to act on these differences; keeps the gauge.
  bool MustAct(Watched& watched, const Differences& differences);
  void Restore(const api::Resource& resource, Watched& watched, const nlohmann::json& live,
               const nlohmann::json& wanted, const Differences& differences,
               const kube::Call& call);
  void GiveUpFields(const api::Resource& resource, const nlohmann::json& live,
                    const kube::Call& call);
  // Remembers what the server made of it, and tells.
  void Took(const api::Resource& resource, Watched& watched, const nlohmann::json& wanted,
            const nlohmann::json& written, const std::string& what);
  // Once for each text.
  void Tell(Watched& watched, const char* reason, const kube::ObjectReference& regarding,
            const std::string& note);
  // The operator's Deployment; a name that is empty where there is none.
  kube::ObjectReference OperatorReference(const kube::Call& call);
  void Trouble(const Error& error);

  const kube::Runtime runtime_;
  const ReleaseNames names_;
  const bool restore_;
  const RecordEvent record_;
  RegistrationWriter writer_;
  Watched declaration_{.label = "declaration"};
  Watched validating_{.label = "validating"};
  Watched mutating_{.label = "mutating"};
  Watched service_{.label = "service"};
  Watched kinds_{.label = "kinds"};
  std::string trouble_;    // told last
  bool troubled_ = false;  // in this look
};

}  // namespace keysteward::op
