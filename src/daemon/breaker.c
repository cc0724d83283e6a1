/* The three states, and the moves between them (breaker.h draws them). */
#include "daemon/breaker.h"

#include "base/memory.h"

/* [from][to]: the moves that the drawing has. */
static const bool moves[3][3] = {
    [DAEMON_BREAKER_CLOSED] = { [DAEMON_BREAKER_OPEN] = true },
    [DAEMON_BREAKER_OPEN] = { [DAEMON_BREAKER_HALF_OPEN] = true },
    [DAEMON_BREAKER_HALF_OPEN] = { [DAEMON_BREAKER_CLOSED] = true,
                                   [DAEMON_BREAKER_OPEN] = true,
                                   [DAEMON_BREAKER_HALF_OPEN] = true }, /* another probe */
};

void daemon_breaker_init(daemon_breaker *b, const daemon_breaker_settings *settings)
{
    ZKL_ASSERT(settings->failures_max && settings->open_ms && settings->probe_ms &&
               settings->open_ms_most >= settings->open_ms);
    *b = (daemon_breaker){ .settings = *settings, .open_ms = settings->open_ms };
    pthread_mutex_init(&b->mutex, NULL);
}

void daemon_breaker_clear(daemon_breaker *b)
{
    pthread_mutex_destroy(&b->mutex);
}

static void move(daemon_breaker *b, daemon_breaker_state to, uint64_t until_ms)
{
    ZKL_ASSERT(moves[b->state][to]);
    b->state = to;
    b->until_ms = until_ms;
    b->failures = 0;
    b->turn++;
}

static void open_for_a_while(daemon_breaker *b, uint64_t now_ms)
{
    const uint64_t most = b->settings.open_ms_most;
    move(b, DAEMON_BREAKER_OPEN, now_ms + b->open_ms);
    b->open_ms = b->open_ms <= most / 2 ? 2 * b->open_ms : most;
}

bool daemon_breaker_ask(daemon_breaker *b, daemon_ticket *ticket, uint64_t now_ms)
{
    pthread_mutex_lock(&b->mutex);
    const bool is_closed = b->state == DAEMON_BREAKER_CLOSED;
    const bool is_probe = !is_closed && now_ms >= b->until_ms;
    if (is_probe)
        move(b, DAEMON_BREAKER_HALF_OPEN, now_ms + b->settings.probe_ms);
    *ticket = b->turn;
    pthread_mutex_unlock(&b->mutex);
    return is_closed || is_probe;
}

void daemon_breaker_tell(daemon_breaker *b, daemon_ticket ticket, bool went_well, uint64_t now_ms)
{
    pthread_mutex_lock(&b->mutex);
    const bool counts = ticket == b->turn;
    if (counts && b->state == DAEMON_BREAKER_CLOSED) {
        b->failures = went_well ? 0 : b->failures + 1;
        if (b->failures == b->settings.failures_max)
            open_for_a_while(b, now_ms);
    } else if (counts && b->state == DAEMON_BREAKER_HALF_OPEN && went_well) {
        move(b, DAEMON_BREAKER_CLOSED, 0);
        b->open_ms = b->settings.open_ms;
    } else if (counts && b->state == DAEMON_BREAKER_HALF_OPEN) {
        open_for_a_while(b, now_ms);
    }
    pthread_mutex_unlock(&b->mutex);
}

daemon_breaker_state daemon_breaker_now(daemon_breaker *b, uint64_t *until_ms)
{
    pthread_mutex_lock(&b->mutex);
    const daemon_breaker_state state = b->state;
    *until_ms = b->until_ms;
    pthread_mutex_unlock(&b->mutex);
    return state;
}
