/* Disclosed rows in the toy world: the model's statement byte for byte, by a plain prover written
 * after the model and by the product's; then provers who lie in every way that a direct opening
 * leaves open, and each is refused. */
#include "prove/prove_internal.h"
#include "toy.h"
#include "verify/direct.h"

enum { ROWS = 21, CHUNKS = 2, A_CHUNK = 4, BLOCKS = CHUNKS * A_CHUNK, PARTS_MAX = 33 };

/* x (two limbs) with its flag, k (one limb); chunk 1 has 5 rows. Row 5 and row 18 are null. */
typedef struct world {
    zkl_test *t;
    uint64_t x[ROWS], null[ROWS], k[ROWS];
    zkl_fr f[BLOCKS][TOY_SRS]; /* polynomials of the blocks: cells, blinder at X^C */
    uint16_t cells[BLOCKS][TOY_C];
    const uint16_t *cell_list[BLOCKS];
    zkl_fr blinders[BLOCKS];
    uint8_t points[BLOCKS][ZKL_POINT_BYTES], masks[PARTS_MAX][ZKL_POINT_BYTES];
    zkl_fr g[PARTS_MAX][2 * TOY_HALF];
    zkl_statement_column columns[3];
    zkl_statement_table table;
    uint32_t indexes[1];
    zkl_scalar params[PARTS_MAX][1 + A_CHUNK];
    zkl_assertion assertions[PARTS_MAX];
    zkl_statement s;
    uint64_t drawn;
} world;

static zkl_scalar scalar(zkl_fr v)
{
    zkl_scalar out;
    zkl_fr_encode(out.bytes, &v);
    return out;
}

static zkl_fr draw(world *w)
{
    return toy_vector_secret(++w->drawn);
}

/* Part i says the row as it is. */
static void state_row(world *w, size_t part, uint64_t row)
{
    const uint64_t cells[] = { row, w->x[row] % TOY_C, w->x[row] / TOY_C, w->null[row], w->k[row] };
    for (size_t j = 0; j < ZKL_COUNT(cells); j++)
        w->params[part][j] = scalar(toy_int((int64_t)cells[j]));
    w->assertions[part] =
        (zkl_assertion){ ZKL_ASSERTION_DISCLOSE, w->params[part], 1 + A_CHUNK, w->indexes, 1 };
}

static void set_cells(world *w)
{
    for (size_t i = 0; i < ROWS; i++) {
        const size_t chunk = i / TOY_C * A_CHUNK, at = i % TOY_C;
        w->cells[chunk][at] = w->x[i] % TOY_C;
        w->cells[chunk + 1][at] = (uint16_t)(w->x[i] / TOY_C);
        w->cells[chunk + 2][at] = (uint16_t)w->null[i];
        w->cells[chunk + 3][at] = (uint16_t)w->k[i];
    }
    for (size_t b = 0; b < BLOCKS; b++) {
        for (size_t i = 0; i < TOY_C; i++)
            w->f[b][i] = toy_int(w->cells[b][i]);
        w->f[b][TOY_C] = w->blinders[b];
        toy_commit(w->points[b], w->f[b], TOY_SRS);
    }
}

static world *make_world(zkl_test *t, const uint64_t *rows, size_t count)
{
    world *w = ZKL_ARENA_NEW(&t->arena, world, 1);
    *w = (world){ .t = t };
    for (size_t i = 0; i < ROWS; i++) {
        w->null[i] = i == 5 || i == 18;
        w->x[i] = w->null[i] ? 0 : (37 * i + 11) % (TOY_C * TOY_C);
        w->k[i] = (5 * i + 3) % TOY_C;
    }
    for (size_t b = 0; b < BLOCKS; b++) {
        w->blinders[b] = draw(w);
        w->cell_list[b] = w->cells[b];
    }
    set_cells(w);
    static const char *const roles[] = { "0", "0?", "2" };
    static const uint32_t limbs[] = { 2, 1, 1 };
    for (uint32_t i = 0; i < 3; i++)
        w->columns[i] = (zkl_statement_column){ zkl_bytes_of_text(roles[i]), i, limbs[i] };
    w->table = (zkl_statement_table){ .row_count = ROWS, .columns = w->columns, .column_count = 3 };
    for (size_t i = 0; i < count; i++)
        state_row(w, i, rows[i]);
    w->s = (zkl_statement){ .assertions = w->assertions,
                            .assertion_count = count,
                            .tables = &w->table,
                            .table_count = 1,
                            .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])w->points,
                            .block_count = BLOCKS,
                            .masks = (const uint8_t(*)[ZKL_POINT_BYTES])w->masks,
                            .mask_count = count };
    return w;
}

/* ---- the plain prover */

typedef struct shown {
    zkl_buffer statement, proof;
    zkl_fr t0;
    zkl_direct_opening parts[PARTS_MAX];
    zkl_fr w[PARTS_MAX][TOY_SRS];
} shown;

static void shown_clear(shown *out)
{
    zkl_buffer_clear(&out->statement);
    zkl_buffer_clear(&out->proof);
}

static void encode_parts(shown *out, size_t count)
{
    zkl_buffer_clear(&out->proof);
    for (size_t i = 0; i < count; i++)
        zkl_direct_encode(&out->proof, &out->parts[i]);
}

/* Quotient of f by X - z. */
static void divide(zkl_fr *f, size_t count, zkl_fr z)
{
    zkl_fr carry = ZKL_FR_ZERO;
    for (size_t i = count; i--;) {
        const zkl_fr at = f[i];
        f[i] = carry;
        carry = toy_add(at, toy_mul(carry, z));
    }
}

/* Where a lie changes the prover's course. */
typedef struct course {
    size_t part;
    zkl_fr sigma; /* added to sigma once chi is known */
    zkl_fr first; /* added to S's coefficient at X^0 once z is known */
    zkl_fr s_zi;  /* added to the value that is shown */
} course;

/* W for values that are what they are. */
static void finish_part(shown *out, size_t i, const zkl_fr s[TOY_SRS], zkl_fr z)
{
    zkl_direct_opening *o = &out->parts[i];
    const zkl_fr zi = toy_inv(z);
    zkl_fr delta, sum[TOY_SRS];
    zkl_opening_delta(&delta, &z, &o->values);
    for (size_t j = 0; j < TOY_SRS; j++)
        sum[j] = toy_add(out->w[i][j], toy_mul(delta, s[j]));
    divide(sum, TOY_SRS, z);
    divide(sum, TOY_SRS, zi);
    toy_commit(o->w, sum, TOY_SRS);
}

static zkl_fr part_scalar(size_t i)
{
    return toy_int((int64_t)i);
}

static void show_part(world *w, shown *out, size_t i, zkl_fr theta, const course *lie)
{
    uint8_t row_bytes[32];
    memcpy(row_bytes, w->params[i][0].bytes, 32);
    const size_t row = row_bytes[31], chunk = row / TOY_C * A_CHUNK, t = row % TOY_C;
    const bool lies = lie && lie->part == i;
    zkl_direct_opening *o = &out->parts[i];
    zkl_fr *p = out->w[i], power = ZKL_FR_ONE, chi, z, s[TOY_SRS] = { { { 0 } } };
    memset(p, 0, sizeof out->w[i]);
    for (size_t j = 0; j < A_CHUNK; j++, power = toy_mul(power, theta))
        for (size_t k = 0; k < TOY_SRS && chunk < BLOCKS; k++)
            p[k] = toy_add(p[k], toy_mul(power, w->f[chunk + j][k]));
    o->sigma = t < TOY_HALF ? w->g[i][t] : ZKL_FR_ZERO;
    zkl_fr in[3] = { out->t0, part_scalar(i), o->sigma };
    zkl_fr_challenge(&chi, "direct-chi", in, 3);
    if (lies)
        o->sigma = toy_add(o->sigma, toy_mul(lie->sigma, toy_inv(chi)));
    for (size_t k = 0; k < TOY_HALF; k++) {
        p[k] = toy_add(p[k], toy_mul(chi, w->g[i][k]));
        p[TOY_C + k] = toy_add(p[TOY_C + k], toy_mul(chi, w->g[i][TOY_HALF + k]));
    }
    for (size_t a = 0; a < TOY_SRS; a++) /* sum over |a - t| = d of w_a */
        if (a != t) {
            const size_t d = a > t ? a - t : t - a;
            s[d - 1] = toy_add(s[d - 1], p[a]);
        }
    toy_commit(o->s, s, TOY_SRS);
    uint8_t data[96 + ZKL_POINT_BYTES];
    zkl_fr_encode(data, &out->t0);
    zkl_fr_encode(data + 32, &in[1]);
    zkl_fr_encode(data + 64, &o->sigma);
    memcpy(data + 96, o->s, ZKL_POINT_BYTES);
    zkl_fr_hash(&z, "direct-z", zkl_bytes_of(data, sizeof data));
    const zkl_fr zi = toy_inv(z);
    if (lies) {
        s[0] = toy_add(s[0], toy_mul(lie->first, toy_inv(toy_add(z, zi))));
        toy_commit(o->s, s, TOY_SRS);
    }
    o->values = (zkl_opening_values){ toy_eval(p, TOY_SRS, z), toy_eval(p, TOY_SRS, zi),
                                      toy_eval(s, TOY_SRS, z), toy_eval(s, TOY_SRS, zi) };
    if (lies)
        o->values.s_zi = toy_add(o->values.s_zi, toy_mul(lie->s_zi, z));
    finish_part(out, i, s, z);
}

static void show(world *w, shown *out, const course *lie)
{
    zkl_fr theta;
    *out = (shown){ 0 };
    for (size_t i = 0; i < w->s.mask_count; i++) {
        zkl_fr g[TOY_SRS] = { { { 0 } } };
        for (size_t k = 0; k < 2 * TOY_HALF; k++) {
            w->g[i][k] = draw(w);
            g[k < TOY_HALF ? k : TOY_C + k - TOY_HALF] = w->g[i][k];
        }
        toy_commit(w->masks[i], g, TOY_SRS);
    }
    zkl_statement_encode(&out->statement, &w->s);
    zkl_statement_t0(&out->t0, zkl_buffer_bytes(&out->statement));
    zkl_fr_challenge(&theta, "theta", &out->t0, 1);
    for (size_t i = 0; i < w->s.assertion_count && i < PARTS_MAX; i++)
        show_part(w, out, i, theta, lie);
    encode_parts(out, w->s.assertion_count);
}

/* ---- the product's verifier */

static zkl_status judge_bytes(zkl_test *t, zkl_bytes statement, zkl_bytes proof, zkl_error *err)
{
    const zkl_proven_statement given = { statement, proof };
    const zkl_arithmetic arithmetic = { toy_group(), &toy_format, NULL };
    const zkl_known_tables none = { 0 };
    zkl_statement parsed;
    zkl_reduced_direct reduced;
    *err = (zkl_error){ 0 };
    ZKL_TRY(zkl_statement_parse(&parsed, &t->arena, statement, err));
    ZKL_TRY(zkl_direct_reduce(&reduced, &parsed, &given, &arithmetic, &none, err));
    const zkl_fr equation[3] = { reduced.a0.logarithm, reduced.a1.logarithm, reduced.a2.logarithm },
                 zero = toy_eval(equation, 3, toy_tau());
    return zkl_fr_is_zero(&zero) ? ZKL_OK : zkl_fail(err, ZKL_REJECTED, "KZG opening");
}

static zkl_status judge(zkl_test *t, const shown *out, zkl_error *err)
{
    return judge_bytes(t, zkl_buffer_bytes(&out->statement), zkl_buffer_bytes(&out->proof), err);
}

static void refuse(zkl_test *t, int line, const shown *out, const char *check)
{
    zkl_error err;
    const zkl_status status = judge(t, out, &err);
    if ((status != ZKL_REJECTED && status != ZKL_BAD_INPUT) || !strstr(err.text, check))
        zkl_test_fail(t, __FILE__, line, "%s: '%s', want '%s'", zkl_status_text(status), err.text,
                      check);
}

/* Rows as they are said, the prover's course as it may be: refused, by the check of this name. */
#define REFUSE(w, lie, check)                                                                      \
    do {                                                                                           \
        shown refuse_out;                                                                          \
        show((w), &refuse_out, (lie));                                                             \
        refuse((w)->t, __LINE__, &refuse_out, (check));                                            \
        shown_clear(&refuse_out);                                                                  \
    } while (0)

static const uint64_t three_rows[] = { 2, 5, 20 };

static void test_disclose__rows_as_they_are(zkl_test *t)
{
    for (uint64_t row = 0; row < ROWS; row++) {
        shown out;
        zkl_error err;
        world *w = make_world(t, &row, 1);
        show(w, &out, NULL);
        REQUIRE_OK(t, &err, judge(t, &out, &err));
        CHECK_UINT_EQ(t, out.proof.size, ZKL_DIRECT_BYTES);
        shown_clear(&out);
    }
    shown out;
    zkl_error err;
    show(make_world(t, three_rows, 3), &out, NULL);
    REQUIRE_OK(t, &err, judge(t, &out, &err));
    shown_clear(&out);
}

/* Each cell of each row, one more or one less; a null as a value, a value as a null. */
static void test_disclose__a_cell_that_is_off_by_one(zkl_test *t)
{
    for (size_t part = 0; part < 3; part++)
        for (size_t j = 1; j <= A_CHUNK; j++) {
            world *w = make_world(t, three_rows, 3);
            uint8_t *last = &w->params[part][j].bytes[31];
            *last = *last ? *last - 1 : *last + 1;
            REFUSE(w, NULL, "opening");
        }
}

/* The cells of a row as those of the row behind it, of the same row of the other chunk, and with
 * two of them exchanged. */
static void test_disclose__cells_of_another_place(zkl_test *t)
{
    const uint64_t rows[] = { 2 };
    world *w = make_world(t, rows, 1);
    state_row(w, 0, 3);
    w->params[0][0] = scalar(toy_int(2));
    REFUSE(w, NULL, "opening");
    state_row(w, 0, 2);
    w->params[0][0] = scalar(toy_int(2 + TOY_C));
    REFUSE(w, NULL, "opening");
    state_row(w, 0, 2 + TOY_C);
    w->params[0][0] = scalar(toy_int(2));
    REFUSE(w, NULL, "opening");
    for (size_t i = 1; i <= A_CHUNK; i++)
        for (size_t j = 1; j < i; j++) {
            state_row(w, 0, 2);
            const zkl_scalar kept = w->params[0][i];
            w->params[0][i] = w->params[0][j];
            w->params[0][j] = kept;
            if (memcmp(&w->params[0][i], &w->params[0][j], sizeof kept) != 0)
                REFUSE(w, NULL, "opening");
        }
}

/* Padding is zero, and no row; nor is what lies behind it. A cell has one form: x0 + C, x1 - 1 is
 * the same number. */
static void test_disclose__what_is_no_row_or_no_cell(zkl_test *t)
{
    const uint64_t rows[] = { 2 };
    world *w = make_world(t, rows, 1);
    memset(w->params[0], 0, sizeof w->params[0]);
    static const int64_t beyond[] = { ROWS, ROWS + 1, 2 * TOY_C - 1, 2 * TOY_C, INT64_MAX };
    for (size_t i = 0; i < ZKL_COUNT(beyond); i++) {
        w->params[0][0] = scalar(toy_int(beyond[i]));
        zkl_error err;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_statement_check(&w->s, &toy_format, NULL, 0, &err));
        CHECK(t, strstr(err.text, "no such row") != NULL);
    }
    w->params[0][0] = scalar(toy_int(-1));
    REFUSE(w, NULL, "no such row");
    state_row(w, 0, 2);
    w->params[0][1] = scalar(toy_int((int64_t)(w->x[2] % TOY_C) + TOY_C));
    w->params[0][2] = scalar(toy_int((int64_t)(w->x[2] / TOY_C) - 1));
    REFUSE(w, NULL, "cell 0 has more than 4 bits");
    state_row(w, 0, 2);
    w->params[0][4] = scalar(toy_int(-1));
    REFUSE(w, NULL, "cell 3 has more than 4 bits");
}

/* The difference between what is said of a row and what it is, under theta. */
static zkl_fr untrue_by(world *w, size_t part, zkl_fr theta, uint64_t row)
{
    zkl_fr power = ZKL_FR_ONE, out = ZKL_FR_ZERO, said;
    const size_t chunk = row / TOY_C * A_CHUNK;
    for (size_t j = 0; j < A_CHUNK; j++, power = toy_mul(power, theta)) {
        CHECK(w->t, zkl_fr_decode(&said, w->params[part][1 + j].bytes));
        out = toy_add(out, toy_mul(power, toy_sub(said, w->f[chunk + j][row % TOY_C])));
    }
    return out;
}

/* The statement's own challenge is known before the proof is made: the liar plans with it. */
static zkl_fr theta_of(world *w)
{
    zkl_fr theta;
    shown out;
    const uint64_t drawn = w->drawn;
    show(w, &out, NULL);
    zkl_fr_challenge(&theta, "theta", &out.t0, 1);
    shown_clear(&out);
    w->drawn = drawn; /* the same masks again */
    return theta;
}

/* A false cell in part 1, and a prover who makes the equation hold: by sigma, with the chi that the
 * true sigma has; by S, with the z that the true S has; by a value that is no value of S. */
static void test_disclose__a_prover_who_repairs_the_equation(zkl_test *t)
{
    world *w = make_world(t, three_rows, 3);
    w->params[1][4].bytes[31] ^= 1;
    const zkl_fr off = untrue_by(w, 1, theta_of(w), three_rows[1]),
                 minus = toy_sub(ZKL_FR_ZERO, off), twice = toy_add(minus, minus);
    const course by_sigma = { .part = 1, .sigma = minus }, by_s = { .part = 1, .first = twice },
                 by_value = { .part = 1, .s_zi = twice };
    const uint64_t drawn = w->drawn;
    REFUSE(w, &by_sigma, "opening");
    w->drawn = drawn;
    REFUSE(w, &by_s, "opening");
    w->drawn = drawn;
    REFUSE(w, &by_value, "KZG opening");
}

/* The value of the last test, and then the last W as it makes the weighted sum of all equations 0,
 * under the weights of the proof before. */
static void test_disclose__weights_follow_the_whole_proof(zkl_test *t)
{
    world *w = make_world(t, three_rows, 3);
    w->params[1][4].bytes[31] ^= 1;
    const zkl_fr off = untrue_by(w, 1, theta_of(w), three_rows[1]),
                 minus = toy_sub(ZKL_FR_ZERO, off);
    const course by_value = { .part = 1, .s_zi = toy_add(minus, minus) };
    shown out;
    show(w, &out, &by_value);
    refuse(t, __LINE__, &out, "KZG opening");
    /* the sum as it is, and what one more W would add to it: rho (tau - z) (tau - 1/z) */
    const zkl_arithmetic arithmetic = { toy_group(), &toy_format, NULL };
    const zkl_known_tables none = { 0 };
    zkl_statement parsed;
    zkl_reduced_direct reduced;
    zkl_error err;
    zkl_fr z, rho;
    const zkl_proven_statement given = { zkl_buffer_bytes(&out.statement),
                                         zkl_buffer_bytes(&out.proof) };
    REQUIRE_OK(t, &err, zkl_statement_parse(&parsed, &t->arena, given.statement, &err));
    REQUIRE_OK(t, &err, zkl_direct_reduce(&reduced, &parsed, &given, &arithmetic, &none, &err));
    const zkl_fr equation[3] = { reduced.a0.logarithm, reduced.a1.logarithm, reduced.a2.logarithm },
                 sum = toy_eval(equation, 3, toy_tau());
    zkl_direct_point(&z, &out.t0, 2, &out.parts[2].sigma, out.parts[2].s);
    zkl_opening_weight(&rho, &out.t0, 3, given.proof);
    zkl_fr by = toy_mul(toy_sub(toy_tau(), z), toy_sub(toy_tau(), toy_inv(z)));
    by = toy_mul(sum, toy_inv(toy_mul(rho, by)));
    zkl_point point;
    REQUIRE_OK(t, &err, toy_decode(&point, out.parts[2].w, 1, "W", NULL, &err));
    point.logarithm = toy_sub(point.logarithm, by);
    toy_encode(out.parts[2].w, &point);
    encode_parts(&out, 3);
    refuse(t, __LINE__, &out, "KZG opening");
    shown_clear(&out);
}

/* A proof of one statement is none of another: rows exchanged, parts exchanged, a part left out or
 * given twice; and no byte of proof or statement can be another. */
static void test_disclose__no_byte_can_be_another(zkl_test *t)
{
    world *w = make_world(t, three_rows, 3);
    shown out;
    zkl_error err;
    show(w, &out, NULL);
    REQUIRE_OK(t, &err, judge(t, &out, &err));
    const zkl_direct_opening kept = out.parts[0];
    out.parts[0] = out.parts[1];
    out.parts[1] = kept;
    encode_parts(&out, 3);
    refuse(t, __LINE__, &out, "opening");
    out.parts[1] = out.parts[0];
    out.parts[0] = kept;
    encode_parts(&out, 2);
    refuse(t, __LINE__, &out, "proof");
    out.parts[3] = kept;
    encode_parts(&out, 4);
    refuse(t, __LINE__, &out, "proof");
    encode_parts(&out, 3);
    REQUIRE_OK(t, &err, judge(t, &out, &err));
    for (size_t i = 0; i < out.proof.size; i++) {
        out.proof.data[i] ^= 1;
        CHECK(t, judge(t, &out, &err) != ZKL_OK);
        out.proof.data[i] ^= 1;
    }
    for (size_t i = 0; i < out.statement.size; i++) {
        out.statement.data[i] ^= 1;
        CHECK(t, judge(t, &out, &err) != ZKL_OK);
        out.statement.data[i] ^= 1;
    }
    shown_clear(&out);
}

/* Disclosed rows stand alone, without a circuit, with a mask each; and no other verifier takes
 * them. */
static void test_disclose__statements_of_another_form(zkl_test *t)
{
#define FORM(check, ...)                                                                           \
    do {                                                                                           \
        w = make_world(t, three_rows, 3);                                                          \
        __VA_ARGS__;                                                                               \
        const zkl_status status = zkl_statement_check(&w->s, &toy_format, NULL, 0, &err);          \
        if (status != ZKL_REJECTED || !strstr(err.text, check))                                    \
            FAIL(t, "'%s', want '%s'", err.text, check);                                           \
    } while (0)
    world *w;
    zkl_error err = { 0 };
    const uint32_t twice[] = { 0, 0 };
    FORM("disclosed rows have none", w->s.circuit = zkl_bytes_of_text("F10"));
    FORM("masks", w->s.mask_count = 2);
    FORM("masks", w->s.mask_count = 4);
    FORM("multiplicities", w->s.multiplicities = w->s.masks; w->s.multiplicity_count = 1);
    FORM("takes a row and its 4 cells", w->assertions[1].param_count = 0);
    FORM("takes a row and its 4 cells", w->assertions[1].param_count = A_CHUNK);
    FORM("auxiliary tables", w->assertions[1].tables = twice; w->assertions[1].table_count = 2);
    FORM("stands beside disclosed rows",
         w->assertions[1] = (zkl_assertion){ ZKL_ASSERTION_CELLS, NULL, 0, w->indexes, 1 });
    FORM("stands beside disclosed rows",
         w->assertions[0] = (zkl_assertion){ ZKL_ASSERTION_CELLS, NULL, 0, w->indexes, 1 });
    FORM("at most 32", {
        w->s.assertion_count = w->s.mask_count = PARTS_MAX;
        for (size_t i = 0; i < PARTS_MAX; i++)
            state_row(w, i, i % ROWS);
    });
#undef FORM
    shown out;
    zkl_statement parsed;
    zkl_reduced_proof reduced;
    const zkl_arithmetic arithmetic = { toy_group(), &toy_format, NULL };
    const zkl_known_tables none = { 0 };
    show(make_world(t, three_rows, 3), &out, NULL);
    const zkl_proven_statement given = { zkl_buffer_bytes(&out.statement),
                                         zkl_buffer_bytes(&out.proof) };
    REQUIRE_OK(t, &err, zkl_statement_parse(&parsed, &t->arena, given.statement, &err));
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_verify_reduce(&reduced, &parsed, &given, &arithmetic, &none, &err));
    CHECK(t, strstr(err.text, "only disclosed rows") != NULL);
    shown_clear(&out);
}

/* ---- the product's prover */

static zkl_status commit_toy(const zkl_committer *committer, uint8_t out[static ZKL_POINT_BYTES],
                             const zkl_fr *coefficients, size_t count, zkl_pool *pool,
                             zkl_error *err)
{
    (void)committer;
    (void)pool;
    (void)err;
    toy_commit(out, coefficients, count);
    return ZKL_OK;
}

static zkl_status mask_toy(const zkl_committer *committer, uint8_t out[static ZKL_POINT_BYTES],
                           const zkl_fr *coefficients, zkl_pool *pool, zkl_error *err)
{
    zkl_fr g[TOY_SRS] = { { { 0 } } };
    for (size_t k = 0; k < 2 * TOY_HALF; k++)
        g[k < TOY_HALF ? k : TOY_C + k - TOY_HALF] = coefficients[k];
    return commit_toy(committer, out, g, TOY_SRS, pool, err);
}

static zkl_status seed_toy(void *opaque, zkl_bytes head, zkl_error *err)
{
    (void)opaque;
    (void)head;
    (void)err;
    return ZKL_OK;
}

static void secret_toy(void *opaque, zkl_fr *out)
{
    uint64_t *drawn = opaque;
    *out = toy_vector_secret(++*drawn);
}

static zkl_status prove_toy(zkl_test *t, zkl_prove_result *out,
                            const zkl_disclosure_request *request, uint64_t drawn, zkl_error *err)
{
    const zkl_env env = { .pool = t->pool };
    const zkl_prove_world toy = {
        .committer = { .format = &toy_format, .coefficients = commit_toy, .mask = mask_toy },
        .opaque = &drawn,
        .seed = seed_toy,
        .secret = secret_toy,
    };
    return zkl_prove_direct_in(out, &toy, request, &env, err);
}

static void test_disclose__product_prover_says_the_same(zkl_test *t)
{
    world *w = make_world(t, three_rows, 3);
    const zkl_disclosure_request request = { &w->s, w->cell_list, w->blinders, 0, 0 };
    const uint64_t drawn = w->drawn;
    shown out;
    zkl_error err;
    zkl_prove_result got = { 0 };
    show(w, &out, NULL);
    REQUIRE_OK(t, &err, prove_toy(t, &got, &request, drawn, &err));
    CHECK_UINT_EQ(t, got.statement.size, out.statement.size);
    CHECK_MEM_EQ(t, got.statement.data, out.statement.data, out.statement.size);
    CHECK_UINT_EQ(t, got.proof.size, out.proof.size);
    CHECK_MEM_EQ(t, got.proof.data, out.proof.data, out.proof.size);
    zkl_prove_result_clear(&got);
    shown_clear(&out);
    /* a lie is no proof, and says where it is */
    w->params[1][4].bytes[31] ^= 1;
    CHECK_STATUS(t, ZKL_REJECTED, prove_toy(t, &got, &request, drawn, &err));
    CHECK(t, strstr(err.text, "disclosed row 1: cell 3") != NULL);
    CHECK(t, !got.statement.size && !got.proof.size);
}

/* Each allocation fails in turn: no memory, no leak (the sanitizers look), and then it passes. */
static void test_disclose__no_memory(zkl_test *t)
{
    world *w = make_world(t, three_rows, 3);
    const zkl_disclosure_request request = { &w->s, w->cell_list, w->blinders, 0, 0 };
    zkl_status status = ZKL_NO_MEMORY;
    uint64_t nth = 0;
    while (status == ZKL_NO_MEMORY && ++nth < 1000) {
        zkl_prove_result got = { 0 };
        zkl_malloc_fail_after(nth);
        status = prove_toy(t, &got, &request, w->drawn, NULL);
        zkl_malloc_fail_after(0);
        zkl_prove_result_clear(&got);
    }
    CHECK_STATUS(t, ZKL_OK, status);
    CHECK(t, nth > 5);
}

/* ---- the model's statement */

/* A hex number "0x.." of any length. */
static zkl_fr number(const json_t *value)
{
    zkl_fr out = ZKL_FR_ZERO;
    for (const char *hex = json_string_value(value) + 2; *hex; hex++)
        out =
            toy_add(toy_mul(out, toy_int(16)), toy_int(*hex <= '9' ? *hex - '0' : *hex - 'a' + 10));
    return out;
}

static void test_disclose__vector_of_the_model(zkl_test *t)
{
    const json_t *group = json_object_get(test_vectors(t, "proof_model.json"), "toy_disclose"),
                 *toy = json_is_array(group) ? json_array_get(group, 0) : group;
    REQUIRE(t, json_is_object(toy));
    const zkl_bytes text = test_hex(t, json_string_value(json_object_get(toy, "statement"))),
                    blob = test_hex(t, json_string_value(json_object_get(toy, "proof_blob")));
    const json_t *cells = json_object_get(toy, "cells");
    zkl_statement s;
    zkl_error err;
    zkl_fr t0, rho;
    REQUIRE_OK(t, &err, zkl_statement_parse(&s, &t->arena, text, &err));
    REQUIRE_OK(t, &err, judge_bytes(t, text, blob, &err));
    const size_t blocks = s.block_count;
    CHECK_UINT_EQ(t, json_array_size(cells), blocks);
    const uint16_t **list = ZKL_ARENA_NEW(&t->arena, const uint16_t *, blocks);
    zkl_fr *blinders = ZKL_ARENA_NEW(&t->arena, zkl_fr, blocks);
    for (size_t b = 0; b < blocks; b++) {
        uint16_t *block = ZKL_ARENA_NEW(&t->arena, uint16_t, TOY_C);
        for (size_t i = 0; i < TOY_C; i++)
            block[i] = (uint16_t)json_integer_value(json_array_get(json_array_get(cells, b), i));
        list[b] = block;
        blinders[b] = toy_vector_secret(b + 1);
    }
    const zkl_disclosure_request request = { &s, list, blinders, 0, 0 };
    zkl_prove_result got = { 0 };
    REQUIRE_OK(t, &err, prove_toy(t, &got, &request, blocks, &err));
    CHECK_UINT_EQ(t, got.statement.size, text.size);
    CHECK_MEM_EQ(t, got.statement.data, text.data, text.size);
    CHECK_UINT_EQ(t, got.proof.size, blob.size);
    CHECK_MEM_EQ(t, got.proof.data, blob.data, blob.size);
    zkl_prove_result_clear(&got);
    zkl_statement_t0(&t0, text);
    zkl_fr want = number(json_object_get(toy, "t0"));
    CHECK(t, zkl_fr_equal(&t0, &want));
    zkl_opening_weight(&rho, &t0, 1, blob);
    want = number(json_array_get(json_object_get(toy, "rho"), 0));
    CHECK(t, zkl_fr_equal(&rho, &want));
}

ZKL_TESTS(TEST(test_disclose__rows_as_they_are), TEST(test_disclose__a_cell_that_is_off_by_one),
          TEST(test_disclose__cells_of_another_place),
          TEST(test_disclose__what_is_no_row_or_no_cell),
          TEST(test_disclose__a_prover_who_repairs_the_equation),
          TEST(test_disclose__weights_follow_the_whole_proof),
          TEST(test_disclose__no_byte_can_be_another),
          TEST(test_disclose__statements_of_another_form),
          TEST(test_disclose__product_prover_says_the_same), TEST(test_disclose__no_memory),
          TEST(test_disclose__vector_of_the_model))
