/* Numbers and what they count, for people. */
#include "text/counted.h"

#include <string.h>

void zkl_put_number(zkl_buffer *out, uint64_t value)
{
    char digits[24];
    int at = (int)sizeof digits, count = 0;
    do {
        if (count && count % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
        count++;
    } while (value);
    zkl_buffer_put(out, digits + at, sizeof digits - (size_t)at);
}

void zkl_put_counted(zkl_buffer *out, uint64_t count, const char *one)
{
    const size_t size = strlen(one);
    zkl_put_number(out, count);
    zkl_buffer_put_u8(out, ' ');
    if (count == 1)
        zkl_buffer_put_text(out, one);
    else if (one[size - 1] == 'y') {
        zkl_buffer_put(out, one, size - 1);
        zkl_buffer_put_text(out, "ies");
    } else {
        zkl_buffer_put_text(out, one);
        zkl_buffer_put_u8(out, 's');
    }
}
