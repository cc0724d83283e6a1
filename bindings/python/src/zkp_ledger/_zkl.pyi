# What build_ffi.py declares, as mypy sees it.
from typing import Any

ffi: Any
lib: Any
