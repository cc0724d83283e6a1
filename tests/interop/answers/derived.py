"""Tables that DuckDB makes of others: what `transform` is told is judged by its claims."""

import random
from decimal import Decimal

from common import *


def made(query):
    """The rows of a query as lines of a CSV file, its columns first."""
    cursor = database.execute(query)
    return [",".join(c[0] for c in cursor.description)] + [",".join(said(v) for v in row) for row in cursor.fetchall()]


def falsified(rnd, lines):
    """A row too few, one twice in place of another, and a number that is one off."""
    out = [lines[:-1]] if len(lines) > 2 else []
    at = rnd.randrange(1, len(lines))
    cells = lines[at].split(",")
    cells[0] = str(int(cells[0]) + 1)
    return out + [lines[:at] + [",".join(cells)] + lines[at + 1 :]]


def operations(rnd, source):
    """Operations of `transform`, and the queries whose result theirs is."""
    columns = [c for c in source.columns.values() if c.name != "k"]
    text, query = test(rnd, columns)
    first = rnd.randrange(source.rows)
    last = rnd.randrange(first, source.rows)
    return [
        ("filter " + text, "SELECT k, m, x, d, t FROM s WHERE %s ORDER BY nr" % query),
        ("sort m, k", "SELECT k, m, x, d, t FROM s ORDER BY m NULLS LAST, k, nr"),
        ("slice %d..%d" % (first, last), "SELECT k, m, x, d, t FROM s WHERE nr BETWEEN %d AND %d ORDER BY nr" % (first, last)),
        (
            "group by k: n = rows, total = sum(x), low = min(d), high = max(d), filled = values(m)",
            "SELECT k, count(*) AS n, coalesce(sum(x), 0.00) AS total, min(d) AS low, max(d) AS high, count(m) AS filled "
            "FROM s GROUP BY k ORDER BY k",
        ),
        ("join on k", "SELECT s.k, m, x, d, t, w FROM s JOIN w ON s.k = w.k ORDER BY s.nr"),
    ]


def transformed(at, operation, lines, options=()):
    with open("made.csv", "w") as file:
        file.write("\n".join(lines) + "\n")
    more = ["--with", "w%d=w.csv" % at] if operation.startswith("join") else []
    return run(
        "transform",
        "s%d" % at,
        "--data",
        "s.csv",
        *more,
        "--op",
        operation,
        "--as",
        "made%d" % at,
        "--to",
        "made.csv",
        "--check",
        *(options or ["--dry-run"])
    )


def judge_parquet(at):
    """Integers of a written file have 64 bits, whatever the narrow type is called: columns can be computed with."""
    code, out = run("transform", "s%d" % at, "--data", "s.csv", "--op", "sort d", "--as", "wide", "--to", "wide.parquet", "-q")
    if code != 0:
        fail("written table", at, out)
    types = dict(database.execute("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM 'wide.parquet')").fetchall())
    if types != {"k": "BIGINT", "m": "BIGINT", "x": "DECIMAL(9,2)", "d": "BIGINT", "t": "VARCHAR"}:
        fail("written table", at, str(types))
    rows = lambda table: ask("SELECT list((k, m, x, d, t) ORDER BY k, m, x, d, t)::VARCHAR FROM %s" % table)
    if rows("'wide.parquet'") != rows("s"):
        fail("written table", at, "other rows")
    if ask("SELECT min(k - d) FROM 'wide.parquet'") != ask("SELECT min(k::INT - d::INT) FROM s"):
        fail("written table", at, "differences wrap around")


def judge_derived():
    count = 0
    for at in range(DERIVED):
        rnd = random.Random("%d derived %d" % (SEED, at))
        rows = rnd.randrange(4, 25)
        column = lambda name, kind, make, nullable: Column(name, kind, draw(rnd, rows, make, nullable), nullable)
        source = Table(
            "s",
            [
                column("k", "uint16", lambda: rnd.randrange(1, 8), False),
                column("m", "int32", lambda: rnd.randrange(-3, 4), True),
                column("x", "decimal(9,2)", lambda: Decimal(rnd.randrange(-999, 1000)).scaleb(-2), True),
                column("d", "int16", lambda: rnd.randrange(-50, 50), False),
                column("t", "dictionary", lambda: rnd.choice(WORDS), True),
            ],
        )
        Table(
            "w",
            [
                Column("k", "uint16", rnd.sample(range(1, 8), 7)),
                Column("w", "int32", [rnd.randrange(-9, 10) for _ in range(7)]),
            ],
        )
        for name in "sw":
            notarize("derived table", at, name, "--schema", name + ".toml")
        for operation, query in operations(rnd, source):
            lines = made(query)
            if len(lines) < 2:
                continue
            code, out = transformed(at, operation, lines)
            if code != 0:
                fail("derived table", at, "'%s' is refused: %s\n%s" % (operation, out, "\n".join(lines)))
            for other in falsified(rnd, lines):
                if sorted(other) == sorted(lines):
                    continue
                code, out = transformed(at, operation, other)
                if code != 1:
                    fail("derived table", at, "'%s' is exit code %d: %s\n%s" % (operation, code, out, "\n".join(other)))
                count += 1
            count += 1
            if at < PROVEN and not operation.startswith("s"):
                code, out = transformed(at, operation, lines, ["-o", "proven.zkl", "-q", "--force"])
                code = code or run("verify", "proven.zkl")[0]
                if code != 0:
                    fail("derived table", at, "'%s' is not proven: %s" % (operation, out))
    judge_parquet(DERIVED - 1)
    print("ok %d tables, %d results of operations: DuckDB's are accepted, others refused" % (DERIVED, count), flush=True)
