#pragma once
/* What verify-chain has looked up and found to hold, so that it is looked up once, and not once for
 * each of the many entries that rest on it: a notarisation, a parent, a manifest.
 *
 *  1. Of what is here it was seen that it stands before the entry at `from`. So it stands before
 *     every later entry too, and nothing is said of earlier ones: entries are checked side by side.
 *  2. The store does not change while it is walked. Whoever changes it forgets all of this.
 *
 * It forgets the older of two that share a place. Threads: any. */
#include "hash/hash.h"

typedef struct zkl_confirmed zkl_confirmed;

typedef enum zkl_confirmed_kind {
    ZKL_CONFIRMED_REFERENCE = 1, /* by references.c */
    ZKL_CONFIRMED_MANIFEST = 2,  /* by chain.c: its bytes, and what it says of the ledger */
} zkl_confirmed_kind;

zkl_status zkl_confirmed_new(zkl_confirmed **out, zkl_error *err) ZKL_MUST_USE;
void zkl_confirmed_free(zkl_confirmed *confirmed); /* NULL is fine */

/* The name of a thing of a kind, which is known by that digest. */
void zkl_confirmed_name(zkl_digest *out, zkl_confirmed_kind kind, const zkl_digest *thing);
/* Was it seen to hold for the entry at index? confirmed NULL: nothing was. */
bool zkl_confirmed_has(zkl_confirmed *confirmed, const zkl_digest *name, uint64_t index);
void zkl_confirmed_add(zkl_confirmed *confirmed, const zkl_digest *name, uint64_t index);
