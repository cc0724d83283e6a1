"""Clients of bench/service.sh: what neither wrk nor h2load does.

    service.py idle PORT COUNT h1|h2 PID      resident memory with so many idle TLS connections
    service.py notarise PORT KEY CLIENTS SECONDS ROWS PID
    service.py verify PORT KEY RECEIPT RATE SECONDS   verifications at that rate, in ms: p50, p99 and the latest start
    service.py p99 LOG                        of a log file of h2load, in milliseconds: p50 and p99"""
import concurrent.futures
import http.client
import json
import queue
import random
import resource
import socket
import ssl
import sys
import threading
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04\x00" + bytes(4)  # and empty settings


def context(protocol="http/1.1"):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE  # the server is this machine's own
    made.set_alpn_protocols([protocol])
    return made


def memory_mb(pid, what="VmRSS"):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith(what + ":"):
            return int(line.split()[1]) / 1024
    raise SystemExit("no such process")


def idle(port, count, version, pid):
    resource.setrlimit(resource.RLIMIT_NOFILE, (count + 200, max(count + 200, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    before, client = memory_mb(pid), context("h2" if version == "h2" else "http/1.1")

    def connect(i):
        # addresses of loopback: one may have 1,024 connections
        raw = socket.create_connection(("127.0.0.1", port), source_address=(f"127.0.{1 + i // 1000}.1", 0))
        one = client.wrap_socket(raw)
        one.sendall(PREFACE if version == "h2" else b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert one.recv(16384)
        return one

    with concurrent.futures.ThreadPoolExecutor(16) as many:
        open_ones = list(many.map(connect, range(count)))
    time.sleep(3)  # the service rests too
    for one in open_ones:
        one.setblocking(False)
        try:
            while one.recv(16384):  # tickets and settings
                pass
            raise SystemExit("a connection was closed meanwhile")
        except ssl.SSLWantReadError:
            pass
    print(f"{count} idle TLS connections, {version}: {memory_mb(pid):.0f} MB, {memory_mb(pid) - before:.0f} more than without")


def busy():
    words = open("/proc/stat").readline().split()[1:]
    ticks = [int(w) for w in words[:8]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)


def notarise(port, key, clients, seconds, rows, pid):
    body = ("id,amount\n" + "".join(f"{i},{i * 7919 % 1000}\n" for i in range(rows))).encode()
    done, failed, end = [0] * clients, [], time.monotonic() + seconds

    def client(i):
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=context())
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
        n = 0
        while time.monotonic() < end:
            connection.request("PUT", f"/v1/datasets/c{i}n{n}?claim=range(amount,0,*)", body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 202:
                failed.append(text)
                return
            operation = json.loads(text)["id"]
            connection.request("GET", f"/v1/operations/{operation}/events", headers=headers)
            if b'"over"' not in connection.getresponse().read():
                failed.append(b"no end")
                return
            n += 1
            done[i] += 1

    threads = [threading.Thread(target=client, args=(i,)) for i in range(clients)]
    start, began = busy(), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop, took = busy(), time.monotonic() - began
    if failed:
        raise SystemExit(f"failed: {failed[0]!r}")
    print(f"{clients} clients, tables of {rows:,} rows: {sum(done) / took:.2f} notarisations/s, "
          f"{100 * (stop[0] - start[0]) / (stop[1] - start[1]):.0f} % of the machine busy, "
          f"{min(done)} to {max(done)} each, at most {memory_mb(pid, 'VmHWM'):.0f} MB")


def verify(port, key, receipt, rate, seconds):
    """Requests come by a clock of their own, a Poisson process of that rate, whatever the answers do. What one took counts
    from when it was to be sent: one that waited for a connection waited for the service. The seed is fixed, so that two
    runs ask at the same moments."""
    draw, body, at, plan = random.Random(7), open(receipt, "rb").read(), 0.0, []
    while (at := at + draw.expovariate(rate)) < seconds:
        plan.append(at)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/octet-stream"}
    due, took, failed = queue.SimpleQueue(), [], []

    def client():
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=context())
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        ready.release()
        while (wanted := due.get()) is not None:
            connection.request("POST", "/v1/verify", body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read()
            took.append(time.monotonic() - wanted)
            if answer.status != 200:
                failed.append(text)

    ready, threads, late = threading.Semaphore(0), [threading.Thread(target=client) for _ in range(16)], 0.0
    for thread in threads:
        thread.start()
    for _ in threads:
        ready.acquire()
    begin = time.monotonic() + 0.1
    for offset in plan:
        rest = begin + offset - time.monotonic()
        if rest > 0:
            time.sleep(rest)
        late = max(late, time.monotonic() - begin - offset)
        due.put(begin + offset)
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(f"{len(failed)} failed: {failed[0]!r}")
    took.sort()
    print(f"{1000 * took[len(took) // 2]:.1f} {1000 * took[len(took) * 99 // 100]:.1f} ({len(took)} of them; the client was "
          f"{1000 * late:.1f} ms late at most)")


def p99(log):
    times = sorted(int(line.split()[2]) for line in open(log) if line.split()[1] == "200")
    print(f"{times[len(times) // 2] / 1000:.2f} {times[len(times) * 99 // 100] / 1000:.2f}")


if sys.argv[1] == "idle":
    idle(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5])
elif sys.argv[1] == "verify":
    verify(int(sys.argv[2]), sys.argv[3], sys.argv[4], float(sys.argv[5]), float(sys.argv[6]))
elif sys.argv[1] == "notarise":
    notarise(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6]), sys.argv[7])
else:
    p99(sys.argv[2])
