/* The one place that finds libcurl's functions: by the name of its interface's version, where the
 * system's loader finds libraries. */
#include <dlfcn.h>
#include <pthread.h>

#include "remote/curl_library.h"

#define LIBRARY "libcurl.so.4"

remote_curl remote_curl_loaded;
static pthread_once_t begun = PTHREAD_ONCE_INIT;
static zkl_status load_status;
static zkl_error load_error;

/* POSIX: a symbol's address is a data pointer that may be used as a function's. */
static zkl_status find_functions(void *library)
{
#define FIND(name)                                                                                 \
    *(void **)&remote_curl_loaded.name = dlsym(library, "curl_" #name);                            \
    if (!remote_curl_loaded.name)                                                                  \
        return zkl_fail(&load_error, ZKL_NOT_SUPPORTED, LIBRARY " has no curl_" #name);
    REMOTE_CURL_FUNCTIONS(FIND)
#undef FIND
    return remote_curl_loaded.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
               ? ZKL_OK
               : zkl_no_memory(&load_error, 0);
}

static void load(void)
{
    void *const library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    load_status = library ? find_functions(library)
                          : zkl_fail(&load_error, ZKL_NOT_SUPPORTED, "no service can be asked: %s",
                                     dlerror());
}

zkl_status remote_curl_load(zkl_error *err)
{
    pthread_once(&begun, load);
    return load_status == ZKL_OK ? ZKL_OK : zkl_fail_as(err, load_status, &load_error);
}
