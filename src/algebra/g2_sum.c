#include "algebra/group_sum.h"

#include "algebra/g2_inline.h"

/* 2^384 mod p, the Montgomery form of 1, and 0. */
static const COORDINATE coordinate_one = { {
    { { 0x760900000002fffd, 0xebf4000bc40c0002, 0x5f48985753c758ba, 0x77ce585370525745,
        0x5c071a97a256ec6d, 0x15f65ec3fa80e493 } },
    { { 0 } },
} };

#include "algebra/group_sum_inline.h"
