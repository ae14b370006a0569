#include "detection/reader/template_actions.h"

#include <gtest/gtest.h>

namespace keysteward::detection {
namespace {

TEST(HasTemplateActions, NeedsBothBraces) {
  EXPECT_TRUE(HasTemplateActions("a: {{ .Values.a }}\n"));
  EXPECT_TRUE(HasTemplateActions("{% raw %}\na: b\n{% endraw %}\n"));
  EXPECT_FALSE(HasTemplateActions("a: {b: {c: d}}\n"));
  EXPECT_FALSE(HasTemplateActions("a: }} {{\n"));
}

struct Case {
  const char* text;
  const char* want;
};

class Masked : public testing::TestWithParam<Case> {};

TEST_P(Masked, KeepsEveryByteInItsPlace) {
  const std::string masked = MaskActions(GetParam().text);
  EXPECT_EQ(masked, GetParam().want);
  EXPECT_EQ(masked.size(), std::string_view(GetParam().text).size());
}

INSTANTIATE_TEST_SUITE_P(
    MaskActions, Masked,
    testing::Values(
        Case{"a: b\n", "a: b\n"}, Case{"a: {{ .a }}\n", "a: $_______\n"},
        Case{"a: \"{{ .a }}-x\"\n", "a: \"$_______-x\"\n"}, Case{"{{ .a }}: b\n", "$_______: b\n"},
        // What only steers, and text that brings its own lines.
        Case{"{{- if .a }}\na: b\n{{- end }}\n", "            \na: b\n          \n"},
        Case{"  {{ toYaml .a }}\nb: c\n", "                 \nb: c\n"},
        Case{"a: {{- toYaml .a | nindent 2 }}\n", "a:                             \n"},
        Case{"a: b {{- /* it's */}}\n", "a: b                 \n"},
        Case{"{{ $a := .b }}x: y\n", "              x: y\n"},
        // Of the branches within a line the first stays.
        Case{"a: {{ if .b }}x{{ else }}y{{ end }}\n", "a:            x                    \n"},
        Case{"a: {{ if .b }}x{{ else if .c }}y{{ else }}z{{ end }}w\n",
             "a:            x                                     w\n"},
        Case{"{{ else }} a: b\n", "           a: b\n"},
        // An action of several lines, braces in a string, an apostrophe.
        Case{"a: {{ .b\n  .c }}x\n", "a: $____\n       x\n"},
        Case{"a: {{ \"}}\" }}x\n", "a: $_________x\n"},
        Case{"a: {{/* don't \" */}}x\n", "a:                  x\n"},
        // Jinja.
        Case{"{% if a %}\nb: {{ c }}\n{% endif %}\n", "          \nb: $______\n           \n"},
        Case{"a: b {# c #}\n", "a: b        \n"},
        // No actions.
        Case{"a: ${#list[@]} #}\n", "a: ${#list[@]} #}\n"}, Case{"a: {{ b\n", "a: {{ b\n"},
        Case{"{{", "{{"}, Case{"", ""}));

TEST(MaskActions, IsLinear) {
  std::string open;
  for (int i = 0; i < 100'000; ++i) open += "{{\"";
  EXPECT_EQ(MaskActions(open), open);
  std::string actions;
  for (int i = 0; i < 100'000; ++i) actions += "{{ else }}";
  EXPECT_EQ(MaskActions(actions), std::string(actions.size(), ' '));
}

TEST(LinesWithLiteralActions, KeepsTheirPlaces) {
  EXPECT_EQ(LinesWithLiteralActions("a: b\nc: {{ .d }}\ne: {{ .f | default \"g\" }} # h\ni: 'j'\n"),
            "\n\ne: {{ .f | default \"g\" }} # h");
  EXPECT_EQ(LinesWithLiteralActions("a: {{ if .b }}c{{ else }}d{{ end }}\n"),
            "a: {{ if .b }}c{{ else }}d{{ end }}");
  EXPECT_EQ(LinesWithLiteralActions("a: {{ .b\n \"c\" }}\n\nd: {{ `e` }}\n"),
            "a: {{ .b\n \"c\" }}\n\nd: {{ `e` }}");
  EXPECT_EQ(LinesWithLiteralActions("a: b\n"), "");
}

}  // namespace
}  // namespace keysteward::detection
