// WalkedLeaves: what the walker takes for a literal in a document, as "path name=text|".
//
//   WalkedLeaves("env: [{name: A, value: b}]") == "env[0].value A=b|"
#pragma once

#include <string>
#include <string_view>

#include "detection/fields/field_walker.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {

inline std::string WalkedLeaves(std::string_view yaml, const FieldTable& table = BuiltInFields()) {
  ManifestReader reader;
  const auto file = reader.Read(yaml);
  if (!file) return file.error().ToString();
  LeafList leaves;
  NameTable names(nullptr, table);
  FieldWalker(leaves, names).WalkObject(*file->documents[0].root);
  std::string out;
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].reference) continue;
    out += leaves.PathOf(leaves[i]) + " " + std::string(leaves[i].name) + "=" +
           std::string(leaves[i].text) + "|";
  }
  return out;
}

}  // namespace keysteward::detection
