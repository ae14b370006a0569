// Any tree: every leaf is a scalar of the tree, or a part of one, under the path and position it
// names; a scalar that no field's meaning takes out gives a leaf; every Secret taken into an
// environment is a reference. Any text: its pairs, and those of its commands, lie in it and are no
// more than the limit.
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "detection/fields/assignments.h"
#include "detection/fields/command_reader.h"
#include "detection/fields/field_walker.h"
#include "detection/fields/secret_references.h"
#include "detection/fields/shell_commands.h"
#include "detection/reader/manifest_reader.h"
#include "tests/fuzz/require.h"

namespace keysteward::detection {
namespace {

bool Within(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

struct Place {
  const Node* node = nullptr;
  bool searched = true;  // by the meaning of every member on its way
};

// Every node of a tree by its path; a name that stands twice gives a path two nodes.
class Places {
 public:
  explicit Places(const Node& root) {
    Visit(root, -1, BuiltInFields().RootOf(root.String("apiVersion"), root.String("kind")), true);
  }

  const std::multimap<std::string, Place>& all() const { return places_; }

  template <typename Is>
  bool Any(const std::string& path, Is is) const {
    const auto [begin, end] = places_.equal_range(path);
    return std::any_of(begin, end, [&](const auto& place) { return is(*place.second.node); });
  }

 private:
  void Visit(const Node& node, int32_t frame, FieldState state, bool searched) {
    Leaf here;
    here.frame = frame;
    places_.emplace(frames_.PathOf(here), Place{&node, searched});
    int32_t index = 0;
    for (const Node& child : node.children()) {
      if (node.is_sequence()) {
        Visit(child, frames_.AddItem(frame, index++, child), state, searched);
        continue;
      }
      const FieldStep step = BuiltInFields().Step(state, child.key);
      const Meaning meaning = step.use.meaning;
      const bool in_use = meaning == Meaning::kLiteral || meaning == Meaning::kReference;
      Visit(child, frames_.AddMember(frame, child.key), step.next, searched && in_use);
    }
  }

  LeafList frames_;
  std::multimap<std::string, Place> places_;
};

void CheckLeaves(const Node& root, const Places& places) {
  LeafList leaves;
  NameTable names;
  FieldWalker(leaves, names).WalkObject(root);
  Require(leaves.size() <= 2 * size_t{root.weight});
  std::set<std::pair<std::string, const char*>> seen;
  for (size_t i = 0; i < leaves.size(); ++i) {
    const Leaf& leaf = leaves[i];
    const std::string path = leaves.PathOf(leaf);
    Require(places.Any(path, [&](const Node& node) {
      return Within(leaf.text, node.text) && node.position == leaf.position &&
             (leaf.slice || leaf.text.size() == node.text.size());
    }));
    if (leaf.slice) Require(leaf.origin == static_cast<int32_t>(i) - 1);
    if (!leaf.slice) seen.emplace(path, leaf.text.data());
  }
  for (const auto& [path, place] : places.all()) {
    const Node& node = *place.node;
    const bool says_something = node.kind == NodeKind::kString || node.kind == NodeKind::kNumber;
    if (!says_something || node.text.empty() || !place.searched) continue;
    Require(seen.contains({path, node.text.data()}));
  }
}

void CheckNested(const Node& root) {
  LeafList leaves;
  NameTable names;
  NestedIn nested;
  nested.frame = leaves.AddInner(leaves.AddMember(-1, "file"));
  nested.line = 7;
  nested.depth = 1;
  FieldWalker(leaves, names).WalkNested(root, nested);
  Require(leaves.size() <= 2 * size_t{root.weight});
  for (size_t i = 0; i < leaves.size(); ++i) {
    Require(leaves.PathOf(leaves[i]).starts_with("file#"));
    Require(leaves[i].position.line > nested.line && leaves[i].depth == nested.depth);
  }
}

// The names that members called `member` of members called `source` give.
void TakeNames(const Node& item, std::string_view source, std::multiset<std::string>& names) {
  for (const Node& reference : item.children()) {
    if (reference.key != source) continue;
    for (const Node& name : reference.children()) {
      if (name.key == "name" && !name.text.empty()) names.emplace(name.text);
    }
  }
}

void TakeUses(const Node& node, std::multiset<std::string>& names) {
  for (const Node& child : node.children()) {
    TakeUses(child, names);
    if (!node.is_mapping() || !child.is_sequence()) continue;
    for (const Node& item : child.children()) {
      if (child.key == "envFrom") TakeNames(item, "secretRef", names);
      if (child.key != "env") continue;
      for (const Node& member : item.children()) {
        if (member.key == "valueFrom") TakeNames(member, "secretKeyRef", names);
      }
    }
  }
}

bool HasName(const Node& reference, std::string_view name) {
  for (const Node& member : reference.children()) {
    if (member.key == "name" && member.text == name) return true;
  }
  return false;
}

void CheckReferences(const Node& root, const Places& places) {
  std::multiset<std::string> expected;
  TakeUses(root, expected);
  std::multiset<std::string> found;
  for (const SecretReference& use : FindSecretReferences(root)) {
    found.insert(use.secret);
    Require(!use.stable_path.empty());
    Require(places.Any(use.path, [&](const Node& node) {
      return node.position == use.position && node.String("key") == use.key &&
             HasName(node, use.secret);
    }));
  }
  Require(found == expected);
}

bool Same(const Assignment& a, const Assignment& b) {
  return a.name == b.name && a.value == b.value;
}

bool Before(const Assignment& a, const Assignment& b) {
  return std::tie(a.name, a.value) < std::tie(b.name, b.value);
}

void CheckAssignments(std::string_view text) {
  std::vector<Assignment> pairs;
  FindAssignments(text, pairs);
  Require(pairs.size() <= text.size());
  for (const Assignment& pair : pairs) {
    Require(Within(pair.value, text) && !pair.value.empty());
    Require(pair.name.empty() || Within(pair.name, text) || pair.name == "password");
  }
  // Lines that follow take nothing away, and a limit only cuts. What a table holds comes last.
  const std::string twice = std::string(text) + "\n" + std::string(text);
  std::vector<Assignment> more;
  FindAssignments(twice, more);
  constexpr size_t kFew = 3;
  std::vector<Assignment> few;
  FindAssignments(text, few, kFew);
  Require(few.size() == std::min(kFew, pairs.size()));
  Require(std::equal(few.begin(), few.end(), pairs.begin(), Same));
  std::sort(pairs.begin(), pairs.end(), Before);
  std::sort(more.begin(), more.end(), Before);
  Require(std::includes(more.begin(), more.end(), pairs.begin(), pairs.end(), Before));
}

// Of any text read as a script.
void CheckCommands(std::string_view text) {
  std::vector<Assignment> pairs;
  FindShellCredentials(text, pairs);
  for (const Assignment& pair : pairs) {
    Require(Within(pair.value, text) && !pair.value.empty() && pair.name == kCommandCredential);
  }
  std::vector<Assignment> few;
  FindShellCredentials(text, few, 2);
  Require(few.size() == std::min<size_t>(2, pairs.size()));
  Require(std::equal(few.begin(), few.end(), pairs.begin(), Same));
}

}  // namespace
}  // namespace keysteward::detection

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::detection;  // NOLINT: one function
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckAssignments(text);
  CheckCommands(text);
  static ManifestReader reader({.bytes = 1u << 20, .nodes = 2'000});
  const auto file = reader.Read(text);
  if (!file) return 0;
  for (const Document& document : file->documents) {
    const Places places(*document.root);
    CheckLeaves(*document.root, places);
    CheckNested(*document.root);
    CheckReferences(*document.root, places);
  }
  return 0;
}
