// SourcePlace: where a value in rendered output was written: a line of a values file, a template,
// an overlay. SourceMapper: finds it.
#pragma once

#include <optional>
#include <string>

#include "detection/reader/node.h"
#include "policy/judge.h"

namespace keysteward::cli {

struct SourcePlace {
  std::string file;
  detection::Position position;
  std::string key;  // "auth.password" in a values file; else empty
};

// A finding in rendered output.
struct RenderedFinding {
  const policy::Judgement& judgement;
  const detection::Node& object;
  std::string_view text;  // all of the output
};

class SourceMapper {
 public:
  virtual ~SourceMapper() = default;
  // Nothing when the place cannot be told. Called by one thread at a time.
  virtual std::optional<SourcePlace> Locate(const RenderedFinding& finding) = 0;
};

}  // namespace keysteward::cli
