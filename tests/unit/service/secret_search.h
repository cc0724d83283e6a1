#pragma once
/* A search for secrets: in all memory this process can write, and in all bytes under a folder.
 *
 * What is searched for is kept masked, so that the search does not find its own list. Mappings are
 * read in place: a copy would be found next. */
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "testing.h"

#define SEARCH_PATTERNS_MAX 4096
#define SEARCH_BYTES_MAX 96
#define SEARCH_BYTES_MIN 8
#define SEARCH_MASK 0xa5

typedef struct search_pattern {
    char label[48];
    size_t size;
    uint8_t masked[SEARCH_BYTES_MAX];
    bool found;
} search_pattern;

typedef struct search_list {
    search_pattern *patterns;
    size_t count;
    uint8_t *filter; /* a bit for each value of a hash of the first 8 bytes */
} search_list;

#define SEARCH_FILTER_BITS 20

static inline void search_init(zkl_test *t, search_list *list)
{
    *list = (search_list){
        .patterns = ZKL_ARENA_NEW(&t->arena, search_pattern, SEARCH_PATTERNS_MAX),
        .filter = zkl_arena_alloc(&t->arena, (size_t)1 << (SEARCH_FILTER_BITS - 3), 1),
    };
    ZKL_ASSERT(list->patterns && list->filter);
}

/* Of the 8 bytes at p, masked with `mask`. */
static inline size_t search_hash(const uint8_t *p, uint8_t mask)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    v ^= 0x0101010101010101u * mask;
    return (size_t)((v * 0x9e3779b97f4a7c15u) >> (64 - SEARCH_FILTER_BITS));
}

static inline void search_add(search_list *list, const char *label, const void *secret, size_t size)
{
    const uint8_t *bytes = secret;
    ZKL_ASSERT(list->count < SEARCH_PATTERNS_MAX && size >= SEARCH_BYTES_MIN);
    search_pattern *p = &list->patterns[list->count++];
    *p = (search_pattern){ .size = size < SEARCH_BYTES_MAX ? size : SEARCH_BYTES_MAX };
    snprintf(p->label, sizeof p->label, "%s", label);
    for (size_t i = 0; i < p->size; i++)
        p->masked[i] = bytes[i] ^ SEARCH_MASK;
    const size_t h = search_hash(p->masked, SEARCH_MASK);
    list->filter[h / 8] |= (uint8_t)(1u << h % 8);
}

static inline void search_add_text(search_list *list, const char *label, const char *text)
{
    search_add(list, label, text, strlen(text));
}

static inline bool search_equal(const search_pattern *p, const uint8_t *bytes)
{
    for (size_t i = 0; i < p->size; i++)
        if ((bytes[i] ^ SEARCH_MASK) != p->masked[i])
            return false;
    return true;
}

/* Mark what stands in these bytes; `where` is printed with each find when it is not NULL. */
static inline void search_bytes(search_list *list, const uint8_t *bytes, size_t size,
                                const char *where)
{
    for (size_t at = 0; at + SEARCH_BYTES_MIN <= size; at++) {
        const size_t h = search_hash(bytes + at, 0);
        if (!(list->filter[h / 8] >> h % 8 & 1))
            continue;
        for (size_t i = 0; i < list->count; i++) {
            search_pattern *p = &list->patterns[i];
            if (size - at < p->size || !search_equal(p, bytes + at))
                continue;
            if (where && !p->found)
                printf("found: %s, in %s, at byte %zu\n", p->label, where, at);
            p->found = true;
        }
    }
}

static inline size_t search_found(const search_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->patterns[i].found;
    return count;
}

static inline const search_pattern *search_named(const search_list *list, const char *label)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->patterns[i].label, label) == 0)
            return &list->patterns[i];
    return NULL;
}

/* ---- memory: every mapping that can be read and written, freed heap and all stacks among them */

static inline void search_memory(search_list *list)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    ZKL_ASSERT(maps);
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char rights[5];
        if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) != 3 || rights[0] != 'r' ||
            rights[1] != 'w' || strstr(line, "[v"))
            continue;
        line[strcspn(line, "\n")] = 0;
        search_bytes(list, (const uint8_t *)(uintptr_t)from, to - from, line);
    }
    fclose(maps);
}

/* ---- files */

static search_list *search_walked; /* nftw takes no context */
static size_t search_walked_bytes;

static inline int search_one_file(const char *path, const struct stat *st, int kind,
                                  struct FTW *walk)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_error err;
    (void)walk;
    if (kind != FTW_F || !S_ISREG(st->st_mode) || !st->st_size)
        return 0;
    if (zkl_file_read(&bytes, path, (size_t)1 << 28, &err) != ZKL_OK)
        return 1;
    search_bytes(search_walked, bytes.data, bytes.size, path);
    search_walked_bytes += bytes.size;
    return 0;
}

/* How many bytes were searched; 0 on failure. */
static inline size_t search_folder(search_list *list, const char *folder)
{
    search_walked = list;
    search_walked_bytes = 0;
    return nftw(folder, search_one_file, 16, FTW_PHYS) ? 0 : search_walked_bytes;
}
