// MarkEarlier: which findings of a changed file its older version already had. They are reported,
// not refused, as admission does with an UPDATE.
//
// The same finding is: same object, same rule, same field with list items matched by name, same
// value. A line may move freely; a value that is changed or copied is news.
#pragma once

#include <span>
#include <string_view>

#include "cli/scan/scan_report.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {

// `before` that cannot be read has nothing.
void MarkEarlier(std::string_view before, const policy::JudgeContext& context,
                 detection::ManifestReader& reader, std::span<ScanFinding> findings);

}  // namespace keysteward::cli
