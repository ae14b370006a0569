#include "evidence/verifier.h"

#include <algorithm>
#include <set>

#include "common/base64.h"
#include "common/strings.h"
#include "evidence/entry.h"
#include "tls/signing_key.h"

namespace keysteward::evidence {

using api::v1alpha1::EvidenceCheckpoint;
using api::v1alpha1::EvidenceEntry;

namespace {

constexpr size_t kFingerprintDigits = 64;
constexpr size_t kKeyIdDigits = 16;

bool IsHex(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

Result<tls::VerifyingKey> ReadKey(const std::string& pem, const std::string& what) {
  Result<tls::VerifyingKey> key = tls::VerifyingKey::FromPem(pem);
  if (!key) return std::move(key).error().WithContext(what);
  return key;
}

Result<tls::VerifyingKey> TrustedKey(const Bundle& bundle, const Pin& pin) {
  if (!pin.fingerprint.empty() &&
      (pin.fingerprint.size() != kFingerprintDigits || !IsHex(pin.fingerprint))) {
    return Error::InvalidArgument(
        "a fingerprint is 64 hexadecimal digits, as evidence export "
        "prints it");
  }
  KS_ASSIGN_OR_RETURN(tls::VerifyingKey key,
                      pin.public_key_pem.empty()
                          ? ReadKey(bundle.public_key_pem, "publicKey of the bundle")
                          : ReadKey(pin.public_key_pem, "pinned public key"));
  if (!pin.fingerprint.empty() && ToLower(pin.fingerprint) != key.Fingerprint()) {
    return Error::PermissionDenied("the bundle was signed by key " + key.Fingerprint() +
                                   ", not by the pinned one");
  }
  return key;
}

bool SignatureHolds(const tls::VerifyingKey& key, const std::string& text,
                    const std::string& signature) {
  const Result<std::string> raw = Base64Decode(signature);
  return raw && key.Verify(text, *raw);
}

std::string Entries(int64_t first, int64_t last) {
  if (first == last) return "entry " + std::to_string(first);
  return "entries " + std::to_string(first) + " to " + std::to_string(last);
}

// Walks the chain from its oldest entry; stops at the first that does not hold.
class ChainWalk {
 public:
  ChainWalk(const Bundle& bundle, const tls::VerifyingKey& key, Report& report)
      : bundle_(bundle), key_(key), report_(report) {}

  void Walk() {
    for (const BundledRotation& rotation : bundle_.rotations) {
      if (!WalkRotation(rotation)) return;
    }
    report_.broken = EndFlaw();
  }

 private:
  Scope ScopeOf(const std::string& rotation_uid) const {
    return {bundle_.installation, bundle_.credential_uid, rotation_uid};
  }

  bool WalkRotation(const BundledRotation& rotation) {
    if (rotation.entries.empty()) return true;
    if (!uids_.insert(rotation.uid).second) {
      report_.broken = "rotation " + rotation.name + " stands in the bundle twice";
      return false;
    }
    for (const EvidenceEntry& entry : rotation.entries) {
      std::string flaw = ContentFlaw(entry, ScopeOf(rotation.uid));
      const bool opens = &entry == &rotation.entries.front();
      if (flaw.empty()) flaw = opens ? OpeningFlaw(entry) : LinkFlaw(entry);
      if (!flaw.empty()) {
        report_.broken =
            "rotation " + rotation.name + ", entry " + std::to_string(entry.seq) + ": " + flaw;
        return false;
      }
      ++report_.verified;
      report_.last_seq = entry.seq;
      previous_ = &entry;
    }
    report_.rotations.push_back(FindingOf(rotation));
    return true;
  }

  std::string ContentFlaw(const EvidenceEntry& entry, const Scope& scope) const {
    const Result<std::string> hash = HashOf(entry, scope.rotation_uid);
    if (!hash) return "its data cannot be read: " + hash.error().message;
    if (*hash != entry.hash) return "its content was changed: the hash differs";
    if (SignatureHolds(key_, SigningInput(scope, entry.seq, entry.hash), entry.signature))
      return "";
    const std::string key_id = report_.fingerprint.substr(0, kKeyIdDigits);
    if (entry.key_id == key_id) return "its signature does not hold";
    return "it was signed by key " + entry.key_id + ", not by " + key_id;
  }

  // An entry behind another of its rotation.
  std::string LinkFlaw(const EvidenceEntry& entry) const {
    if (entry.seq <= previous_->seq) {
      return "it stands behind entry " + std::to_string(previous_->seq) + ": the order was changed";
    }
    if (entry.seq > previous_->seq + 1) {
      const bool one = entry.seq == previous_->seq + 2;
      return Entries(previous_->seq + 1, entry.seq - 1) + (one ? " is" : " are") + " missing";
    }
    if (entry.previous != previous_->hash) return "it does not link to the entry before it";
    return "";
  }

  // The first entry of a rotation. Whole rotations may have been pruned before it, parts may not.
  std::string OpeningFlaw(const EvidenceEntry& entry) {
    if (entry.type != "RotationStarted") {
      return "the rotation does not begin with RotationStarted: its first entries are missing";
    }
    const int64_t before = previous_ == nullptr ? 0 : previous_->seq;
    if (previous_ != nullptr && previous_->type != "Completed") {
      return "the rotation before it does not end with Completed: its last entries are missing";
    }
    if (entry.seq > before + 1) {
      if (entry.previous.empty()) return "it does not link to the entry before it";
      report_.pruned.push_back(Entries(before + 1, entry.seq - 1) +
                               ", anchored by the link of entry " + std::to_string(entry.seq));
      return "";
    }
    if (previous_ != nullptr) return LinkFlaw(entry);
    if (entry.seq < 1) return "its number is not one of a chain";
    if (!entry.previous.empty()) return "it is the first, but links to an entry before it";
    return "";
  }

  std::string EndFlaw() const {
    if (report_.last_seq < bundle_.entries) {
      return "the credential's status counts " + std::to_string(bundle_.entries) +
             " entries, the bundle ends at " + std::to_string(report_.last_seq);
    }
    if (previous_ != nullptr && report_.last_seq == bundle_.entries &&
        previous_->hash != bundle_.head) {
      return "the last entry is not the head that the credential's status names";
    }
    return bundle_.checkpoint ? CheckpointFlaw(*bundle_.checkpoint) : "";
  }

  std::string CheckpointFlaw(const EvidenceCheckpoint& checkpoint) const {
    if (!SignatureHolds(key_, CheckpointInput(ScopeOf(""), checkpoint), checkpoint.signature)) {
      return "the checkpoint's signature does not hold";
    }
    if (checkpoint.last > report_.last_seq) {
      return "the checkpoint reaches to entry " + std::to_string(checkpoint.last) +
             ", the bundle ends at " + std::to_string(report_.last_seq);
    }
    for (const BundledRotation& rotation : bundle_.rotations) {
      for (const EvidenceEntry& entry : rotation.entries) {
        if (entry.seq == checkpoint.last && entry.hash != checkpoint.head) {
          return "entry " + std::to_string(entry.seq) + " is not the one the checkpoint names";
        }
      }
    }
    return "";
  }

  const Bundle& bundle_;
  const tls::VerifyingKey& key_;
  Report& report_;
  std::set<std::string> uids_;
  const EvidenceEntry* previous_ = nullptr;
};

}  // namespace

Result<Report> Verify(const Bundle& bundle, const Pin& pin) {
  KS_ASSIGN_OR_RETURN(const tls::VerifyingKey key, TrustedKey(bundle, pin));
  Report report;
  report.fingerprint = key.Fingerprint();
  report.pinned = !pin.public_key_pem.empty() || !pin.fingerprint.empty();
  ChainWalk(bundle, key, report).Walk();
  return report;
}

}  // namespace keysteward::evidence
