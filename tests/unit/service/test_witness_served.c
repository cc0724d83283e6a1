/* A witness that answers requests: what it signs, what it refuses and with which word, and that of
 * two forks that come at once one alone is signed. */
#include "service/witness_served.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>

#include <zkl/witness.h>

#include "base/file.h"
#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "log/log.h"
#include "record/cosign_request.h"
#include "testing.h"

#define ORIGIN "log.example/1"

/* A log in memory, whose entries are "KIND 0", "KIND 1": two of one key and other kinds fork at
 * their first entry. */
typedef struct small_log {
    zkl_store *store;
    zkl_log log;
} small_log;

typedef struct world {
    zkl_env env;
    zkl_signing_key key, other_key;
    zkl_verifier_key verifier;
    char key_text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    const char *folder, *witness_key;
    small_log here, there; /* forks of each other */
    service_witness *witness;
} world;

static zkl_status open_log(small_log *out, const char *kind, uint64_t size, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    const zkl_store_options options = { .create_if_missing = true };
    ZKL_TRY(zkl_store_open(&out->store, "memory", &options, err));
    ZKL_TRY(zkl_log_open(&out->log, out->store, err));
    for (uint64_t i = 0; i < size; i++) {
        char text[32];
        snprintf(text, sizeof text, "%s %llu", kind, (unsigned long long)i);
        ZKL_TRY(zkl_log_append_to_batch(&out->log, &batch, zkl_bytes_of_text(text), NULL, err));
    }
    return zkl_log_commit(&out->log, &batch, NULL, err);
}

static zkl_status reopen(world *w, zkl_error *err)
{
    const char *const keys[] = { w->key_text };
    const service_witnessed_log log = { .keys = keys, .key_count = 1 };
    service_witness_close(w->witness);
    w->witness = NULL;
    return service_witness_open(&w->witness, w->folder, &log, 1, err);
}

static zkl_status open_world(zkl_test *t, world *w, zkl_error *err)
{
    zkl_witness_made made;
    *w = (world){ .env = test_env(t) };
    w->folder = zkl_arena_format(&t->arena, "%s/witness", test_folder(t));
    ZKL_TRY(zkl_witness_make(&made, w->folder, "witness.example/1", ZKL_WITNESS_ED25519, NULL,
                             &w->env, err));
    w->witness_key = zkl_arena_text(&t->arena, made.verifier_key, strlen(made.verifier_key));
    zkl_arena_clear(&made.memory);
    ZKL_TRY(zkl_signing_key_make(&w->key, ZKL_KEY_ED25519, &w->env, err));
    ZKL_TRY(zkl_signing_key_make(&w->other_key, ZKL_KEY_ED25519, &w->env, err));
    ZKL_TRY(zkl_verifier_key_init(&w->verifier, ZKL_NOTE_ED25519, ORIGIN, &w->key.signer.public_key,
                                  err));
    zkl_verifier_key_encode(w->key_text, &w->verifier);
    ZKL_TRY(open_log(&w->here, "here", 12, err));
    ZKL_TRY(open_log(&w->there, "there", 12, err));
    return reopen(w, err);
}

static void close_world(world *w)
{
    service_witness_close(w->witness);
    zkl_store_close(w->here.store);
    zkl_store_close(w->there.store);
    zkl_signing_key_clear(&w->key);
    zkl_signing_key_clear(&w->other_key);
}

typedef struct asked {
    small_log *log;
    uint64_t old_size, size;
    const char *origin;        /* NULL: ORIGIN */
    const zkl_signing_key *by; /* NULL: the log's */
    bool has_false_path, has_other_root, has_long_path;
} asked;

static zkl_status make_request(zkl_buffer *out, world *w, const asked *a, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    const char *const origin = a->origin ? a->origin : ORIGIN;
    zkl_cosign_request r = { .old_size = a->old_size };
    zkl_digest root;
    ZKL_TRY(zkl_log_root(&a->log->log, &root, a->size, err));
    root.bytes[0] ^= a->has_other_root;
    if (a->old_size && a->old_size < a->size)
        ZKL_TRY(
            zkl_log_consistency(&a->log->log, r.path, &r.path_count, a->old_size, a->size, err));
    if (a->has_false_path)
        r.path[0].bytes[3] ^= 1;
    r.path_count += a->has_long_path;
    ZKL_TRY(zkl_checkpoint_sign(&note, origin, a->size, &root,
                                a->by ? &a->by->signer : &w->key.signer, err));
    r.note = zkl_buffer_bytes(&note);
    zkl_cosign_request_encode(out, &r);
    return zkl_buffer_status(out, err);
}

/* What it is refused for; SERVICE_WITNESS_NO_REFUSAL: a line came that verifies. */
static service_witness_refusal ask(zkl_test *t, world *w, const asked *a, uint64_t *size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) request = { 0 };
    zkl_error err = { 0 };
    service_witness_added added;
    if (make_request(&request, w, a, &err) != ZKL_OK) {
        FAIL(t, "%s", err.text);
        return SERVICE_WITNESS_BAD_REQUEST;
    }
    const zkl_status status =
        service_witness_add(&added, w->witness, zkl_buffer_bytes(&request), &w->env, &err);
    CHECK(t, (status == ZKL_OK) == (added.refusal == SERVICE_WITNESS_NO_REFUSAL));
    CHECK(t, (status == ZKL_OK) == (added.lines.size > 0));
    if (status == ZKL_OK) {
        zkl_verifier_key key;
        zkl_checkpoint checkpoint;
        zkl_cosign_request parsed;
        ZKL_AUTO_CLEAR(zkl_buffer) whole = { 0 };
        CHECK_STATUS(
            t, ZKL_OK,
            zkl_cosign_request_parse(&parsed, &t->arena, zkl_buffer_bytes(&request), &err));
        zkl_buffer_put(&whole, parsed.note.data, parsed.note.size);
        zkl_buffer_put(&whole, added.lines.data, added.lines.size);
        CHECK_STATUS(t, ZKL_OK,
                     zkl_verifier_key_parse(&key, zkl_bytes_of_text(w->witness_key), &err));
        CHECK_STATUS(t, ZKL_OK,
                     zkl_checkpoint_parse(&checkpoint, &t->arena, zkl_buffer_bytes(&whole), &err));
        CHECK_STATUS(t, ZKL_OK, zkl_note_verify(&checkpoint.note, &key, NULL, &err));
    }
    if (size)
        *size = added.size;
    zkl_buffer_clear(&added.lines);
    return added.refusal;
}

/* In order: each line says what is asked and what comes, from what came before. */
static void test_witness_served__signs_what_extends(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_world(t, &w, &err));
    small_log *const here = &w.here, *const there = &w.there;
    const struct {
        asked a;
        service_witness_refusal want;
        uint64_t size; /* that it names */
    } steps[] = {
        { { here, 3, 5 }, SERVICE_WITNESS_OTHER_SIZE, 0 }, /* nothing is remembered */
        { { here, 0, 0 }, SERVICE_WITNESS_NO_REFUSAL, 0 }, /* an empty log, as often as asked */
        { { here, 0, 0 }, SERVICE_WITNESS_NO_REFUSAL, 0 },
        { { here, 0, 0, .has_other_root = true }, SERVICE_WITNESS_OTHER_ROOT, 0 },
        { { here, 0, 4, .has_long_path = true }, SERVICE_WITNESS_BAD_PROOF, 0 },
        { { here, 0, 4, .by = &w.other_key }, SERVICE_WITNESS_BAD_SIGNATURE, 0 },
        { { here, 0, 4, .origin = "log.example/2" }, SERVICE_WITNESS_UNKNOWN_LOG, 0 },
        { { here, 0, 4 }, SERVICE_WITNESS_NO_REFUSAL, 0 },
        { { here, 0, 4 }, SERVICE_WITNESS_OTHER_SIZE, 4 },
        { { here, 0, 0 }, SERVICE_WITNESS_OTHER_SIZE, 4 },
        { { here, 4, 4 }, SERVICE_WITNESS_NO_REFUSAL, 4 }, /* the same again */
        { { there, 4, 4 }, SERVICE_WITNESS_OTHER_ROOT, 4 },
        { { here, 4, 4, .has_long_path = true }, SERVICE_WITNESS_BAD_PROOF, 4 },
        { { here, 2, 3 }, SERVICE_WITNESS_OTHER_SIZE, 4 }, /* back */
        { { there, 4, 9 }, SERVICE_WITNESS_BAD_PROOF, 4 },
        { { here, 4, 9, .has_false_path = true }, SERVICE_WITNESS_BAD_PROOF, 4 },
        { { here, 4, 9, .has_other_root = true }, SERVICE_WITNESS_BAD_PROOF, 4 },
        { { here, 4, 9, .by = &w.other_key }, SERVICE_WITNESS_BAD_SIGNATURE, 0 },
        { { here, 5, 9 }, SERVICE_WITNESS_OTHER_SIZE, 4 },
        { { here, 4, 9 }, SERVICE_WITNESS_NO_REFUSAL, 4 },
        { { there, 9, 12 }, SERVICE_WITNESS_BAD_PROOF, 9 },
        { { here, 9, 12 }, SERVICE_WITNESS_NO_REFUSAL, 9 },
    };
    for (size_t i = 0; i < ZKL_COUNT(steps); i++) {
        uint64_t size = 0;
        const service_witness_refusal got = ask(t, &w, &steps[i].a, &size);
        if (got != steps[i].want || size != steps[i].size)
            FAIL(t, "step %zu: refusal %d, size %llu", i, (int)got, (unsigned long long)size);
        REQUIRE_OK(t, &err, reopen(&w, &err)); /* as after a restart */
    }
    close_world(&w);
}

/* Every byte changed: refused, or signed for what still is that log's own checkpoint. */
static void test_witness_served__changed_bytes(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) request = { 0 };
    REQUIRE_OK(t, &err, open_world(t, &w, &err));
    const asked first = { &w.here, 0, 4 }, next = { &w.here, 4, 9 };
    CHECK(t, ask(t, &w, &first, NULL) == SERVICE_WITNESS_NO_REFUSAL);
    REQUIRE_OK(t, &err, make_request(&request, &w, &next, &err));
    for (size_t i = 0; i < request.size; i++) {
        service_witness_added added;
        request.data[i] ^= 1;
        const zkl_status status =
            service_witness_add(&added, w.witness, zkl_buffer_bytes(&request), &w.env, &err);
        if (status == ZKL_OK || added.refusal == SERVICE_WITNESS_NO_REFUSAL)
            FAIL(t, "byte %zu of %zu can be changed", i, request.size);
        request.data[i] ^= 1;
        zkl_buffer_clear(&added.lines);
    }
    for (size_t size = 0; size < request.size; size++) {
        service_witness_added added;
        CHECK(t, service_witness_add(&added, w.witness, zkl_bytes_of(request.data, size), &w.env,
                                     &err) != ZKL_OK);
    }
    CHECK(t, ask(t, &w, &next, NULL) == SERVICE_WITNESS_NO_REFUSAL);
    close_world(&w);
}

typedef struct racer {
    world *w;
    zkl_bytes request;
    bool is_signed;
} racer;

static void *race(void *argument)
{
    racer *const r = argument;
    zkl_error err = { 0 };
    service_witness_added added;
    const zkl_env env = { 0 }; /* the system's, which any thread may use */
    r->is_signed = service_witness_add(&added, r->w->witness, r->request, &env, &err) == ZKL_OK;
    zkl_buffer_clear(&added.lines);
    return NULL;
}

/* Two histories from one tree on, asked for at once, again and again. */
static void test_witness_served__one_of_two_forks(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, open_world(t, &w, &err));
    for (size_t round = 0; round < 8; round++) {
        ZKL_AUTO_CLEAR(zkl_buffer) ours = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) theirs = { 0 };
        racer racers[4];
        pthread_t threads[4];
        size_t signed_count[2] = { 0 };
        const asked a = { &w.here, 0, 4 + round }, b = { &w.there, 0, 4 + (round + 1) % 8 };
        REQUIRE_OK(t, &err, make_request(&ours, &w, &a, &err));
        REQUIRE_OK(t, &err, make_request(&theirs, &w, &b, &err));
        for (size_t i = 0; i < 4; i++) {
            racers[i] = (racer){ &w, zkl_buffer_bytes(i % 2 ? &theirs : &ours), false };
            REQUIRE(t, pthread_create(&threads[i], NULL, race, &racers[i]) == 0);
        }
        for (size_t i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
            signed_count[i % 2] += racers[i].is_signed;
        }
        CHECK_UINT_EQ(t, signed_count[0] + signed_count[1], 1); /* the others begin elsewhere */
        /* a new witness for the next round */
        zkl_witness_made made;
        w.folder = zkl_arena_format(&t->arena, "%s/witness%zu", test_folder(t), round);
        REQUIRE_OK(t, &err,
                   zkl_witness_make(&made, w.folder, "witness.example/1", ZKL_WITNESS_ED25519, NULL,
                                    &w.env, &err));
        zkl_arena_clear(&made.memory);
        REQUIRE_OK(t, &err, reopen(&w, &err));
    }
    close_world(&w);
}

/* What is no witness, and no list of logs. */
static void test_witness_served__opens_what_is_whole(zkl_test *t)
{
    world w;
    zkl_error err = { 0 };
    service_witness *none = NULL;
    REQUIRE_OK(t, &err, open_world(t, &w, &err));
    char other_text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_verifier_key other;
    REQUIRE_OK(t, &err,
               zkl_verifier_key_init(&other, ZKL_NOTE_ED25519, "log.example/2",
                                     &w.other_key.signer.public_key, &err));
    zkl_verifier_key_encode(other_text, &other);
    const char *const key[] = { w.key_text }, *const witness[] = { w.witness_key };
    const char *const two_names[] = { w.key_text, other_text }, *const broken[] = { "x+y" };
    const service_witnessed_log good = { .keys = key, .key_count = 1 };
    const service_witnessed_log twice[] = { good, good };
    const service_witnessed_log bad[] = { { .keys = witness, .key_count = 1 },
                                          { .keys = two_names, .key_count = 2 },
                                          { .keys = broken, .key_count = 1 },
                                          { .trust = zkl_bytes_of_text("no trust") } };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK(t, service_witness_open(&none, w.folder, &bad[i], 1, &err) != ZKL_OK);
    CHECK_STATUS(t, ZKL_USAGE, service_witness_open(&none, w.folder, twice, 2, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, service_witness_open(&none, test_folder(t), &good, 1, &err));
    chmod(zkl_arena_format(&t->arena, "%s/witness.key", w.folder), 0644);
    CHECK_STATUS(t, ZKL_DENIED, service_witness_open(&none, w.folder, &good, 1, &err));
    CHECK_STATUS(t, ZKL_OK, service_witness_check_key(w.witness_key, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, service_witness_check_key(w.key_text, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, service_witness_check_key("x", &err));
    CHECK_TEXT_EQ(t, service_witness_key(w.witness), w.witness_key);
    close_world(&w);
}

ZKL_TESTS(TEST(test_witness_served__signs_what_extends), TEST(test_witness_served__changed_bytes),
          TEST(test_witness_served__one_of_two_forks),
          TEST(test_witness_served__opens_what_is_whole))
