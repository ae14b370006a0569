// Whether this program runs under ASan or TSan, which replace malloc and make mlock do nothing.
// Asked of the running program: under ASan the tests' own code is compiled without the sanitizer,
// so no macro tells.
#pragma once

extern "C" {
void __asan_init() __attribute__((weak));  // NOLINT: the sanitizers' names
void __tsan_init() __attribute__((weak));  // NOLINT
}

namespace keysteward {

inline bool RunsUnderSanitizer() { return __asan_init != nullptr || __tsan_init != nullptr; }

}  // namespace keysteward
