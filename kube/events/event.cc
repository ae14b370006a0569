#include "kube/events/event.h"

#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/utf8.h"

namespace keysteward::kube {
namespace {

using nlohmann::json;

constexpr size_t kLongestInstance = 128;
// Object names may have 253 characters; the event adds a dot and a suffix to one of them.
constexpr size_t kLongestNameStem = 220;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string WithoutNumbers(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsDigit(c) && !out.empty() && out.back() == '0') continue;
    out += IsDigit(c) ? '0' : c;
  }
  return out;
}

json ReferenceJson(const ObjectReference& object) {
  json out = {{"apiVersion", object.api_version}, {"kind", object.kind}, {"name", object.name}};
  if (!object.namespace_name.empty()) out["namespace"] = object.namespace_name;
  if (!object.uid.empty()) out["uid"] = object.uid;
  return out;
}

std::string ReferenceText(const ObjectReference& object) {
  return object.kind + "/" + object.namespace_name + "/" + object.name + "/" + object.uid;
}

}  // namespace

std::string SeriesKey(const Event& event) {
  std::string key = ReferenceText(event.regarding) + "\n";
  if (event.related) key += ReferenceText(*event.related);
  return key + "\n" + event.reason + "\n" + event.action + "\n" + WithoutNumbers(event.note);
}

api::ObjectKey EventKey(const Event& event, std::string_view suffix) {
  const ObjectReference& about = event.regarding;
  std::string stem = about.name.substr(0, kLongestNameStem);
  // What was cut may end in a character that no label of a name may end in.
  while (!stem.empty() && (stem.back() == '.' || stem.back() == '-')) stem.pop_back();
  return {about.namespace_name.empty() ? "default" : about.namespace_name,
          stem + "." + std::string(suffix)};
}

json ToJson(const Event& event, std::string_view name, const EventSource& source, WallTime now) {
  json out = {{"apiVersion", "events.k8s.io/v1"},
              {"kind", "Event"},
              {"metadata", {{"name", name}, {"namespace", EventKey(event, "").namespace_name}}},
              {"eventTime", FormatMicroTime(now)},
              {"type", event.level == EventLevel::kWarning ? "Warning" : "Normal"},
              {"reason", event.reason},
              {"action", event.action},
              {"note", CleanUtf8(event.note, kLongestNote)},
              {"regarding", ReferenceJson(event.regarding)},
              {"reportingController", source.controller},
              {"reportingInstance", CleanUtf8(source.instance, kLongestInstance)}};
  if (event.related) out["related"] = ReferenceJson(*event.related);
  return out;
}

json SeriesPatch(int count, WallTime now) {
  return {{"series", {{"count", count}, {"lastObservedTime", FormatMicroTime(now)}}}};
}

}  // namespace keysteward::kube
