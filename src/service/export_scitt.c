/* A SCITT Transparent Statement (RFC 9943) of a version: its announcement, an entry that is a COSE
 * statement, with a receipt of it in the unprotected header. docs/formats/cose.md
 *
 *  1. The receipt is of the statement as it was logged: with an empty unprotected header, as the
 *     RFC asks before registration. So whoever takes the receipt out has the bytes of the leaf.
 *  2. The first export logs the announcement, and each later one finds it: a version has one.
 *  3. Registered is what verifies: version and claims are verified as for every such format. */
#include "ledger/change.h"
#include "record/cose.h"
#include "service/export_cose.h"
#include "service/export_facts.h"

/* The index of the announcement among the entries about the version. */
static bool find_announcement(uint64_t *index, const service_entries *about)
{
    for (size_t i = 0; i < about->count; i++)
        if (about->items[i].entry.kind == ZKL_ENTRY_ANNOUNCE) {
            *index = about->items[i].index;
            return true;
        }
    return false;
}

static zkl_status log_announcement(uint64_t *index, const export_source *source,
                                   const zkl_entry_data *notarised, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    zkl_digest parent;
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(source->ledger), &parent, source->version->index, err));
    const zkl_entry entry = { .kind = ZKL_ENTRY_ANNOUNCE,
                              .ledger = *zkl_ledger_own_id(source->ledger),
                              .time_ms = zkl_env_now_ms(source->env),
                              .parents = &parent,
                              .parent_count = 1,
                              .data = { .name = notarised->name,
                                        .version = notarised->version,
                                        .manifest_sha256 = notarised->manifest_sha256,
                                        .dataset = notarised->dataset } };
    ZKL_TRY(zkl_change_init(&change, source->handle, source->env, err));
    ZKL_TRY(zkl_change_add_entry(&change, &entry, 0, err));
    ZKL_TRY(zkl_change_place(&change, source->env, err));
    *index = change.entries[0].index;
    return ZKL_OK;
}

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(export_facts) facts = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) writer = NULL;
    service_entries about;
    zkl_bytes envelope;
    zkl_dsse statement;
    uint64_t index;
    ZKL_TRY(export_facts_gather(&facts, source, err));
    ZKL_TRY(service_entries_about(&about, &arena, source->ledger, source->version, err));
    if (!find_announcement(&index, &about))
        ZKL_TRY(log_announcement(&index, source, &about.items[0].entry.data, err));
    ZKL_TRY(service_open(&writer, source->handle, ZKL_LEDGER_WRITE, source->env, err));
    ZKL_TRY(export_cose_receipt_put(&receipt, writer, index, err));
    ZKL_TRY(zkl_ledger_envelope(writer, &envelope, &arena, index, err));
    ZKL_TRY(zkl_cose_statement_parse(&statement, envelope, err));
    zkl_cose_put_statement(out, &statement, zkl_buffer_bytes(&receipt));
    return zkl_buffer_status(out, err);
}

const export_module service_export_scitt = {
    .kind = { .ending = ".scitt", .is_signed = true },
    .make_file = make_file,
};
