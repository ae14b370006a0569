// The metrics of the runtime, under the names of client-go and controller-runtime.
#pragma once

#include "observability/metrics.h"

namespace keysteward {

inline constexpr MetricSpec kWorkqueueDepth{"workqueue_depth", MetricType::kGauge,
                                            "Keys waiting in the queue."};
inline constexpr MetricSpec kWorkqueueAdds{"workqueue_adds_total", MetricType::kCounter,
                                           "Keys added to the queue."};
inline constexpr MetricSpec kWorkqueueQueueDuration{
    "workqueue_queue_duration_seconds", MetricType::kHistogram,
    "How long a key waits before it is handed out."};
inline constexpr MetricSpec kWorkqueueWorkDuration{
    "workqueue_work_duration_seconds", MetricType::kHistogram, "How long the work on a key takes."};
inline constexpr MetricSpec kWorkqueueUnfinishedWork{
    "workqueue_unfinished_work_seconds", MetricType::kGauge,
    "Time spent so far on keys being worked on, summed."};
inline constexpr MetricSpec kWorkqueueLongestRunning{
    "workqueue_longest_running_processor_seconds", MetricType::kGauge,
    "Time spent so far on the key longest worked on."};
inline constexpr MetricSpec kWorkqueueRetries{"workqueue_retries_total", MetricType::kCounter,
                                              "Keys added with a delay."};

}  // namespace keysteward
