#include "evidence/findings.h"

#include <nlohmann/json.hpp>

#include "common/json.h"

namespace keysteward::evidence {

using api::v1alpha1::EvidenceEntry;

namespace {

// The last entry of that type, or nullptr.
const EvidenceEntry* Last(const BundledRotation& rotation, std::string_view type) {
  const EvidenceEntry* last = nullptr;
  for (const EvidenceEntry& entry : rotation.entries) {
    if (entry.type == type) last = &entry;
  }
  return last;
}

std::string TextOf(const EvidenceEntry* entry, const char* member) {
  if (entry == nullptr) return "";
  const Result<nlohmann::json> data = ParseJson(entry->data);
  if (!data || !data->is_object()) return "";
  const auto found = data->find(member);
  return found != data->end() && found->is_string() ? found->get<std::string>() : "";
}

// " key_1", or nothing when the entry names no key.
std::string KeyOf(const EvidenceEntry* entry) {
  const std::string id = TextOf(entry, "keyId");
  return id.empty() ? "" : " " + id;
}

class Judge {
 public:
  Judge(const BundledRotation& rotation, RotationFinding& finding)
      : rotation_(rotation), finding_(finding) {}

  // An entry of `type` shows `claim`; without one, `lacking` is not proven.
  void Shows(std::string_view type, const std::string& claim, const std::string& lacking) {
    const EvidenceEntry* entry = Last(rotation_, type);
    if (entry != nullptr) {
      finding_.proven.push_back(claim + KeyOf(entry));
    } else {
      finding_.not_proven.push_back(lacking);
    }
  }

 private:
  const BundledRotation& rotation_;
  RotationFinding& finding_;
};

void JudgeForward(Judge& judge, bool replaces) {
  judge.Shows("NewKeyProven", "the provider accepted the new key",
              "that the provider accepted the new key");
  judge.Shows("Delivered", "the Secret was given key", "that the new key was delivered");
  if (!replaces) return;
  judge.Shows("ConsumersCurrent", "every consumer found ran the new key",
              "that every consumer ran the new key");
  judge.Shows("OldKeyRefused", "the provider refuses the old key",
              "that the provider refuses the old key");
}

// The keys change places: the new one is condemned, the old one stays. Before anything was
// delivered there is nothing to deliver again.
void JudgeRollBack(const BundledRotation& rotation, Judge& judge) {
  if (Last(rotation, "Delivered") != nullptr) {
    judge.Shows("Delivered", "the Secret was given key", "");
  }
  judge.Shows("OldKeyRefused", "the provider refuses the withdrawn key",
              "that the provider refuses the withdrawn key");
}

}  // namespace

RotationFinding FindingOf(const BundledRotation& rotation) {
  RotationFinding finding;
  finding.name = rotation.name;
  finding.cause = TextOf(Last(rotation, "RotationStarted"), "cause");
  finding.result = TextOf(Last(rotation, "Completed"), "result");
  finding.first_seq = rotation.entries.front().seq;
  finding.last_seq = rotation.entries.back().seq;
  Judge judge(rotation, finding);
  judge.Shows("KeyIssued", "the provider issued key", "that a new key was issued");
  if (Last(rotation, "RolledBack") != nullptr) {
    JudgeRollBack(rotation, judge);
  } else {
    JudgeForward(judge, finding.cause != "Initial");
  }
  if (finding.result.empty()) finding.not_proven.push_back("how it ended: it was still running");
  return finding;
}

}  // namespace keysteward::evidence
