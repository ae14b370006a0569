#include "operator/rotation/harmful_call.h"

#include <algorithm>

namespace keysteward::op {
namespace {

// Between the end of the call and the end of the lease: clocks of machines drift a little.
constexpr Duration kMargin = std::chrono::seconds(1);
// A provider that answers later than that would only be asked in vain.
constexpr Duration kShortest = std::chrono::seconds(1);

}  // namespace

Result<kube::Call> HarmfulCall(const Environment& env, const kube::Call& call) {
  if (!env.is_leader()) return Error::Unavailable("no longer leader");
  const Duration left = env.lease_remaining();
  if (left < kMargin + kShortest) {
    return Error::Unavailable("the lease ends too soon for a call that ends a key; it is renewed");
  }
  kube::Call bounded = call;
  bounded.timeout = std::min(call.timeout, left - kMargin);
  return bounded;
}

}  // namespace keysteward::op
