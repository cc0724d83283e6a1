/* Claims that name texts of a dictionary: the code that is compared is the one under which the root
 * has the text, whoever says so, and a claim shows the texts that it names and no others. */
#include <stdio.h>

#include "claim_testing.h"

#define ENTRIES_MAX 70
#define ROWS 100

static const zkl_bytes honest[] = { NAMED("Basel"), NAMED("Bern"), NAMED("Chur \"old\""),
                                    NAMED("Genf"), NAMED("\xe2\x80\xae") };

/* A table with two columns of one dictionary. */
typedef struct world {
    zkl_claim_texts methods; /* the first member */
    const zkl_bytes *entries;
    size_t entry_count;
    uint8_t key[32];
    zkl_arena *arena;
    zkl_column columns[4];
    zkl_schema schema;
    zkl_claim_dataset dataset;
    zkl_claim_scope scope, shown; /* with texts, and without */
} world;

static zkl_status find(zkl_claim_texts *texts, zkl_claim_text *out, zkl_error *err)
{
    const world *w = (const world *)texts;
    const zkl_dictionary_source whole = { w->schema.hash, w->key, w->entries, w->entry_count };
    for (uint32_t code = 0; code < w->entry_count; code++)
        if (zkl_bytes_equal(w->entries[code], out->text))
            return zkl_dictionary_open(&out->opening, w->arena, &whole, code, err);
    return ZKL_NOT_FOUND;
}

/* All but the first, the third and the last. */
static zkl_status list(zkl_claim_texts *texts, uint32_t column, const zkl_bytes **out,
                       size_t *count, zkl_error *err)
{
    const world *w = (const world *)texts;
    zkl_bytes *found = ZKL_ARENA_NEW(w->arena, zkl_bytes, ENTRIES_MAX);
    *count = 0;
    if (column != 1)
        return zkl_fail(err, ZKL_USAGE, "another column");
    for (size_t code = 1; code + 1 < w->entry_count; code++)
        if (code != 2)
            found[(*count)++] = w->entries[code];
    *out = found;
    return ZKL_OK;
}

static void make_world(zkl_test *t, world *w, const zkl_bytes *entries, size_t count)
{
    *w = (world){
        .methods = { find, list }, .entries = entries, .entry_count = count, .arena = &t->arena
    };
    memset(w->key, 7, sizeof w->key);
    w->columns[0] = (zkl_column){ NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false };
    w->columns[1] = (zkl_column){ NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY }, true };
    w->columns[2] = (zkl_column){ NAMED("town"), { .kind = ZKL_TYPE_DICTIONARY }, false };
    w->columns[3] = (zkl_column){ NAMED("story"), { .kind = ZKL_TYPE_STRING16 }, false };
    w->schema = (zkl_schema){ ZKL_HASH_SHA3_256, w->columns, 4 };
    for (size_t i = 1; i <= 2; i++)
        CHECK_STATUS(t, ZKL_OK,
                     zkl_dictionary_root(&w->columns[i].type.root, w->schema.hash, w->key, entries,
                                         count, NULL));
    w->dataset = (zkl_claim_dataset){ .schema = &w->schema, .row_count = ROWS };
    w->shown = (zkl_claim_scope){ .datasets = &w->dataset, .dataset_count = 1 };
    w->scope = w->shown;
    w->scope.texts = &w->methods;
}

static zkl_status bind(zkl_compiled_claim *claim, zkl_error *err)
{
    return zkl_claim_bind(claim, claim->assertions[0].params, claim->assertions[0].param_count,
                          err);
}

/* A claim that says its result, compiled and bound. */
static void make(zkl_test *t, zkl_compiled_claim *out, const char *text,
                 const zkl_claim_scope *scope)
{
    zkl_error err = { 0 };
    if (compile_in(t, out, text, scope, &err) != ZKL_OK || bind(out, &err) != ZKL_OK)
        FAIL(t, "%s: %s", text, err.text);
}

static void check_params(zkl_test *t, const zkl_compiled_claim *claim, size_t from,
                         const uint64_t *want, size_t count)
{
    REQUIRE(t, claim->assertions[0].param_count >= from + count);
    for (size_t i = 0; i < count; i++)
        CHECK_UINT_EQ(t, zkl_be64_get(claim->assertions[0].params[from + i].bytes + 24), want[i]);
}

/* What a verifier does with the words of an entry. ZKL_OK: it takes them. */
static zkl_status verify(zkl_test *t, const world *w, const char *text, const char *json)
{
    const zkl_claim_scope *scope;
    zkl_compiled_claim claim;
    zkl_error err = { 0 };
    ZKL_TRY(zkl_claim_shown_texts(&scope, &t->arena, &w->shown, zkl_bytes_of_text(json), &err));
    ZKL_TRY(compile_in(t, &claim, text, scope, &err));
    ZKL_TRY(bind(&claim, &err));
    return strcmp(text_of(t, &claim, print_text), text) == 0 &&
                   strcmp(text_of(t, &claim, zkl_claim_json), json) == 0
               ? ZKL_OK
               : ZKL_REJECTED;
}

static const char *replaced(zkl_test *t, const char *text, const char *was, const char *is)
{
    const char *done = "";
    CHECK(t, strstr(text, was) != NULL);
    for (const char *at; (at = strstr(text, was)) != NULL; text = at + strlen(was))
        done = zkl_arena_format(&t->arena, "%s%.*s%s", done, (int)(at - text), text, is);
    return zkl_arena_format(&t->arena, "%s%s", done, text);
}

/* Conditions: one, of the first column of the source, with cuts. */
static void test_claim_texts__are_codes(zkl_test *t)
{
    world w;
    zkl_compiled_claim c;
    make_world(t, &w, honest, ZKL_COUNT(honest));
    make(t, &c, "count(where city = Genf) = 7", &w.scope);
    check_params(t, &c, 0, (uint64_t[]){ 1, 0, 2, 3, 4 }, 5);
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text), "count(where city = \"Genf\") = 7");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence),
                  "exactly 7 of the 100 rows satisfy city = \"Genf\" (no comparison holds of a "
                  "null; a text is compared by one code: its dictionary could hold it under others "
                  "too)");
    make(t, &c, "count(where town in {\"Chur \\\"old\\\"\", \"\\xe2\\x80\\xae\"}) >= 7", &w.scope);
    check_params(t, &c, 0, (uint64_t[]){ 1, 0, 4, 2, 3, 4, 5 }, 7);
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text),
                  "count(where town in {\"Chur \\\"old\\\"\", \"\\xe2\\x80\\xae\"}) >= 7");
    /* the first code has nothing below it */
    make(t, &c, "count(where town != Basel) >= 7", &w.scope);
    check_params(t, &c, 0, (uint64_t[]){ 1, 0, 1, 1 }, 4);
}

/* The fingerprint is SHA3-256 of the text, its first 16 bytes: nothing has to be shown. */
static void test_claim_texts__that_are_hashed_are_fingerprints(zkl_test *t)
{
    world w;
    zkl_compiled_claim c;
    zkl_digest digest;
    make_world(t, &w, honest, ZKL_COUNT(honest));
    make(t, &c, "count(where story = Bern) = 7", &w.shown);
    zkl_hash(&digest, ZKL_HASH_SHA3_256, "Bern", 4);
    check_params(t, &c, 0, (uint64_t[]){ 1, 0, 2 }, 3);
    CHECK_MEM_EQ(t, c.assertions[0].params[3].bytes + 16, digest.bytes, 16);
    CHECK(t, !strstr(text_of(t, &c, zkl_claim_json), "texts"));
    CHECK(t, strstr(text_of(t, &c, zkl_claim_sentence), "by their fingerprints"));
}

static void test_claim_texts__are_shown_each_once(zkl_test *t)
{
    world w;
    zkl_compiled_claim c;
    make_world(t, &w, honest, ZKL_COUNT(honest));
    const char *said = "count(where (town = \"Genf\" or town = \"Bern\") and (city = \"Genf\" or "
                       "town != \"Genf\") and story != \"Bern\") >= 7";
    make(t, &c, said, &w.scope);
    const char *json = text_of(t, &c, zkl_claim_json), *at = json;
    static const char *const parts[] = { "\"texts\":[{\"code\":3,\"column\":\"city\"",
                                         "{\"code\":1,\"column\":\"town\"",
                                         "{\"code\":3,\"column\":\"town\"", "}],\"where\":" };
    for (size_t i = 0; i < ZKL_COUNT(parts); i++) {
        at = strstr(at, parts[i]);
        if (!at)
            FAIL(t, "%s is not in its place: %s", parts[i], json);
    }
    CHECK_STATUS(t, ZKL_OK, verify(t, &w, text_of(t, &c, print_text), json));
    make(t, &c, "sum(id where town = Genf) = 0", &w.scope); /* of no row */
    json = text_of(t, &c, zkl_claim_json);
    CHECK(t, strstr(json, parts[2]) != NULL);
    CHECK_STATUS(t, ZKL_OK, verify(t, &w, "sum(id where town = \"Genf\") = 0", json));
}

/* ---- What a cheating owner may write into an entry */

static void test_claim_texts__lies_are_refused(zkl_test *t)
{
    world w;
    zkl_compiled_claim genf, bern;
    make_world(t, &w, honest, ZKL_COUNT(honest));
    make(t, &genf, "count(where town = Genf) = 7", &w.scope);
    make(t, &bern, "count(where town = Bern) = 7", &w.scope);
    const char *text = text_of(t, &genf, print_text), *json = text_of(t, &genf, zkl_claim_json),
               *other = text_of(t, &bern, zkl_claim_json);
    const char *opening = strstr(json, "\"opening\":"), *others = strstr(other, "\"opening\":");
    const int size = (int)(strchr(opening + 11, '"') - opening), /* with all but its last quote */
        others_size = (int)(strchr(others + 11, '"') - others);
    const char *shown = zkl_arena_text(&t->arena, opening, (size_t)size),
               *others_shown = zkl_arena_text(&t->arena, others, (size_t)others_size);
    const char *from = strstr(json, "{\"code\":");
    const char *whole = zkl_arena_text(&t->arena, from, (size_t)(strchr(from, '}') + 1 - from));
    CHECK_STATUS(t, ZKL_OK, verify(t, &w, text, json));
    const struct {
        const char *was, *is;
    } lies[] = {
        { "\"code\":3", "\"code\":1" },
        { "\"code\":3", "\"code\":65536" },
        { "\"code\":3", "\"code\":-1" },
        { "\"code\":3", "\"code\":\"3\"" },
        { "\"entries\":5", "\"entries\":3" },
        { "\"entries\":5", "\"entries\":65537" },
        { "\"column\":\"town\"", "\"column\":\"city\"" },
        { "\"column\":\"town\"", "\"column\":\"nowhere\"" },
        { "\"column\":\"town\"", "\"column\":\"id\"" },
        { shown, others_shown },
        { shown, "\"opening\":\"" },
        { shown, "\"opening\":\"AAAA" },
        { shown, "\"opening\":\"====" },
        { "\"text\":\"Genf\"", "\"text\":\"Bern\"" },
        { "\"text\":\"Genf\"}", "\"text\":\"Genf\",\"x\":1}" },
        { "\"texts\":[", "\"texts\":[1," },
        { "\"texts\"", "\"textz\"" },
        { whole, zkl_arena_format(&t->arena, "%s,%s", whole, whole) },
        { whole, "" },
    };
    for (size_t i = 0; i < ZKL_COUNT(lies); i++)
        if (verify(t, &w, text, replaced(t, json, lies[i].was, lies[i].is)) == ZKL_OK)
            FAIL(t, "%s for %s is taken", lies[i].is, lies[i].was);
    /* a text in the place of another one, everywhere, with the code and path of that one */
    CHECK(t, verify(t, &w, replaced(t, text, "Genf", "Bern"), replaced(t, json, "Genf", "Bern")) !=
                 ZKL_OK);
    /* each byte of salt and path */
    for (char *at = (char *)strstr(json, shown) + 11; *at != '"'; at++) {
        const char was = *at;
        *at = was == 'A' ? 'B' : 'A';
        if (verify(t, &w, text, json) == ZKL_OK)
            FAIL(t, "byte %zu of the opening is changed", (size_t)(at - json));
        *at = was;
    }
    /* a claim without texts shows none */
    make(t, &genf, "count(where id < 9) = 7", &w.scope);
    text = text_of(t, &genf, print_text);
    json = text_of(t, &genf, zkl_claim_json);
    CHECK_STATUS(t, ZKL_OK, verify(t, &w, text, json));
    CHECK(t, verify(t, &w, text,
                    replaced(t, json, ",\"where\"",
                             zkl_arena_format(&t->arena, ",\"texts\":[%s],\"where\"", whole))) !=
                 ZKL_OK);
}

/* A dictionary that has a text twice is possible, and the sentences say so: a claim speaks of the
 * code that it shows. */
static void test_claim_texts__of_one_text_may_be_two_codes(zkl_test *t)
{
    static const zkl_bytes twice[] = { NAMED("Basel"), NAMED("Genf"), NAMED("Genf") };
    static const zkl_bytes second[] = { NAMED("Basel"), NAMED("x"), NAMED("Genf") };
    world w;
    zkl_compiled_claim c;
    make_world(t, &w, twice, 3);
    make(t, &c, "count(where town = Genf) = 7", &w.scope);
    check_params(t, &c, 3, (uint64_t[]){ 1, 2 }, 2);
    /* another root has another text at that place, so its path is none of this one's */
    const zkl_digest root = w.columns[2].type.root;
    make_world(t, &w, second, 3);
    w.columns[2].type.root = root;
    zkl_error err;
    CHECK_STATUS(t, ZKL_REJECTED,
                 compile_in(t, &c, "count(where town = Genf) = 7", &w.scope, &err));
}

static void test_claim_texts__refuses(zkl_test *t)
{
    static const struct {
        const char *text;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "count(where city = Rom)", ZKL_NOT_FOUND, "no code of \"Rom\" to compare" },
        { "count(where city = \"\\x00\")", ZKL_NOT_SUPPORTED, "a NUL" },
        { "count(where city = \"\\xff\")", ZKL_NOT_SUPPORTED, "no UTF-8" },
        { "count(where city >= Bern)", ZKL_NOT_SUPPORTED, "have no order" },
        { "count(where story < Bern)", ZKL_NOT_SUPPORTED, "have no order" },
        { "count(where city in {Bern, Genf, Bern})", ZKL_USAGE, "one of its values twice" },
        { "count(where story in {Bern, Genf, Basel})", ZKL_LIMIT, "two long texts at most" },
        { "class_balance(city) = 3", ZKL_USAGE, "a count stands behind its class" },
        { "class_balance(city) = \"Bern\": 3, 4", ZKL_USAGE, "a text in quotes" },
        { "class_balance(city) = \"Bern\": 3, \"Bern\": 4", ZKL_USAGE, "twice" },
        { "class_balance(city) = \"Rom\": 3", ZKL_NOT_FOUND, "no code of \"Rom\"" },
        { "class_balance(id)", ZKL_USAGE, "of a bool, or of texts" },
        { "class_balance(story)", ZKL_USAGE, "of a bool, or of texts" },
    };
    world w;
    zkl_compiled_claim c;
    zkl_error err;
    make_world(t, &w, honest, ZKL_COUNT(honest));
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        CHECK_STATUS(t, cases[i].status, compile_in(t, &c, cases[i].text, &w.scope, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
    CHECK_STATUS(t, ZKL_NOT_FOUND, compile_in(t, &c, "count(where city = Bern)", &w.shown, &err));
    CHECK_STATUS(t, ZKL_REJECTED, compile_in(t, &c, "class_balance(city)", &w.shown, &err));
}

/* At most 64 of them. */
static void test_claim_texts__limits(zkl_test *t)
{
    zkl_bytes many[ENTRIES_MAX];
    world w;
    zkl_compiled_claim c;
    zkl_error err;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    for (unsigned i = 0; i < ENTRIES_MAX; i++)
        many[i] = zkl_bytes_of_text(zkl_arena_format(&t->arena, "t%02u", i));
    for (unsigned count = 64; count <= 65; count++) {
        make_world(t, &w, many, ENTRIES_MAX);
        zkl_buffer_clear(&text);
        for (unsigned i = 0; i < count; i++)
            zkl_buffer_format(&text, "%st%02u", i ? ", " : "count(where town in {", i);
        zkl_buffer_put_text(&text, "}) >= 1");
        zkl_buffer_put_u8(&text, 0);
        CHECK_STATUS(t, count == 64 ? ZKL_OK : ZKL_LIMIT,
                     compile_in(t, &c, (const char *)text.data, &w.scope, &err));
        make_world(t, &w, many, count + 3); /* three are not listed */
        CHECK_STATUS(t, count == 64 ? ZKL_OK : ZKL_LIMIT,
                     compile_in(t, &c, "class_balance(city)", &w.scope, &err));
    }
    CHECK(t, strstr(err.text, "the column has 65 different texts"));
}

/* ---- Classes */

/* Bins: low, width, count. Between classes there is no row. */
static void test_class_balance__counts_every_value(zkl_test *t)
{
    static const uint64_t bins[] = { 0, 0, 0, /* before Bern */
                                     1, 0, 60, 2, 0, 0, 3, 0, 30, 4, UINT16_MAX - 4, 0 };
    world w;
    zkl_compiled_claim c;
    zkl_error err;
    make_world(t, &w, honest, ZKL_COUNT(honest));
    make(t, &c, "class_balance(city) = \"Genf\": 30, \"Bern\": 60", &w.scope);
    CHECK_UINT_EQ(t, c.assertions[0].param_count, ZKL_COUNT(bins));
    check_params(t, &c, 0, bins, ZKL_COUNT(bins));
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text),
                  "class_balance(city) = \"Bern\": 60, \"Genf\": 30");
    CHECK_TEXT_EQ(t, text_of(t, &c, print_bare), "class_balance(city)");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence),
                  "of the 90 non-null values of city, 60 are \"Bern\", 30 are \"Genf\", and none "
                  "has another code (a text is compared by one code: its dictionary could hold one "
                  "text under several)");
    const char *json = text_of(t, &c, zkl_claim_json);
    CHECK(t, strstr(json, "{\"column\":\"city\",\"counts\":[60,30],\"kind\":\"class_balance\","
                          "\"nulls\":10,\"text\":") == json);
    CHECK_STATUS(t, ZKL_OK, verify(t, &w, text_of(t, &c, print_text), json));
    CHECK(t, verify(t, &w, "class_balance(city) = \"Genf\": 30, \"Bern\": 60", json) != ZKL_OK);
    /* open: the texts that the table has */
    REQUIRE_OK(t, &err, compile_in(t, &c, "class_balance(city)", &w.scope, &err));
    CHECK(t, c.claim.is_open && !c.is_bound);
    CHECK_UINT_EQ(t, c.assertions[0].param_count, ZKL_COUNT(bins));
    zkl_scalar *stated =
        zkl_arena_copy(&t->arena, c.assertions[0].params, ZKL_COUNT(bins) * sizeof *stated);
    for (size_t i = 0; i < ZKL_COUNT(bins); i++)
        zkl_be64_put(stated[i].bytes + 24, bins[i]);
    REQUIRE_OK(t, &err, zkl_claim_bind(&c, stated, ZKL_COUNT(bins), &err));
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text),
                  "class_balance(city) = \"Bern\": 60, \"Genf\": 30");
    /* a column without nulls has as many values as rows */
    REQUIRE_OK(t, &err, compile_in(t, &c, "class_balance(town) = \"Bern\": 99", &w.scope, &err));
    CHECK_STATUS(t, ZKL_REJECTED, bind(&c, &err));
    REQUIRE_OK(t, &err, compile_in(t, &c, "class_balance(city) = \"Bern\": 101", &w.scope, &err));
    CHECK_STATUS(t, ZKL_REJECTED, bind(&c, &err));
}

ZKL_TESTS(TEST(test_claim_texts__are_codes),
          TEST(test_claim_texts__that_are_hashed_are_fingerprints),
          TEST(test_claim_texts__are_shown_each_once), TEST(test_claim_texts__lies_are_refused),
          TEST(test_claim_texts__of_one_text_may_be_two_codes), TEST(test_claim_texts__refuses),
          TEST(test_claim_texts__limits), TEST(test_class_balance__counts_every_value))
