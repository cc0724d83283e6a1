#!/usr/bin/env python3
"""Our sums, transforms, proofs and notarisation beside those of others, by turns in one run.

    bench/peers/peers.py BUILD [--rounds 7] [--log 20] [--only g1,ntt] [--json FILE]

The peers are programs of ours on gnark-crypto, arkworks and blst; DVC, git and MLflow run as they are. All have two threads,
the same inputs, and in each round every peer does a job once before the next round begins. Results are compared: sums and
transforms have to be the same, a Groth16 proof of arkworks' is verified by our verifier under its key. A peer that cannot be
built or installed here is left out, and named.

Each figure is the median of the rounds, with the least and the greatest behind it. The ratio is a peer's median by ours: of the
wall's time, and of the processor's, all threads together. Other work on the machine spoils the first; it disturbs the second
little. The package managers' own clients fetch what is missing, once, to $ZKL_DEPS_CACHE (~/.cache/zkl-deps)."""
import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
cache = pathlib.Path(os.environ.get("ZKL_DEPS_CACHE", pathlib.Path.home() / ".cache/zkl-deps")) / "tools"
THREADS = "2"
RANGE_VALUES = 1_000_000
RANGE_FITS = (1 << 15, 1 << 16, 1 << 17)  # what arkworks' range check is run with; more is extrapolated


class LeftOut(Exception):
    """This peer cannot be had here."""


def client(command, **options):
    """Run a package manager's client; its failure leaves the peer out."""
    if shutil.which(command[0]) is None:
        raise LeftOut(f"no {command[0]}")
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no words"]
        raise LeftOut(f"{command[0]}: {lines[-1]}")


# ---- programs that answer jobs (peer.h says how)


def build_gnark(folder):
    program = folder / "peer_gnark"
    env = dict(os.environ, GOMODCACHE=str(cache / "go"), GOFLAGS="-mod=readonly -modcacherw", GOTOOLCHAIN="local", GOWORK="off")
    client(["go", "build", "-o", str(program), "."], cwd=here / "gnark", env=env)
    return [str(program)]


def build_ark(folder):
    target = cache / "peers-ark"
    client(["cargo", "build", "--release", "--locked", "--quiet"], cwd=here / "ark", env=dict(os.environ, CARGO_TARGET_DIR=str(target)))
    return [str(target / "release/peer-ark")]


class Peer:
    def __init__(self, name, command, folder, log):
        self.name = name
        env = dict(os.environ, RAYON_NUM_THREADS=THREADS, XDG_CACHE_HOME=str(folder / "cache"), XDG_STATE_HOME=str(folder / "state"))
        self.process = subprocess.Popen([*command, str(folder), str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=env)

    def ask(self, job, size):
        """(wall ms, processor ms, result), or None where it does not do that."""
        self.process.stdin.write(f"{job} {size}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            sys.exit(f"{self.name} ended while it was asked for '{job} {size}'")
        return None if answer == ["-"] else (float(answer[0]), float(answer[1]), answer[2])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(peers, job, size, rounds):
    """{name: [answer ..]}, by turns."""
    answers = {}
    for _ in range(rounds):
        for peer in peers:
            if (answer := peer.ask(job, size)) is not None:
                answers.setdefault(peer.name, []).append(answer)
    return answers


def compare(answers, what):
    results = {answer[2] for each in answers.values() for answer in each}
    if len(results) != 1:
        sys.exit(f"{what}: the peers' results differ")


def check_proofs(peers, keys, proofs):
    """Proofs of arkworks' by our verifier: the last key, the last proof, and the public input."""
    by_name = {peer.name: peer for peer in peers}
    if "arkworks" not in proofs:
        return
    value = by_name["arkworks"].ask("input", 0)[2]
    ours = by_name["ours"].process
    ours.stdin.write(f"check 0 {keys['arkworks'][-1][2]}{proofs['arkworks'][-1][2]}{value}\n")
    ours.stdin.flush()
    if ours.stdout.readline().strip() != "1":
        sys.exit("our verifier does not take arkworks' proof")


# ---- figures


class Figures:
    """Rows of one job: a peer's times, and their ratio to ours."""

    def __init__(self):
        self.rows = []

    def add(self, job, answers, note=""):
        base = {k: statistics.median(a[k] for a in answers["ours"]) for k in (0, 1)} if "ours" in answers else None
        for name, each in answers.items():
            row = {"job": job, "peer": name, "rounds": len(each), "note": note if name != "ours" else ""}
            for k, what in ((0, "wall_ms"), (1, "processor_ms")):
                times = [answer[k] for answer in each]
                row[what] = {"median": statistics.median(times), "least": min(times), "greatest": max(times)}
                row[what]["ratio"] = row[what]["median"] / base[k] if base and base[k] else None
            self.rows.append(row)
            print_row(row)


def print_row(row):
    def text(times):
        ratio = "" if times["ratio"] is None else f"{times['ratio']:6.2f}"
        return f"{times['median']:10.1f} ({times['least']:.1f} .. {times['greatest']:.1f})".ljust(36) + ratio.rjust(7)

    print(f"{row['job']:22} {row['peer']:14}{text(row['wall_ms'])}  {text(row['processor_ms'])}  ({row['rounds']}) {row['note']}", flush=True)


def print_head():
    print(f"{'median ms (least .. greatest)':36} {'wall':36}{'ratio':>7}  {'processor':36}{'ratio':>7}  (rounds)")


# ---- the jobs


def run_curves(figures, peers, rounds, log, wanted):
    sizes = [n for n in (16, 18, 20) if n <= log]
    jobs = [("g1", n, f"G1 sum 2^{n}") for n in sizes]
    jobs += [("u16", n, f"2^{n} cells, 16 bits") for n in sizes]
    jobs += [("g2", 16, "G2 sum 2^16")] + [("ntt", n, f"NTT 2^{n}") for n in sizes if n != 18]
    for job, size, name in jobs:
        if job in wanted:
            answers = measure(peers, job, size, rounds)
            compare(answers, name)
            figures.add(name, answers)


def run_groth16(figures, peers, rounds):
    provers = [peer for peer in peers if peer.name in ("ours", "arkworks")]
    keys = measure(provers, "setup", 0, rounds)
    figures.add("Groth16 key F22", keys)
    proofs = measure(provers, "prove", 0, rounds)
    figures.add("Groth16 proof F22", proofs)
    check_proofs(peers, keys, proofs)


def run_range(figures, peers, rounds):
    """Ours of a million values; arkworks' of what fits, and by a line through the two largest what a million would take."""
    answers = measure([p for p in peers if p.name == "ours"], "range", RANGE_VALUES, rounds)
    for peer in peers:
        if peer.name != "arkworks":
            continue
        fits = {n: [peer.ask("range", n) for _ in range(max(1, rounds // 3))] for n in RANGE_FITS}
        for n, each in fits.items():
            figures.add(f"range of {n}", {"arkworks": each})
        low, high = RANGE_FITS[-2:]

        def at_million(k):
            a, b = (statistics.median(answer[k] for answer in fits[n]) for n in (low, high))
            return b + (b - a) / (high - low) * (RANGE_VALUES - high)

        answers["arkworks"] = [(at_million(0), at_million(1), "")]
    figures.add(f"range of {RANGE_VALUES}", answers, "extrapolated from less")


# ---- digests of a file


def find_python():
    """A Python that has what requirements.txt pins by hash."""
    script = f". tests/interop/libtools.sh; zkl_python '{here}/requirements.txt'"
    done = subprocess.run(["bash", "-c", script], cwd=here.parent.parent, capture_output=True, text=True)
    if done.returncode != 0:
        raise LeftOut(done.stderr.strip().splitlines()[-1])
    return done.stdout.strip()


def timed(command, folder, env):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stdout}")
    return wall * 1e3, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3, ""


MLFLOW = """import sys, pandas, mlflow.data
print(mlflow.data.from_pandas(pandas.read_csv(sys.argv[1])).digest)"""


def run_digests(figures, build, folder, rounds, left_out):
    """One file of a million rows, 40 MB; each round in a repository or ledger of its own, which is not in the times."""
    csv = folder / "table.csv"
    with open(csv, "wb") as out:
        subprocess.run([str(build / "bench" / "gen_table"), "1000000", "1"], stdout=out, check=True)
    env = dict(os.environ, DVC_NO_ANALYTICS="1", MLFLOW_DISABLE_TELEMETRY="true", GIT_CONFIG_GLOBAL="/dev/null", OMP_NUM_THREADS=THREADS,
               XDG_STATE_HOME=str(folder / "state"), XDG_CONFIG_HOME=str(folder / "config"), GIT_AUTHOR_NAME="peer")
    program = str(build / "zkp-ledger")
    try:
        python = find_python()
    except LeftOut as why:
        python = None
        left_out.append(f"DVC, MLflow: {why}")
    answers = {}
    for turn in range(rounds + 1):  # the first is for the cache of keys, and does not count
        place = folder / f"digest-{turn}"
        place.mkdir()
        ledger = str(place / "ledger")
        subprocess.run([program, "--ledger", ledger, "init", "--no-passphrase", "--name", "peer"], check=True, env=env, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        subprocess.run(["git", "init", "--quiet", str(place / "git")], check=True, env=env)
        shutil.copy(csv, place / "git/table.csv")
        each = {"ours": timed([program, "--ledger", ledger, "notarize", str(csv), "--name", "table"], place, env),
                "git add": timed(["git", "add", "table.csv"], place / "git", env)}
        if python:
            subprocess.run([python, "-m", "dvc", "init", "--no-scm", "--quiet"], cwd=place, check=True, env=env)
            shutil.copy(csv, place / "table.csv")
            each["dvc add"] = timed([python, "-m", "dvc", "add", "--quiet", "table.csv"], place, env)
            each["MLflow digest"] = timed([python, "-c", MLFLOW, str(csv)], place, env)
        shutil.rmtree(place)
        for name, answer in each.items() if turn else ():
            answers.setdefault(name, []).append(answer)
    figures.add("digest of 40 MB", answers, "git, DVC: of bytes. MLflow: of 10,000 rows. Ours: proven well-formed, with trees of rows")


def load_average():
    return os.getloadavg()[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--log", type=int, default=20, help="the largest sum has 2^LOG points")
    parser.add_argument("--only", default="g1,u16,g2,ntt,groth16,range,digest")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures there")
    options = parser.parse_args()
    wanted, build = set(options.only.split(",")), options.build.resolve()
    programs = build / "bench"
    figures, left_out, peers = Figures(), [], []
    began = load_average()
    with tempfile.TemporaryDirectory(prefix="zkl-peers-") as name:
        folder = pathlib.Path(name)
        if wanted - {"digest"}:
            commands = {"ours": [str(programs / "peer_ours")], "blst": [str(programs / "peer_blst")]}
            for peer, make in (("gnark-crypto", build_gnark), ("arkworks", build_ark)):
                try:
                    commands[peer] = make(folder)
                except LeftOut as why:
                    left_out.append(f"{peer}: {why}")
            subprocess.run([str(programs / "peer_inputs"), name, str(options.log)], check=True)
            peers = [Peer(peer, command, folder, options.log) for peer, command in commands.items()]
        print_head()
        run_curves(figures, peers, options.rounds, options.log, wanted)
        if "groth16" in wanted:
            run_groth16(figures, peers, options.rounds)
        if "range" in wanted:
            run_range(figures, peers, options.rounds)
        for peer in peers:
            peer.close()
        if "digest" in wanted:
            run_digests(figures, build, folder, options.rounds, left_out)
    print(f"load before and after: {began:.1f}, {load_average():.1f}; left out: {'; '.join(left_out) or 'nobody'}")
    if options.json:
        options.json.write_text(json.dumps({"load": [began, load_average()], "left_out": left_out, "figures": figures.rows}, indent=1) + "\n")


main()
