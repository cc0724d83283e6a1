#pragma once
/* Requests to one service, again and again where that is right: libcurl, with everything off that
 * is not needed. */
#include "base/buffer.h"
#include "hash/hash.h"
#include "remote/remote.h"

/* Of answers that are held in memory: results, and what an event says. */
#define REMOTE_ANSWER_BYTES_MAX ((size_t)32 << 20)

typedef struct remote_http remote_http;

zkl_status remote_http_new(remote_http **out, const remote_options *options,
                           zkl_error *err) ZKL_MUST_USE;
void remote_http_free(remote_http *http);

typedef struct remote_ask {
    const char *method;
    /* Below the address; every part percent-encoded. */
    const char *path;
    /* NULL: none. */
    const char *idempotency_key;
    /* Of a POST: bytes with their type, or a file from its start. */
    const char *type;
    zkl_bytes body;
    int fd; /* with sends_file */
    bool sends_file, is_seekable;
    uint64_t file_bytes; /* of one that is seekable */
    /* Begun by the caller; gets what is sent of the file, from its start at each try. NULL: nobody
     * asks. */
    zkl_sha256_state *sent;
    /* Where what comes with 200 goes; NULL: into the answer's body. false ends it, as a failure
     * whose error `take` has set. */
    bool (*take)(void *opaque, zkl_bytes part);
    void *opaque;
    /* Before the first byte of another try. */
    void (*begin)(void *opaque);
    uint64_t bytes_max;
    /* It may be sent twice. */
    bool may_repeat;
    /* Nothing for so long is a broken connection. 0: 300. */
    unsigned silence_seconds;
    /* What progress calls it; NULL: nothing is told. */
    const char *stage;
    /* Not asked whether to go on: it ends what was begun. */
    bool is_last;
    /* Nobody needs a key for it. */
    bool is_open;
} remote_ask;

typedef struct remote_answer {
    int code;
    char operation[17]; /* of the header x-operation; "": none */
    bool was_repeated;
    zkl_buffer body;
} remote_answer;

/* Whatever code comes is an answer, but for those that say "later" (429, 502, 503, 504), for as
 * long as the patience goes. Clear out->body.
 *
 * Errors: ZKL_IO, ZKL_LIMIT, ZKL_CANCELLED, ZKL_NO_MEMORY, and what `take` set in err. */
zkl_status remote_http_ask(remote_answer *out, remote_http *http, const remote_ask *ask,
                           const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* The failure that an answer is. ZKL_BAD_INPUT: one that is none of this service's. */
zkl_status remote_http_fail(const remote_http *http, const remote_answer *answer, zkl_error *err);

/* Milliseconds of a clock that only goes forward. */
uint64_t remote_now_ms(void);
/* Waits so long, asking progress. ZKL_CANCELLED. */
zkl_status remote_wait(const zkl_env *env, uint64_t ms, const char *stage,
                       zkl_error *err) ZKL_MUST_USE;
