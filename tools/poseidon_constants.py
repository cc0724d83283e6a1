#!/usr/bin/env python3
"""Prints src/algebra/poseidon_constants.c: the round constants and the MDS matrix of Poseidon over the
scalar field of BLS12-381, x^5, t = 5, R_F = 8, R_P = 60 (the published poseidonperm_x5_255_5 instance).

    tools/poseidon_constants.py > src/algebra/poseidon_constants.c

`make check` compares.

Source: Grassi et al., "Poseidon", IACR ePrint 2019/458, appendix E and F: an 80-bit Grain LFSR, seeded
with the instance's parameters, gives field elements by rejection; the matrix is Cauchy, 1/(x_i + y_j),
over the first 2t distinct elements that follow (no rejection there, reduction mod r).
"""
R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
FIELD_BITS, WIDTH, FULL_ROUNDS, PARTIAL_ROUNDS = 255, 5, 8, 60


def grain_bits():
    """Bits of the self-shrinking Grain LFSR: of each pair, the second counts if the first is 1."""

    def field(value, width):
        return [value >> i & 1 for i in range(width - 1, -1, -1)]

    state = (field(1, 2) + field(0, 4) + field(FIELD_BITS, 12) + field(WIDTH, 12) + field(FULL_ROUNDS, 10)
             + field(PARTIAL_ROUNDS, 10) + [1] * 30)

    def step():
        bit = state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0]
        state.pop(0)
        state.append(bit)
        return bit

    for _ in range(160):
        step()
    while True:
        keep, bit = step(), step()
        if keep:
            yield bit


def constants():
    bits = grain_bits()

    def number():
        value = 0
        for _ in range(FIELD_BITS):
            value = value << 1 | next(bits)
        return value

    rounds = []
    while len(rounds) < WIDTH * (FULL_ROUNDS + PARTIAL_ROUNDS):
        value = number()
        if value < R:
            rounds.append(value)
    while True:
        xy = [number() % R for _ in range(2 * WIDTH)]
        if len(set(xy)) == 2 * WIDTH:
            break
    matrix = [[pow(xy[i] + xy[WIDTH + j], R - 2, R) for j in range(WIDTH)] for i in range(WIDTH)]
    return rounds, matrix


def montgomery(value):
    """A C initialiser of a zkl_fr: value * 2^256 mod r in 64-bit words, lowest first."""
    value = (value << 256) % R
    return "{ { %s } }" % ", ".join("0x%016x" % (value >> 64 * i & (1 << 64) - 1) for i in range(4))


def source():
    rounds, matrix = constants()
    lines = ["/* Written by tools/poseidon_constants.py; do not edit. Montgomery form. */",
             '#include "algebra/poseidon.h"', "",
             "const zkl_fr zkl_poseidon_rc[ZKL_POSEIDON_ROUNDS][ZKL_POSEIDON_WIDTH] = {"]
    for r in range(0, len(rounds), WIDTH):
        lines += ["    {"] + ["        %s," % montgomery(v) for v in rounds[r : r + WIDTH]] + ["    },"]
    lines += ["};", "", "const zkl_fr zkl_poseidon_mds[ZKL_POSEIDON_WIDTH][ZKL_POSEIDON_WIDTH] = {"]
    for row in matrix:
        lines += ["    {"] + ["        %s," % montgomery(v) for v in row] + ["    },"]
    return "\n".join(lines + ["};", ""])


if __name__ == "__main__":
    print(source(), end="")
