/* A receipt or disclosure that is at hand, written anew under what witnesses have signed since.
 *
 * The file says which entry it is of; all that is signed comes from the ledger's own store. Of a
 * disclosure the body is taken over: the entry has its hash, which is compared. */
#include <string.h>

#include <zkl/export.h>
#include <zkl/lineage.h>

#include "base/file.h"
#include "hash/hash.h"
#include "ledger/entry_export.h"
#include "record/checkpoint.h"
#include "record/disclosure.h"
#include "service/output.h"
#include "service/service_internal.h"
#include "verify/tsa.h"

#define RENEW_ROUNDS 64 /* of renewing what somebody else writes at the same time */

/* The parts of the file. body is empty: a receipt. */
static zkl_status take_file(zkl_receipt *receipt, zkl_bytes *body, zkl_arena *arena,
                            zkl_bytes bytes, const char *file, zkl_error *err)
{
    zkl_bytes inner = bytes;
    *body = (zkl_bytes){ 0 };
    const service_file_kind kind = service_file_kind_of(bytes);
    if (zkl_disclosure_file_has_magic(bytes))
        ZKL_TRY(zkl_disclosure_file_parse(body, &inner, bytes, err));
    else if (!zkl_receipt_has_magic(bytes))
        return zkl_fail_hint(err, ZKL_BAD_INPUT, service_file_hint(kind),
                             "'%s' is no receipt and no disclosure: it is %s", file,
                             service_file_words(kind));
    return zkl_receipt_parse(receipt, arena, inner, err);
}

/* Is the ledger's entry there the file's, to the byte? */
static zkl_status check_is_ours(const zkl_receipt *ours, const zkl_receipt *theirs, zkl_error *err)
{
    ZKL_ASSERT(ours->entry.index == theirs->entry.index);
    return zkl_bytes_equal(ours->entry.envelope, theirs->entry.envelope)
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "entry %llu of this ledger is not the file's",
                          (unsigned long long)theirs->entry.index);
}

static zkl_status check_body(const zkl_receipt *ours, zkl_bytes body, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    zkl_digest hash;
    ZKL_TRY(zkl_entry_open(&entry, &dsse, &arena, ours->entry.envelope, err));
    zkl_sha256(&hash, body.data, body.size);
    const zkl_entry_data *const data = zkl_entry_as_data(&entry);
    return data && zkl_digest_equal(&data->disclosure_sha256, &hash)
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "what it shows is not what its entry names");
}

/* Timestamps that the file alone has, as 'timestamp attach FILE' puts them there. Each is checked
 * as when it is attached: over this entry, by the clock whose certificate comes with it. */
static zkl_status add_timestamps(zkl_receipt *ours, zkl_arena *arena, const zkl_receipt *theirs,
                                 zkl_error *err)
{
    const zkl_trust nobody = { 0 };
    zkl_tsa_time clock;
    zkl_digest leaf;
    zkl_rfc6962_leaf(&leaf, ours->entry.envelope);
    for (size_t i = 0; i < theirs->timestamp_count; i++) {
        const zkl_status status =
            zkl_tsa_verify(&clock, theirs->timestamps[i], &leaf, &nobody, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "timestamp %zu of the file", i + 1);
        ZKL_TRY(zkl_receipt_add_timestamp(ours, arena, theirs->timestamps[i], err));
    }
    return ZKL_OK;
}

static zkl_status fill(zkl_renew_result *out, const zkl_receipt *before, const zkl_receipt *now,
                       zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_checkpoint old, fresh;
    ZKL_TRY(zkl_checkpoint_parse(&old, &arena, before->checkpoint, err));
    ZKL_TRY(zkl_checkpoint_parse(&fresh, &arena, now->checkpoint, err));
    zkl_rfc6962_leaf(&out->receipt_id, now->entry.envelope);
    out->index = now->entry.index;
    out->old_tree_size = old.size;
    out->tree_size = fresh.size;
    out->cosignature_count = fresh.note.signature_count - 1; /* the log's own */
    out->timestamp_count = now->timestamp_count;
    return ZKL_OK;
}

/* It may be wanted all the same: what was handed on stays with whoever has it. */
static zkl_status warn_revoked(const zkl_receipt *ours, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    const zkl_revocation *revoked = NULL;
    ZKL_TRY(zkl_entry_open(&entry, &dsse, &arena, ours->entry.envelope, err));
    const zkl_entry_data *const data = zkl_entry_as_data(&entry);
    const char *const name = data ? service_text(&arena, data->name) : NULL;
    if (!data)
        return ZKL_OK;
    if (!name)
        return zkl_no_memory(err, data->name.size);
    ZKL_TRY(service_revocation_of(&revoked, &arena, ledger, name, data->version, err));
    if (!revoked)
        return ZKL_OK;
    const char *const text =
        zkl_arena_format(&arena, "'%s@%u' was revoked by entry %llu: \"%.300s\"", name,
                         data->version, (unsigned long long)revoked->index, revoked->reason);
    if (!text)
        return zkl_no_memory(err, 0);
    zkl_notice_warn(zkl_ledger_notice(ledger), text);
    return ZKL_OK;
}

/* Before it is looked for by its number, which another log gives to something else. */
static zkl_status check_is_of_ledger(const zkl_receipt *theirs, zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_checkpoint checkpoint;
    ZKL_TRY(zkl_checkpoint_parse(&checkpoint, &arena, theirs->checkpoint, err));
    return zkl_bytes_equal_text(checkpoint.origin, zkl_ledger_origin(ledger))
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "it is of the log '%.*s', and this ledger is '%s'",
                          (int)checkpoint.origin.size, (const char *)checkpoint.origin.data,
                          zkl_ledger_origin(ledger));
}

static zkl_status renew(zkl_renew_result *out, zkl_buffer *written, zkl_ledger *ledger,
                        zkl_bytes bytes, const char *file, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) built = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) whole = { 0 };
    zkl_receipt theirs, ours;
    zkl_bytes body;
    uint64_t size;
    zkl_digest root;
    ZKL_TRY(take_file(&theirs, &body, &arena, bytes, file, err));
    ZKL_TRY(check_is_of_ledger(&theirs, ledger, err));
    zkl_log_head(zkl_ledger_log(ledger), &size, &root);
    if (theirs.entry.index >= size)
        return zkl_fail(err, ZKL_NOT_FOUND, "this ledger has no entry %llu",
                        (unsigned long long)theirs.entry.index);
    ZKL_TRY(zkl_receipt_build(&built, ledger, theirs.entry.index, err));
    ZKL_TRY(zkl_receipt_parse(&ours, &arena, zkl_buffer_bytes(&built), err));
    ZKL_TRY(check_is_ours(&ours, &theirs, err));
    ZKL_TRY(warn_revoked(&ours, ledger, err));
    ZKL_TRY(add_timestamps(&ours, &arena, &theirs, err));
    ZKL_TRY(zkl_receipt_encode(&whole, &ours, err));
    out->is_disclosure = body.size > 0;
    if (out->is_disclosure) {
        ZKL_TRY(check_body(&ours, body, err));
        ZKL_TRY(zkl_disclosure_file_encode(written, body, zkl_buffer_bytes(&whole), err));
    } else {
        zkl_buffer_put(written, whole.data, whole.size);
        ZKL_TRY(zkl_buffer_status(written, err));
    }
    return fill(out, &theirs, &ours, err);
}

/* Read, made and written once. */
static zkl_status renew_once(zkl_renew_result *result, zkl_buffer *bytes, zkl_ledger *view,
                             const char *file, const char *to, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) written = { 0 };
    ZKL_TRY(strcmp(file, "-") == 0
                ? zkl_file_read(bytes, file, ZKL_RECEIPT_BYTES_MAX, err)
                : zkl_file_read_regular(bytes, file, ZKL_RECEIPT_BYTES_MAX, err));
    if (zkl_is_lineage(zkl_buffer_bytes(bytes)))
        return zkl_fail(err, ZKL_USAGE, "a lineage receipt has many entries: it is exported anew");
    ZKL_TRY(renew(result, &written, view, zkl_buffer_bytes(bytes), file, err));
    /* The same entry's file may be replaced, and no other, nor one with more of others' words. */
    const service_output target = { .path = to,
                                    .mode = result->is_disclosure ? 0600 : 0644,
                                    .is_same = service_same_shown,
                                    .find_lost = service_shown_lost };
    ZKL_TRY(service_output_write(&target, zkl_buffer_bytes(&written), err));
    result->byte_count = written.size;
    return ZKL_OK;
}

/* Was it written to since it was read? */
static bool has_changed(const char *file, zkl_bytes read)
{
    ZKL_AUTO_CLEAR(zkl_buffer) now = { 0 };
    zkl_error none = { 0 };
    return zkl_file_read_regular(&now, file, ZKL_RECEIPT_BYTES_MAX, &none) == ZKL_OK &&
           !zkl_bytes_equal(zkl_buffer_bytes(&now), read);
}

/* What somebody else added to the file meanwhile is taken into the new one: each round that is
 * lost, another one won. */
zkl_status zkl_renew(zkl_renew_result *out, zkl_ledger *ledger, const char *file,
                     const char *output, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) view = NULL;
    const char *const to = output ? output : file;
    const bool is_standard = strcmp(file, "-") == 0;
    if (is_standard && !output)
        return zkl_fail(err, ZKL_USAGE, "standard input cannot be replaced: an output is needed");
    ZKL_TRY(service_output_apart(to, NULL, 0, zkl_ledger_folder(ledger), err));
    ZKL_TRY(service_open(&view, ledger, ZKL_LEDGER_READ, env, err));
    for (size_t i = 0;; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
        zkl_renew_result result = { 0 };
        const zkl_status status = renew_once(&result, &bytes, view, file, to, err);
        if (status == ZKL_OK)
            *out = result;
        if (status != ZKL_CONFLICT || is_standard || i == RENEW_ROUNDS ||
            !has_changed(file, zkl_buffer_bytes(&bytes)))
            return status;
    }
}
