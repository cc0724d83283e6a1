# libzkl (shared and static) out of the folders of src/ below the command line, and everything an install holds.

set(library_targets ${zkl_folders})
list(REMOVE_ITEM library_targets cli ${zkl_service_folders})
list(REVERSE library_targets)
list(TRANSFORM library_targets PREPEND zkl_)
set(ZKL_SYSTEM_LIBRARIES OpenSSL::Crypto PkgConfig::jansson PkgConfig::zlib PkgConfig::zstd Threads::Threads ${CMAKE_DL_LIBS})
if(ZKL_ROCKSDB)
  list(APPEND ZKL_SYSTEM_LIBRARIES zkl_rocksdb)
endif()

# Shared: every folder whole; blst and BLAKE3 inside and hidden; only what include/zkl marks ZKL_API is exported.
file(WRITE "${CMAKE_BINARY_DIR}/libzkl.cpp" "// the folders of src/ make up the library; C++ because the TOML shim is\n")
add_library(zkl SHARED "${CMAKE_BINARY_DIR}/libzkl.cpp")
target_link_libraries(zkl PRIVATE zkl_flags)
foreach(target ${library_targets})
  target_link_libraries(zkl PRIVATE "$<LINK_ONLY:${target}>")
endforeach()
set(whole "")
foreach(target ${library_targets})
  list(APPEND whole "$<TARGET_FILE:${target}>")
endforeach()
list(JOIN whole "," whole)
target_link_options(zkl PRIVATE "LINKER:--whole-archive,${whole},--no-whole-archive"
  "LINKER:--exclude-libs,libblst.a" "LINKER:--exclude-libs,libblake3.a" "LINKER:--version-script=${PROJECT_SOURCE_DIR}/cmake/libzkl.map")
set_property(TARGET zkl APPEND PROPERTY LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/libzkl.map")
set_target_properties(zkl PROPERTIES OUTPUT_NAME zkl VERSION ${PROJECT_VERSION} SOVERSION 0)

# Static: one archive of all objects, with blst and BLAKE3.
set(static_library "${CMAKE_BINARY_DIR}/libzkl.a")
set(members ${library_targets} zkl_blst zkl_blake3)
set(script "create ${static_library}\n")
foreach(member ${members})
  string(APPEND script "addlib $<TARGET_FILE:${member}>\n")
endforeach()
string(APPEND script "save\nend\n")
file(GENERATE OUTPUT "${CMAKE_BINARY_DIR}/libzkl.mri" CONTENT "${script}")
add_custom_command(OUTPUT "${static_library}" COMMAND "${CMAKE_COMMAND}" -E rm -f "${static_library}"
  COMMAND ${CMAKE_AR} -M < "${CMAKE_BINARY_DIR}/libzkl.mri" DEPENDS ${members} "${CMAKE_BINARY_DIR}/libzkl.mri" VERBATIM)
add_custom_target(zkl_static ALL DEPENDS "${static_library}")

# ---- install
# Whatever the umask: the table reader is not loaded from a folder that others can write.
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
install(TARGETS zkl LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES "${static_library}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(DIRECTORY include/zkl DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h")
file(RELATIVE_PATH ZKL_PC_TO_PREFIX "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
file(RELATIVE_PATH ZKL_PC_TO_INCLUDE "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
string(REGEX REPLACE "/$" "" ZKL_PC_TO_PREFIX "${ZKL_PC_TO_PREFIX}")
set(ZKL_PC_STATIC_LIBS "-lstdc++ -lpthread -ldl")
if(ZKL_ROCKSDB)
  string(PREPEND ZKL_PC_STATIC_LIBS "-lrocksdb ")
endif()
configure_file(cmake/zkl.pc.in "${CMAKE_BINARY_DIR}/zkl.pc" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/zkl.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
include(CMakePackageConfigHelpers)
configure_package_config_file(cmake/zklConfig.cmake.in "${CMAKE_BINARY_DIR}/zklConfig.cmake"
  INSTALL_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/zkl" PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file("${CMAKE_BINARY_DIR}/zklConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/zklConfig.cmake" "${CMAKE_BINARY_DIR}/zklConfigVersion.cmake"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/zkl")

if(TARGET zkp-ledger)
  install(TARGETS zkp-ledger RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  # Manual pages and completions are written by the program itself, from its table of commands.
  set(manual "${CMAKE_BINARY_DIR}/manual")
  add_custom_command(OUTPUT "${manual}/done" DEPENDS zkp-ledger VERBATIM
    COMMAND sh "${PROJECT_SOURCE_DIR}/tools/make_manual.sh" "$<TARGET_FILE:zkp-ledger>" "${manual}")
  add_custom_target(zkl_manual ALL DEPENDS "${manual}/done")
  install(DIRECTORY "${manual}/man1" DESTINATION "${CMAKE_INSTALL_MANDIR}")
  install(FILES "${manual}/zkp-ledger.bash" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME zkp-ledger)
  install(FILES "${manual}/_zkp-ledger" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
  install(FILES "${manual}/zkp-ledger.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
endif()
install(DIRECTORY share/policies share/templates DESTINATION "${CMAKE_INSTALL_DATADIR}/zkp-ledger"
  FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ FILES_MATCHING PATTERN "*.toml")
if(TARGET zkl_reader_duckdb)
  install(TARGETS zkl_reader_duckdb LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/zkp-ledger")
  install(FILES "${ZKL_DEPS}/duckdb-1.5.6/package/libduckdb.so" DESTINATION "${CMAKE_INSTALL_LIBDIR}/zkp-ledger"
    PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endif()
if(TARGET zkl_report_pdf)
  install(TARGETS zkl_report_pdf RUNTIME DESTINATION "${CMAKE_INSTALL_LIBDIR}/zkp-ledger")
endif()
file(GLOB licences "${blst_dir}/LICENSE*" "${blst_dir}/blst/LICENSE*")
install(FILES ${licences} DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/zkp-ledger/blst" OPTIONAL)
file(GLOB licences "${blake3_dir}/LICENSE*")
install(FILES ${licences} DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/zkp-ledger/blake3" OPTIONAL)
if(ZKL_DUCKDB)
  file(GLOB licences "${ZKL_DEPS}/duckdb-1.5.6/package/LICENSE*" "${ZKL_DEPS}/libduckdb-sys-1.10506.1/*/LICENSE*")
  install(FILES ${licences} DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/zkp-ledger/duckdb" OPTIONAL)
endif()
