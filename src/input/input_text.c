/* Decoding to UTF-8, a piece at a time.
 *
 *   bytes --refill--> raw --decode--> the caller's buffer
 *
 * 1. Only whole characters come out. Bytes of one that is cut by the end of a piece stay in raw
 *    until the rest is there; at the end of the file they are a fault.
 * 2. Nothing is replaced or dropped: what is no character of the encoding ends the read, with
 *    its line.
 * 3. The encoding is the one that was said. A byte order mark, or zeros where UTF-16 has them,
 *    contradict it aloud; they never choose another one in silence, since the manifest binds
 *    what was said. */
#include "input/input_text.h"

#include "input/file_kind.h"
#include "text/utf8.h"

#define RAW_BYTES ((size_t)256 << 10)
#define UTF8_A_UNIT_MAX 3 /* bytes of UTF-8 that one byte or one 16-bit unit can become */

typedef enum text_encoding {
    UTF_8,
    UTF_16,
    UTF_16_LE,
    UTF_16_BE,
    LATIN_1,
    WINDOWS_1252
} text_encoding;

struct zkl_input_text {
    zkl_input_bytes *bytes;
    const char *name;
    text_encoding encoding;
    const char *encoding_name;
    bool has_choice; /* people may say another encoding */
    bool started, bytes_ended;
    uint8_t *raw; /* bytes that are not decoded yet */
    size_t raw_size, raw_at;
    uint64_t line_feeds, carriage_returns; /* in what was handed out */
};

static const struct {
    const char *name;
    text_encoding encoding;
} encodings[] = {
    { "utf-8", UTF_8 },        { "utf-16", UTF_16 },   { "utf-16le", UTF_16_LE },
    { "utf-16be", UTF_16_BE }, { "latin-1", LATIN_1 }, { "windows-1252", WINDOWS_1252 },
};

/* NULL is UTF-8. */
static bool find_encoding(text_encoding *out, const char *name)
{
    *out = UTF_8;
    for (size_t i = 0; name && i < ZKL_COUNT(encodings); i++)
        if (strcmp(encodings[i].name, name) == 0) {
            *out = encodings[i].encoding;
            return true;
        }
    return !name;
}

bool zkl_encoding_is_known(const char *encoding)
{
    text_encoding ignored;
    return find_encoding(&ignored, encoding);
}

void zkl_input_text_close(zkl_input_text *text)
{
    if (!text)
        return;
    zkl_input_bytes_close(text->bytes);
    zkl_free(text->raw);
    zkl_free(text);
}

/* An encoding that is not known is our own mistake here: rows.c asked zkl_encoding_is_known
 * before anything was opened. */
zkl_status zkl_input_text_open(zkl_input_text **out, const char *path, const char *name,
                               const char *encoding, bool has_choice, zkl_error *err)
{
    size_t ignored;
    zkl_input_text *text = zkl_calloc(1, sizeof *text);
    if (!text)
        return zkl_no_memory(err, sizeof *text);
    text->name = name;
    text->encoding_name = encoding ? encoding : "utf-8";
    text->has_choice = has_choice;
    const bool is_known = find_encoding(&text->encoding, encoding);
    ZKL_ASSERT(is_known);
    text->raw = zkl_malloc(RAW_BYTES, 1);
    zkl_status status = text->raw ? ZKL_OK : zkl_no_memory(err, RAW_BYTES);
    if (status == ZKL_OK)
        status = zkl_input_bytes_open(&text->bytes, path, name,
                                      zkl_compression_of_name(name, &ignored), err);
    if (status != ZKL_OK) {
        zkl_input_text_close(text);
        return status;
    }
    *out = text;
    return ZKL_OK;
}

/* More bytes behind those that are left. */
static zkl_status refill(zkl_input_text *text, zkl_error *err)
{
    size_t got;
    ZKL_ASSERT(text->raw_at <= text->raw_size);
    text->raw_size -= text->raw_at;
    memmove(text->raw, text->raw + text->raw_at, text->raw_size);
    text->raw_at = 0;
    if (text->bytes_ended || text->raw_size == RAW_BYTES)
        return ZKL_OK;
    ZKL_TRY(zkl_input_bytes_read(text->bytes, text->raw + text->raw_size,
                                 RAW_BYTES - text->raw_size, &got, err));
    text->raw_size += got;
    text->bytes_ended = got == 0;
    return ZKL_OK;
}

/* The first bytes of the file: called before any is taken. */
static bool begins_with(const zkl_input_text *text, const char *bytes, size_t size)
{
    return text->raw_size >= size && memcmp(text->raw, bytes, size) == 0;
}

/* UTF-16 without a mark: texts of tables hold ASCII (separators, line ends), whose upper byte is
 * zero. */
static zkl_status find_byte_order(zkl_input_text *text, zkl_error *err)
{
    size_t zeros[2] = { 0, 0 };
    for (size_t i = 0; i < text->raw_size; i++)
        zeros[i % 2] += text->raw[i] == 0;
    if (zeros[0] == zeros[1])
        return zkl_fail_hint(err, ZKL_BAD_INPUT, ZKL_HINT_SAY_BYTE_ORDER,
                             "'%s': cannot tell the byte order of its UTF-16: there is no byte "
                             "order mark",
                             text->name);
    text->encoding = zeros[0] > zeros[1] ? UTF_16_BE : UTF_16_LE;
    return ZKL_OK;
}

/* Two ASCII characters of UTF-16 at the beginning: zeros at the even places or at the odd ones. */
static bool looks_like_utf16(const zkl_input_text *text)
{
    const uint8_t *at = text->raw;
    return text->raw_size >= 4 && (at[0] == 0) == (at[2] == 0) && (at[1] == 0) == (at[3] == 0) &&
           (at[0] == 0) != (at[1] == 0);
}

/* Only CSV may be in another encoding than UTF-8. */
static zkl_hint utf16_hint(const zkl_input_text *text)
{
    return text->has_choice ? ZKL_HINT_SAY_UTF_16 : ZKL_HINT_WRITE_UTF_8;
}

/* A byte order mark says what the text is; one that contradicts what was said is refused. */
static zkl_status take_mark(zkl_input_text *text, zkl_error *err)
{
    const bool le = begins_with(text, "\xff\xfe", 2), be = begins_with(text, "\xfe\xff", 2);
    const bool wants_16 =
        text->encoding == UTF_16 || text->encoding == UTF_16_LE || text->encoding == UTF_16_BE;
    if (begins_with(text, "\xef\xbb\xbf", 3)) {
        if (text->encoding != UTF_8) {
            (void)zkl_fail(err, ZKL_BAD_INPUT, "'%s' begins with the mark of UTF-8", text->name);
            return zkl_hint_add(err, ZKL_BAD_INPUT, ZKL_HINT_LEAVE_ENCODING_OUT,
                                text->encoding_name);
        }
        text->raw_at = 3;
    } else if (le || be) {
        const text_encoding found = le ? UTF_16_LE : UTF_16_BE;
        if (!wants_16 || (text->encoding != UTF_16 && text->encoding != found))
            return zkl_fail_hint(err, ZKL_BAD_INPUT, utf16_hint(text),
                                 "'%s' begins with the mark of UTF-16", text->name);
        text->encoding = found;
        text->raw_at = 2;
    } else if (text->encoding == UTF_16) {
        return find_byte_order(text, err);
    } else if (text->encoding == UTF_8 && looks_like_utf16(text)) {
        return zkl_fail_hint(err, ZKL_BAD_INPUT, utf16_hint(text),
                             "'%s' is not UTF-8: every second byte is zero, as in UTF-16",
                             text->name);
    }
    return ZKL_OK;
}

/* Look at the first bytes, once: other formats are named, a mark is taken. */
static zkl_status start(zkl_input_text *text, zkl_error *err)
{
    ZKL_ASSERT(!text->started && text->raw_at == 0);
    text->started = true;
    while (text->raw_size < ZKL_FILE_KIND_BYTES && !text->bytes_ended)
        ZKL_TRY(refill(text, err));
    ZKL_TRY(zkl_file_kind_check_text(text->name, zkl_bytes_of(text->raw, text->raw_size), err));
    return take_mark(text, err);
}

/* ---- decoders: as many units as there are and fit; what they do not take is left in raw */

/* Bytes 0x80 to 0x9f of windows-1252; 0: undefined. Source: the Encoding Standard's index
 * without its five C1 controls. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

/* At most four bytes (RFC 3629). code is no surrogate. */
static size_t put_utf8(uint8_t *out, uint32_t code)
{
    ZKL_DEBUG_ASSERT(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xc0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xe0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (code & 0x3f));
    return 4;
}

/* The line on which what comes next stands. out, size: text that was decoded by this call and is
 * not counted yet. */
static unsigned long long line_of(const zkl_input_text *text, const uint8_t *out, size_t size)
{
    uint64_t feeds = text->line_feeds, returns = text->carriage_returns;
    for (size_t i = 0; i < size; i++) {
        feeds += out[i] == '\n';
        returns += out[i] == '\r';
    }
    return (unsigned long long)(feeds ? feeds : returns) + 1;
}

/* UTF-8 goes through as it is, up to its last whole character. */
static zkl_status decode_utf8(zkl_input_text *text, uint8_t *out, size_t size, size_t *got,
                              zkl_error *err)
{
    ZKL_ASSERT(text->raw_at <= text->raw_size);
    const size_t left = text->raw_size - text->raw_at, room = left < size ? left : size;
    const zkl_bytes piece = zkl_bytes_of(text->raw + text->raw_at, room);
    *got = zkl_utf8_valid_bytes(piece);
    ZKL_ASSERT(*got <= room);
    memcpy(out, piece.data, *got);
    text->raw_at += *got;
    /* fewer than four bytes may be the beginning of a character whose rest was not read */
    if (room - *got >= 4 || (room == left && text->bytes_ended && *got < room))
        return zkl_fail_hint(err, ZKL_BAD_INPUT,
                             text->has_choice ? ZKL_HINT_SAY_ENCODING : ZKL_HINT_NONE,
                             "'%s' line %llu: not UTF-8%s", text->name, line_of(text, out, *got),
                             text->has_choice ? "" : "; files of this format are written in UTF-8");
    return ZKL_OK;
}

/* latin-1 is the first 256 code points. windows-1252 has others at 0x80 to 0x9f, and five of
 * those bytes are nothing. */
static zkl_status decode_single_bytes(zkl_input_text *text, uint8_t *out, size_t size, size_t *got,
                                      zkl_error *err)
{
    *got = 0;
    for (; text->raw_at < text->raw_size && size - *got >= UTF8_A_UNIT_MAX; text->raw_at++) {
        uint32_t code = text->raw[text->raw_at];
        if (text->encoding == WINDOWS_1252 && code >= 0x80 && code < 0xa0) {
            code = windows_1252[code - 0x80];
            if (code == 0)
                return zkl_fail(err, ZKL_BAD_INPUT,
                                "'%s' line %llu: the byte 0x%02x is no character of windows-1252",
                                text->name, line_of(text, out, *got), text->raw[text->raw_at]);
        }
        *got += put_utf8(out + *got, code);
    }
    return ZKL_OK;
}

/* RFC 2781: code points beyond 0xffff are a high surrogate (d800 to dbff) and a low one (dc00 to
 * dfff) behind it. Half a pair, or the halves the other way round, is a fault: code is then set
 * to the one value that is refused below. */
static zkl_status decode_utf16(zkl_input_text *text, uint8_t *out, size_t size, size_t *got,
                               zkl_error *err)
{
    const bool is_le = text->encoding == UTF_16_LE;
    *got = 0;
    while (text->raw_size - text->raw_at >= 2 && size - *got >= 4) {
        const uint8_t *at = text->raw + text->raw_at;
        uint32_t code = is_le ? (uint32_t)(at[0] | at[1] << 8) : (uint32_t)(at[0] << 8 | at[1]);
        size_t used = 2;
        if (code >= 0xd800 && code < 0xdc00) {
            const bool is_there = text->raw_size - text->raw_at >= 4;
            if (!is_there && !text->bytes_ended)
                return ZKL_OK;
            const uint32_t low = !is_there ? 0
                                 : is_le   ? (uint32_t)(at[2] | at[3] << 8)
                                           : (uint32_t)(at[2] << 8 | at[3]);
            used = 4;
            code = low >= 0xdc00 && low < 0xe000
                       ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
                       : 0xdc00;
        }
        if (code >= 0xdc00 && code < 0xe000)
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "'%s' line %llu: half a surrogate pair, which is no UTF-16", text->name,
                            line_of(text, out, *got));
        text->raw_at += used;
        *got += put_utf8(out + *got, code);
    }
    if (text->bytes_ended && text->raw_size - text->raw_at == 1)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s': an odd number of bytes, which is no UTF-16",
                        text->name);
    return ZKL_OK;
}

/* UTF-16 without an order does not come here: take_mark found one, or refused the file. */
static zkl_status decode(zkl_input_text *text, uint8_t *out, size_t size, size_t *got,
                         zkl_error *err)
{
    switch (text->encoding) {
    case UTF_8:
        return decode_utf8(text, out, size, got, err);
    case LATIN_1:
    case WINDOWS_1252:
        return decode_single_bytes(text, out, size, got, err);
    case UTF_16:
    case UTF_16_LE:
    case UTF_16_BE:
        break;
    }
    ZKL_ASSERT(text->encoding != UTF_16); /* its order was found at the start */
    return decode_utf16(text, out, size, got, err);
}

/* For the lines of faults. Which of the two ends lines is not known here: line_of takes feeds
 * when there are any. */
static void count_line_ends(zkl_input_text *text, const uint8_t *out, size_t size)
{
    uint64_t feeds = 0, returns = 0;
    for (size_t i = 0; i < size; i++) {
        feeds += out[i] == '\n';
        returns += out[i] == '\r';
    }
    text->line_feeds += feeds;
    text->carriage_returns += returns;
}

/* A decoder that gives nothing waits for the rest of a character; when the bytes have ended it
 * has refused that already. */
zkl_status zkl_input_text_read(zkl_input_text *text, uint8_t *out, size_t size, size_t *got,
                               zkl_error *err)
{
    /* a decoder needs room for one character at least, or it would make no progress */
    ZKL_ASSERT(size >= ZKL_INPUT_TEXT_BYTES_MIN);
    *got = 0;
    if (!text->started)
        ZKL_TRY(start(text, err));
    for (;;) {
        ZKL_TRY(decode(text, out, size, got, err));
        if (*got)
            break;
        if (text->bytes_ended)
            return ZKL_OK;
        ZKL_TRY(refill(text, err));
    }
    ZKL_ASSERT(*got <= size && text->raw_at <= text->raw_size);
    count_line_ends(text, out, *got);
    return ZKL_OK;
}
