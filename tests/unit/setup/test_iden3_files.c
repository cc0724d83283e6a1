/* iden3 files against files that snarkjs wrote (tests/vectors/iden3/README.md), and against every
 * way to break them. */
#include "algebra/poly.h"
#include "base/file.h"
#include "interop/toy_circuit.h"
#include "setup/iden3_json.h"
#include "setup/iden3_ptau.h"
#include "setup/iden3_r1cs.h"
#include "setup/iden3_zkey.h"
#include "testing.h"

typedef zkl_status copier(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_pool *pool,
                          zkl_error *err);

static zkl_status copy_ptau(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_pool *pool,
                            zkl_error *err)
{
    zkl_powers powers;
    zkl_ptau_history history;
    ZKL_TRY(zkl_ptau_parse(&powers, &history, in, 0,
                           &(zkl_iden3_reading){ arena, ZKL_IDEN3_CHECKED, pool }, err));
    return zkl_ptau_encode(out, &powers, &history, err);
}

static zkl_status copy_zkey(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_pool *pool,
                            zkl_error *err)
{
    zkl_groth16_key key;
    zkl_zkey_history history;
    ZKL_TRY(zkl_zkey_parse(&key, &history, in,
                           &(zkl_iden3_reading){ arena, ZKL_IDEN3_CHECKED, pool }, err));
    return zkl_zkey_encode(out, &key, &history, err);
}

static zkl_status copy_r1cs(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_pool *pool,
                            zkl_error *err)
{
    (void)pool;
    zkl_r1cs r1cs;
    ZKL_TRY(zkl_iden3_r1cs_parse(&r1cs, arena, in, err));
    return zkl_iden3_r1cs_encode(out, &r1cs, err);
}

static zkl_status copy_wtns(zkl_buffer *out, zkl_bytes in, zkl_arena *arena, zkl_pool *pool,
                            zkl_error *err)
{
    (void)pool;
    const zkl_fr *wires;
    uint32_t count;
    ZKL_TRY(zkl_iden3_wtns_parse(&wires, &count, arena, in, err));
    return zkl_iden3_wtns_encode(out, wires, count, err);
}

static const struct kind {
    const char *name;
    copier *copy;
    /* Bytes that are read and dropped, or come out otherwise: kinds of inputs, labels of wires. */
    size_t loose_begin, loose_end, loose_tail;
} kinds[] = {
    { "toy.ptau", copy_ptau, 0, 0, 0 },
    { "toy.zkey", copy_zkey, 0, 0, 0 },
    { "toy.r1cs", copy_r1cs, 64, 84, TOY_WIRES * 8 },
    { "toy.wtns", copy_wtns, 0, 0, 0 },
};

static zkl_bytes vector_file(zkl_test *t, const char *name)
{
    char *const path =
        zkl_arena_format(&t->arena, "%s/tests/vectors/iden3/%s", ZKL_TEST_SOURCE_DIR, name);
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    zkl_error err = { 0 };
    if (zkl_file_read(&content, path, 1u << 20, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return zkl_bytes_of(zkl_arena_copy(&t->arena, content.data, content.size), content.size);
}

/* A copy that may be changed. */
static uint8_t *changeable(zkl_test *t, zkl_bytes file)
{
    return zkl_arena_copy(&t->arena, file.data, file.size);
}

static zkl_status copy_once(zkl_test *t, const struct kind *kind, zkl_bytes file, bool *same)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_error err = { 0 };
    const zkl_status status = kind->copy(&again, file, &arena, t->pool, &err);
    if (status != ZKL_OK && err.text[0] == 0)
        FAIL(t, "%s refused without a text", kind->name);
    *same = status == ZKL_OK && again.size == file.size &&
            memcmp(again.data, file.data, file.size) == 0;
    return status;
}

/* ---- snarkjs's files */

/* Reading and writing again gives snarkjs's bytes. */
static void test_iden3_files__are_written_as_they_were_read(zkl_test *t)
{
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++) {
        bool same;
        CHECK_STATUS(t, ZKL_OK, copy_once(t, &kinds[i], vector_file(t, kinds[i].name), &same));
        if (!same)
            FAIL(t, "%s came out otherwise", kinds[i].name);
    }
}

/* Each array is what its name says: one pairing an element. */
static void test_iden3_ptau__arrays_are_powers_and_lagrange_points(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_powers powers;
    zkl_ptau_history history;
    REQUIRE_OK(t, &err,
               zkl_ptau_parse(&powers, &history, vector_file(t, "toy.ptau"), 0,
                              &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool }, &err));
    CHECK_UINT_EQ(t, powers.power, 3);
    CHECK_UINT_EQ(t, history.ceremony_power, 3);
    CHECK_UINT_EQ(t, history.count, 2);
    CHECK_UINT_EQ(t, history.contributions[1].type, 1);
    CHECK_UINT_EQ(t, zkl_ptau_people(&history), 1);
    CHECK(t, powers.development); /* a beacon is no second person */
    CHECK_MEM_EQ(t, history.contributions[0].parameters.data,
                 "\x01\x05"
                 "first",
                 7);
    const zkl_g2_affine *const one = &zkl_g2_generator, *const tau = &powers.tau_2[1];
    for (size_t i = 0; i + 1 < 15; i++)
        CHECK(t, zkl_pairings_equal(&powers.tau_1[i], tau, &powers.tau_1[i + 1], one));
    for (size_t i = 0; i < 8; i++) {
        CHECK(t, zkl_pairings_equal(&powers.tau_1[i], one, &zkl_g1_generator, &powers.tau_2[i]));
        CHECK(t, zkl_pairings_equal(&powers.alpha_1[0], &powers.tau_2[i], &powers.alpha_1[i], one));
        CHECK(t, zkl_pairings_equal(&powers.beta_1[0], &powers.tau_2[i], &powers.beta_1[i], one));
    }
    CHECK(t, zkl_pairings_equal(&powers.beta_1[0], one, &zkl_g1_generator, &powers.beta_2));

    /* tau^j = sum over i of w^(ij) L_i(tau), for our root w of the domain of 8 points, j < 8. */
    zkl_fr root, base = ZKL_FR_ONE;
    zkl_ntt_root(&root, 3);
    for (size_t j = 0; j < 8; j++) {
        zkl_fr weights[8];
        weights[0] = ZKL_FR_ONE;
        for (size_t i = 1; i < 8; i++)
            zkl_fr_mul(&weights[i], &weights[i - 1], &base);
        zkl_g1 sum;
        zkl_g1_affine got;
        const size_t start = zkl_powers_domain_start(3);
        REQUIRE_OK(t, &err, zkl_g1_msm(&sum, powers.lagrange_1 + start, weights, 8, t->pool, &err));
        zkl_g1_normalize(&got, &sum);
        CHECK_MEM_EQ(t, &got, &powers.tau_1[j], sizeof got);
        REQUIRE_OK(t, &err,
                   zkl_g1_msm(&sum, powers.lagrange_alpha_1 + start, weights, 8, t->pool, &err));
        zkl_g1_normalize(&got, &sum);
        CHECK_MEM_EQ(t, &got, &powers.alpha_1[j], sizeof got);
        REQUIRE_OK(t, &err,
                   zkl_g1_msm(&sum, powers.lagrange_beta_1 + start, weights, 8, t->pool, &err));
        zkl_g1_normalize(&got, &sum);
        CHECK_MEM_EQ(t, &got, &powers.beta_1[j], sizeof got);
        zkl_fr_mul(&base, &base, &root);
    }
}

/* The first powers of a larger file. */
static void test_iden3_ptau__reads_a_part_of_a_larger_file(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_powers all, part;
    const zkl_bytes file = vector_file(t, "toy.ptau");
    REQUIRE_OK(t, &err,
               zkl_ptau_parse(&all, NULL, file, 3,
                              &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool }, &err));
    REQUIRE_OK(t, &err,
               zkl_ptau_parse(&part, NULL, file, 2,
                              &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool }, &err));
    CHECK_UINT_EQ(t, part.power, 2);
    CHECK_MEM_EQ(t, part.tau_1, all.tau_1, 7 * sizeof *all.tau_1);
    CHECK_MEM_EQ(t, part.lagrange_1, all.lagrange_1, 15 * sizeof *all.lagrange_1);
    CHECK_MEM_EQ(t, part.lagrange_2, all.lagrange_2, 7 * sizeof *all.lagrange_2);
    CHECK_STATUS(t, ZKL_LIMIT,
                 zkl_ptau_parse(&part, NULL, file, 4,
                                &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool },
                                &err));
    CHECK_STATUS(t, ZKL_LIMIT,
                 zkl_ptau_parse(&part, NULL, file, ZKL_POWERS_POWER_MAX + 1,
                                &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool },
                                &err));
}

/* snarkjs's powers are powers; with any one point exchanged for another of the group they are
 * not. */
static void test_iden3_ptau__check_tells_powers_from_others(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    zkl_powers powers;
    const zkl_bytes file = vector_file(t, "toy.ptau");
    REQUIRE_OK(t, &err,
               zkl_ptau_parse(&powers, NULL, file, 0,
                              &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool }, &err));
    REQUIRE_OK(t, &err, zkl_ptau_check(&powers, &env, &err));
    const struct {
        const void *array;
        size_t count, size;
    } arrays[] = {
        { powers.tau_1, 15, 96 },           { powers.tau_2, 8, 192 },
        { powers.alpha_1, 8, 96 },          { powers.beta_1, 8, 96 },
        { &powers.beta_2, 1, 192 },         { powers.lagrange_1, 31, 96 },
        { powers.lagrange_2, 15, 192 },     { powers.lagrange_alpha_1, 15, 96 },
        { powers.lagrange_beta_1, 15, 96 },
    };
    for (size_t a = 0; a < ZKL_COUNT(arrays); a++)
        for (size_t i = 0; i < arrays[a].count; i++) {
            uint8_t *const place = (uint8_t *)(uintptr_t)arrays[a].array + i * arrays[a].size;
            uint8_t kept[192];
            memcpy(kept, place, arrays[a].size);
            zkl_fr factor;
            zkl_fr_from_u64(&factor, 2 + test_random_below(t, 1000));
            if (arrays[a].size == 96) {
                zkl_g1 point;
                zkl_g1_affine base;
                memcpy(&base, place, sizeof base);
                zkl_g1_mul(&point, &base, &factor);
                zkl_g1_normalize(&base, &point);
                memcpy(place, &base, sizeof base);
            } else {
                zkl_g2 point;
                zkl_g2_affine base;
                memcpy(&base, place, sizeof base);
                zkl_g2_mul(&point, &base, &factor);
                zkl_g2_normalize(&base, &point);
                memcpy(place, &base, sizeof base);
            }
            if (zkl_ptau_check(&powers, &env, &err) != ZKL_REJECTED)
                FAIL(t, "array %zu with another point %zu was taken", a, i);
            memcpy(place, kept, arrays[a].size);
        }
    CHECK_STATUS(t, ZKL_OK, zkl_ptau_check(&powers, &env, &err));
}

static void test_iden3_r1cs__is_the_circuit(zkl_test *t)
{
    zkl_error err = { 0 };
    toy_circuit toy;
    toy_circuit_make(&toy);
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    REQUIRE_OK(t, &err, zkl_iden3_r1cs_encode(&bytes, &toy.r1cs, &err));
    const zkl_bytes file = vector_file(t, "toy.r1cs");
    CHECK_UINT_EQ(t, bytes.size, file.size);
    CHECK_MEM_EQ(t, bytes.data, file.data, file.size);
    zkl_r1cs read;
    REQUIRE_OK(t, &err, zkl_iden3_r1cs_parse(&read, &t->arena, file, &err));
    CHECK_UINT_EQ(t, read.wire_count, TOY_WIRES);
    CHECK_UINT_EQ(t, read.public_count, 1);
    CHECK_UINT_EQ(t, read.constraint_count, 3);
    CHECK_MEM_EQ(t, read.a.starts, toy.starts_a, sizeof toy.starts_a);
    CHECK_MEM_EQ(t, &read.a.terms[2].coefficient, &toy.a[2].coefficient, sizeof(zkl_fr));

    const zkl_fr *wires;
    uint32_t count;
    REQUIRE_OK(t, &err,
               zkl_iden3_wtns_parse(&wires, &count, &t->arena, vector_file(t, "toy.wtns"), &err));
    zkl_fr want[TOY_WIRES];
    toy_circuit_assign(want, 3);
    CHECK_UINT_EQ(t, count, TOY_WIRES);
    CHECK_MEM_EQ(t, wires, want, sizeof want);
}

/* Rows of A and B with the rows that iden3 adds for public wires, and coefficients free of their
 * Montgomery factors. */
static void test_iden3_zkey__holds_the_circuits_rows(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_groth16_key key;
    zkl_zkey_history history;
    REQUIRE_OK(t, &err,
               zkl_zkey_parse(&key, &history, vector_file(t, "toy.zkey"),
                              &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool }, &err));
    toy_circuit toy;
    toy_circuit_make(&toy);
    CHECK_UINT_EQ(t, key.log_domain, 3);
    CHECK_UINT_EQ(t, key.row_count, 5);
    CHECK_UINT_EQ(t, history.count, 1);
    const uint32_t starts_a[] = { 0, 1, 2, 5, 6, 7 }, starts_b[] = { 0, 1, 2, 3, 3, 3 };
    CHECK_MEM_EQ(t, key.rows_a.starts, starts_a, sizeof starts_a);
    CHECK_MEM_EQ(t, key.rows_b.starts, starts_b, sizeof starts_b);
    for (size_t i = 0; i < 5; i++) { /* JavaScript sorts a row by wire */
        bool found = false;
        for (size_t k = 0; k < 5; k++)
            found =
                found || (key.rows_a.terms[i].wire == toy.a[k].wire &&
                          zkl_fr_equal(&key.rows_a.terms[i].coefficient, &toy.a[k].coefficient));
        CHECK(t, found);
    }
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_UINT_EQ(t, key.rows_a.terms[5 + i].wire, i);
        CHECK(t, zkl_fr_equal(&key.rows_a.terms[5 + i].coefficient, &ZKL_FR_ONE));
    }
    zkl_groth16_vk vk;
    REQUIRE_OK(t, &err, zkl_iden3_vk_parse(&vk, vector_file(t, "verification_key.json"), &err));
    CHECK_MEM_EQ(t, &key.vk, &vk, sizeof vk);
}

/* ---- broken files */

static void test_iden3_files__refuse_every_truncation(zkl_test *t)
{
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++) {
        const zkl_bytes file = vector_file(t, kinds[i].name);
        for (size_t size = 0; size < file.size; size++) {
            bool same;
            if (copy_once(t, &kinds[i], zkl_bytes_of(file.data, size), &same) == ZKL_OK)
                FAIL(t, "%s cut to %zu bytes was taken", kinds[i].name, size);
        }
        uint8_t *const longer = zkl_arena_alloc(&t->arena, file.size + 1, 1);
        memcpy(longer, file.data, file.size);
        bool same;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     copy_once(t, &kinds[i], zkl_bytes_of(longer, file.size + 1), &same));
    }
}

/* A changed byte is refused, or means something else: then it comes out as it went in. Nothing has
 * two encodings. */
static void test_iden3_files__have_one_encoding(zkl_test *t)
{
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++) {
        const zkl_bytes file = vector_file(t, kinds[i].name);
        uint8_t *const bytes = changeable(t, file);
        const size_t meaning = file.size - kinds[i].loose_tail;
        const size_t rounds = meaning < 600 ? meaning : 600;
        for (size_t k = 0; k < rounds; k++) {
            const size_t at = meaning == rounds ? k : (size_t)test_random_below(t, meaning);
            const uint8_t change = (uint8_t)(1 + test_random_below(t, 255));
            if (at >= kinds[i].loose_begin && at < kinds[i].loose_end)
                continue;
            bytes[at] ^= change;
            bool same;
            if (copy_once(t, &kinds[i], zkl_bytes_of(bytes, file.size), &same) == ZKL_OK && !same)
                FAIL(t, "%s with byte %zu changed by %02x came out otherwise", kinds[i].name, at,
                     change);
            bytes[at] ^= change;
        }
    }
}

static void test_iden3_files__report_lack_of_memory(zkl_test *t)
{
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++) {
        const zkl_bytes file = vector_file(t, kinds[i].name);
        zkl_status status = ZKL_NO_MEMORY;
        for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 200; nth++) {
            ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
            ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
            zkl_error err = { 0 };
            (void)zkl_malloc_fail_after(nth); /* the count is of no interest */
            status = kinds[i].copy(&again, file, &arena, NULL, &err);
            (void)zkl_malloc_fail_after(0);
            if (nth == 1)
                CHECK_STATUS(t, ZKL_NO_MEMORY, status);
        }
        CHECK_STATUS(t, ZKL_OK, status);
    }
}

/* Where the section of that type begins, its length in *size. */
static size_t section_at(zkl_bytes file, uint32_t type, size_t *size)
{
    for (size_t at = 12; at + 12 <= file.size;) {
        uint32_t got;
        uint64_t length;
        memcpy(&got, file.data + at, 4);
        memcpy(&length, file.data + at + 4, 8);
        if (got == type) {
            *size = (size_t)length;
            return at + 12;
        }
        at += 12 + (size_t)length;
    }
    abort();
}

static zkl_status parse_ptau(zkl_test *t, const uint8_t *bytes, size_t size, zkl_iden3_trust trust,
                             zkl_error *err)
{
    zkl_powers powers;
    return zkl_ptau_parse(&powers, NULL, zkl_bytes_of(bytes, size), 0,
                          &(zkl_iden3_reading){ &t->arena, trust, t->pool }, err);
}

/* (0, 2) has order 3 on y^2 = x^3 + 4. */
static zkl_g1_affine point_of_order_three(void)
{
    zkl_g1_affine point = { 0 };
    const uint64_t two[6] = { 2 };
    blst_fp_from_uint64(&point.y, two);
    return point;
}

static void add_to_g1(zkl_g1_affine *point, const zkl_g1_affine *other)
{
    zkl_g1 sum;
    blst_p1_from_affine(&sum, point);
    blst_p1_add_or_double_affine(&sum, &sum, other);
    zkl_g1_normalize(point, &sum);
}

static void test_iden3_points__refuse_what_is_not_in_the_group(zkl_test *t)
{
    const zkl_bytes file = vector_file(t, "toy.ptau");
    size_t size;
    const size_t at = section_at(file, 4, &size) + 3 * sizeof(zkl_g1_affine);
    const zkl_g1_affine torsion = point_of_order_three();
    CHECK(t, blst_p1_affine_on_curve(&torsion) && !blst_p1_affine_in_g1(&torsion));
    zkl_g1_affine point;
    zkl_error err = { 0 };
    uint8_t *const bytes = changeable(t, file);

    memcpy(&point, bytes + at, sizeof point);
    add_to_g1(&point, &torsion);
    memcpy(bytes + at, &point, sizeof point);
    CHECK_STATUS(t, ZKL_BAD_INPUT, parse_ptau(t, bytes, file.size, ZKL_IDEN3_CHECKED, &err));
    CHECK_TEXT_EQ(t, err.text, "[alpha tau^i]_1: point 3 is bad: outside the subgroup");
    CHECK_STATUS(t, ZKL_OK, parse_ptau(t, bytes, file.size, ZKL_IDEN3_TRUSTED, &err));

    memcpy(bytes + at, file.data + at, sizeof point);
    bytes[at + 48] ^= 1;
    CHECK_STATUS(t, ZKL_BAD_INPUT, parse_ptau(t, bytes, file.size, ZKL_IDEN3_CHECKED, &err));
    CHECK_TEXT_EQ(t, err.text, "[alpha tau^i]_1: point 3 is bad: off the curve");

    /* x + p is the same number, written otherwise. p: the field's order as the header gives it. */
    memcpy(bytes + at, file.data + at, sizeof point);
    size_t header_size;
    const size_t header = section_at(file, 1, &header_size);
    unsigned carry = 0;
    for (size_t i = 0; i < 48; i++) {
        carry += (unsigned)bytes[at + i] + bytes[header + 4 + i];
        bytes[at + i] = (uint8_t)carry;
        carry >>= 8;
    }
    CHECK_STATUS(t, ZKL_BAD_INPUT, parse_ptau(t, bytes, file.size, ZKL_IDEN3_TRUSTED, &err));
    CHECK_TEXT_EQ(t, err.text, "[alpha tau^i]_1: point 3 is bad: a coordinate is not reduced");

    memset(bytes + at, 0, sizeof point);
    CHECK_STATUS(t, ZKL_BAD_INPUT, parse_ptau(t, bytes, file.size, ZKL_IDEN3_TRUSTED, &err));
    CHECK_TEXT_EQ(t, err.text, "[alpha tau^i]_1: point 3 is bad: at infinity");
}

static void test_iden3_zkey__refuses_keys_nobody_contributed_to(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_groth16_key key;
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_zkey_parse(&key, NULL, vector_file(t, "initial.zkey"),
                                &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_CHECKED, t->pool },
                                &err));
    CHECK(t, strstr(err.text, "generator") != NULL);
}

/* Elements of the key's header, each in turn put in place of another. */
static void test_iden3_zkey__refuses_inconsistent_elements(zkl_test *t)
{
    enum { ALPHA = 100, BETA_1 = 196, BETA_2 = 292, GAMMA = 484, DELTA_1 = 676, DELTA_2 = 772 };
    static const struct {
        size_t to, from, size;
        zkl_status status;
        const char *text;
    } swaps[] = {
        { GAMMA, DELTA_2, 192, ZKL_REJECTED, "gamma equals delta" },
        { DELTA_2, BETA_2, 192, ZKL_BAD_INPUT, "delta differs between the groups" },
        { BETA_1, ALPHA, 96, ZKL_BAD_INPUT, "beta differs between the groups" },
        { DELTA_1, BETA_1, 96, ZKL_BAD_INPUT, "delta differs between the groups" },
        { DELTA_2, GAMMA, 192, ZKL_REJECTED, "delta is the generator" },
    };
    const zkl_bytes file = vector_file(t, "toy.zkey");
    size_t size;
    const size_t header = section_at(file, 2, &size);
    CHECK_UINT_EQ(t, size, DELTA_2 + 192);
    for (size_t i = 0; i < ZKL_COUNT(swaps); i++) {
        uint8_t *const bytes = changeable(t, file);
        memcpy(bytes + header + swaps[i].to, file.data + header + swaps[i].from, swaps[i].size);
        zkl_error err = { 0 };
        zkl_groth16_key key;
        CHECK_STATUS(t, swaps[i].status,
                     zkl_zkey_parse(&key, NULL, zkl_bytes_of(bytes, file.size),
                                    &(zkl_iden3_reading){ &t->arena, ZKL_IDEN3_TRUSTED, t->pool },
                                    &err));
        CHECK(t, strstr(err.text, swaps[i].text) != NULL);
    }
}

/* Counts that lie are refused before anything of their size is allocated. */
static void test_iden3_files__refuse_sizes_that_lie(zkl_test *t)
{
    static const struct {
        size_t kind;
        uint32_t section;
        size_t at;
    } counts[] = {
        { 0, 1, 52 }, { 0, 7, 0 }, /* power, contributions */
        { 1, 2, 88 }, { 1, 2, 92 },  { 1, 2, 96 },
        { 1, 4, 0 },  { 1, 10, 64 }, /* wires, public, domain, terms, history */
        { 2, 1, 36 }, { 2, 1, 40 },  { 2, 1, 60 },
        { 2, 2, 0 }, /* wires, outputs, constraints, terms */
        { 3, 1, 36 },
    };
    static const uint32_t lies[] = { 0, 0x7fffffff, 0xffffffff, 1u << 27, 16 };
    for (size_t i = 0; i < ZKL_COUNT(counts); i++) {
        const struct kind *const kind = &kinds[counts[i].kind];
        const zkl_bytes file = vector_file(t, kind->name);
        size_t size;
        uint8_t *const place = changeable(t, file);
        const size_t at = section_at(file, counts[i].section, &size) + counts[i].at;
        for (size_t k = 0; k < ZKL_COUNT(lies); k++) {
            memcpy(place + at, &lies[k], 4);
            /* (A row without its one term leaves bytes that happen to read as another.) */
            if (memcmp(place + at, file.data + at, 4) == 0 || (i == 10 && lies[k] == 0))
                continue;
            bool same;
            if (copy_once(t, kind, zkl_bytes_of(place, file.size), &same) == ZKL_OK)
                FAIL(t, "%s: section %u, byte %zu: %x was taken", kind->name, counts[i].section,
                     counts[i].at, lies[k]);
        }
    }
}

static void test_iden3_files__refuse_other_fields_and_versions(zkl_test *t)
{
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++) {
        const zkl_bytes file = vector_file(t, kinds[i].name);
        uint8_t *const bytes = changeable(t, file);
        bool same;
        bytes[0] ^= 0x20;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     copy_once(t, &kinds[i], zkl_bytes_of(bytes, file.size), &same));
        bytes[0] ^= 0x20;
        bytes[4] ^= 3;
        CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                     copy_once(t, &kinds[i], zkl_bytes_of(bytes, file.size), &same));
        bytes[4] ^= 3;
        size_t size;
        const size_t header = section_at(file, i == 1 ? 2 : 1, &size);
        bytes[header + 4] ^= 2; /* the field's order */
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     copy_once(t, &kinds[i], zkl_bytes_of(bytes, file.size), &same));
        bytes[header + 4] ^= 2;
        bytes[8]++; /* one section more than there is */
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     copy_once(t, &kinds[i], zkl_bytes_of(bytes, file.size), &same));
        bytes[8]--;
        bytes[12] = 15; /* the first section under another type */
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     copy_once(t, &kinds[i], zkl_bytes_of(bytes, file.size), &same));
    }
}

static void test_iden3_wtns__refuses_values_not_below_the_order(zkl_test *t)
{
    const zkl_bytes file = vector_file(t, "toy.wtns");
    uint8_t *const bytes = changeable(t, file);
    size_t size;
    const size_t order = section_at(file, 1, &size) + 4, values = section_at(file, 2, &size);
    memcpy(bytes + values + 64, bytes + order, 32);
    bool same;
    CHECK_STATUS(t, ZKL_BAD_INPUT, copy_once(t, &kinds[3], zkl_bytes_of(bytes, file.size), &same));
    bytes[values + 64]--;
    CHECK_STATUS(t, ZKL_OK, copy_once(t, &kinds[3], zkl_bytes_of(bytes, file.size), &same));
    bytes[values] = 2; /* wire 0 */
    CHECK_STATUS(t, ZKL_BAD_INPUT, copy_once(t, &kinds[3], zkl_bytes_of(bytes, file.size), &same));
}

/* ---- JSON */

typedef struct snark {
    zkl_groth16_vk vk;
    zkl_groth16_proof proof;
    zkl_fr input;
} snark;

static snark read_snark(zkl_test *t)
{
    snark s = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_OK,
                 zkl_iden3_vk_parse(&s.vk, vector_file(t, "verification_key.json"), &err));
    CHECK_STATUS(t, ZKL_OK, zkl_iden3_proof_parse(&s.proof, vector_file(t, "proof.json"), &err));
    CHECK_STATUS(t, ZKL_OK, zkl_iden3_public_parse(&s.input, vector_file(t, "public.json"), &err));
    return s;
}

/* e(A, B) = e(alpha, beta) e(IC0 + x IC1, gamma) e(C, delta): snarkjs's proof holds as we read
 * it. */
static void test_iden3_json__is_a_proof_that_holds(zkl_test *t)
{
    const snark s = read_snark(t);
    zkl_fr want;
    zkl_fr_from_u64(&want, 3 * 3 * 3 + 3 + 5);
    CHECK_MEM_EQ(t, &s.input, &want, sizeof want);
    zkl_g1 ic;
    zkl_g1_affine p[4] = { s.proof.a, s.vk.alpha, s.proof.a, s.proof.c };
    const zkl_g2_affine q[4] = { s.proof.b, s.vk.beta, s.vk.gamma, s.vk.delta };
    blst_fp_cneg(&p[0].y, &p[0].y, true);
    zkl_g1_mul(&ic, &s.vk.ic[1], &s.input);
    blst_p1_add_or_double_affine(&ic, &ic, &s.vk.ic[0]);
    zkl_g1_normalize(&p[2], &ic);
    CHECK(t, zkl_pairing_product_is_one(p, q, 4));
}

static void check_same_json(zkl_test *t, const zkl_buffer *ours, zkl_bytes theirs)
{
    json_error_t why;
    json_t *const a =
        json_loadb((const char *)ours->data, ours->size, JSON_REJECT_DUPLICATES, &why);
    json_t *const b = json_loadb((const char *)theirs.data, theirs.size, 0, &why);
    CHECK(t, a && b && json_equal(a, b));
    json_decref(a);
    json_decref(b);
}

/* What we write says what snarkjs wrote, the pairing of alpha and beta included. */
static void test_iden3_json__is_written_as_snarkjs_means_it(zkl_test *t)
{
    const snark s = read_snark(t);
    ZKL_AUTO_CLEAR(zkl_buffer) key = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) proof = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) input = { 0 };
    zkl_iden3_vk_encode(&key, &s.vk);
    zkl_iden3_proof_encode(&proof, &s.proof);
    zkl_iden3_public_encode(&input, &s.input);
    check_same_json(t, &key, vector_file(t, "verification_key.json"));
    check_same_json(t, &proof, vector_file(t, "proof.json"));
    check_same_json(t, &input, vector_file(t, "public.json"));

    zkl_error err = { 0 };
    char *const folder = zkl_arena_format(&t->arena, "%s/export", test_folder(t));
    REQUIRE_OK(t, &err, zkl_snarkjs_export(folder, ".", &s.vk, &s.proof, &s.input, &err));
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    REQUIRE_OK(
        t, &err,
        zkl_file_read(&file, zkl_arena_format(&t->arena, "%s/proof.json", folder), 65536, &err));
    CHECK_UINT_EQ(t, file.size, proof.size);
    CHECK_MEM_EQ(t, file.data, proof.data, proof.size);
}

/* file with the first occurrence of from replaced. */
static zkl_bytes replaced(zkl_test *t, zkl_bytes file, const char *from, const char *to)
{
    const uint8_t *const at = memmem(file.data, file.size, from, strlen(from));
    if (!at) {
        FAIL(t, "'%s' is not there", from);
        return file;
    }
    const int before = (int)(at - file.data),
              after = (int)(file.size - (size_t)before - strlen(from));
    char *const text = zkl_arena_format(&t->arena, "%.*s%s%.*s", before, (const char *)file.data,
                                        to, after, (const char *)at + strlen(from));
    return zkl_bytes_of_text(text);
}

static void test_iden3_json__refuses_other_forms(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_groth16_proof proof;
    zkl_groth16_vk vk;
    zkl_fr input;
    const zkl_bytes proof_file = vector_file(t, "proof.json"),
                    vk_file = vector_file(t, "verification_key.json");
    static const char *const edits[][2] = {
        { "\"groth16\"", "\"plonk\"" },
        { "\"bls12381\"", "\"bn128\"" },
        { "\"pi_a\"", "\"pi_d\"" },
        { "\"pi_a\": [\n  \"", "\"pi_a\": [\n  \"0" },
        { "\"pi_a\": [\n  \"", "\"pi_a\": [\n  \"-" },
        { "\"pi_a\": [\n  \"", "\"pi_a\": [\n  \" " },
        { "\"pi_a\": [\n  \"", "\"pi_a\": [\n  \"1" },
        { "\"1\"\n ],\n \"pi_b\"", "\"2\"\n ],\n \"pi_b\"" },
        { "\"1\"\n ],\n \"pi_b\"", "1\n ],\n \"pi_b\"" },
        { "\"protocol\"", "\"curve\": \"bls12381\",\n \"protocol\"" },
        { "\"protocol\"", "\"more\": 1,\n \"protocol\"" },
    };
    for (size_t i = 0; i < ZKL_COUNT(edits); i++)
        if (zkl_iden3_proof_parse(&proof, replaced(t, proof_file, edits[i][0], edits[i][1]),
                                  &err) == ZKL_OK)
            FAIL(t, "proof with '%s' was taken", edits[i][1]);
    static const char *const key_edits[][2] = {
        { "\"nPublic\": 1", "\"nPublic\": 2" },
        { "\"nPublic\": 1", "\"nPublic\": \"1\"" },
        { "\"vk_alphabeta_12\": [\n  [\n   [\n    \"",
          "\"vk_alphabeta_12\": [\n  [\n   [\n    \"1" },
        { "\"vk_alphabeta_12\"", "\"vk_gammabeta_12\"" },
        { "\"IC\"", "\"ic\"" },
    };
    for (size_t i = 0; i < ZKL_COUNT(key_edits); i++)
        if (zkl_iden3_vk_parse(&vk, replaced(t, vk_file, key_edits[i][0], key_edits[i][1]), &err) ==
            ZKL_OK)
            FAIL(t, "key with '%s' was taken", key_edits[i][1]);
    static const char *const inputs[] = {
        "[]",
        "[35]",
        "[\"35\", \"36\"]",
        "[\"035\"]",
        "[\"\"]",
        "\"35\"",
        "[\"35\"",
        "[\"0x23\"]",
        "[\"35 \"]",
        /* r, and r + 35; r = order of the scalar field */
        "[\"52435875175126190479447740508185965837690552500527637822603658699938581184513\"]",
        "[\"52435875175126190479447740508185965837690552500527637822603658699938581184548\"]",
    };
    for (size_t i = 0; i < ZKL_COUNT(inputs); i++)
        if (zkl_iden3_public_parse(&input, zkl_bytes_of_text(inputs[i]), &err) == ZKL_OK)
            FAIL(t, "public input %s was taken", inputs[i]);
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_iden3_public_parse(&input,
                               zkl_bytes_of_text("[\"52435875175126190479447740508185965837690"
                                                 "552500527637822603658699938581184512\"]"),
                               &err));
    zkl_fr_add(&input, &input, &ZKL_FR_ONE);
    CHECK(t, zkl_fr_is_zero(&input));
}

/* Coordinates x and x + p are one point for a reader that reduces; ours refuses the second. */
static void test_iden3_json__refuses_coordinates_not_below_p(zkl_test *t)
{
    const zkl_bytes file = zkl_bytes_of_text(
        "{\"pi_a\":["
        "\"4002409555221667393417789825735904156556882819939007885332058136124031650490837864442687"
        "629129015"
        "664037894272559787\",\"2\",\"1\"],\"protocol\":\"groth16\",\"curve\":\"bls12381\"}");
    zkl_groth16_proof proof;
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_iden3_proof_parse(&proof, file, &err)); /* x = p, which is 0: (0, 2) */
    CHECK_TEXT_EQ(t, err.text, "'pi_a' is not an affine point of decimal strings");
}

/* The pairings hold when a point of order 3 is added to A or C, since 3 is no divisor of r: only
 * the subgroup check, which snarkjs lacks, tells the two proofs apart. */
static void test_iden3_json__refuses_a_torsion_point(zkl_test *t)
{
    const snark s = read_snark(t);
    const zkl_g1_affine torsion = point_of_order_three();
    for (int which = 0; which < 2; which++) {
        zkl_groth16_proof proof = s.proof, read;
        add_to_g1(which ? &proof.c : &proof.a, &torsion);
        ZKL_AUTO_CLEAR(zkl_buffer) json = { 0 };
        zkl_error err = { 0 };
        zkl_iden3_proof_encode(&json, &proof);
        CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_iden3_proof_parse(&read, zkl_buffer_bytes(&json), &err));
        CHECK_TEXT_EQ(t, err.text,
                      which ? "'pi_c' is not in the group" : "'pi_a' is not in the group");
    }
}

ZKL_TESTS(TEST(test_iden3_files__are_written_as_they_were_read),
          TEST(test_iden3_ptau__arrays_are_powers_and_lagrange_points),
          TEST(test_iden3_ptau__reads_a_part_of_a_larger_file),
          TEST(test_iden3_ptau__check_tells_powers_from_others),
          TEST(test_iden3_r1cs__is_the_circuit), TEST(test_iden3_zkey__holds_the_circuits_rows),
          TEST(test_iden3_files__refuse_every_truncation),
          TEST(test_iden3_files__have_one_encoding), TEST(test_iden3_files__report_lack_of_memory),
          TEST(test_iden3_points__refuse_what_is_not_in_the_group),
          TEST(test_iden3_zkey__refuses_keys_nobody_contributed_to),
          TEST(test_iden3_zkey__refuses_inconsistent_elements),
          TEST(test_iden3_files__refuse_sizes_that_lie),
          TEST(test_iden3_files__refuse_other_fields_and_versions),
          TEST(test_iden3_wtns__refuses_values_not_below_the_order),
          TEST(test_iden3_json__is_a_proof_that_holds),
          TEST(test_iden3_json__is_written_as_snarkjs_means_it),
          TEST(test_iden3_json__refuses_other_forms),
          TEST(test_iden3_json__refuses_coordinates_not_below_p),
          TEST(test_iden3_json__refuses_a_torsion_point))
