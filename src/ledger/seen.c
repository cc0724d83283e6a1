/* Checkpoints that were seen, one file a size. All of reading, writing, locking and of what is
 * believed is that of ledger/remember.c; here is which folder it is asked for. */
#include "ledger/seen.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "record/ids.h"
#include "text/lines.h"

typedef struct seen_path {
    char text[PATH_MAX];
} seen_path;

static zkl_status folder_of(seen_path *out, const char *state, const zkl_digest *ledger,
                            zkl_error *err)
{
    char place[PATH_MAX], id[65];
    ZKL_TRY(zkl_remember_place(place, state, "seen", err));
    zkl_hex_encode(id, ledger->bytes, sizeof ledger->bytes);
    /* A size, and the names that the memory puts behind it, have room too. */
    const int size = snprintf(out->text, sizeof out->text, "%s/%s", place, id);
    if (size < 0 || (size_t)size >= sizeof out->text - 128)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", place);
    return ZKL_OK;
}

static void path_of_size(seen_path *out, const seen_path *folder, uint64_t size)
{
    snprintf(out->text, sizeof out->text, "%.*s/%llu", (int)(sizeof out->text - 128), folder->text,
             (unsigned long long)size);
}

static int compare_falling(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x < y) - (x > y);
}

/* Names that are no number are nobody's, and passed over. */
static zkl_status list_sizes(uint64_t **out, size_t *count, zkl_arena *arena, const char *folder,
                             zkl_error *err)
{
    DIR *dir = opendir(folder);
    size_t room = 0;
    *out = NULL;
    *count = 0;
    if (!dir)
        return errno == ENOENT ? ZKL_OK : zkl_fail_errno(err, "list", folder);
    for (const struct dirent *at = readdir(dir); at; at = readdir(dir)) {
        uint64_t size;
        if (!zkl_line_decimal(&size, zkl_bytes_of_text(at->d_name)) || !size)
            continue;
        if (*count == room) {
            uint64_t *grown = ZKL_ARENA_NEW(arena, uint64_t, room ? 2 * room : 16);
            if (!grown) {
                closedir(dir);
                return zkl_no_memory(err, room * sizeof *grown);
            }
            if (*count)
                memcpy(grown, *out, *count * sizeof *grown);
            *out = grown;
            room = room ? 2 * room : 16;
        }
        (*out)[(*count)++] = size;
    }
    closedir(dir);
    if (*count)
        qsort(*out, *count, sizeof **out, compare_falling);
    return ZKL_OK;
}

zkl_status zkl_seen_list(zkl_remembered **out, size_t *count, zkl_arena *arena, const char *state,
                         const zkl_digest *ledger, zkl_error *err)
{
    seen_path folder, path;
    uint64_t *sizes;
    size_t size_count;
    *out = NULL;
    *count = 0;
    zkl_status status = folder_of(&folder, state, ledger, err);
    if (status == ZKL_NOT_FOUND)
        return ZKL_OK;
    ZKL_TRY(status);
    ZKL_TRY(list_sizes(&sizes, &size_count, arena, folder.text, err));
    size_count = size_count < ZKL_SEEN_MAX ? size_count : ZKL_SEEN_MAX;
    *out = ZKL_ARENA_NEW(arena, zkl_remembered, size_count);
    if (!*out)
        return zkl_no_memory(err, size_count * sizeof **out);
    for (size_t i = 0; i < size_count; i++) {
        path_of_size(&path, &folder, sizes[i]);
        status = zkl_remember_find(&(*out)[*count], arena, path.text, ledger, err);
        if (status == ZKL_NOT_FOUND)
            continue; /* a folder that was made, and no more */
        ZKL_TRY(status);
        if ((*out)[*count].checkpoint.size != sizes[i])
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "the remembered checkpoint in '%s' is of another size", path.text);
        (*count)++;
    }
    return ZKL_OK;
}

/* Never asked: in the folder of a size there is no other size. */
static zkl_status no_root(void *context, zkl_digest *root, uint64_t size, zkl_error *err)
{
    (void)context;
    (void)root;
    return zkl_fail(err, ZKL_NOT_FOUND, "no root is known at %llu", (unsigned long long)size);
}

zkl_status zkl_seen_add(const char *state, const zkl_remembered *fresh, zkl_error *err)
{
    seen_path folder, path;
    zkl_remember_outcome outcome;
    ZKL_ASSERT(!fresh->written); /* an auditor writes no log */
    ZKL_TRY(folder_of(&folder, state, &fresh->ledger, err));
    path_of_size(&path, &folder, fresh->checkpoint.size);
    return zkl_remember(&outcome, path.text, fresh, no_root, NULL, err);
}
