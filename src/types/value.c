/* Single values: text to code, code to text, code to cells and row bytes.
 *
 * 1. A text is a value or it is refused with a reason; nothing is rounded, cut or guessed. A float
 *    is the one exception: it is the nearest one.
 * 2. zkl_value_parse and zkl_value_format undo each other for every code that a value of the type
 *    has.
 * 3. All of this is exact integer work but for the conversion of floats, which is the library's
 *    (text/real.h). */
#include "types/value.h"

#include <stdio.h>

#include "text/real.h"

#define DAY_MICROSECONDS ((int64_t)86400000000)

/* -?digits[.digits][e[+-]digits], by hand in one pass. It runs for every cell of a text column, so
 * the first 19 significant digits are gathered in 64 bits, which they fit (10^19 < 2^64), and only
 * then in 128. */
bool zkl_number_scan(zkl_number_text *out, const uint8_t *text, size_t size)
{
    zkl_number_text n = { 0 };
    const uint8_t *at = text, *const end = text + size;
    if (at < end && *at == '-') {
        n.negative = true;
        at++;
    }
    const uint8_t *const whole = at;
    uint64_t low = 0; /* the first 19 digits fit */
    for (; at < end && zkl_is_digit(*at); at++) {
        n.digits += (uint32_t)(n.digits || *at != '0');
        if (n.digits <= 19)
            low = low * 10 + (uint64_t)(*at - '0');
        else
            n.unscaled = (n.digits == 20 ? low : n.unscaled) * 10 + (zkl_code)(unsigned)(*at - '0');
    }
    if (at == whole && (at == end || *at != '.')) /* .5 is a number, "." is none: see below */
        return false;
    n.leading_zeros = at - whole > 1 && *whole == '0';
    if (at < end && *at == '.') {
        n.has_point = true;
        const uint8_t *const fraction = ++at;
        for (; at < end && zkl_is_digit(*at); at++) {
            n.digits += (uint32_t)(n.digits || *at != '0');
            if (n.digits <= 19)
                low = low * 10 + (uint64_t)(*at - '0');
            else
                n.unscaled =
                    (n.digits == 20 ? low : n.unscaled) * 10 + (zkl_code)(unsigned)(*at - '0');
        }
        if (at == fraction)
            return false;
        n.scale = at - fraction > UINT32_MAX ? UINT32_MAX : (uint32_t)(at - fraction);
    }
    /* The exponent is checked for form and not read: exact types refuse it, floats go to the
     * library. */
    if (at < end && (*at == 'e' || *at == 'E')) {
        n.has_exponent = true;
        at++;
        at += at < end && (*at == '+' || *at == '-');
        const uint8_t *const exponent = at;
        while (at < end && zkl_is_digit(*at))
            at++;
        if (at == exponent)
            return false;
    }
    if (at != end)
        return false;
    if (n.digits <= 19)
        n.unscaled = low;
    *out = n;
    return true;
}

/* count digits as a number; the caller has checked that they are there. */
static bool scan_digits(unsigned *out, const uint8_t *text, size_t count)
{
    unsigned value = 0;
    for (size_t i = 0; i < count; i++) {
        if (!zkl_is_digit(text[i]))
            return false;
        value = value * 10 + (unsigned)(text[i] - '0');
    }
    *out = value;
    return true;
}

/* As JSON, Python and spreadsheets write them. Mixed case (tRUE) is text. */
bool zkl_bool_scan(bool *out, const uint8_t *text, size_t size)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = { { "true", true },   { "True", true },   { "TRUE", true },
                  { "false", false }, { "False", false }, { "FALSE", false } };
    for (size_t i = 0; i < ZKL_COUNT(words); i++)
        if (size == strlen(words[i].word) && memcmp(text, words[i].word, size) == 0) {
            *out = words[i].value;
            return true;
        }
    return false;
}

/* Days from 1970-01-01, proleptic Gregorian; Howard Hinnant, "chrono-compatible low-level date
 * algorithms". */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    ZKL_DEBUG_ASSERT(month >= 1 && month <= 12 && day >= 1 && day <= 31);
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year =
        (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

/* The inverse, from the same source. Years count from March, so that the leap day is the last of
 * its year. */
static void civil_from_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    days += 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t of_era = days - era * 146097;
    const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (unsigned)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
    ZKL_DEBUG_ASSERT(*month >= 1 && *month <= 12 && *day >= 1 && *day <= 31);
}

/* Gregorian leap years. */
static unsigned days_of_month(unsigned year, unsigned month)
{
    ZKL_ASSERT(month >= 1 && month <= 12); /* the index below */
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29u : days[month - 1];
}

/* Ten characters exactly, years 0000 to 9999. */
bool zkl_date_scan(int64_t *days, const uint8_t *text, size_t size)
{
    unsigned year, month, day;
    if (size != 10 || text[4] != '-' || text[7] != '-' || !scan_digits(&year, text, 4) ||
        !scan_digits(&month, text + 5, 2) || !scan_digits(&day, text + 8, 2))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        return false;
    *days = days_from_civil(year, month, day);
    return true;
}

/* hh:mm:ss, then a fraction of any length whose digits behind the sixth are 0. No leap second: 60
 * is no second of a day of 86,400. */
bool zkl_time_scan(int64_t *microseconds, const uint8_t *text, size_t size)
{
    unsigned hour, minute, second;
    if (size < 8 || text[2] != ':' || text[5] != ':' || !scan_digits(&hour, text, 2) ||
        !scan_digits(&minute, text + 3, 2) || !scan_digits(&second, text + 6, 2))
        return false;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    int64_t fraction = 0;
    if (size > 8) {
        if (text[8] != '.' || size == 9)
            return false;
        for (size_t i = 9; i < size; i++) {
            if (!zkl_is_digit(text[i]) || (i >= 15 && text[i] != '0'))
                return false;
            if (i < 15)
                fraction = fraction * 10 + (text[i] - '0');
        }
        for (size_t i = size; i < 15; i++)
            fraction *= 10;
    }
    *microseconds = (((int64_t)hour * 60 + minute) * 60 + second) * 1000000 + fraction;
    return true;
}

/* "Z", "+hh:mm", "-hh:mm" or nothing at the end; *size loses it. */
static bool scan_zone(int64_t *minutes, bool *has_zone, const uint8_t *text, size_t *size)
{
    *minutes = 0;
    *has_zone = false;
    if (*size >= 20 && text[*size - 1] == 'Z') {
        *has_zone = true;
        *size -= 1;
        return true;
    }
    if (*size < 25 || text[*size - 3] != ':' || (text[*size - 6] != '+' && text[*size - 6] != '-'))
        return true;
    unsigned hour, minute;
    const uint8_t *zone = text + *size - 6;
    if (!scan_digits(&hour, zone + 1, 2) || !scan_digits(&minute, zone + 4, 2) || hour > 23 ||
        minute > 59)
        return false;
    *minutes = (int64_t)(hour * 60 + minute) * (zone[0] == '-' ? -1 : 1);
    *has_zone = true;
    *size -= 6;
    return true;
}

/* Local time less its distance from UTC. The result may leave the day that was written, never 64
 * bits. */
bool zkl_timestamp_scan(int64_t *microseconds, bool *has_zone, const uint8_t *text, size_t size)
{
    int64_t days, time, minutes;
    if (size < 19 || (text[10] != 'T' && text[10] != ' ') || !zkl_date_scan(&days, text, 10))
        return false;
    if (!scan_zone(&minutes, has_zone, text, &size) || !zkl_time_scan(&time, text + 11, size - 11))
        return false;
    *microseconds = days * DAY_MICROSECONDS + time - minutes * 60000000;
    return true;
}

/* The form by our rules, so that "infinity" and hexadecimal floats stay out; the value by the
 * library. */
bool zkl_float64_scan(double *out, const char *text, size_t size)
{
    zkl_number_text n;
    return zkl_number_scan(&n, (const uint8_t *)text, size) && zkl_real_parse64(out, text, size);
}

/* Compared as values, so that a code never wraps. Both ends fit an __int128: the widest type that
 * comes here is decimal(38), below 2^127. */
bool zkl_code_of_integer(zkl_code *out, const zkl_type *type, __int128 x)
{
    zkl_code low, high;
    zkl_type_code_range(&low, &high, type);
    const __int128 least = (__int128)(low - zkl_type_offset(type));
    const __int128 most = (__int128)(high - zkl_type_offset(type));
    if (x < least || x > most)
        return false;
    *out = (zkl_code)x + zkl_type_offset(type);
    ZKL_DEBUG_ASSERT(*out >= low && *out <= high);
    return true;
}

/* Order-preserving bits: a positive float gets the top bit, a negative one is inverted whole. Then
 * code order is float order, with -infinity lowest; -0.0 counts as 0.0, since they are equal. */
zkl_code zkl_code_of_float64(double x)
{
    uint64_t bits;
    ZKL_ASSERT(x == x);
    x += 0.0; /* -0.0 + 0.0 = 0.0 */
    memcpy(&bits, &x, sizeof bits);
    const uint64_t top = (uint64_t)1 << 63;
    return bits & top ? (uint64_t)~bits : bits | top;
}

/* The same with 32 bits. */
zkl_code zkl_code_of_float32(float x)
{
    uint32_t bits;
    ZKL_ASSERT(x == x);
    x += 0.0f;
    memcpy(&bits, &x, sizeof bits);
    const uint32_t top = (uint32_t)1 << 31;
    return bits & top ? (uint32_t)~bits : bits | top;
}

/* The inverse: the top bit says which of the two rules made the code. */
double zkl_float64_of_code(zkl_code code)
{
    const uint64_t top = (uint64_t)1 << 63;
    const uint64_t bits = (uint64_t)code & top ? (uint64_t)code ^ top : ~(uint64_t)code;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

float zkl_float32_of_code(zkl_code code)
{
    const uint32_t top = (uint32_t)1 << 31;
    const uint32_t bits = (uint32_t)code & top ? (uint32_t)code ^ top : ~(uint32_t)code;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static bool refuse(const char **reason, const char *why)
{
    *reason = why;
    return false;
}

/* Zeros at the end are dropped until the scale fits, then zeros are added until it is the one asked
 * for. "1.50" is 15 at scale 1, and 1.5 is 150 at scale 2. */
bool zkl_number_unscaled(__int128 *out, const zkl_number_text *n, unsigned scale,
                         const char **reason)
{
    zkl_code value = n->unscaled;
    uint32_t have = n->scale;
    if (n->digits > 38)
        return refuse(reason, "more than 38 digits");
    for (; have > scale && value % 10 == 0; have--)
        value /= 10;
    if (value == 0)
        have = scale;
    if (have > scale)
        return refuse(reason,
                      scale ? "finer than the type's decimal places" : "not a whole number");
    for (; have < scale; have++)
        if (__builtin_mul_overflow(value, (zkl_code)10, &value) || value >> 127)
            return refuse(reason, "outside the type");
    ZKL_ASSERT(value >> 127 == 0);
    *out = n->negative ? -(__int128)value : (__int128)value;
    return true;
}

/* Integers and decimals. 1e3 is refused: an exponent is how floats are written. */
static bool parse_number(zkl_code *out, const zkl_type *type, zkl_bytes text, const char **reason)
{
    ZKL_DEBUG_ASSERT(zkl_type_is_number(type));
    zkl_number_text n;
    __int128 value;
    if (!zkl_number_scan(&n, text.data, text.size))
        return refuse(reason, "not a number");
    if (n.has_exponent)
        return refuse(reason, "has an exponent; the type is exact");
    if (!zkl_number_unscaled(&value, &n, type->kind == ZKL_TYPE_DECIMAL ? type->scale : 0, reason))
        return false;
    return zkl_code_of_integer(out, type, value) || refuse(reason, "outside the type");
}

/* "inf" has an order and is a value; NaN has none and is refused, or is null where the column says
 * so. */
static bool parse_float(zkl_code *out, const zkl_type *type, zkl_bytes text, const char **reason)
{
    const bool wide = type->kind == ZKL_TYPE_FLOAT64;
    double x = 0;
    float y = 0;
    if (zkl_bytes_equal_text(text, "inf") || zkl_bytes_equal_text(text, "-inf")) {
        x = text.data[0] == '-' ? -__builtin_inf() : __builtin_inf();
        y = (float)x;
    } else {
        zkl_number_text n;
        if (!zkl_number_scan(&n, text.data, text.size))
            return refuse(reason,
                          zkl_bytes_equal_text(text, "nan") || zkl_bytes_equal_text(text, "NaN")
                              ? "NaN"
                              : "not a number");
        const char *at = (const char *)text.data;
        if (!(wide ? zkl_real_parse64(&x, at, text.size) : zkl_real_parse32(&y, at, text.size)))
            return refuse(reason, "outside the type");
    }
    *out = wide ? zkl_code_of_float64(x) : zkl_code_of_float32(y);
    return true;
}

/* A date counts days, a time and a timestamp microseconds. */
static bool parse_moment(zkl_code *out, const zkl_type *type, zkl_bytes text, const char **reason)
{
    ZKL_DEBUG_ASSERT(type->kind >= ZKL_TYPE_DATE && type->kind <= ZKL_TYPE_TIMESTAMP);
    int64_t value;
    bool has_zone;
    if (type->kind == ZKL_TYPE_DATE && !zkl_date_scan(&value, text.data, text.size))
        return refuse(reason, "not a date YYYY-MM-DD");
    if (type->kind == ZKL_TYPE_TIME && !zkl_time_scan(&value, text.data, text.size))
        return refuse(reason, "not a time hh:mm:ss with at most microseconds");
    if (type->kind == ZKL_TYPE_TIMESTAMP &&
        !zkl_timestamp_scan(&value, &has_zone, text.data, text.size))
        return refuse(reason, "not a timestamp YYYY-MM-DD hh:mm:ss with at most microseconds");
    return zkl_code_of_integer(out, type, value) || refuse(reason, "outside the type");
}

/* By what kind of value the type has. Booleans are spelt in full. */
bool zkl_value_parse(zkl_code *out, const zkl_type *type, zkl_bytes text, const char **reason)
{
    ZKL_DEBUG_ASSERT((unsigned)type->kind < ZKL_TYPE_COUNT);
    if (type->kind == ZKL_TYPE_BOOL) {
        if (!zkl_bytes_equal_text(text, "true") && !zkl_bytes_equal_text(text, "false"))
            return refuse(reason, "not true or false");
        *out = text.data[0] == 't';
        return true;
    }
    if (zkl_type_is_number(type))
        return parse_number(out, type, text, reason);
    if (type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64)
        return parse_float(out, type, text, reason);
    if (type->kind == ZKL_TYPE_DATE || type->kind == ZKL_TYPE_TIME ||
        type->kind == ZKL_TYPE_TIMESTAMP)
        return parse_moment(out, type, text, reason);
    return refuse(reason, "values of this type have no order");
}

/* Digits lowest first, at least one before the point. */
static size_t format_code(char *out, zkl_code value, unsigned scale, bool negative)
{
    char digits[48];
    size_t count = 0, at = 0;
    do {
        ZKL_ASSERT(count < sizeof digits);
        digits[count++] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value || count <= scale);
    if (negative)
        out[at++] = '-';
    while (count) {
        if (count == scale)
            out[at++] = '.';
        out[at++] = digits[--count];
    }
    out[at] = 0;
    return at;
}

/* Negated as unsigned, so that -2^127 is no special case. */
size_t zkl_integer_format(char out[static ZKL_VALUE_TEXT_BYTES_MAX], __int128 unscaled,
                          unsigned scale)
{
    const bool negative = unscaled < 0;
    return format_code(out, negative ? -(zkl_code)unscaled : (zkl_code)unscaled, scale, negative);
}

/* Four digits of year at least; a minus sign takes one more. */
static size_t format_date(char *out, size_t size, int64_t days)
{
    int64_t year;
    unsigned month, day;
    civil_from_days(days, &year, &month, &day);
    return (size_t)snprintf(out, size, year < 0 ? "%05lld-%02u-%02u" : "%04lld-%02u-%02u",
                            (long long)year, month, day);
}

/* The fraction without zeros at its end, and none at all where it is 0. */
static size_t format_time(char *out, size_t size, int64_t microseconds)
{
    const unsigned seconds = (unsigned)(microseconds / 1000000),
                   fraction = (unsigned)(microseconds % 1000000);
    int at = snprintf(out, size, "%02u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (fraction) {
        at += snprintf(out + at, size - (size_t)at, ".%06u", fraction);
        while (out[at - 1] == '0')
            out[--at] = 0;
    }
    return (size_t)at;
}

/* C divides towards zero; before 1970 the day is one earlier and the rest counts up from its
 * midnight. */
static size_t format_timestamp(char *out, size_t size, int64_t microseconds)
{
    int64_t days = microseconds / DAY_MICROSECONDS, rest = microseconds % DAY_MICROSECONDS;
    if (rest < 0) {
        rest += DAY_MICROSECONDS;
        days--;
    }
    ZKL_ASSERT(rest >= 0 && rest < DAY_MICROSECONDS);
    size_t at = format_date(out, size, days);
    out[at++] = 'T';
    at += format_time(out + at, size - at, rest);
    out[at++] = 'Z';
    out[at] = 0;
    return at;
}

/* A switch over all kinds, so that the compiler names this place when a type is added. Hashed types
 * and dictionaries have no text of their own here: "#" and the code. */
size_t zkl_value_format(char out[static ZKL_VALUE_TEXT_BYTES_MAX], const zkl_type *type,
                        zkl_code code)
{
    /* Wraps to the negative number where the code is below the offset. */
    const __int128 value = (__int128)(code - zkl_type_offset(type));
    size_t size;
    switch (type->kind) {
    case ZKL_TYPE_BOOL:
        return (size_t)snprintf(out, ZKL_VALUE_TEXT_BYTES_MAX, "%s", code ? "true" : "false");
    case ZKL_TYPE_INT16:
    case ZKL_TYPE_INT32:
    case ZKL_TYPE_INT64:
    case ZKL_TYPE_UINT16:
    case ZKL_TYPE_UINT32:
    case ZKL_TYPE_UINT64:
        return zkl_integer_format(out, value, 0);
    case ZKL_TYPE_DECIMAL:
        return zkl_integer_format(out, value, type->scale);
    case ZKL_TYPE_FLOAT32:
        size = zkl_real_format32(out, zkl_float32_of_code(code));
        out[size] = 0;
        return size;
    case ZKL_TYPE_FLOAT64:
        size = zkl_real_format64(out, zkl_float64_of_code(code));
        out[size] = 0;
        return size;
    case ZKL_TYPE_DATE:
        return format_date(out, ZKL_VALUE_TEXT_BYTES_MAX, (int64_t)value);
    case ZKL_TYPE_TIME:
        return format_time(out, ZKL_VALUE_TEXT_BYTES_MAX, (int64_t)value);
    case ZKL_TYPE_TIMESTAMP:
        return format_timestamp(out, ZKL_VALUE_TEXT_BYTES_MAX, (int64_t)value);
    case ZKL_TYPE_STRING16:
    case ZKL_TYPE_STRING32:
    case ZKL_TYPE_BINARY16:
    case ZKL_TYPE_BINARY32:
    case ZKL_TYPE_DICTIONARY:
    case ZKL_TYPE_COUNT:
        break;
    }
    out[0] = '#';
    return 1 + format_code(out + 1, code, 0, false);
}

/* 0x01, then field(code): u32 size, code big-endian. The largest code has 16 bytes; longer ones are
 * digests and do not come here. */
void zkl_row_put_code(zkl_buffer *row, const zkl_type *type, zkl_code code)
{
    uint8_t bytes[1 + 4 + 16] = { 1 };
    const uint32_t size = type->kind == ZKL_TYPE_BOOL ? 1 : 2 * zkl_type_limbs(type);
    ZKL_ASSERT(5 + size <= sizeof bytes);
    zkl_be32_put(bytes + 1, size);
    for (uint32_t i = 0; i < size; i++)
        bytes[5 + i] = (uint8_t)(code >> 8 * (size - 1 - i));
    zkl_buffer_put(row, bytes, 5 + size);
}

/* The first 2 * limb_count bytes of the digest as one big-endian number, in limbs least significant
 * first. */
void zkl_limbs_of_digest(uint16_t *out, const zkl_digest *digest, size_t limb_count)
{
    ZKL_ASSERT(limb_count >= 1 && 2 * limb_count <= sizeof digest->bytes);
    for (size_t i = 0; i < limb_count; i++) {
        const uint8_t *at = digest->bytes + 2 * (limb_count - 1 - i);
        out[i] = (uint16_t)(at[0] << 8 | at[1]);
    }
}
