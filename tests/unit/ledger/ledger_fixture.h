#pragma once
/* A small ledger for tests: real keys, powers of a known tau, one-column datasets. Their proofs are
 * random bytes: what looks at proofs is tested with the prover (test_receipt_proof.c). */
#include "ledger/chain.h"
#include "ledger/ledger.h"
#include "ledger/entry_export.h"
#include "verify/receipt.h"
#include "store_wrappers.h"
#include "testing.h"

/* zkl_ledger_open_as with the defaults for the rest. */
static inline zkl_status fixture_open_folder(zkl_ledger **out, const char *folder,
                                             zkl_ledger_mode mode, const zkl_bytes *passphrase,
                                             const zkl_env *env, zkl_error *err)
{
    const zkl_ledger_opening how = { .folder = folder, .mode = mode, .passphrase = passphrase };
    return zkl_ledger_open_as(out, &how, env, err);
}

static inline void fixture_powers(uint8_t out[static ZKL_SRS_VERIFIER_BYTES], uint64_t tau)
{
    zkl_fr t, square;
    zkl_g1 p1;
    zkl_g2 p2;
    zkl_srs_verifier srs;
    zkl_fr_from_u64(&t, tau);
    zkl_fr_sqr(&square, &t);
    zkl_g1_mul(&p1, &zkl_g1_generator, &t);
    blst_p1_to_affine(&srs.tau_1, &p1);
    zkl_g2_mul(&p2, &zkl_g2_generator, &t);
    blst_p2_to_affine(&srs.tau_2, &p2);
    zkl_g2_mul(&p2, &zkl_g2_generator, &square);
    blst_p2_to_affine(&srs.tau2_2, &p2);
    zkl_srs_verifier_encode(out, &srs);
}

static inline zkl_bytes fixture_keep(zkl_test *t, zkl_buffer *buffer)
{
    const zkl_bytes out =
        zkl_bytes_of(zkl_arena_copy(&t->arena, buffer->data, buffer->size), buffer->size);
    zkl_buffer_clear(buffer);
    return out;
}

/* CSV, as most of it is. */
static const zkl_reading fixture_reading = { .format = "csv",
                                             .columns_chosen = ZKL_NO,
                                             .delimiter = ",",
                                             .quote = "\"",
                                             .encoding = "utf-8",
                                             .header = ZKL_YES,
                                             .null_quoted = ZKL_NO };
static const zkl_bytes fixture_file = { (const uint8_t *)"ages.csv", 8 };

typedef struct fixture_dataset {
    zkl_column column;
    zkl_schema schema;
    zkl_manifest manifest;
    zkl_digest row_root;
    uint8_t block[1][ZKL_POINT_BYTES];
    zkl_circuit_id circuit, circuits[2];
    zkl_bytes manifest_bytes, statement, proof, key;
    zkl_digest id;
} fixture_dataset;

/* What a cheating signer changes of a dataset before he states anything about it. Zeros:
 * nothing. */
typedef struct fixture_lies {
    zkl_bytes key; /* a verification key that decodes; empty: the fixture's, which does not */
    const zkl_circuit_id *circuit; /* one more that the manifest names */
    const zkl_digest *parent;      /* of the manifest */
} fixture_lies;

/* number makes datasets differ. ledger, powers_hash: what the statement names. */
static inline bool fixture_make_dataset_of(zkl_test *t, fixture_dataset *d,
                                           const zkl_digest *ledger, const zkl_digest *powers_hash,
                                           uint64_t number, const fixture_lies *lies,
                                           zkl_error *err)
{
    zkl_fr scalar;
    zkl_g1 p;
    zkl_g1_affine affine;
    zkl_buffer bytes = { 0 };
    *d = (fixture_dataset){ 0 };
    d->column = (zkl_column){ zkl_bytes_of_text("age"), { .kind = ZKL_TYPE_UINT16 }, false };
    d->schema = (zkl_schema){ ZKL_HASH_SHA3_256, &d->column, 1 };
    zkl_fr_from_u64(&scalar, 1000 + number);
    zkl_g1_mul(&p, &zkl_g1_generator, &scalar);
    blst_p1_to_affine(&affine, &p);
    zkl_g1_encode(d->block[0], &affine);
    memset(d->row_root.bytes, (int)number, 32);

    uint8_t key[ZKL_GROTH16_VK_BYTES];
    memset(key, 0x55, sizeof key);
    if (lies->key.size == sizeof key)
        memcpy(key, lies->key.data, sizeof key);
    d->key = zkl_bytes_of(zkl_arena_copy(&t->arena, key, sizeof key), sizeof key);
    memcpy(d->circuit.name, "F18", 4);
    zkl_hash(&d->circuit.key_hash, ZKL_HASH_SHA3_256, key, sizeof key);

    zkl_manifest *m = &d->manifest;
    m->schema = d->schema;
    m->row_count = 10;
    m->powers_hash = *powers_hash;
    m->reading = fixture_reading;
    m->read_files = &fixture_file;
    m->read_file_count = 1;
    d->circuits[0] = d->circuit;
    if (lies->circuit)
        d->circuits[1] = *lies->circuit;
    m->circuits = d->circuits;
    m->circuit_count = lies->circuit ? 2 : 1;
    m->parents = lies->parent;
    m->parent_count = lies->parent != NULL;
    m->chunk_count = 1;
    m->blocks_per_chunk = 1;
    m->row_roots = &d->row_root;
    m->blocks = (const uint8_t(*)[ZKL_POINT_BYTES])d->block;
    zkl_manifest_table_root(&m->table_root, m);
    zkl_schema_hash(&m->schema_hash, &d->schema);
    if (zkl_manifest_encode(&bytes, m, err) != ZKL_OK)
        return false;
    d->manifest_bytes = fixture_keep(t, &bytes);
    zkl_dataset_id(&d->id, d->manifest_bytes);

    const uint32_t table_index[] = { 0 };
    const zkl_assertion claim = { ZKL_ASSERTION_CELLS, NULL, 0, table_index, 1 };
    const zkl_statement_column column = { zkl_bytes_of_text("0"), 0, 1 };
    const zkl_statement_table table = { .dataset = d->id,
                                        .row_count = 10,
                                        .columns = &column,
                                        .column_count = 1,
                                        .schema_hash = m->schema_hash,
                                        .merkle_root = m->table_root };
    const zkl_statement s = { .ledger = *ledger,
                              .circuit = zkl_bytes_of_text("F18"),
                              .key_hash = d->circuit.key_hash,
                              .powers_hash = *powers_hash,
                              .assertions = &claim,
                              .assertion_count = 1,
                              .tables = &table,
                              .table_count = 1,
                              .blocks = m->blocks,
                              .block_count = 1,
                              .multiplicities = m->blocks,
                              .multiplicity_count = 1,
                              .masks = m->blocks,
                              .mask_count = 1 };
    zkl_statement_encode(&bytes, &s);
    d->statement = fixture_keep(t, &bytes);
    uint8_t proof[544];
    memset(proof, (int)(number + 1), sizeof proof);
    d->proof = zkl_bytes_of(zkl_arena_copy(&t->arena, proof, sizeof proof), sizeof proof);
    return true;
}

static inline bool fixture_make_dataset(zkl_test *t, fixture_dataset *d, const zkl_digest *ledger,
                                        const zkl_digest *powers_hash, uint64_t number,
                                        zkl_error *err)
{
    return fixture_make_dataset_of(t, d, ledger, powers_hash, number, &(fixture_lies){ 0 }, err);
}

typedef struct fixture_entry {
    zkl_entry entry;
    zkl_entry_statement statement;
    zkl_entry_claim claim;
} fixture_entry;

/* A notarise entry of the dataset; blobs are hashed, not stored. */
static inline void fixture_notarise(fixture_entry *f, const fixture_dataset *d,
                                    const zkl_digest *ledger, const char *name, uint32_t version)
{
    zkl_fr t0;
    *f = (fixture_entry){ .claim = {
                              zkl_bytes_of_text("cells(*)"),
                              zkl_bytes_of_text("{\"kind\":\"cells\",\"text\":\"cells(*)\"}") } };
    zkl_statement_t0(&t0, d->statement);
    zkl_fr_encode(f->statement.t0.bytes, &t0);
    memcpy(f->statement.circuit, "F18", 4);
    zkl_sha256(&f->statement.statement_sha256, d->statement.data, d->statement.size);
    zkl_sha256(&f->statement.proof_sha256, d->proof.data, d->proof.size);
    f->statement.claims = &f->claim;
    f->statement.claim_count = 1;
    f->entry = (zkl_entry){ .kind = ZKL_ENTRY_NOTARISE,
                            .ledger = *ledger,
                            .time_ms = 1767225600000,
                            .data.name = zkl_bytes_of_text(name),
                            .data.version = version,
                            .data.dataset = d->id,
                            .data.statements = &f->statement,
                            .data.statement_count = 1 };
    zkl_sha256(&f->entry.data.manifest_sha256, d->manifest_bytes.data, d->manifest_bytes.size);
}

typedef struct fixture {
    zkl_env env;
    zkl_store *store; /* the ledger's; closed with it */
    zkl_ledger *ledger;
    zkl_keyfile signer, log_key;
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    const char *folder;
} fixture;

static inline zkl_status fixture_open(zkl_test *t, fixture *f, zkl_error *err)
{
    zkl_store *memory;
    *f = (fixture){ .env = test_env(t), .folder = test_folder(t) };
    fixture_powers(f->powers, 7);
    ZKL_TRY(
        zkl_keyfile_make(&f->signer, ZKL_KEYFILE_SIGNER, ZKL_KEY_ED25519, "test", &f->env, err));
    ZKL_TRY(
        zkl_keyfile_make(&f->log_key, ZKL_KEYFILE_LOG, ZKL_KEY_ED25519, "test-log", &f->env, err));
    ZKL_TRY(zkl_store_open(&memory, "memory", &(zkl_store_options){ 0 }, err));
    zkl_status status = zkl_store_failing_open(&f->store, memory, err);
    if (status == ZKL_OK)
        status = zkl_ledger_create_in_store(
            f->store,
            &(zkl_ledger_first){ .signer = &f->signer.key.signer,
                                 .log_signer = &f->log_key.key.signer,
                                 .origin = f->log_key.info.name,
                                 .powers = zkl_bytes_of(f->powers, sizeof f->powers) },
            &f->env, err);
    if (status == ZKL_OK)
        status = zkl_ledger_open_store(&f->ledger, f->store, f->folder, &f->signer, &f->log_key,
                                       &f->env, err);
    return status;
}

static inline zkl_status fixture_stage_setup(fixture *f, const fixture_dataset *d, zkl_error *err)
{
    zkl_entry e = { .kind = ZKL_ENTRY_SETUP,
                    .ledger = *zkl_ledger_own_id(f->ledger),
                    .time_ms = 1767225600000,
                    .setup.circuit = d->circuit,
                    .setup.powers_hash = *zkl_ledger_powers_hash(f->ledger) };
    ZKL_TRY(zkl_ledger_stage_blob(f->ledger, &e.setup.key_sha256, d->key, err));
    return zkl_ledger_stage_entry(f->ledger, &e, NULL, NULL, err);
}

static inline zkl_status fixture_stage_dataset(fixture *f, const fixture_dataset *d,
                                               const char *name, uint32_t version, uint64_t *index,
                                               zkl_error *err)
{
    fixture_entry e;
    zkl_digest hash;
    fixture_notarise(&e, d, zkl_ledger_own_id(f->ledger), name, version);
    ZKL_TRY(zkl_ledger_stage_blob(f->ledger, &hash, d->manifest_bytes, err));
    ZKL_TRY(zkl_ledger_stage_blob(f->ledger, &hash, d->statement, err));
    ZKL_TRY(zkl_ledger_stage_blob(f->ledger, &hash, d->proof, err));
    return zkl_ledger_stage_entry(f->ledger, &e.entry, index, NULL, err);
}
