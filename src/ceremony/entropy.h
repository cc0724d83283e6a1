#pragma once
/* What a person typed, hashed into the system's randomness: never in its place. Whoever can guess
 * what was typed learns nothing as long as the system's generator is good, and whoever knows the
 * generator's output has to guess what was typed. */
#include "base/env.h"
#include "hash/hash.h"

/* Secret: wipe with _clear. */
typedef struct zkl_mixed_random {
    zkl_random system;
    zkl_digest typed; /* hash of what was typed */
    uint64_t blocks;  /* drawn so far: no block has the same input */
} zkl_mixed_random;

/* env with such a source of randomness; mixed must live as long as it is used. typed may be
 * empty. */
void zkl_mixed_random_init(zkl_mixed_random *mixed, zkl_env *env, zkl_bytes typed);
void zkl_mixed_random_clear(zkl_mixed_random *mixed);
