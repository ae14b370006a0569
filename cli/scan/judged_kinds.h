// JudgedKinds: which kinds of a cluster a scan lists: workloads, ConfigMaps, Services, Ingresses,
// and every custom resource, as the server's discovery names them.
//
//   KS_ASSIGN_OR_RETURN(const std::vector<ServedKind> kinds, FindJudgedKinds(client, call));
#pragma once

#include <string>
#include <vector>

#include "kube/client/client.h"

namespace keysteward::cli {

struct ServedKind {
  std::string group;
  std::string version;
  std::string plural;
  std::string kind;
  bool namespaced = true;

  // Valid as long as this.
  api::Resource resource() const { return {group, version, plural, kind, namespaced}; }
};

// Sorted by group and name. Groups that are served by a program that does not answer are left out,
// each with its name in `silent`.
Result<std::vector<ServedKind>> FindJudgedKinds(kube::Client& client, const kube::Call& call,
                                                std::vector<std::string>& silent);

}  // namespace keysteward::cli
