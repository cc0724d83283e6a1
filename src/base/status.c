/* Texts and codes of statuses, and the one way errors are built.
 *
 * Order of an error's text: the fact first, written where it is found; then each caller puts what
 * it knows in front ("load 'x.toml': line 3: ..."). A text that is too long is cut at its end, so
 * context and the start of the fact stay. All of this works with err NULL, and none of it takes
 * memory. */
#include <zkl/status.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* One row a status, from the table in zkl/status.h. Unknown numbers come from a newer library: they
 * get an answer, never a read out of bounds. */
static const struct {
    const char *text;
    int exit_code, http_code;
} statuses[] = {
#define ROW(name, text, exit_code, http_code) { text, exit_code, http_code },
    ZKL_STATUS_TABLE(ROW)
#undef ROW
};

const char *zkl_status_text(zkl_status status)
{
    return (unsigned)status < ZKL_STATUS_COUNT ? statuses[status].text : "unknown status";
}

int zkl_status_exit_code(zkl_status status)
{
    return (unsigned)status < ZKL_STATUS_COUNT ? statuses[status].exit_code : 7;
}

int zkl_status_http_code(zkl_status status)
{
    return (unsigned)status < ZKL_STATUS_COUNT ? statuses[status].http_code : 500;
}

const char *zkl_check_name(zkl_check check)
{
    static const char *const names[] = {
#define NAME(name, text) text,
        ZKL_CHECK_TABLE(NAME)
#undef NAME
    };
    return (unsigned)check < ZKL_CHECK_COUNT ? names[check] : "";
}

const char *zkl_hint_name(zkl_hint hint)
{
    static const char *const names[] = {
#define NAME(name, text) text,
        ZKL_HINT_TABLE(NAME)
#undef NAME
    };
    return (unsigned)hint < ZKL_HINT_COUNT ? names[hint] : "";
}

/* Texts quote what they refuse, and end on a terminal: a receipt must not speak to it in control
 * sequences (C0, DEL, and C1 as UTF-8), nor begin lines of its own. Each such byte is told as \xNN,
 * as zkl_buffer_put_shown tells it; what does not fit into `size` bytes is cut. */
static void defuse(char *text, size_t size)
{
    char out[sizeof((zkl_error *)0)->text];
    size_t used = 0;
    ZKL_ASSERT(size <= sizeof out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        const bool is_c1 = *c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f;
        const bool is_control = *c < 0x20 || *c == 0x7f || is_c1;
        const size_t step = is_control ? (is_c1 ? 8 : 4) : 1;
        if (used + step >= size)
            break;
        if (is_control)
            snprintf(out + used, size - used, is_c1 ? "\\x%02x\\x%02x" : "\\x%02x", c[0],
                     (unsigned)c[1]);
        else
            out[used] = (char)*c;
        used += step;
        c += is_c1;
    }
    out[used] = 0;
    memcpy(text, out, used + 1);
}

/* Built in a local, since an argument may be err->text itself. */
zkl_status zkl_fail(zkl_error *err, zkl_status status, const char *format, ...)
{
    if (err) {
        char text[sizeof err->text];
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof text, format, args);
        va_end(args);
        defuse(text, sizeof text);
        err->status = status;
        err->check = ZKL_CHECK_NONE;
        err->hint = ZKL_HINT_NONE;
        err->hint_value[0] = 0;
        memcpy(err->text, text, sizeof text);
    }
    return status;
}

/* "context: fact". err->check stays: a wrapped refusal is still the refusal of its check. */
zkl_status zkl_wrap(zkl_error *err, zkl_status status, const char *format, ...)
{
    if (err) {
        char text[sizeof err->text];
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof text, format, args);
        va_end(args);
        defuse(text, sizeof text);
        const size_t used = strlen(text);
        if (err->text[0] && used < sizeof text - 3) {
            char *rest = text + used;
            const size_t room = sizeof text - used - 3; /* besides ": " and NUL */
            const size_t size = strnlen(err->text, room);
            memcpy(rest, ": ", 2);
            memcpy(rest + 2, err->text, size);
            rest[2 + size] = 0;
        }
        err->status = status;
        memcpy(err->text, text, sizeof text);
    }
    return status;
}

/* "check 'name': fact", and the check as a code, for callers that act on it. */
zkl_status zkl_wrap_check(zkl_error *err, zkl_status status, zkl_check check)
{
    char name[64];
    ZKL_ASSERT((unsigned)check < ZKL_CHECK_COUNT);
    snprintf(name, sizeof name, "check '%s': ", zkl_check_name(check));
    /* An error that was kept as a text names its check already. */
    if (!err || strncmp(err->text, name, strlen(name)) != 0)
        zkl_wrap(err, status, "check '%s'", zkl_check_name(check));
    if (err) {
        err->status = status;
        err->check = check;
    }
    return status;
}

zkl_status zkl_fail_check(zkl_error *err, zkl_status status, zkl_check check, const char *format,
                          ...)
{
    if (err) {
        char text[sizeof err->text];
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof text, format, args);
        va_end(args);
        zkl_fail(err, status, "%s", text);
    }
    return zkl_wrap_check(err, status, check);
}

zkl_status zkl_hint_add(zkl_error *err, zkl_status status, zkl_hint hint, const char *value)
{
    ZKL_ASSERT((unsigned)hint < ZKL_HINT_COUNT);
    if (err) {
        const size_t size = value ? strlen(value) : 0;
        const bool fits = size < sizeof err->hint_value;
        err->hint = fits ? hint : ZKL_HINT_NONE;
        memcpy(err->hint_value, fits && value ? value : "", fits ? size + 1 : 1);
        defuse(err->hint_value, sizeof err->hint_value);
    }
    return status;
}

zkl_status zkl_fail_hint(zkl_error *err, zkl_status status, zkl_hint hint, const char *format, ...)
{
    if (err) {
        char text[sizeof err->text];
        va_list args;
        va_start(args, format);
        vsnprintf(text, sizeof text, format, args);
        va_end(args);
        zkl_fail(err, status, "%s", text);
    }
    return zkl_hint_add(err, status, hint, NULL);
}

zkl_status zkl_fail_as(zkl_error *err, zkl_status status, const zkl_error *why)
{
    ZKL_ASSERT(why);
    if (err) {
        if (err != why)
            *err = *why;
        err->status = status;
    }
    return status;
}
