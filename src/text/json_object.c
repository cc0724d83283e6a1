/* A parser of one JSON object a row (RFC 8259), for tables of many.
 *
 * 1. Members borrow: keys and strings point into object->text, other values into the source. Both
 *    are used again for the next row, so a steady stream of rows takes no memory.
 * 2. object->text has room for the whole source. Unescaping never makes a string longer (a \u
 *    escape of 6 bytes becomes at most 3, a pair of 12 becomes 4), so no write below needs a check.
 * 3. Numbers stay text: the column's type decides later what they are, and no digit is lost on the
 *    way.
 * 4. Depth is bounded by ZKL_JSON_DEPTH_MAX and counted, not recursed. */
#include "text/json_object.h"

#include "text/utf8.h"

typedef struct cursor {
    const uint8_t *start, *at, *end;
    zkl_json_object *object;
    zkl_error *err;
} cursor;

/* Frees what rows have grown it to; an object is not cleared between rows. */
void zkl_json_object_clear(zkl_json_object *object)
{
    zkl_free(object->members);
    zkl_free(object->text);
    *object = (zkl_json_object){ 0 };
}

/* The place is told apart from the reason: a caller has lines and files to name it by. */
static zkl_status refuse(cursor *c, const char *why)
{
    c->object->fault_at = (size_t)(c->at - c->start);
    return zkl_fail(c->err, ZKL_BAD_INPUT, "%s", why);
}

/* RFC 8259 section 2: these four and no other. */
static void skip_blanks(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r'))
        c->at++;
}

/* The next byte that is no blank, when it is this one. */
static bool take(cursor *c, uint8_t byte)
{
    skip_blanks(c);
    if (c->at == c->end || *c->at != byte)
        return false;
    c->at++;
    return true;
}

/* Without blanks in front: callers stand at the value. */
static bool take_word(cursor *c, const char *word)
{
    const size_t size = strlen(word);
    if ((size_t)(c->end - c->at) < size || memcmp(c->at, word, size) != 0)
        return false;
    c->at += size;
    return true;
}

/* Four hex digits, or -1. */
static int32_t take_hex(cursor *c)
{
    int32_t value = 0;
    if (c->end - c->at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        const uint8_t d = *c->at++;
        const int digit = d >= '0' && d <= '9'   ? d - '0'
                          : d >= 'a' && d <= 'f' ? d - 'a' + 10
                          : d >= 'A' && d <= 'F' ? d - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* Room was made for the whole source text, and no escape grows. */
static void put_utf8(zkl_json_object *object, uint32_t code)
{
    /* Half of a surrogate pair has no form in UTF-8: take_escape refuses it. */
    ZKL_DEBUG_ASSERT(code <= 0x10ffff && (code < 0xd800 || code > 0xdfff));
    uint8_t *out = object->text + object->text_size;
    size_t size;
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        size = 1;
    } else if (code < 0x800) {
        out[0] = (uint8_t)(0xc0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3f));
        size = 2;
    } else if (code < 0x10000) {
        out[0] = (uint8_t)(0xe0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code & 0x3f));
        size = 3;
    } else {
        out[0] = (uint8_t)(0xf0 | code >> 18);
        out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        out[3] = (uint8_t)(0x80 | (code & 0x3f));
        size = 4;
    }
    ZKL_DEBUG_ASSERT(object->text_size + size <= object->text_capacity);
    object->text_size += size;
}

/* After the backslash. A surrogate pair is one code point; half of one is refused, since UTF-8 has
 * no form for it. */
static zkl_status take_escape(cursor *c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (c->at == c->end)
        return refuse(c, "a string does not end");
    const uint8_t letter = *c->at++;
    if (letter != 'u') {
        const char *found = letter ? strchr(from, letter) : NULL;
        if (!found)
            return refuse(c, "an unknown escape in a string");
        put_utf8(c->object, (uint8_t)to[found - from]);
        return ZKL_OK;
    }
    /* D800..DBFF begins a pair, DC00..DFFF ends one. */
    int32_t code = take_hex(c);
    if (code >= 0xd800 && code < 0xdc00) {
        int32_t low = -1;
        /* The second half follows directly, as an escape of its own. */
        if (take_word(c, "\\u"))
            low = take_hex(c);
        code =
            low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : -1;
    } else if (code >= 0xdc00 && code < 0xe000) {
        code = -1;
    }
    if (code < 0)
        return refuse(c, "a bad \\u escape in a string");
    put_utf8(c->object, (uint32_t)code);
    return ZKL_OK;
}

/* After the opening quote. */
static zkl_status take_string(cursor *c, zkl_bytes *out)
{
    zkl_json_object *object = c->object;
    const size_t start = object->text_size;
    for (;;) {
        /* Bytes up to the next quote, escape or control character are copied as they are. */
        const uint8_t *run = c->at;
        while (c->at < c->end && *c->at != '"' && *c->at != '\\' && *c->at >= 0x20)
            c->at++;
        if (c->at > run) {
            ZKL_DEBUG_ASSERT((size_t)(c->at - run) <= object->text_capacity - object->text_size);
            memcpy(object->text + object->text_size, run, (size_t)(c->at - run));
            object->text_size += (size_t)(c->at - run);
        }
        if (c->at == c->end)
            return refuse(c, "a string does not end");
        const uint8_t byte = *c->at++;
        if (byte == '"')
            break;
        if (byte != '\\')
            return refuse(c, "a control character in a string");
        ZKL_TRY(take_escape(c));
    }
    *out = zkl_bytes_of(object->text + start, object->text_size - start);
    return zkl_utf8_valid(*out) ? ZKL_OK : refuse(c, "text that is not UTF-8");
}

/* false at the end of the text. */
static bool is_digit_at(const cursor *c)
{
    return c->at < c->end && zkl_is_digit(*c->at);
}

/* One digit at least. */
static bool take_digits(cursor *c)
{
    if (!is_digit_at(c))
        return false;
    while (is_digit_at(c))
        c->at++;
    return true;
}

/* RFC 8259 section 6: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?. What follows is looked at by
 * the caller, so "01" ends behind its 0 and is refused there. */
static bool take_number(cursor *c)
{
    if (c->at < c->end && *c->at == '-')
        c->at++;
    if (c->at < c->end && *c->at == '0')
        c->at++;
    else if (!take_digits(c))
        return false;
    if (c->at < c->end && *c->at == '.') {
        c->at++;
        if (!take_digits(c))
            return false;
    }
    if (c->at < c->end && (*c->at == 'e' || *c->at == 'E')) {
        c->at++;
        if (c->at < c->end && (*c->at == '+' || *c->at == '-'))
            c->at++;
        if (!take_digits(c))
            return false;
    }
    return true;
}

/* Steps over an array or object by its brackets; whether what is inside is sound does not matter:
 * it is refused or left out as a whole. */
static zkl_status skip_nested(cursor *c)
{
    ZKL_ASSERT(c->at < c->end && (*c->at == '[' || *c->at == '{')); /* so depth begins with 1 */
    unsigned depth = 0;
    while (c->at < c->end) {
        const uint8_t byte = *c->at++;
        if (byte == '"') {
            zkl_bytes ignored;
            ZKL_TRY(take_string(c, &ignored));
        } else if (byte == '[' || byte == '{') {
            if (++depth > ZKL_JSON_DEPTH_MAX)
                return refuse(c, "values are nested too deep");
        } else if (byte == ']' || byte == '}') {
            if (--depth == 0)
                return ZKL_OK;
        }
    }
    return refuse(c, "a nested value does not end");
}

/* Of a value that is no string the text as it stands. */
static zkl_status take_value(cursor *c, zkl_json_member *member)
{
    skip_blanks(c);
    const uint8_t *start = c->at;
    if (c->at == c->end)
        return refuse(c, "a value is missing");
    if (*c->at == '"') {
        c->at++;
        member->kind = ZKL_JSON_STRING;
        return take_string(c, &member->value);
    }
    if (*c->at == '[' || *c->at == '{') {
        member->kind = ZKL_JSON_NESTED;
        ZKL_TRY(skip_nested(c));
    } else if (take_word(c, "null")) {
        member->kind = ZKL_JSON_NULL;
    } else if (take_word(c, "true") || take_word(c, "false")) {
        member->kind = ZKL_JSON_BOOL;
    } else if (take_number(c)) {
        member->kind = ZKL_JSON_NUMBER;
    } else {
        return refuse(c,
                      take_word(c, "NaN") || take_word(c, "Infinity") || take_word(c, "-Infinity")
                          ? "NaN and Infinity are not JSON; null says that there is no value"
                          : "not a JSON value");
    }
    member->value = zkl_bytes_of(start, (size_t)(c->at - start));
    return ZKL_OK;
}

/* The array of members grows by doubling and stays with the object. */
static zkl_status add_member(cursor *c, const zkl_json_member *member)
{
    ZKL_ASSERT(c->object->member_count <= c->object->member_capacity);
    zkl_json_object *object = c->object;
    if (object->member_count == object->member_capacity) {
        const size_t old = object->member_capacity, capacity = old ? 2 * old : 16;
        zkl_json_member *members =
            zkl_realloc(object->members, old * sizeof *members, capacity * sizeof *members);
        if (!members)
            return zkl_no_memory(c->err, capacity * sizeof *members);
        object->members = members;
        object->member_capacity = capacity;
    }
    object->members[object->member_count++] = *member;
    return ZKL_OK;
}

/* { key : value , .. }. A list gets a reason of its own, since a file that is one array of rows is
 * a common mistake. */
static zkl_status parse_members(cursor *c)
{
    if (!take(c, '{'))
        return refuse(c, take(c, '[') ? "a list where an object, a row, is expected"
                                      : "not a JSON object");
    if (take(c, '}'))
        return ZKL_OK;
    do {
        zkl_json_member member = { 0 };
        if (!take(c, '"'))
            return refuse(c, "a key is missing");
        ZKL_TRY(take_string(c, &member.key));
        if (!take(c, ':'))
            return refuse(c, "':' is missing after a key");
        ZKL_TRY(take_value(c, &member));
        ZKL_TRY(add_member(c, &member));
    } while (take(c, ','));
    return take(c, '}') ? ZKL_OK : refuse(c, "',' or '}' is missing");
}

/* Room is made once, twice what this row needs, so that rows that grow slowly do not allocate each
 * time. */
zkl_status zkl_json_object_parse(zkl_json_object *object, zkl_bytes text, zkl_error *err)
{
    object->member_count = 0;
    object->text_size = 0;
    object->fault_at = 0;
    if (object->text_capacity < text.size) {
        zkl_free(object->text);
        object->text_capacity = 0;
        object->text = zkl_malloc(2 * text.size, 1);
        if (!object->text)
            return zkl_no_memory(err, 2 * text.size);
        object->text_capacity = 2 * text.size;
    }
    cursor c = { .start = text.data,
                 .at = text.data,
                 .end = text.size ? text.data + text.size : text.data,
                 .object = object,
                 .err = err };
    ZKL_ASSERT(object->text_capacity >= text.size); /* invariant 2 */
    ZKL_TRY(parse_members(&c));
    skip_blanks(&c);
    ZKL_ASSERT(object->text_size <= object->text_capacity && c.at <= c.end);
    return c.at == c.end ? ZKL_OK : refuse(&c, "text after the object");
}
