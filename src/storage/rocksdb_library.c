/* The one place that finds RocksDB's functions, by the name of the library that the program was
 * built with. A static one is linked instead. */
#ifdef ZKL_HAVE_ROCKSDB
#include "storage/rocksdb_library.h"

#include "base/library.h"

#ifdef ZKL_ROCKSDB_LIBRARY
zkl_rocksdb_functions zkl_rocksdb;

#define NAME(name) "rocksdb_" #name,
static const char *const names[] = { ZKL_ROCKSDB_FUNCTIONS(NAME) };
#undef NAME
_Static_assert(sizeof names == sizeof zkl_rocksdb, "a name for each member");

static zkl_library library = {
    .file = ZKL_ROCKSDB_LIBRARY,
    .names = names,
    .functions = (void **)&zkl_rocksdb,
    .function_count = sizeof names / sizeof *names,
    .lock = PTHREAD_MUTEX_INITIALIZER,
};

zkl_status zkl_rocksdb_load(const char *path, zkl_error *err)
{
    const zkl_status status = zkl_library_load(&library, err);
    return status == ZKL_OK
               ? ZKL_OK
               : zkl_wrap(err, status, "cannot open '%s': RocksDB cannot be loaded", path);
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
