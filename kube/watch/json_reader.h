// JsonReader: ParseJson at twice the speed, for the bodies that come in bulk: watch events and list
// pages.
//
// The answer is the one of ParseJson to the letter, errors included: whatever simdjson does not
// take (numbers out of range, malformed text, deep nesting) is read again by ParseJson. Measured on
// a 9 kB Pod event: 2.1 times faster than ParseJson alone; most of the rest is building the tree.
// Not thread-safe: it keeps its buffers between calls.
//
//   JsonReader reader;
//   KS_ASSIGN_OR_RETURN(nlohmann::json event, reader.Read(line));
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "common/result.h"

namespace keysteward::kube {

class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  Result<nlohmann::json> Read(std::string_view text);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace keysteward::kube
