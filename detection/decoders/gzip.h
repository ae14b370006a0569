// Gunzip: the text of a gzip stream, as ConfigMaps and Helm releases carry it inside base64.
//
// All members of the stream are read; what follows the last one is left alone. Bounded: a stream
// that unpacks to more than its size explains is refused while it is unpacked, after at most
// kMostUnpacked bytes. Pure function, no exceptions.
//
//   const Gunzipped inner = Gunzip(bytes);
//   if (inner.outcome == GzipOutcome::kUnpacked) Look(inner.bytes);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace keysteward::detection {

// Megabytes of manifest; a review has no time for more.
inline constexpr size_t kMostUnpacked = 4u << 20;
// Text packs to a tenth, tables of zeros to a thousandth.
inline constexpr size_t kHighestRatio = 100;
// Below this no ratio is suspicious.
inline constexpr size_t kSmallUnpacked = 64u << 10;

enum class GzipOutcome : uint8_t { kUnpacked, kNoGzip, kBomb };

struct Gunzipped {
  GzipOutcome outcome = GzipOutcome::kNoGzip;
  std::string bytes;
  size_t unpacked = 0;  // bytes that it cost, those of a broken stream too
};

bool IsGzip(std::string_view bytes);
Gunzipped Gunzip(std::string_view bytes);

}  // namespace keysteward::detection
