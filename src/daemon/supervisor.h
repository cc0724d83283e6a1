#pragma once
/* What systemd, or whoever started the service in its way, gives and wants to know: sockets that
 * listen already (sd_listen_fds), and words on how it stands (sd_notify). Both are protocols of
 * environment variables; without these nothing is done. */
#include <zkl/zkl.h>

#define SUPERVISOR_SOCKETS_MAX 64

/* Descriptors from $LISTEN_FDS, when $LISTEN_PID is this process; they are closed in programs that
 * it starts, and the variables are taken out. Before the first thread. ZKL_USAGE: a number that is
 * none. */
zkl_status supervisor_sockets(int out[static SUPERVISOR_SOCKETS_MAX], size_t *count,
                              zkl_error *err) ZKL_MUST_USE;

typedef enum supervisor_state {
    SUPERVISOR_READY,
    SUPERVISOR_RELOADING, /* and then READY again */
    SUPERVISOR_STOPPING,
} supervisor_state;

/* To $NOTIFY_SOCKET. That nobody hears it is no failure. */
void supervisor_notify(supervisor_state state);
