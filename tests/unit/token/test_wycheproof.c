/* Wycheproof's JSON web vectors, of $ZKL_VECTORS/jose: a test that is valid there and of one of our
 * three algorithms holds here too, and nothing else does. */
#include <stdlib.h>

#include "testing.h"
#include "token/jwt.h"

static json_t *load(zkl_test *t, const char *name)
{
    const char *const path = zkl_arena_format(&t->arena, "%s/jose/%s", getenv("ZKL_VECTORS"), name);
    json_t *const out = json_load_file(path, 0, NULL);
    if (!json_is_object(out))
        FAIL(t, "'%s' is no file of vectors", path);
    return out;
}

/* What a group's key is, as a set: a JWK alone, or a set. */
static token_keys *keys_of(const json_t *group)
{
    json_t *const public = json_object_get(group, "public");
    json_t *const key = public ? public : json_object_get(group, "private");
    json_t *const set =
        json_object_get(key, "keys") ? json_incref(key) : json_pack("{s:[O]}", "keys", key);
    char *const text = json_dumps(set, 0);
    token_keys *keys = NULL;
    if (token_keys_parse(&keys, zkl_bytes_of_text(text), NULL) != ZKL_OK)
        keys = NULL;
    free(text);
    json_decref(set);
    return keys;
}

static bool holds(const char *text, const token_keys *keys)
{
    token_jws jws = { 0 };
    const bool out = keys && token_jws_parse(&jws, zkl_bytes_of_text(text), NULL) == ZKL_OK &&
                     token_jws_verify(&jws, keys, NULL) == ZKL_OK;
    token_jws_clear(&jws);
    return out;
}

/* What its header says, read without our parser's rules: only to know what is to be expected. */
static bool is_of_ours(const char *text)
{
    static const char *const begins[] = { "eyJhbGciOiJSUzI1NiI", "eyJhbGciOiJFUzI1NiI",
                                          "eyJhbGciOiJFZERTQSI" };
    for (size_t i = 0; i < ZKL_COUNT(begins); i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

typedef struct tally {
    size_t tests, held;
} tally;

static void run(zkl_test *t, const char *name, tally *sum)
{
    json_t *const file = load(t, name), *group, *test;
    size_t g, i;
    json_array_foreach(json_object_get(file, "testGroups"), g, group)
    {
        token_keys *const keys = keys_of(group);
        json_array_foreach(json_object_get(group, "tests"), i, test)
        {
            const char *const jws = json_string_value(json_object_get(test, "jws"));
            const char *const result = json_string_value(json_object_get(test, "result"));
            if (!jws) /* of encryption */
                continue;
            const bool want = strcmp(result, "valid") == 0 && is_of_ours(jws);
            const bool got = holds(jws, keys);
            sum->tests++;
            sum->held += got;
            if (got != want)
                FAIL(t, "%s, group '%s', test %lld '%s': %s", name,
                     json_string_value(json_object_get(group, "comment")),
                     json_integer_value(json_object_get(test, "tcId")),
                     json_string_value(json_object_get(test, "comment")),
                     got ? "taken" : "refused");
        }
        token_keys_free(keys);
    }
    json_decref(file);
}

static void test_wycheproof__json_web_vectors(zkl_test *t)
{
    tally sum = { 0 };
    if (!getenv("ZKL_VECTORS")) {
        puts("    skipped: $ZKL_VECTORS is not set");
        return;
    }
    run(t, "json_web_signature_test.json", &sum);
    run(t, "json_web_key_test.json", &sum);
    run(t, "json_web_crypto_test.json", &sum);
    printf("    %zu tests, %zu hold\n", sum.tests, sum.held);
    CHECK(t, sum.tests > 400 && sum.held > 10);
}

ZKL_TESTS(TEST(test_wycheproof__json_web_vectors))
