// Properties that must hold for any input, tried on repeatable pseudo-random ones.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "common/base64.h"
#include "common/duration.h"
#include "common/json.h"
#include "common/strings.h"
#include "common/utf8.h"
#include "tests/fakes/fake_random.h"

namespace keysteward {
namespace {

std::string Bytes(Random& random, size_t longest) {
  std::string bytes(random.Below(longest + 1), '\0');
  random.Fill(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

bool IsShowable(std::string_view text) {
  while (!text.empty()) {
    const Utf8Char c = FirstUtf8Char(text);
    if (!c.valid || IsHidden(c.code)) return false;
    text.remove_prefix(c.size);
  }
  return true;
}

TEST(Property, Base64ReadsBackWhatItWrote) {
  FakeRandom random;
  for (int i = 0; i < 2000; ++i) {
    const std::string bytes = Bytes(random, 100);
    ASSERT_EQ(*Base64Decode(Base64Encode(bytes)), bytes);
  }
}

TEST(Property, WhatBase64AcceptsIsTheOnlyTextOfItsValue) {
  FakeRandom random;
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random.Text(random.Below(9), "Ag/+9Z=\n-");
    const Result<std::string> bytes = Base64Decode(text);
    if (!bytes) continue;
    ++accepted;
    ASSERT_EQ(Base64Encode(*bytes), text);
  }
  EXPECT_GT(accepted, 1000);
}

TEST(Property, PrintableTextIsShowableAndBounded) {
  FakeRandom random;
  for (int i = 0; i < 5000; ++i) {
    const std::string shown = Printable(Bytes(random, 300), 100);
    ASSERT_TRUE(IsShowable(shown)) << shown;
    ASSERT_LE(shown.size(), 100 + std::string_view("…").size());
  }
}

TEST(Property, CleanUtf8IsValidBoundedAndStable) {
  FakeRandom random;
  for (int i = 0; i < 5000; ++i) {
    const std::string clean = CleanUtf8(Bytes(random, 300), 100);
    ASSERT_LE(clean.size(), 100U);
    ASSERT_EQ(CleanUtf8(clean, 100), clean);
    ASSERT_NO_THROW(nlohmann::json(clean).dump());
  }
}

TEST(Property, PercentEncodedTextUsesSafeCharactersOnly) {
  FakeRandom random;
  for (int i = 0; i < 2000; ++i) {
    const std::string bytes = Bytes(random, 50);
    const std::string text = PercentEncode(bytes);
    ASSERT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~%"),
              std::string::npos);
  }
}

TEST(Property, DurationsReadBackWhatTheyWrote) {
  FakeRandom random;
  for (int i = 0; i < 5000; ++i) {
    const Duration duration = std::chrono::milliseconds(random.Below(uint64_t{1} << 41));
    ASSERT_EQ(*ParseDuration(FormatDuration(duration)), duration) << FormatDuration(duration);
  }
}

TEST(Property, TimesReadBackWhatTheyWrote) {
  FakeRandom random;
  for (int i = 0; i < 5000; ++i) {
    const WallTime time = WallTime(std::chrono::microseconds(random.Below(9'214'646'399'000'000)));
    ASSERT_EQ(*ParseTime(FormatMicroTime(time)), time) << FormatMicroTime(time);
  }
}

TEST(Property, RandomTextIsNeverMoreThanRefused) {
  FakeRandom random;
  for (int i = 0; i < 20'000; ++i) {
    (void)ParseDuration(random.Text(random.Below(12), "0123456789hms.-+ "));
    (void)ParseTime(random.Text(random.Below(30), "0123456789TZ:-+. "));
    const Result<nlohmann::json> parsed =
        ParseJson(random.Text(random.Below(60), "[]{}\":,0123456789eE+-.\\untrufalsn \n\xc3\xa9"));
    ASSERT_TRUE(!parsed || ParseJson(DumpJson(*parsed)));
  }
}

TEST(Property, ADocumentWithBytesChangedIsReadOrRefused) {
  FakeRandom random;
  const std::string good = R"({"kind":"Secret","data":{"key":"Y2FuYXJ5","n":[1,2.5,-3e2,null]}})";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = good;
    for (uint64_t n = random.Below(4) + 1; n > 0; --n) {
      text[random.Below(text.size())] = static_cast<char>(random.Below(256));
    }
    const Result<nlohmann::json> parsed = ParseJson(text);
    ASSERT_TRUE(parsed || !parsed.error().message.empty());
  }
}

}  // namespace
}  // namespace keysteward
