// CommonYamlReader: the YAML that manifests are written in, several times as fast as libyaml.
//
// Block and flow collections, plain, quoted, literal and folded scalars, comments, several
// documents: the same tree with the same positions as ReadYaml gives, or `false`. It never reports
// an error and never guesses: anchors, tags, directives, carriage returns, odd indentation and all
// that is wrong are left to libyaml, whose answer counts. One object for one text; not thread-safe.
//
//   CommonYamlReader reader(text, limits, arena);
//   if (!reader.Read(documents)) KS_RETURN_IF_ERROR(ReadYaml(text, limits, arena, documents));
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "detection/reader/manifest_reader.h"
#include "detection/reader/node_arena.h"

namespace keysteward::detection {

// As it is written, escapes and all: libyaml takes no longer name without `?`, and counts a little
// differently.
inline constexpr ptrdiff_t kLongestKey = 1000;

// A plain name as kubectl reads it, `y` as "true"; false for numbers, null and merge keys.
bool ResolveName(std::string_view& key);

class CommonYamlReader {
 public:
  // `text` is copied into `arena`, which outlives the nodes.
  CommonYamlReader(std::string_view text, const ReadLimits& limits,
                   std::pmr::memory_resource& arena);

  // Appends to `documents`; false, with `documents` as they were, when libyaml has to be asked.
  bool Read(std::vector<Document>& documents);

 private:
  enum class Next : uint8_t { kContent, kMarker, kEnd };

  // Documents and lines.
  bool ReadDocument(Next next, std::vector<Document>& documents);
  Next NextContent();
  bool AtMarker() const;
  void EndLine();
  bool FinishLine();
  void SkipSpaces();

  // Block collections. `indent` is the column of the innermost collection, -1 at the root; nullptr:
  // not common. Columns count from 0.
  Node* BlockNode(int column, int indent, size_t depth);
  // The first name is taken already and stands at `position`.
  Node* Mapping(int column, Position position, size_t depth);
  Node* MemberValue(int column, size_t depth);
  Node* Sequence(int column, size_t depth);
  Node* Item(int column, size_t depth);
  bool TakeKey();
  bool TakePlainKey();
  bool TakeQuotedKey();

  // Scalars and flow collections, in common_yaml_scalars.cc and common_yaml_flow.cc.
  Node* InlineValue(int indent, size_t depth);
  Node* PlainValue(int indent);
  bool PlainLine(std::string_view& piece, bool& commented);
  bool ContinuePlain(int indent, std::string_view first, std::string_view& text);
  bool NextLineContinues(int indent, size_t& empty);
  Node* QuotedValue();
  bool TakeQuoted(std::string_view& text);
  bool TakeQuotedAcrossLines(char quote, std::string_view& text);
  bool TakeEscape();
  bool TakeCodePoint(int digits);
  Node* BlockScalar(int indent);
  bool BlockHeader(int& increment, int& chomping);
  int DetectIndent(int least) const;
  bool BlockLines(int indent, bool folded, int chomping);
  bool BlankLines(int indent, std::string& breaks);
  Node* Flow(size_t depth);
  Node* FlowSequence(Node* node, size_t depth);
  Node* FlowMapping(Node* node, size_t depth);
  Node* FlowValue(size_t depth);
  bool FlowKey(std::string_view& key);
  bool FlowPlain(std::string_view& text);
  bool SkipFlowSpace();

  bool IsBlankOrEnd(const char* at) const { return *at == ' ' || *at == '\n'; }
  Position PositionOf(const char* at) const;
  Node* NewCollection(NodeKind kind, Position position);
  Node* NewScalar(std::string_view text, ScalarStyle style, Position position);

  const ReadLimits& limits_;
  NodeArena nodes_;
  std::string_view text_;  // our copy, one line break follows it
  const char* at_ = nullptr;
  const char* end_ = nullptr;  // *end_ == '\n'
  const char* line_start_ = nullptr;
  uint32_t line_ = 1;
  int column_ = 0;  // of what NextContent found
  bool ascii_ = true;
  std::string_view key_;  // of TakeKey
  std::string room_;
};

}  // namespace keysteward::detection
