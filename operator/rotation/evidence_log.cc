#include "operator/rotation/evidence_log.h"

#include "evidence/chain.h"

namespace keysteward::op {
namespace {

using api::v1alpha1::CredentialRotation;
using api::v1alpha1::EvidenceEntry;
using api::v1alpha1::EvidenceSummary;
using api::v1alpha1::ManagedCredential;

evidence::Scope ScopeOf(const Environment& env, const ManagedCredential& credential,
                        const CredentialRotation& rotation) {
  return {.installation = env.installation.id,
          .credential_uid = credential.metadata.uid,
          .rotation_uid = rotation.metadata.uid};
}

evidence::Head HeadOf(const ManagedCredential& credential, const CredentialRotation& rotation) {
  const auto& entries = rotation.status.evidence;
  if (!entries.empty()) return {entries.back().hash, entries.back().seq};
  return {credential.status.evidence.head, credential.status.evidence.entries};
}

constexpr const char* kStarted = "RotationStarted";

}  // namespace

EvidenceNote StartOf(const ManagedCredential& credential, const CredentialRotation& rotation) {
  return {kStarted,
          {{"cause", std::string(EnumName(rotation.spec.cause))},
           {"requestedBy", rotation.spec.requested_by},
           {"generation", credential.status.last_generation}}};
}

Result<void> AppendEvidence(const Environment& env, const ManagedCredential& credential,
                            CredentialRotation& rotation, const std::vector<EvidenceNote>& notes) {
  std::vector<EvidenceEntry> entries = rotation.status.evidence;
  evidence::Head head = HeadOf(credential, rotation);
  std::vector<EvidenceNote> all = notes;
  if (entries.empty() && !all.empty() && all.front().type != kStarted) {
    all.insert(all.begin(), StartOf(credential, rotation));
  }
  for (const EvidenceNote& note : all) {
    KS_ASSIGN_OR_RETURN(EvidenceEntry entry,
                        evidence::NextEntry(env.signer, ScopeOf(env, credential, rotation), head,
                                            note.type, note.data, env.clock.WallNow()));
    head = {entry.hash, entry.seq};
    entries.push_back(std::move(entry));
  }
  rotation.status.evidence = std::move(entries);
  return {};
}

Result<EvidenceSummary> SealEvidence(const Environment& env, const ManagedCredential& credential,
                                     const CredentialRotation& rotation) {
  EvidenceSummary summary = credential.status.evidence;
  if (rotation.status.evidence.empty()) return summary;
  const evidence::Head head = HeadOf(credential, rotation);
  summary.head = head.hash;
  summary.entries = head.seq;
  KS_ASSIGN_OR_RETURN(
      summary.checkpoint,
      evidence::Checkpoint(env.signer, ScopeOf(env, credential, rotation), rotation.metadata.name,
                           rotation.status.evidence.front().seq, head));
  return summary;
}

}  // namespace keysteward::op
