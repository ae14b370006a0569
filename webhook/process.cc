#include "webhook/process.h"

#include "api/v1alpha1/annotations.h"
#include "common/heap.h"
#include "common/host_name.h"
#include "http/server.h"
#include "kube/controller/manager.h"
#include "kube/events/event_recorder.h"
#include "kube/program/metrics_server.h"
#include "observability/metric_names.h"
#include "policy/custom_rules.h"
#include "webhook/admission/transport.h"
#include "webhook/handlers/kinds_handler.h"
#include "webhook/handlers/manifests_handler.h"
#include "webhook/handlers/mutation_handlers.h"
#include "webhook/handlers/refusal_event.h"
#include "webhook/serving_certificate/secret_source.h"

namespace keysteward::webhook {

namespace v1 = api::v1alpha1;
using kube::Informer;

namespace {

std::string OperatorUser(const Settings& settings) {
  if (!settings.operator_user.empty()) return settings.operator_user;
  return "system:serviceaccount:" + settings.namespace_name + ":keysteward-operator";
}

kube::InformerOptions OnlyNamed(const std::string& namespace_name, const std::string& name) {
  return {.namespace_name = namespace_name, .field_selector = "metadata.name=" + name};
}

// Only what the references rule looks at stays in memory: managed fields and last-applied may be
// large and may hold values.
void KeepOwnerAndExpiry(api::core::PartialObjectMetadata& secret) {
  std::erase_if(secret.metadata.annotations, [](const auto& annotation) {
    return annotation.first == "kubectl.kubernetes.io/last-applied-configuration";
  });
}

}  // namespace

// Declared in the order of dependence; destroyed in the reverse.
struct Process::Parts {
  Parts(const Settings& given, const kube::Runtime& with,
        std::shared_ptr<const detection::Engine> made)
      : settings(given), runtime(with), engines(std::move(made), with.clock) {}

  const Settings settings;
  const kube::Runtime runtime;
  policy::EngineSource engines;

  Informer<api::core::Namespace> namespaces{runtime};
  Informer<api::core::PartialObjectMetadata> secrets{
      runtime, {.resource = api::KindOf<api::core::Secret>::resource}};
  Informer<v1::ManagedCredential> credentials{runtime};
  Informer<v1::CredentialIssuer> issuers{runtime};
  Informer<v1::ClusterCredentialIssuer> cluster_issuers{runtime};
  Informer<v1::CredentialPolicy> policies{runtime};
  Informer<v1::CredentialException> exceptions{runtime};
  Informer<api::core::Secret> certificates{runtime,
                                           OnlyNamed(settings.namespace_name, settings.tls_secret)};

  Informer<api::core::Secret> tripwire_keys{
      runtime, OnlyNamed(settings.namespace_name, v1::kTripwireKeySecret)};

  SecretSource certificate{runtime.log};
  ClusterView view{namespaces.lister(), secrets.lister(),         credentials.lister(),
                   issuers.lister(),    cluster_issuers.lister(), policies.lister(),
                   exceptions.lister()};
  kube::EventRecorder events{{"keysteward.dev/webhook", HostName()}, runtime};
  LiveKeys live_keys{settings.namespace_name, runtime.clock};
  ManifestsHandler manifests{engines,
                             live_keys,
                             view,
                             runtime.clock,
                             runtime.metrics,
                             [this](const std::string& namespace_name) {
                               events.Record(RefusalEvent(view, namespace_name));
                             }};
  KindsHandler kinds{view, runtime.client, runtime.clock, OperatorUser(settings)};
  PodsHandler pods{view};
  WorkloadsHandler workloads;
  RotationsHandler rotations{OperatorUser(settings)};
  Transport transport{{{"/validate/manifests", &manifests},
                       {"/validate/kinds", &kinds},
                       {"/mutate/pods", &pods},
                       {"/mutate/workloads", &workloads},
                       {"/mutate/credentialrotations", &rotations}},
                      runtime.clock,
                      runtime.log,
                      runtime.metrics};
  HealthChecks ready;
  std::unique_ptr<http::HttpServer> server;
  std::unique_ptr<kube::MetricsServer> metrics_server;
  kube::Manager manager{runtime, {}};

  bool Synced() const {
    return namespaces.HasSynced() && secrets.HasSynced() && credentials.HasSynced() &&
           issuers.HasSynced() && cluster_issuers.HasSynced() && policies.HasSynced() &&
           exceptions.HasSynced() && tripwire_keys.HasSynced();
  }

  // All policies' custom rules, when those of one may have changed.
  void WantCustomRules(const kube::Store<v1::CredentialPolicy>::Change& change) {
    const auto rules = [](const auto& policy) {
      return policy ? policy->spec.literals.custom_rules : std::vector<v1::CustomRule>{};
    };
    if (rules(change.before) == rules(change.after)) return;
    std::vector<detection::Rule> wanted;
    for (const auto& object : policies.lister().List()) {
      std::vector<detection::Rule> own = policy::CustomRulesOf(*object);
      std::move(own.begin(), own.end(), std::back_inserter(wanted));
    }
    engines.Want(std::move(wanted));
  }

  void ReportRules(const policy::EngineSource::Built& built) {
    for (const auto& refused : built.refused) {
      runtime.log.Warn(
          "custom rule left out",
          {{"policy", refused.policy}, {"rule", refused.rule}, {"error", refused.problem}});
    }
    if (!built.failure.empty()) {
      runtime.log.Error("custom rules not in use", {{"error", built.failure}});
    }
    runtime.metrics.Increment(kRuleCompilations,
                              {{"result", built.failure.empty() ? "success" : "error"}});
    if (!built.failure.empty()) return;
    runtime.metrics.Set(kCustomRules, {{"state", "used"}}, static_cast<double>(built.used));
    runtime.metrics.Set(kCustomRules, {{"state", "refused"}},
                        static_cast<double>(built.refused.size()));
  }

  void Wire() {
    secrets.SetTransform(KeepOwnerAndExpiry);
    secrets.AddEventHandler(
        [this](const kube::Store<api::core::PartialObjectMetadata>::Change& change, bool) {
          live_keys.TakeStaged(change.before.get(), change.after.get());
        });
    tripwire_keys.AddEventHandler([this](const kube::Store<api::core::Secret>::Change& change,
                                         bool) { live_keys.TakeKey(change.after.get()); });
    policies.AddEventHandler([this](const kube::Store<v1::CredentialPolicy>::Change& change, bool) {
      WantCustomRules(change);
    });
    manager.AddRunnable("custom-rules", [this](const std::stop_token& stop) -> Result<void> {
      engines.Run(stop, [this](const auto& built) { ReportRules(built); });
      return {};
    });
    certificates.AddEventHandler(
        [this](const kube::Store<api::core::Secret>::Change& change, bool) {
          certificate.Take(change.after);
          runtime.metrics.Set(
              kCertificateExpiry, {{"certificate", "serving"}},
              std::chrono::duration<double>(certificate.expiry().time_since_epoch()).count());
        });
    for (kube::InformerBase* informer : std::initializer_list<kube::InformerBase*>{
             &certificates, &tripwire_keys, &namespaces, &secrets, &credentials, &issuers,
             &cluster_issuers, &policies, &exceptions}) {
      manager.Add(*informer);
    }
    ready.Add("informers", [this]() -> Result<void> {
      if (Synced()) return {};
      return Error::Unavailable("the first listing is not complete");
    });
    ready.Add("certificate", [this]() -> Result<void> {
      if (certificate.Current() != nullptr) return {};
      return Error::Unavailable("Secret " + settings.tls_secret +
                                " holds no usable certificate yet");
    });
  }

  Result<void> AddServers() {
    http::ServerOptions reviews{.name = "webhook",
                                .bind_address = settings.bind_address,
                                .port = settings.port,
                                .certificates = &certificate};
    // A verdict on an ordinary object takes about a tenth of a millisecond: less than handing it to
    // another thread and back. Large objects and access reviews must not hold up the others.
    reviews.workers = 4;
    // An API server takes requests of 3 MiB and writes some characters as six bytes; an update has
    // two objects. What is above the reader's limit is denied, which needs the request to arrive.
    reviews.limits.body_bytes = 32u << 20;
    reviews.is_immediate = [this](const http::ServerRequest& request) {
      return transport.IsImmediate(request);
    };
    KS_ASSIGN_OR_RETURN(
        server, http::HttpServer::Create(
                    reviews,
                    [this](const http::ServerRequest& request) { return transport.Serve(request); },
                    runtime.log, runtime.metrics, runtime.clock));
    KS_ASSIGN_OR_RETURN(metrics_server,
                        kube::MetricsServer::Create(
                            {settings.metrics_address, settings.metrics_port}, ready, runtime));
    manager.AddRunnable("webhook",
                        [this](const std::stop_token& stop) { return server->Run(stop); });
    manager.AddRunnable("memory", [this](const std::stop_token& stop) -> Result<void> {
      while (runtime.clock.SleepFor(std::chrono::seconds(5), stop)) {
        if (transport.HadLargeReview()) ReturnFreeMemory();
      }
      return {};
    });
    manager.AddRunnable("metrics",
                        [this](const std::stop_token& stop) { return metrics_server->Run(stop); });
    return {};
  }
};

Process::Process(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Process::~Process() = default;

Result<std::unique_ptr<Process>> Process::Create(const Settings& settings,
                                                 const kube::Runtime& runtime) {
  KS_ASSIGN_OR_RETURN(std::shared_ptr<const detection::Engine> engine,
                      detection::Engine::CreateDefault());
  auto parts = std::make_unique<Parts>(settings, runtime, std::move(engine));
  parts->Wire();
  KS_RETURN_IF_ERROR(parts->AddServers());
  runtime.log.Info("webhook created",
                   {{"port", parts->server->port()}, {"namespace", settings.namespace_name}});
  return std::unique_ptr<Process>(new Process(std::move(parts)));
}

Result<void> Process::Run(const std::stop_token& stop) { return parts_->manager.Run(stop); }

}  // namespace keysteward::webhook
