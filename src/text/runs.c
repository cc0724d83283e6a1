/* Runs of numbers: digits, perhaps a hyphen and digits again, then a comma or the end. Nothing else
 * is passed over, so one list has one meaning. */
#include "text/runs.h"

#include <stddef.h>

/* Digits at *at, which moves behind them. */
static bool read_number(uint64_t *out, const char **at)
{
    const char *start = *at;
    *out = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        const uint64_t digit = (uint64_t)(**at - '0');
        if (*out > (UINT64_MAX - digit) / 10)
            return false;
        *out = 10 * *out + digit;
    }
    return *at > start;
}

bool zkl_number_run_next(zkl_number_run *out, const char **at)
{
    if (!read_number(&out->first, at))
        return false;
    out->last = out->first;
    if (**at == '-') {
        (*at)++;
        if (!read_number(&out->last, at))
            return false;
    }
    if (out->last < out->first || (**at && **at != ','))
        return false;
    *at = **at ? *at + 1 : NULL;
    return true;
}
