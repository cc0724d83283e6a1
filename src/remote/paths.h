#pragma once
/* Members of a request that name files (is_path of api/field.h): what the service is told instead,
 * and what its answers mean by it. The other half of daemon/paths.h. */
#include <jansson.h>

#include "base/arena.h"
#include "remote/http.h"

/* A file that the operation writes. */
typedef struct remote_output {
    const char *name; /* of the operation's: "out:NAME" */
    const char *path; /* of the caller; "-": standard output */
    bool is_private;  /* for the caller alone: it shows data, or opens them */
} remote_output;

/* A text of answers, and what it stands for here. */
typedef struct remote_name {
    const char *there, *here;
} remote_name;

typedef struct remote_paths {
    remote_http *http;
    const char *prefix; /* "/v1", "/v1/ledgers/NAME" */
    const zkl_env *env;
    zkl_arena *memory;
    const api_operation *operation;
    uint64_t file_bytes_max; /* of each that is fetched */
    bool is_private;         /* all that is written is for the caller alone */
    bool is_made;            /* files that another member says are read (API_PATH_EITHER) */

    /* Found. */
    size_t in_count;             /* members that are read, in the order of the rows */
    const char **inputs, **sent; /* paths here; ids of the files that the service has */
    size_t input_count, sent_count;
    remote_output *outputs;
    size_t output_count;
    remote_name *names;
    size_t name_count;
} remote_paths;

/* What is written, before anything is sent: every output has a place, and overwrites nothing that
 * the request reads. */
zkl_status remote_paths_find(remote_paths *paths, const json_t *request,
                             zkl_error *err) ZKL_MUST_USE;
/* Sends what is read, and replaces all of them in the request. */
zkl_status remote_paths_send(remote_paths *paths, json_t *request, zkl_error *err) ZKL_MUST_USE;
/* What was sent is of no more use there. Nothing is said of a failure: the service forgets it. */
void remote_paths_forget(remote_paths *paths);
/* A text of an answer with the caller's paths; NULL without memory. */
char *remote_paths_here(const remote_paths *paths, const char *text);
/* The same of every text of an answer. false without memory. */
bool remote_paths_put_here(const remote_paths *paths, json_t *answer);
