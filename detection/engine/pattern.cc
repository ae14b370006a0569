#include "detection/engine/pattern.h"

#include <re2/re2.h>

namespace keysteward::detection {

Result<bool> PatternFound(const std::string& pattern, const std::string& value) {
  const re2::RE2 expression(pattern, re2::RE2::Quiet);
  if (!expression.ok()) return Error::InvalidArgument("the pattern is no RE2 expression");
  return re2::RE2::PartialMatch(value, expression);
}

}  // namespace keysteward::detection
