/* Is a ledger that was found, and not named, the caller's own? Only then its word is taken for what
 * to trust.
 *
 *  1. Folder, the folder it lies in, configuration, keys and store belong to the caller, and nobody
 *     else may write to them.
 *  2. Its trust record is signed by its own log key: ledger/trust_record.h, whenever a ledger is
 *     opened.
 *  3. This user wrote it: the user's memory has a checkpoint of it, which its log extends. An
 *     unpacked bundle of somebody else's has files that belong to whoever unpacked it, and is not
 *     his ledger for that. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "ledger/head.h"
#include "ledger/remember.h"
#include "service/service_internal.h"

typedef struct path_name {
    char text[PATH_MAX];
} path_name;

/* Paths that are cut would name another file: too long is refused. */
static zkl_status join(path_name *out, const char *folder, const char *name, zkl_error *err)
{
    const int size = snprintf(out->text, sizeof out->text, "%s/%s", folder, name);
    return size > 0 && (size_t)size < sizeof out->text
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", folder);
}

/* The folder that holds it. A path without '/' lies in the current one. */
static zkl_status parent_of(path_name *out, const char *path, zkl_error *err)
{
    ZKL_TRY(join(out, path, "", err));
    char *end = out->text + strlen(path);
    while (end > out->text + 1 && *end == '/')
        *end-- = 0;
    char *slash = strrchr(out->text, '/');
    if (!slash)
        memcpy(out->text, ".", 2);
    else
        slash[slash == out->text] = 0;
    return ZKL_OK;
}

/* The effective user: the one whose files the program can write. */
static zkl_status check_owner(const char *path, zkl_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return zkl_fail_errno(err, "look at", path);
    if (st.st_uid != geteuid())
        return zkl_fail(err, ZKL_DENIED, "'%s' belongs to user %lu, not to you", path,
                        (unsigned long)st.st_uid);
    return ZKL_OK;
}

/* A symbolic link has an owner too: whoever made it chose what stands there. */
static zkl_status check_link_owner(const char *path, zkl_error *err)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return zkl_fail_errno(err, "look at", path);
    if (S_ISLNK(st.st_mode) && st.st_uid != geteuid())
        return zkl_fail(err, ZKL_DENIED, "'%s' is a link that belongs to user %lu, not to you",
                        path, (unsigned long)st.st_uid);
    return check_owner(path, err);
}

/* Owner and mode, of what a link leads to as well as of the link. */
static zkl_status check_private(const char *path, zkl_error *err)
{
    struct stat st;
    ZKL_TRY(check_link_owner(path, err));
    if (stat(path, &st) != 0)
        return zkl_fail_errno(err, "look at", path);
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        return zkl_fail(err, ZKL_DENIED, "others may write to '%s' (chmod go-w)", path);
    return ZKL_OK;
}

/* A folder and all that lies in it, not deeper. A missing one is fine: a copy for readers has no
 * keys. */
static zkl_status check_private_files(const char *folder, zkl_error *err)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "look into", folder);
    zkl_status status = check_private(folder, err);
    for (struct dirent *e; status == ZKL_OK && (e = readdir(dir));) {
        path_name path;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        status = join(&path, folder, e->d_name, err);
        if (status == ZKL_OK)
            status = check_private(path.text, err);
        if (status == ZKL_NOT_FOUND) /* the store's files come and go while a writer works */
            status = ZKL_OK;
    }
    closedir(dir);
    return status;
}

/* The folders between the ledger's and the store, which the configuration may put deeper
 * (`path = "data/store"`): whoever may write to one of them can put another store there. */
static zkl_status check_path_of_store(const char *folder, const char *store, zkl_error *err)
{
    ZKL_ASSERT(store[0] && store[0] != '/'); /* zkl_config_parse: inside the folder */
    path_name path;
    for (const char *slash = strchr(store, '/'); slash; slash = strchr(slash + 1, '/')) {
        char part[PATH_MAX];
        const int size = snprintf(part, sizeof part, "%.*s", (int)(slash - store), store);
        if (size < 0 || (size_t)size >= sizeof part)
            return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", store);
        ZKL_TRY(join(&path, folder, part, err));
        ZKL_TRY(check_private(path.text, err));
    }
    return ZKL_OK;
}

/* `head` may be missing: zkl_ledger_check_head judges that. */
static zkl_status check_head_file(const char *folder, zkl_error *err)
{
    path_name path;
    struct stat st;
    ZKL_TRY(join(&path, folder, ZKL_HEAD_FILE, err));
    return lstat(path.text, &st) != 0 && errno == ENOENT ? ZKL_OK : check_private(path.text, err);
}

/* Each place where somebody else could put another ledger in: the folder above it, the folder, and
 * everything in it that is read. */
static zkl_status check_files(const char *folder, const zkl_config *config, zkl_error *err)
{
    path_name path;
    ZKL_TRY(parent_of(&path, folder, err));
    ZKL_TRY(check_owner(path.text, err)); /* others may work in it, as git has it too */
    ZKL_TRY(check_private(folder, err));
    ZKL_TRY(join(&path, folder, ZKL_CONFIG_FILE, err));
    ZKL_TRY(check_private(path.text, err));
    ZKL_TRY(join(&path, folder, "keys", err));
    ZKL_TRY(check_private_files(path.text, err));
    ZKL_TRY(check_head_file(folder, err));
    ZKL_TRY(check_path_of_store(folder, config->path, err));
    ZKL_TRY(join(&path, folder, config->path, err));
    return check_private_files(path.text, err);
}

/* The memory has this ledger as one that the user wrote, under a log key that the ledger has. */
static zkl_status check_remembered(zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_remembered known;
    const zkl_trust *trust = zkl_ledger_trust(ledger);
    const zkl_status status =
        zkl_remember_find(&known, &arena, zkl_ledger_state(ledger), zkl_ledger_own_id(ledger), err);
    if (status != ZKL_OK && status != ZKL_NOT_FOUND)
        return status;
    if (status == ZKL_NOT_FOUND || !known.written)
        return zkl_fail(err, ZKL_NOT_FOUND,
                        "your state folder does not have it among the ledgers that you wrote");
    /* Any of its log keys: the memory may be older than a rotation. */
    bool is_known = false;
    for (size_t i = 0; i < trust->log_key_count; i++)
        is_known |= zkl_verifier_key_equal(&trust->log_keys[i].key, &known.log_key);
    if (!is_known)
        return zkl_fail(err, ZKL_REJECTED, "its log keys are not those that you wrote it under");
    return zkl_ledger_check_head(ledger, err); /* what you wrote, not what came in its place */
}

/* Whatever is wrong, the caller gets one status: what the ledger trusts does not count. Only memory
 * is another matter. */
zkl_status service_check_own(zkl_ledger *ledger, zkl_error *err)
{
    const char *folder = zkl_ledger_folder(ledger);
    zkl_status status = check_files(folder, zkl_ledger_config(ledger), err);
    if (status == ZKL_OK)
        status = check_remembered(ledger, err);
    if (status == ZKL_OK || status == ZKL_NO_MEMORY)
        return status;
    /* The reason becomes part of the sentence that says what to do. */
    char why[sizeof err->text] = "";
    if (err)
        memcpy(why, err->text, sizeof why);
    zkl_fail(err, ZKL_UNCHECKED, "the ledger '%s' was found here, and is not trusted: %.400s",
             folder, why);
    return zkl_hint_add(err, ZKL_UNCHECKED, ZKL_HINT_SAY_WHAT_TO_TRUST, folder);
}

/* Before a ledger is opened at all: opening one reads files that its owner chose. */
zkl_status service_check_found(const char *folder, zkl_error *err)
{
    const zkl_status status = check_link_owner(folder, err);
    if (status == ZKL_DENIED)
        return zkl_wrap(err, status,
                        "the ledger found here is somebody else's (to use it, name it: --ledger "
                        "'%s')",
                        folder);
    return status;
}
