#!/usr/bin/env python3
"""Prints src/algebra/poseidon_constants.c: the round constants and the MDS matrix of Poseidon over the
scalar field of BLS12-381, x^5, t = 5, R_F = 8, R_P = 60 (the published poseidonperm_x5_255_5 instance).

    tools/poseidon_constants.py > src/algebra/poseidon_constants.c

`make check` compares.

Source: Grassi et al., "Poseidon", IACR ePrint 2019/458, appendix E and F: an 80-bit Grain LFSR, seeded
with the instance's parameters, gives field elements by rejection; the matrix is Cauchy, 1/(x_i + y_j),
over the first 2t distinct elements that follow (no rejection there, reduction mod r).

Partial rounds are also given in a form with fewer products (appendix B of the same): a matrix that leaves the
first element alone commutes with a round's S-box. So each M is factored into M' M'', M' of that kind and M''
with ones on the diagonal but for its first row and column, and M' goes into the matrix of the next round. In
the same way constants of elements without S-box are moved behind the last partial round.
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


def times(a, b):
    return [[sum(x * b[k][j] for k, x in enumerate(row)) % R for j in range(len(b[0]))] for row in a]


def inverse(matrix):
    """By Gauss and Jordan; whatever pivot is not 0."""
    n = len(matrix)
    rows = [list(row) + [int(i == j) for j in range(n)] for i, row in enumerate(matrix)]
    for at in range(n):
        pivot = next(i for i in range(at, n) if rows[i][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        factor = pow(rows[at][at], R - 2, R)
        rows[at] = [v * factor % R for v in rows[at]]
        for i in range(n):
            if i != at and rows[i][at]:
                rows[i] = [(v - rows[i][at] * w) % R for v, w in zip(rows[i], rows[at])]
    return [row[n:] for row in rows]


def partial_rounds(rounds, matrix):
    """The partial rounds as the C code makes them: of each the constant of the first element, the first row of
    M'' and the rest of its first column; then M' of the last without its first row and column, and the
    constants that are left, which the first full round behind takes in."""
    first = FULL_ROUNDS // 2
    left = [0] * WIDTH  # constants that were moved on
    steps, carried = [], [[int(i == j) for j in range(WIDTH)] for i in range(WIDTH)]  # M' so far
    for r in range(first, first + PARTIAL_ROUNDS):
        added = [(v + rounds[WIDTH * r + i]) % R for i, v in enumerate(left)]
        left = [row[0] for row in times(matrix, [[0]] + [[v] for v in added[1:]])]
        whole = times(matrix, carried)
        lower = [row[1:] for row in whole[1:]]
        column = times(inverse(lower), [[row[0]] for row in whole[1:]])
        steps.append((added[0], whole[0], [row[0] for row in column]))
        carried = [[1] + [0] * (WIDTH - 1)] + [[0] + row for row in lower]
    last = first + PARTIAL_ROUNDS
    return steps, [row[1:] for row in carried[1:]], [(v + rounds[WIDTH * last + i]) % R for i, v in enumerate(left)]


def check_partial_rounds(rounds, matrix, steps, lower, left):
    """Both forms of one state, from the first partial round to behind the constants of the next full one."""
    plain = [3 * i + 1 for i in range(WIDTH)]
    quick = list(plain)
    first = FULL_ROUNDS // 2
    for r in range(first, first + PARTIAL_ROUNDS):
        plain = [(v + rounds[WIDTH * r + i]) % R for i, v in enumerate(plain)]
        plain = [row[0] for row in times(matrix, [[pow(plain[0], 5, R)]] + [[v] for v in plain[1:]])]
    plain = [(v + rounds[WIDTH * (first + PARTIAL_ROUNDS) + i]) % R for i, v in enumerate(plain)]
    for constant, row, column in steps:
        s0 = pow(quick[0] + constant, 5, R)
        rest = [(v + s0 * c) % R for v, c in zip(quick[1:], column)]
        quick = [(s0 * row[0] + sum(a * b for a, b in zip(row[1:], quick[1:]))) % R] + rest
    quick = [quick[0]] + [row[0] for row in times(lower, [[v] for v in quick[1:]])]
    assert plain == [(a + b) % R for a, b in zip(quick, left)]


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
    steps, lower, left = partial_rounds(rounds, matrix)
    check_partial_rounds(rounds, matrix, steps, lower, left)
    lines += ["};", "", "const zkl_poseidon_partial zkl_poseidon_partials[ZKL_POSEIDON_PARTIAL_ROUNDS] = {"]
    for constant, row, column in steps:
        lines += ["    {", "        %s," % montgomery(constant)]
        for part in row, column:
            lines += ["        {"] + ["            %s," % montgomery(v) for v in part] + ["        },"]
        lines += ["    },"]
    lines += ["};", "", "const zkl_fr zkl_poseidon_behind_partial[ZKL_POSEIDON_WIDTH - 1][ZKL_POSEIDON_WIDTH - 1] = {"]
    for row in lower:
        lines += ["    {"] + ["        %s," % montgomery(v) for v in row] + ["    },"]
    lines += ["};", "", "const zkl_fr zkl_poseidon_rc_behind_partial[ZKL_POSEIDON_WIDTH] = {"]
    lines += ["    %s," % montgomery(v) for v in left]
    return "\n".join(lines + ["};", ""])


if __name__ == "__main__":
    print(source(), end="")
