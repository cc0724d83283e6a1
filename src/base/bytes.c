#include "base/bytes.h"

#include <string.h>

bool zkl_digest_equal(const zkl_digest *a, const zkl_digest *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool zkl_digest_is_zero(const zkl_digest *a)
{
    static const zkl_digest zero;
    return zkl_digest_equal(a, &zero);
}

bool zkl_bytes_equal(zkl_bytes a, zkl_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool zkl_bytes_equal_text(zkl_bytes a, const char *text)
{
    return zkl_bytes_equal(a, zkl_bytes_of_text(text));
}
