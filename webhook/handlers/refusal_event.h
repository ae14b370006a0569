// RefusalEvent: tells people that manifests of a namespace are refused.
//
// One Event about the namespace, always in the same words, so that refusals become a series on it
// and a flood of them costs the API server next to nothing (kube/events/event_aggregator.h). What
// was refused and why is in the answer and in the audit annotations.
#pragma once

#include <string>

#include "kube/events/event.h"
#include "webhook/handlers/cluster_view.h"

namespace keysteward::webhook {

kube::Event RefusalEvent(const ClusterView& view, const std::string& namespace_name);

}  // namespace keysteward::webhook
