// TreeBuilder: events of a YAML or JSON parser to Nodes, within limits.
//
// One document at a time: Begin/End/Scalar/Alias in document order, then Finish. Aliases share the
// children of their anchor, so a bomb costs no memory; it is refused because expanded nodes count.
// Not thread-safe.
//
//   TreeBuilder builder(limits, arena);
//   KS_RETURN_IF_ERROR(builder.Begin(NodeKind::kMapping, {1, 1}, ""));
//   KS_RETURN_IF_ERROR(builder.Scalar({.text = "kind"}, ""));
#pragma once

#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/result.h"
#include "detection/reader/node.h"

namespace keysteward::detection {

struct ReadLimits {
  size_t bytes = 8u << 20;         // of one input
  size_t documents = 10'000;       // of one input
  size_t depth = 100;              // kMaxDocumentDepth
  size_t nodes = 200'000;          // of one document, aliases expanded
  size_t scalar_bytes = 4u << 20;  // of one value
};

// "3:7: message"; the message never quotes the input.
Error ErrorAt(ErrorCode code, Position position, std::string_view message);

class TreeBuilder {
 public:
  // `arena` outlives the nodes.
  TreeBuilder(const ReadLimits& limits, std::pmr::memory_resource& arena)
      : limits_(limits), arena_(arena) {}

  Result<void> Begin(NodeKind kind, Position position, std::string_view anchor,
                     bool tagged = false);
  Result<void> End();
  // `scalar.text` is copied. Where a mapping expects a name, the scalar is one.
  Result<void> Scalar(Node scalar, std::string_view anchor);
  Result<void> Alias(std::string_view anchor, Position position);
  // Whether the next event is a member name.
  bool ExpectsKey() const;
  // The finished document (nullptr when it was empty); the builder is ready for the next one.
  const Node* Finish();

 private:
  // What few nodes have; JSON has none of it.
  struct Rare {
    std::vector<const Node*> merged;
    std::string anchor;
  };
  struct Open {
    Node* node = nullptr;
    Node* last = nullptr;
    std::string_view key = {};
    bool has_key = false;
    bool merges = false;  // the pending key is `<<`
    std::unique_ptr<Rare> rare = nullptr;

    Rare& Rarely() {
      if (rare == nullptr) rare = std::make_unique<Rare>();
      return *rare;
    }
  };

  Result<void> Add(Node* node);
  Result<void> AddMerge(const Node& node);
  void Append(Open& open, Node* node);
  Result<void> ApplyMerges(Open& open);
  Result<void> Count(size_t nodes, Position position);
  Node* New(const Node& node);
  std::string_view Copy(std::string_view text);

  const ReadLimits& limits_;
  std::pmr::memory_resource& arena_;
  std::vector<Open> open_;
  std::unordered_map<std::string, const Node*> anchors_;  // nullptr: still open
  const Node* root_ = nullptr;
  size_t nodes_ = 0;
};

}  // namespace keysteward::detection
