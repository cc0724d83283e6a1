/* Addresses as 16 bytes. */
#include "daemon/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static const uint8_t v4_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool is_v4(const daemon_address *address)
{
    return memcmp(address->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

bool daemon_address_parse(daemon_address *out, const char *text)
{
    daemon_address a = { { 0 } };
    memcpy(a.bytes, v4_prefix, sizeof v4_prefix);
    if (inet_pton(AF_INET, text, a.bytes + sizeof v4_prefix) != 1 &&
        inet_pton(AF_INET6, text, a.bytes) != 1)
        return false;
    *out = a;
    return true;
}

/* "24": decimal digits, no more. */
static bool parse_bits(unsigned *out, const char *text, unsigned most)
{
    char *end;
    const bool begins = text[0] >= '0' && text[0] <= '9' && (text[0] != '0' || !text[1]);
    const unsigned long bits = begins ? strtoul(text, &end, 10) : 0;
    if (!begins || *end || bits > most)
        return false;
    *out = (unsigned)bits;
    return true;
}

zkl_status daemon_range_parse(daemon_range *out, const char *text, zkl_error *err)
{
    char host[INET6_ADDRSTRLEN];
    daemon_range r;
    const char *const slash = strchr(text, '/');
    const size_t size = slash ? (size_t)(slash - text) : strlen(text);
    const bool fits = size < sizeof host;
    if (fits)
        snprintf(host, sizeof host, "%.*s", (int)size, text);
    if (!fits || !daemon_address_parse(&r.address, host))
        return zkl_fail(err, ZKL_USAGE, "'%.64s' is no address", text);
    const unsigned before = strchr(host, ':') ? 0 : 96; /* of ::ffff:0:0, in front of IPv4's 32 */
    r.bits = 128 - before;
    if (slash && !parse_bits(&r.bits, slash + 1, 128 - before))
        return zkl_fail(err, ZKL_USAGE, "'%.64s': a prefix has 0 to %u bits", text, 128 - before);
    r.bits += before;
    for (unsigned bit = r.bits; bit < 128; bit++)
        if (r.address.bytes[bit / 8] & 0x80 >> bit % 8)
            return zkl_fail(err, ZKL_USAGE, "'%.64s': bits behind the prefix are set", text);
    *out = r;
    return ZKL_OK;
}

bool daemon_range_has(const daemon_range *range, const daemon_address *address)
{
    const size_t whole = range->bits / 8;
    const unsigned rest = range->bits % 8;
    if (memcmp(range->address.bytes, address->bytes, whole) != 0)
        return false;
    /* "::/0" is IPv6, as people mean it, and keeps no IPv4 out */
    if (range->bits < 96 && is_v4(address))
        return false;
    return !rest || (range->address.bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

zkl_bytes daemon_address_client(const daemon_address *address)
{
    return zkl_bytes_of(address->bytes, is_v4(address) ? 16 : 8);
}
