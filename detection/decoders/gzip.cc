#include "detection/decoders/gzip.h"

#include <zlib.h>

#include <array>

namespace keysteward::detection {
namespace {

// Frees zlib's state on every way out.
class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

bool IsBomb(size_t packed, size_t unpacked) {
  return unpacked > kMostUnpacked ||
         (unpacked > kSmallUnpacked && unpacked > packed * kHighestRatio);
}

}  // namespace

bool IsGzip(std::string_view bytes) {
  constexpr std::string_view kMagic = "\x1f\x8b\x08";
  return bytes.starts_with(kMagic);
}

Gunzipped Gunzip(std::string_view bytes) {
  Inflater inflater;
  if (!IsGzip(bytes) || bytes.size() > kMostUnpacked || !inflater.ready()) return {};
  Gunzipped result;
  z_stream& stream = inflater.stream();
  // zlib reads it only.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::array<char, 16384> room;
  size_t whole = 0;  // bytes of the members that ended
  for (int status = Z_OK; status == Z_OK;) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = room.size();
    status = inflate(&stream, Z_NO_FLUSH);
    result.bytes.append(room.data(), room.size() - stream.avail_out);
    result.unpacked = result.bytes.size();
    if (IsBomb(bytes.size(), result.unpacked)) return {GzipOutcome::kBomb, {}, result.unpacked};
    if (status != Z_STREAM_END) continue;
    result.outcome = GzipOutcome::kUnpacked;
    whole = result.unpacked;
    if (IsGzip(bytes.substr(bytes.size() - stream.avail_in))) status = inflateReset(&stream);
  }
  result.bytes.resize(whole);
  return result;
}

}  // namespace keysteward::detection
