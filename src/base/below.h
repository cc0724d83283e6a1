#pragma once
/* Files that together make up a folder, each at its path below it, such as "tile/0/001".
 *
 * No link is followed from the folder on (the folder itself may be one): whoever may write in it
 * could otherwise lead an output to any other place. ZKL_CONFLICT names the link, or what else
 * stands where a folder or a file belongs. */
#include "base/buffer.h"

/* Append the whole file: ZKL_NOT_FOUND when there is none, ZKL_LIMIT when it is larger than
 * size_max. */
zkl_status zkl_below_read(zkl_buffer *out, const char *folder, const char *path, size_t size_max,
                          zkl_error *err) ZKL_MUST_USE;

/* Write by rename, mode 0644; the folders on the way are made. The old file stays whole until the
 * new one is; one that holds a key, or cannot be read, stays: ZKL_CONFLICT (base/key_file.h).
 * Brought to the disk at once when durable says so: of thousands of files, one sync at the end does
 * that for all. */
zkl_status zkl_below_write(const char *folder, const char *path, zkl_bytes content, bool durable,
                           zkl_error *err) ZKL_MUST_USE;
