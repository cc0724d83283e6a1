/* A chunk of a table that was read: its cells from the spool, and its row bytes made of them.
 *
 * Row bytes are what the leaves of the row tree hash: every value of a row in the schema's
 * order, so that a row can be shown without the others. They are made from the codes; only
 * hashed columns, whose cells hold a hash, need their own text again. */
#include "table/table_internal.h"
#include "types/value.h"

/* Rows that are turned into row bytes at a time: their cells and texts are in memory together. */
#define ROWS_AT_A_TIME 4096

/* Place of a limb (or of the flags, limb == limbs) of a column's cells. */
static uint64_t cells_offset(const zkl_table *table, uint64_t chunk, size_t column, uint32_t limb)
{
    ZKL_DEBUG_ASSERT(limb <= zkl_type_limbs(&table->columns[column].type));
    return table->cell_offsets[chunk * table->column_count + column] +
           (uint64_t)limb * zkl_chunk_rows(table, chunk) * sizeof(uint16_t);
}

/* Blocks in block order, each padded with zeros to a whole chunk. */
static zkl_status read_cells(const zkl_table *table, uint64_t chunk, uint16_t *const *cells,
                             zkl_error *err)
{
    const uint32_t rows = zkl_chunk_rows(table, chunk);
    size_t block = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const uint32_t limbs = zkl_type_limbs(&table->columns[i].type) + table->columns[i].nullable;
        for (uint32_t limb = 0; limb < limbs; limb++, block++) {
            if (!cells[block])
                continue;
            ZKL_TRY(zkl_spool_get(table->spool, cells[block], cells_offset(table, chunk, i, limb),
                                  rows * sizeof(uint16_t), err));
            memset(cells[block] + rows, 0, (ZKL_CHUNK_ROWS - rows) * sizeof(uint16_t));
        }
    }
    return ZKL_OK;
}

/* ---- row bytes */

typedef struct column_window {
    /* Limb l of row r at [l * rows + r]. */
    const uint16_t *cells;
    /* Hashed columns: the whole segment, and where the next row's text begins in it. */
    zkl_piece_view view;
    const uint8_t *text;
} column_window;

/* Some rows of a segment, all columns of them. */
typedef struct window {
    column_window *columns;
    size_t column_count;
    uint16_t *cells; /* of all columns */
} window;

/* Where rows go: one behind the other, and where each begins (NULL: not wanted). */
typedef struct row_output {
    zkl_buffer *bytes;
    size_t *starts;
} row_output;

/* The views own the texts of hashed columns. */
static void window_clear(window *w)
{
    for (size_t i = 0; i < w->column_count; i++)
        zkl_piece_view_clear(&w->columns[i].view);
    zkl_free(w->columns);
    zkl_free(w->cells);
    *w = (window){ 0 };
}

/* Blocks of a chunk: limbs, and one of flags for a nullable column. */
static size_t blocks_of(const zkl_table *table)
{
    size_t blocks = 0;
    for (size_t i = 0; i < table->column_count; i++)
        blocks += zkl_type_limbs(&table->columns[i].type) + table->columns[i].nullable;
    return blocks;
}

/* Room for the cells of `rows` rows, and the texts of hashed columns, which are loaded once for
 * the whole segment. */
static zkl_status window_open(window *w, const zkl_table *table, const zkl_segment *segment,
                              uint32_t rows, zkl_error *err)
{
    const size_t cells = blocks_of(table) * rows;
    w->columns = zkl_calloc(table->column_count, sizeof *w->columns);
    w->cells = zkl_malloc(cells, sizeof *w->cells);
    if (!w->columns || !w->cells)
        return zkl_no_memory(err, cells * sizeof *w->cells);
    w->column_count = table->column_count;
    for (size_t i = 0; i < table->column_count; i++)
        if (zkl_type_is_hashed(&table->columns[i].type)) {
            ZKL_TRY(zkl_piece_load(&w->columns[i].view, table, segment, i, err));
            w->columns[i].text = w->columns[i].view.heap;
        }
    return ZKL_OK;
}

/* Cells of rows [first, first + rows) of the chunk. */
static zkl_status window_fill(window *w, const zkl_table *table, uint64_t chunk, uint32_t first,
                              uint32_t rows, zkl_error *err)
{
    uint16_t *at = w->cells;
    ZKL_ASSERT(w->column_count == table->column_count);
    for (size_t i = 0; i < table->column_count; i++) {
        const uint32_t limbs = zkl_type_limbs(&table->columns[i].type) + table->columns[i].nullable;
        w->columns[i].cells = at;
        for (uint32_t limb = 0; limb < limbs; limb++, at += rows)
            ZKL_TRY(zkl_spool_get(table->spool, at,
                                  cells_offset(table, chunk, i, limb) + first * sizeof(uint16_t),
                                  rows * sizeof(uint16_t), err));
    }
    return ZKL_OK;
}

/* One value: null, a dictionary's entry, the text of a hashed column, or the code's own bytes. */
static void put_value(zkl_buffer *out, const zkl_table_column *column, column_window *c,
                      uint32_t rows, uint32_t row, uint32_t segment_row)
{
    const uint32_t limbs = zkl_type_limbs(&column->type);
    const bool is_null = column->nullable && c->cells[(size_t)limbs * rows + row];
    if (zkl_type_is_hashed(&column->type)) {
        const uint32_t size = c->view.sizes[segment_row];
        if (is_null)
            zkl_row_put_null(out);
        else
            zkl_row_put_bytes(out, zkl_bytes_of(c->text, size));
        c->text += size;
        return;
    }
    if (is_null) {
        zkl_row_put_null(out);
        return;
    }
    if (column->type.kind == ZKL_TYPE_DICTIONARY) {
        ZKL_DEBUG_ASSERT(c->cells[row] < column->strings.entry_count);
        zkl_row_put_bytes(out, column->strings.entries[c->cells[row]]);
        return;
    }
    /* the highest limb first */
    zkl_code code = 0;
    for (uint32_t limb = limbs; limb-- > 0;)
        code = code << 16 | c->cells[(size_t)limb * rows + row];
    zkl_row_put_code(out, &column->type, code);
}

/* A window at a time. Rows come in order, so the text of the next row follows that of the last
 * one. */
static zkl_status put_segment(const row_output *out, const zkl_table *table, uint64_t chunk,
                              const zkl_segment *segment, window *w, zkl_error *err)
{
    ZKL_ASSERT(segment->first_row / ZKL_CHUNK_ROWS == chunk);
    const uint32_t in_chunk = (uint32_t)(segment->first_row - chunk * ZKL_CHUNK_ROWS);
    const uint32_t step = segment->row_count < ROWS_AT_A_TIME ? segment->row_count : ROWS_AT_A_TIME;
    ZKL_TRY(window_open(w, table, segment, step, err));
    for (uint32_t done = 0; done < segment->row_count;) {
        const uint32_t left = segment->row_count - done;
        const uint32_t rows = left < step ? left : step;
        ZKL_TRY(window_fill(w, table, chunk, in_chunk + done, rows, err));
        for (uint32_t row = 0; row < rows; row++) {
            if (out->starts)
                out->starts[in_chunk + done + row] = out->bytes->size;
            for (size_t i = 0; i < table->column_count; i++)
                put_value(out->bytes, &table->columns[i], &w->columns[i], rows, row, done + row);
        }
        done += rows;
    }
    return zkl_buffer_status(out->bytes, err);
}

static zkl_status read_rows(const row_output *out, const zkl_table *table, uint64_t chunk,
                            zkl_error *err)
{
    size_t first, end;
    ZKL_ASSERT(out->bytes);
    zkl_chunk_segments(&first, &end, table, chunk);
    for (size_t i = first; i < end; i++) {
        ZKL_AUTO_CLEAR(window) w = { 0 };
        ZKL_TRY(put_segment(out, table, chunk, &table->segments[i], &w, err));
    }
    if (out->starts)
        out->starts[zkl_chunk_rows(table, chunk)] = out->bytes->size;
    return ZKL_OK;
}

zkl_status zkl_table_chunk(const zkl_table *table, uint64_t chunk, uint16_t *const *cells,
                           zkl_buffer *row_bytes, size_t *row_starts, zkl_error *err)
{
    ZKL_ASSERT(chunk < zkl_table_chunks(table));
    const row_output rows = { row_bytes, row_starts };
    if (cells)
        ZKL_TRY(read_cells(table, chunk, cells, err));
    if (row_bytes)
        ZKL_TRY(read_rows(&rows, table, chunk, err));
    return ZKL_OK;
}
