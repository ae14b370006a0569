// DataFile: one YAML file of detection/fields, read by the product's own reader, with errors that
// name file and line.
//
//   KS_ASSIGN_OR_RETURN(const DataFile file, DataFile::Read("names.yaml", text));
//   KS_ASSIGN_OR_RETURN(const Node* const names, file.Section("names"));
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "detection/reader/manifest_reader.h"

namespace keysteward::detection {

class DataFile {
 public:
  // Errors: kInvalidArgument; one document, a mapping.
  static Result<DataFile> Read(std::string_view name, std::string_view text);

  const Node& root() const { return *file_.documents[0].root; }
  // A member of the root. Errors: kInvalidArgument when it is missing.
  Result<const Node*> Section(std::string_view name) const;
  // kInvalidArgument "names.yaml:12: message".
  Error At(const Node& node, std::string_view message) const;
  std::string Place(const Node& node) const;

 private:
  std::string name_;
  ManifestFile file_;
};

}  // namespace keysteward::detection
