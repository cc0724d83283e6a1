#pragma once
/* The newest signed checkpoint, kept in three places that are compared at every opening:
 *
 *     the store        what the log can prove; it can be lost, or replaced by an older copy
 *     FOLDER/head      outside the store: catches a store that went back
 *     the user's memory (ledger/remember.h): catches a whole folder that went back
 *
 *  1. A checkpoint is in the memory and in `head`, synced, before it is in the store, in an
 *     export or in a receipt.
 *     The store's own record of it is not synced: it is on the disk with the next batch at the
 *     latest, since a store's commits reach the disk in their order. A crash before that takes
 *     back one checkpoint at most, which stands in `head`, and the next writer puts it back
 *     (zkl_head_mend). Where there is no `head`, it is synced.
 *  2. So a store that holds fewer entries than one of them, or others, has lost what was signed:
 *     nothing more is signed in it.
 *  3. Without a place for a memory (no HOME) that is said, and `head` alone counts. A memory that
 *     is there and cannot be used (damaged, of another user, not writable) is a refusal: it may
 *     hold what forbids to sign.
 *  4. A `head` that is missing or damaged is not made again from the memory, which may lack what
 *     others signed. */
#include "base/env.h"
#include "log/log.h"
#include "ledger/remember.h"
#include "record/trust.h"

#define ZKL_HEAD_FILE "head"

/* Whose checkpoints they are and where they are kept. Borrows everything. */
typedef struct zkl_head_place {
    const char *folder; /* the ledger's; NULL: no `head`, no memory (a log in memory, for tests) */
    const char *state;  /* the memory's folder; NULL: from the environment */
    const zkl_verifier_key *first_log_key;
    /* The checkpoint is of entries that this process wrote. Only that makes the ledger the
     * user's own in his memory: what is merely found in a folder, or signed because somebody
     * left it unsigned, does not. */
    bool wrote;
    zkl_notice notice; /* all zeros: silent */
} zkl_head_place;

/* The newer of FOLDER/head and what the memory knows of that ledger; ZKL_NOT_FOUND without a
 * `head` that can be read. For a ledger whose store cannot be read. */
zkl_status zkl_head_newest_outside(zkl_remembered *out, zkl_arena *arena, const char *folder,
                                   const char *state, zkl_error *err) ZKL_MUST_USE;
/* The larger of the two, into out.
 * ZKL_CONFLICT: they are of two ledgers, or two trees of one size: a fork. */
zkl_status zkl_head_take_newer(zkl_remembered *out, const zkl_remembered *other,
                               zkl_error *err) ZKL_MUST_USE;

/* What `head` and the memory say at one moment. A reader beside a writer takes it before it reads
 * the store anew: what is in `head` was in the store before, so the store is not behind it. Taken
 * afterwards, a writer that publishes in between would look like a store that lost entries. All
 * zeros: nothing was seen. */
typedef struct zkl_head_seen {
    zkl_arena arena;
    bool remembered;     /* memory is set */
    zkl_status head_was; /* ZKL_OK: head is set; else why not, in fault */
    zkl_error fault;
    zkl_remembered memory, head;
    char path[PATH_MAX]; /* of `head` */
} zkl_head_seen;
/* Errors: the memory cannot be used. What is wrong with `head` is judged, and no error here. */
zkl_status zkl_head_look(zkl_head_seen *seen, const zkl_head_place *place,
                         zkl_error *err) ZKL_MUST_USE;
/* zkl_head_check with what was seen. */
zkl_status zkl_head_judge(const zkl_head_seen *seen, const zkl_head_place *place, zkl_log *log,
                          const zkl_trust *trust, zkl_error *err) ZKL_MUST_USE;
static inline void zkl_head_seen_clear(zkl_head_seen *seen)
{
    zkl_arena_clear(&seen->arena);
}

/* Compare the log with `head` and the memory. Writes nothing.
 *
 * ZKL_CONFLICT: the store is behind one of them, contradicts it, or nothing shows that it is not
 * behind: `head` is missing.
 * Others: `head` or the memory cannot be read. */
zkl_status zkl_head_check(const zkl_head_place *place, zkl_log *log, const zkl_trust *trust,
                          zkl_error *err) ZKL_MUST_USE;

/* Everything that is behind is brought up to the newest checkpoint: `head`, the memory, and the
 * store's own list when a process died between writing `head` and the store. What is found is
 * remembered as seen, not as written. Call after zkl_head_check, with the writer's lock. */
zkl_status zkl_head_mend(const zkl_head_place *place, zkl_log *log, const zkl_trust *trust,
                         zkl_error *err) ZKL_MUST_USE;

/* Sign the head unless it is signed, and publish that: memory, `head`, store, in that order,
 * as promise 1 has it. signer is the log key that counts at the log's last entry; verifier is the
 * same.
 * ZKL_CONFLICT: the memory knows a checkpoint that this log does not extend; nothing was
 * published then. */
zkl_status zkl_head_publish(const zkl_head_place *place, zkl_log *log,
                            const zkl_verifier_key *verifier, const zkl_signer *signer,
                            zkl_error *err) ZKL_MUST_USE;
/* Would the memory allow a checkpoint of this log's head? ZKL_CONFLICT when not. Before anything
 * is committed: of two copies of one folder the second is told before it has recorded anything. */
zkl_status zkl_head_check_memory(const zkl_head_place *place, zkl_log *log,
                                 zkl_error *err) ZKL_MUST_USE;
