"""Each export, judged by the outside library of its format; what is signed is refused after a change.

    exports.py FOLDER     with the files that exports_long.sh wrote
"""
import base64
import hashlib
import json
import pathlib
import sys
import tomllib
from unittest import mock

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from google.protobuf import json_format
from in_toto_attestation.v1.statement_pb2 import Statement as StatementPb
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

folder = pathlib.Path(sys.argv[1])


def read(name):
    return (folder / name).read_text(encoding="utf-8")


def refuses(what, call):
    """The call must fail: an outside judge that takes a changed file is no judge."""
    try:
        call()
    except Exception:  # each library has errors of its own
        return
    sys.exit(f"{what}: a changed file is accepted")


def croissant():
    # Readers of JSON paths and git repositories are needed for data, not for a description of them.
    for name in ("jsonpath_rw", "jsonpath_rw.lexer", "git"):
        sys.modules[name] = mock.MagicMock()
    import mlcroissant

    given = json.loads(read("scores.croissant"))
    metadata = mlcroissant.Dataset(jsonld=given).metadata
    assert not metadata.issues.errors, metadata.issues.report()
    assert metadata.version == "1.0.0" and metadata.license == ["CC0-1.0"]
    (file,) = metadata.distribution
    assert file.sha256 == hashlib.sha256((folder / "scores.csv").read_bytes()).hexdigest()
    names = [field.name for field in metadata.record_sets[0].fields]
    assert names == ["id", "grp", "label", "predicted"], names
    # It reads the rows by what the description says of the file.
    rows = list(mlcroissant.Dataset(jsonld=str(folder / "scores.croissant")).records("rows-0"))
    assert [row["rows-0/0"] for row in rows] == [1, 2, 3, 4], rows
    assert [claim["status"] for claim in given["zkl:claims"]] == ["proven under a development set-up"] * 3
    del given["distribution"][0]["sha256"]
    refuses("croissant", lambda: mlcroissant.Dataset(jsonld=given))


def prov_json():
    from prov.model import ProvDerivation, ProvDocument, ProvEntity

    document = ProvDocument.deserialize(content=read("kept.prov-json"), format="json")
    labels = {str(label) for entity in document.get_records(ProvEntity) for label in entity.get_attribute("prov:label")}
    assert labels == {"kept@1", "scores@1", "guide.txt"}, labels
    assert len(list(document.get_records(ProvDerivation))) == 2
    proven = {str(claim) for entity in document.get_records(ProvEntity) for claim in entity.get_attribute("zkl:proven")}
    assert "accuracy(label, predicted) >= 0.7" in proven, proven
    # Written again by the library, it is the same document.
    assert document == ProvDocument.deserialize(content=document.serialize(format="json"), format="json")


def openlineage():
    from openlineage.client import event_v2 as events
    from openlineage.client.generated.dataset_version_dataset import DatasetVersionDatasetFacet
    from openlineage.client.generated.documentation_job import DocumentationJobFacet
    from openlineage.client.generated.schema_dataset import SchemaDatasetFacet, SchemaDatasetFacetFields

    def facet(kind, given, **more):
        given = dict(given, **more)
        assert given.pop("_schemaURL") == kind._get_schema(), kind
        return kind(producer=given.pop("_producer"), **given)

    def dataset(kind, given):
        for name, own in given["facets"].items():
            if name == "schema":
                facet(SchemaDatasetFacet, own, fields=[SchemaDatasetFacetFields(**field) for field in own["fields"]])
            elif name == "version":
                facet(DatasetVersionDatasetFacet, own)
            else:
                assert name == "zkpLedger" and own["_producer"] and own["_schemaURL"]
        return kind(given["namespace"], given["name"])

    kinds = []
    for line in read("kept.openlineage").splitlines():
        given = json.loads(line)
        common = {"eventTime": given["eventTime"], "producer": given["producer"]}
        if "run" in given:
            for own in given["job"]["facets"].values():
                facet(DocumentationJobFacet, own)
            event = events.RunEvent(
                run=events.Run(given["run"]["runId"]),
                job=events.Job(given["job"]["namespace"], given["job"]["name"]),
                eventType=events.RunState(given["eventType"]),
                inputs=[dataset(events.InputDataset, one) for one in given["inputs"]],
                outputs=[dataset(events.OutputDataset, one) for one in given["outputs"]],
                **common,
            )
            kinds.append((given["eventType"], len(event.inputs), len(event.outputs)))
        else:
            event = events.DatasetEvent(dataset=dataset(events.StaticDataset, given["dataset"]), **common)
            kinds.append(event.dataset.name)
        assert given["schemaURL"] == event.schemaURL, given["schemaURL"]
    assert kinds == [("START", 1, 1), ("COMPLETE", 1, 1), ("START", 1, 1), ("COMPLETE", 1, 1), "kept@1"], kinds


def cyclonedx():
    from cyclonedx.model.bom import Bom
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    validator = JsonStrictValidator(SchemaVersion.V1_6)
    text = read("scores.cyclonedx")
    assert (error := validator.validate_str(text)) is None, error
    given = json.loads(text)
    (component,) = Bom.from_json(given).components
    assert component.type.value == "data" and component.name == "scores"
    claims = [claim["predicate"] for claim in given["declarations"]["claims"]]
    assert "every value of id lies between 1 and 4" in claims, claims
    assert validator.validate_str(text.replace('"type": "data"', '"type": "table"')) is not None


def spdx():
    import spdx_python_model

    model, objects = spdx_python_model.load(folder / "scores.spdx")
    assert not objects.missing_ids, objects.missing_ids
    (package,) = objects.foreach_type(model.dataset_DatasetPackage)
    assert package.name == "scores" and package.dataset_datasetSize == (folder / "scores.csv").stat().st_size
    statements = [note.statement for note in objects.foreach_type(model.Annotation)]
    assert any(text.startswith("proven under a development set-up: every value of id") for text in statements)
    assert "declared, signed by nobody: license = CC0-1.0" in statements, statements
    with open(folder / "again.spdx", "wb") as out:  # which checks that nothing is missing
        model.JSONLDSerializer().write(objects, out)
    given = json.loads(read("scores.spdx"))
    for element in given["@graph"]:
        element.pop("dataset_datasetType", None)

    def write_again():
        changed = model.SHACLObjectSet()
        model.JSONLDDeserializer().deserialize_data(given, changed)
        with open(folder / "again.spdx", "wb") as out:
            model.JSONLDSerializer().write(changed, out)

    refuses("spdx", write_again)


def changed_json(document, *path):
    """A copy with one character of the base 64 at that path changed."""
    copy = json.loads(json.dumps(document))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    text = inner[path[-1]]
    inner[path[-1]] = text[:40] + ("A" if text[40] != "A" else "B") + text[41:]
    return copy


def ledger_keys():
    """The signer's key and the log's, by what an auditor was given."""
    with open(folder / "trust.toml", "rb") as file:
        trust = tomllib.load(file)
    signer = serialization.load_der_public_key(base64.b64decode(trust["signer"][0]["key"]))
    log = base64.b64decode(trust["log_key"][0]["key"].split("+", 2)[2])
    assert log[0] == 1  # Ed25519
    return signer, ed25519.Ed25519PublicKey.from_public_bytes(log[1:])


def verify_envelope(document):
    signer, _ = ledger_keys()
    der = signer.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    keyid = hashlib.sha256(der).hexdigest()
    assert keyid in Envelope.from_dict(json.loads(json.dumps(document))).verify([SSlibKey.from_crypto(signer, keyid)], 1)
    return json.loads(base64.b64decode(document["payload"]))


def in_toto():
    from in_toto_attestation.v1.statement import Statement

    lines = [json.loads(line) for line in read("scores.in-toto").splitlines()]
    kinds = []
    for line in lines:
        payload = verify_envelope(line)
        Statement.copy_from_pb(json_format.ParseDict(payload, StatementPb())).validate()
        kinds.append(payload["predicate"]["kind"])
    assert kinds == ["notarise", "prove", "provenance"], kinds
    refuses("in-toto", lambda: verify_envelope(changed_json(lines[0], "payload")))
    refuses("in-toto", lambda: verify_envelope(changed_json(lines[0], "signatures", 0, "sig")))


def test_result():
    from in_toto_attestation.predicates.test_result.v0.test_result_pb2 import TestResult
    from in_toto_attestation.v1.statement import Statement

    document = json.loads(read("scores.test-result"))
    payload = verify_envelope(document)
    Statement.copy_from_pb(json_format.ParseDict(payload, StatementPb())).validate()
    result = json_format.ParseDict(payload["predicate"], TestResult())
    # A development set-up is a warning, never a pass.
    assert result.result == "WARNED" and not result.passed_tests and not result.failed_tests
    assert list(result.warned_tests) == ["range(id, 1, 4)", "accuracy(label, predicted) >= 0.7", "not_null(id)"]
    digest = hashlib.sha256((folder / "scores.dsse").read_bytes()).hexdigest()
    assert result.configuration[0].digest["sha256"] == digest
    refuses("test-result", lambda: verify_envelope(changed_json(document, "payload")))
    refuses("test-result", lambda: verify_envelope(changed_json(document, "signatures", 0, "sig")))


def oms():
    # Certificates and keyless signing are ways that this signature does not go.
    for name in ("OpenSSL", "sigstore", "sigstore.models", "sigstore.oidc", "sigstore.sign", "sigstore.verify"):
        sys.modules[name] = mock.MagicMock()
    from model_signing import verifying

    model = folder / "model"
    model.mkdir()
    (model / "scores.csv").write_bytes((folder / "scores.csv").read_bytes())

    def verify(signature):
        verifying.Config().use_elliptic_key_verifier(public_key=folder / "p256.pub").verify(model, signature)

    verify(folder / "scores.oms")
    document = json.loads(read("scores.oms"))
    for path in (("payload",), ("signatures", 0, "sig")):
        (folder / "changed.oms").write_text(json.dumps(changed_json(document, "dsseEnvelope", *path)))
        refuses("oms", lambda: verify(folder / "changed.oms"))
    (model / "scores.csv").write_bytes(b"id\n1\n")
    refuses("oms with another file", lambda: verify(folder / "scores.oms"))


def cose_receipt():
    import cbor2
    import cwt

    _, log = ledger_keys()
    key = cwt.COSEKey.from_pem(
        log.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )

    def verify(receipt, entry):
        """RFC 9942, section 5.2: the root by the proof, then the signature over it."""
        tagged = cbor2.loads(receipt)
        assert tagged.tag == 18
        protected, unprotected, payload, _ = tagged.value
        header = cbor2.loads(protected)
        assert cbor2.dumps(header, canonical=True) == protected, "not the deterministic form"
        assert header[1] == -8 and header[395] == 1 and payload is None
        assert header[15] == {1: json.loads(read("scores.croissant"))["zkl:evidence"]["log"]}
        (proof,) = unprotected[396][-1]
        size, index, path = cbor2.loads(proof)
        # RFC 9162, section 2.1.3.2.
        assert index < size
        first, second = index, size - 1
        root = hashlib.sha256(b"\0" + entry).digest()
        for node in path:
            assert second > 0
            if first & 1 or first == second:
                root = hashlib.sha256(b"\1" + node + root).digest()
                while not first & 1 and first:
                    first, second = first >> 1, second >> 1
            else:
                root = hashlib.sha256(b"\1" + root + node).digest()
            first, second = first >> 1, second >> 1
        assert second == 0
        key_with_id = cwt.COSEKey.new({**key.to_dict(), 2: header[4], 3: -8})
        assert cwt.COSE.new().decode(receipt, key_with_id, detached_payload=root) == root

    receipt = (folder / "scores.cose-receipt").read_bytes()
    entry = (folder / "scores.dsse").read_bytes()
    verify(receipt, entry)
    refuses("cose-receipt of another entry", lambda: verify(receipt, entry + b" "))
    # RFC 9942 signs the root alone: trees of other sizes may have it too, and the entry at another index. So the two
    # bytes of size and index bind nothing by themselves (docs/formats/cose.md). Every other one does.
    (proof,) = cbor2.loads(receipt).value[1][396][-1]
    size_at = receipt.index(proof) + 1
    assert proof[1] < 24 and proof[2] < 24
    for at in set(range(len(receipt))) - {size_at, size_at + 1}:
        changed = bytearray(receipt)
        changed[at] ^= 1
        refuses(f"cose-receipt, byte {at}", lambda: verify(bytes(changed), entry))


JUDGES = (croissant, prov_json, openlineage, cyclonedx, spdx, in_toto, test_result, oms, cose_receipt)
for judge in JUDGES:
    judge()
    print("ok", judge.__name__)
