#include "api/v1alpha1/internal/evidence_json.h"

#include "api/v1alpha1/internal/codec.h"
#include "common/json.h"

namespace keysteward::api::v1alpha1::internal {

EvidenceEntry ReadEvidenceEntry(JsonFields& fields) {
  EvidenceEntry entry;
  entry.seq = fields.Int("seq");
  entry.at = fields.OptionalTime("at");
  entry.type = fields.RequiredString("type");
  if (const json* data = fields.Raw("data")) {
    if (data->is_object()) {
      entry.data = DumpJson(*data);
    } else {
      fields.Fail("data", "must be an object");
    }
  }
  entry.previous = fields.String("previous");
  entry.hash = fields.RequiredString("hash");
  entry.signature = fields.String("signature");
  entry.key_id = fields.String("keyId");
  return entry;
}

EvidenceCheckpoint ReadEvidenceCheckpoint(JsonFields fields) {
  EvidenceCheckpoint checkpoint;
  checkpoint.rotation = fields.String("rotation");
  checkpoint.first = fields.Int("first");
  checkpoint.last = fields.Int("last");
  checkpoint.head = fields.String("head");
  checkpoint.signature = fields.String("signature");
  checkpoint.key_id = fields.String("keyId");
  return checkpoint;
}

json WriteEvidenceEntry(const EvidenceEntry& entry) {
  json out = {{"seq", entry.seq}, {"type", entry.type}, {"hash", entry.hash}};
  PutTime(out, "at", entry.at);
  const Result<json> data = ParseJson(entry.data);
  out["data"] = data && data->is_object() ? *data : json::object();
  Put(out, "previous", entry.previous);
  Put(out, "signature", entry.signature);
  Put(out, "keyId", entry.key_id);
  return out;
}

json WriteEvidenceCheckpoint(const EvidenceCheckpoint& checkpoint) {
  json out = {{"first", checkpoint.first}, {"last", checkpoint.last}};
  Put(out, "rotation", checkpoint.rotation);
  Put(out, "head", checkpoint.head);
  Put(out, "signature", checkpoint.signature);
  Put(out, "keyId", checkpoint.key_id);
  return out;
}

}  // namespace keysteward::api::v1alpha1::internal
