"""k_anonymous(.., k), l_diverse(.., l) and distinct(..) against pycanon and pandas, on random tables: the k and l that
pycanon measures are accepted, and one more of each is refused. Without nulls: how it takes them is not compared."""
import random
import subprocess
import sys

import pandas
from pycanon import anonymity

TABLES = 30
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1


def run(*arguments):
    done = subprocess.run(["zkp-ledger", *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def wanted(code, said, fine):
    if code != said[0] or not fine(said[1]):
        raise SystemExit("seed %d: exit code %d, wanted %d:\n%s" % (SEED, said[0], code, said[1]))


def table(rnd):
    """Groups of several rows: few values a column, one of them much more often than the others."""
    rows = rnd.randrange(4, 60)
    pick = lambda values: [rnd.choice(values if rnd.random() < 0.3 else values[:1]) for _ in range(rows)]
    made = {"age": pick([34, 70000, 51]), "city": pick(["Bern", "Genf"]), "job": pick(["cook", "nurse", "clerk"])}
    made["pay"] = [rnd.choice([1, 2, 3, 4]) for _ in range(rows)]
    # rows in several copies, so that k is more than 1
    times = rnd.choice([1, 2, 5])
    order = list(range(rows)) * times
    rnd.shuffle(order)
    return pandas.DataFrame({name: [column[i] for i in order] for name, column in made.items()})


def judged(frame, rnd):
    """Claims that hold by pycanon and pandas, and claims that do not."""
    quasi = rnd.sample(["age", "city", "job"], rnd.randrange(1, 4))
    k = anonymity.k_anonymity(frame, quasi)
    l = anonymity.l_diversity(frame, quasi, ["pay"])
    n = len(frame[quasi].drop_duplicates())
    names = ", ".join(quasi)
    claim_k, claim_l = "k_anonymous(%s, %%d)" % names, "l_diverse(%s, pay, %%d)" % names
    true = [claim % value for claim, value in ((claim_k, k), (claim_l, l)) if value > 1] + ["distinct(%s) = %d" % (names, n)]
    false = [claim_k % (k + 1), claim_l % (l + 1), "distinct(%s) = %d" % (names, n + 1)]
    return true, false


def claims(texts):
    return [part for text in texts for part in ("--claim", text)]


rnd = random.Random(SEED)
wanted(0, run("init", "--no-passphrase", "-q"), lambda said: True)
for at in range(TABLES):
    frame = table(rnd)
    frame.to_csv("table.csv", index=False)
    true, false = judged(frame, rnd)
    ask = "notarize", "table.csv", "--name", "table", "--dry-run"
    wanted(0, run(*ask, *claims(true)), lambda said: True)
    wanted(1, run(*ask, *claims(false)), lambda said: all("  false: %s: " % text in said for text in false))
while len(true) < 3:  # the one that is proven has groups of several rows, with several values
    frame = table(rnd)
    true, _ = judged(frame, rnd)
frame.to_csv("table.csv", index=False)
print("ok %d tables: what pycanon measures is accepted, one more is refused" % TABLES)
wanted(0, run("notarize", "table.csv", "--name", "table", "-o", "table.zkl", "-q", *claims(true)), lambda said: True)
wanted(0, run("verify", "table.zkl"), lambda said: said.count("that occurs, occurs") == 2)
print("ok the last one is proven and verified")
