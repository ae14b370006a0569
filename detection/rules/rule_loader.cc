#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_set>

#include "common/strings.h"
#include "detection/rules/rule.h"
#include "detection/rules/rule_yaml.h"

namespace keysteward::detection {
namespace {

Error At(std::string_view file, const YAML::Mark& mark, std::string_view message) {
  return AtLine(file, LineOf(mark), message);
}

std::optional<double> ParseNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Named {
  std::string_view name;
  Validator validator;
};
constexpr Named kValidators[] = {{"crc32-base62", Validator::kCrc32Base62},
                                 {"jwt", Validator::kJwt},
                                 {"pem", Validator::kPem},
                                 {"aws-key-id", Validator::kAwsKeyId},
                                 {"random", Validator::kRandom},
                                 {"url-password", Validator::kUrlPassword},
                                 {"user-password", Validator::kUserPassword},
                                 {"base64-binary", Validator::kBase64Binary},
                                 {"private-key-der", Validator::kPrivateKeyDer},
                                 {"discord-id", Validator::kDiscordId},
                                 {"bech32", Validator::kBech32}};

struct NamedClass {
  std::string_view name;
  CharacterClass value;
};
constexpr NamedClass kClasses[] = {{"upper", CharacterClass::kUpper},
                                   {"lower", CharacterClass::kLower},
                                   {"digit", CharacterClass::kDigit},
                                   {"special", CharacterClass::kSpecial}};

// Reads one file; the first wrong thing is kept as error.
class FileReader {
 public:
  FileReader(std::string_view file, RuleSet& out) : file_(file), out_(out) {}

  Result<void> Read(std::string_view text);

 private:
  Result<void> ReadRule(const YAML::Node& node, const Rule& shared);
  Result<void> ReadField(const std::string& key, const YAML::Node& value, Rule& rule);
  Result<void> ReadList(const YAML::Node& value, std::vector<std::string>& list);
  Result<void> ReadValidator(const YAML::Node& value, Rule& rule);
  Result<void> ReadConfidence(const YAML::Node& value, Rule& rule);
  Result<void> ReadFlag(const YAML::Node& value, bool& flag);
  Result<void> ReadEntropy(const YAML::Node& value, Rule& rule);
  Result<void> ReadClasses(const YAML::Node& value, Rule& rule);
  Result<void> CheckComplete(const YAML::Node& node, const Rule& rule);

  std::string_view file_;
  RuleSet& out_;
};

Result<void> FileReader::ReadList(const YAML::Node& value, std::vector<std::string>& list) {
  if (!value.IsSequence()) return At(file_, value.Mark(), "expected a list of texts");
  for (const YAML::Node& item : value) {
    if (!item.IsScalar()) return At(file_, item.Mark(), "expected a text");
    list.push_back(item.Scalar());
  }
  return {};
}

Result<void> FileReader::ReadValidator(const YAML::Node& value, Rule& rule) {
  for (const Named& known : kValidators) {
    if (value.IsScalar() && value.Scalar() == known.name) {
      rule.validator = known.validator;
      return {};
    }
  }
  return At(file_, value.Mark(), "unknown validator");
}

Result<void> FileReader::ReadConfidence(const YAML::Node& value, Rule& rule) {
  for (const Confidence known : {Confidence::kLow, Confidence::kMedium, Confidence::kHigh}) {
    if (value.IsScalar() && value.Scalar() == ConfidenceName(known)) {
      rule.confidence = known;
      return {};
    }
  }
  return At(file_, value.Mark(), "confidence is Low, Medium or High");
}

Result<void> FileReader::ReadFlag(const YAML::Node& value, bool& flag) {
  if (!value.IsScalar() || (value.Scalar() != "true" && value.Scalar() != "false")) {
    return At(file_, value.Mark(), "expected true or false");
  }
  flag = value.Scalar() == "true";
  return {};
}

Result<void> FileReader::ReadEntropy(const YAML::Node& value, Rule& rule) {
  constexpr double kMost = 8;  // bits of a byte
  const auto number = value.IsScalar() ? ParseNumber(value.Scalar()) : std::nullopt;
  if (!number || !(*number >= 0 && *number <= kMost)) {
    return At(file_, value.Mark(), "minimumEntropy is a number from 0 to 8");
  }
  rule.minimum_entropy = *number;
  return {};
}

Result<void> FileReader::ReadClasses(const YAML::Node& value, Rule& rule) {
  std::vector<std::string> names;
  KS_RETURN_IF_ERROR(ReadList(value, names));
  for (const std::string& name : names) {
    const auto* known = std::find_if(std::begin(kClasses), std::end(kClasses),
                                     [&](const NamedClass& c) { return c.name == name; });
    if (known == std::end(kClasses)) {
      return At(file_, value.Mark(), "requires takes upper, lower, digit and special");
    }
    rule.required_classes.push_back(known->value);
  }
  return {};
}

Result<void> FileReader::ReadField(const std::string& key, const YAML::Node& value, Rule& rule) {
  if (key == "keywords") return ReadList(value, rule.keywords);
  if (key == "names") return ReadList(value, rule.names);
  if (key == "examples") return ReadList(value, rule.examples);
  if (key == "counterexamples") return ReadList(value, rule.counterexamples);
  if (key == "validator") return ReadValidator(value, rule);
  if (key == "confidence") return ReadConfidence(value, rule);
  if (key == "freeStart") return ReadFlag(value, rule.free_start);
  if (key == "minimumEntropy") return ReadEntropy(value, rule);
  if (key == "requires") return ReadClasses(value, rule);
  std::string* text = key == "id"            ? &rule.id
                      : key == "pattern"     ? &rule.pattern
                      : key == "exclude"     ? &rule.exclude
                      : key == "provider"    ? &rule.provider
                      : key == "remediation" ? &rule.remediation
                                             : nullptr;
  if (text == nullptr) return At(file_, value.Mark(), "unknown key \"" + Printable(key, 40) + "\"");
  if (!value.IsScalar()) return At(file_, value.Mark(), "expected a text");
  *text = value.Scalar();
  return {};
}

Result<void> FileReader::CheckComplete(const YAML::Node& node, const Rule& rule) {
  const YAML::Mark mark = node.Mark();
  if (rule.id.empty() || rule.pattern.empty() || rule.provider.empty() ||
      rule.remediation.empty()) {
    return At(file_, mark, "a rule needs id, pattern, provider and remediation");
  }
  if (rule.keywords.empty() == rule.names.empty()) {
    return At(file_, mark, "a rule needs either keywords or names");
  }
  if (rule.examples.empty()) return At(file_, mark, "a rule needs an example");
  if (out_.Find(rule.id) != nullptr) return At(file_, mark, "id is used twice: " + rule.id);
  return {};
}

Result<void> FileReader::ReadRule(const YAML::Node& node, const Rule& shared) {
  if (!node.IsMap()) return At(file_, node.Mark(), "expected a rule");
  Rule rule = shared;
  rule.line = static_cast<uint32_t>(LineOf(node.Mark()));
  std::unordered_set<std::string> seen;
  for (const auto& member : node) {
    const std::string key = member.first.Scalar();
    if (!seen.insert(key).second) return At(file_, member.first.Mark(), "key is used twice");
    KS_RETURN_IF_ERROR(ReadField(key, member.second, rule));
  }
  for (std::string& keyword : rule.keywords) keyword = ToLower(keyword);
  KS_RETURN_IF_ERROR(CheckComplete(node, rule));
  out_.rules.push_back(std::move(rule));
  return {};
}

Result<void> FileReader::Read(std::string_view text) {
  KS_ASSIGN_OR_RETURN(const YAML::Node root, ReadYamlMapping(file_, text));
  Rule shared;
  YAML::Node rules;
  for (const auto& member : root) {
    const std::string key = member.first.Scalar();
    if (key == "rules") {
      rules = member.second;
    } else if (key == "provider" || key == "remediation") {
      KS_RETURN_IF_ERROR(ReadField(key, member.second, shared));
    } else {
      return At(file_, member.first.Mark(), "unknown key \"" + Printable(key, 40) + "\"");
    }
  }
  if (!rules.IsSequence()) return Error::InvalidArgument(std::string(file_) + ":1: no rules");
  for (const YAML::Node& rule : rules) KS_RETURN_IF_ERROR(ReadRule(rule, shared));
  return {};
}

}  // namespace

std::string_view ValidatorName(Validator validator) {
  for (const Named& known : kValidators) {
    if (known.validator == validator) return known.name;
  }
  return "";
}

const Rule* RuleSet::Find(std::string_view id) const {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.id == id; });
  return found == rules.end() ? nullptr : &*found;
}

Result<RuleSet> LoadRules(std::span<const RuleFile> files) {
  RuleSet set;
  for (const RuleFile& file : files) {
    try {
      KS_RETURN_IF_ERROR(FileReader(file.name, set).Read(file.text));
    } catch (const YAML::Exception& e) {
      return At(file.name, e.mark, e.msg);
    }
  }
  return set;
}

}  // namespace keysteward::detection
