// CommonJsonReader: JSON as the API server sends it, several times as fast as a parser compiled for
// any processor.
//
// The same tree with the same positions as JsonReader makes, or `false`: it reports no error. What
// is wrong, exceeds a limit or holds numbers of odd size is left to JsonReader, whose answer
// counts. One object for one text; not thread-safe.
//
//   if (!CommonJsonReader(text, limits, arena).Read(documents)) return json.Read(…);
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "detection/reader/manifest_reader.h"
#include "detection/reader/node_arena.h"

namespace keysteward::detection {

class CommonJsonReader {
 public:
  // `text` is copied into `arena`, which outlives the nodes.
  CommonJsonReader(std::string_view text, const ReadLimits& limits,
                   std::pmr::memory_resource& arena);

  // Appends to `documents`; false, with `documents` as they were, when JsonReader has to be asked.
  bool Read(std::vector<Document>& documents);

 private:
  Node* Value(size_t depth);
  Node* Object(size_t depth);
  Node* Array(size_t depth);
  Node* String();
  Node* Number();
  Node* Word(std::string_view word, NodeKind kind);
  bool TakeString(std::string_view& text);
  bool TakeEscapedString(const char* start, std::string_view& text);
  bool TakeEscape();
  bool TakeHex(uint32_t& unit);
  void SkipSpace();
  Node* NewNode(NodeKind kind);

  const ReadLimits& limits_;
  NodeArena nodes_;
  std::string_view text_;  // our copy, padding follows it
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  const char* line_start_ = nullptr;
  uint32_t line_ = 1;
  std::string room_;
};

}  // namespace keysteward::detection
