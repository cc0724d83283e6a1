/* A Parquet file, as far as it must be understood to be checked:
 *
 *   "PAR1"  page page page ...  footer  u32 length of the footer, little-endian  "PAR1"
 *
 *   footer = FileMetaData: schema (a tree, depth first), rows, row groups row group = one
 *   ColumnChunk a leaf of the schema = where its pages are, its codec, its values page =
 *   PageHeader (sizes, CRC, encoding, values), then its body
 *
 * 1. All numbers come from the file. A size is compared with what is left before it is used,
 *    sums are checked for overflow, and a list is walked only as far as its bytes can reach.
 * 2. Field numbers are those of parquet.thrift. Fields that are not asked for are stepped over,
 *    so that later writers pass.
 * 3. The footer is checked against itself, then the pages against the footer: DuckDB takes the
 *    one for granted when it reads the other.
 *
 * Memory: the footer, its chunks and leaves, and one piece; pages go through the piece. */
#include "input/parquet_check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/file.h"
#include "text/shown.h"
#include "input/file_kind.h"

#define MAGIC_BYTES 4
#define TAIL_BYTES 8 /* the footer's length, and the magic */
#define PIECE_BYTES ((size_t)1 << 20)
/* A page header holds bounds of its values, which may be long. */
#define HEADER_BYTES_MAX PIECE_BYTES
/* Structs within structs. The schema's own tree is a flat list; deeper things are stepped over
 * by recursion. */
#define DEPTH_MAX 32
#define NAME_SHOWN 200
#define GZIP_WINDOW (16 + 15) /* zlib: gzip only, the largest window */

/* ---- Thrift's compact protocol: what is not asked for is stepped over */

typedef enum thrift_type {
    THRIFT_STOP = 0,
    THRIFT_TRUE = 1,
    THRIFT_FALSE = 2,
    THRIFT_BYTE = 3,
    THRIFT_I16 = 4,
    THRIFT_I32 = 5,
    THRIFT_I64 = 6,
    THRIFT_DOUBLE = 7,
    THRIFT_BINARY = 8,
    THRIFT_LIST = 9,
    THRIFT_SET = 10,
    THRIFT_MAP = 11,
    THRIFT_STRUCT = 12,
    THRIFT_UUID = 13,
} thrift_type;

/* After a fault every read gives zero, and the end of a struct or list. */
typedef struct thrift {
    const uint8_t *start, *at, *end;
    bool failed;
} thrift;

/* Asserted at the doors of the walk: what is left lies within the bytes. */
static void thrift_invariant(const thrift *t)
{
    ZKL_ASSERT(t->start <= t->at && t->at <= t->end);
}

static thrift thrift_of(zkl_bytes bytes)
{
    return (thrift){ bytes.data, bytes.data, bytes.size ? bytes.data + bytes.size : bytes.data,
                     false };
}

/* 0 behind the end, which is a fault. */
static uint8_t take_byte(thrift *t)
{
    if (t->failed || t->at == t->end) {
        t->failed = true;
        return 0;
    }
    return *t->at++;
}

/* Compared with what is left before anything is added: the size is the file's. */
static void step_over(thrift *t, uint64_t size)
{
    thrift_invariant(t);
    if (t->failed || size > (uint64_t)(t->end - t->at))
        t->failed = true;
    else
        t->at += size;
}

/* Seven bits a byte, lowest first; the top bit says that more follow. Ten bytes at most. */
static uint64_t take_varint(thrift *t)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const uint8_t byte = take_byte(t);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    t->failed = true;
    return 0;
}

/* Zigzag: 0, -1, 1, -2, ... are 0, 1, 2, 3, ... */
static int64_t take_integer(thrift *t)
{
    const uint64_t zigzag = take_varint(t);
    return (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
}

/* A value that cannot be negative. */
static uint64_t take_size(thrift *t)
{
    const int64_t value = take_integer(t);
    t->failed |= value < 0;
    return value < 0 ? 0 : (uint64_t)value;
}

/* A field is a byte, its type below and above it how far its id is from the one before; 0 there:
 * the id follows. The next field of a struct: its type, THRIFT_STOP at the end. *id: of the
 * field before, then of this. */
static thrift_type next_field(thrift *t, int64_t *id)
{
    const uint8_t byte = take_byte(t);
    const unsigned type = byte & 0x0f;
    thrift_invariant(t);
    if (t->failed || type == THRIFT_STOP)
        return THRIFT_STOP;
    *id = byte >> 4 ? *id + (byte >> 4) : take_integer(t);
    if (type > THRIFT_UUID || *id < 0 || *id > INT16_MAX)
        t->failed = true;
    return t->failed ? THRIFT_STOP : (thrift_type)type;
}

/* The number of items, whose type is in *type. */
static uint64_t take_list(thrift *t, thrift_type *type)
{
    const uint8_t byte = take_byte(t);
    const uint64_t count = byte >> 4 == 15 ? take_varint(t) : byte >> 4;
    *type = (thrift_type)(byte & 0x0f);
    /* each item takes a byte at least: nothing is walked for a lie */
    if (count > (uint64_t)(t->end - t->at) || (count && *type > THRIFT_UUID))
        t->failed = true;
    return t->failed ? 0 : count;
}

static void skip_value(thrift *t, thrift_type type, unsigned depth, bool in_list);

/* Ends at THRIFT_STOP, which a fault gives too. */
static void skip_struct(thrift *t, unsigned depth)
{
    int64_t id = 0;
    for (thrift_type type; (type = next_field(t, &id)) != THRIFT_STOP;)
        skip_value(t, type, depth + 1, false);
}

/* Lists and sets have one form. */
static void skip_list(thrift *t, unsigned depth)
{
    thrift_type type;
    for (uint64_t count = take_list(t, &type); count && !t->failed; count--)
        skip_value(t, type, depth + 1, true);
}

/* An empty map is one byte; else the types of key and value stand before its pairs. */
static void skip_map(thrift *t, unsigned depth)
{
    const uint64_t count = take_varint(t);
    if (count == 0)
        return;
    const uint8_t types = take_byte(t);
    if (count > (uint64_t)(t->end - t->at))
        t->failed = true;
    for (uint64_t i = 0; i < count && !t->failed; i++) {
        skip_value(t, (thrift_type)(types >> 4), depth + 1, true);
        skip_value(t, (thrift_type)(types & 0x0f), depth + 1, true);
    }
}

/* in_list: there a bool takes a byte; as a field its type is its value. */
static void skip_value(thrift *t, thrift_type type, unsigned depth, bool in_list)
{
    if (depth > DEPTH_MAX) {
        t->failed = true;
        return;
    }
    switch (type) {
    case THRIFT_TRUE:
    case THRIFT_FALSE:
        step_over(t, in_list);
        return;
    case THRIFT_BYTE:
        step_over(t, 1);
        return;
    case THRIFT_I16:
    case THRIFT_I32:
    case THRIFT_I64:
        (void)take_varint(t); /* stepped over */
        return;
    case THRIFT_DOUBLE:
        step_over(t, 8);
        return;
    case THRIFT_BINARY:
        step_over(t, take_varint(t));
        return;
    case THRIFT_LIST:
    case THRIFT_SET:
        skip_list(t, depth);
        return;
    case THRIFT_MAP:
        skip_map(t, depth);
        return;
    case THRIFT_STRUCT:
        skip_struct(t, depth);
        return;
    case THRIFT_UUID:
        step_over(t, 16);
        return;
    case THRIFT_STOP:
        break;
    }
    t->failed = true;
}

/* A field of the footer is asked for by id and type: one of another type is stepped over as
 * unknown. */
static bool is_integer(thrift_type type)
{
    return type == THRIFT_I16 || type == THRIFT_I32 || type == THRIFT_I64;
}

/* ---- the footer
 *
 * A fault of the walk shows once, at its end: "damaged". Faults of meaning are named at once. */

void zkl_parquet_footer_clear(zkl_parquet_footer *footer)
{
    zkl_free(footer->chunks);
    zkl_free(footer->leaves);
    *footer = (zkl_parquet_footer){ 0 };
}

/* Grows by doubling. Chunks are at most as many as bytes of the footer: each takes some. */
static zkl_status add_chunk(zkl_parquet_footer *footer, const zkl_parquet_chunk *chunk,
                            zkl_error *err)
{
    if (footer->chunk_count == footer->chunk_capacity) {
        const size_t old = footer->chunk_capacity, capacity = old ? 2 * old : 64;
        zkl_parquet_chunk *chunks =
            zkl_realloc(footer->chunks, old * sizeof *chunks, capacity * sizeof *chunks);
        if (!chunks)
            return zkl_no_memory(err, capacity * sizeof *chunks);
        footer->chunks = chunks;
        footer->chunk_capacity = capacity;
    }
    ZKL_ASSERT(footer->chunk_count < footer->chunk_capacity);
    footer->chunks[footer->chunk_count++] = *chunk;
    return ZKL_OK;
}

static zkl_status add_leaf(zkl_parquet_footer *footer, const zkl_parquet_leaf *leaf, zkl_error *err)
{
    if (footer->leaf_count == footer->leaf_capacity) {
        const size_t old = footer->leaf_capacity, capacity = old ? 2 * old : 64;
        zkl_parquet_leaf *leaves =
            zkl_realloc(footer->leaves, old * sizeof *leaves, capacity * sizeof *leaves);
        if (!leaves)
            return zkl_no_memory(err, capacity * sizeof *leaves);
        footer->leaves = leaves;
        footer->leaf_capacity = capacity;
    }
    ZKL_ASSERT(footer->leaf_count < footer->leaf_capacity);
    footer->leaves[footer->leaf_count++] = *leaf;
    return ZKL_OK;
}

typedef struct schema_element {
    bool holds_values, is_repeated;
    uint64_t type, children;
} schema_element;

/* SchemaElement: 1 type (absent in groups), 3 repetition (2: repeated), 5 number of children. */
static schema_element take_element(thrift *t)
{
    schema_element e = { 0 };
    int64_t id = 0;
    for (thrift_type type; (type = next_field(t, &id)) != THRIFT_STOP;)
        if (id == 1 && is_integer(type)) {
            e.type = take_size(t);
            e.holds_values = true;
        } else if (id == 3 && is_integer(type)) {
            e.is_repeated = take_size(t) == 2;
        } else if (id == 5 && is_integer(type)) {
            e.children = take_size(t);
            t->failed |= e.children > INT32_MAX;
        } else {
            skip_value(t, type, 1, false);
        }
    return e;
}

/* The schema's tree, depth first, behind its root. `inside` counts what is still to come below a
 * column of the top: a column that begins when it is 0 is of the top, and one that is not
 * repeated has a value in each row. */
static zkl_status take_schema(thrift *t, zkl_parquet_footer *footer, zkl_error *err)
{
    thrift_type type;
    uint64_t count = take_list(t, &type), inside = 0;
    t->failed |= count && type != THRIFT_STRUCT;
    for (bool is_root = true; count && !t->failed; count--, is_root = false) {
        const schema_element e = take_element(t);
        const zkl_parquet_leaf leaf = { e.type, inside == 0 && !e.is_repeated };
        if (is_root || t->failed)
            continue;
        inside = (inside ? inside - 1 : 0) + e.children;
        if (e.holds_values)
            ZKL_TRY(add_leaf(footer, &leaf, err));
    }
    return ZKL_OK;
}

/* ---- the footer's row groups */

/* What is known of the row group that is taken. */
typedef struct row_group {
    /* The next one's place among the leaves. */
    size_t column;
    /* A column that is no list was seen; each such has as many values. */
    bool has_flat;
    uint64_t flat_values;
} row_group;

/* The caller puts the file's name before it. */
static zkl_status fail_contradiction(zkl_error *err, const char *what)
{
    return zkl_fail(err, ZKL_BAD_INPUT, "its footer contradicts itself: %s", what);
}

/* The chunk against the schema, and against the columns before it in its group. */
static zkl_status check_leaf(const zkl_parquet_footer *footer, row_group *group,
                             const zkl_parquet_chunk *chunk, zkl_error *err)
{
    if (group->column >= footer->leaf_count)
        return fail_contradiction(err, "a row group has more columns than the schema");
    const zkl_parquet_leaf *leaf = &footer->leaves[group->column];
    if (chunk->type != leaf->type)
        return fail_contradiction(err, "a column has another type than in the schema");
    if (!leaf->is_flat)
        return ZKL_OK;
    if (group->has_flat && group->flat_values != chunk->value_count)
        return fail_contradiction(err, "the columns of a row group differ in length");
    group->has_flat = true;
    group->flat_values = chunk->value_count;
    return ZKL_OK;
}

/* A path in the schema; *out: its first part. */
static void take_path(thrift *t, zkl_bytes *out)
{
    thrift_type type;
    const uint64_t count = take_list(t, &type);
    t->failed |= count && type != THRIFT_BINARY;
    for (uint64_t i = 0; i < count && !t->failed; i++) {
        const uint64_t size = take_varint(t);
        const uint8_t *at = t->at;
        step_over(t, size);
        if (i == 0 && !t->failed)
            *out = zkl_bytes_of(at, (size_t)size);
    }
}

/* ColumnMetaData: 1 type, 3 path, 4 codec, 5 values, 7 compressed size, 9 first data page, 11
 * dictionary page. The pages begin with the dictionary's, when there is one. */
static zkl_status take_column(thrift *t, zkl_parquet_footer *footer, row_group *group,
                              zkl_error *err)
{
    zkl_parquet_chunk chunk = { 0 };
    uint64_t data = 0, dictionary = 0;
    int64_t id = 0;
    for (thrift_type type; (type = next_field(t, &id)) != THRIFT_STOP;)
        if (id == 1 && is_integer(type))
            chunk.type = take_size(t);
        else if (id == 3 && type == THRIFT_LIST)
            take_path(t, &chunk.column);
        else if (id == 4 && is_integer(type))
            chunk.codec = take_size(t);
        else if (id == 5 && is_integer(type))
            chunk.value_count = take_size(t);
        else if (id == 7 && is_integer(type))
            chunk.size = take_size(t);
        else if (id == 9 && is_integer(type))
            data = take_size(t);
        else if (id == 11 && is_integer(type))
            dictionary = take_size(t);
        else
            skip_value(t, type, 1, false);
    if (t->failed)
        return ZKL_OK; /* which the end tells */
    ZKL_TRY(check_leaf(footer, group, &chunk, err));
    if (chunk.value_count == 0)
        return ZKL_OK; /* nothing is read of it, and some writers give it no place */
    chunk.start = dictionary && dictionary < data ? dictionary : data;
    return add_chunk(footer, &chunk, err);
}

/* ColumnChunk: 1 another file, 3 its metadata, 8 and 9 encryption. */
static zkl_status take_chunk(thrift *t, zkl_parquet_footer *footer, row_group *group,
                             zkl_error *err)
{
    int64_t id = 0;
    for (thrift_type type; (type = next_field(t, &id)) != THRIFT_STOP;)
        if (id == 3 && type == THRIFT_STRUCT) {
            ZKL_TRY(take_column(t, footer, group, err));
        } else {
            footer->has_other_files |= id == 1;
            footer->is_encrypted |= id == 8 || id == 9;
            skip_value(t, type, 1, false);
        }
    group->column++;
    return ZKL_OK;
}

/* The columns of a row group, in the order of the schema's leaves. */
static zkl_status take_chunks(thrift *t, zkl_parquet_footer *footer, row_group *group,
                              zkl_error *err)
{
    thrift_type type;
    uint64_t count = take_list(t, &type);
    t->failed |= count && type != THRIFT_STRUCT;
    for (; count && !t->failed; count--)
        ZKL_TRY(take_chunk(t, footer, group, err));
    return ZKL_OK;
}

/* RowGroup: 1 its chunks, 3 its rows. A leaf that is missing, or another number of rows, is a
 * contradiction. */
static zkl_status take_group(thrift *t, zkl_parquet_footer *footer, zkl_error *err)
{
    row_group group = { 0 };
    uint64_t rows = 0;
    int64_t id = 0;
    for (thrift_type type; (type = next_field(t, &id)) != THRIFT_STOP;)
        if (id == 1 && type == THRIFT_LIST)
            ZKL_TRY(take_chunks(t, footer, &group, err));
        else if (id == 3 && is_integer(type))
            rows = take_size(t);
        else
            skip_value(t, type, 1, false);
    if (t->failed)
        return ZKL_OK; /* which the end tells */
    if (group.column != footer->leaf_count)
        return fail_contradiction(err, "a row group has fewer columns than the schema");
    if (group.has_flat && group.flat_values != rows)
        return fail_contradiction(err, "a row group has other rows than its columns");
    footer->group_row_count += rows;
    return ZKL_OK;
}

/* The row groups tile the rows of the file. */
static zkl_status take_groups(thrift *t, zkl_parquet_footer *footer, zkl_error *err)
{
    thrift_type type;
    uint64_t count = take_list(t, &type);
    t->failed |= count && type != THRIFT_STRUCT;
    for (; count && !t->failed; count--)
        ZKL_TRY(take_group(t, footer, err));
    return ZKL_OK;
}

/* FileMetaData: 2 schema, 3 rows, 4 row groups, 8 encryption. The schema comes first, since
 * fields are in order of their ids; a file whose groups come before it has more columns in them
 * than the schema, and is refused. */
zkl_status zkl_parquet_footer_parse(zkl_parquet_footer *footer, zkl_bytes bytes, zkl_error *err)
{
    thrift t = thrift_of(bytes);
    int64_t id = 0;
    ZKL_ASSERT(!footer->chunks && !footer->leaves);
    for (thrift_type type; (type = next_field(&t, &id)) != THRIFT_STOP;)
        if (id == 2 && type == THRIFT_LIST) {
            ZKL_TRY(take_schema(&t, footer, err));
        } else if (id == 3 && is_integer(type)) {
            footer->row_count = take_size(&t);
        } else if (id == 4 && type == THRIFT_LIST) {
            ZKL_TRY(take_groups(&t, footer, err));
        } else {
            footer->is_encrypted |= id == 8;
            skip_value(&t, type, 1, false);
        }
    return t.failed ? zkl_fail(err, ZKL_BAD_INPUT, "its footer is damaged") : ZKL_OK;
}

/* DataPageHeader: 1 values, 2 encoding. DataPageHeaderV2: 1 values, 4 encoding, 5 and 6 bytes of
 * levels, 7 whether the body is compressed. Levels stand before the body of the second version,
 * and are never compressed. */
static void take_data_header(thrift *t, zkl_parquet_page *page, bool is_second)
{
    int64_t id = 0;
    page->has_values = true;
    for (thrift_type type; (type = next_field(t, &id)) != THRIFT_STOP;)
        if (id == 1 && is_integer(type))
            page->value_count = take_size(t);
        else if (id == (is_second ? 4 : 2) && is_integer(type))
            page->encoding = take_size(t);
        else if (is_second && (id == 5 || id == 6) && is_integer(type))
            t->failed |=
                __builtin_add_overflow(page->level_bytes, take_size(t), &page->level_bytes);
        else if (is_second && id == 7 && (type == THRIFT_TRUE || type == THRIFT_FALSE))
            page->is_plain = type == THRIFT_FALSE;
        else
            skip_value(t, type, 1, false);
}

/* Sizes of pages are 32-bit integers of Thrift, so at most INT32_MAX. */
static uint32_t take_page_size(thrift *t)
{
    const uint64_t size = take_size(t);
    t->failed |= size > INT32_MAX;
    return (uint32_t)size;
}

/* PageHeader: 2 plain size, 3 size in the file, 4 CRC, 5 and 8 headers of data pages. */
bool zkl_parquet_page_parse(zkl_parquet_page *out, zkl_bytes bytes)
{
    thrift t = thrift_of(bytes);
    zkl_parquet_page page = { 0 };
    bool has_size = false;
    int64_t id = 0;
    for (thrift_type type; (type = next_field(&t, &id)) != THRIFT_STOP;)
        if (id == 2 && is_integer(type)) {
            page.plain_bytes = take_page_size(&t);
        } else if (id == 3 && is_integer(type)) {
            page.body_bytes = take_page_size(&t);
            has_size = true;
        } else if (id == 4 && is_integer(type)) {
            page.crc = (uint32_t)take_integer(&t);
            page.has_crc = true;
        } else if ((id == 5 || id == 8) && type == THRIFT_STRUCT) {
            take_data_header(&t, &page, id == 8);
        } else {
            skip_value(&t, type, 1, false);
        }
    thrift_invariant(&t);
    page.header_bytes = (size_t)(t.at - t.start);
    if (t.failed || !has_size)
        return false;
    *out = page;
    return true;
}

/* ---- the file
 *
 * Read by place, never mapped: a file that shrinks meanwhile is a status, not a signal. */

typedef struct parquet_file {
    int fd;
    const char *name;
    zkl_parquet_wanted *wanted; /* NULL: all columns are */
    const void *opaque;
    /* The footer's bytes, and where it begins: pages end there. */
    uint8_t *footer;
    uint64_t pages_end;
    uint8_t *piece; /* PIECE_BYTES */
} parquet_file;

/* The whole of it: a file that is shorter than it was is another one by now. */
static zkl_status read_at(const parquet_file *file, uint8_t *out, size_t size, uint64_t offset,
                          zkl_error *err)
{
    ZKL_ASSERT(size <= PIECE_BYTES || out == file->footer);
    for (size_t at = 0; at < size;) {
        const ssize_t got = pread(file->fd, out + at, size - at, (off_t)(offset + at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return zkl_fail_errno(err, "read", file->name);
        if (got == 0)
            return zkl_fail(err, ZKL_CONFLICT, "'%s' changed while it was read", file->name);
        at += (size_t)got;
    }
    return ZKL_OK;
}

/* The place of the page's header, by which the file can be looked into. */
static zkl_status fail_page(const parquet_file *file, uint64_t at, const char *why, zkl_error *err)
{
    return zkl_fail(err, ZKL_BAD_INPUT,
                    "'%s' is damaged: the page at byte %llu %s; get the file again", file->name,
                    (unsigned long long)at, why);
}

/* Over the body as it lies in the file, compressed (parquet.thrift, PageHeader.crc). */
static zkl_status check_crc(const parquet_file *file, const zkl_parquet_page *page, uint64_t at,
                            zkl_error *err)
{
    uLong crc = crc32(0, NULL, 0);
    ZKL_ASSERT(page->has_crc);
    for (uint64_t done = 0; done < page->body_bytes;) {
        const uint64_t left = page->body_bytes - done;
        const size_t size = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
        ZKL_TRY(read_at(file, file->piece, size, at + page->header_bytes + done, err));
        crc = crc32(crc, file->piece, (uInt)size);
        done += size;
    }
    return (uint32_t)crc == page->crc
               ? ZKL_OK
               : fail_page(file, at, "does not have the CRC that it states", err);
}

/* ---- what the reader can decode
 *
 * As DuckDB 1.5 does; numbers are those of parquet.thrift. */

enum { TYPE_FLOAT = 4, TYPE_DOUBLE = 5, CODEC_GZIP = 2 };

/* The name of an encoding that is not read; NULL: it is. */
static const char *unread_encoding(uint64_t encoding, uint64_t type)
{
    switch (encoding) {
    case 0: /* PLAIN */
    case 2: /* PLAIN_DICTIONARY */
    case 3: /* RLE */
    case 5: /* DELTA_BINARY_PACKED */
    case 6: /* DELTA_LENGTH_BYTE_ARRAY */
    case 7: /* DELTA_BYTE_ARRAY */
    case 8: /* RLE_DICTIONARY */
        return NULL;
    case 4:
        return "BIT_PACKED";
    case 9:
        return type == TYPE_FLOAT || type == TYPE_DOUBLE ? NULL
                                                         : "BYTE_STREAM_SPLIT of other than floats";
    default:
        return "one that is not known";
    }
}

/* The name of a compression that is not read; NULL: it is. */
static const char *unread_codec(uint64_t codec)
{
    switch (codec) {
    case 0: /* none */
    case 1: /* Snappy */
    case CODEC_GZIP:
    case 4: /* Brotli */
    case 6: /* zstd */
    case 7: /* LZ4_RAW */
        return NULL;
    case 3:
        return "LZO";
    case 5:
        return "LZ4 as Hadoop wrote it";
    default:
        return "one that is not known";
    }
}

/* The column's name is shown harmless: it is the file's own text. */
static zkl_status fail_unread(const parquet_file *file, const zkl_parquet_chunk *chunk,
                              const char *what, const char *which, zkl_hint hint, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) column = { 0 };
    const size_t size = chunk->column.size < NAME_SHOWN ? chunk->column.size : NAME_SHOWN;
    zkl_buffer_put_shown(&column, zkl_bytes_of(chunk->column.data, size), 0);
    zkl_buffer_put_u8(&column, 0);
    return zkl_fail_hint(err, ZKL_NOT_SUPPORTED, hint,
                         "'%s': its column '%s' has %s that is not read (%s)", file->name,
                         column.failed ? "" : (const char *)column.data, what, which);
}

/* Columns that are left out may be in any encoding. */
static bool is_wanted(const parquet_file *file, const zkl_parquet_chunk *chunk)
{
    return !file->wanted || file->wanted(file->opaque, chunk->column);
}

/* Once a chunk: all of its pages have one codec. */
static zkl_status check_codec(const parquet_file *file, const zkl_parquet_chunk *chunk,
                              zkl_error *err)
{
    const char *codec = unread_codec(chunk->codec);
    if (!codec || !is_wanted(file, chunk))
        return ZKL_OK;
    return fail_unread(file, chunk, "a compression", codec, ZKL_HINT_WRITE_ZSTD_OR_SNAPPY, err);
}

/* Once a page: each may have its own encoding. */
static zkl_status check_encoding(const parquet_file *file, const zkl_parquet_chunk *chunk,
                                 const zkl_parquet_page *page, zkl_error *err)
{
    const char *encoding = page->has_values ? unread_encoding(page->encoding, chunk->type) : NULL;
    if (!encoding || !is_wanted(file, chunk))
        return ZKL_OK;
    return fail_unread(file, chunk, "an encoding", encoding, ZKL_HINT_WRITE_PLAIN, err);
}

/* ---- gzip's own checksum, which the reader does not look at */

/* What zlib says of the bytes up to the body's end; *plain: bytes that they became. The first
 * half of the piece is for input, the second for output, which is thrown away: zlib itself
 * compares the checksum. */
static zkl_status inflate_body(int *result, uint64_t *plain, const parquet_file *file, uint64_t at,
                               uint64_t size, zkl_error *err)
{
    const size_t half = PIECE_BYTES / 2;
    ZKL_ASSERT(size > 0);
    z_stream z = { 0 };
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
        return zkl_no_memory(err, PIECE_BYTES);
    zkl_status status = ZKL_OK;
    *result = Z_OK;
    *plain = 0;
    while (status == ZKL_OK && *result == Z_OK && (size || z.avail_in)) {
        if (z.avail_in == 0) {
            const size_t part = size < half ? (size_t)size : half;
            status = read_at(file, file->piece, part, at, err);
            z.next_in = file->piece;
            z.avail_in = (uInt)part;
            at += part;
            size -= part;
        }
        z.next_out = file->piece + half;
        z.avail_out = (uInt)half;
        if (status == ZKL_OK)
            *result = inflate(&z, Z_NO_FLUSH);
        *plain += half - z.avail_out;
    }
    if (*result == Z_STREAM_END && (size || z.avail_in))
        *result = Z_DATA_ERROR; /* other bytes stand behind */
    (void)inflateEnd(&z);       /* fails only on a stream that was never made */
    return status;
}

/* Only the body behind its levels is compressed, and nothing when the page says that it is
 * plain. */
static zkl_status check_gzip(const parquet_file *file, const zkl_parquet_chunk *chunk,
                             const zkl_parquet_page *page, uint64_t at, zkl_error *err)
{
    int result;
    uint64_t plain;
    if (chunk->codec != CODEC_GZIP || page->is_plain || page->body_bytes == page->level_bytes)
        return ZKL_OK;
    if (page->level_bytes > page->body_bytes)
        return fail_page(file, at, "has levels that are longer than it", err);
    ZKL_TRY(inflate_body(&result, &plain, file, at + page->header_bytes + page->level_bytes,
                         page->body_bytes - page->level_bytes, err));
    if (result == Z_MEM_ERROR)
        return zkl_no_memory(err, PIECE_BYTES);
    if (result != Z_STREAM_END)
        return fail_page(file, at, "is not as its gzip checksum says", err);
    return plain + page->level_bytes == page->plain_bytes
               ? ZKL_OK
               : fail_page(file, at, "does not have the length that it states", err);
}

/* The pages of a chunk, one behind the other. Some writers state a size that is short of a
 * header, so the last page may end behind it. */
static zkl_status check_chunk(const parquet_file *file, const zkl_parquet_chunk *chunk,
                              zkl_error *err)
{
    uint64_t at = chunk->start, end, values = 0;
    ZKL_ASSERT(file->pages_end && chunk->value_count > 0);
    if (chunk->size == 0)
        return ZKL_OK;
    ZKL_TRY(check_codec(file, chunk, err));
    if (at < MAGIC_BYTES || __builtin_add_overflow(at, chunk->size, &end) || end > file->pages_end)
        return fail_page(file, at, "does not lie in the file", err);
    /* a header's length is known only when it is parsed: a few KiB are tried first, then all
     * that one may have */
    while (at < end) {
        const uint64_t left = file->pages_end - at;
        const size_t size = left < HEADER_BYTES_MAX ? (size_t)left : HEADER_BYTES_MAX;
        const size_t first = size < 4096 ? size : 4096;
        zkl_parquet_page page;
        ZKL_TRY(read_at(file, file->piece, first, at, err));
        bool is_page = zkl_parquet_page_parse(&page, zkl_bytes_of(file->piece, first));
        if (!is_page && first < size) {
            ZKL_TRY(read_at(file, file->piece, size, at, err));
            is_page = zkl_parquet_page_parse(&page, zkl_bytes_of(file->piece, size));
        }
        if (!is_page)
            return fail_page(file, at, "has no sound header", err);
        if (page.header_bytes + (uint64_t)page.body_bytes > left)
            return fail_page(file, at, "does not lie in the file", err);
        if (page.has_crc)
            ZKL_TRY(check_crc(file, &page, at, err));
        ZKL_TRY(check_encoding(file, chunk, &page, err));
        ZKL_TRY(check_gzip(file, chunk, &page, at, err));
        ZKL_ASSERT(page.header_bytes > 0); /* or this would not end */
        values += page.value_count;
        at += page.header_bytes + page.body_bytes;
    }
    /* dictionary pages have none */
    if (values != chunk->value_count)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'%s' is damaged: the pages from byte %llu on have %llu values, the footer "
                        "states %llu; get the file again",
                        file->name, (unsigned long long)chunk->start, (unsigned long long)values,
                        (unsigned long long)chunk->value_count);
    return ZKL_OK;
}

/* From both ends: magics say what the file is, the length before the last one where its footer
 * begins. */
static zkl_status read_footer(parquet_file *file, zkl_parquet_footer *footer, zkl_error *err)
{
    struct stat st;
    uint8_t tail[TAIL_BYTES];
    if (fstat(file->fd, &st) != 0)
        return zkl_fail_errno(err, "read", file->name);
    const uint64_t size = (uint64_t)st.st_size;
    const size_t first = size < ZKL_FILE_KIND_BYTES ? (size_t)size : ZKL_FILE_KIND_BYTES;
    ZKL_TRY(read_at(file, file->piece, first, 0, err));
    ZKL_TRY(zkl_file_kind_check_parquet(file->name, zkl_bytes_of(file->piece, first), err));
    if (size < MAGIC_BYTES + TAIL_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is cut: it has no Parquet footer", file->name);
    ZKL_TRY(read_at(file, tail, sizeof tail, size - TAIL_BYTES, err));
    if (memcmp(tail + 4, "PARE", 4) == 0)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "'%s' is encrypted Parquet, which is not read; write it without encryption",
                        file->name);
    const uint32_t bytes = (uint32_t)tail[0] | (uint32_t)tail[1] << 8 | (uint32_t)tail[2] << 16 |
                           (uint32_t)tail[3] << 24;
    if (memcmp(tail + 4, "PAR1", 4) != 0 || bytes > size - MAGIC_BYTES - TAIL_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'%s' is cut or damaged: it does not end in a Parquet footer; get the file "
                        "again",
                        file->name);
    if (bytes > ZKL_PARQUET_FOOTER_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "'%s': its footer has %u bytes, at most %zu", file->name,
                        bytes, ZKL_PARQUET_FOOTER_BYTES_MAX);
    file->pages_end = size - TAIL_BYTES - bytes;
    file->footer = zkl_malloc(bytes ? bytes : 1, 1);
    if (!file->footer)
        return zkl_no_memory(err, bytes);
    ZKL_ASSERT(file->pages_end >= MAGIC_BYTES);
    ZKL_TRY(read_at(file, file->footer, bytes, file->pages_end, err));
    const zkl_status status =
        zkl_parquet_footer_parse(footer, zkl_bytes_of(file->footer, bytes), err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", file->name);
}

/* The footer's promises, then every chunk's pages. */
static zkl_status check_file(uint64_t *row_count, parquet_file *file, zkl_parquet_footer *footer,
                             zkl_error *err)
{
    ZKL_TRY(read_footer(file, footer, err));
    if (footer->is_encrypted)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "'%s' has encrypted columns, which are not read; write it without "
                        "encryption",
                        file->name);
    if (footer->has_other_files)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "'%s' says that its columns lie in other files; give those files",
                        file->name);
    if (footer->row_count != footer->group_row_count)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'%s' is damaged: it states %llu rows, its row groups have %llu",
                        file->name, (unsigned long long)footer->row_count,
                        (unsigned long long)footer->group_row_count);
    for (size_t i = 0; i < footer->chunk_count; i++)
        ZKL_TRY(check_chunk(file, &footer->chunks[i], err));
    *row_count = footer->row_count;
    return ZKL_OK;
}

/* One piece of memory serves headers, checksums and decompression, one after the other. */
zkl_status zkl_parquet_check(uint64_t *row_count, const char *path, const char *name,
                             zkl_parquet_wanted *wanted, const void *opaque, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_parquet_footer) footer = { 0 };
    ZKL_AUTO_BLOCK uint8_t *piece = zkl_malloc(PIECE_BYTES, 1);
    parquet_file file = { .name = name, .piece = piece, .wanted = wanted, .opaque = opaque };
    if (!piece)
        return zkl_no_memory(err, PIECE_BYTES);
    file.fd = open(path, O_RDONLY | O_CLOEXEC);
    if (file.fd < 0)
        return zkl_fail_errno(err, "open", name);
    const zkl_status status = check_file(row_count, &file, &footer, err);
    close(file.fd);
    zkl_free(file.footer);
    return status;
}
