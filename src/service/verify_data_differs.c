/* What a file that is not the notarised one has otherwise: for whoever was handed the wrong one.
 * Nothing here decides anything; what cannot be told is left out. */
#include "service/recheck.h"

#include <string.h>

#include "base/file.h"
#include "text/shown.h"

#define NAMES_SHOWN 3
#define BYTES_COMPARED_MAX ((size_t)64 << 20)

typedef struct differences {
    zkl_buffer *out;
    recheck *r;
} differences;

/* Begin one more. */
static void next(const differences *d)
{
    if (d->out->size)
        zkl_buffer_put_text(d->out, "; ");
}

static void put_name(zkl_buffer *out, zkl_bytes name)
{
    zkl_buffer_put_u8(out, '\'');
    zkl_buffer_put_shown(out, zkl_bytes_of(name.data, name.size < 60 ? name.size : 60), 0);
    zkl_buffer_put_u8(out, '\'');
}

/* ---- Columns and rows. */

/* column_count: it is not there. */
static size_t column_at(const zkl_schema *schema, zkl_bytes name)
{
    size_t i = 0;
    while (i < schema->column_count && !zkl_bytes_equal(schema->columns[i].name, name))
        i++;
    return i;
}

/* Columns of a that b has not. */
static size_t tell_columns_without(const differences *d, const zkl_schema *a, const zkl_schema *b,
                                   const char *one, const char *more)
{
    size_t count = 0;
    for (size_t i = 0; i < a->column_count; i++)
        count += column_at(b, a->columns[i].name) == b->column_count;
    if (!count)
        return 0;
    next(d);
    zkl_buffer_put_text(d->out, count == 1 ? "column " : "columns ");
    for (size_t i = 0, shown = 0; i < a->column_count && shown < NAMES_SHOWN; i++) {
        if (column_at(b, a->columns[i].name) < b->column_count)
            continue;
        zkl_buffer_put_text(d->out, shown++ ? ", " : "");
        put_name(d->out, a->columns[i].name);
    }
    if (count > NAMES_SHOWN)
        zkl_buffer_format(d->out, " and %zu more", count - NAMES_SHOWN);
    zkl_buffer_format(d->out, " %s", count == 1 ? one : more);
    return count;
}

/* A missing or new column says all; the order is looked at only when the names are the same. */
static void tell_columns(const differences *d, const zkl_schema *have, const zkl_schema *want)
{
    /* Columns that were left out on purpose are not missing. */
    size_t other = tell_columns_without(d, want, have, "is missing", "are missing");
    if (d->r->reading.columns_chosen != ZKL_YES)
        other += tell_columns_without(d, have, want, "was not there", "were not there");
    for (size_t i = 0; !other && i < want->column_count; i++)
        if (!zkl_bytes_equal(want->columns[i].name, have->columns[i].name)) {
            next(d);
            zkl_buffer_put_text(d->out, "the columns stand in another order");
            break;
        }
}

/* More or fewer rows; which ones, the chunks say. Of chosen chunks of a table that could be read
 * the check itself has said it. */
static void tell_rows(const differences *d, uint64_t have)
{
    const uint64_t want = recheck_row_count(d->r);
    if (have == want || (d->r->table && recheck_is_of_chosen(d->r)))
        return;
    next(d);
    zkl_buffer_format(d->out, "it has %llu row%s, not %llu", (unsigned long long)have,
                      have == 1 ? "" : "s", (unsigned long long)want);
}

/* ---- Files: those that are there, and what is known of their bytes. */

static const zkl_file_digest *file_named(const zkl_file_digest *files, size_t count, zkl_bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (zkl_bytes_equal_text(name, files[i].name))
            return &files[i];
    return NULL;
}

/* Of one file the name says nothing: it may have been renamed. Of several, the first that is
 * missing. */
static void tell_file_names(const differences *d, const zkl_file_digest *files, size_t count)
{
    const zkl_manifest *m = d->r->manifest;
    if (count != m->read_file_count) {
        next(d);
        zkl_buffer_format(d->out, "%zu file%s given, %zu were read", count,
                          count == 1 ? " is" : "s are", m->read_file_count);
    }
    for (size_t i = 0; m->read_files && m->read_file_count > 1 && i < m->read_file_count; i++)
        if (!file_named(files, count, m->read_files[i])) {
            next(d);
            zkl_buffer_put_text(d->out, "there is no file ");
            put_name(d->out, m->read_files[i]);
            break;
        }
}

/* What the public digests say of the first file that is another. */
static void tell_digests(const differences *d, const zkl_file_digest *files, size_t count)
{
    const zkl_manifest *m = d->r->manifest;
    for (size_t i = 0; i < m->file_count; i++) {
        const zkl_file_digest *file =
            m->file_count == 1 && count == 1 ? files : file_named(files, count, m->files[i].name);
        if (!file || zkl_digest_equal(&file->sha256, &m->files[i].sha256))
            continue;
        next(d);
        put_name(d->out, zkl_bytes_of_text(file->name));
        if (file->size != m->files[i].size)
            zkl_buffer_format(d->out, " has %llu bytes, not %llu", (unsigned long long)file->size,
                              (unsigned long long)m->files[i].size);
        else
            zkl_buffer_put_text(d->out, " has another SHA-256 than the public one");
        break;
    }
}

/* ---- The same text with other line ends, with or without a mark at its beginning or a line end at
 * its end. */

typedef struct variant {
    bool cr_lf;    /* line ends */
    bool mark;     /* a byte-order mark at the beginning */
    bool last_end; /* a line end behind the last line */
} variant;

static const uint8_t utf8_mark[] = { 0xef, 0xbb, 0xbf };

static variant variant_of(zkl_bytes text)
{
    return (variant){ .cr_lf = text.size && memmem(text.data, text.size, "\r\n", 2),
                      .mark = text.size >= 3 && memcmp(text.data, utf8_mark, 3) == 0,
                      .last_end = text.size && text.data[text.size - 1] == '\n' };
}

/* Into `out`: the text of one variant, whatever variant `text` is. Line ends inside are unified, so
 * a text with mixed ones has no variant that is itself. */
static void write_variant(zkl_buffer *out, zkl_bytes text, const variant *v)
{
    out->size = 0;
    if (variant_of(text).mark)
        text = zkl_bytes_of(text.data + 3, text.size - 3);
    if (text.size && text.data[text.size - 1] == '\n')
        text.size--;
    if (text.size && text.data[text.size - 1] == '\r')
        text.size--;
    if (v->mark)
        zkl_buffer_put(out, utf8_mark, 3);
    for (size_t at = 0, end; at < text.size; at = end) {
        const uint8_t *line_end = memchr(text.data + at, '\n', text.size - at);
        end = line_end ? (size_t)(line_end - text.data) : text.size;
        const size_t line = end - at - (line_end && end > at && text.data[end - 1] == '\r');
        zkl_buffer_put(out, text.data + at, line);
        if (line_end)
            zkl_buffer_put_text(out, v->cr_lf ? "\r\n" : "\n");
        end += line_end != NULL;
    }
    if (v->last_end)
        zkl_buffer_put_text(out, v->cr_lf ? "\r\n" : "\n");
}

/* Is the notarised file a variant of this one, of one plain file that is not large? Standard input
 * is gone by now, and several files have no line ends of their own. */
static bool find_variant(variant *here, variant *there, const recheck *r)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) changed = { 0 };
    if (r->file_count != 1 || strcmp(r->files[0], "-") == 0 ||
        zkl_file_read(&text, r->files[0], BYTES_COMPARED_MAX, NULL) != ZKL_OK)
        return false;
    *here = variant_of(zkl_buffer_bytes(&text));
    /* Each of the 2^3 variants is hashed. 64 MB bound that to a second or so. */
    for (unsigned i = 0; i < 8; i++) {
        const variant v = { .cr_lf = i & 1, .mark = i & 2, .last_end = i & 4 };
        zkl_digest hash;
        write_variant(&changed, zkl_buffer_bytes(&text), &v);
        zkl_hash(&hash, r->manifest->schema.hash, changed.data, changed.size);
        if (!changed.failed && recheck_content_is(r, &hash)) {
            *there = v;
            return true;
        }
    }
    return false;
}

/* Only where the two differ. */
static void tell_trait(const differences *d, bool here, bool there, const char *what)
{
    if (here == there)
        return;
    zkl_buffer_format(d->out, ", %s (%s)", what, here ? "here, not there" : "there, not here");
}

static bool tell_variant(const differences *d)
{
    variant here, there;
    if (!find_variant(&here, &there, d->r))
        return false;
    next(d);
    zkl_buffer_put_text(d->out, "it is the same text but for");
    const size_t before = d->out->size;
    if (here.cr_lf != there.cr_lf)
        zkl_buffer_format(d->out, ", its line ends (%s here, %s there)",
                          here.cr_lf ? "CR LF" : "LF", there.cr_lf ? "CR LF" : "LF");
    tell_trait(d, here.mark, there.mark, "a byte-order mark at its beginning");
    tell_trait(d, here.last_end, there.last_end, "a line end behind its last line");
    if (d->out->size == before)
        zkl_buffer_put_text(d->out, ", line ends, which are mixed here");
    if (!d->out->failed)
        d->out->data[before] = ':'; /* the first comma */
    return true;
}

/* By the name's ending, as the reader goes by it. */
static const char *compression_of(const char *name)
{
    const size_t size = strlen(name);
    return size > 3 && strcmp(name + size - 3, ".gz") == 0    ? "gzip"
           : size > 4 && strcmp(name + size - 4, ".zst") == 0 ? "zstd"
                                                              : "none";
}

/* ---- Rows that can be compared: the table was read by the manifest's schema. */

/* Every row tree and commitment is the same, and the content is not: so bytes differ that are no
 * values. */
static void tell_same_rows(const differences *d)
{
    const recheck *r = d->r;
    const zkl_manifest *m = r->manifest;
    next(d);
    zkl_buffer_put_text(d->out, "every row is the same");
    if (m->read_files && m->read_file_count == 1 && r->file_count == 1) {
        char name[4097] = "";
        memcpy(name, m->read_files[0].data,
               m->read_files[0].size < 4096 ? m->read_files[0].size : 4096);
        const char *here = compression_of(r->files[0]), *there = compression_of(name);
        if (strcmp(here, there) != 0) {
            zkl_buffer_format(d->out, ": the compression is another (%s here, %s there)", here,
                              there);
            return;
        }
    }
    zkl_buffer_put_text(d->out, ": only bytes that are no values differ (quotes, blanks, line ends "
                                "or compression)");
}

/* Texts of a dictionary column that are not those of then: codes may be the same all the same. The
 * type of a dictionary column has its root in it. */
static bool tell_dictionaries(const differences *d)
{
    const zkl_schema *have = zkl_table_schema(d->r->table), *want = &d->r->manifest->schema;
    for (size_t i = 0; i < want->column_count; i++)
        if (!zkl_type_equal(&have->columns[i].type, &want->columns[i].type)) {
            next(d);
            zkl_buffer_put_text(d->out, "column ");
            put_name(d->out, want->columns[i].name);
            zkl_buffer_put_text(d->out, " holds other texts");
            return true;
        }
    return false;
}

/* Commitments tell the columns: those of a column's limbs are compared, and a column is named
 * once. */
static void tell_chunk(const differences *d, size_t place)
{
    const recheck *r = d->r;
    const zkl_manifest *m = r->manifest;
    const chunk_room *room = &r->room;
    const size_t chunk = recheck_chunk_number(r, place);
    const uint64_t first = (uint64_t)chunk * ZKL_CHUNK_ROWS, end = first + ZKL_CHUNK_ROWS;
    size_t shown = 0, last = m->schema.column_count;
    ZKL_ASSERT(chunk < m->chunk_count && room->points); /* recheck_chunk has filled them */
    next(d);
    zkl_buffer_format(d->out, "the first difference lies in rows %llu to %llu (counted from 0)",
                      (unsigned long long)first,
                      (unsigned long long)(end < m->row_count ? end : m->row_count) - 1);
    for (size_t c = 0, block = 0; c < room->column_count; block += room->limb_counts[c++]) {
        const size_t bytes = room->limb_counts[c] * ZKL_POINT_BYTES;
        const size_t column = room->columns[c].column;
        if (column == last || shown == NAMES_SHOWN ||
            !memcmp(room->points[block], m->blocks[chunk * m->blocks_per_chunk + block], bytes))
            continue;
        zkl_buffer_put_text(d->out, shown++ ? ", " : ", in ");
        put_name(d->out, m->schema.columns[column].name);
        last = column;
    }
}

/* Of data with another number of rows the whole chunks before the end can be compared still. */
static void tell_first_chunk(const differences *d, bool is_same)
{
    recheck *r = d->r;
    const uint64_t rows = zkl_table_rows(r->table), want = recheck_row_count(r);
    const size_t count = rows == want ? recheck_chunk_count(r)
                                      : (size_t)((rows < want ? rows : want) / ZKL_CHUNK_ROWS);
    for (size_t place = 0; place < count; place++) {
        bool same;
        if (recheck_chunk(&r->room, &same, r, place, NULL) != ZKL_OK)
            return;
        if (!same || !recheck_has_points(r, place)) {
            tell_chunk(d, place);
            return;
        }
    }
    if (rows == want && !is_same)
        tell_same_rows(d);
    else if (rows != want && count) {
        next(d);
        zkl_buffer_format(d->out, "the first %llu rows are the same",
                          (unsigned long long)count * ZKL_CHUNK_ROWS);
    }
}

/* ---- All of it. */

/* The files as they are, without the manifest's schema. NULL when they cannot be read so either.
 * Types are inferred anew: columns and number of rows are all that is asked of it. */
static zkl_table *read_freely(recheck *r)
{
    static const zkl_owner_secret no_owner;
    zkl_read_options options = recheck_read_options(r);
    zkl_table *table = NULL;
    zkl_bad_rows bad;
    options.owner_secret = &no_owner; /* its dictionaries are not looked at */
    const zkl_status status = zkl_table_read(&table, &options, &bad, r->env, NULL);
    zkl_wipe(&bad, sizeof bad);
    return status == ZKL_OK ? table : NULL;
}

void recheck_differences(zkl_buffer *out, recheck *r)
{
    const differences d = { .out = out, .r = r };
    ZKL_AUTO_FREE(zkl_table) freely = r->table ? NULL : read_freely(r);
    const zkl_table *table = r->table ? r->table : freely;
    const zkl_file_digest *files;
    if (!table)
        return;
    bool is_same = true; /* byte for byte; of chosen chunks no file is known */
    if (!recheck_is_of_chosen(r) && !recheck_content_is(r, zkl_table_content_hash(table))) {
        const size_t count = zkl_table_files(table, &files);
        is_same = false;
        tell_file_names(&d, files, count);
        tell_digests(&d, files, count);
    }
    tell_columns(&d, zkl_table_schema(table), &r->manifest->schema);
    tell_rows(&d, zkl_table_rows(table));
    if (!r->table || tell_dictionaries(&d))
        return;
    if (is_same || !tell_variant(&d))
        tell_first_chunk(&d, is_same);
}
