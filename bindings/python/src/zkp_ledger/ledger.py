"""A ledger on this machine."""

from __future__ import annotations

import getpass
import os
import re
import sys
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath
from types import TracebackType
from typing import Any, Literal

from . import _library
from ._answer import texts
from ._library import LedgerWarning, Progress
from ._operations import LedgerOperations, Path
from ._progress import progress_of
from .errors import ConflictError, NotFoundError, answer_of
from .proof import AuditReport, DatasetProof, Verdict
from .remote import RemoteLedger

Passphrase = str | bytes

_SUFFIX = re.compile("-[0-9a-f]{16}$")


class Ledger(LedgerOperations):
    """A project's ledger: found as the command line finds it, or made.

    >>> ledger = Ledger("my-project")                                      # doctest: +SKIP
    >>> proof = ledger.notarize_dataset("train.csv", "train", claims=["range(age, 0, 120)"])  # doctest: +SKIP

    It is found in `folder`, in $ZKP_LEDGER_DIR, or as .zkp-ledger in the current folder or one above. Where there is none it
    is made, as ./.zkp-ledger with the project's name, unless `create` is false.

    :param project_name: what its log is called by. A ledger that is found must have it.
    :param folder: where the ledger is, or is to be made.
    :param passphrase: of its keys; else the first line of $ZKP_LEDGER_PASSPHRASE_FILE. Keys that are made without one are
        kept in the clear, readable by their owner alone, and a LedgerWarning says so.
    :param create: make it where there is none.
    :param progress: show how far long operations are: True, False, a function of (stage, done, total), or None: on a terminal
        and in notebooks.
    :param hash_algorithm: of a ledger that is made: "sha3-256" or "blake3".

    Any number of threads may use it at once. It does not survive a fork: open it anew in the child. Close it, or use it in a
    `with` statement.
    """

    def __init__(
        self,
        project_name: str | None = None,
        *,
        folder: Path | None = None,
        passphrase: Passphrase | None = None,
        create: bool = True,
        progress: bool | Progress | None = None,
        setup_cache: Path | None = None,
        state: Path | None = None,
        hash_algorithm: Literal["sha3-256", "blake3"] | None = None,
        template: Path | None = None,
    ) -> None:
        if project_name is not None and not isinstance(project_name, str):
            raise TypeError(f"project_name: a text is wanted, not {type(project_name).__name__}")
        self._progress = progress
        secret = _passphrase(passphrase)
        given = None if folder is None else _library.encode_path(folder, "folder")
        try:
            found = _library.locate(given)
        except NotFoundError:
            if not create:
                raise
            found = given if given is not None else os.fsencode(FilePath.cwd() / ".zkp-ledger")
            if secret is None:
                warnings.warn(
                    "the ledger's keys are made without a passphrase: whoever reads its folder can sign in its name",
                    LedgerWarning,
                    stacklevel=2,
                )
            _library.make_ledger(
                found,
                secret,
                {
                    "name": project_name,
                    "hash_algorithm": hash_algorithm,
                    "template_name": None if template is None else os.fspath(template),
                },
            )
        self._handle = _library.Handle(
            found,
            secret,
            is_found=given is None and "ZKP_LEDGER_DIR" not in os.environ,
            setup_cache=None if setup_cache is None else _library.encode_path(setup_cache, "setup_cache"),
            state=None if state is None else _library.encode_path(state, "state"),
        )
        if project_name is not None and self.name != project_name:
            name, where = self.name, self.folder
            self._handle.close()
            raise ConflictError(f"the ledger in '{where}' is '{name}', not '{project_name}': name its folder, or none")

    @classmethod
    def remote(cls, url: str, key: str | None = None, **settings: Any) -> RemoteLedger:
        """A ledger of a service, with the same methods: `RemoteLedger`."""
        return RemoteLedger(url, key=key, **settings)

    # ---- What it is

    @property
    def folder(self) -> FilePath:
        return FilePath(self._handle.info()["folder"])

    @property
    def name(self) -> str:
        """The project's name."""
        return _SUFFIX.sub("", self.origin)

    @property
    def origin(self) -> str:
        """The name of its log: the project's, and a suffix that was drawn when it was made."""
        return self._handle.info()["origin"]

    @property
    def id(self) -> str:
        """Its id, in hex: what a trust file names."""
        return self._handle.info()["ledger"]

    def __repr__(self) -> str:
        if not self._handle.is_open:
            return "<Ledger, closed>"
        return f"<Ledger '{self.name}' in '{self.folder}'>"

    def close(self) -> None:
        """Wipe passphrase and keys, once every operation has returned. Twice is fine."""
        self._handle.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        handle = self.__dict__.get("_handle")
        if handle is not None and not sys.is_finalizing():
            handle.close()

    # ---- What it does

    def _call(self, operation: str, request: Mapping[str, Any], progress: Progress | None = None) -> dict[str, Any]:
        with progress_of(self._progress if progress is None else progress) as step:
            answer = _library.call(operation, request, self._handle, step)
        return answer_of(operation, answer)

    def notarize_dataset(
        self, path: Path | Iterable[Path], name: str, *, claims: str | Iterable[str] | None = None, **options: Any
    ) -> DatasetProof:
        """Notarise a table and prove claims about it: its next version.

        :param path: a file, a folder, a glob or a list of them: one table in name order. CSV, Parquet, JSON.
        :param name: of the dataset.
        :param claims: such as "range(age, 0, 120)".
        :param options: those of `notarize`, such as `schema_file`, `keep_spool` or `if_changed`.
        """
        if not isinstance(name, str):
            raise TypeError(f"name: a text is wanted, not {type(name).__name__}")
        return DatasetProof(self, self.notarize(name, texts("path", path), claims=texts("claims", claims), **options))

    def proof(self, reference: str) -> DatasetProof:
        """The proof of a version that is there: NAME, NAME@VERSION or NAME#ENTRY."""
        return DatasetProof(self, self.show(reference=reference))

    def verify_proof(self, proof: DatasetProof | Path, **options: Any) -> bool:
        """Does a proof hold, for all that its log and this ledger's trust say? `verify` of the package says why not."""
        return bool(self.check_proof(proof, **options))

    def check_proof(self, proof: DatasetProof | Path, **options: Any) -> Verdict:
        """As `verify_proof`, with the whole verdict."""
        request: dict[str, Any] = dict(options)
        if isinstance(proof, DatasetProof):
            request["reference"] = proof.reference
        else:
            request["receipt_file"] = proof
        return Verdict.ask(request, self._handle, self._progress)

    def generate_audit_report(self, **options: Any) -> AuditReport:
        """Verify the whole log, and report each entry with its result.

        :param options: those of `audit`: `formats` ("html", "json", ...) with `output`, `since`, `until`, `kinds`.
        """
        return AuditReport.ask(self, options)


def _passphrase(given: Passphrase | None) -> bytes | None:
    if given is None:
        path = os.environ.get("ZKP_LEDGER_PASSPHRASE_FILE")
        if not path:
            return None
        with open(path, "rb") as file:
            given = file.readline().rstrip(b"\r\n")
    if isinstance(given, str):
        given = given.encode("utf-8")
    if not isinstance(given, (bytes, bytearray)):
        raise TypeError(f"passphrase: a text is wanted, not {type(given).__name__}")
    if not given or b"\0" in given:
        raise ValueError("passphrase: it is empty, or has a zero byte")
    return bytes(given)


def ask_passphrase(prompt: str = "Passphrase of the ledger's keys: ") -> bytes:
    """Ask on the terminal, without showing it."""
    return getpass.getpass(prompt).encode("utf-8")
