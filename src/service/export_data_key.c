/* The data key of a version: secret, for the owner to hand on. docs/formats/datakey.md
 *
 *  1. The whole key is what the ledger keeps, byte for byte.
 *  2. A key of chosen chunks holds nothing that is not in the whole one, or follows from it. Which
 *     entries of dictionaries their rows have, the data say: they are compared with the manifest
 *     first. */
#include "base/arena.h"
#include "notary/table_data_key.h"
#include "service/export_format.h"
#include "service/recheck.h"
#include "text/runs.h"

/* What a key of chosen chunks is made of. */
typedef struct chunk_choice {
    zkl_arena memory; /* secret */
    zkl_manifest manifest;
    zkl_datakey whole;
    uint64_t *chunks;
    size_t chunk_count;
    zkl_verify_data_request request;
    recheck data;
    zkl_table_facts facts;
} chunk_choice;

static void chunk_choice_clear(chunk_choice *c)
{
    zkl_table_facts_clear(&c->facts);
    c->data.ledger = NULL; /* the export's own */
    recheck_clear(&c->data);
    zkl_arena_clear(&c->memory);
    zkl_wipe(c, sizeof *c);
}

/* "0,3-5": each chunk once, rising, so that one choice has one text. */
static zkl_status read_chunks(chunk_choice *c, const char *text, zkl_error *err)
{
    const size_t most = c->manifest.chunk_count;
    zkl_number_run run;
    c->chunks = ZKL_ARENA_NEW(&c->memory, uint64_t, most);
    if (!c->chunks)
        return zkl_no_memory(err, most * sizeof *c->chunks);
    for (const char *at = text; at;) {
        if (!zkl_number_run_next(&run, &at))
            return zkl_fail(err, ZKL_USAGE,
                            "'%.200s' names no chunks: numbers and runs of them, counted from 0, "
                            "as 0,3-5",
                            text);
        if (run.last >= most)
            return zkl_fail(err, ZKL_USAGE, "chunk %llu: the dataset has %zu, counted from 0",
                            (unsigned long long)run.last, most);
        if (c->chunk_count && run.first <= c->chunks[c->chunk_count - 1])
            return zkl_fail(err, ZKL_USAGE,
                            "chunk %llu is named behind chunk %llu: they are named once, rising",
                            (unsigned long long)run.first,
                            (unsigned long long)c->chunks[c->chunk_count - 1]);
        for (uint64_t chunk = run.first; chunk <= run.last; chunk++)
            c->chunks[c->chunk_count++] = chunk;
    }
    return ZKL_OK;
}

static zkl_status find_manifest(chunk_choice *c, const export_source *source, zkl_error *err)
{
    zkl_entry entry;
    zkl_dsse dsse;
    zkl_bytes bytes;
    ZKL_TRY(
        zkl_ledger_entry(source->ledger, &entry, &dsse, &c->memory, source->version->index, err));
    return service_manifest(&c->manifest, &bytes, &c->memory, source->ledger, &entry, err);
}

/* Files or spool, found to be what was notarised. */
static zkl_status read_data(chunk_choice *c, const export_source *source,
                            const zkl_owner_secret *owner, zkl_error *err)
{
    c->request = (zkl_verify_data_request){ .files = source->request->files,
                                            .file_count = source->request->file_count };
    c->data = (recheck){ .handle = source->handle,
                         .request = &c->request,
                         .env = source->env,
                         .arena = { .is_secret = true },
                         .ledger = source->ledger,
                         .owner = owner,
                         .manifest = &c->manifest,
                         .dataset = source->version->dataset,
                         .rows_alone = true };
    const zkl_status status = recheck_data(&c->data, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", source->request->reference);
    return zkl_table_facts_take(&c->facts, c->data.table, owner, err);
}

/* Invariant 2. Data that are given are compared in any case: whoever gives others means another
 * dataset. */
static zkl_status choose_chunks(zkl_buffer *out, chunk_choice *c, const export_source *source,
                                zkl_bytes whole, const zkl_owner_secret *owner, zkl_error *err)
{
    ZKL_TRY(find_manifest(c, source, err));
    ZKL_TRY(read_chunks(c, source->request->chunks, err));
    ZKL_TRY(zkl_datakey_parse(&c->whole, &c->memory, whole, err));
    const bool has_data = c->whole.dictionary_count || source->request->file_count;
    if (has_data)
        ZKL_TRY(read_data(c, source, owner, err));
    return zkl_table_data_key_choose(out, has_data ? &c->facts : NULL, &c->whole, c->chunks,
                                     c->chunk_count, err);
}

/* Decrypted under the owner secret, and written with mode 0600. Neither stays in memory: buffers
 * wipe themselves. */
static zkl_status make_file(zkl_buffer *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) whole = { 0 };
    ZKL_AUTO_CLOSE(zkl_owner_secret) owner = NULL;
    const zkl_digest *dataset = &source->version->dataset;
    zkl_bytes wrapped;
    ZKL_TRY(zkl_ledger_private(source->ledger, &wrapped, &arena, dataset, err));
    ZKL_TRY(service_owner_secret(&owner, source->ledger, err));
    if (!source->request->chunks)
        return service_private_unwrap(out, SERVICE_DATA_KEY, wrapped, owner, dataset, err);
    ZKL_AUTO_BLOCK chunk_choice *choice = zkl_calloc(1, sizeof *choice);
    if (!choice)
        return zkl_no_memory(err, sizeof *choice);
    choice->memory.is_secret = true;
    zkl_status status =
        service_private_unwrap(&whole, SERVICE_DATA_KEY, wrapped, owner, dataset, err);
    if (status == ZKL_OK)
        status = choose_chunks(out, choice, source, zkl_buffer_bytes(&whole), owner, err);
    chunk_choice_clear(choice);
    return status;
}

const export_module service_export_data_key = {
    .kind = { .ending = ".zklkey" },
    .takes_chunks = true,
    .make_file = make_file,
};
