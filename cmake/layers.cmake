# The folders of src/, as src/layers.txt lists them: each is a static library of every source in it, and links what it may
# include. `tools/check_layers.py` holds the includes to the same list.

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
  if(ZKL_SANITIZE STREQUAL "memory")
    # Where a value came from, without which a report cannot be read.
    target_compile_options(zkl_flags INTERFACE -fsanitize-memory-track-origins=2)
  endif()
  if(ZKL_FUZZ)
    target_compile_options(zkl_flags INTERFACE -fsanitize=fuzzer-no-link)
  endif()
endif()
target_include_directories(zkl_flags INTERFACE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")

# zkl_folder(name dependency...): the library zkl_<name>.
function(zkl_folder name)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.c" "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
  # Sources that make a module or a program of their own are left out of the folder's library.
  list(FILTER sources EXCLUDE REGEX "/(main|module_[a-z0-9_]*)\\.c$")
  add_library(zkl_${name} STATIC ${sources})
  set_target_properties(zkl_${name} PROPERTIES ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/folders")
  # A section for each function: programs of the verifier alone drop what they do not call.
  target_compile_options(zkl_${name} PRIVATE -ffunction-sections -fdata-sections)
  target_link_libraries(zkl_${name} PRIVATE zkl_flags PUBLIC ${ARGN})
  # Native kernels: one set, one file, its own flags.
  foreach(source ${sources})
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$" AND source MATCHES "_sha3\\.c$")
      set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-march=armv8.2-a+sha3")
    endif()
    if(NOT ZKL_X86_64)
      continue() # those of other processors compile to nothing
    endif()
    if(source MATCHES "_avx2\\.c$")
      set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx2;-mbmi2")
    elseif(source MATCHES "_avx512\\.c$")
      set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx512f;-mavx512vl;-mavx512dq;-mavx512bw;-mbmi2")
    elseif(source MATCHES "_ifma\\.c$")
      set_source_files_properties(${source} PROPERTIES
        COMPILE_OPTIONS "-mavx512f;-mavx512vl;-mavx512dq;-mavx512bw;-mavx512ifma;-mbmi2")
    endif()
    # Under the memory sanitizer the portable code runs (the preset leaves all features out), and compiling these with
    # it takes many minutes.
    if(ZKL_SANITIZE STREQUAL "memory" AND source MATCHES "_(avx2|avx512|ifma)\\.c$")
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_OPTIONS -fno-sanitize=memory)
    endif()
    # They hold no parser either.
    if((ZKL_FUZZ AND source MATCHES "_ifma\\.c$") OR (ZKL_SANITIZE MATCHES "address" AND source MATCHES "/fr_avx2\\.c$"))
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_OPTIONS -fno-sanitize=address,undefined -O1)
    endif()
  endforeach()
endfunction()

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/layers.txt")
file(STRINGS "${PROJECT_SOURCE_DIR}/src/layers.txt" layers)
set(zkl_service_folders telemetry token http page grpc daemon)  # of zkp-ledgerd alone
set(zkl_folders "")  # lowest first
set(zkl_verify_folders "")  # those above the line
foreach(layer IN LISTS layers)
  if(layer MATCHES "^# ----")
    set(zkl_verify_folders ${zkl_folders})
  elseif(layer MATCHES "^([a-z]+) +(.*)$")
    set(folder "${CMAKE_MATCH_1}")
    set(below "${CMAKE_MATCH_2}")
    if(folder IN_LIST zkl_service_folders AND NOT ZKL_SERVICE)
      continue()
    endif()
    string(REGEX REPLACE "  .*" "" below "${below}")
    if(below STREQUAL "*")
      set(below ${zkl_folders})
    else()
      string(REPLACE " " ";" below "${below}")
      list(REMOVE_ITEM below -)
    endif()
    list(REVERSE below)
    list(TRANSFORM below PREPEND zkl_)
    zkl_folder(${folder} ${below})
    list(APPEND zkl_folders ${folder})
  endif()
endforeach()

# What folders need besides each other.
target_link_libraries(zkl_base PUBLIC Threads::Threads)
target_link_libraries(zkl_text PUBLIC PkgConfig::jansson)
target_link_libraries(zkl_hash PUBLIC zkl_blake3 OpenSSL::Crypto)
target_link_libraries(zkl_algebra PUBLIC zkl_blst)
target_include_directories(zkl_toml SYSTEM PRIVATE "${tomlplusplus_include}")
target_link_libraries(zkl_input PUBLIC PkgConfig::zlib PkgConfig::zstd ${CMAKE_DL_LIBS})
target_link_libraries(zkl_vault PUBLIC ${CMAKE_DL_LIBS})
target_include_directories(zkl_vault SYSTEM PRIVATE ${p11kit_INCLUDE_DIRS})
# Loaded late: src/remote/curl_library.h.
target_include_directories(zkl_remote SYSTEM PRIVATE ${libcurl_INCLUDE_DIRS})
target_link_libraries(zkl_remote PUBLIC ${CMAKE_DL_LIBS})
if(ZKL_SERVICE)
  target_link_libraries(zkl_http PUBLIC zkl_llhttp PkgConfig::libuv PkgConfig::nghttp2 OpenSSL::SSL)
  target_link_libraries(zkl_daemon PUBLIC PkgConfig::libcurl)
  include(cmake/grpc.cmake)
endif()
if(ZKL_ROCKSDB)
  target_link_libraries(zkl_storage PUBLIC zkl_rocksdb)
  target_compile_definitions(zkl_storage PRIVATE ZKL_HAVE_ROCKSDB)
  if(rocksdb_soname)
    target_compile_definitions(zkl_storage PRIVATE ZKL_ROCKSDB_LIBRARY="${rocksdb_soname}")
    target_link_libraries(zkl_storage PUBLIC ${CMAKE_DL_LIBS})
  endif()
  # RocksDB's exceptions pass through it on their way to the guard.
  set_source_files_properties("${PROJECT_SOURCE_DIR}/src/storage/rocksdb.c" PROPERTIES COMPILE_OPTIONS -fexceptions)
endif()

# Style and script of the HTML report and of the service's page stand in the programs: C source is made of them, each file
# without its first comment, which ends at the last one that does: the others are // ones.
function(zkl_read_asset out)
  set(whole "")
  foreach(name IN LISTS ARGN)
    set(file "${PROJECT_SOURCE_DIR}/src/${name}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(READ "${file}" text)
    string(REGEX REPLACE "^/[*].*[*]/\n" "" text "${text}")
    string(APPEND whole "${text}")
  endforeach()
  set(${out} "${whole}" PARENT_SCOPE)
endfunction()
function(zkl_put_asset out variable text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
  set(${out} "${${out}}const char ${variable}[] =\n    \"${text}\";\n" PARENT_SCOPE)
endfunction()
set(page "#include \"report/html_page.h\"\n")
zkl_read_asset(text report/page.css)
zkl_put_asset(page report_html_style "${text}")
zkl_read_asset(text report/page.js)
zkl_put_asset(page report_html_script "${text}")
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/report/html_page.c" CONTENT "@page@" @ONLY)
target_sources(zkl_report PRIVATE "${CMAKE_BINARY_DIR}/report/html_page.c")
if(ZKL_SERVICE)
  set(page "#include \"page/page.h\"\n")
  zkl_read_asset(text report/page.css page/style.css)
  string(SHA256 hash "${text}")
  string(SUBSTRING "${hash}" 0 16 hash)
  zkl_put_asset(page page_style "${text}")
  zkl_put_asset(page page_style_name "${hash}.css")
  zkl_read_asset(text page/script.js)
  string(SHA256 hash "${text}")
  string(SUBSTRING "${hash}" 0 16 hash)
  zkl_put_asset(page page_script "${text}")
  zkl_put_asset(page page_script_name "${hash}.js")
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/page/assets.c" CONTENT "@page@" @ONLY)
  target_sources(zkl_page PRIVATE "${CMAKE_BINARY_DIR}/page/assets.c")
endif()

# The verifier as a library of its own: the folders above the line of src/layers.txt, and blst, BLAKE3, libcrypto and jansson
# below them. tests/interop/verify_min.sh fails when a program of it needs or holds anything else.
set(objects "")
foreach(folder IN LISTS zkl_verify_folders)
  list(APPEND objects $<TARGET_OBJECTS:zkl_${folder}>)
endforeach()
add_library(zkl_verifier STATIC ${objects})
set_target_properties(zkl_verifier PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME zkl_verify)
target_link_libraries(zkl_verifier PUBLIC zkl_blst zkl_blake3 OpenSSL::Crypto PkgConfig::jansson Threads::Threads)
# Floats are read and written by the C++ library's charconv, linked in; nothing else of C++ is used.
add_executable(zkl-verify-min "${PROJECT_SOURCE_DIR}/tools/verify_min.c")
target_link_libraries(zkl-verify-min PRIVATE zkl_flags zkl_verifier)
target_link_options(zkl-verify-min PRIVATE -Wl,--gc-sections -static-libgcc -static-libstdc++)
set_target_properties(zkl-verify-min PROPERTIES LINKER_LANGUAGE CXX)

# The reader of Parquet is a module of its own, loaded when such a file is first read: starting DuckDB costs 10 ms. DuckDB's
# library lies beside it, in the build folder as in an installed tree.
if(ZKL_DUCKDB AND EXISTS "${PROJECT_SOURCE_DIR}/src/input/module_duckdb.c")
  set(reader_folder "${CMAKE_BINARY_DIR}/lib/zkp-ledger")
  add_library(zkl_reader_duckdb MODULE "${PROJECT_SOURCE_DIR}/src/input/module_duckdb.c"
    "${PROJECT_SOURCE_DIR}/src/input/module_engine.c")
  target_link_libraries(zkl_reader_duckdb PRIVATE zkl_flags zkl_duckdb zkl_base zkl_blake3)
  set_target_properties(zkl_reader_duckdb PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY "${reader_folder}"
    INSTALL_RPATH "$ORIGIN")
  # A module that others can write is not loaded, whatever the umask was (src/input/source_load.c).
  add_custom_command(TARGET zkl_reader_duckdb POST_BUILD VERBATIM
    COMMAND "${CMAKE_COMMAND}" -E create_symlink "${ZKL_DEPS}/duckdb-1.5.6/package/libduckdb.so" "${reader_folder}/libduckdb.so"
    COMMAND chmod go-w "${reader_folder}" "$<TARGET_FILE:zkl_reader_duckdb>" "${ZKL_DEPS}/duckdb-1.5.6/package/libduckdb.so")
endif()
target_compile_definitions(zkl_input PRIVATE ZKL_MODULE_LIBDIR="${CMAKE_INSTALL_LIBDIR}"
  ZKL_MODULE_INSTALL_DIR="${CMAKE_INSTALL_FULL_LIBDIR}/zkp-ledger")

# What draws PDF reports is a program of its own, beside the reader (src/report/export_pdf.c).
if(ZKL_PDF)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/report/module_pdf*.c")
  add_executable(zkl_report_pdf ${sources})
  target_link_libraries(zkl_report_pdf PRIVATE zkl_flags PkgConfig::pangocairo PkgConfig::jansson)
  set_target_properties(zkl_report_pdf PROPERTIES OUTPUT_NAME zkl-report-pdf
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib/zkp-ledger")
  add_custom_command(TARGET zkl_report_pdf POST_BUILD VERBATIM
    COMMAND chmod go-w "${CMAKE_BINARY_DIR}/lib/zkp-ledger" "$<TARGET_FILE:zkl_report_pdf>")
endif()

# Policies and templates lie beside the program, in the build folder as in an installed tree, and count only where nobody
# else can write them, whatever the umask was (src/input/beside.c).
foreach(kind policies templates)
  set(shared_folder "${CMAKE_BINARY_DIR}/share/zkp-ledger/${kind}")
  file(GLOB shared CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/share/${kind}/*.toml")
  file(REMOVE_RECURSE "${shared_folder}")
  file(MAKE_DIRECTORY "${shared_folder}")
  file(CHMOD "${shared_folder}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  foreach(file IN LISTS shared)
    get_filename_component(name "${file}" NAME)
    configure_file("${file}" "${shared_folder}/${name}" COPYONLY FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endforeach()
endforeach()
target_compile_definitions(zkl_input PRIVATE ZKL_SHARE_INSTALL_DIR="${CMAKE_INSTALL_FULL_DATADIR}/zkp-ledger")

if(ZKL_SERVICE)
  add_executable(zkp-ledgerd "${PROJECT_SOURCE_DIR}/src/daemon/main.c")
  target_link_libraries(zkp-ledgerd PRIVATE zkl_flags zkl_daemon)
  set_target_properties(zkp-ledgerd PROPERTIES LINKER_LANGUAGE CXX)
endif()

if(EXISTS "${PROJECT_SOURCE_DIR}/src/cli/main.c")
  add_executable(zkp-ledger "${PROJECT_SOURCE_DIR}/src/cli/main.c")
  target_link_libraries(zkp-ledger PRIVATE zkl_flags zkl_cli)
  set_target_properties(zkp-ledger PROPERTIES LINKER_LANGUAGE CXX)
endif()
