"""What the judges of this folder share: tables that the program and DuckDB both know, claims with their answers, and what
the program says of them."""

import datetime
import json
import math
import os
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import duckdb

# More of them under `make soak`.
SOAK = bool(os.environ.get("ZKL_SOAK"))
TABLES, FAIR, PAIRS, DERIVED = (200, 100, 24, 16) if SOAK else (24, 12, 5, 4)
PROVEN = 2 if SOAK else 1
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1
# Of the claims on one table so many that hold and so many that do not, drawn anew for each; 0: all of them.
SOME = int(sys.argv[2]) if len(sys.argv) > 2 else 50 if SOAK else 16


def run(*arguments):
    done = subprocess.run(["zkp-ledger", *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def answered(*arguments):
    """Exit code and the object that --json prints."""
    done = subprocess.run(["zkp-ledger", "--json", *arguments], capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


def fail(part, at, text):
    raise SystemExit("seed %d, %s %d: %s" % (SEED, part, at, text))


def flags(texts):
    return [word for text in texts for word in ("--claim", text)]


# ---- tables

WORDS = ["Bern", "Genf", "Chur", "Basel", "Ascona", "Zug"]
LIMITS = {
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
DAY = datetime.timedelta(days=1)


class Column:
    """Values in the order of the rows, None for a null; its type as the program and as DuckDB call it."""

    def __init__(self, name, kind, values, nullable=False):
        self.name, self.kind, self.values, self.nullable = name, kind, values, nullable
        digits = re.fullmatch(r"decimal\((\d+),(\d+)\)", kind)
        self.scale = int(digits[2]) if digits else 0
        self.low, self.high = LIMITS.get(kind, (None, None))
        if digits:
            self.high = Decimal(10 ** int(digits[1]) - 1).scaleb(-self.scale)
            self.low = -self.high
        self.sql = {"bool": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "dictionary": "VARCHAR"}.get(kind)
        if not self.sql:
            self.sql = "DECIMAL(18,%d)" % self.scale if digits else "HUGEINT"

    def live(self):
        return [v for v in self.values if v is not None]

    def step(self, value, by):
        """The value next to this one, or None outside the type."""
        if self.kind in ("date", "timestamp"):
            return value + by * (DAY if self.kind == "date" else datetime.timedelta(microseconds=1))
        if self.kind == "bool":
            return bool(value + by) if value + by in (0, 1) else None
        moved = value + by * (Decimal(1).scaleb(-self.scale) if self.scale else 1)
        return moved if self.low <= moved <= self.high else None


def said(value):
    """As the program writes it, in files and claims."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.isoformat() + "Z"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def sql(value):
    if value is None:
        return "NULL"
    if isinstance(value, datetime.datetime):
        return "TIMESTAMP '%s'" % value.isoformat()
    if isinstance(value, (str, datetime.date)):
        return "%s '%s'" % ("DATE" if isinstance(value, datetime.date) else "", value)
    return said(value)


class Table:
    """Written as a CSV file with its schema file, and known to DuckDB under the same name."""

    def __init__(self, name, columns):
        self.name, self.columns, self.rows = name, {c.name: c for c in columns}, len(columns[0].values)
        lines = [",".join(self.columns)] + [",".join(said(v) for v in row) for row in zip(*(c.values for c in columns))]
        with open(name + ".csv", "w") as file:
            file.write("\n".join(lines) + "\n")
        with open(name + ".toml", "w") as file:
            for c in columns:
                file.write('[columns.%s]\ntype = "%s"\nnullable = %s\n' % (c.name, c.kind, str(c.nullable).lower()))
        database.execute(
            "CREATE OR REPLACE TABLE %s (nr INTEGER, %s)" % (name, ", ".join("%s %s" % (c.name, c.sql) for c in columns))
        )
        rows = ", ".join(
            "(%d, %s)" % (i, ", ".join(sql(v) for v in row)) for i, row in enumerate(zip(*(c.values for c in columns)))
        )
        database.execute("INSERT INTO %s VALUES %s" % (name, rows))


database = duckdb.connect()
database.execute("SET threads = 1")


def ask(query):
    """The one number that this query gives."""
    return database.execute(query).fetchone()[0]


def draw(rnd, rows, make, nullable):
    """Values of which some are often the same and some are null, never all of them."""
    pool = [make() for _ in range(rnd.choice([1, 2, 3, 6, rows]))]
    values = [rnd.choice(pool) for _ in range(rows)]
    if nullable and rnd.random() < 0.8:
        values = [None if rnd.random() < 0.25 else v for v in values]
        values[rnd.randrange(rows)] = pool[0]
    return values


# ---- claims and their answers


class Asked:
    """Claims that hold, claims that do not, and of some of these how many rows offend, or what is true. Of claims that are left open, what
    their sentence must say."""

    def __init__(self):
        self.true, self.false, self.rows, self.truth, self.open = [], [], {}, {}, []
        self.known = []  # true, and nothing is proven of it
        self.predicates = self.sums = 0

    def thin(self, rnd):
        """Fewer of them: each table has several hundred."""
        if SOME:
            self.true, self.false = (rnd.sample(claims, min(SOME, len(claims))) for claims in (self.true, self.false))
            self.open = rnd.sample(self.open, min(SOME // 4, len(self.open)))
            self.rows = {text: rows for text, rows in self.rows.items() if text in self.false}
            self.truth = {text: truth for text, truth in self.truth.items() if text in self.false}

    def offended(self, text, rows):
        (self.false if rows else self.true).append(text)
        if rows:
            self.rows[text] = rows

    def number(self, text, n, total, write=str):
        """A number of rows from 0 to total that is n. What every table satisfies is no claim, and left out."""
        before = len(self.false)
        self.true += ["%s = %s" % (text, write(n))]
        self.true += ["%s >= %s" % (text, write(n))] * (n > 0) + ["%s <= %s" % (text, write(n))] * (n < total)
        self.false += ["%s = %s" % (text, write(m)) for m in (n - 1, n + 1) if 0 <= m <= total]
        self.false += ["%s >= %s" % (text, write(n + 1))] * (n < total) + ["%s <= %s" % (text, write(n - 1))] * (n > 0)
        if text.startswith(("count(", "share(")):  # of others the schema may say it already
            self.truth.update((claim, "(%s)" % write(n)) for claim in self.false[before:])

    def bound(self, text, exact):
        """A distance that is exactly this: `<=` holds of it and not of a billionth less."""
        if exact < 1:
            self.true.append("%s <= %s" % (text, exact))
        if exact > 0:
            self.false.append("%s <= %d/1000000000" % (text, math.ceil(exact * 10**9) - 1))

    def value(self, text, written, below, above, least=False):
        """A value that is `written`, between its neighbours. least: no value lies below it, so >= says nothing."""
        self.true += ["%s = %s" % (text, written), "%s <= %s" % (text, written)] + ["%s >= %s" % (text, written)] * (not least)
        self.false += ["%s = %s" % (text, above), "%s >= %s" % (text, above)]
        if below is not None:
            self.false += ["%s = %s" % (text, below), "%s <= %s" % (text, below)]


def fixed(units, scale):
    """A whole number of the last decimal place."""
    return said(Decimal(units).scaleb(-scale)) if scale else str(units)


def test(rnd, columns):
    """A comparison of a column, a set, or a test for null: as the program and as SQL write it."""
    c = rnd.choice(columns)
    if c.nullable and rnd.random() < 0.2:
        text = "%s is %snull" % (c.name, rnd.choice(["", "not "]))
        return text, text
    values = sorted(set(c.live()))
    if len(values) > 1 and c.kind != "bool" and rnd.random() < 0.25:
        some = rnd.sample(values, 2)
        return "%s in {%s}" % (c.name, ", ".join(map(said, some))), "%s IN (%s)" % (c.name, ", ".join(map(sql, some)))
    value = rnd.choice(values)
    signs = ["=", "!="] if c.kind in ("bool", "dictionary") else ["=", "!=", "<", ">="] if c.low == value else ["=", "!=", "<", "<=", ">", ">="]
    sign = rnd.choice([s for s in signs if c.low != value or s not in ("<", ">=")])
    return "%s %s %s" % (c.name, sign, said(value)), "%s %s %s" % (c.name, sign, sql(value))


# ---- what the program says


def disclosed(sentence, wanted):
    if isinstance(wanted, str):
        return sentence.endswith(wanted[:-1]) if wanted.endswith("$") else wanted in sentence
    if isinstance(wanted, list):
        return [int(n) for n in re.findall(r"(\d+) (?:is|are|lies|lie) ", sentence)] == wanted
    value = re.search(r"exactly (-?[\d.]+)(?:/(\d+))?(?: \(about|[;:]|$)", sentence)
    return value is not None and Fraction(value[1]) / int(value[2] or 1) == wanted


def compare(part, at, command, asked, claimed=flags):
    """What holds is accepted, and says what is wanted; what does not hold is refused, one by one, and nothing else is."""
    # A sentence a claim: none besides of how many values stand behind it.
    command = (*command, "--no-count") if command[0] in ("notarize", "prove") else command
    code, answer = answered(*command, *claimed(asked.known)) if asked.known else (0, {})
    if code != 0:
        fail(part, at, "refused, and true by the schema: %s" % json.dumps(answer, indent=1))
    opened = [text for text, _ in asked.open]
    true, false = list(dict.fromkeys(asked.true)), list(dict.fromkeys(asked.false))
    code, answer = answered(*command, *claimed(opened + true))
    if code != 0:
        fail(part, at, "refused, and true: %s" % json.dumps(answer.get("false_claims") or answer, indent=1))
    sentences = answer["claims"][-len(opened + true) :]
    if len(answer["claims"]) < len(opened + true):
        fail(part, at, "%d claims, %d sentences" % (len(opened + true), len(answer["claims"])))
    for (text, wanted), sentence in zip(asked.open, sentences):
        if not disclosed(sentence, wanted):
            fail(part, at, "%s: '%s', the judge says %s" % (text, sentence, wanted))
    if not false:
        return len(opened + true)
    code, answer = answered(*command, *claimed(true + false))
    refused = answer.get("false_claims", []) + answer.get("refused_claims", [])
    if code != 1 or len(refused) != len(false):
        fail(
            part,
            at,
            "of %d false claims %d are refused (exit code %d):\n%s\nwanted:\n%s"
            % (len(false), len(refused), code, json.dumps(refused or answer, indent=1), "\n".join(false)),
        )
    rows = {claim["claim"]: claim.get("rows") for claim in refused}
    for text, wanted in asked.rows.items():
        if rows.get(text) != wanted:
            fail(part, at, "%s: %s rows offend, by the judge %d" % (text, rows.get(text), wanted))
    reasons = {claim["claim"]: claim.get("reason", "") for claim in refused}
    for text, truth in asked.truth.items():
        if not reasons[text].endswith(truth):
            fail(part, at, "%s: '%s', the judge says %s" % (text, reasons[text], truth))
    return len(opened + true + false)


def prove(part, at, command, texts, claimed=flags):
    """Whole proofs of what holds, then the verdict on them: a sentence a claim, besides that of well-formedness."""
    code, out = run(*command, "-o", "proven.zkl", "--force", "-q", *claimed(texts))
    if code != 0:
        fail(part, at, "is not proven: " + out)
    code, out = run("verify", "proven.zkl")
    if code != 0 or out.count("\n  - ") < len(texts):
        fail(part, at, "%d claims are proven and not verified: %s" % (len(texts), out))


def notarize(part, at, name, *options):
    """The table `name` as a dataset of its own, name and number."""
    code, out = run("notarize", name + ".csv", "--name", "%s%d" % (name, at), *options, "-q")
    if code != 0:
        fail(part, at, out)
