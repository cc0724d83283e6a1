#pragma once
/* SipHash-1-3 for hash tables over text from outside: whoever chooses the text cannot make it
 * collide without the key, so a table stays linear in its entries. Not for anything that leaves the
 * process. Source: Aumasson, Bernstein: SipHash, a fast short-input PRF (2012), with 1 and 3
 * rounds. */
#include "base/memory.h"

typedef struct zkl_siphash_key {
    uint64_t words[2];
} zkl_siphash_key;

/* A fresh key from the operating system. */
zkl_status zkl_siphash_key_draw(zkl_siphash_key *out, zkl_error *err) ZKL_MUST_USE;
uint64_t zkl_siphash(const zkl_siphash_key *key, zkl_bytes text);
