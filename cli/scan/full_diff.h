// ParseFullDiff: git's unified diff with unlimited context, which holds both versions of each file
// whole: one run of git instead of two for each file.
//
//   for (const ChangedFile& file : ParseFullDiff(output)) file.after
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace keysteward::cli {

struct ChangedFile {
  std::string path;    // of the new version, from the root of the repository
  std::string before;  // empty for a new file
  std::string after;
  bool is_link = false;
};

// Files without a change of content (mode, pure renames) and deleted files are left out. Prefixes
// are a/ and b/. kInvalidArgument when it is no such diff.
Result<std::vector<ChangedFile>> ParseFullDiff(std::string_view diff);

}  // namespace keysteward::cli
