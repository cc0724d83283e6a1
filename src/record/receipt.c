/* Receipts as bytes: an entry of a log with everything that its verification needs, and nothing
 * that could be left out.
 *
 *  1. One form, with the trailing hash of all bytes before it. Other entries rise by index, and
 *     none is the entry itself.
 *  2. A count is compared with its limit, and with the bytes that are left, before anything is
 *     allocated by it.
 *  3. Statements stand without the commitments of their datasets: those are in the manifests. A
 *     statement is restored from the manifest that it names, so a receipt cannot show a proof about
 *     other commitments than the manifest's.
 *
 * What is parsed borrows from the receipt's bytes. Nothing is verified here:
 * src/verify/receipt.c */
#include "record/receipt.h"

#include <string.h>

#include "base/bytes.h"
#include "hash/trailing_hash.h"

#define RECEIPT_MAGIC "zkl/rcpt"
/* 2 has timestamps behind the checkpoint. A receipt without them is of version 1, so that each has
 * one form, and older readers go on reading those. */
#define RECEIPT_VERSION_PLAIN 1
#define RECEIPT_VERSION_STAMPED 2

/* ---- Encoding */

/* An entry with its place in the log and the path from its leaf to the root of the checkpoint. */
static void put_logged(zkl_buffer *out, const zkl_logged_entry *entry)
{
    zkl_buffer_put_field(out, entry->envelope.data, entry->envelope.size);
    zkl_buffer_put_u64(out, entry->index);
    zkl_buffer_put_u32(out, (uint32_t)entry->path_count);
    ZKL_ASSERT(entry->path_count <= ZKL_MERKLE_PATH_MAX);
    zkl_buffer_put(out, entry->path, entry->path_count * 32);
}

zkl_status zkl_receipt_encode(zkl_buffer *out, const zkl_receipt *r, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    if (!r->manifest_count || r->manifest_count > ZKL_RECEIPT_MANIFESTS_MAX ||
        !r->statement_count || r->statement_count > ZKL_RECEIPT_STATEMENTS_MAX ||
        r->key_count > ZKL_RECEIPT_KEYS_MAX || r->other_count > ZKL_RECEIPT_ENTRIES_MAX ||
        r->timestamp_count > ZKL_RECEIPT_TIMESTAMPS_MAX)
        return zkl_fail(
            err, ZKL_LIMIT,
            "the receipt would hold %zu manifests (at most %d), %zu statements (%d), %zu keys "
            "(%d), %zu further entries (%d), %zu timestamps (%d)",
            r->manifest_count, ZKL_RECEIPT_MANIFESTS_MAX, r->statement_count,
            ZKL_RECEIPT_STATEMENTS_MAX, r->key_count, ZKL_RECEIPT_KEYS_MAX, r->other_count,
            ZKL_RECEIPT_ENTRIES_MAX, r->timestamp_count, ZKL_RECEIPT_TIMESTAMPS_MAX);
    if (r->powers.size != ZKL_SRS_VERIFIER_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "receipt: the powers have %zu bytes", r->powers.size);
    /* The entry stands first, so that a reader who wants no more than it can stop there. */
    zkl_buffer_put_text(&b, RECEIPT_MAGIC);
    zkl_buffer_put_u32(&b, r->timestamp_count ? RECEIPT_VERSION_STAMPED : RECEIPT_VERSION_PLAIN);
    put_logged(&b, &r->entry);
    zkl_buffer_put_u32(&b, (uint32_t)r->manifest_count);
    for (size_t i = 0; i < r->manifest_count; i++)
        zkl_buffer_put_field(&b, r->manifests[i].data, r->manifests[i].size);
    zkl_buffer_put(&b, r->powers.data, r->powers.size);
    zkl_buffer_put_u32(&b, (uint32_t)r->key_count);
    for (size_t i = 0; i < r->key_count; i++) {
        zkl_buffer_put_field(&b, r->keys[i].circuit.data, r->keys[i].circuit.size);
        zkl_buffer_put(&b, r->keys[i].key.data, r->keys[i].key.size);
    }
    zkl_buffer_put_u32(&b, (uint32_t)r->statement_count);
    for (size_t i = 0; i < r->statement_count; i++) {
        zkl_buffer_put_field(&b, r->statements[i].compact.data, r->statements[i].compact.size);
        zkl_buffer_put_field(&b, r->statements[i].proof.data, r->statements[i].proof.size);
    }
    zkl_buffer_put_u32(&b, (uint32_t)r->other_count);
    for (size_t i = 0; i < r->other_count; i++)
        put_logged(&b, &r->others[i]);
    zkl_buffer_put_field(&b, r->checkpoint.data, r->checkpoint.size);
    if (r->timestamp_count)
        zkl_buffer_put_u32(&b, (uint32_t)r->timestamp_count);
    for (size_t i = 0; i < r->timestamp_count; i++)
        zkl_buffer_put_field(&b, r->timestamps[i].data, r->timestamps[i].size);
    zkl_trailing_hash_put(&b, 0);
    ZKL_TRY(zkl_buffer_status(&b, err));
    if (b.size > ZKL_RECEIPT_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the receipt has %zu bytes, at most %zu", b.size,
                        ZKL_RECEIPT_BYTES_MAX);
    zkl_buffer_put(out, b.data, b.size);
    return zkl_buffer_status(out, err);
}

/* ---- Parsing */

/* The path's length is bounded here; that it leads from this index to the root is checked with the
 * checkpoint. */
static void read_logged(zkl_logged_entry *out, zkl_reader *r)
{
    out->envelope = zkl_reader_field(r, ZKL_DSSE_BYTES_MAX, "envelope");
    out->index = zkl_reader_u64(r, "log index");
    out->path_count = zkl_reader_count(r, ZKL_MERKLE_PATH_MAX, 32, "length of the inclusion path");
    /* digests are bytes: no alignment */
    out->path =
        (const zkl_digest *)(const void *)zkl_reader_take(r, out->path_count * 32, "inclusion path")
            .data;
    if (out->index > ZKL_LOG_SIZE_MAX)
        zkl_reader_fault(r, "log index");
}

/* At least one. That it is one, the dataset's own, is checked with the content. */
static zkl_status read_manifests(zkl_receipt *out, zkl_arena *arena, zkl_reader *r, zkl_error *err)
{
    out->manifest_count =
        zkl_reader_count(r, ZKL_RECEIPT_MANIFESTS_MAX, 4 + 32, "number of manifests");
    zkl_bytes *manifests = ZKL_ARENA_NEW(arena, zkl_bytes, out->manifest_count);
    if (!manifests)
        return zkl_no_memory(err, out->manifest_count * sizeof *manifests);
    for (size_t i = 0; i < out->manifest_count; i++)
        manifests[i] = zkl_reader_field(r, ZKL_MANIFEST_BYTES_MAX, "manifest");
    if (!out->manifest_count)
        zkl_reader_fault(r, "number of manifests");
    out->manifests = manifests;
    return ZKL_OK;
}

/* Each key under the circuit that it is of. That the name is right shows when a statement uses the
 * key. */
static zkl_status read_keys(zkl_receipt *out, zkl_arena *arena, zkl_reader *r, zkl_error *err)
{
    out->key_count =
        zkl_reader_count(r, ZKL_RECEIPT_KEYS_MAX, 4 + ZKL_GROTH16_VK_BYTES, "number of keys");
    zkl_receipt_key *keys = ZKL_ARENA_NEW(arena, zkl_receipt_key, out->key_count);
    if (!keys)
        return zkl_no_memory(err, out->key_count * sizeof *keys);
    for (size_t i = 0; i < out->key_count; i++) {
        keys[i].circuit = zkl_reader_field(r, ZKL_CIRCUIT_NAME_BYTES_MAX, "circuit");
        if (!zkl_circuit_name_valid(keys[i].circuit))
            zkl_reader_fault(r, "circuit");
        keys[i].key = zkl_reader_take(r, ZKL_GROTH16_VK_BYTES, "verification key");
    }
    out->keys = keys;
    return ZKL_OK;
}

/* In the order in which the entry names them; of a proof, then those of its notarisation. */
static zkl_status read_statements(zkl_receipt *out, zkl_arena *arena, zkl_reader *r, zkl_error *err)
{
    out->statement_count =
        zkl_reader_count(r, ZKL_RECEIPT_STATEMENTS_MAX, 8, "number of statements");
    zkl_receipt_statement *statements =
        ZKL_ARENA_NEW(arena, zkl_receipt_statement, out->statement_count);
    if (!statements)
        return zkl_no_memory(err, out->statement_count * sizeof *statements);
    for (size_t i = 0; i < out->statement_count; i++) {
        statements[i].compact = zkl_reader_field(r, ZKL_STATEMENT_BYTES_MAX, "statement");
        statements[i].proof = zkl_reader_field(r, ZKL_RECEIPT_PROOF_BYTES_MAX, "proof");
    }
    if (!out->statement_count)
        zkl_reader_fault(r, "number of statements");
    out->statements = statements;
    return ZKL_OK;
}

/* Set-ups, keys, a notarisation: in the order of the log, so that signatures can be checked as they
 * were given. */
static zkl_status read_others(zkl_receipt *out, zkl_arena *arena, zkl_reader *r, zkl_error *err)
{
    out->other_count =
        zkl_reader_count(r, ZKL_RECEIPT_ENTRIES_MAX, 16, "number of further entries");
    zkl_logged_entry *others = ZKL_ARENA_NEW(arena, zkl_logged_entry, out->other_count);
    if (!others)
        return zkl_no_memory(err, out->other_count * sizeof *others);
    for (size_t i = 0; i < out->other_count; i++) {
        read_logged(&others[i], r);
        if (others[i].index == out->entry.index || (i && others[i].index <= others[i - 1].index))
            zkl_reader_fault(r, "order of the further entries");
    }
    out->others = others;
    return ZKL_OK;
}

/* What they say is checked with the content; here that they have one order. */
static zkl_status read_timestamps(zkl_receipt *out, zkl_arena *arena, zkl_reader *r, zkl_error *err)
{
    out->timestamp_count =
        zkl_reader_count(r, ZKL_RECEIPT_TIMESTAMPS_MAX, 4, "number of timestamps");
    zkl_bytes *tokens = ZKL_ARENA_NEW(arena, zkl_bytes, out->timestamp_count);
    if (!tokens)
        return zkl_no_memory(err, out->timestamp_count * sizeof *tokens);
    for (size_t i = 0; i < out->timestamp_count; i++) {
        tokens[i] = zkl_reader_field(r, ZKL_TIMESTAMP_BYTES_MAX, "timestamp");
        if (i && zkl_bytes_compare(tokens[i - 1], tokens[i]) >= 0)
            zkl_reader_fault(r, "order of the timestamps");
    }
    if (!out->timestamp_count) /* without one it would be of version 1 */
        zkl_reader_fault(r, "number of timestamps");
    out->timestamps = tokens;
    return ZKL_OK;
}

zkl_status zkl_receipt_add_timestamp(zkl_receipt *r, zkl_arena *arena, zkl_bytes token,
                                     zkl_error *err)
{
    const size_t count = r->timestamp_count;
    ZKL_ASSERT(count <= ZKL_RECEIPT_TIMESTAMPS_MAX);
    for (size_t i = 0; i < count; i++)
        if (zkl_bytes_equal(r->timestamps[i], token))
            return ZKL_OK;
    if (count == ZKL_RECEIPT_TIMESTAMPS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a receipt has at most %d timestamps",
                        ZKL_RECEIPT_TIMESTAMPS_MAX);
    zkl_bytes *tokens = ZKL_ARENA_NEW(arena, zkl_bytes, count + 1);
    if (!tokens)
        return zkl_no_memory(err, (count + 1) * sizeof *tokens);
    size_t at = 0;
    while (at < count && zkl_bytes_compare(r->timestamps[at], token) < 0) {
        tokens[at] = r->timestamps[at];
        at++;
    }
    tokens[at] = token;
    for (size_t i = at; i < count; i++)
        tokens[i + 1] = r->timestamps[i];
    r->timestamps = tokens;
    r->timestamp_count = count + 1;
    return ZKL_OK;
}

/* Whether it makes sense to read the bytes as a receipt at all: for a better refusal, no check. */
bool zkl_receipt_has_magic(zkl_bytes bytes)
{
    return bytes.size >= 8 && memcmp(bytes.data, RECEIPT_MAGIC, 8) == 0;
}

zkl_status zkl_receipt_parse(zkl_receipt *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_receipt receipt = { 0 };
    if (bytes.size > ZKL_RECEIPT_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the receipt has %zu bytes, at most %zu", bytes.size,
                        ZKL_RECEIPT_BYTES_MAX);
    if (bytes.size < 8 + 4 + ZKL_TRAILING_HASH_BYTES) /* magic and version before it */
        return zkl_fail(err, ZKL_BAD_INPUT, "receipt: cut off");
    zkl_reader r = zkl_trailing_hash_reader(bytes);
    if (!zkl_bytes_equal_text(zkl_reader_take(&r, 8, "magic"), RECEIPT_MAGIC))
        return zkl_fail(err, ZKL_BAD_INPUT, "receipt: not a receipt");
    const uint32_t version = zkl_reader_u32(&r, "version");
    if (version != RECEIPT_VERSION_PLAIN && version != RECEIPT_VERSION_STAMPED)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "receipt: version %u", version);
    ZKL_TRY(zkl_trailing_hash_check(bytes, "receipt", err));
    read_logged(&receipt.entry, &r);
    ZKL_TRY(read_manifests(&receipt, arena, &r, err));
    receipt.powers = zkl_reader_take(&r, ZKL_SRS_VERIFIER_BYTES, "powers");
    ZKL_TRY(read_keys(&receipt, arena, &r, err));
    ZKL_TRY(read_statements(&receipt, arena, &r, err));
    ZKL_TRY(read_others(&receipt, arena, &r, err));
    receipt.checkpoint = zkl_reader_field(&r, ZKL_NOTE_BYTES_MAX, "checkpoint");
    if (version == RECEIPT_VERSION_STAMPED)
        ZKL_TRY(read_timestamps(&receipt, arena, &r, err));
    ZKL_TRY(zkl_reader_finish(&r, "receipt", err));
    ZKL_ASSERT(receipt.manifest_count && receipt.statement_count && receipt.powers.size);
    *out = receipt;
    return ZKL_OK;
}

/* ---- Statements without their source blocks */

/* Keep the blocks of auxiliary tables. Those of source tables are in the manifest; auxiliary ones
 * are in no other place. */
zkl_status zkl_statement_strip(zkl_buffer *out, zkl_bytes bytes, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_statement s;
    ZKL_TRY(zkl_statement_parse(&s, &arena, bytes, err));
    uint8_t(*kept)[ZKL_POINT_BYTES] = zkl_arena_alloc(&arena, s.block_count, ZKL_POINT_BYTES);
    bool *is_source = ZKL_ARENA_NEW(&arena, bool, s.table_count);
    size_t kept_count = 0, at = 0;
    if (!kept || !is_source)
        return zkl_no_memory(err, s.block_count * ZKL_POINT_BYTES);
    zkl_statement_find_sources(is_source, &s);
    for (size_t i = 0; i < s.table_count; i++) {
        const size_t count = zkl_statement_table_blocks(&s.tables[i], &zkl_proof_format_v1);
        if (count > s.block_count - at)
            return zkl_fail(err, ZKL_REJECTED, "the statement has fewer blocks than its tables");
        if (!is_source[i]) {
            memcpy(kept + kept_count, s.blocks + at, count * ZKL_POINT_BYTES);
            kept_count += count;
        }
        at += count;
    }
    if (at != s.block_count)
        return zkl_fail(err, ZKL_REJECTED, "the statement has more blocks than its tables");
    ZKL_ASSERT(kept_count <= at);
    s.blocks = (const uint8_t(*)[ZKL_POINT_BYTES])kept;
    s.block_count = kept_count;
    zkl_statement_encode(out, &s);
    return zkl_buffer_status(out, err);
}

/* Append the commitments of a source table: chunk, column, limb. */
static zkl_status put_source_blocks(zkl_buffer *out, const zkl_statement_table *table,
                                    const zkl_known_table *known, zkl_error *err)
{
    const uint64_t chunks = zkl_statement_chunk_count(table, &zkl_proof_format_v1);
    const uint64_t known_chunks =
        known->row_count / ZKL_CHUNK_ROWS + (known->row_count % ZKL_CHUNK_ROWS != 0);
    const uint64_t first = table->first_row / ZKL_CHUNK_ROWS;
    /* starts[i]: the first block of numbered column i within a chunk. */
    ZKL_AUTO_BLOCK size_t *starts = zkl_malloc(known->column_count + 1, sizeof *starts);
    if (!starts)
        return zkl_no_memory(err, (known->column_count + 1) * sizeof *starts);
    if (table->first_row % ZKL_CHUNK_ROWS || first > known_chunks || chunks > known_chunks - first)
        return zkl_fail(err, ZKL_REJECTED, "a table's rows are not chunks of its dataset");
    ZKL_ASSERT(known->row_count > 0 && known->blocks_per_chunk >= known->column_count);
    starts[0] = 0;
    for (size_t i = 0; i < known->column_count; i++)
        starts[i + 1] = starts[i] + known->limb_counts[i];
    ZKL_ASSERT(starts[known->column_count] == known->blocks_per_chunk); /* columns tile a chunk */
    /* The order of a statement's blocks: by chunk, in it by column of the table, in that by
     * limb. */
    for (uint64_t c = first; c < first + chunks; c++)
        for (size_t i = 0; i < table->column_count; i++) {
            const zkl_statement_column *column = &table->columns[i];
            if (column->index >= known->column_count ||
                column->limb_count != known->limb_counts[column->index])
                return zkl_fail(err, ZKL_REJECTED, "a table's column %u is not one of its dataset",
                                column->index);
            zkl_buffer_put(out, known->blocks + c * known->blocks_per_chunk + starts[column->index],
                           column->limb_count * ZKL_POINT_BYTES);
        }
    return zkl_buffer_status(out, err);
}

/* Put the blocks of the sources back in their places. The total is bounded before any block is
 * copied: tables name their size themselves. What comes out is parsed and checked again as a whole
 * statement, so this needs to be right only about places. */
zkl_status zkl_statement_restore(zkl_buffer *out, zkl_bytes compact, const zkl_known_table *known,
                                 size_t known_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) blocks = { 0 };
    zkl_statement s;
    size_t at = 0, total = 0;
    ZKL_TRY(zkl_statement_parse(&s, &arena, compact, err));
    bool *is_source = ZKL_ARENA_NEW(&arena, bool, s.table_count);
    if (!is_source)
        return zkl_no_memory(err, s.table_count);
    zkl_statement_find_sources(is_source, &s);
    for (size_t i = 0; i < s.table_count; i++) {
        const size_t count = zkl_statement_table_blocks(&s.tables[i], &zkl_proof_format_v1);
        if (!zkl_size_add(&total, total, count) || total > ZKL_STATEMENT_BLOCKS_MAX)
            return zkl_fail(err, ZKL_REJECTED, "the statement's tables have more than %d blocks",
                            ZKL_STATEMENT_BLOCKS_MAX);
        if (!is_source[i]) {
            if (count > s.block_count - at)
                return zkl_fail(err, ZKL_REJECTED,
                                "the statement has fewer auxiliary blocks than its tables");
            zkl_buffer_put(&blocks, s.blocks + at, count * ZKL_POINT_BYTES);
            at += count;
            continue;
        }
        const zkl_known_table *source =
            zkl_known_table_find(&s.tables[i].dataset, known, known_count);
        if (!source)
            return zkl_fail(err, ZKL_REJECTED,
                            "the statement is about a dataset whose manifest is not here");
        ZKL_TRY(put_source_blocks(&blocks, &s.tables[i], source, err));
    }
    if (at != s.block_count)
        return zkl_fail(err, ZKL_REJECTED,
                        "the statement has more auxiliary blocks than its tables");
    ZKL_TRY(zkl_buffer_status(&blocks, err));
    ZKL_ASSERT(blocks.size == total * ZKL_POINT_BYTES);
    s.blocks = (const uint8_t(*)[ZKL_POINT_BYTES])blocks.data;
    s.block_count = blocks.size / ZKL_POINT_BYTES;
    zkl_statement_encode(out, &s);
    return zkl_buffer_status(out, err);
}
