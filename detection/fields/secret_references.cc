#include "detection/fields/secret_references.h"

#include <algorithm>

#include "detection/fields/leaf.h"

namespace keysteward::detection {
namespace {

// The way from the root to a node, on the stack of the visit: paths are spelled only for
// references.
struct Step {
  const Step* parent = nullptr;
  const Node* node = nullptr;
  int32_t index = -1;  // of a list's item; -1: a member
};

class Finder {
 public:
  void Visit(const Node& node, const Step* at);
  std::vector<SecretReference> Take() { return std::move(found_); }

 private:
  void VisitEnv(const Node& env, const Step* at);
  void VisitEnvFrom(const Node& sources, const Step* at);
  void Add(const Node& reference, const Step* at);

  std::vector<SecretReference> found_;
};

void Finder::Visit(const Node& node, const Step* at) {
  int32_t index = 0;
  for (const Node& child : node.children()) {
    if (child.is_scalar()) {
      ++index;
      continue;
    }
    const Step step{at, &child, node.is_sequence() ? index++ : -1};
    const bool list = node.is_mapping() && child.is_sequence();
    if (list && child.key == "env") VisitEnv(child, &step);
    if (list && child.key == "envFrom") VisitEnvFrom(child, &step);
    Visit(child, &step);
  }
}

void Finder::VisitEnv(const Node& env, const Step* at) {
  int32_t index = 0;
  for (const Node& item : env.children()) {
    const Step entry{at, &item, index++};
    for (const Node& member : item.children()) {
      if (member.key != "valueFrom") continue;
      const Step value_from{&entry, &member};
      for (const Node& source : member.children()) {
        const Step step{&value_from, &source};
        if (source.key == "secretKeyRef") Add(source, &step);
      }
    }
  }
}

void Finder::VisitEnvFrom(const Node& sources, const Step* at) {
  int32_t index = 0;
  for (const Node& item : sources.children()) {
    const Step entry{at, &item, index++};
    for (const Node& source : item.children()) {
      const Step step{&entry, &source};
      if (source.key == "secretRef") Add(source, &step);
    }
  }
}

int32_t FrameOf(const Step* at, LeafList& frames) {
  std::vector<const Step*> way;
  for (; at != nullptr; at = at->parent) way.push_back(at);
  std::reverse(way.begin(), way.end());
  int32_t frame = -1;
  for (const Step* step : way) {
    frame = step->index < 0 ? frames.AddMember(frame, step->node->key)
                            : frames.AddItem(frame, step->index, *step->node);
  }
  return frame;
}

// A duplicate key hides nothing: every name given is a reference.
void Finder::Add(const Node& reference, const Step* at) {
  SecretReference use;
  use.key = reference.String("key");
  use.position = reference.position;
  const Node* optional = reference.Find("optional");
  use.optional = optional != nullptr && optional->text == "true";
  LeafList frames;
  Leaf place;
  place.frame = FrameOf(at, frames);
  use.path = frames.PathOf(place);
  use.stable_path = frames.StablePathOf(place);
  for (const Node& member : reference.children()) {
    if (member.key != "name" || member.text.empty()) continue;
    use.secret = member.text;
    found_.push_back(use);
  }
}

}  // namespace

std::vector<SecretReference> FindSecretReferences(const Node& object) {
  Finder finder;
  finder.Visit(object, nullptr);
  return finder.Take();
}

}  // namespace keysteward::detection
