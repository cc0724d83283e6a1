#pragma once
/* Members of a request that name files (is_path of api/field.h), for callers on other machines.
 *
 * What is read: "file:ID", a file that the caller has sent; "folder:ID,ID", a folder with these
 * files under their names; or an absolute path below a folder of `readable`. What is written:
 * "out:NAME", a file or folder of the job's own. Each is replaced in the request by a path in the
 * job's folder. Nothing else is a path, and no link below `readable` is followed.
 *
 *     FOLDER/in/0/sales.csv   what the first such member names
 *     FOLDER/out/NAME         what the operation writes */
#include <jansson.h>

#include "api/field.h"
#include "daemon/files.h"

#define DAEMON_READS_MAX 256

typedef struct daemon_paths {
    /* Whose files may be read. files NULL: none may, and none is written. */
    daemon_files *files;
    const char *owner;
    /* Absolute; without '/' at the end. */
    const char *const *readable;
    size_t readable_count;
    /* The job's, absolute. `in` and `out` are made in it. */
    const char *folder;
    /* Files are encrypted: they lie below `kept`, and whoever runs the job makes `in` and `out`
     * (journal.h). */
    bool is_sealed;

    /* Found: does the request name any file? */
    bool has_paths;
    size_t next_in;
    /* Files below `readable`, open: the links in the job's folder lead to these descriptors. The
     * caller closes them when the job is over. */
    int reads[DAEMON_READS_MAX];
    size_t read_count;
    /* [[name of the link below `folder`, path]] of these; NULL: none. The caller's to free. */
    json_t *sources;
    /* is_sealed: [[name below `kept`, id of the file]]; NULL: none. The caller's to free. */
    json_t *kept;
} daemon_paths;

/* Replaces them. ZKL_DENIED: it names a file of this machine; ZKL_NOT_FOUND: no file of the
 * caller's; ZKL_USAGE: it is none of the forms. After a failure some may be replaced. */
zkl_status daemon_paths_take(daemon_paths *paths, json_t *request, const api_object *object,
                             zkl_error *err) ZKL_MUST_USE;
/* The same for a request that was taken before, whose descriptors are gone with their process:
 * `sources` as they were then. */
zkl_status daemon_paths_open_again(daemon_paths *paths, const json_t *sources,
                                   zkl_error *err) ZKL_MUST_USE;
void daemon_paths_close(daemon_paths *paths);

/* A regular file below folder/, reached part by part without following a link: a descriptor, or -1
 * and the error. path: relative. */
int daemon_paths_open_below(const char *folder, const char *path, zkl_error *err);
/* Does the request name any file, in whatever form? */
bool daemon_paths_any(const json_t *request, const api_object *object);
