#pragma once
/* What the settings say of metrics, alerts, traces and the log. */
#include <zkl/zkl.h>

#include "daemon/alert_settings.h"
#include "daemon/tracer.h"
#include "telemetry/log.h"
#include "toml/toml.h"

typedef enum daemon_metrics_access {
    DAEMON_METRICS_LOOPBACK, /* this machine without a key, as usual */
    DAEMON_METRICS_OPEN,     /* everybody */
    DAEMON_METRICS_KEY,      /* nobody without one */
} daemon_metrics_access;

typedef struct daemon_telemetry_settings {
    daemon_metrics_access metrics;
    uint32_t step_s; /* between two points of a series */
    bool log_is_json;
    telemetry_log_level log_level;
    daemon_alert_settings alerts;
    daemon_trace_settings traces;
} daemon_telemetry_settings;

/* Lives in memory; paths are below the folder. ZKL_USAGE with line and column. */
zkl_status daemon_telemetry_settings_take(daemon_telemetry_settings *out, zkl_arena *memory,
                                          const char *folder, const zkl_toml_node *root,
                                          zkl_error *err) ZKL_MUST_USE;
