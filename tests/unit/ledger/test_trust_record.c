/* The trust record of a store: signed by the ledger's own log key. Somebody who can write to the
 * store cannot change it. */
#include "ledger_fixture.h"

#include "keys/signing_key.h"
#include "ledger/ledger_internal.h"
#include "ledger/trust_record.h"

#define VALUES_MAX 64

typedef struct kept_store {
    zkl_test *t;
    zkl_bytes keys[VALUES_MAX], values[VALUES_MAX];
    size_t count, record; /* record: where the trust record is */
} kept_store;

static zkl_bytes keep(zkl_test *t, zkl_bytes bytes)
{
    return zkl_bytes_of(zkl_arena_copy(&t->arena, bytes.data, bytes.size), bytes.size);
}

static zkl_status keep_value(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                             zkl_error *err)
{
    kept_store *kept = context;
    (void)stop;
    (void)err;
    ZKL_ASSERT(kept->count < VALUES_MAX);
    if (zkl_bytes_equal_text(key, ZKL_STORE_KEY_TRUST))
        kept->record = kept->count;
    kept->keys[kept->count] = keep(kept->t, key);
    kept->values[kept->count++] = keep(kept->t, value);
    return ZKL_OK;
}

/* The ledger opened from the kept store with another trust record; verify-chain runs when it
 * opens. */
static zkl_status judge(const kept_store *kept, const fixture *f, zkl_bytes record, zkl_error *err)
{
    zkl_store *store;
    zkl_batch batch = { 0 };
    zkl_ledger *ledger;
    zkl_chain_report report;
    *err = (zkl_error){ 0 };
    ZKL_ASSERT(zkl_store_open(&store, "memory", &(zkl_store_options){ 0 }, NULL) == ZKL_OK);
    for (size_t i = 0; i < kept->count; i++)
        ZKL_ASSERT(zkl_batch_put(&batch, kept->keys[i],
                                 i == kept->record ? record : kept->values[i], NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_store_commit(store, &batch, true, NULL) == ZKL_OK);
    zkl_batch_clear(&batch);
    zkl_status status = zkl_ledger_open_store(&ledger, store, f->folder, NULL, NULL, &f->env, err);
    if (status != ZKL_OK) {
        zkl_store_close(store);
        return status;
    }
    status = zkl_ledger_verify_chain(ledger, NULL, &report, err);
    zkl_ledger_close(ledger);
    return status;
}

static zkl_bytes sealed(zkl_test *t, const zkl_trust *trust, const zkl_signer *key)
{
    zkl_buffer out = { 0 };
    zkl_error err = { 0 };
    if (zkl_trust_record_seal(&out, trust, key, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return fixture_keep(t, &out);
}

/* The record with another trust, under the signature that it had. */
static zkl_bytes unsigned_change(zkl_test *t, zkl_bytes record, const zkl_trust *trust)
{
    zkl_buffer text = { 0 }, out = { 0 };
    zkl_error err = { 0 };
    if (zkl_trust_encode(&text, trust, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    zkl_buffer_put(&out, record.data, 8 + 4);
    zkl_buffer_put_field(&out, text.data, text.size);
    zkl_buffer_put(&out, record.data + record.size - 64, 64);
    zkl_buffer_clear(&text);
    return fixture_keep(t, &out);
}

static void check_refused(zkl_test *t, zkl_status status, const zkl_error *err, const char *what,
                          const char *said)
{
    if (status == ZKL_OK || !strstr(err->text, said))
        FAIL(t, "%s: %s, '%s', not '%s'", what, zkl_status_text(status), err->text, said);
}

/* Every field in turn, the record's own hash as it should be. The rotated ledger has two log keys
 * and two signers. */
static void test_trust_record__every_field_is_signed(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    kept_store *kept = ZKL_ARENA_NEW(&t->arena, kept_store, 1);
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    kept->t = t;
    REQUIRE_OK(t, &err,
               zkl_store_scan(f.store, (zkl_bytes){ 0 }, (zkl_bytes){ 0 }, keep_value, kept, &err));
    const zkl_bytes record = kept->values[kept->record];
    REQUIRE_OK(t, &err, judge(kept, &f, record, &err));
    const zkl_trust *own = zkl_ledger_trust(f.ledger);
    zkl_verifier_key other;
    zkl_circuit_id circuit = { .name = "F18", .key_hash = { { 1 } } };
    zkl_trust trust;
    REQUIRE_OK(t, &err,
               zkl_verifier_key_init(&other, ZKL_NOTE_ED25519, "test-log",
                                     &f.signer.key.signer.public_key, &err));
    zkl_verifier_key witness = other;
    witness.type = ZKL_NOTE_COSIGNATURE;
    REQUIRE_OK(t, &err,
               zkl_verifier_key_init(&witness, ZKL_NOTE_COSIGNATURE, "w",
                                     &f.signer.key.signer.public_key, &err));
#define CHANGED(change)                                                                            \
    do {                                                                                           \
        REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, own, 1, &err));                      \
        change;                                                                                    \
        check_refused(t, judge(kept, &f, unsigned_change(t, record, &trust), &err), &err, #change, \
                      "the ledger's trust record");                                                \
    } while (0)
    CHANGED(trust.powers_of_ceremony = true);
    CHANGED(trust.development = false);
    CHANGED(trust.powers_hash.bytes[0] ^= 1);
    CHANGED((trust.circuits = &circuit, trust.circuit_count = 1));
    CHANGED((trust.witnesses = &witness, trust.witness_count = 1));
    CHANGED((trust.witnesses = &witness, trust.witness_count = trust.quorum = 1));
    CHANGED(trust.signers[0].until = 7);
    CHANGED(trust.signers[0].from = 0);
    CHANGED(trust.signers[0].key = f.log_key.key.signer.public_key);
    CHANGED(trust.signer_count = 0);
    CHANGED(trust.log_keys[0].key = other);
    CHANGED(trust.log_keys[0].until = 7);
    CHANGED((trust.log_keys[1] = (zkl_trusted_log_key){ other, 7, ZKL_TRUST_OPEN },
             trust.log_keys[0].until = 7, trust.log_key_count = 2));
    CHANGED(trust.first_log_key = other);
    /* and every byte, whatever it is */
    for (size_t i = 0; i < record.size; i++) {
        uint8_t *copy = zkl_arena_copy(&t->arena, record.data, record.size);
        copy[i] ^= 1;
        if (judge(kept, &f, zkl_bytes_of(copy, record.size), &err) == ZKL_OK)
            FAIL(t, "byte %zu changed is accepted", i);
    }
    /* what version 0.1 stored */
    zkl_buffer plain = { 0 };
    REQUIRE_OK(t, &err, zkl_trust_encode(&plain, own, &err));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED, judge(kept, &f, zkl_buffer_bytes(&plain), &err));
    CHECK(t, strstr(err.text, "version 0.1") != NULL);
    zkl_buffer_clear(&plain);
    zkl_ledger_close(f.ledger);
}

/* Signed anew by a key that the log does not lead to. */
static void test_trust_record__its_log_keys_are_those_of_the_log(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    kept_store *kept = ZKL_ARENA_NEW(&t->arena, kept_store, 1);
    zkl_signing_key stranger;
    zkl_trust trust;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    kept->t = t;
    REQUIRE_OK(t, &err,
               zkl_store_scan(f.store, (zkl_bytes){ 0 }, (zkl_bytes){ 0 }, keep_value, kept, &err));
    REQUIRE_OK(t, &err, zkl_signing_key_make(&stranger, ZKL_KEY_ED25519, &f.env, &err));
    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(f.ledger), 1, &err));
    zkl_verifier_key key;
    REQUIRE_OK(t, &err,
               zkl_verifier_key_init(&key, ZKL_NOTE_ED25519, "test-log",
                                     &stranger.signer.public_key, &err));
    trust.powers_of_ceremony = true;
    trust.log_keys[0].key = key; /* in the place of the first */
    check_refused(t, judge(kept, &f, sealed(t, &trust, &stranger.signer), &err), &err,
                  "another first", "the log key of entry 0 is not the first log key");
    trust.log_keys[0] =
        (zkl_trusted_log_key){ zkl_ledger_trust(f.ledger)->first_log_key, 0, 1 }; /* behind it */
    trust.log_keys[1] = (zkl_trusted_log_key){ key, 1, ZKL_TRUST_OPEN };
    trust.log_key_count = 2;
    check_refused(t, judge(kept, &f, sealed(t, &trust, &stranger.signer), &err), &err, "a second",
                  "entry 0 does not put in the log key from 1 on");
    trust.log_keys[1].from = 2;
    check_refused(t, judge(kept, &f, sealed(t, &trust, &stranger.signer), &err), &err, "with a gap",
                  "no log key counts from entry 1 on");
    /* another ledger as a whole is no lie: it has another id */
    trust.first_log_key = trust.log_keys[0].key = key;
    trust.log_keys[0].until = ZKL_TRUST_OPEN;
    trust.log_key_count = 1;
    check_refused(t, judge(kept, &f, sealed(t, &trust, &stranger.signer), &err), &err,
                  "another ledger", "");
    zkl_buffer out = { 0 };
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_trust_record_seal(&out, &trust, &f.log_key.key.signer, &err));
    zkl_ledger_close(f.ledger);
}

/* The owner himself: what he says with his key is his word, but a pinned circuit has to be in his
 * log. */
static void test_trust_record__pinned_circuits_are_logged(zkl_test *t)
{
    fixture f;
    fixture_dataset d;
    zkl_error err = { 0 };
    kept_store *kept = ZKL_ARENA_NEW(&t->arena, kept_store, 1);
    zkl_trust trust;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE(t, fixture_make_dataset(t, &d, zkl_ledger_own_id(f.ledger),
                                    zkl_ledger_powers_hash(f.ledger), 1, &err));
    REQUIRE_OK(t, &err, fixture_stage_setup(&f, &d, &err)); /* a development one */
    REQUIRE_OK(t, &err, zkl_ledger_commit(f.ledger, &err));
    kept->t = t;
    REQUIRE_OK(t, &err,
               zkl_store_scan(f.store, (zkl_bytes){ 0 }, (zkl_bytes){ 0 }, keep_value, kept, &err));
    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(f.ledger), 1, &err));
    zkl_circuit_id circuit = d.circuit;
    trust.circuits = &circuit;
    trust.circuit_count = 1;
    check_refused(t, judge(kept, &f, sealed(t, &trust, &f.log_key.key.signer), &err), &err,
                  "development", "which entry 1 calls a development one");
    circuit.key_hash.bytes[0] ^= 1;
    check_refused(t, judge(kept, &f, sealed(t, &trust, &f.log_key.key.signer), &err), &err,
                  "unknown", "pins a key of circuit F18 that no entry names");
    zkl_ledger_close(f.ledger);
}

/* Rotation and revocation sign it again. The old key's signature is worth nothing then. */
static void test_trust_record__is_signed_again_when_keys_change(zkl_test *t)
{
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_ledger *ledger = NULL;
    zkl_keyfile old = { 0 };
    zkl_trust trust;
    uint64_t index;
    char folder[512], path[600];
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    fixture_powers(powers, 7);
    snprintf(folder, sizeof folder, "%s/ledger", test_folder(t));
    snprintf(path, sizeof path, "%s/keys/log.key", folder);
    zkl_ledger_init_options o = { .folder = folder, .powers = zkl_bytes_of(powers, sizeof powers) };
    zkl_config_default(&o.config, "test");
    REQUIRE_OK(t, &err, zkl_ledger_init(&o, &env, &err));
    REQUIRE_OK(t, &err, zkl_keyfile_load(&old, path, NULL, NULL, &err));
    REQUIRE_OK(t, &err, fixture_open_folder(&ledger, folder, ZKL_LEDGER_WRITE, NULL, &env, &err));
    REQUIRE_OK(t, &err, zkl_ledger_rotate(ledger, ZKL_ROLE_LOG, NULL, &index, &err));
    REQUIRE_OK(t, &err, zkl_ledger_rotate(ledger, ZKL_ROLE_SIGNER, NULL, &index, &err));
    REQUIRE_OK(t, &err, zkl_ledger_rotate(ledger, ZKL_ROLE_LOG, NULL, &index, &err));
    zkl_ledger_close(ledger);
    ledger = NULL;
    zkl_chain_report report;
    REQUIRE_OK(t, &err, fixture_open_folder(&ledger, folder, ZKL_LEDGER_READ, NULL, &env, &err));
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(ledger, NULL, &report, &err));
    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, zkl_ledger_trust(ledger), 0, &err));
    REQUIRE(t, trust.log_key_count == 3 && trust.signer_count == 2);
    zkl_buffer out = { 0 };
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_trust_record_seal(&out, &trust, &old.key.signer, &err));
    zkl_ledger_close(ledger);
    zkl_keyfile_clear(&old);
}

ZKL_TESTS(TEST(test_trust_record__every_field_is_signed),
          TEST(test_trust_record__its_log_keys_are_those_of_the_log),
          TEST(test_trust_record__pinned_circuits_are_logged),
          TEST(test_trust_record__is_signed_again_when_keys_change))
