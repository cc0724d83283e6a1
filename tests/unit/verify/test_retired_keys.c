/* A retired log key still counts for the indexes it signed at. Who steals it can fork the log below
 * them, however late: no index tells such a fork from an old log. What settles it is the trust
 * file: strike the key out, and only what newer keys have signed is valid, the old entries among
 * it. */
#include "unit/ledger/ledger_fixture.h"

#include "keys/signing_key.h"
#include "verify/key_rules.h"
#include "ledger/ledger_internal.h"
#include "unit/record/receipt_vectors.h"

/* The trust file of the vectors with all key entries of a receipt applied: two log keys, two
 * signers. */
static zkl_status grown_trust(zkl_test *t, zkl_trust *out, zkl_bytes receipt, zkl_error *err)
{
    zkl_trust first;
    zkl_receipt r;
    ZKL_TRY(zkl_trust_toml_parse(&first, &t->arena, vector_file(t, "trust.toml"), "trust", err));
    ZKL_TRY(zkl_receipt_parse(&r, &t->arena, receipt, err));
    ZKL_TRY(zkl_trust_copy(out, &t->arena, &first, r.other_count, err));
    for (size_t i = 0; i < r.other_count; i++) {
        zkl_entry entry;
        zkl_dsse dsse;
        ZKL_TRY(zkl_entry_open(&entry, &dsse, &t->arena, r.others[i].envelope, err));
        ZKL_TRY(zkl_trust_apply(out, &entry, r.others[i].index, err));
    }
    return ZKL_OK;
}

static void test_retired_keys__struck_out_count_nowhere(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_trust whole, trust;
    zkl_verified v;
    const zkl_bytes old = vector_file(t, "notarise.zkl"), new = vector_file(t, "rotated.zkl");
    REQUIRE_OK(t, &err, grown_trust(t, &whole, new, &err));
    REQUIRE(t, whole.log_key_count == 2 && whole.log_keys[1].until == ZKL_TRUST_OPEN);
    REQUIRE(t, whole.log_keys[0].until == whole.log_keys[1].from && whole.signer_count == 2);
    /* both keys listed: both receipts are valid, the old one under the old checkpoint */
    REQUIRE_OK(t, &err, vector_verify(t, &v, &t->arena, old, &whole, &err));
    REQUIRE_OK(t, &err, vector_verify(t, &v, &t->arena, new, &whole, &err));

    REQUIRE_OK(t, &err, zkl_trust_copy(&trust, &t->arena, &whole, 0, &err));
    trust.log_keys++;
    trust.log_key_count--;
    REQUIRE_OK(t, &err, zkl_trust_check(&trust, &err));
    CHECK(t, zkl_digest_equal(&trust.ledger,
                              &whole.ledger)); /* the ledger's name is not a key that counts */
    REQUIRE_OK(t, &err, vector_verify(t, &v, &t->arena, new, &trust, &err));
    CHECK_UINT_EQ(t, v.index, 7);
    CHECK_STATUS(t, ZKL_UNCHECKED, vector_verify(t, &v, &t->arena, old, &trust, &err));
    CHECK(t, strstr(err.text, "no log key is known for index 3") != NULL);

    /* the signers are struck out as well: nothing that the receipt itself says brings them back */
    trust.signer_count = 0;
    CHECK_STATUS(t, ZKL_UNCHECKED, vector_verify(t, &v, &t->arena, new, &trust, &err));
    CHECK(t, strstr(err.text, "is not known") != NULL);
}

typedef struct fork {
    fixture f;
    zkl_bytes receipt;
    zkl_verifier_key later; /* the log key that has replaced the fixture's */
    zkl_trusted_log_key log_keys[2];
    zkl_trust trust;
} fork;

/* What the thief of a log key can make: a log of three entries, a signer of his own put in by that
 * key, a dataset. */
static zkl_status make_fork(zkl_test *t, fork *k, zkl_error *err)
{
    fixture_dataset d;
    zkl_buffer bytes = { 0 };
    zkl_signing_key fresh;
    uint64_t index;
    ZKL_TRY(fixture_open(t, &k->f, err));
    ZKL_ASSERT(fixture_make_dataset(t, &d, zkl_ledger_own_id(k->f.ledger),
                                    zkl_ledger_powers_hash(k->f.ledger), 1, err));
    ZKL_TRY(fixture_stage_setup(&k->f, &d, err));
    ZKL_TRY(fixture_stage_dataset(&k->f, &d, "penguins", 1, &index, err));
    ZKL_TRY(zkl_ledger_commit(k->f.ledger, err));
    ZKL_TRY(zkl_receipt_build(&bytes, k->f.ledger, index, err));
    k->receipt = fixture_keep(t, &bytes);
    ZKL_TRY(zkl_signing_key_make(&fresh, ZKL_KEY_ED25519, &k->f.env, err));
    ZKL_TRY(zkl_verifier_key_init(&k->later, ZKL_NOTE_ED25519, "test-log", &fresh.signer.public_key,
                                  err));
    zkl_signing_key_clear(&fresh);
    ZKL_TRY(zkl_trust_copy(&k->trust, &t->arena, zkl_ledger_trust(k->f.ledger), 0, err));
    k->trust.signer_count = 0; /* the thief's signer is in no trust file */
    k->log_keys[0] = (zkl_trusted_log_key){ k->trust.first_log_key, 0, 10 };
    k->log_keys[1] = (zkl_trusted_log_key){ k->later, 10, ZKL_TRUST_OPEN };
    k->trust.log_keys = k->log_keys;
    k->trust.log_key_count = 2;
    return zkl_trust_check(&k->trust, err);
}

static zkl_status judge(zkl_test *t, const fork *k, zkl_error *err)
{
    zkl_verified v;
    return zkl_receipt_verify(&v, &t->arena, k->receipt, &k->trust, &k->f.env, err);
}

static void test_retired_keys__fork_below_their_end(zkl_test *t)
{
    zkl_error err = { 0 };
    fork k;
    REQUIRE_OK(t, &err, make_fork(t, &k, &err));
    /* listed with its end: signatures, inclusion and checkpoint of the fork hold (the fixture's
     * proofs are none) */
    CHECK_STATUS(t, ZKL_BAD_INPUT, judge(t, &k, &err));
    CHECK(t, strstr(err.text, "check 'verification keys'") != NULL);
    /* struck out: neither the thief's signer nor his checkpoint counts */
    k.trust.log_keys++;
    k.trust.log_key_count--;
    CHECK_STATUS(t, ZKL_UNCHECKED, judge(t, &k, &err));
    CHECK(t, strstr(err.text, "check 'entry signature'") != NULL);
    /* even where the auditor trusts that signer from elsewhere */
    zkl_trusted_signer signer = { k.f.signer.key.signer.public_key, 1, ZKL_TRUST_OPEN };
    k.trust.signers = &signer;
    k.trust.signer_count = 1;
    CHECK_STATUS(t, ZKL_UNCHECKED, judge(t, &k, &err));
    CHECK(t, strstr(err.text, "check 'checkpoint'") != NULL);
    zkl_ledger_close(k.f.ledger);
}

/* What ends a signer is heard even when nobody can check who said it. */
static void test_retired_keys__a_revocation_is_not_passed_over(zkl_test *t)
{
    zkl_error err = { 0 };
    fork k;
    zkl_buffer bytes = { 0 };
    zkl_staged staged;
    REQUIRE_OK(t, &err, make_fork(t, &k, &err));
    const zkl_entry revoke = { .kind = ZKL_ENTRY_REVOKE,
                               .ledger = k.trust.ledger,
                               .keys.role = ZKL_ROLE_SIGNER,
                               .keys.key = k.f.signer.key.signer.public_key };
    const zkl_signer *const keys[] = { &k.f.log_key.key.signer };
    REQUIRE_OK(t, &err, zkl_ledger_stage_signed(k.f.ledger, &revoke, keys, 1, &staged, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(k.f.ledger, &err));
    CHECK_UINT_EQ(t, staged.index, 3);
    REQUIRE_OK(t, &err, zkl_receipt_build(&bytes, k.f.ledger, 2, &err));
    k.receipt = fixture_keep(t, &bytes);
    zkl_trusted_signer signer = { k.f.signer.key.signer.public_key, 1, ZKL_TRUST_OPEN };
    k.trust.signers = &signer;
    k.trust.signer_count = 1;
    k.trust.log_keys++;
    k.trust.log_key_count--;
    CHECK_STATUS(t, ZKL_UNCHECKED, judge(t, &k, &err));
    CHECK(t, strstr(err.text, "check 'entry signature': entry 3") != NULL);
    signer.until = 4; /* the trust file says it itself */
    CHECK_STATUS(t, ZKL_UNCHECKED, judge(t, &k, &err));
    CHECK(t, strstr(err.text, "check 'checkpoint'") != NULL);
    zkl_ledger_close(k.f.ledger);
}

ZKL_TESTS(TEST(test_retired_keys__struck_out_count_nowhere),
          TEST(test_retired_keys__fork_below_their_end),
          TEST(test_retired_keys__a_revocation_is_not_passed_over))
