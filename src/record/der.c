/* DER, element by element. A length is compared with what is left before it is used, so no element
 * ends behind its parent. */
#include "record/der.h"

#define LENGTH_BYTES_MAX 4 /* no element that is read here has 4 GiB */

/* Tag and length of the first element. false: not DER, or longer than what is there. */
static bool read_head(size_t *head, size_t *content, zkl_bytes rest)
{
    if (rest.size < 2 || (rest.data[0] & 0x1f) == 0x1f)
        return false; /* tags of several bytes occur nowhere here */
    size_t length = rest.data[1], at = 2;
    if (length > 0x80) {
        const size_t count = length - 0x80;
        if (count > LENGTH_BYTES_MAX || count > rest.size - 2)
            return false;
        for (length = 0; at < 2 + count; at++)
            length = length << 8 | rest.data[at];
        /* The short form where it does, and no zero in front. */
        if (length < 0x80 || rest.data[2] == 0)
            return false;
    } else if (length == 0x80) {
        return false; /* the indefinite form is BER's */
    }
    if (length > rest.size - at)
        return false;
    *head = at;
    *content = length;
    return true;
}

uint8_t zkl_der_peek(zkl_bytes rest)
{
    return rest.size ? rest.data[0] : 0;
}

bool zkl_der_skip(zkl_bytes *whole, zkl_bytes *rest)
{
    size_t head, content;
    if (!read_head(&head, &content, *rest))
        return false;
    ZKL_ASSERT(head + content <= rest->size);
    *whole = zkl_bytes_of(rest->data, head + content);
    *rest = zkl_bytes_of(rest->data + head + content, rest->size - head - content);
    return true;
}

bool zkl_der_take(zkl_bytes *content, zkl_bytes *whole, zkl_bytes *rest, uint8_t tag)
{
    size_t head, size;
    zkl_bytes all;
    ZKL_ASSERT(content != rest); /* what is behind the element would be lost unseen */
    if (zkl_der_peek(*rest) != tag || !read_head(&head, &size, *rest))
        return false;
    *content = zkl_bytes_of(rest->data + head, size);
    const bool taken = zkl_der_skip(&all, rest);
    ZKL_ASSERT(taken && all.size == head + size);
    if (whole)
        *whole = all;
    return true;
}

/* Nine bits that are the same in front could be eight. */
bool zkl_der_integer_valid(zkl_bytes content)
{
    if (content.size < 2)
        return content.size == 1;
    const bool negative = content.data[1] & 0x80;
    return !(content.data[0] == 0 && !negative) && !(content.data[0] == 0xff && negative);
}

bool zkl_der_take_number(uint64_t *out, zkl_bytes *rest, uint8_t tag)
{
    zkl_bytes content, after = *rest;
    if (!zkl_der_take(&content, NULL, &after, tag) || !zkl_der_integer_valid(content) ||
        content.size > 8 || content.data[0] & 0x80)
        return false;
    *out = 0;
    for (size_t i = 0; i < content.size; i++)
        *out = *out << 8 | content.data[i];
    *rest = after;
    return true;
}
