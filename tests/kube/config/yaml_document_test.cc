#include "kube/config/yaml_document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace keysteward::kube {
namespace {

using nlohmann::json;

TEST(YamlDocumentTest, MapsListsAndScalarsBecomeJson) {
  const auto document = ReadYamlDocument(
      "a: text\nb: [x, \"true\", true, false, null, ~, 3]\nc:\n  d:\n  - e: |\n      two\n      "
      "lines\n"
      "quoted: \"\"\nempty:\n");
  ASSERT_TRUE(document) << document.error().ToString();
  EXPECT_EQ(*document, json::parse(R"({"a":"text","b":["x","true",true,false,null,null,"3"],
      "c":{"d":[{"e":"two\nlines\n"}]},"quoted":"","empty":null})"));
}

TEST(YamlDocumentTest, JsonIsYaml) {
  EXPECT_EQ(*ReadYamlDocument(R"({"a": ["b", {"c": "d"}]})"),
            json::parse(R"({"a":["b",{"c":"d"}]})"));
}

TEST(YamlDocumentTest, AnEmptyFileIsNull) {
  EXPECT_TRUE(ReadYamlDocument("")->is_null());
  EXPECT_TRUE(ReadYamlDocument("# only a comment\n")->is_null());
}

TEST(YamlDocumentTest, WhatIsRefusedIsNamedWithItsLine) {
  const std::pair<std::string, std::string> rows[] = {
      {"a: 1\nb: &x 2\n", "line 2: anchors and aliases are not accepted"},
      {"a: 1\nb: &x [1]\nc: *x\n", "line 2: anchors and aliases are not accepted"},
      {"a: 1\na: 2\n", "line 2: key \"a\" comes twice"},
      {"? [a]\n: b\n", "line 1: a key must be a scalar"},
      {"a: 1\n---\nb: 2\n", "more than one YAML document"},
  };
  for (const auto& [text, message] : rows) {
    const auto document = ReadYamlDocument(text);
    ASSERT_FALSE(document) << text;
    EXPECT_EQ(document.error().message, message);
  }
}

TEST(YamlDocumentTest, BrokenYamlIsAnErrorWithALine) {
  for (const char* text : {"a: [1, 2", "a: b: c\n", "\"open", "a:\n\t- tab\n", "a: {b: c\n"}) {
    const auto document = ReadYamlDocument(text);
    ASSERT_FALSE(document) << text;
    EXPECT_EQ(document.error().message.rfind("line ", 0), 0u) << document.error().message;
  }
}

TEST(YamlDocumentTest, DepthAndSizeAreBounded) {
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  EXPECT_EQ(ReadYamlDocument(deep).error().message, "line 1: nested deeper than 100");
  const auto large = ReadYamlDocument(std::string(kMaxYamlBytes + 1, ' '));
  EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace keysteward::kube
