#include "detection/reader/manifest_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::detection {
namespace {

// One line per value: "path(line:column)=text", strings in quotes.
void Print(const Node& node, const std::string& path, std::string& out) {
  int index = 0;
  for (const Node& child : node.children()) {
    Print(child,
          path + (node.is_mapping() ? "/" + std::string(child.key) : "/" + std::to_string(index)),
          out);
    ++index;
  }
  if (!node.is_scalar()) return;
  const std::string quote = node.is_string() ? "\"" : "";
  out += path + "=" + quote + std::string(node.text) + quote + " ";
}

std::string Read(std::string_view text) {
  ManifestReader reader;
  const Result<ManifestFile> file = reader.Read(text);
  if (!file) return file.error().ToString();
  if (file->is_template) return "template";
  std::string out;
  for (const Document& document : file->documents) Print(*document.root, "", out);
  return out;
}

TEST(ManifestReader, KeepsYamlStringsApartFromOtherScalars) {
  EXPECT_EQ(Read("a: yes\nb: 'yes'\nc: 0777\nd: \"1\"\ne: ~\nf: x\ng: 12:30\n"),
            "/a=yes /b=\"yes\" /c=0777 /d=\"1\" /e=~ /f=\"x\" /g=\"12:30\" ");
}

TEST(ManifestReader, ResolvesNamesAsKubernetesDoes) {
  EXPECT_EQ(Read("y: 1\noff: 2\n'y': 3\n"), "/true=1 /false=2 /y=3 ");
}

TEST(ManifestReader, ReadsEveryScalarStyle) {
  EXPECT_EQ(Read("a: |\n  x\n  y\nb: >-\n  x\n  y\nc: \"x\\ty\"\nd: 'it''s'\n"),
            "/a=\"x\ny\n\" /b=\"x y\" /c=\"x\ty\" /d=\"it's\" ");
}

TEST(ManifestReader, ReadsManyDocuments) {
  EXPECT_EQ(Read("---\na: b\n---\n---\nc: d\n...\n"), "/a=\"b\" = /c=\"d\" ");
}

TEST(ManifestReader, AcceptsByteOrderMarkAndCarriageReturns) {
  EXPECT_EQ(Read("\xEF\xBB\xBF"
                 "a: b\r\nc:\r\n- d\r\n"),
            "/a=\"b\" /c/0=\"d\" ");
}

TEST(ManifestReader, ShowsBothValuesOfADuplicateName) {
  EXPECT_EQ(Read("a: x\na: z\n"), "/a=\"x\" /a=\"z\" ");
  EXPECT_EQ(Read(R"({"a":"x","a":"y"})"), "/a=\"x\" /a=\"y\" ");
  ManifestReader reader;
  const auto file = reader.Read("a: x\na: z\n");
  EXPECT_EQ(file->documents[0].root->String("a"), "z") << "the API server keeps the last";
}

TEST(ManifestReader, ExpandsAliasesAndMergeKeys) {
  EXPECT_EQ(Read("a: &x {k: v, l: w}\nb: *x\nc: {<<: *x, l: own}\n"),
            "/a/k=\"v\" /a/l=\"w\" /b/k=\"v\" /b/l=\"w\" /c/l=\"own\" /c/k=\"v\" ");
  EXPECT_EQ(Read("a: &x {k: 1}\nb: &y {k: 2, m: 3}\nc: {<<: [*x, *y]}\n"),
            "/a/k=1 /b/k=2 /b/m=3 /c/k=1 /c/m=3 ");
}

TEST(ManifestReader, DecodesBinaryTags) {
  EXPECT_EQ(Read("a: !!binary aGVsbG8=\n"), "/a=\"hello\" ");
  EXPECT_EQ(Read("a: !!binary '**'\n"), "InvalidArgument: 1:4: !!binary is not base64");
}

TEST(ManifestReader, ReadsJsonWithPositions) {
  ManifestReader reader;
  const auto good =
      reader.Read("{\n  \"a\": [18446744073709551616, -0.5e3, true, null],\n \"b\": \"x\\u00e9\"}");
  ASSERT_TRUE(good) << good.error().ToString();
  const Node& root = *good->documents[0].root;
  EXPECT_EQ(root.position, (Position{1, 1}));
  EXPECT_EQ(root.Find("b")->position, (Position{3, 7}));
  EXPECT_EQ(root.Find("b")->text, "x\xC3\xA9");
  EXPECT_EQ(root.Find("a")->first->text, "18446744073709551616");
}

TEST(ManifestReader, ReadsSeveralJsonTextsAndFlowStyleYaml) {
  EXPECT_EQ(Read("{\"a\":1}\n{\"b\":2}\n"), "/a=1 /b=2 ");
  EXPECT_EQ(Read("{a: b, c: [d]}\n"), "/a=\"b\" /c/0=\"d\" ");
}

TEST(ManifestReader, ExpandsLists) {
  ManifestReader reader;
  const auto file = reader.Read("kind: SecretList\nitems: [{kind: A}, {kind: B}]\n");
  EXPECT_EQ(ObjectsOf(*file->documents[0].root).size(), 2u);
  const auto widget = reader.Read("kind: Playlist\nitems: {a: b}\n");
  EXPECT_EQ(ObjectsOf(*widget->documents[0].root).size(), 1u);
}

TEST(ManifestReader, RecognisesUnrenderedTemplates) {
  EXPECT_EQ(Read("{{- if .Values.x }}\na: b\n{{- end }}\n"), "template");
  EXPECT_EQ(Read("a: {{ .Values.a }}\n"), "template");
  EXPECT_EQ(Read("a: \"{{ .Values.a }}\"\n"), "/a=\"{{ .Values.a }}\" ");
  EXPECT_EQ(Read("{% raw %}\na: b\n{% endraw %}\n"), "template");
}

std::string ReadTemplate(std::string_view text) {
  ManifestReader reader;
  const ManifestFile file = reader.ReadTemplate(text);
  EXPECT_TRUE(file.is_template);
  std::string out;
  for (const Document& document : file.documents) Print(*document.root, "", out);
  return out;
}

TEST(ManifestReader, ReadsWhatATemplateSaysBesideItsActions) {
  EXPECT_EQ(ReadTemplate("{{- if .x }}\na: {{ .Values.a }}\nb: c\n---\nd: [e]\n{{- end }}\n"),
            "/a=\"$______________\" /b=\"c\" /d/0=\"e\" ");
}

TEST(ManifestReader, ATemplateThatMakesNoYamlHasNoDocuments) {
  EXPECT_EQ(ReadTemplate("a: {{ .x }}\n b: c\n"), "");
  EXPECT_EQ(ReadTemplate("Thank you for installing {{ .Chart.Name }}.\n"), "");
}

struct Broken {
  std::string_view text;
  std::string_view error;
};

class BrokenInput : public testing::TestWithParam<Broken> {};

TEST_P(BrokenInput, IsAnErrorWithItsPosition) {
  EXPECT_EQ(Read(GetParam().text), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    ManifestReader, BrokenInput,
    testing::Values(
        Broken{"a: \"x", "InvalidArgument: 1:6: found unexpected end of stream"},
        Broken{"a: b\n\tc: d\n",
               "InvalidArgument: 2:1: found a tab character that violates indentation"},
        Broken{"a:\n-x\n", "InvalidArgument: 3:1: could not find expected ':'"},
        Broken{"a: b\nc: \x01\n", "InvalidArgument: 2:4: control characters are not allowed"},
        Broken{"a: b\nc: \xFF\n", "InvalidArgument: 2:4: invalid leading UTF-8 octet"},
        Broken{"a: *nobody\n", "InvalidArgument: 1:4: alias of an anchor that does not exist"},
        Broken{"a: &a [*a]\n", "InvalidArgument: 1:8: anchor contains itself"},
        Broken{"? [x]\n: y\n",
               "InvalidArgument: 1:3: a mapping or list cannot be the name of a member"},
        Broken{"<<: x\n",
               "InvalidArgument: 1:5: a merge key needs a mapping or a list of mappings"}));

class HostileInput : public testing::Test {
 protected:
  static std::string Repeat(std::string_view piece, size_t times) {
    std::string text;
    for (size_t i = 0; i < times; ++i) text += piece;
    return text;
  }
};

TEST_F(HostileInput, NestedTooDeepIsRefused) {
  for (const std::string_view open : {"[", "{\"a\":", "- ", "{a: "}) {
    const std::string error = Read(Repeat(open, 1'000'000));
    EXPECT_TRUE(error.starts_with("TooLarge: 1:")) << open << " " << error;
    EXPECT_TRUE(error.ends_with("nested deeper than 100 levels")) << open << " " << error;
  }
}

TEST_F(HostileInput, AliasBombIsRefused) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + Repeat(last + ",", 9) +
            last + "]\n";
  }
  EXPECT_TRUE(Read(bomb).ends_with("more than 200000 values in one document, aliases expanded"));
}

TEST_F(HostileInput, MergeBombIsRefused) {
  std::string bomb = "m0: &m0 {k: v}\n";
  for (int i = 1; i < 20; ++i) {
    const std::string last = "*m" + std::to_string(i - 1);
    bomb += "m" + std::to_string(i) + ": &m" + std::to_string(i) + " {a: " + last + ", b: " + last +
            ", c: {<<: " + last + "}}\n";
  }
  EXPECT_TRUE(Read(bomb).starts_with("TooLarge: "));
}

TEST_F(HostileInput, TooManyValuesAreRefused) {
  EXPECT_TRUE(Read("[" + Repeat("{},", 300'000) + "{}]").starts_with("TooLarge: 1:"));
}

TEST_F(HostileInput, ALongValueIsRefused) {
  EXPECT_EQ(Read("a: " + std::string(5u << 20, 'x')),
            "TooLarge: 1:4: one value is longer than 4194304 bytes");
}

TEST_F(HostileInput, ALargeInputIsRefusedBeforeParsing) {
  EXPECT_EQ(Read(std::string(9u << 20, ' ')), "TooLarge: input is larger than 8388608 bytes");
}

TEST_F(HostileInput, ErrorsNeverQuoteTheInput) {
  for (const std::string_view text :
       {"a: \"s3cretvalue\nb", "s3cretvalue: [\n", "*s3cretvalue\n"}) {
    EXPECT_EQ(Read(text).find("s3cretvalue"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace keysteward::detection
