#include "detection/rules/kingfisher_import.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_set>

#include "common/strings.h"
#include "detection/rules/imported_pattern.h"
#include "detection/rules/rule_yaml.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kRemediation =
    "Revoke it at its issuer and issue a new one through a ManagedCredential.";

// What says nothing about which text is a credential.
bool IsRemark(std::string_view key) {
  static constexpr std::array<std::string_view, 5> kRemarks = {
      "references", "categories", "description", "tls_mode", "prevalidated"};
  return std::find(kRemarks.begin(), kRemarks.end(), key) != kRemarks.end();
}

class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  Result<RuleFileContent> Read(const YAML::Node& root);

 private:
  Error At(const YAML::Node& node, const std::string& message) const {
    const std::string rule = rule_.id.empty() ? "" : "rule " + Printable(rule_.id, 80) + ": ";
    return AtLine(file_, LineOf(node.Mark()), rule + message);
  }
  void Warn(const YAML::Node& node, const std::string& message) {
    content_.warnings.push_back(At(node, message).message);
  }
  Result<void> ReadRule(const YAML::Node& node);
  Result<void> ReadField(const std::string& key, const YAML::Node& value);
  Result<void> ReadConfidence(const YAML::Node& value);
  Result<void> ReadRequirements(const YAML::Node& value);
  Result<void> ReadRequirement(const std::string& key, const YAML::Node& value);
  Result<void> ReadTexts(const YAML::Node& value, std::vector<std::string>& texts);
  Result<double> Number(const YAML::Node& value, double most);
  Result<std::string> Text(const YAML::Node& value);
  Result<void> Finish(const YAML::Node& node);

  std::string_view file_;
  RuleFileContent content_;
  Rule rule_;
  std::string pattern_;
  bool visible_ = true;
  bool asks_ = false;  // said once that validation is not done
  std::unordered_set<std::string> ids_;
};

Result<std::string> Reader::Text(const YAML::Node& value) {
  if (!value.IsScalar()) return At(value, "expected a text");
  return value.Scalar();
}

Result<double> Reader::Number(const YAML::Node& value, double most) {
  double number = -1;
  if (value.IsScalar()) {
    const std::string& text = value.Scalar();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) number = -1;
  }
  if (!(number >= 0 && number <= most)) return At(value, "expected a number");
  return number;
}

Result<void> Reader::ReadTexts(const YAML::Node& value, std::vector<std::string>& texts) {
  if (!value.IsSequence()) return At(value, "expected a list of texts");
  for (const YAML::Node& item : value) {
    KS_ASSIGN_OR_RETURN(texts.emplace_back(), Text(item));
  }
  return {};
}

Result<void> Reader::ReadConfidence(const YAML::Node& value) {
  for (const Confidence known : {Confidence::kLow, Confidence::kMedium, Confidence::kHigh}) {
    if (value.IsScalar() && EqualsIgnoreCase(value.Scalar(), ConfidenceName(known))) {
      rule_.confidence = known;
      return {};
    }
  }
  return At(value, "confidence is low, medium or high");
}

Result<void> Reader::ReadRequirement(const std::string& key, const YAML::Node& value) {
  constexpr std::pair<std::string_view, CharacterClass> kClasses[] = {
      {"min_digits", CharacterClass::kDigit},
      {"min_uppercase", CharacterClass::kUpper},
      {"min_lowercase", CharacterClass::kLower},
      {"min_special_chars", CharacterClass::kSpecial}};
  for (const auto& [name, wanted] : kClasses) {
    if (key != name) continue;
    KS_ASSIGN_OR_RETURN(const double least, Number(value, 1000));
    if (least >= 1) rule_.required_classes.push_back(wanted);
    if (least > 1) Warn(value, key + " above 1 is taken as 1");
    return {};
  }
  if (key == "ignore_if_contains") {
    std::vector<std::string> texts;
    KS_RETURN_IF_ERROR(ReadTexts(value, texts));
    rule_.exclude = AnyOfTexts(texts);
    return {};
  }
  Warn(value, "pattern_requirements." + Printable(key, 40) + " is ignored");
  return {};
}

Result<void> Reader::ReadRequirements(const YAML::Node& value) {
  if (!value.IsMap()) return At(value, "pattern_requirements is a mapping");
  for (const auto& member : value) {
    KS_RETURN_IF_ERROR(ReadRequirement(member.first.Scalar(), member.second));
  }
  return {};
}

Result<void> Reader::ReadField(const std::string& key, const YAML::Node& value) {
  if (key == "id") return {};  // read before, so that every message names it
  if (key == "examples") return ReadTexts(value, rule_.examples);
  if (key == "negative_examples") return ReadTexts(value, rule_.counterexamples);
  if (key == "confidence") return ReadConfidence(value);
  if (key == "pattern_requirements") return ReadRequirements(value);
  if (key == "name" || key == "pattern") {
    KS_ASSIGN_OR_RETURN((key == "name" ? rule_.provider : pattern_), Text(value));
    return {};
  }
  if (key == "min_entropy") {
    KS_ASSIGN_OR_RETURN(rule_.minimum_entropy, Number(value, 8));
    return {};
  }
  if (key == "visible") {
    KS_ASSIGN_OR_RETURN(const std::string text, Text(value));
    visible_ = text != "false";
    return {};
  }
  if (key == "validation" || key == "revocation") {
    if (!asks_) Warn(value, key + " is ignored, here and below: nothing is asked over the network");
    asks_ = true;
    return {};
  }
  if (!IsRemark(key)) Warn(value, Printable(key, 40) + " is ignored");
  return {};
}

Result<void> Reader::Finish(const YAML::Node& node) {
  if (pattern_.empty() || rule_.provider.empty()) return At(node, "a rule needs name and pattern");
  if (!visible_) {
    Warn(node, "left out: it is not visible and only feeds other rules");
    return {};
  }
  Result<std::string> pattern = ToRulePattern(pattern_, {.named = "TOKEN"});
  if (!pattern) return At(node, pattern.error().message);
  rule_.pattern = *std::move(pattern);
  rule_.keywords = LiteralsOf(rule_.pattern);
  if (rule_.keywords.empty()) {
    return At(node, "its pattern holds no text that is in every match; such a rule is too slow");
  }
  rule_.literal_examples = true;
  rule_.remediation = kRemediation;
  content_.set.rules.push_back(std::move(rule_));
  return {};
}

Result<void> Reader::ReadRule(const YAML::Node& node) {
  rule_ = {};
  pattern_.clear();
  visible_ = true;
  const bool has_id = node.IsMap() && node["id"] && node["id"].IsScalar();
  if (!has_id || node["id"].Scalar().empty()) return At(node, "a rule needs an id");
  rule_.id = node["id"].Scalar();
  rule_.line = static_cast<uint32_t>(LineOf(node.Mark()));
  if (!ids_.insert(rule_.id).second) return At(node, "id is used twice");
  for (const auto& member : node) {
    KS_RETURN_IF_ERROR(ReadField(member.first.Scalar(), member.second));
  }
  return Finish(node);
}

Result<RuleFileContent> Reader::Read(const YAML::Node& root) {
  for (const auto& member : root) {
    if (member.first.Scalar() != "rules") {
      Warn(member.first, Printable(member.first.Scalar(), 40) + " is ignored");
    }
  }
  const YAML::Node rules = root["rules"];
  if (!rules || !rules.IsSequence()) return AtLine(file_, 1, "no rules");
  for (const YAML::Node& rule : rules) KS_RETURN_IF_ERROR(ReadRule(rule));
  return std::move(content_);
}

}  // namespace

Result<RuleFileContent> ReadKingfisherRules(std::string_view file, std::string_view text) {
  KS_ASSIGN_OR_RETURN(const YAML::Node root, ReadYamlMapping(file, text));
  try {
    return Reader(file).Read(root);
  } catch (const YAML::Exception& e) {
    return AtLine(file, LineOf(e.mark), e.msg);
  }
}

}  // namespace keysteward::detection
