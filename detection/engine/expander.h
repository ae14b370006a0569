// Expander: texts inside texts. Adds to a LeafList what a ConfigMap's file, an annotation or a
// shell command holds: nested JSON and YAML documents, assignments, base64, gzip, percent escapes.
//
// Bounded by depth, by ratio and by total decoded bytes; when the budget is used up, `exhausted` is
// set and the rest stays undecoded. Owns the decoded texts until Clear. Not thread-safe.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "detection/fields/assignments.h"
#include "detection/fields/field_walker.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {

class Expander {
 public:
  // `names` outlives the expander.
  explicit Expander(NameTable& names) : names_(names) {}

  void Clear();
  // Adds what leaf `index` holds behind the last leaf. True when the text holds nothing of the
  // kind, wherever it stands.
  bool Expand(LeafList& leaves, size_t index);
  // Whether the leaf's text is read as commands, by its place or its name.
  static bool IsScript(const Leaf& leaf);
  // Whether it is a file of accounts in a ConfigMap, by its name: userlist.txt, users.properties.
  static bool IsAccountsFile(const Leaf& leaf);
  bool exhausted() const { return exhausted_; }
  // Exhausted because of compressed text that unpacks to far more than its size.
  bool bomb() const { return bomb_; }

 private:
  bool ExpandDocument(LeafList& leaves, size_t index);
  bool ExpandBase64(LeafList& leaves, size_t index);
  bool ExpandDataUrl(LeafList& leaves, size_t index);
  bool ExpandGzip(LeafList& leaves, size_t index, std::string_view bytes);
  bool ExpandPercent(LeafList& leaves, size_t index);
  void AddDecoded(LeafList& leaves, size_t index, std::string_view encoding, std::string plain);
  void ExpandAssignments(LeafList& leaves, size_t index);
  bool Spend(size_t bytes);
  void Walk(LeafList& leaves, size_t index, ManifestFile file);

  NameTable& names_;
  ManifestReader reader_;
  std::vector<ManifestFile> files_;
  std::deque<std::string> texts_;
  std::vector<Assignment> pairs_;
  size_t spent_ = 0;      // bytes decoded, of every encoding
  size_t own_ = 0;        // bytes of the object's own texts
  size_t unescaped_ = 0;  // bytes of decoded percent escapes
  bool exhausted_ = false;
  bool bomb_ = false;
};

}  // namespace keysteward::detection
