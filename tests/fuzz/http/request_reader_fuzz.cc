// Any bytes a client may send give requests and at most one refusal, the same however the network
// cuts them, and never a body beyond its limit or its budget.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/beast/request_reader.h"
#include "http/beast/target.h"

namespace keysteward::http {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// What came of the bytes, in pieces of `piece`: requests as text, then the refusal.
std::string Outcome(std::string_view bytes, size_t piece) {
  ServerLimits limits;
  limits.body_bytes = 4096;
  limits.body_budget = 6000;
  BodyBudget budget(limits.body_budget);
  RequestReader reader(limits, true, budget);
  std::string out;
  while (!bytes.empty()) {
    std::string_view input = bytes.substr(0, piece);
    bytes.remove_prefix(input.size());
    while (true) {
      const size_t before = input.size();
      const ReadState state = reader.Feed(input);
      Require(input.size() <= before);
      if (state == ReadState::kRefused) {
        // Which of two reasons is met first may depend on the cut, whether there is one may not.
        Require(reader.refusal().status >= 400 && !reader.refusal().reason.empty());
        return out + "refused";
      }
      if (state == ReadState::kComplete) {
        const ServerRequest request = reader.Take();
        Require(request.path.starts_with('/') && request.body.size() <= limits.body_bytes);
        Require(request.headers.size() <= limits.header_fields);
        Require(budget.used() <= limits.body_budget);
        out += request.method + request.path + "?" + request.query + request.body + "\n";
        reader.Reset();
        Require(budget.used() == 0);
        continue;
      }
      if (input.empty()) break;
      Require(state == ReadState::kContinue || input.size() < before);
    }
  }
  return out;
}

}  // namespace
}  // namespace keysteward::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::http;  // NOLINT: one function
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = Outcome(bytes, size + 1);
  for (const size_t piece : {1u, 7u}) {
    const std::string cut = Outcome(bytes, piece);
    // A few last bytes may be kept until it is clear what they are.
    Require(whole == cut || whole == cut + "refused");
  }
  return 0;
}
