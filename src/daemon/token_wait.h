#pragma once
/* Exchanges that wait until their token is judged: by a provider that is asked, or because it was
 * refused, which is said no sooner than DAEMON_REFUSAL_MS after it was asked, whatever was wrong.
 *
 * Threads of its own: some that ask, and one that says no. */
#include "daemon/tokens.h"
#include "http/server.h"

#define DAEMON_REFUSAL_MS 25

typedef struct daemon_waiting daemon_waiting;

typedef struct daemon_token_verdict {
    daemon_token_state state; /* HOLDS, REFUSED or LOST */
    daemon_identity who;
} daemon_token_verdict;
/* On the exchange's loop, once. The exchange is kept for the call, and is_open says whether its
 * client is there. */
typedef void daemon_token_done(http_exchange *x, bool is_open, const daemon_token_verdict *verdict);

zkl_status daemon_waiting_new(daemon_waiting **out, daemon_tokens *tokens,
                              zkl_error *err) ZKL_MUST_USE;
/* token: copied, wiped when it is judged. Empty: it was refused already. ZKL_LIMIT: too many wait;
 * ZKL_CANCELLED: it stops. Then `done` is not called. */
zkl_status daemon_waiting_add(daemon_waiting *waiting, http_exchange *x, zkl_bytes token,
                              daemon_token_done *done, zkl_error *err) ZKL_MUST_USE;
/* Whoever waits is told LOST, or that he is refused; providers are not waited for
 * (daemon_tokens_stop). Before the server stops, whose exchanges they are. NULL is fine. */
void daemon_waiting_stop(daemon_waiting *waiting);
void daemon_waiting_free(daemon_waiting *waiting);
