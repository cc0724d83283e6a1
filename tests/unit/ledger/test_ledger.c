/* The ledger over a store in memory and on disk: what is recorded, what is refused, keys by index,
 * verify-chain. */
#include "ledger_fixture.h"
#include "ledger/ledger_internal.h"

#include <sys/stat.h>
#include <unistd.h>

static zkl_status add_dataset(zkl_test *t, fixture *f, const char *name, uint32_t version,
                              uint64_t number, zkl_error *err)
{
    fixture_dataset d;
    uint64_t setup;
    if (!fixture_make_dataset(t, &d, zkl_ledger_own_id(f->ledger),
                              zkl_ledger_powers_hash(f->ledger), number, err))
        return err->status;
    zkl_status status = zkl_ledger_setup_index(f->ledger, &setup, &d.circuit, err);
    status = status == ZKL_NOT_FOUND ? fixture_stage_setup(f, &d, err) : status;
    if (status == ZKL_OK)
        status = fixture_stage_dataset(f, &d, name, version, NULL, err);
    if (status != ZKL_OK) {
        zkl_ledger_abandon(f->ledger);
        return status;
    }
    return zkl_ledger_commit(f->ledger, err);
}

static void test_ledger_commit__records_versions(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    zkl_dataset_version v, *all;
    zkl_chain_report report;
    uint64_t *about;
    size_t count;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, add_dataset(t, &f, "penguins", 1, 1, &err));
    REQUIRE_OK(t, &err, add_dataset(t, &f, "penguins", 2, 2, &err));
    REQUIRE_OK(t, &err, add_dataset(t, &f, "apes", 1, 3, &err));
    CHECK_UINT_EQ(t, zkl_log_size(zkl_ledger_log(f.ledger)),
                  5); /* signer, set-up, three datasets */

    REQUIRE_OK(t, &err,
               zkl_ledger_find(f.ledger, &v, &t->arena, zkl_bytes_of_text("penguins"), 0, &err));
    CHECK_UINT_EQ(t, v.version, 2);
    CHECK_UINT_EQ(t, v.index, 3);
    REQUIRE_OK(t, &err,
               zkl_ledger_find(f.ledger, &v, &t->arena, zkl_bytes_of_text("penguins"), 1, &err));
    CHECK_UINT_EQ(t, v.index, 2);
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_ledger_find(f.ledger, &v, &t->arena, zkl_bytes_of_text("penguins"), 3, NULL));
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_ledger_find(f.ledger, &v, &t->arena, zkl_bytes_of_text("penguin"), 0, NULL));
    CHECK_STATUS(t, ZKL_USAGE,
                 zkl_ledger_find(f.ledger, &v, &t->arena, zkl_bytes_of_text("a b"), 0, NULL));
    REQUIRE_OK(t, &err, zkl_ledger_datasets(f.ledger, &all, &count, &t->arena, &err));
    REQUIRE(t, count == 3);
    CHECK_MEM_EQ(t, all[0].name.data, "apes", 5);
    CHECK_UINT_EQ(t, all[2].version, 2);
    REQUIRE_OK(
        t, &err,
        zkl_ledger_entries_about(f.ledger, &about, &count, &t->arena, &all[1].dataset, &err));
    REQUIRE(t, count == 1);
    CHECK_UINT_EQ(t, about[0], 2);

    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(f.ledger, NULL, &report, &err));
    CHECK_UINT_EQ(t, report.entry_count, 5);
    CHECK_UINT_EQ(t, report.dataset_count, 3);
    CHECK_UINT_EQ(t, report.checkpoint_count, 4);
    zkl_ledger_close(f.ledger);
}

static void test_ledger_stage__refuses_what_does_not_fit(zkl_test *t)
{
    fixture f;
    fixture_dataset d, other;
    fixture_entry e;
    zkl_error err = { 0 };
    zkl_digest hash, wrong = { { 9 } };
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    const zkl_digest *own = zkl_ledger_own_id(f.ledger), *powers = zkl_ledger_powers_hash(f.ledger);
    REQUIRE(t, fixture_make_dataset(t, &d, own, powers, 1, &err));
    REQUIRE(t, fixture_make_dataset(t, &other, &wrong, powers, 2, &err));

    /* no set-up before first use */
    CHECK_STATUS(t, ZKL_CONFLICT, fixture_stage_dataset(&f, &d, "a", 1, NULL, &err));
    CHECK(t, strstr(err.text, "set-up of circuit F18") != NULL);
    zkl_ledger_abandon(f.ledger);
    REQUIRE_OK(t, &err, fixture_stage_setup(&f, &d, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, fixture_stage_setup(&f, &d, &err)); /* twice */
    REQUIRE_OK(t, &err, zkl_ledger_commit(f.ledger, &err));

    fixture_notarise(&e, &d, own, "a", 1);
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_ledger_stage_entry(f.ledger, &e.entry, NULL, NULL, &err)); /* no blobs */
    CHECK_STATUS(t, ZKL_CONFLICT,
                 fixture_stage_dataset(&f, &d, "a", 2, NULL, &err)); /* version 1 first */
    CHECK_STATUS(
        t, ZKL_CONFLICT,
        fixture_stage_dataset(&f, &other, "a", 1, NULL, &err)); /* another ledger's statement */
    zkl_ledger_abandon(f.ledger);
    REQUIRE_OK(t, &err, zkl_ledger_stage_blob(f.ledger, &hash, d.manifest_bytes, &err));
    REQUIRE_OK(t, &err, zkl_ledger_stage_blob(f.ledger, &hash, d.statement, &err));
    REQUIRE_OK(t, &err, zkl_ledger_stage_blob(f.ledger, &hash, d.proof, &err));
#define REFUSED(change, back)                                                                      \
    do {                                                                                           \
        change;                                                                                    \
        if (zkl_ledger_stage_entry(f.ledger, &e.entry, NULL, NULL, &err) == ZKL_OK)                \
            FAIL(t, "accepted: %s", #change);                                                      \
        back;                                                                                      \
    } while (0)
    REFUSED(e.entry.ledger.bytes[0] ^= 1, e.entry.ledger.bytes[0] ^= 1);
    REFUSED(e.entry.data.dataset.bytes[0] ^= 1, e.entry.data.dataset.bytes[0] ^= 1);
    REFUSED(e.entry.data.manifest_sha256.bytes[0] ^= 1, e.entry.data.manifest_sha256.bytes[0] ^= 1);
    REFUSED(e.statement.t0.bytes[31] ^= 1, e.statement.t0.bytes[31] ^= 1);
    REFUSED(e.statement.proof_sha256.bytes[0] ^= 1, e.statement.proof_sha256.bytes[0] ^= 1);
    REFUSED(memcpy(e.statement.circuit, "F20", 4), memcpy(e.statement.circuit, "F18", 4));
    REFUSED((e.entry.parents = &wrong, e.entry.parent_count = 1), e.entry.parent_count = 0);
    REFUSED(e.entry.kind = ZKL_ENTRY_PROVE, e.entry.kind = ZKL_ENTRY_NOTARISE);
    REFUSED(e.entry.kind = ZKL_ENTRY_KEY, e.entry.kind = ZKL_ENTRY_NOTARISE);
    REQUIRE_OK(t, &err, zkl_ledger_stage_entry(f.ledger, &e.entry, NULL, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(f.ledger, &err));
    zkl_ledger_close(f.ledger);
}

/* A writer that believed one index alone would log a version, or a circuit's key, a second time. */
static void test_ledger_stage__refuses_holes_in_the_indexes(zkl_test *t)
{
    static const struct {
        const char *name; /* its index of latest versions is changed; NULL: the set-up's is lost */
        const char *latest;
        size_t latest_size; /* 0: lost */
        uint32_t version;   /* the one that the hole would let in */
    } cases[] = { { "a", NULL, 0, 1 },
                  { "a", "\0\0\0\1", 4, 2 },
                  { "a", "\0\0\0\3", 4, 4 },
                  { "a", "\0\0\0\0", 4, 1 },
                  { NULL, NULL, 0, 0 } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        fixture f;
        fixture_dataset d;
        zkl_error err = { 0 };
        ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
        REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
        REQUIRE_OK(t, &err, add_dataset(t, &f, "a", 1, 1, &err));
        REQUIRE_OK(t, &err, add_dataset(t, &f, "a", 2, 2, &err));
        REQUIRE(t, fixture_make_dataset(t, &d, zkl_ledger_own_id(f.ledger),
                                        zkl_ledger_powers_hash(f.ledger), 3, &err));
        const zkl_store_key key =
            cases[i].name ? zkl_store_key_of("last/", "a", 1) : zkl_store_key_setup(&d.circuit);
        const zkl_bytes value = zkl_bytes_of(cases[i].latest, cases[i].latest_size);
        REQUIRE_OK(t, &err,
                   value.size ? zkl_batch_put(&batch, zkl_store_key_bytes(&key), value, &err)
                              : zkl_batch_delete(&batch, zkl_store_key_bytes(&key), &err));
        REQUIRE_OK(t, &err, zkl_store_commit(f.store, &batch, true, &err));
        const zkl_status status =
            cases[i].name
                ? fixture_stage_dataset(&f, &d, cases[i].name, cases[i].version, NULL, &err)
                : fixture_stage_setup(&f, &d, &err);
        const zkl_status want = cases[i].version == 4 ? ZKL_CONFLICT : ZKL_REJECTED;
        CHECK_STATUS(t, want, status); /* CONFLICT: version 3 is not in the log */
        zkl_ledger_close(f.ledger);
    }
}

static void test_ledger_commit__fails_whole(zkl_test *t)
{
    for (uint64_t nth = 1; nth <= 2; nth++) {
        fixture f;
        zkl_error err = { 0 };
        uint32_t versions;
        REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
        REQUIRE_OK(t, &err, add_dataset(t, &f, "a", 1, 1, &err));
        zkl_store_failing_arm(f.store, nth); /* 1: the entries; 2: the checkpoint */
        CHECK_STATUS(t, ZKL_IO, add_dataset(t, &f, "a", 2, 2, &err));
        zkl_store_failing_arm(f.store, 0);
        REQUIRE_OK(t, &err,
                   zkl_ledger_version_count(f.ledger, &versions, zkl_bytes_of_text("a"), &err));
        CHECK_UINT_EQ(t, versions, nth);
        /* and it goes on; a head without checkpoint is signed with the next one */
        REQUIRE_OK(t, &err, add_dataset(t, &f, "a", versions + 1, 3, &err));
        zkl_chain_report report;
        REQUIRE_OK(t, &err, zkl_ledger_verify_chain(f.ledger, NULL, &report, &err));
        zkl_ledger_close(f.ledger);
    }
}

static void test_ledger_keys__count_by_index(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_chain_report report;
    zkl_env env = test_env(t);
    zkl_ledger *ledger = NULL;
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    uint64_t index;
    char folder[512], path[600];
    fixture_powers(powers, 7);
    snprintf(folder, sizeof folder, "%s/ledger", test_folder(t));
    zkl_ledger_init_options o = { .folder = folder, .powers = zkl_bytes_of(powers, sizeof powers) };
    zkl_config_default(&o.config, "test");
    REQUIRE_OK(t, &err, zkl_ledger_init(&o, &env, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_ledger_init(&o, &env, &err));
    REQUIRE_OK(t, &err, fixture_open_folder(&ledger, folder, ZKL_LEDGER_WRITE, NULL, &env, &err));

    zkl_ledger *second = NULL, *reader = NULL;
    CHECK_STATUS(t, ZKL_CONFLICT,
                 fixture_open_folder(&second, folder, ZKL_LEDGER_WRITE, NULL, &env, &err));
    CHECK(t, strstr(err.text, "pid ") != NULL);
    REQUIRE_OK(t, &err, fixture_open_folder(&reader, folder, ZKL_LEDGER_READ, NULL, &env, &err));
    CHECK_STATUS(t, ZKL_USAGE, zkl_ledger_rotate(reader, ZKL_ROLE_SIGNER, NULL, &index, &err));

    const zkl_public_key first_signer = zkl_ledger_signer(ledger)->public_key;
    const zkl_digest id = *zkl_ledger_own_id(ledger);
    REQUIRE_OK(t, &err, zkl_ledger_rotate(ledger, ZKL_ROLE_SIGNER, NULL, &index, &err));
    CHECK_UINT_EQ(t, index, 1);
    REQUIRE_OK(t, &err, zkl_ledger_rotate(ledger, ZKL_ROLE_LOG, NULL, &index, &err));
    CHECK_UINT_EQ(t, index, 2);
    const zkl_trust *trust = zkl_ledger_trust(ledger);
    REQUIRE(t, trust->signer_count == 2 && trust->log_key_count == 2);
    CHECK_UINT_EQ(t, trust->signers[0].from, 1);
    CHECK_UINT_EQ(t, trust->signers[0].until, 2);
    CHECK_UINT_EQ(t, trust->signers[1].from, 2);
    CHECK_UINT_EQ(t, trust->log_keys[0].until, 3);
    CHECK_UINT_EQ(t, trust->log_keys[1].from, 3);
    CHECK(t, !zkl_public_key_equal(&first_signer, &zkl_ledger_signer(ledger)->public_key));
    CHECK_MEM_EQ(t, zkl_ledger_own_id(ledger), &id, sizeof id); /* never changes */

    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_ledger_revoke(ledger, &first_signer, "gone", &index, &err));
    const zkl_public_key lost = zkl_ledger_signer(ledger)->public_key;
    REQUIRE_OK(t, &err, zkl_ledger_revoke(ledger, &lost, "lost with a laptop", &index, &err));
    fixture f = { .ledger = ledger };
    CHECK_STATUS(t, ZKL_REJECTED, add_dataset(t, &f, "a", 1, 1, &err)); /* beyond its index */
    CHECK(t, strstr(err.text, "does not count at index 4") != NULL);
    REQUIRE_OK(t, &err, zkl_ledger_rotate(ledger, ZKL_ROLE_SIGNER, NULL, &index, &err));
    REQUIRE_OK(t, &err, add_dataset(t, &f, "a", 1, 1, &err));
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(ledger, NULL, &report, &err));
    CHECK_UINT_EQ(t, report.entry_count, 7);

    REQUIRE_OK(t, &err, zkl_ledger_catch_up(reader, &err));
    REQUIRE_OK(t, &err, zkl_ledger_verify_chain(reader, NULL, &report, &err));
    CHECK_UINT_EQ(t, report.entry_count, 7);
    zkl_ledger_close(reader);
    zkl_ledger_close(ledger);

    /* opened again, the new keys are the ones in the files, mode 0600; the old ones are kept */
    REQUIRE_OK(t, &err, fixture_open_folder(&ledger, folder, ZKL_LEDGER_WRITE, NULL, &env, &err));
    f.ledger = ledger;
    REQUIRE_OK(t, &err, add_dataset(t, &f, "a", 2, 2, &err));
    zkl_ledger_close(ledger);
    struct stat st;
    snprintf(path, sizeof path, "%s/keys/signer.key", folder);
    CHECK(t, stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    snprintf(path, sizeof path, "%s/keys/signer.key.until-2", folder);
    CHECK(t, stat(path, &st) == 0);
    snprintf(path, sizeof path, "%s/keys/log.key.until-3", folder);
    CHECK(t, stat(path, &st) == 0);
}

static void test_ledger_open__wants_the_passphrase(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    zkl_ledger *ledger = NULL;
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    zkl_owner_secret *owner = NULL, *kept = NULL;
    char folder[512], path[600];
    const zkl_bytes right = zkl_bytes_of_text("right"), wrong = zkl_bytes_of_text("wrong");
    const zkl_keyfile_cost cheap = { 10, 8, 1 };
    fixture_powers(powers, 7);
    snprintf(folder, sizeof folder, "%s/ledger", test_folder(t));
    zkl_ledger_init_options o = { .folder = folder,
                                  .powers = zkl_bytes_of(powers, sizeof powers),
                                  .passphrase = &right,
                                  .cost = &cheap };
    zkl_config_default(&o.config, "test");
    REQUIRE_OK(t, &err, zkl_ledger_init(&o, &env, &err));
    CHECK_STATUS(t, ZKL_DENIED,
                 fixture_open_folder(&ledger, folder, ZKL_LEDGER_WRITE, &wrong, &env, &err));
    CHECK_STATUS(t, ZKL_DENIED,
                 fixture_open_folder(&ledger, folder, ZKL_LEDGER_WRITE, NULL, &env, &err));
    REQUIRE_OK(t, &err, fixture_open_folder(&ledger, folder, ZKL_LEDGER_READ, NULL, &env, &err));
    CHECK_STATUS(t, ZKL_DENIED, zkl_ledger_owner_secret(ledger, &owner, &wrong, &err));
    REQUIRE_OK(t, &err, zkl_ledger_owner_secret(ledger, &owner, &right, &err));
    /* It is kept, and for nobody without the passphrase. */
    CHECK_STATUS(t, ZKL_DENIED, zkl_ledger_owner_secret(ledger, &kept, &wrong, &err));
    CHECK_STATUS(t, ZKL_DENIED, zkl_ledger_owner_secret(ledger, &kept, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_owner_secret(ledger, &kept, &right, &err));
    CHECK_MEM_EQ(t, kept->bytes, owner->bytes, sizeof owner->bytes);
    zkl_owner_secret_close(kept);
    /* Another secret in its place is noticed. */
    zkl_keyfile other = { 0 };
    snprintf(path, sizeof path, "%s/keys/owner.key", folder);
    REQUIRE(t, remove(path) == 0);
    REQUIRE_OK(t, &err, zkl_keyfile_make(&other, ZKL_KEYFILE_OWNER, 0, "", &env, &err));
    REQUIRE_OK(t, &err, zkl_keyfile_save(path, &other, &right, &cheap, &env, &err));
    REQUIRE_OK(t, &err, zkl_ledger_owner_secret(ledger, &kept, &right, &err));
    CHECK_MEM_EQ(t, kept->bytes, other.owner.bytes, sizeof other.owner.bytes);
    zkl_owner_secret_close(kept);
    zkl_keyfile_clear(&other);
    zkl_owner_secret_close(owner);
    zkl_ledger_close(ledger);
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 fixture_open_folder(&ledger, test_folder(t), ZKL_LEDGER_READ, NULL, &env, &err));
    snprintf(o.config.name, sizeof o.config.name, "two words");
    snprintf(folder, sizeof folder, "%s/other", test_folder(t));
    CHECK_STATUS(t, ZKL_USAGE, zkl_ledger_init(&o, &env, &err));
    struct stat st;
    CHECK(t, stat(folder, &st) != 0); /* and nothing is left */
}

/* Every value of the store changed, one at a time: verify-chain refuses, or opening does. */
typedef struct stored_pair {
    zkl_bytes key, value;
} stored_pair;
typedef struct stored_pairs {
    zkl_test *t;
    stored_pair items[256];
    size_t count;
} stored_pairs;

static zkl_status keep_pair(void *context, zkl_bytes key, zkl_bytes value, bool *stop,
                            zkl_error *err)
{
    stored_pairs *pairs = context;
    (void)stop;
    (void)err;
    ZKL_ASSERT(pairs->count < ZKL_COUNT(pairs->items));
    pairs->items[pairs->count++] =
        (stored_pair){ zkl_bytes_of(zkl_arena_copy(&pairs->t->arena, key.data, key.size), key.size),
                       zkl_bytes_of(zkl_arena_copy(&pairs->t->arena, value.data, value.size),
                                    value.size) };
    return ZKL_OK;
}

static zkl_status chain_status(fixture *f)
{
    zkl_ledger *reader = NULL;
    zkl_chain_report report;
    /* a second handle on the same store, as another process would read it */
    zkl_status status =
        zkl_ledger_open_store(&reader, f->store, f->folder, NULL, NULL, &f->env, NULL);
    if (status != ZKL_OK)
        return status;
    status = zkl_ledger_verify_chain(reader, NULL, &report, NULL);
    f->store = NULL;
    zkl_ledger_close(reader);
    return status;
}

static void rebuild(fixture *f, const stored_pairs *pairs, size_t changed, int how)
{
    zkl_store *store;
    zkl_batch batch = { 0 };
    ZKL_ASSERT(zkl_store_open(&store, "memory", &(zkl_store_options){ 0 }, NULL) == ZKL_OK);
    for (size_t i = 0; i < pairs->count; i++) {
        uint8_t copy[8192];
        zkl_bytes value = pairs->items[i].value;
        if (i == changed && how == 0)
            continue; /* removed */
        ZKL_ASSERT(value.size <= sizeof copy);
        if (value.size)
            memcpy(copy, value.data, value.size);
        if (i == changed && how == 1 && value.size)
            copy[value.size - 1] ^= 1;
        if (i == changed && how == 2 && value.size)
            copy[0] ^= 1;
        ZKL_ASSERT(zkl_batch_put(&batch, pairs->items[i].key, zkl_bytes_of(copy, value.size),
                                 NULL) == ZKL_OK);
    }
    ZKL_ASSERT(zkl_store_commit(store, &batch, true, NULL) == ZKL_OK);
    zkl_batch_clear(&batch);
    f->store = store;
}

static void test_verify_chain__refuses_a_changed_store(zkl_test *t)
{
    fixture f;
    zkl_error err = { 0 };
    stored_pairs *pairs = ZKL_ARENA_NEW(&t->arena, stored_pairs, 1);
    REQUIRE(t, pairs != NULL);
    pairs->t = t;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE_OK(t, &err, add_dataset(t, &f, "a", 1, 1, &err));
    REQUIRE_OK(t, &err, add_dataset(t, &f, "a", 2, 2, &err));
    REQUIRE_OK(t, &err,
               zkl_store_scan(f.store, (zkl_bytes){ 0 }, (zkl_bytes){ 0 }, keep_pair, pairs, &err));
    zkl_ledger_close(f.ledger);
    rebuild(&f, pairs, SIZE_MAX, 0);
    CHECK_STATUS(t, ZKL_OK, chain_status(&f));
    for (size_t i = 0; i < pairs->count; i++)
        for (int how = 0; how < 3; how++) {
            if (how && !pairs->items[i].value.size)
                continue;
            rebuild(&f, pairs, i, how);
            /* "not found" would be said of a ledger that is nowhere */
            const zkl_status status = chain_status(&f);
            if (status == ZKL_OK || status == ZKL_NOT_FOUND)
                FAIL(t, "%s: '%.*s' (%zu) changed by %d", zkl_status_text(status),
                     (int)pairs->items[i].key.size, (const char *)pairs->items[i].key.data, i, how);
            zkl_store_close(f.store);
        }
}

static void test_ledger__allocation_failure(zkl_test *t)
{
    for (uint64_t nth = 1; nth < 20000; nth += 1 + nth / 16) {
        fixture f;
        zkl_error err = { 0 };
        zkl_chain_report report;
        REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
        zkl_malloc_fail_after(nth);
        zkl_status status = add_dataset(t, &f, "a", 1, 1, &err);
        if (status == ZKL_OK)
            status = zkl_ledger_verify_chain(f.ledger, NULL, &report, &err);
        zkl_malloc_fail_after(0);
        zkl_ledger_close(f.ledger);
        if (status == ZKL_OK)
            return;
        CHECK_STATUS(t, ZKL_NO_MEMORY, status);
    }
    FAIL(t, "never succeeds");
}

/* While it is held no writer comes in, though a key file is missing; then the lock is free. */
static void test_ledger_lock__keeps_writers_out(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    zkl_ledger *handle = NULL, *other = NULL;
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    char folder[512], path[600];
    fixture_powers(powers, 7);
    snprintf(folder, sizeof folder, "%s/ledger", test_folder(t));
    zkl_ledger_init_options o = { .folder = folder, .powers = zkl_bytes_of(powers, sizeof powers) };
    zkl_config_default(&o.config, "test");
    REQUIRE_OK(t, &err, zkl_ledger_init(&o, &env, &err));
    snprintf(path, sizeof path, "%s/keys/log.key", folder);
    REQUIRE(t, unlink(path) == 0);
    REQUIRE_OK(t, &err, fixture_open_folder(&handle, folder, ZKL_LEDGER_READ, NULL, &env, &err));

    zkl_ledger_lock lock = { 0 };
    REQUIRE_OK(t, &err, zkl_ledger_lock_take(&lock, handle, &env, &err));
    CHECK_STATUS(t, ZKL_CONFLICT,
                 fixture_open_folder(&other, folder, ZKL_LEDGER_WRITE, NULL, &env, &err));
    CHECK(t, strstr(err.text, "pid ") != NULL); /* the lock, before any key is asked for */
    zkl_ledger_lock_clear(&lock);
    zkl_ledger_lock_clear(&lock);
    CHECK_STATUS(t, ZKL_CONFLICT,
                 fixture_open_folder(&other, folder, ZKL_LEDGER_WRITE, NULL, &env, &err));
    CHECK(t, strstr(err.text, "key") != NULL && !strstr(err.text, "pid "));

    /* a writer that cannot open leaves the lock to others */
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_ledger_writer(&other, handle, &env, &err));
    REQUIRE_OK(t, &err, zkl_ledger_lock_take(&lock, handle, &env, &err));
    zkl_ledger_lock_clear(&lock);
    zkl_ledger_close(handle);
}

ZKL_TESTS(TEST(test_ledger_commit__records_versions),
          TEST(test_ledger_stage__refuses_what_does_not_fit),
          TEST(test_ledger_stage__refuses_holes_in_the_indexes),
          TEST(test_ledger_commit__fails_whole), TEST(test_ledger_keys__count_by_index),
          TEST(test_ledger_open__wants_the_passphrase),
          TEST(test_verify_chain__refuses_a_changed_store), TEST(test_ledger__allocation_failure),
          TEST(test_ledger_lock__keeps_writers_out))
