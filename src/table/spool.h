#pragma once
/* A spool: an unlinked file of mode 0600, encrypted (AES-256-CTR) under a key that exists in memory
 * only, so that a killed process leaves nothing readable. Every place is written once; any part can
 * be read at any time. Thread-safe. */
#include "base/env.h"

typedef struct zkl_spool zkl_spool;

zkl_status zkl_spool_new(zkl_spool **out, const char *folder, const zkl_env *env,
                         zkl_error *err) ZKL_MUST_USE;
void zkl_spool_free(zkl_spool *spool); /* wipes the key; NULL is fine */
ZKL_DEFINE_AUTO_FREE(zkl_spool)

/* Write size bytes to a new place; data is encrypted where it lies and is of no use afterwards. */
zkl_status zkl_spool_put(zkl_spool *spool, uint64_t *offset, void *data, size_t size,
                         zkl_error *err) ZKL_MUST_USE;
/* Any part of what was put. */
zkl_status zkl_spool_get(const zkl_spool *spool, void *out, uint64_t offset, size_t size,
                         zkl_error *err) ZKL_MUST_USE;
/* What was put there is no longer needed: the disk may have it back. */
void zkl_spool_drop(zkl_spool *spool, uint64_t offset, size_t size);
uint64_t zkl_spool_bytes(const zkl_spool *spool);
