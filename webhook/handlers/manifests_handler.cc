#include "webhook/handlers/manifests_handler.h"

#include "common/strings.h"
#include "observability/metric_names.h"
#include "policy/judge.h"
#include "webhook/handlers/injection.h"

namespace keysteward::webhook {

using policy::Action;

namespace {

policy::Operation ToPolicy(Operation operation) {
  switch (operation) {
    case Operation::kUpdate:
      return policy::Operation::kUpdate;
    case Operation::kDelete:
      return policy::Operation::kDelete;
    default:
      return policy::Operation::kCreate;
  }
}

// The request names the object: what its body says of itself is not trusted.
detection::ObjectIdentity IdentityOf(const AdmissionRequest& request) {
  detection::ObjectIdentity identity = detection::IdentityOf(*request.object);
  identity.kind = request.kind;
  identity.api_version =
      request.group.empty() ? request.version : request.group + "/" + request.version;
  identity.namespace_name = request.namespace_name;
  if (!request.name.empty()) identity.name = request.name;
  return identity;
}

// One scratch per thread; its buffers grow once, by reviews that are not large. A new engine may
// stand where an old one stood, so engines are told apart by their ownership.
detection::Scratch& ScratchOf(const std::shared_ptr<const detection::Engine>& engine) {
  thread_local std::weak_ptr<const detection::Engine> owner;
  thread_local std::unique_ptr<detection::Scratch> scratch;
  if (scratch == nullptr || owner.owner_before(engine) || engine.owner_before(owner)) {
    scratch = engine->NewScratch();
    owner = engine;
  }
  return *scratch;
}

}  // namespace

std::string ManifestsHandler::MissingInjection(const AdmissionRequest& request) const {
  if (request.kind != "Pod" || request.operation != Operation::kCreate) return "";
  const Result<InjectionPlan> plan = PlanInjection(request, view_.credentials);
  if (!plan) return plan.error().message;
  if (plan->operations.empty()) return "";
  return "metadata.annotations[keysteward.dev/inject]: the credential was not injected, so the pod "
         "would start without it\n"
         "Fix: create the pod again; if it stays, see whether the mutating webhook answers.";
}

Result<AdmissionResponse> ManifestsHandler::Handle(const AdmissionRequest& request) {
  const bool written =
      request.operation == Operation::kCreate || request.operation == Operation::kUpdate;
  const bool judged = request.subresource.empty() || request.subresource == "ephemeralcontainers";
  if (!written || !judged) return Allow();
  if (const std::string missing = MissingInjection(request); !missing.empty()) {
    return Deny("InjectionMissing", missing);
  }
  policy::Review review;
  review.namespace_labels = view_.LabelsOf(request.namespace_name);
  const policy::PolicySnapshot snapshot =
      view_.PoliciesFor(request.namespace_name, review.namespace_labels);
  review.object = request.object;
  review.old_object = request.old_object;
  review.identity = IdentityOf(request);
  review.operation = ToPolicy(request.operation);
  review.user = request.user;
  const std::shared_ptr<const detection::Engine> engine = engines_.Current();
  const std::shared_ptr<const detection::Tripwire> live_keys = live_keys_.Current();
  const std::unique_ptr<detection::Scratch> own =
      request.bytes > kLargeReview ? engine->NewScratch() : nullptr;
  detection::Scratch& scratch = own != nullptr ? *own : ScratchOf(engine);
  const policy::Verdict verdict = policy::Judge(
      review, {*engine, scratch, snapshot, secrets_, clock_.WallNow(), live_keys.get()});
  AdmissionResponse response;
  for (const policy::Judgement& judgement : verdict.judgements) {
    const bool waived = !judgement.exception.empty();
    if (judgement.action == Action::kAllow && !waived) continue;
    if (!waived) metrics_.Increment(kFindings, {{"rule", judgement.finding.rule}});
    response.audit_annotations.try_emplace("rule", judgement.finding.rule);
    response.audit_annotations.try_emplace("fingerprint", judgement.finding.fingerprint);
    if (waived) response.audit_annotations.try_emplace("exception", judgement.exception);
  }
  response.warnings = verdict.warnings;
  if (std::string unknown = UnknownInTemplate(request, view_.credentials); !unknown.empty()) {
    response.warnings.insert(response.warnings.begin(), std::move(unknown));
  }
  if (verdict.action == Action::kDeny) {
    response.allowed = false;
    response.reason = "CredentialRefused";
    response.message = verdict.message;
    if (!request.dry_run) refused_(request.namespace_name);
  }
  return response;
}

}  // namespace keysteward::webhook
