/* Disclosed rows (verify/direct.h): from a statement whose cells are asked for to its masks and its
 * proof. For row t of a chunk
 *
 *   w = sum_j theta'^j block_j + chi g,   S_(d-1) = w_(t+d) + w_(t-d),
 *
 * S since P = X^t: w(X) X^-t + w(1/X) X^t has the coefficient w_(t+d) + w_(t-d) at X^d and X^-d,
 * and 2 w_t at X^0. No transform is needed.
 *
 * Hiding: each row has a mask g of its own, fresh for this proof. What is revealed of w (K_g, S,
 * sigma, four values; W follows) has full rank in g given Y (section 2): it says nothing but Y. */
#include "claim/assertion.h"
#include "prove/prove_internal.h"
#include "verify/direct.h"

typedef struct direct_room {
    zkl_arena arena; /* wipes */
    const zkl_proof_format *format;
    zkl_statement statement; /* the request's, with masks */
    uint8_t (*points)[ZKL_POINT_BYTES];
    zkl_fr *masks; /* 2 mask_half coefficients a row */
    zkl_fr t0;
    zkl_fr *weights; /* theta'^j */
    zkl_fr *base;    /* sum_j theta'^j block_j of a chunk, blinders included: count coefficients */
    size_t base_block;   /* of which chunk it is: its first block; SIZE_MAX: of none */
    zkl_fr *w, *s, *sum; /* of one row, count coefficients each */
    size_t count;        /* C + mask_half */
} direct_room;

static void direct_room_clear(direct_room *room)
{
    zkl_arena_clear(&room->arena);
    zkl_wipe(room, sizeof *room);
}

static zkl_status make_room(direct_room *room, const zkl_disclosure_request *request,
                            zkl_error *err)
{
    const size_t cells = (size_t)1 << room->format->log_cells, half = room->format->mask_half;
    zkl_statement *s = &room->statement;
    room->arena.is_secret = true;
    *s = *request->statement;
    room->count = cells + half;
    room->base_block = SIZE_MAX;
    room->points = zkl_arena_alloc(&room->arena, s->assertion_count + 1, ZKL_POINT_BYTES);
    room->masks = ZKL_ARENA_NEW(&room->arena, zkl_fr, 2 * half * s->assertion_count);
    room->weights = ZKL_ARENA_NEW(&room->arena, zkl_fr, s->block_count);
    room->base = ZKL_ARENA_NEW(&room->arena, zkl_fr, room->count);
    room->w = ZKL_ARENA_NEW(&room->arena, zkl_fr, room->count);
    room->s = ZKL_ARENA_NEW(&room->arena, zkl_fr, room->count);
    room->sum = ZKL_ARENA_NEW(&room->arena, zkl_fr, room->count);
    if (!room->points || !room->masks || !room->weights || !room->base || !room->w || !room->s ||
        !room->sum)
        return zkl_no_memory(err, 4 * room->count * sizeof *room->w);
    s->masks = (const uint8_t(*)[ZKL_POINT_BYTES])room->points;
    s->mask_count = s->assertion_count;
    return ZKL_OK;
}

/* Every cell is the row's: before any curve work. */
static zkl_status check_cells(const direct_room *room, const zkl_disclosure_request *request,
                              zkl_error *err)
{
    const zkl_statement *s = &room->statement;
    for (size_t i = 0; i < s->assertion_count; i++) {
        const zkl_direct_place place = zkl_direct_place_of(s, i, room->format);
        for (size_t j = 0; j < place.block_count; j++) {
            uint64_t cell;
            const bool same = zkl_assertion_param_u64(&cell, &s->assertions[i].params[1 + j]) &&
                              request->cells[place.first_block + j][place.row] == cell;
            if (!same)
                return zkl_fail(err, ZKL_REJECTED, "disclosed row %zu: cell %zu is another one", i,
                                j);
        }
    }
    return ZKL_OK;
}

/* Secrets derive from the statement without its points, masks from secrets, t0 from all of it. */
static zkl_status make_statement(zkl_buffer *out, direct_room *room, const zkl_prove_world *world,
                                 zkl_pool *pool, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) head = { 0 };
    const size_t size = 2 * (size_t)room->format->mask_half;
    const zkl_statement *s = &room->statement;
    zkl_statement_encode_head(&head, s);
    ZKL_TRY(zkl_buffer_status(&head, err));
    ZKL_TRY(world->seed(world->opaque, zkl_buffer_bytes(&head), err));
    for (size_t i = 0; i < size * s->mask_count; i++)
        world->secret(world->opaque, &room->masks[i]);
    for (size_t i = 0; i < s->mask_count; i++)
        ZKL_TRY(world->committer.mask(&world->committer, room->points[i], &room->masks[i * size],
                                      pool, err));
    zkl_statement_encode(out, s);
    ZKL_TRY(zkl_buffer_status(out, err));
    zkl_statement_t0(&room->t0, zkl_buffer_bytes(out));
    zkl_direct_weights(room->weights, s->block_count, &room->t0);
    return ZKL_OK;
}

static void add_scaled(zkl_fr *out, const zkl_fr *k, const zkl_fr *v)
{
    zkl_fr product;
    zkl_fr_mul(&product, k, v);
    zkl_fr_add(out, out, &product);
}

/* sum_j theta'^j block_j: the same for all rows of a chunk. */
static void combine_chunk(direct_room *room, const zkl_direct_place *place,
                          const zkl_disclosure_request *request, zkl_pool *pool)
{
    const size_t cells = (size_t)1 << room->format->log_cells;
    if (room->base_block == place->first_block)
        return;
    room->base_block = place->first_block;
    memset(room->base, 0, room->count * sizeof *room->base);
    const zkl_weighted_blocks chunk = { room->weights, request->cells + place->first_block, NULL,
                                        place->block_count, cells };
    zkl_cells_combine_all(room->base, &chunk, pool);
    for (size_t j = 0; j < place->block_count; j++)
        add_scaled(&room->base[cells], &room->weights[j],
                   &request->blinders[place->first_block + j]);
}

/* w and S of one row; sigma is the mask's coefficient at X^t, and 0 past its lower half. */
static void open_row(direct_room *room, zkl_direct_opening *out, size_t part, size_t t)
{
    const size_t cells = (size_t)1 << room->format->log_cells, half = room->format->mask_half;
    const zkl_fr *mask = &room->masks[2 * half * part];
    zkl_fr chi;
    ZKL_ASSERT(t < cells);
    out->sigma = t < half ? mask[t] : ZKL_FR_ZERO;
    zkl_direct_chi(&chi, &room->t0, part, &out->sigma);
    memcpy(room->w, room->base, room->count * sizeof *room->w);
    for (size_t i = 0; i < half; i++) {
        add_scaled(&room->w[i], &chi, &mask[i]);
        add_scaled(&room->w[cells + i], &chi, &mask[half + i]);
    }
    room->s[room->count - 1] = ZKL_FR_ZERO;
    for (size_t d = 1; d < room->count; d++) {
        zkl_fr *at = &room->s[d - 1];
        *at = t + d < room->count ? room->w[t + d] : ZKL_FR_ZERO;
        if (d <= t)
            zkl_fr_add(at, at, &room->w[t - d]);
    }
}

static zkl_status prove_part(zkl_buffer *out, direct_room *room, size_t part,
                             const zkl_disclosure_request *request, const zkl_committer *committer,
                             zkl_pool *pool, zkl_error *err)
{
    const zkl_direct_place place = zkl_direct_place_of(&room->statement, part, room->format);
    zkl_direct_opening opening;
    zkl_fr z;
    combine_chunk(room, &place, request, pool);
    open_row(room, &opening, part, place.row);
    ZKL_TRY(committer->coefficients(committer, opening.s, room->s, room->count - 1, pool, err));
    zkl_direct_point(&z, &room->t0, part, &opening.sigma, opening.s);
    const zkl_opened opened = { room->w, room->s, room->count, &z, room->sum };
    ZKL_TRY(zkl_opening_finish(opening.w, &opening.values, &opened, committer, pool, err));
    zkl_direct_encode(out, &opening);
    return ZKL_OK;
}

zkl_status zkl_prove_direct_in(zkl_prove_result *out, const zkl_prove_world *world,
                               const zkl_disclosure_request *request, const zkl_env *env,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(direct_room) room = { .format = world->committer.format };
    ZKL_AUTO_CLEAR(zkl_prove_result) result = { 0 };
    const double start = zkl_prove_seconds();
    const size_t rows = request->statement->assertion_count;
    ZKL_TRY(make_room(&room, request, err));
    ZKL_TRY(zkl_statement_check(&room.statement, room.format, NULL, 0, err));
    if (!zkl_statement_is_direct(&room.statement))
        return zkl_fail(err, ZKL_REJECTED, "the statement discloses no row");
    ZKL_TRY(check_cells(&room, request, err));
    ZKL_TRY(make_statement(&result.statement, &room, world, env->pool, err));
    result.commit_s = zkl_prove_seconds() - start;
    const size_t total = request->total ? request->total : rows;
    for (size_t i = 0; i < rows; i++) {
        ZKL_TRY(zkl_env_progress(env, "opening rows", request->done + i, total, err));
        ZKL_TRY(prove_part(&result.proof, &room, i, request, &world->committer, env->pool, err));
    }
    ZKL_TRY(zkl_buffer_status(&result.proof, err));
    result.opening_s = zkl_prove_seconds() - start - result.commit_s;
    ZKL_TRY(zkl_env_progress(env, "opening rows", request->done + rows, total, err));
    *out = result;
    result = (zkl_prove_result){ 0 };
    return ZKL_OK;
}
