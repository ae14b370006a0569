#include "detection/values/confidence.h"

namespace keysteward::detection {

std::string_view ConfidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::kLow:
      return "Low";
    case Confidence::kMedium:
      return "Medium";
    case Confidence::kHigh:
      return "High";
  }
  return "Low";
}

}  // namespace keysteward::detection
