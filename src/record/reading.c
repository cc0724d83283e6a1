/* How a table is read: rules, bytes and words of its options. Everything here walks one table of
 * them, `options`.
 *
 *   asked --take--> what is said --complete--> whole --encode--> bytes in the manifest
 *                                              whole <--parse--- bytes in the manifest
 *
 * 1. A whole reading has exactly one form, so equal readings have equal bytes; parse takes no
 *    other bytes than encode writes.
 * 2. check refuses what is not whole or not in that form. The verifier relies on it: by an odd
 *    delimiter or quote a file could be read as other values than it shows.
 * 3. An option that a format does not have is absent, not empty. */
#include "record/reading.h"

#include <stdlib.h>
#include <string.h>

#include "text/shown.h"
#include "text/utf8.h"
#include "types/value.h"

/* ---- The options, in the order in which they are written. */

typedef enum option_kind { OPTION_TEXT, OPTION_ANSWER, OPTION_TEXTS } option_kind;

static const struct option {
    const char *name; /* in the manifest's bytes and in JSON */
    option_kind kind;
    size_t at;   /* of the member */
    bool of_csv; /* counts with CSV only */
    /* Of a text that is not said; NULL: it must be found out. Of an answer: NULL is no, anything
     * else yes. */
    const char *usual;
} options[] = {
    { "format", OPTION_TEXT, offsetof(zkl_reading, format), false, NULL },
    { "columns_chosen", OPTION_ANSWER, offsetof(zkl_reading, columns_chosen), false, NULL },
    { "delimiter", OPTION_TEXT, offsetof(zkl_reading, delimiter), true, NULL },
    { "quote", OPTION_TEXT, offsetof(zkl_reading, quote), true, "\"" },
    { "encoding", OPTION_TEXT, offsetof(zkl_reading, encoding), true, "utf-8" },
    { "header", OPTION_ANSWER, offsetof(zkl_reading, header), true, "yes" },
    { "null_quoted", OPTION_ANSWER, offsetof(zkl_reading, null_quoted), true, NULL },
    { "null", OPTION_TEXTS, offsetof(zkl_reading, null_texts), true, NULL },
};

typedef struct option option;

/* Members by their offsets: a table of options cannot name them. text_of and answer_of are for
 * writing, text_in and answer_in for reading. */
static const char **text_of(zkl_reading *reading, const option *o)
{
    return (const char **)((char *)reading + o->at);
}

static const char *text_in(const zkl_reading *reading, const option *o)
{
    ZKL_ASSERT(o->kind == OPTION_TEXT);
    return *(const char *const *)((const char *)reading + o->at);
}

static zkl_answer *answer_of(zkl_reading *reading, const option *o)
{
    ZKL_ASSERT(o->kind == OPTION_ANSWER);
    return (zkl_answer *)((char *)reading + o->at);
}

static zkl_answer answer_in(const zkl_reading *reading, const option *o)
{
    ZKL_ASSERT(o->kind == OPTION_ANSWER);
    return *(const zkl_answer *)((const char *)reading + o->at);
}

static bool is_csv(const zkl_reading *reading)
{
    return reading->format && strcmp(reading->format, "csv") == 0;
}

/* Whether the format has the option. The format itself and the choice of columns are of every
 * one. */
static bool counts(const zkl_reading *reading, const option *o)
{
    return !o->of_csv || is_csv(reading);
}

/* An empty list of null texts counts as not said here; zkl_reading_merge asks for it by itself. */
static bool is_said(const zkl_reading *reading, const option *o)
{
    return o->kind == OPTION_TEXT     ? text_in(reading, o) != NULL
           : o->kind == OPTION_ANSWER ? answer_in(reading, o) != ZKL_UNSAID
                                      : reading->null_text_count != 0;
}

/* Texts or NULL; NULL equals NULL only. */
static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* ---- What may be said.
 *
 * A delimiter or quote that values are made of could split "-5" or "12.50" into other values, so
 * no letter, digit, sign, point or blank may be one, but for the words "tab" and "space". */

/* Values are made of these, so nothing can be separated or quoted by them. */
static bool is_of_values(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr(".-+ \t\r\n", c) != NULL; /* and NUL, which strchr finds too */
}

/* Signs of two bytes that separate fields here and there. Other characters beyond ASCII may be
 * letters. */
static bool is_wide_sign(const char *at)
{
    static const char signs[] = "¡¢£¤¥¦§¨©«¬®¯°±´¶·¸»¿";
    for (size_t i = 0; i + 2 < sizeof signs; i += 2)
        if (strncmp(at, signs + i, 2) == 0)
            return true;
    return false;
}

/* One to four bytes, ASCII signs or two-byte ones. */
static bool delimiter_good(const char *text)
{
    const size_t size = strlen(text);
    if (strcmp(text, "tab") == 0 || strcmp(text, "space") == 0)
        return true;
    if (size < 1 || size > 4)
        return false;
    for (size_t i = 0; i < size; i++) {
        const bool wide = ((uint8_t)text[i] & 0x80) != 0;
        if (wide ? !is_wide_sign(text + i) : is_of_values(text[i]))
            return false;
        i += wide;
    }
    return true;
}

/* One ASCII sign: the splitter compares single bytes. */
static bool quote_good(const char *text)
{
    return strcmp(text, "none") == 0 ||
           (strlen(text) == 1 && !((uint8_t)text[0] & 0x80) && !is_of_values(text[0]));
}

/* Only its form: which encodings there are is for the reader, which a verifier does not have. */
static bool encoding_good(const char *text)
{
    const size_t size = strlen(text);
    return size >= 1 && size <= 32 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == size;
}

/* The words that manifests may hold. input/formats.c has the readers for them. */
static bool format_good(const char *text)
{
    static const char *const formats[] = { "csv", "parquet", "ndjson", "json" };
    for (size_t i = 0; i < ZKL_COUNT(formats); i++)
        if (strcmp(text, formats[i]) == 0)
            return true;
    return false;
}

/* The empty text is null anyway, so it is no null text. */
static bool null_text_good(const char *text)
{
    const size_t size = strlen(text);
    return size >= 1 && size <= ZKL_READING_NULL_TEXT_BYTES_MAX &&
           zkl_utf8_valid(zkl_bytes_of(text, size));
}

/* The beginning of a text that somebody wrote, for a message: control characters made harmless. */
static const char *shown(zkl_buffer *room, const char *text)
{
    zkl_buffer_put_shown(room, zkl_bytes_of(text, strnlen(text, 64)), 0);
    zkl_buffer_put_u8(room, 0);
    return room->failed ? "" : (const char *)room->data;
}

/* Option by option, and the one rule between two of them: quote and delimiter differ.
 * Everything that is said, said or found; `refusal` is the status of what cannot be meant. */
static zkl_status check_said(const zkl_reading *r, zkl_status refusal, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) room = { 0 };
    if (r->format && !format_good(r->format))
        return zkl_fail(err, refusal, "unknown format '%s'; known: csv, parquet, ndjson, json",
                        shown(&room, r->format));
    if (r->delimiter && !delimiter_good(r->delimiter))
        return zkl_fail(
            err, refusal,
            "'%s' is no delimiter: one to four signs that no value is made of (no letter, "
            "digit, '.', '-', '+', blank or line end), or 'tab', or 'space'",
            shown(&room, r->delimiter));
    if (r->quote && !quote_good(r->quote))
        return zkl_fail(
            err, refusal,
            "'%s' is no quote: one ASCII sign that no value is made of (no letter, digit, "
            "'.', '-', '+', blank or line end), or 'none'",
            shown(&room, r->quote));
    if (r->delimiter && r->quote && strlen(r->quote) == 1 && strstr(r->delimiter, r->quote))
        return zkl_fail(err, refusal, "'%s' cannot be quote and delimiter at once",
                        shown(&room, r->quote));
    if (r->encoding && !encoding_good(r->encoding))
        return zkl_fail(err, refusal, "'%s' is no encoding: lower case, such as utf-8 or latin-1",
                        shown(&room, r->encoding));
    if (r->null_text_count > ZKL_READING_NULL_TEXTS_MAX)
        return zkl_fail(err, refusal, "%zu null texts, at most %d", r->null_text_count,
                        ZKL_READING_NULL_TEXTS_MAX);
    for (size_t i = 0; i < r->null_text_count; i++)
        if (!null_text_good(r->null_texts[i]))
            return zkl_fail(err, refusal, "'%s' is no null text: UTF-8, at most %d bytes",
                            shown(&room, r->null_texts[i]), ZKL_READING_NULL_TEXT_BYTES_MAX);
    return ZKL_OK;
}

/* Each option of the format is said (null texts may be none), none of another format is, and
 * null texts rise. */
zkl_status zkl_reading_check(const zkl_reading *r, zkl_error *err)
{
    ZKL_TRY(check_said(r, ZKL_BAD_INPUT, err));
    for (size_t i = 0; i < ZKL_COUNT(options); i++) {
        const option *o = &options[i];
        if (counts(r, o) ? o->kind != OPTION_TEXTS && !is_said(r, o) : is_said(r, o))
            return zkl_fail(err, ZKL_BAD_INPUT, "the reading says '%s' %s", o->name,
                            counts(r, o) ? "not" : "of a format without it");
    }
    for (size_t i = 1; i < r->null_text_count; i++)
        if (strcmp(r->null_texts[i - 1], r->null_texts[i]) >= 0)
            return zkl_fail(err, ZKL_BAD_INPUT, "the reading's null texts are not in order");
    return ZKL_OK;
}

/* ---- From what is asked to a whole one. */

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Copied, in byte order, each once. An empty list is kept as such: it says that there are none. */
static zkl_status take_null_texts(zkl_reading *out, zkl_arena *arena, const zkl_reading *asked,
                                  zkl_error *err)
{
    out->null_texts = NULL; /* not said */
    if (!asked->null_text_count)
        return ZKL_OK;
    const char **texts = ZKL_ARENA_NEW(arena, const char *, asked->null_text_count);
    size_t count = 0, kept = 0;
    if (!texts)
        return zkl_no_memory(err, asked->null_text_count * sizeof *texts);
    for (size_t i = 0; i < asked->null_text_count; i++)
        if (*asked->null_texts[i]) /* the empty field is null anyway */
            texts[count++] = asked->null_texts[i];
    qsort(texts, count, sizeof *texts, by_bytes);
    for (size_t i = 0; i < count; i++) {
        if (kept && strcmp(texts[kept - 1], texts[i]) == 0)
            continue;
        texts[kept] = zkl_arena_text(arena, texts[i], strlen(texts[i]));
        if (!texts[kept++])
            return zkl_no_memory(err, strlen(texts[i]));
    }
    ZKL_ASSERT(kept <= count && count <= asked->null_text_count);
    out->null_texts = texts;
    out->null_text_count = kept;
    return ZKL_OK;
}

/* The signs become their words, then everything is checked, and only then copied. */
zkl_status zkl_reading_take(zkl_reading *out, zkl_arena *arena, const zkl_reading *asked,
                            zkl_error *err)
{
    zkl_reading r = *asked;
    if (r.null_text_count > ZKL_READING_NULL_TEXTS_MAX)
        return zkl_fail(err, ZKL_USAGE, "%zu null texts, at most %d", r.null_text_count,
                        ZKL_READING_NULL_TEXTS_MAX);
    ZKL_TRY(take_null_texts(&r, arena, asked, err));
    /* what a shell passes for a tab, and the empty quote, have words in a reading */
    if (r.delimiter && strcmp(r.delimiter, "\t") == 0)
        r.delimiter = "tab";
    if (r.quote && !*r.quote)
        r.quote = "none";
    ZKL_TRY(check_said(&r, ZKL_USAGE, err));
    for (size_t i = 0; i < ZKL_COUNT(options); i++) {
        const char **text = text_of(&r, &options[i]);
        if (options[i].kind != OPTION_TEXT || !*text)
            continue;
        *text = zkl_arena_text(arena, *text, strlen(*text));
        if (!*text)
            return zkl_no_memory(err, 0);
    }
    *out = r;
    return ZKL_OK;
}

/* As if it had never been said. */
static void forget(zkl_reading *r, const option *o)
{
    if (o->kind == OPTION_TEXT)
        *text_of(r, o) = NULL;
    else if (o->kind == OPTION_ANSWER)
        *answer_of(r, o) = ZKL_UNSAID;
    else
        r->null_texts = NULL, r->null_text_count = 0;
}

/* A text without a usual one (format, delimiter) stays unsaid when nothing was found out; check
 * then refuses it. */
void zkl_reading_complete(zkl_reading *r)
{
    for (size_t i = 0; i < ZKL_COUNT(options); i++) {
        const option *o = &options[i];
        if (!counts(r, o))
            forget(r, o);
        else if (is_said(r, o))
            continue;
        else if (o->kind == OPTION_TEXT)
            *text_of(r, o) = o->usual;
        else if (o->kind == OPTION_ANSWER)
            *answer_of(r, o) = o->usual ? ZKL_YES : ZKL_NO;
    }
}

/* Null texts count as said also when there are none of them: then over takes base's away. */
void zkl_reading_merge(zkl_reading *out, const zkl_reading *base, const zkl_reading *over)
{
    zkl_reading r = *base;
    for (size_t i = 0; i < ZKL_COUNT(options); i++) {
        const option *o = &options[i];
        if (!is_said(over, o) && !(o->kind == OPTION_TEXTS && over->null_texts))
            continue;
        if (o->kind == OPTION_TEXT)
            *text_of(&r, o) = text_in(over, o);
        else if (o->kind == OPTION_ANSWER)
            *answer_of(&r, o) = answer_in(over, o);
        else
            r.null_texts = over->null_texts, r.null_text_count = over->null_text_count;
    }
    zkl_reading_complete(&r);
    *out = r;
}

/* Of whole readings: then it is the equality of their bytes. */
bool zkl_reading_equal(const zkl_reading *a, const zkl_reading *b)
{
    for (size_t i = 0; i < ZKL_COUNT(options); i++) {
        const option *o = &options[i];
        if (o->kind == OPTION_TEXT && !same_text(text_in(a, o), text_in(b, o)))
            return false;
        if (o->kind == OPTION_ANSWER && answer_in(a, o) != answer_in(b, o))
            return false;
    }
    if (a->null_text_count != b->null_text_count)
        return false;
    for (size_t i = 0; i < a->null_text_count; i++)
        if (strcmp(a->null_texts[i], b->null_texts[i]) != 0)
            return false;
    return true;
}

const char *zkl_reading_delimiter(const zkl_reading *r)
{
    return same_text(r->delimiter, "tab")     ? "\t"
           : same_text(r->delimiter, "space") ? " "
                                              : r->delimiter;
}

const char *zkl_reading_delimiter_word(const char *delimiter)
{
    return same_text(delimiter, "\t") ? "tab" : same_text(delimiter, " ") ? "space" : delimiter;
}

const char *zkl_reading_quote(const zkl_reading *r)
{
    return same_text(r->quote, "none") ? "" : r->quote;
}

/* ---- Bytes: each option that counts, field(name) and field(value).
 *
 * A field is its length, 32 bits big-endian, and its bytes (base/buffer.h). A text stands as it
 * is, an answer is a byte, and null texts are fields within the value. */

/* The value of one option, without its name. */
static void put_value(zkl_buffer *out, const zkl_reading *r, const option *o)
{
    if (o->kind == OPTION_TEXT)
        zkl_buffer_put_text(out, text_in(r, o));
    else if (o->kind == OPTION_ANSWER)
        zkl_buffer_put_u8(out, answer_in(r, o) == ZKL_YES);
    else
        for (size_t i = 0; i < r->null_text_count; i++)
            zkl_buffer_put_field(out, r->null_texts[i], strlen(r->null_texts[i]));
}

void zkl_reading_encode(zkl_buffer *out, const zkl_reading *r)
{
    ZKL_ASSERT(zkl_reading_check(r, NULL) == ZKL_OK);
    for (size_t i = 0; i < ZKL_COUNT(options); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) value = { 0 };
        if (!counts(r, &options[i]))
            continue;
        put_value(&value, r, &options[i]);
        out->failed = out->failed || value.failed;
        zkl_buffer_put_field(out, options[i].name, strlen(options[i].name));
        zkl_buffer_put_field(out, value.data, value.size);
    }
}

/* A text without NUL, in arena; NULL after a fault or without memory (*short_of_memory). */
static const char *keep_text(zkl_arena *arena, zkl_bytes bytes, zkl_reader *reader,
                             bool *short_of_memory)
{
    if (bytes.size && memchr(bytes.data, 0, bytes.size))
        zkl_reader_fault(reader, "text");
    const char *text = zkl_arena_text(arena, (const char *)bytes.data, bytes.size);
    *short_of_memory = *short_of_memory || !text;
    return text;
}

/* Fields up to the end of the value. Whether they are in order is for zkl_reading_check. */
static void read_null_texts(zkl_reading *r, zkl_arena *arena, zkl_bytes value, zkl_reader *reader,
                            bool *short_of_memory)
{
    zkl_reader list = zkl_reader_of(value);
    const char **texts = ZKL_ARENA_NEW(arena, const char *, ZKL_READING_NULL_TEXTS_MAX);
    if (!texts) {
        *short_of_memory = true;
        return;
    }
    while (!list.fault && list.at < value.size && r->null_text_count < ZKL_READING_NULL_TEXTS_MAX)
        texts[r->null_text_count++] =
            keep_text(arena, zkl_reader_field(&list, ZKL_READING_NULL_TEXT_BYTES_MAX, "null text"),
                      &list, short_of_memory);
    r->null_texts = texts;
    if (list.fault || list.at != value.size)
        zkl_reader_fault(reader, "null texts");
}

/* An answer is one byte, 0 or 1; a text may hold no NUL. Anything else is a fault of the reader. */
static void read_value(zkl_reading *r, const option *o, zkl_arena *arena, zkl_bytes value,
                       zkl_reader *reader, bool *short_of_memory)
{
    if (o->kind == OPTION_TEXT)
        *text_of(r, o) = keep_text(arena, value, reader, short_of_memory);
    else if (o->kind == OPTION_TEXTS)
        read_null_texts(r, arena, value, reader, short_of_memory);
    else if (value.size == 1 && value.data[0] <= 1)
        *answer_of(r, o) = value.data[0] ? ZKL_YES : ZKL_NO;
    else
        zkl_reader_fault(reader, o->name);
}

/* Names stand in the order of the table and none may be missing, so there is one way to write a
 * reading. */
zkl_status zkl_reading_parse(zkl_reading *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_reading r = { 0 };
    zkl_reader reader = zkl_reader_of(bytes);
    /* faults of the bytes gather in the reader; being out of memory is none of them */
    bool short_of_memory = false;
    for (size_t i = 0; i < ZKL_COUNT(options) && !reader.fault && !short_of_memory; i++) {
        if (!counts(&r, &options[i])) /* the format comes first */
            continue;
        const zkl_bytes name = zkl_reader_field(&reader, 64, options[i].name);
        if (name.size != strlen(options[i].name) ||
            memcmp(name.data, options[i].name, name.size) != 0)
            zkl_reader_fault(&reader, options[i].name);
        const zkl_bytes value = zkl_reader_field(&reader, ZKL_READING_BYTES_MAX, options[i].name);
        if (!reader.fault)
            read_value(&r, &options[i], arena, value, &reader, &short_of_memory);
    }
    if (short_of_memory)
        return zkl_no_memory(err, bytes.size);
    ZKL_TRY(zkl_reader_finish(&reader, "reading", err));
    ZKL_TRY(zkl_reading_check(&r, err));
    *out = r;
    return ZKL_OK;
}

/* ---- Words.
 *
 * For people, in receipts that strangers wrote: every text of theirs is shown harmless. */

/* In single quotes, control characters made visible. */
static void put_quoted(zkl_buffer *out, const char *text)
{
    zkl_buffer_put_u8(out, '\'');
    zkl_buffer_put_shown(out, zkl_bytes_of_text(text), 0);
    zkl_buffer_put_u8(out, '\'');
}

/* A sign, or the word for one. */
static void put_sign(zkl_buffer *out, const char *sign)
{
    if (strcmp(sign, "tab") == 0 || strcmp(sign, "space") == 0 || strcmp(sign, "none") == 0)
        zkl_buffer_put_text(out, sign);
    else if (strcmp(sign, "'") == 0)
        zkl_buffer_put_text(out, "\"'\"");
    else
        put_quoted(out, sign);
}

/* In the order in which people ask: format, delimiter, quote, encoding, header, nulls; then
 * whether columns were left out. */
void zkl_reading_words(zkl_buffer *out, const zkl_reading *r)
{
    ZKL_ASSERT(r->format);
    static const char *const names[][2] = {
        { "csv", "CSV" }, { "parquet", "Parquet" }, { "ndjson", "NDJSON" }, { "json", "JSON" }
    };
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        if (strcmp(r->format, names[i][0]) == 0)
            zkl_buffer_put_text(out, names[i][1]);
    if (is_csv(r)) {
        ZKL_ASSERT(r->delimiter && r->quote && r->encoding); /* the reading is whole */
        zkl_buffer_put_text(out, ", delimiter ");
        put_sign(out, r->delimiter);
        zkl_buffer_put_text(out, ", quote ");
        put_sign(out, r->quote);
        zkl_buffer_format(out, ", encoding %s, %s, nulls: empty", r->encoding,
                          r->header == ZKL_YES ? "header" : "no header");
        if (r->null_quoted == ZKL_YES)
            zkl_buffer_put_text(out, ", quoted empty");
        for (size_t i = 0; i < r->null_text_count; i++) {
            zkl_buffer_put_text(out, ", ");
            put_quoted(out, r->null_texts[i]);
        }
    }
    if (r->columns_chosen == ZKL_YES)
        zkl_buffer_put_text(out, "; only the columns of the schema, others passed over");
}

/* Texts that everybody reads as "there is no value". Any other may be data. */
static bool is_usual_null(const char *text)
{
    static const char *const usual[] = { "#N/A", "-",    "--",  ".",    "<NA>", "?",     "N/A",
                                         "NA",   "NULL", "NaN", "None", "Null", "\\N",   "n/a",
                                         "na",   "nan",  "nil", "none", "null", "(null)" };
    for (size_t i = 0; i < ZKL_COUNT(usual); i++)
        if (strcmp(text, usual[i]) == 0)
            return true;
    return false;
}

/* What is unusual, a sentence each. */
typedef struct sentences {
    const char **texts;
    size_t count, count_max;
    zkl_arena *arena;
    bool failed; /* no memory; what is there is not used then */
} sentences;

/* before + the sign or text + after. */
static void say(sentences *s, const char *before, const char *sign, const char *after)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_buffer_put_text(&text, before);
    if (sign)
        put_sign(&text, sign);
    zkl_buffer_put_text(&text, after);
    const char *kept =
        text.failed ? NULL : zkl_arena_text(s->arena, (const char *)text.data, text.size);
    s->failed = s->failed || !kept;
    ZKL_ASSERT(s->count < s->count_max);
    s->texts[s->count++] = kept;
}

/* A text that hides rows from claims is worth a sentence of its own. */
static void say_null(sentences *s, const char *null_text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) before = { 0 };
    zkl_buffer_put_text(&before, "the text ");
    put_quoted(&before, null_text);
    zkl_buffer_put_text(&before, " is null: claims pass over the rows that hold it");
    zkl_buffer_put_u8(&before, 0);
    say(s, before.failed ? "" : (const char *)before.data, NULL, "");
    s->failed = s->failed || before.failed;
}

/* Numbers alone, parted by blanks or not; a bool, date, time or timestamp. */
static bool is_value(zkl_bytes name)
{
    int64_t ignored;
    bool has_zone, truth;
    zkl_number_text number;
    if (name.size >= 10 && (zkl_date_scan(&ignored, name.data, name.size) ||
                            zkl_timestamp_scan(&ignored, &has_zone, name.data, name.size)))
        return true;
    if (zkl_bool_scan(&truth, name.data, name.size) ||
        (name.size >= 8 && name.data[2] == ':' && zkl_time_scan(&ignored, name.data, name.size)))
        return true;
    size_t words = 0;
    for (size_t at = 0, end; at < name.size; at = end + 1) {
        const uint8_t *blank = memchr(name.data + at, ' ', name.size - at);
        end = blank ? (size_t)(blank - name.data) : name.size;
        if (end > at && !zkl_number_scan(&number, name.data + at, end - at))
            return false;
        words += end > at;
    }
    return words > 0;
}

/* A line of data that is taken for names is a row less: where names are values it may be one. */
static void say_value_names(sentences *s, const zkl_schema *schema)
{
    ZKL_AUTO_CLEAR(zkl_buffer) before = { 0 };
    for (size_t i = 0; i < schema->column_count; i++) {
        const zkl_bytes name = schema->columns[i].name;
        if (!is_value(name))
            continue;
        zkl_buffer_put_text(&before,
                            "the first line is taken for names, and one of them is a value: '");
        zkl_buffer_put(&before, name.data, name.size < 64 ? name.size : 64);
        zkl_buffer_put_text(&before, "'");
        zkl_buffer_put_u8(&before, 0);
        say(s, before.failed ? "" : (const char *)before.data, NULL, "");
        s->failed = s->failed || before.failed;
        return;
    }
}

/* Delimiter, quote, encoding, header and nulls, in the order in which a reader of the file meets
 * them. Only CSV has such options. */
zkl_status zkl_reading_unusual(const char *const **out, size_t *count, zkl_arena *arena,
                               const zkl_reading *r, const zkl_schema *schema, zkl_error *err)
{
    static const char *const delimiters[] = { ",", ";", "|", "tab" };
    bool usual = false;
    /* one for each option below, of which null texts may have many */
    const size_t most = 8 + r->null_text_count;
    sentences s = { .texts = ZKL_ARENA_NEW(arena, const char *, most),
                    .count_max = most,
                    .arena = arena };
    if (!s.texts)
        return zkl_no_memory(err, r->null_text_count * sizeof *s.texts);
    *out = s.texts;
    *count = 0;
    /* the other formats say by themselves what a value is */
    if (!is_csv(r))
        return ZKL_OK;
    ZKL_ASSERT(r->delimiter && r->quote && r->encoding); /* the reading is whole */
    for (size_t i = 0; i < ZKL_COUNT(delimiters); i++)
        usual = usual || strcmp(r->delimiter, delimiters[i]) == 0;
    if (!usual)
        say(&s, "fields are separated by ", r->delimiter, "");
    if (strcmp(r->quote, "none") == 0)
        say(&s, "there is no quote: what stands in quotes is split too, and the quotes are data",
            NULL, "");
    else if (strcmp(r->quote, "\"") != 0)
        say(&s, "the quote is ", r->quote,
            ": in a field that begins with it, it is no part of the value");
    if (strcmp(r->encoding, "utf-8") != 0)
        say(&s, "the file's encoding is ", r->encoding, ", not UTF-8");
    if (r->header == ZKL_NO)
        say(&s, "the first line is data: no name of a column is of the file", NULL, "");
    else if (schema)
        say_value_names(&s, schema);
    if (r->null_quoted == ZKL_YES)
        say(&s, "a quoted empty field is null, not an empty text", NULL, "");
    for (size_t i = 0; i < r->null_text_count; i++)
        if (!is_usual_null(r->null_texts[i]))
            say_null(&s, r->null_texts[i]);
    if (s.failed)
        return zkl_no_memory(err, 0);
    ZKL_ASSERT(s.count <= s.count_max);
    *count = s.count;
    return ZKL_OK;
}
