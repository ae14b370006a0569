#include "detection/fields/field_table.h"

#include <algorithm>
#include <initializer_list>
#include <unordered_map>

namespace keysteward::detection {
namespace {

using View = std::string_view;

bool OneOf(View name, std::initializer_list<View> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

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

struct Row {
  Meaning meaning;
  Role role;
  std::initializer_list<View> names;
};

// What these names mean wherever they stand.
using Words = std::unordered_map<View, FieldUse>;
Words MakeWords() {
  const Row rows[] = {
      {Meaning::kCiphertext, Role::kPlain, {"caBundle", "encryptedData", "ca.crt"}},
      {Meaning::kSchema, Role::kPlain, {"openAPIV3Schema", "$schema"}},
      {Meaning::kIgnored,
       Role::kPlain,
       {"managedFields", "ownerReferences", "uid", "resourceVersion", "creationTimestamp",
        "selfLink"}},
      {Meaning::kReference,
       Role::kProse,
       {"description", "summary", "title", "help", "documentation", "comment", "message", "notes",
        "change-cause", "runbook_url"}},
      {Meaning::kReference,
       Role::kPlain,
       {"apiGroup",
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
        "tolerations",
        "topologyKey",
        "valueFrom",
        "volumeMounts",
        "volumeName"}},
      {Meaning::kLiteral,
       Role::kCommandLine,
       {"args", "command", "arguments", "extraArgs", "cmd", "entrypoint"}},
      {Meaning::kLiteral,
       Role::kEnvironment,
       {"env", "environment", "envs", "extraEnv", "extraEnvs", "extraEnvVars", "envVars",
        "extraEnvironment"}},
      {Meaning::kLiteral, Role::kParameters, {"parameters", "params", "set", "parameterOverrides"}},
      {Meaning::kLiteral,
       Role::kHeaders,
       {"httpHeaders", "headers", "requestHeaders", "customRequestHeaders"}},
      {Meaning::kLiteral, Role::kCredentials, {"secureJsonData"}},
  };
  Words words;
  for (const Row& row : rows) {
    for (const View name : row.names) words[name] = {row.meaning, row.role};
  }
  return words;
}

FieldUse ByName(View name) {
  static const Words kWords = MakeWords();
  const auto found = kWords.find(name);
  if (found != kWords.end()) return found->second;
  return {EndsLikeReference(name) ? Meaning::kReference : Meaning::kLiteral, Role::kPlain};
}

}  // namespace

FieldUse UseOf(View kind, View name, int depth) {
  FieldUse use = ByName(name);
  // A status is a controller's report, no person's literal.
  if (depth == 1 && (name == "apiVersion" || name == "status")) use.meaning = Meaning::kReference;
  if (depth == 1 && name == "sops") use.meaning = Meaning::kCiphertext;
  const Meaning by_kind = ByKind(kind, name, depth);
  if (by_kind != Meaning::kLiteral) use.meaning = by_kind;
  return use;
}

bool IsReferenceObject(View name) {
  return name.ends_with("Secret") || name.ends_with("SecretRef") || name.ends_with("SecretSource");
}

bool IsProse(View name) { return ByName(name).role == Role::kProse; }

}  // namespace keysteward::detection
