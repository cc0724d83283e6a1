# Dependencies by package name, pinned version and sha256. Each archive is looked for in a cache outside
# the build folder first ($ZKL_DEPS_CACHE, else ~/.cache/zkl-deps); only when it is missing or different
# is the package's own client asked. With the cache filled, a build needs no network.

if(DEFINED ENV{ZKL_DEPS_CACHE})
  set(ZKL_DEPS_CACHE "$ENV{ZKL_DEPS_CACHE}")
else()
  set(ZKL_DEPS_CACHE "$ENV{HOME}/.cache/zkl-deps")
endif()

# zkl_fetch(OUT kind name version sha256): OUT = the path of the checked archive in the cache.
# kind: crate (client cargo), npm (client npm) or sdist (client pip).
function(zkl_fetch out kind name version sha256)
  string(REGEX REPLACE "^@" "" flat "${name}")
  string(REPLACE "/" "-" flat "${flat}")
  if(kind STREQUAL "crate")
    set(file "${flat}-${version}.crate")
  elseif(kind STREQUAL "sdist")
    set(file "${flat}-${version}.tar.gz")
  else()
    set(file "${flat}-${version}.tgz")
  endif()
  set(archive "${ZKL_DEPS_CACHE}/${file}")
  set(${out} "${archive}" PARENT_SCOPE)
  file(MAKE_DIRECTORY "${ZKL_DEPS_CACHE}")
  file(LOCK "${ZKL_DEPS_CACHE}" DIRECTORY GUARD FUNCTION TIMEOUT 600)
  if(EXISTS "${archive}")
    file(SHA256 "${archive}" have)
    if(have STREQUAL sha256)
      return()
    endif()
  endif()
  message(STATUS "Fetching ${name} ${version} (${kind})")
  set(tmp "${CMAKE_BINARY_DIR}/fetch/${flat}")
  file(REMOVE_RECURSE "${tmp}")
  file(MAKE_DIRECTORY "${tmp}")
  if(kind STREQUAL "crate")
    execute_process(COMMAND "${CMAKE_COMMAND}" -E env "CARGO_HOME=${tmp}/home" cargo info --quiet "${name}@${version}"
                    WORKING_DIRECTORY "${tmp}" OUTPUT_QUIET ERROR_VARIABLE why RESULT_VARIABLE rc)
    file(GLOB got "${tmp}/home/registry/cache/*/${file}")
  elseif(kind STREQUAL "sdist")
    execute_process(COMMAND python3 -m venv "${tmp}/venv" OUTPUT_QUIET ERROR_QUIET)
    execute_process(COMMAND "${tmp}/venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps
                      --no-binary :all: "${name}==${version}"
                    WORKING_DIRECTORY "${tmp}" OUTPUT_QUIET ERROR_VARIABLE why RESULT_VARIABLE rc)
    file(GLOB got "${tmp}/${file}")
  else()
    execute_process(COMMAND npm pack --silent --ignore-scripts "${name}@${version}"
                    WORKING_DIRECTORY "${tmp}" OUTPUT_QUIET ERROR_VARIABLE why RESULT_VARIABLE rc)
    file(GLOB got "${tmp}/${file}")
  endif()
  if(NOT got)
    message(FATAL_ERROR "cannot fetch ${name} ${version}: ${why}\n(crates are fetched by 'cargo info': cargo 1.82 or newer.) Put ${file} (sha256 ${sha256}) into ${ZKL_DEPS_CACHE} and configure again.")
  endif()
  file(SHA256 "${got}" have)
  if(NOT have STREQUAL sha256)
    message(FATAL_ERROR "${name} ${version}: sha256 is ${have}, pinned is ${sha256}")
  endif()
  file(COPY_FILE "${got}" "${archive}.part") # the cache may lie on another disk than the build folder
  file(RENAME "${archive}.part" "${archive}")
  file(REMOVE_RECURSE "${tmp}")
endfunction()

include("${CMAKE_CURRENT_LIST_DIR}/unpack.cmake")
string(REGEX MATCH "^(x86_64|AMD64)$" ZKL_X86_64 "${CMAKE_SYSTEM_PROCESSOR}")
string(REGEX MATCH "^(aarch64|arm64)$" ZKL_ARM64 "${CMAKE_SYSTEM_PROCESSOR}")
set(ZKL_DEPS "${CMAKE_BINARY_DIR}/deps")

# ---- blst: BLS12-381 (Apache-2.0)
zkl_fetch(blst_archive crate blst 0.3.17 c20659f9bbee16cbbd2f7393e40ab6309f5a98f76a2eb57a995ec508b72387fe)
zkl_unpack("${blst_archive}" "${ZKL_DEPS}/blst-0.3.17" 03f2e9ffede1dd51b7c4dab54b84ec5985f8710a78a46f08cbcd5ad1d27a89e8)
set(blst_dir "${ZKL_DEPS}/blst-0.3.17/blst-0.3.17")
if(ZKL_SANITIZE STREQUAL "memory") # it has to see every store
  add_library(zkl_blst STATIC "${blst_dir}/blst/src/server.c")
  # Its C is for limbs of 32 bits, and takes those of 64 with a double limb to match.
  target_compile_definitions(zkl_blst PRIVATE __BLST_NO_ASM__ "llimb_t=unsigned __int128")
  target_compile_options(zkl_blst PRIVATE -fsanitize=memory)
else()
  add_library(zkl_blst STATIC "${blst_dir}/blst/src/server.c" "${blst_dir}/blst/build/assembly.S")
endif()
target_include_directories(zkl_blst SYSTEM PUBLIC "$<BUILD_INTERFACE:${blst_dir}/blst/bindings>")
target_compile_definitions(zkl_blst PRIVATE __BLST_PORTABLE__)
target_compile_options(zkl_blst PRIVATE -O2 -fno-builtin -w)
if(ZKL_X86_64)
  target_compile_options(zkl_blst PRIVATE $<$<COMPILE_LANGUAGE:C>:-mno-avx>)
endif()
set_target_properties(zkl_blst PROPERTIES POSITION_INDEPENDENT_CODE ON OUTPUT_NAME blst)

# ---- BLAKE3: the official C implementation (CC0 / Apache-2.0)
zkl_fetch(blake3_archive crate blake3 1.8.7 6d9e454fc11f76977dc803893aff6304ed33d6a26efae8696573bea74baa27ae)
zkl_unpack("${blake3_archive}" "${ZKL_DEPS}/blake3-1.8.7" c474ae249c521b9f3508d57a58914f7c3a5a8479323110ff8f853c8293244a37)
set(blake3_dir "${ZKL_DEPS}/blake3-1.8.7/blake3-1.8.7")
set(blake3_c "${blake3_dir}/c/blake3.c" "${blake3_dir}/c/blake3_dispatch.c" "${blake3_dir}/c/blake3_portable.c")
if(ZKL_SANITIZE STREQUAL "memory")
  add_library(zkl_blake3 STATIC ${blake3_c})
  target_compile_definitions(zkl_blake3 PRIVATE BLAKE3_NO_SSE2 BLAKE3_NO_SSE41 BLAKE3_NO_AVX2 BLAKE3_NO_AVX512)
  target_compile_options(zkl_blake3 PRIVATE -fsanitize=memory)
elseif(ZKL_ARM64)
  add_library(zkl_blake3 STATIC ${blake3_c} "${blake3_dir}/c/blake3_neon.c")
else()
  add_library(zkl_blake3 STATIC ${blake3_c}
    "${blake3_dir}/c/blake3_sse2_x86-64_unix.S" "${blake3_dir}/c/blake3_sse41_x86-64_unix.S"
    "${blake3_dir}/c/blake3_avx2_x86-64_unix.S" "${blake3_dir}/c/blake3_avx512_x86-64_unix.S")
endif()
target_include_directories(zkl_blake3 SYSTEM PUBLIC "$<BUILD_INTERFACE:${blake3_dir}/c>")
target_compile_options(zkl_blake3 PRIVATE -O3 -w)
set_target_properties(zkl_blake3 PROPERTIES POSITION_INDEPENDENT_CODE ON OUTPUT_NAME blake3)

find_package(PkgConfig REQUIRED)

# ---- llhttp: reads HTTP/1.1 (MIT), generated C in a Python package's source
if(ZKL_SERVICE)
  zkl_fetch(httptools_archive sdist httptools 0.9.0 d484ebb7e3a3f3597b0f645fbd1b85633674ca808c1f5ba11c2caf7c66f5c8b6)
  zkl_unpack("${httptools_archive}" "${ZKL_DEPS}/httptools-0.9.0" 2b2ba617915e3e629e74fa9b9fb5425f1d206cd0d77755cd432f816808688b5d "*/vendor/llhttp/*")
  set(llhttp_dir "${ZKL_DEPS}/httptools-0.9.0/httptools-0.9.0/vendor/llhttp")
  add_library(zkl_llhttp STATIC "${llhttp_dir}/src/api.c" "${llhttp_dir}/src/http.c" "${llhttp_dir}/src/llhttp.c")
  target_include_directories(zkl_llhttp SYSTEM PUBLIC "${llhttp_dir}/include")
  target_compile_options(zkl_llhttp PRIVATE -O2 -w)
  pkg_check_modules(libuv REQUIRED IMPORTED_TARGET libuv>=1.44)
  pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2>=1.52)
  pkg_check_modules(protobufc REQUIRED IMPORTED_TARGET libprotobuf-c>=1.4.1) # messages of gRPC itself (BSD-2)
  find_package(OpenSSL 3.0 REQUIRED COMPONENTS SSL)
endif()

# ---- system libraries
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(Threads REQUIRED)
pkg_check_modules(libcurl REQUIRED IMPORTED_TARGET libcurl>=7.85) # asks services, witnesses, and providers of tokens (curl licence)
pkg_check_modules(jansson REQUIRED IMPORTED_TARGET jansson>=2.13)
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd>=1.4)
pkg_check_modules(p11kit REQUIRED p11-kit-1) # the declarations of PKCS#11 alone (BSD): nothing of it is linked

if(ZKL_PDF)
  pkg_check_modules(pangocairo REQUIRED IMPORTED_TARGET pangocairo>=1.48)
endif()

if(ZKL_ROCKSDB)
  find_path(rocksdb_include rocksdb/c.h REQUIRED)
  find_library(rocksdb_library rocksdb REQUIRED)
  add_library(zkl_rocksdb INTERFACE)
  target_include_directories(zkl_rocksdb SYSTEM INTERFACE "${rocksdb_include}")
  # A shared one is loaded late (src/storage/rocksdb_library.h), and linked by those alone who name its functions.
  execute_process(COMMAND "${CMAKE_READELF}" -d "${rocksdb_library}" OUTPUT_VARIABLE rocksdb_dynamic ERROR_QUIET)
  if(rocksdb_dynamic MATCHES "soname: \\[([^]]+)\\]" AND NOT ZKL_PYTHON) # a wheel takes along what is linked
    set(rocksdb_soname "${CMAKE_MATCH_1}")
    target_link_libraries(zkl_rocksdb INTERFACE "-Wl,--push-state,--as-needed" "${rocksdb_library}" "-Wl,--pop-state")
  else()
    target_link_libraries(zkl_rocksdb INTERFACE "${rocksdb_library}")
  endif()
endif()

find_path(tomlplusplus_include toml++/toml.h REQUIRED)

# ---- DuckDB: reads Parquet (MIT). The library comes from npm, the header from a crate.
if(ZKL_DUCKDB)
  zkl_fetch(duckdb_sys_archive crate libduckdb-sys 1.10506.1 113d1c26c9f518405a17b5729bb6ab6abf029fdc46626406922cf9a8dc9b4609)
  if(ZKL_ARM64)
    zkl_fetch(duckdb_archive npm @duckdb/node-bindings-linux-arm64 1.5.6-r.1 3a45a6305b3235a781ed9de25aa795a3862acd042782d1f864e1bdb656de212b)
    set(duckdb_tree c621307322a49cff4908771687ad6b8f76a413b4439705eb6964770382aa01a5)
  else()
    zkl_fetch(duckdb_archive npm @duckdb/node-bindings-linux-x64 1.5.6-r.1 1b9f82478539bb9a1d1df44bd103121a12ae52142c07158dc52b97d2ec1d69ff)
    set(duckdb_tree 8087a7b4e1b8270a058c502f8bb020654f2feb82f3a570d5ee106b42fce2d74b)
  endif()
  zkl_unpack("${duckdb_sys_archive}" "${ZKL_DEPS}/libduckdb-sys-1.10506.1" 8427d1f434d9790b59b3a753bf15f68114067e171a1d242e835d5b4c4dc90320
    "*/duckdb.tar.gz" "*/LICENSE")
  zkl_unpack("${ZKL_DEPS}/libduckdb-sys-1.10506.1/libduckdb-sys-1.10506.1/duckdb.tar.gz" "${ZKL_DEPS}/duckdb-header"
    a3fa1af1bac9ea75bdcf1c3e4808f6f0490067e59278709e0baf5a40fd5b3273 "duckdb/src/include/duckdb.h")
  zkl_unpack("${duckdb_archive}" "${ZKL_DEPS}/duckdb-1.5.6" ${duckdb_tree})
  add_library(zkl_duckdb SHARED IMPORTED)
  set_target_properties(zkl_duckdb PROPERTIES
    IMPORTED_LOCATION "${ZKL_DEPS}/duckdb-1.5.6/package/libduckdb.so" IMPORTED_SONAME libduckdb.so
    INTERFACE_INCLUDE_DIRECTORIES "${ZKL_DEPS}/duckdb-header/duckdb/src/include")
endif()
