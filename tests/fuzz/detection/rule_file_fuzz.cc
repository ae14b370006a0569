// Any bytes, as a rule file of any kind, give rules or an error that names the file.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detection/rules/rule_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::detection;  // NOLINT: one function
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view file : {"f.toml", "f.yaml"}) {
    const auto content = ReadRuleFile(file, text);
    if (!content && !content.error().message.starts_with(file)) std::abort();
  }
  return 0;
}
