// ClusterInputs: live objects, with what judging them needs: metadata of Secrets, labels of
// namespaces, policies and exceptions.
//
// Of Secrets only metadata is asked for. What a built-in controller made from a template is left
// out: the template is judged.
//
//   KS_ASSIGN_OR_RETURN(ClusterInputs cluster, ReadCluster(client, "payments", call));
#pragma once

#include <map>
#include <memory>
#include <string>

#include "cli/scan/scan_inputs.h"
#include "kube/client/client.h"
#include "policy/policy.h"
#include "policy/secret_lookup.h"

namespace keysteward::cli {

// Thread-safe once it is filled.
class LiveSecrets final : public policy::SecretLookup {
 public:
  void Add(const std::string& namespace_name, const std::string& name, policy::SecretState state);
  // From here on, what is not there does not exist.
  void SetComplete() { complete_ = true; }

  policy::SecretState Find(std::string_view namespace_name, std::string_view name) const override;

 private:
  std::map<std::pair<std::string, std::string>, policy::SecretState> secrets_;
  bool complete_ = false;
};

struct ClusterInputs {
  ScanInputs inputs;
  std::unique_ptr<LiveSecrets> secrets;
  std::map<std::string, policy::Labels> namespaces;
  policy::PolicySnapshot snapshot;
};

// `namespace_name` empty: all, and objects without one. What may not be listed is an error of the
// inputs, named; when nothing can be read, the server's error.
Result<ClusterInputs> ReadCluster(kube::Client& client, const std::string& namespace_name,
                                  const kube::Call& call);

}  // namespace keysteward::cli
