"""Notarise datasets, prove claims about them, and verify what others prove.

>>> import zkp_ledger
>>> ledger = zkp_ledger.Ledger("my-project")                                                     # doctest: +SKIP
>>> proof = ledger.notarize_dataset("train.csv", "train", claims=["range(age, 0, 120)"])         # doctest: +SKIP
>>> proof.save("train.zkl")                                                                      # doctest: +SKIP
>>> zkp_ledger.verify("train.zkl", trust="trust.toml").raise_for_status()                        # doctest: +SKIP

`Ledger` has every operation of the command line as a method; `free` has those that need no ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Any

from . import _library
from ._library import LedgerWarning, Progress
from ._operations import FreeOperations
from ._progress import progress_of
from .errors import (
    BadInputError,
    CancelledError,
    ConflictError,
    DeniedError,
    ForkedError,
    InputOutputError,
    LimitError,
    NotFoundError,
    NotSupportedError,
    OutOfMemoryError,
    RejectedError,
    UncheckedError,
    UsageError,
    ZklError,
    answer_of,
)
from .ledger import Ledger, ask_passphrase
from .proof import AuditReport, DatasetProof, Verdict, verify
from .remote import RemoteLedger

try:
    __version__ = metadata.version("zkp-ledger")
except metadata.PackageNotFoundError:  # run from a build folder
    __version__ = "0"


class _Free(FreeOperations):
    def _call(self, operation: str, request: Mapping[str, Any], progress: Progress | None = None) -> dict[str, Any]:
        with progress_of(progress) as step:
            answer = _library.call(operation, request, None, step)
        return answer_of(operation, answer)


#: Operations that need no ledger: `free.policies()`, `free.verify_lineage(...)`, `free.setup_verify(...)`.
free = _Free()

__all__ = [
    "AuditReport",
    "BadInputError",
    "CancelledError",
    "ConflictError",
    "DatasetProof",
    "DeniedError",
    "ForkedError",
    "InputOutputError",
    "Ledger",
    "LedgerWarning",
    "LimitError",
    "NotFoundError",
    "NotSupportedError",
    "OutOfMemoryError",
    "RejectedError",
    "RemoteLedger",
    "UncheckedError",
    "UsageError",
    "Verdict",
    "ZklError",
    "ask_passphrase",
    "free",
    "verify",
]
