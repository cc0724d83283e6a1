/* Every point that a receipt brings, one after the other: commitments of the manifest, powers,
 * verification keys, the statements' own points, those of the proofs. At infinity, off the curve,
 * not below p, outside the subgroup (a point of order 3 added), each is refused by the check of its
 * own place. All hashes around it are those of the changed bytes, as a hostile signer would write
 * them. */
#include <malloc.h>

#include "verify/contents.h"
#include "verify/key_rules.h"
#include "proof/groth16.h"
#include "unit/record/receipt_vectors.h"

enum { BAD_INFINITY, BAD_CURVE, BAD_P, BAD_SUBGROUP, BAD_COUNT };
static const char *bad_reasons[BAD_COUNT] = { "infinity", "not on the curve", "not below p",
                                              "outside the subgroup" };

/* The compressed point at bytes, made bad. */
static void spoil_g1(uint8_t bytes[static 48], unsigned bad)
{
    zkl_error err;
    zkl_g1_affine point, torsion = { 0 };
    zkl_g1 sum;
    const uint64_t two[6] = { 2 };
    switch (bad) {
    case BAD_INFINITY:
        memset(bytes, 0, 48);
        bytes[0] = 0xc0;
        break;
    case BAD_CURVE: /* x = 1: y^2 = 5 is no square */
        memset(bytes, 0, 48);
        bytes[0] = 0x80;
        bytes[47] = 1;
        break;
    case BAD_P:
        memset(bytes, 0xff, 48);
        bytes[0] = 0x9f;
        break;
    default: /* (0, 2) has order 3 */
        ZKL_ASSERT(zkl_g1_decode(&point, bytes, "a point", &err) == ZKL_OK);
        blst_fp_from_uint64(&torsion.y, two);
        blst_p1_from_affine(&sum, &torsion);
        blst_p1_add_or_double_affine(&sum, &sum, &point);
        zkl_g1_normalize(&point, &sum);
        zkl_g1_encode(bytes, &point);
    }
}

static void spoil_g2(uint8_t bytes[static 96], unsigned bad)
{
    zkl_g2_affine point;
    memset(bytes, 0, 96);
    bytes[0] = bad == BAD_INFINITY ? 0xc0 : 0x80;
    if (bad == BAD_P)
        memset(bytes + 1, 0xff, 47);
    if (bad == BAD_P)
        bytes[0] = 0x9f;
    for (bytes[95] = bad == BAD_CURVE || bad == BAD_SUBGROUP; bytes[95]; bytes[95]++) {
        zkl_error err = { 0 };
        const zkl_status status = zkl_g2_decode(&point, bytes, "a point", &err);
        if (status != ZKL_OK && strstr(err.text, bad_reasons[bad]))
            return;
    }
}

typedef struct opened {
    zkl_receipt r;
    zkl_trust trust;
    zkl_entry entry;
    zkl_dsse dsse;
    zkl_known_table known;
    zkl_manifest manifest;
    zkl_bytes whole[2]; /* the statements with their source blocks */
} opened;

static zkl_status open_receipt(zkl_test *t, opened *o, zkl_error *err)
{
    zkl_arena *a = &t->arena;
    ZKL_TRY(zkl_receipt_parse(&o->r, a, vector_file(t, "notarise.zkl"), err));
    ZKL_TRY(zkl_trust_toml_parse(&o->trust, a, vector_file(t, "trust.toml"), "trust", err));
    ZKL_TRY(zkl_entry_open(&o->entry, &o->dsse, a, o->r.entry.envelope, err));
    ZKL_TRY(zkl_manifest_parse(&o->manifest, a, o->r.manifests[0], err));
    ZKL_TRY(zkl_manifest_known_table(&o->known, a, &o->manifest, &o->entry.data.dataset, err));
    for (size_t i = 0; i < 2; i++) {
        zkl_buffer bytes = { 0 };
        ZKL_TRY(zkl_statement_restore(&bytes, o->r.statements[i].compact, &o->known, 1, err));
        o->whole[i] = zkl_bytes_of(zkl_arena_copy(a, bytes.data, bytes.size), bytes.size);
        zkl_buffer_clear(&bytes);
    }
    return o->r.statement_count == 2 && o->r.key_count == 2
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "another receipt than this test knows");
}

static zkl_content content_of(const opened *o)
{
    return (zkl_content){ .entry = &o->entry,
                          .manifests = o->r.manifests,
                          .manifest_count = 1,
                          .powers = o->r.powers,
                          .keys = o->r.keys,
                          .key_count = o->r.key_count,
                          .statements = o->r.statements,
                          .statement_count = o->r.statement_count };
}

static void refuse(zkl_test *t, const opened *o, const zkl_content *content,
                   const zkl_digest *powers_hash, const char *place, size_t at, unsigned bad)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_env env = { .pool = t->pool };
    zkl_verified v;
    zkl_error err = { 0 };
    const zkl_content_pins pins = { &o->trust.ledger, powers_hash };
    const zkl_status status = zkl_content_verify(&v, &arena, content, &pins, &env, &err);
    if (status != ZKL_BAD_INPUT || !strstr(err.text, place) || !strstr(err.text, bad_reasons[bad]))
        FAIL(t, "%s %zu, %s: '%s' %s", place, at, bad_reasons[bad], zkl_status_text(status),
             err.text);
}

static uint8_t *copy_bytes(zkl_test *t, zkl_bytes bytes)
{
    return zkl_arena_copy(&t->arena, bytes.data, bytes.size);
}

static void test_points__powers_and_keys(zkl_test *t)
{
    static const struct {
        size_t at;
        bool g2;
        const char *name;
    } powers[] = { { 0, false, "tau in G1" },
                   { 48, true, "tau in G2" },
                   { 144, true, "tau^2 in G2" } },
      keys[] = { { 0, false, "alpha" },  { 48, true, "beta" },   { 144, true, "gamma" },
                 { 240, true, "delta" }, { 336, false, "IC 0" }, { 384, false, "IC 1" } };
    opened o;
    zkl_error err = { 0 };
    zkl_verified v;
    REQUIRE_OK(t, &err, open_receipt(t, &o, &err));
    zkl_content content = content_of(&o);
    const zkl_content_pins pins = { &o.trust.ledger, &o.trust.powers_hash };
    REQUIRE_OK(t, &err, zkl_content_verify(&v, &t->arena, &content, &pins, NULL, &err));
    for (unsigned bad = 0; bad < BAD_COUNT; bad++) {
        for (size_t i = 0; i < ZKL_COUNT(powers); i++) {
            uint8_t *bytes = copy_bytes(t, o.r.powers);
            powers[i].g2 ? spoil_g2(bytes + powers[i].at, bad)
                         : spoil_g1(bytes + powers[i].at, bad);
            zkl_digest hash;
            zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes, o.r.powers.size);
            content = content_of(&o);
            content.powers = zkl_bytes_of(bytes, o.r.powers.size);
            refuse(t, &o, &content, &hash, powers[i].name, i, bad);
        }
        for (size_t k = 0; k < o.r.key_count; k++)
            for (size_t i = 0; i < ZKL_COUNT(keys); i++) {
                zkl_receipt_key changed[2] = { o.r.keys[0], o.r.keys[1] };
                uint8_t *bytes = copy_bytes(t, o.r.keys[k].key);
                keys[i].g2 ? spoil_g2(bytes + keys[i].at, bad) : spoil_g1(bytes + keys[i].at, bad);
                changed[k].key = zkl_bytes_of(bytes, o.r.keys[k].key.size);
                content = content_of(&o);
                content.keys = changed;
                refuse(t, &o, &content, &o.trust.powers_hash, keys[i].name, k, bad);
            }
    }
}

static void test_points__commitments_of_the_manifest(zkl_test *t)
{
    opened o;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_receipt(t, &o, &err));
    const size_t count = o.manifest.chunk_count * o.manifest.blocks_per_chunk;
    CHECK(t, count > 8);
    for (size_t b = 0; b < count; b++)
        for (unsigned bad = 0; bad < BAD_COUNT; bad++) {
            zkl_buffer bytes = { 0 };
            zkl_manifest m = o.manifest;
            zkl_entry entry = o.entry;
            uint8_t(*blocks)[ZKL_POINT_BYTES] =
                zkl_arena_copy(&t->arena, m.blocks, count * sizeof *blocks);
            spoil_g1(blocks[b], bad);
            m.blocks = (const uint8_t(*)[ZKL_POINT_BYTES])blocks;
            zkl_manifest_table_root(&m.table_root, &m);
            REQUIRE_OK(t, &err, zkl_manifest_encode(&bytes, &m, &err));
            const zkl_bytes manifest = zkl_buffer_bytes(&bytes);
            zkl_dataset_id(&entry.data.dataset, manifest);
            zkl_sha256(&entry.data.manifest_sha256, manifest.data, manifest.size);
            zkl_content content = content_of(&o);
            content.entry = &entry;
            content.manifests = &manifest;
            refuse(t, &o, &content, &o.trust.powers_hash, "commitment", b, bad);
            zkl_buffer_clear(&bytes);
        }
}

/* Statement `at` and its proof instead of the receipt's, named by the entry as it would name its
 * own. */
static void refuse_statement(zkl_test *t, const opened *o, size_t at, zkl_bytes statement,
                             zkl_bytes proof, const char *place, unsigned bad)
{
    zkl_buffer compact = { 0 };
    zkl_error err = { 0 };
    zkl_fr t0;
    zkl_entry entry = o->entry;
    zkl_entry_statement said[2] = { o->entry.data.statements[0], o->entry.data.statements[1] };
    zkl_receipt_statement given[2] = { o->r.statements[0], o->r.statements[1] };
    REQUIRE_OK(t, &err, zkl_statement_strip(&compact, statement, &err));
    zkl_statement_t0(&t0, statement);
    zkl_fr_encode(said[at].t0.bytes, &t0);
    zkl_sha256(&said[at].statement_sha256, statement.data, statement.size);
    zkl_sha256(&said[at].proof_sha256, proof.data, proof.size);
    given[at] = (zkl_receipt_statement){ zkl_buffer_bytes(&compact), proof };
    entry.data.statements = said;
    zkl_content content = content_of(o);
    content.entry = &entry;
    content.statements = given;
    refuse(t, o, &content, &o->trust.powers_hash, place, at, bad);
    zkl_buffer_clear(&compact);
}

static void test_points__statements_and_proofs(zkl_test *t)
{
    static const struct {
        size_t at;
        bool g2;
        const char *name;
    } blob[] = { { 0, false, "groth16 proof, A" },
                 { 48, true, "groth16 proof, B" },
                 { 144, false, "groth16 proof, C" },
                 { 192, false, "point S" },
                 { 240, false, "point W" } };
    opened o;
    zkl_error err = { 0 };
    size_t auxiliary = 0;
    REQUIRE_OK(t, &err, open_receipt(t, &o, &err));
    for (size_t at = 0; at < 2; at++) {
        zkl_statement s;
        REQUIRE_OK(t, &err, zkl_statement_parse(&s, &t->arena, o.whole[at], &err));
        for (unsigned bad = 0; bad < BAD_COUNT; bad++) {
            for (size_t i = 0; i < ZKL_COUNT(blob); i++) {
                const zkl_bytes proof = o.r.statements[at].proof;
                uint8_t *bytes = copy_bytes(t, proof);
                blob[i].g2 ? spoil_g2(bytes + blob[i].at, bad) : spoil_g1(bytes + blob[i].at, bad);
                refuse_statement(t, &o, at, o.whole[at], zkl_bytes_of(bytes, proof.size),
                                 blob[i].name, bad);
            }
            /* the statement's own points: what is no commitment of a source */
            uint8_t *bytes = copy_bytes(t, o.whole[at]);
            const zkl_bytes changed = zkl_bytes_of(bytes, o.whole[at].size);
            bool is_source[ZKL_STATEMENT_TABLES_MAX];
            zkl_statement_find_sources(is_source, &s);
            for (size_t i = 0, block = 0; i < s.table_count; i++)
                for (size_t k = zkl_statement_table_blocks(&s.tables[i], &zkl_proof_format_v1); k--;
                     block++) {
                    if (is_source[i])
                        continue;
                    uint8_t *point = bytes + (s.blocks[block] - o.whole[at].data);
                    spoil_g1(point, bad);
                    refuse_statement(t, &o, at, changed, o.r.statements[at].proof,
                                     "block commitment", bad);
                    memcpy(point, s.blocks[block], ZKL_POINT_BYTES);
                    auxiliary++;
                }
            spoil_g1(bytes + (s.multiplicities[0] - o.whole[at].data), bad);
            refuse_statement(t, &o, at, changed, o.r.statements[at].proof,
                             "multiplicity commitment", bad);
            memcpy(bytes, o.whole[at].data, o.whole[at].size);
            spoil_g1(bytes + (s.masks[0] - o.whole[at].data), bad);
            refuse_statement(t, &o, at, changed, o.r.statements[at].proof, "mask commitment", bad);
        }
    }
    CHECK(t, auxiliary > 0);
}

/* The same number mod r, written another way. */
static void add_order(zkl_test *t, uint8_t scalar[static 32])
{
    const zkl_bytes order =
        test_hex(t, "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
    uint32_t carry = 0;
    for (size_t k = 32; k--;) {
        carry += (uint32_t)scalar[k] + order.data[k];
        scalar[k] = (uint8_t)carry;
        carry >>= 8;
    }
    CHECK_UINT_EQ(t, carry, 0);
}

static void test_points__scalars_have_one_form(zkl_test *t)
{
    opened o;
    zkl_error err = { 0 };
    size_t params = 0, scalars = 0;
    bad_reasons[BAD_P] = ""; /* for scalars the place says it */
    REQUIRE_OK(t, &err, open_receipt(t, &o, &err));
    for (size_t at = 0; at < 2; at++) {
        zkl_statement s;
        const zkl_bytes proof = o.r.statements[at].proof;
        REQUIRE_OK(t, &err, zkl_statement_parse(&s, &t->arena, o.whole[at], &err));
        for (size_t i = 288; i < proof.size; i += 32, scalars++) {
            uint8_t *bytes = copy_bytes(t, proof);
            add_order(t, bytes + i);
            refuse_statement(t, &o, at, o.whole[at], zkl_bytes_of(bytes, proof.size), "scalar",
                             BAD_P);
        }
        for (size_t i = 0; i < s.assertion_count; i++)
            for (size_t j = 0; j < s.assertions[i].param_count; j++, params++) {
                uint8_t *bytes = copy_bytes(t, o.whole[at]);
                add_order(t, bytes + (s.assertions[i].params[j].bytes - o.whole[at].data));
                zkl_receipt_statement given[2] = { o.r.statements[0], o.r.statements[1] };
                zkl_statement again;
                CHECK_STATUS(t, ZKL_BAD_INPUT,
                             zkl_statement_parse(&again, &t->arena,
                                                 zkl_bytes_of(bytes, o.whole[at].size), &err));
                CHECK(t, strstr(err.text, "not below the field order") != NULL);
                bytes = copy_bytes(t, given[at].compact); /* claims stand before the blocks */
                add_order(t, bytes + (s.assertions[i].params[j].bytes - o.whole[at].data));
                given[at].compact = zkl_bytes_of(bytes, given[at].compact.size);
                zkl_content content = content_of(&o);
                content.statements = given;
                refuse(t, &o, &content, &o.trust.powers_hash, "not below the field order", at,
                       BAD_P);
            }
    }
    CHECK(t, scalars >= 16 && params >= 9);
    bad_reasons[BAD_P] = "not below p";
}

/* The content with another C of the first statement's proof, C + D or C - D, as the entry would
 * name it: its product of pairings is e(D, delta) or the inverse of that. C is in no challenge but
 * the weight of the other equation, which holds. */
typedef struct false_content {
    zkl_entry entry;
    zkl_entry_statement said[2];
    zkl_receipt_statement given[2];
    zkl_content content;
} false_content;

static void make_false(zkl_test *t, false_content *out, const opened *o, bool minus)
{
    const zkl_bytes proof = o->r.statements[0].proof;
    uint8_t *bytes = copy_bytes(t, proof);
    zkl_error err = { 0 };
    zkl_g1_affine point, step = zkl_g1_generator;
    zkl_g1 sum;
    REQUIRE_OK(t, &err, zkl_g1_decode(&point, bytes + 144, "C", &err));
    blst_fp_cneg(&step.y, &step.y, minus);
    blst_p1_from_affine(&sum, &point);
    blst_p1_add_or_double_affine(&sum, &sum, &step);
    zkl_g1_normalize(&point, &sum);
    zkl_g1_encode(bytes + 144, &point);
    *out = (false_content){ .entry = o->entry,
                            .said = { o->entry.data.statements[0], o->entry.data.statements[1] },
                            .given = { o->r.statements[0], o->r.statements[1] },
                            .content = content_of(o) };
    out->given[0].proof = zkl_bytes_of(bytes, proof.size);
    zkl_sha256(&out->said[0].proof_sha256, bytes, proof.size);
    out->entry.data.statements = out->said;
    out->content.entry = &out->entry;
    out->content.statements = out->given;
}

/* The pairs of one product. */
#define FALSE_PAIRS_MAX 1024
static size_t take_pairs(zkl_g1_affine *p, zkl_g2_affine *q, const zkl_products *products,
                         size_t product)
{
    size_t count = 0;
    for (size_t i = 0; i < products->term_count; i++) {
        const zkl_product_term *term = &products->terms[i];
        if (term->product != product)
            continue;
        zkl_g1_mul_affine(&p[count], &term->p, &term->scalar);
        q[count++] = products->q[term->q];
    }
    return count;
}

/* Each alone, and both together, whose errors are inverse to each other. */
static void test_points__false_pairings_do_not_cancel(zkl_test *t)
{
    opened o;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_receipt(t, &o, &err));
    const zkl_content_pins pins = { &o.trust.ledger, &o.trust.powers_hash };
    const zkl_env env = { .pool = t->pool };
    ZKL_AUTO_CLEAR(zkl_products) products = { 0 };
    zkl_g1_affine p[FALSE_PAIRS_MAX];
    zkl_g2_affine q[FALSE_PAIRS_MAX];
    size_t pairs = 0, false_count = 0;
    for (int minus = 0; minus < 2; minus++) {
        false_content made;
        zkl_verified v;
        make_false(t, &made, &o, minus);
        CHECK_STATUS(t, ZKL_REJECTED,
                     zkl_content_verify(&v, &t->arena, &made.content, &pins, &env, &err));
        CHECK_TEXT_EQ(t, err.text,
                      "check 'proof': statement 0: proof: Groth16: the pairing equation does not "
                      "hold");
        const size_t before = products.count;
        REQUIRE_OK(t, &err,
                   zkl_content_verify_but_pairings(&v, &t->arena, &products, &made.content, &pins,
                                                   &env, &err));
        for (size_t i = before; i < products.count; i++) {
            const size_t count = take_pairs(p + pairs, q + pairs, &products, i);
            if (zkl_pairing_product_is_one(p + pairs, q + pairs, count))
                continue;
            pairs += count;
            false_count++;
        }
    }
    /* under equal weights */
    CHECK(t, false_count == 2 && zkl_pairing_product_is_one(p, q, pairs));
    for (int round = 0; round < 4; round++)
        CHECK_STATUS(t, ZKL_REJECTED, zkl_products_check(&products, t->pool, &err));
}

/* Many at once, of which some are false so that they would cancel, or are no points at all: what is
 * said of each is what is said of it alone, at every place. */
static void test_points__contents_together_are_as_alone(zkl_test *t)
{
    enum { COUNT = 5 };
    opened o;
    false_content made[2], other;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_receipt(t, &o, &err));
    const zkl_content_pins pins = { &o.trust.ledger, &o.trust.powers_hash };
    const zkl_env envs[2] = { { .pool = t->pool }, { .pool = NULL } };
    const zkl_content right = content_of(&o);
    make_false(t, &made[0], &o, false);
    make_false(t, &made[1], &o, true);
    make_false(t, &other, &o, false);
    other.given[1].proof = o.r.statements[0].proof; /* another than its entry names */
    static const char *const words[] = { NULL, "the pairing equation does not hold",
                                         "the pairing equation does not hold",
                                         "the entry names another proof" };
    const zkl_content *const of[] = { &right, &made[0].content, &made[1].content, &other.content };
    static const size_t lists[][COUNT] = { { 0, 0, 0, 0, 0 },
                                           { 1, 2, 0, 0, 0 },
                                           { 0, 1, 0, 2, 0 },
                                           { 0, 0, 3, 0, 0 },
                                           { 2, 0, 3, 0, 1 } };
    for (size_t list = 0; list < ZKL_COUNT(lists); list++) {
        zkl_judged_content each[COUNT];
        for (size_t i = 0; i < COUNT; i++)
            each[i] = (zkl_judged_content){ .content = of[lists[list][i]] };
        const size_t count = list ? COUNT : 1 + COUNT / 2;
        REQUIRE_OK(t, &err, zkl_contents_verify(each, count, &pins, &envs[list % 2], &err));
        for (size_t i = 0; i < count; i++) {
            const char *const word = words[lists[list][i]];
            CHECK_STATUS(t, word ? ZKL_REJECTED : ZKL_OK, each[i].status);
            CHECK_UINT_EQ(t, each[i].statement_count, word ? 0 : right.statement_count);
            CHECK(t, !word || strstr(each[i].fault.text, word) != NULL);
        }
    }
    REQUIRE_OK(t, &err, zkl_contents_verify(NULL, 0, &pins, NULL, &err));
}

/* By malloc's own count; 0 where a sanitizer has taken its place. */
static size_t bytes_in_use(void)
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* False content is checked twice, and kept as if once. Many times, since an arena takes its memory
 * in blocks. */
static void test_points__false_content_is_kept_once(zkl_test *t)
{
    enum { TIMES = 16 };
    opened o;
    false_content made;
    zkl_verified v;
    zkl_error err = { 0 };
    zkl_arena once = { 0 }, whole = { 0 };
    REQUIRE_OK(t, &err, open_receipt(t, &o, &err));
    const zkl_content_pins pins = { &o.trust.ledger, &o.trust.powers_hash };
    make_false(t, &made, &o, false);
    const size_t before = bytes_in_use();
    for (int i = 0; i < TIMES; i++)
        CHECK_STATUS(
            t, ZKL_REJECTED,
            zkl_content_verify_but_pairings(&v, &once, NULL, &made.content, &pins, NULL, &err));
    const size_t between = bytes_in_use();
    for (int i = 0; i < TIMES; i++)
        CHECK_STATUS(t, ZKL_REJECTED,
                     zkl_content_verify(&v, &whole, &made.content, &pins, NULL, &err));
    const size_t by_once = between - before, by_whole = bytes_in_use() - between;
    if (by_whole > by_once + by_once / 4)
        FAIL(t, "%zu bytes are kept, and %zu by one try", by_whole, by_once);
    zkl_arena_clear(&once);
    zkl_arena_clear(&whole);
}

ZKL_TESTS(TEST(test_points__powers_and_keys), TEST(test_points__commitments_of_the_manifest),
          TEST(test_points__statements_and_proofs), TEST(test_points__scalars_have_one_form),
          TEST(test_points__false_pairings_do_not_cancel),
          TEST(test_points__contents_together_are_as_alone),
          TEST(test_points__false_content_is_kept_once))
