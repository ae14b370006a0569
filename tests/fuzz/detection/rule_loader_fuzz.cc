// Any bytes give rules that survive their table, or an error that names the file.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "detection/rules/rule.h"
#include "detection/rules/rule_table.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward;             // NOLINT: one function
  using namespace keysteward::detection;  // NOLINT: one function
  const RuleFile file{"f.yaml", {reinterpret_cast<const char*>(data), size}};
  const auto set = LoadRules({&file, 1});
  if (!set) {
    Require(set.error().message.starts_with("f.yaml:"));
    return 0;
  }
  std::set<std::string> ids;
  for (const Rule& rule : set->rules) {
    Require(!rule.id.empty() && ids.insert(rule.id).second && set->Find(rule.id) == &rule);
    Require(!rule.pattern.empty() && rule.line > 0);
  }
  const std::string table = WriteRuleTable(*set);
  const auto again = ReadRuleTable(table);
  Require(again && again->rules.size() == set->rules.size() && WriteRuleTable(*again) == table);
  return 0;
}
