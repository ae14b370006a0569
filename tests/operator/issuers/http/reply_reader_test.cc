#include "operator/issuers/http/reply_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/builders/credential_issuer_builder.h"

namespace keysteward::op {
namespace {

using namespace std::chrono_literals;  // NOLINT: test durations
using testing::HasSubstr;
using testing::Not;

const api::v1alpha1::HttpIssuer kIssuer = builders::HttpIssuerAt("https://api.acme.example/v1");

http::HttpResponse Reply(const std::string& body, int status = 200) {
  return {.status = status, .body = body};
}

Result<IssuedKey> Created(const std::string& body) {
  return ReadCreated(kIssuer.create, Reply(body));
}

TEST(ReadCreated, TakesIdValueAndExpiry) {
  const auto key =
      Created(R"({"id":"k1","secret":"fk_live_value","expires_at":"2026-02-01T00:00:00Z"})");
  ASSERT_TRUE(key) << key.error().ToString();
  EXPECT_EQ(key->id, "k1");
  EXPECT_EQ(key->value.view(), "fk_live_value");
  EXPECT_TRUE(key->expires_at);
}

TEST(ReadCreated, TakesANumberAsId) { EXPECT_EQ(Created(R"({"id":42,"secret":"v"})")->id, "42"); }

struct Hostile {
  std::string name;
  std::string body;
  std::string message;
};

class HostileCreate : public testing::TestWithParam<Hostile> {};

TEST_P(HostileCreate, IsRefusedWithoutQuotingIt) {
  const auto key = Created(GetParam().body);
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().message, HasSubstr(GetParam().message));
  EXPECT_THAT(key.error().message, Not(HasSubstr("fk_live")));
  EXPECT_LT(key.error().message.size(), 300u);
}

const Hostile kHostile[] = {
    {"Empty", "", ""},
    {"NoJson", "<html>fk_live</html>", ""},
    {"HalfAnObject", R"({"id":"k1","secret":"fk_live)", ""},
    {"AList", "[]", "no key id at /id"},
    {"AnEmptyObject", "{}", "no key id at /id"},
    {"ANullId", R"({"id":null,"secret":"fk_live"})", "no key id at /id"},
    {"AnObjectAsId", R"({"id":{"a":1},"secret":"fk_live"})", "no key id at /id"},
    {"AFractionAsId", R"({"id":1.5,"secret":"fk_live"})", "no key id at /id"},
    {"AnEmptyId", R"({"id":"","secret":"fk_live"})", "is empty, too long"},
    {"AnIdWithALineBreak", R"({"id":"k\r\nX: y","secret":"fk_live"})", "unprintable characters"},
    {"AnIdWithNul", R"({"id":"k\u0000","secret":"fk_live"})", "unprintable characters"},
    {"AnIdWithABlank", R"({"id":"k 1","secret":"fk_live"})", "unprintable characters"},
    {"AnIdOf300", R"({"id":")" + std::string(300, 'k') + R"(","secret":"fk_live"})", "too long"},
    {"NoValue", R"({"id":"k1"})", "no key value at /secret"},
    {"ANumberAsValue", R"({"id":"k1","secret":123456})", "no key value at /secret"},
    {"AnEmptyValue", R"({"id":"k1","secret":""})", "is empty"},
    {"AValueWithALineBreak", R"({"id":"k1","secret":"fk_live\nX: y"})", "control characters"},
    {"AValueWithNul", R"({"id":"k1","secret":"fk_live\u0000"})", "control characters"},
    {"AValueWithABlank", R"({"id":"k1","secret":"fk_live x"})", "blanks"},
    {"AValueBeyondAscii", R"({"id":"k1","secret":"fk_live\u00e4"})", "control characters"},
    {"AValueOf8kB", R"({"id":"k1","secret":")" + std::string(8192, 'v') + R"("})",
     "longer than 7 kB"},
    {"AWrongExpiry", R"({"id":"k1","secret":"fk_live","expires_at":"soon"})",
     "not an RFC 3339 time"},
    {"TooDeep", std::string(20000, '[') + std::string(20000, ']'), ""},
    {"TooDeepMembers",
     [] {
       std::string text;
       for (int i = 0; i < 5000; ++i) text += R"({"a":)";
       return text + "1" + std::string(5000, '}');
     }(),
     ""},
};
INSTANTIATE_TEST_SUITE_P(Replies, HostileCreate, testing::ValuesIn(kHostile),
                         [](const auto& row) { return row.param.name; });

// --- list ---

Result<ListedPage> Listed(const std::string& body) {
  return ReadListed(*kIssuer.list, Reply(body));
}

TEST(ReadListed, TakesIdsLabelsStateAndCursor) {
  const auto page = Listed(
      R"({"data":[{"id":"a","name":"l1","status":"active"},{"id":2,"name":"l2","status":"inactive"}],"next":"c2"})");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->keys.size(), 2u);
  EXPECT_TRUE(page->keys[0].live);
  EXPECT_EQ(page->keys[1].id, "2");
  EXPECT_FALSE(page->keys[1].live);
  EXPECT_EQ(page->next, "c2");
}

TEST(ReadListed, LeavesOutKeysWithoutLabel) {
  const auto page = Listed(R"({"data":[{"id":"a"},{"id":"b","name":null},{"id":"c","name":"l"}]})");
  ASSERT_EQ(page->keys.size(), 1u);
  EXPECT_EQ(page->keys[0].id, "c");
}

TEST(ReadListed, ANullOrMissingCursorIsTheLastPage) {
  EXPECT_EQ(Listed(R"({"data":[],"next":null})")->next, "");
  EXPECT_EQ(Listed(R"({"data":[]})")->next, "");
}

TEST(ReadListed, OneItemWithoutIdFailsTheWhole) {
  EXPECT_FALSE(Listed(R"({"data":[{"name":"l"}]})")) << "half a list proves nothing";
  EXPECT_FALSE(Listed(R"({"data":["x"]})"));
  EXPECT_EQ(Listed(R"({"data":{}})").error().message, "the answer has no list at /data");
  EXPECT_FALSE(Listed("null"));
}

TEST(ReadListed, ReadsAListAtTheTop) {
  api::v1alpha1::HttpList list = *kIssuer.list;
  list.items = "";
  EXPECT_EQ(ReadListed(list, Reply(R"([{"id":"a","name":"l"}])"))->keys.size(), 1u);
  EXPECT_EQ(ReadListed(list, Reply("{}")).error().message, "the answer has no list at its top");
}

TEST(ReadListed, AKeyOfUnknownStateIsNotLive) {
  EXPECT_FALSE(Listed(R"({"data":[{"id":"a","name":"l","status":"new"}]})")->keys[0].live);
}

// --- probe and last use ---

TEST(ReadProbed, OnlyDescribedCodesProveAnything) {
  const auto answer = [](int status) {
    return ReadProbed(kIssuer.probe, Reply("{}", status)).answer;
  };
  EXPECT_EQ(answer(200), ProbeAnswer::kAccepted);
  EXPECT_EQ(answer(401), ProbeAnswer::kRefused);
  EXPECT_EQ(answer(403), ProbeAnswer::kRefused);
  for (const int status : {201, 301, 404, 429, 500, 503}) {
    EXPECT_EQ(answer(status), ProbeAnswer::kUnclear) << status;
  }
}

TEST(ReadProbed, TakesTheIdOnlyFromAnAcceptedSaneAnswer) {
  const auto id = [](const std::string& body, int status = 200) {
    return ReadProbed(kIssuer.probe, Reply(body, status)).key_id;
  };
  EXPECT_EQ(id(R"({"key_id":"k1"})"), "k1");
  EXPECT_EQ(id(R"({"key_id":"k 1"})"), "");
  EXPECT_EQ(id("no json"), "");
  EXPECT_EQ(id(R"({"key_id":"k1"})", 401), "");
}

TEST(ReadLastUse, TellsNeverFromUnknown) {
  const auto use = [](const std::string& body) {
    return ReadLastUse(*kIssuer.last_used, Reply(body));
  };
  EXPECT_EQ(use(R"({"last_used_at":null})")->use, Use::kNever);
  EXPECT_EQ(use("{}")->use, Use::kUnknown);
  EXPECT_EQ(use(R"({"last_used_at":"soon"})")->use, Use::kUnknown);
  EXPECT_EQ(use(R"({"last_used_at":17})")->use, Use::kUnknown);
  EXPECT_EQ(use(R"({"last_used_at":"2026-01-01T00:00:00Z"})")->use, Use::kAt);
  EXPECT_FALSE(use("nonsense"));
}

TEST(ReadLastUse, ReadsUnixSecondsWithinSense) {
  api::v1alpha1::HttpLastUsed described = *kIssuer.last_used;
  described.format = api::v1alpha1::TimeFormat::kUnixSeconds;
  const auto use = [&](const std::string& body) {
    return ReadLastUse(described, Reply(body))->use;
  };
  EXPECT_EQ(use(R"({"last_used_at":1767225600})"), Use::kAt);
  EXPECT_EQ(use(R"({"last_used_at":-5})"), Use::kUnknown);
  EXPECT_EQ(use(R"({"last_used_at":99999999999999})"), Use::kUnknown);
}

// --- status codes ---

TEST(StatusError, MapsEachCodeForReadsAndChanges) {
  const auto code = [](int status, bool changes) {
    return StatusError(Reply("", status), changes).code;
  };
  EXPECT_EQ(code(401, true), ErrorCode::kPermissionDenied);
  EXPECT_EQ(code(403, true), ErrorCode::kPermissionDenied);
  EXPECT_EQ(code(404, true), ErrorCode::kNotFound);
  for (const int status : {302, 400, 402, 405, 409, 410, 418, 422})
    EXPECT_EQ(code(status, true), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(429, true), ErrorCode::kResourceExhausted);
  for (const int status : {200, 408, 500, 503}) {
    EXPECT_EQ(code(status, true), ErrorCode::kUnknownOutcome) << "it may have been applied";
    EXPECT_EQ(code(status, false), ErrorCode::kUnavailable);
  }
}

TEST(StatusError, TakesRetryAfterWithinBounds) {
  const auto wait = [](const std::string& text) {
    return StatusError({.status = 429, .headers = {{"retry-after", text}}}, true).retry_after;
  };
  EXPECT_EQ(wait("7"), 7000ms);
  EXPECT_EQ(wait("999999999"), 60000ms);
  for (const char* bad : {"", "-1", "soon", "7s", "99999999999999999999"})
    EXPECT_FALSE(wait(bad)) << bad;
}

TEST(StatusError, NeverQuotesTheAnswer) {
  EXPECT_EQ(StatusError(Reply("fk_live_value", 500), true).message, "the provider answered 500");
}

}  // namespace
}  // namespace keysteward::op
