// Every metric of the program, in one place; docs/metrics.md is the same list for people, and a
// test compares the two. Standard names are those of controller-runtime and client-go, so
// dashboards made for them work.
//
//   metrics.Increment(kReconcileTotal, {{"controller", name}, {"result", "success"}});
#pragma once

#include <array>

#include "observability/metrics.h"

namespace keysteward {

// controller-runtime: controllers. result: success, error, requeue, requeue_after.
inline constexpr MetricSpec kReconcileTotal{
    "controller_runtime_reconcile_total", MetricType::kCounter,
    "Reconciliations by controller and result.", "controller,result"};
inline constexpr MetricSpec kReconcileErrors{
    "controller_runtime_reconcile_errors_total", MetricType::kCounter,
    "Reconciliations that ended with an error, by controller.", "controller"};
inline constexpr MetricSpec kTerminalReconcileErrors{
    "controller_runtime_terminal_reconcile_errors_total", MetricType::kCounter,
    "Reconciliations that ended stalled: only a change of the object can help, by controller.",
    "controller"};
inline constexpr MetricSpec kReconcilePanics{
    "controller_runtime_reconcile_panics_total", MetricType::kCounter,
    "Reconciliations that threw an exception, by controller.", "controller"};
inline constexpr MetricSpec kReconcileTime{
    "controller_runtime_reconcile_time_seconds", MetricType::kHistogram,
    "Seconds one reconciliation took, by controller.", "controller"};
inline constexpr MetricSpec kMaxConcurrentReconciles{"controller_runtime_max_concurrent_reconciles",
                                                     MetricType::kGauge,
                                                     "Workers a controller has.", "controller"};
inline constexpr MetricSpec kActiveWorkers{"controller_runtime_active_workers", MetricType::kGauge,
                                           "Workers of a controller that reconcile at this moment.",
                                           "controller"};

// client-go: work queues. name: the controller's.
inline constexpr MetricSpec kWorkqueueDepth{"workqueue_depth", MetricType::kGauge,
                                            "Items waiting in the queue.", "name"};
inline constexpr MetricSpec kWorkqueueAdds{"workqueue_adds_total", MetricType::kCounter,
                                           "Items added to the queue.", "name"};
inline constexpr MetricSpec kWorkqueueQueueDuration{
    "workqueue_queue_duration_seconds", MetricType::kHistogram,
    "Seconds an item waited before a worker took it.", "name"};
inline constexpr MetricSpec kWorkqueueWorkDuration{"workqueue_work_duration_seconds",
                                                   MetricType::kHistogram,
                                                   "Seconds a worker spent on an item.", "name"};
inline constexpr MetricSpec kWorkqueueUnfinishedWork{
    "workqueue_unfinished_work_seconds", MetricType::kGauge,
    "Seconds of work in progress, summed over the workers; growing means stuck workers.", "name"};
inline constexpr MetricSpec kWorkqueueLongestRunning{
    "workqueue_longest_running_processor_seconds", MetricType::kGauge,
    "Seconds the longest running worker has been on its item.", "name"};
inline constexpr MetricSpec kWorkqueueRetries{"workqueue_retries_total", MetricType::kCounter,
                                              "Items put back after a failure.", "name"};

// client-go: the API client. code: HTTP status, or <error> when none came.
inline constexpr MetricSpec kRestClientRequests{
    "rest_client_requests_total", MetricType::kCounter,
    "Requests to the API server by status code, method and host.", "code,method,host"};
inline constexpr MetricSpec kLeaderElectionMasterStatus{
    "leader_election_master_status", MetricType::kGauge,
    "1 while this process leads, else 0; name is the Lease.", "name"};

// The runtime's own.
inline constexpr MetricSpec kObjectsSkipped{
    "keysteward_informer_objects_skipped_total", MetricType::kCounter,
    "Objects of the API server that could not be read and were left out, by resource.", "resource"};
inline constexpr MetricSpec kEventsDropped{
    "keysteward_events_dropped_total", MetricType::kCounter,
    "Events not written, by reason: queue_full, rate_limited, failed.", "reason"};

// controller-runtime: admission. webhook: the path.
inline constexpr MetricSpec kWebhookRequests{
    "controller_runtime_webhook_requests_total", MetricType::kCounter,
    "Admission requests by webhook path and HTTP status code.", "webhook,code"};
inline constexpr MetricSpec kWebhookLatency{
    "controller_runtime_webhook_latency_seconds", MetricType::kHistogram,
    "Seconds from the parsed request to the written answer.", "webhook"};
inline constexpr MetricSpec kWebhookRequestsInFlight{
    "controller_runtime_webhook_requests_in_flight", MetricType::kGauge,
    "Admission requests being answered at this moment.", "webhook"};

// Credentials.
inline constexpr MetricSpec kCredentialInfo{
    "keysteward_credential_info", MetricType::kGauge,
    "Always 1; carries owner team, criticality and issuer for joins.",
    "namespace,name,team,criticality,issuer"};
inline constexpr MetricSpec kCredentialExpiry{
    "keysteward_credential_expiry_timestamp_seconds", MetricType::kGauge,
    "Unix time at which the current key expires.", "namespace,name"};
inline constexpr MetricSpec kCredentialNextRotation{
    "keysteward_credential_next_rotation_timestamp_seconds", MetricType::kGauge,
    "Unix time at which the next rotation is due.", "namespace,name"};
inline constexpr MetricSpec kPreviousKeyAlive{
    "keysteward_previous_key_alive_seconds", MetricType::kGauge,
    "Seconds the previous key has been live beside the current one; 0 when it is gone.",
    "namespace,name"};
inline constexpr MetricSpec kRotations{"keysteward_rotations_total", MetricType::kCounter,
                                       "Rotations that ended, by cause and result.",
                                       "cause,result"};
inline constexpr MetricSpec kRotationStepDuration{
    "keysteward_rotation_step_duration_seconds", MetricType::kHistogram,
    "Seconds from a step's start to its completion.", "step"};
inline constexpr MetricSpec kWorkloadRestarts{
    "keysteward_workload_restarts_total", MetricType::kCounter,
    "Rollouts started so that pods take a new key, by workload kind.", "kind"};
inline constexpr MetricSpec kProviderCalls{
    "keysteward_provider_calls_total", MetricType::kCounter,
    "Calls to key providers by issuer, operation and result.", "issuer,operation,result"};

// Admission. verdict: allowed, denied, warned, error.
inline constexpr MetricSpec kAdmissionVerdicts{
    "keysteward_admission_verdicts_total", MetricType::kCounter,
    "Admission answers by handler and verdict.", "handler,verdict"};
inline constexpr MetricSpec kCustomRules{
    "keysteward_custom_rules", MetricType::kGauge,
    "Custom rules of CredentialPolicies by state: used, or refused because they are no good.",
    "state"};
inline constexpr MetricSpec kRuleCompilations{
    "keysteward_rule_compilations_total", MetricType::kCounter,
    "Times that custom rules were compiled, by result: success, error.", "result"};
inline constexpr MetricSpec kFindings{
    "keysteward_findings_total", MetricType::kCounter,
    "Literal credentials found in admitted or refused objects, by rule.", "rule"};

// The background report. severity: what admission would do: deny, warn, audit; or waived.
inline constexpr MetricSpec kReportFindings{
    "keysteward_report_findings", MetricType::kGauge,
    "Findings in what stood in the cluster at the last scan, by severity.", "severity"};
inline constexpr MetricSpec kReportObjects{"keysteward_report_objects", MetricType::kGauge,
                                           "Objects judged by the last scan.", ""};
inline constexpr MetricSpec kReportLastScan{
    "keysteward_report_last_scan_timestamp_seconds", MetricType::kGauge,
    "Unix time at which a scan of the cluster last reached its end.", ""};
inline constexpr MetricSpec kReportErrors{
    "keysteward_report_errors_total", MetricType::kCounter,
    "What a scan could not look at or write, and scans that could not begin.", ""};

// The installation itself. object: validating, mutating, service, kinds, declaration.
inline constexpr MetricSpec kInstallationDifferences{
    "keysteward_installation_differences", MetricType::kGauge,
    "1 while that object of the installation is not as the chart declares it, else 0.", "object"};
inline constexpr MetricSpec kRegistrationsRestored{
    "keysteward_registrations_restored_total", MetricType::kCounter,
    "Times a webhook configuration was put back, by object and result: success, error.",
    "object,result"};
inline constexpr MetricSpec kRightsDifferences{
    "keysteward_rights_differences", MetricType::kGauge,
    "Rights of the operator that are missing or that it must not have, by difference: missing, "
    "excess.",
    "difference"};

// Our HTTP servers. server: ServerOptions::name. reason: a fixed text of the server.
inline constexpr MetricSpec kHttpServerRequests{
    "keysteward_http_server_requests_total", MetricType::kCounter,
    "Requests answered by a handler, by status code.", "server,code"};
inline constexpr MetricSpec kHttpServerDuration{
    "keysteward_http_server_request_duration_seconds", MetricType::kHistogram,
    "Seconds from the last byte of a request to the handler's reply, queueing included.", "server"};
inline constexpr MetricSpec kHttpServerRefused{
    "keysteward_http_server_refused_total", MetricType::kCounter,
    "Requests and connections ended by the server itself, by reason.", "server,reason"};
inline constexpr MetricSpec kHttpServerConnections{
    "keysteward_http_server_connections", MetricType::kGauge, "Open connections.", "server"};

// The process itself.
inline constexpr MetricSpec kCertificateExpiry{
    "keysteward_certificate_expiry_timestamp_seconds", MetricType::kGauge,
    "Unix time at which a certificate of ours expires.", "certificate"};
inline constexpr MetricSpec kLogLinesDropped{"keysteward_log_lines_dropped_total",
                                             MetricType::kCounter,
                                             "Log lines that standard error did not take.", ""};
inline constexpr MetricSpec kBuildInfo{"keysteward_build_info", MetricType::kGauge,
                                       "Always 1; carries the version.", "version"};

inline constexpr MetricSpec kProcessCpu{"process_cpu_seconds_total", MetricType::kCounter,
                                        "CPU time of this process, user and system.", ""};
inline constexpr MetricSpec kProcessResidentMemory{
    "process_resident_memory_bytes", MetricType::kGauge, "Memory of this process in RAM.", ""};
inline constexpr MetricSpec kProcessOpenFds{"process_open_fds", MetricType::kGauge,
                                            "File descriptors this process has open.", ""};
inline constexpr MetricSpec kProcessThreads{"process_threads", MetricType::kGauge,
                                            "Threads of this process.", ""};
inline constexpr MetricSpec kProcessStartTime{"process_start_time_seconds", MetricType::kGauge,
                                              "Unix time at which this process started.", ""};

// In the order of docs/metrics.md.
inline constexpr std::array kAllMetrics = {
    &kReconcileTotal,
    &kReconcileErrors,
    &kTerminalReconcileErrors,
    &kReconcilePanics,
    &kReconcileTime,
    &kMaxConcurrentReconciles,
    &kActiveWorkers,
    &kWorkqueueDepth,
    &kWorkqueueAdds,
    &kWorkqueueQueueDuration,
    &kWorkqueueWorkDuration,
    &kWorkqueueUnfinishedWork,
    &kWorkqueueLongestRunning,
    &kWorkqueueRetries,
    &kRestClientRequests,
    &kLeaderElectionMasterStatus,
    &kObjectsSkipped,
    &kEventsDropped,
    &kWebhookRequests,
    &kWebhookLatency,
    &kWebhookRequestsInFlight,
    &kCredentialInfo,
    &kCredentialExpiry,
    &kCredentialNextRotation,
    &kPreviousKeyAlive,
    &kRotations,
    &kRotationStepDuration,
    &kWorkloadRestarts,
    &kProviderCalls,
    &kAdmissionVerdicts,
    &kCustomRules,
    &kRuleCompilations,
    &kFindings,
    &kReportFindings,
    &kReportObjects,
    &kReportLastScan,
    &kReportErrors,
    &kInstallationDifferences,
    &kRegistrationsRestored,
    &kRightsDifferences,
    &kHttpServerRequests,
    &kHttpServerDuration,
    &kHttpServerRefused,
    &kHttpServerConnections,
    &kCertificateExpiry,
    &kLogLinesDropped,
    &kBuildInfo,
    &kProcessCpu,
    &kProcessResidentMemory,
    &kProcessOpenFds,
    &kProcessThreads,
    &kProcessStartTime,
};

}  // namespace keysteward
