/* API keys: found by their secret alone, kept as hashes, rotated, each of one organisation. */
#include "daemon/access.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "hash/domains.h"
#include "hash/hash.h"
#include "testing.h"

typedef struct world {
    const char *folder, *file;
    zkl_env env;
    daemon_access *access;
    zkl_error err;
} world;

static void open_world(zkl_test *t, world *w)
{
    w->err = (zkl_error){ 0 };
    REQUIRE_OK(t, &w->err, daemon_access_open(&w->access, w->folder, NULL, &w->env, &w->err));
}

static void make_world(zkl_test *t, world *w)
{
    *w = (world){ .folder = test_folder(t), .env = test_env(t) };
    w->file = zkl_arena_format(&t->arena, "%s/keys.json", w->folder);
    mkdir(zkl_arena_format(&t->arena, "%s/secrets", w->folder), 0700);
    open_world(t, w);
}

static void open_again(zkl_test *t, world *w)
{
    daemon_access_free(w->access);
    w->access = NULL;
    open_world(t, w);
}

/* Its secret, of the test's memory. */
static zkl_bytes add(zkl_test *t, world *w, daemon_identity *who, int64_t expires_ms)
{
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    CHECK_STATUS(t, ZKL_OK,
                 daemon_access_add(&secret, w->access, who, expires_ms, &w->env, &w->err));
    return zkl_bytes_of(zkl_arena_copy(&t->arena, secret.data, secret.size), secret.size);
}

static daemon_identity key_of(const char *org, const char *name)
{
    daemon_identity who = { .role = "viewer", .tier = "pro", .scopes = "log:read datasets:*" };
    snprintf(who.org, sizeof who.org, "%s", org);
    snprintf(who.name, sizeof who.name, "%s", name);
    return who;
}

static bool finds(world *w, zkl_bytes secret, int64_t now_ms, const char *id)
{
    daemon_identity out = { 0 };
    return daemon_access_find(&out, w->access, secret, now_ms) && strcmp(out.id, id) == 0;
}

static const char *text_of(zkl_test *t, json_t *json)
{
    char *const text = json_dumps(json, JSON_COMPACT);
    const char *const out = zkl_arena_text(&t->arena, text, strlen(text));
    json_decref(json);
    free(text);
    return out;
}

static void test_access__a_key_is_found_by_its_whole_secret(zkl_test *t)
{
    world w;
    make_world(t, &w);
    enum { KEYS = 40 };
    zkl_bytes secrets[KEYS];
    daemon_identity who[KEYS];
    daemon_identity out;
    CHECK(t, !daemon_access_find(&out, w.access, zkl_bytes_of_text("sk-"), 0));
    for (size_t i = 0; i < KEYS; i++) {
        who[i] = key_of(i % 2 ? "acme" : "beta", "k");
        secrets[i] = add(t, &w, &who[i], 0);
        CHECK_UINT_EQ(t, secrets[i].size, 67);
    }
    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = 0; i < KEYS; i++) {
            REQUIRE(t, daemon_access_find(&out, w.access, secrets[i], 1));
            who[i].state = out.state; /* of this process alone */
            CHECK_MEM_EQ(t, &out, &who[i], sizeof out);
        }
        open_again(t, &w); /* the second time as the file has them */
    }
    /* every other secret is nobody's: any byte changed, shorter, longer, empty */
    uint8_t other[68];
    for (size_t at = 0; at < 67; at++) {
        memcpy(other, secrets[3].data, 67);
        other[at] ^= 1;
        CHECK(t, !daemon_access_find(&out, w.access, zkl_bytes_of(other, 67), 1));
    }
    memcpy(other, secrets[3].data, 67);
    other[67] = '0';
    CHECK(t, !daemon_access_find(&out, w.access, zkl_bytes_of(other, 68), 1));
    CHECK(t, !daemon_access_find(&out, w.access, zkl_bytes_of(other, 66), 1));
    CHECK(t, !daemon_access_find(&out, w.access, (zkl_bytes){ 0 }, 1));
    daemon_access_free(w.access);
}

static void test_access__no_secret_is_kept(zkl_test *t)
{
    world w;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    make_world(t, &w);
    daemon_identity who = key_of("acme", "k");
    const zkl_bytes secret = add(t, &w, &who, 0);
    REQUIRE_OK(t, &w.err, zkl_file_read(&text, w.file, 1 << 20, &w.err));
    zkl_buffer_put_u8(&text, 0);
    const char *const begins = zkl_arena_text(&t->arena, (const char *)secret.data, 8);
    const char *const more = zkl_arena_text(&t->arena, (const char *)secret.data, 9);
    CHECK(t, strstr((const char *)text.data, begins));
    CHECK(t, !strstr((const char *)text.data, more));
    const char *const list = text_of(t, daemon_access_list(w.access, "acme", NULL));
    CHECK(t, strstr(list, begins) && !strstr(list, more) && !strstr(list, "hash"));
    daemon_access_free(w.access);
}

static void test_access__a_key_ends_when_it_says(zkl_test *t)
{
    world w;
    make_world(t, &w);
    daemon_identity who = key_of("acme", "k"), other = key_of("acme", "o");
    const zkl_bytes secret = add(t, &w, &who, 1000), stays = add(t, &w, &other, 0);
    CHECK(t, finds(&w, secret, 999, who.id));
    CHECK(t, !finds(&w, secret, 1000, who.id));
    CHECK(t, finds(&w, stays, INT64_MAX, other.id));
    const daemon_identity foreign = { .id = "0", .org = "acme" };
    daemon_identity moved = who;
    snprintf(moved.org, sizeof moved.org, "beta");
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_access_remove(w.access, &moved, NULL));
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_access_remove(w.access, &foreign, NULL));
    CHECK_STATUS(t, ZKL_OK, daemon_access_remove(w.access, &who, NULL));
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_access_remove(w.access, &who, NULL));
    CHECK(t, !finds(&w, secret, 1, who.id) && finds(&w, stays, 1, other.id));
    open_again(t, &w);
    CHECK(t, !finds(&w, secret, 1, who.id) && finds(&w, stays, 1, other.id));
    daemon_access_free(w.access);
}

static zkl_bytes rotate(zkl_test *t, world *w, const daemon_identity *who, int64_t until_ms)
{
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    daemon_identity seen;
    CHECK_STATUS(t, ZKL_OK, daemon_access_get(&seen, w->access, who->org, who->id, &w->err));
    CHECK_STATUS(t, ZKL_OK,
                 daemon_access_rotate(&secret, w->access, &seen, until_ms, &w->env, &w->err));
    return zkl_bytes_of(zkl_arena_copy(&t->arena, secret.data, secret.size), secret.size);
}

static void test_access__rotation_overlaps(zkl_test *t)
{
    world w;
    ZKL_AUTO_CLEAR(zkl_buffer) none = { 0 };
    make_world(t, &w);
    daemon_identity who = key_of("acme", "k");
    const zkl_bytes first = add(t, &w, &who, 5000), second = rotate(t, &w, &who, 1000);
    for (unsigned round = 0; round < 2; round++) {
        CHECK(t, finds(&w, first, 999, who.id) && finds(&w, second, 999, who.id));
        CHECK(t, !finds(&w, first, 1000, who.id) && finds(&w, second, 4999, who.id));
        CHECK(t, !finds(&w, second, 5000, who.id));
        open_again(t, &w);
    }
    /* an overlap does not outlive its key, and the one before it ends */
    const zkl_bytes third = rotate(t, &w, &who, 9000);
    CHECK(t, !finds(&w, first, 1, who.id));
    CHECK(t, finds(&w, second, 4999, who.id) && !finds(&w, second, 5000, who.id));
    CHECK(t, finds(&w, third, 4999, who.id) && !finds(&w, third, 5000, who.id));
    daemon_identity moved = who;
    snprintf(moved.org, sizeof moved.org, "beta");
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_access_rotate(&none, w.access, &moved, 1, &w.env, NULL));
    CHECK(t, finds(&w, third, 1, who.id));
    daemon_access_free(w.access);
}

/* Its secret stays, what it may does not; so after it was read again. */
static void test_access__a_key_is_changed(zkl_test *t)
{
    world w;
    daemon_identity who = key_of("acme", "first"), found = { 0 };
    make_world(t, &w);
    const zkl_bytes secret = add(t, &w, &who, 5000);
    daemon_identity other = who;
    snprintf(other.role, sizeof other.role, "developer");
    snprintf(other.scopes, sizeof other.scopes, "log:*");
    CHECK_STATUS(t, ZKL_OK, daemon_access_edit(w.access, &other, -1, &w.err));
    open_again(t, &w);
    CHECK(t, daemon_access_find(&found, w.access, secret, 4999));
    CHECK_TEXT_EQ(t, found.role, "developer");
    CHECK_TEXT_EQ(t, found.scopes, "log:*");
    CHECK(t, !finds(&w, secret, 5000, who.id)); /* it ends when it did */
    CHECK_STATUS(t, ZKL_OK, daemon_access_get(&other, w.access, "acme", who.id, &w.err));
    CHECK_STATUS(t, ZKL_OK, daemon_access_edit(w.access, &other, 0, &w.err));
    CHECK(t, finds(&w, secret, 5000, who.id));
    snprintf(other.org, sizeof other.org, "beta");
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_access_edit(w.access, &other, 0, NULL));
    CHECK(t, daemon_access_show(w.access, "beta", who.id) == NULL);
    CHECK(t, strstr(text_of(t, daemon_access_show(w.access, "acme", who.id)), "\"developer\""));
    daemon_access_free(w.access);
}

/* Two who saw the same key: what the first has made of it is not undone by the second, who is told.
 * Of each pair of changes. */
static void test_access__what_was_not_seen_is_not_changed(zkl_test *t)
{
    enum { EDIT, ROTATE, REMOVE, WAYS };
    world w;
    make_world(t, &w);
    for (unsigned pair = 0; pair < WAYS * WAYS; pair++) {
        daemon_identity who = key_of("acme", "k"), seen, now;
        (void)add(t, &w, &who, 0);
        CHECK_STATUS(t, ZKL_OK, daemon_access_get(&seen, w.access, "acme", who.id, &w.err));
        for (unsigned i = 0; i < 2; i++) {
            ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
            const unsigned way = i ? pair / WAYS : pair % WAYS;
            daemon_identity mine = seen;
            snprintf(i ? mine.name : mine.role, sizeof mine.name, "other");
            const zkl_status status =
                way == EDIT     ? daemon_access_edit(w.access, &mine, -1, NULL)
                : way == ROTATE ? daemon_access_rotate(&secret, w.access, &mine, 1, &w.env, NULL)
                                : daemon_access_remove(w.access, &mine, NULL);
            const bool is_gone = i && pair % WAYS == REMOVE;
            CHECK_STATUS(t, !i ? ZKL_OK : is_gone ? ZKL_NOT_FOUND : ZKL_CONFLICT, status);
        }
        const zkl_status left = daemon_access_get(&now, w.access, "acme", who.id, NULL);
        CHECK_STATUS(t, pair % WAYS == REMOVE ? ZKL_NOT_FOUND : ZKL_OK, left);
        if (left == ZKL_OK) {
            CHECK_TEXT_EQ(t, now.name, seen.name);
            CHECK_TEXT_EQ(t, now.role, pair % WAYS == EDIT ? "other" : seen.role);
        }
    }
    daemon_access_free(w.access);
}

static void test_access__organisations_see_their_own(zkl_test *t)
{
    world w;
    make_world(t, &w);
    daemon_identity mine = key_of("acme", "mine"), theirs = key_of("beta", "theirs"), out;
    const zkl_bytes secret = add(t, &w, &mine, 0);
    (void)add(t, &w, &theirs, 0);
    const char *const acme = text_of(t, daemon_access_list(w.access, "acme", NULL));
    CHECK(t, strstr(acme, "mine") && !strstr(acme, "theirs") && !strstr(acme, "beta"));
    CHECK_TEXT_EQ(t, text_of(t, daemon_access_list(w.access, "gamma", NULL)), "[]");
    /* by how it begins, whatever comes behind */
    const char *const whole = zkl_arena_text(&t->arena, (const char *)secret.data, secret.size);
    CHECK(t, strstr(text_of(t, daemon_access_list(w.access, "acme", whole)), mine.id));
    CHECK_TEXT_EQ(t, text_of(t, daemon_access_list(w.access, "beta", whole)), "[]");
    CHECK_TEXT_EQ(t, text_of(t, daemon_access_list(w.access, "acme", "sk-zzzzz")), "[]");
    (void)rotate(t, &w, &mine, 1);
    CHECK_STATUS(t, ZKL_OK, daemon_access_get(&mine, w.access, "acme", mine.id, NULL));
    CHECK(t, strstr(text_of(t, daemon_access_list(w.access, "acme", whole)), mine.id));

    zkl_error foreign = { 0 }, absent = { 0 };
    CHECK_STATUS(t, ZKL_OK, daemon_access_get(&out, w.access, "acme", mine.id, NULL));
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_access_get(&out, w.access, "beta", mine.id, &foreign));
    CHECK_STATUS(t, ZKL_OK, daemon_access_remove(w.access, &mine, NULL));
    CHECK_STATUS(t, ZKL_NOT_FOUND, daemon_access_get(&out, w.access, "beta", mine.id, &absent));
    CHECK_TEXT_EQ(t, foreign.text, absent.text);
    daemon_access_free(w.access);
}

static void test_access__last_use_is_kept(zkl_test *t)
{
    world w;
    make_world(t, &w);
    daemon_identity who = key_of("acme", "k");
    const zkl_bytes secret = add(t, &w, &who, 0);
    struct stat before, after;
    CHECK(t, strstr(text_of(t, daemon_access_list(w.access, "acme", NULL)), "\"used\":0"));
    REQUIRE(t, stat(w.file, &before) == 0);
    CHECK(t, finds(&w, secret, 4711, who.id));
    CHECK(t, stat(w.file, &after) == 0 && before.st_ino == after.st_ino); /* written later */
    CHECK(t, strstr(text_of(t, daemon_access_list(w.access, "acme", NULL)), "\"used\":4711"));
    open_again(t, &w);
    CHECK(t, strstr(text_of(t, daemon_access_list(w.access, "acme", NULL)), "\"used\":4711"));
    daemon_access_free(w.access);
}

static void write_keys(zkl_test *t, const world *w, const char *text)
{
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_file_write(w->file, zkl_bytes_of_text(text), 0600, &err));
}

/* The file of the first version: a list, of roles alone. */
static void test_access__keys_of_before_still_count(zkl_test *t)
{
    world w;
    ZKL_AUTO_CLEAR(zkl_buffer) pepper = { 0 };
    uint8_t hash[32];
    char hex[65];
    daemon_identity out;
    const zkl_bytes secret = zkl_bytes_of_text("sk-of-before");
    make_world(t, &w);
    daemon_access_free(w.access);
    REQUIRE_OK(t, &w.err,
               zkl_file_read(&pepper, zkl_arena_format(&t->arena, "%s/secrets/pepper", w.folder),
                             64, &w.err));
    zkl_prf_32(hash, zkl_buffer_bytes(&pepper), ZKL_PRF_API_KEY, secret);
    zkl_hex_encode(hex, hash, sizeof hash);
    write_keys(t, &w,
               zkl_arena_format(&t->arena,
                                "[{\"id\": \"00000000000000aa\", \"name\": \"n\", \"role\": "
                                "\"admin\", \"begins\": \"sk-of-be\", \"created\": 1, "
                                "\"expires\": 9, \"hash\": \"%s\"}]",
                                hex));
    open_world(t, &w);
    for (unsigned round = 0; round < 2; round++) {
        REQUIRE(t, daemon_access_find(&out, w.access, secret, 8));
        CHECK(t, !finds(&w, secret, 9, "00000000000000aa"));
        CHECK_TEXT_EQ(t, out.id, "00000000000000aa");
        CHECK_TEXT_EQ(t, out.role, "admin");
        CHECK_TEXT_EQ(t, out.org, DAEMON_OWN_ORGANISATION);
        CHECK_TEXT_EQ(t, out.tier, "enterprise");
        CHECK_TEXT_EQ(t, out.scopes, "");
        daemon_identity more =
            key_of("acme", "more"); /* and the file becomes one of this version */
        (void)add(t, &w, &more, 0);
        open_again(t, &w);
    }
    daemon_access_free(w.access);
}

/* One organisation has as many keys as it may: another has room. */
static void test_access__one_organisation_takes_no_others_room(zkl_test *t)
{
    world w;
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    make_world(t, &w);
    daemon_access_free(w.access);
    zkl_buffer_put_text(&file, "{\"version\": 2, \"keys\": [");
    for (unsigned i = 1; i < DAEMON_KEYS_OF_ONE_MAX; i++)
        zkl_buffer_format(&file,
                          "%s{\"id\": \"%016x\", \"name\": \"n\", \"organisation\": \"acme\", "
                          "\"role\": \"r\", \"tier\": \"t\", \"scopes\": \"\", \"created\": 1, "
                          "\"expires\": 0, \"used\": 0, \"secrets\": [{\"begins\": \"sk-00000\", "
                          "\"hash\": \"%064x\", \"until\": 0}]}",
                          i > 1 ? ", " : "", i, i);
    zkl_buffer_put_text(&file, "]}");
    zkl_buffer_put_u8(&file, 0);
    write_keys(t, &w, (const char *)file.data);
    open_world(t, &w);
    daemon_identity last = key_of("acme", "last"), more = key_of("acme", "more"),
                    other = key_of("other", "first");
    (void)add(t, &w, &last, 0);
    CHECK_STATUS(t, ZKL_LIMIT, daemon_access_add(&secret, w.access, &more, 0, &w.env, &w.err));
    (void)add(t, &w, &other, 0);
    REQUIRE_OK(t, &w.err, daemon_access_remove(w.access, &last, &w.err));
    (void)add(t, &w, &more, 0);
    daemon_access_free(w.access);
}

static void test_access__what_is_no_list_of_keys_is_refused(zkl_test *t)
{
    static const char *const texts[] = {
        "",
        "1",
        "{}",
        "[1]",
        "{\"version\": 3, \"keys\": []}",
        "{\"version\": 2, \"keys\": {}}",
        "{\"version\": 2, \"keys\": [], \"more\": 1}",
        "{\"version\": 2, \"version\": 2, \"keys\": []}",
        "{\"version\": 2, \"keys\": [{}]}",
        "{\"version\": 2, \"keys\": [{\"id\": \"0123456789abcdef0\", \"name\": \"n\", "
        "\"organisation\": "
        "\"o\", \"role\": \"r\", \"tier\": \"t\", \"scopes\": \"\", \"created\": 0, \"expires\": "
        "0, "
        "\"used\": 0, \"secrets\": [{\"begins\": \"sk-00000\", \"hash\": \"00\", \"until\": 0}]}]}",
        "{\"version\": 2, \"keys\": [{\"id\": \"0\", \"name\": \"n\", \"organisation\": "
        "\"o\", \"role\": \"r\", \"tier\": \"t\", \"scopes\": \"\", \"created\": 0, \"expires\": "
        "0, "
        "\"used\": 0, \"secrets\": []}]}",
    };
    world w;
    make_world(t, &w);
    daemon_access_free(w.access);
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        w.access = NULL;
        write_keys(t, &w, texts[i]);
        if (daemon_access_open(&w.access, w.folder, NULL, &w.env, &w.err) != ZKL_BAD_INPUT ||
            w.access)
            FAIL(t, "case %zu: %s", i, w.err.text);
    }
}

static void test_access__a_key_has_a_name_and_an_organisation(zkl_test *t)
{
    world w;
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    make_world(t, &w);
    daemon_identity nameless = key_of("acme", ""), homeless = key_of("", "k");
    CHECK_STATUS(t, ZKL_USAGE, daemon_access_add(&secret, w.access, &nameless, 0, &w.env, &w.err));
    CHECK_STATUS(t, ZKL_USAGE, daemon_access_add(&secret, w.access, &homeless, 0, &w.env, &w.err));
    CHECK_UINT_EQ(t, secret.size, 0);
    /* what cannot be written is not there: neither a new key nor a removal */
    daemon_identity who = key_of("acme", "k"), other = key_of("acme", "o");
    const zkl_bytes kept = add(t, &w, &who, 0);
    REQUIRE(t, rename(w.folder, zkl_arena_format(&t->arena, "%s.gone", w.folder)) == 0);
    CHECK(t, daemon_access_add(&secret, w.access, &other, 0, &w.env, &w.err) != ZKL_OK);
    CHECK(t, !finds(&w, zkl_buffer_bytes(&secret), 1, other.id));
    CHECK(t, daemon_access_remove(w.access, &who, &w.err) != ZKL_OK);
    CHECK(t, finds(&w, kept, 1, who.id));
    daemon_identity seen;
    CHECK_STATUS(t, ZKL_OK, daemon_access_get(&seen, w.access, "acme", who.id, NULL));
    CHECK(t, daemon_access_rotate(&secret, w.access, &seen, 1, &w.env, &w.err) != ZKL_OK);
    CHECK(t, finds(&w, kept, 1, who.id));
    REQUIRE(t, rename(zkl_arena_format(&t->arena, "%s.gone", w.folder), w.folder) == 0);
    daemon_access_free(w.access);
}

/* ---- threads */

typedef struct asker {
    world *w;
    zkl_bytes secret;
    const char *id;
    atomic_bool *ends;
    size_t asked, found;
} asker;

static void *ask_always(void *context)
{
    asker *const a = context;
    while (!atomic_load(a->ends)) {
        a->found += finds(a->w, a->secret, 1 + (int64_t)a->asked * 1000, a->id);
        a->asked++;
    }
    return NULL;
}

/* A key that nobody touches is found always, whatever happens to the others. */
static void test_access__a_key_is_found_while_others_change(zkl_test *t)
{
    world w;
    make_world(t, &w);
    atomic_bool ends = false;
    daemon_identity who = key_of("acme", "stays"), other[20];
    asker askers[2] = { { &w, add(t, &w, &who, 0), who.id, &ends } };
    pthread_t threads[2];
    askers[1] = askers[0];
    for (size_t i = 0; i < ZKL_COUNT(threads); i++)
        REQUIRE(t, pthread_create(&threads[i], NULL, ask_always, &askers[i]) == 0);
    for (size_t i = 0; i < ZKL_COUNT(other); i++) { /* so many that the tables grow */
        other[i] = key_of("acme", "goes");
        (void)add(t, &w, &other[i], 0);
        json_decref(daemon_access_list(w.access, "acme", NULL));
    }
    (void)rotate(t, &w, &other[0], 1);
    CHECK_STATUS(t, ZKL_OK, daemon_access_get(&other[0], w.access, "acme", other[0].id, NULL));
    for (size_t i = 0; i < ZKL_COUNT(other); i++)
        CHECK_STATUS(t, ZKL_OK, daemon_access_remove(w.access, &other[i], NULL));
    atomic_store(&ends, true);
    for (size_t i = 0; i < ZKL_COUNT(threads); i++) {
        pthread_join(threads[i], NULL);
        CHECK_UINT_EQ(t, askers[i].found, askers[i].asked);
    }
    daemon_access_free(w.access);
}

ZKL_TESTS(TEST(test_access__a_key_is_found_by_its_whole_secret),
          TEST(test_access__no_secret_is_kept), TEST(test_access__a_key_ends_when_it_says),
          TEST(test_access__rotation_overlaps), TEST(test_access__a_key_is_changed),
          TEST(test_access__what_was_not_seen_is_not_changed),
          TEST(test_access__organisations_see_their_own), TEST(test_access__last_use_is_kept),
          TEST(test_access__keys_of_before_still_count),
          TEST(test_access__one_organisation_takes_no_others_room),
          TEST(test_access__what_is_no_list_of_keys_is_refused),
          TEST(test_access__a_key_has_a_name_and_an_organisation),
          TEST(test_access__a_key_is_found_while_others_change))
