"""What can go wrong: an exception for each status of the library (include/zkl/status.h).

Each holds the status, the exit code that the command line has for it, the check of a verification that failed, and the whole
answer. Those that Python has a name for are that too: a dataset or file that is not there is a `FileNotFoundError`, bad input
a `ValueError`, a missing passphrase a `PermissionError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ZklError(Exception):
    """An operation failed, and the ledger is as it was, but for what the operation says otherwise."""

    #: The status by name, such as "not found".
    status: str = "failed"

    def __init__(self, message: str, answer: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        #: What the operation answered: the object that the command line prints with --json.
        self.answer: Mapping[str, Any] = answer or {}

    @property
    def exit_code(self) -> int:
        """What the command line would end with."""
        return int(self.answer.get("exit_code", 7))

    @property
    def check(self) -> str | None:
        """Of a verification: the check that failed, such as "inclusion"."""
        return self.answer.get("check") or None

    @property
    def hint(self) -> str | None:
        """The name of what can be done about it, where the library knows."""
        return self.answer.get("hint") or None


class RejectedError(ZklError):
    """Something was checked and is false: a receipt, a log, a claim, what a store holds."""

    status = "rejected"


class UsageError(ZklError, ValueError):
    """The request is wrong, whatever the data are."""

    status = "wrong usage"


class BadInputError(ZklError, ValueError):
    """Bytes from outside are not what they are given as: no receipt, no table, no key."""

    status = "bad input"


class NotFoundError(ZklError, FileNotFoundError):
    """A file, dataset, version or set-up that is named is not there."""

    status = "not found"


class ConflictError(ZklError):
    """The state forbids it: another writer, a file that would be overwritten or has changed."""

    status = "conflict"


class LimitError(ZklError, ValueError):
    """A named bound is exceeded: the message has the size and the bound."""

    status = "limit exceeded"


class OutOfMemoryError(ZklError, MemoryError):
    """An allocation failed. The call may be made again."""

    status = "out of memory"


class InputOutputError(ZklError, OSError):
    """The system failed to read, write or sync."""

    status = "input/output error"


class NotSupportedError(ZklError, NotImplementedError):
    """Well formed, and of a kind or version that this build does not do."""

    status = "not supported"


class UncheckedError(ZklError):
    """A verification could not be made. This says neither "valid" nor "false"."""

    status = "could not check"


class DeniedError(ZklError, PermissionError):
    """The system or a passphrase keeps the caller out."""

    status = "permission denied"


class CancelledError(ZklError):
    """It was asked to end, and recorded nothing."""

    status = "cancelled"


class ForkedError(ZklError, RuntimeError):
    """A ledger was opened before the process forked: open it anew in the child."""

    status = "forked"


_BY_STATUS: dict[str, type[ZklError]] = {
    kind.status: kind
    for kind in (
        RejectedError,
        UsageError,
        BadInputError,
        NotFoundError,
        ConflictError,
        LimitError,
        OutOfMemoryError,
        InputOutputError,
        NotSupportedError,
        UncheckedError,
        DeniedError,
        CancelledError,
    )
}


def answer_of(operation: str, answer: dict[str, Any]) -> dict[str, Any]:
    """An operation's answer where it succeeded; else its exception. That two tables differ is an answer."""
    if answer["exit_code"] != 0 and not (operation == "diff" and answer["status"] == "differs"):
        raise error_of(answer["status"], answer.get("error", answer["status"]), answer)
    return answer


def error_of(status: str, message: str, answer: Mapping[str, Any] | None = None) -> ZklError:
    """The exception for a status."""
    return _BY_STATUS.get(status, ZklError)(message, answer)
