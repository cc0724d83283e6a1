/* Entries in a receipt that do not belong there. */
#include "unit/ledger/ledger_fixture.h"

#include "ledger/ledger_internal.h"

/* A later proof that names the same statement must not make the statement's first use later than
 * the set-up of its key. */
static void test_receipt_entries__another_proof_has_no_place(zkl_test *t)
{
    fixture f;
    fixture_dataset d;
    fixture_entry e;
    zkl_error err = { 0 };
    zkl_buffer bytes = { 0 };
    zkl_receipt proof, r;
    zkl_verified verified;
    zkl_arena arena = { 0 };
    uint64_t notarised, proved;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE(t, fixture_make_dataset(t, &d, zkl_ledger_own_id(f.ledger),
                                    zkl_ledger_powers_hash(f.ledger), 1, &err));
    REQUIRE_OK(t, &err, fixture_stage_setup(&f, &d, &err));
    REQUIRE_OK(t, &err, fixture_stage_dataset(&f, &d, "penguins", 1, &notarised, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(f.ledger, &err));
    REQUIRE_OK(t, &err, zkl_receipt_build(&bytes, f.ledger, notarised, &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&r, &t->arena, fixture_keep(t, &bytes), &err));

    zkl_digest parent;
    zkl_rfc6962_leaf(&parent, r.entry.envelope);
    fixture_notarise(&e, &d, zkl_ledger_own_id(f.ledger), "penguins", 1);
    e.entry.kind = ZKL_ENTRY_PROVE;
    e.entry.parents = &parent;
    e.entry.parent_count = 1;
    REQUIRE_OK(t, &err, zkl_ledger_stage_entry(f.ledger, &e.entry, &proved, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(f.ledger, &err));
    REQUIRE_OK(t, &err, zkl_receipt_build(&bytes, f.ledger, proved, &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&proof, &t->arena, fixture_keep(t, &bytes), &err));

    /* the notarisation's receipt under the later checkpoint, with the proof among the other
     * entries */
    zkl_logged_entry others[8];
    size_t count = 0;
    REQUIRE(t, proof.other_count < ZKL_COUNT(others));
    r = proof;
    for (size_t i = 0; i < proof.other_count; i++)
        if (proof.others[i].index == notarised)
            r.entry = proof.others[i];
        else
            others[count++] = proof.others[i];
    REQUIRE(t, r.entry.index == notarised);
    r.statement_count = 1;
    r.others = others;
    for (int with_proof = 0; with_proof < 2; with_proof++) {
        r.other_count = count + (size_t)with_proof;
        others[count] = proof.entry;
        REQUIRE_OK(t, &err, zkl_receipt_encode(&bytes, &r, &err));
        CHECK(t, zkl_receipt_verify(&verified, &arena, zkl_buffer_bytes(&bytes),
                                    zkl_ledger_trust(f.ledger), &f.env, &err) != ZKL_OK);
        /* the fixture's key is no key: without the proof, it is there that an untouched receipt
         * ends */
        if (!strstr(err.text, with_proof ? "check 'form'" : "check 'verification keys'"))
            FAIL(t, "with proof %d: %s", with_proof, err.text);
        bytes.size = 0;
    }
    zkl_arena_clear(&arena);
    zkl_buffer_clear(&bytes);
    zkl_ledger_close(f.ledger);
}

/* All that a proof's entry says of its subject is the notarisation's: name, version, both hashes of
 * the manifest. */
static void test_receipt_entries__a_proof_names_the_notarised_manifest(zkl_test *t)
{
    fixture f;
    fixture_dataset d;
    fixture_entry e;
    zkl_error err = { 0 };
    zkl_loaded_content loaded;
    zkl_digest parent;
    zkl_verified verified;
    uint64_t notarised, proved;
    REQUIRE_OK(t, &err, fixture_open(t, &f, &err));
    REQUIRE(t, fixture_make_dataset(t, &d, zkl_ledger_own_id(f.ledger),
                                    zkl_ledger_powers_hash(f.ledger), 1, &err));
    REQUIRE_OK(t, &err, fixture_stage_setup(&f, &d, &err));
    REQUIRE_OK(t, &err, fixture_stage_dataset(&f, &d, "penguins", 1, &notarised, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(f.ledger, &err));
    REQUIRE_OK(t, &err, zkl_log_leaf(zkl_ledger_log(f.ledger), &parent, notarised, &err));
    fixture_notarise(&e, &d, zkl_ledger_own_id(f.ledger), "penguins", 1);
    e.entry.kind = ZKL_ENTRY_PROVE;
    e.entry.parents = &parent;
    e.entry.parent_count = 1;
    REQUIRE_OK(t, &err, zkl_ledger_stage_entry(f.ledger, &e.entry, &proved, NULL, &err));
    REQUIRE_OK(t, &err, zkl_ledger_commit(f.ledger, &err));
    REQUIRE_OK(t, &err, zkl_ledger_load_content(f.ledger, &loaded, &t->arena, proved, &err));

    static const char *const names[] = { "nothing", "name", "version", "dataset", "manifest" };
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        zkl_entry entry = loaded.entry;
        zkl_content content = loaded.content;
        content.entry = &entry;
        if (i == 1)
            entry.data.name = zkl_bytes_of_text("others");
        entry.data.version += i == 2;
        entry.data.dataset.bytes[0] ^= i == 3;
        entry.data.manifest_sha256.bytes[0] ^= i == 4;
        const zkl_content_pins pins = { zkl_ledger_own_id(f.ledger),
                                        zkl_ledger_powers_hash(f.ledger) };
        CHECK(t, zkl_content_verify(&verified, &t->arena, &content, &pins, &f.env, &err) != ZKL_OK);
        /* the fixture's key is no key */
        if (!strstr(err.text, i ? "check 'entry'" : "check 'verification keys'"))
            FAIL(t, "another %s: %s", names[i], err.text);
    }
    zkl_ledger_close(f.ledger);
}

ZKL_TESTS(TEST(test_receipt_entries__another_proof_has_no_place),
          TEST(test_receipt_entries__a_proof_names_the_notarised_manifest))
