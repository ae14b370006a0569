// FindAssignments: name/value pairs inside a longer text: .env, properties, INI, YAML and JSON
// lines, connection strings, query strings, shell words, XML elements and attributes, and what the
// readers beside it find: directives, fallbacks, logins, blocks, tables.
//
// Linear in the text, no backtracking. Values are slices of the text.
//
//   FindAssignments("export DB_PASSWORD='s3cret'", pairs);   // {"DB_PASSWORD", "s3cret"}
//   FindAssignments("curl --token abc", pairs);              // {"token", "abc"}
#pragma once

#include <string_view>
#include <vector>

namespace keysteward::detection {

struct Assignment {
  std::string_view name;  // empty: that of the text itself
  std::string_view value;
  bool fallback = false;  // taken where a reference has nothing
};

// Appends to `pairs`, at most `limit` in all.
void FindAssignments(std::string_view text, std::vector<Assignment>& pairs, size_t limit = 20'000);

// Whether `name`, a part of `line`, stands inside {{ … }}: what a template computes is no literal.
bool InTemplateAction(std::string_view line, std::string_view name);

}  // namespace keysteward::detection
