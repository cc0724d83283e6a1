/* Rows that are shown, from a ledger to a stranger: what is true is accepted, and every lie about
 * it refused: by a body that says something else, by parts of other disclosures, and by an owner
 * who signs and logs a false one. */
#include "ledger/change.h"
#include "ledger/entry_export.h"
#include "service/service_internal.h"
#include "service_testing.h"
#include "unit/service/changed_bytes.h"
#include "verify/disclosure.h"

/* 16 leaf blocks with the lookup table: a small circuit. */
static const char table[] = "id,age,city,ok,note\n"
                            "1,30,Bern,true,first note\n"
                            "2,,Chur,false,second note\n"
                            "3,50,Bern,true,third note\n"
                            "4,60,Chur,false,fourth note\n"
                            "5,30,Genf,true,fifth note\n"
                            "6,31,Bern,true,sixth note\n";
static const char schema[] = "[columns.note]\ntype = \"string16\"\n";

enum { ID, AGE, CITY, OK_COLUMN, NOTE, COLUMNS };

typedef struct shown_world {
    zkl_test *t;
    service_world ledger;
    zkl_ledger *handle;
    zkl_env env;
    zkl_test random;
    zkl_bytes trust;
} shown_world;

static zkl_status notarize(shown_world *w, const char *name, zkl_error *err)
{
    zkl_notarize_result result = { 0 };
    const char *path = service_path(w->t, test_folder(w->t), "schema.toml");
    ZKL_TRY(zkl_file_write(path, zkl_bytes_of_text(schema), 0644, err));
    const zkl_notarize_request request = {
        .name = name, .files = &w->ledger.table, .file_count = 1, .schema_file = path
    };
    const zkl_status status = zkl_notarize(&result, w->handle, &request, &w->env, err);
    zkl_arena_clear(&result.memory);
    return status;
}

static zkl_status make_world(zkl_test *t, shown_world *w, zkl_error *err)
{
    zkl_keys_result keys = { 0 };
    *w = (shown_world){ .t = t };
    w->env = service_env(t, &w->random, 77);
    ZKL_TRY(service_world_make(t, &w->ledger, &w->env, err));
    ZKL_TRY(zkl_file_write(w->ledger.table, zkl_bytes_of_text(table), 0644, err));
    ZKL_TRY(service_open_world(&w->handle, &w->ledger, &w->env, err));
    ZKL_TRY(notarize(w, "people", err));
    ZKL_TRY(service_keys(&keys, &w->ledger, err));
    w->trust = zkl_bytes_of_text(zkl_arena_text(&t->arena, keys.trust, strlen(keys.trust)));
    zkl_arena_clear(&keys.memory);
    return ZKL_OK;
}

/* The file, in the test's arena. */
static zkl_status disclose(shown_world *w, zkl_bytes *file, zkl_disclose_request request,
                           zkl_error *err)
{
    zkl_disclose_result result = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    request.reference = request.reference ? request.reference : "people";
    request.files = &w->ledger.table;
    request.file_count = 1;
    request.output = service_path(w->t, test_folder(w->t), "shown.zkl");
    request.force = true;
    const zkl_status status = zkl_disclose(&result, w->handle, &request, &w->env, err);
    zkl_arena_clear(&result.memory);
    ZKL_TRY(status);
    ZKL_TRY(zkl_file_read(&bytes, request.output, (size_t)1 << 24, err));
    *file = zkl_bytes_of(zkl_arena_copy(&w->t->arena, bytes.data, bytes.size), bytes.size);
    return ZKL_OK;
}

static zkl_status verify(const shown_world *w, zkl_verify_result *out, zkl_bytes file,
                         zkl_error *err)
{
    *err = (zkl_error){ 0 };
    return zkl_verify_receipt(out, file, w->trust, NULL, err);
}

static void check_cell(zkl_test *t, const zkl_disclosed *d, size_t row, size_t column,
                       const char *want)
{
    const zkl_disclosed_cell *cell = &d->rows[row].cells[column];
    CHECK(t, !cell->hex);
    if (!want)
        CHECK(t, !cell->text);
    else
        CHECK_TEXT_EQ(t, cell->text ? cell->text : "(null)", want);
}

/* All columns of some rows; some columns, named in any order; a sample. */
static void test_disclose__shows_what_is_there(zkl_test *t)
{
    static const char *const rows[3][COLUMNS] = {
        { "1", "30", "Bern", "true", "first note" },
        { "2", NULL, "Chur", "false", "second note" },
        { "4", "60", "Chur", "false", "fourth note" },
    };
    static const char *const two[] = { "note", "age" };
    static const char challenge[] = "000102030405060708090a0b0c0d0e0f10";
    shown_world w;
    zkl_error err = { 0 };
    zkl_bytes file;
    zkl_verify_result result = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    REQUIRE_OK(t, &err, disclose(&w, &file, (zkl_disclose_request){ .rows = "3,0-1" }, &err));
    REQUIRE_OK(t, &err, verify(&w, &result, file, &err));
    REQUIRE(t, result.disclosed && result.disclosed->row_count == 3);
    CHECK_TEXT_EQ(t, result.kind, "disclose");
    CHECK(t, !result.disclosed->challenge);
    CHECK_UINT_EQ(t, result.disclosed->rows[2].row, 3);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < COLUMNS; j++)
            check_cell(t, result.disclosed, i, j, rows[i][j]);
    zkl_arena_clear(&result.memory);

    const zkl_disclose_request some = { .rows = "2", .columns = two, .column_count = 2 };
    REQUIRE_OK(t, &err, disclose(&w, &file, some, &err));
    REQUIRE_OK(t, &err, verify(&w, &result, file, &err));
    REQUIRE(t, result.disclosed && result.disclosed->column_count == 2);
    CHECK_TEXT_EQ(t, result.disclosed->columns[0], "age");
    check_cell(t, result.disclosed, 0, 0, "50");
    check_cell(t, result.disclosed, 0, 1, "third note");
    zkl_arena_clear(&result.memory);

    const zkl_disclose_request sample = { .sample = 2, .challenge = challenge };
    REQUIRE_OK(t, &err, disclose(&w, &file, sample, &err));
    REQUIRE_OK(t, &err, verify(&w, &result, file, &err));
    REQUIRE(t, result.disclosed && result.disclosed->row_count == 2);
    CHECK_TEXT_EQ(t, result.disclosed->challenge, challenge);
    zkl_arena_clear(&result.memory);
    /* the receipt of the entry alone says that rows were shown, and not what */
    zkl_bytes body, receipt;
    REQUIRE_OK(t, &err, zkl_disclosure_file_parse(&body, &receipt, file, &err));
    REQUIRE_OK(t, &err, verify(&w, &result, receipt, &err));
    CHECK(t, !result.disclosed);
    CHECK(t, !memmem(receipt.data, receipt.size, "Bern", 4));
    zkl_arena_clear(&result.memory);
    zkl_ledger_close(w.handle);
}

static void test_disclose__refuses_what_makes_no_sense(zkl_test *t)
{
    static const char challenge[] = "000102030405060708090a0b0c0d0e0f";
    static const char *const none[] = { "salary" }, *const twice[] = { "age", "age" };
    static const struct {
        zkl_disclose_request request;
        zkl_status status;
        const char *text;
    } cases[] = {
        { { .rows = "6" }, ZKL_USAGE, "row 6: the dataset has 6" },
        { { .rows = "18446744073709551617" }, ZKL_USAGE, "names no rows" },
        { { .rows = "" }, ZKL_USAGE, "names no rows" },
        { { .rows = "1," }, ZKL_USAGE, "names no rows" },
        { { .rows = "3-1" }, ZKL_USAGE, "names no rows" },
        { { .rows = "-1" }, ZKL_USAGE, "names no rows" },
        { { .rows = "1, 2" }, ZKL_USAGE, "names no rows" },
        { { .rows = "0-2,1" }, ZKL_USAGE, "row 1 is named twice" },
        { { .rows = "0-1024" }, ZKL_LIMIT, "more than 1024 rows" },
        { { .rows = "0", .columns = none, .column_count = 1 }, ZKL_USAGE, "no column 'salary'" },
        { { .rows = "0", .columns = twice, .column_count = 2 }, ZKL_USAGE, "named twice" },
        { { .rows = "0", .sample = 1, .challenge = challenge }, ZKL_USAGE, "either rows" },
        { { .rows = NULL }, ZKL_USAGE, "either rows" },
        { { .sample = 1 }, ZKL_USAGE, "by a challenge" },
        { { .sample = 4, .challenge = challenge }, ZKL_USAGE, "at most half" },
        { { .sample = 1025, .challenge = challenge }, ZKL_LIMIT, "at most 1024" },
        { { .sample = 1, .challenge = "00" }, ZKL_USAGE, "16 to 64 bytes" },
        { { .sample = 1, .challenge = "0x0102030405060708090a0b0c0d0e0f" },
          ZKL_USAGE,
          "16 to 64 bytes" },
        { { .rows = "0", .reference = "people@2" }, ZKL_NOT_FOUND, "" },
    };
    shown_world w;
    zkl_error err = { 0 };
    zkl_bytes file;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        err = (zkl_error){ 0 };
        const zkl_status status = disclose(&w, &file, cases[i].request, &err);
        if (status != cases[i].status || !strstr(err.text, cases[i].text))
            FAIL(t, "case %zu: %s: '%s', want '%s'", i, zkl_status_text(status), err.text,
                 cases[i].text);
    }
    zkl_ledger_close(w.handle);
}

/* ---- Bodies that say something else. */

/* What a stranger has: the verified manifest, and a disclosure to be changed. */
typedef struct lie_world {
    zkl_test *t;
    zkl_verified verified;
    zkl_disclosed_dataset of;
    zkl_disclosure d;
    uint32_t columns[COLUMNS];
    uint64_t rows[8];
    zkl_shown_cell cells[8 * COLUMNS];
    zkl_shown_opening openings[8];
} lie_world;

static void begin_lie(lie_world *l)
{
    const zkl_disclosure *d = l->verified.disclosure;
    l->d = *d;
    memcpy(l->columns, d->columns, d->column_count * sizeof *l->columns);
    memcpy(l->rows, d->rows, d->row_count * sizeof *l->rows);
    memcpy(l->cells, d->cells, d->row_count * d->column_count * sizeof *l->cells);
    memcpy(l->openings, d->openings, d->row_count * sizeof *l->openings);
    l->d.columns = l->columns;
    l->d.rows = l->rows;
    l->d.cells = l->cells;
    l->d.openings = l->openings;
    l->of = (zkl_disclosed_dataset){ &l->verified.ledger, &l->verified.dataset,
                                     l->verified.manifest, &l->verified.powers, NULL };
}

static void refuse_lie(lie_world *l, int line, const char *check)
{
    zkl_error err = { 0 };
    const zkl_env env = { .pool = l->t->pool };
    const zkl_status status = zkl_disclosure_verify(&l->d, &l->of, &env, &err);
    if ((status != ZKL_REJECTED && status != ZKL_BAD_INPUT) || !strstr(err.text, check))
        zkl_test_fail(l->t, __FILE__, line, "%s: '%s', want '%s'", zkl_status_text(status),
                      err.text, check);
}

#define LIE(check, ...)                                                                            \
    do {                                                                                           \
        begin_lie(l);                                                                              \
        __VA_ARGS__;                                                                               \
        refuse_lie(l, __LINE__, (check));                                                          \
    } while (0)

#define CELL(row, column) l->cells[(row)*COLUMNS + (column)]

/* Another last byte of a value. */
static zkl_bytes bumped(zkl_test *t, zkl_bytes value, uint8_t by)
{
    uint8_t *copy = zkl_arena_copy(&t->arena, value.data, value.size);
    copy[value.size - 1] = (uint8_t)(copy[value.size - 1] + by);
    return zkl_bytes_of(copy, value.size);
}

static void start_lies(zkl_test *t, shown_world *w, lie_world *l)
{
    zkl_error err = { 0 };
    zkl_bytes file;
    REQUIRE_OK(t, &err, make_world(t, w, &err));
    REQUIRE_OK(t, &err, disclose(w, &file, (zkl_disclose_request){ .rows = "0,1,4" }, &err));
    zkl_ledger *view = NULL;
    REQUIRE_OK(t, &err, zkl_ledger_view(&view, w->handle, &w->env, &err));
    *l = (lie_world){ .t = t };
    REQUIRE_OK(
        t, &err,
        zkl_receipt_verify(&l->verified, &t->arena, file, zkl_ledger_trust(view), &w->env, &err));
    zkl_ledger_close(view);
    REQUIRE(t, l->verified.disclosure && l->verified.disclosure->column_count == COLUMNS);
    begin_lie(l);
    const zkl_env env = { .pool = t->pool };
    REQUIRE_OK(t, &err, zkl_disclosure_verify(&l->d, &l->of, &env, &err));
}

/* Cells: one off, a null as a value and the reverse, another type's form, texts and entries. */
static void test_disclose__cells_that_are_others(zkl_test *t)
{
    static const uint8_t zeros[32];
    shown_world w;
    lie_world *l = ZKL_ARENA_NEW(&t->arena, lie_world, 1);
    start_lies(t, &w, l);
    if (t->failures)
        return;
    for (size_t j = 0; j < 3; j++) {
        static const size_t numbers[] = { ID, AGE, ID };
        const size_t column = numbers[j], row = j == 2 ? 2 : 0;
        LIE("opening", CELL(row, column).value = bumped(t, CELL(row, column).value, 1));
        LIE("opening", CELL(row, column).value = bumped(t, CELL(row, column).value, 255));
    }
    LIE("opening", CELL(0, OK_COLUMN).value = zkl_bytes_of(zeros, 1));
    LIE("no value of", CELL(0, OK_COLUMN).value = bumped(t, CELL(0, OK_COLUMN).value, 1));
    LIE("opening", CELL(0, AGE).kind = ZKL_SHOWN_NULL);
    LIE("opening", CELL(1, AGE) = (zkl_shown_cell){ ZKL_SHOWN_VALUE, zkl_bytes_of(zeros, 2), 0, 0,
                                                    NULL, NULL, 0 });
    LIE("a null, where there is none", CELL(0, ID).kind = ZKL_SHOWN_NULL);
    LIE("no value of", CELL(0, ID).value.size--);
    LIE("no value of", CELL(0, ID).value = zkl_bytes_of(zeros, 32));
    LIE("the form of another type", CELL(0, ID) = CELL(0, CITY));
    LIE("the form of another type", CELL(0, CITY).kind = ZKL_SHOWN_VALUE);
    /* a text in place of the hashed one, and the same one with a byte more or less */
    LIE("opening", CELL(0, NOTE).value = zkl_bytes_of_text("second note"));
    LIE("opening", CELL(0, NOTE).value = zkl_bytes_of_text("first note "));
    LIE("opening", CELL(0, NOTE).value.size--);
    LIE("a null, where there is none", CELL(0, NOTE).kind = ZKL_SHOWN_NULL);
    /* an entry's text, code, salt, path; another true entry of the same dictionary */
    LIE("no entry", CELL(0, CITY).value = zkl_bytes_of_text("Basel"));
    LIE("no entry", CELL(0, CITY).value = CELL(1, CITY).value);
    LIE("no entry", CELL(0, CITY).salt = CELL(1, CITY).salt);
    LIE("no entry", CELL(0, CITY).path = CELL(1, CITY).path);
    LIE("no entry", CELL(0, CITY).path_count--);
    LIE("no entry", CELL(0, CITY).code = CELL(1, CITY).code);
    LIE("no entry", CELL(0, CITY).entry_count = 1; CELL(0, CITY).path_count = 0);
    LIE("no entry", CELL(0, CITY).code = CELL(0, CITY).entry_count);
    LIE("opening", CELL(0, CITY) = CELL(1, CITY));
    zkl_ledger_close(w.handle);
}

/* Rows, columns, datasets and openings that are not those that were shown. */
static void test_disclose__other_rows_columns_and_datasets(zkl_test *t)
{
    shown_world w;
    lie_world *l = ZKL_ARENA_NEW(&t->arena, lie_world, 1);
    static const uint8_t challenge[16] = { 1 };
    start_lies(t, &w, l);
    if (t->failures)
        return;
    LIE("opening", l->rows[1] = 2);
    LIE("opening", l->rows[2] = 5); /* row 5 has the age of none of these, and another id */
    LIE("the dataset has 6", l->rows[2] = 6);
    LIE("the dataset has 6", l->rows[2] = 65536);
    LIE("the dataset has 6", l->rows[2] = UINT64_MAX);
    LIE("opening", l->d.row_count = 2);
    LIE("challenge", l->d.challenge = zkl_bytes_of(challenge, sizeof challenge);
        l->d.row_count = 1);
    LIE("the challenge", l->d.challenge = zkl_bytes_of(challenge, sizeof challenge));
    LIE("the dataset has 5", l->columns[COLUMNS - 1] = COLUMNS);
    LIE("opening", {
        const zkl_shown_opening kept = l->openings[0];
        l->openings[0] = l->openings[1];
        l->openings[1] = kept;
    });
    LIE("opening", memset(l->openings[1].mask, 0, sizeof l->openings[1].mask));
    LIE("", l->openings[1].mask[0] ^= 0x20);
    LIE("point S", l->openings[1].proof[0] ^= 0x40);
    zkl_digest other = l->verified.dataset;
    other.bytes[0] ^= 1;
    LIE("opening", l->of.dataset = &other);
    other = l->verified.ledger;
    other.bytes[0] ^= 1;
    LIE("opening", l->of.ledger = &other);
    zkl_manifest manifest = *l->verified.manifest;
    manifest.table_root.bytes[0] ^= 1;
    LIE("opening", l->of.manifest = &manifest);
    manifest = *l->verified.manifest;
    uint8_t(*blocks)[ZKL_POINT_BYTES] =
        zkl_arena_copy(&t->arena, manifest.blocks, manifest.blocks_per_chunk * ZKL_POINT_BYTES);
    memcpy(blocks[0], blocks[1], ZKL_POINT_BYTES);
    manifest.blocks = (const uint8_t(*)[ZKL_POINT_BYTES])blocks;
    LIE("opening", l->of.manifest = &manifest);
    zkl_ledger_close(w.handle);
}

/* Each allocation of a verification fails in turn: no memory, no leak (the sanitizers look), and
 * then it passes. */
static void test_disclose__no_memory(zkl_test *t)
{
    shown_world w;
    lie_world *l = ZKL_ARENA_NEW(&t->arena, lie_world, 1);
    zkl_status status = ZKL_NO_MEMORY;
    uint64_t nth = 0;
    start_lies(t, &w, l);
    while (!t->failures && status == ZKL_NO_MEMORY && ++nth < 1000) {
        zkl_malloc_fail_after(nth);
        status = zkl_disclosure_verify(&l->d, &l->of, NULL, NULL);
        zkl_malloc_fail_after(0);
    }
    CHECK_STATUS(t, ZKL_OK, status);
    CHECK(t, nth > 10);
    zkl_ledger_close(w.handle);
}

/* ---- Files of other parts. */

static zkl_bytes join(zkl_test *t, zkl_bytes body, zkl_bytes receipt)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_OK, zkl_disclosure_file_encode(&file, body, receipt, &err));
    return zkl_bytes_of(zkl_arena_copy(&t->arena, file.data, file.size), file.size);
}

static void refuse_file(shown_world *w, int line, zkl_bytes file, zkl_check check)
{
    zkl_verify_result result = { 0 };
    zkl_error err;
    const zkl_status status = verify(w, &result, file, &err);
    if (status != ZKL_REJECTED || err.check != check || result.disclosed)
        zkl_test_fail(w->t, __FILE__, line, "%s: '%s'", zkl_status_text(status), err.text);
    zkl_arena_clear(&result.memory);
}

static void test_disclose__parts_of_other_disclosures(zkl_test *t)
{
    shown_world w;
    zkl_error err = { 0 };
    zkl_bytes first, second, of_other, body[3], receipt[3], notarised;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    REQUIRE_OK(t, &err, notarize(&w, "others", &err));
    const zkl_disclose_request row = { .rows = "1" },
                               other = { .rows = "1", .reference = "others" };
    REQUIRE_OK(t, &err, disclose(&w, &first, row, &err));
    REQUIRE_OK(t, &err, disclose(&w, &second, row, &err));
    REQUIRE_OK(t, &err, disclose(&w, &of_other, other, &err));
    REQUIRE_OK(t, &err, zkl_disclosure_file_parse(&body[0], &receipt[0], first, &err));
    REQUIRE_OK(t, &err, zkl_disclosure_file_parse(&body[1], &receipt[1], second, &err));
    REQUIRE_OK(t, &err, zkl_disclosure_file_parse(&body[2], &receipt[2], of_other, &err));
    REQUIRE_OK(t, &err, service_export(t, &notarised, &w.ledger, ZKL_EXPORT_RECEIPT, &err));
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            if (i != j)
                refuse_file(&w, __LINE__, join(t, body[i], receipt[j]), ZKL_CHECK_DISCLOSURE);
    refuse_file(&w, __LINE__, join(t, body[0], notarised), ZKL_CHECK_DISCLOSURE);
    /* the same rows twice: nothing of one is in the other, so masks are fresh */
    CHECK(t, body[0].size == body[1].size);
    CHECK(t, memcmp(body[0].data + body[0].size - 304, body[1].data + body[1].size - 304, 48) != 0);

    /* every so many bytes, trailing hash as it is and repaired */
    changed_bytes c = { .receipt = first, .trust = w.trust, .stride = 211 };
    const size_t count = (first.size + c.stride - 1) / c.stride;
    zkl_pool_run(t->pool, count, change_one, &c);
    CHECK_UINT_EQ(t, c.accepted, 0);
    CHECK(t, c.runs > count);
    zkl_ledger_close(w.handle);
}

/* ---- An owner who signs and logs a false disclosure. */

static void test_disclose__a_false_one_that_is_logged(zkl_test *t)
{
    shown_world w;
    lie_world *l = ZKL_ARENA_NEW(&t->arena, lie_world, 1);
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) body = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    zkl_ledger *view = NULL;
    zkl_loaded_content loaded;
    zkl_dataset_version found;
    zkl_change change = { 0 };
    start_lies(t, &w, l);
    if (t->failures)
        return;
    CELL(0, AGE).value = bumped(t, CELL(0, AGE).value, 1);
    REQUIRE_OK(t, &err, zkl_disclosure_encode(&body, &l->d, &err));
    REQUIRE_OK(t, &err, zkl_change_init(&change, w.handle, &w.env, &err));
    REQUIRE_OK(t, &err, zkl_ledger_view(&view, w.handle, &w.env, &err));
    REQUIRE_OK(t, &err, service_find(&found, &t->arena, view, "people@1", &err));
    REQUIRE_OK(t, &err, zkl_ledger_load_content(view, &loaded, &t->arena, found.index, &err));
    zkl_entry entry = { .kind = ZKL_ENTRY_DISCLOSE,
                        .ledger = *zkl_ledger_own_id(view),
                        .time_ms = 1000,
                        .parents = &loaded.leaf,
                        .parent_count = 1,
                        .data = loaded.entry.data };
    entry.data.statements = NULL;
    entry.data.statement_count = 0;
    zkl_sha256(&entry.data.disclosure_sha256, body.data, body.size);
    REQUIRE_OK(t, &err, zkl_change_add_entry(&change, &entry, 0, &err));
    REQUIRE_OK(t, &err, zkl_change_place(&change, &w.env, &err));
    REQUIRE_OK(t, &err, zkl_ledger_catch_up(view, &err));
    REQUIRE_OK(t, &err, zkl_receipt_build(&receipt, view, change.entries[0].index, &err));
    zkl_verify_result result = { 0 };
    REQUIRE_OK(t, &err, verify(&w, &result, zkl_buffer_bytes(&receipt), &err));
    zkl_arena_clear(&result.memory);
    refuse_file(&w, __LINE__, join(t, zkl_buffer_bytes(&body), zkl_buffer_bytes(&receipt)),
                ZKL_CHECK_DISCLOSURE);
    zkl_change_clear(&change);
    zkl_ledger_close(view);
    zkl_ledger_close(w.handle);
}

ZKL_TESTS(TEST(test_disclose__shows_what_is_there),
          TEST(test_disclose__refuses_what_makes_no_sense),
          TEST(test_disclose__cells_that_are_others),
          TEST(test_disclose__other_rows_columns_and_datasets), TEST(test_disclose__no_memory),
          TEST(test_disclose__parts_of_other_disclosures),
          TEST(test_disclose__a_false_one_that_is_logged))
