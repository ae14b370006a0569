// Any bytes give rules or an error that names the file.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detection/rules/rule.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::detection;  // NOLINT: one function
  const RuleFile file{"f.yaml", {reinterpret_cast<const char*>(data), size}};
  const auto rules = LoadRules({&file, 1});
  if (!rules && !rules.error().message.starts_with("f.yaml")) std::abort();
  return 0;
}
