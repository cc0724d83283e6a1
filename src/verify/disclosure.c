/* Is what a disclosure shows what the manifest commits to?
 *
 *  1. Lengths before indexes: rows and columns are the dataset's before anything is looked up by
 *  them.
 *  2. A value has one encoding, so that the text that people read is that of the cells: an integer,
 *     a date, a bool its code; a hashed string the bytes whose SHA3-256 the cells begin; a
 *     dictionary's string the code, and the entry's place under the root that the column's type
 *     names.
 *  3. That the cells are those of the row is what the direct openings show (verify/direct.h), and
 *     that they are well formed what the notarisation's `cells` claims do: the caller has verified
 *     them. */
#include "verify/disclosure.h"

#include <stdio.h>

#include "hash/domains.h"
#include "hash/hash.h"
#include "types/dictionary.h"
#include "types/value.h"

/* ---- Cells */

static bool is_bytes(zkl_type_kind kind)
{
    return kind == ZKL_TYPE_STRING16 || kind == ZKL_TYPE_STRING32 || kind == ZKL_TYPE_BINARY16 ||
           kind == ZKL_TYPE_BINARY32;
}

/* The code of a value, big-endian in as many bytes as the type has. False: no value of the type. */
static bool read_code(zkl_code *out, const zkl_type *type, zkl_bytes value)
{
    zkl_code low, high;
    const size_t size = type->kind == ZKL_TYPE_BOOL ? 1 : 2 * zkl_type_limbs(type);
    *out = 0;
    if (value.size != size || size > sizeof *out)
        return false;
    for (size_t i = 0; i < size; i++)
        *out = *out << 8 | value.data[i];
    zkl_type_code_range(&low, &high, type);
    return *out >= low && *out <= high;
}

/* The entry stands at its code under the column's root. */
static bool is_entry(const zkl_shown_cell *cell, const zkl_type *type, zkl_hash_algorithm hash)
{
    const zkl_dictionary_opening opening = { cell->code, cell->entry_count, cell->salt, cell->path,
                                             cell->path_count };
    return zkl_dictionary_opens(&opening, hash, cell->value, &type->root);
}

/* limbs: room for the type's, written where the cell is one of the column. *wrong: what is not as
 * it should be; NULL: nothing. */
static const char *limbs_of(uint16_t *limbs, const zkl_shown_cell *cell, const zkl_column *column,
                            zkl_hash_algorithm hash)
{
    const size_t count = zkl_type_limbs(&column->type);
    const bool has_entries = column->type.kind == ZKL_TYPE_DICTIONARY;
    zkl_code code;
    zkl_digest digest;
    memset(limbs, 0, count * sizeof *limbs);
    if (cell->kind == ZKL_SHOWN_NULL)
        return column->nullable ? NULL : "a null, where there is none";
    if ((cell->kind == ZKL_SHOWN_ENTRY) != has_entries)
        return "the form of another type";
    if (is_bytes(column->type.kind)) {
        zkl_hash(&digest, ZKL_HASH_SHA3_256, cell->value.data, cell->value.size);
        zkl_limbs_of_digest(limbs, &digest, count);
        return NULL;
    }
    if (has_entries && !is_entry(cell, &column->type, hash))
        return "no entry of the column's dictionary";
    if (!has_entries && !read_code(&code, &column->type, cell->value))
        return "no value of the column's type";
    if (has_entries)
        code = cell->code;
    for (size_t i = 0; i < count; i++)
        limbs[i] = (uint16_t)(code >> 16 * i);
    return NULL;
}

#define LIMBS_MAX 16 /* of a column */

/* ---- The check */

static zkl_status check_rows(const zkl_disclosure *d, const zkl_manifest *m, zkl_error *err)
{
    uint64_t drawn[ZKL_DISCLOSURE_ROWS_MAX];
    ZKL_ASSERT(d->row_count > 0 && d->row_count <= ZKL_DISCLOSURE_ROWS_MAX);
    for (size_t i = 0; i < d->row_count; i++)
        if (d->rows[i] >= m->row_count)
            return zkl_fail(err, ZKL_REJECTED, "row %llu: the dataset has %llu, counted from 0",
                            (unsigned long long)d->rows[i], (unsigned long long)m->row_count);
    if (!d->challenge.size)
        return ZKL_OK;
    if (zkl_disclosure_draw(drawn, d->row_count, m->row_count, d->challenge, err) != ZKL_OK)
        return zkl_wrap(err, ZKL_REJECTED, "the challenge");
    return memcmp(drawn, d->rows, d->row_count * sizeof *drawn) == 0
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED, "the rows are not those that the challenge draws");
}

/* Blocks of a chunk that the columns and their flags have. */
static size_t count_blocks(const zkl_disclosure *d, const zkl_schema *schema)
{
    size_t count = 0;
    for (size_t i = 0; i < d->column_count; i++)
        count += zkl_type_limbs(&schema->columns[d->columns[i]].type) +
                 schema->columns[d->columns[i]].nullable;
    return count;
}

static zkl_status check_columns(const zkl_disclosure *d, const zkl_schema *schema, zkl_error *err)
{
    size_t numbered = 0;
    ZKL_ASSERT(d->column_count > 0 && d->column_count <= ZKL_DISCLOSURE_COLUMNS_MAX);
    for (size_t i = 0; i < d->column_count; i++) {
        if (d->columns[i] >= schema->column_count)
            return zkl_fail(err, ZKL_REJECTED, "column %u: the dataset has %zu, counted from 0",
                            d->columns[i], schema->column_count);
        numbered += 1 + schema->columns[d->columns[i]].nullable;
    }
    const size_t blocks = count_blocks(d, schema);
    if (blocks > ZKL_STATEMENT_BLOCKS_MAX || numbered > ZKL_STATEMENT_COLUMNS_MAX)
        return zkl_fail(err, ZKL_REJECTED,
                        "the columns have %zu blocks of cells, a disclosure at most %d", blocks,
                        ZKL_STATEMENT_BLOCKS_MAX);
    return ZKL_OK;
}

zkl_status zkl_disclosure_check(const zkl_disclosure *d, const zkl_disclosed_dataset *of,
                                zkl_error *err)
{
    const zkl_schema *schema = &of->manifest->schema;
    uint16_t limbs[LIMBS_MAX];
    ZKL_TRY(check_rows(d, of->manifest, err));
    ZKL_TRY(check_columns(d, schema, err));
    for (size_t i = 0; i < d->row_count; i++)
        for (size_t j = 0; j < d->column_count; j++) {
            const zkl_column *column = &schema->columns[d->columns[j]];
            ZKL_ASSERT(zkl_type_limbs(&column->type) <= LIMBS_MAX);
            const char *wrong =
                limbs_of(limbs, &d->cells[i * d->column_count + j], column, schema->hash);
            if (wrong)
                return zkl_fail(err, ZKL_REJECTED, "row %llu, column %u: %s",
                                (unsigned long long)d->rows[i], d->columns[j], wrong);
        }
    return ZKL_OK;
}

/* ---- The statements */

size_t zkl_disclosure_part(const zkl_disclosure *d, size_t first)
{
    size_t count = 1;
    ZKL_ASSERT(first < d->row_count);
    while (first + count < d->row_count && count < ZKL_DIRECT_ROWS_MAX &&
           d->rows[first + count] / ZKL_CHUNK_ROWS == d->rows[first] / ZKL_CHUNK_ROWS)
        count++;
    return count;
}

/* Columns with their flags, under their numbers: "3", "3?" of a bool, one more "?" of the flag. */
static zkl_status state_columns(zkl_statement_table *out, zkl_arena *arena, const zkl_disclosure *d,
                                const zkl_schema *schema, zkl_error *err)
{
    zkl_statement_column *columns = ZKL_ARENA_NEW(arena, zkl_statement_column, 2 * d->column_count);
    uint32_t number = 0;
    size_t at = 0, next = 0;
    if (!columns)
        return zkl_no_memory(err, 2 * d->column_count * sizeof *columns);
    for (uint32_t i = 0; i < schema->column_count && next < d->column_count; i++) {
        const zkl_column *column = &schema->columns[i];
        const char *mark = column->type.kind == ZKL_TYPE_BOOL ? "?" : "";
        if (d->columns[next] == i) {
            const char *role = zkl_arena_format(arena, "%u%s", number, mark),
                       *flag = zkl_arena_format(arena, "%u%s?", number, mark);
            if (!role || !flag)
                return zkl_no_memory(err, 16);
            columns[at++] = (zkl_statement_column){ zkl_bytes_of_text(role), number,
                                                    zkl_type_limbs(&column->type) };
            if (column->nullable)
                columns[at++] = (zkl_statement_column){ zkl_bytes_of_text(flag), number + 1, 1 };
            next++;
        }
        number += 1 + column->nullable;
    }
    ZKL_ASSERT(next == d->column_count); /* check_columns: ascending, and below the schema's */
    out->columns = columns;
    out->column_count = at;
    return ZKL_OK;
}

/* The manifest's commitments of the chunk, of these columns. */
static zkl_status state_blocks(zkl_statement *out, zkl_arena *arena, const zkl_disclosure *d,
                               const zkl_manifest *m, size_t chunk, zkl_error *err)
{
    uint8_t(*blocks)[ZKL_POINT_BYTES] =
        zkl_arena_alloc(arena, count_blocks(d, &m->schema), ZKL_POINT_BYTES);
    size_t from = chunk * m->blocks_per_chunk, at = 0, next = 0;
    if (!blocks)
        return zkl_no_memory(err, count_blocks(d, &m->schema) * ZKL_POINT_BYTES);
    for (uint32_t i = 0; i < m->schema.column_count && next < d->column_count; i++) {
        const size_t count =
            zkl_type_limbs(&m->schema.columns[i].type) + m->schema.columns[i].nullable;
        if (d->columns[next] == i) {
            ZKL_ASSERT(from + count <= m->chunk_count * m->blocks_per_chunk);
            memcpy(blocks[at], m->blocks[from], count * ZKL_POINT_BYTES);
            at += count;
            next++;
        }
        from += count;
    }
    out->blocks = (const uint8_t(*)[ZKL_POINT_BYTES])blocks;
    out->block_count = at;
    return ZKL_OK;
}

static void put_param(zkl_scalar *out, uint64_t value)
{
    *out = (zkl_scalar){ { 0 } };
    zkl_be64_put(out->bytes + 24, value);
}

/* Its row of the table, then its cells: of each column the limbs, then the flag. */
static zkl_status state_row(zkl_assertion *out, zkl_arena *arena, const zkl_disclosure *d,
                            const zkl_schema *schema, size_t row, zkl_error *err)
{
    static const uint32_t first_table[1] = { 0 };
    uint16_t limbs[LIMBS_MAX];
    const size_t count = 1 + count_blocks(d, schema);
    zkl_scalar *params = ZKL_ARENA_NEW(arena, zkl_scalar, count);
    size_t at = 0;
    if (!params)
        return zkl_no_memory(err, count * sizeof *params);
    put_param(&params[at++], d->rows[row] % ZKL_CHUNK_ROWS);
    for (size_t j = 0; j < d->column_count; j++) {
        const zkl_column *column = &schema->columns[d->columns[j]];
        const zkl_shown_cell *cell = &d->cells[row * d->column_count + j];
        ZKL_ASSERT(!limbs_of(limbs, cell, column, schema->hash)); /* zkl_disclosure_check */
        for (size_t i = 0; i < zkl_type_limbs(&column->type); i++)
            put_param(&params[at++], limbs[i]);
        if (column->nullable)
            put_param(&params[at++], cell->kind == ZKL_SHOWN_NULL);
    }
    ZKL_ASSERT(at == count);
    *out = (zkl_assertion){ ZKL_ASSERTION_DISCLOSE, params, count, first_table, 1 };
    return ZKL_OK;
}

zkl_status zkl_disclosure_statement(zkl_statement *out, zkl_arena *arena, const zkl_disclosure *d,
                                    const zkl_disclosed_dataset *of, size_t first, size_t count,
                                    zkl_error *err)
{
    const zkl_manifest *m = of->manifest;
    ZKL_ASSERT(count > 0 && first + count <= d->row_count);
    const size_t chunk = (size_t)(d->rows[first] / ZKL_CHUNK_ROWS);
    zkl_statement_table *table = ZKL_ARENA_NEW(arena, zkl_statement_table, 1);
    zkl_assertion *rows = ZKL_ARENA_NEW(arena, zkl_assertion, count);
    if (!table || !rows)
        return zkl_no_memory(err, count * sizeof *rows);
    const uint64_t first_row = (uint64_t)chunk * ZKL_CHUNK_ROWS, left = m->row_count - first_row;
    *table = (zkl_statement_table){ .dataset = *of->dataset,
                                    .first_row = first_row,
                                    .row_count = left < ZKL_CHUNK_ROWS ? left : ZKL_CHUNK_ROWS,
                                    .schema_hash = m->schema_hash,
                                    .merkle_root = m->table_root,
                                    .content = m->content };
    *out = (zkl_statement){ .ledger = *of->ledger,
                            .assertions = rows,
                            .assertion_count = count,
                            .tables = table,
                            .table_count = 1 };
    zkl_hash(&out->key_hash, ZKL_HASH_SHA3_256, NULL, 0);
    zkl_srs_hash(&out->powers_hash, of->powers);
    ZKL_TRY(state_columns(table, arena, d, &m->schema, err));
    ZKL_TRY(state_blocks(out, arena, d, m, chunk, err));
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(state_row(&rows[i], arena, d, &m->schema, first + i, err));
    return ZKL_OK;
}

/* ---- All of it */

/* One statement as it was proven: with the masks and the proof that are shown. */
static zkl_status verify_part(const zkl_disclosure *d, const zkl_disclosed_dataset *of,
                              const zkl_known_tables *known, size_t first, size_t count,
                              zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) proof = { 0 };
    zkl_statement s;
    ZKL_TRY(zkl_disclosure_statement(&s, &arena, d, of, first, count, err));
    uint8_t(*masks)[ZKL_POINT_BYTES] = zkl_arena_alloc(&arena, count, ZKL_POINT_BYTES);
    if (!masks)
        return zkl_no_memory(err, count * ZKL_POINT_BYTES);
    for (size_t i = 0; i < count; i++) {
        const zkl_shown_opening *shown = &d->openings[first + i];
        memcpy(masks[i], shown->mask, ZKL_POINT_BYTES);
        zkl_buffer_put(&proof, shown->proof, sizeof shown->proof);
    }
    s.masks = (const uint8_t(*)[ZKL_POINT_BYTES])masks;
    s.mask_count = count;
    zkl_statement_encode(&bytes, &s);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    ZKL_TRY(zkl_buffer_status(&proof, err));
    const zkl_proven_statement given = { zkl_buffer_bytes(&bytes), zkl_buffer_bytes(&proof) };
    return zkl_verify_direct(&given, of->powers, known, pool, err);
}

zkl_status zkl_disclosure_verify(const zkl_disclosure *d, const zkl_disclosed_dataset *of,
                                 const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_known_table table;
    _Static_assert(ZKL_DISCLOSURE_OPENING_BYTES == ZKL_DIRECT_BYTES, "an opening has one form");
    ZKL_TRY(zkl_disclosure_check(d, of, err));
    ZKL_TRY(zkl_manifest_known_table(&table, &arena, of->manifest, of->dataset, err));
    table.points = of->points;
    const zkl_known_tables known = { &table, 1 };
    for (size_t first = 0; first < d->row_count;) {
        const size_t count = zkl_disclosure_part(d, first);
        const zkl_status status =
            verify_part(d, of, &known, first, count, env ? env->pool : NULL, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "rows %llu to %llu", (unsigned long long)d->rows[first],
                            (unsigned long long)d->rows[first + count - 1]);
        first += count;
    }
    return ZKL_OK;
}
