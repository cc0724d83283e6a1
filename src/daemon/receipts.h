#pragma once
/* Receipts that were asked for, for as long as their ledger stands still: asked for again they are
 * answered on the loop, without an operation, a file or the store.
 *
 * A receipt is kept under the state of its ledger (service_log_state) that was read before it was
 * made, so it is never older than what a view of that state shows. When all that is kept would be
 * more than its bounds, it is forgotten whole.
 *
 * One that many ask for when their ledger has moved is made once: the others wait for the first.
 * They have read the state that it is made under, so it shows them what their own would.
 *
 * Any number of threads. */
#include <zkl/zkl.h>

#include "base/bytes.h"

#define DAEMON_TAG_CHARS ((size_t)36) /* two quotes, 32 digits of a body's SHA-256, and room */

typedef struct daemon_receipts daemon_receipts;

/* Shared with the table; never changed. */
typedef struct daemon_receipt {
    zkl_bytes bytes;
    char tag[DAEMON_TAG_CHARS]; /* of an ETag header */
} daemon_receipt;

/* bytes_max: of receipts together. */
zkl_status daemon_receipts_new(daemon_receipts **out, size_t bytes_max,
                               zkl_error *err) ZKL_MUST_USE;
/* After all that it gave has been dropped. NULL is fine. */
void daemon_receipts_free(daemon_receipts *receipts);

/* What `reference` means in that state of the ledger; NULL: it is not kept. The caller drops it. */
const daemon_receipt *daemon_receipts_find(daemon_receipts *receipts, const zkl_ledger *ledger,
                                           uint64_t state, const char *reference);
void daemon_receipt_drop(const daemon_receipt *receipt);
/* Copied. state 0 is of a ledger that does not say when it moves: nothing is kept. Without memory
 * nothing is kept either. */
void daemon_receipts_keep(daemon_receipts *receipts, const zkl_ledger *ledger, uint64_t state,
                          const char *reference, zkl_bytes bytes);

/* ---- Making one */

typedef struct daemon_receipt_making daemon_receipt_making;

/* Who waits for one that another is making. */
typedef struct daemon_receipt_waiter {
    struct daemon_receipt_waiter *next;
    /* Once, on any thread, with nothing held. made: the caller's to drop; NULL: nothing came of it,
     * and he makes his own. */
    void (*told)(struct daemon_receipt_waiter *waiter, const daemon_receipt *made);
} daemon_receipt_waiter;

/* true: it is being made, and the waiter is told. false: the caller makes it; *out, which may be
 * NULL (nobody can wait for him), is ended by daemon_receipts_end whatever comes of it. */
bool daemon_receipts_wait(daemon_receipt_making **out, daemon_receipts *receipts,
                          const zkl_ledger *ledger, uint64_t state, const char *reference,
                          daemon_receipt_waiter *waiter);
/* It is made: kept, and given to those who wait. making NULL is fine. */
void daemon_receipts_made(daemon_receipts *receipts, daemon_receipt_making *making,
                          zkl_bytes bytes);
/* Who waits still is told that nothing came of it. NULL is fine. */
void daemon_receipts_end(daemon_receipts *receipts, daemon_receipt_making *making);
