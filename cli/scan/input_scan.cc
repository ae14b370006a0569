#include "cli/scan/input_scan.h"

#include <algorithm>
#include <set>

#include "cli/scan/earlier_findings.h"
#include "cli/scan/folded_lines.h"
#include "cli/scan/generator_files.h"
#include "cli/scan/loose_text.h"
#include "cli/scan/node_at.h"
#include "common/digest.h"

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

// A way through the object each: enough for any file that people read.
constexpr size_t kMostUnfolded = 1000;

// Whether a line ends like the head of a folded scalar: >, >-, >+.
bool MayFold(std::string_view text) {
  for (size_t at = text.find('>'); at != std::string_view::npos; at = text.find('>', at + 1)) {
    const size_t end = text.find_first_not_of("-+ \r123456789", at + 1);
    if (end == std::string_view::npos || text[end] == '\n') return true;
  }
  return false;
}

// A Secret that cannot be read holds its values where they belong.
bool SaysSecret(std::string_view text) {
  return text.find("kind: Secret") != std::string_view::npos ||
         text.find("\"kind\": \"Secret\"") != std::string_view::npos;
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
  Result<detection::ManifestFile> manifest =
      input_.is_entry ? ConfigMapOf(input_.path, text_) : reader.Read(text_);
  if (!manifest && IsTemplateName(input_.path)) {
    manifest = detection::ManifestFile{.is_template = true};
  }
  if (!manifest) {
    error_ = InputError{input_.path, manifest.error().message};
    // What the API server would refuse as well may still hold a key that people read.
    if (manifest.error().code != ErrorCode::kInvalidArgument || SaysSecret(text_)) return;
    manifest = detection::ManifestFile{.is_template = true};
  }
  manifest_ = *std::move(manifest);
  bytes_ = text_.size();
  if (!live_) exceptions_ = FindInlineExceptions(text_);
  folds_ = !live_ && MayFold(text_);
  if (manifest_.is_template && !error_) manifest_ = reader.ReadTemplate(text_);
  documents_ = manifest_.documents.size();
  for (const detection::Document& document : manifest_.documents) {
    for (const Node* node : detection::ObjectsOf(*document.root)) {
      manifest_.is_template ? secrets_.LearnTemplate(*node) : secrets_.Learn(*node);
      Object object{node, document.index, IdentityIn(manifest_, *node)};
      if (!manifest_.is_template) object.uses = detection::FindSecretReferences(*node);
      objects_.push_back(std::move(object));
    }
  }
}

void InputScan::JudgeLiterals(const ScanSetting& setting, detection::Scratch& scratch,
                              detection::ManifestReader& reader) {
  const policy::JudgeContext context{setting.engine, scratch, setting.snapshot, secrets_,
                                     setting.now};
  if (setting.text_digests) digest_ = Sha256(text_);
  // Comments of rendered text are no lines of a file.
  const bool file = !live_ && setting.mapper == nullptr && !input_.is_entry;
  if (file || manifest_.is_template) {
    for (policy::Verdict& verdict : JudgeLooseText(text_, manifest_, context)) {
      Take({}, std::move(verdict), setting);
    }
  }
  for (const Object& object : objects_) JudgeObject(object, context, setting);
  CompareFrom(0, context, reader);
  DropRepeated();
  std::erase_if(objects_, [](const Object& object) { return object.uses.empty(); });
  objects_.shrink_to_fit();
  // A finding in rendered text is looked up in its source by all that stands around it.
  if (setting.mapper == nullptr) LetGo();
}

void InputScan::JudgeReferences(const ScanSetting& setting, const policy::SecretLookup& secrets,
                                detection::Scratch& scratch, detection::ManifestReader& reader) {
  const policy::JudgeContext context{setting.engine, scratch, setting.snapshot, secrets,
                                     setting.now};
  const size_t before = findings_.size();
  for (const Object& object : objects_) {
    policy::Review review;
    review.identity = object.identity;
    review.namespace_labels = LabelsOf(setting, review.identity.namespace_name);
    Take(object, policy::JudgeReferences(review, object.uses, context), setting);
  }
  CompareFrom(before, context, reader);
  LetGo();
  objects_.clear();
  input_.before.reset();
}

// Assigning an empty string would keep the memory of the text.
void InputScan::LetGo() {
  std::string().swap(text_);
  manifest_ = {};
  for (Object& object : objects_) object.node = nullptr;
}

void InputScan::JudgeObject(const Object& object, const policy::JudgeContext& context,
                            const ScanSetting& setting) {
  if (manifest_.is_template) {
    return Take(object, policy::JudgeTemplate(*object.node, context), setting);
  }
  policy::Review review;
  review.object = object.node;
  review.identity = object.identity;
  review.namespace_labels = LabelsOf(setting, review.identity.namespace_name);
  Take(object, policy::JudgeLiterals(review, context), setting);
}

void InputScan::Take(const Object& object, policy::Verdict verdict, const ScanSetting& setting) {
  for (policy::Judgement& judgement : verdict.judgements) {
    // Rendered text is mapped to its source by the place that the engine gave.
    if (setting.mapper == nullptr) {
      judgement.finding.position = PlaceOf(object, judgement.finding);
    }
    ApplyInlineException(exceptions_, judgement.finding.position.line, setting.now, judgement);
    if (judgement.action <= Action::kAllow && !setting.all) continue;
    ScanFinding found;
    if (setting.mapper != nullptr && object.node != nullptr) {
      found.source = setting.mapper->Locate({judgement, *object.node, text_});
    }
    found.file = input_.path;
    found.document = object.document;
    found.object = object.identity;
    found.judgement = std::move(judgement);
    found.text_digest = digest_;
    if (found.source && setting.text_digests) {
      found.text_digest = Sha256(ReadFile(found.source->file, kLargestFile).value_or(""));
    }
    if (live_) found.judgement.finding.position = {};
    findings_.push_back(std::move(found));
  }
}

// In a folded scalar it is not what the engine counts.
detection::Position InputScan::PlaceOf(const Object& object, const detection::Finding& finding) {
  if (!folds_ || object.node == nullptr || unfolded_ >= kMostUnfolded) return finding.position;
  ++unfolded_;
  const Node* leaf = NodeAt(*object.node, finding.path);
  return leaf == nullptr ? finding.position : Unfolded(text_, *leaf, finding.position);
}

// What the input said before was found then already.
void InputScan::CompareFrom(size_t first, const policy::JudgeContext& context,
                            detection::ManifestReader& reader) {
  if (!input_.before || findings_.size() == first) return;
  MarkEarlier(input_, context, reader,
              {findings_.begin() + static_cast<ptrdiff_t>(first), findings_.end()});
}

// Comments of a script in a block scalar were found in the script too, and so may be what stands
// beside a template's action.
void InputScan::DropRepeated() {
  using Spot = std::pair<uint32_t, std::array<uint8_t, 32>>;  // line, value
  const auto is_loose = [this](const ScanFinding& found) {
    return found.judgement.finding.place == detection::Place::kComment ||
           (manifest_.is_template && found.object.kind.empty());
  };
  const auto spot = [](const ScanFinding& found) {
    return Spot(found.judgement.finding.position.line, found.judgement.finding.value_digest);
  };
  if (std::none_of(findings_.begin(), findings_.end(), is_loose)) return;
  std::set<Spot> told;
  for (const ScanFinding& found : findings_) {
    if (!is_loose(found)) told.insert(spot(found));
  }
  std::erase_if(findings_, [&](const ScanFinding& found) {
    return is_loose(found) && told.contains(spot(found));
  });
}

}  // namespace keysteward::cli
