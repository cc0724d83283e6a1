# For the scripts beside this one: the Python package over the library of this build, in $work/src, with what judges it as $python.

source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/python_requirements.txt")
package=$ZKL_SOURCE_DIR/bindings/python
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache PYTHONDONTWRITEBYTECODE=1
mkdir -p "$ZKL_SETUP_CACHE"
cp -r "$package/src" "$work/src"
made=$work/src/zkp_ledger
"$python" "$ZKL_SOURCE_DIR/tools/python_operations.py" "$ZKL_BUILD_DIR/libzkl.so" --output "$made/_operations.py"
"$python" "$package/build_ffi.py" "$work/_zkl.c" >/dev/null
include=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')
[ -e "$include/Python.h" ] || zkl_lacks "the headers of Python (python3-dev)"
cc -O1 -fPIC -shared -DPy_LIMITED_API=0x030a0000 -Wall -Werror -I"$include" -I"$ZKL_SOURCE_DIR/include" "$work/_zkl.c" \
    -L"$ZKL_BUILD_DIR" -lzkl -Wl,-rpath,"$ZKL_BUILD_DIR" -o "$made/_zkl.abi3.so"
export PYTHONPATH=$work/src
cd "$work"
