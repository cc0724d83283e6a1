#!/usr/bin/env python3
"""Figures of the source by folder: lines, share of comments, assertions, parameters. See `make figures`.

A comment line is one that holds nothing but a comment, or part of one. Shares are of lines that are not empty. An assertion is a
ZKL_ASSERT, ZKL_DEBUG_ASSERT or a call of an `_invariant` function; a function is a definition whose brace stands in
the first column.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent


def comment_lines(lines):
    """How many lines are comment alone, and how many are not empty."""
    comments = filled = 0
    inside = False
    for line in lines:
        text = line.strip()
        if not text:
            continue
        filled += 1
        if inside or text.startswith("/*") or text.startswith("//"):
            comments += 1
        if inside:
            inside = "*/" not in text
        elif "/*" in text:
            inside = "*/" not in text[text.rindex("/*"):]
    return comments, filled


def functions(text):
    """(name, number of parameters, lines of the body) of each definition."""
    bare = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group(0)), text, flags=re.S)
    for found in re.finditer(r"^([A-Za-z_][^;{}#]*?\b(\w+)\(([^;{}]*)\))[^;{}()]*\n\{\n(.*?)^\}", bare, re.S | re.M):
        inner, depth, count = found.group(3), 0, 1
        for c in inner:
            depth += (c in "([") - (c in ")]")
            count += c == "," and depth == 0
        count = 0 if inner.strip() in ("", "void") else count
        yield found.group(2), count, found.group(4).count("\n")


def main():
    rows, many = [], []
    for folder in sorted(p for p in (root / "src").iterdir() if p.is_dir()):
        row = {"folder": folder.name, "lines": 0, "c": 0, "cc": 0, "functions": 0, "asserts": 0, "many": 0}
        for path in sorted(folder.glob("*.[ch]*")):
            text = path.read_text()
            lines = text.splitlines()
            row["lines"] += len(lines)
            if path.suffix == ".c" and "constants" not in path.name:
                comments, filled = comment_lines(lines)
                row["cc"] += comments
                row["c"] += filled
            row["asserts"] += len(re.findall(r"\bZKL_(?:DEBUG_)?ASSERT\(|_invariant\(", text))
            for name, parameters, _ in functions(text):
                row["functions"] += 1
                if parameters > 6:
                    row["many"] += 1
                    many.append(f"{path.relative_to(root)}: {name} ({parameters})")
        rows.append(row)
    total = sum(row["lines"] for row in rows)
    sums = {"folder": "all"}
    for key in ("lines", "c", "cc", "functions", "asserts", "many"):
        sums[key] = sum(row[key] for row in rows)
    print(f"{'folder':10}{'lines':>8}{'share':>8}{'comments in .c':>16}{'asserts/function':>18}{'over 6 parameters':>19}")
    for row in sorted(rows, key=lambda row: -row["lines"]) + [sums]:
        print(f"{row['folder']:10}{row['lines']:8}{100 * row['lines'] / total:7.1f}%{100 * row['cc'] / max(row['c'], 1):15.1f}%"
              f"{row['asserts'] / max(row['functions'], 1):18.2f}{row['many']:8} of {row['functions']}")
    comments, filled = (sum(x) for x in zip(*(comment_lines(p.read_text().splitlines()) for p in (root / "include/zkl").glob("*.h"))))
    print(f"public headers: {100 * comments / filled:.0f} % comments")
    if "--list" in sys.argv:
        print("\n".join(many))


main()
