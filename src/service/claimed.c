/* Datasets and their data. What the manifest says of the data is recomputed, but for the
 * commitments: a proof on commitments of other cells fails its own check. */
#include "service/claimed.h"

void service_claimed_clear(service_claimed *c)
{
    zkl_commitments_clear(&c->commitments);
    zkl_table_facts_clear(&c->facts);
    recheck_clear(&c->data);
    zkl_arena_clear(&c->version.memory);
}

void service_claimed_list_clear(service_claimed_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        service_claimed_clear(&list->items[i]);
    zkl_arena_clear(&list->memory);
}

zkl_status service_version_find(service_version *out, zkl_ledger *ledger, const char *reference,
                                zkl_error *err)
{
    zkl_dataset_version asked;
    ZKL_TRY(service_find(&asked, &out->memory, ledger, reference, err));
    ZKL_TRY(zkl_ledger_find(ledger, &out->found, &out->memory, asked.name, asked.version, err));
    ZKL_TRY(zkl_ledger_load_content(ledger, &out->loaded, &out->memory, out->found.index, err));
    ZKL_TRY(service_entries_about(&out->about, &out->memory, ledger, &out->found, err));
    return zkl_manifest_parse(&out->manifest, &out->memory, out->loaded.content.manifests[0], err);
}

void service_claimed_begin(service_claimed *c, zkl_ledger *handle, const zkl_env *env)
{
    c->data = (recheck){ .handle = handle,
                         .request = &c->request,
                         .env = env,
                         .arena = { .is_secret = true },
                         .rows_alone = true };
}

/* The content commitment of the facts is made with the owner secret, that of the manifest was
 * checked with the data key: a key that was given may be another owner's. */
static zkl_status check_owner(const zkl_table_facts *facts, const zkl_manifest *manifest,
                              zkl_error *err)
{
    return zkl_digest_equal(&facts->content, &manifest->content)
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT,
                          "the dataset was notarised under another owner secret");
}

zkl_status service_claimed_check_different(const service_claimed_list *list, zkl_error *err)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < i; k++)
            if (zkl_digest_equal(&list->items[i].version.found.dataset,
                                 &list->items[k].version.found.dataset))
                return zkl_fail(err, ZKL_USAGE, "'%s' is the same dataset as '%s'",
                                list->items[i].request.reference, list->items[k].request.reference);
    return ZKL_OK;
}

/* A later version has perhaps not all texts of the dictionary that it inherited, and then its data
 * key opens those that it has. The owner knows them all, and claims may name others. */
static zkl_status find_dictionaries(service_claimed *c, service_desk *desk, zkl_error *err)
{
    const zkl_schema *schema = c->facts.schema;
    zkl_kept_dictionary *kept =
        ZKL_ARENA_NEW(&c->data.arena, zkl_kept_dictionary, schema->column_count);
    if (!kept)
        return zkl_no_memory(err, schema->column_count * sizeof *kept);
    for (uint32_t i = 0; i < schema->column_count; i++) {
        const zkl_datakey_dictionary *d = zkl_datakey_dictionary_find(&c->data.data_key, i);
        if (d && d->part.entry_count)
            ZKL_TRY(service_kept_dictionary(&kept[i], &c->data.arena, desk->ledger, desk->owner,
                                            &schema->columns[i].type.root, err));
    }
    c->facts.kept = kept;
    return ZKL_OK;
}

zkl_status service_claimed_read(service_claimed *c, service_desk *desk, zkl_error *err)
{
    c->data.manifest = &c->version.manifest;
    c->data.dataset = c->version.found.dataset;
    c->data.owner = desk->owner;
    c->data.ledger = desk->ledger;
    const zkl_status status = recheck_data(&c->data, err);
    c->data.ledger = NULL; /* the desk closes it */
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", c->request.reference);
    ZKL_TRY(zkl_table_facts_take(&c->facts, c->data.table, desk->owner, err));
    ZKL_TRY(check_owner(&c->facts, &c->version.manifest, err));
    return find_dictionaries(c, desk, err);
}
