#include "kube/watch/watch_decoder.h"

#include <optional>

#include "common/strings.h"
#include "kube/client/status_error.h"

namespace keysteward::kube {

using nlohmann::json;

namespace {

std::optional<EventType> ParseEventType(std::string_view text) {
  if (text == "ADDED") return EventType::kAdded;
  if (text == "MODIFIED") return EventType::kModified;
  if (text == "DELETED") return EventType::kDeleted;
  if (text == "BOOKMARK") return EventType::kBookmark;
  return std::nullopt;
}

Error BadEvent(std::string_view why) {
  return Error::Unavailable("watch event: " + std::string(why));
}

bool HasResourceVersion(const json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) return false;
  const auto version = metadata->find("resourceVersion");
  return version != metadata->end() && version->is_string() &&
         !version->get_ref<const std::string&>().empty();
}

}  // namespace

Result<WatchEvent> DecodeWatchLine(std::string_view line, JsonReader& reader) {
  Result<json> parsed = reader.Read(line);
  if (!parsed) return BadEvent(parsed.error().message);
  json& event = *parsed;
  if (!event.is_object()) return BadEvent("not an object");
  const auto type = event.find("type");
  const auto object = event.find("object");
  if (type == event.end() || !type->is_string()) return BadEvent("no type");
  if (object == event.end() || !object->is_object()) return BadEvent("no object");
  const std::string& name = type->get_ref<const std::string&>();
  if (name == "ERROR") return StatusObjectError(*object, Effect::kReads);
  const std::optional<EventType> known = ParseEventType(name);
  if (!known) return BadEvent("unknown type \"" + Printable(name, 32) + "\"");
  if (!HasResourceVersion(*object)) return BadEvent("the object has no resourceVersion");
  return WatchEvent{*known, std::move(*object)};
}

}  // namespace keysteward::kube
