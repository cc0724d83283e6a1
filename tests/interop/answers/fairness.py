"""Tables of labels, predictions and groups, measured by fairlearn; of labels and scores, measured by scikit-learn."""

import random
import warnings
from decimal import Decimal
from fractions import Fraction

from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    demographic_parity_ratio,
    equalized_odds_difference,
    false_positive_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, roc_auc_score

from common import *

# The hidden number of `parity` is a whole number of 65,520ths: shares of groups of these sizes are such numbers, so that
# the exact difference has a proof (docs/claims/parity.md, "Near the bound").
SIZES = [n for n in range(1, 22) if 65520 % n == 0]
BOTH_SIZES = [(n, m) for n in SIZES for m in SIZES if n + m in SIZES]  # of rows with the label, and of those without


def fair_table(rnd, name):
    label, hired, group = [], [], []
    labels = rnd.sample(WORDS, rnd.randrange(2, 5))
    for g in labels:
        positive, negative = rnd.choice(BOTH_SIZES)
        chance = rnd.random()
        for i in range(positive + negative):
            label.append(i < positive)
            hired.append(rnd.random() < chance)
            group.append(g)
    order = rnd.sample(range(len(label)), len(label))
    pick = lambda values: [values[i] for i in order]
    kind, code = (
        ("uint16", {g: rnd.randrange(1000) * 6 + i for i, g in enumerate(labels)})
        if rnd.random() < 0.5
        else ("dictionary", {g: g for g in labels})
    )
    return Table(
        name,
        [
            Column("good", "bool", pick(label)),
            Column("bad", "bool", [not v for v in pick(label)]),
            Column("hired", "bool", pick(hired)),
            Column("g", kind, [code[g] for g in pick(group)]),
        ],
    )


def ask_fairness(asked, table):
    label, hired, group = (table.columns[name].values for name in ("good", "hired", "g"))
    exact = lambda value: Fraction(value).limit_denominator(SIZES[-1] ** 2)  # of two shares the denominators' product
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parity = demographic_parity_difference(label, hired, sensitive_features=group)
        ratio = demographic_parity_ratio(label, hired, sensitive_features=group)
        odds = equalized_odds_difference(label, hired, sensitive_features=group)
        apart = [
            MetricFrame(metrics=rate, y_true=label, y_pred=hired, sensitive_features=group).difference()
            for rate in (true_positive_rate, false_positive_rate)
        ]
    if max(apart) != odds:
        raise SystemExit("seed %d: fairlearn's equalized odds are not the larger of two distances" % SEED)
    asked.bound("parity(hired, g)", exact(parity))
    asked.bound("equal_opportunity(good, hired, g)", exact(apart[0]))
    asked.bound("equal_opportunity(bad, hired, g)", exact(apart[1]))
    if any(hired):
        (asked.true if exact(ratio) >= Fraction(4, 5) else asked.false).append("four_fifths(hired, g)")
    agree = Fraction(accuracy_score(label, hired)).limit_denominator(table.rows) * table.rows
    asked.number("accuracy(good, hired)", int(agree), table.rows, lambda n: "%d/%d" % (n, table.rows))
    asked.open.append(("accuracy(good, hired)", "exactly %d/%d of the %d rows" % (agree, table.rows, table.rows)))


def scored_table(rnd, name):
    """Rows by score, no two alike, numbered from 1."""
    rows = rnd.randrange(2, 41)
    label = [rnd.random() < 0.4 for _ in range(rows)]
    for row, value in zip(rnd.sample(range(rows), 2), (True, False)):  # an area needs rows of both
        label[row] = value
    units = sorted(rnd.sample(range(-3 * rows, 3 * rows), rows))
    kind, score = rnd.choice(
        [("decimal(9,2)", [Decimal(u).scaleb(-2) for u in units]), ("int32", units), ("uint16", [u + 3 * rows for u in units])]
    )
    ranks = Column("r", rnd.choice(["uint16", "int16", "int64", "uint32"]), list(range(1, rows + 1)))
    return Table(name, [Column("label", "bool", label), Column("score", kind, score), ranks])


def judge_areas():
    count = 0
    for at in range(FAIR):
        rnd = random.Random("%d area %d" % (SEED, at))
        asked, table = Asked(), scored_table(rnd, "t")
        label, score = table.columns["label"].values, table.columns["score"].values
        pairs = sum(label) * (table.rows - sum(label))
        area = Fraction(roc_auc_score(label, [float(s) for s in score])).limit_denominator(pairs) * pairs
        asked.number("auc(label, score, r)", int(area), pairs, lambda n: "%d/%d" % (n, pairs))
        asked.open.append(("auc(label, score, r)", Fraction(int(area), pairs)))
        command = "notarize", "t.csv", "--name", "area", "--schema", "t.toml"
        count += compare("scored table", at, command + ("--dry-run",), asked)
        if at < PROVEN:
            prove("scored table", at, command, asked.true)
    return count


def judge_fairness():
    count, fifths = 0, set()
    for at in range(FAIR):
        rnd = random.Random("%d fair %d" % (SEED, at))
        asked, table = Asked(), fair_table(rnd, "t")
        ask_fairness(asked, table)
        fifths.add("four_fifths(hired, g)" in asked.true)
        command = "notarize", "t.csv", "--name", "fair", "--schema", "t.toml"
        count += compare("fair table", at, command + ("--dry-run",), asked)
        if at < PROVEN:
            prove("fair table", at, command, asked.true)
    if len(fifths) < 2:
        raise SystemExit("seed %d: four fifths is the same in all tables" % SEED)
    count += judge_areas()
    print(
        "ok %d tables of groups, %d claims: what fairlearn and scikit-learn measure is accepted, what lies beside it refused" % (FAIR, count),
        flush=True,
    )
