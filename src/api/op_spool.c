/* Spools: tables that the owner keeps in the ledger's folder. Listing reads the heads of files;
 * dropping removes files, and is not undone. Neither needs the owner secret. */
#include "api/operation.h"

static bool is_unreadable(const void *record)
{
    return ((const zkl_spool_info *)record)->name == NULL;
}

#define AT(member) API_AT(zkl_spool_info, member)
static const api_field dataset_fields[] = {
    { "name", API_TEXT, AT(name), .help = "its name" },
    { "version", API_NUMBER, AT(version), .help = "the version that it was kept with" },
    { "id", API_DIGEST, AT(dataset), .help = "hash of its manifest" },
};
static const api_object dataset = API_OBJECT(zkl_spool_info, dataset_fields);

static const api_field spool_fields[] = {
    { "dataset", API_STRUCT, API_WHOLE(zkl_spool_info), .is_null = is_unreadable, .of = &dataset,
      .help = "what it says to be of; null: it is no spool that can be read" },
    { "bytes", API_NUMBER, AT(byte_count), .help = "size of the file" },
    { "time", API_TEXT, AT(time), .nullable = true, .help = "when it was made, by this machine" },
    { "orphan", API_BOOL, AT(is_orphan), .help = "has the log no version that is this dataset" },
    { "unfinished", API_BOOL, AT(is_unfinished),
      .help = "no table, but what a run of this name had done when it was cut off; version is 0" },
    { "file", API_TEXT, AT(file), .help = "its name in the folder 'spools'" },
};
#undef AT
static const api_object spool = API_OBJECT(zkl_spool_info, spool_fields);

#define AT(member) API_AT(zkl_spools_result, member)
#define COUNT(member) API_COUNT(zkl_spools_result, member)
static const api_field list_fields[] = {
    { "spools", API_LIST, AT(spools), COUNT(count), .of = &spool,
      .help = "all of them, by name and version" },
    { "half_written", API_NUMBER, AT(leftover_count),
      .help = "files of a process at work, or of one that was killed" },
};
static const api_object list_object = API_OBJECT(zkl_spools_result, list_fields);

static const api_field drop_fields[] = {
    { "dropped", API_LIST, AT(spools), COUNT(count), .of = &spool,
      .help = "the spools that were removed" },
    { "half_written", API_NUMBER, AT(leftover_count),
      .help = "files of killed processes that were removed too" },
};
#undef AT
#undef COUNT
static const api_object drop_object = API_OBJECT(zkl_spools_result, drop_fields);

static const api_field request_fields[] = {
    { "reference", API_TEXT, API_AT(zkl_spools_drop_request, reference),
      .help = "NAME@VERSION, or NAME: of all of its versions" },
    { "all", API_BOOL, API_AT(zkl_spools_drop_request, all),
      .help = "in place of it: everything that is kept, orphans too" },
};
static const api_object request_object = API_OBJECT(zkl_spools_drop_request, request_fields);

static zkl_status run_list(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    (void)request;
    (void)env;
    return zkl_spools_list(result, ledger, err);
}

static zkl_status run_drop(void *result, zkl_ledger *ledger, const void *request,
                           const zkl_env *env, zkl_error *err)
{
    (void)env;
    return zkl_spools_drop(result, ledger, request, err);
}

const api_operation api_spool_list = {
    .name = "spool_list",
    .summary = "the tables that the owner keeps, encrypted",
    .permission = "datasets:read",
    .effect = API_READS,
    .result = &list_object,
    .memory_offset = offsetof(zkl_spools_result, memory),
    .run = run_list,
};

const api_operation api_spool_drop = {
    .name = "spool_drop",
    .summary = "remove tables that the owner keeps",
    .permission = "datasets:manage",
    .effect = API_WRITES,
    .request = &request_object,
    .result = &drop_object,
    .failure = &drop_object,
    .memory_offset = offsetof(zkl_spools_result, memory),
    .run = run_drop,
};
