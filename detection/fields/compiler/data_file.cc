#include "detection/fields/compiler/data_file.h"

namespace keysteward::detection {

Result<DataFile> DataFile::Read(std::string_view name, std::string_view text) {
  ManifestReader reader;
  DataFile file;
  file.name_ = name;
  Result<ManifestFile> read = reader.Read(text);
  if (!read) return std::move(read).error().WithContext(name);
  file.file_ = *std::move(read);
  if (file.file_.documents.size() != 1 || !file.root().is_mapping()) {
    return Error::InvalidArgument(file.name_ + ": expected one document, a mapping");
  }
  return file;
}

Result<const Node*> DataFile::Section(std::string_view name) const {
  const Node* section = root().Find(name);
  if (section == nullptr) return Error::InvalidArgument(name_ + ": no " + std::string(name));
  return section;
}

std::string DataFile::Place(const Node& node) const {
  return name_ + ":" + std::to_string(node.position.line);
}

Error DataFile::At(const Node& node, std::string_view message) const {
  return Error::InvalidArgument(Place(node) + ": " + std::string(message));
}

}  // namespace keysteward::detection
