#include "policy/messages.h"

#include <algorithm>
#include <cctype>

#include "common/duration.h"
#include "common/strings.h"
#include "detection/engine/engine.h"
#include "policy/reference_rule.h"

namespace keysteward::policy {
namespace {

constexpr size_t kMostWarnings = 5;
constexpr size_t kLongestWarning = 256;
constexpr size_t kLongestLine = 600;

bool IsReferenceRule(std::string_view rule) { return rule.starts_with("secret-"); }

std::string_view ProblemOf(std::string_view rule) {
  if (rule == kSecretWithoutOwner || rule == kSecretWithoutExpiry) {
    return "Secret without owner or end";
  }
  if (IsReferenceRule(rule)) return "Secret in the environment";
  return rule == detection::kBudgetRule ? "not looked at as a whole" : "literal credential";
}

// Cuts at a character, not inside one.
std::string Cut(std::string text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  text.resize(end);
  return text + "…";
}

// "Deployment shop/api": kubectl names the file alone, which may hold many objects.
std::string Named(const detection::ObjectIdentity& identity) {
  constexpr size_t kLongestName = 128;
  std::string name = identity.namespace_name;
  if (!identity.name.empty()) name += (name.empty() ? "" : "/") + identity.name;
  const std::string kind = identity.kind.empty() ? "the object" : identity.kind;
  return Printable(name.empty() ? kind : kind + " " + name, kLongestName);
}

}  // namespace

std::string CredentialName(std::string_view name) {
  std::string label;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      label += static_cast<char>(std::tolower(byte));
    } else if (!label.empty() && label.back() != '-') {
      label += '-';
    }
  }
  constexpr size_t kLongestName = 52;
  if (label.size() > kLongestName) label.resize(kLongestName);
  while (label.ends_with('-')) label.pop_back();
  return label.empty() ? "my-credential" : label;
}

std::string ProblemLine(const detection::Finding& finding, const Exception* expired) {
  const bool comment = finding.place == detection::Place::kComment;
  std::string line = comment ? "a comment" : finding.path.empty() ? "the object" : finding.path;
  line += ": " + std::string(ProblemOf(finding.rule)) + " (" + finding.rule +
          "): " + Join(finding.reasons, ", ");
  if (expired != nullptr) {
    line += "; its exception, owned by " + Printable(expired->owner, 64) + ", ended at " +
            FormatTime(expired->expires_at);
  }
  return Cut(line, kLongestLine);
}

std::string FixLine(const detection::Finding& finding) {
  if (IsReferenceRule(finding.rule) || finding.rule == detection::kBudgetRule) {
    return "Fix: " + finding.fix;
  }
  if (finding.rule == detection::kLiveKeyRule) {
    return "Fix: read it from the Secret that its ManagedCredential delivers, by secretKeyRef or "
           "as a "
           "mounted file, and rotate the credential: whoever saw this manifest has the key.";
  }
  if (finding.place == detection::Place::kComment) {
    return Cut("Fix: take it out of the file and replace it: whoever reads the file has it. " +
                   finding.fix,
               kLongestLine);
  }
  const std::string name = CredentialName(finding.name);
  std::string fix = "Fix: declare a ManagedCredential " + name;
  if (finding.place == detection::Place::kEnv && finding.path.ends_with(".value")) {
    fix += " and replace the value by valueFrom: {secretKeyRef: {name: " + name +
           ", key: " + (finding.name.empty() ? "key" : finding.name) + "}}. ";
  } else {
    fix +=
        " and read the Secret it delivers, by secretKeyRef or as a mounted file, instead of "
        "writing the value here. ";
  }
  fix += finding.fix;
  while (fix.ends_with(' ')) fix.pop_back();
  return Cut(fix, kLongestLine);
}

std::string DenialMessage(const std::vector<Judgement>& judgements,
                          const detection::ObjectIdentity& identity) {
  size_t denied = 0;
  const Judgement* first = nullptr;
  for (const Judgement& judgement : judgements) {
    if (judgement.action != Action::kDeny) continue;
    // That some of it was not looked at is said where nothing closer is.
    if (first == nullptr || first->finding.rule == detection::kBudgetRule) first = &judgement;
    ++denied;
  }
  if (first == nullptr) return {};
  std::string message = first->message + "\n" + first->fix;
  message += "\nIn " + Named(identity);
  if (denied > 1) {
    message +=
        "; " + std::to_string(denied - 1) + " more in it: `keysteward scan FILE` lists them all";
  }
  return message;
}

std::vector<std::string> Warnings(const std::vector<Judgement>& judgements) {
  std::vector<std::string> warnings;
  for (const Judgement& judgement : judgements) {
    if (judgement.action != Action::kWarn) continue;
    if (warnings.size() == kMostWarnings) break;
    warnings.push_back(Cut(judgement.message, kLongestWarning));
  }
  return warnings;
}

}  // namespace keysteward::policy
