#include "tests/detection/samples.h"

#include <cstdio>
#include <cstdlib>

#include "detection/rules/example.h"

namespace keysteward::detection {

std::string MakeSample(std::string_view pattern, uint64_t seed) {
  Result<std::string> made = MakeExample(pattern, seed);
  if (!made) {
    std::fprintf(stderr, "%s\n", made.error().ToString().c_str());
    std::abort();
  }
  return *std::move(made);
}

std::string RenderSamples(std::string_view text, uint64_t seed) {
  constexpr std::string_view kOpen = "«";
  constexpr std::string_view kClose = "»";
  std::string out;
  while (!text.empty()) {
    const size_t open = text.find(kOpen);
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open + kOpen.size());
    const size_t close = text.find(kClose);
    out += MakeSample(text.substr(0, close), seed++);
    text.remove_prefix(close + kClose.size());
  }
  return out;
}

}  // namespace keysteward::detection
