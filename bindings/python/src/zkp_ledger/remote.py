"""A ledger of a service: the same methods, over HTTP (docs/service/remote.md).

The files that an operation reads are sent, and what it writes is fetched to where the caller says. No answer is believed where a
proof can be had: verifying runs here, by a trust file.
"""

from __future__ import annotations

import glob
import json
import os
import re
import tempfile
import threading
import urllib.parse
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath
from types import TracebackType
from typing import Any

from . import _library
from ._answer import texts
from ._http import Http, Settings, fail_of
from ._library import Progress
from ._operations import LedgerOperations, Path
from ._progress import progress_of
from .errors import BadInputError, ConflictError, InputOutputError, NotSupportedError, UncheckedError, answer_of
from .proof import AuditReport, DatasetProof, Verdict, verify

_NAME = re.compile(r"[^\\*?\[\]{}~:/\x00-\x1f]{1,120}")
# They look at the machine that the ledger is on, or move its keys.
_REFUSED = {"init", "status", "keys-backup", "keys-restore", "config", "doctor", "pipeline", "log-cosign-attach"}


class RemoteLedger(LedgerOperations):
    """A ledger of a service.

    >>> ledger = Ledger.remote("https://ledger.example:8080", key_file="key")  # doctest: +SKIP

    :param url: https://HOST:PORT, http://127.0.0.1:PORT, or unix:PATH of a socket.
    :param key: of the caller's organisation; else the first line of `key_file`, else $ZKL_REMOTE_KEY.
    :param ledger: one of the organisation's ledgers; else its first.
    :param ca: PEM of the authorities that count instead of the system's.
    :param pin_sha256: of the service's certificate (DER), in hex: then that one counts, whoever signed it.
    :param certificate: the caller's own, with `certificate_key`, where the service asks for one.
    :param allow_plain: permit http:// to another machine.
    :param wait: seconds for which a service is waited for that is busy or does not answer any more.

    Any number of threads may use it. `verify_proof` needs a trust file: a service cannot vouch for itself.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        key_file: Path | None = None,
        ledger: str | None = None,
        ca: Path | None = None,
        pin_sha256: str | None = None,
        certificate: Path | None = None,
        certificate_key: Path | None = None,
        allow_plain: bool = False,
        wait: float = 60.0,
        progress: bool | Progress | None = None,
    ) -> None:
        if key is None and key_file is not None:
            with open(key_file, encoding="utf-8") as file:
                key = file.readline().strip()
        self._settings = Settings(
            url=url,
            key=key if key is not None else os.environ.get("ZKL_REMOTE_KEY"),
            ca=None if ca is None else os.fspath(ca),
            certificate=None if certificate is None else os.fspath(certificate),
            certificate_key=None if certificate_key is None else os.fspath(certificate_key),
            pin_sha256=pin_sha256,
            allow_plain=allow_plain,
            wait=wait,
        )
        self._prefix = "/v1" if ledger is None else f"/v1/ledgers/{urllib.parse.quote(ledger, safe='')}"
        self._progress = progress
        self._own = threading.local()
        self._schemas = {told["name"]: told for told in _library.operations()}
        self._http()

    def _http(self) -> Http:
        made: Http | None = getattr(self._own, "http", None)
        if made is None:
            made = self._own.http = Http(self._settings)
        return made

    def __repr__(self) -> str:
        return f"<RemoteLedger of '{self._settings.url}'>"

    def __enter__(self) -> RemoteLedger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Nothing is open between two calls."""

    # ---- Operations

    def _call(self, operation: str, request: Mapping[str, Any], progress: Progress | None = None) -> dict[str, Any]:
        if operation in _REFUSED:
            raise NotSupportedError(f"'{operation}' does not work on a ledger of a service")
        with progress_of(self._progress if progress is None else progress) as step:
            answer = _Asked(self._http(), self._prefix, self._schemas[operation]).run(dict(request), step)
        return answer_of(operation, answer)

    def notarize_dataset(
        self, path: Path | Iterable[Path], name: str, *, claims: str | Iterable[str] | None = None, **options: Any
    ) -> DatasetProof:
        """As `Ledger.notarize_dataset`: the files are sent."""
        made = self.notarize(name, texts("path", path), claims=texts("claims", claims), **options)
        return _proof_of(name, DatasetProof(self, made))

    def proof(self, reference: str) -> DatasetProof:
        """The proof of a version that is there: NAME, NAME@VERSION or NAME#ENTRY."""
        return _proof_of(reference, DatasetProof(self, self.show(reference=reference)))

    def trust(self) -> str:
        """The trust file, as the service says it. Who takes it from here trusts the service once: compare the ledger's id."""
        return self.keys_show().trust or ""

    def check_proof(self, proof: DatasetProof | Path, *, trust: Path | None = None, **options: Any) -> Verdict:
        """Fetch the receipt and verify it here. A receipt of another version than asked for is an error."""
        if trust is None:
            raise UncheckedError("a service cannot vouch for itself: say trust=FILE")
        if not isinstance(proof, DatasetProof):
            return verify(proof, trust=trust, **options)
        verdict = verify(proof.receipt(), trust=trust, **options)
        told = verdict.to_dict()
        entry, dataset = told.get("entry", {}), told.get("dataset", {})
        if verdict and (entry.get("receipt_id"), dataset.get("name"), dataset.get("version")) != (proof.hash, proof.name, proof.version):
            raise BadInputError(f"the service sent the receipt of another entry than {proof.reference}")
        return verdict

    def verify_proof(self, proof: DatasetProof | Path, *, trust: Path | None = None, **options: Any) -> bool:
        """Does a proof hold, for those who trust what `trust` names?"""
        return bool(self.check_proof(proof, trust=trust, **options))

    def generate_audit_report(self, **options: Any) -> AuditReport:
        """The service's own report of its log: its word, where a proof of each receipt is not."""
        return AuditReport._of(self._call("audit", {name: value for name, value in options.items() if value is not None}))


def _proof_of(reference: str, proof: DatasetProof) -> DatasetProof:
    """What was asked for, or an error: that of another dataset would hold too, and be taken for this one's."""
    told = proof.answer.to_dict()
    dataset, entry = told.get("dataset"), told.get("entry")
    asked = re.fullmatch(r"([^@#]*)(?:@([0-9]+)|#([0-9]+))?", reference)
    is_it = (
        asked is not None
        and isinstance(dataset, dict)
        and dataset.get("name") == asked[1]
        and (asked[2] is None or dataset.get("version") == int(asked[2]))
        and (asked[3] is None or (isinstance(entry, dict) and entry.get("index") == int(asked[3])))
    )
    if not is_it:
        raise BadInputError(f"the service answers with another dataset than {reference}")
    return proof


class _Asked:
    """One operation: what it reads is sent, what it writes is fetched."""

    def __init__(self, http: Http, prefix: str, schema: Mapping[str, Any]) -> None:
        self.http, self.prefix, self.schema = http, prefix, schema
        self.sent: list[str] = []
        self.names: dict[str, str] = {}
        self.outputs: dict[str, str] = {}

    def run(self, request: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
        try:
            self._paths(request, self.schema["request"], progress)
            reply = self.http.ask(
                "POST",
                f"{self.prefix}/call/{self.schema['name']}",
                body=json.dumps(request).encode("ascii"),
                headers={"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex},
            )
            operation = reply.headers.get("x-operation")
            if reply.code == 202:
                operation = _id(reply.json().get("id"))
                answer = self._follow(operation, progress)
            elif reply.code == 200:
                answer = reply.json()
            else:
                raise fail_of(reply)
            if not isinstance(answer, dict) or not isinstance(answer.get("exit_code"), int) or not isinstance(answer.get("status"), str):
                raise BadInputError("the service's answer is none of this operation's")
            if answer["exit_code"] == 0 and self.outputs:
                self._fetch(_id(operation))
            told: dict[str, Any] = self._here(answer)
            return told
        finally:
            for file in self.sent:
                try:
                    self.http.ask("DELETE", f"/v1/files/{file}", may_repeat=False)
                except Exception:  # the service forgets it
                    pass

    # ---- Paths

    def _paths(self, values: dict[str, Any], schema: Mapping[str, Any], progress: Progress | None) -> None:
        for name, member in schema["properties"].items():
            value = values.get(name)
            if value is None:
                continue
            items = member.get("items", {})
            use = member.get("x-path") or items.get("x-path")
            if use is not None:
                is_read = use.startswith("read") and not (use == "read or written" and not values.get("made"))
                values[name] = self._sent(value, progress) if is_read else self._output(value)
            elif member.get("type") == "object" and "properties" in member:
                self._paths(value, member, progress)
            elif items.get("type") == "object":
                for element in value:
                    self._paths(element, items, progress)

    def _sent(self, value: Any, progress: Progress | None) -> Any:
        if isinstance(value, list):
            return [f"file:{file}" for path in value for file in self._send_all(path, progress)]
        path = os.fspath(value)
        if not os.path.lexists(path):
            return value  # a policy's name, or a number
        files = self._send_all(path, progress)
        return "folder:" + ",".join(files) if os.path.isdir(path) else f"file:{files[0]}"

    def _send_all(self, path: str, progress: Progress | None) -> list[str]:
        if os.path.isdir(path):
            inside = sorted(entry.path for entry in os.scandir(path) if entry.is_file() and not entry.name.startswith("."))
        else:
            inside = [path] if os.path.lexists(path) else sorted(glob.glob(path))
        if not inside:
            raise FileNotFoundError(f"cannot open '{path}': there is no such file")
        return [self._send(one, progress) for one in inside]

    def _send(self, path: str, progress: Progress | None) -> str:
        name = os.path.basename(path)
        if not _NAME.fullmatch(name) or name.startswith("."):
            raise BadInputError(f"'{path}': the service takes no file of that name")
        if progress:
            progress("sending", 0, 0)
        with open(path, "rb") as file:
            reply = self.http.ask(
                "POST", f"/v1/files?name={urllib.parse.quote(name, safe='')}", body=file, headers={"Content-Type": "application/octet-stream"}
            )
            if reply.code != 201:
                raise fail_of(reply)
            told = reply.json()
            file.seek(0)
            if told.get("sha256") != _sha256(file):
                raise InputOutputError(f"the service has other bytes of '{path}' than were sent")
        sent = _id(str(told.get("file", "")).removeprefix("file:"))
        self.sent.append(sent)
        self.names[f"file:{sent}"] = path
        return sent

    def _output(self, value: Any) -> str:
        path = os.fspath(value)
        name = os.path.basename(path.rstrip("/")) or "output"
        if name in self.outputs:
            name = f"{len(self.outputs)}-{name}"
        if os.path.exists(path) and self.schema["ledger"] in ("writes", "may write") and self.schema["name"] != "export":
            raise ConflictError(f"'{path}' is there already")
        self.outputs[name] = path
        self.names[f"out:{name}"] = path
        return f"out:{name}"

    def _here(self, told: Any) -> Any:
        """An answer with the caller's own paths in it."""
        if isinstance(told, dict):
            return {name: self._here(value) for name, value in told.items()}
        if isinstance(told, list):
            return [self._here(value) for value in told]
        if isinstance(told, str):
            for there, here in self.names.items():
                told = told.replace(there, here)
        return told

    # ---- Following and fetching

    def _follow(self, operation: str, progress: Progress | None) -> Any:
        where = f"{self.prefix}/operations/{operation}"
        try:
            while True:
                try:
                    for name, told in self.http.events(f"{where}/events"):
                        if progress and name == "step" and isinstance(told, dict):
                            progress(str(told.get("stage", "")), int(told.get("done", 0)), int(told.get("total", 0)))
                        if name == "over":
                            break
                except (OSError, ValueError):
                    pass  # the state says what became of it
                reply = self.http.ask("GET", where)
                if reply.code != 200:
                    raise fail_of(reply)
                state = reply.json()
                if state.get("state") == "over":
                    return state.get("answer")
        except KeyboardInterrupt:
            self.http.ask("DELETE", where, may_repeat=False)
            raise

    def _fetch(self, operation: str) -> None:
        where = f"{self.prefix}/operations/{operation}/files"
        reply = self.http.ask("GET", where)
        if reply.code != 200:
            raise fail_of(reply)
        listed = {str(file["name"]): int(file["size"]) for file in reply.json().get("files", ())}
        for name, path in self.outputs.items():
            below = sorted(one for one in listed if one.startswith(name + "/"))
            if name in listed:
                self._take(f"{where}/{urllib.parse.quote(name, safe='')}", path, listed[name])
            elif below:
                for one in below:
                    relative = one[len(name) + 1 :]
                    if any(part in ("", "..") or part.startswith(".") for part in relative.split("/")):
                        raise BadInputError(f"the service names the file '{one}'")
                    target = FilePath(path, relative)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    if not target.parent.resolve().is_relative_to(FilePath(path).resolve()):
                        raise BadInputError(f"the service names the file '{one}'")
                    self._take(f"{where}/{urllib.parse.quote(one, safe='')}", str(target), listed[one])
            else:
                raise BadInputError(f"the operation is done, and has not written '{path}'")

    def _take(self, where: str, path: str, size: int) -> None:
        folder = os.path.dirname(path) or "."
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".zkl-", delete=False) as file:
            try:

                def take(part: bytes) -> None:
                    file.write(part)
                    if file.tell() > size:
                        raise BadInputError(f"'{path}': more bytes come than were announced")

                def begin() -> None:
                    file.seek(0)
                    file.truncate()

                reply = self.http.ask("GET", where, take=take, begin=begin)
                if reply.code != 200:
                    raise fail_of(reply)
                file.flush()
                if os.fstat(file.fileno()).st_size != size:
                    raise BadInputError(f"'{path}': it has not the {size} bytes that were announced")
                os.replace(file.name, path)
            except BaseException:
                os.unlink(file.name)
                raise


def _id(told: Any) -> str:
    if not isinstance(told, str) or not re.fullmatch(r"[0-9a-f]{16}", told):
        raise BadInputError("the service's answer has no id")
    return told


def _sha256(file: Any) -> str:
    import hashlib

    return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _sha256_of(file, hashlib.sha256())


def _sha256_of(file: Any, digest: Any) -> str:
    while part := file.read(1 << 20):
        digest.update(part)
    return str(digest.hexdigest())
