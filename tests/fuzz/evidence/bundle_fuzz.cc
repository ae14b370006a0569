// Any bytes give a bundle or an error; a bundle survives being written, and verifying it ends in a
// report or an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "evidence/bundle.h"
#include "evidence/verifier.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::evidence;  // NOLINT: one function
  const auto bundle = ParseBundle({reinterpret_cast<const char*>(data), size});
  if (!bundle) {
    if (bundle.error().message.empty()) std::abort();
    return 0;
  }
  const std::string written = FormatBundle(*bundle);
  const auto again = ParseBundle(written);
  if (!again || FormatBundle(*again) != written) std::abort();
  const auto report = Verify(*bundle, {});
  // Nothing can be signed by chance.
  if (report && report->verified > 0 && report->fingerprint.empty()) std::abort();
  if (report && report->pinned) std::abort();
  return 0;
}
