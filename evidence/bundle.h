// Bundle: the evidence of one credential as a file, self-contained but for the key that is pinned.
//
// JSON object:
//   {"kind":"keysteward.dev/evidence-bundle","version":1,
//    "installation":"…","credential":{"namespace","name","uid"},
//    "publicKey":"-----BEGIN PUBLIC KEY-----…",
//    "head":"sha256:…","entries":42,                     what the credential's status says
//    "checkpoint":{…},                                    optional
//    "rotations":[{"name","uid","cause","result","oldKeyId","newKeyId","entries":[{entry}…]}…]}
//
//   KS_ASSIGN_OR_RETURN(Bundle bundle, ParseBundle(text));
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/v1alpha1/credential_rotation_types.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/result.h"

namespace keysteward::evidence {

struct BundledRotation {
  std::string name;
  std::string uid;
  std::string cause;
  std::string result;  // empty while it runs
  std::string old_key_id;
  std::string new_key_id;
  std::vector<api::v1alpha1::EvidenceEntry> entries;
};

struct Bundle {
  std::string installation;
  std::string credential_namespace;
  std::string credential_name;
  std::string credential_uid;
  std::string public_key_pem;
  std::string head;
  int64_t entries = 0;
  std::optional<api::v1alpha1::EvidenceCheckpoint> checkpoint;
  std::vector<BundledRotation> rotations;  // oldest first
};

Bundle MakeBundle(const std::string& installation, const std::string& public_key_pem,
                  const api::v1alpha1::ManagedCredential& credential,
                  std::vector<api::v1alpha1::CredentialRotation> rotations);

std::string FormatBundle(const Bundle& bundle);

// kInvalidArgument names the field; kTooLarge above 64 MiB.
Result<Bundle> ParseBundle(std::string_view text);

}  // namespace keysteward::evidence
