#pragma once
/* Files that people have sent and that operations may read: in a folder of the daemon's, each with
 * an owner, a name and a hash, until nobody has used them for a time.
 *
 * 1. A file is told of when it is whole and on the disk, with its facts beside it (ID.json).
 * 2. An operation gets a name of its own for a file's content (a hard link), so that it may go
 *    meanwhile.
 * 3. What an owner has, counting what is still being sent, stays below the limits.
 *
 * Threads: any. */
#include <jansson.h>

#include <zkl/zkl.h>

struct daemon_at_rest;

#define DAEMON_FILE_NAME_MAX 120

typedef struct daemon_files daemon_files;

typedef struct daemon_file {
    char id[17], owner[17], name[DAEMON_FILE_NAME_MAX + 1];
    uint64_t size;
    zkl_digest sha256;
    int64_t created_ms, used_ms;
} daemon_file;

typedef struct daemon_file_limits {
    uint64_t bytes_max; /* of one owner */
    size_t count_max;   /* of one owner */
    int64_t keep_ms;    /* after the last use */
} daemon_file_limits;

/* folder: made when it is missing. What was not whole when the service ended goes. at_rest: NULL:
 * they are in clear; else contents, written by whoever sends them, are envelopes of the kind "file"
 * and the name "files/ID". */
zkl_status daemon_files_open(daemon_files **out, const char *folder,
                             const daemon_file_limits *limits, const struct daemon_at_rest *at_rest,
                             const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
void daemon_files_free(daemon_files *files);

/* What may be a file's name: 1 to DAEMON_FILE_NAME_MAX bytes, no '/', nothing that a pattern of
 * names would read otherwise, and no '.' in front. */
bool daemon_file_name_fits(const char *name);

/* Before the first byte: draws an id, and counts the file as one of its owner's. Its bytes are then
 * written to daemon_files_part. ZKL_LIMIT. */
zkl_status daemon_files_begin(daemon_file *file, daemon_files *files, const char *owner,
                              const char *name, zkl_error *err) ZKL_MUST_USE;
/* size more bytes are about to be written. ZKL_LIMIT: the owner has too many. */
zkl_status daemon_files_grow(daemon_files *files, daemon_file *file, uint64_t size,
                             zkl_error *err) ZKL_MUST_USE;
/* All is written and synced, and file->sha256 is set. */
zkl_status daemon_files_commit(daemon_files *files, daemon_file *file, zkl_error *err) ZKL_MUST_USE;
/* Instead: forget it and what was written. */
void daemon_files_abandon(daemon_files *files, const daemon_file *file);
/* Where its bytes go before it is committed. path: as PATH_MAX has it. */
zkl_status daemon_files_part(char *path, size_t size, const daemon_files *files,
                             const daemon_file *file, zkl_error *err) ZKL_MUST_USE;

/* owner NULL: anybody's. ZKL_NOT_FOUND, also for what is another's. */
zkl_status daemon_files_find(daemon_file *out, daemon_files *files, const char *id,
                             const char *owner, zkl_error *err) ZKL_MUST_USE;
/* A further name for its content: `name` in the folder `at`. ZKL_CONFLICT: there is one. */
zkl_status daemon_files_link(daemon_files *files, const char *id, const char *owner, int at,
                             const char *name, zkl_error *err) ZKL_MUST_USE;
zkl_status daemon_files_remove(daemon_files *files, const char *id, const char *owner,
                               zkl_error *err) ZKL_MUST_USE;
/* owner NULL: all. */
json_t *daemon_files_list(daemon_files *files, const char *owner);
json_t *daemon_file_put(const daemon_file *file);
/* Those that nobody has used for keep_ms go: when a file comes, and when the list is opened. */
void daemon_files_sweep(daemon_files *files);
