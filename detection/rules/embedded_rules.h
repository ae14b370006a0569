// The rule files of detection/rules/, embedded at build time.
//
//   for (const RuleFile& file : EmbeddedRules()) …
#pragma once

#include <span>
#include <string_view>

namespace keysteward::detection {

struct RuleFile {
  std::string_view name;  // "github.yaml"
  std::string_view text;
};

std::span<const RuleFile> EmbeddedRules();

}  // namespace keysteward::detection
