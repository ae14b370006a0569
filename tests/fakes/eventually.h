// Eventually: waits for other threads to bring a condition about, with a bound in real time. The
// only place where a test looks at the real clock; a passing test never waits for the bound.
//
//   ASSERT_TRUE(Eventually([&] { return informer.HasSynced(); }));
#pragma once

#include <chrono>
#include <thread>

namespace keysteward {

template <typename Condition>
bool Eventually(const Condition& condition, std::chrono::seconds bound = std::chrono::seconds(20)) {
  const auto give_up = std::chrono::steady_clock::now() + bound;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= give_up) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return true;
}

}  // namespace keysteward
