/* Set-ups made by many: the coordinator's steps, a party's, and the check.
 *
 * Every step answers with the ceremony as it stands. No secret stands in a request or an answer:
 * passphrases and what a person typed are named by the files that hold them. */
#include <string.h>

#include "api/trust.h"
#include "api/objects.h"
#include "api/operation.h"
#include "base/file.h"

#define TIERS_MAX 5
#define ENTROPY_BYTES_MAX ((size_t)1 << 20)

/* ---- what all answer */

static bool is_of_whole(const void *record)
{
    static const zkl_digest none;
    const zkl_ceremony_result *const r = record;
    return memcmp(&r->powers_hash, &none, sizeof none) != 0;
}

static bool has_output(const void *record)
{
    return ((const zkl_ceremony_result *)record)->output != NULL;
}

static bool has_trust(const void *record)
{
    const char *const trust = ((const zkl_ceremony_result *)record)->trust;
    return trust && trust[0];
}

static bool is_compared(const void *record)
{
    return ((const zkl_ceremony_result *)record)->is_compared;
}

static bool has_value(const void *record)
{
    return ((const zkl_ceremony_contribution *)record)->value != NULL;
}

static bool has_round(const void *record)
{
    return ((const zkl_ceremony_contribution *)record)->round != 0;
}

static const api_field contribution_fields[] = {
    { "name", API_TEXT, API_AT(zkl_ceremony_contribution, name),
      .help = "the party, as it named itself; of a beacon where its value is from" },
    { "key", API_TEXT, API_AT(zkl_ceremony_contribution, key), .nullable = true,
      .help = "its public key, whose signature was checked; null: nobody signed" },
    { "time", API_TEXT, API_AT(zkl_ceremony_contribution, time),
      .help = "when, by its maker's word; of a beacon when its value became public" },
    { "to_powers", API_BOOL, API_AT(zkl_ceremony_contribution, is_to_powers),
      .help = "to the powers of tau, else to the circuits' keys" },
    { "beacon", API_BOOL, API_AT(zkl_ceremony_contribution, is_beacon),
      .help = "was it public randomness, nobody's secret" },
    { "value", API_TEXT, API_AT(zkl_ceremony_contribution, value), .when = has_value,
      .help = "of a beacon: what was public, in hexadecimal" },
    { "iterations", API_NUMBER, API_AT(zkl_ceremony_contribution, log_iterations),
      .when = has_value, .help = "of a beacon: SHA-256 2 to this times" },
    { "round", API_NUMBER, API_AT(zkl_ceremony_contribution, round), .when = has_round,
      .help = "of a beacon of drand's quicknet: its round" },
};
static const api_object contribution = API_OBJECT(zkl_ceremony_contribution, contribution_fields);

static bool has_key_hash(const void *record)
{
    static const zkl_digest none;
    const zkl_ceremony_circuit *const c = record;
    return memcmp(&c->key_hash, &none, sizeof none) != 0;
}

static const api_field circuit_fields[] = {
    { "circuit", API_CHARS, API_AT(zkl_ceremony_circuit, circuit), .help = "its name" },
    { "key", API_DIGEST, API_AT(zkl_ceremony_circuit, key_hash), .when = has_key_hash,
      .help = "where the keys were checked: hash of its key, which trust files pin" },
};
static const api_object circuit = API_OBJECT(zkl_ceremony_circuit, circuit_fields);

#define AT(member) API_AT(zkl_ceremony_result, member)
#define COUNT(member) API_COUNT(zkl_ceremony_result, member)
static const api_field result_fields[] = {
    { "name", API_TEXT, AT(name), .help = "the ceremony's name" },
    { "ceremony", API_DIGEST, AT(ceremony), .help = "hash of its terms" },
    { "transcript", API_DIGEST, AT(transcript), .help = "hash of its terms and all contributions" },
    { "power", API_NUMBER, AT(power), .help = "powers of 2 to this" },
    { "round", API_NUMBER, AT(round), .help = "1: powers of tau; 2: circuits' keys" },
    { "contributions", API_LIST, AT(contributions), COUNT(contribution_count), .of = &contribution,
      .help = "in their order" },
    { "powers", API_DIGEST, AT(powers_hash), .when = is_of_whole,
      .help = "hash of the powers of tau as they are now" },
    { "circuits", API_LIST, AT(circuits), COUNT(circuit_count), .of = &circuit,
      .help = "the ceremony's circuits" },
    { "made", API_ENUM, AT(is_development), .names = api_made,
      .help = "development: fewer than two parties, by their keys, contributed to powers or keys "
              "so far" },
    { "finished", API_BOOL, AT(is_finished),
      .help = "can nothing follow; false: it is as valid as it says, so far" },
    { "trust", API_TEXT, AT(trust), .when = has_trust,
      .help = "lines for the trust file of whoever relies on it" },
    { "compared.parties", API_NUMBER, AT(compared_party_count), .when = is_compared,
      .help = "of a trust file that is of this ceremony: parties that it names" },
    { "compared.circuits", API_NUMBER, AT(compared_circuit_count), .when = is_compared,
      .help = "circuits that it pins" },
    { "compared.made", API_ENUM, AT(is_compared_development), .when = is_compared,
      .names = api_made, .help = "what a verifier calls proofs of these circuits by that file" },
    { "output", API_TEXT, AT(output), .when = has_output, .help = "what was written" },
    { "bytes", API_NUMBER, AT(byte_count), .when = has_output, .help = "its size" },
};
#undef AT
#undef COUNT
static const api_object result_object = API_OBJECT(zkl_ceremony_result, result_fields);

#define RESULT .result = &result_object, .memory_offset = offsetof(zkl_ceremony_result, memory)

/* ---- setup-new */

typedef struct new_request {
    const char *folder, *name;
    const char *const *circuits;
    size_t circuit_count;
    uint32_t power;
} new_request;

static const api_field new_fields[] = {
    { "folder", API_TEXT, API_AT(new_request, folder), .required = true, .is_path = true,
      .path_use = API_PATH_OWN, .help = "the coordinator's folder, which must not be there" },
    { "name", API_TEXT, API_AT(new_request, name), .required = true,
      .help = "what the ceremony is called" },
    { "circuits", API_TEXTS, API_AT(new_request, circuits), API_COUNT(new_request, circuit_count),
      .help = "of F18, F20, F22, F24, F26 those to make keys for; none: powers of tau alone" },
    { "power", API_NUMBER, API_AT(new_request, power), .help = "powers of 2 to this; else 16" },
};
static const api_object new_object = API_OBJECT(new_request, new_fields);

static zkl_status run_new(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                          zkl_error *err)
{
    const new_request *asked = request;
    unsigned tiers[TIERS_MAX];
    (void)ledger;
    if (asked->circuit_count > TIERS_MAX)
        return zkl_fail(err, ZKL_USAGE, "there are only %d circuits", TIERS_MAX);
    for (size_t i = 0; i < asked->circuit_count; i++)
        ZKL_TRY(api_circuit_tier(&tiers[i], asked->circuits[i], err));
    const zkl_setup_new_request made = { asked->folder, asked->name, tiers, asked->circuit_count,
                                         asked->power };
    return zkl_setup_new(result, &made, env, err);
}

const api_operation api_setup_new = {
    .name = "setup-new",
    .summary = "begin a ceremony: a set-up made by many",
    .permission = "setup:manage",
    .effect = API_WITHOUT_LEDGER,
    .request = &new_object,
    RESULT,
    .run = run_new,
};

/* ---- setup-invite, setup-next, setup-finish: a folder, and perhaps an output. */

typedef struct step_request {
    const char *folder, *output, *iden3;
} step_request;

#define FOLDER                                                                                     \
    {                                                                                              \
        "folder", API_TEXT, API_AT(step_request, folder), .required = true, .is_path = true,       \
                                                          .path_use = API_PATH_OWN,                \
                                                          .help = "the ceremony's folder"          \
    }

static const api_field invite_fields[] = {
    FOLDER,
    { "output", API_TEXT, API_AT(step_request, output), .is_path = true,
      .path_use = API_PATH_WRITTEN, .help = "the file; else one in the folder" },
    { "iden3", API_TEXT, API_AT(step_request, iden3), .is_path = true, .path_use = API_PATH_WRITTEN,
      .help = "instead: a folder for .ptau or .zkey files, for whoever contributes with snarkjs" },
};
static const api_object invite_object = API_OBJECT(step_request, invite_fields);

static zkl_status run_invite(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const step_request *asked = request;
    (void)ledger;
    return zkl_setup_invite(result, asked->folder, asked->output, asked->iden3, env, err);
}

const api_operation api_setup_invite = {
    .name = "setup-invite",
    .summary = "write the file for the next party of a ceremony",
    .permission = "setup:manage",
    .effect = API_WITHOUT_LEDGER,
    .is_long = true,
    .request = &invite_object,
    RESULT,
    .run = run_invite,
};

static const api_field next_fields[] = { FOLDER };
static const api_object next_object = API_OBJECT(step_request, next_fields);

static zkl_status run_next(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    (void)ledger;
    return zkl_setup_next(result, ((const step_request *)request)->folder, env, err);
}

const api_operation api_setup_next = {
    .name = "setup-next",
    .summary = "close a ceremony's powers and begin its second round",
    .permission = "setup:manage",
    .effect = API_WITHOUT_LEDGER,
    .is_long = true,
    .request = &next_object,
    RESULT,
    .run = run_next,
};

static const api_field finish_fields[] = {
    FOLDER,
    { "output", API_TEXT, API_AT(step_request, output), .is_path = true,
      .path_use = API_PATH_WRITTEN, .help = "the file; else one in the folder" },
    { "iden3", API_TEXT, API_AT(step_request, iden3), .is_path = true, .path_use = API_PATH_WRITTEN,
      .help = "besides: a folder for the powers as .ptau and the keys as .zkey" },
};
static const api_object finish_object = API_OBJECT(step_request, finish_fields);

static zkl_status run_finish(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const step_request *asked = request;
    (void)ledger;
    return zkl_setup_finish(result, asked->folder, asked->output, asked->iden3, env, err);
}

const api_operation api_setup_finish = {
    .name = "setup-finish",
    .summary = "check a ceremony whole and write it as one file",
    .permission = "setup:manage",
    .effect = API_WITHOUT_LEDGER,
    .is_long = true,
    .request = &finish_object,
    RESULT,
    .run = run_finish,
};

/* ---- setup-contribute */

typedef struct contribute_request {
    const char *file, *output, *name, *key, *entropy_file;
    api_new_passphrase passphrase;
} contribute_request;

static const api_field contribute_fields[] = {
    { "file", API_TEXT, API_AT(contribute_request, file), .required = true, .is_path = true,
      .help = "as setup-invite wrote it" },
    { "output", API_TEXT, API_AT(contribute_request, output), .is_path = true,
      .path_use = API_PATH_WRITTEN, .help = "the file to send back; else one beside `file`" },
    { "name", API_TEXT, API_AT(contribute_request, name), .required = true,
      .help = "of the party" },
    { "key", API_TEXT, API_AT(contribute_request, key), .required = true, .is_path = true,
      .path_use = API_PATH_EITHER, .help = "the party's key file, made when it is not there" },
    { "entropy_file", API_TEXT, API_AT(contribute_request, entropy_file), .is_path = true,
      .help = "its content is mixed into the system's randomness" },
    { "keys", API_STRUCT, API_AT(contribute_request, passphrase), .of = &api_new_passphrase_object,
      .required = true, .help = "how the key file is kept" },
};
static const api_object contribute_object = API_OBJECT(contribute_request, contribute_fields);

static zkl_status run_contribute(void *result, zkl_ledger *ledger, const void *request,
                                 const zkl_env *env, zkl_error *err)
{
    const contribute_request *asked = request;
    ZKL_AUTO_CLEAR(api_passphrase) passphrase = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) typed = { 0 };
    zkl_setup_contribute_request contribute = {
        .file = asked->file, .output = asked->output, .name = asked->name, .key = asked->key
    };
    (void)ledger;
    ZKL_TRY(api_passphrase_choose(&contribute.passphrase, &passphrase, &asked->passphrase, err));
    if (asked->entropy_file)
        ZKL_TRY(zkl_file_read(&typed, asked->entropy_file, ENTROPY_BYTES_MAX, err));
    contribute.entropy = zkl_buffer_bytes(&typed);
    return zkl_setup_contribute(result, &contribute, env, err);
}

const api_operation api_setup_contribute = {
    .name = "setup-contribute",
    .summary = "add a secret of this machine to a ceremony",
    .permission = "setup:manage",
    .effect = API_WITHOUT_LEDGER,
    .needs_keys = true,
    .is_long = true,
    .request = &contribute_object,
    RESULT,
    .run = run_contribute,
};

/* ---- setup-take */

typedef struct take_request {
    const char *folder;
    const char *const *files;
    size_t file_count;
} take_request;

static const api_field take_fields[] = {
    { "folder", API_TEXT, API_AT(take_request, folder), .required = true, .is_path = true,
      .path_use = API_PATH_OWN, .help = "the ceremony's folder" },
    { "files", API_TEXTS, API_AT(take_request, files), API_COUNT(take_request, file_count),
      .required = true, .is_path = true,
      .help = "what a party sent back: one file; of snarkjs a .ptau, or a .zkey for each circuit" },
};
static const api_object take_object = API_OBJECT(take_request, take_fields);

static zkl_status run_take(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    const take_request *asked = request;
    (void)ledger;
    return zkl_setup_take(result, asked->folder, asked->files, asked->file_count, env, err);
}

const api_operation api_setup_take = {
    .name = "setup-take",
    .summary = "check a party's contribution and take it in",
    .permission = "setup:manage",
    .effect = API_WITHOUT_LEDGER,
    .is_long = true,
    .request = &take_object,
    RESULT,
    .run = run_take,
};

/* ---- setup-beacon */

typedef struct beacon_request {
    const char *folder, *value, *source, *time;
    uint64_t round;
    uint32_t iterations;
} beacon_request;

static const api_field beacon_fields[] = {
    { "folder", API_TEXT, API_AT(beacon_request, folder), .required = true, .is_path = true,
      .path_use = API_PATH_OWN, .help = "the ceremony's folder" },
    { "value", API_TEXT, API_AT(beacon_request, value), .required = true,
      .help = "in hexadecimal; of drand the randomness of a round" },
    { "round", API_NUMBER, API_AT(beacon_request, round),
      .help = "of drand's quicknet, whose times everybody can compute" },
    { "source", API_TEXT, API_AT(beacon_request, source),
      .help = "without a round: where the value is from, for people" },
    { "time", API_TEXT, API_AT(beacon_request, time),
      .help = "without a round: when it became public, as 2026-11-30T12:00:00.000Z" },
    { "iterations", API_NUMBER, API_AT(beacon_request, iterations),
      .help = "SHA-256 2 to this times, 10 to 30; else 20" },
};
static const api_object beacon_object = API_OBJECT(beacon_request, beacon_fields);

static zkl_status run_beacon(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const beacon_request *asked = request;
    const zkl_setup_beacon_request beacon = { asked->folder, asked->value, asked->source,
                                              asked->round,  asked->time,  asked->iterations };
    (void)ledger;
    return zkl_setup_beacon(result, &beacon, env, err);
}

const api_operation api_setup_beacon = {
    .name = "setup-beacon",
    .summary = "end a ceremony's round with public randomness",
    .permission = "setup:manage",
    .effect = API_WITHOUT_LEDGER,
    .is_long = true,
    .request = &beacon_object,
    RESULT,
    .run = run_beacon,
};

/* ---- setup-verify */

typedef struct verify_request {
    const char *file, *trust_file;
} verify_request;

static const api_field verify_fields[] = {
    { "file", API_TEXT, API_AT(verify_request, file), .required = true, .is_path = true,
      .help = "a ceremony as setup-finish writes it" },
    { "trust_file", API_TEXT, API_AT(verify_request, trust_file), .is_path = true,
      .help = "a trust.toml: is what it says of the ceremony so; else rejected" },
};
static const api_object verify_object = API_OBJECT(verify_request, verify_fields);

static zkl_status run_verify(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const verify_request *const asked = request;
    ZKL_AUTO_CLEAR(zkl_buffer) read = { 0 };
    zkl_bytes trust;
    (void)ledger;
    ZKL_TRY(api_trust_take(&trust, &read, NULL, asked->trust_file, err));
    return zkl_setup_verify(result, asked->file, trust, env, err);
}

const api_operation api_setup_verify = {
    .name = "setup-verify",
    .summary = "check a ceremony from its first contribution to its last point",
    .permission = "setup:read",
    .effect = API_WITHOUT_LEDGER,
    .is_long = true,
    .verifies = true,
    .request = &verify_object,
    RESULT,
    .run = run_verify,
};
