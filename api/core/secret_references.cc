#include "api/core/secret_references.h"

#include <algorithm>

#include "api/v1alpha1/annotations.h"
#include "common/strings.h"

namespace keysteward::api::core {
namespace {

void AddContainers(const std::vector<Container>& containers, std::set<std::string>& names) {
  for (const Container& container : containers) {
    for (const EnvVar& variable : container.env) {
      if (variable.secret_key) names.insert(variable.secret_key->name);
    }
    for (const EnvFromSource& source : container.env_from) names.insert(source.secret_name);
  }
}

void AddVolume(const Volume& volume, std::set<std::string>& names) {
  if (volume.secret) names.insert(volume.secret->name);
  for (const FileSource& source : volume.projected_secrets) names.insert(source.name);
  if (volume.csi) names.insert(volume.csi->node_publish_secret);
  names.insert(volume.mount_secret);
}

}  // namespace

std::set<std::string> ReferencedSecrets(const PodSpec& spec) {
  std::set<std::string> names(spec.image_pull_secrets.begin(), spec.image_pull_secrets.end());
  AddContainers(spec.init_containers, names);
  AddContainers(spec.containers, names);
  AddContainers(spec.ephemeral_containers, names);
  for (const Volume& volume : spec.volumes) AddVolume(volume, names);
  names.erase("");
  return names;
}

std::vector<std::string> InjectedCredentials(const ObjectMeta& metadata) {
  std::vector<std::string> names;
  const std::string list = metadata.Annotation(v1alpha1::kInjectAnnotation);
  for (const std::string_view piece : Split(list, ',')) {
    if (const std::string_view name = Trim(piece); !name.empty()) names.emplace_back(name);
  }
  return names;
}

bool UsesCredential(const ObjectMeta& metadata, const PodSpec& spec, const std::string& secret,
                    const std::string& credential) {
  const std::vector<std::string> injected = InjectedCredentials(metadata);
  return std::find(injected.begin(), injected.end(), credential) != injected.end() ||
         ReferencedSecrets(spec).contains(secret);
}

}  // namespace keysteward::api::core
