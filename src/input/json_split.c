/* Where rows begin and end. A list is followed from place to place:
 *
 *            '['               row                ','
 *   START ---------> LIST_START ----> LIST_BETWEEN ----> LIST_COMMA
 *     |                  |                 |  ^              |
 *     | other            | ']'         ']' |  +----- row ----+
 *     v                  v                 v
 *   SEQUENCE         LIST_END <------------+
 *     | ^
 *     +-+ row
 *
 * Blanks may stand at any place. Rows themselves are found by their brackets and strings only;
 * whether a row is sound is for zkl_json_object_parse. */
#include "input/json_split.h"

/* What the next byte that is no blank does at a place. */
typedef enum action { ACTION_STAY, ACTION_STEP, ACTION_ROW, ACTION_BAD } action;

enum { BYTE_OPEN, BYTE_COMMA, BYTE_CLOSE, BYTE_OTHER, BYTE_KINDS };

typedef struct move {
    action action;       /* STAY: the same byte again at the next place; STEP: the byte is passed */
    zkl_json_place next; /* of STAY and STEP */
} move;

#define ROW                                                                                        \
    {                                                                                              \
        ACTION_ROW, ZKL_JSON_START                                                                 \
    }
#define BAD                                                                                        \
    {                                                                                              \
        ACTION_BAD, ZKL_JSON_START                                                                 \
    }
#define STAY(place)                                                                                \
    {                                                                                              \
        ACTION_STAY, ZKL_JSON_##place                                                              \
    }
#define STEP(place)                                                                                \
    {                                                                                              \
        ACTION_STEP, ZKL_JSON_##place                                                              \
    }
/* clang-format off */
static const move moves[][BYTE_KINDS] = {
    /*                            [                  ,                 ]                other */
    [ZKL_JSON_START]        = { STEP(LIST_START), STAY(SEQUENCE),   STAY(SEQUENCE), STAY(SEQUENCE) },
    [ZKL_JSON_LIST_START]   = { ROW,              ROW,              STEP(LIST_END), ROW },
    [ZKL_JSON_LIST_BETWEEN] = { BAD,              STEP(LIST_COMMA), STEP(LIST_END), BAD },
    [ZKL_JSON_LIST_COMMA]   = { ROW,              ROW,              ROW,            ROW },
    [ZKL_JSON_LIST_END]     = { BAD,              BAD,              BAD,            BAD },
    [ZKL_JSON_SEQUENCE]     = { ROW,              ROW,              ROW,            ROW },
};
/* clang-format on */
static unsigned kind_of(uint8_t byte)
{
    return byte == '['   ? BYTE_OPEN
           : byte == ',' ? BYTE_COMMA
           : byte == ']' ? BYTE_CLOSE
                         : BYTE_OTHER;
}

/* RFC 8259, "Insignificant whitespace". */
static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static size_t skip_blanks(zkl_bytes text, size_t at)
{
    while (at < text.size && is_blank(text.data[at]))
        at++;
    return at;
}

/* A fault at that byte. */
static zkl_json_result bad(size_t *used, const char **why, size_t at, const char *text)
{
    *used = at;
    *why = text;
    return ZKL_JSON_BAD;
}

/* Newline-delimited: a line is a row, and no bracket is looked at. */
static zkl_json_result next_line(size_t *used, zkl_bytes *row, zkl_bytes text, bool is_last)
{
    const size_t start = skip_blanks(text, 0);
    const uint8_t *feed = memchr(text.data + start, '\n', text.size - start);
    if (!feed && !is_last)
        return ZKL_JSON_MORE;
    *used = start;
    if (start == text.size)
        return ZKL_JSON_END;
    *used = feed ? (size_t)(feed - text.data) : text.size;
    ZKL_ASSERT(start <= *used);
    *row = zkl_bytes_of(text.data + start, *used - start);
    return ZKL_JSON_ROW;
}

/* In strings only the backslash and the quote count; depth counts brackets of both kinds alike,
 * since a row that mixes them is refused by its parser. The end of the value that starts at
 * `at`: behind its last bracket, or before what ends a plain value. SIZE_MAX: not in the text. */
static size_t value_end(zkl_bytes text, size_t at, bool is_last)
{
    uint64_t depth = 0;
    bool in_string = false;
    for (; at < text.size; at++) {
        const uint8_t byte = text.data[at];
        if (in_string) {
            if (byte == '\\')
                at++;
            else if (byte == '"')
                in_string = false;
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '{' || byte == '[') {
            depth++;
        } else if ((byte == '}' || byte == ']') && depth > 0) {
            if (--depth == 0)
                return at + 1;
        } else if (depth == 0 && (byte == ',' || byte == ']' || byte == '}' || is_blank(byte))) {
            return at;
        }
    }
    return is_last ? text.size : SIZE_MAX;
}

/* At the end of the text: of all places only those within a list want more. */
static bool may_end(zkl_json_place place)
{
    return place == ZKL_JSON_START || place == ZKL_JSON_LIST_END || place == ZKL_JSON_SEQUENCE;
}

/* From place to place up to the beginning of a row, which is then at *at. */
static zkl_json_result find_row(size_t *at, const char **why, zkl_json_splitter *splitter,
                                zkl_bytes text, bool is_last)
{
    for (;;) {
        *at = skip_blanks(text, *at);
        if (*at == text.size && !is_last)
            return ZKL_JSON_MORE;
        if (*at == text.size)
            return may_end(splitter->place)
                       ? ZKL_JSON_END
                       : bad(at, why, *at, "the list does not end: ']' is missing");
        ZKL_ASSERT((size_t)splitter->place < ZKL_COUNT(moves));
        const move *m = &moves[splitter->place][kind_of(text.data[*at])];
        if (m->action == ACTION_ROW)
            return ZKL_JSON_ROW;
        if (m->action == ACTION_BAD)
            return bad(at, why, *at,
                       splitter->place == ZKL_JSON_LIST_END ? "text after the list"
                                                            : "',' or ']' is missing behind a row");
        splitter->place = m->next;
        *at += m->action == ACTION_STEP;
    }
}

zkl_json_result zkl_json_next(size_t *used, zkl_bytes *row, const char **why,
                              zkl_json_splitter *splitter, zkl_bytes text, bool is_last)
{
    zkl_json_splitter now = *splitter;
    size_t at = 0;
    *used = 0;
    if (splitter->by_lines)
        return next_line(used, row, text, is_last);
    const zkl_json_result found = find_row(&at, why, &now, text, is_last);
    *used = found == ZKL_JSON_MORE ? 0 : at;
    if (found != ZKL_JSON_ROW)
        return found; /* a place is kept only with a row: else it is walked again */
    const size_t end = value_end(text, at, is_last);
    if (end == SIZE_MAX) {
        *used = 0;
        return ZKL_JSON_MORE;
    }
    if (end == at)
        return bad(used, why, at, "a row is missing");
    ZKL_ASSERT(at < end && end <= text.size);
    *row = zkl_bytes_of(text.data + at, end - at);
    *used = end;
    if (now.place != ZKL_JSON_SEQUENCE)
        now.place = ZKL_JSON_LIST_BETWEEN;
    *splitter = now;
    return ZKL_JSON_ROW;
}
