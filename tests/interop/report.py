"""rdflib reads the JSON-LD of an audit: the triples of PROV-O that the JSON of the same audit asks for, and Croissant's
terms for what has public digests.   report.py JSONLD JSON"""
import json
import sys

from rdflib import RDF, Graph, Namespace, URIRef

PROV = Namespace("http://www.w3.org/ns/prov#")
SC = Namespace("https://schema.org/")
CR = Namespace("http://mlcommons.org/croissant/")
ZKL = Namespace("urn:zkp-ledger:terms:")

graph = Graph().parse(sys.argv[1], format="json-ld")
with open(sys.argv[2], encoding="utf-8") as f:
    audit = json.load(f)
ours = f"urn:zkp-ledger:{audit['log']['ledger']}:"


def dataset(name):
    return URIRef(ours + "dataset:" + name)


entries = set(graph.subjects(RDF.type, ZKL.Entry))
assert len(entries) == len(audit["entries"]) and all((e, RDF.type, PROV.Entity) in graph for e in entries)
for e in audit["entries"]:
    node = URIRef(f"{ours}entry:{e['index']}")
    assert str(graph.value(node, ZKL.receiptId)) == e["receipt_id"] and str(graph.value(node, ZKL.state)) == e["state"]
    assert graph.value(node, PROV.wasAttributedTo) == URIRef(ours + "key:" + e["signer"])
    assert graph.value(node, PROV.generatedAtTime).toPython().year >= 2000
    if e["kind"] != "notarise":
        continue
    d = e["dataset"]
    node = dataset(f"{d['name']}@{d['version']}")
    assert (node, RDF.type, SC.Dataset) in graph and str(graph.value(node, ZKL.datasetId)) == d["id"]
    assert [str(graph.value(f, SC.sha256)) for f in graph.objects(node, SC.distribution)] == [f["sha256"] for f in d["files"]]
    assert ((node, CR.recordSet, None) in graph) == bool(d["files"])
said = {str(t) for c in graph.subjects(RDF.type, ZKL.Claim) for t in graph.objects(c, ZKL.text)}
assert said == {c["text"] for e in audit["entries"] for c in e.get("claims", [])}, said
for step in audit["steps"]:
    node = URIRef(f"{ours}step:{step['index']}")
    assert (node, RDF.type, PROV.Activity) in graph and str(graph.value(node, ZKL.state)) == step["state"]
    for source in (s for s in step["sources"] if "@" in s):
        assert (node, PROV.used, dataset(source)) in graph
        for result in (r for r in step["results"] if "@" in r):
            assert (dataset(result), PROV.wasDerivedFrom, dataset(source)) in graph
            assert (dataset(result), PROV.wasGeneratedBy, node) in graph
report = next(graph.subjects(RDF.type, ZKL.Report))
assert str(graph.value(graph.value(report, PROV.wasDerivedFrom), ZKL.root)) == audit["log"]["root"]
print(f"JSON-LD: ok, {len(graph)} triples")
