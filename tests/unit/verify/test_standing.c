/* Standings against a small log: what is listed, what is left out, and who may say it. */
#include "verify/log_keys.h"
#include "verify/standing.h"

#include <string.h>

#include "base/bytes.h"
#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "testing.h"

#define ORIGIN "ledger.example/log-1"
#define ENTRIES 6

typedef struct world {
    zkl_signing_key signer, log_key;
    zkl_trusted_log_key log_keys[1];
    zkl_trusted_signer signers[1];
    zkl_trust trust;
    zkl_bytes envelopes[ENTRIES];
    zkl_standing_entry said[ENTRIES]; /* of those about "a" */
    size_t said_count;
    zkl_standing standing;
} world;

static zkl_bytes keep(zkl_test *t, zkl_buffer *buffer)
{
    const zkl_bytes out =
        zkl_bytes_of(zkl_arena_copy(&t->arena, buffer->data, buffer->size), buffer->size);
    CHECK(t, out.data != NULL);
    zkl_buffer_clear(buffer);
    return out;
}

static void make_trust(zkl_test *t, world *w)
{
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_signing_key_make(&w->signer, ZKL_KEY_ED25519, &env, &err));
    REQUIRE_OK(t, &err, zkl_signing_key_make(&w->log_key, ZKL_KEY_ED25519, &env, &err));
    REQUIRE_OK(t, &err,
               zkl_verifier_key_init(&w->log_keys[0].key, ZKL_NOTE_ED25519, ORIGIN,
                                     &w->log_key.signer.public_key, &err));
    w->log_keys[0].until = w->signers[0].until = ZKL_TRUST_OPEN;
    w->signers[0].key = w->signer.signer.public_key;
    w->trust = (zkl_trust){ .first_log_key = w->log_keys[0].key,
                            .log_keys = w->log_keys,
                            .log_key_count = 1,
                            .signers = w->signers,
                            .signer_count = 1 };
    REQUIRE_OK(t, &err, zkl_trust_check(&w->trust, &err));
}

/* An entry of the kind about name@version. */
static void add_entry(zkl_test *t, world *w, size_t at, zkl_entry_kind kind, const char *name,
                      uint32_t version)
{
    static const zkl_digest parent = { { 3 } };
    static const zkl_entry_provenance step = { .operation = { (const uint8_t *)"made", 4 } };
    zkl_entry_claim claim = { zkl_bytes_of_text("cells(*)"),
                              zkl_bytes_of_text("{\"kind\":\"cells\",\"text\":\"cells(*)\"}") };
    const zkl_entry_statement statement = {
        .t0 = { { 1 } }, .circuit = "F18", .claims = &claim, .claim_count = 1
    };
    zkl_entry e = { .kind = kind,
                    .ledger = w->trust.ledger,
                    .time_ms = 1000 + (int64_t)at,
                    .parents = &parent,
                    .parent_count = kind != ZKL_ENTRY_NOTARISE,
                    .data = { .name = zkl_bytes_of_text(name),
                              .version = version,
                              .manifest_sha256 = { { 5 } },
                              .dataset = { { 6 } } } };
    const zkl_signer *const signers[] = { &w->signer.signer };
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    zkl_error err = { 0 };
    if (kind == ZKL_ENTRY_NOTARISE || kind == ZKL_ENTRY_PROVE) {
        e.data.statements = &statement;
        e.data.statement_count = 1;
    } else if (kind == ZKL_ENTRY_WITHDRAW) {
        e.data.reason = zkl_bytes_of_text("wrong rows");
    } else {
        e.data.provenance = &step;
    }
    REQUIRE_OK(t, &err, zkl_entry_sign(&envelope, &e, signers, 1, &err));
    w->envelopes[at] = keep(t, &envelope);
    if (strcmp(name, "a") != 0)
        return;
    zkl_entry *kept = ZKL_ARENA_NEW(&t->arena, zkl_entry, 1);
    zkl_dsse dsse;
    zkl_digest leaf;
    REQUIRE_OK(t, &err, zkl_entry_open(kept, &dsse, &t->arena, w->envelopes[at], &err));
    zkl_rfc6962_leaf(&leaf, w->envelopes[at]);
    REQUIRE_OK(t, &err,
               zkl_standing_entry_of(&w->said[w->said_count++], &t->arena, kept, at, &leaf, &err));
}

static void make_world(zkl_test *t, world *w)
{
    zkl_digest leaves[ENTRIES], root;
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    zkl_error err = { 0 };
    *w = (world){ 0 };
    make_trust(t, w);
    add_entry(t, w, 0, ZKL_ENTRY_NOTARISE, "a", 1);
    add_entry(t, w, 1, ZKL_ENTRY_NOTARISE, "b", 1);
    add_entry(t, w, 2, ZKL_ENTRY_PROVE, "a", 1);
    add_entry(t, w, 3, ZKL_ENTRY_NOTARISE, "a", 2);
    add_entry(t, w, 4, ZKL_ENTRY_WITHDRAW, "a", 1);
    add_entry(t, w, 5, ZKL_ENTRY_PROVENANCE, "b", 1);
    for (size_t i = 0; i < ENTRIES; i++)
        zkl_rfc6962_leaf(&leaves[i], w->envelopes[i]);
    zkl_merkle_root(&root, ZKL_HASH_SHA_256, 1, leaves, ENTRIES);
    REQUIRE_OK(t, &err,
               zkl_checkpoint_sign(&note, ORIGIN, ENTRIES, &root, &w->log_key.signer, &err));
    w->standing = (zkl_standing){ .ledger = w->trust.ledger,
                                  .name = zkl_bytes_of_text("a"),
                                  .time_ms = 5000,
                                  .note = keep(t, &note),
                                  .entries = w->said,
                                  .entry_count = w->said_count };
    REQUIRE_OK(t, &err,
               zkl_checkpoint_parse(&w->standing.checkpoint, &t->arena, w->standing.note, &err));
}

static zkl_bytes signed_file(zkl_test *t, const world *w, const char *type)
{
    const zkl_signer *const signers[] = { &w->signer.signer };
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_OK, zkl_standing_encode(&payload, &w->standing, &err));
    CHECK_STATUS(t, ZKL_OK,
                 zkl_dsse_sign(&file, type, zkl_buffer_bytes(&payload), signers, 1, &err));
    return keep(t, &file);
}

static zkl_status verified(zkl_test *t, zkl_verified_standing *out, const world *w, zkl_bytes file)
{
    const zkl_trust *const trusts[] = { &w->trust };
    return zkl_standing_verify(out, &t->arena, file, trusts, 1, NULL);
}

static zkl_status checked(zkl_test *t, const zkl_standing *s, const zkl_bytes *entries,
                          size_t count)
{
    zkl_standing_check check;
    zkl_error err = { 0 };
    zkl_standing_check_begin(&check, s);
    for (size_t i = 0; i < count; i++)
        CHECK_STATUS(t, ZKL_OK, zkl_standing_check_entry(&check, entries[i], &err));
    return zkl_standing_check_end(&check, &err);
}

static void test_standing__what_the_log_has(zkl_test *t)
{
    world w;
    zkl_verified_standing v;
    make_world(t, &w);
    CHECK_STATUS(t, ZKL_OK, verified(t, &v, &w, signed_file(t, &w, ZKL_DSSE_TYPE_STANDING)));
    CHECK(t, v.latest_version == 2 && v.standing.entry_count == 4);
    CHECK(t, v.standing.entries[3].kind == ZKL_ENTRY_WITHDRAW && v.standing.entries[3].reason.size);
    CHECK_STATUS(t, ZKL_OK, checked(t, &v.standing, w.envelopes, ENTRIES));
}

/* Signed by the right key, and false: each entry left out, and each member of one changed. */
static void test_standing__a_false_one_is_convicted_by_the_log(zkl_test *t)
{
    world w;
    zkl_verified_standing v;
    zkl_standing_entry fewer[ENTRIES];
    make_world(t, &w);
    for (size_t hidden = 1; hidden < w.said_count; hidden++) {
        memcpy(fewer, w.said, sizeof fewer);
        memmove(fewer + hidden, fewer + hidden + 1, (w.said_count - hidden - 1) * sizeof *fewer);
        w.standing.entries = fewer;
        w.standing.entry_count = w.said_count - 1;
        CHECK_STATUS(t, ZKL_OK, verified(t, &v, &w, signed_file(t, &w, ZKL_DSSE_TYPE_STANDING)));
        CHECK_STATUS(t, ZKL_REJECTED, checked(t, &v.standing, w.envelopes, ENTRIES));
    }
    w.standing.entries = fewer;
    w.standing.entry_count = w.said_count;
    for (int lie = 0; lie < 6; lie++) {
        memcpy(fewer, w.said, sizeof fewer);
        switch (lie) {
        case 0:
            fewer[2].version = 3;
            break;
        case 1:
            fewer[1].receipt.bytes[0] ^= 1;
            break;
        case 2:
            fewer[1].kind = ZKL_ENTRY_NOTARISE;
            break;
        case 3:
            fewer[1].claim_count = 0;
            break;
        case 4:
            fewer[3].reason = zkl_bytes_of_text("nothing");
            break;
        default:
            fewer[0].time_ms++;
            break;
        }
        CHECK_STATUS(t, ZKL_OK, verified(t, &v, &w, signed_file(t, &w, ZKL_DSSE_TYPE_STANDING)));
        CHECK_STATUS(t, ZKL_REJECTED, checked(t, &v.standing, w.envelopes, ENTRIES));
    }
    /* One that the log has not: of an entry about another name. */
    memcpy(fewer, w.said, sizeof fewer);
    fewer[4] = w.said[1];
    fewer[4].index = 5;
    w.standing.entry_count = 5;
    CHECK_STATUS(t, ZKL_OK, verified(t, &v, &w, signed_file(t, &w, ZKL_DSSE_TYPE_STANDING)));
    CHECK_STATUS(t, ZKL_REJECTED, checked(t, &v.standing, w.envelopes, ENTRIES));
}

/* Entries that are not those of the tree, or cannot be read, convict nobody. */
static void test_standing__other_entries_show_nothing(zkl_test *t)
{
    world w, other;
    make_world(t, &w);
    make_world(t, &other);
    CHECK_STATUS(t, ZKL_UNCHECKED, checked(t, &w.standing, w.envelopes, ENTRIES - 1));
    CHECK_STATUS(t, ZKL_UNCHECKED, checked(t, &w.standing, other.envelopes, ENTRIES));
    w.standing.entry_count--; /* a lie, but these are not the entries that show it */
    CHECK_STATUS(t, ZKL_UNCHECKED, checked(t, &w.standing, other.envelopes, ENTRIES));
    CHECK_STATUS(t, ZKL_REJECTED, checked(t, &w.standing, w.envelopes, ENTRIES));
}

static void test_standing__who_may_say_it(zkl_test *t)
{
    world w, other, third;
    zkl_verified_standing v;
    make_world(t, &w);
    make_world(t, &other);
    make_world(t, &third);
    const zkl_bytes file = signed_file(t, &w, ZKL_DSSE_TYPE_STANDING);
    /* As for the next entry: a key that ended with the tree says nothing of it any more. */
    w.signers[0].until = ENTRIES + 1;
    CHECK_STATUS(t, ZKL_OK, verified(t, &v, &w, file));
    w.signers[0].until = ENTRIES;
    CHECK_STATUS(t, ZKL_UNCHECKED, verified(t, &v, &w, file));
    w.signers[0].until = ZKL_TRUST_OPEN;
    w.log_keys[0].until = ENTRIES - 1;
    CHECK_STATUS(t, ZKL_UNCHECKED, verified(t, &v, &w, file));
    w.log_keys[0].until = ZKL_TRUST_OPEN;
    CHECK_STATUS(t, ZKL_OK, verified(t, &v, &w, file));
    CHECK_STATUS(t, ZKL_UNCHECKED, verified(t, &v, &other, file));
    /* One receipt shows that he ended; another one knows nothing of it, or nothing of him. */
    zkl_trusted_signer ended = w.signers[0];
    zkl_trust shows = w.trust, knows_nobody = w.trust;
    ended.until = ENTRIES;
    shows.signers = &ended;
    knows_nobody.signer_count = 0;
    const zkl_trust *trusts[] = { &w.trust, &shows };
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_standing_verify(&v, &t->arena, file, trusts, 2, NULL));
    trusts[0] = &shows, trusts[1] = &w.trust;
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_standing_verify(&v, &t->arena, file, trusts, 2, NULL));
    trusts[0] = &knows_nobody;
    CHECK_STATUS(t, ZKL_OK, zkl_standing_verify(&v, &t->arena, file, trusts, 2, NULL));
    /* The log key likewise: a receipt shows the one that came in its place. */
    zkl_trusted_log_key rotated[] = { w.log_keys[0], other.log_keys[0] };
    rotated[0].until = rotated[1].from = ENTRIES - 1;
    shows = w.trust;
    shows.log_keys = rotated;
    shows.log_key_count = 2;
    trusts[0] = &w.trust, trusts[1] = &shows;
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_standing_verify(&v, &t->arena, file, trusts, 2, NULL));
    size_t by;
    CHECK(t, zkl_log_keys_ended(&by, 0, ENTRIES, trusts, 2) == w.log_keys && by == 1);
    CHECK(t, !zkl_log_keys_ended(&by, 0, ENTRIES - 1, trusts, 2));
    CHECK(t, !zkl_log_keys_ended(&by, 1, ENTRIES, trusts, 2));
    /* A retired key names no other one that counts. */
    zkl_trusted_log_key stolen[] = { w.log_keys[0], third.log_keys[0] };
    stolen[0].until = stolen[1].from = ENTRIES + 1;
    zkl_trust thief = w.trust;
    thief.log_keys = stolen;
    thief.log_key_count = 2;
    const zkl_trust *both[] = { &thief, &shows };
    CHECK(t, zkl_log_keys_ended(&by, 0, ENTRIES + 2, both, 2) == stolen && by == 1);
    CHECK(t, !zkl_log_keys_ended(&by, 1, ENTRIES + 2, both, 2));
    rotated[0].until = rotated[1].from = ENTRIES;
    CHECK_STATUS(t, ZKL_OK, zkl_standing_verify(&v, &t->arena, file, trusts, 2, NULL));
    /* A checkpoint by another key of the same name; signatures of entries are of another type. */
    other.standing.ledger = w.trust.ledger;
    other.signer = w.signer;
    CHECK(t, verified(t, &v, &w, signed_file(t, &other, ZKL_DSSE_TYPE_STANDING)) != ZKL_OK);
    CHECK_STATUS(t, ZKL_BAD_INPUT, verified(t, &v, &w, signed_file(t, &w, ZKL_DSSE_TYPE_IN_TOTO)));
    CHECK_STATUS(t, ZKL_BAD_INPUT, verified(t, &v, &w, w.envelopes[0]));
}

static void test_standing__no_byte_may_change(zkl_test *t)
{
    world w;
    zkl_verified_standing v;
    make_world(t, &w);
    const zkl_bytes file = signed_file(t, &w, ZKL_DSSE_TYPE_STANDING);
    uint8_t *bytes = zkl_arena_copy(&t->arena, file.data, file.size);
    for (size_t i = 0; i < file.size; i += 1 + test_random_below(t, 8)) {
        bytes[i] ^= (uint8_t)(1u << test_random_below(t, 8));
        CHECK(t, verified(t, &v, &w, zkl_bytes_of(bytes, file.size)) != ZKL_OK);
        bytes[i] = file.data[i];
    }
}

ZKL_TESTS(TEST(test_standing__what_the_log_has),
          TEST(test_standing__a_false_one_is_convicted_by_the_log),
          TEST(test_standing__other_entries_show_nothing), TEST(test_standing__who_may_say_it),
          TEST(test_standing__no_byte_may_change))
