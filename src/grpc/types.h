#pragma once
/* Messages and methods, out of a google.protobuf.FileDescriptorSet. Never changed once they are
 * made: any thread may read them. */
#include <stdbool.h>
#include <stdint.h>

#include <zkl/bytes.h>
#include <zkl/status.h>

typedef struct grpc_types grpc_types;

typedef enum grpc_kind {
    GRPC_BOOL,
    GRPC_INT, /* int64 */
    GRPC_UINT32,
    GRPC_UINT64,
    GRPC_DOUBLE,
    GRPC_TEXT,
    GRPC_BYTES,
    GRPC_MESSAGE,
    GRPC_OTHER, /* no member that JSON has: it is passed over */
} grpc_kind;

typedef struct grpc_member {
    const char *name; /* as the descriptor and JSON have it */
    uint32_t number;
    grpc_kind kind;
    bool is_repeated;
    const struct grpc_message *of; /* of GRPC_MESSAGE */
} grpc_member;

typedef struct grpc_message {
    const char *name; /* "zkl.v1.ShowResult.Columns" */
    grpc_member *members;
    size_t count;
} grpc_message;

typedef struct grpc_method {
    const char *service, *name; /* "zkl.v1.Ledger", "Show" */
    const grpc_message *takes, *gives;
    bool streams_in, streams_out;
} grpc_method;

/* set: outlives the types. ZKL_BAD_INPUT: it is none, or names a type that it does not have. */
zkl_status grpc_types_new(grpc_types **out, zkl_bytes set, zkl_error *err) ZKL_MUST_USE;
/* NULL is fine. */
void grpc_types_free(grpc_types *types);

/* NULL: there is none. */
const grpc_message *grpc_types_message(const grpc_types *types, const char *name);
/* Of a path: "/zkl.v1.Ledger/Show". NULL: there is none. */
const grpc_method *grpc_types_method(const grpc_types *types, zkl_bytes path);
/* The at-th; NULL behind the last. */
const grpc_method *grpc_types_method_at(const grpc_types *types, size_t at);
const char *grpc_types_service_at(const grpc_types *types, size_t at);
bool grpc_types_have_service(const grpc_types *types, const char *name);
/* NULL: the message has none. */
const grpc_member *grpc_member_numbered(const grpc_message *message, uint32_t number);

/* The FileDescriptorProtos that a reader needs for the file of that name, or for the file with that
 * symbol (a service, method, message, or a member of one): it and what it imports. How many: at
 * most GRPC_FILES_MAX; 0: there is no such thing. */
#define GRPC_FILES_MAX 16
size_t grpc_types_files_named(zkl_bytes out[static GRPC_FILES_MAX], const grpc_types *types,
                              const char *name);
size_t grpc_types_files_with(zkl_bytes out[static GRPC_FILES_MAX], const grpc_types *types,
                             const char *symbol);
