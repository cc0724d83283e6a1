"""Requests to one service: over TLS that is verified, to that host alone, again where that is right.

Plain http goes to this machine only, unless the caller says otherwise; redirects are not followed. The key goes into one header
and into no error. What is answered is bounded.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import socket
import ssl
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from .errors import BadInputError, DeniedError, InputOutputError, LimitError, UsageError, error_of

ANSWER_BYTES_MAX = 32 << 20
_LATER = (429, 502, 503, 504)
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Settings:
    """Where a service is, and who asks."""

    url: str
    key: str | None = field(default=None, repr=False)
    ca: str | None = None
    certificate: str | None = None
    certificate_key: str | None = None
    pin_sha256: str | None = None
    allow_plain: bool = False
    wait: float = 60.0


@dataclass
class Reply:
    code: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise BadInputError("the service's answer is no JSON") from error


class _Local(http.client.HTTPConnection):
    """A socket of this machine, with TLS where the address says so."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Http:
    """One thread at a time uses it; each thread of a caller's has its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        parts = urllib.parse.urlsplit(settings.url)
        self._unix = parts.path if parts.scheme == "unix" else None
        if self._unix is None:
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
                raise UsageError(f"'{settings.url}' is no address of a service: https://HOST:PORT, or unix:PATH")
            if parts.path not in ("", "/"):
                raise UsageError(f"'{settings.url}': an address of a service has no path")
            if parts.scheme == "http" and not settings.allow_plain and not _is_loopback(parts.hostname):
                raise UsageError(f"'{settings.url}' is not encrypted: it takes https, or allow_plain=True")
        if settings.key is not None and not all("!" <= letter <= "~" for letter in settings.key):
            raise DeniedError("the key holds characters that no key has")
        self._parts = parts
        self._tls = self._context() if parts.scheme == "https" else None
        self._has_answered = False

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.settings.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.settings.certificate:
            context.load_cert_chain(self.settings.certificate, self.settings.certificate_key)
        if self.settings.pin_sha256:
            # The certificate is known itself: who signed it says nothing more.
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        if self._unix is not None:
            return _Local(self._unix, timeout)
        host, port = self._parts.hostname or "", self._parts.port
        if self._tls is None:
            return http.client.HTTPConnection(host, port, timeout=timeout)
        connection = http.client.HTTPSConnection(host, port, timeout=timeout, context=self._tls)
        if self.settings.pin_sha256:
            connection.connect()
            self._check_pin(connection)
        return connection

    def _check_pin(self, connection: http.client.HTTPSConnection) -> None:
        shown = connection.sock.getpeercert(binary_form=True) or b""
        if hashlib.sha256(shown).hexdigest() != (self.settings.pin_sha256 or "").replace(":", "").lower():
            connection.close()
            raise DeniedError("the service's certificate is not the one that is pinned")

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | IO[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        may_repeat: bool = True,
        take: Callable[[bytes], None] | None = None,
        begin: Callable[[], None] | None = None,
    ) -> Reply:
        """Ask, and again when the connection breaks after the service had answered once, or when it says "later"."""
        until = time.monotonic() + self.settings.wait
        pause = 0.2
        while True:
            try:
                reply = self._once(method, path, body, headers or {}, take, begin)
                self._has_answered = True
            except (OSError, http.client.HTTPException) as error:
                if isinstance(error, (ssl.SSLCertVerificationError, DeniedError)) or not (self._has_answered and may_repeat):
                    raise self._no_answer(error) from error
                reply = None
                why: Exception = error
            if reply is not None and reply.code not in _LATER:
                return reply
            if reply is not None:
                pause = max(pause, min(_seconds(reply.headers.get("retry-after")), 60.0))
            if not may_repeat or time.monotonic() + pause > until:
                if reply is not None:
                    raise fail_of(reply)
                raise self._no_answer(why) from why
            time.sleep(pause)
            pause = min(2 * pause, 10.0)

    def _no_answer(self, error: Exception) -> Exception:
        if isinstance(error, DeniedError):
            return error
        return InputOutputError(f"no answer from '{self.settings.url}': {error}")

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        made = {"Accept": "application/json", **more}
        if self.settings.key:
            made["Authorization"] = f"Bearer {self.settings.key}"
        return made

    def _once(
        self,
        method: str,
        path: str,
        body: bytes | IO[bytes] | None,
        headers: Mapping[str, str],
        take: Callable[[bytes], None] | None,
        begin: Callable[[], None] | None,
    ) -> Reply:
        connection = self._connect(max(self.settings.wait, 1.0))
        try:
            made = self._headers(headers)
            if body is not None and not isinstance(body, bytes):
                body.seek(0)
                made["Content-Length"] = str(os.fstat(body.fileno()).st_size)
            connection.request(method, path, body=body, headers=made)
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            if take is not None and response.status == 200:
                if begin is not None:
                    begin()
                while part := response.read(_BLOCK):
                    take(part)
                return Reply(response.status, told, b"")
            content = response.read(ANSWER_BYTES_MAX + 1)
            if len(content) > ANSWER_BYTES_MAX:
                raise LimitError(f"the service's answer has more than {ANSWER_BYTES_MAX} bytes")
            return Reply(response.status, told, content)
        finally:
            connection.close()

    def events(self, path: str) -> Iterator[tuple[str, Any]]:
        """Server-sent events of an operation: (name, data)."""
        connection = self._connect(max(self.settings.wait, 1.0) + 60.0)
        try:
            connection.request("GET", path, headers=self._headers({"Accept": "text/event-stream"}))
            response = connection.getresponse()
            if response.status != 200:
                raise fail_of(Reply(response.status, {}, response.read(ANSWER_BYTES_MAX)))
            name, lines = "message", []
            while line := response.readline(ANSWER_BYTES_MAX):
                text = line.decode("utf-8", "replace").rstrip("\r\n")
                if text.startswith("event:"):
                    name = text[6:].strip()
                elif text.startswith("data:"):
                    lines.append(text[5:].strip())
                elif not text and lines:
                    yield name, json.loads("\n".join(lines))
                    name, lines = "message", []
        finally:
            connection.close()


def fail_of(reply: Reply) -> Exception:
    """The exception that an answer is: a problem of RFC 9457, whose title is a status of the library."""
    try:
        told = json.loads(reply.body)
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("title"), str):
        return BadInputError(f"the service answers {reply.code}, which says nothing more")
    words = str(told.get("detail") or told["title"])
    return DeniedError(words, told) if reply.code == 401 else error_of(told["title"], words, told)


def _is_loopback(host: str) -> bool:
    return host in ("127.0.0.1", "::1", "localhost")


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isascii() and text.isdigit() else 0.0
