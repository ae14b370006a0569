#include "webhook/handlers/injection.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "api/core/pod_types.h"
#include "api/core/secret_references.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "common/strings.h"
#include "detection/reader/to_json.h"
#include "kube/patch/json_patch.h"

namespace keysteward::webhook {

namespace v1 = api::v1alpha1;
using nlohmann::json;
using v1::ManagedCredential;
using Credentials = kube::Lister<ManagedCredential>;

namespace {

constexpr const char* kMountRoot = "/var/run/keysteward/";
constexpr size_t kMaxNamed = 10;

std::string AnnotationOf(const json& pod, const char* name) {
  const json metadata = pod.value("metadata", json::object());
  const json annotations = metadata.value("annotations", json::object());
  return annotations.is_object() ? annotations.value(name, "") : "";
}

std::vector<std::string> ListIn(const std::string& text) {
  std::vector<std::string> names;
  for (const std::string_view piece : Split(text, ',')) {
    if (const std::string_view name = Trim(piece); !name.empty()) names.emplace_back(name);
  }
  return names;
}

Error UnknownCredential(const std::string& name, const std::string& namespace_name,
                        const Credentials& credentials) {
  std::vector<std::string> known;
  for (const auto& credential : credentials.List(namespace_name)) {
    if (known.size() == kMaxNamed) break;
    known.push_back(credential->metadata.name);
  }
  return Error::InvalidArgument("annotation keysteward.dev/inject names " + Printable(name, 64) +
                                ", which is no ManagedCredential of namespace " + namespace_name +
                                "; there are: " + (known.empty() ? "none" : Join(known, ", ")));
}

// Adds what a credential's injection lacks to `pod` and the same steps to `patch`.
class Injector {
 public:
  Injector(json& pod, json& operations) : pod_(pod), operations_(operations) {}

  void InjectEnv(const ManagedCredential& credential, const std::vector<std::string>& only) {
    ForContainers(only, [&](const std::string& list, size_t index, json& container) {
      for (const auto& entry : credential.spec.delivery.EffectiveEntries()) {
        AddEnv({"spec", list, std::to_string(index)}, container, entry.name,
               credential.spec.delivery.secret_name);
      }
    });
  }

  void InjectFiles(const ManagedCredential& credential, const std::vector<std::string>& only) {
    const std::string volume = "keysteward-" + credential.metadata.name;
    AddToList(
        {"spec", "volumes"}, pod_["spec"], "volumes", "name", volume,
        {{"name", volume}, {"secret", {{"secretName", credential.spec.delivery.secret_name}}}});
    ForContainers(only, [&](const std::string& list, size_t index, json& container) {
      AddToList({"spec", list, std::to_string(index), "volumeMounts"}, container, "volumeMounts",
                "name", volume,
                {{"name", volume},
                 {"mountPath", kMountRoot + credential.metadata.name},
                 {"readOnly", true}});
    });
  }

 private:
  template <typename Each>
  void ForContainers(const std::vector<std::string>& only, Each each) {
    for (const char* list : {"initContainers", "containers"}) {
      if (!pod_["spec"].contains(list) || !pod_["spec"][list].is_array()) continue;
      json& containers = pod_["spec"][list];
      for (size_t i = 0; i < containers.size(); ++i) {
        const std::string name = containers[i].value("name", "");
        const bool wanted = only.empty() || std::find(only.begin(), only.end(), name) != only.end();
        if (wanted) each(list, i, containers[i]);
      }
    }
  }

  void AddEnv(kube::JsonPath container_path, json& container, const std::string& name,
              const std::string& secret) {
    container_path.push_back("env");
    AddToList(
        container_path, container, "env", "name", name,
        {{"name", name}, {"valueFrom", {{"secretKeyRef", {{"name", secret}, {"key", name}}}}}});
  }

  // Appends an item unless the list holds one of that name; makes the list where there is none.
  void AddToList(const kube::JsonPath& path, json& parent, const char* member, const char* key,
                 const std::string& name, json item) {
    kube::JsonPatch patch;
    if (!parent.contains(member) || !parent[member].is_array()) {
      parent[member] = json::array();
      patch.Add(path, json::array());
    }
    for (const json& existing : parent[member]) {
      if (existing.is_object() && existing.value(key, "") == name) return;
    }
    kube::JsonPath end = path;
    end.push_back("-");
    patch.Add(end, item);
    parent[member].push_back(std::move(item));
    for (const json& operation : patch.operations()) operations_.push_back(operation);
  }

  json& pod_;
  json& operations_;
};

int64_t NumberIn(const std::string& text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

json PlanStamps(const json& pod, const std::string& namespace_name,
                const Credentials& credentials) {
  json object = pod;
  object["metadata"]["namespace"] = namespace_name;
  const Result<api::core::Pod> decoded = api::Decode<api::core::Pod>(object);
  if (!decoded) return json::array();
  kube::JsonPatch patch;
  bool has_annotations = pod.value("metadata", json::object()).contains("annotations");
  for (const auto& credential : credentials.List(namespace_name)) {
    const auto& status = credential->status;
    const std::string& name = credential->metadata.name;
    if (status.settled_revision < 1 ||
        !api::core::UsesCredential(decoded->metadata, decoded->spec,
                                   credential->spec.delivery.secret_name, name)) {
      continue;
    }
    const std::string key = v1::RevisionAnnotation(name);
    if (NumberIn(decoded->metadata.Annotation(key)) >= status.settled_revision) continue;
    if (!std::exchange(has_annotations, true)) {
      patch.Add({"metadata", "annotations"}, json::object());
    }
    patch.Add({"metadata", "annotations", key}, std::to_string(status.settled_revision));
  }
  return patch.operations();
}

Result<InjectionPlan> PlanInjection(const AdmissionRequest& request,
                                    const Credentials& credentials) {
  InjectionPlan plan;
  json pod = detection::ToJson(*request.object);
  const std::vector<std::string> names = ListIn(AnnotationOf(pod, v1::kInjectAnnotation));
  if (names.empty() || !pod.contains("spec") || !pod["spec"].is_object()) return plan;
  const std::string as = AnnotationOf(pod, v1::kInjectAsAnnotation);
  if (!as.empty() && as != "env" && as != "file") {
    return Error::InvalidArgument("annotation keysteward.dev/inject-as must be env or file");
  }
  const std::vector<std::string> only = ListIn(AnnotationOf(pod, v1::kInjectContainersAnnotation));
  Injector injector(pod, plan.operations);
  for (const std::string& name : names) {
    const auto credential = credentials.Get({request.namespace_name, name});
    if (credential == nullptr) {
      return UnknownCredential(name, request.namespace_name, credentials);
    }
    if (as == "file") {
      injector.InjectFiles(*credential, only);
    } else {
      injector.InjectEnv(*credential, only);
    }
  }
  return plan;
}

}  // namespace keysteward::webhook
