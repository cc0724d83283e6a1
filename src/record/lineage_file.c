#include "record/lineage_file.h"

#include <string.h>

#include "base/bytes.h"
#include "hash/trailing_hash.h"
#include "record/ids.h"

#define FILE_MAGIC "zkl/lnge"
#define FILE_VERSION 1

static zkl_status check_size(size_t size, zkl_error *err)
{
    return size <= ZKL_LINEAGE_FILE_BYTES_MAX
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "the lineage receipt has %zu bytes, at most %zu", size,
                          ZKL_LINEAGE_FILE_BYTES_MAX);
}

zkl_status zkl_lineage_file_encode(zkl_buffer *out, const zkl_lineage_file *file, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    ZKL_ASSERT(zkl_dataset_name_valid(file->name) && file->version && file->receipt_count);
    if (file->receipt_count > ZKL_LINEAGE_RECEIPTS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the lineage has %zu entries, at most %d",
                        file->receipt_count, ZKL_LINEAGE_RECEIPTS_MAX);
    zkl_buffer_put_text(&b, FILE_MAGIC);
    zkl_buffer_put_u32(&b, FILE_VERSION);
    zkl_buffer_put_field(&b, file->name.data, file->name.size);
    zkl_buffer_put_u32(&b, file->version);
    zkl_buffer_put_u32(&b, (uint32_t)file->receipt_count);
    for (size_t i = 0; i < file->receipt_count; i++) {
        zkl_buffer_put_field(&b, file->receipts[i].data, file->receipts[i].size);
        ZKL_TRY(check_size(b.size, err));
    }
    zkl_trailing_hash_put(&b, 0);
    ZKL_TRY(zkl_buffer_status(&b, err));
    ZKL_TRY(check_size(b.size, err));
    zkl_buffer_put(out, b.data, b.size);
    return zkl_buffer_status(out, err);
}

bool zkl_lineage_file_has_magic(zkl_bytes bytes)
{
    return bytes.size >= 8 && memcmp(bytes.data, FILE_MAGIC, 8) == 0;
}

/* A receipt has its length before it, at the least: so a count that the rest cannot hold is refused
 * before there is room for it. */
static zkl_status read_receipts(zkl_lineage_file *f, zkl_arena *arena, zkl_reader *r,
                                zkl_error *err)
{
    f->receipt_count = zkl_reader_count(r, ZKL_LINEAGE_RECEIPTS_MAX, 4, "number of receipts");
    if (!f->receipt_count)
        zkl_reader_fault(r, "number of receipts");
    if (r->fault)
        return ZKL_OK;
    zkl_bytes *receipts = ZKL_ARENA_NEW(arena, zkl_bytes, f->receipt_count);
    if (!receipts)
        return zkl_no_memory(err, f->receipt_count * sizeof *receipts);
    for (size_t i = 0; i < f->receipt_count && !r->fault; i++)
        receipts[i] = zkl_reader_field(r, ZKL_LINEAGE_FILE_BYTES_MAX, "receipt");
    f->receipts = receipts;
    return ZKL_OK;
}

zkl_status zkl_lineage_file_parse(zkl_lineage_file *out, zkl_arena *arena, zkl_bytes bytes,
                                  zkl_error *err)
{
    zkl_lineage_file f = { 0 };
    ZKL_TRY(check_size(bytes.size, err));
    if (bytes.size < 8 + 4 + ZKL_TRAILING_HASH_BYTES) /* magic and version before it */
        return zkl_fail(err, ZKL_BAD_INPUT, "lineage receipt: cut off");
    zkl_reader r = zkl_trailing_hash_reader(bytes);
    if (!zkl_bytes_equal_text(zkl_reader_take(&r, 8, "magic"), FILE_MAGIC))
        return zkl_fail(err, ZKL_BAD_INPUT, "lineage receipt: not one");
    const uint32_t version = zkl_reader_u32(&r, "version");
    if (version != FILE_VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "lineage receipt: version %u", version);
    ZKL_TRY(zkl_trailing_hash_check(bytes, "lineage receipt", err));
    f.name = zkl_reader_field(&r, ZKL_DATASET_NAME_BYTES_MAX, "name");
    f.version = zkl_reader_u32(&r, "dataset version");
    if (!r.fault && !zkl_dataset_name_valid(f.name))
        zkl_reader_fault(&r, "name");
    if (!r.fault && (!f.version || f.version > ZKL_DATASET_VERSION_MAX))
        zkl_reader_fault(&r, "dataset version");
    ZKL_TRY(read_receipts(&f, arena, &r, err));
    ZKL_TRY(zkl_reader_finish(&r, "lineage receipt", err));
    ZKL_ASSERT(f.receipts && f.receipt_count);
    *out = f;
    return ZKL_OK;
}
