#include "webhook/handlers/injection.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "api/core/pod_types.h"
#include "api/core/secret_references.h"
#include "api/meta/decode.h"
#include "api/v1alpha1/annotations.h"
#include "common/digest.h"
#include "common/strings.h"
#include "kube/patch/json_patch.h"
#include "policy/manifest_json.h"

namespace keysteward::webhook {

namespace v1 = api::v1alpha1;
using detection::Node;
using nlohmann::json;
using v1::ManagedCredential;
using Credentials = kube::Lister<ManagedCredential>;

namespace {

constexpr const char* kMountRoot = "/var/run/keysteward/";
constexpr size_t kMaxNamed = 10;

std::string AnnotationOf(const Node* object, const char* name) {
  for (const char* member : {"metadata", "annotations"}) {
    if (object == nullptr) return "";
    object = object->Find(member);
  }
  return object == nullptr ? "" : std::string(object->String(name));
}

std::string NameOf(const json& item, const char* key = "name") {
  if (!item.is_object()) return "";
  const auto name = item.find(key);
  return name != item.end() && name->is_string() ? name->get<std::string>() : "";
}

bool IsList(const json& parent, const char* member) {
  return parent.contains(member) && parent[member].is_array();
}

// A volume's name is a DNS label, a credential's may have dots.
std::string VolumeName(const std::string& credential) {
  constexpr size_t kDigits = 16;
  const bool is_label = credential.find('.') == std::string::npos;
  return "keysteward-" + (is_label ? credential : Sha256Hex(credential).substr(0, kDigits));
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
  return Error::InvalidArgument(
      "metadata.annotations[keysteward.dev/inject]: " + Printable(name, 64) +
      " is no ManagedCredential of namespace " + namespace_name +
      "\nFix: create it, or name one of those there are: " +
      (known.empty() ? "none" : Join(known, ", ")) + ".");
}

// A misspelt container would start without its key.
Result<void> CheckContainers(const json& pod, const std::vector<std::string>& only) {
  std::vector<std::string> known;
  for (const char* list : {"initContainers", "containers"}) {
    if (!IsList(pod["spec"], list)) continue;
    for (const json& container : pod["spec"][list]) known.push_back(NameOf(container));
  }
  for (const std::string& name : only) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (known.size() > kMaxNamed) known.resize(kMaxNamed);
    return Error::InvalidArgument(
        "metadata.annotations[keysteward.dev/inject-containers]: " + Printable(name, 64) +
        " is no container of the pod\n" + "Fix: name some of these: " + Join(known, ", ") + ".");
  }
  return {};
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
    const std::string volume = VolumeName(credential.metadata.name);
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
      if (!IsList(pod_["spec"], list)) continue;
      json& containers = pod_["spec"][list];
      for (size_t i = 0; i < containers.size(); ++i) {
        const std::string name = NameOf(containers[i]);
        const bool wanted = only.empty() || std::find(only.begin(), only.end(), name) != only.end();
        if (wanted && containers[i].is_object()) each(list, i, containers[i]);
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
    if (!IsList(parent, member)) {
      parent[member] = json::array();
      patch.Add(path, json::array());
    }
    for (const json& existing : parent[member]) {
      if (NameOf(existing, key) == name) return;
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

// 0 for what is no number.
int64_t NumberIn(const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

// The restarter may be one delivery ahead of what this process has seen. Anything beyond is no
// delivery there ever was, and would make the pod look current for ever.
bool IsTrueStamp(int64_t stamp, const v1::ManagedCredentialStatus& status) {
  return stamp >= status.settled_revision && stamp <= status.revision + 1;
}

}  // namespace

json PlanStamps(const json& pod, const std::string& namespace_name,
                const Credentials& credentials) {
  json object = pod;
  if (!object.contains("metadata") || !object["metadata"].is_object()) return json::array();
  object["metadata"]["namespace"] = namespace_name;
  const Result<api::core::Pod> decoded = api::Decode<api::core::Pod>(object);
  if (!decoded) return json::array();
  kube::JsonPatch patch;
  // Null reads as none, and nothing can be added to it.
  bool has_annotations = object["metadata"].value("annotations", json()).is_object();
  for (const auto& credential : credentials.List(namespace_name)) {
    const auto& status = credential->status;
    const std::string& name = credential->metadata.name;
    if (status.settled_revision < 1 ||
        !api::core::UsesCredential(decoded->metadata, decoded->spec,
                                   credential->spec.delivery.secret_name, name)) {
      continue;
    }
    const std::string key = v1::RevisionAnnotation(name);
    if (IsTrueStamp(NumberIn(decoded->metadata.Annotation(key)), status)) continue;
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
  const Node* object = request.object;
  const std::vector<std::string> names = ListIn(AnnotationOf(object, v1::kInjectAnnotation));
  if (names.empty()) return plan;
  json pod = policy::ManifestJson(*object);
  if (!pod.contains("spec") || !pod["spec"].is_object()) return plan;
  const std::string as = AnnotationOf(object, v1::kInjectAsAnnotation);
  if (!as.empty() && as != "env" && as != "file") {
    return Error::InvalidArgument(
        "metadata.annotations[keysteward.dev/inject-as]: is neither env "
        "nor file\nFix: write one of them, or leave it out for env.");
  }
  const std::vector<std::string> only =
      ListIn(AnnotationOf(object, v1::kInjectContainersAnnotation));
  KS_RETURN_IF_ERROR(CheckContainers(pod, only));
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

std::string UnknownInTemplate(const AdmissionRequest& request, const Credentials& credentials) {
  const Node* spec = request.object->Find("spec");
  const Node* job = spec == nullptr ? nullptr : spec->Find("jobTemplate");
  if (job != nullptr) spec = job->Find("spec");
  const Node* pod = spec == nullptr ? nullptr : spec->Find("template");
  for (const std::string& name : ListIn(AnnotationOf(pod, v1::kInjectAnnotation))) {
    if (credentials.Get({request.namespace_name, name}) != nullptr) continue;
    return "its pods ask for " + Printable(name, 64) +
           ", which is no ManagedCredential of the namespace yet; they will be refused";
  }
  return "";
}

}  // namespace keysteward::webhook
