#include "text/json_object.h"

#include "text/utf8.h"

typedef struct cursor {
    const uint8_t *start, *at, *end;
    zkl_json_object *object;
    zkl_error *err;
} cursor;

void zkl_json_object_clear(zkl_json_object *object)
{
    zkl_free(object->members);
    zkl_free(object->text);
    *object = (zkl_json_object){ 0 };
}

static zkl_status refuse(cursor *c, const char *why)
{
    c->object->fault_at = (size_t)(c->at - c->start);
    return zkl_fail(c->err, ZKL_BAD_INPUT, "%s", why);
}

static void skip_blanks(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r'))
        c->at++;
}

static bool take(cursor *c, uint8_t byte)
{
    skip_blanks(c);
    if (c->at == c->end || *c->at != byte)
        return false;
    c->at++;
    return true;
}

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
    object->text_size += size;
}

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
    int32_t code = take_hex(c);
    if (code >= 0xd800 && code < 0xdc00) {
        int32_t low = -1;
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
        const uint8_t *run = c->at;
        while (c->at < c->end && *c->at != '"' && *c->at != '\\' && *c->at >= 0x20)
            c->at++;
        if (c->at > run) {
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

static bool is_digit_at(const cursor *c)
{
    return c->at < c->end && zkl_is_digit(*c->at);
}

static bool take_digits(cursor *c)
{
    if (!is_digit_at(c))
        return false;
    while (is_digit_at(c))
        c->at++;
    return true;
}

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

/* Steps over an array or object by its brackets; whether what is inside is sound does not matter: it is refused or
 * left out as a whole. */
static zkl_status skip_nested(cursor *c)
{
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

static zkl_status add_member(cursor *c, const zkl_json_member *member)
{
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
    ZKL_TRY(parse_members(&c));
    skip_blanks(&c);
    return c.at == c.end ? ZKL_OK : refuse(&c, "text after the object");
}
