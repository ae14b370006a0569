#include "evidence/verifier.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/base64.h"
#include "common/json.h"
#include "common/strings.h"
#include "evidence/entry.h"
#include "tls/signing_key.h"

namespace keysteward::evidence {

using api::v1alpha1::EvidenceEntry;

namespace {

Scope ScopeOf(const Bundle& bundle, const std::string& rotation_uid) {
  return {bundle.installation, bundle.credential_uid, rotation_uid};
}

Result<tls::VerifyingKey> TrustedKey(const Bundle& bundle, const Pin& pin) {
  const std::string& pem = pin.public_key_pem.empty() ? bundle.public_key_pem : pin.public_key_pem;
  Result<tls::VerifyingKey> key = tls::VerifyingKey::FromPem(pem);
  if (!key) return std::move(key).error().WithContext("public key");
  if (!pin.fingerprint.empty() && ToLower(pin.fingerprint) != key->Fingerprint()) {
    return Error::PermissionDenied("the bundle was signed by key " + key->Fingerprint() +
                                   ", not by the pinned one");
  }
  return key;
}

bool SignatureHolds(const tls::VerifyingKey& key, const std::string& text,
                    const std::string& signature) {
  const Result<std::string> raw = Base64Decode(signature);
  return raw && key.Verify(text, *raw);
}

// Why one entry does not hold behind `previous`, or "".
std::string Flaw(const EvidenceEntry& entry, const Scope& scope, const EvidenceEntry* previous,
                 const tls::VerifyingKey& key) {
  const Result<std::string> hash = HashOf(entry, scope.rotation_uid);
  if (!hash) return "its data cannot be read";
  if (*hash != entry.hash) return "its content was changed: the hash differs";
  if (!SignatureHolds(key, SigningInput(scope, entry.seq, entry.hash), entry.signature)) {
    return "its signature does not hold";
  }
  if (previous != nullptr && entry.seq != previous->seq + 1) {
    return "entries " + std::to_string(previous->seq + 1) + " to " + std::to_string(entry.seq - 1) +
           " are missing";
  }
  if (previous != nullptr && entry.previous != previous->hash) {
    return "it does not link to the entry before it";
  }
  return "";
}

bool HasType(const BundledRotation& rotation, const char* type) {
  return std::any_of(rotation.entries.begin(), rotation.entries.end(),
                     [&](const EvidenceEntry& entry) { return entry.type == type; });
}

RotationFinding FindingOf(const BundledRotation& rotation) {
  RotationFinding finding{.name = rotation.name, .result = rotation.result};
  const auto judge = [&](const char* type, const std::string& what) {
    (HasType(rotation, type) ? finding.proven : finding.not_proven).push_back(what);
  };
  judge("NewKeyProven", "new key " + rotation.new_key_id + " accepted by its provider");
  judge("Delivered", "new key delivered");
  if (!rotation.old_key_id.empty()) {
    judge("ConsumersCurrent", "every consumer runs the new key");
    judge("OldKeyRefused", "old key " + rotation.old_key_id + " refused by its provider");
  }
  return finding;
}

std::string CheckEnd(const Bundle& bundle, const EvidenceEntry* last,
                     const tls::VerifyingKey& key) {
  if (const auto& checkpoint = bundle.checkpoint) {
    const Scope scope = ScopeOf(bundle, "");
    if (!SignatureHolds(key, CheckpointInput(scope, *checkpoint), checkpoint->signature)) {
      return "the checkpoint's signature does not hold";
    }
  }
  const int64_t reached = last == nullptr ? 0 : last->seq;
  if (reached < bundle.entries) {
    return "the credential's status counts " + std::to_string(bundle.entries) +
           " entries, the bundle ends at " + std::to_string(reached);
  }
  if (last != nullptr && reached == bundle.entries && last->hash != bundle.head) {
    return "the last entry is not the head that the credential's status names";
  }
  return "";
}

}  // namespace

Result<Report> Verify(const Bundle& bundle, const Pin& pin) {
  KS_ASSIGN_OR_RETURN(const tls::VerifyingKey key, TrustedKey(bundle, pin));
  Report report;
  report.fingerprint = key.Fingerprint();
  report.pinned = !pin.public_key_pem.empty() || !pin.fingerprint.empty();
  const EvidenceEntry* previous = nullptr;
  for (const BundledRotation& rotation : bundle.rotations) {
    for (const EvidenceEntry& entry : rotation.entries) {
      const std::string flaw = Flaw(entry, ScopeOf(bundle, rotation.uid), previous, key);
      if (!flaw.empty()) {
        report.broken =
            "rotation " + rotation.name + ", entry " + std::to_string(entry.seq) + ": " + flaw;
        return report;
      }
      if (previous == nullptr) report.first_seq = entry.seq;
      ++report.verified;
      previous = &entry;
    }
    report.rotations.push_back(FindingOf(rotation));
  }
  report.broken = CheckEnd(bundle, previous, key);
  if (report.first_seq > 1) {
    report.pruned = "entries 1 to " + std::to_string(report.first_seq - 1) + " are pruned; entry " +
                    std::to_string(report.first_seq) + " links to the last of them";
  }
  return report;
}

}  // namespace keysteward::evidence
