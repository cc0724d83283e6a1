"""What a ledger hands out: proofs of datasets, verdicts, audit reports."""

from __future__ import annotations

import base64
import html
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from . import _library
from ._answer import request_of
from ._library import Progress
from ._operations import AuditAnswer, NotarizeAnswer, Path, ShowAnswer, VerifyAnswer
from ._progress import progress_of
from .errors import error_of

if TYPE_CHECKING:
    from .ledger import Ledger
    from .remote import RemoteLedger

#: What export_json writes, and verify reads besides receipts.
_JSON_KIND = "zkp-ledger receipt"


def receipt_of(content: bytes) -> bytes:
    """The bytes of a receipt, out of its own file or out of what `export_json` wrote."""
    if not content.lstrip()[:1] == b"{":
        return content
    try:
        told = json.loads(content)
    except ValueError:
        return content
    if not isinstance(told, dict) or told.get("kind") != _JSON_KIND or not isinstance(told.get("receipt"), str):
        return content
    return base64.b64decode(told["receipt"], validate=True)


class DatasetProof:
    """A version of a dataset in a ledger, with what is proven of it. Its receipt is what others verify."""

    def __init__(self, ledger: Ledger | RemoteLedger, answer: NotarizeAnswer | ShowAnswer) -> None:
        self._ledger = ledger
        #: The whole answer of the operation.
        self.answer = answer

    @property
    def name(self) -> str:
        return self.answer.dataset.name

    @property
    def version(self) -> int:
        return self.answer.dataset.version

    @property
    def reference(self) -> str:
        """NAME@VERSION."""
        return f"{self.name}@{self.version}"

    @property
    def is_recorded(self) -> bool:
        """Is it in the log? A dry run is not."""
        return self.answer.entry is not None and self.answer.entry.receipt_id is not None

    @property
    def hash(self) -> str:
        """The receipt id, in hex: the leaf of the log that says all of this."""
        if self.answer.entry is None or self.answer.entry.receipt_id is None:
            raise ValueError("nothing was recorded: it was a dry run")
        return self.answer.entry.receipt_id

    @property
    def dataset_id(self) -> str:
        """Hash of the manifest, in hex."""
        told = self.answer.dataset.id
        if told is None:
            raise ValueError("nothing was recorded: it was a dry run")
        return told

    @property
    def rows(self) -> int:
        return self.answer.dataset.rows

    @property
    def columns(self) -> Mapping[str, str]:
        """Their types, by name."""
        return {column.name: column.type for column in self.answer.columns or ()}

    @property
    def claims(self) -> tuple[str, ...]:
        """What is proven of it, as it is written, those of later entries too."""
        shown = self._shown()
        texts = [claim.text for claim in shown.claims or ()]
        for later in shown.later or ():
            texts.extend(later.claims)
        return tuple(texts)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What its notarisation proves, in words."""
        return tuple(claim.sentence for claim in self._shown().claims or ())

    def _shown(self) -> ShowAnswer:
        if isinstance(self.answer, ShowAnswer):
            return self.answer
        return self._ledger.show(reference=self.reference)

    # ---- To others

    def save(self, path: Path, *, force: bool = False) -> FilePath:
        """Write its receipt, which anyone can verify without the ledger. Returns the path."""
        self._ledger.export(os.fspath(path), reference=self.reference, force=force)
        return FilePath(path)

    def export(self, format: Any, path: Path, **options: Any) -> FilePath:
        """Write it in another form, such as "croissant", "cyclonedx" or "dataset-card"."""
        self._ledger.export(os.fspath(path), reference=self.reference, format=format, **options)
        return FilePath(path)

    def receipt(self) -> bytes:
        """The bytes of its receipt."""
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = FilePath(folder, "receipt.zkl")
            self.save(path)
            return path.read_bytes()

    def export_json(self, path: Path | None = None) -> str:
        """Write a JSON file with its facts and its receipt, and return the file's path.

        path: else NAME@VERSION.proof.json in the current folder. A file that is there is replaced when it is of the same
        version; else FileExistsError. `zkp_ledger.verify` takes the file as it is.
        """
        target = FilePath(path) if path is not None else FilePath(self.reference + ".proof.json")
        if target.exists() and not self._is_mine(target):
            raise FileExistsError(f"'{target}' is there, and is not of {self.reference}")
        told = {
            "kind": _JSON_KIND,
            "dataset": {"name": self.name, "version": self.version, "id": self.dataset_id, "rows": self.rows, "columns": dict(self.columns)},
            "receipt_id": self.hash,
            "claims": list(self.claims),
            "receipt": base64.b64encode(self.receipt()).decode("ascii"),
        }
        part = target.with_name(target.name + f".{os.getpid()}.part")
        part.write_text(json.dumps(told, indent=1) + "\n", encoding="ascii")
        os.replace(part, target)
        return str(target)

    def _is_mine(self, path: FilePath) -> bool:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            return False
        return isinstance(told, dict) and told.get("kind") == _JSON_KIND and told.get("receipt_id") == self.hash

    def verify(self, **options: Any) -> Verdict:
        """Verify it as the ledger has it: `Ledger.check_proof`."""
        return self._ledger.check_proof(self, **options)

    def __repr__(self) -> str:
        return f"<DatasetProof {self.reference}: {self.rows:,} rows>"

    def _repr_html_(self) -> str:
        rows = [("rows", f"{self.rows:,}"), ("columns", ", ".join(f"{name} {kind}" for name, kind in self.columns.items()))]
        if self.is_recorded:
            rows.append(("receipt", self.hash))
        claims = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.sentences)
        return (
            f"<div><b>{html.escape(self.reference)}</b><table>"
            + "".join(f"<tr><td>{name}</td><td style='text-align:left'>{html.escape(value)}</td></tr>" for name, value in rows)
            + f"</table><p>Proven:</p><ul>{claims}</ul></div>"
        )


class Verdict(VerifyAnswer):
    """What a verification says. It is true where every check was made and holds.

    >>> verdict = verify("train.zkl", trust="trust.toml")  # doctest: +SKIP
    >>> verdict.raise_for_status()                         # doctest: +SKIP
    """

    status: str
    """"valid", "rejected", "could not check", or "bad input" of what is no whole receipt."""
    error: str | None
    """Why it is not valid."""
    check: str | None
    """The check that failed, such as "inclusion"."""
    _NAMES = {**VerifyAnswer._NAMES, "status": "status", "error": "error", "check": "check"}

    def __bool__(self) -> bool:
        return self.status == "valid" and self._told["exit_code"] == 0

    def raise_for_status(self) -> Verdict:
        """Itself where it is valid; else the exception of its status, such as RejectedError."""
        if not self:
            raise error_of(self.status, self.error or self.status, self._told)
        return self

    @classmethod
    def ask(cls, request: Mapping[str, Any], handle: _library.Handle | None, progress: bool | Progress | None) -> Verdict:
        """Run `verify`. What a check of it says is a verdict; every other failure is raised."""
        with progress_of(progress) as step:
            answer = _library.call("verify", request_of(request.items()), handle, step)
        if answer["status"] not in ("valid", "rejected", "could not check") and not answer.get("check"):
            raise error_of(answer["status"], answer.get("error", answer["status"]), answer)
        return cls._of(answer)

    def __repr__(self) -> str:
        what = f" {self.dataset.name}@{self.dataset.version}" if self.dataset else ""
        why = f": {self.error}" if self.error else ""
        return f"<Verdict {self.status}{what}{why}>"

    def _repr_html_(self) -> str:
        colour = "#176f2c" if self else "#a40e26"
        claims = "".join(f"<li>{html.escape(claim.sentence)}</li>" for claim in self.claims or ())
        open_ = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.not_proven or ())
        return (
            f"<div><b style='color:{colour}'>{html.escape(self.status)}</b> {html.escape(self.error or '')}"
            + (f"<p>Proven:</p><ul>{claims}</ul>" if claims else "")
            + (f"<p>Not proven:</p><ul>{open_}</ul>" if open_ else "")
            + "</div>"
        )


class AuditReport(AuditAnswer):
    """A report of the whole log, entry by entry. It is true where nothing is broken and nothing was left unchecked."""

    status: str
    error: str | None
    _NAMES = {**AuditAnswer._NAMES, "status": "status", "error": "error"}

    def __bool__(self) -> bool:
        return bool(self._told["exit_code"] == 0)

    @property
    def paths(self) -> Mapping[str, FilePath]:
        """Where the files lie, by format."""
        return {file.format: FilePath(file.output) for file in self.files or ()}

    @classmethod
    def ask(cls, ledger: Ledger, options: Mapping[str, Any]) -> AuditReport:
        """Run `audit`. A log that does not hold is a report; every other failure is raised."""
        request = dict(options)
        if isinstance(request.get("formats"), str):
            request["formats"] = [request["formats"]]
        with progress_of(ledger._progress) as step:
            answer = _library.call("audit", request_of(request.items()), ledger._handle, step)
        if answer["exit_code"] != 0 and answer["status"] not in ("rejected", "could not check"):
            raise error_of(answer["status"], answer.get("error", answer["status"]), answer)
        return cls._of(answer)

    def __repr__(self) -> str:
        return f"<AuditReport {self.status}: {self.entries} entries, {self.broken} broken>"


def verify(
    receipt: Path | bytes | DatasetProof | Iterable[Path],
    *,
    trust: Path | None = None,
    data: Path | Iterable[Path] | None = None,
    progress: bool | Progress | None = None,
    **options: Any,
) -> Verdict:
    """Verify a receipt: does all that it says hold, for those who trust what `trust` names?

    :param receipt: its path or its bytes; what `export_json` wrote; or paths of several receipts of one log.
    :param trust: path of the trust.toml of the ledger's owner, or its text. Without it a receipt is "could not check".
    :param data: the files that were notarised: everything is recomputed from them.
    :param options: those of `verify`, such as `policy_file` or `tiles`.
    """
    request: dict[str, Any] = dict(options)
    if isinstance(receipt, DatasetProof):
        request["receipt"] = receipt.receipt()
    elif isinstance(receipt, (bytes, bytearray, memoryview)):
        request["receipt"] = receipt_of(bytes(receipt))
    elif isinstance(receipt, (str, os.PathLike)):
        path = FilePath(os.fsdecode(_library.encode_path(receipt, "receipt")))
        if path.suffix == ".json" and path.is_file():
            request["receipt"] = receipt_of(path.read_bytes())
        else:
            request["receipt_file"] = path
    elif isinstance(receipt, Iterable):
        request["receipt_files"] = list(receipt)
    else:
        raise TypeError(f"receipt: a path or bytes are wanted, not {type(receipt).__name__}")
    if trust is not None:
        is_text = isinstance(trust, str) and "\n" in trust
        request["trust" if is_text else "trust_file"] = trust
    if data is not None:
        request["data"] = [data] if isinstance(data, (str, os.PathLike)) else list(data)
    return Verdict.ask(request, None, progress)
