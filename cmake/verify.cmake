# The verifier as a library of its own: exactly these sources, and blst, BLAKE3, libcrypto and jansson below them. What it
# takes to say "valid" is this list; tests/interop/verify_min.sh fails when a program of it holds anything else.
set(zkl_verify_sources
  base/arena base/base64 base/buffer base/env base/memory base/pool base/shown base/status
  hash/hash hash/merkle hash/rfc6962 hash/sha256 hash/sha3 hash/sha3_many
  table/reading table/schema table/type table/utf8 table/value
  proof/statement proof/claim proof/claim_cells proof/claim_range proof/claim_sum proof/claim_linear proof/shape
  ledger/ids ledger/manifest ledger/json_text ledger/entry ledger/exact ledger/claim_parse ledger/claim_bound ledger/claim_compile
  ledger/claim_words ledger/lines ledger/sign ledger/dsse ledger/note ledger/checkpoint ledger/trust ledger/key_rules
  ledger/receipt ledger/verdict_words ledger/verify_content ledger/verify_receipt)
list(TRANSFORM zkl_verify_sources PREPEND "${PROJECT_SOURCE_DIR}/src/")
list(TRANSFORM zkl_verify_sources APPEND ".c")
# Rooms that are below the verifier as a whole, and the verifying half of the proof room. Native kernels get their flags in house.cmake.
file(GLOB zkl_verify_below CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/native/*.c" "${PROJECT_SOURCE_DIR}/src/algebra/*.c"
  "${PROJECT_SOURCE_DIR}/src/proof/verify_*.c")
add_library(zkl_verify STATIC ${zkl_verify_sources} ${zkl_verify_below} "${PROJECT_SOURCE_DIR}/src/table/real.cpp")
target_compile_options(zkl_verify PRIVATE -ffunction-sections -fdata-sections)
target_link_libraries(zkl_verify PRIVATE zkl_flags PUBLIC zkl_blst zkl_blake3 OpenSSL::Crypto PkgConfig::jansson
  Threads::Threads)
# Floats are read and written by the C++ library's charconv, linked in; nothing else of C++ is used.
add_executable(zkl-verify-min "${PROJECT_SOURCE_DIR}/tools/verify_min.c")
target_link_libraries(zkl-verify-min PRIVATE zkl_flags zkl_verify)
target_link_options(zkl-verify-min PRIVATE -Wl,--gc-sections -static-libgcc -static-libstdc++)
set_target_properties(zkl-verify-min PROPERTIES LINKER_LANGUAGE CXX)
