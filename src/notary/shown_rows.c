/* Rows of a committed table, shown.
 *
 *  1. Values first, of all rows: statements follow from them (verify/disclosure.h), so that what is
 *     proven is what is shown.
 *  2. Then a statement for each part of the rows, proven with the cells of its chunk.
 *
 * One chunk is in memory at a time. What was read of it is wiped. */
#include "notary/shown_rows.h"

#include <string.h>

#include "hash/domains.h"
#include "prove/prove.h"
#include "types/dictionary.h"

/* A dictionary's leaves, made when a string of the column is first shown. */
typedef struct shown_dictionary {
    zkl_digest *leaves, *room; /* as many; paths are computed in the second */
    size_t count;
} shown_dictionary;

typedef struct shown_state {
    const zkl_shown_rows *shown;
    const zkl_env *env;
    zkl_arena arena; /* wipes */
    /* Of one chunk: the blocks of the columns in their order, and its rows as bytes. */
    uint64_t chunk; /* UINT64_MAX: none was loaded */
    size_t block_count;
    size_t *blocks;         /* which of the chunk's blocks each is */
    uint32_t *numbers;      /* of which numbered column */
    uint32_t *limbs;        /* and which limb */
    uint16_t *cells;        /* C of each */
    const uint16_t **views; /* of each, in cells */
    uint16_t **wanted;      /* of all blocks of a chunk: NULL, or into cells */
    zkl_fr *blinders;
    zkl_buffer row_bytes;
    size_t *starts;
    shown_dictionary *dictionaries; /* one a column that is shown */
    zkl_shown_cell *cells_shown;    /* row by row */
    zkl_shown_opening *openings;
} shown_state;

static void shown_state_clear(shown_state *s)
{
    if (s->cells)
        zkl_wipe(s->cells, s->block_count * ZKL_CHUNK_ROWS * sizeof *s->cells);
    zkl_free(s->cells);
    zkl_buffer_clear(&s->row_bytes);
    zkl_arena_clear(&s->arena);
    *s = (shown_state){ 0 };
}

/* The blocks of the columns, each with its flag's behind it: the order of the statements. */
static void list_blocks(shown_state *s)
{
    const zkl_table_facts *facts = s->shown->facts;
    size_t at = 0;
    for (size_t j = 0; j < s->shown->column_count; j++) {
        const uint32_t column = s->shown->columns[j];
        const bool nullable = facts->schema->columns[column].nullable;
        for (unsigned flag = 0; flag <= nullable; flag++) {
            const size_t number = zkl_table_facts_number(facts, column, flag);
            for (uint32_t limb = 0; limb < facts->numbered[number].limb_count; limb++, at++) {
                s->blocks[at] = facts->first_block[number] + limb;
                s->numbers[at] = (uint32_t)number;
                s->limbs[at] = limb;
            }
        }
    }
    ZKL_ASSERT(at == s->block_count);
}

static zkl_status make_room(shown_state *s, zkl_error *err)
{
    const zkl_shown_rows *shown = s->shown;
    const size_t cells = shown->row_count * shown->column_count;
    s->arena.is_secret = true;
    s->chunk = UINT64_MAX;
    for (size_t j = 0; j < shown->column_count; j++) {
        const zkl_column *column = &shown->facts->schema->columns[shown->columns[j]];
        s->block_count += zkl_type_limbs(&column->type) + column->nullable;
    }
    if (s->block_count > ZKL_STATEMENT_BLOCKS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu blocks of cells in a chunk, at most %d are shown",
                        s->block_count, ZKL_STATEMENT_BLOCKS_MAX);
    s->blocks = ZKL_ARENA_NEW(&s->arena, size_t, s->block_count);
    s->numbers = ZKL_ARENA_NEW(&s->arena, uint32_t, s->block_count);
    s->limbs = ZKL_ARENA_NEW(&s->arena, uint32_t, s->block_count);
    s->views = ZKL_ARENA_NEW(&s->arena, const uint16_t *, s->block_count);
    s->wanted = ZKL_ARENA_NEW(&s->arena, uint16_t *, shown->facts->block_count);
    s->blinders = ZKL_ARENA_NEW(&s->arena, zkl_fr, s->block_count);
    s->starts = ZKL_ARENA_NEW(&s->arena, size_t, ZKL_CHUNK_ROWS + 1);
    s->dictionaries = ZKL_ARENA_NEW(&s->arena, shown_dictionary, shown->column_count);
    s->cells_shown = ZKL_ARENA_NEW(&s->arena, zkl_shown_cell, cells);
    s->openings = ZKL_ARENA_NEW(&s->arena, zkl_shown_opening, shown->row_count);
    s->cells = zkl_malloc(s->block_count * ZKL_CHUNK_ROWS, sizeof *s->cells);
    if (!s->blocks || !s->numbers || !s->limbs || !s->views || !s->wanted || !s->blinders ||
        !s->starts || !s->dictionaries || !s->cells_shown || !s->openings || !s->cells)
        return zkl_no_memory(err, s->block_count * ZKL_CHUNK_ROWS * sizeof *s->cells);
    list_blocks(s);
    for (size_t b = 0; b < s->block_count; b++) {
        s->views[b] = s->cells + b * ZKL_CHUNK_ROWS;
        s->wanted[s->blocks[b]] = s->cells + b * ZKL_CHUNK_ROWS;
    }
    return ZKL_OK;
}

/* Cells, blinders and row bytes of the chunk. */
static zkl_status load_chunk(shown_state *s, uint64_t chunk, zkl_error *err)
{
    if (s->chunk == chunk)
        return ZKL_OK;
    s->chunk = UINT64_MAX;
    zkl_buffer_clear(&s->row_bytes);
    ZKL_TRY(
        zkl_table_chunk(s->shown->facts->table, chunk, s->wanted, &s->row_bytes, s->starts, err));
    for (size_t b = 0; b < s->block_count; b++)
        zkl_chunk_blinder(&s->blinders[b], s->shown->commitments->chunk_keys[chunk], s->numbers[b],
                          s->limbs[b]);
    s->chunk = chunk;
    return ZKL_OK;
}

/* ---- Values */

/* Salted leaves of a whole dictionary; of a part those that are known, and of the others what the
 * data key has of them. */
static zkl_status make_leaves(shown_dictionary *out, shown_state *s, uint32_t column,
                              zkl_error *err)
{
    const zkl_datakey_dictionary *d = zkl_datakey_dictionary_find(s->shown->data_key, column);
    const zkl_hash_algorithm hash = s->shown->facts->schema->hash;
    const zkl_bytes *entries;
    size_t count = zkl_table_dictionary(s->shown->facts->table, column, &entries);
    if (!d)
        return zkl_fail(err, ZKL_UNCHECKED, "the data key lacks the dictionary of column %u",
                        column + 1);
    if (d->part.entry_count)
        count = d->part.entry_count;
    out->leaves = ZKL_ARENA_NEW(&s->arena, zkl_digest, count);
    out->room = ZKL_ARENA_NEW(&s->arena, zkl_digest, count);
    if (!out->leaves || !out->room)
        return zkl_no_memory(err, count * sizeof *out->leaves);
    out->count = count;
    if (!d->part.entry_count)
        zkl_dictionary_leaves(out->leaves, hash, d->key, entries, count);
    for (size_t i = 0; i < d->part.entry_count; i++)
        if (zkl_dictionary_present(d->part.present, i))
            zkl_dictionary_leaf(&out->leaves[i], hash, d->part.leaves[i], (uint32_t)i, entries[i]);
        else
            memcpy(out->leaves[i].bytes, d->part.leaves[i], sizeof out->leaves[i].bytes);
    return ZKL_OK;
}

/* The entry's salt and its path to the root. */
static zkl_status show_entry(zkl_shown_cell *out, shown_state *s, size_t j, uint32_t code,
                             zkl_error *err)
{
    const uint32_t column = s->shown->columns[j];
    shown_dictionary *dictionary = &s->dictionaries[j];
    if (!dictionary->leaves)
        ZKL_TRY(make_leaves(dictionary, s, column, err));
    const zkl_datakey_dictionary *d = zkl_datakey_dictionary_find(s->shown->data_key, column);
    uint8_t *salt = zkl_arena_alloc(&s->arena, 32, 1);
    zkl_digest *path = ZKL_ARENA_NEW(&s->arena, zkl_digest, ZKL_MERKLE_PATH_MAX);
    if (!salt || !path)
        return zkl_no_memory(err, ZKL_MERKLE_PATH_MAX * sizeof *path);
    if (code >= dictionary->count)
        return zkl_fail(err, ZKL_REJECTED, "a code that the dictionary of column %u has not",
                        column + 1);
    if (d->part.entry_count)
        memcpy(salt, d->part.leaves[code], 32); /* it is present: the data have it */
    else
        zkl_dictionary_salt(salt, d->key, code);
    memcpy(dictionary->room, dictionary->leaves, dictionary->count * sizeof *dictionary->room);
    out->path_count = zkl_merkle_path(path, s->shown->facts->schema->hash, ZKL_H_DICTIONARY_NODE,
                                      dictionary->room, dictionary->count, code);
    out->kind = ZKL_SHOWN_ENTRY;
    out->code = code;
    out->entry_count = (uint32_t)dictionary->count;
    out->salt = salt;
    out->path = path;
    return ZKL_OK;
}

/* The first block of a column that is shown, among those that are loaded. */
static size_t block_of(const shown_state *s, uint32_t column)
{
    const size_t number = zkl_table_facts_number(s->shown->facts, column, false);
    size_t at = 0;
    while (s->numbers[at] != number)
        at++;
    ZKL_ASSERT(at < s->block_count);
    return at;
}

/* One row's values, from its bytes: of each column 0x00 when it is null, else 0x01 field(value). */
static zkl_status show_row(shown_state *s, size_t i, zkl_error *err)
{
    const zkl_shown_rows *shown = s->shown;
    const zkl_schema *schema = shown->facts->schema;
    const size_t row = (size_t)(shown->rows[i] % ZKL_CHUNK_ROWS);
    zkl_reader r = zkl_reader_of(
        zkl_bytes_of(s->row_bytes.data + s->starts[row], s->starts[row + 1] - s->starts[row]));
    for (uint32_t c = 0, j = 0; c < schema->column_count; c++) {
        const bool is_null = !zkl_reader_u8(&r, "row");
        const zkl_bytes value =
            is_null ? (zkl_bytes){ 0 } : zkl_reader_field(&r, UINT32_MAX, "row");
        if (j == shown->column_count || shown->columns[j] != c)
            continue;
        zkl_shown_cell *out = &s->cells_shown[i * shown->column_count + j];
        if (!is_null) {
            out->kind = ZKL_SHOWN_VALUE;
            out->value =
                zkl_bytes_of(zkl_arena_copy(&s->arena, value.data, value.size), value.size);
            if (!out->value.data)
                return zkl_no_memory(err, value.size);
        }
        if (!is_null && schema->columns[c].type.kind == ZKL_TYPE_DICTIONARY)
            ZKL_TRY(show_entry(out, s, j, s->views[block_of(s, c)][row], err));
        j++;
    }
    return zkl_reader_finish(&r, "row of the table", err);
}

/* ---- Proofs */

static zkl_status prove_part(shown_state *s, const zkl_disclosure *d, size_t first, size_t count,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { .is_secret = true };
    ZKL_AUTO_CLEAR(zkl_prove_result) made = { 0 };
    zkl_statement statement, proven;
    ZKL_TRY(load_chunk(s, d->rows[first] / ZKL_CHUNK_ROWS, err));
    ZKL_TRY(zkl_disclosure_statement(&statement, &arena, d, &s->shown->dataset, first, count, err));
    ZKL_ASSERT(statement.block_count == s->block_count);
    const zkl_disclosure_request request = { &statement, s->views, s->blinders, first,
                                             d->row_count };
    ZKL_TRY(zkl_prove_direct(&made, &request, s->shown->prover, s->env, err));
    ZKL_TRY(zkl_statement_parse(&proven, &arena, zkl_buffer_bytes(&made.statement), err));
    ZKL_ASSERT(proven.mask_count == count &&
               made.proof.size == count * ZKL_DISCLOSURE_OPENING_BYTES);
    for (size_t i = 0; i < count; i++) {
        memcpy(s->openings[first + i].mask, proven.masks[i], ZKL_POINT_BYTES);
        memcpy(s->openings[first + i].proof, made.proof.data + i * ZKL_DISCLOSURE_OPENING_BYTES,
               ZKL_DISCLOSURE_OPENING_BYTES);
    }
    return ZKL_OK;
}

static zkl_status make_body(zkl_buffer *body, shown_state *s, zkl_error *err)
{
    const zkl_shown_rows *shown = s->shown;
    const zkl_disclosure d = { .challenge = shown->challenge,
                               .columns = shown->columns,
                               .column_count = shown->column_count,
                               .rows = shown->rows,
                               .row_count = shown->row_count,
                               .cells = s->cells_shown,
                               .openings = s->openings };
    for (size_t i = 0; i < d.row_count; i++) {
        ZKL_TRY(load_chunk(s, d.rows[i] / ZKL_CHUNK_ROWS, err));
        ZKL_TRY(show_row(s, i, err));
    }
    ZKL_TRY(zkl_disclosure_check(&d, &shown->dataset, err));
    for (size_t first = 0; first < d.row_count;) {
        const size_t count = zkl_disclosure_part(&d, first);
        ZKL_TRY(prove_part(s, &d, first, count, err));
        first += count;
    }
    return zkl_disclosure_encode(body, &d, err);
}

zkl_status zkl_shown_rows_make(zkl_buffer *body, const zkl_shown_rows *shown, const zkl_env *env,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(shown_state) s = { .shown = shown, .env = env };
    ZKL_ASSERT(shown->row_count && shown->row_count <= ZKL_DISCLOSURE_ROWS_MAX);
    ZKL_ASSERT(shown->column_count && shown->column_count <= ZKL_DISCLOSURE_COLUMNS_MAX);
    for (size_t i = 0; i < shown->row_count; i++)
        ZKL_ASSERT(shown->rows[i] < shown->facts->row_count);
    ZKL_TRY(make_room(&s, err));
    return make_body(body, &s, err);
}
