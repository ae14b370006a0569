// libFuzzer target: any bytes a server may send as a watch line, a list page or an error body.
//
//   cmake --preset fuzz && ninja -C build/fuzz watch_decoder_fuzz
//   build/fuzz/fuzz/watch_decoder_fuzz -max_total_time=60
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/json.h"
#include "kube/client/list_page.h"
#include "kube/client/status_error.h"
#include "kube/watch/watch_decoder.h"

namespace keysteward::kube {
namespace {

constexpr Resource kSecrets{"", "v1", "secrets", "Secret"};

void Require(bool condition) {
  if (!condition) std::abort();
}

void DecodeAll(std::string_view bytes) {
  JsonReader reader;
  const auto fast = reader.Read(bytes);
  const auto slow = ParseJson(bytes);
  Require(fast.has_value() == slow.has_value());
  if (slow) Require(DumpJson(*fast) == DumpJson(*slow));
  if (const auto event = DecodeWatchLine(bytes, reader)) {
    Require(event->object["metadata"]["resourceVersion"].is_string());
    (void)DumpJson(event->object);
  }
  if (const auto page = DecodeListPage(kSecrets, false, bytes)) {
    for (const auto& item : page->items) Require(item["kind"].is_string() || item.contains("kind"));
  }
  const Error error = StatusError({422, {}, std::string(bytes)}, Effect::kWrites);
  Require(error.message.size() < 1100 && !error.message.empty());
}

}  // namespace
}  // namespace keysteward::kube

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  keysteward::kube::DecodeAll({reinterpret_cast<const char*>(data), size});
  return 0;
}
