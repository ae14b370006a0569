#include "detection/rules/rule_file.h"

#include "detection/rules/gitleaks_import.h"
#include "detection/rules/kingfisher_import.h"
#include "detection/rules/rule_yaml.h"

namespace keysteward::detection {
namespace {

constexpr size_t kMostRules = 5'000;

// Kingfisher's rules have a name beside their id; ours do not know the word.
bool IsKingfisher(const YAML::Node& root) {
  const YAML::Node rules = root["rules"];
  if (!rules || !rules.IsSequence() || rules.size() == 0 || !rules[0].IsMap()) return false;
  return static_cast<bool>(rules[0]["name"]);
}

Result<RuleFormat> FormatOf(std::string_view file, std::string_view text) {
  if (file.ends_with(".toml")) return RuleFormat::kGitleaks;
  KS_ASSIGN_OR_RETURN(const YAML::Node root, ReadYamlMapping(file, text));
  try {
    return IsKingfisher(root) ? RuleFormat::kKingfisher : RuleFormat::kKeysteward;
  } catch (const YAML::Exception& e) {
    return AtLine(file, LineOf(e.mark), e.msg);
  }
}

Result<RuleFileContent> ReadOurs(std::string_view file, std::string_view text) {
  const RuleFile one{file, text};
  RuleFileContent content;
  KS_ASSIGN_OR_RETURN(content.set, LoadRules({&one, 1}));
  return content;
}

Result<RuleFileContent> ReadAs(RuleFormat format, std::string_view file, std::string_view text) {
  switch (format) {
    case RuleFormat::kGitleaks:
      return ReadGitleaksRules(file, text);
    case RuleFormat::kKingfisher:
      return ReadKingfisherRules(file, text);
    case RuleFormat::kKeysteward:
      break;
  }
  return ReadOurs(file, text);
}

}  // namespace

Result<RuleFileContent> ReadRuleFile(std::string_view file, std::string_view text) {
  KS_ASSIGN_OR_RETURN(const RuleFormat format, FormatOf(file, text));
  KS_ASSIGN_OR_RETURN(RuleFileContent content, ReadAs(format, file, text));
  content.format = format;
  if (content.set.rules.size() > kMostRules) return AtLine(file, 1, "more than 5,000 rules");
  return content;
}

}  // namespace keysteward::detection
