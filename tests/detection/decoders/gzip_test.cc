#include "detection/decoders/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <ctime>

namespace keysteward::detection {
namespace {

std::string Gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = text.size();
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = packed.size();
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST(Gunzip, UnpacksText) {
  const Gunzipped inner = Gunzip(Gzip("PASSWORD=hunter2-prod\n"));
  EXPECT_EQ(inner.outcome, GzipOutcome::kUnpacked);
  EXPECT_EQ(inner.bytes, "PASSWORD=hunter2-prod\n");
  EXPECT_EQ(Gunzip(Gzip("")).outcome, GzipOutcome::kUnpacked);
}

TEST(Gunzip, AllowsWhatRepeatsALittle) {
  std::string manifest;
  for (int i = 0; i < 20'000; ++i) manifest += "- name: SETTING_" + std::to_string(i) + "\n";
  EXPECT_EQ(Gunzip(Gzip(manifest)).bytes, manifest);
  const std::string zeros(kSmallUnpacked, 'a');
  EXPECT_EQ(Gunzip(Gzip(zeros)).bytes, zeros) << "small: no ratio is suspicious";
}

TEST(Gunzip, LeavesOtherBytesAlone) {
  const std::string packed = Gzip("some text, long enough to be cut");
  for (const std::string& bytes :
       {std::string(), std::string("\x1f\x8b"), std::string("plain"), packed.substr(0, 12),
        packed.substr(0, packed.size() - 9), std::string("\x1f\x8b\x08 no stream at all")}) {
    EXPECT_EQ(Gunzip(bytes).outcome, GzipOutcome::kNoGzip);
    EXPECT_EQ(Gunzip(bytes).bytes, "");
  }
}

// Found by fuzzing: only the first member was read, so an empty one in front hid the rest.
TEST(Gunzip, ReadsEveryMember) {
  const std::string members = Gzip("") + Gzip("PASSWORD=") + Gzip("hunter2-prod\n");
  EXPECT_EQ(Gunzip(members).outcome, GzipOutcome::kUnpacked);
  EXPECT_EQ(Gunzip(members).bytes, "PASSWORD=hunter2-prod\n");
}

TEST(Gunzip, KeepsWholeMembersWhateverFollowsThem) {
  const std::string packed = Gzip("PASSWORD=hunter2-prod\n");
  for (const std::string& rest : {std::string("rest"), std::string("\x1f\x8b\x08 no stream"),
                                  packed.substr(0, packed.size() - 9)}) {
    EXPECT_EQ(Gunzip(packed + rest).outcome, GzipOutcome::kUnpacked);
    EXPECT_EQ(Gunzip(packed + rest).bytes, "PASSWORD=hunter2-prod\n");
  }
}

TEST(Gunzip, SaysWhatABrokenStreamCost) {
  const std::string packed = Gzip(std::string(kSmallUnpacked, 'a'));
  const Gunzipped broken = Gunzip(packed.substr(0, packed.size() - 1));
  EXPECT_EQ(broken.outcome, GzipOutcome::kNoGzip);
  EXPECT_EQ(broken.unpacked, kSmallUnpacked);
}

TEST(Gunzip, RefusesABombEarly) {
  const std::string bomb = Gzip(std::string(64u << 20, '\0'));
  const std::clock_t begun = std::clock();
  EXPECT_EQ(Gunzip(bomb).outcome, GzipOutcome::kBomb);
  EXPECT_LT(std::clock() - begun, CLOCKS_PER_SEC / 20) << "its first megabytes are not unpacked";
  EXPECT_EQ(Gunzip(Gzip(std::string(kSmallUnpacked * 4, 'a'))).outcome, GzipOutcome::kBomb);
  std::string members;
  for (int i = 0; i < 100; ++i) members += Gzip(std::string(kSmallUnpacked, 'a'));
  EXPECT_EQ(Gunzip(members).outcome, GzipOutcome::kBomb) << "a ratio is that of all members";
}

}  // namespace
}  // namespace keysteward::detection
