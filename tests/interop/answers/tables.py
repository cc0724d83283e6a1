"""Tables of many types, of one dataset each: predicates, sums, order, histograms, keys, bounds, moments."""

import datetime
import math
import random
from decimal import Decimal
from fractions import Fraction

from common import *

FIRST = datetime.datetime(1990, 1, 1)


def integer(rnd, kind):
    low, high = LIMITS[kind]
    near = lambda: rnd.randrange(max(low, -9), 10)
    return near if rnd.random() < 0.6 else lambda: rnd.randrange(low, high + 1)


def random_table(rnd, name):
    rows = rnd.randrange(2, 41)
    column = lambda name, kind, make, nullable: Column(name, kind, draw(rnd, rows, make, nullable), nullable)
    some = lambda kinds: rnd.choice(kinds)
    kind_a, kind_b = some(["uint16", "uint32", "int16", "int32"]), some(list(LIMITS))
    digits = some([4, 9, 18])
    most = min(10**digits, 10**12)
    made = [
        column("a", kind_a, integer(rnd, kind_a), False),
        column("b", kind_b, integer(rnd, kind_b), True),
        column("x", "decimal(%d,2)" % digits, lambda: Decimal(rnd.randrange(1 - most, most)).scaleb(-2), rnd.random() < 0.5),
        column("y", "decimal(9,1)", lambda: Decimal(rnd.randrange(-50, 51)).scaleb(-1), False),
        column("day", "date", lambda: datetime.date(1990, 1, 1) + rnd.randrange(20000) * DAY, rnd.random() < 0.5),
        column(
            "seen", "timestamp", lambda: FIRST + rnd.randrange(10**15) * datetime.timedelta(microseconds=1), rnd.random() < 0.5
        ),
        column("p", "bool", lambda: rnd.random() < 0.5, False),
        column("q", "bool", lambda: rnd.random() < 0.5, False),
        column("r", "bool", lambda: rnd.random() < 0.5, True),
        column("t", "dictionary", lambda: rnd.choice(WORDS), True),
    ]
    # z follows from a and y, but in a few rows perhaps
    wrong = rnd.choice([0, 0, 0.2])
    z = [2 * a - y + (1 if rnd.random() < wrong else 0) for a, y in zip(made[0].values, made[3].values)]
    return Table(name, made + [Column("z", "decimal(18,1)", [Decimal(v) for v in z])])


def predicate(rnd, columns, depth=2):
    if depth == 0 or rnd.random() < 0.3:
        return test(rnd, columns)
    if rnd.random() < 0.25:
        inner = predicate(rnd, columns, depth - 1)
        return tuple("not (%s)" % part for part in inner)
    joint = rnd.choice([" and ", " or "])
    parts = [predicate(rnd, columns, depth - 1) for _ in range(2)]
    return tuple("(%s)%s(%s)" % (parts[0][side], joint, parts[1][side]) for side in (0, 1))


def says_something(claim):
    """Is its predicate one that some row of these types satisfies, and some does not, and that is not too wide for a proof?
    The program refuses others; asked of it alone, so that the rest of the table is compared all the same."""
    ask = "notarize", "t.csv", "--name", "t", "--schema", "t.toml", "--dry-run", "-q", "--claim", claim
    code, out = run(*ask)
    reasons = {1: ("no such row has a value",), 2: ("every row", "no row", "of none"), 6: ("too wide for a proof",)}
    if code != 0 and not any(reason in out for reason in reasons.get(code, ())):
        raise SystemExit("seed %d: '%s' is answered by %d: %s" % (SEED, claim, code, out))
    return code in (0, 1)


def ask_predicates(asked, rnd, table):
    columns = list(table.columns.values())
    for _ in range(2):
        text, query = predicate(rnd, columns)
        if not says_something("count(where %s)" % text):
            continue
        asked.predicates += 1
        n = ask("SELECT count(*) FROM t WHERE %s" % query)
        asked.number("count(where %s)" % text, n, table.rows)
        asked.number("share(where %s)" % text, n, table.rows, lambda n: "%d/%d" % (n, table.rows))
        asked.open += [
            ("count(where %s)" % text, "exactly %d of the %d rows" % (n, table.rows)),
            ("share(where %s)" % text, "all %d rows satisfy" % n if n == table.rows else "exactly %d/%d of the %d rows" % (n, table.rows, table.rows)),
        ]
    for c in columns:
        text = "null_rate(%s)" % c.name
        if not c.nullable:  # what the schema says stands before what is proven
            asked.known += [text, text + " = 0", text + " <= 0", text + " <= 1/%d" % table.rows]
            asked.false += [text + " = 1/%d" % table.rows, text + " >= 1/%d" % table.rows]
            continue
        n = ask("SELECT count(*) - count(%s) FROM t" % c.name)
        asked.number(text, n, table.rows, lambda n: "%d/%d" % (n, table.rows))
        asked.open.append((text, "exactly %d/%d of the %d rows" % (n, table.rows, table.rows)))
    n = ask("SELECT count(*) FROM t WHERE p = q")
    asked.number("accuracy(p, q)", n, table.rows, lambda n: "%d/%d" % (n, table.rows))


def ask_sums_where(asked, rnd, table):
    """Sums and means over the rows that satisfy a predicate. DuckDB's sum of no value is null, the program's 0."""
    for name in rnd.sample("abxy", 2):
        c = table.columns[name]
        text, query = predicate(rnd, list(table.columns.values()))
        units, n = database.execute(
            "SELECT CAST(coalesce(sum(%s * %d), 0) AS HUGEINT), count(%s) FROM t WHERE %s"
            % (c.name, 10**c.scale, c.name, query)
        ).fetchone()
        low, high = (int(end * 10**c.scale) for end in (c.low, c.high))
        for word, below, rows in (("sum", "", table.rows), ("mean", "/%d" % n, n)):
            claim = "%s(%s where %s)" % (word, c.name, text)
            if not says_something(claim):
                continue
            asked.sums += 1
            if word == "mean" and n == 0:
                asked.false.append(claim)
                continue
            asked.open.append((claim, Fraction(units, 10**c.scale * (n if below else 1))))
            write = lambda by: fixed(units + by, c.scale) + below
            # comparisons at the ends of the type say nothing; codes of decimals reach beyond them
            asked.true.append("%s = %s" % (claim, write(0)))
            if rows * low < units - 1 and units + 1 < rows * high:
                asked.true += ["%s %s %s" % (claim, sign, write(0)) for sign in (">=", "<=")]
                asked.false += ["%s = %s" % (claim, write(by)) for by in (-1, 1)]
                asked.false += ["%s >= %s" % (claim, write(1)), "%s <= %s" % (claim, write(-1))]


def ask_sums(asked, table):
    for c in (table.columns[name] for name in "abxy"):
        units, n = database.execute(
            "SELECT CAST(sum(%s * %d) AS HUGEINT), count(%s) FROM t" % (c.name, 10**c.scale, c.name)
        ).fetchone()
        asked.true += ["sum(%s) %s %s" % (c.name, sign, fixed(units, c.scale)) for sign in ("=", ">=", "<=")]
        asked.false += ["sum(%s) = %s" % (c.name, fixed(units + by, c.scale)) for by in (-1, 1)]
        asked.false += [
            "sum(%s) >= %s" % (c.name, fixed(units + 1, c.scale)),
            "sum(%s) <= %s" % (c.name, fixed(units - 1, c.scale)),
        ]
        asked.true += ["mean(%s) %s %s/%d" % (c.name, sign, fixed(units, c.scale), n) for sign in ("=", ">=", "<=")]
        asked.false += [
            "mean(%s) >= %s/%d" % (c.name, fixed(units + 1, c.scale), n),
            "mean(%s) = %s/%d" % (c.name, fixed(units - 1, c.scale), n),
        ]
        asked.open += [
            ("sum(%s)" % c.name, Fraction(units, 10**c.scale)),
            ("mean(%s)" % c.name, Fraction(units, 10**c.scale * n)),
        ]


def ask_order(asked, rnd, table):
    """Where a column's values lie. DuckDB sorts, and of quarters and halves takes the quantile itself."""
    for c in (table.columns[name] for name in ("a", "b", "x", "day", "seen", "r")):
        n = len(c.live())
        places = [
            ("min(%s)" % c.name, 1, "min(%s)" % c.name),
            ("max(%s)" % c.name, n, "max(%s)" % c.name),
            ("median(%s)" % c.name, (n + 1) // 2, "quantile_disc(%s, 0.5)" % c.name),
        ]
        for q in (Fraction(1, 4), Fraction(3, 4), Fraction(rnd.randrange(1, 20), 20)):
            own = "quantile_disc(%s, %s)" % (c.name, float(q)) if q.denominator in (2, 4) else None
            places.append(("quantile(%s, %s)" % (c.name, q), math.ceil(q * n), own))
        for text, place, own in places:
            value = ask(
                "SELECT %s FROM t WHERE %s IS NOT NULL ORDER BY %s LIMIT 1 OFFSET %d" % (c.name, c.name, c.name, place - 1)
            )
            if own and ask("SELECT %s FROM t" % own) != value:
                raise SystemExit("seed %d: DuckDB's %s is not number %d of %d" % (SEED, own, place, n))
            value = Decimal(value) if c.scale else value
            below, above = c.step(value, -1), c.step(value, 1)
            asked.true.append("%s = %s" % (text, said(value)))
            if c.kind != "timestamp":  # written with fewer digits
                short = said(value).rstrip("0").rstrip(".") if c.scale else said(value)
                asked.open.append((text, "is exactly %s$" % short))
            asked.true += ["%s >= %s" % (text, said(value))] * (below is not None) + ["%s <= %s" % (text, said(value))] * (
                above is not None
            )
            if above is not None:
                asked.false += ["%s = %s" % (text, said(above)), "%s >= %s" % (text, said(above))]
            if below is not None:
                asked.false += ["%s = %s" % (text, said(below)), "%s <= %s" % (text, said(below))]


def ask_histogram(asked, rnd, table):
    for c in (table.columns[name] for name in ("a", "b", "x", "day", "seen")):
        edges = sorted(set(v for v in c.live() if v != c.low))
        edges = sorted(rnd.sample(edges, min(len(edges), rnd.randrange(1, 4))))
        if not edges:
            continue
        last = len(edges)
        bins = list(zip([None] + edges, edges + [None]))
        inside = lambda low, high: " AND ".join(
            ["TRUE"]
            + ["%s >= %s" % (c.name, sql(low))] * (low is not None)
            + ["%s < %s" % (c.name, sql(high))] * (high is not None)
        )
        counts = [ask("SELECT count(%s) FROM t WHERE %s" % (c.name, inside(*ends))) for ends in bins]
        text = "histogram(%s, %s)" % (c.name, ", ".join(map(said, edges)))
        asked.true.append("%s = %s" % (text, ", ".join(map(str, counts))))
        asked.open.append((text, counts))
        i, k = rnd.sample(range(last + 1), 2)
        if counts[i]:  # one value into another bin
            moved = [n - (at == i) + (at == k) for at, n in enumerate(counts)]
            asked.false.append("%s = %s" % (text, ", ".join(map(str, moved))))


def ask_balance(asked):
    for name in "pqr":
        counts = [ask("SELECT count(*) FROM t WHERE %s = %s" % (name, value)) for value in ("false", "true")]
        if not sum(counts):
            continue  # a claim of no value is refused
        text = "class_balance(%s)" % name
        asked.true.append("%s = %d, %d" % (text, *counts))
        asked.open.append((text, counts))
        if counts[0]:
            asked.false.append("%s = %d, %d" % (text, counts[0] - 1, counts[1] + 1))
    classes = database.execute("SELECT t, count(*) FROM t WHERE t IS NOT NULL GROUP BY t ORDER BY t").fetchall()
    asked.open.append(("class_balance(t)", [n for _, n in classes]))
    write = lambda counts: "class_balance(t) = " + ", ".join('"%s": %d' % c for c in counts)
    (first, n), rest = classes[0], classes[1:]
    asked.true.append(write([*rest, (first, n)]))
    asked.false.append(write([(first, n - 1), *rest]))
    if rest:
        asked.false += [write(rest), write([(first, n - 1), (rest[0][0], rest[0][1] + 1), *rest[1:]])]


def ask_rows(asked, rnd, table):
    """Keys, combinations, order of rows, bounds, nulls, a column that follows from others."""
    for _ in range(3):
        names = sorted(rnd.sample(["a", "b", "day", "p", "r", "t"], rnd.randrange(1, 3)), key=list(table.columns).index)
        n = ask("SELECT count(*) FROM (SELECT DISTINCT %s FROM t)" % ", ".join(names))
        asked.offended("unique(%s)" % ", ".join(names), table.rows - n)
        text = "distinct(%s)" % ", ".join(names)
        possible = math.prod({"p": 2, "r": 3}.get(name, table.rows) for name in names)  # bools; no claim says that there are no more
        asked.true += [text + " = %d" % n] + [text + " >= %d" % n] * (n > 1) + [text + " <= %d" % n] * (n < min(possible, table.rows))
        asked.false += [text + " = %d" % m for m in (n - 1, n + 1) if 0 < m <= table.rows]
        asked.false += [text + " >= %d" % (n + 1)] * (n < table.rows) + [text + " <= %d" % (n - 1)] * (n > 1)
        asked.open.append((text, "exactly %d different" % n))
    for _ in range(3):
        names = rnd.sample(["a", "b", "y", "day", "seen", "p"], rnd.randrange(1, 3))
        down, strict = rnd.random() < 0.5, rnd.random() < 0.3
        place = "dense_rank() OVER (ORDER BY %s)" % ", ".join("%s NULLS LAST" % name for name in names)
        wrong = "%s %s" % (">" if down else "<", "= before" if strict else "before")
        rows = ask(
            "SELECT count(*) FROM (SELECT place, lag(place) OVER (ORDER BY nr) AS before FROM (SELECT nr, %s AS place FROM t)) "
            "WHERE place %s" % (place, wrong.replace("> =", ">=").replace("< =", "<="))
        )
        asked.offended("sorted(%s%s%s)" % (", ".join(names), ", order=falling" * down, ", ties=refuse" * strict), rows)
    for c in (table.columns[name] for name in ("a", "b", "x", "day", "seen")):
        low, high = sorted(rnd.choice(c.live()) for _ in range(2))
        asked.offended(
            "range(%s, %s, %s)" % (c.name, said(low), said(high)),
            ask("SELECT count(*) FROM t WHERE %s NOT BETWEEN %s AND %s" % (c.name, sql(low), sql(high))),
        )
        n = ask("SELECT count(*) FROM t WHERE %s BETWEEN %s AND %s" % (c.name, sql(low), sql(high)))
        asked.number("count(%s, %s, %s)" % (c.name, said(low), said(high)), n, table.rows)
    for c in table.columns.values():
        if c.nullable:
            asked.offended("not_null(%s)" % c.name, ask("SELECT count(*) FROM t WHERE %s IS NULL" % c.name))
    asked.offended("linear(2*a - y - z = 0)", ask("SELECT count(*) FROM t WHERE 2 * a - y != z"))


def moments(one, other):
    """n, the sums and the sum of products, in units of the last places."""
    of = lambda c: "(%s * %d)::HUGEINT" % (c.name, 10**c.scale)
    return database.execute(
        "SELECT count(%s), sum(%s)::HUGEINT, sum(%s)::HUGEINT, sum(%s * %s)::HUGEINT FROM t"
        % (one.name, of(one), of(other), of(one), of(other))
    ).fetchone()


def near(exact, float_of, what):
    """DuckDB's own aggregate says the same, as far as doubles go."""
    if float_of is None or abs(float(exact) - float_of) > 1e-6 * max(1, abs(float(exact))):
        raise SystemExit("seed %d: %s: %s by sums, %s" % (SEED, what, float(exact), float_of))


def ask_moments(asked, table):
    a, x, y = (table.columns[name] for name in "axy")
    for c in (a, x, y):
        n, total, _, square = moments(c, c)
        units, scale = n * square - total * total, 2 * c.scale
        near(Fraction(units, n * n * 10**scale), ask("SELECT var_pop(%s) FROM t" % c.name), "variance(%s)" % c.name)
        for text, units, below in (("variance(%s)" % c.name, units, n * n), ("mean_square(%s)" % c.name, square, n)):
            write = lambda units: "%s/%d" % (fixed(units, scale), below)
            asked.value(text, write(units), write(units - 1) if units else None, write(units + 1), least=units == 0)
            asked.open.append((text, Fraction(units, below * 10**scale)))
        asked.true.append("stddev(%s) = sqrt(%s/%d)" % (c.name, fixed(n * square - total * total, scale), n * n))
        asked.false.append("stddev(%s) >= sqrt(%s/%d)" % (c.name, fixed(n * square - total * total + 1, scale), n * n))
        asked.true.append("rmse(%s) = sqrt(%s/%d)" % (c.name, fixed(square, scale), n))
        asked.false.append("rmse(%s) >= sqrt(%s/%d)" % (c.name, fixed(square + 1, scale), n))
    n, one, other, both = moments(a, y)
    units, scale = n * both - one * other, a.scale + y.scale
    near(Fraction(units, n * n * 10**scale), ask("SELECT covar_pop(a, y) FROM t"), "covariance(a, y)")
    write = lambda units: "%s/%d" % (fixed(units, scale), n * n)
    asked.value("covariance(a, y)", write(units), write(units - 1), write(units + 1))
    spread = [n * moments(c, c)[3] - total * total for c, total in ((a, one), (y, other))]
    if all(spread):
        asked.true.append("correlation(a, y) = %d/sqrt(%d*%d)" % (units, *spread))
        asked.false.append("correlation(a, y) = %d/sqrt(%d*%d)" % (units + 1, *spread))
        r = ask("SELECT corr(a, y) FROM t")
        if abs(r) < 0.999:
            asked.true += ["correlation(a, y) >= %.6f" % (r - 2e-6), "correlation(a, y) <= %.6f" % (r + 2e-6)]
            asked.false += ["correlation(a, y) >= %.6f" % (r + 2e-6), "correlation(a, y) <= %.6f" % (r - 2e-6)]


def judge_tables():
    count, predicates, sums = 0, 0, 0
    for at in range(TABLES):
        rnd = random.Random("%d table %d" % (SEED, at))
        asked, table = Asked(), random_table(rnd, "t")
        ask_predicates(asked, rnd, table)
        ask_sums(asked, table)
        ask_sums_where(asked, rnd, table)
        ask_order(asked, rnd, table)
        ask_histogram(asked, rnd, table)
        ask_balance(asked)
        ask_rows(asked, rnd, table)
        ask_moments(asked, table)
        predicates += asked.predicates
        sums += asked.sums
        asked.thin(rnd)
        command = "notarize", "t.csv", "--name", "t", "--schema", "t.toml"
        count += compare("table", at, command + ("--dry-run",), asked)
        if at < PROVEN:
            chosen = sorted(set(asked.true))
            prove("table", at, command, rnd.sample(chosen, min(24, len(chosen))))
    if predicates < TABLES or sums < TABLES:
        raise SystemExit("seed %d: only %d predicates and %d sums of %d tables" % (SEED, predicates, sums, TABLES))
    print(
        "ok %d tables, %d claims: DuckDB's answers are accepted, the values beside them refused" % (TABLES, count), flush=True
    )
