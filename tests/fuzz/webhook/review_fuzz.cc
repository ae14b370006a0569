// Any bytes the API server's side may send give a review, a review with a refusal, or an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "webhook/admission/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::webhook;  // NOLINT: one function
  const auto review = DecodeReview({reinterpret_cast<const char*>(data), size});
  if (!review) {
    if (review.error().message.empty()) std::abort();
    return 0;
  }
  const AdmissionRequest& request = review->request;
  // Only a usable uid is echoed; the texts that are printed are bounded.
  if (request.uid.empty() || request.uid.size() > 1024) std::abort();
  if (review->refusal.size() > 4096) std::abort();
  return 0;
}
