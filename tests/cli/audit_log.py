"""Reads the audit log of a service with nothing but SHA-256 and JSON, as docs/formats/segment.md says: audit_log.py FOLDER
prints what it found. What does not hold ends it."""
import hashlib
import json
import pathlib
import re
import sys

COLUMNS = ["action", "actor", "address", "class", "code", "event", "line", "milliseconds", "org", "outcome", "previous", "reason",
           "request", "resource", "role", "time"]


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def read(folder):
    """Lines of each class, and the roots of its segments."""
    events, roots = [], {}
    for name in sorted(path.name for path in pathlib.Path(folder).iterdir()):
        kind, number = re.fullmatch(r"(security|access|usage|debug)-(\d{8})\.ndjson", name).groups()
        of = roots.setdefault(kind, [])
        assert len(of) == int(number), name
        before = of[-1] if of else "0" * 64
        tip = leaf(b'{"class":"%s","number":%d,"previous":"%s"}' % (kind.encode(), int(number), before.encode()))
        leaves = []
        data = (pathlib.Path(folder) / name).read_bytes()
        assert data.endswith(b"\n"), name
        for count, line in enumerate(data[:-1].split(b"\n")):
            event = json.loads(line)
            assert line == json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(), line
            assert list(event) == COLUMNS and event["class"] == kind and event["line"] == count
            assert event["previous"] == tip.hex(), (name, count)
            tip = leaf(line)
            leaves.append(tip)
            events.append(event)
        of.append(root(leaves).hex())
    return events, roots


if __name__ == "__main__":
    events, roots = read(sys.argv[1])
    print(json.dumps({"events": events, "roots": roots}))
