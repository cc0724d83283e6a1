/* Comparing, mending and publishing the newest checkpoint.
 *
 *      sign ─▶ memory ─▶ head ─▶ store          a process may die between any two; memory and head
 *                                               are synced, the store's follows with its next batch
 *
 * Whatever place has a checkpoint, all places before it have one as large: so the store is never
 * ahead of `head`, and `head` never ahead of the memory, but for who has none or whose ledger
 * others write too. Mending goes the same way again: the newest of the three is put into those
 * that lack it, in that order.
 *
 * The texts name ways on, since what is refused here is refused for good. */
#include "ledger/head.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "record/ids.h"

#define HEAD_MODE 0644 /* a checkpoint is public: whoever may read the store may compare it */
#define WAYS_ON                                                                                    \
    "; nothing more is signed here: put a newer copy of the store back, or start a log that "      \
    "names the old checkpoint (`zkp-ledger init --succeeds`)"

/* Always below the ledger's own folder; opened without following links (zkl_file_check_regular). */
static zkl_status head_path(char out[static PATH_MAX], const zkl_head_place *place, zkl_error *err)
{
    ZKL_ASSERT(place->folder);
    const int size = snprintf(out, PATH_MAX, "%s/" ZKL_HEAD_FILE, place->folder);
    if (size < 0 || size >= PATH_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", place->folder);
    return ZKL_OK;
}

/* The id by which the memory knows the ledger: it follows from the first log key, and never
 * changes. */
static void ledger_of(zkl_digest *out, const zkl_head_place *place)
{
    ZKL_ASSERT(place->first_log_key);
    char first[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_verifier_key_encode(first, place->first_log_key);
    zkl_ledger_id(out, zkl_bytes_of_text(first));
}

/* ---- Comparing */

/* Why the log does not extend a checkpoint that was signed; ZKL_OK when it does. */
static zkl_status check_extends(zkl_log *log, const zkl_remembered *known, const char *where,
                                zkl_error *err)
{
    const uint64_t size = known->checkpoint.size, have = zkl_log_size(log);
    zkl_digest root;
    ZKL_ASSERT(known->note.size); /* parsed and its signature checked: zkl_remembered_make */
    if (size > have)
        return zkl_fail(err, ZKL_CONFLICT,
                        "the store lost entries: it has %llu, a checkpoint of %llu was signed "
                        "(%s)" WAYS_ON,
                        (unsigned long long)have, (unsigned long long)size, where);
    ZKL_TRY(zkl_log_root(log, &root, size, err));
    if (!zkl_digest_equal(&root, &known->checkpoint.root))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the store holds another history: its first %llu entries are not those "
                        "of the checkpoint that was signed (%s)" WAYS_ON,
                        (unsigned long long)size, where);
    return ZKL_OK;
}

/* The root is the log's, so the keys are those of the log's own entries. */
static zkl_status check_signer(const zkl_remembered *known, const zkl_trust *trust,
                               const char *where, zkl_error *err)
{
    ZKL_ASSERT(known->note.size);
    const uint64_t size = known->checkpoint.size;
    const zkl_trusted_log_key *key = size ? zkl_trust_log_key_at(trust, size - 1) : NULL;
    if (size && (!key || !zkl_verifier_key_equal(&key->key, &known->log_key)))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the checkpoint of %llu entries is signed by a key that does not count "
                        "there (%s)",
                        (unsigned long long)size, where);
    return ZKL_OK;
}

/* FOLDER/head: of this very ledger, or it is none. */
static zkl_status load_head(zkl_remembered *out, zkl_arena *arena, const zkl_head_place *place,
                            char path[static PATH_MAX], zkl_error *err)
{
    zkl_digest ledger;
    ledger_of(&ledger, place);
    ZKL_TRY(head_path(path, place, err));
    ZKL_TRY(zkl_remembered_load(out, arena, path, err));
    if (!zkl_digest_equal(&out->ledger, &ledger))
        return zkl_fail(err, ZKL_CONFLICT, "'%s' is the head of another ledger", path);
    return ZKL_OK;
}

/* One sentence for all of them: what is wrong with the memory, and why that stops a writer. */
static zkl_status fail_memory(zkl_error *err, zkl_status status, const char *why)
{
    return zkl_fail(err, status,
                    "this user's memory of checkpoints cannot be used, so nothing is signed: "
                    "%.500s. It shows whether another copy of the ledger was written, or a newer "
                    "one; XDG_STATE_HOME can name another place, which remembers nothing yet",
                    why);
}

/* *found: the ledger is remembered. Without a place for a memory it is not. A place that is
 * there and cannot be used may hold what forbids to sign. */
static zkl_status find_memory(zkl_remembered *out, bool *found, zkl_arena *arena,
                              const zkl_head_place *place, zkl_error *err)
{
    zkl_error why = { 0 };
    zkl_digest ledger;
    ledger_of(&ledger, place);
    const zkl_status status = zkl_remember_find(out, arena, place->state, &ledger, &why);
    *found = status == ZKL_OK;
    if (status == ZKL_NO_MEMORY)
        return zkl_no_memory(err, 0);
    if (status != ZKL_OK && status != ZKL_NOT_FOUND)
        return fail_memory(err, status, why.text);
    return ZKL_OK;
}

/* The memory alone does not replace it: others may have signed, and this user too where he had
 * no memory. */
static zkl_status fail_without_head(const zkl_head_place *place, const char *path, bool is_damaged,
                                    bool remembered, zkl_error *err)
{
    char file[PATH_MAX];
    zkl_digest ledger;
    const char *state = is_damaged ? "damaged" : "missing";
    ledger_of(&ledger, place);
    if (!remembered)
        return zkl_fail(err, ZKL_CONFLICT,
                        "'%s', which names the newest checkpoint, is %s, and this user's state "
                        "folder does not remember the ledger: nothing shows that the store is "
                        "whole" WAYS_ON,
                        path, state);
    ZKL_TRY(zkl_remember_path(file, place->state, &ledger, err));
    return zkl_fail(err, ZKL_CONFLICT,
                    "'%s', which names the newest checkpoint, is %s. The store holds what this "
                    "user's state folder remembers; if nobody else wrote the ledger, and no "
                    "command went without that memory: cp '%s' '%s'",
                    path, state, file, path);
}

zkl_status zkl_head_look(zkl_head_seen *seen, const zkl_head_place *place, zkl_error *err)
{
    ZKL_ASSERT(!seen->path[0]); /* nothing was seen with it before */
    if (!place->folder)
        return ZKL_OK;
    ZKL_TRY(find_memory(&seen->memory, &seen->remembered, &seen->arena, place, err));
    seen->head_was = load_head(&seen->head, &seen->arena, place, seen->path, &seen->fault);
    return seen->head_was == ZKL_NO_MEMORY ? zkl_no_memory(err, 0) : ZKL_OK;
}

/* For readers, who are told, and for writers, who stop. Nothing is written. */
zkl_status zkl_head_judge(const zkl_head_seen *seen, const zkl_head_place *place, zkl_log *log,
                          const zkl_trust *trust, zkl_error *err)
{
    static const char in_memory[] = "remembered in this user's state folder";
    if (!place->folder)
        return ZKL_OK;
    /* The memory first: when both forbid, it is the one that shows a whole folder that went
     * back. */
    if (seen->remembered) {
        ZKL_TRY(check_extends(log, &seen->memory, in_memory, err));
        ZKL_TRY(check_signer(&seen->memory, trust, in_memory, err));
    }
    /* A log without entries has signed nothing, so nothing is missing. */
    const bool is_damaged = seen->head_was == ZKL_BAD_INPUT;
    if (seen->head_was == ZKL_NOT_FOUND || is_damaged)
        return zkl_log_size(log)
                   ? fail_without_head(place, seen->path, is_damaged, seen->remembered, err)
                   : ZKL_OK;
    if (seen->head_was != ZKL_OK)
        return zkl_fail_as(err, seen->head_was, &seen->fault);
    ZKL_TRY(check_extends(log, &seen->head, seen->path, err));
    return check_signer(&seen->head, trust, seen->path, err);
}

zkl_status zkl_head_check(const zkl_head_place *place, zkl_log *log, const zkl_trust *trust,
                          zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_head_seen) seen = { 0 };
    ZKL_TRY(zkl_head_look(&seen, place, err));
    return zkl_head_judge(&seen, place, log, trust, err);
}

/* Equal sizes and other roots are a fork, whoever is right. */
zkl_status zkl_head_take_newer(zkl_remembered *out, const zkl_remembered *other, zkl_error *err)
{
    ZKL_ASSERT(out->note.size && other->note.size); /* two that were loaded */
    const zkl_checkpoint *a = &out->checkpoint, *b = &other->checkpoint;
    if (!zkl_digest_equal(&out->ledger, &other->ledger))
        return zkl_fail(err, ZKL_CONFLICT, "checkpoints of two ledgers: '%.*s' and '%.*s'",
                        (int)a->origin.size, (const char *)a->origin.data, (int)b->origin.size,
                        (const char *)b->origin.data);
    if (a->size == b->size && !zkl_digest_equal(&a->root, &b->root))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the log is forked: two checkpoints of %llu entries differ",
                        (unsigned long long)a->size);
    if (b->size > a->size)
        *out = *other;
    return ZKL_OK;
}

/* Of another ledger, which this one is to go on from. */
zkl_status zkl_head_newest_outside(zkl_remembered *out, zkl_arena *arena, const char *folder,
                                   const char *state, zkl_error *err)
{
    /* Nothing of the store is looked at, so `head` is believed by its own signature alone. */
    zkl_remembered head, memory;
    zkl_error none = { 0 };
    char path[PATH_MAX];
    ZKL_TRY(head_path(path, &(zkl_head_place){ .folder = folder }, err));
    ZKL_TRY(zkl_remembered_load(&head, arena, path, err));
    if (zkl_remember_find(&memory, arena, state, &head.ledger, &none) == ZKL_OK)
        ZKL_TRY(zkl_head_take_newer(&head, &memory, err));
    *out = head;
    return ZKL_OK;
}

/* ---- Publishing */

/* The memory asks this log for older roots: whether what it knows is a part of it. */
static zkl_status root_of_log(void *context, zkl_digest *root, uint64_t size, zkl_error *err)
{
    return zkl_log_root(context, root, size, err);
}

/* Two copies of one folder are two logs from the second writing on; the one that was not written
 * last stops here. */
static zkl_status fail_memory_ahead(zkl_error *err)
{
    return zkl_fail(err, ZKL_CONFLICT,
                    "another copy of this ledger was written: this user's state folder remembers "
                    "a later checkpoint" WAYS_ON);
}

/* A guard is off: said each time, and no reason not to write. */
static void warn(const zkl_head_place *place, const char *why)
{
    char text[ZKL_ERROR_TEXT_BYTES + 200];
    snprintf(text, sizeof text,
             "the newest checkpoint is not remembered, so nothing shows when another copy of this "
             "ledger is written: %s",
             why);
    zkl_notice_warn(&place->notice, text);
}

/* The memory first: it is what two copies of one folder have in common. */
static zkl_status remember(const zkl_head_place *place, zkl_log *log, const zkl_remembered *fresh,
                           zkl_error *err)
{
    zkl_remember_outcome outcome;
    zkl_error why = { 0 };
    const zkl_status status = zkl_remember(&outcome, place->state, fresh, root_of_log, log, &why);
    if (status == ZKL_NOT_FOUND) {
        warn(place, why.text);
        return ZKL_OK;
    }
    if (status == ZKL_CONFLICT)
        return zkl_fail(err, status, "%s" WAYS_ON, why.text);
    if (status == ZKL_NO_MEMORY)
        return zkl_no_memory(err, 0);
    if (status != ZKL_OK)
        return fail_memory(err, status, why.text);
    return outcome == ZKL_REMEMBER_BEHIND ? fail_memory_ahead(err) : ZKL_OK;
}

/* Memory, then `head`: promise 1 of head.h. The store follows. */
static zkl_status keep(const zkl_head_place *place, zkl_log *log, const zkl_verifier_key *verifier,
                       zkl_bytes note, zkl_error *err)
{
    ZKL_ASSERT(place->first_log_key && note.size);
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_remembered fresh;
    char path[PATH_MAX];
    if (!place->folder)
        return ZKL_OK;
    ZKL_TRY(head_path(path, place, err));
    ZKL_TRY(zkl_remembered_make(&fresh, &arena, place->first_log_key, verifier, place->wrote, note,
                                err));
    ZKL_TRY(remember(place, log, &fresh, err));
    return zkl_remembered_save(path, &fresh, HEAD_MODE, err);
}

/* Nothing is signed twice: a head that has its checkpoint was published when it got it. */
zkl_status zkl_head_publish(const zkl_head_place *place, zkl_log *log,
                            const zkl_verifier_key *verifier, const zkl_signer *signer,
                            zkl_error *err)
{
    ZKL_ASSERT(place->first_log_key && signer);
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    ZKL_TRY(zkl_log_sign_next(log, &note, place->first_log_key->name, signer, err));
    if (!note.size)
        return ZKL_OK; /* it is signed, and was published then */
    /* Had the process died here, the signature would have been seen by nobody. */
    ZKL_TRY(keep(place, log, verifier, zkl_buffer_bytes(&note), err));
    return place->folder ? zkl_log_checkpoint_put_unsynced(log, zkl_buffer_bytes(&note), err)
                         : zkl_log_checkpoint_put(log, zkl_buffer_bytes(&note), err);
}

/* Asked with what is committed, before more is: the head that is to come extends it. */
zkl_status zkl_head_check_memory(const zkl_head_place *place, zkl_log *log, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_remembered memory;
    bool remembered;
    if (!place->folder)
        return ZKL_OK;
    ZKL_TRY(find_memory(&memory, &remembered, &arena, place, err));
    if (!remembered)
        return ZKL_OK;
    if (memory.checkpoint.size > zkl_log_size(log))
        return fail_memory_ahead(err);
    return check_extends(log, &memory, "remembered in this user's state folder", err);
}

/* ---- Mending */

/* The newest of those that are there: *out borrows from arena. Without any its note is empty. */
static zkl_status find_newest(zkl_remembered *out, zkl_arena *arena, const zkl_head_place *place,
                              zkl_log *log, const zkl_trust *trust, zkl_error *err)
{
    bool found;
    zkl_remembered other;
    zkl_checkpoint stored;
    zkl_bytes note;
    char path[PATH_MAX];
    *out = (zkl_remembered){ 0 };
    ZKL_TRY(find_memory(out, &found, arena, place, err));
    zkl_status status = load_head(&other, arena, place, path, err);
    if (status == ZKL_OK && (!found || other.checkpoint.size > out->checkpoint.size)) {
        *out = other;
        found = true;
    } else if (status != ZKL_OK && status != ZKL_NOT_FOUND && status != ZKL_BAD_INPUT) {
        return status;
    }
    status = zkl_log_checkpoint_latest(log, &note, arena, err);
    if (status == ZKL_NOT_FOUND)
        return ZKL_OK;
    ZKL_TRY(status);
    ZKL_TRY(zkl_checkpoint_parse(&stored, arena, note, err));
    if (found && stored.size <= out->checkpoint.size)
        return ZKL_OK;
    const zkl_trusted_log_key *key =
        stored.size ? zkl_trust_log_key_at(trust, stored.size - 1) : NULL;
    if (!key)
        return zkl_fail(err, ZKL_CONFLICT, "no log key counts at the store's newest checkpoint");
    return zkl_remembered_make(out, arena, place->first_log_key, &key->key, false, note, err);
}

/* What a killed writer left between two of the places: the newest goes to those that lack it. */
zkl_status zkl_head_mend(const zkl_head_place *place, zkl_log *log, const zkl_trust *trust,
                         zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_remembered newest, head;
    zkl_checkpoint stored;
    zkl_bytes note;
    zkl_error none = { 0 };
    char path[PATH_MAX];
    if (!place->folder)
        return ZKL_OK;
    ZKL_TRY(find_newest(&newest, &arena, place, log, trust, err));
    if (!newest.note.size)
        return ZKL_OK;
    ZKL_ASSERT(newest.checkpoint.size <= zkl_log_size(log)); /* zkl_head_check came before */
    newest.written = false; /* found, not signed: that alone makes a ledger nobody's own */
    ZKL_TRY(remember(place, log, &newest, err));
    newest.written = true;
    if (load_head(&head, &arena, place, path, &none) != ZKL_OK ||
        head.checkpoint.size < newest.checkpoint.size)
        ZKL_TRY(zkl_remembered_save(path, &newest, HEAD_MODE, err));
    /* At last the store's own list, when it ends before what was published. */
    if (zkl_log_checkpoint_latest(log, &note, &arena, &none) == ZKL_OK &&
        zkl_checkpoint_parse(&stored, &arena, note, &none) == ZKL_OK &&
        stored.size >= newest.checkpoint.size)
        return ZKL_OK;
    return zkl_log_checkpoint_put(log, newest.note, err);
}
