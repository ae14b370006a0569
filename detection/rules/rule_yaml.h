// A rule file in YAML as a tree: bounded and plain before anything is built from it.
//
// yaml-cpp takes broken UTF-8, aliases without end and 200 bytes of memory for each byte of text,
// so all that is refused first. What yaml-cpp throws at a node's use is the caller's to catch.
//
//   KS_ASSIGN_OR_RETURN(const YAML::Node root, ReadYamlMapping("my.yaml", text));
#pragma once

#include <yaml-cpp/yaml.h>

#include <string_view>

#include "common/result.h"

namespace keysteward::detection {

inline constexpr size_t kLargestRuleFile = 1u << 20;

// Errors: kInvalidArgument or kTooLarge, "file:line: what is wrong". One document, a mapping, UTF-8
// without control characters, no anchors or aliases, at most 200,000 nodes.
Result<YAML::Node> ReadYamlMapping(std::string_view file, std::string_view text);

// "file:line: message", kInvalidArgument.
Error AtLine(std::string_view file, size_t line, std::string_view message);
// The line of a node, from 1.
size_t LineOf(const YAML::Mark& mark);
// UTF-8 without control characters but tab and line breaks, at most kLargestRuleFile.
Result<void> CheckRuleText(std::string_view file, std::string_view text);

}  // namespace keysteward::detection
