/* The one place that finds RocksDB's functions: by the name of the library that the program was
 * built with, where the system's loader finds libraries. A static one is linked instead. */
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#ifdef ZKL_HAVE_ROCKSDB
#include "storage/rocksdb_library.h"

#ifdef ZKL_ROCKSDB_LIBRARY
zkl_rocksdb_functions zkl_rocksdb;
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
static bool is_loaded;

/* What the loader says where the address space is at its limit. */
static bool is_memory(const char *why)
{
    return strstr(why, "allocate memory") || strstr(why, "failed to map");
}

/* POSIX: a symbol's address is a data pointer that may be used as a function's. */
static zkl_status find_functions(void *library, const char *path, zkl_error *err)
{
#define FIND(name)                                                                                 \
    *(void **)&zkl_rocksdb.name = dlsym(library, "rocksdb_" #name);                                \
    if (!zkl_rocksdb.name)                                                                         \
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "cannot open '%s': RocksDB here has no '%s'",      \
                        path, #name);
    ZKL_ROCKSDB_FUNCTIONS(FIND)
#undef FIND
    return ZKL_OK;
}

/* A failure is not kept: what lacked memory may have it later. */
static zkl_status load(const char *path, zkl_error *err)
{
    void *const library = dlopen(ZKL_ROCKSDB_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library)
        return find_functions(library, path, err);
    const char *const why = dlerror();
    return zkl_fail(err, is_memory(why) ? ZKL_NO_MEMORY : ZKL_NOT_SUPPORTED,
                    "cannot open '%s': RocksDB cannot be loaded: %s", path, why);
}

zkl_status zkl_rocksdb_load(const char *path, zkl_error *err)
{
    pthread_mutex_lock(&loading);
    zkl_status status = ZKL_OK;
    if (!is_loaded)
        status = load(path, err);
    is_loaded = is_loaded || status == ZKL_OK;
    pthread_mutex_unlock(&loading);
    return status;
}
#else
zkl_status zkl_rocksdb_load(const char *path, zkl_error *err)
{
    (void)path;
    (void)err;
    return ZKL_OK;
}
#endif
#endif
