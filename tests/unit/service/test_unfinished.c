/* Unfinished runs: what was finished is there again under the same terms, in whole records alone;
 * nothing of another owner, ledger, name, table, version or of changed bytes. */
#include "service/unfinished.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "testing.h"

#define CHUNKS 3
#define BLOCKS 2

static const zkl_owner_secret owner = { { 1, 2, 3 } }, other_owner = { { 1, 2, 4 } };

/* A table of which nothing but its facts is asked. */
typedef struct made {
    zkl_column columns[1];
    zkl_schema schema;
    zkl_table_facts facts;
    uint8_t keys[CHUNKS][ZKL_CHUNK_KEY_BYTES];
    zkl_digest roots[CHUNKS];
    uint8_t points[CHUNKS * BLOCKS][ZKL_POINT_BYTES];
    zkl_commitments commitments;
    service_unfinished_of of;
    service_unfinished_terms terms;
    const char *path;
} made;

static void make(zkl_test *t, made *m)
{
    const char *folder = test_folder(t);
    *m = (made){ .columns = { { .name = zkl_bytes_of_text("n") } } };
    m->schema = (zkl_schema){ .columns = m->columns, .column_count = 1 };
    m->facts = (zkl_table_facts){ .schema = &m->schema,
                                  .row_count = 2 * ZKL_CHUNK_ROWS + 5,
                                  .chunk_count = CHUNKS,
                                  .block_count = BLOCKS,
                                  .schema_hash = { { 7 } },
                                  .content = { { 8 } } };
    test_random_bytes(t, m->keys, sizeof m->keys);
    test_random_bytes(t, m->roots, sizeof m->roots);
    test_random_bytes(t, m->points, sizeof m->points);
    m->commitments = (zkl_commitments){ .chunk_keys = m->keys,
                                        .row_roots = m->roots,
                                        .points = m->points,
                                        .chunk_count = CHUNKS,
                                        .block_count = BLOCKS };
    m->of = (service_unfinished_of){ folder, { { 9 } }, zkl_bytes_of_text("rows"), &owner };
    m->terms = (service_unfinished_terms){ &m->facts, { { 10 } }, { { 11 } }, 1 };
    m->path = zkl_arena_format(&t->arena, "%s/spools/rows.zklrun", folder);
}

/* A run that finished so many chunks and one proof, and was cut off. */
static void cut_off(zkl_test *t, const made *m, size_t chunks)
{
    bool is_same;
    zkl_error err = { 0 };
    service_unfinished *run = NULL;
    const zkl_env env = test_env(t);
    REQUIRE_OK(t, &err, service_unfinished_open(&run, &m->of, &err));
    REQUIRE(t, run);
    REQUIRE_OK(t, &err, service_unfinished_begin(&is_same, run, &m->terms, &env, &err));
    const zkl_chunk_store store = service_unfinished_chunks(run);
    store.put(store.opaque, &m->commitments, 0, chunks);
    const zkl_proof_store proofs = service_unfinished_proofs(run);
    proofs.put(proofs.opaque, zkl_bytes_of_text("claim"), zkl_bytes_of_text("statement"),
               zkl_bytes_of_text("proof"));
    CHECK(t, !service_unfinished_fault(run));
    service_unfinished_close(run);
}

typedef struct found {
    bool is_open, has_seed, is_same, has_proof;
    size_t chunks;
} found;

/* What the next run has of it. */
static found look(zkl_test *t, const made *m, bool drops)
{
    found out = { 0 };
    zkl_error err = { 0 };
    service_unfinished *run = NULL;
    const zkl_env env = test_env(t);
    uint8_t points[BLOCKS][ZKL_POINT_BYTES];
    if (service_unfinished_open(&run, &m->of, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    out.is_open = run != NULL;
    if (!run)
        return out;
    const zkl_digest *seed = service_unfinished_seed(run);
    out.has_seed = seed && zkl_digest_equal(seed, &m->terms.seed);
    if (service_unfinished_begin(&out.is_same, run, &m->terms, &env, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    const zkl_chunk_store store = service_unfinished_chunks(run);
    for (size_t i = 0; i < CHUNKS; i++)
        if (store.find(store.opaque, i, m->keys[i], &m->roots[i], points)) {
            CHECK(t, memcmp(points, m->points[i * BLOCKS], sizeof points) == 0);
            out.chunks++;
        }
    zkl_bytes statement, proof;
    const zkl_proof_store proofs = service_unfinished_proofs(run);
    out.has_proof = proofs.find(proofs.opaque, zkl_bytes_of_text("claim"), &statement, &proof);
    if (out.has_proof)
        CHECK(t,
              zkl_bytes_equal_text(statement, "statement") && zkl_bytes_equal_text(proof, "proof"));
    CHECK(t, !proofs.find(proofs.opaque, zkl_bytes_of_text("claims"), &statement, &proof));
    if (drops)
        service_unfinished_drop(run);
    service_unfinished_close(run);
    return out;
}

static void test_unfinished__is_there_again_until_it_is_dropped(zkl_test *t)
{
    made m;
    struct stat st;
    make(t, &m);
    const found nothing = look(t, &m, true);
    CHECK(t, nothing.is_open && !nothing.has_seed && nothing.is_same && !nothing.chunks);
    CHECK(t, lstat(m.path, &st) != 0);
    cut_off(t, &m, 2);
    CHECK(t, stat(m.path, &st) == 0 && (st.st_mode & 0777) == 0600);
    for (int again = 0; again < 3; again++) { /* each look writes it anew */
        const found f = look(t, &m, again == 2);
        CHECK(t, f.has_seed && f.is_same && f.has_proof);
        CHECK_UINT_EQ(t, f.chunks, 2);
    }
    CHECK(t, lstat(m.path, &st) != 0);
}

/* Points are of a key and a row root; another run's are none. */
static void test_unfinished__chunks_of_other_rows_are_not_taken(zkl_test *t)
{
    made m;
    make(t, &m);
    cut_off(t, &m, CHUNKS);
    m.keys[1][31] ^= 1;
    m.roots[2].bytes[0] ^= 1;
    CHECK_UINT_EQ(t, look(t, &m, false).chunks, 1);
}

static void test_unfinished__of_other_terms_starts_again(zkl_test *t)
{
    for (int i = 0; i < 7; i++) {
        made m;
        make(t, &m);
        cut_off(t, &m, CHUNKS);
        m.facts.content.bytes[0] ^= i == 0;
        m.facts.schema_hash.bytes[0] ^= i == 1;
        m.facts.row_count -= i == 2;
        m.terms.version += i == 3;
        m.terms.powers_hash.bytes[0] ^= i == 4;
        m.terms.seed.bytes[0] ^= i == 5;
        const found f = look(t, &m, true);
        const bool is_same = i == 6;
        CHECK(t, f.is_same == is_same && f.has_proof == is_same);
        CHECK_UINT_EQ(t, f.chunks, is_same ? CHUNKS : 0);
    }
}

static void test_unfinished__of_another_owner_ledger_or_name_is_none(zkl_test *t)
{
    for (int i = 0; i < 3; i++) {
        made m;
        make(t, &m);
        cut_off(t, &m, CHUNKS);
        if (i == 0)
            m.of.owner = &other_owner;
        m.of.ledger.bytes[0] ^= i == 1;
        if (i == 2) {
            const char *to = zkl_arena_format(&t->arena, "%s/spools/rows2.zklrun", m.of.folder);
            REQUIRE(t, rename(m.path, to) == 0);
            m.of.name = zkl_bytes_of_text("rows2");
        }
        const found f = look(t, &m, true);
        CHECK(t, f.is_open && !f.has_seed && f.is_same && !f.chunks && !f.has_proof);
    }
}

/* Any byte changed, or the file cut anywhere: whole records before that place, no other. */
static void test_unfinished__changed_or_cut_gives_what_stands_before(zkl_test *t)
{
    made m;
    zkl_error err = { 0 };
    make(t, &m);
    cut_off(t, &m, CHUNKS);
    ZKL_AUTO_CLEAR(zkl_buffer) whole = { 0 };
    REQUIRE_OK(t, &err, zkl_file_read(&whole, m.path, 1 << 20, &err));
    size_t last = 0;
    for (size_t at = 0; at < whole.size; at++) {
        for (int cut = 0; cut < 2; cut++) {
            ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
            zkl_buffer_put(&bytes, whole.data, cut ? at : whole.size);
            if (!cut)
                bytes.data[at] ^= (uint8_t)(1u << test_random_below(t, 8));
            REQUIRE_OK(t, &err, zkl_file_write(m.path, zkl_buffer_bytes(&bytes), 0600, &err));
            const found f = look(t, &m, true);
            CHECK(t, !f.has_proof && f.is_same);
            CHECK(t, f.chunks <= CHUNKS && f.chunks >= last && (f.has_seed || !f.chunks));
            last = f.chunks;
        }
    }
    CHECK_UINT_EQ(t, last, CHUNKS);
}

/* Two at once: one is kept, the other goes on without. */
static void test_unfinished__is_one_process_at_a_time(zkl_test *t)
{
    made m;
    zkl_error err = { 0 };
    bool is_same;
    service_unfinished *first = NULL;
    const zkl_env env = test_env(t);
    make(t, &m);
    REQUIRE_OK(t, &err, service_unfinished_open(&first, &m.of, &err));
    REQUIRE_OK(t, &err, service_unfinished_begin(&is_same, first, &m.terms, &env, &err));
    CHECK(t, !look(t, &m, false).is_open);
    service_unfinished_close(first);
    CHECK(t, look(t, &m, true).is_open);
}

/* No two files have a key, and so no nonce, in common: what stands in both shows nothing. */
static void test_unfinished__written_again_is_another_file(zkl_test *t)
{
    made m;
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) before = { 0 }, after = { 0 };
    make(t, &m);
    cut_off(t, &m, CHUNKS);
    REQUIRE_OK(t, &err, zkl_file_read(&before, m.path, 1 << 20, &err));
    (void)look(t, &m, false);
    REQUIRE_OK(t, &err, zkl_file_read(&after, m.path, 1 << 20, &err));
    REQUIRE(t, before.size == after.size);
    size_t same = 0;
    for (size_t i = 60; i < before.size; i++) /* behind magic, version, ledger, name, time */
        same += before.data[i] == after.data[i];
    CHECK(t, same < before.size / 8);
    for (size_t i = 0; i < CHUNKS; i++)
        CHECK(t, !memmem(after.data, after.size, m.keys[i], ZKL_CHUNK_KEY_BYTES));
}

ZKL_TESTS(TEST(test_unfinished__is_there_again_until_it_is_dropped),
          TEST(test_unfinished__chunks_of_other_rows_are_not_taken),
          TEST(test_unfinished__of_other_terms_starts_again),
          TEST(test_unfinished__of_another_owner_ledger_or_name_is_none),
          TEST(test_unfinished__changed_or_cut_gives_what_stands_before),
          TEST(test_unfinished__is_one_process_at_a_time),
          TEST(test_unfinished__written_again_is_another_file))
