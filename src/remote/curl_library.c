/* The one place that finds libcurl's functions, by the name of its interface's version. */
#include "remote/curl_library.h"

#include "base/library.h"

remote_curl remote_curl_loaded;

static zkl_status begin(zkl_error *err)
{
    return remote_curl_loaded.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? ZKL_OK
                                                                           : zkl_no_memory(err, 0);
}

#define NAME(name) "curl_" #name,
static const char *const names[] = { REMOTE_CURL_FUNCTIONS(NAME) };
#undef NAME
_Static_assert(sizeof names == sizeof remote_curl_loaded, "a name for each member");

static zkl_library library = {
    .file = "libcurl.so.4",
    .names = names,
    .functions = (void **)&remote_curl_loaded,
    .function_count = sizeof names / sizeof *names,
    .begin = begin,
    .lock = PTHREAD_MUTEX_INITIALIZER,
};

zkl_status remote_curl_load(zkl_error *err)
{
    const zkl_status status = zkl_library_load(&library, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "no service can be asked");
}
