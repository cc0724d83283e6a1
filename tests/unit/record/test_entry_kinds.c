/* What each kind of entry says of itself: facts, references, index keys and words, which writing,
 * verify-chain and receipts go by. */
#include "testing.h"

#include <string.h>

#include "record/entry_internal.h"

/* A new kind is another row here only if it has something to show. */
static void test_entry_facts__are_those_of_the_format(zkl_test *t)
{
    static const struct {
        zkl_entry_kind kind;
        const char *name, *noun;
        zkl_entry_signing signing;
        zkl_entry_effect effect;
        zkl_entry_place place;
        size_t parents_min, parents_max;
    } want[] = {
        { ZKL_ENTRY_SETUP, "setup", "set-up", ZKL_SIGNED_BY_SIGNER, ZKL_KEYS_STAY,
          ZKL_PLACE_ANYWHERE, 0, 0 },
        { ZKL_ENTRY_NOTARISE, "notarise", "notarisation", ZKL_SIGNED_BY_SIGNER, ZKL_KEYS_STAY,
          ZKL_PLACE_AS_PARENT, 0, 0 },
        { ZKL_ENTRY_PROVE, "prove", "proof", ZKL_SIGNED_BY_SIGNER, ZKL_KEYS_STAY, ZKL_PLACE_NOWHERE,
          1, 64 },
        { ZKL_ENTRY_DISCLOSE, "disclose", "disclosure", ZKL_SIGNED_BY_SIGNER, ZKL_KEYS_STAY,
          ZKL_PLACE_NOWHERE, 1, 1 },
        { ZKL_ENTRY_PROVENANCE, "provenance", "provenance", ZKL_SIGNED_BY_SIGNER, ZKL_KEYS_STAY,
          ZKL_PLACE_NOWHERE, 1, 64 },
        { ZKL_ENTRY_WITHDRAW, "withdraw", "withdrawal", ZKL_SIGNED_BY_SIGNER, ZKL_KEYS_STAY,
          ZKL_PLACE_NOWHERE, 1, 1 },
        { ZKL_ENTRY_ANNOUNCE, "announce", "announcement", ZKL_SIGNED_BY_SIGNER, ZKL_KEYS_STAY,
          ZKL_PLACE_NOWHERE, 1, 1 },
        { ZKL_ENTRY_REPORT, "report", "report", ZKL_SIGNED_BY_SIGNER, ZKL_KEYS_STAY,
          ZKL_PLACE_NOWHERE, 0, 0 },
        { ZKL_ENTRY_SEGMENT, "segment", "segment", ZKL_SIGNED_BY_SIGNER, ZKL_KEYS_STAY,
          ZKL_PLACE_NOWHERE, 0, 1 },
        { ZKL_ENTRY_KEY, "key", "key", ZKL_SIGNED_BY_NEW_AND_OLD_KEY, ZKL_KEY_BEGINS,
          ZKL_PLACE_ANYWHERE, 0, 0 },
        { ZKL_ENTRY_REVOKE, "revoke", "revocation", ZKL_SIGNED_BY_LOG_KEY, ZKL_KEY_ENDS,
          ZKL_PLACE_ANYWHERE, 0, 0 },
    };
    for (size_t i = 0; i < ZKL_COUNT(want); i++) {
        const zkl_entry_facts *f = zkl_entry_facts_of(want[i].kind);
        CHECK_TEXT_EQ(t, zkl_entry_kind_name(want[i].kind), want[i].name);
        CHECK_TEXT_EQ(t, f->noun, want[i].noun);
        CHECK(t, f->signing == want[i].signing && f->effect == want[i].effect);
        CHECK(t, f->place == want[i].place);
        CHECK(t, f->parents_min == want[i].parents_min && f->parents_max == want[i].parents_max);
        CHECK(t, f->names_parents == (want[i].kind == ZKL_ENTRY_PROVENANCE));
        CHECK(t, f->is_cose == (want[i].kind == ZKL_ENTRY_ANNOUNCE));
    }
    CHECK_TEXT_EQ(t, zkl_entry_kind_name(ZKL_ENTRY_KIND_COUNT), "unknown");
}

/* Whatever a kind may be: its members are in byte order and none is one that every entry has; who
 * changes keys has them; a key that changes what counts is not signed by an ordinary signer. */
static void test_entry_facts__fit_together(zkl_test *t)
{
    static const zkl_entry_ops *const all[] = {
#define OPS(NAME, name) &zkl_entry_ops_##name,
        ZKL_ENTRY_KIND_TABLE(OPS)
#undef OPS
    };
    for (size_t i = 0; i < ZKL_COUNT(all); i++) {
        const zkl_entry_ops *ops = all[i];
        const zkl_entry_facts *f = &ops->facts;
        CHECK(t, f->noun && ops->words && ops->put_subjects);
        CHECK(t, f->parents_min <= f->parents_max && f->parents_max <= ZKL_ENTRY_PARENTS_MAX);
        CHECK(t, f->effect == ZKL_KEYS_STAY || f->fields == ZKL_FIELDS_KEYS);
        CHECK(t, (f->effect == ZKL_KEYS_STAY) == (f->signing == ZKL_SIGNED_BY_SIGNER));
        for (size_t m = 0; m < ops->member_count; m++) {
            CHECK(t, ops->members[m].put && ops->members[m].read);
            CHECK(t, !m || strcmp(ops->members[m - 1].name, ops->members[m].name) < 0);
        }
    }
}

/* An entry's fields are never read as those of another shape. */
static void test_entry_as__answers_its_own_fields_alone(zkl_test *t)
{
    for (unsigned kind = 0; kind < ZKL_ENTRY_KIND_COUNT; kind++) {
        const zkl_entry e = { .kind = (zkl_entry_kind)kind };
        const zkl_entry_fields fields = zkl_entry_facts_of(e.kind)->fields;
        CHECK(t, (zkl_entry_as_data(&e) != NULL) == (fields == ZKL_FIELDS_DATA));
        CHECK(t, (zkl_entry_as_setup(&e) != NULL) == (fields == ZKL_FIELDS_SETUP));
        CHECK(t, (zkl_entry_as_keys(&e) != NULL) == (fields == ZKL_FIELDS_KEYS));
        CHECK(t, (zkl_entry_as_report(&e) != NULL) == (fields == ZKL_FIELDS_REPORT));
        CHECK(t, (zkl_entry_as_segment(&e) != NULL) == (fields == ZKL_FIELDS_SEGMENT));
    }
}

/* In the order in which they are checked, and then no more. */
static void check_references(zkl_test *t, const zkl_entry *e, const zkl_reference_kind *want,
                             size_t count)
{
    zkl_reference r;
    for (size_t i = 0; i < count; i++) {
        REQUIRE(t, zkl_entry_reference(&r, e, i));
        CHECK_UINT_EQ(t, r.kind, want[i]);
    }
    CHECK(t, !zkl_entry_reference(&r, e, count));
    CHECK(t, !zkl_entry_reference(&r, e, count + 1));
}

static void test_entry_reference__lists_what_each_rests_on(zkl_test *t)
{
    static const zkl_reference_kind first[] = { ZKL_REFERS_TO_MANIFEST, ZKL_REFERS_TO_STATEMENT,
                                                ZKL_REFERS_TO_STATEMENT };
    static const zkl_reference_kind later[] = { ZKL_REFERS_TO_VERSION_BEFORE,
                                                ZKL_REFERS_TO_MANIFEST, ZKL_REFERS_TO_STATEMENT,
                                                ZKL_REFERS_TO_STATEMENT };
    static const zkl_reference_kind proof[] = { ZKL_REFERS_TO_PARENT, ZKL_REFERS_TO_NOTARISATION,
                                                ZKL_REFERS_TO_MANIFEST, ZKL_REFERS_TO_STATEMENT,
                                                ZKL_REFERS_TO_STATEMENT };
    static const zkl_reference_kind setup[] = { ZKL_REFERS_TO_CIRCUIT_KEY };
    const zkl_digest parent = { { 9 } };
    const zkl_entry_statement statements[2] = { { .t0 = { { 1 } } }, { .t0 = { { 2 } } } };
    zkl_entry e = { .kind = ZKL_ENTRY_NOTARISE,
                    .data = { .name = zkl_bytes_of_text("a"),
                              .version = 1,
                              .dataset = { { 7 } },
                              .statements = statements,
                              .statement_count = 2 } };
    zkl_reference r;
    check_references(t, &e, first, ZKL_COUNT(first));
    REQUIRE(t, zkl_entry_reference(&r, &e, 2));
    CHECK(t, r.statement == &statements[1] && r.number == 1);
    e.data.version = 3;
    check_references(t, &e, later, ZKL_COUNT(later));
    REQUIRE(t, zkl_entry_reference(&r, &e, 0));
    CHECK(t, r.version == 3 && zkl_bytes_equal_text(r.name, "a"));
    e.kind = ZKL_ENTRY_PROVE;
    e.parents = &parent;
    e.parent_count = 1;
    check_references(t, &e, proof, ZKL_COUNT(proof));
    REQUIRE(t, zkl_entry_reference(&r, &e, 1));
    CHECK(t,
          zkl_digest_equal(&r.receipt, &parent) && zkl_digest_equal(&r.dataset, &e.data.dataset));
    static const zkl_reference_kind several[] = {
        ZKL_REFERS_TO_PARENT,       ZKL_REFERS_TO_PARENT,
        ZKL_REFERS_TO_NOTARISATION, ZKL_REFERS_TO_OTHER_NOTARISATION,
        ZKL_REFERS_TO_MANIFEST,     ZKL_REFERS_TO_STATEMENT,
        ZKL_REFERS_TO_STATEMENT
    };
    const zkl_digest parents[] = { { { 9 } }, { { 8 } } };
    e.parents = parents;
    e.parent_count = 2;
    check_references(t, &e, several, ZKL_COUNT(several));
    REQUIRE(t, zkl_entry_reference(&r, &e, 3));
    CHECK(t, zkl_digest_equal(&r.receipt, &parents[1]));
    static const zkl_reference_kind shown[] = { ZKL_REFERS_TO_PARENT, ZKL_REFERS_TO_NOTARISATION,
                                                ZKL_REFERS_TO_MANIFEST };
    e.kind = ZKL_ENTRY_DISCLOSE;
    e.parent_count = 1;
    e.data.statement_count = 0;
    check_references(t, &e, shown, ZKL_COUNT(shown));
    static const zkl_reference_kind made_of[] = { ZKL_REFERS_TO_PARENT, ZKL_REFERS_TO_PARENT,
                                                  ZKL_REFERS_TO_NOTARISATION,
                                                  ZKL_REFERS_TO_OTHER_NOTARISATION,
                                                  ZKL_REFERS_TO_MANIFEST };
    e.kind = ZKL_ENTRY_WITHDRAW;
    check_references(t, &e, shown, ZKL_COUNT(shown));
    e.kind = ZKL_ENTRY_PROVENANCE;
    e.parent_count = 2;
    check_references(t, &e, made_of, ZKL_COUNT(made_of));
    const zkl_entry s = { .kind = ZKL_ENTRY_SETUP, .setup = { .circuit = { .name = "F22" } } };
    check_references(t, &s, setup, ZKL_COUNT(setup));
    const zkl_entry k = { .kind = ZKL_ENTRY_KEY }, gone = { .kind = ZKL_ENTRY_REVOKE };
    check_references(t, &k, NULL, 0);
    check_references(t, &gone, NULL, 0);
    static const zkl_reference_kind behind[] = { ZKL_REFERS_TO_PARENT, ZKL_REFERS_TO_SEGMENT };
    zkl_entry log = { .kind = ZKL_ENTRY_SEGMENT };
    check_references(t, &log, NULL, 0); /* the first one of a class */
    log.parents = &parent;
    log.parent_count = 1;
    check_references(t, &log, behind, ZKL_COUNT(behind));
}

static void test_entry_index_key__lists_how_each_is_found(zkl_test *t)
{
    zkl_index_key k;
    zkl_entry e = { .kind = ZKL_ENTRY_NOTARISE, .data = { .version = 2, .dataset = { { 7 } } } };
    REQUIRE(t, zkl_entry_index_key(&k, &e, 0) && k.kind == ZKL_INDEX_VERSION && k.version == 2);
    REQUIRE(t, zkl_entry_index_key(&k, &e, 1) && k.kind == ZKL_INDEX_DATASET);
    CHECK_UINT_EQ(t, k.dataset.bytes[0], 7);
    CHECK(t, !zkl_entry_index_key(&k, &e, 2));
    e.kind = ZKL_ENTRY_PROVE;
    REQUIRE(t, zkl_entry_index_key(&k, &e, 0) && k.kind == ZKL_INDEX_DATASET);
    CHECK(t, !zkl_entry_index_key(&k, &e, 1));
    e.kind = ZKL_ENTRY_DISCLOSE;
    REQUIRE(t, zkl_entry_index_key(&k, &e, 0) && k.kind == ZKL_INDEX_DATASET);
    CHECK(t, !zkl_entry_index_key(&k, &e, 1));
    e.kind = ZKL_ENTRY_PROVENANCE;
    REQUIRE(t, zkl_entry_index_key(&k, &e, 0) && k.kind == ZKL_INDEX_DATASET);
    CHECK(t, !zkl_entry_index_key(&k, &e, 1));
    e.kind = ZKL_ENTRY_WITHDRAW;
    REQUIRE(t, zkl_entry_index_key(&k, &e, 0) && k.kind == ZKL_INDEX_DATASET);
    CHECK(t, !zkl_entry_index_key(&k, &e, 1));
    const zkl_entry s = { .kind = ZKL_ENTRY_SETUP };
    REQUIRE(t, zkl_entry_index_key(&k, &s, 0) && k.kind == ZKL_INDEX_CIRCUIT_KEY);
    CHECK(t, k.setup == &s.setup && !zkl_entry_index_key(&k, &s, 1));
    const zkl_entry segment = { .kind = ZKL_ENTRY_SEGMENT };
    REQUIRE(t, zkl_entry_index_key(&k, &segment, 0) && k.kind == ZKL_INDEX_SEGMENT);
    CHECK(t, k.segment == &segment.segment && !zkl_entry_index_key(&k, &segment, 1));
    const zkl_entry key = { .kind = ZKL_ENTRY_KEY };
    CHECK(t, !zkl_entry_index_key(&k, &key, 0));
}

static void test_entry_words__say_what_it_is_about(zkl_test *t)
{
    const zkl_entry data = { .kind = ZKL_ENTRY_PROVE,
                             .data = { .name = zkl_bytes_of_text("penguins"), .version = 1 } };
    const zkl_entry setup = { .kind = ZKL_ENTRY_SETUP, .setup = { .circuit = { .name = "F22" } } };
    zkl_entry key = { .kind = ZKL_ENTRY_KEY,
                      .keys = {
                          .role = ZKL_ROLE_LOG,
                          .key = { .type = ZKL_KEY_ED25519, .size = ZKL_ED25519_PUBLIC_BYTES } } };
    CHECK_TEXT_EQ(t, zkl_entry_words(&t->arena, &data), "penguins@1");
    CHECK_TEXT_EQ(t, zkl_entry_words(&t->arena, &setup), "F22 (development)");
    const char *words = zkl_entry_words(&t->arena, &key);
    CHECK(t, strncmp(words, "new log key ", 12) == 0 && strlen(words) == 12 + 16);
    key.keys.role = ZKL_ROLE_SIGNER;
    key.keys.succeeds = (zkl_entry_succeeds){ .note = zkl_bytes_of_text("x"),
                                              .origin = zkl_bytes_of_text("old"),
                                              .size = 5 };
    CHECK(t, strstr(zkl_entry_words(&t->arena, &key),
                    "; succeeds old at 5 entries (the owner's word)") != NULL);
    key.kind = ZKL_ENTRY_REVOKE;
    CHECK(t, strncmp(zkl_entry_words(&t->arena, &key), "revoked signer key ", 19) == 0);
}

ZKL_TESTS(TEST(test_entry_facts__are_those_of_the_format), TEST(test_entry_facts__fit_together),
          TEST(test_entry_as__answers_its_own_fields_alone),
          TEST(test_entry_reference__lists_what_each_rests_on),
          TEST(test_entry_index_key__lists_how_each_is_found),
          TEST(test_entry_words__say_what_it_is_about))
