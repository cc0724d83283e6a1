#!/usr/bin/env python3
"""The known answers of src/native/fr_lanes.c, cell_sums.c, point_lanes.c, point_walk.c and g1_decode.c, by plain integers: prints the digests their
sets must give."""
import itertools
import math

P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
WORD = 2**64 - 1
COUNT = 16


def fill(seed):
    """Elements as fill_words makes them, out of Montgomery form."""
    words = []
    for i in range(4 * COUNT):
        seed = (seed * 6364136223846793005 + 1442695040888963407) & WORD
        words.append(seed >> 2 if i % 4 == 3 else seed)
    whole = [sum(words[4 * k + j] << 64 * j for j in range(4)) for k in range(COUNT)]
    return [x * pow(2, -256, R) % R for x in whole]


class Digest:
    value = 0

    def put(self, elements):
        for x in elements:
            x = x * 2**256 % R
            for j in range(4):
                self.value = (self.value ^ (x >> 64 * j & WORD)) * 0x9E3779B97F4A7C15 & WORD


def add_fractions(p, q):
    total_p, total_q = 0, 1
    for b in range(4):
        total_p, total_q = (total_p * q[b] + p[b] * total_q) % R, total_q * q[b] % R
    return total_p, total_q


class Pair:
    """c0 + c1 u in Fp2, u^2 = -1; of Fp when c1 is 0."""

    def __init__(self, c0, c1=0):
        self.c = (c0 % P, c1 % P)

    def __add__(self, b):
        return Pair(self.c[0] + b.c[0], self.c[1] + b.c[1])

    def __neg__(self):
        return Pair(-self.c[0], -self.c[1])

    def __sub__(self, b):
        return self + -b

    def __mul__(self, b):
        return Pair(self.c[0] * b.c[0] - self.c[1] * b.c[1], self.c[0] * b.c[1] + self.c[1] * b.c[0])

    def inverse(self):
        norm = pow(self.c[0] ** 2 + self.c[1] ** 2, -1, P)
        return Pair(self.c[0] * norm, -self.c[1] * norm)


def group(name, degree):
    """19 additions; 3 is of points with the same x, 5 has an x of 0, 9 and 14 are doublings. The formulas hold for any pairs of values, so
    these need not lie on the curve; and the inversion is a constant, so each slope is off by one known factor."""
    count, seed, data = 19, 7, []
    outside = pow(2, -384, P)  # out of Montgomery form
    for _ in range(4 * count):
        parts = []
        for _ in range(degree):
            words = []
            for j in range(6):
                seed = (seed * 6364136223846793005 + 1442695040888963407) & WORD
                words.append(seed >> 4 if j == 5 else seed)
            parts.append(sum(w << 64 * j for j, w in enumerate(words)) * outside)
        data.append(Pair(*parts))
    a = [[data[4 * k], data[4 * k + 1]] for k in range(count)]
    b = [[data[4 * k + 2], data[4 * k + 3]] for k in range(count)]
    doubled = (9, 14)
    for k in doubled:
        b[k] = a[k]
    live = [k for k in range(count) if k not in (3, 5)]
    factor = Pair(*[(0x123456789ABCDEF + part) * outside for part in range(degree)])
    lines = {}
    for k in live:
        (x1, y1), (x2, y2) = a[k], b[k]
        y1 = -y1 if k % 2 else y1
        y2 = -y2 if k % 3 == 0 else y2
        lines[k] = (x1 * x1 * Pair(3), y1 + y1) if k in doubled else (y2 - y1, x2 - x1)
        factor = factor * lines[k][1]
    digest = 0
    for k in live:
        (x1, y1), (x2, _) = a[k], b[k]
        y1 = -y1 if k % 2 else y1
        over, under = lines[k]
        slope = over * under.inverse() * factor
        x3 = slope * slope - x1 - x2
        y3 = slope * (x1 - x3) - y1
        for value in [part * 2**384 % P for coordinate in (x3, y3) for part in coordinate.c[:degree]]:
            for j in range(6):
                digest = (digest ^ (value >> 64 * j & WORD)) * 0x9E3779B97F4A7C15 & WORD
    print(f"{name}: 0x{digest:016x}")


def walk():
    """Eight sums by one walk over three entries each, on the curve with u = 2^-8; 5 has an entry at infinity. Values need not lie on the
    curve, since the formulas do not use b."""
    seed, outside, u, entries = 23, pow(2, -384, P), pow(2, -8, P), []
    for _ in range(24):
        point = []
        for power in (2, 3):
            words = []
            for j in range(6):
                seed = (seed * 6364136223846793005 + 1442695040888963407) & WORD
                words.append(seed >> 4 if j == 5 else seed)
            point.append(sum(w << 64 * j for j, w in enumerate(words)) * outside * u**power % P)
        entries.append(point)

    def double(x, y, z):
        s, e = x * y * y, 3 * x * x
        x2 = e * e - 8 * s
        return x2 % P, (e * (4 * s - x2) - 8 * y**4) % P, 2 * y * z % P

    def add(x, y, z, entry):
        h, r = entry[0] * z * z - x, entry[1] * z**3 - y
        x2 = r * r - h**3 - 2 * x * h * h
        return x2 % P, (r * (x * h * h - x2) - y * h**3) % P, z * h % P

    digest = (2**8 - 1) ^ 1 << 5
    for lane in range(8):
        first, second, third = (entries[8 * e + lane] for e in range(3))
        value = (second[0], -second[1] % P, 1)
        for doublings, entry in ((3, first), (0, third), (1, None), (0, (second[0], -second[1])), (2, None)):
            for _ in range(doublings):
                value = double(*value)
            if entry:
                value = add(*value, entry)
        for part in (value[0], value[1], value[2] * u) if lane != 5 else ():
            for j in range(6):
                digest = (digest ^ (part % P * 2**384 % P >> 64 * j & WORD)) * 0x9E3779B97F4A7C15 & WORD
    print(f"point walk: 0x{digest:016x}")


def main():
    digest = Digest()
    data = [fill(k) for k in range(20)]
    low_p = [[data[b][0]] * COUNT if b == 1 else data[b] for b in range(4)]
    high_p = [[data[8 + b][0]] * COUNT if b == 1 else data[8 + b] for b in range(4)]
    low_q, high_q, e, lam = data[4:8], data[12:16], data[16], data[17][0]

    digest.put([a * b % R for a, b in zip(data[0], data[1])])
    digest.put([(a + data[4][0] * (b - a)) % R for a, b in zip(data[2], data[3])])
    nodes = [add_fractions([p[i] for p in low_p], [q[i] for q in low_q]) for i in range(COUNT)]
    digest.put([p for p, _ in nodes])
    digest.put([q for _, q in nodes])

    def summed(line):
        total = 0
        for i in range(COUNT):
            p, q = add_fractions([line(a[i], b[i]) for a, b in zip(low_p, high_p)],
                                 [line(a[i], b[i]) for a, b in zip(low_q, high_q)])
            total += e[i] * (p + lam * q)
        return total % R

    digest.put([summed(lambda a, b, x=x: (a + x * (b - a)) % R) for x in (0, 2, -1)])
    digest.put([summed(lambda a, b: (b - a) % R)])
    w = data[0]
    print(f"fr, without butterflies: 0x{digest.value:016x}")
    digest.put([(a + c * b) % R for a, b, c in zip(data[18], data[19], w)])
    digest.put([(a - c * b) % R for a, b, c in zip(data[18], data[19], w)])
    print(f"fr: 0x{digest.value:016x}")


def cell_sums():
    """Weighted sums of cells, and the moments of quads for 0 to 4 quarters, as src/native/cell_sums.h defines them."""
    state = 1

    def draw():
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) & WORD
        return state

    def element():
        words = [draw() for _ in range(4)]
        return sum((w >> 2 if j == 3 else w) << 64 * j for j, w in enumerate(words))

    digest = 0

    def put(value, words):
        nonlocal digest
        for j in range(words):
            digest = (digest ^ (value >> 64 * j & WORD)) * 0x9E3779B97F4A7C15 & WORD

    weights = [[element() for _ in range(COUNT)] for _ in range(2)]
    cells = []
    for b in range(16):
        drawn = [draw() >> 40 & 0xFFFF for _ in range(COUNT)]
        cells.append(drawn if b % 3 else [0xFFFF] * COUNT)
    for i in range(COUNT):
        put(sum(weights[0][b] * cells[b][i] for b in range(16)) % R, 4)
    for m in range(5):
        quads = [products([[cells[4 * b + c][i] for c in range(4)] for b in range(m)]) for i in range(COUNT)]
        for w in weights:
            for at in range(len(quads[0])):
                put(sum(w[i] * quads[i][at] for i in range(COUNT)), 6)
    for missing in range(2):
        for w, degree in ((weights[0], 3), (weights[1], 4)):
            for i in range(COUNT):
                d = [0 if missing and b == 3 else cells[b][i] for b in range(4)]
                e = [sum(math.prod(c) for c in itertools.combinations(d, k)) for k in range(5)]
                put(sum(w[k] * e[k] for k in range(degree + 1)) % R, 4)
    print(f"cells: 0x{digest:016x}")


def products(quarters):
    """E[k][a][b] of one quad, k by k: each choice of k quarters, and of a corner of each."""
    out = []
    for k in range(len(quarters) + 1):
        sums = [0] * (k + 1) ** 2
        for chosen in itertools.combinations(quarters, k):
            for corners in itertools.product(range(4), repeat=k):
                a, b = sum(c >> 1 for c in corners), sum(c & 1 for c in corners)
                sums[a * (k + 1) + b] += math.prod(d[c] for d, c in zip(chosen, corners))
        out += sums
    return out


def decoding():
    """15 encodings; 0, 3, 6 and 9 are the generator, its double, and their opposites. The others have wrong flags, an x of p, an x of 0, or
    are of no point of the group: one in 2^125 would be."""
    gx = 0x17F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905A14E3A3F171BAC586C55E83FF97A1AEFFB3AF00ADB22C6BB
    gy = 0x08B3F481E3AAA0F1A09E30ED741D8AE4FCF5E095D5D00AF600DB18CB2C04B3EDD03CC744A2888AE40CAA232946C5E7E1
    slope = 3 * gx * gx * pow(2 * gy, -1, P) % P
    x = (slope * slope - 2 * gx) % P
    members = [(gx, gy), (x, (slope * (gx - x) - gy) % P)]
    points = [None] * 16
    for k in range(4):
        x, y = members[k // 2]
        smaller = min(y, P - y)
        points[3 * k] = (x, P - smaller if k % 2 else smaller)
    digest = 0
    for at in (0, 8):
        lanes = points[at:at + 8]
        values = [sum(1 << k for k, point in enumerate(lanes) if point)]
        for point in lanes:
            for coordinate in point or (0, 0):
                values += [coordinate * 2**384 % P >> 64 * j & WORD for j in range(6)]
        for value in values:
            digest = (digest ^ value) * 0x9E3779B97F4A7C15 & WORD
    print(f"decode g1: 0x{digest:016x}")


main()
cell_sums()
group("g1", 1)
group("g2", 2)
decoding()
walk()
