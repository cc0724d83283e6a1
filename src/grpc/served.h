#pragma once
/* What is made of proto/ when the program is built (cmake/grpc.cmake). */
#include <stddef.h>

/* A google.protobuf.FileDescriptorSet of every service that is served, with what it imports. */
extern const unsigned char grpc_served_set[];
extern const size_t grpc_served_set_size;
/* proto/zkl/v1/zkl.proto. */
extern const unsigned char grpc_zkl_proto[];
extern const size_t grpc_zkl_proto_size;
