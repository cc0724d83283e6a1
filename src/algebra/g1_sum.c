#include "algebra/group_sum.h"

#include "algebra/g1_inline.h"

/* 2^384 mod p, the Montgomery form of 1. */
static const COORDINATE coordinate_one = { { 0x760900000002fffd, 0xebf4000bc40c0002,
                                             0x5f48985753c758ba, 0x77ce585370525745,
                                             0x5c071a97a256ec6d, 0x15f65ec3fa80e493 } };

#define LANES_SCRATCH_BYTES ZKL_G1_LANES_SCRATCH_BYTES
static const zkl_g1_lanes *find_lanes(void)
{
    return zkl_g1_lanes_best();
}

static void invert_words(uint64_t out[static 6], const uint64_t in[static 6])
{
    blst_fp value;
    memcpy(&value, in, sizeof value);
    blst_fp_eucl_inverse(&value, &value);
    memcpy(out, &value, sizeof value);
}

#include "algebra/group_sum_inline.h"
