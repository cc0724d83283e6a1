"""How far a long operation is: tqdm where it is installed, a line on the terminal where it is not."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

from ._library import Progress


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"


class _Bar:
    """A tqdm bar that changes its subject with the stage."""

    def __init__(self, tqdm: Any) -> None:
        self._tqdm, self._bar, self._stage = tqdm, None, ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self.close()
            self._stage, self._bar = stage, self._tqdm(desc=stage, total=total or None, leave=False, delay=0.5)
        bar: Any = self._bar
        bar.total = total or None
        bar.update(done - bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = None


@contextlib.contextmanager
def progress_of(wanted: bool | Progress | None) -> Iterator[Progress | None]:
    """What to call with (stage, done, total), or None. wanted None: on a terminal and in a notebook."""
    if callable(wanted):
        yield wanted
        return
    if wanted is False or (wanted is None and not (sys.stderr.isatty() or _in_notebook())):
        yield None
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        yield None
        return
    bar = _Bar(tqdm)
    try:
        yield bar
    finally:
        bar.close()
