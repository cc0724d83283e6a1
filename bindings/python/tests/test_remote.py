"""A ledger of a real service, and services that lie. The script beside the package starts the service."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import zkp_ledger
from zkp_ledger import Ledger, RemoteLedger

URL = os.environ.get("ZKL_TEST_SERVICE", "")
KEY = os.environ.get("ZKL_TEST_SERVICE_KEY", "")
pytestmark = pytest.mark.skipif(not URL, reason="no service is named")


@pytest.fixture
def remote(folder: Path, monkeypatch: pytest.MonkeyPatch) -> RemoteLedger:
    monkeypatch.delenv("ZKL_REMOTE_KEY", raising=False)
    return Ledger.remote(URL, KEY, ca=os.environ["ZKL_TEST_SERVICE_CA"])


def test_from_a_table_to_a_verdict(remote: RemoteLedger, table: Path) -> None:
    name = f"train-{os.getpid()}"
    proof = remote.notarize_dataset(table, name, claims=["range(age, 0, 120)"])
    assert proof.rows == 500 and "range(age, 0, 120)" in proof.claims
    assert proof.save("train.zkl") == Path("train.zkl")
    trust = remote.trust()
    assert zkp_ledger.verify("train.zkl", trust=trust)
    assert remote.verify_proof(proof, trust=trust)
    with pytest.raises(zkp_ledger.UncheckedError, match="trust"):
        remote.verify_proof(proof)
    assert remote.log(last=1).entries[0].receipt_id == proof.hash


def test_files_come_to_where_they_are_wanted(remote: RemoteLedger, table: Path) -> None:
    name = f"whole-{os.getpid()}"
    remote.notarize_dataset(table, name, keep_spool=True)
    made = remote.transform(name, operation="filter age > 50", name=f"part-{os.getpid()}", result="part.csv")
    assert made.to_dict()["exit_code"] == 0
    rows = Path("part.csv").read_text().splitlines()
    assert rows[0] == "id,age" and all(int(row.split(",")[1]) > 50 for row in rows[1:])
    with pytest.raises(zkp_ledger.ConflictError):
        remote.transform(name, operation="filter age > 60", name="other", result="part.csv")


def test_a_false_claim_is_refused_there(remote: RemoteLedger, table: Path) -> None:
    size = remote.log(last=1).size
    with pytest.raises(zkp_ledger.RejectedError, match="false"):
        remote.notarize_dataset(table, "never", claims="range(age, 0, 20)")
    assert remote.log(last=1).size == size


def test_what_does_not_work_from_here(remote: RemoteLedger) -> None:
    with pytest.raises(zkp_ledger.NotSupportedError):
        remote.status()
    with pytest.raises(zkp_ledger.NotFoundError):
        remote.show(reference="nothing-of-that-name")
    with pytest.raises(FileNotFoundError):
        remote.notarize_dataset("not-there.csv", "x")


def test_keys_and_certificates(folder: Path, remote: RemoteLedger) -> None:
    with pytest.raises(PermissionError):
        Ledger.remote(URL, "sk-" + 64 * "0", ca=os.environ["ZKL_TEST_SERVICE_CA"]).log()
    with pytest.raises(OSError, match="no answer"):
        Ledger.remote(URL, KEY).log()  # its authority is not the system's
    pem = Path(os.environ["ZKL_TEST_SERVICE_CA"]).read_text()
    pin = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    assert Ledger.remote(URL, KEY, pin_sha256=pin).log(last=1).size > 0
    with pytest.raises(PermissionError, match="pinned"):
        Ledger.remote(URL, KEY, pin_sha256=64 * "0").log()
    for text in (repr(remote), str(vars(remote))):
        assert KEY not in text


@pytest.mark.parametrize("url", ["http://ledger.example", "ftp://x", "https://user:secret@localhost", "https://x/?a=b", "x"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(zkp_ledger.UsageError):
        Ledger.remote(url, KEY)


def test_threads(remote: RemoteLedger) -> None:
    sizes: list[int] = []
    threads = [threading.Thread(target=lambda: sizes.append(remote.log(last=1).size)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sizes) == 8


# ---- Services that lie


@pytest.fixture
def liar() -> Iterator[Any]:
    """Answers what it is told to, in that order: (code, headers, body)."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(size)))
            code, headers, body = server.answers.pop(0) if server.answers else (500, {}, b"{}")
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_arguments: Any) -> None:
            pass

    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answers, server.asked = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def ledger_of(liar: Any) -> RemoteLedger:
    return Ledger.remote(f"http://127.0.0.1:{liar.server_port}", "sk-secret", wait=1)


def test_a_redirect_is_not_followed(liar: Any, folder: Path) -> None:
    liar.answers = [(302, {"Location": f"http://127.0.0.1:{liar.server_port}/elsewhere"}, b"")]
    with pytest.raises(zkp_ledger.BadInputError):
        ledger_of(liar).log()
    assert len(liar.asked) == 1


def test_the_same_request_is_one_request(liar: Any, folder: Path) -> None:
    done = json.dumps({"status": "done", "exit_code": 0, "size": 3}).encode()
    liar.answers = [(503, {"Retry-After": "0"}, b"{}"), (429, {}, b"{}"), (200, {}, done)]
    assert ledger_of(liar).log().size == 3
    keys = {headers["Idempotency-Key"] for _, _, headers, _ in liar.asked}
    assert len(liar.asked) == 3 and len(keys) == 1


@pytest.mark.parametrize("body", [b"", b"nothing", b"[]", b"3", b'{"status": "done"}', b'{"exit_code": 0}', b"\xff"])
def test_answers_that_are_none(liar: Any, folder: Path, body: bytes) -> None:
    liar.answers = [(200, {}, body)]
    with pytest.raises(zkp_ledger.BadInputError):
        ledger_of(liar).log()


@pytest.mark.parametrize("name", ["other.zkl", "out/../../evil", "../evil", "/etc/evil"])
def test_files_that_were_not_asked_for(liar: Any, folder: Path, name: str) -> None:
    done = json.dumps({"status": "done", "exit_code": 0}).encode()
    liar.answers = [
        (200, {"x-operation": "0123456789abcdef"}, done),
        (200, {}, json.dumps({"files": [{"name": name, "size": 4}]}).encode()),
        (200, {}, b"evil"),
    ]
    before = set(Path("..").rglob("evil"))
    with pytest.raises(zkp_ledger.BadInputError):
        ledger_of(liar).export("out", reference="x")
    assert set(Path("..").rglob("evil")) == before
    assert not Path("out").is_file()


@pytest.mark.parametrize("body", [b"eleven bytes", b"four!"])
def test_no_more_bytes_than_announced(liar: Any, folder: Path, body: bytes) -> None:
    done = json.dumps({"status": "done", "exit_code": 0}).encode()
    listed = json.dumps({"files": [{"name": "out", "size": 4}]}).encode()
    liar.answers = [(200, {"x-operation": "0123456789abcdef"}, done), (200, {}, listed), (200, {}, body)]
    with pytest.raises(zkp_ledger.BadInputError):
        ledger_of(liar).export("out", reference="x")
    assert list(folder.glob("out*")) == [] and list(folder.glob(".zkl-*")) == []


def test_a_file_that_is_not_whole_there(liar: Any, folder: Path, table: Path) -> None:
    liar.answers = [(201, {}, json.dumps({"file": "file:0123456789abcdef", "sha256": 64 * "0"}).encode())]
    with pytest.raises(zkp_ledger.InputOutputError, match="other bytes"):
        ledger_of(liar).notarize_dataset(table, "train")


def test_the_key_is_in_no_error(liar: Any, folder: Path) -> None:
    liar.answers = [(401, {}, json.dumps({"title": "permission denied", "detail": "no"}).encode())]
    with pytest.raises(PermissionError) as caught:
        ledger_of(liar).log()
    assert "sk-secret" not in str(caught.value) and "sk-secret" not in repr(caught.value)


@pytest.mark.parametrize("asked", ["train", "other@2", "other#4", "train@1", "train#3"])
def test_a_proof_of_another_dataset(liar: Any, folder: Path, asked: str) -> None:
    told = {"status": "done", "exit_code": 0, "dataset": {"name": "other", "version": 1, "rows": 3}, "entry": {"index": 3}}
    liar.answers = [(200, {}, json.dumps(told).encode())] * 3
    ledger = ledger_of(liar)
    for right in ("other", "other@1"):
        assert ledger.proof(right).name == "other"
    with pytest.raises(zkp_ledger.BadInputError, match="another dataset"):
        ledger.proof(asked)


@pytest.mark.parametrize("wait", ["\xb2", "-1", "1e9", "nan", ""])
def test_waits_that_are_none(liar: Any, folder: Path, wait: str) -> None:
    done = json.dumps({"status": "done", "exit_code": 0, "size": 3}).encode()
    liar.answers = [(503, {"Retry-After": wait}, b"{}"), (200, {}, done)]
    assert ledger_of(liar).log().size == 3
