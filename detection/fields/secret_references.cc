#include "detection/fields/secret_references.h"

#include "detection/fields/leaf.h"

namespace keysteward::detection {
namespace {

class Finder {
 public:
  void Visit(const Node& node, int32_t frame);
  std::vector<SecretReference> Take() { return std::move(found_); }

 private:
  void VisitEnv(const Node& env, int32_t frame);
  void VisitEnvFrom(const Node& sources, int32_t frame);
  void Add(const Node& reference, int32_t frame);

  LeafList frames_;
  std::vector<SecretReference> found_;
};

void Finder::Visit(const Node& node, int32_t frame) {
  int32_t index = 0;
  for (const Node& child : node.children()) {
    if (node.is_sequence()) {
      Visit(child, frames_.AddItem(frame, index++, child));
      continue;
    }
    const int32_t inner = frames_.AddMember(frame, child.key);
    if (child.key == "env" && child.is_sequence()) {
      VisitEnv(child, inner);
    } else if (child.key == "envFrom" && child.is_sequence()) {
      VisitEnvFrom(child, inner);
    } else {
      Visit(child, inner);
    }
  }
}

void Finder::VisitEnv(const Node& env, int32_t frame) {
  int32_t index = 0;
  for (const Node& item : env.children()) {
    const int32_t at = frames_.AddItem(frame, index++, item);
    for (const Node& member : item.children()) {
      if (member.key != "valueFrom") continue;
      const int32_t value_from = frames_.AddMember(at, member.key);
      for (const Node& source : member.children()) {
        if (source.key == "secretKeyRef") Add(source, frames_.AddMember(value_from, source.key));
      }
    }
  }
}

void Finder::VisitEnvFrom(const Node& sources, int32_t frame) {
  int32_t index = 0;
  for (const Node& item : sources.children()) {
    const int32_t at = frames_.AddItem(frame, index++, std::string_view());
    for (const Node& source : item.children()) {
      if (source.key == "secretRef") Add(source, frames_.AddMember(at, source.key));
    }
  }
}

// A duplicate key hides nothing: every name given is a reference.
void Finder::Add(const Node& reference, int32_t frame) {
  SecretReference use;
  use.key = reference.String("key");
  use.position = reference.position;
  const Node* optional = reference.Find("optional");
  use.optional = optional != nullptr && optional->text == "true";
  Leaf place;
  place.frame = frame;
  use.path = frames_.PathOf(place);
  use.stable_path = frames_.StablePathOf(place);
  for (const Node& member : reference.children()) {
    if (member.key != "name" || member.text.empty()) continue;
    use.secret = member.text;
    found_.push_back(use);
  }
}

}  // namespace

std::vector<SecretReference> FindSecretReferences(const Node& object) {
  Finder finder;
  finder.Visit(object, -1);
  return finder.Take();
}

}  // namespace keysteward::detection
