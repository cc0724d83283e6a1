# The tests under the memory sanitizer: those of the verifier's folders (src/layers.txt, above its line) that include
# nothing from below it. All that they run is built with it, blst and BLAKE3 from C alone; libcrypto, jansson and
# libstdc++ are not, and tests/testing.c and src/text/real.cpp say what is taken from them unseen. `ninja memory_tests`
# builds nothing else.

add_custom_target(memory_tests)

# zkl_reaches_below(OUT file): does it, or a header beside it, include a folder below the line?
function(zkl_reaches_below out file)
  set(${out} FALSE PARENT_SCOPE)
  get_filename_component(folder "${file}" DIRECTORY)
  file(STRINGS "${file}" lines REGEX "^#include \"")
  foreach(line ${lines})
    string(REGEX REPLACE "^#include \"([^\"]*)\".*" "\\1" path "${line}")
    string(REGEX REPLACE "/.*" "" first "${path}")
    set(reaches FALSE)
    if(EXISTS "${folder}/${path}")
      zkl_reaches_below(reaches "${folder}/${path}")
    elseif(EXISTS "${PROJECT_SOURCE_DIR}/tests/${path}")
      zkl_reaches_below(reaches "${PROJECT_SOURCE_DIR}/tests/${path}")
    elseif(path MATCHES "/" AND first IN_LIST zkl_folders AND NOT first IN_LIST zkl_verify_folders)
      set(reaches TRUE)
    endif()
    if(reaches)
      set(${out} TRUE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

set(memory_libraries ${zkl_verify_folders})
list(REVERSE memory_libraries)
list(TRANSFORM memory_libraries PREPEND zkl_)
# Left to valgrind (interop/memcheck_long): what libcrypto writes is not seen, so no test that compares with it, and no
# timestamps. And blst's C, which is not meant for limbs of 64 bits, crashes when a point of G2 is multiplied.
set(left_out hash/test_hash verify/test_tsa algebra/test_curve algebra/test_group_sum algebra/test_msm)
foreach(folder ${zkl_verify_folders})
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/unit/${folder}/test_*.c")
  list(FILTER sources EXCLUDE REGEX "_long\\.c$")
  foreach(source ${sources})
    zkl_reaches_below(below "${source}")
    get_filename_component(unit "${source}" NAME_WE)
    if(below OR "${folder}/${unit}" IN_LIST left_out)
      continue()
    endif()
    string(REGEX REPLACE "^test_" "" unit "${unit}")
    set(test test_${folder}_${unit})
    add_executable(${test} EXCLUDE_FROM_ALL "${source}" tests/testing.c)
    target_link_libraries(${test} PRIVATE zkl_flags ${memory_libraries})
    target_include_directories(${test} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(${test} PRIVATE
      ZKL_TEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}" ZKL_TEST_BUILD_DIR="${CMAKE_BINARY_DIR}")
    target_compile_options(${test} PRIVATE -Wno-missing-prototypes)
    set_target_properties(${test} PROPERTIES LINKER_LANGUAGE CXX RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_test(NAME ${folder}/${unit} COMMAND ${test})
    add_dependencies(memory_tests ${test})
  endforeach()
endforeach()
