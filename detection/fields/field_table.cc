#include "detection/fields/field_table.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace keysteward::detection {
namespace {

using View = std::string_view;

bool OneOf(View name, std::initializer_list<View> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Sorted, for binary search.
constexpr std::array kReferences = std::to_array<View>({
    "apiGroup",
    "apiGroups",
    "claimName",
    "clusterIP",
    "clusterName",
    "configMap",
    "configMapKeyRef",
    "configMapName",
    "configMapRef",
    "existingConfigMap",
    "existingSecret",
    "existingSecretKey",
    "fieldPath",
    "fieldRef",
    "finalizers",
    "fromSecret",
    "group",
    "hostPath",
    "hostname",
    "image",
    "imagePullSecrets",
    "issuerRef",
    "key",
    "kind",
    "labelSelector",
    "matchExpressions",
    "matchLabels",
    "mountPath",
    "namespace",
    "namespaceSelector",
    "nodeName",
    "nodeSelector",
    "objectSelector",
    "passwordSecretKey",
    "path",
    "pathType",
    "podSelector",
    "ports",
    "property",
    "remoteRef",
    "resourceFieldRef",
    "resources",
    "roleRef",
    "secretKeyRef",
    "secretName",
    "secretRef",
    "secretStoreRef",
    "selector",
    "serviceAccount",
    "serviceAccountName",
    "serviceName",
    "storageClassName",
    "subPath",
    "subjects",
    "targetRef",
    "tls",
    "tolerations",
    "topologyKey",
    "valueFrom",
    "volumeMounts",
    "volumeName",
});
static_assert(std::is_sorted(kReferences.begin(), kReferences.end()));

constexpr View kReferenceEnds[] = {"SecretName",   "SecretRef",     "KeyRef", "ConfigMapRef",
                                   "SecretKeyRef", "SecretKeyName", "Ref",    "Selector",
                                   "ClassName",    "AccountName",   "KeyName"};

bool EndsLikeReference(View name) {
  return std::any_of(std::begin(kReferenceEnds), std::end(kReferenceEnds),
                     [&](View end) { return name.size() > end.size() && name.ends_with(end); });
}

Meaning ByKind(View kind, View name, int depth) {
  if (kind == "Secret" && depth == 1 && OneOf(name, {"data", "stringData"})) {
    return Meaning::kIgnored;
  }
  if (kind == "SealedSecret" && name == "encryptedData") return Meaning::kCiphertext;
  if (kind == "CertificateSigningRequest" && name == "request") return Meaning::kCiphertext;
  if (OneOf(kind, {"Role", "ClusterRole"}) && name == "rules") return Meaning::kReference;
  if (OneOf(kind, {"SecretStore", "ClusterSecretStore"}) && depth > 1) return Meaning::kReference;
  if (OneOf(kind, {"ExternalSecret", "ClusterExternalSecret", "PushSecret"}) &&
      OneOf(name, {"data", "dataFrom"}) && depth == 2) {
    return Meaning::kReference;
  }
  if (kind == "SecretProviderClass" && depth > 1) return Meaning::kReference;
  if (kind == "CustomResourceDefinition" && depth == 1 && name == "spec") return Meaning::kSchema;
  return Meaning::kLiteral;
}

}  // namespace

Meaning MeaningOf(View kind, View name, int depth) {
  const Meaning by_kind = ByKind(kind, name, depth);
  if (by_kind != Meaning::kLiteral) return by_kind;
  if (depth == 1) {
    if (OneOf(name, {"apiVersion", "kind"})) return Meaning::kReference;
    if (name == "sops") return Meaning::kCiphertext;
  }
  if (OneOf(name, {"caBundle", "encryptedData", "ca.crt"})) return Meaning::kCiphertext;
  if (OneOf(name, {"openAPIV3Schema", "$schema"})) return Meaning::kSchema;
  if (OneOf(name, {"managedFields", "ownerReferences", "uid", "resourceVersion",
                   "creationTimestamp", "selfLink"})) {
    return Meaning::kIgnored;
  }
  if (IsProse(name)) return Meaning::kReference;
  if (std::binary_search(kReferences.begin(), kReferences.end(), name) || EndsLikeReference(name)) {
    return Meaning::kReference;
  }
  return Meaning::kLiteral;
}

bool IsProse(View name) {
  return OneOf(name, {"description", "summary", "title", "help", "documentation", "comment",
                      "message", "notes", "change-cause", "runbook_url"});
}

bool IsCommandLine(View name) {
  return OneOf(name, {"args", "command", "arguments", "extraArgs", "cmd", "entrypoint"});
}

bool IsEnvironment(View name) {
  return OneOf(name, {"env", "environment", "envs", "extraEnv", "extraEnvs", "extraEnvVars",
                      "envVars", "extraEnvironment"});
}

bool IsParameterList(View name) {
  return OneOf(name, {"parameters", "params", "set", "parameterOverrides"});
}

bool IsHeaderList(View name) {
  return OneOf(name, {"httpHeaders", "headers", "requestHeaders", "customRequestHeaders"});
}

}  // namespace keysteward::detection
