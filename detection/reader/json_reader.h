// JsonReader: JSON text to documents with positions, over simdjson's on-demand parser.
//
// Numbers are kept as text, so none is out of range. Several texts may follow each other, as
// kubectl accepts. Not thread-safe: it keeps parser buffers between calls.
#pragma once

#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {

class JsonReader {
 public:
  // `limits` outlives the reader.
  explicit JsonReader(const ReadLimits& limits);
  ~JsonReader();

  // Appends to `documents`. Errors: kInvalidArgument "line:column: why"; kTooLarge for a limit.
  Result<void> Read(std::string_view text, std::pmr::memory_resource& arena,
                    std::vector<Document>& documents);

 private:
  struct Parser;
  const ReadLimits& limits_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace keysteward::detection
