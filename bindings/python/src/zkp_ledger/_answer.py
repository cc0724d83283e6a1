"""What operations answer: the objects of docs/operations.md, with their members as attributes."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

_A = TypeVar("_A", bound="Answer")


class Answer:
    """An object of an answer. It does not change. Members that it has not are None."""

    #: Python's name of each member, and of those that are objects or lists of objects, what they are.
    _NAMES: ClassVar[Mapping[str, str]] = {}
    _OBJECTS: ClassVar[Mapping[str, type[Answer]]] = {}

    _told: Mapping[str, Any]

    @classmethod
    def _of(cls: type[_A], told: Mapping[str, Any]) -> _A:
        """From what the library answered."""
        made = cls.__new__(cls)
        values = made.__dict__
        values["_told"] = told
        for member, name in cls._NAMES.items():
            values[name] = _value(told.get(member), cls._OBJECTS.get(member))
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} does not change")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Answer) and self._told == other._told

    __hash__ = None  # type: ignore[assignment]

    def _members(self) -> Iterator[tuple[str, Any]]:
        """Those that it has, in order."""
        return ((name, self.__dict__[name]) for member, name in self._NAMES.items() if member in self._told)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={_short(value)}' for name, value in self._members())})"

    def to_dict(self) -> dict[str, Any]:
        """The object as the command line prints it with --json."""
        return dict(self._told)


def _short(value: Any) -> str:
    if isinstance(value, tuple) and len(value) > 3:
        return f"({', '.join(repr(element) for element in value[:3])}, ... {len(value)} in all)"
    return repr(value)


def _value(told: Any, kind: type[Answer] | None) -> Any:
    if isinstance(told, list):
        return tuple(_value(element, kind) for element in told)
    return kind._of(told) if kind is not None and told is not None else told


def request_of(members: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A request: what was not given is left out, paths and bytes become texts."""
    return {name: _encode(name, value) for name, value in members if value is not None and value is not False}


def _encode(name: str, value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, os.PathLike):
        return _encode(name, os.fspath(value))
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError(f"{name}: a text has no zero byte")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ValueError(f"{name}: not UTF-8: {value!r}") from error
        return value
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _encode(f"{name}.{key}", inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, Iterable):
        return [_encode(name, element) for element in value]
    raise TypeError(f"{name}: {type(value).__name__} is none of the types that it takes")


def texts(name: str, value: Any) -> Any:
    """A list of texts or paths: one alone is meant as a list of one, not as its letters."""
    if value is None:
        return None
    if isinstance(value, (str, os.PathLike)):
        return [value]
    if isinstance(value, (bytes, Mapping)) or not isinstance(value, Iterable):
        raise TypeError(f"{name}: texts are wanted, not {type(value).__name__}")
    listed = list(value)
    for element in listed:
        if not isinstance(element, (str, os.PathLike)):
            raise TypeError(f"{name}: texts are wanted, one of them is {type(element).__name__}")
    return listed
