#pragma once
/* Configuration of a ledger, zkp-ledger.toml in its folder. docs/formats/configuration.md */
#include "base/arena.h"
#include "base/buffer.h"
#include "hash/hash.h"
#include "toml/toml.h"

#define ZKL_CONFIG_BYTES_MAX 65536
#define ZKL_CONFIG_FILE "zkp-ledger.toml"

typedef struct zkl_config {
    /* [ledger] */
    char name[128];
    zkl_hash_algorithm hash_algorithm; /* "sha3-256" | "blake3" */
    bool compression;                  /* "lz4" | "none" */
    /* proof_system = "groth16" is the only one */
    /* [storage] */
    char backend[16];     /* "rocksdb" */
    char path[256];       /* inside the ledger's folder: "store" */
    uint64_t max_size_gb; /* 0: no limit */
    /* [proof] curve = "bls12-381", security_level = 128 are the only ones */
    uint32_t parallel_prove; /* threads; 0: the cores it may use */
    uint32_t cache_size_mb;  /* block cache of the store */
    /* [export] */
    bool include_visualizations; /* drawings in reports */
    /* what `export` and `audit` write when nobody says which; none twice. Each takes its own */
    char formats[24][16];
    size_t format_count; /* 1 .. */
} zkl_config;

void zkl_config_default(zkl_config *out, const char *name);
/* Strict: an unknown key, or a value that is not supported, is ZKL_USAGE with line and column. What
 * is missing has its default. source: for messages. */
zkl_status zkl_config_parse(zkl_config *out, zkl_bytes text, const char *source,
                            zkl_error *err) ZKL_MUST_USE;
/* The same from a table of a larger text: what it says into *out, the rest stays. ZKL_BAD_INPUT
 * with line and column. */
zkl_status zkl_config_read(zkl_config *out, const zkl_toml_node *table,
                           zkl_error *err) ZKL_MUST_USE;
/* A key of a configuration with its value as text, and the line that says it; 0: none does, the
 * value is the default. */
typedef struct zkl_config_setting {
    const char *key; /* "storage.path" */
    const char *value;
    uint32_t line;
} zkl_config_setting;
/* All keys that there are, in the order of zkl_config_print. Lives in arena. Errors as parse. */
zkl_status zkl_config_settings(zkl_config_setting **out, size_t *count, zkl_arena *arena,
                               zkl_bytes text, const char *source, zkl_error *err) ZKL_MUST_USE;
void zkl_config_print(zkl_buffer *out, const zkl_config *config);
