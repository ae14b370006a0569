// Samples: values that have a provider's form and belong to nobody, made from a template.
//
// Templates as in detection/rules/example.h; a template that cannot be made ends the test program.
// The same template and seed always give the same value.
//
//   MakeSample("ghp_{alnum:30}{crc32}")
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keysteward::detection {

std::string MakeSample(std::string_view pattern, uint64_t seed = 1);
// As MakeSample for a whole file, where templates stand between « and ».
std::string RenderSamples(std::string_view text, uint64_t seed = 1);

}  // namespace keysteward::detection
