// Orphans: which of the keys a provider lists under our installation's label nobody answers for.
// Pure.
//
//   for (const ListedKey& key : FindOrphans(listed, installation_id, claims)) …
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "operator/issuers/issuer.h"

namespace keysteward::op {

// What a label of ours says; nothing for any other text.
struct KeyLabelParts {
  std::string installation;
  std::string credential_uid;
  int64_t generation = 0;
  int64_t attempt = 0;
};
std::optional<KeyLabelParts> ParseKeyLabel(const std::string& label);

// Who answers for keys: by id, and for whole generations while a rotation or revocation runs on
// them.
struct Claims {
  std::set<std::string> key_ids;
  std::set<std::pair<std::string, int64_t>> generations;  // credential uid, generation
};

// Keys with our installation's label and no claim. Keys of other installations are never in it.
std::vector<ListedKey> FindOrphans(const std::vector<ListedKey>& listed,
                                   const std::string& installation, const Claims& claims);

}  // namespace keysteward::op
