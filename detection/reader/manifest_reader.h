// ManifestReader: bytes of a YAML stream, a JSON text or a Helm template to documents.
//
// Broken input is an error "line:column: …", never a shorter list of documents. JSON is chosen when
// the first character is `{` or `[`, YAML otherwise. A text that is no YAML because it holds
// `{{ }}` or `{% %}` actions is an unrendered template: is_template set and no documents.
// ReadTemplate reads those as far as they can be read without rendering.
// One reader per thread: it keeps parser buffers.
//
//   ManifestReader reader;
//   KS_ASSIGN_OR_RETURN(const ManifestFile file, reader.Read(bytes));
//   for (const Document& document : file.documents) …
#pragma once

#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "detection/reader/node.h"
#include "detection/reader/tree_builder.h"

namespace keysteward::detection {

class JsonReader;

struct Document {
  const Node* root = nullptr;  // never null; an empty document is a null Node
  uint32_t index = 0;          // in the stream, from 0
};

struct ManifestFile {
  std::vector<Document> documents;
  bool is_template = false;
  // Owns every node; freed with the file.
  std::unique_ptr<std::pmr::monotonic_buffer_resource> arena;
};

class ManifestReader {
 public:
  explicit ManifestReader(ReadLimits limits = {});
  ~ManifestReader();

  Result<ManifestFile> Read(std::string_view bytes);
  // JSON only, as the API server sends it: one document.
  Result<ManifestFile> ReadJson(std::string_view bytes);
  // An unrendered template's documents with its actions masked (template_actions.h); none when that
  // makes no YAML, and then only its text is left to be looked at.
  ManifestFile ReadTemplate(std::string_view bytes);

 private:
  ReadLimits limits_;
  std::unique_ptr<JsonReader> json_;
};

// The objects of a document: its root, or the items of a `kind: List` (or SecretList and the like).
std::vector<const Node*> ObjectsOf(const Node& root);

}  // namespace keysteward::detection
