/* A ceremony's file checked whole, and what is said of it. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "service/ceremony.h"
#include "text/base64.h"

void service_circuits_clear(service_circuits *circuits)
{
    for (size_t i = 0; i < ZKL_TRANSCRIPT_TIERS_MAX; i++)
        zkl_circuit_free(circuits->made[i]);
    *circuits = (service_circuits){ 0 };
}

zkl_status service_circuits_make(service_circuits *out, const zkl_transcript *terms, zkl_error *err)
{
    for (size_t i = 0; i < terms->tier_count; i++) {
        const unsigned tier = terms->tiers[i];
        if (tier < ZKL_SETUP_TIER_MIN || tier > ZKL_SETUP_TIER_MAX || tier % 2)
            return zkl_fail(err, ZKL_BAD_INPUT, "there is no circuit F%u", tier);
        ZKL_TRY(zkl_circuit_fraction_new(&out->made[i], tier, &zkl_proof_format_v1, err));
        out->each[i] = zkl_circuit_r1cs(out->made[i]);
    }
    return ZKL_OK;
}

/* Two keys or more in that step. A contribution without a signature is nobody's that a trust file
 * could name, and whoever contributes twice is one. */
static bool has_two_parties(const zkl_transcript *t, zkl_transcript_step step)
{
    const zkl_public_key *first = NULL;
    for (size_t i = 0; i < t->count; i++) {
        const zkl_transcript_record *const r = &t->records[i];
        if (r->step != step || !r->is_signed)
            continue;
        if (first && !zkl_public_key_equal(first, &r->key))
            return true;
        first = &r->key;
    }
    return false;
}

/* The files count contributions; one person may have made all of them. What is kept counts keys. */
static void judge_parties(zkl_joint *c, zkl_joint_kept *keep)
{
    const bool one_has_delta = !has_two_parties(&c->transcript, ZKL_STEP_KEYS);
    c->powers.powers.development = !has_two_parties(&c->transcript, ZKL_STEP_POWERS);
    for (size_t i = 0; keep && i < c->transcript.tier_count; i++)
        keep->keys[i].key.development = one_has_delta;
}

zkl_status service_ceremony_check(zkl_joint *out, zkl_joint_kept *keep, zkl_bytes bytes,
                                  zkl_arena *arena, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(service_circuits) circuits = { 0 };
    const zkl_iden3_reading by = { arena, ZKL_IDEN3_CHECKED, env->pool };
    ZKL_TRY(zkl_env_progress(env, "checking points", 0, 0, err));
    ZKL_TRY(zkl_joint_parse(out, bytes, &by, err));
    ZKL_TRY(service_circuits_make(&circuits, &out->transcript, err));
    ZKL_TRY(zkl_joint_verify(out, circuits.each, keep, env, err));
    judge_parties(out, keep);
    return ZKL_OK;
}

bool service_ceremony_is_development(const zkl_joint *c)
{
    return !has_two_parties(&c->transcript, ZKL_STEP_POWERS) ||
           (c->transcript.tier_count > 0 && !has_two_parties(&c->transcript, ZKL_STEP_KEYS));
}

static bool is_finished(const zkl_joint *c)
{
    const zkl_transcript *const t = &c->transcript;
    return c->round == ZKL_ROUND_KEYS &&
           (t->tier_count == 0 ||
            (t->count && t->records[t->count - 1].step == ZKL_STEP_KEYS_BEACON));
}

/* Printable ASCII, in which TOML escapes two. */
static void put_quoted(zkl_buffer *out, const char *text)
{
    zkl_buffer_put_u8(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            zkl_buffer_put_u8(out, '\\');
        zkl_buffer_put_u8(out, (uint8_t)*text);
    }
    zkl_buffer_put_u8(out, '"');
}

static void put_hex(zkl_buffer *out, const char *name, const zkl_digest *digest)
{
    char hex[65];
    zkl_hex_encode(hex, digest->bytes, 32);
    zkl_buffer_format(out, "%s = \"%s\"\n", name, hex);
}

void service_ceremony_put_trust(zkl_buffer *out, const zkl_summary *s, bool is_development)
{
    put_hex(out, "srs", &s->powers_hash);
    zkl_buffer_format(out, "srs_made = \"%s\"\n\n[ceremony]\n",
                      is_development ? "development" : "ceremony");
    put_hex(out, "transcript", &s->transcript);
    for (size_t i = 0; i < s->party_count; i++) {
        const zkl_summary_party *const p = &s->parties[i];
        uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
        const size_t size = zkl_public_key_der(der, &p->key);
        zkl_buffer_put_text(out, "\n[[party]]\nname = ");
        put_quoted(out, p->name);
        zkl_buffer_put_text(out, "\nkey = \"");
        zkl_buffer_put_base64(out, der, size);
        zkl_buffer_format(out, "\"\ncontributed = [%s%s%s]\n", p->to_powers ? "\"powers\"" : "",
                          p->to_powers && p->to_keys ? ", " : "", p->to_keys ? "\"keys\"" : "");
    }
    if (s->tier_count)
        zkl_buffer_put_text(out, "\n[circuits]\n");
    for (size_t i = 0; i < s->tier_count; i++) {
        char name[12];
        snprintf(name, sizeof name, "F%u", s->tiers[i]);
        put_hex(out, name, &s->key_hashes[i]);
    }
}

/* ---- results */

static const char *key_text(zkl_arena *memory, const zkl_public_key *key)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
    zkl_buffer_put_base64(&text, der, zkl_public_key_der(der, key));
    return text.failed ? NULL : zkl_arena_text(memory, (const char *)text.data, text.size);
}

/* The parameters of contribution `at` of its round, where this file has them: all keys have the
 * same. */
static zkl_bytes parameters_of(const zkl_joint *c, bool is_of_powers, size_t at)
{
    const zkl_ptau_history *const powers = &c->powers.history;
    const zkl_zkey_history *const keys = &c->keys[0].history;
    if (is_of_powers)
        return c->has_powers && at < powers->count ? powers->contributions[at].parameters
                                                   : (zkl_bytes){ 0 };
    return c->transcript.tier_count && at < keys->count ? keys->contributions[at].parameters
                                                        : (zkl_bytes){ 0 };
}

/* What went into a beacon's secrets: everybody can look it up where it was published. */
static zkl_status fill_beacon(zkl_ceremony_contribution *out, zkl_arena *memory,
                              zkl_bytes parameters, uint64_t round, zkl_error *err)
{
    zkl_beacon beacon;
    out->round = round;
    if (!parameters.size)
        return ZKL_OK;
    ZKL_TRY(zkl_beacon_parse(&beacon, parameters, err));
    char hex[2 * ZKL_BEACON_VALUE_BYTES_MAX + 1];
    ZKL_ASSERT(beacon.value.size <= ZKL_BEACON_VALUE_BYTES_MAX);
    zkl_hex_encode(hex, beacon.value.data, beacon.value.size);
    out->value = zkl_arena_text(memory, hex, strlen(hex));
    out->log_iterations = beacon.log_iterations;
    return out->value ? ZKL_OK : zkl_no_memory(err, sizeof hex);
}

static zkl_status fill_contributions(zkl_ceremony_result *out, const zkl_joint *c, zkl_error *err)
{
    const zkl_transcript *const t = &c->transcript;
    size_t to_powers = 0, to_keys = 0;
    zkl_ceremony_contribution *const all =
        ZKL_ARENA_NEW(&out->memory, zkl_ceremony_contribution, t->count);
    if (!all)
        return zkl_no_memory(err, t->count * sizeof *all);
    for (size_t i = 0; i < t->count; i++) {
        const zkl_transcript_record *const r = &t->records[i];
        char time[ZKL_TIME_CHARS + 1];
        const bool is_beacon = zkl_step_is_beacon(r->step);
        const char *const name = is_beacon ? r->source : r->name;
        zkl_time_format(time, (int64_t)r->time_ms);
        all[i] = (zkl_ceremony_contribution){
            .name = zkl_arena_text(&out->memory, name, strlen(name)),
            .key = r->is_signed ? key_text(&out->memory, &r->key) : NULL,
            .time = zkl_arena_text(&out->memory, time, strlen(time)),
            .is_to_powers = zkl_step_is_of_powers(r->step),
            .is_beacon = is_beacon,
        };
        if (!all[i].name || !all[i].time || (r->is_signed && !all[i].key))
            return zkl_no_memory(err, sizeof time);
        const size_t at = all[i].is_to_powers ? to_powers++ : to_keys++;
        if (is_beacon)
            ZKL_TRY(fill_beacon(&all[i], &out->memory, parameters_of(c, all[i].is_to_powers, at),
                                r->round, err));
    }
    out->contributions = all;
    out->contribution_count = t->count;
    return ZKL_OK;
}

static zkl_status fill_circuits(zkl_ceremony_result *out, const zkl_joint *c,
                                const zkl_recorded_key *keys, zkl_error *err)
{
    const size_t count = c->transcript.tier_count;
    zkl_ceremony_circuit *const all = ZKL_ARENA_NEW(&out->memory, zkl_ceremony_circuit, count);
    if (!all)
        return zkl_no_memory(err, count * sizeof *all);
    for (size_t i = 0; i < count; i++) {
        snprintf(all[i].circuit, sizeof all[i].circuit, "F%u", c->transcript.tiers[i]);
        if (keys)
            zkl_groth16_vk_hash(&all[i].key_hash, &keys[i].key.vk);
    }
    out->circuits = all;
    out->circuit_count = count;
    return ZKL_OK;
}

zkl_status service_ceremony_fill(zkl_ceremony_result *out, const zkl_joint *c,
                                 const zkl_recorded_key *keys, zkl_error *err)
{
    const zkl_transcript *const t = &c->transcript;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    out->name = zkl_arena_text(&out->memory, t->name, strlen(t->name));
    out->power = t->power;
    out->round = c->round;
    zkl_transcript_id(&out->ceremony, t);
    zkl_transcript_hash(&out->transcript, t, t->count);
    out->is_development = service_ceremony_is_development(c);
    out->is_finished = is_finished(c);
    if (c->has_powers)
        zkl_powers_hash(&out->powers_hash, &c->powers.powers);
    ZKL_TRY(fill_contributions(out, c, err));
    ZKL_TRY(fill_circuits(out, c, keys, err));
    if (keys) {
        zkl_summary summary;
        ZKL_TRY(zkl_summary_make(&summary, &arena, c, keys, err));
        service_ceremony_put_trust(&trust, &summary, out->is_development);
        ZKL_TRY(zkl_buffer_status(&trust, err));
    }
    out->trust = zkl_arena_text(&out->memory, (const char *)trust.data, trust.size);
    return out->name && out->trust ? ZKL_OK : zkl_no_memory(err, trust.size);
}

/* ---- a trust file beside it */

static zkl_status differs(zkl_error *err, const char *what, const char *name)
{
    return zkl_fail(err, ZKL_REJECTED, "the trust file is not of this ceremony: %s%s%s", what,
                    *name ? " " : "", name);
}

/* Each party of the trust took part, with that key, in the rounds that it names. */
static zkl_status compare_parties(const zkl_trust *trust, const zkl_summary *s, zkl_error *err)
{
    for (size_t i = 0; i < trust->party_count; i++) {
        const zkl_trusted_party *const p = &trust->parties[i];
        bool found = false;
        for (size_t k = 0; k < s->party_count; k++)
            found |= zkl_public_key_equal(&p->key, &s->parties[k].key) &&
                     strcmp(p->name, s->parties[k].name) == 0 &&
                     p->to_powers <= s->parties[k].to_powers && p->to_keys <= s->parties[k].to_keys;
        if (!found)
            return differs(err, "nobody took part as it says of", p->name);
    }
    return ZKL_OK;
}

static zkl_status compare_circuits(const zkl_trust *trust, const zkl_summary *s, zkl_error *err)
{
    for (size_t i = 0; i < trust->circuit_count; i++) {
        bool found = false;
        for (size_t k = 0; k < s->tier_count; k++) {
            char name[12];
            snprintf(name, sizeof name, "F%u", s->tiers[k]);
            found |= strcmp(name, trust->circuits[i].name) == 0 &&
                     zkl_digest_equal(&s->key_hashes[k], &trust->circuits[i].key_hash);
        }
        if (!found)
            return differs(err, "its key is another of circuit", trust->circuits[i].name);
    }
    return ZKL_OK;
}

/* A verifier takes at its word what a trust file says of a ceremony. Parties and circuits may be
 * left out of it, and nothing in it may be of another. What is left out is told: by a file without
 * parties proofs are development, whatever made the keys. */
static zkl_status compare_trust(zkl_ceremony_result *out, zkl_bytes text, const zkl_joint *c,
                                const zkl_recorded_key *keys, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_trust trust;
    zkl_summary s;
    if (!keys)
        return zkl_fail(err, ZKL_UNCHECKED,
                        "the ceremony has no keys yet, which a trust file is compared with");
    ZKL_TRY(service_parse_trust(&trust, &arena, text, "the trust file", err));
    ZKL_TRY(zkl_summary_make(&s, &arena, c, keys, err));
    if (!zkl_digest_equal(&trust.powers_hash, &s.powers_hash))
        return differs(err, "its 'srs' is another", "");
    if (!trust.has_ceremony || !zkl_digest_equal(&trust.ceremony, &s.transcript))
        return differs(err, "its 'transcript' is another, or none", "");
    if (trust.powers_of_ceremony && service_ceremony_is_development(c))
        return differs(err,
                       "its 'srs_made' is \"ceremony\", and fewer than two parties, by their keys, "
                       "contributed",
                       "");
    ZKL_TRY(compare_parties(&trust, &s, err));
    ZKL_TRY(compare_circuits(&trust, &s, err));
    out->is_compared = true;
    out->compared_party_count = trust.party_count;
    out->compared_circuit_count = trust.circuit_count;
    out->is_compared_development =
        !trust.powers_of_ceremony || !trust.circuit_count || !zkl_trust_names_parties(&trust);
    return ZKL_OK;
}

zkl_status zkl_setup_verify(zkl_ceremony_result *out, const char *file, zkl_bytes trust,
                            const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_joint c;
    zkl_joint_kept kept = { .arena = &arena };
    *out = (zkl_ceremony_result){ 0 };
    env = service_lent(env);
    ZKL_TRY(zkl_file_read(&content, file, ZKL_JOINT_BYTES_MAX, err));
    zkl_status status =
        service_ceremony_check(&c, &kept, zkl_buffer_bytes(&content), &arena, env, err);
    const zkl_recorded_key *const keys =
        status == ZKL_OK && c.round == ZKL_ROUND_KEYS ? kept.keys : NULL;
    if (status == ZKL_OK)
        status = service_ceremony_fill(out, &c, keys, err);
    if (status == ZKL_OK && trust.size)
        status = compare_trust(out, trust, &c, keys, err);
    if (status == ZKL_OK)
        return ZKL_OK;
    zkl_arena_clear(&out->memory);
    return zkl_wrap(err, status, "'%s'", file);
}
