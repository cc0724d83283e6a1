/* A chunk of a table that was read: its cells from the spool, and its row bytes made of them.
 *
 * Row bytes are what the leaves of the row tree hash: every value of a row in the schema's
 * order, so that a row can be shown without the others. They are made from the codes; only
 * hashed columns, whose cells hold a hash, need their own text again.
 *
 * The form of a value is types/value.h's (zkl_row_put_code and its like), which are the meaning. It
 * is written here at once for all values of some rows, into room that is made before; tests read it
 * back and compare it with the cells (tests/unit/table/table_testing.h). */
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

/* How a column's values stand in a row. */
typedef enum row_form { ROW_CODE, ROW_ENTRY, ROW_TEXT } row_form;

typedef struct column_window {
    row_form form;
    uint32_t limbs;
    bool nullable;
    /* ROW_CODE: 0x01 and the code's size, as the first five bytes in memory; bytes of the code. */
    uint64_t head;
    uint32_t code_bytes;
    /* ROW_ENTRY: the dictionary. */
    const zkl_bytes *entries;
    size_t entry_count;
    /* Limb l of row r at [l * rows + r]; then the flags. */
    const uint16_t *cells;
    /* ROW_TEXT: the whole segment, and where the next row's text begins in it. */
    zkl_piece_view view;
    const uint8_t *text;
} column_window;

#define HEAD_BYTES 5  /* 0x01, u32 size */
#define SLACK_BYTES 8 /* a store may reach so far behind its value */

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

static void column_window_init(column_window *c, const zkl_table_column *column)
{
    const zkl_type *type = &column->type;
    const uint32_t size = type->kind == ZKL_TYPE_BOOL ? 1 : 2 * zkl_type_limbs(type);
    uint8_t head[sizeof c->head] = { 1 };
    zkl_be32_put(head + 1, size);
    memcpy(&c->head, head, sizeof c->head);
    c->form = zkl_type_is_hashed(type)            ? ROW_TEXT
              : type->kind == ZKL_TYPE_DICTIONARY ? ROW_ENTRY
                                                  : ROW_CODE;
    c->code_bytes = size;
    c->limbs = zkl_type_limbs(type);
    c->nullable = column->nullable;
    c->entries = column->strings.entries;
    c->entry_count = column->strings.entry_count;
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
    for (size_t i = 0; i < table->column_count; i++) {
        column_window *c = &w->columns[i];
        column_window_init(c, &table->columns[i]);
        if (c->form == ROW_TEXT) {
            ZKL_TRY(zkl_piece_load(&c->view, table, segment, i, err));
            c->text = c->view.heap;
        }
    }
    return ZKL_OK;
}

static bool is_null(const column_window *c, uint32_t rows, uint32_t row)
{
    return c->nullable && c->cells[(size_t)c->limbs * rows + row];
}

/* Codes of a dictionary are places in it: what the spool gives is looked at before it is used. */
static zkl_status check_codes(const column_window *c, uint32_t rows, zkl_error *err)
{
    for (uint32_t row = 0; row < rows && c->form == ROW_ENTRY; row++)
        if (c->cells[row] >= c->entry_count && !is_null(c, rows, row))
            return zkl_fail(err, ZKL_IO,
                            "the spool file is damaged: a code is no entry of its dictionary");
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
        ZKL_TRY(check_codes(&w->columns[i], rows, err));
    }
    return ZKL_OK;
}

/* At most so many bytes of the column's values in rows [first, first + rows) of the segment. */
static size_t value_bytes_most(const column_window *c, uint32_t rows, uint32_t first)
{
    size_t total = (size_t)rows * (HEAD_BYTES + c->code_bytes);
    if (c->form == ROW_CODE)
        return total;
    total = (size_t)rows * HEAD_BYTES;
    for (uint32_t row = 0; row < rows; row++)
        if (c->form == ROW_TEXT)
            total += c->view.sizes[first + row];
        else if (!is_null(c, rows, row))
            total += c->entries[c->cells[row]].size;
    return total;
}

/* Sizes are mostly small: two loads and stores that overlap cost less than a call. */
static uint8_t *put_bytes(uint8_t *at, const uint8_t *data, size_t size)
{
    if (size - 8 <= 8) { /* 8 to 16 */
        uint64_t low, high;
        memcpy(&low, data, sizeof low);
        memcpy(&high, data + size - sizeof high, sizeof high);
        memcpy(at, &low, sizeof low);
        memcpy(at + size - sizeof high, &high, sizeof high);
    } else if (size < 8) {
        for (size_t i = 0; i < size; i++)
            at[i] = data[i];
    } else {
        memcpy(at, data, size);
    }
    return at + size;
}

static uint8_t *put_field(uint8_t *at, const uint8_t *data, uint32_t size)
{
    at[0] = 1;
    zkl_be32_put(at + 1, size);
    return put_bytes(at + HEAD_BYTES, data, size);
}

/* The code, highest limb first, each with its high byte first. The first store holds the head, and
 * the highest limb behind it; a bool has the low byte alone. */
static uint8_t *put_code(uint8_t *at, const column_window *c, uint32_t rows, uint32_t row)
{
    uint32_t limb = c->limbs - 1;
    const uint16_t top = c->cells[(size_t)limb * rows + row];
    const uint64_t first = c->code_bytes == 1 ? (uint64_t)(top & 0xff) : __builtin_bswap16(top);
    const uint64_t word = c->head | first << 8 * HEAD_BYTES;
    memcpy(at, &word, sizeof word);
    uint8_t *to = at + HEAD_BYTES + 2;
    while (limb-- > 0) {
        const uint16_t low = __builtin_bswap16(c->cells[(size_t)limb * rows + row]);
        memcpy(to, &low, sizeof low);
        to += sizeof low;
    }
    return at + HEAD_BYTES + c->code_bytes;
}

/* One value: null, a dictionary's entry, the text of a hashed column, or the code's own bytes. */
static uint8_t *put_value(uint8_t *at, column_window *c, uint32_t rows, uint32_t row,
                          uint32_t segment_row)
{
    const uint32_t text_bytes = c->form == ROW_TEXT ? c->view.sizes[segment_row] : 0;
    const uint8_t *text = c->text;
    c->text += text_bytes; /* of a null there are none */
    if (is_null(c, rows, row)) {
        *at = 0;
        return at + 1;
    }
    if (c->form == ROW_CODE)
        return put_code(at, c, rows, row);
    if (c->form == ROW_TEXT)
        return put_field(at, text, text_bytes);
    const zkl_bytes entry = c->entries[c->cells[row]];
    return put_field(at, entry.data, (uint32_t)entry.size);
}

/* Room for the values of rows [first, first + rows) of the segment. */
static zkl_status make_room(zkl_buffer *out, const window *w, uint32_t rows, uint32_t first,
                            zkl_error *err)
{
    size_t total = SLACK_BYTES;
    for (size_t i = 0; i < w->column_count; i++)
        total += value_bytes_most(&w->columns[i], rows, first);
    zkl_buffer_reserve(out, total);
    return zkl_buffer_status(out, err);
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
        ZKL_TRY(make_room(out->bytes, w, rows, done, err));
        uint8_t *const data = out->bytes->data, *at = data + out->bytes->size;
        for (uint32_t row = 0; row < rows; row++) {
            if (out->starts)
                out->starts[in_chunk + done + row] = (size_t)(at - data);
            for (size_t i = 0; i < w->column_count; i++)
                at = put_value(at, &w->columns[i], rows, row, done + row);
        }
        out->bytes->size = (size_t)(at - data);
        ZKL_ASSERT(out->bytes->size + SLACK_BYTES <= out->bytes->capacity);
        done += rows;
    }
    return ZKL_OK;
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

/* Of a column's values in a chunk, by the texts that were read. */
static uint64_t column_row_bytes(const zkl_table *table, uint64_t chunk, size_t index)
{
    column_window c = { 0 };
    size_t first, end;
    const uint64_t rows = zkl_chunk_rows(table, chunk);
    column_window_init(&c, &table->columns[index]);
    if (c.form == ROW_CODE)
        return rows * (HEAD_BYTES + c.code_bytes);
    uint64_t bytes = rows * HEAD_BYTES;
    zkl_chunk_segments(&first, &end, table, chunk);
    for (size_t i = first; i < end; i++)
        if (index < table->segments[i].piece_count)
            bytes += table->segments[i].pieces[index].heap_bytes;
    return bytes;
}

uint64_t zkl_table_row_bytes_most(const zkl_table *table)
{
    uint64_t most = 0;
    const uint64_t chunks = zkl_table_chunks(table);
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        uint64_t bytes = 0;
        for (size_t i = 0; i < table->column_count; i++)
            bytes += column_row_bytes(table, chunk, i);
        most = bytes > most ? bytes : most;
    }
    return most;
}
