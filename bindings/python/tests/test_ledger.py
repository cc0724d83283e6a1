"""What a person does with it, from a table to a verified receipt, and what must be refused."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

import pytest

import zkp_ledger
from zkp_ledger import Ledger


def test_from_a_table_to_a_verdict(ledger: Ledger, table: Path) -> None:
    proof = ledger.notarize_dataset(table, "train", claims=["range(age, 0, 120)"])
    assert (proof.reference, proof.rows) == ("train@1", 500)
    assert "range(age, 0, 120)" in proof.claims
    assert list(proof.columns) == ["id", "age"]
    assert ledger.log().entries[-1].receipt_id == proof.hash
    path = proof.save("train.zkl")
    trust = ledger.keys_show().trust
    verdict = zkp_ledger.verify(path, trust=trust)
    assert verdict and verdict.raise_for_status() is verdict
    assert verdict.dataset.id == proof.dataset_id
    Path("trust.toml").write_text(trust)
    assert zkp_ledger.verify(path.read_bytes(), trust="trust.toml")
    assert ledger.verify_proof(proof) and ledger.verify_proof(path)


def test_without_trust_nothing_is_valid(ledger: Ledger, table: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ledger.notarize_dataset(table, "train").save("train.zkl")
    verdict = zkp_ledger.verify(path)
    assert not verdict and verdict.status == "could not check"
    with pytest.raises(zkp_ledger.UncheckedError):
        verdict.raise_for_status()


def test_a_changed_receipt_is_not_valid(ledger: Ledger, table: Path) -> None:
    receipt = ledger.notarize_dataset(table, "train").receipt()
    trust = ledger.keys_show().trust
    assert zkp_ledger.verify(receipt, trust=trust)
    for place in range(0, len(receipt), 97):
        changed = bytearray(receipt)
        changed[place] ^= 1
        try:
            verdict = zkp_ledger.verify(bytes(changed), trust=trust)
        except zkp_ledger.ZklError:
            continue
        assert not verdict
    assert not zkp_ledger.verify(receipt[:-1], trust=trust)


def test_changed_data_are_not_those(ledger: Ledger, table: Path) -> None:
    path = ledger.notarize_dataset(table, "train").save("train.zkl")
    other = table.with_name("other.csv")
    other.write_text(table.read_text().replace("7,7\n", "7,8\n", 1))
    trust = ledger.keys_show().trust
    key = "train.zklkey"
    ledger.export(key, reference="train", format="data-key")
    assert zkp_ledger.verify(path, trust=trust, data=table, data_key_file=key)
    assert not zkp_ledger.verify(path, trust=trust, data=other, data_key_file=key)


def test_a_false_claim_records_nothing(ledger: Ledger, table: Path) -> None:
    size = ledger.log().size
    with pytest.raises(zkp_ledger.RejectedError, match="false"):
        ledger.notarize_dataset(table, "train", claims=["range(age, 0, 20)"])
    assert ledger.log().size == size


def test_json_holds_the_receipt(ledger: Ledger, table: Path) -> None:
    proof = ledger.notarize_dataset(table, "a.b")
    path = proof.export_json()
    assert path == "a.b@1.proof.json"
    told = json.loads(Path(path).read_text())
    assert told["receipt_id"] == proof.hash
    trust = ledger.keys_show().trust
    assert zkp_ledger.verify(path, trust=trust)
    assert proof.export_json() == path  # of the same version
    other = ledger.notarize_dataset(table, "other")
    with pytest.raises(FileExistsError):
        other.export_json(path)
    told["receipt"] = told["receipt"][:-8] + "AAAAAAA="
    Path(path).write_text(json.dumps(told))
    assert not zkp_ledger.verify(path, trust=trust)


def test_audit_report(ledger: Ledger, table: Path) -> None:
    ledger.notarize_dataset(table, "train")
    report = ledger.generate_audit_report(formats=["html", "json"], output="report")
    assert report and report.entries == ledger.log().size
    assert set(report.paths) == {"html", "json"}
    assert all(path.is_file() for path in report.paths.values())


def test_found_upward_and_by_name(ledger: Ledger, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = folder / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    with Ledger() as found:
        assert found.id == ledger.id
    with Ledger("my-project") as found:
        assert found.id == ledger.id
    with pytest.raises(zkp_ledger.ConflictError, match="my-project"):
        Ledger("another")
    monkeypatch.chdir("/")
    with pytest.raises(FileNotFoundError):
        Ledger(create=False)


def test_passphrase(folder: Path, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger("secret", passphrase="open sesame") as made:
        made.notarize_dataset(table, "train")
    with Ledger("secret") as found, pytest.raises(PermissionError):
        found.notarize_dataset(table, "train")
    with Ledger("secret", passphrase="wrong") as found, pytest.raises(zkp_ledger.DeniedError):
        found.notarize_dataset(table, "train")
    Path("word").write_bytes(b"open sesame\r\nnot this\n")
    monkeypatch.setenv("ZKP_LEDGER_PASSPHRASE_FILE", "word")
    with Ledger("secret") as found:
        found.notarize_dataset(table, "other")
    for wrong in ("", "a\0b"):
        with pytest.raises(ValueError):
            Ledger("secret", passphrase=wrong)


def test_closed(ledger: Ledger) -> None:
    ledger.close()
    ledger.close()
    assert repr(ledger) == "<Ledger, closed>"
    with pytest.raises(ValueError, match="closed"):
        ledger.log()


def test_threads_share_a_ledger(ledger: Ledger, table: Path) -> None:
    sizes: list[int] = []
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(5):
                sizes.append(ledger.log(last=1).size)
            ledger.notarize_dataset(table, f"train-{number}")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(sizes) == 20
    assert {dataset.name for dataset in ledger.datasets().datasets} == {f"train-{number}" for number in range(4)}


def test_a_fork_refuses_and_opens_anew(ledger: Ledger, table: Path) -> None:
    ledger.notarize_dataset(table, "train")
    child = os.fork()
    if child == 0:
        try:
            ledger.log()
        except zkp_ledger.ForkedError:
            with Ledger() as anew:
                os._exit(0 if anew.log().size and anew.verify(reference="train").dataset.name == "train" else 2)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ledger.log().size


def test_an_interrupt_records_nothing(ledger: Ledger, table: Path) -> None:
    size = ledger.log().size
    stages: list[str] = []

    def interrupt(stage: str, _done: int, _total: int) -> None:
        stages.append(stage)
        if len(stages) == 1:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        ledger.notarize("train", table, claims="range(age, 0, 120)", progress=interrupt)
    assert stages
    assert ledger.log().size == size
    ledger.notarize_dataset(table, "train")  # it works on


def test_progress_may_end_it(ledger: Ledger, table: Path) -> None:
    size = ledger.log().size

    def stop(_stage: str, _done: int, _total: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        ledger.notarize("train", table, progress=stop)
    assert ledger.log().size == size


def test_answers_do_not_change(ledger: Ledger) -> None:
    answer = ledger.log()
    with pytest.raises(AttributeError):
        answer.size = 0
    assert answer == ledger.log()
    assert answer.to_dict()["status"] == "done"


def test_html_shows_no_markup_of_columns(ledger: Ledger, table: Path) -> None:
    table.write_text("id,<b>bold</b>\n1,2\n")
    proof = ledger.notarize_dataset(table, "train", claims='range("<b>bold</b>", 0, 9)')
    for shown in (proof._repr_html_(), ledger.check_proof(proof)._repr_html_()):
        assert "<b>bold" not in shown
        assert "&lt;b&gt;bold" in shown
