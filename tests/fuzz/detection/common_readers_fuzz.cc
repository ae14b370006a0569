// The fast readers make the trees that libyaml and simdjson make, or leave the text to them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detection/reader/common_json_reader.h"
#include "detection/reader/common_yaml_reader.h"
#include "detection/reader/json_reader.h"
#include "detection/reader/yaml_reader.h"
#include "tests/detection/reader/same_tree.h"

namespace {

using namespace keysteward::detection;  // NOLINT: one program

const ReadLimits kLimits{.bytes = 1u << 20, .nodes = 20'000};

void Compare(const std::vector<Document>& common, const std::vector<Document>& all) {
  if (common.size() != all.size()) std::abort();
  for (size_t i = 0; i < common.size(); ++i) {
    if (!Difference(*common[i].root, *all[i].root).empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::pmr::monotonic_buffer_resource arena;
  std::vector<Document> common;
  std::vector<Document> all;
  if (CommonYamlReader(text, kLimits, arena).Read(common)) {
    if (!ReadYaml(text, kLimits, arena, all)) std::abort();
    Compare(common, all);
  }
  common.clear();
  all.clear();
  // Of several texts simdjson refuses the shortest.
  if (CommonJsonReader(text, kLimits, arena).Read(common) && common.size() == 1) {
    if (!JsonReader(kLimits).Read(text, arena, all)) std::abort();
    Compare(common, all);
  }
  return 0;
}
