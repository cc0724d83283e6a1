#!/usr/bin/env python3
"""Grade a verifier of receipts by its command line: grade.py [--vectors FILE] [--sample N] [--seed TEXT] [--jobs N] COMMAND..

{receipt} and {trust} in the command become paths. The verifier exits with the code of docs/cli.md and prints a JSON object
whose member `check` names the check that failed (docs/formats/receipt.md). Every honest receipt has to be valid, with the
claims of vectors.json, and every bad one refused by the check and with the exit code that stand there. --sample takes so many
of the bad ones and of the honest ones, drawn by the seed.
"""
import argparse
import concurrent.futures
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def spliced(base, splices, folder=HERE):
    """The bytes of a bad file: [offset, bytes to leave out, what to put in], in rising order over the honest one.

    What is put in stands there in hex, or as [file, offset, size] of another honest one.
    """
    out, at = b"", 0
    for offset, cut, put in splices:
        if isinstance(put, list):
            data = (folder / put[0]).read_bytes()[put[1]:put[1] + put[2]]
        else:
            data = bytes.fromhex(put)
        out += base[at:offset] + data
        at = offset + cut
    return out + base[at:]


def words_of(command, receipts, trust, options):
    words = []
    for word in command:
        if word == "{receipt}":
            words += map(str, receipts)
        else:
            words.append(word.replace("{trust}", str(trust)))
    return words + options


def run(words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
    try:
        said = json.loads(done.stdout)
    except ValueError:
        said = {}
    return done.returncode, said, done.stderr


class Grader:
    def __init__(self, home, folder, command, trusts):
        self.home, self.folder, self.command, self.trusts = home, folder, command, trusts

    def grade(self, case):
        """What is wrong with the verdict, or nothing."""
        place = self.folder / case["name"]
        place.mkdir()
        if "base" in case:
            receipts, options = [place / (case["name"] + ".zkl")], []
            receipts[0].write_bytes(spliced((self.home / case["base"]).read_bytes(), case.get("splices", []), self.home))
        else:
            receipts = [self.path_of(case, place, name) for name in case["receipts"]]
            options = [word if word.startswith("--") else str(self.path_of(case, place, word)) for word in case["options"]]
        code, said, errors = run(words_of(self.command, receipts, self.trusts[case["trust"]], options))
        shutil.rmtree(place)
        if code != case["exit"]:
            return f"exit code {code}, not {case['exit']} ({case['check']}): {said.get('check')}: {said.get('error', errors)}"
        if said.get("check") != case["check"]:
            return f"check {said.get('check')!r}, not {case['check']!r}: {said.get('error', errors)}"
        if "claims" in case and "claims" in said and [c["text"] for c in said["claims"]] != case["claims"]:
            return "other claims: " + "; ".join(c["text"] for c in said["claims"])
        if "one" in case and (said.get("history") or {}).get("one") != case["one"]:
            return f"one history: {said.get('history')}, not {case['one']}"
        return None

    def path_of(self, case, place, word):
        """Of a file or folder beside the vectors. One that the case changes is copied, with its new bytes."""
        path = self.home / word
        for name, splices in case.get("changed", {}).items():
            if name == word or name.startswith(word + "/"):
                path = place / word
                if name != word and not path.exists():
                    shutil.copytree(self.home / word, path)
                (place / name).write_bytes(spliced((self.home / name).read_bytes(), splices, self.home))
        return path


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--vectors", type=pathlib.Path, default=HERE / "vectors.json")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    vectors = json.loads(asked.vectors.read_text(encoding="utf-8"))
    cases, draw = [], random.Random(asked.seed)
    for part in ("honest", "bad"):
        rows = vectors[part]
        cases += rows if asked.sample is None else draw.sample(rows, min(asked.sample, len(rows)))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        trusts = {}
        for number, (trust, text) in enumerate(vectors["trusts"].items()):
            trusts[trust] = folder / f"trust{number}.toml"
            trusts[trust].write_text(text, encoding="utf-8")
        with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
            grader = Grader(asked.vectors.resolve().parent, folder, asked.command, trusts)
            wrong = list(pool.map(grader.grade, cases))
    for case, what in zip(cases, wrong):
        if what:
            print(f"{case['name']}: {what}")
    print(f"{sum(w is None for w in wrong)} of {len(cases)} as they should be")
    return int(any(wrong) or not cases)


if __name__ == "__main__":
    sys.exit(main())
