# The rooms of src/, lowest first: each is a static library of every source in its folder, and links what
# stands before it. `tools/check_layers.py` holds the includes to the same order.

add_library(zkl_flags INTERFACE)
target_compile_definitions(zkl_flags INTERFACE _GNU_SOURCE ZKL_VERSION="${PROJECT_VERSION}")
target_compile_options(zkl_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wshadow -Wconversion -Wsign-conversion
  -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wundef -Wpointer-arith -Wvla -Wformat=2 -Wcast-qual
  -Wwrite-strings -Wno-missing-field-initializers> -fno-strict-aliasing -fvisibility=hidden)
if(ZKL_WERROR)
  target_compile_options(zkl_flags INTERFACE -Werror)
endif()
if(ZKL_SANITIZE)
  target_compile_options(zkl_flags INTERFACE -fsanitize=${ZKL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(zkl_flags INTERFACE -fsanitize=${ZKL_SANITIZE})
  if(ZKL_FUZZ)
    target_compile_options(zkl_flags INTERFACE -fsanitize=fuzzer-no-link)
  endif()
endif()
target_include_directories(zkl_flags INTERFACE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")

function(zkl_room name)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.c" "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
  # Sources that make a module or a program of their own are left out of the room's library.
  list(FILTER sources EXCLUDE REGEX "/(main|module_[a-z0-9_]*)\\.c$")
  if(NOT sources)
    file(WRITE "${CMAKE_BINARY_DIR}/empty_${name}.c" "extern int zkl_room_${name}_is_empty;\n")
    set(sources "${CMAKE_BINARY_DIR}/empty_${name}.c")
  endif()
  add_library(zkl_${name} STATIC ${sources})
  target_link_libraries(zkl_${name} PRIVATE zkl_flags PUBLIC ${ARGN})
  # Native kernels: one set, one file, its own flags.
  foreach(source ${sources})
    if(source MATCHES "_avx2\\.c$")
      set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx2;-mbmi2")
    elseif(source MATCHES "_avx512\\.c$")
      set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx512f;-mavx512vl;-mavx512dq;-mavx512bw;-mbmi2")
    elseif(source MATCHES "_ifma\\.c$")
      set_source_files_properties(${source} PROPERTIES
        COMPILE_OPTIONS "-mavx512f;-mavx512vl;-mavx512dq;-mavx512bw;-mavx512ifma;-mbmi2")
    endif()
  endforeach()
endfunction()

zkl_room(base Threads::Threads)
zkl_room(native zkl_base)
zkl_room(hash zkl_native zkl_base zkl_blake3 OpenSSL::Crypto)
zkl_room(algebra zkl_hash zkl_native zkl_base zkl_blst)
zkl_room(table zkl_hash zkl_base PkgConfig::zlib PkgConfig::zstd ${CMAKE_DL_LIBS})
target_include_directories(zkl_table SYSTEM PRIVATE "${tomlplusplus_include}")
zkl_room(proof zkl_table zkl_algebra zkl_hash zkl_base PkgConfig::jansson)
zkl_room(storage zkl_base)
if(ZKL_ROCKSDB)
  target_link_libraries(zkl_storage PUBLIC zkl_rocksdb)
  target_compile_definitions(zkl_storage PRIVATE ZKL_HAVE_ROCKSDB)
  # RocksDB's exceptions pass through it on their way to the guard.
  set_source_files_properties("${PROJECT_SOURCE_DIR}/src/storage/rocksdb.c" PROPERTIES COMPILE_OPTIONS -fexceptions)
endif()
zkl_room(ledger zkl_storage zkl_proof zkl_table zkl_algebra zkl_hash zkl_base PkgConfig::jansson OpenSSL::Crypto)
target_include_directories(zkl_ledger SYSTEM PRIVATE "${tomlplusplus_include}")
zkl_room(service zkl_ledger zkl_storage zkl_proof zkl_table zkl_algebra zkl_hash zkl_base)
zkl_room(cli zkl_service)

# The reader of Parquet is a module of its own, loaded when such a file is first read: starting DuckDB costs 10 ms. DuckDB's
# library lies beside it, in the build folder as in an installed tree.
if(ZKL_DUCKDB AND EXISTS "${PROJECT_SOURCE_DIR}/src/table/module_duckdb.c")
  set(reader_folder "${CMAKE_BINARY_DIR}/lib/zkp-ledger")
  add_library(zkl_reader_duckdb MODULE "${PROJECT_SOURCE_DIR}/src/table/module_duckdb.c")
  target_link_libraries(zkl_reader_duckdb PRIVATE zkl_flags zkl_duckdb zkl_base zkl_blake3)
  set_target_properties(zkl_reader_duckdb PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY "${reader_folder}"
    INSTALL_RPATH "$ORIGIN")
  # A module that others can write is not loaded, whatever the umask was (src/table/source_load.c).
  add_custom_command(TARGET zkl_reader_duckdb POST_BUILD VERBATIM
    COMMAND "${CMAKE_COMMAND}" -E create_symlink "${ZKL_DEPS}/duckdb-1.5.6/package/libduckdb.so" "${reader_folder}/libduckdb.so"
    COMMAND chmod go-w "${reader_folder}" "$<TARGET_FILE:zkl_reader_duckdb>" "${ZKL_DEPS}/duckdb-1.5.6/package/libduckdb.so")
  target_compile_definitions(zkl_table PRIVATE ZKL_MODULE_LIBDIR="${CMAKE_INSTALL_LIBDIR}"
    ZKL_MODULE_INSTALL_DIR="${CMAKE_INSTALL_FULL_LIBDIR}/zkp-ledger")
endif()

if(EXISTS "${PROJECT_SOURCE_DIR}/src/cli/main.c")
  add_executable(zkp-ledger "${PROJECT_SOURCE_DIR}/src/cli/main.c")
  target_link_libraries(zkp-ledger PRIVATE zkl_flags zkl_cli)
  set_target_properties(zkp-ledger PROPERTIES LINKER_LANGUAGE CXX)
endif()
