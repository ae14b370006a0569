#include "detection/fields/text_values.h"

#include <gtest/gtest.h>

#include <utility>

namespace keysteward::detection {
namespace {

TEST(ReadValue, EndsWhereThePairDoes) {
  const std::pair<const char*, const char*> cases[] = {{"abc, d: e", "abc"},
                                                       {"a&b;c", "a&b;c"},
                                                       {"'a b' c", "a b"},
                                                       {R"("a\"b")", R"(a\"b)"},
                                                       {R"(\"abc\")", "abc"},
                                                       {R"("""a"b""" c)", R"(a"b)"},
                                                       {"'''abc'''", "abc"},
                                                       {"Bearer abc d", "Bearer abc"},
                                                       {"abc)", "abc"},
                                                       {"ab(c)", "ab(c)"},
                                                       {"h0,6:Ox,Cm2", "h0,6:Ox,Cm2"},
                                                       {"Qk~,).S(48U?d", "Qk~,).S(48U?d"},
                                                       {"abc,) x", "abc"},
                                                       {"abc,b2: d", "abc"},
                                                       {R"("")", ""},
                                                       {"<your key> x", "<your key>"}};
  for (const auto& [rest, value] : cases) EXPECT_EQ(ReadValue(rest), value) << rest;
}

TEST(IsNoValue, CollectionsAndCommands) {
  constexpr Sign kColon{.colon = true, .blank = true};
  constexpr Sign kEquals{};
  for (const char* rest : {"{enabled: true}", "[a]", "{", R"(["a"])"}) {
    EXPECT_TRUE(IsNoValue(rest, kColon)) << rest;
  }
  for (const char* rest : {"abc", "{noop}abc", "{{ .x }}", "\"abc\"", "`pwgen 20 1`"}) {
    EXPECT_FALSE(IsNoValue(rest, kColon)) << rest;
  }
  for (const char* rest : {"`pwgen 20 1`", R"(["a"])", "{"}) {
    EXPECT_TRUE(IsNoValue(rest, kEquals)) << rest;
  }
  for (const char* rest : {"`abc`", "{abc", "[abc", "\" a\"", "`"}) {
    EXPECT_FALSE(IsNoValue(rest, kEquals)) << rest;
  }
}

TEST(SchemeLength, OfAHeader) {
  EXPECT_EQ(SchemeLength("Bearer abc"), 7u);
  EXPECT_EQ(SchemeLength("Bearers"), 0u);
}

}  // namespace
}  // namespace keysteward::detection
