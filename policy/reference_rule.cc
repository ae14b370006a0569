#include "policy/reference_rule.h"

#include <algorithm>
#include <optional>

#include "common/digest.h"
#include "common/duration.h"
#include "common/strings.h"
#include "common/utf8.h"

namespace keysteward::policy {
namespace {

using detection::SecretReference;

struct Complaint {
  std::string_view rule;
  Action action;
  std::string reason;
};

// Of blanks and characters nobody can see alone: it names nobody.
bool SaysNothing(std::string_view text) {
  constexpr char32_t kNoBreakSpace = 0xA0;
  constexpr char32_t kIdeographicSpace = 0x3000;
  while (!text.empty()) {
    const Utf8Char c = FirstUtf8Char(text);
    const bool unseen = IsHidden(c.code) || c.code == U' ' || c.code == kNoBreakSpace ||
                        c.code == kIdeographicSpace || (c.code >= 0x2000 && c.code <= 0x200A);
    if (c.valid && !unseen) return false;
    text.remove_prefix(c.size);
  }
  return true;
}

std::string FirstAnnotation(const SecretState& secret, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    const auto found = secret.annotations.find(key);
    if (found != secret.annotations.end() && !SaysNothing(found->second)) {
      return std::string(Trim(found->second));
    }
  }
  return {};
}

std::string NameOf(const std::vector<std::string>& keys) {
  return keys.empty() ? "annotation" : "annotation " + keys.front();
}

std::optional<Complaint> JudgeExpiry(const SecretState& secret, const ReferencePolicy& policy,
                                     WallTime now) {
  const std::string text = FirstAnnotation(secret, policy.expiry_annotations);
  if (text.empty()) {
    return Complaint{kSecretWithoutExpiry, policy.action,
                     "it has no " + NameOf(policy.expiry_annotations)};
  }
  const Result<WallTime> expiry = ParseExpiry(text);
  if (!expiry) {
    return Complaint{kSecretExpiryMalformed, policy.action,
                     "its expiry is no date (want 2027-01-31 or 2027-01-31T00:00:00Z)"};
  }
  if (*expiry <= now) {
    return Complaint{kSecretExpired, policy.expired, "it expired at " + FormatTime(*expiry)};
  }
  if (*expiry - now > policy.max_lifetime) {
    return Complaint{kSecretLivesTooLong, policy.action,
                     "it ends at " + FormatTime(*expiry) + ", more than " +
                         FormatDuration(policy.max_lifetime) + " from now"};
  }
  if (*expiry - now < policy.warn_before) {
    return Complaint{kSecretExpiresSoon, std::min(policy.action, Action::kWarn),
                     "it expires at " + FormatTime(*expiry)};
  }
  return std::nullopt;
}

std::vector<Complaint> JudgeSecret(const SecretReference& use, const SecretState& secret,
                                   const ReferencePolicy& policy, WallTime now) {
  if (secret.presence == SecretState::Presence::kUnknown || secret.managed) return {};
  if (secret.presence == SecretState::Presence::kMissing) {
    if (use.optional) return {};
    return {{kSecretMissing, policy.missing_secret, "it does not exist yet"}};
  }
  std::vector<Complaint> complaints;
  if (FirstAnnotation(secret, policy.owner_annotations).empty()) {
    complaints.push_back(
        {kSecretWithoutOwner, policy.action, "it has no " + NameOf(policy.owner_annotations)});
  }
  if (auto expiry = JudgeExpiry(secret, policy, now)) complaints.push_back(*std::move(expiry));
  return complaints;
}

ReferenceFinding MakeFinding(const SecretReference& use, const Complaint& complaint,
                             const detection::ObjectIdentity& identity) {
  ReferenceFinding out;
  out.action = complaint.action;
  detection::Finding& finding = out.finding;
  finding.rule = complaint.rule;
  finding.confidence = detection::Confidence::kHigh;
  finding.name = Printable(use.secret, 64);
  finding.reasons = {"Secret " + finding.name + ": " + complaint.reason};
  finding.path = use.path;
  finding.stable_path = use.stable_path;
  finding.position = use.position;
  finding.fingerprint = detection::Fingerprint(identity, finding.rule, finding.path);
  finding.value_digest = Sha256(use.secret);
  finding.fix =
      complaint.rule == kSecretMissing
          ? "Create the Secret first, or set optional: true."
          : "Let a ManagedCredential deliver it, or run: kubectl annotate --overwrite secret " +
                finding.name + " keysteward.dev/owner=TEAM keysteward.dev/expires-at=YYYY-MM-DD";
  return out;
}

}  // namespace

Result<WallTime> ParseExpiry(std::string_view text) {
  text = Trim(text);
  if (text.size() != 10) return ParseTime(text);
  KS_ASSIGN_OR_RETURN(const WallTime start, ParseTime(std::string(text) + "T00:00:00Z"));
  return start + std::chrono::hours(24);
}

std::vector<ReferenceFinding> FindingsOf(std::span<const SecretReference> uses,
                                         const detection::ObjectIdentity& identity,
                                         const ReferencePolicy& policy, const SecretLookup& lookup,
                                         WallTime now) {
  std::vector<ReferenceFinding> findings;
  for (const SecretReference& use : uses) {
    const SecretState secret = lookup.Find(identity.namespace_name, use.secret);
    for (const Complaint& complaint : JudgeSecret(use, secret, policy, now)) {
      findings.push_back(MakeFinding(use, complaint, identity));
    }
  }
  return findings;
}

}  // namespace keysteward::policy
