// Any bytes a server may answer give one reply or an error, the same however the network cuts them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/beast/reply_reader.h"

namespace keysteward::http {
namespace {

constexpr size_t kMaxBody = 4096;

void Require(bool condition) {
  if (!condition) std::abort();
}

std::string Outcome(std::string_view bytes, size_t piece) {
  ReplyReader reader(false, kMaxBody, nullptr);
  Result<void> fed;
  while (!bytes.empty() && fed && !reader.complete()) {
    fed = reader.Feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  if (fed && !reader.complete()) fed = reader.End();
  if (!fed) return "refused";
  if (!reader.complete()) return "incomplete";
  const HttpResponse reply = reader.TakeReply();
  Require(reply.body.size() <= kMaxBody && reply.status >= 200 && reply.status <= 599);
  return std::to_string(reply.status) + reply.body;
}

}  // namespace
}  // namespace keysteward::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keysteward::http;  // NOLINT: one function
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = Outcome(bytes, size + 1);
  for (const size_t piece : {1u, 7u}) Require(Outcome(bytes, piece) == whole);
  return 0;
}
