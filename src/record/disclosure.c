/* Disclosures as bytes, and the rows that a challenge draws.
 *
 *  1. A count is compared with its limit, and with the bytes that are left, before anything is
 *     allocated by it.
 *  2. What is parsed is what would be encoded: rows and columns rise, kinds are known, nothing is
 *     left over.
 *  3. Nothing is verified here, and nothing of a schema is known: src/verify/disclosure.c. */
#include "record/disclosure.h"

#include <string.h>

#include "algebra/fr.h"
#include "hash/domains.h"
#include "hash/trailing_hash.h"
#include "record/sample.h"
#include "types/schema.h"

#define FILE_MAGIC "zkl/dscl"
#define FILE_VERSION 1
#define FILE_BYTES_MAX ((size_t)1 << 30)
#define ENTRIES_MAX 65536 /* of a dictionary */

static const char body_label[] = ZKL_DISCLOSURE_LABEL;

/* ---- Drawing */

/* Into its place, unless it is there already. */
static bool insert_row(uint64_t *rows, size_t count, uint64_t row)
{
    size_t at = count;
    while (at > 0 && rows[at - 1] > row)
        at--;
    if (at > 0 && rows[at - 1] == row)
        return false;
    memmove(rows + at + 1, rows + at, (count - at) * sizeof *rows);
    rows[at] = row;
    return true;
}

/* At most half of the rows are there already: a draw is new at least every second time. */
zkl_status zkl_disclosure_draw(uint64_t *rows, size_t count, uint64_t total, zkl_bytes challenge,
                               zkl_error *err)
{
    zkl_fr seed;
    ZKL_ASSERT(total > 0 && total <= ZKL_ROWS_MAX);
    if (challenge.size < ZKL_DISCLOSURE_CHALLENGE_MIN ||
        challenge.size > ZKL_DISCLOSURE_CHALLENGE_MAX)
        return zkl_fail(err, ZKL_USAGE, "a challenge has %d to %d bytes, not %zu",
                        ZKL_DISCLOSURE_CHALLENGE_MIN, ZKL_DISCLOSURE_CHALLENGE_MAX, challenge.size);
    if (!count || count > ZKL_DISCLOSURE_ROWS_MAX)
        return zkl_fail(err, ZKL_USAGE, "%zu rows to draw, 1 to %d can be", count,
                        ZKL_DISCLOSURE_ROWS_MAX);
    if (count > 1 && count > total / 2)
        return zkl_fail(err, ZKL_USAGE, "%zu rows to draw of %llu: at most half can be", count,
                        (unsigned long long)total);
    zkl_fr_reduce(&seed, challenge.data, challenge.size);
    size_t drawn = 0;
    for (uint64_t j = 0; drawn < count; j++)
        drawn += insert_row(rows, drawn, zkl_sample_number(&seed, j, total));
    return ZKL_OK;
}

/* ---- The body */

static zkl_status check_counts(const zkl_disclosure *d, zkl_error *err)
{
    if (!d->row_count || d->row_count > ZKL_DISCLOSURE_ROWS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu rows, a disclosure has 1 to %d", d->row_count,
                        ZKL_DISCLOSURE_ROWS_MAX);
    if (!d->column_count || d->column_count > ZKL_DISCLOSURE_COLUMNS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu columns, a disclosure has 1 to %d", d->column_count,
                        ZKL_DISCLOSURE_COLUMNS_MAX);
    if (d->row_count * d->column_count > ZKL_DISCLOSURE_CELLS_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "%zu rows of %zu columns, a disclosure has at most %d cells", d->row_count,
                        d->column_count, ZKL_DISCLOSURE_CELLS_MAX);
    return ZKL_OK;
}

static void put_cell(zkl_buffer *out, const zkl_shown_cell *cell)
{
    zkl_buffer_put_u8(out, (uint8_t)cell->kind);
    if (cell->kind == ZKL_SHOWN_NULL)
        return;
    zkl_buffer_put_field(out, cell->value.data, cell->value.size);
    if (cell->kind == ZKL_SHOWN_VALUE)
        return;
    ZKL_ASSERT(cell->path_count <= ZKL_MERKLE_PATH_MAX);
    zkl_buffer_put_u32(out, cell->code);
    zkl_buffer_put_u32(out, cell->entry_count);
    zkl_buffer_put(out, cell->salt, 32);
    zkl_buffer_put_u32(out, (uint32_t)cell->path_count);
    zkl_buffer_put(out, cell->path, cell->path_count * sizeof *cell->path);
}

zkl_status zkl_disclosure_encode(zkl_buffer *out, const zkl_disclosure *d, zkl_error *err)
{
    ZKL_TRY(check_counts(d, err));
    ZKL_ASSERT(d->challenge.size <= ZKL_DISCLOSURE_CHALLENGE_MAX);
    const size_t before = out->size;
    zkl_buffer_put_field(out, body_label, sizeof body_label - 1);
    zkl_buffer_put_field(out, d->challenge.data, d->challenge.size);
    zkl_buffer_put_u32(out, (uint32_t)d->column_count);
    for (size_t i = 0; i < d->column_count; i++)
        zkl_buffer_put_u32(out, d->columns[i]);
    zkl_buffer_put_u32(out, (uint32_t)d->row_count);
    for (size_t i = 0; i < d->row_count; i++)
        zkl_buffer_put_u64(out, d->rows[i]);
    for (size_t i = 0; i < d->row_count * d->column_count; i++)
        put_cell(out, &d->cells[i]);
    for (size_t i = 0; i < d->row_count; i++) {
        zkl_buffer_put(out, d->openings[i].mask, sizeof d->openings[i].mask);
        zkl_buffer_put(out, d->openings[i].proof, sizeof d->openings[i].proof);
    }
    ZKL_TRY(zkl_buffer_status(out, err));
    if (out->size - before > ZKL_DISCLOSURE_BODY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the disclosure would have %zu bytes, at most %zu",
                        out->size - before, ZKL_DISCLOSURE_BODY_BYTES_MAX);
    return ZKL_OK;
}

/* The lists, each strictly rising: one spelling of a set. */
static zkl_status read_lists(zkl_disclosure *d, zkl_arena *arena, zkl_reader *r, zkl_error *err)
{
    d->column_count =
        zkl_reader_count(r, ZKL_DISCLOSURE_COLUMNS_MAX, sizeof(uint32_t), "number of columns");
    uint32_t *columns = ZKL_ARENA_NEW(arena, uint32_t, d->column_count);
    if (!columns)
        return zkl_no_memory(err, d->column_count * sizeof *columns);
    for (size_t i = 0; i < d->column_count; i++) {
        columns[i] = zkl_reader_u32(r, "column");
        if (i && columns[i] <= columns[i - 1])
            zkl_reader_fault(r, "order of the columns");
    }
    d->row_count = zkl_reader_count(r, ZKL_DISCLOSURE_ROWS_MAX, sizeof(uint64_t), "number of rows");
    uint64_t *rows = ZKL_ARENA_NEW(arena, uint64_t, d->row_count);
    if (!rows)
        return zkl_no_memory(err, d->row_count * sizeof *rows);
    for (size_t i = 0; i < d->row_count; i++) {
        rows[i] = zkl_reader_u64(r, "row");
        if (i && rows[i] <= rows[i - 1])
            zkl_reader_fault(r, "order of the rows");
    }
    if (!d->column_count || !d->row_count)
        zkl_reader_fault(r, "number of rows and columns");
    d->columns = columns;
    d->rows = rows;
    return ZKL_OK;
}

static void read_cell(zkl_shown_cell *out, zkl_reader *r)
{
    const uint8_t kind = zkl_reader_u8(r, "kind of a cell");
    if (kind >= ZKL_SHOWN_KIND_COUNT)
        zkl_reader_fault(r, "kind of a cell");
    if (r->fault || kind == ZKL_SHOWN_NULL)
        return;
    out->kind = (zkl_shown_kind)kind;
    out->value = zkl_reader_field(r, ZKL_DISCLOSURE_BODY_BYTES_MAX, "value");
    if (out->kind == ZKL_SHOWN_VALUE)
        return;
    out->code = zkl_reader_u32(r, "code");
    out->entry_count = zkl_reader_u32(r, "number of entries");
    out->salt = zkl_reader_take(r, 32, "salt").data;
    out->path_count = zkl_reader_count(r, ZKL_MERKLE_PATH_MAX, 32, "length of an entry's path");
    /* digests are bytes: no alignment */
    out->path =
        (const zkl_digest *)(const void *)zkl_reader_take(r, out->path_count * 32, "path").data;
    if (out->entry_count > ENTRIES_MAX || out->code >= out->entry_count)
        zkl_reader_fault(r, "code");
}

/* A cell has one byte at least, an opening its own: a count that the rest cannot hold is refused
 * before there is room for it. */
static zkl_status read_cells(zkl_disclosure *d, zkl_arena *arena, zkl_reader *r, zkl_error *err)
{
    if (r->fault)
        return ZKL_OK;
    ZKL_TRY(check_counts(d, err));
    const size_t count = d->row_count * d->column_count, left = r->bytes.size - r->at;
    if (count + d->row_count * sizeof *d->openings > left) {
        zkl_reader_fault(r, "cells");
        return ZKL_OK;
    }
    zkl_shown_cell *cells = ZKL_ARENA_NEW(arena, zkl_shown_cell, count);
    if (!cells)
        return zkl_no_memory(err, count * sizeof *cells);
    for (size_t i = 0; i < count && !r->fault; i++)
        read_cell(&cells[i], r);
    d->cells = cells;
    /* bytes alone: no alignment */
    _Static_assert(sizeof *d->openings == ZKL_POINT_BYTES + ZKL_DISCLOSURE_OPENING_BYTES,
                   "an opening is its bytes");
    d->openings = (const zkl_shown_opening *)(const void *)zkl_reader_take(
                      r, d->row_count * sizeof *d->openings, "openings")
                      .data;
    return ZKL_OK;
}

zkl_status zkl_disclosure_parse(zkl_disclosure *out, zkl_arena *arena, zkl_bytes bytes,
                                zkl_error *err)
{
    zkl_disclosure d = { 0 };
    if (bytes.size > ZKL_DISCLOSURE_BODY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the disclosure has %zu bytes, at most %zu", bytes.size,
                        ZKL_DISCLOSURE_BODY_BYTES_MAX);
    zkl_reader r = zkl_reader_of(bytes);
    const zkl_bytes label = zkl_reader_field(&r, sizeof body_label - 1, "label");
    if (!r.fault && !zkl_bytes_equal_text(label, body_label))
        zkl_reader_fault(&r, "label");
    d.challenge = zkl_reader_field(&r, ZKL_DISCLOSURE_CHALLENGE_MAX, "challenge");
    if (d.challenge.size && d.challenge.size < ZKL_DISCLOSURE_CHALLENGE_MIN)
        zkl_reader_fault(&r, "challenge");
    ZKL_TRY(read_lists(&d, arena, &r, err));
    ZKL_TRY(read_cells(&d, arena, &r, err));
    ZKL_TRY(zkl_reader_finish(&r, "disclosure", err));
    ZKL_ASSERT(d.row_count && d.column_count && d.cells && d.openings);
    *out = d;
    return ZKL_OK;
}

/* ---- The file */

zkl_status zkl_disclosure_file_encode(zkl_buffer *out, zkl_bytes body, zkl_bytes receipt,
                                      zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    zkl_buffer_put_text(&b, FILE_MAGIC);
    zkl_buffer_put_u32(&b, FILE_VERSION);
    zkl_buffer_put_field(&b, body.data, body.size);
    zkl_buffer_put_field(&b, receipt.data, receipt.size);
    zkl_trailing_hash_put(&b, 0);
    ZKL_TRY(zkl_buffer_status(&b, err));
    if (b.size > FILE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the file would have %zu bytes, at most %zu", b.size,
                        FILE_BYTES_MAX);
    zkl_buffer_put(out, b.data, b.size);
    return zkl_buffer_status(out, err);
}

bool zkl_disclosure_file_has_magic(zkl_bytes bytes)
{
    return bytes.size >= 8 && memcmp(bytes.data, FILE_MAGIC, 8) == 0;
}

zkl_status zkl_disclosure_file_parse(zkl_bytes *body, zkl_bytes *receipt, zkl_bytes bytes,
                                     zkl_error *err)
{
    if (bytes.size > FILE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the file has %zu bytes, at most %zu", bytes.size,
                        FILE_BYTES_MAX);
    if (bytes.size < 8 + 4 + ZKL_TRAILING_HASH_BYTES) /* magic and version before it */
        return zkl_fail(err, ZKL_BAD_INPUT, "disclosure: cut off");
    zkl_reader r = zkl_trailing_hash_reader(bytes);
    if (!zkl_bytes_equal_text(zkl_reader_take(&r, 8, "magic"), FILE_MAGIC))
        return zkl_fail(err, ZKL_BAD_INPUT, "disclosure: not one");
    const uint32_t version = zkl_reader_u32(&r, "version");
    if (version != FILE_VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "disclosure: version %u", version);
    ZKL_TRY(zkl_trailing_hash_check(bytes, "disclosure", err));
    const zkl_bytes shown = zkl_reader_field(&r, ZKL_DISCLOSURE_BODY_BYTES_MAX, "body"),
                    rest = zkl_reader_field(&r, FILE_BYTES_MAX, "receipt");
    if (!shown.size) /* no body: it would pass for the receipt alone */
        zkl_reader_fault(&r, "body");
    ZKL_TRY(zkl_reader_finish(&r, "disclosure", err));
    *body = shown;
    *receipt = rest;
    return ZKL_OK;
}
