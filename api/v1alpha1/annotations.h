// The annotations, labels, finalizers and fixed names that Keysteward writes or reads, once.
// docs/annotations.md lists them for users.
#pragma once

#include <string>

namespace keysteward::api::v1alpha1 {

inline constexpr const char* kOwnerAnnotation = "keysteward.dev/owner";
inline constexpr const char* kExpiresAtAnnotation = "keysteward.dev/expires-at";
inline constexpr const char* kPurposeAnnotation = "keysteward.dev/purpose";

// On the delivered Secret: name of its ManagedCredential, and which key and delivery it holds.
inline constexpr const char* kManagedByAnnotation = "keysteward.dev/managed-by";
inline constexpr const char* kManagedLabel = "keysteward.dev/managed";
inline constexpr const char* kGenerationAnnotation = "keysteward.dev/generation";
inline constexpr const char* kRevisionAnnotation = "keysteward.dev/revision";
inline constexpr const char* kKeyIdAnnotation = "keysteward.dev/key-id";
// Keyed digest of what the Secret should hold; whoever edits the Secret cannot make it match.
inline constexpr const char* kContentAnnotation = "keysteward.dev/content";

// On a staged key: its mark, by which a literal copy of it is refused; detection/engine/tripwire.h.
inline constexpr const char* kTripwireAnnotation = "keysteward.dev/tripwire";
// Label that every staged Secret carries.
inline constexpr const char* kStagedLabel = "keysteward.dev/staged";

// On pods and pod templates, written by people.
inline constexpr const char* kInjectAnnotation = "keysteward.dev/inject";
inline constexpr const char* kInjectAsAnnotation = "keysteward.dev/inject-as";
inline constexpr const char* kInjectContainersAnnotation = "keysteward.dev/inject-containers";

// On a namespace: deny, warn, audit or off.
inline constexpr const char* kEnforceLabel = "keysteward.dev/enforce";
// On a ManagedCredential being deleted: its uid, to delete although pods still use the key.
inline constexpr const char* kForceDeleteAnnotation = "keysteward.dev/force-delete";
// On a Secret that a CredentialIssuer may read its admin credential from.
inline constexpr const char* kIssuerCredentialLabel = "keysteward.dev/issuer-credential";

inline constexpr const char* kCredentialFinalizer = "keysteward.dev/credential";
inline constexpr const char* kJournalFinalizer = "keysteward.dev/journal";

inline constexpr const char* kFieldManager = "keysteward";

// The CredentialPolicy of namespaces that no other one selects.
inline constexpr const char* kDefaultPolicy = "default";

// Key of ConfigMap "keysteward" in the operator's namespace that stops every effect.
inline constexpr const char* kEmergencyDisableKey = "emergency-disable";
inline constexpr const char* kSwitchConfigMap = "keysteward";
inline constexpr const char* kInstallationConfigMap = "keysteward-installation";
inline constexpr const char* kInstallationIdKey = "id";
// Secret in the operator's namespace whose entry keys the marks of live keys.
inline constexpr const char* kTripwireKeySecret = "keysteward-tripwire-key";
inline constexpr const char* kTripwireKeyEntry = "key";
// PEM of the key that checks evidence; published so that who may not read Secrets can export it.
inline constexpr const char* kEvidencePublicKey = "evidence-public-key";

// On a workload: when we restarted it last; see operator/restart/restart_history.h.
inline constexpr const char* kRestartsAnnotation = "keysteward.dev/restarts";

inline constexpr const char* kRevisionAnnotationPrefix = "revision.keysteward.dev/";

// On pod templates and pods: the delivery of that credential the pod was started with or after.
inline std::string RevisionAnnotation(const std::string& credential) {
  return kRevisionAnnotationPrefix + credential;
}

}  // namespace keysteward::api::v1alpha1
