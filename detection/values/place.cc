#include "detection/values/place.h"

namespace keysteward::detection {

std::string_view PlaceName(Place place) {
  switch (place) {
    case Place::kEnv:
      return "an environment variable";
    case Place::kArgument:
      return "an argument";
    case Place::kHeader:
      return "a header";
    case Place::kParameter:
      return "a parameter";
    case Place::kConfig:
      return "a ConfigMap";
    case Place::kAnnotation:
      return "an annotation";
    case Place::kText:
      return "a text";
    case Place::kField:
      return "a field";
    case Place::kComment:
      return "a comment";
  }
  return "a field";
}

}  // namespace keysteward::detection
