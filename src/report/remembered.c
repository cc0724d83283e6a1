/* The user's memory of verified proofs (remembered.h).
 *
 *     SHA-256(words, verifier version, ledger, powers)   32 bytes
 *     receipt ids, ascending                             32 bytes each
 *     SHA-256 of all before                              32 bytes */
#include "report/remembered.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "hash/hash.h"

#define WORDS "verified proofs v1 " ZKL_VERSION
#define FILE_BYTES_MAX ((size_t)1 << 28)

/* ---- The place. */

static bool is_safe(const struct stat *st)
{
    return st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* mkdir -p; what is made is for the caller alone. */
static bool make_folders(const char *path)
{
    char part[4096];
    struct stat st;
    zkl_error none = { 0 };
    snprintf(part, sizeof part, "%s", path);
    for (char *at = part + 1; (at = strchr(at, '/')); at++) {
        *at = 0;
        const bool made = zkl_folder_make(part, 0700, &none) == ZKL_OK;
        *at = '/';
        if (!made)
            return false;
    }
    return zkl_folder_make(path, 0700, &none) == ZKL_OK && stat(path, &st) == 0 &&
           S_ISDIR(st.st_mode) && is_safe(&st);
}

static void find_place(report_remembered *r, const char *folder, const zkl_digest *ledger)
{
    char where[3900], hex[65];
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int size = 0;
    if (folder)
        size = snprintf(where, sizeof where, "%s", folder);
    else if (cache && *cache == '/')
        size = snprintf(where, sizeof where, "%s/zkp-ledger/verified", cache);
    else if (home && *home == '/')
        size = snprintf(where, sizeof where, "%s/.cache/zkp-ledger/verified", home);
    if (size <= 0 || (size_t)size >= sizeof where || !make_folders(where))
        return;
    zkl_hex_encode(hex, ledger->bytes, 32);
    snprintf(r->path, sizeof r->path, "%s/%s", where, hex);
}

/* ---- Reading. Whatever is not as it was written is not there. */

static int open_safe(const char *path)
{
    struct stat st;
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_safe(&st))
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool is_whole(const report_remembered *r, const zkl_buffer *file)
{
    zkl_digest seal;
    if (file->size < 64 || file->size % 32 || memcmp(file->data, r->head, 32) != 0)
        return false;
    zkl_sha256(&seal, file->data, file->size - 32);
    if (memcmp(seal.bytes, file->data + file->size - 32, 32) != 0)
        return false;
    for (size_t at = 64; at + 32 < file->size; at += 32)
        if (memcmp(file->data + at - 32, file->data + at, 32) >= 0)
            return false;
    return true;
}

static void load(report_remembered *r)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_error none = { 0 };
    const int fd = open_safe(r->path);
    if (fd < 0)
        return;
    const zkl_status status = zkl_fd_read(&file, fd, r->path, FILE_BYTES_MAX, &none);
    close(fd);
    if (status != ZKL_OK || !is_whole(r, &file))
        return;
    r->ids = zkl_arena_copy(&r->memory, file.data + 32, file.size - 64);
    r->count = r->ids ? (file.size - 64) / 32 : 0;
}

void report_remembered_open(report_remembered *out, const char *folder, const zkl_digest *ledger,
                            const zkl_digest *powers_hash, bool fresh)
{
    uint8_t text[sizeof WORDS + 64];
    zkl_digest head;
    *out = (report_remembered){ 0 };
    memcpy(text, WORDS, sizeof WORDS);
    memcpy(text + sizeof WORDS, ledger->bytes, 32);
    memcpy(text + sizeof WORDS + 32, powers_hash->bytes, 32);
    zkl_sha256(&head, text, sizeof text);
    memcpy(out->head, head.bytes, 32);
    find_place(out, folder, ledger);
    if (*out->path && !fresh)
        load(out);
}

/* ---- Asking and adding. */

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, 32);
}

bool report_remembered_has(const report_remembered *r, const zkl_digest *receipt_id)
{
    return r->count && bsearch(receipt_id, r->ids, r->count, sizeof *r->ids, compare);
}

void report_remembered_add(report_remembered *r, const zkl_digest *receipt_id)
{
    if (r->added_count == r->added_capacity) {
        const size_t capacity = r->added_capacity ? 2 * r->added_capacity : 256;
        zkl_digest *grown = ZKL_ARENA_NEW(&r->memory, zkl_digest, capacity);
        if (!grown)
            return;
        if (r->added_count)
            memcpy(grown, r->added, r->added_count * sizeof *grown);
        r->added = grown;
        r->added_capacity = capacity;
    }
    r->added[r->added_count++] = *receipt_id;
}

/* Both lists as one, each id once. Another process may have written meanwhile: what it added is
 * lost, and verified again by whoever asks. */
void report_remembered_save(report_remembered *r)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_error none = { 0 };
    zkl_digest seal;
    const size_t most = r->count + r->added_count;
    if (!*r->path || !r->added_count || 32 * (most + 2) > FILE_BYTES_MAX)
        return;
    zkl_digest *all = ZKL_ARENA_NEW(&r->memory, zkl_digest, most);
    if (!all)
        return;
    if (r->count)
        memcpy(all, r->ids, r->count * sizeof *all);
    memcpy(all + r->count, r->added, r->added_count * sizeof *all);
    qsort(all, most, sizeof *all, compare);
    zkl_buffer_put(&file, r->head, 32);
    for (size_t i = 0; i < most; i++)
        if (!i || memcmp(all[i - 1].bytes, all[i].bytes, 32) != 0)
            zkl_buffer_put(&file, all[i].bytes, 32);
    if (file.failed)
        return;
    zkl_sha256(&seal, file.data, file.size);
    zkl_buffer_put(&file, seal.bytes, 32);
    /* A cache that cannot be written costs time, and no more. */
    if (!file.failed && zkl_file_replace(r->path, zkl_buffer_bytes(&file), 0600, &none) != ZKL_OK)
        r->path[0] = 0;
}

void report_remembered_clear(report_remembered *r)
{
    zkl_arena_clear(&r->memory);
    *r = (report_remembered){ 0 };
}
