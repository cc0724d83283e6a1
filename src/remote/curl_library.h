#pragma once
/* libcurl, loaded when a service is first asked. It needs thirty more libraries; a program that is
 * linked with them takes longer to start than a receipt takes to verify.
 *
 * The functions keep their names. Nothing of them may be called before remote_curl_load has
 * succeeded. */
#define CURL_DISABLE_TYPECHECK /* its macros would stand in the way */
#include <curl/curl.h>

#include "base/bytes.h"

/* What is called of it. */
#define REMOTE_CURL_FUNCTIONS(f)                                                                   \
    f(easy_cleanup) f(easy_getinfo) f(easy_header) f(easy_init) f(easy_perform) f(easy_reset)      \
        f(easy_setopt) f(easy_strerror) f(free) f(global_init) f(slist_append) f(slist_free_all)   \
            f(url) f(url_cleanup) f(url_get) f(url_set)

typedef struct remote_curl {
#define REMOTE_CURL_MEMBER(name) __typeof__(&curl_##name) name;
    REMOTE_CURL_FUNCTIONS(REMOTE_CURL_MEMBER)
#undef REMOTE_CURL_MEMBER
} remote_curl;

/* Once for the process; it stays. Any thread. ZKL_NOT_SUPPORTED with the loader's words. */
zkl_status remote_curl_load(zkl_error *err) ZKL_MUST_USE;
extern remote_curl remote_curl_loaded;

#undef curl_easy_setopt
#undef curl_easy_getinfo
#define curl_easy_cleanup remote_curl_loaded.easy_cleanup
#define curl_easy_getinfo remote_curl_loaded.easy_getinfo
#define curl_easy_header remote_curl_loaded.easy_header
#define curl_easy_init remote_curl_loaded.easy_init
#define curl_easy_perform remote_curl_loaded.easy_perform
#define curl_easy_reset remote_curl_loaded.easy_reset
#define curl_easy_setopt remote_curl_loaded.easy_setopt
#define curl_easy_strerror remote_curl_loaded.easy_strerror
#define curl_free remote_curl_loaded.free
#define curl_slist_append remote_curl_loaded.slist_append
#define curl_slist_free_all remote_curl_loaded.slist_free_all
#define curl_url remote_curl_loaded.url
#define curl_url_cleanup remote_curl_loaded.url_cleanup
#define curl_url_get remote_curl_loaded.url_get
#define curl_url_set remote_curl_loaded.url_set
