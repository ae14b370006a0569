// SourceText: places of YAML nodes as byte offsets, and which bytes a member `value: …` takes.
//
// Lines and columns are counted as libyaml counts them: characters, and every line break YAML
// knows.
//
//   const SourceText source(text);
//   KS_ASSIGN_OR_RETURN(const MemberText member, source.Member(value_node, "value"));
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "detection/reader/node.h"

namespace keysteward::cli {

struct TextSpan {
  size_t begin = 0;
  size_t end = 0;
};

// `value: "x"` is one span. Of a block scalar the head `value: |` is the first, its lines are the
// second, which ends at a line's begin.
struct MemberText {
  TextSpan head;
  std::optional<TextSpan> lines;
};

class SourceText {
 public:
  // `text` must outlive this.
  explicit SourceText(std::string_view text);

  std::optional<size_t> OffsetOf(detection::Position position) const;
  // kInvalidArgument says why this member cannot be replaced: an anchor, an alias, a tag, a scalar
  // of several lines, a comment between name and value.
  Result<MemberText> Member(const detection::Node& value, std::string_view name) const;

 private:
  std::optional<size_t> KeyBefore(size_t value, std::string_view name) const;
  std::optional<size_t> EndOfFlow(size_t begin, const detection::Node& value) const;
  TextSpan BlockLines(size_t head_end, size_t key) const;
  size_t LineStart(size_t offset) const;

  std::string_view text_;
  size_t mark_ = 0;  // bytes of a byte order mark, which no position counts
  std::vector<size_t> lines_;
};

}  // namespace keysteward::cli
