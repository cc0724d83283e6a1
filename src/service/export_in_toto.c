/* An in-toto attestation bundle: every entry about the version, as it was signed, one envelope a
 * line. Nothing is signed anew, and nothing is left out but announcements, which are no envelopes
 * and say nothing that the others do not (record/entry_announce.c).
 *
 * An envelope is one line by its format (docs/formats/dsse.md). */
#include "service/export_format.h"

static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    service_entries entries;
    ZKL_TRY(service_entries_about(&entries, &arena, source->ledger, source->version, err));
    for (size_t i = 0; i < entries.count; i++) {
        zkl_bytes envelope;
        if (zkl_entry_facts_of(entries.items[i].entry.kind)->is_cose)
            continue;
        ZKL_TRY(
            zkl_ledger_envelope(source->ledger, &envelope, &arena, entries.items[i].index, err));
        zkl_buffer_put(out, envelope.data, envelope.size);
        zkl_buffer_put_u8(out, '\n');
    }
    return zkl_buffer_status(out, err);
}

/* Entries are added, and none is ever changed: what was there stands at the beginning. */
static bool is_same(zkl_bytes existing, zkl_bytes content)
{
    return existing.size <= content.size && existing.size > 0 &&
           memcmp(existing.data, content.data, existing.size) == 0;
}

const export_module service_export_in_toto = {
    .kind = { .ending = ".intoto.jsonl" },
    .is_same = is_same,
    .make_file = make_file,
};
