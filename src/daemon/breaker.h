#pragma once
/* A circuit breaker around a service that is not ours: who answers badly is left alone for a while.
 *
 *              failures in a row
 *     CLOSED ─────────────────────▶ OPEN ──── open_ms are over ────▶ HALF OPEN: one call, the probe
 *        ▲                           ▲                                   │
 *        │                           └── it failed: open_ms doubles ─────┤
 *        └──────────────────────────────── it went well ─────────────────┘
 *
 *     daemon_ticket ticket;
 *     if (!daemon_breaker_ask(&breaker, &ticket, now))
 *         return "left alone until ...";
 *     daemon_breaker_tell(&breaker, ticket, call_it(), later);
 *
 * An answer to a call that began before the breaker changed says nothing of how things are now, and
 * is overlooked. A probe that never tells is given up after probe_ms, and another may be made. The
 * clock is passed in, milliseconds that only go forward. Any thread. */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct daemon_breaker_settings {
    uint32_t failures_max;          /* in a row, then it opens: at least 1 */
    uint64_t open_ms, open_ms_most; /* at first, and after doubling: at least 1 */
    uint64_t probe_ms;              /* at least 1 */
} daemon_breaker_settings;

typedef enum daemon_breaker_state {
    DAEMON_BREAKER_CLOSED,
    DAEMON_BREAKER_OPEN,
    DAEMON_BREAKER_HALF_OPEN,
} daemon_breaker_state;

/* Of a call that was allowed. */
typedef uint64_t daemon_ticket;

typedef struct daemon_breaker {
    daemon_breaker_settings settings;
    pthread_mutex_t mutex;
    daemon_breaker_state state;
    uint32_t failures;  /* in a row, while closed */
    uint64_t open_ms;   /* of the next opening */
    uint64_t until_ms;  /* OPEN: when a probe may be made. HALF OPEN: when it is given up */
    daemon_ticket turn; /* counts changes: tickets of an earlier one are overlooked */
} daemon_breaker;

void daemon_breaker_init(daemon_breaker *breaker, const daemon_breaker_settings *settings);
void daemon_breaker_clear(daemon_breaker *breaker);
/* May a call be made now? Then its end is told. */
bool daemon_breaker_ask(daemon_breaker *breaker, daemon_ticket *ticket, uint64_t now_ms);
void daemon_breaker_tell(daemon_breaker *breaker, daemon_ticket ticket, bool went_well,
                         uint64_t now_ms);
/* For metrics and for people. */
daemon_breaker_state daemon_breaker_now(daemon_breaker *breaker, uint64_t *until_ms);
