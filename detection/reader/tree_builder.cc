#include "detection/reader/tree_builder.h"

#include <cstring>
#include <new>
#include <unordered_set>

namespace keysteward::detection {

Error ErrorAt(ErrorCode code, Position position, std::string_view message) {
  return Error::Make(code, std::to_string(position.line) + ":" + std::to_string(position.column) +
                               ": " + std::string(message));
}

Node* TreeBuilder::New(const Node& node) {
  return new (arena_.allocate(sizeof(Node), alignof(Node))) Node(node);
}

std::string_view TreeBuilder::Copy(std::string_view text) {
  if (text.empty()) return {};
  char* copy = static_cast<char*>(arena_.allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

Result<void> TreeBuilder::Count(size_t nodes, Position position) {
  nodes_ += nodes;
  if (nodes_ > limits_.nodes) {
    return ErrorAt(
        ErrorCode::kTooLarge, position,
        "more than " + std::to_string(limits_.nodes) + " values in one document, aliases expanded");
  }
  return {};
}

bool TreeBuilder::ExpectsKey() const {
  return !open_.empty() && open_.back().node->is_mapping() && !open_.back().has_key;
}

Result<void> TreeBuilder::Begin(NodeKind kind, Position position, std::string_view anchor,
                                bool tagged) {
  if (ExpectsKey()) {
    return ErrorAt(ErrorCode::kInvalidArgument, position,
                   "a mapping or list cannot be the name of a member");
  }
  if (open_.size() >= limits_.depth) {
    return ErrorAt(ErrorCode::kTooLarge, position,
                   "nested deeper than " + std::to_string(limits_.depth) + " levels");
  }
  KS_RETURN_IF_ERROR(Count(1, position));
  Node node;
  node.kind = kind;
  node.position = position;
  node.tagged = tagged;
  open_.push_back(Open{.node = New(node)});
  if (!anchor.empty()) {
    anchors_[std::string(anchor)] = nullptr;
    open_.back().Rarely().anchor = anchor;
  }
  return {};
}

Result<void> TreeBuilder::End() {
  Open& open = open_.back();
  Node* node = open.node;
  if (open.rare != nullptr) {
    KS_RETURN_IF_ERROR(ApplyMerges(open));
    if (!open.rare->anchor.empty()) anchors_[open.rare->anchor] = node;
  }
  open_.pop_back();
  return Add(node);
}

Result<void> TreeBuilder::Scalar(Node scalar, std::string_view anchor) {
  if (scalar.text.size() > limits_.scalar_bytes) {
    return ErrorAt(ErrorCode::kTooLarge, scalar.position,
                   "one value is longer than " + std::to_string(limits_.scalar_bytes) + " bytes");
  }
  if (ExpectsKey()) {
    Open& open = open_.back();
    open.key = Copy(scalar.text);
    open.has_key = true;
    open.merges = scalar.style == ScalarStyle::kPlain && scalar.text == "<<";
    if (!anchor.empty()) {
      scalar.text = open.key;
      anchors_[std::string(anchor)] = New(scalar);
    }
    return {};
  }
  KS_RETURN_IF_ERROR(Count(1, scalar.position));
  scalar.text = Copy(scalar.text);
  Node* node = New(scalar);
  if (!anchor.empty()) anchors_[std::string(anchor)] = node;
  return Add(node);
}

Result<void> TreeBuilder::Alias(std::string_view anchor, Position position) {
  const auto found = anchors_.find(std::string(anchor));
  if (found == anchors_.end()) {
    return ErrorAt(ErrorCode::kInvalidArgument, position, "alias of an anchor that does not exist");
  }
  if (found->second == nullptr) {
    return ErrorAt(ErrorCode::kInvalidArgument, position, "anchor contains itself");
  }
  Node copy = *found->second;
  copy.next = nullptr;
  copy.key = {};
  if (ExpectsKey()) {
    if (!copy.is_scalar()) {
      return ErrorAt(ErrorCode::kInvalidArgument, position,
                     "a mapping or list cannot be the name of a member");
    }
    open_.back().key = copy.text;
    open_.back().has_key = true;
    return {};
  }
  KS_RETURN_IF_ERROR(Count(copy.weight, position));
  return Add(New(copy));
}

Result<void> TreeBuilder::Add(Node* node) {
  if (open_.empty()) {
    root_ = node;
    return {};
  }
  Open& open = open_.back();
  if (open.node->is_mapping()) {
    open.has_key = false;
    if (open.merges) {
      open.merges = false;
      return AddMerge(*node);
    }
    node->key = open.key;
  }
  Append(open, node);
  return {};
}

void TreeBuilder::Append(Open& open, Node* node) {
  if (open.last == nullptr) {
    open.node->first = node;
  } else {
    open.last->next = node;
  }
  open.last = node;
  ++open.node->count;
  open.node->weight += node->weight;
}

Result<void> TreeBuilder::AddMerge(const Node& node) {
  std::vector<const Node*>& merged = open_.back().Rarely().merged;
  if (node.is_mapping()) {
    merged.push_back(&node);
    return {};
  }
  for (const Node& item : node.children()) {
    if (!item.is_mapping()) break;
    merged.push_back(&item);
  }
  if (!node.is_sequence() || merged.empty()) {
    return ErrorAt(ErrorCode::kInvalidArgument, node.position,
                   "a merge key needs a mapping or a list of mappings");
  }
  return {};
}

// Members written out win over merged ones, and earlier merged mappings over later ones.
Result<void> TreeBuilder::ApplyMerges(Open& open) {
  if (open.rare->merged.empty()) return {};
  std::unordered_set<std::string_view> present;
  for (const Node& child : open.node->children()) present.insert(child.key);
  for (const Node* source : open.rare->merged) {
    for (const Node& child : source->children()) {
      if (!present.insert(child.key).second) continue;
      KS_RETURN_IF_ERROR(Count(child.weight, child.position));
      Node copy = child;
      copy.next = nullptr;
      Append(open, New(copy));
    }
  }
  return {};
}

const Node* TreeBuilder::Finish() {
  open_.clear();
  anchors_.clear();
  nodes_ = 0;
  return std::exchange(root_, nullptr);
}

}  // namespace keysteward::detection
