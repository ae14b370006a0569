#include "detection/engine/user_info.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <random>
#include <string>

#include "detection/rules/rule.h"

namespace keysteward::detection {
namespace {

const Rule& UrlPassword() {
  static const RuleSet rules = LoadRules(EmbeddedRules()).value();
  return *rules.Find("url-password");
}

std::string Found(std::string_view text, size_t from = 0) {
  const UserInfo found = FindUserInfo(text, from);
  if (found.begin == std::string_view::npos) return "";
  return std::string(text.substr(found.begin, found.at + 1 - found.begin));
}

TEST(UserInfo, IsWhatTheBuiltInRuleLooksFor) {
  EXPECT_TRUE(IsForUserInfo(UrlPassword().pattern))
      << "the pattern changed, so the automaton reads on behind each \"://\" again: change both";
}

TEST(UserInfo, IsNoOtherPattern) {
  const std::string& pattern = UrlPassword().pattern;
  EXPECT_FALSE(IsForUserInfo(pattern + "|acme_[a-z]{20}"));
  EXPECT_FALSE(IsForUserInfo(pattern + "?"));
  EXPECT_FALSE(IsForUserInfo("(?i)" + pattern));
  EXPECT_FALSE(IsForUserInfo(""));
}

TEST(UserInfo, StandsBetweenTheSlashesAndTheAt) {
  EXPECT_EQ(Found("see postgres://app:w0rd@db:5432/app"), "://app:w0rd@");
  EXPECT_EQ(Found("redis://:w0rd@db"), "://:w0rd@");
  EXPECT_EQ(Found("://a:b@"), "://a:b@") << "RE2 says whether that is enough";
  EXPECT_EQ(Found("://app:a:b:c@db"), "://app:a:b:c@");
  EXPECT_EQ(Found("mysql://{{ .User \"x\" }}:w0rd@{{ .Host }}"), "://{{ .User \"x\" }}:w0rd@");
  EXPECT_EQ(Found("http://a.example http://app:w0rd@db"), "://app:w0rd@");
}

TEST(UserInfo, IsNotWhatOnlyHoldsAnAt) {
  for (const char* text :
       {"", "@", "://", "://@", "://a@b", "a:b@c", "//a:b@c", ":/a:b@c", "https://h:80/p:x@y",
        "https://h:80 p:x@y", "://a:'b@c", "://a:<b>@c", "ops@example.com", "image@sha256:00"}) {
    EXPECT_EQ(Found(text), "") << text;
  }
}

TEST(UserInfo, GoesOnBehindTheOneBefore) {
  const std::string text = "http://a:b1@h,c:d1@h http://e:f1@h";
  const UserInfo first = FindUserInfo(text, 0);
  EXPECT_EQ(text.substr(first.begin, 8), "://a:b1@");
  EXPECT_EQ(Found(text, first.at + 1), "://e:f1@");
  EXPECT_EQ(Found(text, text.size()), "");
}

// Texts of the characters that matter, by a generator that is the same everywhere.
TEST(UserInfo, HoldsEveryMatchOfThePattern) {
  const re2::RE2 pattern(UrlPassword().pattern);
  constexpr std::string_view kPieces[] = {"://", ":",  "@",        "/",   " ",    "\n",  "\v",
                                          "'",   "\"", "<",        ">",   "a",    "b",   "$",
                                          "(",   "[",  "\xC3\xA4", "abc", "\xFF", "{{ ", " }}"};
  std::mt19937 random(7);  // NOLINT: the same texts in each run
  int matches = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    for (const std::string_view certain : {"://", ":", "@", "a"}) {
      for (size_t i = random() % 4; i > 0; --i) text += kPieces[random() % std::size(kPieces)];
      text += certain;
    }
    re2::StringPiece match;
    for (size_t at = 0; pattern.Match(text, at, text.size(), re2::RE2::UNANCHORED, &match, 1);) {
      const size_t begin = match.data() - text.data();
      bool held = false;
      for (UserInfo found = FindUserInfo(text, 0); found.begin != std::string_view::npos;
           found = FindUserInfo(text, found.at + 1)) {
        held |= found.begin == begin && found.at + 2 == begin + match.size();
      }
      EXPECT_TRUE(held) << testing::PrintToString(text);
      at = begin + match.size();
      ++matches;
    }
  }
  EXPECT_GT(matches, 1000);
}

TEST(UserInfo, ReadsATextWithoutAStopOnce) {
  const std::string ats(1'000'000, '@');
  EXPECT_EQ(Found(ats), "");
  const std::string word = std::string(1'000'000, 'a') + "@";
  EXPECT_EQ(Found(word), "");
  EXPECT_EQ(Found("://a:" + word).size(), word.size() + 5);
}

}  // namespace
}  // namespace keysteward::detection
