// Any bytes, as a rule file of any kind, give rules or an error, which names the file as each
// warning does.
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "detection/rules/rule_file.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward;             // NOLINT: one function
  using namespace keysteward::detection;  // NOLINT: one function
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view file : {"f.toml", "f.yaml"}) {
    const auto content = ReadRuleFile(file, text);
    if (!content) {
      Require(content.error().message.starts_with(file));
      continue;
    }
    Require((content->format == RuleFormat::kGitleaks) == file.ends_with(".toml"));
    std::set<std::string> ids;
    for (const Rule& rule : content->set.rules) {
      Require(!rule.id.empty() && ids.insert(rule.id).second);
    }
    for (const std::string& warning : content->warnings) Require(warning.starts_with(file));
  }
  return 0;
}
