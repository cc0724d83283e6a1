"""Random tables, answered by DuckDB and fairlearn: every true value is accepted, the next one is refused.

What is compared, on so many tables (`common.py`):

- TABLES tables of integers, decimals, dates, timestamps, bools and texts, with and without nulls: counts, shares and null
  rates of predicates, sums and means, of all rows and of those of a predicate, order, histograms, numbers of combinations,
  keys, order of rows, ranges, linear claims, moments. Results that are left open are read from what the program would
  disclose.
- FAIR tables of labels, predictions and groups: parity, equal opportunity, of labels and of their opposite (both together
  are equalized odds), four fifths, accuracy. As many tables of labels and scores: areas under the ROC curve.
- PAIRS pairs of tables: subset, disjoint, same, same_rows, drift, balance.
- DERIVED tables from which DuckDB makes others: filter, sort, slice, group by, join.

All of it is asked by --dry-run, where each claim is checked on the cells before any curve work. So this compares what claims
mean, not whether proofs hold. The first PROVEN of each are proven and verified as well.

A failure prints the seed. Arguments: the seed, and how many claims of a table are asked (0: all)."""

from common import run
from derived import judge_derived
from fairness import judge_fairness
from pairs import judge_pairs
from tables import judge_tables

if run("init", "--no-passphrase", "-q")[0] != 0:
    raise SystemExit("no ledger")
judge_tables()
judge_fairness()
judge_pairs()
judge_derived()
