/* Rules that every service has, unless its settings say otherwise. deploy/prometheus is made of
 * them. Names and labels are checked when the settings are read. */
#include "base/memory.h"
#include "daemon/alert_settings.h"

#define NO_STREAMS "route!=\"GET /v1/operations/{id}/events\", route!=\"PUT /v1/datasets/{name}\""

const daemon_shipped_alert daemon_shipped_alerts[] = {
    { "ServiceNotReady", "min(zkl_component_up) < 0.5", 60, "critical",
      "A part of the service is down: /v1/health says which, and why." },
    { "ServiceDegraded", "min(zkl_component_up) < 1", 900, "warning",
      "A part of the service fails at something: /v1/health says which, and why." },
    { "DiskNearlyFull", "zkl_disk_free_bytes / zkl_disk_size_bytes < 0.1", 300, "warning",
      "Less than a tenth of the disk is left." },
    { "DiskFull", "zkl_disk_free_bytes / zkl_disk_size_bytes < 0.03", 60, "critical",
      "Less than 3 % of the disk are left: soon nothing is recorded any more." },
    { "RequestsFail",
      "rate(zkl_http_answers_total{code=\"5xx\"}, 5m) / rate(zkl_http_answers_total, 5m) > 0.02",
      300, "critical", "More than 2 % of requests fail for reasons of the service." },
    { "RequestsSlow", "quantile(0.99, zkl_http_request_seconds{" NO_STREAMS "}, 5m) > 2.5", 600,
      "warning", "One request of a hundred takes longer than 2.5 s." },
    { "ConnectionsRefused", "rate(zkl_http_refused_connections_total, 5m) > 1", 300, "warning",
      "Connections are refused: more come than may be open." },
    { "KeysGuessed", "rate(zkl_http_problems_total{code=\"401\"}, 5m) > 5", 300, "warning",
      "Many requests come with keys that are nobody's." },
    { "OperationsWait", "zkl_jobs_waiting > 100", 600, "warning",
      "More than 100 operations wait for a thread or for memory." },
    { "OperationsFail", "increase(zkl_jobs_ended_total{status=\"input/output error\"}, 10m) > 0", 0,
      "warning", "An operation failed for a reason of the machine." },
    { "BatchesFail", "increase(zkl_batches_failed_total, 5m) > 0", 0, "critical",
      "Entries could not be recorded." },
    { "BatchesSlow", "quantile(0.99, zkl_batch_commit_seconds, 5m) > 0.5", 600, "warning",
      "Recording a batch takes longer than half a second: the disk is slow." },
    { "AuditLogFails", "zkl_audit_failing > 0", 0, "critical",
      "The audit log cannot be written, so every request is refused." },
    { "AuditSegmentsWait", "zkl_audit_unlogged_segments > 3", 900, "warning",
      "Closed segments of the audit log are not in the ledger yet." },
    { "AccessLogLosesLines", "increase(zkl_access_log_dropped_total, 10m) > 0", 0, "warning",
      "Lines of the access log were lost." },
    { "WitnessesDoNotSign", "zkl_witnesses_failing > 0", 900, "warning",
      "A witness does not sign: /v1/witnesses says which, and why." },
    { "TokensLost", "rate(zkl_tokens_total{verdict=\"lost\"}, 5m) > 0.1", 300, "warning",
      "A provider of tokens does not answer, so its users are not known." },
    { "DescriptorsShort", "process_open_fds / process_max_fds > 0.9", 300, "critical",
      "Nine of ten descriptors are in use." },
    { "NotificationsFail", "increase(zkl_notifications_total{outcome=\"failed\"}, 1h) > 0", 0,
      "warning", "A receiver of alerts was not reached." },
};
const size_t daemon_shipped_alert_count = ZKL_COUNT(daemon_shipped_alerts);
