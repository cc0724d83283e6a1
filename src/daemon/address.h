#pragma once
/* Addresses of clients: ranges that are kept out, and what of an address a limit is for. */
#include <zkl/zkl.h>

/* In the form of IPv6: an IPv4 address is ::ffff:a.b.c.d, also where a peer is named that way. */
typedef struct daemon_address {
    uint8_t bytes[16];
} daemon_address;

/* An address and how many of its leading bits count, of the 128. */
typedef struct daemon_range {
    daemon_address address;
    unsigned bits;
} daemon_range;

/* "192.0.2.7", "2001:db8::1"; false: it is none ("unix"). */
bool daemon_address_parse(daemon_address *out, const char *text);
/* "192.0.2.0/24", "2001:db8::/32", or an address. ZKL_USAGE: it is none, or bits behind the prefix
 * are set. */
zkl_status daemon_range_parse(daemon_range *out, const char *text, zkl_error *err) ZKL_MUST_USE;
bool daemon_range_has(const daemon_range *range, const daemon_address *address);
/* What one client is limited by: an IPv4 address whole, of IPv6 the network of 64 bits, since
 * whoever has one has all of it. */
zkl_bytes daemon_address_client(const daemon_address *address);
