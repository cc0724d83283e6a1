/* A compact JWS cut, decoded and verified; the claims of a JWT compared with rules. */
#include "token/jwt.h"

#include <strings.h>

#include "text/base64.h"

#define TIME_MAX ((json_int_t)1 << 53)  /* what every reader of JSON has exactly */
#define SUBJECT_BYTES_MAX ((size_t)255) /* OpenID Connect Core section 2 */

static zkl_status refuse(zkl_error *err, const char *why)
{
    return zkl_fail(err, ZKL_REJECTED, "%s", why);
}

/* ---- the form */

/* The parts between the two dots; false: there are not three. */
static bool cut(zkl_bytes out[static 3], zkl_bytes text)
{
    size_t part = 0, begin = 0;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && text.data[i] != '.')
            continue;
        if (part == 3)
            return false;
        out[part++] = zkl_bytes_of(text.data + begin, i - begin);
        begin = i + 1;
    }
    return part == 3;
}

bool token_is_jws(zkl_bytes text)
{
    zkl_bytes parts[3];
    return text.size && cut(parts, text);
}

static json_t *load_object(zkl_bytes text)
{
    json_t *const out =
        json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(out))
        return out;
    json_decref(out);
    return NULL;
}

/* A text of the header without a NUL; NULL: it is missing, or none. */
static const char *header_text(const json_t *header, const char *name)
{
    const json_t *const value = json_object_get(header, name);
    const char *const text = json_string_value(value);
    return text && strlen(text) == json_string_length(value) ? text : NULL;
}

static bool is_type_of_ours(const char *type)
{
    static const char *const ours[] = { "JWT", "at+jwt", "application/at+jwt" };
    for (size_t i = 0; type && i < ZKL_COUNT(ours); i++)
        if (strcasecmp(type, ours[i]) == 0)
            return true;
    return false;
}

static zkl_status take_header(token_jws *out, const json_t *header, zkl_error *err)
{
    const char *const algorithm = header_text(header, "alg");
    if (!algorithm || !token_algorithm_find(&out->algorithm, algorithm))
        return refuse(err, "its 'alg' is not RS256, ES256 or EdDSA");
    if (json_object_get(header, "crit") || json_object_get(header, "b64"))
        return refuse(err, "its header has 'crit' or 'b64'");
    const char *const kid = header_text(header, "kid");
    out->has_kid = json_object_get(header, "kid") != NULL;
    if (out->has_kid && (!kid || strlen(kid) > TOKEN_KID_BYTES_MAX))
        return refuse(err, "its 'kid' is no text of at most 256 bytes");
    if (kid)
        memcpy(out->kid, kid, strlen(kid) + 1);
    out->is_other_type =
        json_object_get(header, "typ") && !is_type_of_ours(header_text(header, "typ"));
    return ZKL_OK;
}

static zkl_status parse(token_jws *out, zkl_bytes text, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) head = { 0 };
    zkl_bytes parts[3];
    if (text.size > TOKEN_BYTES_MAX)
        return refuse(err, "it has more than 8192 bytes");
    if (!cut(parts, text))
        return refuse(err, "it has not three parts");
    if (!zkl_buffer_put_base64url_decoded(&head, parts[0]) ||
        !zkl_buffer_put_base64url_decoded(&out->payload, parts[1]) ||
        !zkl_buffer_put_base64url_decoded(&out->signature, parts[2]))
        return refuse(err, "a part is not canonical base64url");
    json_t *const header = load_object(zkl_buffer_bytes(&head));
    const zkl_status status =
        header ? take_header(out, header, err)
               : refuse(err, "its header is no JSON object without repeated members");
    json_decref(header);
    ZKL_TRY(status);
    out->signed_part = zkl_bytes_of(text.data, parts[0].size + 1 + parts[1].size);
    out->claims = load_object(zkl_buffer_bytes(&out->payload));
    return ZKL_OK;
}

zkl_status token_jws_parse(token_jws *out, zkl_bytes text, zkl_error *err)
{
    token_jws jws = { 0 };
    const zkl_status status = parse(&jws, text, err);
    if (status == ZKL_OK)
        *out = jws;
    else
        token_jws_clear(&jws);
    return status;
}

void token_jws_clear(token_jws *jws)
{
    zkl_buffer_clear(&jws->payload);
    zkl_buffer_clear(&jws->signature);
    json_decref(jws->claims);
    *jws = (token_jws){ 0 };
}

zkl_status token_jws_verify(const token_jws *jws, const token_keys *keys, zkl_error *err)
{
    const token_key *const key = token_keys_find(keys, jws->has_kid ? jws->kid : NULL);
    if (!key)
        return refuse(err, "its 'kid' is no key of the set");
    if (token_key_algorithm(key) != jws->algorithm)
        return refuse(err, "its 'alg' is not the key's");
    if (!token_key_verify(key, jws->signed_part, zkl_buffer_bytes(&jws->signature)))
        return refuse(err, "its signature does not hold");
    return ZKL_OK;
}

/* ---- the claims */

typedef enum time_kind { TIME_MISSING, TIME_BAD, TIME_GIVEN } time_kind;

static time_kind find_time(int64_t *out, const json_t *claims, const char *name)
{
    const json_t *const value = json_object_get(claims, name);
    if (!value)
        return TIME_MISSING;
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > TIME_MAX)
        return TIME_BAD;
    *out = json_integer_value(value);
    return TIME_GIVEN;
}

static zkl_status check_times(const json_t *claims, const token_rules *rules, zkl_error *err)
{
    int64_t end = 0, begin = 0, issued = 0;
    const time_kind has_end = find_time(&end, claims, "exp");
    const time_kind has_begin = find_time(&begin, claims, "nbf");
    const time_kind has_issued = find_time(&issued, claims, "iat");
    if (has_end == TIME_BAD || has_begin == TIME_BAD || has_issued == TIME_BAD)
        return refuse(err, "a time is no integer");
    if (has_end == TIME_MISSING && !rules->is_introspected)
        return refuse(err, "it has no 'exp'");
    if (has_end == TIME_GIVEN && rules->now_s - rules->skew_s >= end)
        return refuse(err, "it has expired");
    if (has_begin == TIME_GIVEN && begin > rules->now_s + rules->skew_s)
        return refuse(err, "it does not count yet");
    if (has_issued == TIME_GIVEN && issued > rules->now_s + rules->skew_s)
        return refuse(err, "it was issued in the future");
    return ZKL_OK;
}

static bool is_audience(const token_rules *rules, const json_t *value)
{
    const char *const text = json_string_value(value);
    bool found = false;
    for (size_t i = 0; text && i < rules->audience_count; i++)
        found |= zkl_bytes_equal_text(zkl_bytes_of(text, json_string_length(value)),
                                      rules->audiences[i]);
    return found;
}

static zkl_status check_audience(const json_t *claims, const token_rules *rules, zkl_error *err)
{
    const json_t *const value = json_object_get(claims, "aud");
    bool found = is_audience(rules, value);
    if (!json_is_string(value) && !json_is_array(value))
        return refuse(err, "it has no 'aud'");
    if (json_array_size(value) > TOKEN_AUDIENCES_MAX)
        return refuse(err, "it is for more than 64 audiences");
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!json_is_string(json_array_get(value, i)))
            return refuse(err, "an audience is no text");
        found |= is_audience(rules, json_array_get(value, i));
    }
    return found ? ZKL_OK : refuse(err, "it is for another audience");
}

zkl_status token_claims_check(const json_t *claims, const token_rules *rules, zkl_error *err)
{
    char subject[SUBJECT_BYTES_MAX + 1];
    const json_t *const issuer = json_object_get(claims, "iss");
    if (!json_is_object(claims))
        return refuse(err, "its claims are no JSON object without repeated members");
    if (!(rules->is_introspected && !issuer) &&
        !(json_is_string(issuer) &&
          zkl_bytes_equal_text(zkl_bytes_of(json_string_value(issuer), json_string_length(issuer)),
                               rules->issuer)))
        return refuse(err, "its 'iss' is another");
    ZKL_TRY(check_audience(claims, rules, err));
    ZKL_TRY(check_times(claims, rules, err));
    const bool is_client = rules->is_introspected && !json_object_get(claims, "sub");
    if (!token_claim_text(subject, sizeof subject, claims, is_client ? "client_id" : "sub") ||
        !*subject)
        return refuse(err, "its 'sub' is no text of 1 to 255 bytes");
    return ZKL_OK;
}

const json_t *token_claim_find(const json_t *claims, const char *path)
{
    const json_t *const whole = json_object_get(claims, path);
    const char *const dot = strchr(path, '.');
    char name[64];
    if (whole || !dot || (size_t)(dot - path) >= sizeof name)
        return whole;
    memcpy(name, path, (size_t)(dot - path));
    name[dot - path] = '\0';
    const json_t *const inner = json_object_get(claims, name);
    return inner ? token_claim_find(inner, dot + 1) : NULL;
}

static bool has_word(zkl_bytes text, const char *word)
{
    size_t begin = 0;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && text.data[i] != ' ')
            continue;
        if (i > begin && zkl_bytes_equal_text(zkl_bytes_of(text.data + begin, i - begin), word))
            return true;
        begin = i + 1;
    }
    return false;
}

bool token_claim_has(const json_t *value, const char *text, bool is_words)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *const item = json_array_get(value, i);
        if (json_is_string(item) &&
            zkl_bytes_equal_text(zkl_bytes_of(json_string_value(item), json_string_length(item)),
                                 text))
            return true;
    }
    if (!json_is_string(value))
        return false;
    const zkl_bytes whole = zkl_bytes_of(json_string_value(value), json_string_length(value));
    return is_words ? has_word(whole, text) : zkl_bytes_equal_text(whole, text);
}

bool token_claim_text(char *out, size_t room, const json_t *claims, const char *name)
{
    const json_t *const value = json_object_get(claims, name);
    const char *const text = json_string_value(value);
    const size_t size = json_string_length(value);
    if (!text || size >= room || strlen(text) != size)
        return false;
    memcpy(out, text, size + 1);
    return true;
}
