/* What the settings say of telemetry. */
#include "daemon/telemetry_settings.h"

#include <string.h>

#define STEP_S 10
#define STEP_S_MAX 60

static zkl_status take_access(daemon_telemetry_settings *out, const zkl_toml_node *root,
                              zkl_error *err)
{
    static const char *const names[] = { [DAEMON_METRICS_LOOPBACK] = "loopback",
                                         [DAEMON_METRICS_OPEN] = "open",
                                         [DAEMON_METRICS_KEY] = "key" };
    const char *text = names[DAEMON_METRICS_LOOPBACK];
    ZKL_TRY(zkl_toml_get_text(&text, root, "metrics", err));
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        if (strcmp(text, names[i]) == 0) {
            out->metrics = (daemon_metrics_access)i;
            return ZKL_OK;
        }
    return zkl_toml_fail(zkl_toml_find(root, "metrics"), err,
                         "metrics is \"loopback\", \"open\" or \"key\"");
}

static zkl_status take_log(daemon_telemetry_settings *out, const zkl_toml_node *root,
                           zkl_error *err)
{
    const char *format = "text", *level = "info";
    ZKL_TRY(zkl_toml_get_text(&format, root, "log_format", err));
    ZKL_TRY(zkl_toml_get_text(&level, root, "log_level", err));
    out->log_is_json = strcmp(format, "json") == 0;
    if (!out->log_is_json && strcmp(format, "text") != 0)
        return zkl_toml_fail(zkl_toml_find(root, "log_format"), err,
                             "log_format is \"text\" or \"json\"");
    for (size_t i = 0; i < TELEMETRY_LOG_LEVELS; i++)
        if (strcmp(level, telemetry_log_level_text((telemetry_log_level)i)) == 0) {
            out->log_level = (telemetry_log_level)i;
            return ZKL_OK;
        }
    return zkl_toml_fail(zkl_toml_find(root, "log_level"), err,
                         "log_level is \"error\", \"warning\", \"info\" or \"debug\"");
}

zkl_status daemon_telemetry_settings_take(daemon_telemetry_settings *out, zkl_arena *memory,
                                          const char *folder, const zkl_toml_node *root,
                                          zkl_error *err)
{
    int64_t step = STEP_S;
    *out = (daemon_telemetry_settings){ 0 };
    ZKL_TRY(take_access(out, root, err));
    ZKL_TRY(zkl_toml_get_integer(&step, root, "metrics_step_seconds", err));
    if (step < 1 || step > STEP_S_MAX)
        return zkl_fail(err, ZKL_USAGE, "'metrics_step_seconds' is 1 to %d", STEP_S_MAX);
    out->step_s = (uint32_t)step;
    ZKL_TRY(take_log(out, root, err));
    ZKL_TRY(daemon_trace_settings_take(&out->traces, memory, folder, root, err));
    return daemon_alert_settings_take(&out->alerts, memory, folder, root, out->step_s, err);
}
