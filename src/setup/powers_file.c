/* .zklpowers: the powers that commitments are made with (docs/formats/powers.md).
 *
 *   magic "zkl/powr", u32 version, [tau]_1 [tau]_2 [tau^2]_2 compressed, u32 count, [tau^i]_1
 *   compressed, SHA3-256 of it all
 *
 * Whoever commits over powers of another form than tau^i could be made to commit to something
 * else, so everything is checked: the hash (a damaged file), each point, the first two against
 * the verifier's, and each against the one before. */
#include "setup/powers_file.h"

#include "hash/trailing_hash.h"
#include "setup/powers.h"

#define VERSION 1
#define HEAD_BYTES (8 + 4 + ZKL_SRS_VERIFIER_BYTES + 4)

_Static_assert(HEAD_BYTES + (size_t)ZKL_POWERS_FILE_COUNT_MAX * ZKL_G1_BYTES +
                       ZKL_TRAILING_HASH_BYTES <=
                   ZKL_POWERS_FILE_BYTES_MAX,
               "the largest file is within the limit");

/* Appended to out; the hash is over what was appended, not over what stood there before. */
zkl_status zkl_powers_file_encode(zkl_buffer *out, const zkl_srs *srs, zkl_error *err)
{
    ZKL_ASSERT(srs->power_count >= 2 && srs->power_count <= ZKL_POWERS_FILE_COUNT_MAX);
    const size_t start = out->size;
    uint8_t verifier[ZKL_SRS_VERIFIER_BYTES], point[ZKL_G1_BYTES];
    zkl_buffer_put_text(out, ZKL_POWERS_FILE_MAGIC);
    zkl_buffer_put_u32(out, VERSION);
    /* big-endian and compressed, as all formats of ours; iden3's are the other way */
    zkl_srs_verifier_encode(verifier, &srs->verifier);
    zkl_buffer_put(out, verifier, sizeof verifier);
    zkl_buffer_put_u32(out, (uint32_t)srs->power_count);
    for (size_t i = 0; i < srs->power_count; i++) {
        zkl_g1_encode(point, &srs->powers[i]);
        zkl_buffer_put(out, point, sizeof point);
    }
    zkl_trailing_hash_put(out, start);
    return zkl_buffer_status(out, err);
}

/* Sum of w_i P_i and of w_i P_(i+1) have the ratio tau:
 * e(sum w_i P_i, [tau]_2) = e(sum w_i P_(i+1), [1]_2): a wrong power passes with a chance of
 * 2^-128. */
static zkl_status check_steps(const zkl_srs *srs, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(srs->power_count >= 2);
    const size_t count = srs->power_count - 1;
    zkl_g1 sum;
    zkl_g1_affine before, after;
    ZKL_AUTO_BLOCK zkl_fr *weights = zkl_malloc(count, sizeof *weights);
    if (!weights)
        return zkl_no_memory(err, count * sizeof *weights);
    ZKL_TRY(zkl_setup_weights_draw(weights, count, env, err));
    ZKL_TRY(zkl_g1_msm(&sum, srs->powers, weights, count, env->pool, err));
    zkl_g1_normalize(&before, &sum);
    ZKL_TRY(zkl_g1_msm(&sum, srs->powers + 1, weights, count, env->pool, err));
    zkl_g1_normalize(&after, &sum);
    if (!zkl_pairings_equal(&before, &srs->verifier.tau_2, &after, &zkl_g2_generator))
        return zkl_fail(err, ZKL_REJECTED, "powers file: not powers of one tau");
    return ZKL_OK;
}

/* Form and hash; no point is decoded before both are right. Lengths come from the count, which
 * is bounded. */
static zkl_status read_form(zkl_bytes *verifier, zkl_bytes *points, size_t *count, zkl_bytes bytes,
                            zkl_error *err)
{
    if (bytes.size < HEAD_BYTES + ZKL_TRAILING_HASH_BYTES)
        return zkl_fail(err, ZKL_BAD_INPUT, "powers file: cut off");
    zkl_reader reader = zkl_trailing_hash_reader(bytes);
    if (memcmp(zkl_reader_take(&reader, 8, "magic").data, ZKL_POWERS_FILE_MAGIC, 8) != 0 ||
        zkl_reader_u32(&reader, "version") != VERSION)
        return zkl_fail(err, ZKL_BAD_INPUT, "powers file: not of version %d", VERSION);
    *verifier = zkl_reader_take(&reader, ZKL_SRS_VERIFIER_BYTES, "powers for verifiers");
    *count = zkl_reader_count(&reader, ZKL_POWERS_FILE_COUNT_MAX, ZKL_G1_BYTES, "number of powers");
    *points = zkl_reader_take(&reader, *count * ZKL_G1_BYTES, "powers");
    ZKL_TRY(zkl_reader_finish(&reader, "powers file", err));
    if (*count < 2)
        return zkl_fail(err, ZKL_BAD_INPUT, "powers file: %zu powers, at least 2", *count);
    return zkl_trailing_hash_check(bytes, "powers file", err);
}

/* out is set when every check has passed, and not before. */
zkl_status zkl_powers_file_parse(zkl_srs *out, zkl_arena *arena, zkl_bytes bytes,
                                 const zkl_env *env, zkl_error *err)
{
    zkl_bytes verifier, encoded;
    size_t count = 0;
    zkl_srs srs = { 0 };
    if (bytes.size > ZKL_POWERS_FILE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "powers file: %zu bytes, at most %zu", bytes.size,
                        ZKL_POWERS_FILE_BYTES_MAX);
    ZKL_TRY(read_form(&verifier, &encoded, &count, bytes, err));
    ZKL_TRY(zkl_srs_verifier_decode(&srs.verifier, verifier, err));
    /* on the pool: decoding is a square root and a subgroup check for each point */
    zkl_g1_affine *points = ZKL_ARENA_NEW(arena, zkl_g1_affine, count);
    if (!points)
        return zkl_no_memory(err, count * sizeof *points);
    ZKL_TRY(
        zkl_g1_decode_many(points, encoded.data, count, "powers file, [tau^i]_1", env->pool, err));
    if (memcmp(&points[0], &zkl_g1_generator, sizeof points[0]) != 0 ||
        memcmp(&points[1], &srs.verifier.tau_1, sizeof points[1]) != 0)
        return zkl_fail(err, ZKL_REJECTED, "powers file: the powers do not begin with 1 and tau");
    ZKL_ASSERT(encoded.size == count * ZKL_G1_BYTES);
    srs.powers = points;
    srs.power_count = count;
    ZKL_TRY(check_steps(&srs, env, err));
    *out = srs;
    return ZKL_OK;
}
