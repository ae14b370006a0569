// StagedSecret: a key value made durable in the operator's own namespace before anything uses it.
//
// Secret staged-<credential uid>-<generation>, immutable, without owner: it outlives the
// credential's namespace and lives until its key is revoked and recorded. Ids and values for harm
// come from here, never from a status.
//
//   KS_RETURN_IF_ERROR(CreateStaged(env, origin, key, call));
//   KS_ASSIGN_OR_RETURN(std::optional<StagedKey> staged, ReadStaged(env, uid, 7, call));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operator/rotation/environment.h"

namespace keysteward::op {

// Whose key it is.
struct KeyOrigin {
  api::ObjectKey credential;
  std::string credential_uid;
  int64_t generation = 0;
  std::string token;  // of the attempt that made it
};

struct StagedKey {
  KeyOrigin origin;
  std::string key_id;
  SecretBytes value;
  std::optional<WallTime> issued_at;
  std::optional<WallTime> expires_at;
};

// "staged-<uid>-<generation>"
std::string StagedName(const std::string& credential_uid, int64_t generation);

// Success also when the same token is staged already; kConflict when another one is.
Result<void> CreateStaged(const Environment& env, const KeyOrigin& origin, const IssuedKey& key,
                          const kube::Call& call);

// Nothing when there is none. A consistent read.
Result<std::optional<StagedKey>> ReadStaged(const Environment& env,
                                            const std::string& credential_uid, int64_t generation,
                                            const kube::Call& call);

// Success also when it is gone already.
Result<void> DeleteStaged(const Environment& env, const std::string& credential_uid,
                          int64_t generation, const kube::Call& call);

// A staged key as listed: who it is of, never its value.
struct StagedEntry {
  std::string credential_uid;
  int64_t generation = 0;
  std::string key_id;
  bool marked = false;  // its tripwire mark was made
};
// Every staged key, or only those marked as kept. A consistent read; entries whose annotations were
// changed by others are left out.
enum class StagedChoice { kAll, kKept };
Result<std::vector<StagedEntry>> ListStaged(const Environment& env, StagedChoice choice,
                                            const kube::Call& call);

// Marks the key as one that stays alive on purpose: no sweep ends it, although no object answers
// for it any more. Success also when nothing is staged: then there is nothing to mark.
Result<void> KeepStaged(const Environment& env, const std::string& credential_uid,
                        int64_t generation, const kube::Call& call);

// Makes the marks that staged keys of an older version miss; the number made.
Result<size_t> MarkStaged(const Environment& env, const kube::Call& call);

// Added by KeepStaged.
inline constexpr const char* kKeptLabel = "keysteward.dev/kept";

}  // namespace keysteward::op
