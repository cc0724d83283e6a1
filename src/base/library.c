#include <dlfcn.h>
#include <string.h>

#include "base/library.h"

/* What the loader says where the address space is at its limit. */
static bool is_memory(const char *why)
{
    return strstr(why, "allocate memory") || strstr(why, "failed to map");
}

static zkl_status load(const zkl_library *library, zkl_error *err)
{
    void *const handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *const why = dlerror();
        return zkl_fail(err, is_memory(why) ? ZKL_NO_MEMORY : ZKL_NOT_SUPPORTED, "%s", why);
    }
    for (size_t i = 0; i < library->function_count; i++) {
        /* POSIX: a symbol's address is a data pointer that may be used as a function's. */
        library->functions[i] = dlsym(handle, library->names[i]);
        if (!library->functions[i])
            return zkl_fail(err, ZKL_NOT_SUPPORTED, "'%s' has no '%s'", library->file,
                            library->names[i]);
    }
    return library->begin ? library->begin(err) : ZKL_OK;
}

zkl_status zkl_library_load(zkl_library *library, zkl_error *err)
{
    pthread_mutex_lock(&library->lock);
    const zkl_status status = library->is_loaded ? ZKL_OK : load(library, err);
    library->is_loaded = status == ZKL_OK;
    pthread_mutex_unlock(&library->lock);
    return status;
}
