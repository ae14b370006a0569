#include "cli/scan/earlier_findings.h"

#include <array>
#include <map>
#include <tuple>

#include "cli/scan/generator_files.h"
#include "cli/scan/loose_text.h"

namespace keysteward::cli {
namespace {

using policy::Action;

using Sameness = std::tuple<std::string, std::string, std::string, std::string, std::string,
                            std::array<uint8_t, 32>>;

Sameness SamenessOf(const detection::ObjectIdentity& object, const detection::Finding& finding) {
  return {object.kind,  object.namespace_name, object.name,
          finding.rule, finding.stable_path,   finding.value_digest};
}

using Counts = std::map<Sameness, int>;

void Count(const detection::ObjectIdentity& object, const policy::Verdict& verdict,
           Counts& counts) {
  for (const policy::Judgement& judgement : verdict.judgements) {
    ++counts[SamenessOf(object, judgement.finding)];
  }
}

Counts CountFindings(const ScanInput& input, const policy::JudgeContext& context,
                     detection::ManifestReader& reader) {
  Counts counts;
  const std::string_view text = *input.before;
  Result<detection::ManifestFile> manifest =
      input.is_entry ? ConfigMapOf(input.path, text) : reader.Read(text);
  if (!manifest) return counts;
  if (manifest->is_template) *manifest = reader.ReadTemplate(text);
  for (const policy::Verdict& verdict : JudgeLooseText(text, *manifest, context)) {
    Count({}, verdict, counts);
  }
  for (const detection::Document& document : manifest->documents) {
    for (const detection::Node* node : detection::ObjectsOf(*document.root)) {
      policy::Review review;
      review.object = node;
      review.identity = detection::IdentityOf(*node);
      Count(IdentityIn(*manifest, *node),
            manifest->is_template ? policy::JudgeTemplate(*node, context)
                                  : policy::Judge(review, context),
            counts);
    }
  }
  return counts;
}

}  // namespace

void MarkEarlier(const ScanInput& input, const policy::JudgeContext& context,
                 detection::ManifestReader& reader, std::span<ScanFinding> findings) {
  Counts counts = CountFindings(input, context, reader);
  for (ScanFinding& found : findings) {
    const auto earlier = counts.find(SamenessOf(found.object, found.judgement.finding));
    if (earlier == counts.end() || earlier->second-- <= 0) continue;
    found.judgement.existing = true;
    found.judgement.action = std::min(found.judgement.action, Action::kAudit);
  }
}

}  // namespace keysteward::cli
