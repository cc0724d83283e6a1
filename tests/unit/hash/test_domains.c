/* hash/domains.h: read as text, so that a line added there is a line tested here. */
#include "hash/domains.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>

#include "base/file.h"
#include "testing.h"

#define DOMAINS_MAX 64

typedef struct domain {
    char name[64];
    char text[64]; /* of a string; "" for a number */
    size_t size;   /* bytes that go in */
    unsigned long number;
} domain;

typedef struct domain_list {
    domain items[DOMAINS_MAX];
    size_t count;
} domain_list;

static zkl_bytes read_source(zkl_test *t, const char *path)
{
    char full[1024];
    zkl_buffer bytes = { 0 };
    zkl_error err = { 0 };
    snprintf(full, sizeof full, "%s/%s", ZKL_TEST_SOURCE_DIR, path);
    CHECK_STATUS(t, ZKL_OK, zkl_file_read(&bytes, full, (size_t)1 << 24, &err));
    zkl_buffer_put_u8(&bytes, 0);
    char *kept = zkl_arena_copy(&t->arena, bytes.data, bytes.size);
    zkl_buffer_clear(&bytes);
    return zkl_bytes_of_text(kept);
}

/* A line `#define NAME "text"` or `#define NAME number`; the text's \n is the only escape. */
static bool read_define(domain *out, const char *line)
{
    char value[128];
    *out = (domain){ 0 };
    if (sscanf(line, "#define %63s %127[^\n]", out->name, value) != 2)
        return false;
    if (value[0] != '"' && !isdigit((unsigned char)value[0]))
        return false;
    if (value[0] != '"') {
        out->number = strtoul(value, NULL, 0);
        return true;
    }
    for (const char *c = value + 1; *c != '"'; c++) {
        out->text[out->size++] = *c == '\\' ? '\n' : *c;
        c += *c == '\\';
    }
    out->size += !strstr(value, "without its NUL"); /* the NUL goes in */
    return true;
}

static void read_domains(zkl_test *t, domain_list *out)
{
    const char *at = (const char *)read_source(t, "src/hash/domains.h").data;
    out->count = 0;
    for (; (at = strstr(at, "\n#define ")); at++) {
        REQUIRE(t, out->count < DOMAINS_MAX);
        if (!read_define(&out->items[out->count++], at + 1))
            FAIL(t, "a line of another form: %.60s", at + 1);
    }
    REQUIRE(t, out->count > 30);
}

static bool is_of(const domain *d, const char *group)
{
    return strncmp(d->name, group, strlen(group)) == 0;
}

static bool is_prefix(const char *a, size_t a_size, const char *b, size_t b_size)
{
    return a_size <= b_size && memcmp(a, b, a_size) == 0;
}

/* Strings that enter one function as they stand. */
static void check_prefix_free(zkl_test *t, const domain_list *all, const char *group)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const domain *a = &all->items[i];
        if (!is_of(a, group))
            continue;
        count++;
        for (size_t j = 0; j < all->count; j++) {
            const domain *b = &all->items[j];
            if (i != j && is_of(b, group) && is_prefix(a->text, a->size, b->text, b->size))
                FAIL(t, "%s is a prefix of %s", a->name, b->name);
        }
    }
    CHECK(t, count > 0);
}

static void test_domains__no_string_is_a_prefix_of_another(zkl_test *t)
{
    domain_list all;
    read_domains(t, &all);
    check_prefix_free(t, &all, "ZKL_CHALLENGE_");
    check_prefix_free(t, &all, "ZKL_PRF_");
    check_prefix_free(t, &all, "ZKL_SIGNED_");
    check_prefix_free(t, &all, "ZKL_SHA3_256_");
}

/* Challenges and the PRF both enter SHA3-512: their whole beginnings, label and NUL included. */
static void test_domains__challenges_and_prf_never_meet(zkl_test *t)
{
    domain_list all;
    read_domains(t, &all);
    for (size_t i = 0; i < all.count; i++)
        for (size_t j = 0; j < all.count; j++) {
            const domain *a = &all.items[i], *b = &all.items[j];
            char challenge[160], prf[160];
            if (!is_of(a, "ZKL_CHALLENGE_") || !is_of(b, "ZKL_PRF_"))
                continue;
            CHECK(t, !strchr(a->text, '/') && !strchr(b->text, '/'));
            const size_t one = (size_t)snprintf(challenge, sizeof challenge, "%s%s",
                                                ZKL_SHA3_512_CHALLENGE, a->text) +
                               1,
                         two =
                             (size_t)snprintf(prf, sizeof prf, "%s%s", ZKL_SHA3_512_PRF, b->text) +
                             1;
            CHECK(t, !is_prefix(challenge, one, prf, two) && !is_prefix(prf, two, challenge, one));
        }
}

static void test_domains__bytes_of_a_group_differ(zkl_test *t)
{
    static const char *const groups[] = { "ZKL_H_", "ZKL_RFC6962_", "ZKL_POSEIDON_" };
    domain_list all;
    read_domains(t, &all);
    for (size_t g = 0; g < ZKL_COUNT(groups); g++) {
        size_t count = 0;
        for (size_t i = 0; i < all.count; i++) {
            if (!is_of(&all.items[i], groups[g]))
                continue;
            count++;
            for (size_t j = 0; j < i; j++)
                if (is_of(&all.items[j], groups[g]) && all.items[i].number == all.items[j].number)
                    FAIL(t, "%s is %s", all.items[i].name, all.items[j].name);
        }
        CHECK(t, count > 1);
    }
}

/* Every name of the file has a group that a test above goes through, or is one of these. */
static void test_domains__every_line_has_a_group(zkl_test *t)
{
    static const char *const groups[] = {
        "ZKL_CHALLENGE_",      "ZKL_PRF_",      "ZKL_SIGNED_",
        "ZKL_SHA3_256_",       "ZKL_H_",        "ZKL_RFC6962_",
        "ZKL_POSEIDON_",       "ZKL_SHA3_512_", "ZKL_STATEMENT_LABEL",
        "ZKL_DISCLOSURE_LABEL"
    };
    domain_list all;
    read_domains(t, &all);
    for (size_t i = 0; i < all.count; i++) {
        bool known = false;
        for (size_t g = 0; g < ZKL_COUNT(groups); g++)
            known = known || is_of(&all.items[i], groups[g]);
        if (!known)
            FAIL(t, "%s is of no group", all.items[i].name);
    }
}

/* ---- Nobody spells one */

/* The calls that take a label: what stands in their parentheses has no quotation mark. */
static void check_calls(zkl_test *t, const char *path, const char *text)
{
    static const char *const calls[] = { "zkl_prf(",     "zkl_prf_32(",
                                         "zkl_fr_hash(", "zkl_fr_challenge(",
                                         "zkl_fr_prf(",  "zkl_owner_secret_derive(" };
    for (size_t i = 0; i < ZKL_COUNT(calls); i++)
        for (const char *at = text; (at = strstr(at, calls[i])); at++) {
            const char *end = strchr(at, ';'), *quote = strchr(at, '"');
            if (end && quote && quote < end)
                FAIL(t, "%s spells a label: %.60s", path, at);
        }
}

static void check_file(zkl_test *t, const char *path)
{
    const char *text = (const char *)read_source(t, path).data;
    for (const char *at = text; (at = strstr(at, "\"zkl/v1/")); at++)
        if (strncmp(at, "\"zkl/v1/setup\"", 14) != 0) /* a file's magic */
            FAIL(t, "%s spells %.40s", path, at);
    check_calls(t, path, text);
}

static void test_domains__are_spelled_nowhere_else(zkl_test *t)
{
    char path[1024], folder[1024];
    size_t files = 0;
    snprintf(folder, sizeof folder, "%s/src", ZKL_TEST_SOURCE_DIR);
    DIR *folders = opendir(folder);
    REQUIRE(t, folders);
    for (const struct dirent *f; (f = readdir(folders));) {
        if (!isalpha((unsigned char)f->d_name[0]))
            continue;
        snprintf(folder, sizeof folder, "%s/src/%.100s", ZKL_TEST_SOURCE_DIR, f->d_name);
        DIR *sources = opendir(folder);
        if (!sources)
            continue; /* layers.txt */
        for (const struct dirent *s; (s = readdir(sources));) {
            const size_t size = strlen(s->d_name);
            if (size < 3 || strcmp(s->d_name + size - 2, ".c") != 0)
                continue;
            snprintf(path, sizeof path, "src/%.100s/%.200s", f->d_name, s->d_name);
            check_file(t, path);
            files++;
        }
        closedir(sources);
    }
    closedir(folders);
    CHECK(t, files > 100);
}

ZKL_TESTS(TEST(test_domains__no_string_is_a_prefix_of_another),
          TEST(test_domains__challenges_and_prf_never_meet),
          TEST(test_domains__bytes_of_a_group_differ), TEST(test_domains__every_line_has_a_group),
          TEST(test_domains__are_spelled_nowhere_else))
