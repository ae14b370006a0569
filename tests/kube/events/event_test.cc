#include "kube/events/event.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "api/core/secret_types.h"
#include "tests/fakes/fake_clock.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

const EventSource kSource{"keysteward.dev/operator", "operator-7d9f_0123456789abcdef"};

Event Rotating(const std::string& note = "rotating: the key expires soon") {
  Event event;
  event.regarding = {"keysteward.dev/v1alpha1", "ManagedCredential", "payments", "stripe", "uid-1"};
  event.reason = "RotationStarted";
  event.action = "Rotate";
  event.note = note;
  return event;
}

TEST(Event, IsWrittenAsTheApiServerWantsIt) {
  const FakeClock clock;
  Event event = Rotating();
  event.level = EventLevel::kWarning;
  event.related = ObjectReference{"apps/v1", "Deployment", "payments", "web", "uid-2"};
  EXPECT_EQ(ToJson(event, "stripe.1", kSource, clock.WallNow()), json::parse(R"({
    "apiVersion": "events.k8s.io/v1",
    "kind": "Event",
    "metadata": {"name": "stripe.1", "namespace": "payments"},
    "eventTime": "2026-01-01T00:00:00.000000Z",
    "type": "Warning",
    "reason": "RotationStarted",
    "action": "Rotate",
    "note": "rotating: the key expires soon",
    "regarding": {"apiVersion": "keysteward.dev/v1alpha1", "kind": "ManagedCredential",
                  "namespace": "payments", "name": "stripe", "uid": "uid-1"},
    "related": {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "payments",
                "name": "web", "uid": "uid-2"},
    "reportingController": "keysteward.dev/operator",
    "reportingInstance": "operator-7d9f_0123456789abcdef"
  })"));
}

TEST(Event, OfAClusterScopedObjectLiesInTheDefaultNamespace) {
  Event event = Rotating();
  event.regarding.namespace_name = "";
  EXPECT_EQ(EventKey(event, "ab").ToString(), "default/stripe.ab");
  const json object = ToJson(event, "stripe.ab", kSource, WallTime{});
  EXPECT_EQ(object["metadata"]["namespace"], "default");
  EXPECT_FALSE(object["regarding"].contains("namespace"));
}

TEST(Event, ReferenceToNamesKindVersionAndUid) {
  api::core::Secret secret;
  secret.metadata.namespace_name = "payments";
  secret.metadata.name = "stripe-live";
  secret.metadata.uid = "u";
  EXPECT_EQ(ReferenceTo(secret), (ObjectReference{"v1", "Secret", "payments", "stripe-live", "u"}));
}

TEST(Event, ANameOfFullLengthLeavesRoomForTheSuffix) {
  Event event = Rotating();
  event.regarding.name = std::string(219, 'a') + "." + std::string(33, 'b');
  const std::string name = EventKey(event, "0123456789abcdef").name;
  EXPECT_EQ(name, std::string(219, 'a') + ".0123456789abcdef");
}

TEST(Event, ALongNoteIsCutAtAWholeCharacter) {
  const Event ascii = Rotating(std::string(5000, 'x'));
  EXPECT_EQ(ToJson(ascii, "n", kSource, WallTime{})["note"].get<std::string>().size(),
            kLongestNote);
  std::string euros;
  for (int i = 0; i < 2000; ++i) euros += "€";
  const std::string cut =
      ToJson(Rotating("x" + euros), "n", kSource, WallTime{})["note"].get<std::string>();
  EXPECT_LE(cut.size(), kLongestNote);
  EXPECT_NO_THROW(json(cut).dump());  // throws on half a character
  EXPECT_EQ(ToJson(Rotating(std::string(kLongestNote, 'x')), "n", kSource, WallTime{})["note"],
            std::string(kLongestNote, 'x'));
}

TEST(Event, ANoteThatIsNotUtf8IsMadeSo) {
  EXPECT_EQ(ToJson(Rotating("bad \xff byte"), "n", kSource, WallTime{})["note"], "bad \uFFFD byte");
}

TEST(Event, ALongInstanceIsCut) {
  const EventSource source{"keysteward.dev/operator", std::string(300, 'h')};
  EXPECT_EQ(
      ToJson(Rotating(), "n", source, WallTime{})["reportingInstance"].get<std::string>().size(),
      128u);
}

TEST(SeriesKey, IsTheSameForTheSameTemplateOfNote) {
  EXPECT_EQ(SeriesKey(Rotating("attempt 3 of 5 failed")),
            SeriesKey(Rotating("attempt 12 of 50 failed")));
  EXPECT_NE(SeriesKey(Rotating("attempt 3 failed")), SeriesKey(Rotating("attempt 3 ended")));
}

TEST(SeriesKey, DiffersByObjectReasonActionAndRelatedObject) {
  const std::string key = SeriesKey(Rotating());
  Event other = Rotating();
  other.regarding.uid = "uid-2";
  EXPECT_NE(SeriesKey(other), key);
  other = Rotating();
  other.reason = "RotationFailed";
  EXPECT_NE(SeriesKey(other), key);
  other = Rotating();
  other.action = "Restart";
  EXPECT_NE(SeriesKey(other), key);
  other = Rotating();
  other.related = other.regarding;
  EXPECT_NE(SeriesKey(other), key);
}

TEST(SeriesPatch, SetsCountAndTime) {
  const FakeClock clock;
  EXPECT_EQ(SeriesPatch(7, clock.WallNow()), json::parse(R"({"series": {"count": 7,
      "lastObservedTime": "2026-01-01T00:00:00.000000Z"}})"));
}

}  // namespace
}  // namespace keysteward::kube
