/* The timestamps of an entry for other tools: data.bin, and 1.tsr, 2.tsr and so on over it.
 *
 *     openssl ts -verify -in 1.tsr -data data.bin -CAfile authority.pem
 *
 * docs/formats/timestamp.md */
#include "base/arena.h"
#include "base/below.h"
#include "base/bytes.h"
#include "base/file.h"
#include "ledger/stamps.h"
#include "service/export_format.h"

/* A file that is there already is the same, or `force` is said; no link is followed. */
static zkl_status write_part(const char *folder, const char *name, zkl_bytes content, bool force,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) existing = { 0 };
    zkl_error why = { 0 };
    const zkl_status status =
        zkl_below_read(&existing, folder, name, ZKL_TIMESTAMP_REPLY_BYTES_MAX, &why);
    if (status == ZKL_OK && zkl_bytes_equal(zkl_buffer_bytes(&existing), content))
        return ZKL_OK;
    if (status != ZKL_NOT_FOUND && !force)
        return zkl_fail_hint(err, ZKL_CONFLICT, ZKL_HINT_FORCE_OR_OTHER_FOLDER,
                             "'%s/%s' is there and holds something else", folder, name);
    return zkl_below_write(folder, name, content, true, err);
}

/* What is hashed into the log: the byte 0 in front keeps leaves apart from nodes (RFC 6962). */
static zkl_status write_data(const char *folder, bool force, const export_source *source,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) data = { 0 };
    zkl_bytes envelope;
    ZKL_TRY(zkl_ledger_envelope(source->ledger, &envelope, &arena, source->version->index, err));
    zkl_buffer_put_u8(&data, 0);
    zkl_buffer_put(&data, envelope.data, envelope.size);
    ZKL_TRY(zkl_buffer_status(&data, err));
    return write_part(folder, "data.bin", zkl_buffer_bytes(&data), force, err);
}

static zkl_status make_folder(const char *output, bool force, const export_source *source,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_stamps stamps;
    zkl_digest leaf;
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(source->ledger), &leaf, source->version->index, err));
    ZKL_TRY(zkl_stamps_load(&stamps, source->ledger, &arena, &leaf, err));
    if (!stamps.count)
        return zkl_fail(err, ZKL_NOT_FOUND, "the ledger has no timestamp of entry %llu",
                        (unsigned long long)source->version->index);
    ZKL_TRY(zkl_folder_make(output, 0755, err));
    ZKL_TRY(write_data(output, force, source, err));
    for (size_t i = 0; i < stamps.count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) reply = { 0 };
        const char *name = zkl_arena_format(&arena, "%zu.tsr", i + 1);
        if (!name)
            return zkl_no_memory(err, 0);
        zkl_timestamp_reply(&reply, stamps.tokens[i]);
        ZKL_TRY(zkl_buffer_status(&reply, err));
        ZKL_TRY(write_part(output, name, zkl_buffer_bytes(&reply), force, err));
    }
    return ZKL_OK;
}

const export_module service_export_timestamp = {
    .kind = { .ending = ".timestamps", .is_folder = true },
    .make_folder = make_folder,
};
