#include "detection/reader/json_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace keysteward::detection {
namespace {

void Print(const Node& node, std::string& out) {
  if (node.is_mapping() || node.is_sequence()) {
    out += node.is_mapping() ? '{' : '[';
    for (const Node& child : node.children()) {
      if (node.is_mapping()) out += std::string(child.key) + "=";
      Print(child, out);
      out += ' ';
    }
    out += node.is_mapping() ? '}' : ']';
    return;
  }
  const std::string quote = node.is_string() ? "\"" : "";
  out += node.kind == NodeKind::kNull ? "null" : quote + std::string(node.text) + quote;
}

class JsonReaderTest : public testing::Test {
 protected:
  std::string Read(std::string_view text) {
    std::vector<Document> documents;
    std::pmr::monotonic_buffer_resource arena;
    const Result<void> read = JsonReader(limits_).Read(text, arena, documents);
    if (!read) return read.error().ToString();
    std::string out;
    for (const Document& document : documents) Print(*document.root, out);
    return out;
  }
  ReadLimits limits_;
};

TEST_F(JsonReaderTest, ReadsEveryKindOfValue) {
  EXPECT_EQ(Read("{}"), "{}");
  EXPECT_EQ(Read("[]"), "[]");
  EXPECT_EQ(Read(R"({"a":{"b":[1,"x",true,false,null]}})"),
            R"({a={b=[1 "x" true false null ] } })");
  EXPECT_EQ(Read(" \t\r\n{ \"a\" : 1 }\n "), "{a=1 }");
  EXPECT_EQ(Read("\"x\""), "\"x\"");
  EXPECT_EQ(Read("null"), "null");
  EXPECT_EQ(Read("-1"), "-1");
}

TEST_F(JsonReaderTest, KeepsNumbersAsTheyAreWritten) {
  for (const char* number :
       {"0", "-0", "1", "-1", "10", "0.5", "-0.5", "1e3", "1E3", "1e+3", "1e-3", "1.25e10",
        "18446744073709551615", "18446744073709551616", "123456789012345678901234567890",
        "0.1000000000000000055511151231257827", "9007199254740993"}) {
    EXPECT_EQ(Read("[" + std::string(number) + "]"), "[" + std::string(number) + " ]");
  }
}

TEST_F(JsonReaderTest, RefusesNumbersThatJsonDoesNotKnow) {
  for (const char* number : {"01", "-", "+1", ".5", "1.", "1e", "1e+", "0x10", "NaN", "Infinity",
                             "-Infinity", "1_000", "--1", "1.2.3", "00", "1e5.5"}) {
    const std::string read = Read("[" + std::string(number) + "]");
    EXPECT_TRUE(read.starts_with("InvalidArgument: 1:")) << number << " read as " << read;
  }
}

TEST_F(JsonReaderTest, DecodesEscapes) {
  EXPECT_EQ(Read(R"(["\"\\\/\b\f\n\r\t"])"), "[\"\"\\/\b\f\n\r\t\" ]");
  EXPECT_EQ(Read(R"(["\u0041\u00e9\u20ac"])"), "[\"A\xC3\xA9\xE2\x82\xAC\" ]");
  EXPECT_EQ(Read(R"(["\ud83d\ude00"])"), "[\"\xF0\x9F\x98\x80\" ]");
  EXPECT_EQ(Read(R"({"\u0061\u0070i":1})"), "{api=1 }") << "an escaped name is the same name";
  EXPECT_EQ(Read(R"(["a\u0000b"])"), "[\"a" + std::string(1, '\0') + "b\" ]");
}

TEST_F(JsonReaderTest, RefusesWhatIsNoJson) {
  for (const char* text : {"{",           "[",
                           "}",           "]",
                           "{]",          "[}",
                           "{\"a\"}",     "{\"a\":}",
                           "{\"a\":1,}",  "[1,]",
                           "[,1]",        "[1 2]",
                           "{\"a\" 1}",   "{a:1}",
                           "{'a':1}",     "{\"a\":1 \"b\":2}",
                           "{1:2}",       "tru",
                           "nul",         "[tru]",
                           "[nulL]",      "[True]",
                           "[truefalse]", "[null1]",
                           "// x\n{}",    "/* */{}",
                           "{/**/}",      "[1]x",
                           "{}x",         "{},{}",
                           "{\"a\":\"b}", "[\"\\x\"]",
                           "[\"\\u12\"]", "[\"\\u12g4\"]",
                           "[\"a\nb\"]",  "[\"a\tb\"]",
                           "[\"\x01\"]"}) {
    const std::string read = Read(text);
    EXPECT_TRUE(read.starts_with("InvalidArgument: ")) << text << " read as " << read;
    EXPECT_EQ(read.find("\"a"), std::string::npos) << "an error quotes no input";
  }
}

TEST_F(JsonReaderTest, RefusesAnEmptyText) {
  for (const char* text : {"", " ", "\n\t ", "\r\n"}) {
    EXPECT_TRUE(Read(text).starts_with("InvalidArgument: ")) << "'" << text << "'";
  }
}

TEST_F(JsonReaderTest, RefusesTextThatIsNotUtf8) {
  for (const std::string bytes :
       {"\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\x80", "\xE2\x82"}) {
    EXPECT_TRUE(Read("[\"" + bytes + "\"]").starts_with("InvalidArgument: "));
  }
  EXPECT_TRUE(Read("\xFE\xFF").starts_with("InvalidArgument: "));
}

TEST_F(JsonReaderTest, RefusesLoneSurrogates) {
  for (const char* text :
       {R"(["\ud800"])", R"(["\udc00"])", R"(["\ud800x"])", R"(["\ud800\u0041"])"}) {
    EXPECT_TRUE(Read(text).starts_with("InvalidArgument: ")) << text;
  }
}

TEST_F(JsonReaderTest, KeepsBothValuesOfADuplicateName) {
  EXPECT_EQ(Read(R"({"a":1,"b":2,"a":3})"), "{a=1 b=2 a=3 }");
}

TEST_F(JsonReaderTest, ReadsTextsThatFollowEachOther) {
  EXPECT_EQ(Read("{} {}"), "{}{}");
  EXPECT_EQ(Read("{\"a\":1}\n{\"b\":[2]}\n"), "{a=1 }{b=[2 ] }");
  EXPECT_EQ(Read("[1][2]"), "[1 ][2 ]");
  EXPECT_TRUE(Read("{} [1]").starts_with("InvalidArgument: ")) << "objects and lists do not mix";
  EXPECT_TRUE(Read("{} null").starts_with("InvalidArgument: ")) << "a scalar after a document";
  EXPECT_TRUE(Read("{} {").starts_with("InvalidArgument: "));
}

TEST_F(JsonReaderTest, PointsAtTheLastValueBeforeAnError) {
  EXPECT_TRUE(Read("{\n \"a\": 1,\n \"b\": x\n}").starts_with("InvalidArgument: 2:7: "));
  EXPECT_TRUE(Read("{}\n\n{\"a\":}").starts_with("InvalidArgument: 3:1: "));
}

TEST_F(JsonReaderTest, CountsLinesAndBytes) {
  std::vector<Document> documents;
  std::pmr::monotonic_buffer_resource arena;
  const std::string text = "{\n  \"é\": \"x\",\n\"b\":\r\n [true,\n\n   {\"c\": null}]}";
  ASSERT_TRUE(JsonReader(limits_).Read(text, arena, documents));
  const Node& root = *documents[0].root;
  EXPECT_EQ(root.position, (Position{1, 1}));
  EXPECT_EQ(root.Find("é")->position, (Position{2, 9})) << "columns count bytes";
  EXPECT_EQ(root.Find("b")->position, (Position{4, 2}));
  EXPECT_EQ(root.Find("b")->first->position, (Position{4, 3}));
  EXPECT_EQ(root.Find("b")->first->next->Find("c")->position, (Position{6, 10}));
}

TEST_F(JsonReaderTest, NumbersDocuments) {
  std::vector<Document> documents;
  std::pmr::monotonic_buffer_resource arena;
  ASSERT_TRUE(JsonReader(limits_).Read("{}{\"a\":[]}{}", arena, documents));
  ASSERT_EQ(documents.size(), 3u);
  for (uint32_t i = 0; i < 3; ++i) EXPECT_EQ(documents[i].index, i);
}

TEST_F(JsonReaderTest, KeepsItsLimits) {
  limits_ = {.bytes = 1000, .documents = 2, .depth = 3, .nodes = 6, .scalar_bytes = 4};
  EXPECT_EQ(Read("[[[]]]"), "[[[] ] ]");
  EXPECT_EQ(Read("[[[[]]]]"), "TooLarge: 1:4: nested deeper than 3 levels");
  EXPECT_EQ(Read("[1,2,3,4,5]"), "[1 2 3 4 5 ]");
  EXPECT_EQ(Read("[1,2,3,4,5,6]"),
            "TooLarge: 1:12: more than 6 values in one document, aliases expanded");
  EXPECT_EQ(Read("[\"abcd\"]"), "[\"abcd\" ]");
  EXPECT_EQ(Read("[\"abcde\"]"), "TooLarge: 1:2: one value is longer than 4 bytes");
  EXPECT_EQ(Read("{\"abcde\":1}").substr(0, 9), "TooLarge:") << "names have the limit of values";
  EXPECT_EQ(Read("{}{}"), "{}{}");
  EXPECT_EQ(Read("{}{}{}"), "TooLarge: more than 2 documents");
}

TEST_F(JsonReaderTest, CountsTheNodesOfEachDocumentApart) {
  limits_.nodes = 3;
  EXPECT_EQ(Read("[1,2][3,4]"), "[1 2 ][3 4 ]");
}

TEST_F(JsonReaderTest, IsReadyForMoreAfterAnError) {
  JsonReader reader(limits_);
  std::pmr::monotonic_buffer_resource arena;
  for (int round = 0; round < 3; ++round) {
    std::vector<Document> documents;
    EXPECT_FALSE(reader.Read("{\"a\":[1,", arena, documents));
    EXPECT_FALSE(reader.Read(std::string(200, '['), arena, documents));
    documents.clear();
    ASSERT_TRUE(reader.Read("{\"a\":1}", arena, documents));
    EXPECT_EQ(documents[0].root->count, 1u);
  }
}

// Every cut of a valid text is refused or is a shorter valid one; none crashes or reads beyond.
TEST_F(JsonReaderTest, RefusesEveryCutOfAText) {
  const std::string text = R"({"a":[1,-2.5e3,true,false,null,"\u00e9\n"],"b":{"c":{}}})";
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_TRUE(Read(text.substr(0, size)).starts_with("InvalidArgument: ")) << size;
  }
  EXPECT_TRUE(Read(text).starts_with("{a="));
}

TEST_F(JsonReaderTest, SurvivesEveryChangedByte) {
  const std::string text = R"({"a":[1,-2.5e3,true,"\u00e9"],"b":{"c":null}} {"d":3})";
  size_t good = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      const std::string read = Read(changed);
      EXPECT_TRUE(read.starts_with('{') || read.starts_with("InvalidArgument: ")) << read;
      good += read.starts_with('{');
    }
  }
  EXPECT_GT(good, text.size()) << "each text is one of its own changes";
}

}  // namespace
}  // namespace keysteward::detection
