"""Whatever is given: an exception of Python's or of the package's, never a crash and never an entry."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

import zkp_ledger
from zkp_ledger import Ledger
from zkp_ledger._operations import LedgerOperations

anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text() | some.binary(max_size=200) | some.just(object()),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MAY_RAISE = (zkp_ledger.ZklError, TypeError, ValueError, OverflowError, OSError)
# They would write where the value says, or wait.
LEFT_OUT = {"export", "audit", "keys_backup", "watch"}
READING = sorted(
    name for name, _ in inspect.getmembers(LedgerOperations, inspect.isfunction) if not name.startswith("_") and name not in LEFT_OUT
)
quiet = settings(max_examples=2000 if os.environ.get("ZKL_SOAK") else 40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", READING)
@quiet
@given(data=some.data())
def test_any_value_for_any_member(ledger: Ledger, name: str, data: some.DataObject) -> None:
    method = getattr(ledger, name)
    parameters = [p for p in inspect.signature(method).parameters.values() if p.name not in ("progress", "output", "force")]
    values = {p.name: data.draw(anything) for p in parameters if p.default is p.empty or data.draw(some.booleans())}
    size = ledger.log(last=1).size
    try:
        method(**values)
    except MAY_RAISE:
        assert ledger.log(last=1).size == size


@quiet
@given(receipt=anything, trust=anything)
def test_verify_takes_nothing_for_valid(ledger: Ledger, receipt: Any, trust: Any) -> None:
    try:
        assert not zkp_ledger.verify(receipt, trust=trust)
    except MAY_RAISE:
        pass


@quiet
@given(path=anything, name=anything, claims=anything)
def test_notarize_dataset(ledger: Ledger, path: Any, name: Any, claims: Any) -> None:
    with pytest.raises(MAY_RAISE):
        ledger.notarize_dataset(path, name, claims=claims)


@pytest.mark.parametrize("wrong", [3, b"x", 1.5, object(), ["a"]])
def test_messages_name_the_argument(ledger: Ledger, wrong: Any, folder: Path) -> None:
    with pytest.raises(TypeError, match="project_name"):
        Ledger(wrong)
    with pytest.raises(TypeError, match="name"):
        ledger.notarize_dataset("x.csv", wrong)


def test_zero_bytes_are_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="zero byte"):
        ledger.notarize_dataset("train.csv\0.exe", "train")
    with pytest.raises(ValueError, match="zero byte"):
        Ledger(folder="a\0b")
