/* What each key of a ledger's configuration means to the service. */
#include "daemon/ledger_settings.h"

static const struct {
    const char *table, *key, *meaning;
} known[] = {
    { "ledger", "name", "the ledger's name for people: `name` in ledger/zkp-ledger.toml" },
    { "ledger", "hash_algorithm",
      "\"sha3-256\" or \"blake3\", of versions to come: the same key in ledger/zkp-ledger.toml" },
    { "ledger", "proof_system", "\"groth16\" is the only one: nothing to set" },
    { "ledger", "compression",
      "of the store, \"lz4\" or \"none\" (true is \"lz4\"): the same key in "
      "ledger/zkp-ledger.toml" },
    { "storage", "backend",
      "\"rocksdb\" is what there is (\"postgres\" is not): the same key in "
      "ledger/zkp-ledger.toml" },
    { "storage", "path",
      "the service's ledger is FOLDER/ledger, its store below it: FOLDER is what zkp-ledgerd is "
      "started with" },
    { "storage", "max_size_gb",
      "the store takes no more entries at that size: the same key in ledger/zkp-ledger.toml" },
    { "proof", "curve", "\"bls12-381\" is the only one: nothing to set" },
    { "proof", "security_level", "128 is the only one: nothing to set" },
    { "proof", "parallel_prove",
      "proofs use all cores that the process may use; `job_threads` here says how many operations "
      "run at once" },
    { "proof", "cache_size_mb",
      "the store's cache, in the same unit: the same key in ledger/zkp-ledger.toml" },
    { "export", "formats",
      "each request for an export or an audit names its format: nothing to set" },
    { "export", "include_visualizations",
      "drawings in audit reports: the same key in ledger/zkp-ledger.toml" },
};

static const char *meaning_of(const zkl_toml_node *table, const zkl_toml_node *key)
{
    for (size_t i = 0; i < ZKL_COUNT(known); i++)
        if (zkl_bytes_equal_text(table->key, known[i].table) &&
            zkl_bytes_equal_text(key->key, known[i].key))
            return known[i].meaning;
    return "no key of a ledger either";
}

static bool is_table(const zkl_toml_node *node)
{
    for (size_t i = 0; i < ZKL_COUNT(known); i++)
        if (zkl_bytes_equal_text(node->key, known[i].table))
            return node->kind == ZKL_TOML_TABLE;
    return false;
}

bool daemon_ledger_settings_explain(zkl_buffer *out, const zkl_toml_node *root)
{
    bool has_any = false;
    for (size_t i = 0; i < root->item_count; i++) {
        const zkl_toml_node *const table = &root->items[i];
        if (!is_table(table))
            continue;
        has_any = true;
        for (size_t k = 0; k < table->item_count; k++) {
            const zkl_toml_node *const key = &table->items[k];
            zkl_buffer_format(out, "line %u: [%s] %s: %s\n", key->key_line,
                              (const char *)table->key.data, (const char *)key->key.data,
                              meaning_of(table, key));
        }
    }
    return has_any;
}
