"""A user's folder for each test; powers and circuit keys are made once for all of them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import zkp_ledger


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZKL_SETUP_CACHE", os.environ["ZKL_SETUP_CACHE"])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("ZKP_LEDGER_DIR", "ZKP_LEDGER_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def table(folder: Path) -> Path:
    path = folder / "train.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "age"])
        writer.writerows((number, number % 90) for number in range(500))
    return path


@pytest.fixture
def ledger(folder: Path) -> Iterator[zkp_ledger.Ledger]:
    with pytest.warns(zkp_ledger.LedgerWarning, match="without a passphrase"):
        made = zkp_ledger.Ledger("my-project")
    with made:
        yield made
