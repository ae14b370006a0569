#include "operator/report/namespace_scan.h"

#include "policy/controllers.h"

namespace keysteward::op {

using policy::Action;

namespace {

constexpr std::string_view kControllerManager = "system:kube-controller-manager";

void Count(const policy::Judgement& judgement, FindingCounts& counts) {
  if (!judgement.exception.empty()) {
    ++counts.waived;
  } else if (judgement.action == Action::kDeny) {
    ++counts.deny;
  } else if (judgement.action == Action::kWarn) {
    ++counts.warn;
  } else if (judgement.action == Action::kAudit) {
    ++counts.audit;
  }
}

ReportedFinding Reported(const detection::ObjectIdentity& object,
                         const policy::Judgement& judgement) {
  return {.api_version = object.api_version,
          .kind = object.kind,
          .name = object.name,
          .action = judgement.action,
          .rule = judgement.finding.rule,
          .fingerprint = judgement.finding.fingerprint,
          .message = judgement.message,
          .exception = judgement.exception};
}

void JudgeObject(const detection::Node& object, const policy::JudgeContext& context,
                 const ScannedNamespace& space, NamespaceFindings& found) {
  if (policy::IsControllersWork(object, kControllerManager)) return;
  policy::Review review;
  review.object = &object;
  review.identity = detection::IdentityOf(object);
  review.identity.namespace_name = space.name;
  review.namespace_labels = space.labels;
  ++found.objects;
  for (const policy::Judgement& judgement : policy::Judge(review, context).judgements) {
    if (judgement.action == Action::kAllow && judgement.exception.empty()) continue;
    Count(judgement, found.counts);
    if (found.findings.size() < kMostFindings) {
      found.findings.push_back(Reported(review.identity, judgement));
    }
  }
}

}  // namespace

void FindingCounts::Add(const FindingCounts& other) {
  deny += other.deny;
  warn += other.warn;
  audit += other.audit;
  waived += other.waived;
}

NamespaceFindings ScanNamespace(const ReadPath& read, const policy::JudgeContext& context,
                                const ScannedNamespace& space, size_t page) {
  NamespaceFindings found;
  found.namespace_name = space.name;
  for (const JudgedKind& kind : kJudgedKinds) {
    const Result<void> done = ForEachObject(
        read, kind, {space.name, page},
        [&](const detection::Node& object) { JudgeObject(object, context, space, found); });
    if (!done) found.errors.push_back(done.error().message);
    if (!done && done.error().code == ErrorCode::kCancelled) break;
  }
  return found;
}

}  // namespace keysteward::op
