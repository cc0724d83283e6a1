#pragma once
/* How the parts of the service stand.
 *
 *  - ok        it does its work.
 *  - degraded  it fails at something that the service can go on without for a while.
 *  - down      it cannot take requests that change anything: /readyz answers 503.
 *
 * Nothing here waits: what is asked is what the parts know of themselves. */
#include <stdbool.h>

#include "base/buffer.h"
#include "http/server.h"

struct zkl_daemon;

typedef enum daemon_component {
    DAEMON_STORE,
    DAEMON_DISK_SPACE,
    DAEMON_SEQUENCER,
    DAEMON_AUDIT_LOG,
    DAEMON_JOBS_RUN,
    DAEMON_WITNESSES,
    DAEMON_ISSUERS,
    DAEMON_ACCESS_LOG,
    DAEMON_COMPONENTS
} daemon_component;

extern const char *const daemon_component_names[DAEMON_COMPONENTS];

typedef enum daemon_health_state { DAEMON_OK, DAEMON_DEGRADED, DAEMON_DOWN } daemon_health_state;

typedef struct daemon_health {
    daemon_health_state state;
    char reason[160]; /* "" where it is ok; no name of an organisation, dataset or path */
} daemon_health;

/* Any thread. */
void daemon_health_look(daemon_health out[static DAEMON_COMPONENTS], struct zkl_daemon *d);
/* As JSON: states, and with has_reasons why. is_ready: nothing is down. */
void daemon_health_put(zkl_buffer *out, struct zkl_daemon *d, bool has_reasons, bool *is_ready);
/* /readyz: names and states. */
void daemon_health_send(struct zkl_daemon *d, http_exchange *x);
