/* Set-ups that travel: the powers of a ledger written to a file, and files from elsewhere checked
 * whole and kept.
 *
 * Nothing of a file is believed: points, powers, circuit and contributions are recomputed. Names of
 * contributors are the one thing that cannot be checked, and are shown as somebody's word. */
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "setup/iden3_ceremony.h"
#include "setup/iden3_phase2.h"
#include "setup/iden3_r1cs.h"
#include "setup/powers_file.h"
#include "service/ceremony.h"
#include "service/output.h"
#include "service/service_internal.h"

#define FILE_BYTES_MAX ((size_t)2 << 30) /* a prepared .ptau of power 20 has 1.8 GB */

const char *zkl_setup_form_name(zkl_setup_form form)
{
    static const char *const names[ZKL_SETUP_FORM_COUNT] = { "powers", "ptau", "zkey", "ceremony",
                                                             "r1cs" };
    ZKL_ASSERT(form < ZKL_SETUP_FORM_COUNT);
    return names[form];
}

/* ---- writing */

/* With who contributed, as far as it is known: without that the powers count as one machine's. */
static zkl_status encode_ptau(zkl_buffer *out, zkl_setup *setup, zkl_error *err)
{
    const zkl_powers *powers;
    const zkl_ptau_history *history;
    ZKL_TRY(zkl_setup_powers(setup, &powers, &history, err));
    return zkl_ptau_encode(out, powers, history, err);
}

/* The key is made when it is missing, as `notarize` would. */
static zkl_status encode_zkey(zkl_buffer *out, zkl_setup *setup, unsigned tier, const zkl_env *env,
                              zkl_error *err)
{
    const zkl_circuit *circuit;
    const zkl_groth16_key *key;
    ZKL_TRY(zkl_setup_key(setup, tier, env, &circuit, &key, err));
    return zkl_zkey_encode(out, key, zkl_setup_key_history(setup, tier), err);
}

/* The circuit that keys are of, to whoever checks them elsewhere. */
static zkl_status encode_r1cs(zkl_buffer *out, unsigned tier, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    ZKL_TRY(zkl_circuit_fraction_new(&circuit, tier, &zkl_proof_format_v1, err));
    return zkl_iden3_r1cs_encode(out, zkl_circuit_r1cs(circuit), err);
}

/* One case a form. */
static zkl_status encode(zkl_buffer *out, zkl_setup *setup, const zkl_setup_export_request *request,
                         const zkl_env *env, zkl_error *err)
{
    switch (request->form) {
    case ZKL_SETUP_FORM_POWERS:
        return zkl_powers_file_encode(out, zkl_setup_srs(setup), err);
    case ZKL_SETUP_FORM_PTAU:
        return encode_ptau(out, setup, err);
    case ZKL_SETUP_FORM_ZKEY:
        return encode_zkey(out, setup, request->tier, env, err);
    case ZKL_SETUP_FORM_R1CS: /* of no set-up */
    case ZKL_SETUP_FORM_CEREMONY:
    case ZKL_SETUP_FORM_COUNT:
        break;
    }
    return zkl_fail(err, ZKL_USAGE, "a set-up is not exported in this form");
}

/* A set-up of its own, and not the handle's: what it reads is large, and needed once. */
zkl_status zkl_setup_export(uint64_t *byte_count, zkl_digest *powers_hash, zkl_ledger *handle,
                            const zkl_setup_export_request *request, const zkl_env *env,
                            zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL; /* its own: all powers have 110 MB, and go again */
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    /* Set-ups are public: everybody may read the file. */
    const service_output target = { .path = request->output,
                                    .mode = 0644,
                                    .force = request->force };
    if (request->form == ZKL_SETUP_FORM_R1CS) {
        ZKL_TRY(service_output_apart(request->output, NULL, 0, NULL, err));
        ZKL_TRY(encode_r1cs(&out, request->tier, err));
        ZKL_TRY(service_output_write(&target, zkl_buffer_bytes(&out), err));
        *byte_count = out.size;
        *powers_hash = (zkl_digest){ 0 };
        return ZKL_OK;
    }
    ZKL_TRY(service_output_apart(request->output, NULL, 0, zkl_ledger_folder(handle), err));
    ZKL_TRY(service_open(&ledger, handle, ZKL_LEDGER_READ, env, err));
    ZKL_TRY(zkl_setup_open(&setup, zkl_ledger_setup_cache(ledger), zkl_ledger_powers_hash(ledger),
                           zkl_ledger_env(ledger), err));
    ZKL_TRY(encode(&out, setup, request, zkl_ledger_env(ledger), err));
    ZKL_TRY(service_output_write(&target, zkl_buffer_bytes(&out), err));
    *byte_count = out.size;
    *powers_hash = *zkl_ledger_powers_hash(ledger);
    return ZKL_OK;
}

/* ---- reading */

/* One import under way. `cache` is the ledger's, or without a ledger the request's. */
typedef struct bringing {
    zkl_setup_import_result *out;
    zkl_ledger *handle; /* NULL: none */
    const zkl_setup_import_request *request;
    const char *cache;
    zkl_bytes bytes;
    zkl_arena arena;
    const zkl_env *env;
} bringing;

/* Checked: each point, and that they are powers of one tau. That is all that recomputing
 * commitments relies on. */
static zkl_status bring_powers(bringing *b, zkl_error *err)
{
    ZKL_ASSERT(b->bytes.size);
    zkl_srs srs;
    b->out->form = ZKL_SETUP_FORM_POWERS;
    b->out->is_development = true; /* the file does not say who made them */
    ZKL_TRY(zkl_powers_file_parse(&srs, &b->arena, b->bytes, b->env, err));
    return zkl_setup_keep_srs(&b->out->powers_hash, b->cache, &srs, err);
}

/* The name in tagged parameters, as snarkjs writes them: 1, its length, its bytes. Anything
 * unprintable becomes '?', and parameters with another tag have no name. */
static char *name_of(zkl_arena *memory, zkl_bytes parameters)
{
    const bool named = parameters.size >= 2 && parameters.data[0] == 1 &&
                       parameters.data[1] <= parameters.size - 2;
    const size_t size = named ? parameters.data[1] : 0;
    char *name = zkl_arena_alloc(memory, size + 1, 1);
    for (size_t i = 0; name && i < size; i++) {
        const uint8_t c = parameters.data[2 + i];
        name[i] = c >= 0x20 && c < 0x7f ? (char)c : '?';
    }
    return name;
}

/* Made at once: the history says how many there are, and its parser has bounded that. */
static zkl_contributor *start_list(bringing *b, size_t count)
{
    ZKL_ASSERT(!b->out->contributors); /* one file, one list */
    zkl_contributor *list = ZKL_ARENA_NEW(&b->out->memory, zkl_contributor, count);
    b->out->contributors = list;
    b->out->contributor_count = count;
    return list;
}

static zkl_status add_contributor(bringing *b, zkl_contributor *one, uint32_t type,
                                  zkl_bytes parameters, zkl_error *err)
{
    one->is_beacon = type == 1;
    one->name = name_of(&b->out->memory, parameters);
    return one->name ? ZKL_OK : zkl_no_memory(err, parameters.size);
}

/* In the order of the file, which bring_ptau has verified. */
static zkl_status list_powers(bringing *b, const zkl_ptau_history *history, zkl_error *err)
{
    zkl_contributor *list = start_list(b, history->count);
    if (!list)
        return zkl_no_memory(err, history->count * sizeof *list);
    for (size_t i = 0; i < history->count; i++)
        ZKL_TRY(add_contributor(b, &list[i], history->contributions[i].type,
                                history->contributions[i].parameters, err));
    return ZKL_OK;
}

static zkl_status list_key(bringing *b, const zkl_zkey_history *history, zkl_error *err)
{
    zkl_contributor *list = start_list(b, history->count);
    if (!list)
        return zkl_no_memory(err, history->count * sizeof *list);
    for (size_t i = 0; i < history->count; i++)
        ZKL_TRY(add_contributor(b, &list[i], history->contributions[i].type,
                                history->contributions[i].parameters, err));
    return ZKL_OK;
}

/* Checked, cheapest first: each point lies in its group; the powers are prepared for circuits;
 * every contribution follows from the one before and the last leads to these powers; the powers are
 * powers of one tau. Only then are they kept. */
static zkl_status bring_ptau(bringing *b, zkl_error *err)
{
    zkl_powers powers;
    zkl_ptau_history history;
    b->out->form = ZKL_SETUP_FORM_PTAU;
    ZKL_TRY(zkl_env_progress(b->env, "checking points", 0, 0, err));
    const zkl_iden3_reading by = { &b->arena, ZKL_IDEN3_CHECKED, b->env->pool };
    ZKL_TRY(zkl_ptau_parse(&powers, &history, b->bytes, ZKL_SETUP_POWER, &by, err));
    if (!powers.lagrange_1)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "the powers are not prepared for circuits: 'snarkjs powersoftau prepare "
                        "phase2 IN.ptau OUT.ptau' does that");
    ZKL_TRY(zkl_env_progress(b->env, "checking contributions", 0, 0, err));
    if (history.count) {
        ZKL_TRY(zkl_ceremony_verify(&powers, &history, err));
        ZKL_TRY(zkl_ceremony_verify_beacons(&history, b->env, err));
    }
    ZKL_TRY(zkl_env_progress(b->env, "checking powers", 0, 0, err));
    ZKL_TRY(zkl_ptau_check(&powers, b->env, err));
    ZKL_TRY(list_powers(b, &history, err));
    b->out->is_development = powers.development;
    return zkl_setup_keep_powers(&b->out->powers_hash, b->cache, &powers, &history, err);
}

/* The circuit's key under the powers of the ledger that is named. The three facts that make a key
 * good: its contributions follow from one another; it is of these powers; it is of this very
 * circuit. */
static zkl_status check_zkey(bringing *b, zkl_setup *setup, const zkl_groth16_key *key,
                             const zkl_zkey_history *history, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_circuit) circuit = NULL;
    const zkl_powers *powers;
    ZKL_TRY(zkl_env_progress(b->env, "checking contributions", 0, 0, err));
    ZKL_TRY(zkl_phase2_verify(key, history, err));
    ZKL_TRY(zkl_phase2_verify_beacons(history, b->env, err));
    ZKL_TRY(zkl_setup_powers(setup, &powers, NULL, err));
    ZKL_TRY(zkl_circuit_fraction_new(&circuit, b->request->tier, &zkl_proof_format_v1, err));
    return zkl_groth16_check(key, zkl_circuit_r1cs(circuit), powers, b->env, err);
}

static zkl_status bring_zkey(bringing *b, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    const unsigned tier = b->request->tier;
    zkl_groth16_key key;
    zkl_zkey_history history;
    b->out->form = ZKL_SETUP_FORM_ZKEY;
    if (!b->handle || tier < ZKL_SETUP_TIER_MIN || tier > ZKL_SETUP_TIER_MAX || tier % 2)
        return zkl_fail(
            err, ZKL_USAGE,
            "a circuit's key: say of which circuit, in the ledger whose powers it is for");
    ZKL_TRY(service_open(&ledger, b->handle, ZKL_LEDGER_READ, b->env, err));
    b->out->powers_hash = *zkl_ledger_powers_hash(ledger);
    ZKL_TRY(zkl_setup_open(&setup, b->cache, &b->out->powers_hash, b->env, err));
    ZKL_TRY(zkl_env_progress(b->env, "checking points", 0, 0, err));
    const zkl_iden3_reading by = { &b->arena, ZKL_IDEN3_CHECKED, b->env->pool };
    ZKL_TRY(zkl_zkey_parse(&key, &history, b->bytes, &by, err));
    ZKL_TRY(check_zkey(b, setup, &key, &history, err));
    ZKL_TRY(list_key(b, &history, err));
    zkl_groth16_vk_hash(&b->out->key_hash, &key.vk);
    b->out->is_development = key.development || zkl_setup_is_development(setup);
    /* The cache has another key now: operations of this ledger that begin later use it. */
    ZKL_TRY(zkl_setup_keep_key(setup, tier, &key, &history, err));
    zkl_ledger_renew_setup(b->handle);
    return ZKL_OK;
}

/* Everybody of the transcript, signed or not. */
static zkl_status list_transcript(bringing *b, const zkl_transcript *t, zkl_error *err)
{
    zkl_contributor *list = start_list(b, t->count);
    if (!list)
        return zkl_no_memory(err, t->count * sizeof *list);
    for (size_t i = 0; i < t->count; i++) {
        const zkl_transcript_record *const r = &t->records[i];
        const char *const name = zkl_step_is_beacon(r->step) ? r->source : r->name;
        list[i].is_beacon = zkl_step_is_beacon(r->step);
        list[i].name = zkl_arena_text(&b->out->memory, name, strlen(name));
        if (!list[i].name)
            return zkl_no_memory(err, strlen(name));
    }
    return ZKL_OK;
}

/* The keys that are there already stay, when they are these. */
static zkl_status keep_keys(const bringing *b, const zkl_summary *summary,
                            const zkl_recorded_key *keys, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_setup) setup = NULL;
    ZKL_TRY(zkl_setup_open(&setup, b->cache, &summary->powers_hash, b->env, err));
    for (size_t i = 0; i < summary->tier_count; i++) {
        const unsigned tier = summary->tiers[i];
        if (zkl_setup_has_key(setup, tier)) {
            const zkl_circuit *circuit;
            const zkl_groth16_key *there;
            zkl_digest hash;
            ZKL_TRY(zkl_setup_key(setup, tier, b->env, &circuit, &there, err));
            zkl_groth16_vk_hash(&hash, &there->vk);
            if (zkl_digest_equal(&hash, &summary->key_hashes[i]))
                continue;
        }
        ZKL_TRY(zkl_setup_keep_key(setup, tier, &keys[i].key, &keys[i].history, err));
    }
    return ZKL_OK;
}

/* Checked whole before anything is kept: what `setup verify` checks. The summary is written last:
 * whoever finds it has powers and keys. */
static zkl_status bring_ceremony(bringing *b, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) folder = { 0 };
    zkl_joint c;
    zkl_joint_kept kept = { .arena = &b->arena };
    zkl_summary summary;
    b->out->form = ZKL_SETUP_FORM_CEREMONY;
    ZKL_TRY(service_ceremony_check(&c, &kept, b->bytes, &b->arena, b->env, err));
    if (c.round != ZKL_ROUND_KEYS)
        return zkl_fail(err, ZKL_BAD_INPUT, "the ceremony goes on: its powers are not closed yet");
    ZKL_TRY(zkl_summary_make(&summary, &b->arena, &c, kept.keys, err));
    ZKL_TRY(list_transcript(b, &c.transcript, err));
    ZKL_TRY(zkl_setup_keep_powers(&b->out->powers_hash, b->cache, &c.powers.powers,
                                  &c.powers.history, err));
    ZKL_TRY(keep_keys(b, &summary, kept.keys, err));
    ZKL_TRY(zkl_setup_folder(&folder, b->cache, err));
    zkl_buffer_put_u8(&folder, 0);
    ZKL_TRY(zkl_buffer_status(&folder, err));
    ZKL_TRY(zkl_summary_write((const char *)folder.data, &summary, err));
    b->out->transcript = summary.transcript;
    b->out->is_development = service_ceremony_is_development(&c);
    return ZKL_OK;
}

/* By the first bytes: what is none of the three is not read any further. */
static zkl_status find_form(zkl_setup_form *out, zkl_bytes start, unsigned tier, zkl_error *err)
{
    /* Forms are told by their first bytes; a name proves nothing. A circuit is exported alone: it
     * has none. */
    static const char *const magics[ZKL_SETUP_FORM_COUNT] = {
        [ZKL_SETUP_FORM_POWERS] = ZKL_POWERS_FILE_MAGIC,
        [ZKL_SETUP_FORM_PTAU] = "ptau",
        [ZKL_SETUP_FORM_ZKEY] = "zkey",
        [ZKL_SETUP_FORM_CEREMONY] = ZKL_JOINT_MAGIC,
    };
    zkl_setup_form form = ZKL_SETUP_FORM_POWERS;
    while (form < ZKL_SETUP_FORM_COUNT &&
           !(magics[form] && zkl_bytes_begin_with(start, magics[form])))
        form++;
    if (tier && form != ZKL_SETUP_FORM_ZKEY)
        return zkl_fail(err, ZKL_USAGE, "a circuit is named, and this is no circuit's key (.zkey)");
    if (form == ZKL_SETUP_FORM_COUNT)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "neither a ceremony (.zklceremony) nor powers (.zklpowers) nor iden3's "
                        ".ptau or .zkey");
    *out = form;
    return ZKL_OK;
}

static zkl_status bring(bringing *b, zkl_error *err)
{
    zkl_setup_form form = ZKL_SETUP_FORM_COUNT;
    ZKL_TRY(find_form(&form, b->bytes, b->request->tier, err));
    return form == ZKL_SETUP_FORM_POWERS ? bring_powers(b, err)
           : form == ZKL_SETUP_FORM_PTAU ? bring_ptau(b, err)
           : form == ZKL_SETUP_FORM_ZKEY ? bring_zkey(b, err)
                                         : bring_ceremony(b, err);
}

/* Before 2 GB are read: the first bytes of a file that is named. Standard input cannot be read
 * twice. */
static zkl_status peek_form(const zkl_setup_import_request *request, zkl_error *err)
{
    uint8_t start[32];
    size_t size = 0;
    zkl_setup_form form;
    if (strcmp(request->file, "-") == 0)
        return ZKL_OK;
    ZKL_TRY(zkl_file_peek(start, sizeof start, &size, request->file, err));
    const zkl_status status = find_form(&form, zkl_bytes_of(start, size), request->tier, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", request->file);
}

/* The whole file lies in memory: its points are checked from there. */
zkl_status zkl_setup_import(zkl_setup_import_result *out, zkl_ledger *handle,
                            const zkl_setup_import_request *request, const zkl_env *env,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    *out = (zkl_setup_import_result){ 0 };
    ZKL_TRY(peek_form(request, err));
    ZKL_TRY(zkl_file_read(&content, request->file, FILE_BYTES_MAX, err));
    bringing b = { .out = out,
                   .handle = handle,
                   .request = request,
                   .cache = handle ? zkl_ledger_setup_cache(handle) : request->setup_cache,
                   .bytes = zkl_buffer_bytes(&content),
                   .env = env || !handle ? service_lent(env) : zkl_ledger_env(handle) };
    zkl_status status = bring(&b, err);
    zkl_arena_clear(&b.arena);
    if (status == ZKL_OK)
        return ZKL_OK;
    zkl_arena_clear(&out->memory);
    return zkl_wrap(err, status, "'%s'", request->file);
}
