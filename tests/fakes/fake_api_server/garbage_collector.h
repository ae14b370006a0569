// Garbage collection as kube-controller-manager does it: dependents of owners that are gone,
// foreground and orphan deletion, and the content of namespaces being deleted.
//
//   while (CollectGarbageOnce(store, writer) > 0) {}
#pragma once

#include <cstddef>

#include "tests/fakes/fake_api_server/object_store.h"
#include "tests/fakes/fake_api_server/object_writer.h"

namespace keysteward::kube {

// One pass; how many objects were changed or deleted. Repeat until zero: deletions cascade.
size_t CollectGarbageOnce(ObjectStore& store, ObjectWriter& writer);

}  // namespace keysteward::kube
