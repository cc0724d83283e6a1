#pragma once
/* Key files of a ledger that lie in clear, put under a passphrase, where a service keeps one. */
#include "service/service_internal.h"

/* Every key file in folder/keys that has none, also those that do not count any more, each replaced
 * as a whole; *count of them were. Those that have one stay. cost: scrypt's, NULL: the usual.
 *
 * ZKL_NOT_FOUND: the folder has no keys. After a failure some may be under it. */
zkl_status service_keys_protect(uint64_t *count, const char *folder, const zkl_bytes *passphrase,
                                const zkl_keyfile_cost *cost, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
