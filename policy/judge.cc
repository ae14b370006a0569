#include "policy/judge.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "policy/controllers.h"
#include "policy/exceptions.h"
#include "policy/messages.h"
#include "policy/reference_rule.h"

namespace keysteward::policy {
namespace {

using detection::Confidence;
using detection::Finding;

struct Candidate {
  Finding finding;
  Action action = Action::kAllow;
};

Action LiteralAction(const Finding& finding, const LiteralPolicy& policy) {
  if (finding.confidence >= policy.minimum_confidence) return policy.action;
  if (finding.confidence == Confidence::kLow) return Action::kAllow;
  return std::min(policy.action, Action::kWarn);
}

void AddLiterals(std::vector<Finding> findings, const LiteralPolicy& policy,
                 std::vector<Candidate>& out) {
  for (Finding& finding : findings) {
    if (policy.disabled_rules.contains(finding.rule)) continue;
    const Action action = LiteralAction(finding, policy);
    out.push_back({std::move(finding), action});
  }
}

std::vector<Candidate> FindLiterals(const detection::Node& object, const Review& review,
                                    const Policy& policy, const JudgeContext& context) {
  std::vector<Candidate> found;
  const detection::ScanScope scope{policy.literals.rule_scopes, context.tripwire};
  AddLiterals(context.engine.Scan(object, context.scratch, scope).findings, policy.literals, found);
  for (Candidate& candidate : found) {
    // The review's namespace counts, which a manifest may leave out.
    candidate.finding.fingerprint =
        detection::Fingerprint(review.identity, candidate.finding.rule, candidate.finding.path);
  }
  return found;
}

void AddReferences(std::span<const detection::SecretReference> uses, const Review& review,
                   const Policy& policy, const JudgeContext& context, std::vector<Candidate>& out) {
  if (policy.references.action == Action::kAllow) return;
  for (ReferenceFinding& reference :
       FindingsOf(uses, review.identity, policy.references, context.secrets, context.now)) {
    out.push_back(
        {std::move(reference.finding), std::min(reference.action, policy.references.action)});
  }
}

std::vector<Candidate> Find(const detection::Node& object, const Review& review,
                            const Policy& policy, const JudgeContext& context) {
  std::vector<Candidate> found = FindLiterals(object, review, policy, context);
  AddReferences(detection::FindSecretReferences(object), review, policy, context, found);
  return found;
}

// What makes a finding the same one in two versions of an object.
using Sameness = std::tuple<std::string, std::string, std::array<uint8_t, 32>>;
Sameness SamenessOf(const Finding& finding) {
  return {finding.rule, finding.stable_path, finding.value_digest};
}

// Marks what the old object already had, as often as it had it.
void MarkExisting(const Review& review, const Policy& policy, const JudgeContext& context,
                  std::vector<Judgement>& judgements) {
  if (policy.existing == Existing::kEnforce) return;
  if (IsControllersWork(*review.object, review.user)) {
    for (Judgement& judgement : judgements) judgement.existing = true;
    return;
  }
  if (review.operation != Operation::kUpdate || review.old_object == nullptr) return;
  std::map<Sameness, int> before;
  for (const Candidate& old : Find(*review.old_object, review, policy, context)) {
    ++before[SamenessOf(old.finding)];
  }
  for (Judgement& judgement : judgements) {
    const auto found = before.find(SamenessOf(judgement.finding));
    judgement.existing = found != before.end() && found->second-- > 0;
  }
}

std::vector<Judgement> Weigh(std::vector<Candidate> found, const Review& review,
                             const Policy& policy, const JudgeContext& context) {
  std::vector<Judgement> judgements;
  for (Candidate& candidate : found) {
    Judgement judgement;
    judgement.action = std::min(candidate.action, policy.mode);
    const ExceptionMatch match = MatchException(context.snapshot.exceptions, review.identity,
                                                candidate.finding, context.now);
    if (match.valid != nullptr) {
      judgement.exception = match.valid->name;
      judgement.action = Action::kAllow;
    }
    judgement.message = ProblemLine(candidate.finding, match.expired);
    judgement.fix = FixLine(candidate.finding);
    judgement.finding = std::move(candidate.finding);
    judgements.push_back(std::move(judgement));
  }
  return judgements;
}

Verdict Conclude(std::vector<Judgement> judgements, const detection::ObjectIdentity& identity) {
  for (Judgement& judgement : judgements) {
    if (judgement.existing) judgement.action = std::min(judgement.action, Action::kWarn);
  }
  std::stable_sort(judgements.begin(), judgements.end(), [](const auto& a, const auto& b) {
    return std::tuple(b.action, a.finding.in_last_applied) <
           std::tuple(a.action, b.finding.in_last_applied);
  });
  Verdict verdict;
  for (const Judgement& judgement : judgements) {
    verdict.action = std::max(verdict.action, judgement.action);
  }
  verdict.message = DenialMessage(judgements, identity);
  verdict.warnings = Warnings(judgements);
  verdict.judgements = std::move(judgements);
  return verdict;
}

bool IsJudged(const detection::ObjectIdentity& object, const Policy& policy) {
  return policy.mode != Action::kAllow && Judges(policy, object.api_version, object.kind);
}

// Of what no API server would see as it stands: at most warnings.
Verdict WarnOf(std::vector<Finding> findings, const Policy& policy, const JudgeContext& context) {
  std::vector<Candidate> found;
  AddLiterals(std::move(findings), policy.literals, found);
  for (Candidate& candidate : found) {
    candidate.finding.confidence = std::min(candidate.finding.confidence, Confidence::kMedium);
    candidate.action = std::min(candidate.action, Action::kWarn);
  }
  return Conclude(Weigh(std::move(found), {}, policy, context), {});
}

}  // namespace

Verdict Judge(const Review& review, const JudgeContext& context) {
  if (review.operation == Operation::kDelete || review.object == nullptr) return {};
  const PolicyInForce policy = EffectivePolicy(context.snapshot, review.namespace_labels);
  if (!IsJudged(review.identity, *policy)) return {};
  std::vector<Judgement> judgements =
      Weigh(Find(*review.object, review, *policy, context), review, *policy, context);
  if (!judgements.empty()) MarkExisting(review, *policy, context, judgements);
  return Conclude(std::move(judgements), review.identity);
}

Verdict JudgeLiterals(const Review& review, const JudgeContext& context) {
  const PolicyInForce policy = EffectivePolicy(context.snapshot, review.namespace_labels);
  if (!IsJudged(review.identity, *policy)) return {};
  return Conclude(
      Weigh(FindLiterals(*review.object, review, *policy, context), review, *policy, context),
      review.identity);
}

Verdict JudgeReferences(const Review& review, std::span<const detection::SecretReference> uses,
                        const JudgeContext& context) {
  const PolicyInForce policy = EffectivePolicy(context.snapshot, review.namespace_labels);
  if (!IsJudged(review.identity, *policy)) return {};
  std::vector<Candidate> found;
  AddReferences(uses, review, *policy, context, found);
  return Conclude(Weigh(std::move(found), review, *policy, context), review.identity);
}

Verdict JudgeTemplate(const detection::Node& object, const JudgeContext& context) {
  const PolicyInForce policy = EffectivePolicy(context.snapshot, {});
  return WarnOf(
      context.engine.Scan(object, context.scratch, {policy->literals.rule_scopes}).findings,
      *policy, context);
}

Verdict JudgeText(std::string_view text, const JudgeContext& context) {
  const PolicyInForce policy = EffectivePolicy(context.snapshot, {});
  return WarnOf(
      context.engine.ScanText(text, context.scratch, {policy->literals.rule_scopes}).findings,
      *policy, context);
}

// One comment a line, so that a finding's line tells which comment it is in.
Verdict JudgeComments(std::span<const detection::Comment> comments, const JudgeContext& context) {
  std::string text;
  for (const detection::Comment& comment : comments) {
    text += comment.text;
    text += '\n';
  }
  const PolicyInForce policy = EffectivePolicy(context.snapshot, {});
  detection::ScanResult result = context.engine.ScanText(
      text, context.scratch, {policy->literals.rule_scopes}, detection::Place::kComment);
  for (Finding& finding : result.findings) {
    if (finding.position.line == 0 || finding.position.line > comments.size()) continue;
    const detection::Position start = comments[finding.position.line - 1].position;
    finding.position = {start.line, start.column + finding.position.column - 1};
  }
  return WarnOf(std::move(result.findings), *policy, context);
}

}  // namespace keysteward::policy
