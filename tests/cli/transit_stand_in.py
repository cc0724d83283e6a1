"""A stand-in for a key service of the form of Vault's transit engine, from the public description of its API alone. What it
calls encryption hides nothing from whoever has this file: it is for tests.

    transit_stand_in.py PORT_FILE TOKEN STATE_FILE PEM_FILE

STATE_FILE keeps the versions from one start to the next, as the real one keeps its storage.
"""
import base64
import hashlib
import hmac
import json
import os
import re
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port_file, token, state_file, pem_file = sys.argv[1:]
state = json.load(open(state_file)) if os.path.exists(state_file) else {"keys": [os.urandom(32).hex()], "oldest": 1, "asked": []}


def save():
    json.dump(state, open(state_file + ".new", "w"))
    os.replace(state_file + ".new", state_file)


def stream(version, nonce, size):
    return hashlib.shake_256(bytes.fromhex(state["keys"][version - 1]) + nonce).digest(size)


def tag(version, text):
    return hmac.new(bytes.fromhex(state["keys"][version - 1]), text, hashlib.sha256).digest()[:16]


def encrypt(plain):
    version, nonce = len(state["keys"]), os.urandom(12)
    hidden = nonce + bytes(a ^ b for a, b in zip(plain, stream(version, nonce, len(plain))))
    return "vault:v%d:%s" % (version, base64.b64encode(hidden + tag(version, hidden)).decode())


def decrypt(text):
    form = re.fullmatch(r"vault:v([1-9][0-9]*):([A-Za-z0-9+/=]+)", text)
    if not form or not state["oldest"] <= int(form[1]) <= len(state["keys"]):
        raise ValueError
    version, whole = int(form[1]), base64.b64decode(form[2], validate=True)
    hidden, mac = whole[:-16], whole[-16:]
    if not hmac.compare_digest(mac, tag(version, hidden)):
        raise ValueError
    return bytes(a ^ b for a, b in zip(hidden[12:], stream(version, hidden[:12], len(hidden) - 12)))


lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, code, data=None):
        body = json.dumps({"data": data} if code == 200 else {"errors": ["no"]}).encode() if code != 204 else b""
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size) or b"{}") if size else {}
        with lock:
            state["asked"].append(self.command + " " + self.path)
            save()
        if self.headers.get("X-Vault-Token") != token:
            return self.answer(403)
        form = re.fullmatch(r"/v1/transit/(keys|encrypt|decrypt|rewrap)/zkl(/rotate|/config)?", self.path)
        if not form:
            return self.answer(404)
        what, more = form[1], form[2]
        if what == "keys" and more == "/rotate" and self.command == "POST":
            state["keys"].append(os.urandom(32).hex())
            save()
            return self.answer(204)
        if what == "keys" and more == "/config" and self.command == "POST":
            state["oldest"] = body["min_decryption_version"]
            save()
            return self.answer(204)
        if what == "keys":
            return self.answer(200, {"latest_version": len(state["keys"]), "min_decryption_version": state["oldest"], "type": "aes256-gcm96"})
        try:
            if what == "encrypt":
                return self.answer(200, {"ciphertext": encrypt(base64.b64decode(body["plaintext"], validate=True)), "key_version": len(state["keys"])})
            plain = decrypt(body["ciphertext"])
        except (ValueError, KeyError):
            return self.answer(400)
        if what == "rewrap":
            return self.answer(200, {"ciphertext": encrypt(plain), "key_version": len(state["keys"])})
        return self.answer(200, {"plaintext": base64.b64encode(plain).decode()})

    do_GET = do_POST = handle_any


save()
port = int(open(port_file).read()) if os.path.exists(port_file) else 0
server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(pem_file)
server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
open(port_file + ".new", "w").write(str(server.server_address[1]))
os.replace(port_file + ".new", port_file)
server.serve_forever()
