#include "webhook/handlers/kinds_handler.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "api/v1alpha1/credential_exception_validation.h"
#include "api/v1alpha1/credential_issuer_validation.h"
#include "api/v1alpha1/credential_policy_validation.h"
#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/credential_rotation_validation.h"
#include "api/v1alpha1/managed_credential_validation.h"
#include "common/strings.h"
#include "detection/engine/pattern.h"
#include "policy/custom_rules.h"
#include "policy/manifest_json.h"
#include "webhook/handlers/access_review.h"
#include "webhook/handlers/secret_protection.h"

namespace keysteward::webhook {

namespace v1 = api::v1alpha1;
using v1::CredentialException;
using v1::CredentialRotation;
using v1::FieldErrors;
using v1::ManagedCredential;

namespace {

constexpr size_t kMaxShown = 3;

AdmissionResponse Answer(const FieldErrors& errors) {
  if (errors.empty()) return Allow();
  std::string message;
  for (size_t i = 0; i < errors.size() && i < kMaxShown; ++i) {
    message += (i == 0 ? "" : "\n") + errors[i].ToString();
  }
  return Deny("Invalid", message);
}

template <typename T>
Result<T> DecodeNode(const detection::Node& node) {
  return api::Decode<T>(policy::ManifestJson(node));
}

// A wrong type is the author's mistake, not ours.
AdmissionResponse Unreadable(const Error& error) { return Deny("Invalid", error.message); }

const v1::IssuerSpec* FindIssuer(const ClusterView& view, const ManagedCredential& credential,
                                 std::shared_ptr<const void>& keep) {
  const v1::IssuerRef& reference = credential.spec.issuer_ref;
  if (reference.kind == v1::IssuerKind::kClusterCredentialIssuer) {
    const auto issuer = view.cluster_issuers.Get({"", reference.name});
    keep = issuer;
    return issuer == nullptr ? nullptr : &issuer->spec;
  }
  const auto issuer = view.issuers.Get({credential.metadata.namespace_name, reference.name});
  keep = issuer;
  return issuer == nullptr ? nullptr : &issuer->spec;
}

FieldErrors SecretClaims(const ClusterView& view, const ManagedCredential& credential) {
  for (const auto& other : view.credentials.List(credential.metadata.namespace_name)) {
    if (other->metadata.name == credential.metadata.name ||
        other->spec.delivery.secret_name != credential.spec.delivery.secret_name) {
      continue;
    }
    return {{"spec.delivery.secretName", "is delivered by ManagedCredential " +
                                             other->metadata.name +
                                             " already; choose another name"}};
  }
  return {};
}

AdmissionResponse HandlePolicy(const AdmissionRequest& request) {
  const Result<v1::CredentialPolicy> policy = DecodeNode<v1::CredentialPolicy>(*request.object);
  if (!policy) return Unreadable(policy.error());
  FieldErrors errors = v1::Validate(*policy);
  // Rules are tried only when they have the size that the schema allows.
  if (errors.empty()) errors = policy::CheckCustomRules(*policy);
  return Answer(errors);
}

template <typename T>
AdmissionResponse ValidateAlone(const AdmissionRequest& request) {
  const Result<T> object = DecodeNode<T>(*request.object);
  return object ? Answer(v1::Validate(*object)) : Unreadable(object.error());
}

// Labels and finalizers of an old object stay writable, whatever became of its spec meanwhile;
// without that a namespace could hang in deletion.
bool SpecIsAsBefore(const AdmissionRequest& request) {
  return request.operation == Operation::kUpdate && request.object->Find("spec") != nullptr &&
         SameTree(request.object->Find("spec"), request.old_object->Find("spec"));
}

std::string LabelOf(const detection::Node* object, const char* name) {
  for (const char* member : {"metadata", "labels"}) {
    if (object == nullptr) return "";
    object = object->Find(member);
  }
  return object == nullptr ? "" : std::string(object->String(name));
}

}  // namespace

bool KindsHandler::IsTrusted(const std::string& user) const {
  return user == operator_user_ ||
         user == "system:serviceaccount:kube-system:generic-garbage-collector" ||
         user == "system:serviceaccount:kube-system:namespace-controller" ||
         user == "system:kube-controller-manager";
}

Result<AdmissionResponse> KindsHandler::HandleCredential(const AdmissionRequest& request) {
  const Result<ManagedCredential> credential = DecodeNode<ManagedCredential>(*request.object);
  if (!credential) return Unreadable(credential.error());
  ManagedCredential named = *credential;
  named.metadata.namespace_name = request.namespace_name;
  FieldErrors errors;
  if (request.operation == Operation::kCreate) {
    errors = v1::ValidateCreate(named, clock_.WallNow());
    const FieldErrors claims = SecretClaims(view_, named);
    errors.insert(errors.end(), claims.begin(), claims.end());
  } else {
    KS_ASSIGN_OR_RETURN(const ManagedCredential before,
                        DecodeNode<ManagedCredential>(*request.old_object));
    errors = v1::ValidateUpdate(before, named, clock_.WallNow());
  }
  std::shared_ptr<const void> keep;
  const v1::IssuerSpec* issuer = FindIssuer(view_, named, keep);
  if (issuer != nullptr) {
    const FieldErrors wrong =
        v1::ValidateParameters(named.spec, issuer->Parameters(), detection::PatternFound);
    errors.insert(errors.end(), wrong.begin(), wrong.end());
  }
  AdmissionResponse response = Answer(errors);
  if (issuer == nullptr && response.allowed) {
    response.warnings.push_back("spec.issuerRef: there is no " +
                                std::string(EnumName(named.spec.issuer_ref.kind)) + " " +
                                named.spec.issuer_ref.name + " yet; the credential waits for it");
  }
  return response;
}

Result<AdmissionResponse> KindsHandler::HandleRotation(const AdmissionRequest& request) {
  const Result<CredentialRotation> rotation = DecodeNode<CredentialRotation>(*request.object);
  if (!rotation) return Unreadable(rotation.error());
  if (request.operation == Operation::kUpdate) {
    KS_ASSIGN_OR_RETURN(const CredentialRotation before,
                        DecodeNode<CredentialRotation>(*request.old_object));
    return Answer(v1::ValidateUpdate(before, *rotation));
  }
  FieldErrors errors = v1::Validate(*rotation);
  const auto& spec = rotation->spec;
  const bool by_operator = request.user == operator_user_;
  if (!by_operator && spec.requested_by != request.user) {
    errors.push_back({"spec.requestedBy", "must be your own name, " + Printable(request.user, 128) +
                                              "; leave it out and it is filled in"});
  }
  if (!by_operator && !v1::MayBeRequested(spec.cause)) {
    errors.push_back({"spec.cause",
                      "is kept for Keysteward itself; use Manual, Leak, OwnerChange "
                      "or Decommission"});
  }
  if (!errors.empty() || by_operator) return Answer(errors);
  const auto require = [&](bool asked, const char* verb, const char* field) -> Result<void> {
    if (!asked) return {};
    KS_ASSIGN_OR_RETURN(const bool may, MayDo(client_, request, verb, "credentialrotations"));
    if (!may) {
      errors.push_back({field, std::string("needs the verb ") + verb +
                                   " on credentialrotations.keysteward.dev; ask for role "
                                   "keysteward-emergency-rotator"});
    }
    return {};
  };
  KS_RETURN_IF_ERROR(require(spec.urgency == v1::Urgency::kEmergency, "emergency", "spec.urgency"));
  KS_RETURN_IF_ERROR(require(spec.revoke == v1::RevokeOrder::kFirst, "revokefirst", "spec.revoke"));
  return Answer(errors);
}

Result<AdmissionResponse> KindsHandler::HandleException(const AdmissionRequest& request) {
  const Result<CredentialException> waiver = DecodeNode<CredentialException>(*request.object);
  if (!waiver) return Unreadable(waiver.error());
  const WallTime now = clock_.WallNow();
  if (request.operation == Operation::kCreate) return Answer(v1::ValidateCreate(*waiver, now));
  KS_ASSIGN_OR_RETURN(const CredentialException before,
                      DecodeNode<CredentialException>(*request.old_object));
  return Answer(v1::ValidateUpdate(before, *waiver, now));
}

Result<AdmissionResponse> KindsHandler::HandleNamespace(const AdmissionRequest& request) {
  const std::string before = LabelOf(request.old_object, v1::kEnforceLabel);
  if (LabelOf(request.object, v1::kEnforceLabel) == before) return Allow();
  AdmissionRequest cluster_wide = request;
  cluster_wide.namespace_name.clear();
  KS_ASSIGN_OR_RETURN(const bool may,
                      MayDo(client_, cluster_wide, "enforce", "credentialpolicies"));
  if (may) return Allow();
  return Deny("Forbidden", std::string("metadata.labels[") + v1::kEnforceLabel +
                               "]: changing the mode of a namespace needs the verb enforce on "
                               "credentialpolicies.keysteward.dev; ask for role "
                               "keysteward-policy-admin");
}

Result<AdmissionResponse> KindsHandler::Handle(const AdmissionRequest& request) {
  const bool written =
      request.operation == Operation::kCreate || request.operation == Operation::kUpdate;
  // Labels can be written through status and finalize too.
  if (request.kind == "Namespace") return written ? HandleNamespace(request) : Allow();
  if (request.subresource == "status") {
    if (IsTrusted(request.user)) return Allow();
    return Deny("Forbidden", "status is written by Keysteward alone; change spec instead");
  }
  if (request.kind == "Secret") {
    if (IsTrusted(request.user)) return Allow();
    std::optional<std::string> refusal = ManagedSecretRefusal(request);
    return refusal ? Deny("Forbidden", *std::move(refusal)) : Allow();
  }
  if (!written || !request.subresource.empty()) return Allow();
  if (SpecIsAsBefore(request)) return Allow();
  if (request.kind == "ManagedCredential") return HandleCredential(request);
  if (request.kind == "CredentialRotation") return HandleRotation(request);
  if (request.kind == "CredentialIssuer") return ValidateAlone<v1::CredentialIssuer>(request);
  if (request.kind == "ClusterCredentialIssuer") {
    return ValidateAlone<v1::ClusterCredentialIssuer>(request);
  }
  if (request.kind == "CredentialPolicy") return HandlePolicy(request);
  if (request.kind == "CredentialException") return HandleException(request);
  return Deny("BadRequest",
              "Keysteward has no rules for this kind: repair the registration of the "
              "webhook at path /validate/kinds");
}

}  // namespace keysteward::webhook
