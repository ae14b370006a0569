#include "detection/engine/clean_texts.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::detection {
namespace {

TEST(CleanTexts, KnowsWhatItWasTold) {
  CleanTexts clean;
  EXPECT_FALSE(clean.Has("app.kubernetes.io/name"));
  clean.Add("app.kubernetes.io/name");
  EXPECT_TRUE(clean.Has("app.kubernetes.io/name"));
  EXPECT_FALSE(clean.Has("app.kubernetes.io/nam"));
  EXPECT_FALSE(clean.Has("app.kubernetes.io/nama"));
  EXPECT_FALSE(clean.Has(""));
}

TEST(CleanTexts, TellsApartWhatATextWasSearchedFor) {
  CleanTexts clean;
  clean.Add("changeme-later", {.name = 3});
  clean.Add("changeme-later", {.name = 3, .rule = 300});
  EXPECT_TRUE(clean.Has("changeme-later", {.name = 3}));
  EXPECT_TRUE(clean.Has("changeme-later", {.name = 3, .rule = 300}));
  EXPECT_FALSE(clean.Has("changeme-later", {.name = 4}));
  EXPECT_FALSE(clean.Has("changeme-later", {.name = 3, .rule = 44}));
  EXPECT_FALSE(clean.Has("changeme-later", {.rule = 300}));
  EXPECT_FALSE(clean.Has("changeme-later"));
}

TEST(CleanTexts, TakesNoLongText) {
  CleanTexts clean;
  const std::string longest(124, 'a');
  clean.Add(longest);
  clean.Add(longest + "a");
  EXPECT_TRUE(clean.Has(longest));
  EXPECT_FALSE(clean.Has(longest + "a"));
}

TEST(CleanTexts, ComparesEveryByte) {
  for (size_t size = 1; size <= 124; ++size) {
    CleanTexts clean;
    const std::string text(size, 'a');
    clean.Add(text);
    EXPECT_TRUE(clean.Has(text));
    for (size_t at = 0; at < size; ++at) {
      std::string other = text;
      other[at] = 'b';
      EXPECT_FALSE(clean.Has(other)) << size << " " << at;
    }
  }
}

// Whatever replaces whatever, a text that was never added is never known.
TEST(CleanTexts, NeverKnowsAStranger) {
  CleanTexts clean;
  for (int i = 0; i < 20'000; ++i) {
    EXPECT_FALSE(clean.Has("text-number-" + std::to_string(i)));
    clean.Add("text-number-" + std::to_string(i));
    EXPECT_TRUE(clean.Has("text-number-" + std::to_string(i)));
  }
}

}  // namespace
}  // namespace keysteward::detection
