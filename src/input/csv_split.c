/* One record at a time, by this machine; every function below is one of its places:
 *
 *                 first byte is the quote            quote, not doubled
 *   take_field ---------------------------> take_quoted ----------------> end_field
 *       |  ^                                                               |  |  |
 *       |  +------------------------- delimiter ---------------------------+  |  +-- other: BAD
 *       | else                                                                |
 *       +--------> take_plain --- delimiter, line end, end of text ---> end_field
 *                                                                             |
 *                                          line end, end of text +------------+--> RECORD
 *
 * Where the text ends and more may follow, the answer is MORE, and the record is split again
 * from its beginning with more text. A byte is looked at again then; the window doubles, so that
 * costs a constant factor.
 *
 * Which line end a file has is known when its first record ends. Feeds and returns are both
 * counted, and the line end says which of the two counters has the lines; feeds do until it is
 * known. */
#include "input/csv_split.h"

#include <stddef.h>

typedef struct cursor {
    bool skip_empty, has_quote;
    /* The delimiter's first byte, what stands behind it, and its whole length. */
    uint8_t quote, delimiter;
    const char *delimiter_rest;
    size_t delimiter_bytes;
    const uint8_t *at, *end;
    bool is_last;
    zkl_csv_line_end line_end;
    /* Of what was passed, line ends and what stands within quotes. */
    uint64_t feeds, returns;
    zkl_csv_fault fault;
    /* Before the fault's line. */
    uint64_t fault_feeds, fault_returns;
} cursor;

/* What ended, and what comes next: a field, the record; or the text ends, or is at fault. */
typedef enum step { STEP_FIELD, STEP_RECORD, STEP_MORE, STEP_BAD } step;

/* The line counters of the fault; take_quoted moves them back to its opening quote. */
static step fail(cursor *c, zkl_csv_fault fault)
{
    c->fault = fault;
    c->fault_feeds = c->feeds;
    c->fault_returns = c->returns;
    return STEP_BAD;
}

/* At a line feed or carriage return outside quotes: the record's end, if its kind is the file's. */
static step end_record(cursor *c)
{
    ZKL_DEBUG_ASSERT(c->at < c->end && (*c->at == '\n' || *c->at == '\r'));
    zkl_csv_line_end kind = ZKL_CSV_LF;
    size_t size = 1;
    if (*c->at == '\r') {
        /* the LF of a CRLF may come with the next text */
        if (c->at + 1 == c->end && !c->is_last)
            return STEP_MORE;
        kind = c->at + 1 < c->end && c->at[1] == '\n' ? ZKL_CSV_CRLF : ZKL_CSV_CR;
        size = kind == ZKL_CSV_CRLF ? 2 : 1;
    }
    if (c->line_end != ZKL_CSV_LINE_END_UNKNOWN && c->line_end != kind)
        return fail(c, ZKL_CSV_OTHER_LINE_END);
    c->line_end = kind;
    c->at += size;
    c->feeds += kind != ZKL_CSV_CR;
    c->returns += kind != ZKL_CSV_LF;
    return STEP_RECORD;
}

/* At the delimiter's first byte: is it the whole one? *is_cut: the text ends within it. */
static bool is_delimiter(const cursor *c, bool *is_cut)
{
    ZKL_DEBUG_ASSERT(c->at < c->end && c->delimiter_bytes > 0);
    const size_t left = (size_t)(c->end - c->at) - 1, rest = c->delimiter_bytes - 1;
    *is_cut = false;
    if (rest == 0)
        return true;
    if (memcmp(c->at + 1, c->delimiter_rest, left < rest ? left : rest) != 0)
        return false;
    *is_cut = left < rest;
    return left >= rest;
}

/* Behind a field: a delimiter, a line end or the end of the text. */
static step end_field(cursor *c)
{
    if (c->at == c->end)
        return c->is_last ? STEP_RECORD : STEP_MORE;
    bool is_cut = false;
    if (*c->at == c->delimiter && is_delimiter(c, &is_cut)) {
        c->at += c->delimiter_bytes;
        return STEP_FIELD;
    }
    if (is_cut && !c->is_last)
        return STEP_MORE;
    if (*c->at == '\n' || *c->at == '\r')
        return end_record(c);
    return fail(c, ZKL_CSV_TEXT_BEHIND_QUOTE);
}

/* Behind the opening quote, up to the closing one. Everything in between is data, so only quotes
 * and lines are looked at. A fault is on the line of the opening quote: the text ran on to the
 * end of the file. */
static step take_quoted(cursor *c, zkl_csv_field *field)
{
    const uint8_t quote = c->quote;
    const uint64_t feeds = c->feeds, returns = c->returns;
    *field = (zkl_csv_field){ .data = c->at, .is_quoted = true };
    for (;; c->at++) {
        while (c->at < c->end && *c->at != quote) {
            c->feeds += *c->at == '\n';
            c->returns += *c->at == '\r';
            c->at++;
        }
        if (c->at == c->end && !c->is_last)
            return STEP_MORE;
        if (c->at == c->end) {
            c->feeds = feeds;
            c->returns = returns;
            return fail(c, ZKL_CSV_OPEN_QUOTE);
        }
        if (c->at + 1 == c->end && !c->is_last)
            return STEP_MORE;
        if (c->at + 1 == c->end || c->at[1] != quote)
            break;
        field->has_quotes = true;
        c->at++;
    }
    field->size = (size_t)(c->at - field->data);
    c->at++;
    return end_field(c);
}

/* Blanks only, which is what makes a quote behind them look like an opening one. */
static bool is_blanks(const uint8_t *at, const uint8_t *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at == end;
}

/* Up to a delimiter or a line end. Quotes are data here, but for one behind leading blanks: `a,
 * "b"` is refused, since its writer meant a quoted field and a reader that drops the blank would
 * get other values. */
static step take_plain(cursor *c, zkl_csv_field *field)
{
    const uint8_t *start = c->at;
    for (; c->at < c->end; c->at++) {
        const uint8_t byte = *c->at;
        bool is_cut;
        if (byte == '\n' || byte == '\r')
            break;
        if (byte == c->delimiter && is_delimiter(c, &is_cut))
            break;
        if (byte == c->delimiter && is_cut && !c->is_last)
            return STEP_MORE;
        if (byte == c->quote && c->has_quote && c->at > start && is_blanks(start, c->at))
            return fail(c, ZKL_CSV_BLANK_BEFORE_QUOTE);
    }
    *field = (zkl_csv_field){ .data = start, .size = (size_t)(c->at - start) };
    return end_field(c);
}

/* An empty field is a plain one of no bytes. */
static step take_field(cursor *c, zkl_csv_field *field)
{
    if (c->at < c->end && c->has_quote && *c->at == c->quote) {
        c->at++;
        return take_quoted(c, field);
    }
    return take_plain(c, field);
}

/* Two quotes become one, where they lie. */
static void join_quotes(zkl_csv_field *field, uint8_t *text_of_field, uint8_t quote)
{
    size_t to = 0;
    for (size_t at = 0; at < field->size; at++) {
        text_of_field[to++] = text_of_field[at];
        if (text_of_field[at] == quote)
            at++;
    }
    ZKL_DEBUG_ASSERT(to <= field->size);
    field->size = to;
    field->has_quotes = false;
}

/* Lines of LF and of CRLF end in a feed, lines of CR in a return. */
static uint64_t line_count(const cursor *c, uint64_t feeds, uint64_t returns)
{
    return c->line_end == ZKL_CSV_CR ? returns : feeds;
}

/* Line ends right at the beginning. */
static step skip_empty_lines(cursor *c)
{
    while (c->skip_empty && c->at < c->end && (*c->at == '\n' || *c->at == '\r')) {
        const step result = end_record(c);
        if (result != STEP_RECORD)
            return result;
    }
    return STEP_FIELD;
}

static cursor cursor_of(const zkl_csv_splitter *splitter, zkl_csv_text text)
{
    ZKL_ASSERT(*splitter->delimiter && (!*splitter->quote || !splitter->quote[1]));
    return (cursor){ .skip_empty = splitter->skip_empty,
                     .has_quote = *splitter->quote != 0,
                     .quote = (uint8_t)*splitter->quote,
                     .delimiter = (uint8_t)*splitter->delimiter,
                     .delimiter_rest = splitter->delimiter + 1,
                     .delimiter_bytes = strlen(splitter->delimiter),
                     .at = text.data,
                     .end = text.size ? text.data + text.size : text.data,
                     .is_last = text.is_last,
                     .line_end = splitter->line_end };
}

zkl_csv_result zkl_csv_next(zkl_csv_record *record, zkl_csv_field *fields, size_t field_max,
                            zkl_csv_splitter *splitter, zkl_csv_text text)
{
    cursor c = cursor_of(splitter, text);
    *record = (zkl_csv_record){ 0 };
    step result = skip_empty_lines(&c);
    if (result == STEP_FIELD && c.at == c.end) {
        record->size = text.size;
        record->lines = line_count(&c, c.feeds, c.returns);
        return text.is_last ? ZKL_CSV_END : ZKL_CSV_MORE;
    }
    const uint64_t feeds = c.feeds, returns = c.returns; /* before the record's first line */
    for (zkl_csv_field spare; result == STEP_FIELD; record->field_count++)
        result =
            take_field(&c, record->field_count < field_max ? &fields[record->field_count] : &spare);
    if (result == STEP_MORE)
        return ZKL_CSV_MORE;
    if (result == STEP_BAD) {
        record->line = line_count(&c, c.fault_feeds, c.fault_returns);
        record->fault = c.fault;
        return ZKL_CSV_BAD;
    }
    splitter->line_end = c.line_end;
    record->size = (size_t)(c.at - text.data);
    record->line = line_count(&c, feeds, returns);
    record->lines = line_count(&c, c.feeds, c.returns);
    ZKL_DEBUG_ASSERT(record->size <= text.size && record->field_count > 0);
    for (size_t i = 0; i < record->field_count && i < field_max; i++)
        if (fields[i].has_quotes)
            join_quotes(&fields[i], text.data + (fields[i].data - text.data), c.quote);
    return ZKL_CSV_RECORD;
}

/* ---- ordinary records
 *
 * Nearly all records of nearly all files: from mark to mark, without a look at what lies between.
 * Whatever is not ordinary (a quote within a field, another line end, an empty line, another number
 * of fields, the end of the text) is left to zkl_csv_next, which says what it is. */

typedef struct mark_cursor {
    const uint64_t *word;
    /* Marks of *word that were not passed. */
    uint64_t left;
    /* Of the first byte of *word, from the text's first byte on; may lie before it. */
    ptrdiff_t at;
    ptrdiff_t end;
} mark_cursor;

static mark_cursor marks_begin(zkl_csv_marks marks, size_t text_bytes)
{
    const size_t bit = marks.first % ZKL_MARKS_BLOCK;
    const uint64_t *word = marks.words + marks.first / ZKL_MARKS_BLOCK;
    return (mark_cursor){ word, text_bytes ? *word >> bit << bit : 0, -(ptrdiff_t)bit,
                          (ptrdiff_t)text_bytes };
}

/* The place of the next mark, or false: the text ends before it. */
__attribute__((always_inline)) static inline bool next_mark(mark_cursor *c, size_t *at)
{
    while (c->left == 0) {
        c->at += ZKL_MARKS_BLOCK;
        if (c->at >= c->end)
            return false;
        c->left = *++c->word;
    }
    const ptrdiff_t found = c->at + __builtin_ctzll(c->left);
    c->left &= c->left - 1;
    *at = (size_t)found;
    return found < c->end;
}

/* At the opening quote: the closing one, in *at, with no quote or line end before it. */
static bool find_closing_quote(mark_cursor *c, size_t *at, const uint8_t *text, uint8_t quote)
{
    do
        if (!next_mark(c, at) || text[*at] == '\n' || text[*at] == '\r')
            return false;
    while (text[*at] != quote);
    return true;
}

/* At a byte that ends a field and is no delimiter: bytes of the line end; 0: it is none that ends
 * lines here. */
static size_t line_end_bytes(const zkl_csv_splitter *splitter, zkl_csv_text text, size_t at)
{
    if (splitter->line_end == ZKL_CSV_LF)
        return text.data[at] == '\n';
    return at + 1 < text.size && text.data[at] == '\r' && text.data[at + 1] == '\n' ? 2 : 0;
}

void zkl_csv_signs(uint8_t signs[static ZKL_MARKS_SIGNS], const zkl_csv_splitter *splitter)
{
    signs[0] = (uint8_t)*splitter->delimiter;
    signs[1] = *splitter->quote ? (uint8_t)*splitter->quote : signs[0];
    signs[2] = '\n';
    signs[3] = '\r';
}

bool zkl_csv_next_plain(zkl_csv_record *record, zkl_csv_field *fields, size_t field_count,
                        const zkl_csv_splitter *splitter, zkl_csv_text text, zkl_csv_marks marks)
{
    const uint8_t delimiter = (uint8_t)splitter->delimiter[0], quote = (uint8_t)*splitter->quote;
    mark_cursor c = marks_begin(marks, text.size);
    size_t start = 0, at, count = 0;
    if (splitter->delimiter[1] ||
        (splitter->line_end != ZKL_CSV_LF && splitter->line_end != ZKL_CSV_CRLF))
        return false;
    do {
        if (count == field_count || !next_mark(&c, &at))
            return false;
        zkl_csv_field *field = &fields[count++];
        *field = (zkl_csv_field){ .data = text.data + start, .size = at - start };
        if (quote && text.data[at] == quote) {
            if (at != start || !find_closing_quote(&c, &at, text.data, quote))
                return false;
            *field = (zkl_csv_field){ text.data + start + 1, at - start - 1, true, false };
            const size_t behind = at + 1;
            if (!next_mark(&c, &at) || at != behind)
                return false;
        }
        start = at + 1;
    } while (text.data[at] == delimiter);
    const size_t end_bytes = line_end_bytes(splitter, text, at);
    if (!end_bytes || count != field_count || (splitter->skip_empty && at == 0))
        return false;
    *record = (zkl_csv_record){ .size = at + end_bytes, .field_count = count, .lines = 1 };
    return true;
}

const char *zkl_csv_fault_text(zkl_csv_fault fault)
{
    switch (fault) {
    case ZKL_CSV_OPEN_QUOTE:
        return "a quote is opened here and never closed";
    case ZKL_CSV_TEXT_BEHIND_QUOTE:
        return "text stands behind a closing quote (a quote within quotes is written twice; a "
               "blank behind one must go)";
    case ZKL_CSV_BLANK_BEFORE_QUOTE:
        return "a blank stands between a delimiter and a quote; remove it";
    case ZKL_CSV_OTHER_LINE_END:
        return "the line ends otherwise than those before it: line ends of several kinds (LF, "
               "CRLF, CR) are not mixed";
    case ZKL_CSV_FINE:
        break;
    }
    return "cannot be split into fields";
}

/* ---- which delimiter */

typedef struct split_try {
    size_t first_count;    /* fields of the first record; 0: it cannot be split */
    size_t records, alike; /* after the first; those with as many fields */
    size_t next_count;     /* fields of all records after the first; 0: they differ */
} split_try;

/* The next record, only counted: without places for fields nothing is written to the text. */
static zkl_csv_result count_record(zkl_csv_record *record, zkl_csv_splitter *splitter,
                                   zkl_csv_text text, size_t at)
{
    const zkl_csv_text rest = { text.data + at, text.size - at, text.is_last };
    return zkl_csv_next(record, NULL, 0, splitter, rest);
}

static split_try try_delimiter(const char *delimiter, const char *quote, zkl_csv_text text)
{
    zkl_csv_splitter splitter = { .delimiter = delimiter, .quote = quote, .skip_empty = true };
    split_try result = { 0 };
    zkl_csv_record record;
    for (size_t at = 0; result.records < ZKL_CSV_GUESS_RECORDS; at += record.size) {
        const zkl_csv_result found = count_record(&record, &splitter, text, at);
        /* a record that cannot be split speaks against the delimiter, as one of other fields
         * does */
        if (found == ZKL_CSV_BAD && result.first_count)
            result.records++;
        if (found != ZKL_CSV_RECORD)
            break;
        if (result.first_count == 0) {
            result.first_count = record.field_count;
            continue;
        }
        result.next_count =
            result.records == 0 || result.next_count == record.field_count ? record.field_count : 0;
        result.records++;
        result.alike += record.field_count == result.first_count;
    }
    ZKL_ASSERT(result.alike <= result.records);
    return result;
}

/* Words of a record of one field; 0: it is quoted somewhere. *has_runs: several blanks stand
 * between two, or blanks at an end. */
static size_t count_words(bool *has_runs, const uint8_t *at, size_t size, const char *quote)
{
    size_t words = 0;
    while (size && (at[size - 1] == '\n' || at[size - 1] == '\r'))
        size--;
    for (size_t i = 0; i < size; i++) {
        const bool is_blank = at[i] == ' ';
        if (*quote && at[i] == (uint8_t)*quote)
            return 0;
        words += !is_blank && (i == 0 || at[i - 1] == ' ');
        *has_runs = *has_runs || (is_blank && (i == 0 || i + 1 == size || at[i - 1] == ' '));
    }
    return words;
}

/* Into how many fields blanks split every record alike; 1: they do not. */
static size_t count_blank_fields(bool *has_runs, const char *quote, zkl_csv_text text)
{
    zkl_csv_splitter splitter = { .delimiter = ",", .quote = quote, .skip_empty = true };
    zkl_csv_record record;
    size_t columns = 0, records = 0;
    *has_runs = false;
    for (size_t at = 0; records < ZKL_CSV_GUESS_RECORDS; at += record.size, records++) {
        const zkl_csv_result found = count_record(&record, &splitter, text, at);
        if (found == ZKL_CSV_BAD)
            return 1;
        if (found != ZKL_CSV_RECORD)
            break;
        size_t skipped = 0; /* empty lines */
        while (skipped < record.size &&
               (text.data[at + skipped] == '\n' || text.data[at + skipped] == '\r'))
            skipped++;
        const size_t words =
            count_words(has_runs, text.data + at + skipped, record.size - skipped, quote);
        if (words < 2 || (records && words != columns))
            return 1;
        columns = words;
    }
    return records >= 2 ? columns : 1;
}

/* The share of records alike, compared without division. */
static bool is_better(const split_try *a, const split_try *b)
{
    return a->alike * b->records > b->alike * a->records;
}

/* 1. A delimiter that splits the first record wins, by the share of records with as many fields.
 * 2. Two that do as well are a question for people: 1,5;2,5 is two numbers or three.
 * 3. When none splits the first record: one that splits all others alike says that titles stand
 *    before the header; blanks that split every record alike are a question too; else it is a
 *    file of one column, whose delimiter does not matter. */
zkl_csv_guess zkl_csv_guess_delimiter(const char *quote, zkl_csv_text text)
{
    static const char *const candidates[] = { ",", ";", "\t", "|" };
    zkl_csv_guess guess = { ZKL_CSV_GUESSED, ",", ",", 1 };
    split_try best = { 0 };
    bool is_tie = false;
    for (size_t i = 0; i < ZKL_COUNT(candidates); i++) {
        const split_try now = try_delimiter(candidates[i], quote, text);
        if (now.first_count == 1 && now.records && now.next_count >= 2 && best.first_count < 2 &&
            guess.columns == 1) {
            guess.columns =
                now.next_count; /* unless another delimiter splits the first record too */
            guess.other = candidates[i];
        }
        if (now.first_count < 2)
            continue;
        if (best.first_count < 2 || is_better(&now, &best)) {
            best = now;
            guess.delimiter = candidates[i];
            is_tie = false;
        } else if (!is_better(&best, &now)) {
            guess.other = candidates[i];
            is_tie = true;
        }
    }
    if (best.first_count >= 2) {
        guess.columns = best.first_count;
        guess.kind = is_tie ? ZKL_CSV_AMBIGUOUS : ZKL_CSV_GUESSED;
    } else if (guess.columns == 1) {
        bool has_runs;
        guess.columns = count_blank_fields(&has_runs, quote, text);
        if (guess.columns > 1)
            guess.kind = has_runs ? ZKL_CSV_BLANK_RUNS : ZKL_CSV_BLANKS;
    } else {
        guess.delimiter = guess.other;
        guess.kind = ZKL_CSV_TITLE_LINES;
    }
    return guess;
}
