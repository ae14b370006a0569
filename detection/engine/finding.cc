#include "detection/engine/finding.h"

#include "common/digest.h"

namespace keysteward::detection {

std::string_view LengthClassName(LengthClass length) {
  switch (length) {
    case LengthClass::kShort:
      return "short";
    case LengthClass::kMedium:
      return "medium";
    case LengthClass::kLong:
      return "long";
  }
  return "short";
}

std::string Fingerprint(const ObjectIdentity& object, std::string_view rule,
                        std::string_view path) {
  const std::string group = object.group();
  std::string place(rule);
  for (const std::string_view part :
       {std::string_view(group), std::string_view(object.kind),
        std::string_view(object.namespace_name), std::string_view(object.name), path}) {
    place += '\0';
    place += part;
  }
  return Sha256Hex(place).substr(0, 16);
}

}  // namespace keysteward::detection
