/* Powers of tau and circuit keys: what there is, made ahead of use, as files for others, and from
 * files of others.
 *
 * Everything here is public. What was made on one machine proves nothing against whoever made
 * it, and every answer says which it is (api_made). */
#include <string.h>

#include "api/objects.h"
#include "api/requests.h"
#include "api/results.h"

#define TIERS_MAX 5

zkl_status api_circuit_tier(unsigned *out, const char *circuit, zkl_error *err)
{
    static const char *const names[TIERS_MAX] = { "F18", "F20", "F22", "F24", "F26" };
    for (unsigned i = 0; i < TIERS_MAX; i++)
        if (strcmp(names[i], circuit) == 0) {
            *out = 18 + 2 * i;
            return ZKL_OK;
        }
    return zkl_fail(err, ZKL_USAGE, "there is no circuit '%s': F18, F20, F22, F24 or F26", circuit);
}

/* ---- setup-show and setup-make: the same answer, before and after keys are made. */

/* What is not known of a circuit is left out: a hash of zeros would look like one. */
static bool is_made(const void *record)
{
    return ((const zkl_setup_line *)record)->made;
}

static bool is_logged(const void *record)
{
    return ((const zkl_setup_line *)record)->logged;
}

static const api_field line_fields[] = {
    { "circuit", API_CHARS, API_AT(zkl_setup_line, circuit), .help = "its name" },
    { "made", API_BOOL, API_AT(zkl_setup_line, made), .help = "is its key in the cache" },
    { "logged", API_BOOL, API_AT(zkl_setup_line, logged), .help = "does an entry name its key" },
    { "key_made", API_ENUM, API_AT(zkl_setup_line, is_development), .when = is_made,
      .names = api_made, .help = "of a key that is made: how it came to be" },
    { "index", API_NUMBER, API_AT(zkl_setup_line, index), .when = is_logged,
      .help = "of a logged key: its entry" },
    { "key", API_DIGEST, API_AT(zkl_setup_line, key_hash), .when = is_logged,
      .help = "of a logged key: its hash" },
};
static const api_object line = API_OBJECT(zkl_setup_line, line_fields);

static const api_field setup_fields[] = {
    { "powers", API_DIGEST, API_AT(zkl_setup_result, powers_hash),
      .help = "hash of the ledger's powers of tau" },
    { "powers_made", API_ENUM, API_AT(zkl_setup_result, powers_development), .names = api_made,
      .help = "how they came to be" },
    { "cache", API_TEXT, API_AT(zkl_setup_result, cache), .help = "folder of powers and keys" },
    { "circuits", API_LIST, API_AT(zkl_setup_result, lines),
      API_COUNT(zkl_setup_result, line_count), .of = &line, .help = "all circuits" },
};
static const api_object setup_object = API_OBJECT(zkl_setup_result, setup_fields);

static zkl_status run_show(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    (void)request;
    return zkl_setup_run(result, ledger, NULL, 0, env, err);
}

/* Lists without making: no key of the ledger is needed, and nothing is written. */
const api_operation api_setup_show = {
    .name = "setup-show",
    .summary = "the ledger's powers of tau, and which circuits have a key",
    .permission = "setup:read",
    .effect = API_READS,
    .result = &setup_object,
    .memory_offset = offsetof(zkl_setup_result, memory),
    .run = run_show,
};

static const api_field make_fields[] = {
    { "circuits", API_TEXTS, API_AT(api_setup_make_request, circuits),
      API_COUNT(api_setup_make_request, circuit_count), .required = true,
      .help = "of F18, F20, F22, F24, F26 those whose keys are to be there" },
};
static const api_object make_object = API_OBJECT(api_setup_make_request, make_fields);

static zkl_status run_make(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    const api_setup_make_request *asked = request;
    unsigned tiers[TIERS_MAX];
    if (asked->circuit_count > TIERS_MAX)
        return zkl_fail(err, ZKL_USAGE, "there are only %d circuits", TIERS_MAX);
    for (size_t i = 0; i < asked->circuit_count; i++)
        ZKL_TRY(api_circuit_tier(&tiers[i], asked->circuits[i], err));
    return zkl_setup_run(result, ledger, tiers, asked->circuit_count, env, err);
}

/* Seconds to minutes a key. Each is kept in the user's cache and named by a signed entry, so it
 * writes and needs the signer. */
const api_operation api_setup_make = {
    .name = "setup-make",
    .summary = "make and log circuit keys ahead of use",
    .permission = "setup:manage",
    .effect = API_WRITES,
    .needs_keys = true,
    .is_long = true,
    .request = &make_object,
    .result = &setup_object,
    .memory_offset = offsetof(zkl_setup_result, memory),
    .run = run_make,
};

/* ---- setup-export */

/* As zkl_setup_form_name; a test holds the two together. Absent is 0, the small form. */
static const char *const forms[] = {
    [ZKL_SETUP_FORM_POWERS] = "powers", [ZKL_SETUP_FORM_PTAU] = "ptau",
    [ZKL_SETUP_FORM_ZKEY] = "zkey",     [ZKL_SETUP_FORM_CEREMONY] = "ceremony",
    [ZKL_SETUP_FORM_R1CS] = "r1cs",     [ZKL_SETUP_FORM_COUNT] = NULL,
};

static const api_field export_request_fields[] = {
    { "format", API_ENUM, API_AT(api_setup_export_request, file.form), .names = forms,
      .help = "powers (usual, 3 MB), ptau (all powers, 113 MB), zkey (a circuit's key), r1cs (a "
              "circuit, the same for all ledgers)" },
    { "circuit", API_TEXT, API_AT(api_setup_export_request, circuit),
      .help = "of a zkey or r1cs: which, as F22" },
    { "output", API_TEXT, API_AT(api_setup_export_request, file.output), .required = true,
      .is_path = true, .path_use = API_PATH_WRITTEN, .help = "the file" },
    { "force", API_BOOL, API_AT(api_setup_export_request, file.force),
      .help = "replace a file that holds something else" },
};
static const api_object export_request_object =
    API_OBJECT(api_setup_export_request, export_request_fields);

static bool is_of_powers(const void *record)
{
    return ((const api_setup_export_result *)record)->form != ZKL_SETUP_FORM_R1CS;
}

static const api_field export_fields[] = {
    { "format", API_ENUM, API_AT(api_setup_export_result, form), .names = forms,
      .help = "its format" },
    { "output", API_TEXT, API_AT(api_setup_export_result, output), .help = "where it was written" },
    { "bytes", API_NUMBER, API_AT(api_setup_export_result, byte_count), .help = "its size" },
    { "powers", API_DIGEST, API_AT(api_setup_export_result, powers), .when = is_of_powers,
      .help = "hash of the powers of tau" },
};
static const api_object export_object = API_OBJECT(api_setup_export_result, export_fields);

static zkl_status run_export(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const api_setup_export_request *asked = request;
    api_setup_export_result *out = result;
    zkl_setup_export_request file = asked->file;
    /* Powers are of no circuit, a key is of one. */
    const bool is_circuits = file.form == ZKL_SETUP_FORM_ZKEY || file.form == ZKL_SETUP_FORM_R1CS;
    if (is_circuits != (asked->circuit != NULL))
        return zkl_fail(err, ZKL_USAGE, "'format' zkey or r1cs and 'circuit' go together");
    if (!ledger && file.form != ZKL_SETUP_FORM_R1CS)
        return zkl_fail(err, ZKL_USAGE, "a ledger is needed");
    if (asked->circuit)
        ZKL_TRY(api_circuit_tier(&file.tier, asked->circuit, err));
    out->form = file.form;
    out->output = file.output;
    return zkl_setup_export(&out->byte_count, &out->powers, ledger, &file, env, err);
}

/* Long for all powers (113 MB), and for a key that has to be made first. */
const api_operation api_setup_export = {
    .name = "setup-export",
    .summary = "powers of tau, a circuit's key or a circuit as a file",
    .permission = "setup:read",
    .effect = API_MAY_READ,
    .is_long = true,
    .request = &export_request_object,
    .result = &export_object,
    .memory_offset = offsetof(api_setup_export_result, memory),
    .run = run_export,
};

/* ---- setup-import */

static const api_field import_request_fields[] = {
    { "file", API_TEXT, API_AT(api_setup_import_request, file), .required = true, .is_path = true,
      .help = "powers as setup-export writes them, a ceremony as setup-finish does, a .ptau, or a "
              ".zkey" },
    { "circuit", API_TEXT, API_AT(api_setup_import_request, circuit),
      .help = "of a .zkey: which, as F22; needs the ledger whose powers it is for" },
};
static const api_object import_request_object =
    API_OBJECT(api_setup_import_request, import_request_fields);

/* One struct of the library for powers and keys: which it is decides which members there are. */
static bool is_key(const void *record)
{
    return ((const zkl_setup_import_result *)record)->form == ZKL_SETUP_FORM_ZKEY;
}

static bool is_ceremony(const void *record)
{
    return ((const zkl_setup_import_result *)record)->form == ZKL_SETUP_FORM_CEREMONY;
}

static bool is_no_key(const void *record)
{
    return !is_key(record);
}

static const api_field contributor_fields[] = {
    { "name", API_TEXT, API_AT(zkl_contributor, name), .help = "as the file says it" },
    { "beacon", API_BOOL, API_AT(zkl_contributor, is_beacon),
      .help = "was it public randomness, nobody's secret" },
};
static const api_object contributor = API_OBJECT(zkl_contributor, contributor_fields);

static const api_field import_fields[] = {
    { "format", API_ENUM, API_AT(zkl_setup_import_result, form), .names = forms,
      .help = "what the file was" },
    { "powers", API_DIGEST, API_AT(zkl_setup_import_result, powers_hash),
      .help = "hash of the powers of tau" },
    { "key_made", API_ENUM, API_AT(zkl_setup_import_result, is_development), .when = is_key,
      .names = api_made, .help = "of a key: how it came to be" },
    { "powers_made", API_ENUM, API_AT(zkl_setup_import_result, is_development), .when = is_no_key,
      .names = api_made, .help = "of powers: how they came to be" },
    { "contributors", API_LIST, API_AT(zkl_setup_import_result, contributors),
      API_COUNT(zkl_setup_import_result, contributor_count), .of = &contributor,
      .help = "who took part, by the file's word" },
    { "transcript", API_DIGEST, API_AT(zkl_setup_import_result, transcript), .when = is_ceremony,
      .help = "of a ceremony: what names it" },
    { "key", API_DIGEST, API_AT(zkl_setup_import_result, key_hash), .when = is_key,
      .help = "of a key: its hash, which trust files pin" },
};
static const api_object import_object = API_OBJECT(zkl_setup_import_result, import_fields);

/* Powers go into the user's cache and need no ledger. A key is checked against the powers of
 * one. */
static zkl_status run_import(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const api_setup_import_request *asked = request;
    zkl_setup_import_request file = { .file = asked->file };
    if (asked->circuit && !ledger)
        return zkl_fail(err, ZKL_USAGE, "a circuit's key is for a ledger, and there is none");
    if (asked->circuit)
        ZKL_TRY(api_circuit_tier(&file.tier, asked->circuit, err));
    return zkl_setup_import(result, ledger, &file, env, err);
}

/* Every point of the file is checked before anything is kept: about a minute of one core. */
const api_operation api_setup_import = {
    .name = "setup-import",
    .summary = "take powers of tau or a circuit's key into the user's cache",
    .permission = "setup:manage",
    .effect = API_MAY_READ,
    .is_long = true,
    .request = &import_request_object,
    .result = &import_object,
    .memory_offset = offsetof(zkl_setup_import_result, memory),
    .run = run_import,
};
