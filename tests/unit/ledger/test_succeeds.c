/* A log that goes on from another: what entry 0 may say, and where. */
#include "ledger_fixture.h"

#include "keys/sign_record.h"
#include "verify/key_rules.h"
#include "ledger/ledger_internal.h"

typedef struct world {
    zkl_env env;
    zkl_keyfile signer, log_key, old_key;
    zkl_verifier_key old_verifier;
    char old_text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_bytes note;
    zkl_checkpoint old;
} world;

static zkl_status make_world(zkl_test *t, world *w, zkl_error *err)
{
    zkl_buffer note = { 0 };
    const zkl_digest root = { { 1, 2, 3 } };
    w->env = test_env(t);
    ZKL_TRY(zkl_keyfile_make(&w->signer, ZKL_KEYFILE_SIGNER, ZKL_KEY_ED25519, "s", &w->env, err));
    ZKL_TRY(zkl_keyfile_make(&w->log_key, ZKL_KEYFILE_LOG, ZKL_KEY_ED25519, "new", &w->env, err));
    ZKL_TRY(zkl_keyfile_make(&w->old_key, ZKL_KEYFILE_LOG, ZKL_KEY_ED25519, "old", &w->env, err));
    ZKL_TRY(zkl_verifier_key_init(&w->old_verifier, ZKL_NOTE_ED25519, "old",
                                  &w->old_key.key.signer.public_key, err));
    zkl_verifier_key_encode(w->old_text, &w->old_verifier);
    ZKL_TRY(zkl_checkpoint_sign(&note, "old", 41, &root, &w->old_key.key.signer, err));
    w->note = fixture_keep(t, &note);
    return zkl_checkpoint_parse(&w->old, &t->arena, w->note, err);
}

static zkl_entry key_entry(const world *w)
{
    return (zkl_entry){ .kind = ZKL_ENTRY_KEY,
                        .time_ms = 1767225600000,
                        .keys.role = ZKL_ROLE_SIGNER,
                        .keys.key = w->signer.key.signer.public_key,
                        .keys.succeeds = { .note = w->note,
                                           .key = zkl_bytes_of_text(w->old_text),
                                           .origin = w->old.origin,
                                           .size = w->old.size,
                                           .root = w->old.root } };
}

static void test_succeeds__is_read_as_it_was_written(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    zkl_entry read;
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    const zkl_entry entry = key_entry(&w);
    REQUIRE_OK(t, &err, zkl_entry_encode(&payload, &entry, &err));
    REQUIRE_OK(t, &err, zkl_entry_parse(&read, &t->arena, zkl_buffer_bytes(&payload), &err));
    CHECK_UINT_EQ(t, read.keys.succeeds.size, 41);
    CHECK(t, zkl_bytes_equal(read.keys.succeeds.note, w.note));
    REQUIRE_OK(t, &err, zkl_entry_encode(&again, &read, &err));
    CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&again), zkl_buffer_bytes(&payload)));
}

static void test_succeeds__refuses_what_does_not_fit(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    const zkl_digest some = { { 9 } };
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
#define REFUSED(change)                                                                            \
    do {                                                                                           \
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };                                                    \
        zkl_entry entry = key_entry(&w);                                                           \
        change;                                                                                    \
        if (zkl_entry_encode(&out, &entry, &err) == ZKL_OK)                                        \
            FAIL(t, "accepted: %s", #change);                                                      \
    } while (0)
    REFUSED(entry.keys.succeeds.size++);
    REFUSED(entry.keys.succeeds.root = some);
    REFUSED(entry.keys.succeeds.origin = zkl_bytes_of_text("other"));
    REFUSED(entry.keys.succeeds.key = zkl_bytes_of_text("old"));
    REFUSED(entry.keys.succeeds.note.size--);
    REFUSED(entry.keys.replaces = some);
    REFUSED(entry.keys.role = ZKL_ROLE_LOG);

    /* every byte of the note: it is signed */
    uint8_t *note = zkl_arena_copy(&t->arena, w.note.data, w.note.size);
    for (size_t i = 0; note && i < w.note.size; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        zkl_entry entry = key_entry(&w);
        note[i] ^= 1;
        entry.keys.succeeds.note = zkl_bytes_of(note, w.note.size);
        if (zkl_entry_encode(&out, &entry, NULL) == ZKL_OK)
            FAIL(t, "byte %zu of the note changed: accepted", i);
        note[i] ^= 1;
    }
}

/* Only entry 0 names a log that is succeeded: later it would rewrite what the log says of
 * itself. */
static void test_succeeds__stands_in_entry_0_alone(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    fixture f;
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    zkl_entry again;
    zkl_dsse dsse;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    zkl_entry entry = key_entry(&w);
    entry.ledger = *zkl_ledger_own_id(f.ledger);
    const zkl_signer *const keys[] = { &w.signer.key.signer, &f.log_key.key.signer };
    REQUIRE_OK(t, &err, zkl_entry_sign(&envelope, &entry, keys, 2, &err));
    REQUIRE_OK(t, &err,
               zkl_entry_open(&again, &dsse, &t->arena, zkl_buffer_bytes(&envelope), &err));
    CHECK_STATUS(
        t, ZKL_OK,
        zkl_entry_check_signatures(&again, &dsse, zkl_ledger_trust(f.ledger), 0, NULL, &err));
    CHECK_STATUS(
        t, ZKL_REJECTED,
        zkl_entry_check_signatures(&again, &dsse, zkl_ledger_trust(f.ledger), 1, NULL, &err));
    CHECK(t, strstr(err.text, "only entry 0") != NULL);
    zkl_ledger_close(f.ledger);
}

ZKL_TESTS(TEST(test_succeeds__is_read_as_it_was_written),
          TEST(test_succeeds__refuses_what_does_not_fit),
          TEST(test_succeeds__stands_in_entry_0_alone))
