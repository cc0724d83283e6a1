/* A consistency file: from an older checkpoint of the log to a newer one, or to its newest.
 * docs/formats/consistency.md
 *
 * Each is a receipt's, or one that the log has stored. They are compared with the log first: a
 * proof from another history would be of no log. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "record/consistency.h"
#include "service/export_format.h"
#include "text/lines.h"

/* The checkpoint in the file of a receipt, or of a disclosure; the bytes live in arena. */
static zkl_status of_receipt(zkl_bytes *note, zkl_arena *arena, const char *path, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_receipt receipt;
    zkl_bytes bytes, body;
    ZKL_TRY(zkl_file_read(&file, path, ZKL_RECEIPT_BYTES_MAX, err));
    bytes = zkl_buffer_bytes(&file);
    ZKL_TRY(service_check_is_verifiable(bytes, err));
    if (zkl_disclosure_file_has_magic(bytes))
        ZKL_TRY(zkl_disclosure_file_parse(&body, &bytes, bytes, err));
    ZKL_TRY(zkl_receipt_parse(&receipt, arena, bytes, err));
    *note = zkl_bytes_of(zkl_arena_copy(arena, receipt.checkpoint.data, receipt.checkpoint.size),
                         receipt.checkpoint.size);
    return note->data ? ZKL_OK : zkl_no_memory(err, receipt.checkpoint.size);
}

/* The newest stored one of that size: more witnesses may have signed it since. */
static zkl_status of_size(zkl_bytes *note, zkl_arena *arena, zkl_log *log, uint64_t size,
                          zkl_error *err)
{
    uint64_t count;
    ZKL_TRY(zkl_log_checkpoint_count(log, &count, err));
    while (count--) {
        zkl_checkpoint checkpoint;
        ZKL_TRY(zkl_log_checkpoint_at(log, note, arena, count, err));
        ZKL_TRY(zkl_checkpoint_parse(&checkpoint, arena, *note, err));
        if (checkpoint.size == size)
            return ZKL_OK;
        if (checkpoint.size < size)
            break;
    }
    return zkl_fail(err, ZKL_NOT_FOUND, "the log has no checkpoint of %llu entries",
                    (unsigned long long)size);
}

/* SIZE, or the path of a receipt. */
static zkl_status find(zkl_bytes *note, zkl_checkpoint *out, zkl_arena *arena, zkl_log *log,
                       const char *which, zkl_error *err)
{
    uint64_t size;
    if (zkl_line_decimal(&size, zkl_bytes_of_text(which)))
        ZKL_TRY(of_size(note, arena, log, size, err));
    else
        ZKL_TRY(of_receipt(note, arena, which, err));
    return zkl_checkpoint_parse(out, arena, *note, err);
}

static zkl_status check_is_of_log(const zkl_checkpoint *c, zkl_ledger *ledger, zkl_error *err)
{
    zkl_log *const log = zkl_ledger_log(ledger);
    zkl_digest root;
    if (!zkl_bytes_equal_text(c->origin, zkl_ledger_origin(ledger)))
        return zkl_fail(err, ZKL_USAGE, "'%.*s' is another log than '%s'", (int)c->origin.size,
                        (const char *)c->origin.data, zkl_ledger_origin(ledger));
    if (c->size > zkl_log_size(log))
        return zkl_fail(err, ZKL_NOT_FOUND,
                        "a checkpoint of %llu entries is given, and the log has %llu",
                        (unsigned long long)c->size, (unsigned long long)zkl_log_size(log));
    ZKL_TRY(zkl_log_root(log, &root, c->size, err));
    if (!zkl_digest_equal(&root, &c->root))
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_HISTORY,
                              "the log is forked: the ledger here has other entries below %llu",
                              (unsigned long long)c->size);
    return ZKL_OK;
}

static zkl_status check_both(const zkl_consistency *c, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_TRY(check_is_of_log(&c->after, ledger, err));
    if (c->before.size >= c->after.size || !c->before.size)
        return zkl_fail(err, ZKL_USAGE,
                        "the checkpoint to begin with has %llu entries, the newer one %llu: there "
                        "is nothing to prove",
                        (unsigned long long)c->before.size, (unsigned long long)c->after.size);
    return check_is_of_log(&c->before, ledger, err);
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_log *log = zkl_ledger_log(source->ledger);
    zkl_digest path[ZKL_MERKLE_PATH_MAX];
    zkl_consistency c = { 0 };
    if (!source->request->from)
        return zkl_fail(err, ZKL_USAGE, "from which checkpoint? Say a size, or a receipt's file");
    ZKL_TRY(find(&c.before_note, &c.before, &arena, log, source->request->from, err));
    if (source->request->to) {
        ZKL_TRY(find(&c.after_note, &c.after, &arena, log, source->request->to, err));
    } else {
        ZKL_TRY(zkl_log_checkpoint_within(log, &c.after_note, &arena, err));
        ZKL_TRY(zkl_checkpoint_parse(&c.after, &arena, c.after_note, err));
    }
    ZKL_TRY(check_both(&c, source->ledger, err));
    ZKL_TRY(zkl_log_consistency(log, path, &c.path_count, c.before.size, c.after.size, err));
    ZKL_ASSERT(c.path_count <= ZKL_CONSISTENCY_PATH_MAX); /* trees are below 2^63 */
    memcpy(c.path, path, c.path_count * sizeof *path);
    zkl_consistency_encode(out, &c);
    return zkl_buffer_status(out, err);
}

/* From the same checkpoint, to a newer one. */
static bool is_same(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_consistency before, now;
    return zkl_consistency_parse(&before, &arena, existing, NULL) == ZKL_OK &&
           zkl_consistency_parse(&now, &arena, content, NULL) == ZKL_OK &&
           before.before.size == now.before.size && before.after.size <= now.after.size &&
           zkl_bytes_equal(before.before.origin, now.before.origin);
}

const export_module service_export_consistency = {
    .kind = { .ending = ".consistency", .is_of_log = true },
    .takes_from = true,
    .is_same = is_same,
    .make_file = make_file,
};
