#include "cli/scan/env_fix.h"

#include <algorithm>
#include <set>

#include "cli/scan/credential_manifest.h"
#include "cli/scan/node_at.h"
#include "cli/scan/source_text.h"
#include "common/digest.h"
#include "detection/reader/manifest_reader.h"
#include "detection/reader/scalar_rules.h"

namespace keysteward::cli {
namespace {

using detection::ManifestFile;
using detection::Node;

struct Edit {
  TextSpan span;
  std::string replacement;
};

struct Reference {
  std::string name;
  std::string key;
};

// A plain scalar where YAML takes it for a string, else quoted.
std::string Scalar(const std::string& text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  const bool plain = text.find_first_not_of(kPlain) == std::string::npos && text[0] != '-' &&
                     text[0] != '.' &&
                     detection::ResolvePlain(text) == detection::NodeKind::kString;
  return plain ? text : "\"" + text + "\"";
}

// `like`: the scalar whose place it takes.
std::string ReferenceText(const Reference& reference, const Node& like) {
  if (like.style == detection::ScalarStyle::kJson) {
    return R"("valueFrom": {"secretKeyRef": {"name": ")" + reference.name + R"(", "key": ")" +
           reference.key + R"("}})";
  }
  return "valueFrom: {secretKeyRef: {name: " + Scalar(reference.name) +
         ", key: " + Scalar(reference.key) + "}}";
}

bool IsReference(const Node& node, const Reference& expected) {
  const Node* inner = node.Find("secretKeyRef");
  return node.key == "valueFrom" && inner != nullptr && inner->String("name") == expected.name &&
         inner->String("key") == expected.key;
}

// The nodes on the way to a scalar that begins there; empty when none does.
bool FindAt(const Node& node, detection::Position position, std::vector<const Node*>& way) {
  way.push_back(&node);
  if (node.is_scalar() && node.position == position) return true;
  for (const Node& child : node.children()) {
    if (FindAt(child, position, way)) return true;
  }
  way.pop_back();
  return false;
}

// Equal but for the values that were replaced.
bool SameBut(const Node& before, const Node& after, const std::map<const Node*, Reference>& fixed) {
  const auto replaced = fixed.find(&before);
  if (replaced != fixed.end()) return IsReference(after, replaced->second);
  if (before.kind != after.kind || before.key != after.key || before.text != after.text ||
      before.count != after.count) {
    return false;
  }
  const Node* other = after.first;
  for (const Node& child : before.children()) {
    if (other == nullptr || !SameBut(child, *other, fixed)) return false;
    other = other->next;
  }
  return other == nullptr;
}

class EnvFixer {
 public:
  EnvFixer(std::string_view text, CredentialNames& names)
      : text_(text), source_(text), names_(names) {}

  Result<FixedText> Fix(const std::vector<const ScanFinding*>& findings) {
    Result<ManifestFile> before = detection::ManifestReader({.bytes = text_.size()}).Read(text_);
    if (!before) {  // found in a text that makes no objects
      out_.advice.push_back("nothing is replaced: " + before.error().message);
      return std::move(out_);
    }
    before_ = *std::move(before);
    ReserveNames();
    for (const ScanFinding* finding : findings) Take(*finding);
    if (!edits_.empty()) {
      Apply();
      KS_RETURN_IF_ERROR(Check());
      AdviseCopies();
    }
    AdviseComments(findings);
    return std::move(out_);
  }

 private:
  void ReserveNames() {
    for (const detection::Document& document : before_.documents) {
      for (const Node* object : detection::ObjectsOf(*document.root)) {
        const detection::ObjectIdentity identity = detection::IdentityOf(*object);
        if (identity.kind == "ManagedCredential") {
          names_.Reserve(identity.namespace_name, identity.name);
        }
      }
    }
  }

  void Take(const ScanFinding& finding) {
    if (finding.judgement.finding.place == detection::Place::kComment) return;
    const std::string why = Try(finding);
    if (why.empty()) return;
    out_.advice.push_back(std::to_string(finding.mend_position().line) + ": not replaced: " + why);
  }

  // "" when the finding is replaced, else why not.
  std::string Try(const ScanFinding& finding) {
    const detection::Finding& found = finding.judgement.finding;
    if (found.place != detection::Place::kEnv || !found.path.ends_with(".value")) {
      return "only values of environment variables can be replaced";
    }
    if (finding.object.api_version.empty() || finding.object.name.empty()) {
      return "no Kubernetes object, so nothing can refer to a Secret here; of a chart's values: "
             "--helm CHART --fix";
    }
    if (before_.is_template) return "it stands in a template";
    const std::vector<const Node*> way = finding.source ? WayInSource(finding) : WayTo(finding);
    if (way.size() < 2 || !way.back()->is_scalar()) return "its place is not found";
    const Node& value = *way.back();
    if (value.key != "value" || way[way.size() - 2]->String("name").empty()) {
      return "no entry with name and value, so nothing here can refer to a Secret";
    }
    if (const auto done = fixed_.find(&value); done != fixed_.end()) {
      Expect(finding, done->second);  // one source of several objects
      return "";
    }
    const Result<MemberText> member = source_.Member(value, "value");
    if (!member) return member.error().message;
    Replace(finding, value, std::string(way[way.size() - 2]->String("name")), *member);
    return "";
  }

  std::vector<const Node*> WayTo(const ScanFinding& finding) const {
    for (const detection::Document& document : before_.documents) {
      if (document.index != finding.document) continue;
      for (const Node* object : detection::ObjectsOf(*document.root)) {
        if (detection::IdentityOf(*object) != finding.object) continue;
        return NodesTo(*object, finding.judgement.finding.path);
      }
    }
    return {};
  }

  std::vector<const Node*> WayInSource(const ScanFinding& finding) const {
    std::vector<const Node*> way;
    for (const detection::Document& document : before_.documents) {
      if (FindAt(*document.root, finding.source->position, way)) break;
    }
    return way;
  }

  void Replace(const ScanFinding& finding, const Node& value, const std::string& variable,
               const MemberText& member) {
    const CredentialNames::Choice choice = names_.Choose(
        finding.object.namespace_name, finding.object.name, variable, Sha256(value.text));
    const Reference reference{choice.name, choice.key};
    fixed_[&value] = reference;
    values_.emplace_back(value.text);
    edits_.push_back({member.head, ReferenceText(reference, value)});
    if (member.lines) edits_.push_back({*member.lines, ""});
    out_.lines.push_back(std::to_string(value.position.line) + ": " +
                         ReferenceText(reference, value));
    appends_ &= !finding.source && value.style != detection::ScalarStyle::kJson;
    Expect(finding, reference);
    if (choice.is_new) {
      out_.credentials.push_back(CredentialManifest(
          {choice.name, choice.key, finding.object.namespace_name,
           variable + " of " + finding.object.kind + " " + finding.object.name}));
    }
  }

  void Expect(const ScanFinding& finding, const Reference& reference) {
    if (!finding.source) return;
    out_.rendered.push_back(
        {finding.object, finding.judgement.finding.path, reference.name, reference.key});
  }

  void Apply() {
    std::sort(edits_.begin(), edits_.end(),
              [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
    std::string& out = out_.text;
    size_t at = 0;
    for (const Edit& edit : edits_) {
      out += text_.substr(at, edit.span.begin - at);
      out += edit.replacement;
      at = edit.span.end;
    }
    out += text_.substr(at);
    if (!appends_) return;
    out_.appended = !out_.credentials.empty();
    const std::string_view line_end = text_.find("\r\n") == std::string_view::npos ? "\n" : "\r\n";
    if (!out.empty() && out.back() != '\n') out += line_end;
    for (const std::string& credential : out_.credentials) {
      for (size_t from = 0; from < credential.size();) {
        const size_t end = credential.find('\n', from);
        out += credential.substr(from, end - from);
        out += line_end;
        from = end + 1;
      }
    }
  }

  Result<void> Check() const {
    const Error broken = Error::Internal("the replaced text is not what it should be");
    const Result<ManifestFile> after =
        detection::ManifestReader({.bytes = out_.text.size()}).Read(out_.text);
    if (!after) return broken;
    const size_t count = before_.documents.size();
    const size_t added = out_.appended ? out_.credentials.size() : 0;
    if (after->documents.size() != count + added) return broken;
    for (size_t i = 0; i < count; ++i) {
      if (!SameBut(*before_.documents[i].root, *after->documents[i].root, fixed_)) return broken;
    }
    return {};
  }

  // What is in comments alone.
  void AdviseComments(const std::vector<const ScanFinding*>& findings) {
    std::set<std::array<uint8_t, 32>> told;
    for (const std::string& value : values_) told.insert(Sha256(value));
    for (const ScanFinding* each : findings) {
      const detection::Finding& found = each->judgement.finding;
      if (found.place != detection::Place::kComment || told.contains(found.value_digest)) continue;
      out_.advice.push_back(std::to_string(found.position.line) +
                            ": it stands in a comment; remove it");
    }
  }

  // The value may stand in a comment or in another field too.
  void AdviseCopies() {
    constexpr size_t kTellingLength = 6;
    for (const std::string& value : values_) {
      if (value.size() < kTellingLength) continue;
      for (size_t at = out_.text.find(value); at != std::string::npos;
           at = out_.text.find(value, at + 1)) {
        const auto line = std::count(out_.text.begin(), out_.text.begin() + at, '\n') + 1;
        out_.advice.push_back(std::to_string(line) + ": the value stands here too; remove it");
      }
    }
  }

  std::string_view text_;
  SourceText source_;
  CredentialNames& names_;
  ManifestFile before_;
  std::map<const Node*, Reference> fixed_;
  std::vector<std::string> values_;
  std::vector<Edit> edits_;
  bool appends_ = true;  // the text has place for other objects
  FixedText out_;
};

}  // namespace

Result<FixedText> FixEnv(std::string_view text, const std::vector<const ScanFinding*>& findings,
                         CredentialNames& names) {
  return EnvFixer(text, names).Fix(findings);
}

}  // namespace keysteward::cli
