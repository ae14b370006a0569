// `keysteward evidence verify FILE`: checks a bundle offline and says what is proven.
//
// Exit status: 0 whole and pinned, 1 a broken link or signed by another key than the pinned one, 2
// the file or the pin cannot be read, 4 whole but NOT PINNED.
//
//   KS_ASSIGN_OR_RETURN(const int status, RunEvidenceVerify({.file = "e.json"}, in, out));
#pragma once

#include <iosfwd>
#include <string>

#include "cli/output/format.h"
#include "common/result.h"

namespace keysteward::cli {

struct EvidenceVerifyOptions {
  std::string file;         // "-": standard input
  std::string key_file;     // PEM of the public key
  std::string fingerprint;  // 64 hex digits
  OutputFormat output = OutputFormat::kTable;
};

Result<int> RunEvidenceVerify(const EvidenceVerifyOptions& options, std::istream& in,
                              std::ostream& out);

}  // namespace keysteward::cli
