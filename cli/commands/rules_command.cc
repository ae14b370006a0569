#include "cli/commands/rules_command.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/exit_codes.h"
#include "cli/output/table.h"
#include "cli/scan/scan_inputs.h"
#include "common/strings.h"
#include "detection/engine/rule_check.h"
#include "detection/rules/rule_file.h"
#include "detection/rules/rule_table.h"

namespace keysteward::cli {

using detection::Rule;
using detection::RuleSet;
using detection::Validator;
using nlohmann::json;

namespace {

// One byte more than a rule file may have, so that its reader sees that it is too large.
constexpr size_t kLargestRuleFile = (1u << 20) + 1;

json ToJson(const Rule& rule) {
  return {{"id", rule.id},
          {"provider", rule.provider},
          {"confidence", detection::ConfidenceName(rule.confidence)},
          {"found", rule.by_name() ? "name" : "format"},
          {"validator", detection::ValidatorName(rule.validator)}};
}

// What the validator looks at, as the rest of a sentence.
std::string_view ProofOf(Validator validator) {
  switch (validator) {
    case Validator::kNone:
      return "its form alone";
    case Validator::kCrc32Base62:
      return "its last six characters are the checksum of the rest; one that is wrong is less sure";
    case Validator::kJwt:
      return "header and payload are JSON, and it is signed";
    case Validator::kPem:
      return "the body of a key follows the banner";
    case Validator::kAwsKeyId:
      return "it decodes to an account; one that does not is less sure";
    case Validator::kRandom:
      return "no word explains its characters";
    case Validator::kUrlPassword:
      return "its password is no placeholder";
    case Validator::kUserPassword:
      return "it decodes to a user and a password";
    case Validator::kBase64Binary:
      return "it decodes to bytes that are no text";
    case Validator::kPrivateKeyDer:
      return "it decodes to the structure of a private key";
    case Validator::kDiscordId:
      return "its form, and that its first part decodes to a user id";
    case Validator::kBech32:
      return "its form, and that its last six characters are the checksum of the rest";
  }
  return "";
}

std::string_view MeaningOf(detection::Confidence confidence) {
  switch (confidence) {
    case detection::Confidence::kHigh:
      return "High, so it denies";
    case detection::Confidence::kMedium:
      return "Medium, so it warns; High beside a name that says credential";
    case detection::Confidence::kLow:
      return "Low, so only `scan --all` shows it";
  }
  return "";
}

void PrintRule(const Rule& rule, std::ostream& out) {
  out << rule.id << ": a credential of " << rule.provider << '\n';
  if (rule.by_name()) {
    out << "Found by:    the name beside it, one that holds " << Join(rule.names, ", ") << '\n';
  } else {
    out << "Found by:    its format, anywhere in a text; it holds " << Join(rule.keywords, ", ")
        << '\n';
  }
  out << "Looks like:  " << Join(rule.examples, "  ") << '\n';
  if (!rule.counterexamples.empty()) {
    out << "Not:         " << Join(rule.counterexamples, "  ") << '\n';
  }
  out << "Proof:       " << ProofOf(rule.validator) << '\n'
      << "Confidence:  " << MeaningOf(rule.confidence) << '\n'
      << "Remedy:      " << rule.remediation << '\n';
}

// One file of a check; its answers on the streams.
int CheckFile(const std::string& path, const RuleSet& built_in, std::ostream& out,
              std::ostream& err) {
  const Result<std::string> text = ReadFile(path, kLargestRuleFile);
  if (!text) {
    out << Clean(path) << ": " << Clean(text.error().message) << '\n';
    return kExitUsage;
  }
  const auto content = detection::ReadRuleFile(path, *text);
  if (!content) {
    out << Clean(content.error().message) << '\n';
    return kExitUsage;
  }
  for (const std::string& warning : content->warnings) err << "warning: " << Clean(warning) << '\n';
  std::vector<detection::RuleComplaint> complaints = detection::CheckRules(content->set);
  for (const Rule& rule : content->set.rules) {
    if (built_in.Find(rule.id) == nullptr) continue;
    complaints.push_back({rule.id, rule.line, "the id is that of a built-in rule"});
  }
  for (const auto& complaint : complaints) {
    out << Clean(path) << ':' << complaint.line << ": "
        << (complaint.rule.empty() ? "" : "rule " + Clean(complaint.rule) + ": ")
        << Clean(complaint.what) << '\n';
  }
  if (!complaints.empty()) return kExitNo;
  out << Clean(path) << ": " << content->set.rules.size() << " rules, nothing to complain of\n";
  return kExitOk;
}

}  // namespace

Result<int> RunRulesList(OutputFormat output, std::ostream& out) {
  KS_ASSIGN_OR_RETURN(const RuleSet set, detection::BuiltInRules());
  if (IsStructured(output)) {
    json rules = json::array();
    for (const Rule& rule : set.rules) rules.push_back(ToJson(rule));
    PrintJson({{"rules", std::move(rules)}}, output, out);
    return kExitOk;
  }
  Table table({"ID", "PROVIDER", "CONFIDENCE", "FOUND BY"});
  for (const Rule& rule : set.rules) {
    table.Add({rule.id, rule.provider, std::string(detection::ConfidenceName(rule.confidence)),
               rule.by_name() ? "name" : "format"});
  }
  table.Print(out);
  return kExitOk;
}

Result<int> RunRulesExplain(const RulesExplainOptions& options, OutputFormat output,
                            std::ostream& out) {
  KS_ASSIGN_OR_RETURN(const RuleSet set, detection::BuiltInRules());
  const Rule* rule = set.Find(options.id);
  if (rule == nullptr) return Error::NotFound("no rule \"" + Printable(options.id, 80) + "\"");
  if (!IsStructured(output)) {
    PrintRule(*rule, out);
    return kExitOk;
  }
  json whole = ToJson(*rule);
  whole["names"] = rule->names;
  whole["keywords"] = rule->keywords;
  whole["examples"] = rule->examples;
  whole["counterexamples"] = rule->counterexamples;
  whole["proof"] = ProofOf(rule->validator);
  whole["remediation"] = rule->remediation;
  PrintJson(std::move(whole), output, out);
  return kExitOk;
}

Result<int> RunRulesCheck(const RulesCheckOptions& options, std::ostream& out, std::ostream& err) {
  KS_ASSIGN_OR_RETURN(const RuleSet built_in, detection::BuiltInRules());
  int status = kExitOk;
  for (const std::string& file : options.files) {
    status = std::max(status, CheckFile(file, built_in, out, err));
  }
  return status;
}

}  // namespace keysteward::cli
