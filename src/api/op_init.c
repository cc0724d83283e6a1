/* A new ledger: its folder, keys, configuration, store, and a log whose entry 0 names its signer.
 *
 * It is the one operation that makes what the others take, so its request has what
 * zkl_ledger_open is told elsewhere: a folder, and how the keys are kept. A failure leaves no
 * ledger. */
#include "api/objects.h"
#include "api/operation.h"

typedef struct init_request {
    const char *folder, *name, *hash, *backend, *powers, *succeeds, *template_name;
    api_new_passphrase passphrase;
} init_request;

static const api_field request_fields[] = {
    { "folder", API_TEXT, API_AT(init_request, folder), .required = true, .is_path = true,
      .path_use = API_PATH_OWN, .help = "the ledger's own folder, which must not be there" },
    { "name", API_TEXT, API_AT(init_request, name),
      .help = "the ledger's name; else that of the folder that holds it" },
    { "hash", API_TEXT, API_AT(init_request, hash),
      .help = "hash of rows and tables: sha3-256 (usual) or blake3" },
    { "backend", API_TEXT, API_AT(init_request, backend), .help = "the store: rocksdb" },
    { "powers", API_TEXT, API_AT(init_request, powers), .is_path = true, .path_use = API_PATH_OWN,
      /* A hash looks like no path, but a server must refuse both alike: it cannot tell a
       * stranger's file from one. */
      .help = "powers of tau: the hash of imported ones, or a .ptau file" },
    { "succeeds", API_TEXT, API_AT(init_request, succeeds), .is_path = true,
      .path_use = API_PATH_OWN, .help = "folder of a ledger whose log this one goes on from" },
    { "template", API_TEXT, API_AT(init_request, template_name), .is_path = true,
      .path_use = API_PATH_OWN,
      .help = "what it is for: the name of a template, or the path of one" },
    { "keys", API_STRUCT, API_AT(init_request, passphrase), .of = &api_new_passphrase_object,
      .required = true, .help = "how its keys are kept" },
};
static const api_object request_object = API_OBJECT(init_request, request_fields);

/* Without an old log the member is left out: a first log succeeds none. */
static bool goes_on(const void *record)
{
    return ((const zkl_init_result *)record)->succeeds.origin[0] != 0;
}

static const api_field init_fields[] = {
    { "folder", API_TEXT, API_AT(zkl_init_result, folder), .help = "the ledger's folder" },
    { "origin", API_TEXT, API_AT(zkl_init_result, origin), .help = "the log's name" },
    { "ledger", API_DIGEST, API_AT(zkl_init_result, ledger), .help = "the ledger's id" },
    { "powers", API_DIGEST, API_AT(zkl_init_result, powers_hash),
      .help = "hash of its powers of tau" },
    { "powers_made", API_ENUM, API_AT(zkl_init_result, powers_development), .names = api_made,
      .help = "how they came to be" },
    { "succeeds", API_STRUCT, API_AT(zkl_init_result, succeeds), .when = goes_on,
      .of = &api_succeeds, .help = "the log that it goes on from" },
    { "template", API_TEXT, API_AT(zkl_init_result, template_name), .nullable = true,
      .help = "the template's name; null: none" },
    { "policies", API_TEXTS, API_AT(zkl_init_result, policies),
      API_COUNT(zkl_init_result, policy_count), .help = "paths of the policies that it brought" },
    { "next", API_TEXTS, API_AT(zkl_init_result, next), API_COUNT(zkl_init_result, next_count),
      .help = "what may come next, in words of the command line" },
};
static const api_object init_object = API_OBJECT(zkl_init_result, init_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const init_request *asked = request;
    ZKL_AUTO_CLEAR(api_passphrase) passphrase = { 0 };
    zkl_init_request init = { .ledger = { .folder = asked->folder },
                              .name = asked->name,
                              .hash_algorithm = asked->hash,
                              .backend = asked->backend,
                              .powers = asked->powers,
                              .succeeds = asked->succeeds,
                              .template_name = asked->template_name };
    (void)ledger;
    /* What cannot be made is refused before a passphrase is read. */
    ZKL_TRY(zkl_init_check(&init, err));
    ZKL_TRY(api_passphrase_choose(&init.ledger.passphrase, &passphrase, &asked->passphrase, err));
    return zkl_init(result, &init, env, err);
}

/* Long the first time: it makes the user's powers of tau, or checks a ceremony's. */
const api_operation api_init = {
    .name = "init",
    .summary = "make a ledger: keys, configuration, store and log",
    .permission = "service:manage",
    .effect = API_WITHOUT_LEDGER,
    .needs_keys = true,
    .is_long = true,
    .request = &request_object,
    .result = &init_object,
    .memory_offset = offsetof(zkl_init_result, memory),
    .run = run,
};

/* ---- templates */

#define AT(member) API_AT(zkl_template_info, member)
#define COUNT(member) API_COUNT(zkl_template_info, member)
static const api_field template_fields[] = {
    { "name", API_TEXT, AT(name), .help = "its name" },
    { "about", API_TEXT, AT(about), .help = "what it is for" },
    { "policies", API_TEXTS, AT(policies), COUNT(policy_count),
      .help = "the policies that it brings" },
    { "settings", API_TEXTS, AT(settings), COUNT(setting_count),
      .help = "what it says of the configuration, as 'ledger.hash_algorithm = blake3'" },
};
#undef AT
#undef COUNT
static const api_object template = API_OBJECT(zkl_template_info, template_fields);

static const api_field templates_fields[] = {
    { "templates", API_LIST, API_AT(zkl_templates_result, templates),
      API_COUNT(zkl_templates_result, count), .of = &template, .help = "all of them, by name" },
};
static const api_object templates_object = API_OBJECT(zkl_templates_result, templates_fields);

static zkl_status run_templates(void *result, zkl_ledger *ledger, const void *request,
                                const zkl_env *env, zkl_error *err)
{
    (void)ledger;
    (void)request;
    (void)env;
    return zkl_templates(result, err);
}

const api_operation api_templates = {
    .name = "templates",
    .summary = "list the templates of new ledgers that came with the program",
    .permission = "datasets:read",
    .effect = API_WITHOUT_LEDGER,
    .result = &templates_object,
    .memory_offset = offsetof(zkl_templates_result, memory),
    .run = run_templates,
};
