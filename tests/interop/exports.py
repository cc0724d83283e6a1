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


def report_croissant():
    """Of an audit's JSON-LD, the descriptions of versions with public digests: each is a Croissant file by itself."""
    import mlcroissant

    graph = json.loads(read("audit.jsonld"))["@graph"]
    described = [node for node in graph if "@context" in node]
    assert len(described) == 1, [node["@id"] for node in described]
    assert [n["zkl:state"] for n in graph if n["@id"] == described[0]["@id"] and "zkl:state" in n] == ["verified"]
    (folder / "node.json").write_text(json.dumps(described[0]), encoding="utf-8")
    dataset = mlcroissant.Dataset(jsonld=str(folder / "node.json"))
    assert not dataset.metadata.issues.errors and dataset.metadata.name == "scores", dataset.metadata.issues.report()
    records = described[0]["recordSet"][0]["@id"]
    assert [row[records + "/0"] for row in dataset.records(records)] == [1, 2, 3, 4]
    del described[0]["distribution"][0]["sha256"]
    refuses("report", lambda: mlcroissant.Dataset(jsonld=described[0]))


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


def pem(key):
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def cose_key(key, kid):
    import cwt

    return cwt.COSEKey.new({**cwt.COSEKey.from_pem(pem(key)).to_dict(), 2: kid, 3: -8})


def names():
    """Issuer and subject, as statements and receipts have them."""
    evidence = json.loads(read("scores.croissant"))["zkl:evidence"]
    issuer = f"urn:zkp-ledger:{evidence['ledger']}"
    return evidence["log"], issuer, f"{issuer}:dataset:scores@1"


def verify_receipt(receipt, entry):
    """RFC 9942, section 5.2: the root by the proof, then the signature over it."""
    import cbor2
    import cwt

    _, log = ledger_keys()
    tagged = cbor2.loads(receipt)
    assert tagged.tag == 18
    protected, unprotected, payload, _ = tagged.value
    header = cbor2.loads(protected)
    assert cbor2.dumps(header, canonical=True) == protected, "not the deterministic form"
    assert header[1] == -8 and header[395] == 1 and payload is None
    origin, _, subject = names()
    assert header[15] == {1: origin, 2: subject}
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
    assert cwt.COSE.new().decode(receipt, cose_key(log, header[4]), detached_payload=root) == root


def place_of(receipt, inside):
    """Where in `inside` the two bytes of size and index stand.

    RFC 9942 signs the root alone: trees of other sizes may have it too, and the entry at another index. So these two
    bytes bind nothing by themselves (docs/formats/cose.md). Every other one does.
    """
    import cbor2

    (proof,) = cbor2.loads(receipt).value[1][396][-1]
    assert proof[1] < 24 and proof[2] < 24
    size_at = inside.index(proof) + 1
    return {size_at, size_at + 1}


def refuses_each_byte(what, data, unbound, verify):
    for at in set(range(len(data))) - unbound:
        changed = bytearray(data)
        changed[at] ^= 1
        refuses(f"{what}, byte {at}", lambda: verify(bytes(changed)))


def cose_receipt():
    receipt = (folder / "scores.cose-receipt").read_bytes()
    entry = (folder / "scores.dsse").read_bytes()
    verify_receipt(receipt, entry)
    refuses("cose-receipt of another entry", lambda: verify_receipt(receipt, entry + b" "))
    refuses_each_byte("cose-receipt", receipt, place_of(receipt, receipt), lambda data: verify_receipt(data, entry))


def scitt():
    import cbor2
    import cwt
    import scitt_cose
    from in_toto_attestation.v1.statement import Statement

    signer, log = ledger_keys()
    _, issuer, subject = names()

    def registered(transparent):
        """What was registered: the statement with an empty unprotected header (RFC 9943, section 6.3)."""
        protected, _, payload, signature = cbor2.loads(transparent).value
        return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))

    def verify_by_cwt(transparent):
        """RFC 9943, section 7.1: both signatures, and that the receipt is one of this statement."""
        tagged = cbor2.loads(transparent)
        protected, unprotected, payload, _ = tagged.value
        header = cbor2.loads(protected)
        assert tagged.tag == 18 and cbor2.dumps(header, canonical=True) == protected
        assert header[1] == -8 and header[3] == "application/vnd.in-toto+json" and header[15] == {1: issuer, 2: subject}
        # With tag 18 and the receipts in the unprotected header, as it is.
        assert cwt.COSE.new().decode(transparent, cose_key(signer, header[4])) == payload
        (receipt,) = unprotected[394]
        verify_receipt(receipt, registered(transparent))
        return json.loads(payload)

    def verify_by_scitt_cose(transparent):
        statement = scitt_cose.parse_signed_statement(transparent, public_key_pem=pem(signer))
        assert statement["signature_verified"] is True, statement
        assert (statement["issuer"], statement["subject"]) == (issuer, subject)
        (receipt,) = scitt_cose.extract_receipts(transparent)
        result = scitt_cose.verify_receipt(
            receipt, leaf_entry_hex=registered(transparent).hex(), log_public_key_pem=pem(log)
        )
        assert result.ok and result.subject == subject, result.errors

    transparent = (folder / "scores.scitt").read_bytes()
    payload = verify_by_cwt(transparent)
    verify_by_scitt_cose(transparent)
    # What it says is an in-toto statement about the version, and names its entry.
    Statement.copy_from_pb(json_format.ParseDict(payload, StatementPb())).validate()
    assert payload["predicate"]["kind"] == "announce"
    assert payload["subject"][0]["name"] == "scores@1"
    entry = hashlib.sha256(b"\0" + (folder / "scores.dsse").read_bytes()).hexdigest()
    assert payload["predicate"]["parents"] == [entry]
    # The leaf that the log has is of these bytes.
    leaves = {one["receipt_id"]: one["kind"] for one in json.loads(read("log.json"))["entries"]}
    assert leaves[hashlib.sha256(b"\0" + registered(transparent)).hexdigest()] == "announce"

    (receipt,) = scitt_cose.extract_receipts(transparent)
    of_other = (folder / "scores.cose-receipt").read_bytes()
    other = transparent.replace(cbor2.dumps(receipt), cbor2.dumps(of_other))
    assert other != transparent
    unbound = place_of(receipt, transparent)
    for name, verify in (("cwt", verify_by_cwt), ("scitt-cose", verify_by_scitt_cose)):
        refuses(f"scitt with the receipt of another entry, {name}", lambda: verify(other))
        refuses(f"scitt without a receipt, {name}", lambda: verify(registered(transparent)))
        refuses_each_byte(f"scitt, {name}", transparent, unbound, verify)


HOSTILE = "</td>| [a](http://b) `c` *d* _e_ <!-- &amp; \\ # ~~f~~ \u00e9"


def page(name):
    """The same content in both forms, and of a hostile value nothing but its text."""
    import yaml
    from markdown_it import MarkdownIt

    text = read(f"scores.{name}")
    header = {}
    if text.startswith("---\n"):
        _, top, text = text.split("---\n", 2)
        header = yaml.safe_load(top)
    inside = MarkdownIt("commonmark").enable("table").parse(text)
    shown = []
    for token in inside:
        if token.type == "inline":
            plain = all(child.type in ("text", "text_special", "softbreak", "em_open", "em_close") for child in token.children)
            assert plain, [child.type for child in token.children]
            shown.append("".join(child.content for child in token.children))
    given = json.loads(read(f"scores.{name}-json"))
    cells = [cell for section in given["sections"] for cell in section["items"]]
    # Title and its line; then of each section its own title, and the heads of its table, before the items.
    titles = [f"{section['number']} {section['title']}" for section in given["sections"]]
    assert shown[0] == given["title"]
    heads = ["What", "Value", "Whose word"]
    assert all(shown[shown.index(title) + 1:][:3] == heads for title in titles), titles
    rest = [line for line in shown[2:] if line and line not in titles + heads]
    want = []
    for cell in cells:
        if cell["value"] is None:
            assert cell["standing"] == "not stated"
            want += [cell["label"], "not stated"]
        else:
            want += [cell["label"], cell["value"], cell["standing"]]
    assert rest == want, [pair for pair in zip(rest, want) if pair[0] != pair[1]][:1]
    assert [cell["standing"] for cell in cells if cell["value"] == HOSTILE] == ["declared"]
    proven = {cell["value"] for cell in cells if cell["standing"].startswith("proven")}
    assert "every value of id lies between 1 and 4" in proven and HOSTILE not in proven
    return header


def dataset_card():
    header = page("dataset-card")
    assert header["license"] == "cc0-1.0" and header["size_categories"] == ["n<1K"], header


def training_summary():
    page("training-summary")


JUDGES = (croissant, report_croissant, prov_json, openlineage, cyclonedx, spdx, in_toto, test_result, oms, cose_receipt, scitt)
JUDGES += (dataset_card, training_summary)
for judge in JUDGES:
    judge()
    print("ok", judge.__name__)
