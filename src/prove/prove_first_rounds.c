/* The first two rounds of the leaf layer's sum-check, from the cells themselves
 * (docs/proof-system.md section 2).
 *
 * Most leaves are 1 / (alpha - d) with a number d of 16 bits. Before anything is bound, a node's
 * polynomial is one in such numbers, and products of small integers cost next to nothing beside
 * products of field elements. So the sums over the nodes are taken of integers weighted by eq, and
 * alpha and lambda come in at the end.
 *
 * Rounds bind the two top variables X1, X2 of a node's index i = (x1, x2, t). Where a quarter's
 * four leaf blocks are such numbers, its denominators are alpha - u_b(X1, X2) with u_b as in
 * native/cell_sums.h, and its numerators are 1. With m quarters of this kind, all others unused
 * (0 / 1),
 *
 *   Q = product of (alpha - u_b)                = sum over k of (-1)^k alpha^(m-k) e_k
 *   P = the derivative of that product by alpha = sum over k of (-1)^k (m-k) alpha^(m-k-1) e_k,
 *
 *   H(X1, X2) = sum over t of eq(r, t) (P + lambda Q) at t
 *
 * is what both rounds ask for: h of the first is (1 - r_2) H(X, 0) + r_2 H(X, 1), and of the second
 * H(c, X) at the first challenge c.
 *
 * One quarter may be anything, p / q at the corners c of (X1, X2): the node's polynomial is then
 *
 *   q (P + lambda Q) + p Q,   q = sum over c of B_c(X1, X2) q_c, p likewise,
 *
 * so its values at a corner join the weights, where they are not the same for all t.
 *
 * Sums are exact, so neither order nor workers nor the set change a bit. */
#include <stdatomic.h>

#include "algebra/poly.h"
#include "prove/prove_internal.h"

#define ARITY 4
#define CORNERS 4
#define TILE_LOG 7 /* ZKL_QUAD_RUN_MAX */
#define TILE ((size_t)1 << TILE_LOG)
#define TASK_TILES 8
#define GROUPS_MAX 16

/* Lists of weights: eq alone, eq times q_c, eq times p_c. */
#define LIST_Q 1
#define LIST_P (1 + CORNERS)
#define LISTS (1 + 2 * CORNERS)

typedef enum quarter_kind { QUARTER_NUMBERS, QUARTER_UNUSED, QUARTER_OTHER } quarter_kind;

/* Rows with the same expression for H: how many quarters are numbers, and what the other one has at
 * its corners. */
typedef struct group {
    size_t number_count;
    bool has_other;
    bool p_varies[CORNERS], q_varies[CORNERS];
    zkl_fr p[CORNERS], q[CORNERS]; /* where they do not vary */
} group;

/* Of one group: each list's moments as elements. */
typedef struct group_moments {
    zkl_fr of[LISTS][ZKL_QUAD_MOMENTS_MAX];
} group_moments;

/* Of one worker and one group, while they are gathered. */
typedef struct group_sums {
    zkl_quad_moment of[LISTS][ZKL_QUAD_MOMENTS_MAX];
} group_sums;

/* Working memory of one worker. */
typedef struct gather_room {
    zkl_fr weights[LISTS][TILE];
    zkl_fr p[TILE], q[TILE];
    uint16_t numbers[ARITY][CORNERS][TILE];
} gather_room;

struct zkl_first_rounds {
    const zkl_leaf_source *leaves;
    const zkl_cell_sums *set;
    const zkl_fr_lanes *lanes; /* or NULL */
    size_t quad_count;         /* values of t */
    size_t cell_count;
    unsigned quads_log, tile_log;
    /* Rows of t that lie in one leaf block at every corner, and which group they are of. */
    size_t span;
    uint8_t *group_of;
    group groups[GROUPS_MAX];
    size_t group_count;
    group_moments *moments;
    /* Of each worker: sums of each group, and room. */
    group_sums *sums;
    gather_room *rooms;
};

/* ---- what the leaves are */

/* The leaf block of quarter b at corner c and t, and t's place in it. */
static size_t block_at(const zkl_first_rounds *f, size_t b, size_t c, size_t t, size_t *from)
{
    const size_t leaf = (b * CORNERS + c) * f->quad_count + t;
    *from = leaf % f->cell_count;
    return leaf / f->cell_count;
}

static quarter_kind kind_of(const zkl_first_rounds *f, size_t b, size_t t)
{
    size_t numbers = 0, unused = 0, from;
    for (size_t c = 0; c < CORNERS; c++) {
        const size_t block = block_at(f, b, c, t, &from);
        numbers += zkl_leaf_source_is_number(f->leaves, block);
        unused += zkl_leaf_source_form(f->leaves, block) == ZKL_LEAVES_UNUSED;
    }
    return numbers == CORNERS  ? QUARTER_NUMBERS
           : unused == CORNERS ? QUARTER_UNUSED
                               : QUARTER_OTHER;
}

/* What quarter b has at its corners. */
static void describe_other(group *out, const zkl_first_rounds *f, size_t b, size_t t)
{
    size_t from;
    out->has_other = true;
    for (size_t c = 0; c < CORNERS; c++) {
        const size_t block = block_at(f, b, c, t, &from);
        const zkl_leaf_form form = zkl_leaf_source_form(f->leaves, block);
        const bool both =
            form == ZKL_LEAVES_POWER || form == ZKL_LEAVES_TABLE || form == ZKL_LEAVES_WEIGHTED;
        out->p_varies[c] = both || form == ZKL_LEAVES_TOTAL;
        out->q_varies[c] = both || form == ZKL_LEAVES_FRACTION;
        if (!out->q_varies[c])
            out->q[c] = ZKL_FR_ONE;
        if (form == ZKL_LEAVES_FRACTION)
            zkl_leaf_source_sign(&out->p[c], f->leaves, block);
    }
}

static bool same_group(const group *a, const group *b)
{
    return a->number_count == b->number_count && a->has_other == b->has_other &&
           memcmp(a->p_varies, b->p_varies, sizeof a->p_varies) == 0 &&
           memcmp(a->q_varies, b->q_varies, sizeof a->q_varies) == 0 &&
           memcmp(a->p, b->p, sizeof a->p) == 0 && memcmp(a->q, b->q, sizeof a->q) == 0;
}

/* The group of t's rows; false where there is none, or no room for it. */
static bool find_group(zkl_first_rounds *f, size_t t)
{
    group found = { 0 };
    size_t at = 0;
    for (size_t b = 0; b < ARITY; b++) {
        const quarter_kind kind = kind_of(f, b, t);
        found.number_count += kind == QUARTER_NUMBERS;
        if (kind != QUARTER_OTHER)
            continue;
        if (found.has_other)
            return false;
        describe_other(&found, f, b, t);
    }
    while (at < f->group_count && !same_group(&f->groups[at], &found))
        at++;
    if (at == GROUPS_MAX)
        return false;
    if (at == f->group_count)
        f->groups[f->group_count++] = found;
    f->group_of[t / f->span] = (uint8_t)at;
    return true;
}

/* ---- the pass over the cells */

typedef struct gathering {
    zkl_first_rounds *rounds;
    /* eq(r, t) = e_low[t mod 2^tile_log] e_high[t div 2^tile_log] */
    zkl_fr e_low[TILE], *e_high;
    atomic_bool failed; /* a number has more than 16 bits */
} gathering;

/* out = k a, and out = a b */
static void scale(zkl_fr *out, const zkl_fr *k, const zkl_fr *a, const zkl_first_rounds *f,
                  size_t count)
{
    if (f->lanes && count % ZKL_FR_LANES == 0) /* 0 + k (a - 0) */
        f->lanes->fold(out->l, (zkl_fr_values){ ZKL_FR_ZERO.l, 0 }, (zkl_fr_values){ a->l, 4 },
                       k->l, count);
    else
        for (size_t i = 0; i < count; i++)
            zkl_fr_mul(&out[i], k, &a[i]);
}

static void multiply(zkl_fr *out, const zkl_fr *a, const zkl_fr *b, const zkl_first_rounds *f,
                     size_t count)
{
    if (f->lanes && count % ZKL_FR_LANES == 0)
        f->lanes->multiply(out->l, a->l, b->l, count);
    else
        for (size_t i = 0; i < count; i++)
            zkl_fr_mul(&out[i], &a[i], &b[i]);
}

/* The lists of the other quarter b: eq times what varies at a corner. */
static void add_lists(zkl_quad_sums *lists, group_sums *sums, gather_room *room,
                      const zkl_first_rounds *f, const group *g, size_t b, size_t t, size_t count)
{
    for (size_t c = 0; c < CORNERS; c++) {
        size_t from;
        const size_t block = block_at(f, b, c, t, &from);
        const size_t at[2] = { LIST_Q + c, LIST_P + c };
        const bool varies[2] = { g->q_varies[c], g->p_varies[c] };
        const zkl_fr *const values[2] = { room->q, room->p };
        if (varies[0] || varies[1])
            zkl_leaf_source_fill(f->leaves, room->p, room->q, block, from, count);
        for (size_t i = 0; i < 2; i++) {
            if (!varies[i])
                continue;
            multiply(room->weights[at[i]], room->weights[0], values[i], f, count);
            lists->weights[lists->list_count] = room->weights[at[i]]->l;
            lists->moments[lists->list_count++] = sums->of[at[i]];
        }
    }
}

/* One tile: false when a number has more than 16 bits. */
static bool gather_tile(const gathering *job, size_t tile, size_t worker)
{
    const zkl_first_rounds *f = job->rounds;
    const size_t count = (size_t)1 << f->tile_log, t = tile * count, g = f->group_of[t / f->span];
    gather_room *room = &f->rooms[worker];
    group_sums *sums = &f->sums[worker * f->group_count + g];
    zkl_quads quads = { .count = count };
    zkl_quad_sums lists = { 1, { room->weights[0]->l }, { sums->of[0] } };
    scale(room->weights[0], &job->e_high[tile], job->e_low, f, count);
    for (size_t b = 0; b < ARITY; b++) {
        const quarter_kind kind = kind_of(f, b, t);
        if (kind == QUARTER_OTHER)
            add_lists(&lists, sums, room, f, &f->groups[g], b, t, count);
        if (kind != QUARTER_NUMBERS)
            continue;
        for (size_t c = 0; c < CORNERS; c++) {
            size_t from;
            const size_t block = block_at(f, b, c, t, &from);
            const uint16_t *numbers =
                zkl_leaf_source_numbers(f->leaves, room->numbers[b][c], block, from, count);
            if (!numbers)
                return false;
            quads.cells[quads.quarter_count][c] = numbers;
        }
        quads.quarter_count++;
    }
    f->set->add_quads(&lists, &quads);
    return true;
}

/* A task: some tiles. */
static void gather_tiles(void *context, size_t index, size_t worker)
{
    gathering *job = context;
    const size_t tiles = job->rounds->quad_count >> job->rounds->tile_log;
    for (size_t tile = index * TASK_TILES; tile < tiles && tile < (index + 1) * TASK_TILES; tile++)
        if (atomic_load_explicit(&job->failed, memory_order_relaxed) ||
            !gather_tile(job, tile, worker))
            atomic_store_explicit(&job->failed, true, memory_order_relaxed);
}

/* An integer of six words is low + 2^256 high. Words of an element are 2^256 times it, so high is
 * the element of that number; low is below 2.3 r. */
static void moment_value(zkl_fr *out, const zkl_cell_sums *set, const zkl_quad_moment *moment)
{
    static const uint64_t order[4] = ZKL_FR_ORDER_WORDS;
    uint64_t words[6];
    zkl_fr low, high;
    set->read_moment(words, moment);
    zkl_fr_from_u128(&high, words[5], words[4]);
    memcpy(low.l, words, sizeof low.l);
    for (int i = 0; i < 2; i++) {
        uint64_t less[4], borrow = 0;
        for (size_t k = 0; k < 4; k++) {
            const uint64_t d = low.l[k] - order[k];
            less[k] = d - borrow;
            borrow = (low.l[k] < order[k]) | (d < borrow);
        }
        if (!borrow)
            memcpy(low.l, less, sizeof less);
    }
    zkl_fr_add(out, &low, &high);
    zkl_wipe(words, sizeof words);
}

static bool is_used(const group *g, size_t list)
{
    return list == 0 || (list < LIST_P ? g->q_varies[list - LIST_Q] : g->p_varies[list - LIST_P]);
}

static void sum_workers(zkl_first_rounds *f, size_t workers)
{
    for (size_t g = 0; g < f->group_count; g++)
        for (size_t list = 0; list < LISTS; list++)
            for (size_t at = 0; at < ZKL_QUAD_MOMENT(f->groups[g].number_count + 1); at++) {
                zkl_fr *sum = &f->moments[g].of[list][at], value;
                *sum = ZKL_FR_ZERO;
                for (size_t w = 0; w < workers && is_used(&f->groups[g], list); w++) {
                    moment_value(&value, f->set, &f->sums[w * f->group_count + g].of[list][at]);
                    zkl_fr_add(sum, sum, &value);
                }
            }
}

bool zkl_first_rounds_gather(zkl_first_rounds *f, const zkl_fr *r, zkl_pool *pool)
{
    const size_t tiles = f->quad_count >> f->tile_log;
    gathering job = { .rounds = f };
    ZKL_AUTO_BLOCK zkl_fr *e_high = zkl_malloc(tiles, sizeof *e_high);
    if (!e_high)
        return false;
    job.e_high = e_high;
    zkl_eq_vector(job.e_low, r, f->tile_log);
    zkl_eq_vector(job.e_high, r + f->tile_log, f->quads_log - f->tile_log);
    zkl_pool_run(pool, (tiles + TASK_TILES - 1) / TASK_TILES, gather_tiles, &job);
    if (atomic_load(&job.failed))
        return false;
    sum_workers(f, zkl_pool_threads(pool));
    return true;
}

/* ---- values of H */

/* X and 1 - X; or X at infinity, where a polynomial of degree d counts as its coefficient of X^d:
 * there X is 1, 1 - X is -1, and what has a lower degree is 0. */
typedef struct place {
    zkl_fr x, y;
    bool infinite;
} place;

static place place_of(const zkl_fr *x)
{
    place out = { .x = *x };
    zkl_fr_sub(&out.y, &ZKL_FR_ONE, x);
    return out;
}

/* The points of a round. */
static void round_places(place out[ZKL_ROUND_POINTS])
{
    zkl_fr two, minus;
    zkl_fr_from_u64(&two, 2);
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    out[0] = place_of(&ZKL_FR_ZERO);
    out[1] = place_of(&two);
    out[2] = place_of(&minus);
    out[3] = (place){ ZKL_FR_ONE, minus, true };
}

/* out[a] = X^a (1 - X)^(k - a) */
static void basis(zkl_fr out[ARITY + 1], const place *at, size_t k)
{
    out[0] = ZKL_FR_ONE;
    for (size_t i = 0; i < k; i++) {
        zkl_fr_mul(&out[i + 1], &out[i], &at->x);
        for (size_t a = i + 1; a-- > 0;)
            zkl_fr_mul(&out[a], &out[a], &at->y);
    }
}

/* e_k at (X1, X2), from its moments. */
static void symmetric_value(zkl_fr *out, const zkl_fr *moments, size_t k, const place *x1,
                            const place *x2)
{
    zkl_fr b1[ARITY + 1], b2[ARITY + 1];
    basis(b1, x1, k);
    basis(b2, x2, k);
    *out = ZKL_FR_ZERO;
    for (size_t a = 0; a <= k; a++) {
        zkl_fr row;
        zkl_fr_dot(&row, moments + a * (k + 1), b2, k + 1);
        zkl_fr_mul(&row, &row, &b1[a]);
        zkl_fr_add(out, out, &row);
    }
}

/* P and Q of m quarters of numbers, as polynomials of degree `degree`. */
static void number_values(zkl_fr *p, zkl_fr *q, const zkl_fr *moments, size_t m, size_t degree,
                          const zkl_fr *alpha, const place *x1, const place *x2)
{
    *p = *q = ZKL_FR_ZERO;
    for (size_t k = 0; k <= m; k++) {
        zkl_fr e, power, term, times;
        if ((x1->infinite || x2->infinite) && k < degree)
            continue;
        symmetric_value(&e, moments + ZKL_QUAD_MOMENT(k), k, x1, x2);
        if (k % 2)
            zkl_fr_neg(&e, &e);
        zkl_fr_pow_u64(&power, alpha, m - k);
        zkl_fr_mul(&term, &power, &e);
        zkl_fr_add(q, q, &term);
        if (k == m)
            continue;
        zkl_fr_pow_u64(&power, alpha, m - k - 1);
        zkl_fr_from_u64(&times, m - k);
        zkl_fr_mul(&term, &power, &e);
        zkl_fr_mul(&term, &term, &times);
        zkl_fr_add(p, p, &term);
    }
}

/* q (P + lambda Q) + p Q of a group with another quarter, corner by corner. */
static void add_corners(zkl_fr *sum, const zkl_first_rounds *f, const group *g,
                        const group_moments *moments, const zkl_fr *lambda, const place *x1,
                        const place *x2)
{
    const zkl_fr *alpha = zkl_leaf_source_alpha(f->leaves);
    const size_t degree = ARITY - 1;
    for (size_t c = 0; c < CORNERS; c++) {
        zkl_fr p, q, at, term;
        zkl_fr_mul(&at, c >> 1 ? &x1->x : &x1->y, c & 1 ? &x2->x : &x2->y);
        number_values(&p, &q, moments->of[g->q_varies[c] ? LIST_Q + c : 0], g->number_count, degree,
                      alpha, x1, x2);
        zkl_fr_mul(&term, lambda, &q);
        zkl_fr_add(&term, &term, &p);
        if (!g->q_varies[c])
            zkl_fr_mul(&term, &term, &g->q[c]);
        zkl_fr_mul(&term, &term, &at);
        zkl_fr_add(sum, sum, &term);

        number_values(&p, &q, moments->of[g->p_varies[c] ? LIST_P + c : 0], g->number_count, degree,
                      alpha, x1, x2);
        if (!g->p_varies[c])
            zkl_fr_mul(&q, &q, &g->p[c]);
        zkl_fr_mul(&q, &q, &at);
        zkl_fr_add(sum, sum, &q);
    }
}

static void value_at(zkl_fr *out, const zkl_first_rounds *f, const zkl_fr *lambda, const place *x1,
                     const place *x2)
{
    *out = ZKL_FR_ZERO;
    for (size_t i = 0; i < f->group_count; i++) {
        const group *g = &f->groups[i];
        zkl_fr p, q;
        if (g->has_other) {
            add_corners(out, f, g, &f->moments[i], lambda, x1, x2);
            continue;
        }
        number_values(&p, &q, f->moments[i].of[0], g->number_count, ARITY,
                      zkl_leaf_source_alpha(f->leaves), x1, x2);
        zkl_fr_mul(&q, &q, lambda);
        zkl_fr_add(out, out, &p);
        zkl_fr_add(out, out, &q);
    }
}

void zkl_first_rounds_first(zkl_fr sums[ZKL_ROUND_POINTS], const zkl_first_rounds *f,
                            const zkl_fr *lambda, const zkl_fr *r_next)
{
    place places[ZKL_ROUND_POINTS];
    const place zero = place_of(&ZKL_FR_ZERO), one = place_of(&ZKL_FR_ONE);
    round_places(places);
    for (size_t i = 0; i < ZKL_ROUND_POINTS; i++) {
        zkl_fr low, high;
        value_at(&low, f, lambda, &places[i], &zero);
        value_at(&high, f, lambda, &places[i], &one);
        zkl_fr_sub(&high, &high, &low);
        zkl_fr_mul(&high, &high, r_next);
        zkl_fr_add(&sums[i], &low, &high);
    }
}

void zkl_first_rounds_second(zkl_fr sums[ZKL_ROUND_POINTS], const zkl_first_rounds *f,
                             const zkl_fr *lambda, const zkl_fr *bound)
{
    place places[ZKL_ROUND_POINTS];
    const place first = place_of(bound);
    round_places(places);
    for (size_t i = 0; i < ZKL_ROUND_POINTS; i++)
        value_at(&sums[i], f, lambda, &first, &places[i]);
}

/* ---- beginning and end */

static zkl_status make_rooms(zkl_first_rounds *f, size_t workers, zkl_error *err)
{
    f->moments = zkl_malloc(f->group_count, sizeof *f->moments);
    f->sums = zkl_calloc(workers * f->group_count, sizeof *f->sums);
    f->rooms = zkl_malloc(workers, sizeof *f->rooms);
    return f->moments && f->sums && f->rooms
               ? ZKL_OK
               : zkl_no_memory(err, workers * f->group_count * sizeof *f->sums);
}

zkl_status zkl_first_rounds_new(zkl_first_rounds **out, const zkl_leaf_source *leaves,
                                const zkl_cell_sums *cells, const zkl_fr_lanes *lanes, unsigned n,
                                zkl_pool *pool, zkl_error *err)
{
    const unsigned log_cells = zkl_leaf_source_log_cells(leaves);
    *out = NULL;
    if (!cells)
        return ZKL_OK;
    ZKL_AUTO_FREE(zkl_first_rounds) f = zkl_calloc(1, sizeof *f);
    if (!f)
        return zkl_no_memory(err, sizeof *f);
    ZKL_ASSERT(n >= 4);
    f->leaves = leaves;
    f->lanes = lanes;
    f->quads_log = n - 4;
    f->quad_count = (size_t)1 << f->quads_log;
    f->cell_count = (size_t)1 << log_cells;
    f->span = f->quad_count < f->cell_count ? f->quad_count : f->cell_count;
    f->tile_log = TILE_LOG;
    while ((size_t)1 << f->tile_log > f->span)
        f->tile_log--;
    f->set = f->tile_log < 3 ? &zkl_cell_sums_portable : cells; /* runs of eight */
    f->group_of = zkl_malloc(f->quad_count / f->span, sizeof *f->group_of);
    if (!f->group_of)
        return zkl_no_memory(err, f->quad_count / f->span);
    for (size_t t = 0; t < f->quad_count; t += f->span)
        if (!find_group(f, t))
            return ZKL_OK;
    ZKL_TRY(make_rooms(f, zkl_pool_threads(pool), err));
    *out = f;
    f = NULL;
    return ZKL_OK;
}

/* zkl_free wipes. */
void zkl_first_rounds_free(zkl_first_rounds *f)
{
    if (!f)
        return;
    zkl_free(f->group_of);
    zkl_free(f->moments);
    zkl_free(f->sums);
    zkl_free(f->rooms);
    zkl_free(f);
}
