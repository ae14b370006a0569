// Any bytes give documents or an error with a position; positions and weights hold.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detection/fields/secret_references.h"
#include "detection/reader/manifest_reader.h"

namespace {

using keysteward::detection::Node;

uint32_t CheckWeight(const Node& node) {
  uint32_t weight = 1;
  uint32_t count = 0;
  for (const Node& child : node.children()) {
    weight += CheckWeight(child);
    ++count;
  }
  if (weight != node.weight || count != node.count) std::abort();
  return weight;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::detection;  // NOLINT: one function
  static ManifestReader reader({.bytes = 1u << 20, .nodes = 20'000});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = reader.Read(text);
  if (!file) {
    if (file.error().message.empty()) std::abort();
    return 0;
  }
  for (const Document& document : file->documents) {
    CheckWeight(*document.root);
    (void)FindSecretReferences(*document.root);
  }
  return 0;
}
