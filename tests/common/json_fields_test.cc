#include "common/json_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace keysteward {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT: 10min reads as the field is written
using ::testing::HasSubstr;

json Spec() {
  return json::parse(R"({
    "owner": {"team": "payments"}, "count": 3, "suspend": true, "overlap": "10m",
    "until": "2027-06-30T00:00:00Z", "names": ["a", "b"], "labels": {"x": "1"},
    "entries": [{"name": "first"}, {"name": "second"}], "nothing": null
  })");
}

TEST(JsonFields, ReadEveryTypeAndAcceptTheWhole) {
  const json value = Spec();
  JsonFields spec(value, "spec");
  EXPECT_EQ(spec.Object("owner").RequiredString("team"), "payments");
  EXPECT_EQ(spec.Int("count"), 3);
  EXPECT_TRUE(spec.Bool("suspend"));
  EXPECT_EQ(spec.OptionalDuration("overlap"), Duration(10min));
  EXPECT_TRUE(spec.OptionalTime("until").has_value());
  EXPECT_EQ(spec.Strings("names"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(spec.StringMap("labels").at("x"), "1");
  std::vector<std::string> names;
  spec.Objects("entries", [&](JsonFields& item) { names.push_back(item.String("name")); });
  EXPECT_EQ(names, (std::vector<std::string>{"first", "second"}));
  EXPECT_TRUE(spec.Has("count"));
  EXPECT_EQ(spec.Raw("count")->get<int>(), 3);
  EXPECT_TRUE(spec.Check());
}

TEST(JsonFields, WhatIsAbsentOrNullReadsAsItsFallback) {
  const json value = Spec();
  JsonFields spec(value, "spec");
  for (const char* name : {"nothing", "missing"}) {
    EXPECT_FALSE(spec.Has(name));
    EXPECT_EQ(spec.Raw(name), nullptr);
    EXPECT_EQ(spec.String(name, "default"), "default");
    EXPECT_EQ(spec.Int(name, -1), -1);
    EXPECT_TRUE(spec.Bool(name, true));
    EXPECT_EQ(spec.OptionalDuration(name), std::nullopt);
    EXPECT_EQ(spec.OptionalTime(name), std::nullopt);
    EXPECT_TRUE(spec.Strings(name).empty());
    EXPECT_TRUE(spec.StringMap(name).empty());
    EXPECT_EQ(spec.Object(name).Object("deeper").String("x"), "");
    spec.Objects(name, [](JsonFields&) { FAIL() << "no item to visit"; });
  }
  EXPECT_TRUE(spec.Check());
}

using Read = void (*)(JsonFields&);
struct WrongRow {
  const char* text;
  Read read;
  const char* message;
};

TEST(JsonFields, TheErrorNamesTheFieldByItsFullPath) {
  const std::vector<WrongRow> rows = {
      {R"({})", [](JsonFields& f) { f.RequiredString("team"); }, "spec.team: is required"},
      {R"({"team": null})", [](JsonFields& f) { f.RequiredString("team"); },
       "spec.team: is required"},
      {R"({"team": 1})", [](JsonFields& f) { f.RequiredString("team"); },
       "spec.team: must be a string"},
      {R"({"a": {"b": {"c": 1}}})", [](JsonFields& f) { f.Object("a").Object("b").String("c"); },
       "spec.a.b.c: must be a string"},
      {R"({"a": "x"})", [](JsonFields& f) { f.Object("a").String("b"); },
       "spec.a: must be an object"},
      {R"({"n": 1.5})", [](JsonFields& f) { f.Int("n"); }, "spec.n: must be an integer"},
      {R"({"n": "1"})", [](JsonFields& f) { f.Int("n"); }, "spec.n: must be an integer"},
      {R"({"n": 9223372036854775808})", [](JsonFields& f) { f.Int("n"); },
       "spec.n: is out of range"},
      {R"({"n": 123456789012345678901234567890})", [](JsonFields& f) { f.Int("n"); },
       "spec.n: must be an integer"},
      {R"({"b": "true"})", [](JsonFields& f) { f.Bool("b"); }, "spec.b: must be true or false"},
      {R"({"d": 10})", [](JsonFields& f) { f.OptionalDuration("d"); }, "spec.d: must be a string"},
      {R"({"d": "10 m"})", [](JsonFields& f) { f.OptionalDuration("d"); },
       "spec.d: \"10 m\" is not a duration; write for example 720h, 10m or 1h30m"},
      {R"({"t": "soon"})", [](JsonFields& f) { f.OptionalTime("t"); },
       "spec.t: \"soon\" is not an RFC 3339 time; write for example 2027-06-30T00:00:00Z"},
      {R"({"s": "x"})", [](JsonFields& f) { f.Strings("s"); }, "spec.s: must be a list of strings"},
      {R"({"s": ["x", 1]})", [](JsonFields& f) { f.Strings("s"); },
       "spec.s: must be a list of strings"},
      {R"({"m": []})", [](JsonFields& f) { f.StringMap("m"); }, "spec.m: must be a map of strings"},
      {R"({"m": {"k": 1}})", [](JsonFields& f) { f.StringMap("m"); }, "spec.m.k: must be a string"},
      {R"({"l": {}})", [](JsonFields& f) { f.Objects("l", [](JsonFields&) {}); },
       "spec.l: must be a list"},
      {R"({"l": [{}, 7]})",
       [](JsonFields& f) { f.Objects("l", [](JsonFields& item) { item.String("x"); }); },
       "spec.l[1]: must be an object"},
      {R"({"l": [{"x": "a"}, {"x": 2}]})",
       [](JsonFields& f) { f.Objects("l", [](JsonFields& item) { item.String("x"); }); },
       "spec.l[1].x: must be a string"},
      {R"({"n": 3})", [](JsonFields& f) { f.Fail("n", "must be at most 2"); },
       "spec.n: must be at most 2"}};
  for (const WrongRow& row : rows) {
    const json value = json::parse(row.text);
    JsonFields fields(value, "spec");
    row.read(fields);
    ASSERT_FALSE(fields.Check()) << row.text;
    EXPECT_EQ(fields.Check().error(), Error::InvalidArgument(row.message));
  }
}

TEST(JsonFields, TheFirstErrorIsKept) {
  const json value = json::parse(R"({"a": 1, "b": 2})");
  JsonFields fields(value, "");
  fields.String("a");
  fields.Object("b");
  EXPECT_EQ(fields.Check().error().message, "a: must be a string");
}

TEST(JsonFields, AChildsErrorIsSeenByTheParentAndTheOtherWayRound) {
  const json value = json::parse(R"({"child": {"n": "x"}})");
  JsonFields parent(value, "");
  JsonFields child = parent.Object("child");
  child.Int("n");
  EXPECT_FALSE(parent.Check());
  EXPECT_FALSE(child.Check());
}

TEST(JsonFields, ADocumentThatIsNoObjectIsItselfTheError) {
  for (const char* text : {"[]", "1", "\"x\"", "true"}) {
    const json value = json::parse(text);
    JsonFields fields(value, "");
    EXPECT_EQ(fields.String("a"), "");
    EXPECT_EQ(fields.Check().error().message, "document: must be an object");
  }
  const json null;
  EXPECT_TRUE(JsonFields(null, "").Check());
}

TEST(JsonFields, AHostileValueIsNotQuotedWhole) {
  const json value = {{"d", std::string(1 << 20, 'x') + "\n"}};
  JsonFields fields(value, "spec");
  fields.OptionalDuration("d");
  EXPECT_LT(fields.Check().error().message.size(), 200U);
}

TEST(JsonFields, EveryReaderKnowsItsPath) {
  const json value = json::parse(R"({"a": {"b": [{"c": 1}]}})");
  JsonFields root(value, "");
  EXPECT_EQ(root.path(), "");
  EXPECT_EQ(root.Object("a").path(), "a");
  EXPECT_EQ(JsonFields(value, "spec").Object("missing").path(), "spec.missing");
  root.Object("a").Objects("b", [](JsonFields& item) { EXPECT_EQ(item.path(), "a.b[0]"); });
  root.Object("a").Fail("b", "must be shorter");
  EXPECT_EQ(root.Check().error(), Error::InvalidArgument("a.b: must be shorter"));
}

TEST(JsonFields, UnknownFieldsAreIgnored) {
  const json value = json::parse(R"({"a": "x", "future": {"b": [1]}, "": null})");
  JsonFields fields(value, "");
  EXPECT_EQ(fields.String("a"), "x");
  EXPECT_TRUE(fields.Check());
}

}  // namespace
}  // namespace keysteward
