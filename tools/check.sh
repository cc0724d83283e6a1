#!/bin/sh
# Everything about the source that can be checked without running it. See the Makefile.
set -eu
cd "$(dirname "$0")/.."
python3 tools/check_layers.py
python3 tools/check_paths.py
python3 tools/check_tracked.py
python3 tools/check_wrap.py
python3 tools/check_constants.py
python3 tools/check_named_tests.py
python3 tools/check_advice.py
sh tools/check_generated.sh
git ls-files '*.c' '*.h' | xargs clang-format-16 --dry-run -Werror
echo "format: ok"
tools/build.sh dev
echo "warnings (gcc): none"
sh tools/check_symbols.sh
python3 tools/check_clang.py build-dev
python3 tools/check_templates.py
