/* The closed table of types. A value of a type is an unsigned code of `limbs` cells of 16 bits:
 *
 * code = value + offset, cells = code in base 2^16, least significant first
 *
 * 1. Codes have the order of their values: that is what offsets are for, and why floats are coded
 *    as they are (value.c).
 * 2. Each type has one spelling. Parsing refuses "decimal(07,2)" and upper-case roots.
 * 3. The table is part of the formats: a new type is a new format version, never a change of a
 *    row. */
#include <stdio.h>

#include "types/schema.h"

/* The closed table. Decimals and dictionaries carry parameters and stand apart. */
typedef struct type_row {
    const char *name;
    uint8_t limbs;
    uint8_t offset_log; /* offset = 2^offset_log; 0: no offset */
} type_row;

static const type_row rows[ZKL_TYPE_COUNT] = {
    [ZKL_TYPE_BOOL] = { "bool", 1, 0 },
    [ZKL_TYPE_INT16] = { "int16", 1, 15 },
    [ZKL_TYPE_INT32] = { "int32", 2, 31 },
    [ZKL_TYPE_INT64] = { "int64", 4, 63 },
    [ZKL_TYPE_UINT16] = { "uint16", 1, 0 },
    [ZKL_TYPE_UINT32] = { "uint32", 2, 0 },
    [ZKL_TYPE_UINT64] = { "uint64", 4, 0 },
    [ZKL_TYPE_FLOAT32] = { "float32", 2, 0 },
    [ZKL_TYPE_FLOAT64] = { "float64", 4, 0 },
    [ZKL_TYPE_DECIMAL] = { "decimal", 0, 0 },
    [ZKL_TYPE_DATE] = { "date", 2, 31 },
    [ZKL_TYPE_TIME] = { "time", 4, 0 },
    [ZKL_TYPE_TIMESTAMP] = { "timestamp", 4, 63 },
    [ZKL_TYPE_STRING16] = { "string16", 8, 0 },
    [ZKL_TYPE_STRING32] = { "string32", 16, 0 },
    [ZKL_TYPE_BINARY16] = { "binary16", 8, 0 },
    [ZKL_TYPE_BINARY32] = { "binary32", 16, 0 },
    [ZKL_TYPE_DICTIONARY] = { "dictionary", 1, 0 },
};

/* 10^38 < 2^127. A time is below 24 hours of microseconds. */
#define DECIMAL_PRECISION_MAX 38
#define TIME_MICROSECONDS_MAX 86399999999u

/* One or two digits without a leading zero, then `end`. Moves *at past them. */
static bool parse_small(uint8_t *out, const uint8_t **at, const uint8_t *limit, uint8_t end)
{
    ZKL_ASSERT(*at <= limit);
    unsigned value = 0, digits = 0;
    const uint8_t *p = *at;
    for (; p < limit && zkl_is_digit(*p) && digits < 3; p++, digits++)
        value = value * 10 + (unsigned)(*p - '0');
    if (digits < 1 || digits > 2 || (digits == 2 && **at == '0') || p == limit || *p != end)
        return false;
    *out = (uint8_t)value;
    *at = p + 1;
    return true;
}

/* decimal(p,s), 1 <= p <= 38 and s <= p: 38 digits are what an __int128 holds, and every scale
 * leaves the point within them. */
static bool parse_decimal(zkl_type *out, zkl_bytes text)
{
    ZKL_ASSERT(text.size >= strlen("decimal(")); /* its caller has seen the beginning */
    zkl_type type = { .kind = ZKL_TYPE_DECIMAL };
    const uint8_t *at = text.data + strlen("decimal("), *const limit = text.data + text.size;
    if (!parse_small(&type.precision, &at, limit, ',') ||
        !parse_small(&type.scale, &at, limit, ')') || at != limit)
        return false;
    if (type.precision < 1 || type.precision > DECIMAL_PRECISION_MAX || type.scale > type.precision)
        return false;
    *out = type;
    return true;
}

/* dictionary(root), the root as 64 lower-case hex digits. */
static bool parse_dictionary(zkl_type *out, zkl_bytes text)
{
    zkl_type type = { .kind = ZKL_TYPE_DICTIONARY };
    const size_t before = strlen("dictionary(");
    if (text.size != before + 64 + 1 || text.data[text.size - 1] != ')' ||
        !zkl_hex_decode(type.root.bytes, 32, (const char *)text.data + before, 64))
        return false;
    *out = type;
    return true;
}

/* The two with parameters by their beginning, all others by their whole name. */
bool zkl_type_parse(zkl_type *out, zkl_bytes text)
{
    if (zkl_bytes_begin_with(text, "decimal("))
        return parse_decimal(out, text);
    if (zkl_bytes_begin_with(text, "dictionary("))
        return parse_dictionary(out, text);
    for (size_t kind = 0; kind < ZKL_TYPE_COUNT; kind++) {
        if (kind == ZKL_TYPE_DECIMAL || kind == ZKL_TYPE_DICTIONARY)
            continue;
        if (text.size == strlen(rows[kind].name) && zkl_bytes_begin_with(text, rows[kind].name)) {
            *out = (zkl_type){ .kind = (zkl_type_kind)kind };
            return true;
        }
    }
    return false;
}

/* The longest is a dictionary: 76 characters, well below ZKL_TYPE_TEXT_BYTES_MAX. */
size_t zkl_type_text(char out[static ZKL_TYPE_TEXT_BYTES_MAX], const zkl_type *type)
{
    ZKL_ASSERT((unsigned)type->kind < ZKL_TYPE_COUNT);
    int size;
    char hex[65];
    if (type->kind == ZKL_TYPE_DECIMAL) {
        size =
            snprintf(out, ZKL_TYPE_TEXT_BYTES_MAX, "decimal(%u,%u)", type->precision, type->scale);
    } else if (type->kind == ZKL_TYPE_DICTIONARY) {
        zkl_hex_encode(hex, type->root.bytes, 32);
        size = snprintf(out, ZKL_TYPE_TEXT_BYTES_MAX, "dictionary(%s)", hex);
    } else {
        size = snprintf(out, ZKL_TYPE_TEXT_BYTES_MAX, "%s", rows[type->kind].name);
    }
    ZKL_ASSERT(size > 0 && size < ZKL_TYPE_TEXT_BYTES_MAX);
    return (size_t)size;
}

void zkl_type_format(zkl_buffer *out, const zkl_type *type)
{
    char text[ZKL_TYPE_TEXT_BYTES_MAX];
    zkl_buffer_put(out, text, zkl_type_text(text, type));
}

/* Decimals take as few cells as 2 * 10^p codes need: 10^4 < 2^15, 10^9 < 2^31, 10^18 < 2^63, 10^38
 * < 2^127. */
uint32_t zkl_type_limbs(const zkl_type *type)
{
    ZKL_ASSERT((unsigned)type->kind < ZKL_TYPE_COUNT);
    if (type->kind != ZKL_TYPE_DECIMAL)
        return rows[type->kind].limbs;
    return type->precision <= 4 ? 1 : type->precision <= 9 ? 2 : type->precision <= 18 ? 4 : 8;
}

/* A signed type is shifted by half its range. A decimal is one whose range is all its limbs. */
zkl_code zkl_type_offset(const zkl_type *type)
{
    ZKL_ASSERT((unsigned)type->kind < ZKL_TYPE_COUNT);
    if (type->kind == ZKL_TYPE_DECIMAL)
        return (zkl_code)1 << (16 * zkl_type_limbs(type) - 1);
    return rows[type->kind].offset_log ? (zkl_code)1 << rows[type->kind].offset_log : 0;
}

/* The ranges below rely on the order of the enum. */
bool zkl_type_is_number(const zkl_type *type)
{
    ZKL_ASSERT((unsigned)type->kind < ZKL_TYPE_COUNT);
    return (type->kind >= ZKL_TYPE_INT16 && type->kind <= ZKL_TYPE_UINT64) ||
           type->kind == ZKL_TYPE_DECIMAL;
}

/* Cells hold a part of a hash of the value, so these have no order and no text. */
bool zkl_type_is_hashed(const zkl_type *type)
{
    ZKL_ASSERT((unsigned)type->kind < ZKL_TYPE_COUNT);
    return type->kind >= ZKL_TYPE_STRING16 && type->kind <= ZKL_TYPE_BINARY32;
}

/* Parameters count for the types that have them; other members of the struct do not. */
bool zkl_type_equal(const zkl_type *a, const zkl_type *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == ZKL_TYPE_DECIMAL)
        return a->precision == b->precision && a->scale == b->scale;
    return a->kind != ZKL_TYPE_DICTIONARY || zkl_digest_equal(&a->root, &b->root);
}

/* Both ends belong to the range. Built up from the widest case: all ones, then what a type's rules
 * leave of it. `top` is 2^(bits - 1), half the codes. */
void zkl_type_code_range(zkl_code *low, zkl_code *high, const zkl_type *type)
{
    const unsigned bits = 16 * zkl_type_limbs(type);
    const zkl_code top = (zkl_code)1 << (bits < 128 ? bits - 1 : 127); /* 2^(bits-1) */
    ZKL_ASSERT(bits >= 16 && bits <= 256);
    *low = 0;
    *high = top + (top - 1);
    if (bits > 128)
        *high = ~(zkl_code)0;
    if (type->kind == ZKL_TYPE_BOOL)
        *high = 1;
    if (type->kind == ZKL_TYPE_TIME)
        *high = TIME_MICROSECONDS_MAX;
    if (type->kind == ZKL_TYPE_DECIMAL) {
        zkl_code power = 1;
        for (unsigned i = 0; i < type->precision; i++)
            power *= 10;
        *low = top - (power - 1);
        *high = top + (power - 1);
    }
    if (type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64) {
        /* an infinity: exponent all ones, fraction 0 */
        const zkl_code infinity =
            type->kind == ZKL_TYPE_FLOAT32 ? 0x7f800000u : (zkl_code)0x7ff0000000000000u;
        /* The code of a positive float is its bits with the sign bit set, of a negative one its
         * bits inverted: so -infinity is the mirror of +infinity, and NaNs lie outside. */
        *high = infinity | top;
        *low = 2 * top - 1 - *high;
    }
    ZKL_ASSERT(*low <= *high);
}
