/* verification_key.json, proof.json and public.json as snarkjs has them (docs/formats/iden3.md).
 *
 * 1. Numbers are decimal strings: up to 116 digits of 384 bits, without leading zeros, below p or
 *    r. Anything else is refused, so that an element has one text.
 * 2. Points are affine, written with the coordinate 1; they are checked as those of every other
 *    file, which snarkjs does not do.
 * 3. Writing is one form, byte for byte. vk_alphabeta_12 is derived: written for snarkjs, compared
 *    when read.
 * Public data only. */
#include "setup/iden3_json.h"

#include <jansson.h>

#include "base/below.h"
#include "base/file.h"
#include "setup/iden3_sections.h"

/* An integer of up to 384 bits, least significant limb first. */
#define LIMBS 6
#define DECIMAL_DIGITS_MAX 116 /* check: 10**115 < 2**384 < 10**116 */
#define TEN_19 10000000000000000000u

/* ---- decimal numbers */

/* out = text, exactly digits without leading zeros, below 2^384. */
static bool parse_decimal(uint64_t out[static LIMBS], const char *text, size_t size)
{
    ZKL_ASSERT(text);
    if (size == 0 || size > DECIMAL_DIGITS_MAX || (size > 1 && text[0] == '0'))
        return false;
    memset(out, 0, LIMBS * sizeof *out);
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        unsigned __int128 carry = (unsigned __int128)(text[i] - '0');
        for (size_t k = 0; k < LIMBS; k++) {
            carry += (unsigned __int128)out[k] * 10;
            out[k] = (uint64_t)carry;
            carry >>= 64;
        }
        if (carry)
            return false;
    }
    return true;
}

/* value /= 10^19; the rest is the next 19 digits, from the right. */
static uint64_t divide_by_ten_19(uint64_t value[static LIMBS])
{
    unsigned __int128 rest = 0; /* below 10^19, so rest 2^64 + a limb has 128 bits */
    for (size_t k = LIMBS; k-- > 0;) {
        rest = rest << 64 | value[k];
        value[k] = (uint64_t)(rest / TEN_19);
        rest %= TEN_19;
    }
    return (uint64_t)rest;
}

/* As a JSON string. */
static void put_decimal(zkl_buffer *out, uint64_t value[static LIMBS])
{
    uint64_t groups[7]; /* 19 digits each, 7 * 19 >= 116 */
    size_t count = 0;
    do
        groups[count++] = divide_by_ten_19(value);
    while (count < ZKL_COUNT(groups) &&
           (value[0] | value[1] | value[2] | value[3] | value[4] | value[5]));
    zkl_buffer_format(out, "\"%llu", (unsigned long long)groups[--count]);
    while (count-- > 0)
        zkl_buffer_format(out, "%019llu", (unsigned long long)groups[count]);
    zkl_buffer_put_u8(out, '"');
}

/* The number, not its Montgomery form. */
static void put_fp(zkl_buffer *out, const blst_fp *a)
{
    uint64_t value[LIMBS];
    blst_uint64_from_fp(value, a);
    put_decimal(out, value);
}

/* A number below p: one that is not comes back changed. */
static bool get_fp(blst_fp *out, const json_t *text)
{
    uint64_t value[LIMBS], again[LIMBS];
    if (!json_is_string(text) ||
        !parse_decimal(value, json_string_value(text), json_string_length(text)))
        return false;
    blst_fp_from_uint64(out, value);
    blst_uint64_from_fp(again, out); /* differs when the number was not below p */
    return memcmp(value, again, sizeof value) == 0;
}

/* ["c0", "c1"] */
static bool get_fp2(blst_fp2 *out, const json_t *pair)
{
    return json_array_size(pair) == 2 && get_fp(&out->fp[0], json_array_get(pair, 0)) &&
           get_fp(&out->fp[1], json_array_get(pair, 1));
}

/* Exactly this text: a string with a NUL inside is another. */
static bool is_text(const json_t *value, const char *text)
{
    return json_is_string(value) && json_string_length(value) == strlen(text) &&
           strcmp(json_string_value(value), text) == 0;
}

/* ---- reading elements */

static zkl_status get_g1(zkl_g1_affine *out, const json_t *point, const char *what, zkl_error *err)
{
    ZKL_ASSERT(what);
    if (json_array_size(point) != 3 || !get_fp(&out->x, json_array_get(point, 0)) ||
        !get_fp(&out->y, json_array_get(point, 1)) || !is_text(json_array_get(point, 2), "1"))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is not an affine point of decimal strings", what);
    if (!zkl_iden3_g1_valid(out))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is not in the group", what);
    return ZKL_OK;
}

/* As get_g1, with 1 as the pair ["1", "0"]. */
static zkl_status get_g2(zkl_g2_affine *out, const json_t *point, const char *what, zkl_error *err)
{
    ZKL_ASSERT(what);
    const json_t *const z = json_array_get(point, 2);
    if (json_array_size(point) != 3 || !get_fp2(&out->x, json_array_get(point, 0)) ||
        !get_fp2(&out->y, json_array_get(point, 1)) || json_array_size(z) != 2 ||
        !is_text(json_array_get(z, 0), "1") || !is_text(json_array_get(z, 1), "0"))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is not an affine point of decimal strings", what);
    if (!zkl_iden3_g2_valid(out))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is not in the group", what);
    return ZKL_OK;
}

/* For a root that frees itself on every path. */
static void json_auto_free(json_t **root)
{
    json_decref(*root);
}

/* Duplicate names are refused: two readers could take different ones. */
static zkl_status load_json(json_t **out, zkl_bytes json, zkl_error *err)
{
    if (json.size > ZKL_IDEN3_JSON_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "%zu bytes of JSON, at most %d", json.size,
                        ZKL_IDEN3_JSON_BYTES_MAX);
    json_error_t fault;
    *out = json_loadb((const char *)json.data, json.size, JSON_REJECT_DUPLICATES, &fault);
    if (*out)
        return ZKL_OK;
    if (json_error_code(&fault) == json_error_out_of_memory)
        return zkl_no_memory(err, json.size);
    return zkl_fail(err, ZKL_BAD_INPUT, "line %d, column %d: %s", fault.line, fault.column,
                    fault.text);
}

/* Another curve's file is not supported rather than bad. */
static zkl_status check_protocol(const json_t *root, zkl_error *err)
{
    if (!is_text(json_object_get(root, "protocol"), "groth16"))
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "protocol is not 'groth16'");
    if (!is_text(json_object_get(root, "curve"), "bls12381"))
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "curve is not 'bls12381'");
    return ZKL_OK;
}

/* ---- verification_key.json */

/* e(alpha, beta), as snarkjs orders its coefficients: two halves of three pairs. */
static void pair_alpha_beta(blst_fp12 *out, const zkl_groth16_vk *vk)
{
    blst_miller_loop(out, &vk->beta, &vk->alpha);
    blst_final_exp(out, out);
}

/* Left out by older tools; where it stands it has to be right. */
static zkl_status check_alpha_beta(const json_t *given, const zkl_groth16_vk *vk, zkl_error *err)
{
    blst_fp12 want, got;
    pair_alpha_beta(&want, vk);
    bool good = json_array_size(given) == 2;
    for (size_t i = 0; i < 2 && good; i++) {
        const json_t *const half = json_array_get(given, i);
        good = json_array_size(half) == 3;
        for (size_t k = 0; k < 3 && good; k++)
            good = get_fp2(&got.fp6[i].fp2[k], json_array_get(half, k));
    }
    if (!good || memcmp(&want, &got, sizeof want) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'vk_alphabeta_12' is not the pairing of alpha and beta");
    return ZKL_OK;
}

/* Every member is looked up by name, and their number says that there are no others. */
zkl_status zkl_iden3_vk_parse(zkl_groth16_vk *out, zkl_bytes json, zkl_error *err)
{
    __attribute__((cleanup(json_auto_free))) json_t *root = NULL;
    ZKL_TRY(load_json(&root, json, err));
    ZKL_TRY(check_protocol(root, err));
    const json_t *const public_count = json_object_get(root, "nPublic");
    if (!json_is_integer(public_count) || json_integer_value(public_count) != 1)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "'nPublic' is not 1");
    zkl_groth16_vk vk;
    ZKL_TRY(get_g1(&vk.alpha, json_object_get(root, "vk_alpha_1"), "vk_alpha_1", err));
    ZKL_TRY(get_g2(&vk.beta, json_object_get(root, "vk_beta_2"), "vk_beta_2", err));
    ZKL_TRY(get_g2(&vk.gamma, json_object_get(root, "vk_gamma_2"), "vk_gamma_2", err));
    ZKL_TRY(get_g2(&vk.delta, json_object_get(root, "vk_delta_2"), "vk_delta_2", err));
    const json_t *const ic = json_object_get(root, "IC");
    if (json_array_size(ic) != 2)
        return zkl_fail(err, ZKL_BAD_INPUT, "'IC' has not exactly two points");
    for (size_t i = 0; i < 2; i++)
        ZKL_TRY(get_g1(&vk.ic[i], json_array_get(ic, i), "IC", err));
    const json_t *const alpha_beta = json_object_get(root, "vk_alphabeta_12");
    if (alpha_beta)
        ZKL_TRY(check_alpha_beta(alpha_beta, &vk, err));
    if (json_object_size(root) != (alpha_beta ? 9u : 8u))
        return zkl_fail(err, ZKL_BAD_INPUT, "verification key with unknown fields");
    ZKL_TRY(zkl_groth16_vk_check(&vk, err));
    *out = vk;
    return ZKL_OK;
}

/* ---- proof.json, public.json */

/* A proof has five members: three points, protocol and curve. */
zkl_status zkl_iden3_proof_parse(zkl_groth16_proof *out, zkl_bytes json, zkl_error *err)
{
    __attribute__((cleanup(json_auto_free))) json_t *root = NULL;
    ZKL_TRY(load_json(&root, json, err));
    ZKL_TRY(check_protocol(root, err));
    zkl_groth16_proof proof;
    ZKL_TRY(get_g1(&proof.a, json_object_get(root, "pi_a"), "pi_a", err));
    ZKL_TRY(get_g2(&proof.b, json_object_get(root, "pi_b"), "pi_b", err));
    ZKL_TRY(get_g1(&proof.c, json_object_get(root, "pi_c"), "pi_c", err));
    if (json_object_size(root) != 5)
        return zkl_fail(err, ZKL_BAD_INPUT, "proof with unknown fields");
    *out = proof;
    return ZKL_OK;
}

/* A list of one number: our circuits have one public input. */
zkl_status zkl_iden3_public_parse(zkl_fr *out, zkl_bytes json, zkl_error *err)
{
    __attribute__((cleanup(json_auto_free))) json_t *root = NULL;
    ZKL_TRY(load_json(&root, json, err));
    const json_t *const text = json_array_get(root, 0);
    uint64_t value[LIMBS];
    if (json_array_size(root) != 1 || !json_is_string(text) ||
        !parse_decimal(value, json_string_value(text), json_string_length(text)))
        return zkl_fail(err, ZKL_BAD_INPUT, "not a list of one decimal string");
    uint8_t bytes[sizeof value];
    memcpy(bytes, value, sizeof value);
    if (value[4] || value[5] || !zkl_fr_decode_le(out, bytes))
        return zkl_fail(err, ZKL_BAD_INPUT, "the public input is not below the field's order");
    return ZKL_OK;
}

/* ---- writing */

/* ["c0", "c1"] */
static void put_fp2(zkl_buffer *out, const blst_fp2 *a)
{
    zkl_buffer_put_text(out, "[");
    put_fp(out, &a->fp[0]);
    zkl_buffer_put_text(out, ", ");
    put_fp(out, &a->fp[1]);
    zkl_buffer_put_text(out, "]");
}

/* Affine points have the third coordinate 1. Infinity has no such form, and no key or proof has
 * it. */
static void put_g1(zkl_buffer *out, const zkl_g1_affine *a)
{
    ZKL_ASSERT(!blst_p1_affine_is_inf(a));
    zkl_buffer_put_text(out, "[");
    put_fp(out, &a->x);
    zkl_buffer_put_text(out, ", ");
    put_fp(out, &a->y);
    zkl_buffer_put_text(out, ", \"1\"]");
}

static void put_g2(zkl_buffer *out, const zkl_g2_affine *a)
{
    ZKL_ASSERT(!blst_p2_affine_is_inf(a));
    zkl_buffer_put_text(out, "[");
    put_fp2(out, &a->x);
    zkl_buffer_put_text(out, ", ");
    put_fp2(out, &a->y);
    zkl_buffer_put_text(out, ", [\"1\", \"0\"]]");
}

/* A member and its comma. */
static void put_named_g1(zkl_buffer *out, const char *name, const zkl_g1_affine *a)
{
    ZKL_ASSERT(name && *name);
    zkl_buffer_format(out, " \"%s\": ", name);
    put_g1(out, a);
    zkl_buffer_put_text(out, ",\n");
}

static void put_named_g2(zkl_buffer *out, const char *name, const zkl_g2_affine *a)
{
    ZKL_ASSERT(name && *name);
    zkl_buffer_format(out, " \"%s\": ", name);
    put_g2(out, a);
    zkl_buffer_put_text(out, ",\n");
}

/* vk_alphabeta_12: two halves, each of three pairs. */
static void put_alpha_beta(zkl_buffer *out, const zkl_groth16_vk *vk)
{
    blst_fp12 value;
    pair_alpha_beta(&value, vk);
    zkl_buffer_put_text(out, " \"vk_alphabeta_12\": [");
    for (size_t i = 0; i < 2; i++) {
        zkl_buffer_put_text(out, i ? ", [" : "[");
        for (size_t k = 0; k < 3; k++) {
            zkl_buffer_put_text(out, k ? ", " : "");
            put_fp2(out, &value.fp6[i].fp2[k]);
        }
        zkl_buffer_put_text(out, "]");
    }
    zkl_buffer_put_text(out, "],\n");
}

/* The order of members is snarkjs's. */
void zkl_iden3_vk_encode(zkl_buffer *out, const zkl_groth16_vk *vk)
{
    zkl_buffer_put_text(
        out, "{\n \"protocol\": \"groth16\",\n \"curve\": \"bls12381\",\n \"nPublic\": 1,\n");
    put_named_g1(out, "vk_alpha_1", &vk->alpha);
    put_named_g2(out, "vk_beta_2", &vk->beta);
    put_named_g2(out, "vk_gamma_2", &vk->gamma);
    put_named_g2(out, "vk_delta_2", &vk->delta);
    put_alpha_beta(out, vk);
    zkl_buffer_put_text(out, " \"IC\": [");
    put_g1(out, &vk->ic[0]);
    zkl_buffer_put_text(out, ", ");
    put_g1(out, &vk->ic[1]);
    zkl_buffer_put_text(out, "]\n}\n");
}

/* The order of members is snarkjs's, which other tools may rely on. */
void zkl_iden3_proof_encode(zkl_buffer *out, const zkl_groth16_proof *proof)
{
    zkl_buffer_put_text(out, "{\n");
    put_named_g1(out, "pi_a", &proof->a);
    put_named_g2(out, "pi_b", &proof->b);
    put_named_g1(out, "pi_c", &proof->c);
    zkl_buffer_put_text(out, " \"protocol\": \"groth16\",\n \"curve\": \"bls12381\"\n}\n");
}

void zkl_iden3_public_encode(zkl_buffer *out, const zkl_fr *public_input)
{
    uint64_t value[LIMBS] = { 0 };
    uint8_t bytes[32];
    _Static_assert(sizeof value >= sizeof bytes, "a scalar fits");
    zkl_fr_encode_le(bytes, public_input);
    memcpy(value, bytes, sizeof bytes);
    zkl_buffer_put_text(out, "[");
    put_decimal(out, value);
    zkl_buffer_put_text(out, "]\n");
}

/* Below the folder by folder/part, following no link. */
static zkl_status write_file(const char *folder, const char *part, const char *name,
                             const zkl_buffer *content, zkl_error *err)
{
    ZKL_ASSERT(name && *name);
    ZKL_TRY(zkl_buffer_status(content, err));
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 };
    zkl_buffer_format(&path, "%s/%s", part, name);
    zkl_buffer_put_u8(&path, 0);
    ZKL_TRY(zkl_buffer_status(&path, err));
    return zkl_below_write(folder, (const char *)path.data, zkl_buffer_bytes(content), true, err);
}

/* All three are made before the first is written. */
zkl_status zkl_snarkjs_export(const char *folder, const char *part, const zkl_groth16_vk *vk,
                              const zkl_groth16_proof *proof, const zkl_fr *public_input,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) key = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) points = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) inputs = { 0 };
    ZKL_ASSERT(folder && *folder && part && *part);
    zkl_iden3_vk_encode(&key, vk);
    zkl_iden3_proof_encode(&points, proof);
    zkl_iden3_public_encode(&inputs, public_input);
    ZKL_TRY(zkl_folder_make(folder, 0755, err));
    ZKL_TRY(write_file(folder, part, "verification_key.json", &key, err));
    ZKL_TRY(write_file(folder, part, "proof.json", &points, err));
    return write_file(folder, part, "public.json", &inputs, err);
}
