#pragma once
/* Set-ups of another size than the format's, for tests: the model's toy proofs have blocks of 16
 * cells, and powers of tau for them take no time. Nothing but tests includes this; the calls of
 * setup.h are these with zkl_setup_size_v1. */
#include "setup/setup_internal.h"

zkl_status zkl_setup_make_sized(zkl_digest *hash, const char *folder, const zkl_setup_size *size,
                                const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_setup_current_sized(zkl_digest *hash, const char *folder, const zkl_setup_size *size,
                                   const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_setup_keep_powers_sized(zkl_digest *hash, const char *folder,
                                       const zkl_setup_size *size, const zkl_powers *powers,
                                       const zkl_ptau_history *history,
                                       zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_setup_keep_srs_sized(zkl_digest *hash, const char *folder,
                                    const zkl_setup_size *size, const zkl_srs *srs,
                                    zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_setup_open_sized(zkl_setup **out, const char *folder, const zkl_digest *hash,
                                const zkl_setup_size *size, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;
