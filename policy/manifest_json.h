// ManifestJson: a tree as the JSON the API server would store, for decoding our own kinds from
// files.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "detection/reader/node.h"

namespace keysteward::policy {

// Of a duplicate member the last one wins. Numbers become integers or floats; what fits neither
// stays text.
nlohmann::json ManifestJson(const detection::Node& node);

}  // namespace keysteward::policy
