/* Key files in clear, encrypted in place. */
#include "service/keys_protect.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"

static zkl_status protect_one(bool *done, const char *path, const zkl_bytes *passphrase,
                              const zkl_keyfile_cost *cost, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_keyfile) file = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    uint8_t magic[8];
    size_t size = 0;
    *done = false;
    ZKL_TRY(zkl_file_peek(magic, sizeof magic, &size, path, err));
    if (!zkl_keyfile_has_magic(zkl_bytes_of(magic, size)))
        return ZKL_OK;
    ZKL_TRY(zkl_keyfile_load_info(&file.info, path, NULL, err));
    if (file.info.has_passphrase)
        return ZKL_OK;
    ZKL_TRY(zkl_keyfile_load(&file, path, NULL, NULL, err));
    ZKL_TRY(zkl_keyfile_encode(&bytes, &file, passphrase, cost, env, err));
    ZKL_TRY(zkl_file_replace(path, zkl_buffer_bytes(&bytes), 0600, err));
    *done = true;
    return ZKL_OK;
}

zkl_status service_keys_protect(uint64_t *count, const char *folder, const zkl_bytes *passphrase,
                                const zkl_keyfile_cost *cost, const zkl_env *env, zkl_error *err)
{
    char keys[PATH_MAX], path[PATH_MAX];
    zkl_status status = ZKL_OK;
    *count = 0;
    if (snprintf(keys, sizeof keys, "%s/keys", folder) >= (int)sizeof keys)
        return zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", folder);
    DIR *const dir = opendir(keys);
    if (!dir)
        return zkl_fail_errno(err, "open", keys);
    for (struct dirent *d; status == ZKL_OK && (d = readdir(dir)) != NULL;) {
        struct stat st;
        bool done = false;
        if (fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
            continue;
        status = snprintf(path, sizeof path, "%s/%s", keys, d->d_name) < (int)sizeof path
                     ? protect_one(&done, path, passphrase, cost, env, err)
                     : zkl_fail(err, ZKL_LIMIT, "path '%s' is too long", keys);
        *count += done;
    }
    closedir(dir);
    return status;
}
