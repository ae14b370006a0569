#include "operator/guard/installation_guard.h"

#include <algorithm>
#include <utility>

#include "api/core/workload_types.h"
#include "common/strings.h"
#include "observability/metric_names.h"
#include "operator/guard/registration_difference.h"
#include "operator/guard/served_kinds.h"
#include "operator/guard/service_difference.h"

namespace keysteward::op {

using nlohmann::json;

namespace {

kube::ObjectReference ReferenceTo(const api::Resource& resource, const json& object) {
  const json metadata = object.value("metadata", json::object());
  return {resource.api_version(), std::string(resource.kind), metadata.value("namespace", ""),
          metadata.value("name", ""), metadata.value("uid", "")};
}

// "ValidatingWebhookConfiguration keysteward"
std::string NameOf(const api::Resource& resource, const json& object) {
  return std::string(resource.kind) + " " + object["metadata"]["name"].get<std::string>();
}

}  // namespace

InstallationGuard::InstallationGuard(const kube::Runtime& runtime, ReleaseNames names, bool restore,
                                     RecordEvent record)
    : runtime_(runtime),
      names_(std::move(names)),
      restore_(restore),
      record_(std::move(record)),
      writer_(runtime.client) {}

Duration InstallationGuard::Look(const kube::Call& call) {
  troubled_ = false;
  LookAtKinds(call);
  const Result<std::optional<WantedState>> wanted = ReadWanted(runtime_.client, names_, call);
  if (!wanted) {
    Trouble(wanted.error());
    return kPause;
  }
  LookAtDeclaration(wanted->has_value(), call);
  if (!*wanted) {
    // What comes back with the declaration gets its grace anew.
    for (Watched* watched : {&validating_, &mutating_, &service_}) MustAct(*watched, {});
    return kPause;
  }
  LookAtRegistration(kValidatingConfigurations, validating_, (*wanted)->validating, call);
  LookAtRegistration(kMutatingConfigurations, mutating_, (*wanted)->mutating, call);
  LookAtService((*wanted)->service, call);
  if (!troubled_) trouble_.clear();
  // Not longer than until the end of a grace.
  Duration pause = kPause;
  for (const Watched* watched : {&validating_, &mutating_, &service_}) {
    const std::optional<MonoTime> due = watched->timing.due();
    const MonoTime now = runtime_.clock.MonoNow();
    if (due && *due > now) pause = std::min<Duration>(pause, *due - now);
  }
  return pause;
}

Result<void> InstallationGuard::Run(const std::stop_token& stop) {
  while (runtime_.clock.SleepFor(Look({.stop = stop}), stop)) continue;
  return {};
}

bool InstallationGuard::MustAct(Watched& watched, const Differences& differences) {
  const RepairTiming::Step step =
      watched.timing.Next(!differences.empty(), runtime_.clock.MonoNow());
  if (step == RepairTiming::Step::kRest) watched.told.clear();
  // An upgrade that is under way is no difference yet.
  const bool found = step == RepairTiming::Step::kAct || !watched.told.empty();
  runtime_.metrics.Set(kInstallationDifferences, {{"object", watched.label}}, found ? 1 : 0);
  return step == RepairTiming::Step::kAct;
}

void InstallationGuard::LookAtDeclaration(bool stands, const kube::Call& call) {
  const std::string name = "ConfigMap " + names_.namespace_name + "/" + names_.wanted;
  if (!MustAct(declaration_, stands ? Differences() : Differences{name})) return;
  Tell(declaration_, event::kDeclarationMissing, OperatorReference(call),
       name +
           " is gone: nobody looks after the webhook's registration, nor after the operator's "
           "rights; helm upgrade brings it back");
}

void InstallationGuard::LookAtRegistration(const api::Resource& resource, Watched& watched,
                                           const std::optional<json>& wanted,
                                           const kube::Call& call) {
  if (!wanted) {
    MustAct(watched, {});
    return;
  }
  const Result<json> live = runtime_.client.Get(resource, {"", names_.configuration}, call);
  if (!live && live.error().code != ErrorCode::kNotFound) {
    Trouble(live.error().WithContext("read " + NameOf(resource, *wanted)));
    return;
  }
  if (live) {
    watched.last_seen = *live;
    GiveUpFields(resource, *live, call);  // when it failed before
  }
  const json& expected =
      !watched.kept.is_null() && watched.asked == *wanted ? watched.kept : *wanted;
  const Differences differences =
      live ? RegistrationDifferences(*live, expected) : Differences{"it is gone"};
  if (!MustAct(watched, differences)) return;
  Restore(resource, watched, live ? *live : json(), *wanted, differences, call);
}

void InstallationGuard::Restore(const api::Resource& resource, Watched& watched, const json& live,
                                const json& wanted, const Differences& differences,
                                const kube::Call& call) {
  const Result<Standing> release = LookAtRelease(runtime_.client, names_, call);
  if (!release) return Trouble(release.error());
  const std::string what = NameOf(resource, wanted) + ": " + Join(differences, "; ");
  if (!release->going.empty()) {
    const std::string note = what + "; left alone, because " + release->going + " is gone too";
    if (std::exchange(watched.told, note) != note) {
      runtime_.log.Info("registration left alone", {{"why", note}});
    }
    return;
  }
  const kube::ObjectReference regarding = ReferenceTo(resource, live.is_null() ? wanted : live);
  if (!restore_) {
    return Tell(watched, event::kRegistrationChanged, regarding,
                what + "; not put back, because webhook.restoreRegistration is off");
  }
  const Result<json> written =
      live.is_null() ? writer_.MakeAgain(resource, wanted, watched.last_seen, release->owner, call)
                     : writer_.PutBack(resource, live, wanted, call);
  watched.timing.Acted(runtime_.clock.MonoNow());
  runtime_.metrics.Increment(kRegistrationsRestored, {{"object", watched.label},
                                                      {"result", written ? "success" : "error"}});
  if (written) {
    GiveUpFields(resource, *written, call);
    return Took(resource, watched, wanted, *written, what);
  }
  const ErrorCode code = written.error().code;
  if (code == ErrorCode::kCancelled || code == ErrorCode::kConflict) return;  // next look
  Tell(watched, event::kRegistrationChanged, regarding,
       what + "; cannot be put back: " + Printable(written.error().message));
}

void InstallationGuard::GiveUpFields(const api::Resource& resource, const json& live,
                                     const kube::Call& call) {
  const Result<void> given = writer_.GiveUpFields(resource, live, call);
  if (!given) Trouble(given.error());
}

void InstallationGuard::Took(const api::Resource& resource, Watched& watched, const json& wanted,
                             const json& written, const std::string& what) {
  const Differences left = RegistrationDifferences(written, wanted);
  watched.kept = left.empty() ? json() : written;
  watched.asked = wanted;
  std::string note = what + "; put back as the chart declares it";
  if (!left.empty()) note += ", of which the API server changed: " + Join(left, "; ");
  runtime_.log.Warn("registration put back", {{"what", note}});
  record_({.level = kube::EventLevel::kWarning,
           .regarding = ReferenceTo(resource, written),
           .reason = event::kRegistrationRestored,
           .action = "Restore",
           .note = note});
}

void InstallationGuard::LookAtService(const std::optional<json>& wanted, const kube::Call& call) {
  if (!wanted) {
    MustAct(service_, {});
    return;
  }
  const Result<json> live =
      runtime_.client.Get(kServices, {names_.namespace_name, names_.webhook_service}, call);
  if (!live && live.error().code != ErrorCode::kNotFound) {
    return Trouble(live.error().WithContext("read Service " + names_.webhook_service));
  }
  if (live) service_.last_seen = *live;
  const Differences differences =
      live ? ServiceDifferences(*live, *wanted) : Differences{"it is gone"};
  if (!MustAct(service_, differences)) return;
  const json& known = service_.last_seen.is_null() ? *wanted : service_.last_seen;
  Tell(service_, event::kServiceChanged, ReferenceTo(kServices, known),
       "Service " + names_.webhook_service +
           " is not as the chart declares it: " + Join(differences, ", ") +
           "; requests for admission may not reach the webhook until helm upgrade puts it back");
}

void InstallationGuard::LookAtKinds(const kube::Call& call) {
  const Result<std::vector<std::string>> missing = MissingKinds(runtime_.client, call);
  if (!missing) return Trouble(missing.error());
  if (!MustAct(kinds_, *missing)) return;
  Tell(kinds_, event::kKindsMissing, OperatorReference(call),
       "not served any more: " + Join(*missing, ", ") +
           "; their objects are gone with their CustomResourceDefinition, keys and Secrets stand");
}

void InstallationGuard::Tell(Watched& watched, const char* reason,
                             const kube::ObjectReference& regarding, const std::string& note) {
  if (std::exchange(watched.told, note) == note) return;
  runtime_.log.Warn("installation differs", {{"reason", reason}, {"what", note}});
  if (regarding.name.empty()) return;
  record_({.level = kube::EventLevel::kWarning,
           .regarding = regarding,
           .reason = reason,
           .action = "Compare",
           .note = note});
}

kube::ObjectReference InstallationGuard::OperatorReference(const kube::Call& call) {
  const api::Resource& resource = api::KindOf<api::core::Deployment>::resource;
  const Result<json> deployment =
      runtime_.client.Get(resource, {names_.namespace_name, names_.operator_name}, call);
  if (!deployment || IsBeingDeleted(*deployment)) return {};
  return ReferenceTo(resource, *deployment);
}

void InstallationGuard::Trouble(const Error& error) {
  troubled_ = true;
  if (error.code == ErrorCode::kCancelled || error.message == trouble_) return;
  trouble_ = error.message;
  runtime_.log.Warn("installation not looked at", {{"error", error.message}});
}

}  // namespace keysteward::op
