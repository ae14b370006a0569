// ObjectPages: every object of a kind in a namespace, page by page, as the trees that are judged.
//
// One page is in memory at a time; pages that are too large are asked for again in quarters. A kind
// that the server does not serve has no objects. Blocks.
//
//   ForEachObject(read, kind, {.namespace_name = "shop"}, [&](const Node& object) { … });
#pragma once

#include <functional>
#include <string>

#include "common/result.h"
#include "detection/reader/node.h"
#include "operator/report/judged_kinds.h"

namespace keysteward::op {

// The body the API server answers a GET of the path with.
using ReadPath = std::function<Result<std::string>(const std::string& path)>;
// The object is good for the duration of the call.
using ObjectSink = std::function<void(const detection::Node& object)>;

struct PageOptions {
  std::string namespace_name;
  size_t limit = 250;  // objects asked for at once
};

// Errors: those of `read`; kInvalidArgument for what is no list.
Result<void> ForEachObject(const ReadPath& read, const JudgedKind& kind, const PageOptions& options,
                           const ObjectSink& sink);

}  // namespace keysteward::op
