#pragma once
/* .zklpowers: the powers of tau that commitments are made with, and nothing else: what another
 * machine needs to recompute them (docs/formats/powers.md). 3.1 MB where a whole .ptau has 113.
 * They make no circuit key. */
#include "base/buffer.h"
#include "base/env.h"
#include "proof/srs.h"

#define ZKL_POWERS_FILE_MAGIC "zkl/powr"
#define ZKL_POWERS_FILE_COUNT_MAX (1u << 18)
#define ZKL_POWERS_FILE_BYTES_MAX ((size_t)16 << 20)

/* The powers and the verifier's points of srs. power_count at least 2, at most
 * ZKL_POWERS_FILE_COUNT_MAX (asserted). */
zkl_status zkl_powers_file_encode(zkl_buffer *out, const zkl_srs *srs, zkl_error *err) ZKL_MUST_USE;

/* Checks everything: form, hash, each point (canonical, on the curve, in the subgroup), that
 * they begin with the generator, and that each is tau times the one before, by pairings over a
 * sum with random weights of 128 bits from env. ZKL_BAD_INPUT for what is no such file,
 * ZKL_REJECTED for points that are no powers. out->powers comes from arena; out->fixed is NULL.
 * Cost: a point's decoding each (0.1 ms), and two MSMs. */
zkl_status zkl_powers_file_parse(zkl_srs *out, zkl_arena *arena, zkl_bytes bytes,
                                 const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
