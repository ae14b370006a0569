#include "evidence/bundle.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/json.h"
#include "common/json_fields.h"

namespace keysteward::evidence {

using api::v1alpha1::CredentialRotation;
using api::v1alpha1::EvidenceCheckpoint;
using api::v1alpha1::EvidenceEntry;
using nlohmann::json;

namespace {

constexpr const char* kKind = "keysteward.dev/evidence-bundle";
constexpr size_t kMaxBundle = 64 * 1024 * 1024;

BundledRotation FromRotation(const CredentialRotation& rotation) {
  BundledRotation bundled;
  bundled.name = rotation.metadata.name;
  bundled.uid = rotation.metadata.uid;
  bundled.cause = EnumName(rotation.spec.cause);
  if (rotation.status.result) bundled.result = EnumName(*rotation.status.result);
  if (rotation.status.old_key) bundled.old_key_id = rotation.status.old_key->id;
  if (rotation.status.new_key) bundled.new_key_id = rotation.status.new_key->id;
  bundled.entries = rotation.status.evidence;
  return bundled;
}

json EntryToJson(const EvidenceEntry& entry) {
  return {{"seq", entry.seq},
          {"at", entry.at ? FormatTime(*entry.at) : ""},
          {"type", entry.type},
          {"data", entry.data},
          {"previous", entry.previous},
          {"hash", entry.hash},
          {"signature", entry.signature},
          {"keyId", entry.key_id}};
}

EvidenceEntry ReadEntry(JsonFields& fields) {
  EvidenceEntry entry;
  entry.seq = fields.Int("seq");
  entry.at = fields.OptionalTime("at");
  entry.type = fields.RequiredString("type");
  entry.data = fields.RequiredString("data");
  entry.previous = fields.String("previous");
  entry.hash = fields.RequiredString("hash");
  entry.signature = fields.RequiredString("signature");
  entry.key_id = fields.String("keyId");
  return entry;
}

BundledRotation ReadRotation(JsonFields& fields) {
  BundledRotation rotation;
  rotation.name = fields.RequiredString("name");
  rotation.uid = fields.RequiredString("uid");
  rotation.cause = fields.String("cause");
  rotation.result = fields.String("result");
  rotation.old_key_id = fields.String("oldKeyId");
  rotation.new_key_id = fields.String("newKeyId");
  fields.Objects("entries", [&](JsonFields& item) { rotation.entries.push_back(ReadEntry(item)); });
  return rotation;
}

std::optional<EvidenceCheckpoint> ReadCheckpoint(JsonFields& bundle) {
  if (!bundle.Has("checkpoint")) return std::nullopt;
  JsonFields fields = bundle.Object("checkpoint");
  EvidenceCheckpoint checkpoint;
  checkpoint.rotation = fields.RequiredString("rotation");
  checkpoint.first = fields.Int("first");
  checkpoint.last = fields.Int("last");
  checkpoint.head = fields.RequiredString("head");
  checkpoint.signature = fields.RequiredString("signature");
  checkpoint.key_id = fields.String("keyId");
  return checkpoint;
}

}  // namespace

Bundle MakeBundle(const std::string& installation, const std::string& public_key_pem,
                  const api::v1alpha1::ManagedCredential& credential,
                  std::vector<CredentialRotation> rotations) {
  Bundle bundle;
  bundle.installation = installation;
  bundle.credential_namespace = credential.metadata.namespace_name;
  bundle.credential_name = credential.metadata.name;
  bundle.credential_uid = credential.metadata.uid;
  bundle.public_key_pem = public_key_pem;
  bundle.head = credential.status.evidence.head;
  bundle.entries = credential.status.evidence.entries;
  bundle.checkpoint = credential.status.evidence.checkpoint;
  std::erase_if(rotations, [](const auto& rotation) { return rotation.status.evidence.empty(); });
  std::sort(rotations.begin(), rotations.end(), [](const auto& a, const auto& b) {
    return a.status.evidence.front().seq < b.status.evidence.front().seq;
  });
  for (const CredentialRotation& rotation : rotations) {
    bundle.rotations.push_back(FromRotation(rotation));
  }
  return bundle;
}

std::string FormatBundle(const Bundle& bundle) {
  json rotations = json::array();
  for (const BundledRotation& rotation : bundle.rotations) {
    json entries = json::array();
    for (const EvidenceEntry& entry : rotation.entries) entries.push_back(EntryToJson(entry));
    rotations.push_back({{"name", rotation.name},
                         {"uid", rotation.uid},
                         {"cause", rotation.cause},
                         {"result", rotation.result},
                         {"oldKeyId", rotation.old_key_id},
                         {"newKeyId", rotation.new_key_id},
                         {"entries", std::move(entries)}});
  }
  json out = {{"kind", kKind},
              {"version", 1},
              {"installation", bundle.installation},
              {"credential",
               {{"namespace", bundle.credential_namespace},
                {"name", bundle.credential_name},
                {"uid", bundle.credential_uid}}},
              {"publicKey", bundle.public_key_pem},
              {"head", bundle.head},
              {"entries", bundle.entries},
              {"rotations", std::move(rotations)}};
  if (const auto& checkpoint = bundle.checkpoint) {
    out["checkpoint"] = {{"rotation", checkpoint->rotation},   {"first", checkpoint->first},
                         {"last", checkpoint->last},           {"head", checkpoint->head},
                         {"signature", checkpoint->signature}, {"keyId", checkpoint->key_id}};
  }
  return out.dump(2) + "\n";
}

Result<Bundle> ParseBundle(std::string_view text) {
  if (text.size() > kMaxBundle) return Error::TooLarge("evidence bundle larger than 64 MiB");
  KS_ASSIGN_OR_RETURN(const json document, ParseJson(text));
  JsonFields fields(document, "");
  if (fields.String("kind") != kKind) fields.Fail("kind", std::string("must be ") + kKind);
  if (fields.Int("version") != 1) fields.Fail("version", "must be 1: use a newer keysteward");
  Bundle bundle;
  bundle.installation = fields.RequiredString("installation");
  JsonFields credential = fields.Object("credential");
  bundle.credential_namespace = credential.String("namespace");
  bundle.credential_name = credential.RequiredString("name");
  bundle.credential_uid = credential.RequiredString("uid");
  bundle.public_key_pem = fields.RequiredString("publicKey");
  bundle.head = fields.String("head");
  bundle.entries = fields.Int("entries");
  bundle.checkpoint = ReadCheckpoint(fields);
  fields.Objects("rotations",
                 [&](JsonFields& item) { bundle.rotations.push_back(ReadRotation(item)); });
  KS_RETURN_IF_ERROR(fields.Check());
  return bundle;
}

}  // namespace keysteward::evidence
