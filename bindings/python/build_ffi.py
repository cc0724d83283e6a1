"""Write the C source of zkp_ledger._zkl: build_ffi.py OUTPUT

What is declared here is what the package calls of libzkl: opening and closing, and operations by name with JSON in and out
(include/zkl/call.h). The compiler compares it with the headers.
"""
import sys

import cffi

DECLARATIONS = """
typedef int zkl_status;
typedef struct { zkl_status status; char text[...]; ...; } zkl_error;
typedef struct { const uint8_t *data; size_t size; } zkl_bytes;
typedef struct { uint8_t bytes[32]; } zkl_digest;
typedef struct { ...; } zkl_arena;
void zkl_arena_clear(zkl_arena *memory);

typedef struct zkl_pool zkl_pool;
zkl_status zkl_pool_new(zkl_pool **out, size_t thread_count, zkl_error *err);
typedef struct { zkl_pool *pool; uint64_t wait_ms; ...; } zkl_env;
typedef struct {
    void (*say)(void *opaque, const char *text);
    void *opaque;
    void (*warn)(void *opaque, const char *text);
} zkl_notice;

typedef struct zkl_ledger zkl_ledger;
typedef struct {
    const char *folder;
    const zkl_bytes *passphrase;
    const char *setup_cache, *state;
    zkl_notice notice;
    bool is_found;
    ...;
} zkl_ledger_options;
typedef struct {
    const char *folder, *origin;
    zkl_digest ledger, powers_hash;
    const char *hash_algorithm;
} zkl_ledger_info;
zkl_status zkl_locate(const char **folder, zkl_arena *memory, const char *given, zkl_error *err);
zkl_status zkl_threads_configured(size_t *out, const char *folder, zkl_error *err);
zkl_status zkl_ledger_open(zkl_ledger **out, const zkl_ledger_options *options, const zkl_env *env, zkl_error *err);
void zkl_ledger_close(zkl_ledger *ledger);
void zkl_ledger_get_info(zkl_ledger_info *out, const zkl_ledger *ledger);

typedef struct {
    zkl_ledger_options ledger;
    const char *name, *hash_algorithm, *backend, *powers, *template_name, *succeeds;
} zkl_init_request;
typedef struct { zkl_arena memory; const char *folder, *origin; ...; } zkl_init_result;
zkl_status zkl_init(zkl_init_result *out, const zkl_init_request *request, const zkl_env *env, zkl_error *err);

typedef struct { zkl_arena memory; const char *json; size_t json_size; } zkl_call_result;
zkl_status zkl_operations(zkl_call_result *out, zkl_error *err);

typedef struct zkl_background zkl_background;
typedef struct zkl_operation zkl_operation;
typedef struct { zkl_ledger *ledger; const char *operation; zkl_bytes request; const zkl_env *env; } zkl_operation_start_request;
typedef struct { int state; zkl_status status; char stage[...]; uint64_t done, total; } zkl_operation_progress;
zkl_status zkl_background_new(zkl_background **out, size_t thread_count, zkl_error *err);
zkl_status zkl_operation_start(zkl_operation **out, zkl_background *background,
                               const zkl_operation_start_request *request, zkl_error *err);
void zkl_operation_get_progress(zkl_operation_progress *out, zkl_operation *operation);
void zkl_operation_cancel(zkl_operation *operation);
bool zkl_operation_wait(zkl_operation *operation, uint64_t timeout_ms);
const zkl_call_result *zkl_operation_result(zkl_operation *operation);
void zkl_operation_free(zkl_operation *operation);

const char *zkl_status_text(zkl_status status);
int zkl_status_exit_code(zkl_status status);

extern "Python" void zkl_python_say(void *opaque, const char *text);
extern "Python" void zkl_python_warn(void *opaque, const char *text);
"""


def main() -> None:
    ffi = cffi.FFI()
    ffi.cdef(DECLARATIONS)
    ffi.set_source("zkp_ledger._zkl", "#include <stdbool.h>\n#include <zkl/zkl.h>\n", py_limited_api=True)
    ffi.emit_c_code(sys.argv[1])


main()
