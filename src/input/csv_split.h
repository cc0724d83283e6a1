#pragma once
/* CSV into records and fields, by RFC 4180 and nothing looser: no character is dropped, and none
 * is guessed.
 *
 * 1. A field is quoted when the quote is its first character. It ends with the next single
 *    quote, behind which only a delimiter or a line end may stand. Two quotes within it are one.
 * 2. Every other field is what stands between two delimiters: blanks, backslashes and quotes in
 *    its middle are data. A quote behind leading blanks is refused, since its writer meant a
 *    quoted field.
 * 3. Lines end in LF, in CRLF or in CR, all of them alike; within quotes every byte is data.
 * 4. An empty line is no record, but in a file of one column it is a record with one empty
 *    field: `skip_empty`. */
#include "base/memory.h"
#include "native/marks.h"

typedef enum zkl_csv_line_end {
    ZKL_CSV_LINE_END_UNKNOWN, /* until the first record has ended */
    ZKL_CSV_LF,
    ZKL_CSV_CRLF,
    ZKL_CSV_CR,
} zkl_csv_line_end;

typedef struct zkl_csv_field {
    const uint8_t *data;
    size_t size;
    bool is_quoted;
    bool has_quotes; /* twice within quotes, each to become one */
} zkl_csv_field;

typedef enum zkl_csv_fault {
    ZKL_CSV_FINE,
    ZKL_CSV_OPEN_QUOTE,
    ZKL_CSV_TEXT_BEHIND_QUOTE,
    ZKL_CSV_BLANK_BEFORE_QUOTE,
    ZKL_CSV_OTHER_LINE_END,
} zkl_csv_fault;

typedef struct zkl_csv_splitter {
    const char *delimiter; /* one to four bytes; borrowed */
    const char *quote;     /* one byte, or none: then quotes are data; borrowed */
    bool skip_empty;
    zkl_csv_line_end line_end; /* found with the first record */
} zkl_csv_splitter;

/* Text to be split: the bytes of a window. */
typedef struct zkl_csv_text {
    uint8_t *data;
    size_t size;
    bool is_last; /* nothing follows it */
} zkl_csv_text;

typedef struct zkl_csv_record {
    /* Bytes, with its line end, and with the empty lines before it. */
    size_t size;
    /* Also of the fields that found no place. */
    size_t field_count;
    /* Lines before its first one in the text given; of ZKL_CSV_BAD: before the fault. */
    uint64_t line;
    /* All lines of `size`. */
    uint64_t lines;
    /* Of ZKL_CSV_BAD. */
    zkl_csv_fault fault;
} zkl_csv_record;

typedef enum zkl_csv_result {
    ZKL_CSV_RECORD,
    ZKL_CSV_MORE, /* the text ends within a record */
    ZKL_CSV_END,  /* is_last, and nothing is left but empty lines that are skipped */
    ZKL_CSV_BAD,
} zkl_csv_result;

/* The first record of the text.
 *
 * fields:   the first field_max of its fields; they lie in the text.
 * splitter: changed only when a record comes out: its line end is then known.
 * text:     changed only when a record comes out: quotes that stand twice become one in place.
 * Cost:     one pass over the record; after ZKL_CSV_MORE it starts anew. */
zkl_csv_result zkl_csv_next(zkl_csv_record *record, zkl_csv_field *fields, size_t field_max,
                            zkl_csv_splitter *splitter, zkl_csv_text text);

/* Where delimiter, quote, LF and CR stand in the text (native/marks.h). */
typedef struct zkl_csv_marks {
    const uint64_t *words;
    size_t first; /* the bit of the text's first byte */
} zkl_csv_marks;

/* The first record of the text, where it is an ordinary one: field_count fields, none of which
 * holds a line end or a quote but those around it, separated by a delimiter of one byte, and ended
 * as lines of the file are known to end. Then the record is what zkl_csv_next gives. false: ask
 * zkl_csv_next. Neither splitter nor text is changed. */
bool zkl_csv_next_plain(zkl_csv_record *record, zkl_csv_field *fields, size_t field_count,
                        const zkl_csv_splitter *splitter, zkl_csv_text text, zkl_csv_marks marks);
/* The signs to mark for that. */
void zkl_csv_signs(uint8_t signs[static ZKL_MARKS_SIGNS], const zkl_csv_splitter *splitter);

/* What is wrong, in words. */
const char *zkl_csv_fault_text(zkl_csv_fault fault);

typedef enum zkl_csv_guess_kind {
    ZKL_CSV_GUESSED,
    ZKL_CSV_AMBIGUOUS, /* two delimiters split every record alike: delimiter and other */
    ZKL_CSV_BLANKS, /* no delimiter splits the first record, but a blank splits all into columns */
    ZKL_CSV_BLANK_RUNS,  /* the same, with several blanks in a row here and there */
    ZKL_CSV_TITLE_LINES, /* the first record has one field, all others have columns, by delimiter */
} zkl_csv_guess_kind;

typedef struct zkl_csv_guess {
    zkl_csv_guess_kind kind;
    const char *delimiter, *other;
    size_t columns;
} zkl_csv_guess;

/* Which of , ; tab | separates the fields: the one that splits the first record, and the most of
 * those after it into as many fields. A comma when none splits the first record. Only the first
 * ZKL_CSV_GUESS_RECORDS records count.
 *
 * text: whole records are looked at; it is not changed. */
#define ZKL_CSV_GUESS_RECORDS 10000
zkl_csv_guess zkl_csv_guess_delimiter(const char *quote, zkl_csv_text text);
