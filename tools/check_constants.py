#!/usr/bin/env python3
"""Evaluates the comments `/* check: EXPRESSION */` beside constants: each must be true.

Known names: r (scalar field order), p (base field order), h1 (cofactor of G1), and the functions below. In
`check: NAME == ...` the macro or enum NAME defined on the same line is replaced by its value."""
import pathlib
import re
import sys

r = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
p = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
h1 = 0x396C8C005555E1568C00AAAB0000AAAB


def two_adicity(n):
    return (n & -n).bit_length() - 1


def log2(n):
    assert n > 0 and n & (n - 1) == 0, "not a power of two"
    return n.bit_length() - 1


known = dict(r=r, p=p, h1=h1, two_adicity=two_adicity, log2=log2, pow=pow, min=min, max=max, len=len, sum=sum, range=range)
root = pathlib.Path(__file__).resolve().parent.parent
count, bad = 0, []
for path in sorted([*root.glob("src/*/*.[ch]"), *root.glob("include/zkl/*.h")]):
    text = path.read_text()
    defined = dict(known)
    for name, value in re.findall(r"^#define\s+(\w+)\s+\(?([0-9][0-9a-fA-FxX]*)[uUlL]*\)?", text, re.M):
        defined[name] = int(value, 8 if re.fullmatch("0[0-7]+", value) else 0)  # C writes octal with a 0 alone
    for found in re.finditer(r"/\*\s*check:\s*(.*?)\s*\*/", text, re.S):
        where = f"{path.relative_to(root)}:{text.count(chr(10), 0, found.start()) + 1}"
        count += 1
        try:
            if not eval(found.group(1).replace("\n", " "), {"__builtins__": {}}, defined):
                bad.append(f"{where}: false: {found.group(1)}")
        except Exception as why:  # a check that cannot be evaluated is a failed check
            bad.append(f"{where}: {found.group(1)}: {why}")
print("\n".join(bad) if bad else f"constants: {count} ok")
sys.exit(bool(bad) or not count)
