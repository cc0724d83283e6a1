#pragma once
/* Files: read whole with a limit, write whole by rename. Statuses name the path and the system's
 * reason. */
#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "base/buffer.h"

/* The status that errno means: ENOENT -> ZKL_NOT_FOUND, EACCES/EPERM/EROFS -> ZKL_DENIED, else
 * ZKL_IO. */
zkl_status zkl_fail_errno(zkl_error *err, const char *verb, const char *path);

/* Append the whole file; ZKL_LIMIT when it is larger than size_max. "-" is standard input. After a
 * failure out is as it was (its `failed` apart). A named pipe that nobody has written to for
 * ZKL_FILE_PIPE_WAIT_MS is ZKL_IO, not a wait for ever; an unnamed one, as a shell's <(...) gives,
 * is read to its end. */
#define ZKL_FILE_PIPE_WAIT_MS 5000
zkl_status zkl_file_read(zkl_buffer *out, const char *path, size_t size_max,
                         zkl_error *err) ZKL_MUST_USE;

/* The same of a regular file alone; anything else is ZKL_BAD_INPUT, at once and unread. */
zkl_status zkl_file_read_regular(zkl_buffer *out, const char *path, size_t size_max,
                                 zkl_error *err) ZKL_MUST_USE;

/* The first bytes of a regular file, at most size: how many is in *got. Anything else than a
 * regular file is ZKL_BAD_INPUT, at once and unread. */
zkl_status zkl_file_peek(uint8_t *out, size_t size, size_t *got, const char *path,
                         zkl_error *err) ZKL_MUST_USE;

/* Write beside, fsync, rename, fsync the folder: the path holds the old content or the new, never
 * less. mode: permission bits, e.g. 0644, whatever the old file's were. "-" is standard output. A
 * link is followed; a device or pipe is written in place.
 *
 * Threads: any, also with one path; then the content of one of them stays. */
zkl_status zkl_file_write(const char *path, zkl_bytes content, unsigned mode,
                          zkl_error *err) ZKL_MUST_USE;

/* What stood at a path, links followed, when it was looked at. */
typedef struct zkl_file_seen {
    bool is_there;
    uint64_t device, inode, size;
    struct timespec changed; /* its content */
    gid_t group;
} zkl_file_seen;
zkl_file_seen zkl_file_look(const char *path);

/* zkl_file_write over what was seen, and over nothing else: ZKL_CONFLICT when another file came to
 * that path since, or the one that was seen was written to; that file stays. The new one has the
 * group of the old, or no rights for a group.
 *
 * Threads and processes: any, also with one path; of those that saw the same file one succeeds.
 * They take turns by a lock of the file that is there, and wait a second for it at most. */
zkl_status zkl_file_write_over(const char *path, const zkl_file_seen *seen, zkl_bytes content,
                               unsigned mode, zkl_error *err) ZKL_MUST_USE;
/* The same of a file that was written beside it: a rename, which the caller syncs. A link gives way
 * itself, whatever was seen. */
zkl_status zkl_file_put_over(const char *from, const char *path, const zkl_file_seen *seen,
                             zkl_error *err) ZKL_MUST_USE;

/* zkl_file_write for a file of the program's own, which is never anything else than a regular file:
 * a link is not followed, and it, a device, a pipe or a folder in its place is ZKL_DENIED. One that
 * comes in between is replaced itself, not what it names. */
zkl_status zkl_file_replace(const char *path, zkl_bytes content, unsigned mode,
                            zkl_error *err) ZKL_MUST_USE;
/* ZKL_DENIED when something else than a regular file stands there, at once and unread; ZKL_OK also
 * when nothing does. */
zkl_status zkl_file_check_regular(const char *path, zkl_error *err) ZKL_MUST_USE;

/* Rename within one folder, or remove, and sync the folder: done for good when it returns ZKL_OK.
 * After a failure either may have happened. */
zkl_status zkl_file_rename(const char *from, const char *to, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_file_remove(const char *path, zkl_error *err) ZKL_MUST_USE;

/* read() until the end, as zkl_file_read does: appended, at most size_max bytes, and out as it was
 * after a failure. */
zkl_status zkl_fd_read(zkl_buffer *out, int fd, const char *path, size_t size_max,
                       zkl_error *err) ZKL_MUST_USE;

/* write() until all is written. */
zkl_status zkl_fd_write(int fd, zkl_bytes content, const char *path, zkl_error *err) ZKL_MUST_USE;

/* Bring a folder's names to the disk: what was made, renamed or removed in it is then there for
 * good. A file system that cannot sync a folder (EINVAL) is no failure: the names are as safe as it
 * makes them. */
zkl_status zkl_folder_sync(const char *path, zkl_error *err) ZKL_MUST_USE;
/* Bring all that was written on the folder's file system to the disk: one wait for thousands of
 * files. */
zkl_status zkl_file_system_sync(const char *folder, zkl_error *err) ZKL_MUST_USE;

/* mkdir -p of the last component only; an existing folder is fine. */
zkl_status zkl_folder_make(const char *path, unsigned mode, zkl_error *err) ZKL_MUST_USE;
/* The same, and its name is on the disk, also of one that was there: for a folder in which files
 * lie that somebody was promised. */
zkl_status zkl_folder_make_durable(const char *path, unsigned mode, zkl_error *err) ZKL_MUST_USE;

/* A file without a name in that folder, open for reading and writing, mode 0600: it is gone when
 * its last descriptor is closed, also after a kill. -1 and errno. */
int zkl_file_open_unnamed(const char *folder);

/* Does no process run whose number the text begins with, in decimal? *rest: what stands behind the
 * number. false also when there is no number. For left-overs whose names say who made them. */
bool zkl_process_is_gone(const char *text, const char **rest);
