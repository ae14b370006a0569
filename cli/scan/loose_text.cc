#include "cli/scan/loose_text.h"

#include "detection/reader/comments.h"
#include "detection/reader/template_actions.h"

namespace keysteward::cli {

namespace {

// Whether the line is one of a document that holds a Secret, where values belong.
bool InSecret(const detection::ManifestFile& manifest, uint32_t line) {
  const detection::Node* last = nullptr;
  for (const detection::Document& document : manifest.documents) {
    if (document.root->position.line <= line) last = document.root;
  }
  return last != nullptr && last->String("kind") == "Secret";
}

}  // namespace

std::vector<policy::Verdict> JudgeLooseText(std::string_view text,
                                            const detection::ManifestFile& manifest,
                                            const policy::JudgeContext& context) {
  std::vector<policy::Verdict> verdicts;
  if (manifest.is_template && manifest.documents.empty()) {
    verdicts.push_back(policy::JudgeText(text, context));
    return verdicts;
  }
  if (manifest.is_template) {
    verdicts.push_back(policy::JudgeText(detection::LinesWithLiteralActions(text), context));
    std::erase_if(verdicts.back().judgements, [&](const policy::Judgement& judgement) {
      return InSecret(manifest, judgement.finding.position.line);
    });
  }
  const std::vector<detection::Comment> comments = detection::FindComments(text);
  if (!comments.empty()) verdicts.push_back(policy::JudgeComments(comments, context));
  return verdicts;
}

detection::ObjectIdentity IdentityIn(const detection::ManifestFile& manifest,
                                     const detection::Node& object) {
  detection::ObjectIdentity identity = detection::IdentityOf(object);
  for (std::string* part : {&identity.name, &identity.namespace_name}) {
    if (manifest.is_template && part->find('$') != std::string::npos) part->clear();
  }
  return identity;
}

}  // namespace keysteward::cli
