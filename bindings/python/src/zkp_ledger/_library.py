"""The one place that calls libzkl: ledgers are opened and closed here, and operations run.

An operation runs on a thread of the library while the caller waits without the GIL, in short steps: so Ctrl-C is heard, and
progress shown, by the thread that called. Nothing of Python runs on the library's threads but what is said by the way.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from ._zkl import ffi, lib
from .errors import ForkedError, error_of

log = logging.getLogger("zkp_ledger")

#: stage, done, total (0: not known)
Progress = Callable[[str, int, int], None]

_WAIT_MS = 50
_OPERATIONS_AT_ONCE = 16


class LedgerWarning(UserWarning):
    """A guard against lost or forked logs is off, or a key is kept without a passphrase."""


def _text(pointer: Any) -> str:
    return str(ffi.string(pointer), "utf-8", "backslashreplace")


def _fail(status: int, err: Any) -> Exception:
    return error_of(_text(lib.zkl_status_text(status)), _text(err.text), {"exit_code": lib.zkl_status_exit_code(status)})


@ffi.def_extern()  # type: ignore[untyped-decorator]
def zkl_python_say(_opaque: Any, text: Any) -> None:
    log.info("%s", _text(text))


@ffi.def_extern()  # type: ignore[untyped-decorator]
def zkl_python_warn(_opaque: Any, text: Any) -> None:
    log.warning("%s", _text(text))


class _Process:
    """Threads of this process: those that operations run on, and the workers that they share."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        err = ffi.new("zkl_error *")
        pool, background = ffi.new("zkl_pool **"), ffi.new("zkl_background **")
        for status in (
            lib.zkl_pool_new(pool, 0, err),
            lib.zkl_background_new(background, _OPERATIONS_AT_ONCE, err),
        ):
            if status:
                raise _fail(status, err)
        self.env = ffi.new("zkl_env *")
        self.env.pool = pool[0]
        self.background = background[0]


_process: _Process | None = None
_process_lock = threading.Lock()


def _here() -> _Process:
    """Made when first needed, and anew in a child: threads do not survive a fork."""
    global _process
    with _process_lock:
        if _process is None or _process.pid != os.getpid():
            _process = _Process()
        return _process


def _reset_lock() -> None:
    global _process_lock
    _process_lock = threading.Lock()


os.register_at_fork(after_in_child=_reset_lock)


def encode_path(path: str | os.PathLike[str], name: str = "path") -> bytes:
    """A path as the system has it. A zero byte would end it early, so it is refused."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"{name}: a path is wanted, not {type(path).__name__}")
    encoded = os.fsencode(path)
    if b"\0" in encoded:
        raise ValueError(f"{name}: a path has no zero byte")
    return encoded


class _Options:
    """What a ledger is opened with, in memory of ours until the library has its own copy. Wiped: a passphrase is in it."""

    def __init__(self) -> None:
        self._kept: list[Any] = []

    def __enter__(self) -> _Options:
        return self

    def __exit__(self, *_exception: object) -> None:
        for value in self._kept:
            ffi.memmove(value, bytes(ffi.sizeof(value)), ffi.sizeof(value))

    def text(self, value: bytes | None) -> Any:
        if value is None:
            return ffi.NULL
        kept = ffi.new("char[]", value)
        self._kept.append(kept)
        return kept

    def fill(self, options: Any, folder: bytes, passphrase: bytes | None) -> None:
        options.folder = self.text(folder)
        options.notice.say, options.notice.warn = lib.zkl_python_say, lib.zkl_python_warn
        if passphrase is not None:
            self._passphrase = ffi.new("zkl_bytes *")
            self._passphrase.data = ffi.cast("uint8_t *", self.text(passphrase))
            self._passphrase.size = len(passphrase)
            options.passphrase = self._passphrase


class Handle:
    """An open ledger of the library. Operations of several threads may run at once; close waits for them."""

    def __init__(
        self,
        folder: bytes,
        passphrase: bytes | None = None,
        *,
        is_found: bool = False,
        setup_cache: bytes | None = None,
        state: bytes | None = None,
    ) -> None:
        self.pid = os.getpid()
        self._turn = threading.Condition()
        self._running = 0
        self._pointer: Any = ffi.NULL
        options, out, err = ffi.new("zkl_ledger_options *"), ffi.new("zkl_ledger **"), ffi.new("zkl_error *")
        with _Options() as memory:
            memory.fill(options, folder, passphrase)
            options.setup_cache, options.state = memory.text(setup_cache), memory.text(state)
            options.is_found = is_found
            status = lib.zkl_ledger_open(out, options, _here().env, err)
        if status:
            raise _fail(status, err)
        self._pointer = out[0]

    @property
    def is_open(self) -> bool:
        return bool(self._pointer != ffi.NULL)

    def enter(self) -> Any:
        if self.pid != os.getpid():
            raise ForkedError("this ledger was opened before the process forked; open it anew in the child")
        with self._turn:
            if not self.is_open:
                raise ValueError("the ledger is closed")
            self._running += 1
            return self._pointer

    def leave(self) -> None:
        with self._turn:
            self._running -= 1
            self._turn.notify_all()

    def info(self) -> dict[str, str]:
        pointer = self.enter()
        try:
            info = ffi.new("zkl_ledger_info *")
            lib.zkl_ledger_get_info(info, pointer)
            return {
                "folder": _text(info.folder),
                "origin": _text(info.origin),
                "ledger": bytes(info.ledger.bytes).hex(),
                "powers": bytes(info.powers_hash.bytes).hex(),
                "hash_algorithm": _text(info.hash_algorithm),
            }
        finally:
            self.leave()

    def close(self) -> None:
        if self.pid != os.getpid():
            return  # it is the parent's
        with self._turn:
            while self._running:
                self._turn.wait()
            pointer, self._pointer = self._pointer, ffi.NULL
        if pointer != ffi.NULL:
            lib.zkl_ledger_close(pointer)


def locate(given: bytes | None) -> bytes:
    """The folder of the ledger that is meant: given, $ZKP_LEDGER_DIR, or .zkp-ledger here or above."""
    out, memory, err = ffi.new("const char **"), ffi.new("zkl_arena *"), ffi.new("zkl_error *")
    try:
        status = lib.zkl_locate(out, memory, ffi.NULL if given is None else given, err)
        if status:
            raise _fail(status, err)
        return bytes(ffi.string(out[0]))
    finally:
        lib.zkl_arena_clear(memory)


def call(operation: str, request: Mapping[str, Any], handle: Handle | None = None, progress: Progress | None = None) -> dict[str, Any]:
    """Run an operation to its end, and return its answer, a success or not.

    An exception of the caller's (Ctrl-C, or one that `progress` raises) ends the operation: nothing is recorded, unless it
    was past its last step. That is logged then.
    """
    encoded = json.dumps(request, allow_nan=False).encode("ascii")
    pointer = handle.enter() if handle else ffi.NULL
    try:
        return _run(operation, encoded, pointer, progress)
    finally:
        if handle:
            handle.leave()


def _run(name: str, request: bytes, ledger: Any, progress: Progress | None) -> dict[str, Any]:
    here = _here()
    out, err = ffi.new("zkl_operation **"), ffi.new("zkl_error *")
    start = ffi.new("zkl_operation_start_request *")
    keep = (ffi.new("char[]", name.encode()), ffi.new("uint8_t[]", request))
    start.ledger, start.operation, start.env = ledger, keep[0], here.env
    start.request.data, start.request.size = keep[1], len(request)
    status = lib.zkl_operation_start(out, here.background, start, err)
    if status:
        raise _fail(status, err)
    operation = out[0]
    try:
        _wait(operation, progress)
        return _answer(operation)
    except BaseException:
        _end(operation, name)
        raise
    finally:
        lib.zkl_operation_free(operation)


def _wait(operation: Any, progress: Progress | None) -> None:
    told: tuple[str, int, int] | None = None
    state = ffi.new("zkl_operation_progress *")
    while True:
        is_over = lib.zkl_operation_wait(operation, _WAIT_MS)
        if progress:
            lib.zkl_operation_get_progress(state, operation)
            now = (_text(state.stage), int(state.done), int(state.total))
            if now[0] and now != told:
                told = now
                progress(*now)
        if is_over:
            return


def _answer(operation: Any) -> dict[str, Any]:
    result = lib.zkl_operation_result(operation)
    if result.json == ffi.NULL:
        raise MemoryError("no memory for the answer")
    answer: dict[str, Any] = json.loads(ffi.string(result.json))
    for text in answer.get("warnings", ()):
        warnings.warn(text, LedgerWarning, stacklevel=6)
    return answer


def _end(operation: Any, name: str) -> None:
    lib.zkl_operation_cancel(operation)
    lib.zkl_operation_wait(operation, 2**64 - 1)
    result = lib.zkl_operation_result(operation)
    if result != ffi.NULL and result.json != ffi.NULL and json.loads(ffi.string(result.json)).get("exit_code") == 0:
        log.warning("%s was interrupted when it was past its last step: it is done", name)


def make_ledger(folder: bytes, passphrase: bytes | None, choices: Mapping[str, str | None]) -> None:
    """Make a ledger: three seconds for a user's first one. choices: members of zkl_init_request by name."""
    request, result, err = ffi.new("zkl_init_request *"), ffi.new("zkl_init_result *"), ffi.new("zkl_error *")
    try:
        with _Options() as memory:
            memory.fill(request.ledger, folder, passphrase)
            for member, value in choices.items():
                setattr(request, member, memory.text(None if value is None else os.fsencode(value)))
            status = lib.zkl_init(result, request, _here().env, err)
        if status:
            raise _fail(status, err)
    finally:
        lib.zkl_arena_clear(ffi.addressof(result, "memory"))


def operations() -> list[dict[str, Any]]:
    """What the library can do: names, summaries and JSON Schemas, as `zkl_operations` says them."""
    result, err = ffi.new("zkl_call_result *"), ffi.new("zkl_error *")
    try:
        status = lib.zkl_operations(result, err)
        if status:
            raise _fail(status, err)
        told: list[dict[str, Any]] = json.loads(ffi.string(result.json))["operations"]
        return told
    finally:
        lib.zkl_arena_clear(ffi.addressof(result, "memory"))
