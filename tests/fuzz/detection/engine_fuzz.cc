// Any object is scanned without fault, and both prefilters find the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "detection/engine/engine.h"
#include "detection/reader/manifest_reader.h"

namespace {

using namespace keysteward::detection;  // NOLINT: one program

struct Both {
  std::unique_ptr<Engine> fast = Engine::CreateDefault().value();
  std::unique_ptr<Engine> portable = Engine::CreateDefault({.portable = true}).value();
  std::unique_ptr<Scratch> fast_scratch = fast->NewScratch();
  std::unique_ptr<Scratch> portable_scratch = portable->NewScratch();
};

void Compare(const ScanResult& a, const ScanResult& b) {
  if (a.findings.size() != b.findings.size()) std::abort();
  for (size_t i = 0; i < a.findings.size(); ++i) {
    if (a.findings[i].fingerprint != b.findings[i].fingerprint) std::abort();
    if (a.findings[i].confidence != b.findings[i].confidence) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Both both;
  static ManifestReader reader({.bytes = 1u << 20, .nodes = 20'000});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Compare(both.fast->ScanText(text, *both.fast_scratch),
          both.portable->ScanText(text, *both.portable_scratch));
  const auto file = reader.Read(text);
  if (!file) return 0;
  for (const Document& document : file->documents) {
    Compare(both.fast->Scan(*document.root, *both.fast_scratch),
            both.portable->Scan(*document.root, *both.portable_scratch));
  }
  return 0;
}
