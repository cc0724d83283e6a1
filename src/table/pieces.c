/* Rows that are read are buffered by column, written to the spool as pieces when a segment ends,
 * and read back by segment.
 *
 *   rows --append--> column buffers --end of segment--> facts, then a piece a column in the spool
 *   spool --load--> view of a piece
 *
 * A reader splits its text on one core, so a full segment waits for the next one to be filled: the
 * two, and the hashing of files, are the tasks of one round of the pool.
 *
 * 1. A segment ends with its file, with its chunk, or when its buffers hold ZKL_SEGMENT_BYTES:
 *    memory is bounded by twice that and by one chunk of the reader, whatever the file's size.
 * 2. At the end of a segment every column has all of its rows: columns that were not given one
 *    (objects) are null there.
 * 3. Ending a segment is a worker a column; columns share nothing but the spool, which is
 *    thread-safe. */
#include <float.h>
#include <stdatomic.h>
#include <stdio.h>

#include "table/table_internal.h"
#include "text/utf8.h"

#define NULLS_ROUND 16 /* bytes; what follows the bitmap in a piece is aligned for every value */

static size_t nulls_bytes(uint32_t row_count)
{
    return ((size_t)row_count + 8 * NULLS_ROUND - 1) / (8 * NULLS_ROUND) * NULLS_ROUND;
}

bool zkl_raw_is_text(const zkl_raw_type *raw)
{
    return raw->kind == ZKL_RAW_TEXT || raw->kind == ZKL_RAW_BINARY;
}

/* Of one row in the fixed part: texts have their sizes there. */
static size_t value_bytes(const zkl_raw_type *raw)
{
    return zkl_raw_is_text(raw) ? sizeof(uint32_t) : raw->value_bytes;
}

/* The low bytes, and the sign bit repeated above them. */
__int128 zkl_raw_integer(const zkl_raw_type *raw, const uint8_t *at)
{
    unsigned __int128 bits = 0;
    ZKL_DEBUG_ASSERT(raw->value_bytes >= 1 && raw->value_bytes <= sizeof bits);
    memcpy(&bits, at, raw->value_bytes); /* little-endian machines only; see the assertion below */
    const unsigned width = 8u * raw->value_bytes;
    if (!raw->is_unsigned && width < 128 && bits >> (width - 1) & 1)
        bits |= ~(unsigned __int128)0 << width;
    return (__int128)bits;
}
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "values lie as DuckDB leaves them");

bool zkl_raw_is_nan(const zkl_raw_type *raw, const uint8_t *at)
{
    double x;
    float y;
    if (raw->kind == ZKL_RAW_FLOAT64) {
        memcpy(&x, at, sizeof x);
        return x != x; /* no other value is not itself */
    }
    if (raw->kind != ZKL_RAW_FLOAT32)
        return false;
    memcpy(&y, at, sizeof y);
    return y != y;
}

size_t zkl_raw_real_plain(char out[ZKL_REAL_PLAIN_BYTES_MAX], const zkl_raw_type *raw,
                          const uint8_t *at)
{
    double x;
    float y;
    if (raw->kind == ZKL_RAW_FLOAT64) {
        memcpy(&x, at, sizeof x);
        return zkl_real_plain64(out, x);
    }
    ZKL_ASSERT(raw->kind == ZKL_RAW_FLOAT32);
    memcpy(&y, at, sizeof y);
    return zkl_real_plain32(out, y);
}

/* ---- reading back
 *
 * A view owns the memory of its piece. Sizes and values in it are aligned, since the bitmap before
 * them is rounded up to 16 bytes. */

void zkl_piece_view_clear(zkl_piece_view *view)
{
    zkl_free(view->block);
    *view = (zkl_piece_view){ 0 };
}

size_t zkl_piece_bytes(const zkl_piece *piece, const zkl_raw_type *raw, uint32_t row_count)
{
    return (piece->has_nulls ? nulls_bytes(row_count) : 0) + row_count * value_bytes(raw) +
           (size_t)piece->heap_bytes;
}

/* One block holds the piece as it lies in the spool: [nulls][values], or [nulls][sizes][texts].
 * A column that the segment does not have is absent: all bits of its nulls are set. */
zkl_status zkl_piece_load(zkl_piece_view *out, const zkl_table *table, const zkl_segment *segment,
                          size_t column, zkl_error *err)
{
    const zkl_raw_type *raw = &table->columns[column].raw;
    const zkl_piece absent = { .has_nulls = true, .absent = true };
    ZKL_ASSERT(column < table->column_count);
    const zkl_piece *piece = column < segment->piece_count ? &segment->pieces[column] : &absent;
    const size_t size = zkl_piece_bytes(piece, raw, segment->row_count);
    uint8_t *block = zkl_malloc(size, 1);
    if (!block)
        return zkl_no_memory(err, size);
    if (piece->absent) {
        memset(block, 0, size);
        memset(block, 0xff, nulls_bytes(segment->row_count));
    } else {
        const zkl_status status = zkl_spool_get(table->spool, block, piece->offset, size, err);
        if (status != ZKL_OK) {
            zkl_free(block);
            return status;
        }
    }
    uint8_t *values = block + (piece->has_nulls ? nulls_bytes(segment->row_count) : 0);
    *out = (zkl_piece_view){ .row_count = segment->row_count,
                             .nulls = piece->has_nulls ? block : NULL,
                             .block = block };
    if (zkl_raw_is_text(raw)) {
        out->sizes = (const uint32_t *)(const void *)values;
        out->heap = values + segment->row_count * sizeof(uint32_t);
    } else {
        out->values = values;
    }
    return ZKL_OK;
}

/* Line by line from the first one, or looked up. */
uint64_t zkl_segment_line(const zkl_table *table, const zkl_segment *segment, uint32_t row)
{
    uint64_t line = 0;
    if (!segment->has_lines)
        return segment->first_line ? segment->first_line + row : 0;
    if (zkl_spool_get(table->spool, &line, segment->lines_offset + row * sizeof line, sizeof line,
                      NULL) != ZKL_OK)
        return 0; /* only a message loses its line */
    return line;
}

/* ---- buffers
 *
 * A column's rows until the segment ends: values or texts one behind the other, sizes of texts,
 * and a bitmap of nulls. Capacities double and are kept from segment to segment. */

/* What every append keeps. */
static void buffer_invariant(const zkl_column_buffer *buffer)
{
    ZKL_ASSERT(buffer->size <= buffer->capacity && buffer->row_count <= buffer->row_capacity);
    ZKL_ASSERT(buffer->row_count <= ZKL_CHUNK_ROWS);
}

/* Wiped when it is freed, as every block is. */
static void buffer_clear(zkl_column_buffer *buffer)
{
    zkl_free(buffer->data);
    zkl_free(buffer->sizes);
    zkl_free(buffer->nulls);
    *buffer = (zkl_column_buffer){ 0 };
}

/* Room for `more` bytes of values; capacities double. */
static zkl_status reserve_bytes(zkl_column_buffer *buffer, size_t more, zkl_error *err)
{
    size_t capacity = buffer->capacity ? buffer->capacity : 256;
    while (capacity - buffer->size < more)
        if (!zkl_size_mul(&capacity, capacity, 2))
            return zkl_no_memory(err, SIZE_MAX);
    if (capacity == buffer->capacity)
        return ZKL_OK;
    uint8_t *data = zkl_realloc(buffer->data, buffer->size, capacity);
    if (!data)
        return zkl_no_memory(err, capacity);
    buffer->data = data;
    buffer->capacity = capacity;
    return ZKL_OK;
}

/* Room for `more` rows in sizes (of texts) and nulls; new null bits are 0. */
static zkl_status reserve_rows(zkl_column_buffer *buffer, uint32_t more, bool is_text,
                               zkl_error *err)
{
    uint32_t capacity = buffer->row_capacity ? buffer->row_capacity : 64;
    while (capacity - buffer->row_count < more)
        capacity *= 2;
    if (capacity == buffer->row_capacity)
        return ZKL_OK;
    if (is_text) {
        uint32_t *sizes =
            zkl_realloc(buffer->sizes, buffer->row_count * sizeof *sizes, capacity * sizeof *sizes);
        if (!sizes)
            return zkl_no_memory(err, capacity * sizeof *sizes);
        buffer->sizes = sizes;
    }
    uint8_t *nulls =
        zkl_realloc(buffer->nulls, nulls_bytes(buffer->row_capacity), nulls_bytes(capacity));
    if (!nulls)
        return zkl_no_memory(err, nulls_bytes(capacity));
    memset(nulls + nulls_bytes(buffer->row_capacity), 0,
           nulls_bytes(capacity) - nulls_bytes(buffer->row_capacity));
    buffer->nulls = nulls;
    buffer->row_capacity = capacity;
    return ZKL_OK;
}

/* Bits of new rows are 0 (reserve_rows), so only nulls are written. */
static void set_null(zkl_column_buffer *buffer, uint32_t row)
{
    buffer->nulls[row / 8] |= (uint8_t)(1 << row % 8);
    buffer->has_nulls = true;
}

static bool is_valid(const zkl_raw_vector *vector, size_t row)
{
    return !vector->valid || (vector->valid[row / 64] >> row % 64 & 1);
}

/* Rows [first, first + count) of a chunk's vector. The total is counted first, so that the
 * buffer moves once at most. A short text is copied with what stands behind it in its 12 bytes, for
 * which there is room: a copy of fixed size costs less, and the next text overwrites the rest. */
static zkl_status append_texts(zkl_column_buffer *buffer, const zkl_raw_vector *vector,
                               size_t first, uint32_t count, zkl_error *err)
{
    const zkl_raw_text *texts = vector->values;
    size_t total = 0;
    for (uint32_t i = 0; i < count; i++)
        if (is_valid(vector, first + i))
            total += texts[first + i].inside.size;
    ZKL_TRY(reserve_rows(buffer, count, true, err));
    ZKL_TRY(reserve_bytes(buffer, total + sizeof texts->inside.bytes, err));
    uint8_t *at = buffer->data + buffer->size;
    for (uint32_t i = 0; i < count; i++) {
        const zkl_raw_text *text = &texts[first + i];
        uint32_t size = 0;
        if (is_valid(vector, first + i)) {
            size = text->inside.size;
            if (size <= sizeof text->inside.bytes)
                memcpy(at, text->inside.bytes, sizeof text->inside.bytes);
            else
                memcpy(at, text->outside.data, size);
            at += size;
        } else {
            set_null(buffer, buffer->row_count + i);
        }
        buffer->sizes[buffer->row_count + i] = size;
    }
    buffer->size += total;
    buffer->row_count += count;
    buffer_invariant(buffer);
    return ZKL_OK;
}

/* Copied whole; the slots of nulls are then set to zero, since they are part of the piece's
 * bytes. */
static zkl_status append_fixed(zkl_column_buffer *buffer, const zkl_raw_vector *vector,
                               size_t width, size_t first, uint32_t count, zkl_error *err)
{
    ZKL_TRY(reserve_rows(buffer, count, false, err));
    ZKL_TRY(reserve_bytes(buffer, count * width, err));
    uint8_t *at = buffer->data + buffer->size;
    memcpy(at, (const uint8_t *)vector->values + first * width, count * width);
    for (uint32_t i = 0; vector->valid && i < count; i++)
        if (!is_valid(vector, first + i)) {
            memset(at + i * width, 0, width); /* the slot of a null holds rubbish */
            set_null(buffer, buffer->row_count + i);
        }
    buffer->size += count * width;
    buffer->row_count += count;
    buffer_invariant(buffer);
    return ZKL_OK;
}

/* Rows that the column was not given; their slots are zero. */
static zkl_status append_nulls(zkl_column_buffer *buffer, size_t width, bool is_text,
                               uint32_t count, zkl_error *err)
{
    ZKL_TRY(reserve_rows(buffer, count, is_text, err));
    if (!is_text) {
        ZKL_TRY(reserve_bytes(buffer, count * width, err));
        memset(buffer->data + buffer->size, 0, count * width);
        buffer->size += count * width;
    }
    for (uint32_t i = 0; i < count; i++) {
        set_null(buffer, buffer->row_count + i);
        if (is_text)
            buffer->sizes[buffer->row_count + i] = 0;
    }
    buffer->row_count += count;
    return ZKL_OK;
}

/* ---- facts of a full buffer
 *
 * Counted once for every value, while it is in memory anyway; types are decided from them later. */

/* Inference, value by value. Bytes are checked to be UTF-8 at once for the whole buffer; binary
 * columns have no shapes. lines: of the rows, or NULL. */
static zkl_status text_facts(zkl_table_column *column, const zkl_column_buffer *buffer,
                             const uint64_t *lines, zkl_error *err)
{
    const uint8_t *at = buffer->data;
    if (column->raw.kind == ZKL_RAW_TEXT &&
        !zkl_utf8_valid(zkl_bytes_of(buffer->data, buffer->size)))
        return zkl_fail(err, ZKL_BAD_INPUT, "column '%.*s' holds text that is not UTF-8",
                        zkl_name_shown(column->name), (const char *)column->name.data);
    for (uint32_t row = 0; row < buffer->row_count; row++) {
        column->facts.line = lines ? lines[row] : 0;
        /* a null has no shape and excludes none */
        if (!(buffer->nulls[row / 8] >> row % 8 & 1))
            zkl_facts_add_text(&column->facts, column->raw.kind == ZKL_RAW_TEXT ? ZKL_SHAPE_ALL : 0,
                               at, buffer->sizes[row]);
        at += buffer->sizes[row];
    }
    return ZKL_OK;
}

/* Are the digits that somebody wrote, and no result of floats? Every decimal of so many digits
 * comes back from the float that it became; integers have all the digits that they need. */
static bool are_written_digits(const zkl_raw_type *raw, const char *text, size_t size)
{
    size_t digits = 0;
    const size_t most = raw->kind == ZKL_RAW_FLOAT64 ? DBL_DIG : FLT_DIG;
    for (size_t i = 0; i < size; i++)
        digits += zkl_is_digit((uint8_t)text[i]) && (digits || text[i] != '0');
    return digits <= most || !memchr(text, '.', size);
}

/* NaN counts as a value, and says nothing about the others. digits: also the decimals that floats
 * are read as. */
static void float_facts(zkl_column_facts *facts, const zkl_raw_type *raw, const uint8_t *at,
                        bool digits)
{
    char text[ZKL_REAL_PLAIN_BYTES_MAX];
    if (zkl_raw_is_nan(raw, at)) {
        facts->value_count++;
        facts->nan_count++;
    } else if (digits) {
        const size_t size = zkl_raw_real_plain(text, raw, at);
        zkl_facts_add_text(
            facts, are_written_digits(raw, text, size) ? ZKL_SHAPE_NUMBERS : ZKL_SHAPE_FLOAT,
            (const uint8_t *)text, size);
    } else {
        facts->value_count++;
    }
}

/* Typed values: the span of exact numbers, and how many floats are NaN. Their shapes are the
 * file's own. */
static void fixed_facts(zkl_table_column *column, const zkl_column_buffer *buffer,
                        bool float_decimals)
{
    const zkl_raw_type *raw = &column->raw;
    zkl_column_facts *facts = &column->facts;
    const bool is_float = raw->kind == ZKL_RAW_FLOAT32 || raw->kind == ZKL_RAW_FLOAT64;
    if (raw->kind == ZKL_RAW_DECIMAL)
        facts->scale = raw->scale;
    for (uint32_t row = 0; row < buffer->row_count; row++) {
        const uint8_t *at = buffer->data + (size_t)row * raw->value_bytes;
        if (buffer->nulls[row / 8] >> row % 8 & 1)
            continue;
        if (is_float) {
            float_facts(facts, raw, at, float_decimals);
            continue;
        }
        facts->value_count++;
        if (raw->kind == ZKL_RAW_INTEGER || raw->kind == ZKL_RAW_DECIMAL)
            zkl_facts_add_integer(facts, zkl_raw_integer(raw, at));
    }
}

/* For columns of every kind. */
static void count_nulls(zkl_table_column *column, const zkl_column_buffer *buffer)
{
    for (uint32_t row = 0; buffer->has_nulls && row < buffer->row_count; row++)
        column->facts.null_count += buffer->nulls[row / 8] >> row % 8 & 1;
}

/* ---- ending a segment */

/* What the workers of one end share. */
typedef struct flush {
    zkl_loader *loader;
    zkl_segment_buffer *from;
    zkl_segment segment;
} flush;

/* The buffer as one block, which the spool encrypts where it lies. */
static zkl_status write_piece(const flush *work, size_t index, zkl_error *err)
{
    zkl_table *table = work->loader->table;
    zkl_piece *piece = &work->segment.pieces[index];
    zkl_column_buffer *buffer = &work->from->columns[index];
    const zkl_raw_type *raw = &table->columns[index].raw;
    const bool is_text = zkl_raw_is_text(raw);
    *piece =
        (zkl_piece){ .has_nulls = buffer->has_nulls, .heap_bytes = is_text ? buffer->size : 0 };
    const size_t size = zkl_piece_bytes(piece, raw, buffer->row_count);
    ZKL_AUTO_BLOCK uint8_t *block = zkl_malloc(size, 1);
    if (!block)
        return zkl_no_memory(err, size);
    uint8_t *at = block;
    buffer_invariant(buffer);
    if (piece->has_nulls) {
        memcpy(at, buffer->nulls, nulls_bytes(buffer->row_count));
        at += nulls_bytes(buffer->row_count);
    }
    if (is_text) {
        memcpy(at, buffer->sizes, buffer->row_count * sizeof *buffer->sizes);
        at += buffer->row_count * sizeof *buffer->sizes;
    }
    if (buffer->size)
        memcpy(at, buffer->data, buffer->size);
    return zkl_spool_put(table->spool, &piece->offset, block, size, err);
}

/* Missing rows, facts, piece; then the buffer is empty again, its memory kept for the next
 * segment. */
static zkl_status flush_column(const flush *work, size_t index, zkl_error *err)
{
    const zkl_loader *loader = work->loader;
    const zkl_segment_buffer *from = work->from;
    zkl_table_column *column = &loader->table->columns[index];
    zkl_column_buffer *buffer = &from->columns[index];
    const bool is_text = zkl_raw_is_text(&column->raw);
    if (buffer->row_count < from->row_count)
        ZKL_TRY(append_nulls(buffer, column->raw.value_bytes, is_text,
                             from->row_count - buffer->row_count, err));
    ZKL_ASSERT(buffer->row_count == from->row_count);
    count_nulls(column, buffer);
    if (!loader->facts_are_known && is_text)
        ZKL_TRY(text_facts(column, buffer, from->line_count ? from->lines : NULL, err));
    else if (!loader->facts_are_known)
        fixed_facts(column, buffer, loader->float_decimals);
    ZKL_TRY(write_piece(work, index, err));
    buffer->size = 0;
    if (buffer->has_nulls)
        memset(buffer->nulls, 0, nulls_bytes(buffer->row_capacity));
    buffer->has_nulls = false;
    buffer->row_count = 0;
    return ZKL_OK;
}

static zkl_status flush_task(void *context, size_t index, size_t worker, zkl_error *err)
{
    (void)worker;
    return flush_column(context, index, err);
}

/* Rows mostly begin line by line: then the first one's line says all. */
static zkl_status keep_lines(flush *work, zkl_error *err)
{
    zkl_segment_buffer *from = work->from;
    zkl_segment *segment = &work->segment;
    if (from->line_count == 0)
        return ZKL_OK;
    ZKL_ASSERT(from->line_count == segment->row_count);
    segment->first_line = from->lines[0];
    for (uint32_t row = 0; row < segment->row_count && !segment->has_lines; row++)
        segment->has_lines = from->lines[row] != segment->first_line + row;
    from->line_count = 0;
    return segment->has_lines
               ? zkl_spool_put(work->loader->table->spool, &segment->lines_offset, from->lines,
                               segment->row_count * sizeof *from->lines, err)
               : ZKL_OK;
}

zkl_status zkl_table_add_segment(zkl_table *table, const zkl_segment *segment, zkl_error *err)
{
    if (table->segment_count == table->segment_capacity) {
        const size_t capacity = table->segment_capacity ? 2 * table->segment_capacity : 16;
        zkl_segment *segments =
            zkl_realloc(table->segments, table->segment_capacity * sizeof *segments,
                        capacity * sizeof *segments);
        if (!segments)
            return zkl_no_memory(err, capacity * sizeof *segments);
        table->segments = segments;
        table->segment_capacity = capacity;
    }
    table->segments[table->segment_count++] = *segment;
    return ZKL_OK;
}

/* The segment of the buffer's rows, with room for its pieces, which live as long as the table; one
 * that fails is never listed. */
static zkl_status flush_begin(flush *out, zkl_loader *loader, zkl_segment_buffer *from,
                              zkl_error *err)
{
    zkl_table *table = loader->table;
    /* within one chunk: what convert.c and table_chunk.c find segments by */
    ZKL_ASSERT(from->first_row % ZKL_CHUNK_ROWS + from->row_count <= ZKL_CHUNK_ROWS);
    *out = (flush){ loader,
                    from,
                    { .first_row = from->first_row,
                      .file_row = from->file_row,
                      .row_count = from->row_count,
                      .file = from->file,
                      .piece_count = table->column_count } };
    out->segment.pieces = ZKL_ARENA_NEW(&table->arena, zkl_piece, table->column_count);
    return out->segment.pieces ? ZKL_OK
                               : zkl_no_memory(err, table->column_count * sizeof(zkl_piece));
}

/* Every column has its piece: the segment is listed, and the buffer is empty. */
static zkl_status flush_end(flush *work, zkl_error *err)
{
    zkl_segment_buffer *from = work->from;
    ZKL_TRY(keep_lines(work, err));
    ZKL_TRY(zkl_table_add_segment(work->loader->table, &work->segment, err));
    const uint64_t rows = from->first_row + from->row_count;
    from->row_count = 0;
    from->byte_count = 0;
    return zkl_env_progress(work->loader->env, "read", rows, 0, err);
}

/* Rows of the next segment follow those of this one. */
static void move_behind(zkl_segment_buffer *next, uint64_t first_row, uint64_t file_row,
                        uint32_t file)
{
    ZKL_ASSERT(next->row_count == 0 && next->line_count == 0);
    next->first_row = first_row;
    next->file_row = file_row;
    next->file = file;
}

/* The open segment at once, with nothing beside it. Nothing happens when no row is open. */
static zkl_status end_segment(zkl_loader *loader, zkl_error *err)
{
    zkl_segment_buffer *open = &loader->open;
    const uint32_t rows = open->row_count;
    flush work;
    ZKL_ASSERT(loader->full.row_count == 0); /* segments are listed in their order */
    if (rows == 0)
        return ZKL_OK;
    ZKL_TRY(flush_begin(&work, loader, open, err));
    ZKL_TRY(zkl_pool_try(loader->env->pool, loader->table->column_count, flush_task, &work, err));
    ZKL_TRY(flush_end(&work, err));
    move_behind(open, open->first_row + rows, open->file_row + rows, open->file);
    return ZKL_OK;
}

/* ---- a round
 *
 *   task 0: fill the open segment    1: hash    2, 3, ..: a column each of the full one
 *
 * Hashing goes on while there is anything else to do, so that it keeps a worker busy while rows
 * are split on another one, and never makes the others wait for long. */

#define ROUND_HASH_BYTES_MAX ((uint64_t)16 << 20) /* where one worker does all of it */

typedef struct round {
    zkl_loader *loader;
    void (*fill)(void *context);
    void *context;
    flush work;
    _Atomic size_t others_left;
} round;

static zkl_status round_task(void *context, size_t index, size_t worker, zkl_error *err)
{
    round *r = context;
    zkl_status status = ZKL_OK;
    (void)worker;
    if (index == 1)
        return zkl_inputs_hash_some(&r->loader->table->inputs, ROUND_HASH_BYTES_MAX,
                                    &r->others_left, err);
    if (index == 0)
        r->fill(r->context);
    else
        status = flush_column(&r->work, index - 2, err);
    atomic_fetch_sub(&r->others_left, 1);
    return status;
}

/* A full segment is written while the other buffer is filled. */
static void turn(zkl_loader *loader)
{
    const zkl_segment_buffer full = loader->open;
    ZKL_ASSERT(loader->full.row_count == 0);
    loader->open = loader->full;
    loader->full = full;
    move_behind(&loader->open, full.first_row + full.row_count, full.file_row + full.row_count,
                full.file);
}

zkl_status zkl_loader_round(zkl_loader *loader, void (*fill)(void *context), void *context,
                            zkl_error *err)
{
    round r = { .loader = loader, .fill = fill, .context = context };
    const bool has_full = zkl_loader_is_full(loader);
    size_t columns = 0;
    if (has_full) {
        turn(loader);
        ZKL_TRY(flush_begin(&r.work, loader, &loader->full, err));
        columns = loader->table->column_count;
    }
    atomic_store(&r.others_left, 1 + columns);
    ZKL_TRY(zkl_pool_try(loader->env->pool, 2 + columns, round_task, &r, err));
    return has_full ? flush_end(&r.work, err) : ZKL_OK;
}

/* ---- the loader
 *
 * Rows come by chunk (round, add_chunk: all columns at once) or by row (put_text, put_line,
 * end_row: columns in any order, some of them not at all). A table is loaded in one of the two
 * ways. */

static void segment_buffer_clear(zkl_segment_buffer *segment)
{
    for (size_t i = 0; i < segment->column_capacity; i++)
        buffer_clear(&segment->columns[i]);
    zkl_free(segment->columns);
    zkl_free(segment->lines);
}

void zkl_loader_clear(zkl_loader *loader)
{
    segment_buffer_clear(&loader->open);
    segment_buffer_clear(&loader->full);
    *loader = (zkl_loader){ 0 };
}

static zkl_status reserve_columns(zkl_segment_buffer *segment, size_t capacity, zkl_error *err)
{
    const size_t old = segment->column_capacity;
    if (old >= capacity)
        return ZKL_OK;
    zkl_column_buffer *columns =
        zkl_realloc(segment->columns, old * sizeof *columns, capacity * sizeof *columns);
    if (!columns)
        return zkl_no_memory(err, capacity * sizeof *columns);
    memset(columns + old, 0, (capacity - old) * sizeof *columns);
    segment->columns = columns;
    segment->column_capacity = capacity;
    return ZKL_OK;
}

/* Columns and buffers grow together; buffers never shrink, so a pointer to one is good until the
 * next column. */
zkl_status zkl_loader_add_column(zkl_loader *loader, zkl_bytes name, const zkl_raw_type *raw,
                                 zkl_error *err)
{
    zkl_table *table = loader->table;
    if (table->column_count == ZKL_COLUMNS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "more than %d columns", ZKL_COLUMNS_MAX);
    if (table->column_count == table->column_capacity) {
        const size_t old = table->column_capacity, capacity = old ? 2 * old : 16;
        zkl_table_column *columns =
            zkl_realloc(table->columns, old * sizeof *columns, capacity * sizeof *columns);
        if (!columns)
            return zkl_no_memory(err, capacity * sizeof *columns);
        memset(columns + old, 0, (capacity - old) * sizeof *columns);
        table->columns = columns;
        table->column_capacity = capacity;
    }
    ZKL_TRY(reserve_columns(&loader->open, table->column_capacity, err));
    ZKL_TRY(reserve_columns(&loader->full, table->column_capacity, err));
    const void *copy = zkl_arena_text(&table->arena, (const char *)name.data, name.size);
    if (!copy)
        return zkl_no_memory(err, name.size);
    zkl_table_column *column = &table->columns[table->column_count];
    *column = (zkl_table_column){ .name = zkl_bytes_of(copy, name.size), .raw = *raw };
    column->facts.null_count = loader->open.first_row; /* rows of segments before it was known */
    table->column_count++;
    return ZKL_OK;
}

zkl_status zkl_loader_start_file(zkl_loader *loader, uint32_t file, zkl_error *err)
{
    ZKL_TRY(end_segment(loader, err));
    ZKL_ASSERT(loader->open.row_count == 0 && file < loader->table->inputs.count);
    loader->open.file = file;
    loader->open.file_row = 0;
    return ZKL_OK;
}

/* A segment ends with its chunk, or when it holds enough. */
bool zkl_loader_is_full(const zkl_loader *loader)
{
    const zkl_segment_buffer *open = &loader->open;
    return open->row_count && ((open->first_row + open->row_count) % ZKL_CHUNK_ROWS == 0 ||
                               open->byte_count >= ZKL_SEGMENT_BYTES);
}

static zkl_status check_row_count(const zkl_segment_buffer *open, zkl_error *err)
{
    if (open->first_row + open->row_count > ZKL_ROWS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "more than %llu rows", (unsigned long long)ZKL_ROWS_MAX);
    return ZKL_OK;
}

/* Room for the lines of `more` rows. */
static zkl_status reserve_lines(zkl_segment_buffer *open, uint32_t more, zkl_error *err)
{
    uint32_t capacity = open->line_capacity ? open->line_capacity : 64;
    ZKL_ASSERT(open->line_count + more <= ZKL_CHUNK_ROWS);
    while (capacity - open->line_count < more)
        capacity *= 2; /* a segment has at most ZKL_CHUNK_ROWS rows */
    if (capacity == open->line_capacity)
        return ZKL_OK;
    uint64_t *lines =
        zkl_realloc(open->lines, open->line_count * sizeof *lines, capacity * sizeof *lines);
    if (!lines)
        return zkl_no_memory(err, capacity * sizeof *lines);
    open->lines = lines;
    open->line_capacity = capacity;
    return ZKL_OK;
}

zkl_status zkl_loader_put_line(zkl_loader *loader, uint64_t line, zkl_error *err)
{
    zkl_segment_buffer *open = &loader->open;
    if (line == 0)
        return ZKL_OK;
    ZKL_TRY(reserve_lines(open, 1, err));
    open->lines[open->line_count++] = line;
    return ZKL_OK;
}

static zkl_status add_lines(zkl_segment_buffer *open, const uint64_t *lines, uint32_t count,
                            zkl_error *err)
{
    ZKL_TRY(reserve_lines(open, count, err));
    memcpy(open->lines + open->line_count, lines, count * sizeof *lines);
    open->line_count += count;
    return ZKL_OK;
}

/* Rows [first, first + count) of a chunk, all within one segment. */
static zkl_status add_rows(zkl_loader *loader, const zkl_raw_chunk *chunk, size_t first,
                           uint32_t count, zkl_error *err)
{
    const zkl_table *table = loader->table;
    zkl_segment_buffer *open = &loader->open;
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_column_buffer *buffer = &open->columns[i];
        const size_t before = buffer->size;
        const zkl_raw_type *raw = &table->columns[i].raw;
        ZKL_TRY(zkl_raw_is_text(raw) ? append_texts(buffer, &chunk->vectors[i], first, count, err)
                                     : append_fixed(buffer, &chunk->vectors[i], raw->value_bytes,
                                                    first, count, err));
        open->byte_count += buffer->size - before + count * sizeof(uint32_t);
    }
    if (chunk->lines)
        ZKL_TRY(add_lines(open, chunk->lines + first, count, err));
    open->row_count += count;
    return check_row_count(open, err);
}

/* A chunk of the reader may cross the end of a chunk of the table: it is taken in parts. */
zkl_status zkl_loader_add_chunk(zkl_loader *loader, const zkl_raw_chunk *chunk, size_t *first,
                                zkl_error *err)
{
    const zkl_segment_buffer *open = &loader->open;
    ZKL_ASSERT(*first <= chunk->row_count);
    while (*first < chunk->row_count && !zkl_loader_is_full(loader)) {
        const uint64_t row = open->first_row + open->row_count;
        const uint64_t to_chunk_end = ZKL_CHUNK_ROWS - row % ZKL_CHUNK_ROWS;
        const size_t left = chunk->row_count - *first;
        const uint32_t count = (uint32_t)(left < to_chunk_end ? left : to_chunk_end);
        ZKL_TRY(add_rows(loader, chunk, *first, count, err));
        *first += count;
    }
    return ZKL_OK;
}

/* Rows before this one in which the column was not given are null: only now does that cost
 * anything. */
zkl_status zkl_loader_put_text(zkl_loader *loader, size_t column, zkl_bytes text, zkl_error *err)
{
    ZKL_DEBUG_ASSERT(column < loader->table->column_count);
    zkl_segment_buffer *open = &loader->open;
    zkl_column_buffer *buffer = &open->columns[column];
    /* rows before this one in which it was not given */
    if (buffer->row_count < open->row_count)
        ZKL_TRY(append_nulls(buffer, 0, true, open->row_count - buffer->row_count, err));
    if (text.size > UINT32_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a value has %zu bytes", text.size);
    ZKL_TRY(reserve_rows(buffer, 1, true, err));
    ZKL_TRY(reserve_bytes(buffer, text.size, err));
    if (text.size)
        memcpy(buffer->data + buffer->size, text.data, text.size);
    buffer->size += text.size;
    /* once a row: objects.c refuses a key twice */
    ZKL_DEBUG_ASSERT(buffer->row_count == open->row_count);
    buffer->sizes[buffer->row_count++] = (uint32_t)text.size;
    open->byte_count += text.size + sizeof(uint32_t);
    return ZKL_OK;
}

/* Columns that were not put keep fewer rows than the segment until they are put again, or it
 * ends. */
zkl_status zkl_loader_end_row(zkl_loader *loader, zkl_error *err)
{
    loader->open.row_count++;
    ZKL_TRY(check_row_count(&loader->open, err));
    return zkl_loader_is_full(loader) ? end_segment(loader, err) : ZKL_OK;
}

/* The rows of the table are those of all segments. */
zkl_status zkl_loader_finish(zkl_loader *loader, zkl_error *err)
{
    ZKL_TRY(end_segment(loader, err));
    ZKL_ASSERT(loader->open.line_count == 0);
    loader->table->row_count = loader->open.first_row;
    return ZKL_OK;
}
