#include "kube/watch/watch_decoder.h"

#include <gtest/gtest.h>

namespace keysteward::kube {
namespace {

Result<WatchEvent> Decode(std::string_view line) {
  JsonReader reader;
  return DecodeWatchLine(line, reader);
}

TEST(WatchDecoderTest, EachTypeOfEventIsKnown) {
  const std::pair<const char*, EventType> rows[] = {{"ADDED", EventType::kAdded},
                                                    {"MODIFIED", EventType::kModified},
                                                    {"DELETED", EventType::kDeleted},
                                                    {"BOOKMARK", EventType::kBookmark}};
  for (const auto& [name, type] : rows) {
    const auto event = Decode(std::string(R"({"type":")") + name +
                              R"(","object":{"metadata":{"resourceVersion":"8"},"x":1}})");
    ASSERT_TRUE(event) << name;
    EXPECT_EQ(event->type, type);
    EXPECT_EQ(event->object["x"], 1);
  }
}

TEST(WatchDecoderTest, AnErrorEventIsTheErrorItCarries) {
  const auto gone = Decode(
      R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}})");
  EXPECT_EQ(gone.error().ToString(), "Expired: too old");
  const auto failed = Decode(
      R"({"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd event received twice"}})");
  EXPECT_EQ(failed.error().ToString(), "Unavailable: etcd event received twice");
  EXPECT_EQ(Decode(R"({"type":"ERROR","object":{}})").error().ToString(),
            "Unavailable: the server sent an error that is no Status");
}

TEST(WatchDecoderTest, EachWayToBeBrokenHasItsMessage) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "watch event: malformed JSON at byte 1"},
      {R"({"type":"ADDED","object":{"meta)", "watch event: malformed JSON at byte 32"},
      {"null", "watch event: not an object"},
      {"[]", "watch event: not an object"},
      {R"({"object":{}})", "watch event: no type"},
      {R"({"type":1,"object":{}})", "watch event: no type"},
      {R"({"type":"ADDED"})", "watch event: no object"},
      {R"({"type":"ADDED","object":[]})", "watch event: no object"},
      {R"({"type":"PATCHED","object":{}})", "watch event: unknown type \"PATCHED\""},
      {R"({"type":"added","object":{}})", "watch event: unknown type \"added\""},
      {R"({"type":"ADDED","object":{}})", "watch event: the object has no resourceVersion"},
      {R"({"type":"ADDED","object":{"metadata":[]}})",
       "watch event: the object has no resourceVersion"},
      {R"({"type":"ADDED","object":{"metadata":{"resourceVersion":8}}})",
       "watch event: the object has no resourceVersion"},
      {R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":""}}})",
       "watch event: the object has no resourceVersion"},
      {R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"8"}}}{})",
       "watch event: malformed JSON at byte 63"},
  };
  for (const auto& [line, message] : rows) {
    const auto event = Decode(line);
    ASSERT_FALSE(event) << line;
    EXPECT_EQ(event.error().code, ErrorCode::kUnavailable) << line;
    EXPECT_EQ(event.error().message, message);
  }
}

TEST(WatchDecoderTest, ADeepObjectIsRefusedBeforeItIsBuilt) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  const auto event = Decode(R"({"type":"ADDED","object":{"x":)" + deep + "}}");
  EXPECT_EQ(event.error().message, "watch event: JSON nested deeper than 100");
}

TEST(WatchDecoderTest, AStrangersTypeIsMadePrintableAndCut) {
  const std::string type = "A\\u0007" + std::string(5000, 'B');
  const auto event = Decode(R"({"type":")" + type + R"(","object":{}})");
  EXPECT_LT(event.error().message.size(), 100u);
  EXPECT_EQ(event.error().message.find('\a'), std::string::npos);
}

}  // namespace
}  // namespace keysteward::kube
