# Of proto/: structs of protobuf-c for the messages of gRPC itself, and, in the program, the descriptors of all services and
# the text of ours. Nothing of it is in the repository.

set(grpc_folder "${CMAKE_BINARY_DIR}/grpc")
set(grpc_protos "${PROJECT_SOURCE_DIR}/proto")
find_program(protoc_c protoc-c REQUIRED)
find_path(protobuf_protos google/protobuf/descriptor.proto REQUIRED)
set(protoc "${protoc_c}" "-I${grpc_protos}" "-I${grpc_folder}/proto" "-I${protobuf_protos}")

# Reflection as older clients ask for it is the same under another name.
set(reflection "${grpc_protos}/grpc/reflection/v1/reflection.proto")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${reflection}")
file(READ "${reflection}" text)
string(REPLACE "package grpc.reflection.v1;" "package grpc.reflection.v1alpha;" text "${text}")
set(older "${grpc_folder}/proto/grpc/reflection/v1alpha/reflection.proto")
file(CONFIGURE OUTPUT "${older}" CONTENT "@text@" @ONLY)

set(structs grpc/health/v1/health grpc/reflection/v1/reflection google/rpc/status google/protobuf/any google/protobuf/descriptor)
set(sources "")
foreach(name IN LISTS structs)
  set(proto "${grpc_protos}/${name}.proto")
  if(NOT EXISTS "${proto}")
    set(proto "${protobuf_protos}/${name}.proto")
  endif()
  add_custom_command(OUTPUT "${grpc_folder}/${name}.pb-c.c" "${grpc_folder}/${name}.pb-c.h"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${grpc_folder}"
    COMMAND ${protoc} "--c_out=${grpc_folder}" "${proto}" DEPENDS "${proto}" VERBATIM)
  list(APPEND sources "${grpc_folder}/${name}.pb-c.c")
endforeach()
set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS -w)

set(served zkl/v1/zkl grpc/health/v1/health grpc/reflection/v1/reflection)
list(TRANSFORM served PREPEND "${grpc_protos}/")
list(TRANSFORM served APPEND ".proto")
list(APPEND served "${older}")
add_custom_command(OUTPUT "${grpc_folder}/served.set"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${grpc_folder}"
  COMMAND ${protoc} --include_imports "--descriptor_set_out=${grpc_folder}/served.set" ${served} DEPENDS ${served} VERBATIM)
foreach(pair "served.set:grpc_served_set" "zkl.proto:grpc_zkl_proto")
  string(REPLACE ":" ";" pair "${pair}")
  list(GET pair 0 file)
  list(GET pair 1 name)
  set(in "${grpc_folder}/${file}")
  if(file STREQUAL "zkl.proto")
    set(in "${grpc_protos}/zkl/v1/zkl.proto")
  endif()
  add_custom_command(OUTPUT "${grpc_folder}/${file}.c"
    COMMAND "${CMAKE_COMMAND}" "-DIN=${in}" "-DOUT=${grpc_folder}/${file}.c" -DHEADER=grpc/served.h -DNAME=${name}
      -P "${PROJECT_SOURCE_DIR}/cmake/embed.cmake"
    DEPENDS "${in}" "${PROJECT_SOURCE_DIR}/cmake/embed.cmake" VERBATIM)
  list(APPEND sources "${grpc_folder}/${file}.c")
endforeach()

target_sources(zkl_grpc PRIVATE ${sources})
target_include_directories(zkl_grpc SYSTEM PRIVATE "${grpc_folder}")
target_link_libraries(zkl_grpc PUBLIC PkgConfig::protobufc)
