// Event: something worth telling people about an object, and its form in events.k8s.io/v1.
//
//   Event event{.regarding = ReferenceTo(credential), .reason = "RotationStarted",
//               .action = "Rotate", .note = "rotating: the key expires in 3 days"};
//
// Texts come from us; none may hold a key value. Limits are those the API server validates.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/meta/kind.h"
#include "api/meta/object_meta.h"
#include "common/clock.h"

namespace keysteward::kube {

// core/v1 ObjectReference. The uid is needed: kubectl describe finds events by it.
struct ObjectReference {
  std::string api_version = {};
  std::string kind = {};
  std::string namespace_name = {};
  std::string name = {};
  std::string uid = {};

  friend bool operator==(const ObjectReference&, const ObjectReference&) = default;
};

template <typename T>
ObjectReference ReferenceTo(const T& object) {
  constexpr api::Resource kResource = api::KindOf<T>::resource;
  return {kResource.api_version(), std::string(kResource.kind), object.metadata.namespace_name,
          object.metadata.name, object.metadata.uid};
}

enum class EventLevel { kNormal, kWarning };

struct Event {
  EventLevel level = EventLevel::kNormal;
  ObjectReference regarding = {};
  std::optional<ObjectReference> related = {};
  std::string reason = {};  // CamelCase, why: one of docs/conditions.md
  std::string action = {};  // CamelCase, what was done: "Rotate", "Restart"
  std::string note = {};    // for people; cut at kLongestNote bytes
};

inline constexpr size_t kLongestNote = 1024;

// Who reports: fields reportingController and reportingInstance.
struct EventSource {
  std::string controller;  // "keysteward.dev/operator"
  std::string instance;    // the leader identity; cut at 128 bytes
};

// Equal for events that are repetitions of each other: same object, reason, action, related object
// and note, where numbers in the note may differ ("attempt 3 of 5").
std::string SeriesKey(const Event& event);

// The object to create; it lies in the namespace of `regarding`, or "default" for cluster-scoped
// kinds, as the API server demands.
nlohmann::json ToJson(const Event& event, std::string_view name, const EventSource& source,
                      WallTime now);
api::ObjectKey EventKey(const Event& event, std::string_view suffix);

// Merge patch that says the event was seen `count` times, lastly at `now`. count ≥ 2.
nlohmann::json SeriesPatch(int count, WallTime now);

}  // namespace keysteward::kube
