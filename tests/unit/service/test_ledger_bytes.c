/* What stands in a ledger's bytes: no plain hash of private data, no value of a row, and no mask or
 * blinder that two statements share. The ledger's folder, all pairs of its store, a receipt and
 * every other public export are searched. */
#include "text/base64.h"
#include "hash/hash.h"
#include "record/receipt.h"
#include "secret_search.h"
#include "service_testing.h"
#include "storage/storage.h"

static const char table_text[] = "id,account,city,note\n"
                                 "1,731289456123811,Sentinelbern,the first sentinel note\n"
                                 "2,731289456123822,Sentinelchur,the second sentinel note\n"
                                 "3,731289456123833,Sentinelbern,the third sentinel note\n"
                                 "4,731289456123844,Sentinelgenf,the fourth sentinel note\n";
static const char schema_text[] =
    "[columns.account]\ntype = \"int64\"\n[columns.note]\ntype = \"string16\"\n";

static zkl_status make_world(zkl_test *t, service_world *w, const zkl_env *env, const char *text,
                             zkl_error *err)
{
    ZKL_TRY(service_world_make(t, w, env, err));
    return zkl_file_write(w->table, zkl_bytes_of_text(text), 0600, err);
}

static zkl_status notarise(zkl_test *t, const service_world *w, const char *schema_toml,
                           const char *claim, bool is_public, const zkl_env *env, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    zkl_notarize_request request = service_request(w, false);
    const char *schema = zkl_arena_format(&t->arena, "%s.toml", w->table);
    ZKL_TRY(zkl_file_write(schema, zkl_bytes_of_text(schema_toml), 0600, err));
    request.claims = &claim;
    request.schema_file = schema;
    request.public_digest = is_public;
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_TRY(service_open_world(&ledger, w, env, err));
    const zkl_status status = zkl_notarize(&result, ledger, &request, env, err);
    zkl_arena_clear(&result.memory);
    return status;
}

/* ---- What must not be there */

/* As bytes, in hex of both cases, in base 64. */
static void add_hash(search_list *list, const char *label, zkl_hash_algorithm algorithm,
                     const void *data, size_t size)
{
    static const char upper[] = "0123456789ABCDEF";
    zkl_digest hash;
    char text[65], name[48], coded[64] = { 0 };
    zkl_hash(&hash, algorithm, data, size);
    snprintf(name, sizeof name, "%s, %s", label, zkl_hash_name(algorithm));
    search_add(list, name, hash.bytes, 32);
    zkl_hex_encode(text, hash.bytes, 32);
    search_add_text(list, name, text);
    for (size_t i = 0; i < 64; i++)
        text[i] = upper[(hash.bytes[i / 2] >> (i % 2 ? 0 : 4)) & 15];
    search_add_text(list, name, text);
    zkl_base64_encode(coded, hash.bytes, 32);
    search_add(list, name, coded, 42);      /* the 43rd character hangs on what follows */
    search_add(list, name, hash.bytes, 16); /* as string16 keeps it */
}

static void add_hashes(search_list *list, const char *label, const void *data, size_t size)
{
    static const zkl_hash_algorithm all[] = { ZKL_HASH_SHA3_256, ZKL_HASH_BLAKE3,
                                              ZKL_HASH_SHA_256 };
    for (size_t i = 0; i < ZKL_COUNT(all); i++)
        add_hash(list, label, all[i], data, size);
}

/* The file, its lines, its fields and its columns: all that somebody might hash and compare. */
static void add_table(zkl_test *t, search_list *list)
{
    char *copy = zkl_arena_text(&t->arena, table_text, sizeof table_text - 1);
    const char *columns[4] = { "", "", "", "" };
    add_hashes(list, "the file", table_text, sizeof table_text - 1);
    strtok(copy, "\n"); /* names of columns are public */
    for (char *line = strtok(NULL, "\n"); line; line = strtok(NULL, "\n")) {
        size_t column = 0;
        add_hashes(list, "a line", line, strlen(line));
        for (char *at = line; column < 4; column++) {
            const size_t size = strcspn(at, ",");
            const char *field = zkl_arena_text(&t->arena, at, size);
            columns[column] = zkl_arena_format(&t->arena, "%s%s\n", columns[column], field);
            add_hashes(list, "a field", field, size);
            if (size >= SEARCH_BYTES_MIN)
                search_add_text(list, "a field itself", field);
            at += size + 1;
        }
    }
    for (size_t i = 0; i < 4; i++)
        add_hashes(list, "a column", columns[i], strlen(columns[i]));
    for (uint64_t i = 11; i <= 44; i += 11) { /* account: the value and its code, both ways round */
        const uint64_t value = 731289456123800 + i, code = value + ((uint64_t)1 << 63);
        uint8_t bytes[8];
        zkl_be64_put(bytes, value);
        search_add(list, "a number", bytes, 8);
        add_hashes(list, "a number", bytes, 8);
        zkl_be64_put(bytes, code);
        search_add(list, "a number's code", bytes, 8);
        add_hashes(list, "a number's code", bytes, 8);
        search_add(list, "a number", &value, 8);
        add_hashes(list, "a number", &value, 8);
        search_add(list, "a number's code", &code, 8);
        add_hashes(list, "a number's code", &code, 8);
    }
}

/* ---- Where it is looked for */

typedef struct pair_search {
    search_list *list;
    size_t count;
} pair_search;

static zkl_status search_pair(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                              zkl_error *err)
{
    pair_search *s = context;
    (void)stop, (void)err;
    search_bytes(s->list, key.data, key.size, NULL);
    search_bytes(s->list, value.data, value.size, NULL);
    s->count++;
    return ZKL_OK;
}

static zkl_status search_ledger(zkl_test *t, search_list *list, const service_world *w,
                                size_t *pairs, zkl_error *err)
{
    static const zkl_export_format formats[] = { ZKL_EXPORT_RECEIPT, ZKL_EXPORT_TLOG_TILES,
                                                 ZKL_EXPORT_TLOG_PROOF, ZKL_EXPORT_DSSE,
                                                 ZKL_EXPORT_SNARKJS };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLOSE(zkl_store) store = NULL;
    pair_search search = { list, 0 };
    const zkl_store_options options = { .path = service_path(t, w->options.folder, "store"),
                                        .read_only = true };
    for (size_t i = 0; i < list->count; i++)
        list->patterns[i].found = false;
    ZKL_TRY(service_open_world(&ledger, w, NULL, err));
    for (size_t i = 0; i < ZKL_COUNT(formats); i++) {
        uint64_t size;
        const zkl_export_request request = {
            .reference = formats[i] == ZKL_EXPORT_TLOG_TILES ? NULL : "people",
            .format = formats[i],
            .output = zkl_arena_format(&t->arena, "%s.export-%zu", w->options.folder, i)
        };
        ZKL_TRY(zkl_export(&size, ledger, &request, NULL, err));
    }
    if (search_folder(list, w->options.folder) < 10000)
        return zkl_fail(err, ZKL_IO, "the ledger's folder cannot be searched");
    ZKL_TRY(zkl_store_open(&store, "rocksdb", &options, err));
    ZKL_TRY(zkl_store_scan(store, zkl_bytes_of_text(""), zkl_bytes_of_text(""), search_pair,
                           &search, err));
    *pairs = search.count;
    return ZKL_OK;
}

static void test_ledger_bytes__hold_no_plain_hash_of_the_data(zkl_test *t)
{
    const zkl_env env = { .pool = t->pool };
    zkl_error err = { 0 };
    service_world hidden, shown;
    search_list list;
    size_t pairs = 0;
    search_init(t, &list);
    add_table(t, &list);
    CHECK(t, list.count > 300);
    REQUIRE_OK(t, &err, make_world(t, &hidden, &env, table_text, &err));
    REQUIRE_OK(t, &err, notarise(t, &hidden, schema_text, "not_null(id)", false, &env, &err));
    REQUIRE_OK(t, &err, search_ledger(t, &list, &hidden, &pairs, &err));
    CHECK(t, pairs > 10);
    for (size_t i = 0; i < list.count; i++)
        if (list.patterns[i].found)
            FAIL(t, "in the ledger's bytes: %s", list.patterns[i].label);

    /* the search finds what was asked to be public: hashes of the file, and of nothing in it */
    REQUIRE_OK(t, &err, make_world(t, &shown, &env, table_text, &err));
    REQUIRE_OK(t, &err, notarise(t, &shown, schema_text, "not_null(id)", true, &env, &err));
    REQUIRE_OK(t, &err, search_ledger(t, &list, &shown, &pairs, &err));
    CHECK(t, search_named(&list, "the file, sha3-256")->found);
    CHECK(t, search_named(&list, "the file, sha-256")->found);
    for (size_t i = 0; i < list.count; i++)
        if (list.patterns[i].found && strncmp(list.patterns[i].label, "the file", 8) != 0)
            FAIL(t, "in a public ledger's bytes: %s", list.patterns[i].label);
}

/* ---- Masks and blinders */

typedef struct point_set {
    uint8_t points[256][ZKL_POINT_BYTES];
    const char *owners[256];
    size_t count;
} point_set;

static void add_point(zkl_test *t, point_set *set, const uint8_t *point, const char *owner)
{
    for (size_t i = 0; i < set->count; i++)
        if (memcmp(set->points[i], point, ZKL_POINT_BYTES) == 0)
            FAIL(t, "%s and %s share a point", set->owners[i], owner);
    ZKL_ASSERT(set->count < ZKL_COUNT(set->points));
    memcpy(set->points[set->count], point, ZKL_POINT_BYTES);
    set->owners[set->count++] = owner;
}

/* All that is drawn for one proof: mask, multiplicities, auxiliary blocks, and A, B, C, S, W of the
 * blob. */
static void add_statement(zkl_test *t, point_set *set, const zkl_receipt_statement *given,
                          const char *owner)
{
    static const size_t blob_points[] = { 0, 48, 144, 192, 240 };
    zkl_error err = { 0 };
    zkl_statement s;
    REQUIRE_OK(t, &err, zkl_statement_parse(&s, &t->arena, given->compact, &err));
    REQUIRE(t, s.mask_count == 1 && s.multiplicity_count == 1 && given->proof.size > 288);
    add_point(t, set, s.masks[0], owner);
    add_point(t, set, s.multiplicities[0], owner);
    for (size_t i = 0; i < s.block_count; i++)
        add_point(t, set, s.blocks[i], owner);
    for (size_t i = 0; i < ZKL_COUNT(blob_points); i++)
        add_point(t, set, given->proof.data + blob_points[i], owner);
}

/* The receipt of a table notarised under the same owner, seed, clock and injected randomness,
 * whatever the rest. */
static zkl_status notarise_again(zkl_test *t, zkl_receipt *out, const char *text, const char *claim,
                                 zkl_error *err)
{
    zkl_test source;
    service_world w;
    zkl_bytes bytes;
    const zkl_env env = service_env(t, &source, 77);
    ZKL_TRY(make_world(t, &w, &env, text, err));
    ZKL_TRY(notarise(t, &w, "[columns.account]\ntype = \"int32\"\n", claim, false, &env, err));
    ZKL_TRY(service_export(t, &bytes, &w, ZKL_EXPORT_RECEIPT, err));
    return zkl_receipt_parse(out, &t->arena, bytes, err);
}

/* A snapshot that is restored draws the same random numbers again: for other statements they give
 * nothing that can be compared. */
static void test_ledger_bytes__statements_share_no_mask(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_receipt a, b, c, again;
    point_set *set = ZKL_ARENA_NEW(&t->arena, point_set, 1);
    static const char table[] = "account,city\n700001,Bern\n700002,Chur\n",
                      changed[] = "account,city\n700001,Bern\n700003,Chur\n";
    REQUIRE_OK(t, &err, notarise_again(t, &a, table, "range(account, 0, *)", &err));
    REQUIRE_OK(t, &err, notarise_again(t, &again, table, "range(account, 0, *)", &err));
    REQUIRE_OK(t, &err, notarise_again(t, &b, table, "range(account, 1, *)", &err));
    REQUIRE_OK(t, &err, notarise_again(t, &c, changed, "range(account, 0, *)", &err));
    REQUIRE(t, a.statement_count == 1 && b.statement_count == 1 && c.statement_count == 1);
    /* the randomness is the same: so is the one statement that is the same */
    REQUIRE(t, a.statements[0].compact.size == again.statements[0].compact.size);
    CHECK_MEM_EQ(t, a.statements[0].compact.data, again.statements[0].compact.data,
                 a.statements[0].compact.size);
    add_statement(t, set, &a.statements[0], "cells and a range of the table");
    add_statement(t, set, &b.statements[0], "cells and another range of the table");
    add_statement(t, set, &c.statements[0], "cells and the range of the changed table");
    CHECK_UINT_EQ(t, set->count, 3 * 7 + 3); /* the ranges have an auxiliary block each */
}

ZKL_TESTS(TEST(test_ledger_bytes__hold_no_plain_hash_of_the_data),
          TEST(test_ledger_bytes__statements_share_no_mask))
