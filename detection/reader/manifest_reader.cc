#include "detection/reader/manifest_reader.h"

#include <algorithm>

#include "detection/reader/common_json_reader.h"
#include "detection/reader/common_yaml_reader.h"
#include "detection/reader/json_reader.h"
#include "detection/reader/template_actions.h"
#include "detection/reader/yaml_reader.h"

namespace keysteward::detection {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool LooksLikeJson(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[') &&
         text.substr(first, 2) != "{{";
}

// The first block takes most texts whole: nodes are about four times the bytes they are made of.
ManifestFile NewFile(size_t bytes) {
  ManifestFile file;
  const size_t first = std::clamp<size_t>(bytes * 4, 4096, 1u << 20);
  file.arena = std::make_unique<std::pmr::monotonic_buffer_resource>(first);
  return file;
}

}  // namespace

ManifestReader::ManifestReader(ReadLimits limits)
    : limits_(limits), json_(std::make_unique<JsonReader>(limits_)) {}
ManifestReader::~ManifestReader() = default;

Result<ManifestFile> ManifestReader::ReadJson(std::string_view bytes) {
  if (bytes.size() > limits_.bytes) {
    return Error::TooLarge("input is larger than " + std::to_string(limits_.bytes) + " bytes");
  }
  ManifestFile file = NewFile(bytes.size());
  if (CommonJsonReader(bytes, limits_, *file.arena).Read(file.documents)) return file;
  KS_RETURN_IF_ERROR(json_->Read(bytes, *file.arena, file.documents));
  return file;
}

Result<ManifestFile> ManifestReader::Read(std::string_view bytes) {
  if (bytes.size() > limits_.bytes) {
    return Error::TooLarge("input is larger than " + std::to_string(limits_.bytes) + " bytes");
  }
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  std::optional<Error> json_error;
  if (LooksLikeJson(bytes)) {
    Result<ManifestFile> json = ReadJson(bytes);
    // Flow-style YAML begins with the same characters, so a JSON error is not yet the answer.
    if (json || json.error().code == ErrorCode::kTooLarge) return json;
    json_error = json.error();
  }
  ManifestFile file = NewFile(bytes.size());
  if (CommonYamlReader(bytes, limits_, *file.arena).Read(file.documents)) return file;
  Result<void> yaml = ReadYaml(bytes, limits_, *file.arena, file.documents);
  if (yaml) return file;
  if (yaml.error().code == ErrorCode::kTooLarge) return std::move(yaml).error();
  if (HasTemplateActions(bytes)) {
    file.documents.clear();
    file.is_template = true;
    return file;
  }
  return json_error ? *std::move(json_error) : std::move(yaml).error();
}

ManifestFile ManifestReader::ReadTemplate(std::string_view bytes) {
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  const std::string masked = MaskActions(bytes);
  ManifestFile file = NewFile(masked.size());
  file.is_template = true;
  const bool read = CommonYamlReader(masked, limits_, *file.arena).Read(file.documents) ||
                    ReadYaml(masked, limits_, *file.arena, file.documents);
  const auto is_text = [](const Document& document) { return document.root->is_scalar(); };
  if (!read || std::all_of(file.documents.begin(), file.documents.end(), is_text)) {
    file.documents.clear();
  }
  return file;
}

std::vector<const Node*> ObjectsOf(const Node& root) {
  const Node* items = root.Find("items");
  if (items == nullptr || !items->is_sequence() || !root.String("kind").ends_with("List")) {
    return {&root};
  }
  std::vector<const Node*> objects;
  for (const Node& item : items->children()) objects.push_back(&item);
  return objects;
}

}  // namespace keysteward::detection
