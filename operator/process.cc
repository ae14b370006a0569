#include "operator/process.h"

#include <atomic>

#include "api/core/config_map_types.h"
#include "api/v1alpha1/annotations.h"
#include "common/heap.h"
#include "common/host_name.h"
#include "kube/controller/manager.h"
#include "kube/events/event_recorder.h"
#include "kube/program/metrics_server.h"
#include "operator/consumers/consumer_index.h"
#include "operator/guard/installation_guard.h"
#include "operator/guard/rights_check.h"
#include "operator/installation/default_policy.h"
#include "operator/installation/installation.h"
#include "operator/issuers/cluster_issuer_resolver.h"
#include "operator/reconcilers/credential_policy_reconciler.h"
#include "operator/reconcilers/credential_revocation_reconciler.h"
#include "operator/reconcilers/credential_rotation_reconciler.h"
#include "operator/reconcilers/issuer_reconciler.h"
#include "operator/reconcilers/managed_credential_reconciler.h"
#include "operator/report/reporter.h"
#include "operator/serving_certificate/serving_certificate.h"
#include "operator/sweeper/sweeper.h"

namespace keysteward::op {

namespace v1 = api::v1alpha1;
using kube::Controller;
using kube::Informer;

namespace {

constexpr Duration kCertificatePause = std::chrono::seconds(5);
constexpr Duration kReportPause = std::chrono::seconds(30);

// A ConfigMap of ours holds the switch, so only it is watched.
kube::InformerOptions OnlyNamed(const std::string& namespace_name, const std::string& name) {
  return {.namespace_name = namespace_name, .field_selector = "metadata.name=" + name};
}

// Of a rotation that ended, decisions need no more than how and with which keys. Its evidence and
// the list of its consumers are most of its bytes, and are read from the server where they count.
void DropFinishedJournal(v1::CredentialRotation& rotation) {
  if (!rotation.status.result) return;
  rotation.status.evidence = {};
  rotation.status.consumers.details = {};
}

bool LabelsChanged(const api::ObjectMeta* before, const api::ObjectMeta* after) {
  return before == nullptr || after == nullptr || before->labels != after->labels;
}

std::vector<kube::Request> CredentialOf(const v1::CredentialRotation& rotation) {
  return {{rotation.metadata.namespace_name, rotation.spec.credential_name}};
}

std::vector<kube::Request> CredentialOfSecret(const api::core::Secret& secret) {
  const std::string name = secret.metadata.Annotation(v1::kManagedByAnnotation);
  if (name.empty()) return {};
  return {{secret.metadata.namespace_name, name}};
}

}  // namespace

// Declared in the order of dependence; destroyed in the reverse.
struct Process::Parts {
  Parts(const Settings& given, const kube::Runtime& with, Identity identity,
        TransportMaker make_transport)
      : settings(given),
        runtime(with),
        installation{.id = identity.installation_id,
                     .namespace_name = given.namespace_name,
                     .digest_key = std::move(identity.digest_key),
                     .tripwire_key = std::move(identity.tripwire_key),
                     .secret_staleness = given.secret_staleness,
                     .namespace_restarts = given.namespace_restarts,
                     .cluster_restarts = given.cluster_restarts,
                     .workload_restarts = given.workload_restarts},
        signer(identity.installation_id, std::move(identity.signing_key)),
        factory(std::move(make_transport), with.clock, with.random, with.metrics) {}

  const Settings settings;
  const kube::Runtime runtime;
  const Installation installation;
  const InstallationSigner signer;
  const IssuerFactory factory;

  Informer<v1::ManagedCredential> credentials{runtime};
  Informer<v1::CredentialRotation> rotations{runtime};
  Informer<v1::CredentialIssuer> issuers{runtime};
  Informer<v1::ClusterCredentialIssuer> cluster_issuers{runtime};
  Informer<v1::CredentialRevocation> revocations{runtime};
  Informer<v1::CredentialPolicy> policies{runtime};
  Informer<v1::CredentialException> exceptions{runtime};  // for the report alone
  Informer<api::core::Namespace> namespaces{runtime};
  Informer<api::core::Secret> secrets{runtime,
                                      {.label_selector = std::string(v1::kManagedLabel) + "=true"}};
  Informer<api::core::ConfigMap> switches{runtime,
                                          OnlyNamed(settings.namespace_name, v1::kSwitchConfigMap)};
  Informer<api::core::Pod> pods{runtime};
  Informer<api::core::Deployment> deployments{runtime};
  Informer<api::core::StatefulSet> stateful_sets{runtime};
  Informer<api::core::DaemonSet> daemon_sets{runtime};
  Informer<api::core::PodDisruptionBudget> budgets{runtime};

  ConsumerIndex consumers{{pods, deployments, stateful_sets, daemon_sets, budgets}, runtime.client};
  ClusterIssuerResolver resolver{runtime.client,
                                 {issuers.lister(), cluster_issuers.lister(), namespaces.lister()},
                                 factory,
                                 settings.allowed_hosts,
                                 settings.namespace_name,
                                 runtime.clock};
  CredentialListers listers{credentials.lister(), rotations.lister(), secrets.lister()};
  std::unique_ptr<kube::LeaderElector> elector;
  kube::EventRecorder events{
      {"keysteward.dev/operator", settings.identity.empty() ? HostName() : settings.identity},
      runtime};
  Environment env{
      .client = runtime.client,
      .issuers = resolver,
      .consumers = consumers,
      .signer = signer,
      .clock = runtime.clock,
      .logger = runtime.log,
      .metrics = runtime.metrics,
      .installation = installation,
      .is_leader = [this] { return elector == nullptr || elector->IsLeader(); },
      .lease_remaining = [this] { return elector ? elector->Remaining() : Duration::max(); },
      .effects_disabled = [this] { return EffectsDisabled(); },
      .settled_deliveries = [this](const std::string& n) { return Settled(n); },
      .record_event = [this](kube::Event event) { events.Record(std::move(event)); }};
  PhaseTimers timers{runtime.clock};

  ManagedCredentialReconciler credential_reconciler{env, listers, timers};
  CredentialRotationReconciler rotation_reconciler{env, listers};
  IssuerReconciler<v1::CredentialIssuer> issuer_reconciler{env, issuers.lister(),
                                                           credentials.lister(), resolver, factory};
  IssuerReconciler<v1::ClusterCredentialIssuer> cluster_issuer_reconciler{
      env, cluster_issuers.lister(), credentials.lister(), resolver, factory};
  CredentialRevocationReconciler revocation_reconciler{env, revocations.lister(), resolver};
  std::unique_ptr<Reporter> reporter = MakeReporter();
  CredentialPolicyReconciler policy_reconciler{runtime.client,
                                               runtime.clock,
                                               policies.lister(),
                                               namespaces.lister(),
                                               settings.webhook_configuration,
                                               ReportedBy(reporter.get())};
  Sweeper sweeper{env, listers, revocations.lister(), settings.orphan_age};
  ServingCertificate serving_certificate{runtime.client,
                                         runtime.clock,
                                         {.namespace_name = settings.namespace_name,
                                          .service = settings.webhook_service,
                                          .secret = settings.webhook_service + "-tls",
                                          .configuration = settings.webhook_configuration},
                                         runtime.metrics};
  ReleaseNames names{settings.namespace_name, settings.wanted_config_map, settings.operator_name,
                     settings.webhook_service, settings.webhook_configuration};
  InstallationGuard guard{runtime, names, settings.restore_registration, env.record_event};
  RightsCheck rights{runtime, names, env.record_event};

  Controller credential_controller{
      {.name = "managedcredential", .workers = settings.workers}, credential_reconciler, runtime};
  Controller rotation_controller{{.name = "credentialrotation"}, rotation_reconciler, runtime};
  Controller issuer_controller{{.name = "credentialissuer"}, issuer_reconciler, runtime};
  Controller cluster_issuer_controller{
      {.name = "clustercredentialissuer"}, cluster_issuer_reconciler, runtime};
  Controller policy_controller{{.name = "credentialpolicy"}, policy_reconciler, runtime};
  Controller revocation_controller{
      {.name = "credentialrevocation", .workers = 4}, revocation_reconciler, runtime};

  HealthChecks ready;
  std::unique_ptr<kube::MetricsServer> server;
  kube::Manager manager{runtime, {}};

  std::unique_ptr<Reporter> MakeReporter() {
    if (!settings.report) return nullptr;
    const ReportListers seen{namespaces.lister(), policies.lister(), exceptions.lister(),
                             credentials.lister()};
    return std::make_unique<Reporter>(
        runtime, seen,
        ReportSettings{.namespace_name = settings.namespace_name,
                       .excluded_namespaces = settings.report_excluded,
                       .interval = settings.report_interval});
  }

  std::vector<kube::Request> AllPolicies() const {
    std::vector<kube::Request> requests;
    for (const auto& policy : policies.lister().List()) requests.push_back(policy->metadata.key());
    return requests;
  }

  bool EffectsDisabled() const {
    const auto map = switches.lister().Get({settings.namespace_name, v1::kSwitchConfigMap});
    return map != nullptr && map->data.contains(v1::kEmergencyDisableKey);
  }

  // Deliveries whose rotation is about to restart consumers.
  std::vector<SettledDelivery> Settled(const std::string& namespace_name) const {
    std::vector<SettledDelivery> settled;
    for (const auto& credential : credentials.lister().List(namespace_name)) {
      const auto& status = credential->status;
      if (status.active_rotation.empty() || !status.current ||
          status.settled_revision < status.current->revision) {
        continue;
      }
      settled.push_back({credential->metadata.name, credential->spec.delivery.secret_name,
                         status.settled_revision});
    }
    return settled;
  }

  // Every credential whose Secret the workload or pod uses.
  template <typename T, typename Spec>
  std::vector<kube::Request> CredentialsUsedBy(const T& object, const api::ObjectMeta& metadata,
                                               const Spec& spec) const {
    const std::string& space = object.metadata.namespace_name;
    std::vector<kube::Request> requests;
    for (const std::string& key : UsageKeys(space, metadata, spec)) {
      for (const auto& credential : credentials.lister().ByIndex("usage", key)) {
        requests.push_back(credential->metadata.key());
      }
    }
    return requests;
  }

  void AddIndexes() {
    rotations.SetTransform(DropFinishedJournal);
    rotations.AddIndex(kByCredential, [](const v1::CredentialRotation& rotation) {
      return std::vector<std::string>{rotation.metadata.namespace_name + "/" +
                                      rotation.spec.credential_name};
    });
    credentials.AddIndex("usage", [](const v1::ManagedCredential& credential) {
      const std::string& space = credential.metadata.namespace_name;
      return std::vector<std::string>{space + "/secret/" + credential.spec.delivery.secret_name,
                                      space + "/credential/" + credential.metadata.name};
    });
    credentials.AddIndex("issuer", [](const v1::ManagedCredential& credential) {
      return std::vector<std::string>{credential.spec.issuer_ref.name};
    });
  }

  template <typename T>
  void WatchWorkloads(Informer<T>& informer) {
    credential_controller.Watches<T>(informer, [this](const T& workload) {
      return CredentialsUsedBy(workload, workload.spec.pod_template.metadata,
                               workload.spec.pod_template.spec);
    });
  }

  template <typename T>
  void WatchIssuer(Informer<T>& informer) {
    credential_controller.Watches<T>(
        informer,
        [this](const T& issuer) {
          std::vector<kube::Request> requests;
          for (const auto& credential :
               credentials.lister().ByIndex("issuer", issuer.metadata.name)) {
            requests.push_back(credential->metadata.key());
          }
          return requests;
        },
        kube::GenerationChanged());
  }

  void Wire() {
    AddIndexes();
    credential_controller.For(credentials);
    credential_controller.Watches<v1::CredentialRotation>(rotations, CredentialOf);
    credential_controller.Watches<api::core::Secret>(secrets, CredentialOfSecret);
    credential_controller.Watches<api::core::Pod>(pods, [this](const api::core::Pod& pod) {
      return CredentialsUsedBy(pod, pod.metadata, pod.spec);
    });
    WatchWorkloads(deployments);
    WatchWorkloads(stateful_sets);
    WatchWorkloads(daemon_sets);
    WatchIssuer(issuers);
    WatchIssuer(cluster_issuers);
    rotation_controller.For(rotations);
    issuer_controller.For(issuers, kube::GenerationChanged());
    cluster_issuer_controller.For(cluster_issuers, kube::GenerationChanged());
    revocation_controller.For(revocations);
    // Which namespaces a policy selects, it may leave to another one.
    policy_controller.Watches<v1::CredentialPolicy>(
        policies, [this](const v1::CredentialPolicy&) { return AllPolicies(); },
        kube::GenerationChanged());
    policy_controller.Watches<api::core::Namespace>(
        namespaces, [this](const api::core::Namespace&) { return AllPolicies(); }, LabelsChanged);
    if (reporter != nullptr) manager.Add(exceptions);
    for (kube::InformerBase* informer : std::initializer_list<kube::InformerBase*>{
             &namespaces, &switches, &credentials, &rotations, &issuers, &cluster_issuers,
             &revocations, &policies, &secrets, &pods, &deployments, &stateful_sets, &daemon_sets,
             &budgets}) {
      manager.Add(*informer);
    }
    for (Controller* controller :
         {&credential_controller, &rotation_controller, &issuer_controller,
          &cluster_issuer_controller, &policy_controller, &revocation_controller}) {
      manager.Add(*controller);
    }
  }

  // Runs `work` now and after every pause, until stopped.
  void AddPeriodic(const std::string& name, Duration pause,
                   std::function<void(const kube::Call&)> work) {
    manager.AddLeaderRunnable(
        name, [this, pause, work = std::move(work)](const std::stop_token& stop) -> Result<void> {
          do {
            work({.stop = stop});
          } while (runtime.clock.SleepFor(pause, stop));
          return {};
        });
  }

  Result<void> AddServer() {
    ready.Add("informers", [this]() -> Result<void> {
      if (credentials.HasSynced() && pods.HasSynced()) return {};
      return Error::Unavailable("the first listing is not complete");
    });
    KS_ASSIGN_OR_RETURN(
        server, kube::MetricsServer::Create({settings.metrics_address, settings.metrics_port},
                                            ready, runtime));
    manager.AddRunnable("metrics",
                        [this](const std::stop_token& stop) { return server->Run(stop); });
    return {};
  }

  Result<void> AddElector() {
    if (!settings.leader_elect) return {};
    const std::string host = settings.identity.empty() ? HostName() : settings.identity;
    KS_ASSIGN_OR_RETURN(elector, kube::LeaderElector::Create(
                                     {.lease = {settings.namespace_name, "keysteward-operator"},
                                      .identity = kube::LeaderIdentity(host, runtime.random)},
                                     runtime));
    return {};
  }

  void AddRunnables() {
    manager.AddLeaderRunnable("default-policy",
                              [this](const std::stop_token& stop) -> Result<void> {
                                KeepTryingForDefaultPolicy(runtime, stop);
                                return {};
                              });
    // Without a right that is missing there may never be a leader, so each replica looks at them.
    manager.AddRunnable("rights", [this](const std::stop_token& stop) { return rights.Run(stop); });
    manager.AddLeaderRunnable("guard",
                              [this](const std::stop_token& stop) { return guard.Run(stop); });
    AddPeriodic("sweeper", settings.sweep_interval, [this](const kube::Call& call) {
      sweeper.Sweep(call);
      ReturnFreeMemory();
    });
    if (reporter != nullptr) {
      AddPeriodic("report", kReportPause, [this](const kube::Call& call) {
        if (!reporter->RunIfDue(call)) return;
        for (const kube::Request& request : AllPolicies()) policy_controller.Enqueue(request);
        ReturnFreeMemory();
      });
    }
    if (!settings.serving_certificate) return;
    AddPeriodic("serving-certificate", kCertificatePause, [this](const kube::Call& call) {
      Result<void> kept = serving_certificate.Keep(call);
      if (kept || kept.error().code == ErrorCode::kCancelled) return;
      runtime.log.Warn("serving certificate not kept", {{"error", kept.error().message}});
    });
  }
};

Process::Process(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Process::~Process() = default;

Result<std::unique_ptr<Process>> Process::Create(const Settings& settings,
                                                 const kube::Runtime& runtime,
                                                 TransportMaker make_transport,
                                                 const kube::Call& call) {
  KS_ASSIGN_OR_RETURN(Identity identity,
                      LoadIdentity(runtime.client, settings.namespace_name, runtime.random, call));
  auto parts =
      std::make_unique<Parts>(settings, runtime, std::move(identity), std::move(make_transport));
  parts->Wire();
  KS_RETURN_IF_ERROR(parts->AddElector());
  KS_RETURN_IF_ERROR(parts->AddServer());
  parts->AddRunnables();
  runtime.log.Info("operator created", {{"installation", parts->installation.id},
                                        {"evidenceKeyId", parts->signer.key_id()},
                                        {"namespace", settings.namespace_name}});
  return std::unique_ptr<Process>(new Process(std::move(parts)));
}

Result<void> Process::Run(const std::stop_token& stop) {
  return parts_->manager.Run(stop, parts_->elector.get());
}

}  // namespace keysteward::op
