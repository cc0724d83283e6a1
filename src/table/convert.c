/* From pieces to cells: every value of a chunk's column becomes its code under the column's
 * final type, or a bad value with its reason.
 *
 * 1. A value is converted exactly or not at all: no rounding, no truncation, no wrap. What a
 *    type cannot hold is bad.
 * 2. Cells of a column lie limb by limb, 16 bits each, lowest first; the flags of a nullable
 *    column come last. The cells of a null are zero and its flag is 1.
 * 3. All bad values are counted, and the first ten in row order are kept, whatever the order in
 *    which workers find them. */
#include <pthread.h>
#include <stdio.h>

#include "table/table_internal.h"
#include "types/value.h"

#define TASKS_A_WORKER 16 /* columns of chunks between two looks at how far it is */
#define HASH_BATCH 256    /* messages of one call of the hash, which takes several side by side */

/* ---- bad values */

/* The first bad values in row order, from several threads. */
typedef struct bad_list {
    pthread_mutex_t lock;
    zkl_bad_rows *rows;
} bad_list;

static bool stands_before(const zkl_bad_row *a, const zkl_bad_row *b)
{
    return a->row < b->row; /* within a row the order of columns is that of arrival */
}

/* Insertion into a sorted list that is cut at its tenth row. */
static void note_bad(bad_list *list, const zkl_bad_row *bad)
{
    zkl_bad_rows *all = list->rows;
    pthread_mutex_lock(&list->lock);
    all->total++;
    size_t at = all->count;
    while (at > 0 && stands_before(bad, &all->rows[at - 1]))
        at--;
    if (at < ZKL_COUNT(all->rows)) {
        if (all->count < ZKL_COUNT(all->rows))
            all->count++;
        memmove(&all->rows[at + 1], &all->rows[at], (all->count - 1 - at) * sizeof *bad);
        all->rows[at] = *bad;
    }
    ZKL_ASSERT(all->count <= all->total);
    pthread_mutex_unlock(&list->lock);
}

/* ---- what people see of it
 *
 * Bad rows are for the owner, in a terminal: nothing in them may move its cursor. */

/* What people see of a value: cut, and control characters as dots. */
static void show_text(char *out, size_t out_bytes, zkl_bytes text)
{
    ZKL_ASSERT(out_bytes > 0);
    size_t size = text.size < out_bytes - 1 ? text.size : out_bytes - 1;
    while (size < text.size && size > 0 && (text.data[size] & 0xc0) == 0x80)
        size--; /* not inside a character */
    for (size_t i = 0; i < size; i++)
        out[i] = text.data[i] < 0x20 || text.data[i] == 0x7f ? '.' : (char)text.data[i];
    out[size] = 0;
}

/* A value of a typed file, as people write it. Moments are shown as the integers that they are. */
static void show_raw(char *out, size_t out_bytes, const zkl_raw_type *raw, const uint8_t *at)
{
    char text[ZKL_VALUE_TEXT_BYTES_MAX];
    double x;
    float y;
    size_t size;
    if (raw->kind == ZKL_RAW_FLOAT64) {
        memcpy(&x, at, sizeof x);
        size = zkl_real_format64(text, x);
    } else if (raw->kind == ZKL_RAW_FLOAT32) {
        memcpy(&y, at, sizeof y);
        size = zkl_real_format32(text, y);
    } else {
        size = zkl_integer_format(text, zkl_raw_integer(raw, at),
                                  raw->kind == ZKL_RAW_DECIMAL ? raw->scale : 0);
    }
    snprintf(out, out_bytes, "%.*s", (int)size, text);
}

/* ---- one column of one chunk */

/* What a column's values become within one chunk. */
typedef struct plan {
    const zkl_table *table;
    const zkl_table_column *column;
    bad_list *bad;
    /* Limb l of row r at [l * rows + r]; the flags of a nullable column after the limbs. */
    uint16_t *cells;
    uint32_t rows, limbs;
    /* Values of the type: code = value + offset, and least <= value <= most. */
    __int128 least, most;
    zkl_code offset;
} plan;

/* raw: a value of fixed width; NULL: text. The line comes from the spool, which is why it is
 * looked up only now. */
static void add_bad(const plan *p, const zkl_segment *segment, uint32_t row, zkl_bytes text,
                    const uint8_t *raw, const char *reason)
{
    zkl_bad_row bad = { .row = segment->file_row + row + 1,
                        .line = zkl_segment_line(p->table, segment, row) };
    snprintf(bad.file, sizeof bad.file, "%s", p->table->inputs.list[segment->file].name);
    show_text(bad.column, sizeof bad.column, p->column->name);
    snprintf(bad.reason, sizeof bad.reason, "%s", reason);
    if (raw)
        show_raw(bad.value, sizeof bad.value, &p->column->raw, raw);
    else
        show_text(bad.value, sizeof bad.value, text);
    note_bad(p->bad, &bad);
}

/* limb l = bits 16l to 16l + 15 */
static void put_code(const plan *p, uint32_t row, zkl_code code)
{
    ZKL_DEBUG_ASSERT(row < p->rows);
    for (uint32_t limb = 0; limb < p->limbs; limb++)
        p->cells[(size_t)limb * p->rows + row] = (uint16_t)(code >> 16 * limb);
}

/* Codes are values moved up by the type's offset, so that they keep the order of values and are
 * never negative. */
static bool in_type(const plan *p, zkl_code *code, __int128 x, const char **reason)
{
    if (x < p->least || x > p->most) {
        *reason = "outside the type";
        return false;
    }
    *code = (zkl_code)x + p->offset;
    return true;
}

/* ---- codes of values: true and the code, or false and why not */

static bool same_word(const uint8_t *text, uint32_t size, const char *word)
{
    return size == strlen(word) && memcmp(text, word, size) == 0;
}

/* As the writers of CSV spell it; read as null only where the schema says so. */
static bool is_nan_text(const uint8_t *text, uint32_t size)
{
    return same_word(text, size, "nan") || same_word(text, size, "NaN") ||
           same_word(text, size, "NAN");
}

/* How most tools write labels: a bool where a schema says so. Inference makes numbers of them. */
static bool is_bool_digit(bool *out, const uint8_t *text, uint32_t size)
{
    *out = size == 1 && *text == '1';
    return size == 1 && (*text == '0' || *text == '1');
}

/* Numbers are most of what there is, so they go past the general parser. The rules are those of
 * inference (infer.h), but for leading zeros and the bools 0 and 1, which a schema file's type
 * allows. */
static bool code_of_text(const plan *p, zkl_code *code, const uint8_t *text, uint32_t size,
                         const char **reason)
{
    const zkl_type *type = &p->column->type;
    zkl_number_text n;
    __int128 x;
    bool truth;
    if (type->kind == ZKL_TYPE_BOOL &&
        (zkl_bool_scan(&truth, text, size) || is_bool_digit(&truth, text, size))) {
        *code = truth;
        return true;
    }
    if (!zkl_type_is_number(type))
        return zkl_value_parse(code, type, zkl_bytes_of(text, size), reason);
    if (!zkl_number_scan(&n, text, size)) {
        *reason = "not a number";
        return false;
    }
    /* 1e3 is an integer, but its writer had floats in mind: no guess is made */
    if (n.has_exponent) {
        *reason = "has an exponent; the type is exact";
        return false;
    }
    return zkl_number_unscaled(&x, &n, type->kind == ZKL_TYPE_DECIMAL ? type->scale : 0, reason) &&
           in_type(p, code, x, reason);
}

/* x at `from` decimal places as the same number at `to` places; false when it is not exact, or
 * has no room. */
static bool rescale(__int128 *x, unsigned from, unsigned to, const char **reason)
{
    ZKL_DEBUG_ASSERT(from <= 38 && to <= 38);
    for (; from < to; from++)
        if (__builtin_mul_overflow(*x, (__int128)10, x)) {
            *reason = "outside the type";
            return false;
        }
    for (; from > to; from--) {
        if (*x % 10 != 0) {
            *reason = "finer than the type's decimal places";
            return false;
        }
        *x /= 10;
    }
    return true;
}

/* Integers and decimals of the file. A float64 holds every integer up to 2^53 exactly, and not
 * every one beyond. */
static bool code_of_exact(const plan *p, zkl_code *code, __int128 x, const char **reason)
{
    const zkl_type *type = &p->column->type;
    const zkl_raw_type *raw = &p->column->raw;
    const unsigned scale = raw->kind == ZKL_RAW_DECIMAL ? raw->scale : 0;
    if (zkl_type_is_number(type))
        return rescale(&x, scale, type->kind == ZKL_TYPE_DECIMAL ? type->scale : 0, reason) &&
               in_type(p, code, x, reason);
    if (type->kind == ZKL_TYPE_BOOL && scale == 0 && (x == 0 || x == 1)) {
        *code = (zkl_code)x;
        return true;
    }
    if (type->kind == ZKL_TYPE_FLOAT64 && scale == 0 && x >= -((__int128)1 << 53) &&
        x <= (__int128)1 << 53) {
        *code = zkl_code_of_float64((double)x);
        return true;
    }
    *reason = type->kind == ZKL_TYPE_FLOAT64 ? "not exact as a float64"
              : type->kind == ZKL_TYPE_BOOL  ? "not true or false, nor 1 or 0"
                                             : "a number, but the column's type is not";
    return false;
}

/* A float of the file as a number of an exact type, or a bool: the one that its shortest digits
 * say, and people wrote. It is not the float itself, which is no decimal, but each float is told
 * apart. */
static bool code_of_digits(const plan *p, zkl_code *code, const uint8_t *at, const char **reason)
{
    char text[ZKL_REAL_PLAIN_BYTES_MAX];
    const size_t size = zkl_raw_real_plain(text, &p->column->raw, at);
    return code_of_text(p, code, (const uint8_t *)text, (uint32_t)size, reason);
}

/* Floats of the file. float32 -> float64 is always exact; the other way only when the value
 * comes back the same. */
static bool code_of_real(const plan *p, zkl_code *code, const uint8_t *at, const char **reason)
{
    const zkl_type_kind kind = p->column->type.kind;
    if (zkl_type_is_number(&p->column->type) || kind == ZKL_TYPE_BOOL)
        return code_of_digits(p, code, at, reason);
    double x;
    float y;
    if (p->column->raw.kind == ZKL_RAW_FLOAT32) {
        memcpy(&y, at, sizeof y);
        x = (double)y;
    } else {
        memcpy(&x, at, sizeof x);
        y = (float)x;
    }
    *reason = NULL;
    if (kind == ZKL_TYPE_FLOAT64)
        *code = zkl_code_of_float64(x);
    else if (kind == ZKL_TYPE_FLOAT32 && (double)y == x)
        *code = zkl_code_of_float32(y);
    else
        *reason = kind == ZKL_TYPE_FLOAT32
                      ? "not exact as a float32"
                      : "a float, but the column's type is not; its digits are not exact";
    return !*reason;
}

/* Dates in days, times and timestamps in microseconds. The file's own units may be coarser
 * (exact) or finer (exact only when nothing is lost). DuckDB marks infinite dates by the
 * extremes of their integers. */
static bool code_of_moment(const plan *p, zkl_code *code, __int128 x, const char **reason)
{
    const zkl_raw_type *raw = &p->column->raw;
    const zkl_type_kind kind = p->column->type.kind;
    if ((raw->kind == ZKL_RAW_DATE && (x == INT32_MAX || x == -INT32_MAX)) ||
        (raw->kind == ZKL_RAW_TIMESTAMP && (x == INT64_MAX || x == -INT64_MAX))) {
        *reason = "an infinite date";
        return false;
    }
    if ((raw->kind == ZKL_RAW_DATE) != (kind == ZKL_TYPE_DATE) ||
        (raw->kind == ZKL_RAW_TIME) != (kind == ZKL_TYPE_TIME) ||
        (raw->kind == ZKL_RAW_TIMESTAMP) != (kind == ZKL_TYPE_TIMESTAMP)) {
        *reason = "a date or time, but the column's type is another";
        return false;
    }
    if (raw->kind == ZKL_RAW_TIMESTAMP && raw->units_per_second > 1000000) {
        const __int128 per = raw->units_per_second / 1000000;
        if (x % per != 0) {
            *reason = "finer than microseconds";
            return false;
        }
        x /= per; /* exact: 1000 nanoseconds are a microsecond */
    } else if (raw->kind == ZKL_RAW_TIMESTAMP) {
        x *= 1000000 / raw->units_per_second;
    }
    return in_type(p, code, x, reason);
}

/* By what the file holds; which types that suits is asked by each. */
static bool code_of_raw(const plan *p, zkl_code *code, const uint8_t *at, const char **reason)
{
    const zkl_raw_type *raw = &p->column->raw;
    switch (raw->kind) {
    case ZKL_RAW_BOOL:
        *code = *at != 0;
        *reason = "true or false, but the column's type is another";
        return p->column->type.kind == ZKL_TYPE_BOOL;
    case ZKL_RAW_INTEGER:
    case ZKL_RAW_DECIMAL:
        return code_of_exact(p, code, zkl_raw_integer(raw, at), reason);
    case ZKL_RAW_FLOAT32:
    case ZKL_RAW_FLOAT64:
        return code_of_real(p, code, at, reason);
    case ZKL_RAW_DATE:
    case ZKL_RAW_TIME:
    case ZKL_RAW_TIMESTAMP:
        return code_of_moment(p, code, zkl_raw_integer(raw, at), reason);
    case ZKL_RAW_TEXT:
    case ZKL_RAW_BINARY:
        break;
    }
    ZKL_ASSERT(raw->kind <= ZKL_RAW_TIMESTAMP);
    return false;
}

/* at: the row within the chunk; row: within the segment. */
static void put_null(const plan *p, const zkl_segment *segment, uint32_t at, uint32_t row)
{
    ZKL_DEBUG_ASSERT(at < p->rows);
    if (p->column->nullable)
        p->cells[(size_t)p->limbs * p->rows + at] = 1;
    else
        add_bad(p, segment, row, zkl_bytes_of_text(""), NULL,
                "null, but the column is not nullable");
}

/* Values of fixed width, as a typed file has them. first: the segment's first row within the
 * chunk. */
static void convert_fixed(const plan *p, const zkl_segment *segment, const zkl_piece_view *view,
                          uint32_t first)
{
    const size_t width = p->column->raw.value_bytes;
    for (uint32_t row = 0; row < view->row_count; row++) {
        const uint8_t *at = view->values + row * width;
        zkl_code code = 0;
        const char *reason = NULL;
        /* NaN is a value of floats to computers and a gap to people: the schema must say which */
        if (zkl_piece_is_null(view, row))
            put_null(p, segment, first + row, row);
        else if (zkl_raw_is_nan(&p->column->raw, at) && p->column->nan_is_null)
            put_null(p, segment, first + row, row);
        else if (zkl_raw_is_nan(&p->column->raw, at))
            add_bad(p, segment, row, (zkl_bytes){ 0 }, at, "NaN; a schema may say nan = \"null\"");
        else if (code_of_raw(p, &code, at, &reason))
            put_code(p, first + row, code);
        else
            add_bad(p, segment, row, (zkl_bytes){ 0 }, at, reason);
    }
}

/* Texts: codes of a dictionary, or values that are parsed. Text is one behind the other, so `at`
 * moves by every size, also of nulls (0). */
static void convert_text(const plan *p, const zkl_segment *segment, const zkl_piece_view *view,
                         uint32_t first)
{
    const zkl_table_column *column = p->column;
    const bool is_float =
        column->type.kind == ZKL_TYPE_FLOAT32 || column->type.kind == ZKL_TYPE_FLOAT64;
    const uint8_t *at = view->heap;
    for (uint32_t row = 0; row < view->row_count; at += view->sizes[row], row++) {
        const uint32_t size = view->sizes[row];
        zkl_code code = 0;
        uint32_t position;
        const char *reason = NULL;
        if (zkl_piece_is_null(view, row)) {
            put_null(p, segment, first + row, row);
        } else if (column->type.kind == ZKL_TYPE_DICTIONARY) {
            if (!zkl_string_set_code(&position, &column->strings, zkl_bytes_of(at, size)))
                add_bad(p, segment, row, zkl_bytes_of(at, size), NULL, "not in the dictionary");
            else
                put_code(p, first + row, position);
        } else if (is_float && column->nan_is_null && is_nan_text(at, size)) {
            put_null(p, segment, first + row, row);
        } else if (code_of_text(p, &code, at, size, &reason)) {
            put_code(p, first + row, code);
        } else {
            add_bad(p, segment, row, zkl_bytes_of(at, size), NULL, reason);
        }
    }
}

/* Strings and binaries by their hash, several at a time: messages wait until a batch is full, or
 * the piece ends. */
static void convert_hashed(const plan *p, const zkl_segment *segment, const zkl_piece_view *view,
                           uint32_t first)
{
    zkl_bytes messages[HASH_BATCH];
    zkl_digest digests[HASH_BATCH];
    uint32_t rows[HASH_BATCH];
    size_t waiting = 0;
    const uint8_t *at = view->heap;
    for (uint32_t row = 0; row < view->row_count; at += view->sizes[row], row++) {
        if (zkl_piece_is_null(view, row)) {
            put_null(p, segment, first + row, row);
        } else {
            messages[waiting] = zkl_bytes_of(at, view->sizes[row]);
            rows[waiting++] = first + row;
        }
        if (waiting < HASH_BATCH && row + 1 < view->row_count)
            continue;
        zkl_sha3_256_each(digests, messages, waiting);
        for (size_t i = 0; i < waiting; i++) {
            uint16_t limbs[16];
            zkl_limbs_of_digest(limbs, &digests[i], p->limbs);
            for (uint32_t limb = 0; limb < p->limbs; limb++)
                p->cells[(size_t)limb * p->rows + rows[i]] = limbs[limb];
        }
        waiting = 0;
    }
}

/* Bytes go into binary types, text into strings, and nothing else into either. */
static bool hashed_fits(const zkl_raw_type *raw, const zkl_type *type)
{
    const bool binary = type->kind == ZKL_TYPE_BINARY16 || type->kind == ZKL_TYPE_BINARY32;
    return (raw->kind == ZKL_RAW_BINARY) == binary;
}

/* ---- pieces, columns, chunks */

/* By what the column holds and what it becomes. */
static zkl_status convert_piece(const plan *p, const zkl_segment *segment, size_t column,
                                uint32_t first, zkl_error *err)
{
    zkl_piece_view view = { 0 };
    ZKL_ASSERT(first + segment->row_count <= p->rows);
    ZKL_TRY(zkl_piece_load(&view, p->table, segment, column, err));
    /* pieces that suit no type of this kind were refused before (check_types) */
    if (zkl_type_is_hashed(&p->column->type) && hashed_fits(&p->column->raw, &p->column->type))
        convert_hashed(p, segment, &view, first);
    else if (p->column->raw.kind == ZKL_RAW_TEXT && !zkl_type_is_hashed(&p->column->type))
        convert_text(p, segment, &view, first);
    else if (!zkl_raw_is_text(&p->column->raw))
        convert_fixed(p, segment, &view, first);
    zkl_piece_view_clear(&view);
    return ZKL_OK;
}

uint32_t zkl_chunk_rows(const zkl_table *table, uint64_t chunk)
{
    ZKL_ASSERT(chunk < zkl_table_chunks(table));
    const uint64_t left = table->row_count - chunk * ZKL_CHUNK_ROWS;
    return left < ZKL_CHUNK_ROWS ? (uint32_t)left : ZKL_CHUNK_ROWS;
}

/* Segments tile the rows in order and none crosses a chunk's end, so a chunk has whole segments,
 * one behind the other. */
void zkl_chunk_segments(size_t *first, size_t *end, const zkl_table *table, uint64_t chunk)
{
    /* binary search for the first segment at or after the chunk's first row */
    size_t low = 0, high = table->segment_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (table->segments[middle].first_row < chunk * ZKL_CHUNK_ROWS)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (low < table->segment_count &&
           table->segments[low].first_row < (chunk + 1) * ZKL_CHUNK_ROWS)
        low++;
    *end = low;
    ZKL_ASSERT(*first < *end && table->segments[*first].first_row == chunk * ZKL_CHUNK_ROWS);
}

/* The cells of one column of one chunk; data is the caller's to free. */
typedef struct column_cells {
    uint16_t *data;
    size_t bytes;
} column_cells;

static zkl_status make_cells(column_cells *out, const zkl_table *table, bad_list *bad,
                             uint64_t chunk, size_t index, zkl_error *err)
{
    const zkl_table_column *column = &table->columns[index];
    zkl_code low, high;
    zkl_type_code_range(&low, &high, &column->type);
    plan p = { .table = table,
               .column = column,
               .bad = bad,
               .rows = zkl_chunk_rows(table, chunk),
               .limbs = zkl_type_limbs(&column->type),
               .offset = zkl_type_offset(&column->type) };
    p.least = (__int128)(low - p.offset);
    p.most = (__int128)(high - p.offset);
    ZKL_ASSERT(p.limbs > 0);
    out->bytes = (size_t)p.rows * (p.limbs + column->nullable) * sizeof(uint16_t);
    p.cells = out->data = zkl_calloc(out->bytes, 1);
    if (!p.cells)
        return zkl_no_memory(err, out->bytes);
    size_t first, end;
    zkl_chunk_segments(&first, &end, table, chunk);
    for (size_t i = first; i < end; i++) {
        const zkl_segment *segment = &table->segments[i];
        ZKL_TRY(convert_piece(&p, segment, index,
                              (uint32_t)(segment->first_row - chunk * ZKL_CHUNK_ROWS), err));
    }
    return ZKL_OK;
}

/* The pieces of a column whose cells say all: their place on the disk is given back. Hashed
 * columns keep theirs, since their row bytes are the values themselves. */
static void drop_pieces(const zkl_table *table, uint64_t chunk, size_t index)
{
    size_t first, end;
    zkl_chunk_segments(&first, &end, table, chunk);
    if (zkl_type_is_hashed(&table->columns[index].type))
        return;
    for (size_t i = first; i < end; i++)
        if (index < table->segments[i].piece_count) {
            const zkl_piece *piece = &table->segments[i].pieces[index];
            zkl_spool_drop(table->spool, piece->offset, (size_t)piece->heap_bytes);
        }
}

static zkl_status convert_column(zkl_table *table, bad_list *bad, uint64_t chunk, size_t index,
                                 zkl_error *err)
{
    column_cells cells = { 0 };
    zkl_status status = make_cells(&cells, table, bad, chunk, index, err);
    if (status == ZKL_OK) {
        drop_pieces(table, chunk, index);
        status =
            zkl_spool_put(table->spool, &table->cell_offsets[chunk * table->column_count + index],
                          cells.data, cells.bytes, err);
    }
    zkl_free(cells.data);
    return status;
}

zkl_status zkl_table_convert_column(zkl_table *table, zkl_bad_rows *bad, uint64_t chunk,
                                    size_t index, zkl_error *err)
{
    bad_list list = { PTHREAD_MUTEX_INITIALIZER, bad };
    const zkl_status status = convert_column(table, &list, chunk, index, err);
    pthread_mutex_destroy(&list.lock);
    return status;
}

/* Cells are made and thrown away, chunk by chunk, until one value does not fit. */
zkl_status zkl_column_fits(bool *out, zkl_bad_row *first, const zkl_table *table, size_t index,
                           zkl_error *err)
{
    zkl_bad_rows rows = { 0 };
    bad_list bad = { PTHREAD_MUTEX_INITIALIZER, &rows };
    const uint64_t chunks = zkl_table_chunks(table);
    zkl_status status = ZKL_OK;
    for (uint64_t chunk = 0; chunk < chunks && status == ZKL_OK && rows.total == 0; chunk++) {
        column_cells cells = { 0 };
        status = make_cells(&cells, table, &bad, chunk, index, err);
        zkl_free(cells.data);
    }
    /* the row is shown to the owner only, and wiped by the caller */
    *out = rows.total == 0;
    *first = rows.rows[0];
    zkl_wipe(&rows, sizeof rows);
    pthread_mutex_destroy(&bad.lock);
    return status;
}

/* Text may be read as any type but bytes; typed values are never strings, nor looked up in a
 * dictionary. */
bool zkl_raw_suits(const zkl_raw_type *raw, const zkl_type *type)
{
    const bool hashed = zkl_type_is_hashed(type);
    return raw->kind == ZKL_RAW_BINARY ? hashed && hashed_fits(raw, type)
           : raw->kind == ZKL_RAW_TEXT ? !hashed || hashed_fits(raw, type)
                                       : !hashed && type->kind != ZKL_TYPE_DICTIONARY;
}

/* Some chunks, a task for each column of each. */
typedef struct job {
    zkl_table *table;
    bad_list *bad;
    uint64_t first_chunk;
} job;

/* Bad values are no failure: all of them are counted. */
static zkl_status convert_task(void *context, size_t index, size_t worker, zkl_error *err)
{
    const job *work = context;
    const size_t columns = work->table->column_count;
    (void)worker;
    return convert_column(work->table, work->bad, work->first_chunk + index / columns,
                          index % columns, err);
}

/* A type that no value of the column can have is told once, not once a row. */
static zkl_status check_types(const zkl_table *table, zkl_error *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const zkl_table_column *column = &table->columns[i];
        char name[128], type[ZKL_TYPE_TEXT_BYTES_MAX];
        if (zkl_raw_suits(&column->raw, &column->type))
            continue;
        show_text(name, sizeof name, column->name);
        (void)zkl_type_text(type, &column->type); /* ends in NUL */
        return zkl_fail(err, ZKL_BAD_INPUT, "column '%s' holds %s; it cannot be %s", name,
                        column->raw.kind == ZKL_RAW_BINARY ? "bytes"
                        : column->raw.kind == ZKL_RAW_TEXT ? "text"
                                                           : "typed values",
                        type);
    }
    return ZKL_OK;
}

/* Some chunks at a time, of a wide table one: workers wait for each other seldom, and the caller
 * hears how far it is. Memory is bounded by one column of one chunk a worker. */
zkl_status zkl_table_convert(zkl_table *table, zkl_bad_rows *bad, const zkl_env *env,
                             zkl_error *err)
{
    bad_list list = { PTHREAD_MUTEX_INITIALIZER, bad };
    const uint64_t chunks = zkl_table_chunks(table);
    const uint64_t step = 1 + TASKS_A_WORKER * zkl_pool_threads(env->pool) / table->column_count;
    ZKL_ASSERT(table->cell_offsets && table->schema.column_count == table->column_count);
    ZKL_TRY(check_types(table, err));
    for (job work = { table, &list, 0 }; work.first_chunk < chunks; work.first_chunk += step) {
        const uint64_t left = chunks - work.first_chunk, count = left < step ? left : step;
        ZKL_TRY(
            zkl_pool_try(env->pool, (size_t)count * table->column_count, convert_task, &work, err));
        ZKL_TRY(zkl_env_progress(env, "encode", work.first_chunk + count, chunks, err));
    }
    return ZKL_OK;
}
