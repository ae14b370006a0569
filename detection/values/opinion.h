// Opinion: how sure a credential's name and a value's look make us, by the place they stand in.
//
// For values that ClearedBecause leaves accused. Pure functions.
//
//   JudgeNamed(ClassifyName("DB_PASSWORD"), Place::kEnv, "hunter2-prod")->confidence  // kHigh
#pragma once

#include <optional>
#include <string_view>

#include "detection/values/confidence.h"
#include "detection/values/names.h"
#include "detection/values/place.h"

namespace keysteward::detection {

struct Opinion {
  Confidence confidence = Confidence::kLow;
  std::string_view reason;  // constant text, fit for output
};

// Nothing when a weak name stands beside a value that does not look random.
std::optional<Opinion> JudgeNamed(NameClass name, Place place, std::string_view value);

}  // namespace keysteward::detection
