// Watch decoder: one line of a watch body to one event.
//
// The format (api-concepts, "Efficient detection of changes"): one JSON object per line,
//   {"type":"ADDED"|"MODIFIED"|"DELETED"|"BOOKMARK","object":{…}}   or
//   {"type":"ERROR","object":{"kind":"Status",…}}
//
//   JsonReader reader;   // one per watch
//   KS_ASSIGN_OR_RETURN(WatchEvent event, DecodeWatchLine(line, reader));
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "common/result.h"
#include "kube/client/client.h"
#include "kube/watch/json_reader.h"

namespace keysteward::kube {

struct WatchEvent {
  EventType type = EventType::kAdded;
  nlohmann::json object;  // has metadata.resourceVersion
};

// Of an ERROR event the error it carries (410: kExpired). kUnavailable for a line that is not such
// an event, as when the connection broke inside it: the caller resumes from the event before.
Result<WatchEvent> DecodeWatchLine(std::string_view line, JsonReader& reader);

}  // namespace keysteward::kube
