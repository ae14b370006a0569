// MarkEarlier: which findings of a changed file its older version already had. They are reported,
// not refused, as admission does with an UPDATE.
//
// The same finding is: same object, same rule, same field with list items matched by name, same
// value. A line may move freely; a value that is changed or copied is news.
#pragma once

#include <span>

#include "cli/scan/scan_inputs.h"
#include "cli/scan/scan_report.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::cli {

// `input` has an older version; one that cannot be read has nothing.
void MarkEarlier(const ScanInput& input, const policy::JudgeContext& context,
                 detection::ManifestReader& reader, std::span<ScanFinding> findings);

}  // namespace keysteward::cli
