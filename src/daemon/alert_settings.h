#pragma once
/* What the settings say of alerts: [[alert]], [[receiver]], [[inhibit]]; and the rules that the
 * service brings (docs/service/telemetry.md). */
#include <zkl/zkl.h>

#include "telemetry/alerts.h"
#include "toml/toml.h"

#define DAEMON_ALERTS_MAX 500
#define DAEMON_RECEIVERS_MAX 32

typedef enum daemon_receiver_by {
    DAEMON_TO_WEBHOOK,
    DAEMON_TO_SMTP,
    DAEMON_TO_SYSLOG,
} daemon_receiver_by;

/* How a receiver is reached: of the same index as the one in `alerts`. */
typedef struct daemon_receiver {
    daemon_receiver_by by;
    const char *url; /* of syslog: "unix:PATH", "udp:HOST:PORT", "tcp:HOST:PORT" */
    bool allows_plain;
    const char *secret_file; /* of a webhook, for signatures; NULL: none */
    const char *ca;          /* PEM; NULL: the system's */
    const char *from;        /* of SMTP */
    const char **to;
    size_t to_count;
    const char *user, *password_file;
} daemon_receiver;

typedef struct daemon_alert_settings {
    telemetry_alert_settings alerts;
    const daemon_receiver *receivers;
} daemon_alert_settings;

/* A rule that the service brings. */
typedef struct daemon_shipped_alert {
    const char *name, *when;
    uint32_t for_s;
    const char *severity, *summary;
} daemon_shipped_alert;
extern const daemon_shipped_alert daemon_shipped_alerts[];
extern const size_t daemon_shipped_alert_count;

/* Lives in memory; paths are below the folder. ZKL_USAGE, ZKL_BAD_INPUT with line and column. */
zkl_status daemon_alert_settings_take(daemon_alert_settings *out, zkl_arena *memory,
                                      const char *folder, const zkl_toml_node *root,
                                      uint32_t step_s, zkl_error *err) ZKL_MUST_USE;
