"""Providers of the key that wraps: service_encryption_keys_long.sh."""
import atexit
import json
import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Client

folder, key, module = sys.argv[1:]
path = folder + "/zkp-ledgerd.sock"
VALUE = "value-2f0c7b1d"
CSV = ("age,city\n" + "".join("%d,%s\n" % (i % 90, VALUE) for i in range(200))).encode()
daemon = stand_in = None


@atexit.register
def end_all():
    for program in (daemon, stand_in):
        if program and program.poll() is None:
            program.kill()


def start():
    global daemon
    daemon = subprocess.Popen(["zkp-ledgerd", folder], stdout=open("served", "a"), stderr=subprocess.STDOUT)
    return Client(path, key)


def stop():
    daemon.terminate()
    assert daemon.wait() == 0


def begin_stand_in():
    global stand_in
    stand_in = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), "transit_stand_in.py"), "port", "t-secret", "state", "elsewhere/service.pem"])
    while True:  # until it listens
        try:
            socket.create_connection(("127.0.0.1", int(open("port").read()))).close()
            return
        except (FileNotFoundError, ValueError, ConnectionRefusedError):
            time.sleep(0.02)


def end_stand_in():
    stand_in.kill()
    stand_in.wait()


def settings(**more):
    text = open(folder + "/zkp-ledgerd.toml").read().split("\n[encryption]")[0]
    text += "\n[encryption]\n" + "".join("%s = %s\n" % (k, json.dumps(v)) for k, v in more.items())
    open(folder + "/zkp-ledgerd.toml", "w").write(text)


def encrypt(want=0):
    done = subprocess.run(["zkp-ledgerd", "--encrypt", folder], capture_output=True, text=True)
    assert done.returncode == want, done
    return done.stdout + done.stderr


def refuses_to_start(word):
    said = subprocess.run(["zkp-ledgerd", folder], capture_output=True, text=True, timeout=60)
    assert said.returncode != 0 and word in said.stderr, said


if folder == "pkcs11":
    for label, pin in (("ledger", "4321"), ("other", "9876")):
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "1234", "--pin", pin], check=True, stdout=subprocess.DEVNULL)
    open("elsewhere/pin", "w").write("4321\n")
    open("elsewhere/wrong", "w").write("0000\n")
    good = {"provider": "pkcs11", "module": module, "token": "ledger", "pin_file": os.path.abspath("elsewhere/pin"), "key": "zkl"}
    settings(**{**good, "token": "nobody"})
    assert "no slot" in encrypt(4)
    settings(**{**good, "pin_file": os.path.abspath("elsewhere/wrong")})
    assert "log-in" in encrypt(10)
    settings(**{**good, "module": "/nowhere.so"})
    assert "no PKCS#11 module" in encrypt(8)
    settings(**{k: v for k, v in good.items() if k != "key"})
    assert "needs" in encrypt(2)
else:
    subprocess.run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
                   " -keyout elsewhere/key.pem -out elsewhere/ca.pem".split(), check=True, stderr=subprocess.DEVNULL)
    open("elsewhere/service.pem", "w").write(open("elsewhere/key.pem").read() + open("elsewhere/ca.pem").read())
    begin_stand_in()
    open("elsewhere/token", "w").write("t-secret\n")
    open("elsewhere/wrong", "w").write("t-other\n")
    address = "https://127.0.0.1:%s" % open("port").read()
    good = {"provider": "transit", "address": address, "ca": os.path.abspath("elsewhere/ca.pem"), "token_file": os.path.abspath("elsewhere/token"), "key": "zkl"}
    settings(**{**good, "token_file": os.path.abspath("elsewhere/wrong")})
    assert "403" in encrypt(10)
    settings(**{k: v for k, v in good.items() if k != "ca"})
    assert "certificate" in encrypt(7)  # nobody vouches for it: the token is not shown
    assert not any("encrypt" in asked for asked in json.load(open("state"))["asked"])
    settings(**{**good, "key": "nobody"})
    assert "404" in encrypt(4)
    settings(**{**good, "key": "../sys"})
    assert "plain" in encrypt(2)
    settings(**{**good, "address": "http://keys.example"})
    assert "https" in encrypt(2)

settings(**good)
assert "files encrypted" in encrypt()
client = start()
sent = client.send("people.csv", CSV)
made = client.run("notarize", {"name": "people", "files": [sent["file"]], "output": "out:people.zkl"})
assert made["status"] == "valid", made
receipt = client.result(made["id"], "people.zkl")
shown = client.ask("GET", "/v1/encryption")
assert shown["provider"] == folder and shown["newest"] == 1 and shown["key"].endswith("/zkl"), shown
before = len(json.load(open("state"))["asked"]) if folder == "transit" else 0
rotated = client.ask("POST", "/v1/encryption/rotate")
if folder == "transit":  # rewrapped there, and compared before the old one goes
    asked = [one.split("/")[-2] for one in json.load(open("state"))["asked"][before:]]
    assert asked.count("rewrap") == rotated["objects"] and asked.count("decrypt") == 2 * rotated["objects"], asked
assert rotated["newest"] == 2 and rotated["rewrapped"] == rotated["objects"] and not rotated["unreadable"], rotated
client.ask("POST", "/v1/encryption/retire", {"oldest": 3}, want=409)
retired = client.ask("POST", "/v1/encryption/retire", {"oldest": 2})
assert retired["oldest"] == 2, retired
assert client.result(made["id"], "people.zkl") == receipt
stop()
client = start()
assert client.result(made["id"], "people.zkl") == receipt
content = b"".join(open(os.path.join(where, name), "rb").read() for where, _, names in os.walk(folder) for name in names
                   if os.path.isfile(os.path.join(where, name)))
assert VALUE.encode() not in content

if folder == "transit":
    end_stand_in()
    # nobody there: what needs no key goes on, what needs one says so, and nothing is lost
    answer = client.ask("GET", "/v1/operations/%s/files/people.zkl" % made["id"], want=503)
    assert "key" in answer["detail"], answer
    client.send("more.csv", CSV, want=500)
    client.ask("GET", "/v1/operations/" + made["id"])
    for _ in range(4):
        client.ask("GET", "/v1/operations/%s/files/people.zkl" % made["id"], want=503)
    begin_stand_in()
    for _ in range(400):  # left alone for a while, and then tried again
        try:
            assert client.result(made["id"], "people.zkl") == receipt
            break
        except AssertionError:
            time.sleep(0.05)
    else:
        raise SystemExit("it is not asked again")
    assert client.ask("GET", "/v1/encryption")["state"] == "answers"
    assert client.send("more.csv", CSV)["size"] == len(CSV)
    stop()
    end_stand_in()
    refuses_to_start("error: ")
    assert os.path.exists(os.path.join(folder, "jobs", made["id"], "job.json")) and len(os.listdir(folder + "/files")) == 4
    begin_stand_in()
    client = start()
    assert client.result(made["id"], "people.zkl") == receipt
    assert len(client.ask("GET", "/v1/files")["files"]) == 2
    stop()
    end_stand_in()
else:
    stop()
    settings(**{**good, "key": "another"})
    refuses_to_start("version")
    settings(**{**good, "token": "other", "pin_file": os.path.abspath("elsewhere/pin")})
    refuses_to_start("log-in")
