/* The folder of the set-up cache: where it is, what its files are called, and that one process
 * writes at a time.
 *
 * 1. Who can write the folder chooses the keys of this user's proofs, so a folder that others can
 *    write is refused.
 * 2. Every file is written under the lock, beside its name and renamed into place: a reader sees a
 *    whole file or none, and needs no lock.
 * 3. A lock is a flock on `lock`: it ends with the descriptor, so with the process. Who gets it
 *    sweeps away what killed writers left. */
#include "setup/setup_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "setup/setup.h"

/* ---- where it is */

/* mkdir -p, mode 0700 for what is made. */
static zkl_status make_folders(char *path, zkl_error *err)
{
    ZKL_ASSERT(*path != '\0');
    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        const zkl_status status = zkl_folder_make(path, 0700, err);
        *at = '/';
        ZKL_TRY(status);
    }
    return zkl_folder_make(path, 0700, err);
}

/* Whoever can write here chooses the keys that this user's proofs are made with. */
static zkl_status check_folder(const char *path, zkl_error *err)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return zkl_fail_errno(err, "look at", path);
    if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return zkl_fail(err, ZKL_DENIED, "set-up cache '%s' can be written by others: chmod 700 it",
                        path);
    return ZKL_OK;
}

/* The first of: what the caller says, $ZKL_SETUP_CACHE, $XDG_CACHE_HOME, $HOME. */
zkl_status zkl_setup_folder_name(zkl_buffer *path, const char **variable, const char *folder,
                                 zkl_error *err)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    const char *set = folder == NULL ? getenv("ZKL_SETUP_CACHE") : NULL;

    *variable = NULL;
    if (set != NULL && *set != '\0')
        *variable = "ZKL_SETUP_CACHE";
    folder = folder != NULL ? folder : set;
    if (folder != NULL && *folder != '\0') {
        zkl_buffer_put_text(path, folder);
    } else if (cache != NULL && *cache == '/') {
        *variable = "XDG_CACHE_HOME";
        zkl_buffer_format(path, "%s/zkp-ledger/setup", cache);
    } else if (home != NULL && *home == '/') {
        zkl_buffer_format(path, "%s/.cache/zkp-ledger/setup", home);
    } else {
        return zkl_fail(err, ZKL_USAGE,
                        "no place for the set-up cache: set ZKL_SETUP_CACHE or HOME");
    }
    return zkl_buffer_status(path, err);
}

/* path is appended to, without a NUL. */
zkl_status zkl_setup_folder(zkl_buffer *path, const char *folder, zkl_error *err)
{
    const char *variable;
    const size_t start = path->size;

    ZKL_TRY(zkl_setup_folder_name(path, &variable, folder, err));
    zkl_buffer_put_u8(path, 0);
    ZKL_TRY(zkl_buffer_status(path, err));
    ZKL_TRY(make_folders((char *)path->data + start, err));
    ZKL_TRY(check_folder((const char *)path->data + start, err));
    path->size--;
    return ZKL_OK;
}

/* folder/name */
static zkl_status path_in(zkl_setup_path *out, const char *folder, const char *name, zkl_error *err)
{
    if ((size_t)snprintf(out->text, sizeof out->text, "%s/%s", folder, name) >= sizeof out->text)
        return zkl_fail(err, ZKL_LIMIT, "path of the set-up cache '%s' is too long", folder);
    return ZKL_OK;
}

zkl_status zkl_setup_path_of(zkl_setup_path *out, const char *folder, const zkl_digest *hash,
                             const char *suffix, zkl_error *err)
{
    ZKL_ASSERT(*folder && *suffix);
    char hex[65], name[65 + 128];

    zkl_hex_encode(hex, hash->bytes, sizeof hash->bytes);
    snprintf(name, sizeof name, "%s.%s", hex, suffix);
    return path_in(out, folder, name, err);
}

/* What zkl_file_write calls a file of ours until it is whole: <hash>.<suffix> or current, and
 * .<thread>.<process>.part behind it. */
static bool is_part(const char *name)
{
    const size_t size = strlen(name), hex = strspn(name, "0123456789abcdef");
    const bool ours = (hex == 64 && name[64] == '.') || strncmp(name, "current.", 8) == 0;

    return ours && size > 5 && strcmp(name + size - 5, ".part") == 0;
}

zkl_status zkl_setup_path_named(zkl_setup_path *out, const char *folder, const zkl_setup_name *name,
                                const char *suffix, zkl_error *err)
{
    char hex[65], whole[65 + 32];

    if (name->is_old)
        return zkl_setup_path_of(out, folder, &name->hash, suffix, err);
    zkl_hex_encode(hex, name->parameters.bytes, sizeof name->parameters.bytes);
    snprintf(whole, sizeof whole, "%s.%s", hex, suffix);
    return zkl_setup_path_of(out, folder, &name->hash, whole, err);
}

/* "powers", or "F22.key". */
static bool is_suffix(const char *text)
{
    const size_t digits = *text == 'F' ? strspn(text + 1, "0123456789") : 0;
    return strcmp(text, "powers") == 0 || (digits && strcmp(text + 1 + digits, ".key") == 0);
}

/* <hash>.<parameters>.<suffix>, or <hash>.<suffix> of what depends on them. */
static bool parse_name(zkl_setup_name *out, const char *file, const char hash[static 65])
{
    if (strncmp(file, hash, 64) != 0 || file[64] != '.' || is_part(file))
        return false;
    const char *const rest = file + 65;
    out->is_old = is_suffix(rest);
    return out->is_old ||
           (strspn(rest, "0123456789abcdef") == 64 && rest[64] == '.' && is_suffix(rest + 65) &&
            zkl_hex_decode(out->parameters.bytes, sizeof out->parameters.bytes, rest, 64));
}

/* Files without parameters in their names go on being used. */
zkl_status zkl_setup_name_find(zkl_setup_name *out, bool *found, const char *folder, zkl_error *err)
{
    char hex[65];
    bool is_double = false;

    *found = false;
    zkl_hex_encode(hex, out->hash.bytes, sizeof out->hash.bytes);
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return zkl_fail_errno(err, "open", folder);
    for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
        zkl_setup_name name = { .hash = out->hash };
        if (!parse_name(&name, e->d_name, hex))
            continue;
        is_double |= *found && (name.is_old != out->is_old ||
                                !zkl_digest_equal(&name.parameters, &out->parameters));
        *out = name;
        *found = true;
    }
    closedir(dir);
    if (is_double)
        return zkl_fail(err, ZKL_CONFLICT,
                        "set-up cache '%s': files '%s.*' are of one tau and several alpha or beta: "
                        "move all but one set away",
                        folder, hex);
    return ZKL_OK;
}

bool zkl_setup_path_exists(const zkl_setup_path *path)
{
    ZKL_ASSERT(*path->text);
    return access(path->text, F_OK) == 0;
}

/* ---- who may write */

/* Closing the descriptor lets the lock go. Clearing twice is fine. */
void zkl_setup_lock_clear(zkl_setup_lock *lock)
{
    ZKL_ASSERT(lock->fd_plus_one >= 0);
    if (lock->fd_plus_one != 0)
        close(lock->fd_plus_one - 1);
    lock->fd_plus_one = 0;
}

/* What cannot be removed stays: it is in nobody's way. */
static void sweep_parts(const char *folder)
{
    DIR *dir = opendir(folder);
    zkl_setup_path path;

    if (dir == NULL)
        return;
    for (const struct dirent *e; (e = readdir(dir)) != NULL;)
        if (is_part(e->d_name) && path_in(&path, folder, e->d_name, NULL) == ZKL_OK)
            (void)unlink(path.text); /* see above */
    closedir(dir);
}

zkl_status zkl_setup_lock_take(zkl_setup_lock *lock, const char *folder, zkl_error *err)
{
    zkl_setup_path path;

    ZKL_ASSERT(lock->fd_plus_one == 0);
    ZKL_TRY(path_in(&path, folder, "lock", err));
    const int fd = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return zkl_fail_errno(err, "open", path.text);
    lock->fd_plus_one = fd + 1;
    /* waits for as long as another process makes a key; a signal only interrupts the waiting */
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return zkl_fail_errno(err, "lock", path.text);
    sweep_parts(folder);
    return ZKL_OK;
}

/* ---- the powers of new ledgers */

/* A name whose powers are gone is as good as none: new ones are made. */
zkl_status zkl_setup_current_read(zkl_digest *hash, bool *found, const char *folder, zkl_error *err)
{
    ZKL_ASSERT(*folder);
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_setup_path path;

    *found = false;
    ZKL_TRY(path_in(&path, folder, "current", err));
    if (!zkl_setup_path_exists(&path))
        return ZKL_OK;
    ZKL_TRY(zkl_file_read(&text, path.text, 65, err));
    if (text.size != 65 || text.data[64] != '\n' ||
        !zkl_hex_decode(hash->bytes, sizeof hash->bytes, (const char *)text.data, 64))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'%s' names no powers of tau: remove it, and new ones are made", path.text);
    ZKL_TRY(zkl_setup_path_of(&path, folder, hash, "commit", err));
    *found = zkl_setup_path_exists(&path);
    return ZKL_OK;
}

/* 64 hexadecimal digits and a line feed. */
zkl_status zkl_setup_current_write(const char *folder, const zkl_digest *hash, zkl_error *err)
{
    char text[66];
    zkl_setup_path path;

    zkl_hex_encode(text, hash->bytes, sizeof hash->bytes);
    text[64] = '\n';
    ZKL_TRY(path_in(&path, folder, "current", err));
    return zkl_file_write(path.text, zkl_bytes_of(text, 65), 0600, err);
}
