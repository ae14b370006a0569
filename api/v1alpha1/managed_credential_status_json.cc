#include "api/v1alpha1/internal/managed_credential_status_json.h"

#include "api/v1alpha1/internal/codec.h"
#include "api/v1alpha1/internal/evidence_json.h"
#include "api/v1alpha1/managed_credential_types.h"
#include "common/duration.h"

namespace keysteward::api::v1alpha1 {

using internal::json;
using internal::Put;
using internal::PutTime;

namespace {

CurrentKey ReadCurrent(JsonFields fields) {
  CurrentKey out;
  out.generation = fields.Int("generation");
  out.revision = fields.Int("revision");
  out.key_id = fields.String("keyId");
  out.digest = fields.String("digest");
  out.issued_at = fields.OptionalTime("issuedAt");
  out.expires_at = fields.OptionalTime("expiresAt");
  out.rotation = fields.String("rotation");
  return out;
}

PreviousKeyStatus ReadPrevious(JsonFields fields) {
  PreviousKeyStatus out;
  out.generation = fields.Int("generation");
  out.revision = fields.Int("revision");
  out.key_id = fields.String("keyId");
  out.digest = fields.String("digest");
  out.state = internal::ReadEnum(fields, "state", out.state);
  return out;
}

SecretDrift ReadDrift(JsonFields fields) {
  SecretDrift out;
  out.since = fields.OptionalTime("since");
  out.revision = fields.Int("revision");
  out.restored_at = fields.OptionalTime("restoredAt");
  return out;
}

ConsumerCounts ReadConsumers(JsonFields fields) {
  ConsumerCounts out;
  out.total = fields.Int("total");
  out.current = fields.Int("current");
  fields.Objects("waiting", [&](JsonFields& item) {
    out.waiting.push_back(
        {item.RequiredString("kind"), item.RequiredString("name"), item.String("reason")});
  });
  return out;
}

EvidenceSummary ReadEvidence(JsonFields fields) {
  EvidenceSummary out;
  out.head = fields.String("head");
  out.entries = fields.Int("entries");
  out.checkpoint = internal::ReadOptional(fields, "checkpoint", internal::ReadEvidenceCheckpoint);
  return out;
}

FailureCount ReadFailures(JsonFields fields) {
  return {fields.Int("count"), fields.OptionalTime("lastTime"), fields.String("reason")};
}

json WriteCurrent(const CurrentKey& in) {
  json out = {{"generation", in.generation}, {"revision", in.revision}};
  Put(out, "keyId", in.key_id);
  Put(out, "digest", in.digest);
  PutTime(out, "issuedAt", in.issued_at);
  PutTime(out, "expiresAt", in.expires_at);
  Put(out, "rotation", in.rotation);
  return out;
}

json WritePrevious(const PreviousKeyStatus& in) {
  json out = {{"generation", in.generation}, {"revision", in.revision}};
  Put(out, "keyId", in.key_id);
  Put(out, "digest", in.digest);
  internal::PutEnum(out, "state", in.state);
  return out;
}

json WriteDrift(const SecretDrift& in) {
  json out = {{"revision", in.revision}};
  PutTime(out, "since", in.since);
  PutTime(out, "restoredAt", in.restored_at);
  return out;
}

json WriteConsumers(const ConsumerCounts& in) {
  json out = {{"total", in.total}, {"current", in.current}, {"summary", in.Summary()}};
  for (const WaitingConsumer& consumer : in.waiting) {
    json item = {{"kind", consumer.kind}, {"name", consumer.name}};
    Put(item, "reason", consumer.reason);
    out["waiting"].push_back(std::move(item));
  }
  return out;
}

json WriteEvidence(const EvidenceSummary& in) {
  json out = {{"entries", in.entries}};
  Put(out, "head", in.head);
  if (in.checkpoint) out["checkpoint"] = internal::WriteEvidenceCheckpoint(*in.checkpoint);
  return out;
}

json WriteFailures(const FailureCount& in) {
  json out = {{"count", in.count}};
  PutTime(out, "lastTime", in.last_time);
  Put(out, "reason", in.reason);
  return out;
}

// "2027-02-21T09:00Z": seconds would push kubectl get past 100 columns.
std::string ToTheMinute(WallTime time) { return FormatTime(time).substr(0, 16) + "Z"; }

json WriteColumns(const ManagedCredentialStatus& in) {
  json out = json::object();
  if (in.expires_at) out["expires"] = ToTheMinute(*in.expires_at);
  if (in.next_rotation_time) out["next"] = ToTheMinute(*in.next_rotation_time);
  return out;
}

}  // namespace

std::string ConsumerCounts::Summary() const {
  return std::to_string(current) + "/" + std::to_string(total);
}

ManagedCredentialStatus internal::ReadManagedCredentialStatus(JsonFields fields) {
  ManagedCredentialStatus out;
  out.observed_generation = fields.Int("observedGeneration", -1);
  out.last_generation = fields.Int("lastGeneration");
  out.revision = fields.Int("revision");
  out.settled_revision = fields.Int("settledRevision");
  out.current = internal::ReadOptional(fields, "current", ReadCurrent);
  out.previous = internal::ReadOptional(fields, "previous", ReadPrevious);
  out.drift = internal::ReadOptional(fields, "drift", ReadDrift);
  out.active_rotation = fields.String("activeRotation");
  out.next_rotation_time = fields.OptionalTime("nextRotationTime");
  out.expires_at = fields.OptionalTime("expiresAt");
  out.consumers = ReadConsumers(fields.Object("consumers"));
  out.evidence = ReadEvidence(fields.Object("evidence"));
  out.failures = ReadFailures(fields.Object("failures"));
  out.conditions = ReadConditions(fields);
  return out;
}

json ToJson(const ManagedCredentialStatus& status) {
  json out = {{"observedGeneration", status.observed_generation},
              {"lastGeneration", status.last_generation},
              {"revision", status.revision},
              {"settledRevision", status.settled_revision},
              {"consumers", WriteConsumers(status.consumers)},
              {"evidence", WriteEvidence(status.evidence)},
              {"failures", WriteFailures(status.failures)}};
  if (status.current) out["current"] = WriteCurrent(*status.current);
  if (status.previous) out["previous"] = WritePrevious(*status.previous);
  if (status.drift) out["drift"] = WriteDrift(*status.drift);
  Put(out, "activeRotation", status.active_rotation);
  PutTime(out, "nextRotationTime", status.next_rotation_time);
  PutTime(out, "expiresAt", status.expires_at);
  if (status.expires_at || status.next_rotation_time) out["columns"] = WriteColumns(status);
  if (!status.conditions.empty()) out["conditions"] = ToJson(status.conditions);
  return out;
}

}  // namespace keysteward::api::v1alpha1
