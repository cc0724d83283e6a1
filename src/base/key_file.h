#pragma once
/* Files that hold a private key, told by how they begin: they are overwritten by nothing. */
#include "base/buffer.h"

#define ZKL_KEYFILE_MAGIC "zkl-key\n" /* keys/keyfile.c */
#define ZKL_DATAKEY_MAGIC "zkl/dkey"  /* keys/datakey.c */
/* So much of a file is looked at. */
#define ZKL_KEY_FILE_HEAD_BYTES 4096

/* Does a file that begins so hold a key: one of ours, a data key, or a private key in PEM? */
bool zkl_is_key_file(zkl_bytes head);

/* ZKL_CONFLICT when the file that fd reads holds a key; full is its path, for words. A file that
 * cannot be read may be one: fd is below 0 then, errno says why, and it is refused too. Nothing is
 * asked of what is no regular file. */
zkl_status zkl_key_file_check(int fd, const char *full, zkl_error *err) ZKL_MUST_USE;
/* The same by path; a file that is not there is none. */
zkl_status zkl_key_file_check_path(const char *path, zkl_error *err) ZKL_MUST_USE;
