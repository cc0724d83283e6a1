/* What others say of a ledger and its store keeps: timestamps and cosignatures. Who can write to
 * the store must not be able to make the owner hand out receipts that nobody accepts. */
#include "unit/ledger/ledger_fixture.h"
#include "unit/verify/tsa_fixture.h"

#include "keys/sign_record.h"
#include "ledger/cosigned.h"
#include "ledger/ledger_internal.h"
#include "ledger/stamps.h"

typedef struct made_ledger {
    fixture f;
    uint64_t index;
    zkl_digest leaf;
    zkl_signing_key keys[2];
    zkl_verifier_key verifiers[2];
} made_ledger;

static zkl_status make_ledger(zkl_test *t, made_ledger *m, zkl_error *err)
{
    fixture_dataset d;
    ZKL_TRY(fixture_open(t, &m->f, err));
    zkl_ledger *ledger = m->f.ledger;
    ZKL_ASSERT(fixture_make_dataset(t, &d, zkl_ledger_own_id(ledger),
                                    zkl_ledger_powers_hash(ledger), 1, err));
    ZKL_TRY(fixture_stage_setup(&m->f, &d, err));
    ZKL_TRY(fixture_stage_dataset(&m->f, &d, "penguins", 1, &m->index, err));
    ZKL_TRY(zkl_ledger_commit(ledger, err));
    ZKL_TRY(zkl_log_leaf(&ledger->log, &m->leaf, m->index, err));
    for (size_t i = 0; i < 2; i++) {
        ZKL_TRY(zkl_signing_key_make(&m->keys[i], ZKL_KEY_ED25519, &m->f.env, err));
        ZKL_TRY(zkl_verifier_key_init(&m->verifiers[i], ZKL_NOTE_COSIGNATURE, i ? "b" : "a",
                                      &m->keys[i].signer.public_key, err));
    }
    return ZKL_OK;
}

static zkl_status put(made_ledger *m, const char *prefix, zkl_bytes tail, zkl_bytes value,
                      zkl_error *err)
{
    zkl_batch batch = { 0 };
    const zkl_store_key key = zkl_store_key_of(prefix, tail.data, tail.size);
    zkl_status status = zkl_batch_put(&batch, zkl_store_key_bytes(&key), value, err);
    if (status == ZKL_OK)
        status = zkl_store_commit(m->f.ledger->store, &batch, true, err);
    zkl_batch_clear(&batch);
    return status;
}

static zkl_status build(zkl_test *t, made_ledger *m, zkl_receipt *out, zkl_error *err)
{
    zkl_buffer bytes = { 0 };
    const zkl_status status = zkl_receipt_build(&bytes, m->f.ledger, m->index, err);
    const zkl_bytes kept = fixture_keep(t, &bytes);
    return status == ZKL_OK ? zkl_receipt_parse(out, &t->arena, kept, err) : status;
}

static void test_stamps__are_checked_when_they_are_read(zkl_test *t)
{
    made_ledger m;
    zkl_error err = { 0 };
    zkl_receipt r;
    const zkl_digest other = { { 7 } };
    REQUIRE_OK(t, &err, make_ledger(t, &m, &err));
    made_certificate clock = make_certificate(
        t, &(certificate_options){ .name = "clock", .usage = "critical,timeStamping" });
    const zkl_bytes leaf = zkl_bytes_of(m.leaf.bytes, 32);
    const zkl_bytes token = make_token(t, &clock, &(token_options){ .imprint = &m.leaf });
    const zkl_bytes foreign = make_token(t, &clock, &(token_options){ .imprint = &other });
    for (size_t i = 0; i < 2; i++) { /* a second time changes nothing */
        REQUIRE_OK(t, &err, zkl_stamps_add(m.f.ledger, &m.leaf, token, NULL, &err));
        REQUIRE_OK(t, &err, build(t, &m, &r, &err));
        REQUIRE(t, r.timestamp_count == 1 && zkl_bytes_equal(r.timestamps[0], token));
    }
    const zkl_bytes lies[] = { foreign, zkl_bytes_of(token.data, token.size - 1),
                               zkl_bytes_of_text("no token") };
    for (size_t i = 0; i < ZKL_COUNT(lies); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) value = { 0 };
        zkl_buffer_put_u32(&value, 1);
        zkl_buffer_put_field(&value, lies[i].data, lies[i].size);
        REQUIRE_OK(t, &err, put(&m, ZKL_STORE_PREFIX_STAMP, leaf, zkl_buffer_bytes(&value), &err));
        CHECK_STATUS(t, ZKL_REJECTED, build(t, &m, &r, &err));
        value.size = 3;
        REQUIRE_OK(t, &err, put(&m, ZKL_STORE_PREFIX_STAMP, leaf, zkl_buffer_bytes(&value), &err));
        CHECK_STATUS(t, ZKL_REJECTED, build(t, &m, &r, &err));
    }
    for (size_t i = 0; i <= ZKL_RECEIPT_TIMESTAMPS_MAX; i++) {
        const char *time = zkl_arena_format(&t->arena, "202601010000%02zuZ", i);
        const token_options o = { .imprint = &m.leaf, .time = time };
        if (i == 0) {
            ZKL_AUTO_CLEAR(zkl_buffer) none = { 0 };
            zkl_buffer_put_u32(&none, 0);
            REQUIRE_OK(t, &err,
                       put(&m, ZKL_STORE_PREFIX_STAMP, leaf, zkl_buffer_bytes(&none), &err));
        }
        CHECK_STATUS(t, i < ZKL_RECEIPT_TIMESTAMPS_MAX ? ZKL_OK : ZKL_LIMIT,
                     zkl_stamps_add(m.f.ledger, &m.leaf, make_token(t, &clock, &o), NULL, &err));
    }
    clear_certificate(&clock);
    zkl_ledger_close(m.f.ledger);
}

static zkl_status cosign(zkl_test *t, made_ledger *m, size_t by, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) line = { 0 };
    zkl_checkpoint checkpoint;
    zkl_note parsed;
    zkl_bytes note;
    ZKL_TRY(zkl_log_checkpoint_latest(&m->f.ledger->log, &note, &t->arena, err));
    ZKL_TRY(zkl_checkpoint_parse(&checkpoint, &t->arena, note, err));
    zkl_buffer_put(&line, note.data, note.size);
    ZKL_TRY(zkl_note_cosign(&line, checkpoint.note.text, m->verifiers[by].name, 1767225600,
                            &m->keys[by].signer, err));
    ZKL_TRY(zkl_note_parse(&parsed, &t->arena, zkl_buffer_bytes(&line), err));
    const zkl_new_cosignature fresh = { note, checkpoint.size, &m->verifiers[by],
                                        parsed.signatures[parsed.signature_count - 1].signature };
    return zkl_cosigned_add(m->f.ledger, &fresh, NULL, err);
}

static void test_cosigned__are_checked_when_they_are_read(zkl_test *t)
{
    made_ledger m;
    zkl_error err = { 0 };
    zkl_receipt r, plain;
    zkl_cosigned_checkpoint found;
    uint8_t size[8], beyond[8];
    zkl_bytes value;
    REQUIRE_OK(t, &err, make_ledger(t, &m, &err));
    REQUIRE_OK(t, &err, build(t, &m, &plain, &err));
    REQUIRE_OK(t, &err, cosign(t, &m, 1, &err));
    REQUIRE_OK(t, &err, cosign(t, &m, 0, &err));
    REQUIRE_OK(t, &err, cosign(t, &m, 1, &err)); /* the later line of one key */
    REQUIRE_OK(t, &err, zkl_cosigned_find(&found, m.f.ledger, &t->arena, m.index, &err));
    CHECK_UINT_EQ(t, found.line_count, 2);
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_cosigned_find(&found, m.f.ledger, &t->arena, found.size, &err));
    REQUIRE_OK(t, &err, build(t, &m, &r, &err));
    REQUIRE(t, r.checkpoint.size > plain.checkpoint.size &&
                   memcmp(r.checkpoint.data, plain.checkpoint.data, plain.checkpoint.size) == 0);

    /* every byte of what is stored: refused, or the receipt is one without a false line */
    zkl_be64_put(size, zkl_log_size(&m.f.ledger->log));
    const zkl_bytes tail = zkl_bytes_of(size, 8);
    const zkl_store_key key = zkl_store_key_of(ZKL_STORE_PREFIX_COSIGNED, size, 8);
    REQUIRE_OK(
        t, &err,
        zkl_store_get(m.f.ledger->store, &value, &t->arena, zkl_store_key_bytes(&key), &err));
    uint8_t *bytes = zkl_arena_copy(&t->arena, value.data, value.size);
    for (size_t i = 0; i < value.size; i++) {
        bytes[i] ^= 0x01;
        REQUIRE_OK(t, &err,
                   put(&m, ZKL_STORE_PREFIX_COSIGNED, tail, zkl_bytes_of(bytes, value.size), &err));
        const zkl_status status = build(t, &m, &r, &err);
        /* a note that the log key did not sign is passed over */
        if (status == ZKL_OK && !zkl_bytes_equal(r.checkpoint, plain.checkpoint))
            FAIL(t, "byte %zu of %zu can be changed", i, value.size);
        CHECK(t, status == ZKL_OK || status == ZKL_REJECTED);
        bytes[i] ^= 0x01;
    }
    /* under a size that it is not of */
    zkl_be64_put(beyond, UINT64_MAX);
    REQUIRE_OK(t, &err, put(&m, ZKL_STORE_PREFIX_COSIGNED, tail, value, &err));
    REQUIRE_OK(t, &err, put(&m, ZKL_STORE_PREFIX_COSIGNED, zkl_bytes_of(beyond, 8), value, &err));
    REQUIRE_OK(t, &err, build(t, &m, &r, &err)); /* beyond the log: passed over */
    CHECK(t, r.checkpoint.size > plain.checkpoint.size);
    value.size--;
    REQUIRE_OK(t, &err, put(&m, ZKL_STORE_PREFIX_COSIGNED, tail, value, &err));
    CHECK_STATUS(t, ZKL_REJECTED, build(t, &m, &r, &err));
    for (size_t i = 0; i < 2; i++)
        zkl_signing_key_clear(&m.keys[i]);
    zkl_ledger_close(m.f.ledger);
}

static zkl_status grow(zkl_test *t, made_ledger *m, const char *name, zkl_error *err)
{
    fixture_dataset d;
    uint64_t index;
    zkl_ledger *ledger = m->f.ledger;
    ZKL_ASSERT(fixture_make_dataset(t, &d, zkl_ledger_own_id(ledger),
                                    zkl_ledger_powers_hash(ledger), 1, err));
    ZKL_TRY(fixture_stage_dataset(&m->f, &d, name, 1, &index, err));
    return zkl_ledger_commit(ledger, err);
}

/* A checkpoint whose every witness signed a larger one too goes: receipts are under the larger one
 * anyway. One that has a witness more stays. */
static void test_cosigned__what_is_superseded_goes(zkl_test *t)
{
    made_ledger m;
    zkl_error err = { 0 };
    uint64_t sizes[3];
    zkl_cosigned_checkpoint found;
    REQUIRE_OK(t, &err, make_ledger(t, &m, &err));
    zkl_ledger *ledger = m.f.ledger;
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = { "one", "two", "three" };
        REQUIRE_OK(t, &err, grow(t, &m, names[i], &err));
        sizes[i] = zkl_log_size(&ledger->log);
        REQUIRE_OK(t, &err, cosign(t, &m, 0, &err));
        if (i == 0)
            REQUIRE_OK(t, &err, cosign(t, &m, 1, &err));
    }
    static const size_t before[] = { 2, 0, 1 }, after[] = { 0, 0, 2 }; /* lines */
    for (size_t i = 0; i < 3; i++) {
        const zkl_status status = zkl_cosigned_at(&found, ledger, &t->arena, sizes[i], &err);
        CHECK_STATUS(t, before[i] ? ZKL_OK : ZKL_NOT_FOUND, status);
        CHECK(t, status != ZKL_OK || found.line_count == before[i]);
    }
    REQUIRE_OK(t, &err, zkl_cosigned_find(&found, ledger, &t->arena, m.index, &err));
    CHECK_UINT_EQ(t, found.size, sizes[0]); /* most witnesses */
    REQUIRE_OK(t, &err, cosign(t, &m, 1, &err));
    for (size_t i = 0; i < 3; i++) {
        const zkl_status status = zkl_cosigned_at(&found, ledger, &t->arena, sizes[i], &err);
        CHECK_STATUS(t, after[i] ? ZKL_OK : ZKL_NOT_FOUND, status);
        CHECK(t, status != ZKL_OK || found.line_count == after[i]);
    }
    REQUIRE_OK(t, &err, zkl_cosigned_find(&found, ledger, &t->arena, m.index, &err));
    CHECK_UINT_EQ(t, found.size, sizes[2]);
    for (size_t i = 0; i < 2; i++)
        zkl_signing_key_clear(&m.keys[i]);
    zkl_ledger_close(ledger);
}

ZKL_TESTS(TEST(test_stamps__are_checked_when_they_are_read),
          TEST(test_cosigned__are_checked_when_they_are_read),
          TEST(test_cosigned__what_is_superseded_goes))
