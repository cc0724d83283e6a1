/* Comparisons too large to inline. All may take NULL data where the size is 0, as zkl_bytes may
 * have. */
#include "base/bytes.h"

#include <string.h>

bool zkl_digest_equal(const zkl_digest *a, const zkl_digest *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool zkl_digest_equal_bytes(const zkl_digest *a, const uint8_t bytes[static 32])
{
    return memcmp(a->bytes, bytes, sizeof a->bytes) == 0;
}

bool zkl_digest_is_zero(const zkl_digest *a)
{
    static const zkl_digest zero;
    return zkl_digest_equal(a, &zero);
}

bool zkl_bytes_equal_text(zkl_bytes a, const char *text)
{
    return zkl_bytes_equal(a, zkl_bytes_of_text(text));
}

/* Also true for the whole: a text begins with itself and with "". */
bool zkl_bytes_begin_with(zkl_bytes bytes, const char *prefix)
{
    ZKL_ASSERT(bytes.data || bytes.size == 0);
    const size_t size = strlen(prefix);
    return bytes.size >= size && zkl_bytes_equal_text(zkl_bytes_of(bytes.data, size), prefix);
}
