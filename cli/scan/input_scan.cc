#include "cli/scan/input_scan.h"

#include <algorithm>
#include <array>
#include <set>

#include "cli/scan/earlier_findings.h"
#include "common/digest.h"
#include "detection/fields/secret_references.h"

namespace keysteward::cli {
namespace {

using detection::Node;
using policy::Action;

const policy::Labels& LabelsOf(const ScanSetting& setting, const std::string& namespace_name) {
  static const policy::Labels kNone;
  if (setting.namespaces == nullptr) return kNone;
  const auto found = setting.namespaces->find(namespace_name);
  return found == setting.namespaces->end() ? kNone : found->second;
}

}  // namespace

void InputScan::Read(detection::ManifestReader& reader) {
  Result<std::string> text = input_.text ? Result<std::string>(*std::move(input_.text))
                                         : ReadFile(input_.path, kLargestFile);
  if (!text) {
    error_ = InputError{input_.path, text.error().message};
    return;
  }
  text_ = *std::move(text);
  Result<detection::ManifestFile> manifest = reader.Read(text_);
  if (!manifest) {
    error_ = InputError{input_.path, manifest.error().message};
    return;
  }
  manifest_ = *std::move(manifest);
  bytes_ = text_.size();
  documents_ = manifest_.documents.size();
  if (!live_) exceptions_ = FindInlineExceptions(text_);
  for (const detection::Document& document : manifest_.documents) {
    for (const Node* node : detection::ObjectsOf(*document.root)) {
      secrets_.Learn(*node);
      const bool waits = !detection::FindSecretReferences(*node).empty();
      (waits ? later_ : now_).push_back({node, document.index});
    }
  }
}

void InputScan::Judge(Part part, const ScanSetting& setting, const policy::SecretLookup& secrets,
                      detection::Scratch& scratch, detection::ManifestReader& reader) {
  const policy::JudgeContext context{setting.engine, scratch, setting.snapshot, secrets,
                                     setting.now};
  const size_t before = findings_.size();
  if (part == Part::kNow && manifest_.is_template) JudgeTemplate(context, setting);
  // Those of rendered text are no lines of a file.
  const bool file = !live_ && !manifest_.is_template && setting.mapper == nullptr;
  if (part == Part::kNow && file) JudgeComments(context, setting);
  for (const Object& object : part == Part::kNow ? now_ : later_) {
    JudgeObject(object, context, setting);
  }
  if (setting.text_digests && findings_.size() > before) {
    const auto digest = Sha256(text_);
    for (size_t i = before; i < findings_.size(); ++i) findings_[i].text_digest = digest;
  }
  if (input_.before && findings_.size() > before) {
    MarkEarlier(*input_.before, context, reader,
                {findings_.begin() + static_cast<ptrdiff_t>(before), findings_.end()});
  }
  (part == Part::kNow ? now_ : later_).clear();
}

void InputScan::JudgeComments(const policy::JudgeContext& context, const ScanSetting& setting) {
  const std::vector<detection::Comment> comments = detection::FindComments(text_);
  if (!comments.empty()) Take({nullptr, 0}, policy::JudgeComments(comments, context), setting);
}

void InputScan::JudgeTemplate(const policy::JudgeContext& context, const ScanSetting& setting) {
  Take({nullptr, 0}, policy::JudgeText(text_, context), setting);
}

void InputScan::JudgeObject(const Object& object, const policy::JudgeContext& context,
                            const ScanSetting& setting) {
  policy::Review review;
  review.object = object.node;
  review.identity = detection::IdentityOf(*object.node);
  review.namespace_labels = LabelsOf(setting, review.identity.namespace_name);
  Take(object, policy::Judge(review, context), setting);
}

void InputScan::Take(const Object& object, policy::Verdict verdict, const ScanSetting& setting) {
  for (policy::Judgement& judgement : verdict.judgements) {
    ApplyInlineException(exceptions_, judgement.finding.position.line, setting.now, judgement);
    if (judgement.action <= Action::kAllow && !setting.all) continue;
    ScanFinding found;
    if (setting.mapper != nullptr && object.node != nullptr) {
      found.source = setting.mapper->Locate({judgement, *object.node, text_});
    }
    found.file = input_.path;
    found.document = object.document;
    if (object.node != nullptr) found.object = detection::IdentityOf(*object.node);
    found.judgement = std::move(judgement);
    if (live_) found.judgement.finding.position = {};
    findings_.push_back(std::move(found));
  }
}

// Comments of a script in a block scalar were found in the script too.
void InputScan::DropRepeatedComments() {
  using Spot = std::pair<uint32_t, std::array<uint8_t, 32>>;  // line, value
  const auto is_comment = [](const ScanFinding& found) {
    return found.judgement.finding.place == detection::Place::kComment;
  };
  const auto spot = [](const ScanFinding& found) {
    return Spot(found.judgement.finding.position.line, found.judgement.finding.value_digest);
  };
  if (std::none_of(findings_.begin(), findings_.end(), is_comment)) return;
  std::set<Spot> told;
  for (const ScanFinding& found : findings_) {
    if (!is_comment(found)) told.insert(spot(found));
  }
  std::erase_if(findings_, [&](const ScanFinding& found) {
    return is_comment(found) && told.contains(spot(found));
  });
}

void InputScan::LetGo() {
  DropRepeatedComments();
  text_ = {};
  manifest_ = {};
  input_.before.reset();
}

}  // namespace keysteward::cli
