#include "input/json_split.h"

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

static zkl_json_result bad(size_t *used, const char **why, size_t at, const char *text)
{
    *used = at;
    *why = text;
    return ZKL_JSON_BAD;
}

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
    *row = zkl_bytes_of(text.data + start, *used - start);
    return ZKL_JSON_ROW;
}

/* The end of the value that starts at `at`: behind its last bracket, or before what ends a plain value. SIZE_MAX: not in the text. */
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

/* Blanks, and the brackets and commas of a list, up to the beginning of a row. *is_row: there is one at *at. */
static zkl_json_result find_row(size_t *at, bool *is_row, const char **why,
                                zkl_json_splitter *splitter, zkl_bytes text, bool is_last)
{
    *is_row = false;
    for (;;) {
        *at = skip_blanks(text, *at);
        if (*at == text.size && !is_last)
            return ZKL_JSON_MORE;
        if (*at == text.size)
            return splitter->place == ZKL_JSON_LIST_END || splitter->place == ZKL_JSON_SEQUENCE ||
                           splitter->place == ZKL_JSON_START
                       ? ZKL_JSON_END
                       : bad(at, why, *at, "the list does not end: ']' is missing");
        const uint8_t byte = text.data[*at];
        switch (splitter->place) {
        case ZKL_JSON_START:
            splitter->place = byte == '[' ? ZKL_JSON_LIST_START : ZKL_JSON_SEQUENCE;
            *at += byte == '[';
            break;
        case ZKL_JSON_LIST_BETWEEN:
            if (byte != ',' && byte != ']')
                return bad(at, why, *at, "',' or ']' is missing behind a row");
            splitter->place = byte == ',' ? ZKL_JSON_LIST_COMMA : ZKL_JSON_LIST_END;
            ++*at;
            break;
        case ZKL_JSON_LIST_END:
            return bad(at, why, *at, "text after the list");
        case ZKL_JSON_LIST_START:
            if (byte == ']') {
                splitter->place = ZKL_JSON_LIST_END;
                ++*at;
                break;
            }
            *is_row = true;
            return ZKL_JSON_ROW;
        case ZKL_JSON_LIST_COMMA:
        case ZKL_JSON_SEQUENCE:
            *is_row = true;
            return ZKL_JSON_ROW;
        }
    }
}

zkl_json_result zkl_json_next(size_t *used, zkl_bytes *row, const char **why,
                              zkl_json_splitter *splitter, zkl_bytes text, bool is_last)
{
    zkl_json_splitter now = *splitter;
    size_t at = 0;
    bool is_row;
    *used = 0;
    if (splitter->by_lines)
        return next_line(used, row, text, is_last);
    const zkl_json_result found = find_row(&at, &is_row, why, &now, text, is_last);
    *used = found == ZKL_JSON_MORE ? 0 : at;
    if (!is_row)
        return found;
    const size_t end = value_end(text, at, is_last);
    if (end == SIZE_MAX) {
        *used = 0;
        return ZKL_JSON_MORE;
    }
    if (end == at)
        return bad(used, why, at, "a row is missing");
    *row = zkl_bytes_of(text.data + at, end - at);
    *used = end;
    if (now.place != ZKL_JSON_SEQUENCE)
        now.place = ZKL_JSON_LIST_BETWEEN;
    *splitter = now;
    return ZKL_JSON_ROW;
}
