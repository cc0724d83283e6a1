"""Pairs of tables: keys of one in the other, equal rows, distances of distributions, balances."""

import random
from decimal import Decimal
from fractions import Fraction

from common import *


def pair_of(rnd):
    """Two tables of one schema: alike, shuffled, changed in some rows, or of their own. The texts of the other one are some
    of the first one's: both have its dictionary."""

    def make(rows, words, low=1):
        column = lambda name, kind, value, nullable: Column(name, kind, draw(rnd, rows, value, nullable), nullable)
        return [
            column("k", "uint16", lambda: rnd.randrange(low, low + 11), False),
            column("m", "int32", lambda: rnd.randrange(-3, 4), True),
            column("x", "decimal(9,2)", lambda: Decimal(rnd.randrange(-999, 1000)).scaleb(-2), True),
            column("b", "bool", lambda: rnd.random() < 0.5, False),
            column("t", "dictionary", lambda: rnd.choice(words), False),
        ]

    one = make(rnd.randrange(3, 25), WORDS)
    rows, how = len(one[0].values), rnd.randrange(4)
    order = list(range(rows))
    if how == 1:
        rnd.shuffle(order)
    other = [Column(c.name, c.kind, [c.values[i] for i in order], c.nullable) for c in one]
    if how == 2:
        other[0].values[rnd.randrange(rows)], other[1].values[rnd.randrange(rows)] = 12, None
        other[4].values[rnd.randrange(rows)] = other[4].values[0]
    if how == 3:
        other = make(rnd.randrange(3, 25), one[4].values, rnd.choice([1, 6, 12]))
    return Table("a", one), Table("o", other)


def ask_partners(asked, partner):
    for names in (["k"], ["k", "b"], ["m"], ["k", "m"], ["t"], ["k", "t"]):
        equal = " AND ".join("a.%s = o.%s" % (n, n) for n in names)
        alike = " AND ".join("a.%s IS NOT DISTINCT FROM o.%s" % (n, n) for n in names)
        full = " AND ".join("a.%s IS NOT NULL" % n for n in names)
        text = "subset(%s, %s" % (", ".join(names), partner)
        alone = "SELECT count(*) FROM a WHERE %s NOT EXISTS (SELECT 1 FROM o WHERE %s)"
        asked.offended(text + ")", ask(alone % ("", equal)))
        if "m" in names:
            asked.offended(text + ", nulls=pass)", ask(alone % (full + " AND", equal)))
            asked.offended(text + ", nulls=match)", ask(alone % ("", alike)))
        else:
            asked.offended(
                "disjoint(%s, %s)" % (", ".join(names), partner),
                ask("SELECT count(*) FROM a WHERE EXISTS (SELECT 1 FROM o WHERE %s)" % equal),
            )


def ask_distance(asked, partner, name, cuts=()):
    """Total variation by value or by bin: half the sum of differences of shares."""
    by = name if not cuts else " + ".join("CAST(%s >= %d AS INTEGER)" % (name, cut) for cut in cuts)
    many, few, apart = database.execute(
        "WITH one AS (SELECT %s AS v, count(*) AS n FROM a GROUP BY v), "
        "two AS (SELECT %s AS v, count(*) AS n FROM o GROUP BY v), "
        "n AS (SELECT (SELECT count(*) FROM a) AS a, (SELECT count(*) FROM o) AS o) "
        "SELECT any_value(n.a), any_value(n.o), sum(abs(coalesce(one.n, 0) * n.o - coalesce(two.n, 0) * n.a))::BIGINT "
        "FROM one FULL JOIN two ON one.v = two.v, n" % (by, by)
    ).fetchone()
    option = ", cuts=(%s)" % ", ".join(map(str, cuts)) if cuts else ""
    asked.bound("drift(%s, %s%s)" % (name, partner, option), Fraction(apart, 2 * many * few))


def ask_pair(asked, rnd, one, other, partner):
    ask_partners(asked, partner)
    for name in ("k", "b", "t"):
        ask_distance(asked, partner, name)
    ask_distance(asked, partner, "k", sorted(rnd.sample(range(2, 12), rnd.randrange(1, 4))))
    units = ask("SELECT ((SELECT sum(2 * x) FROM a) - (SELECT sum(x) FROM o)) * 100")
    asked.true += ["balance(2*x - %s.x %s %s)" % (partner, sign, fixed(int(units), 2)) for sign in ("=", ">=", "<=")]
    asked.false += [
        "balance(2*x - %s.x %s %s)" % (partner, sign, fixed(int(units) + by, 2))
        for sign, by in (("=", 1), ("=", -1), (">=", 1), ("<=", -1))
    ]
    if one.rows == other.rows:
        differ = lambda names: " OR ".join("a.%s IS DISTINCT FROM o.%s" % (n, n) for n in names)
        for names in (["k"], ["m", "x"]):
            asked.offended(
                "same(%s, %s)" % (", ".join(names), partner),
                ask("SELECT count(*) FROM a JOIN o ON a.nr = o.nr WHERE %s" % differ(names)),
            )
    gone = ask("SELECT count(*) FROM (SELECT k, m, x, b, t FROM a EXCEPT ALL SELECT k, m, x, b, t FROM o)")
    (asked.true if gone == 0 and one.rows == other.rows else asked.false).append("same_rows(%s)" % partner)


def judge_pairs():
    count, names = 0, set()
    for at in range(PAIRS):
        rnd = random.Random("%d pair %d" % (SEED, at))
        asked = Asked()
        one, other = pair_of(rnd)
        notarize("pair", at, "a", "--schema", "a.toml")
        notarize("pair", at, "o", "--like", "a%d" % at)
        ask_pair(asked, rnd, one, other, "o%d@1" % at)
        names |= set(text.split("(")[0] for text in asked.true)
        command = "prove", "a%d" % at, "--data", "a.csv", "--with", "o%d=o.csv" % at
        count += compare("pair", at, command + ("--dry-run",), asked, claimed=list)
        if at < PROVEN:
            prove("pair", at, command, list(dict.fromkeys(asked.true)), claimed=list)
    if names != {"subset", "disjoint", "drift", "balance", "same", "same_rows"}:
        raise SystemExit("seed %d: of some kind no pair was true: %s" % (SEED, names))
    print(
        "ok %d pairs of tables, %d claims: DuckDB's answers are accepted, the values beside them refused" % (PAIRS, count),
        flush=True,
    )
