/* The remembered checkpoint as a file, and the user's memory of all ledgers.
 *
 *  1. A file is replaced by rename and synced with its folder: it holds the old checkpoint or the
 *     new one.
 *  2. Under the lock the known checkpoint is read, compared and replaced; the tree that is known
 *     never shrinks.
 *  3. Nothing is believed that the caller does not own, or that others may write. */
#include "ledger/remember.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "record/ids.h"
#include "text/lines.h"

#define FIRST_LINE "zkp-ledger checkpoint v1"
#define LOCK_NAME "lock"

/* ---- The format */

/* From what was signed just now, or was found: either way the signature is checked again. */
zkl_status zkl_remembered_make(zkl_remembered *out, zkl_arena *arena,
                               const zkl_verifier_key *first_log_key,
                               const zkl_verifier_key *log_key, bool written, zkl_bytes note,
                               zkl_error *err)
{
    /* id, origin and signature must agree, so that no part can be exchanged for another
     * ledger's. */
    char first[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_remembered made = {
        .first_log_key = *first_log_key, .log_key = *log_key, .written = written, .note = note
    };
    zkl_verifier_key_encode(first, first_log_key);
    zkl_ledger_id(&made.ledger, zkl_bytes_of_text(first));
    ZKL_TRY(zkl_checkpoint_parse(&made.checkpoint, arena, note, err));
    ZKL_TRY(zkl_checkpoint_verify(&made.checkpoint, log_key, err));
    if (!zkl_bytes_equal_text(made.checkpoint.origin, first_log_key->name))
        return zkl_fail(err, ZKL_BAD_INPUT, "a checkpoint of log '%.*s', the first key is of '%s'",
                        (int)made.checkpoint.origin.size, (const char *)made.checkpoint.origin.data,
                        first_log_key->name);
    *out = made;
    return ZKL_OK;
}

/* Three lines of text, an empty one, and the note as it was signed: people can read it, and it
 * can be copied to `head`. */
void zkl_remembered_encode(zkl_buffer *out, const zkl_remembered *remembered)
{
    ZKL_ASSERT(remembered->note.size);
    char first[ZKL_VERIFIER_KEY_CHARS_MAX + 1], key[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_verifier_key_encode(first, &remembered->first_log_key);
    zkl_verifier_key_encode(key, &remembered->log_key);
    zkl_buffer_format(out, FIRST_LINE "\n%s\nfirst-key %s\nlog-key %s\n\n",
                      remembered->written ? "written" : "seen", first, key);
    zkl_buffer_put(out, remembered->note.data, remembered->note.size);
}

/* A line "PREFIX verifier-key". */
static zkl_status read_key(zkl_verifier_key *out, zkl_bytes *rest, const char *prefix,
                           zkl_error *err)
{
    zkl_bytes line;
    if (!zkl_line_next(&line, rest) || !zkl_line_skip(&line, prefix))
        return zkl_fail(err, ZKL_BAD_INPUT, "the line '%s...' is missing", prefix);
    return zkl_verifier_key_parse(out, line, err);
}

/* Canonical: each line is there once, in this order, and what zkl_remembered_make makes of them
 * fits together. */
static zkl_status parse(zkl_remembered *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_verifier_key first, key;
    zkl_bytes rest = bytes, line;
    if (bytes.size > ZKL_REMEMBERED_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "it has %zu bytes, at most %d", bytes.size,
                        ZKL_REMEMBERED_BYTES_MAX);
    if (!zkl_line_next(&line, &rest) || !zkl_line_equal(line, FIRST_LINE))
        return zkl_fail(err, ZKL_BAD_INPUT, "its first line is not '" FIRST_LINE "'");
    if (!zkl_line_next(&line, &rest) ||
        (!zkl_line_equal(line, "written") && !zkl_line_equal(line, "seen")))
        return zkl_fail(err, ZKL_BAD_INPUT, "its second line is neither 'written' nor 'seen'");
    const bool written = zkl_line_equal(line, "written");
    ZKL_TRY(read_key(&first, &rest, "first-key ", err));
    ZKL_TRY(read_key(&key, &rest, "log-key ", err));
    if (!zkl_line_next(&line, &rest) || line.size)
        return zkl_fail(err, ZKL_BAD_INPUT, "an empty line is missing before the checkpoint");
    return zkl_remembered_make(out, arena, &first, &key, written, rest, err);
}

/* For bytes from anywhere (fuzzed): every fault is said as one of a remembered checkpoint. */
zkl_status zkl_remembered_parse(zkl_remembered *out, zkl_arena *arena, zkl_bytes bytes,
                                zkl_error *err)
{
    const zkl_status status = parse(out, arena, bytes, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "remembered checkpoint");
}

/* The note's bytes live in arena: the buffer that was read into goes. */
zkl_status zkl_remembered_load(zkl_remembered *out, zkl_arena *arena, const char *path,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    /* A pipe would be waited for, and a link would name somebody's file that is replaced later. */
    ZKL_TRY(zkl_file_check_regular(path, err));
    ZKL_TRY(zkl_file_read(&file, path, ZKL_REMEMBERED_BYTES_MAX, err));
    const void *copy = zkl_arena_copy(arena, file.data, file.size);
    if (!copy)
        return zkl_no_memory(err, file.size);
    const zkl_status status = parse(out, arena, zkl_bytes_of(copy, file.size), err);
    if (status == ZKL_OK || status == ZKL_NO_MEMORY)
        return status;
    /* Of whichever kind the fault is, the file is not one that was written whole. */
    return zkl_wrap(err, ZKL_BAD_INPUT, "the remembered checkpoint '%s' is damaged", path);
}

/* Replaced by rename: who reads meanwhile has the old one or the new one. */
zkl_status zkl_remembered_save(const char *path, const zkl_remembered *remembered, unsigned mode,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_remembered_encode(&bytes, remembered);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    ZKL_ASSERT(bytes.size <= ZKL_REMEMBERED_BYTES_MAX);
    return zkl_file_replace(path, zkl_buffer_bytes(&bytes), mode, err);
}

/* ---- The user's memory: one file a ledger, named by its id, and a lock beside them. */

typedef struct memory_path {
    char text[PATH_MAX];
} memory_path;

/* A home of somebody else's is no place: `sudo` may leave it to root, and what root makes there
 * shuts its owner out. */
static bool is_own_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

/* ZKL_NOT_FOUND: there is no place. */
static zkl_status state_folder(memory_path *out, const char *state, const char *name,
                               zkl_error *err)
{
    const char *given = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    const bool is_named = state && *state, is_set = given && *given == '/';
    const bool is_in_home = !is_named && !is_set && home && *home == '/';
    int size;
    if (is_named)
        size = snprintf(out->text, sizeof out->text, "%s", state);
    else if (is_set) /* the specification has relative ones ignored */
        size = snprintf(out->text, sizeof out->text, "%s/zkp-ledger/%s", given, name);
    else if (is_in_home)
        size = snprintf(out->text, sizeof out->text, "%s/.local/state/zkp-ledger/%s", home, name);
    else
        return zkl_fail(err, ZKL_NOT_FOUND,
                        "there is no folder for remembered checkpoints: neither XDG_STATE_HOME nor "
                        "HOME is an absolute path");
    if (size < 0 || (size_t)size >= sizeof out->text - 80)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", out->text);
    if (is_in_home && access(out->text, F_OK) != 0 && !is_own_folder(home))
        return zkl_fail(err, ZKL_NOT_FOUND,
                        "there is no folder for remembered checkpoints: HOME is '%s', which is no "
                        "folder of this user",
                        home);
    return ZKL_OK;
}

static zkl_status memory_folder(memory_path *out, const char *state, zkl_error *err)
{
    return state_folder(out, state, "checkpoints", err);
}

zkl_status zkl_remember_place(char out[static PATH_MAX], const char *state, const char *name,
                              zkl_error *err)
{
    memory_path folder;
    ZKL_TRY(state_folder(&folder, state, name, err));
    memcpy(out, folder.text, strlen(folder.text) + 1);
    return ZKL_OK;
}

/* state_folder leaves room for a name of 80 bytes: an id is 64, the lock's name is shorter. */
static void path_in(memory_path *out, const memory_path *folder, const char *name)
{
    ZKL_ASSERT(strlen(name) < 80 && !strchr(name, '/'));
    snprintf(out->text, sizeof out->text, "%.*s/%s", (int)(sizeof out->text - 80), folder->text,
             name);
}

/* The file or folder is the caller's own, and nobody else may write it. */
static zkl_status check_own(const char *path, zkl_error *err)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return zkl_fail_errno(err, "look at", path);
    if (st.st_uid != geteuid())
        return zkl_fail(err, ZKL_DENIED, "'%s' belongs to another user", path);
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        return zkl_fail(err, ZKL_DENIED, "others may write '%s': chmod go-w", path);
    return ZKL_OK;
}

/* The folder, or the nearest one above it that is there, can be written. Nothing is made in
 * another user's folder. */
static zkl_status check_place(const memory_path *folder, zkl_error *err)
{
    memory_path part = *folder;
    struct stat st;
    while (stat(part.text, &st) != 0) {
        char *slash = strrchr(part.text, '/');
        if (errno != ENOENT || !slash || !slash[1])
            return zkl_fail_errno(err, "look at", part.text);
        slash[slash == part.text] = 0;
    }
    if (strcmp(part.text, folder->text) == 0)
        ZKL_TRY(check_own(part.text, err));
    else if (st.st_uid != geteuid() && st.st_uid != 0)
        return zkl_fail(err, ZKL_DENIED, "'%s' belongs to another user", part.text);
    if (faccessat(AT_FDCWD, part.text, W_OK | X_OK, AT_EACCESS) != 0)
        return zkl_fail_errno(err, "write in", part.text);
    return ZKL_OK;
}

/* Each missing folder of the path, for the caller alone. */
static zkl_status make_folders(const memory_path *folder, zkl_error *err)
{
    memory_path part = *folder;
    ZKL_TRY(check_place(folder, err));
    for (char *slash = part.text; (slash = strchr(slash + 1, '/'));) {
        *slash = 0;
        const zkl_status status = zkl_folder_make(part.text, 0700, err);
        *slash = '/';
        ZKL_TRY(status);
    }
    ZKL_TRY(zkl_folder_make(folder->text, 0700, err));
    return check_own(folder->text, err);
}

typedef struct memory_lock {
    int fd_plus_1;
} memory_lock;

/* The file stays: removing it would let two hold two files of one name. */
static void memory_lock_clear(memory_lock *lock)
{
    if (lock->fd_plus_1)
        close(lock->fd_plus_1 - 1);
    lock->fd_plus_1 = 0;
}

/* Held for the reading and writing of one small file, so whoever comes second waits. */
static zkl_status take_lock(memory_lock *lock, const memory_path *folder, zkl_error *err)
{
    ZKL_ASSERT(!lock->fd_plus_1); /* one that is held would be lost */
    memory_path path;
    path_in(&path, folder, LOCK_NAME);
    const int fd = open(path.text, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return zkl_fail_errno(err, "open the lock", path.text);
    lock->fd_plus_1 = fd + 1;
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return zkl_fail_errno(err, "lock", path.text);
    return ZKL_OK;
}

/* Named by the id, which anybody can compute: the file's content says which ledger it is, and
 * find_in compares. */
static void path_of_ledger(memory_path *out, const memory_path *folder, const zkl_digest *ledger)
{
    char id[65];
    zkl_hex_encode(id, ledger->bytes, 32);
    path_in(out, folder, id);
}

/* A part of the path that is no folder, or that went meanwhile, reads as missing: the place is
 * there and cannot be used. */
static zkl_status faulty(zkl_error *err, zkl_status status)
{
    if (status == ZKL_NOT_FOUND && err)
        err->status = ZKL_IO;
    return status == ZKL_NOT_FOUND ? ZKL_IO : status;
}

/* Invariant 3, then what the file says, then that it is of this ledger. */
static zkl_status find_in(zkl_remembered *out, zkl_arena *arena, const memory_path *folder,
                          const zkl_digest *ledger, zkl_error *err)
{
    /* Asked of the name first: without the file there is nothing to own, and no fault in not
     * having the folder. */
    memory_path path;
    zkl_remembered found;
    path_of_ledger(&path, folder, ledger);
    if (access(path.text, F_OK) != 0 && errno == ENOENT)
        return zkl_fail(err, ZKL_NOT_FOUND, "'%s' remembers no such ledger", folder->text);
    zkl_status status = check_own(folder->text, err);
    if (status == ZKL_OK)
        status = check_own(path.text, err);
    if (status == ZKL_OK)
        status = zkl_remembered_load(&found, arena, path.text, err);
    if (status != ZKL_OK)
        return faulty(err, status);
    if (!zkl_digest_equal(&found.ledger, ledger))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "the remembered checkpoint '%s' is of another ledger than its name says",
                        path.text);
    *out = found;
    return ZKL_OK;
}

/* For a list of settings. */
zkl_status zkl_remember_folder(char out[static PATH_MAX], const char **variable, zkl_error *err)
{
    memory_path folder;
    const char *given = getenv("XDG_STATE_HOME");
    *variable = given && *given == '/' ? "XDG_STATE_HOME" : NULL;
    ZKL_TRY(memory_folder(&folder, NULL, err));
    memcpy(out, folder.text, strlen(folder.text) + 1);
    return ZKL_OK;
}

/* For sentences that tell a person which file to copy. */
zkl_status zkl_remember_path(char out[static PATH_MAX], const char *state, const zkl_digest *ledger,
                             zkl_error *err)
{
    memory_path folder, path;
    ZKL_TRY(memory_folder(&folder, state, err));
    path_of_ledger(&path, &folder, ledger);
    memcpy(out, path.text, strlen(path.text) + 1);
    return ZKL_OK;
}

/* As a writer will find it, without making anything: doctor asks. */
zkl_status zkl_remember_check_place(const char *state, zkl_error *err)
{
    memory_path folder;
    ZKL_TRY(memory_folder(&folder, state, err));
    return faulty(err, check_place(&folder, err));
}

zkl_status zkl_remember_make_folder(const char *path, zkl_error *err)
{
    memory_path folder;
    if (strlen(path) >= sizeof folder.text - 80)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", path);
    memcpy(folder.text, path, strlen(path) + 1);
    return faulty(err, make_folders(&folder, err));
}

zkl_status zkl_remember_check_own(const char *path, zkl_error *err)
{
    return check_own(path, err);
}

/* Without the lock: a file is replaced whole. */
zkl_status zkl_remember_find(zkl_remembered *out, zkl_arena *arena, const char *state,
                             const zkl_digest *ledger, zkl_error *err)
{
    memory_path folder;
    ZKL_TRY(memory_folder(&folder, state, err));
    return find_in(out, arena, &folder, ledger, err);
}

/* Which of the two is known from now on. */
static zkl_status compare(zkl_remember_outcome *outcome, const zkl_remembered *known,
                          const zkl_remembered *fresh, zkl_remember_root_at *root_at, void *context,
                          zkl_error *err)
{
    const zkl_checkpoint *old = &known->checkpoint, *new = &fresh->checkpoint;
    zkl_digest root = new->root;
    ZKL_ASSERT(zkl_digest_equal(&known->ledger,
                                &fresh->ledger)); /* the file has the ledger's name: find_in */
    /* Behind: what is known is not overwritten by less. Whether the smaller tree is a part of it
     * this caller cannot show. */
    if (old->size > new->size) {
        *outcome = ZKL_REMEMBER_BEHIND;
        return ZKL_OK;
    }
    /* Ahead: the root of the new tree at the old size must be the one that is known. Of equal
     * sizes the roots must be equal. */
    if (old->size < new->size) {
        const zkl_status status = root_at(context, &root, old->size, err);
        if (status == ZKL_NOT_FOUND)
            return zkl_fail(err, ZKL_UNCHECKED,
                            "a checkpoint of %llu entries is remembered, and nothing shows that "
                            "the one of %llu entries extends it",
                            (unsigned long long)old->size, (unsigned long long)new->size);
        ZKL_TRY(status);
    }
    if (!zkl_digest_equal(&root, &old->root))
        return zkl_fail(err, ZKL_CONFLICT,
                        "the log '%s' is forked: another history of its first %llu entries is "
                        "remembered",
                        fresh->first_log_key.name, (unsigned long long)old->size);
    *outcome = old->size == new->size ? ZKL_REMEMBER_SAME : ZKL_REMEMBER_ADVANCED;
    return ZKL_OK;
}

/* Read, compare and replace under one lock: of two copies of a ledger the second one sees what
 * the first has signed. */
zkl_status zkl_remember(zkl_remember_outcome *outcome, const char *state,
                        const zkl_remembered *fresh, zkl_remember_root_at *root_at, void *context,
                        zkl_error *err)
{
    ZKL_ASSERT(fresh->note.size && root_at);
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(memory_lock) lock = { 0 };
    memory_path folder, path;
    zkl_remembered known, keep = *fresh;
    zkl_remember_outcome found = ZKL_REMEMBER_NEW;

    ZKL_TRY(memory_folder(&folder, state, err));
    /* From here on a missing part is a fault, not the absence of a place. */
    zkl_status status = make_folders(&folder, err);
    if (status == ZKL_OK)
        status = take_lock(&lock, &folder, err);
    if (status != ZKL_OK)
        return faulty(err, status);
    path_of_ledger(&path, &folder, &fresh->ledger);
    status = find_in(&known, &arena, &folder, &fresh->ledger, err);
    if (status == ZKL_OK) {
        ZKL_TRY(compare(&found, &known, fresh, root_at, context, err));
        /* Of the same tree the note that is there stays; that the user wrote the ledger is never
         * forgotten. */
        if (found == ZKL_REMEMBER_SAME || found == ZKL_REMEMBER_BEHIND)
            keep = known;
        ZKL_ASSERT(keep.checkpoint.size >= known.checkpoint.size); /* invariant 2 */
        keep.written = known.written || (fresh->written && found != ZKL_REMEMBER_BEHIND);
    } else if (status != ZKL_NOT_FOUND) {
        return status;
    }
    const bool changes =
        status != ZKL_OK || found == ZKL_REMEMBER_ADVANCED || keep.written != known.written;
    if (changes) {
        const zkl_status saved = zkl_remembered_save(path.text, &keep, 0600, err);
        if (saved != ZKL_OK)
            return faulty(err, saved);
    }
    *outcome = found;
    return ZKL_OK;
}
