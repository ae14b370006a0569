// The reader without sockets: however the bytes are cut, the answer is the same, and no bytes
// whatever bring it down.
#include "http/beast/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_random.h"
#include "tests/http/beast/server_rig.h"

namespace keysteward::http {
namespace {

using testing::ElementsAre;

// What a connection would have seen: "POST /a 5 bytes", "continue", "400 malformed request", …
std::vector<std::string> ReadAll(const std::vector<std::string_view>& pieces,
                                 const ServerLimits& limits = {}) {
  BodyBudget budget(limits.body_budget);
  RequestReader reader(limits, false, budget);
  std::vector<std::string> seen;
  for (std::string_view piece : pieces) {
    while (!piece.empty()) {
      switch (reader.Feed(piece)) {
        case ReadState::kMore:
          EXPECT_TRUE(piece.empty());
          break;
        case ReadState::kContinue:
          seen.push_back("continue");
          break;
        case ReadState::kRefused:
          seen.push_back(std::to_string(reader.refusal().status) + " " +
                         std::string(reader.refusal().reason));
          return seen;
        case ReadState::kComplete: {
          const ServerRequest request = reader.Take();
          seen.push_back(request.method + " " + request.path + " " +
                         std::to_string(request.body.size()));
          reader.Reset();
          EXPECT_EQ(budget.used(), 0u);
          break;
        }
      }
    }
  }
  return seen;
}

// Refusals by status alone: which rule speaks first may depend on what has arrived.
std::vector<std::string> StatusesOf(std::vector<std::string> seen) {
  for (std::string& line : seen) {
    if (line[0] == '4') line.resize(3);
  }
  return seen;
}

std::vector<std::string> ReadAll(std::string_view whole) {
  return ReadAll(std::vector<std::string_view>{whole});
}

const std::string kChunked = "Transfer-Encoding: chunked\r\n";

// Several requests and how they end; each is also cut at every byte.
const std::vector<std::string>& Conversations() {
  static const std::vector<std::string> conversations = {
      RequestText("GET /a") + RequestText("GET /b?c=d", "Accept: */*\r\n"),
      RequestText("POST /a", "Content-Length: 5\r\n", "12345") + RequestText("GET /b"),
      RequestText("POST /a", kChunked, "5\r\n12345\r\nA\r\n1234567890\r\n0\r\n\r\n") +
          RequestText("GET /b"),
      RequestText("POST /a", kChunked, "0\r\n\r\n") +
          RequestText("POST /b", kChunked, "-1\r\n12345"),
      RequestText("POST /a", kChunked, "3;x=y\r\n123\r\n0\r\n\r\n"),
      RequestText("POST /a", kChunked, "3\r\n123\r\n0\r\nTrailer: x\r\n\r\n"),
      RequestText("POST /a", kChunked, "ffffffff\r\n12345"),
      RequestText("POST /a", "Content-Length: 0\r\n") + "junk\r\n",
      RequestText("GET /a", "Folded: x\r\n y\r\n"),
      "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
      "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
  };
  return conversations;
}

TEST(RequestReader, ReadsRequestsOneAfterTheOther) {
  EXPECT_THAT(ReadAll(Conversations()[0]), ElementsAre("GET /a 0", "GET /b 0"));
  EXPECT_THAT(ReadAll(Conversations()[1]), ElementsAre("POST /a 5", "GET /b 0"));
  EXPECT_THAT(ReadAll(Conversations()[2]), ElementsAre("POST /a 15", "GET /b 0"));
  EXPECT_THAT(ReadAll(Conversations()[3]), ElementsAre("POST /a 0", "400 malformed request"));
  EXPECT_THAT(ReadAll(Conversations()[7]), ElementsAre("POST /a 0", "400 malformed request line"));
}

TEST(RequestReader, CutsDoNotMatter) {
  for (const std::string& whole : Conversations()) {
    const std::vector<std::string> expected = ReadAll(whole);
    const std::string_view view = whole;
    for (size_t cut = 1; cut < whole.size(); ++cut) {
      EXPECT_EQ(ReadAll({view.substr(0, cut), view.substr(cut)}), expected) << whole << cut;
    }
    std::vector<std::string_view> bytes;
    for (size_t i = 0; i < whole.size(); ++i) bytes.push_back(view.substr(i, 1));
    EXPECT_EQ(ReadAll(bytes), expected) << whole;
  }
}

TEST(RequestReader, AsksToContinueOnceAndOnlyWhenABodyIsToCome) {
  const std::string expect = "Expect: 100-continue\r\n";
  EXPECT_THAT(ReadAll(RequestText("POST /a", expect + "Content-Length: 2\r\n", "{}")),
              ElementsAre("continue", "POST /a 2"));
  EXPECT_THAT(ReadAll(RequestText("POST /a", expect + "Content-Length: 0\r\n")),
              ElementsAre("POST /a 0"));
  EXPECT_THAT(ReadAll(RequestText("GET /a", expect)), ElementsAre("GET /a 0"));
}

TEST(RequestReader, SmallLimitsAreHeldToTheByte) {
  ServerLimits limits;
  limits.body_bytes = 4;
  const auto post = [&](const std::string& fields, const std::string& body) {
    const std::string text = RequestText("POST /a", fields, body);
    return ReadAll({text}, limits);
  };
  EXPECT_THAT(post("Content-Length: 4\r\n", "1234"), ElementsAre("POST /a 4"));
  EXPECT_THAT(post("Content-Length: 5\r\n", ""), ElementsAre("413 body too large"));
  EXPECT_THAT(post(kChunked, "2\r\n12\r\n2\r\n12\r\n0\r\n\r\n"), ElementsAre("POST /a 4"));
  EXPECT_THAT(post(kChunked, "2\r\n12\r\n3\r\n"), ElementsAre("413 body too large"));
}

TEST(RequestReader, PhasesTellWhichDeadlineRuns) {
  const ServerLimits limits;
  BodyBudget budget(limits.body_budget);
  RequestReader reader(limits, false, budget);
  EXPECT_EQ(reader.phase(), ReadPhase::kIdle);
  std::string_view input = "POST / HTTP/1.1\r\n";
  reader.Feed(input);
  EXPECT_EQ(reader.phase(), ReadPhase::kHeader);
  input = "Host: a\r\nContent-Length: 2\r\n\r\n{";
  reader.Feed(input);
  EXPECT_EQ(reader.phase(), ReadPhase::kBody);
  EXPECT_EQ(budget.used(), 1u) << "what was received, not what was announced";
  input = "}";
  EXPECT_EQ(reader.Feed(input), ReadState::kComplete);
  EXPECT_EQ(reader.phase(), ReadPhase::kDone);
  EXPECT_TRUE(reader.keep_alive());
  reader.Reset();
  EXPECT_EQ(reader.phase(), ReadPhase::kIdle);
  EXPECT_EQ(budget.used(), 0u);
}

TEST(RequestReader, RandomDamageIsAnsweredAndNothingElse) {
  FakeRandom random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = Conversations()[random.Below(Conversations().size())];
    for (uint64_t i = 0; i <= random.Below(4); ++i) {
      if (text.empty()) break;
      const size_t at = random.Below(text.size());
      switch (random.Below(3)) {
        case 0:
          text[at] = static_cast<char>(random.Below(256));
          break;
        case 1:
          text.erase(at, random.Below(8));
          break;
        default:
          text.insert(at, text.substr(random.Below(text.size()), random.Below(16)));
      }
    }
    // A chunk header is looked at when it is long enough to be one.
    text += "12345";
    const size_t cut = random.Below(text.size());
    const std::string_view view = text;
    EXPECT_EQ(StatusesOf(ReadAll({view.substr(0, cut), view.substr(cut)})),
              StatusesOf(ReadAll(text)))
        << text << "\ncut at " << cut;
  }
}

}  // namespace
}  // namespace keysteward::http
