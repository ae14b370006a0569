// FormatTable: for every built-in rule, values it must find and values that are one step away from
// its form and that it must leave alone. Read from tests/detection/rules/formats/*.txt:
//
//   aws-secret-access-key awssecretaccesskey     rule, name beside the value (a dull one: entry)
//     + {base64:40}                              found
//     - {base64:39}                              left alone
//     - @entry {base64:40}                       left alone under another name
//
// Written apart from the rule files, so that a rule cannot be widened or narrowed unnoticed. Values
// are templates (see samples.h): no file of the project holds a key.
#pragma once

#include <string>
#include <vector>

namespace keysteward::detection {

struct Format {
  std::string rule;
  std::string name;
  std::vector<std::string> found;
  std::vector<std::string> left_alone;
};

// All files; a line that is none of the above ends the test program.
std::vector<Format> ReadFormatTable();

}  // namespace keysteward::detection
