/* Remembered checkpoints: the format, and a memory that never goes backwards and tells a fork. */
#include "testing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "base/file.h"
#include "ledger/remember.h"
#include "log/tree.h"

#define ORIGIN "example.org/remembered"
#define TREES 9 /* sizes 0 to 8 */

/* A log's key, and its roots at every size. Histories with another seed differ from entry `from`
 * on. */
typedef struct history {
    zkl_signing_key key;
    zkl_verifier_key verifier;
    zkl_digest roots[TREES];
} history;

static zkl_status make_history(zkl_test *t, history *h, const zkl_signing_key *key, char mark,
                               unsigned from, zkl_error *err)
{
    zkl_env env = test_env(t);
    zkl_merkle_peaks tree = { .algorithm = ZKL_HASH_SHA_256, .node_prefix = 0x01 };
    if (key)
        h->key = *key;
    else
        ZKL_TRY(zkl_signing_key_make(&h->key, ZKL_KEY_ED25519, &env, err));
    ZKL_TRY(zkl_verifier_key_init(&h->verifier, ZKL_NOTE_ED25519, ORIGIN, &h->key.signer.public_key,
                                  err));
    for (unsigned size = 0; size < TREES; size++) {
        zkl_digest leaf;
        const char entry[2] = { size >= from ? mark : 'a', (char)('0' + size) };
        zkl_merkle_peaks_root(&h->roots[size], &tree);
        zkl_rfc6962_leaf(&leaf, zkl_bytes_of(entry, sizeof entry));
        zkl_merkle_peaks_push(&tree, &leaf);
    }
    return ZKL_OK;
}

static zkl_status root_at(void *context, zkl_digest *root, uint64_t size, zkl_error *err)
{
    const history *h = context;
    if (size >= TREES)
        return zkl_fail(err, ZKL_NOT_FOUND, "no such size");
    *root = h->roots[size];
    return ZKL_OK;
}

static zkl_status knows_nothing(void *context, zkl_digest *root, uint64_t size, zkl_error *err)
{
    (void)context;
    (void)root;
    (void)size;
    return zkl_fail(err, ZKL_NOT_FOUND, "no such size");
}

static zkl_status remembered_at(zkl_test *t, zkl_remembered *out, const history *h, uint64_t size,
                                bool written, zkl_error *err)
{
    zkl_buffer note = { 0 };
    ZKL_TRY(zkl_checkpoint_sign(&note, ORIGIN, size, &h->roots[size], &h->key.signer, err));
    const zkl_bytes kept = zkl_bytes_of(zkl_arena_copy(&t->arena, note.data, note.size), note.size);
    zkl_buffer_clear(&note);
    return zkl_remembered_make(out, &t->arena, &h->verifier, &h->verifier, written, kept, err);
}

static void test_remembered__is_read_as_it_was_written(zkl_test *t)
{
    history h;
    zkl_error err = { 0 };
    zkl_remembered made, read;
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    REQUIRE_OK(t, &err, make_history(t, &h, NULL, 'a', 0, &err));
    REQUIRE_OK(t, &err, remembered_at(t, &made, &h, 5, true, &err));
    zkl_remembered_encode(&bytes, &made);
    REQUIRE_OK(t, &err, zkl_remembered_parse(&read, &t->arena, zkl_buffer_bytes(&bytes), &err));
    CHECK(t, read.written);
    CHECK_UINT_EQ(t, read.checkpoint.size, 5);
    CHECK_MEM_EQ(t, &read.checkpoint.root, &h.roots[5], sizeof h.roots[5]);
    CHECK_MEM_EQ(t, &read.ledger, &made.ledger, sizeof read.ledger);
    zkl_remembered_encode(&again, &read);
    REQUIRE(t, again.size == bytes.size);
    CHECK_MEM_EQ(t, again.data, bytes.data, bytes.size);
}

/* Every byte counts: the note is signed, and the rest is the key that signed and the ledger's
 * id. */
static void test_remembered__refuses_every_changed_byte_and_every_cut(zkl_test *t)
{
    history h;
    zkl_error err = { 0 };
    zkl_remembered made, read;
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    REQUIRE_OK(t, &err, make_history(t, &h, NULL, 'a', 0, &err));
    REQUIRE_OK(t, &err, remembered_at(t, &made, &h, 3, true, &err));
    zkl_remembered_encode(&bytes, &made);
    for (size_t i = 0; i < bytes.size; i++) {
        bytes.data[i] ^= 1;
        if (zkl_remembered_parse(&read, &t->arena, zkl_buffer_bytes(&bytes), NULL) == ZKL_OK)
            FAIL(t, "byte %zu changed: accepted", i);
        bytes.data[i] ^= 1;
    }
    for (size_t size = 0; size < bytes.size; size++)
        if (zkl_remembered_parse(&read, &t->arena, zkl_bytes_of(bytes.data, size), NULL) == ZKL_OK)
            FAIL(t, "%zu of its bytes: accepted", size);
}

static void test_remember__advances_and_never_goes_back(zkl_test *t)
{
    static const struct {
        uint64_t size;
        zkl_remember_outcome want;
        uint64_t known;
    } steps[] = { { 3, ZKL_REMEMBER_NEW, 3 },      { 3, ZKL_REMEMBER_SAME, 3 },
                  { 5, ZKL_REMEMBER_ADVANCED, 5 }, { 4, ZKL_REMEMBER_BEHIND, 5 },
                  { 0, ZKL_REMEMBER_BEHIND, 5 },   { 8, ZKL_REMEMBER_ADVANCED, 8 } };
    history h;
    zkl_error err = { 0 };
    zkl_remembered fresh, known;
    char state[600];
    snprintf(state, sizeof state, "%s/some/where/checkpoints", test_folder(t));
    REQUIRE_OK(t, &err, make_history(t, &h, NULL, 'a', 0, &err));
    REQUIRE_OK(t, &err, remembered_at(t, &fresh, &h, 0, true, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_remember_find(&known, &t->arena, state, &fresh.ledger, &err));
    for (size_t i = 0; i < ZKL_COUNT(steps); i++) {
        zkl_remember_outcome outcome;
        REQUIRE_OK(t, &err, remembered_at(t, &fresh, &h, steps[i].size, true, &err));
        REQUIRE_OK(t, &err, zkl_remember(&outcome, state, &fresh, root_at, &h, &err));
        CHECK_UINT_EQ(t, outcome, steps[i].want);
        REQUIRE_OK(t, &err, zkl_remember_find(&known, &t->arena, state, &fresh.ledger, &err));
        CHECK_UINT_EQ(t, known.checkpoint.size, steps[i].known);
        CHECK_MEM_EQ(t, &known.log_key, &h.verifier, sizeof known.log_key);
    }
    struct stat st;
    CHECK(t, stat(state, &st) == 0 && (st.st_mode & 0777) == 0700);
}

static void test_remember__tells_a_fork(zkl_test *t)
{
    history h, other;
    zkl_error err = { 0 };
    zkl_remembered fresh, known;
    zkl_remember_outcome outcome;
    const char *state = test_folder(t);
    REQUIRE_OK(t, &err, make_history(t, &h, NULL, 'a', 0, &err));
    REQUIRE_OK(t, &err, make_history(t, &other, &h.key, 'b', 4, &err));
    REQUIRE_OK(t, &err, remembered_at(t, &fresh, &h, 5, true, &err));
    REQUIRE_OK(t, &err, zkl_remember(&outcome, state, &fresh, root_at, &h, &err));

    /* the same size with another root, and a longer log that is no extension */
    for (uint64_t size = 5; size <= 7; size += 2) {
        REQUIRE_OK(t, &err, remembered_at(t, &fresh, &other, size, true, &err));
        CHECK_STATUS(t, ZKL_CONFLICT, zkl_remember(&outcome, state, &fresh, root_at, &other, &err));
        CHECK(t, strstr(err.text, "forked") != NULL);
    }
    /* nobody shows that it extends what is known */
    REQUIRE_OK(t, &err, remembered_at(t, &fresh, &h, 7, true, &err));
    CHECK_STATUS(t, ZKL_UNCHECKED,
                 zkl_remember(&outcome, state, &fresh, knows_nothing, NULL, &err));
    REQUIRE_OK(t, &err, zkl_remember_find(&known, &t->arena, state, &fresh.ledger, &err));
    CHECK_UINT_EQ(t, known.checkpoint.size, 5);
    CHECK_MEM_EQ(t, &known.checkpoint.root, &h.roots[5], sizeof h.roots[5]);
}

static void test_remember__knows_who_wrote(zkl_test *t)
{
    history h;
    zkl_error err = { 0 };
    zkl_remembered fresh, known;
    zkl_remember_outcome outcome;
    const char *state = test_folder(t);
    static const struct {
        uint64_t size;
        bool written, want;
    } steps[] = { { 2, false, false }, { 2, true, true }, { 3, false, true } };
    REQUIRE_OK(t, &err, make_history(t, &h, NULL, 'a', 0, &err));
    for (size_t i = 0; i < ZKL_COUNT(steps); i++) {
        REQUIRE_OK(t, &err, remembered_at(t, &fresh, &h, steps[i].size, steps[i].written, &err));
        REQUIRE_OK(t, &err, zkl_remember(&outcome, state, &fresh, root_at, &h, &err));
        REQUIRE_OK(t, &err, zkl_remember_find(&known, &t->arena, state, &fresh.ledger, &err));
        CHECK(t, known.written == steps[i].want);
    }
}

/* What is damaged, of another ledger, or not the caller's alone is not believed, and not
 * overwritten. */
static void test_remember__does_not_believe_what_others_could_write(zkl_test *t)
{
    history h, stranger;
    zkl_error err = { 0 };
    zkl_remembered fresh, known, strange;
    zkl_remember_outcome outcome;
    const char *state = test_folder(t);
    char path[700], id[65];
    REQUIRE_OK(t, &err, make_history(t, &h, NULL, 'a', 0, &err));
    REQUIRE_OK(t, &err, make_history(t, &stranger, NULL, 'a', 0, &err));
    REQUIRE_OK(t, &err, remembered_at(t, &fresh, &h, 5, true, &err));
    REQUIRE_OK(t, &err, remembered_at(t, &strange, &stranger, 6, true, &err));
    zkl_hex_encode(id, fresh.ledger.bytes, 32);
    snprintf(path, sizeof path, "%s/%s", state, id);

    REQUIRE_OK(t, &err, zkl_remembered_save(path, &strange, 0600, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_remember_find(&known, &t->arena, state, &fresh.ledger, &err));
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text("nonsense\n"), 0600, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_remember(&outcome, state, &fresh, root_at, &h, &err));
    CHECK(t, strstr(err.text, "is damaged") != NULL);

    REQUIRE_OK(t, &err, zkl_remembered_save(path, &fresh, 0600, &err));
    REQUIRE(t, chmod(path, 0622) == 0);
    CHECK_STATUS(t, ZKL_DENIED, zkl_remember_find(&known, &t->arena, state, &fresh.ledger, &err));
    REQUIRE(t, chmod(path, 0600) == 0 && chmod(state, 0777) == 0);
    CHECK_STATUS(t, ZKL_DENIED, zkl_remember_find(&known, &t->arena, state, &fresh.ledger, &err));
    CHECK_STATUS(t, ZKL_DENIED, zkl_remember(&outcome, state, &fresh, root_at, &h, &err));
    REQUIRE(t, chmod(state, 0700) == 0);
    REQUIRE_OK(t, &err, zkl_remember_find(&known, &t->arena, state, &fresh.ledger, &err));
}

static void test_remember__lies_in_the_state_folder(zkl_test *t)
{
    history h;
    zkl_error err = { 0 };
    zkl_remembered fresh, known;
    zkl_remember_outcome outcome;
    char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char path[700], id[65];
    const char *folder = test_folder(t);
    state = state ? zkl_arena_text(&t->arena, state, strlen(state)) : NULL;
    home = home ? zkl_arena_text(&t->arena, home, strlen(home)) : NULL;
    REQUIRE_OK(t, &err, make_history(t, &h, NULL, 'a', 0, &err));
    REQUIRE_OK(t, &err, remembered_at(t, &fresh, &h, 1, true, &err));
    zkl_hex_encode(id, fresh.ledger.bytes, 32);

    setenv("HOME", folder, 1);
    setenv("XDG_STATE_HOME", "relative", 1);
    CHECK_STATUS(t, ZKL_OK, zkl_remember(&outcome, NULL, &fresh, root_at, &h, &err));
    snprintf(path, sizeof path, "%s/.local/state/zkp-ledger/checkpoints/%s", folder, id);
    CHECK(t, access(path, F_OK) == 0);
    snprintf(path, sizeof path, "%s/state", folder);
    setenv("XDG_STATE_HOME", path, 1);
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_remember_find(&known, &t->arena, NULL, &fresh.ledger, &err));
    CHECK_STATUS(t, ZKL_OK, zkl_remember(&outcome, NULL, &fresh, root_at, &h, &err));
    CHECK_STATUS(t, ZKL_OK, zkl_remember_find(&known, &t->arena, NULL, &fresh.ledger, &err));
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_remember_find(&known, &t->arena, NULL, &fresh.ledger, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_remember(&outcome, NULL, &fresh, root_at, &h, &err));
    if (state)
        setenv("XDG_STATE_HOME", state, 1);
    if (home)
        setenv("HOME", home, 1);
}

/* Several processes remember sizes of one log in any order: the largest stays, whatever the
 * order. */
static void test_remember__survives_writers_side_by_side(zkl_test *t)
{
    history h;
    zkl_error err = { 0 };
    zkl_remembered fresh, known;
    const char *state = test_folder(t);
    pid_t children[TREES];
    REQUIRE_OK(t, &err, make_history(t, &h, NULL, 'a', 0, &err));
    for (uint64_t size = 0; size < TREES; size++) {
        REQUIRE_OK(t, &err, remembered_at(t, &fresh, &h, size, true, &err));
        children[size] = fork();
        REQUIRE(t, children[size] >= 0);
        if (children[size] == 0) {
            zkl_remember_outcome outcome;
            _exit(zkl_remember(&outcome, state, &fresh, root_at, &h, NULL) == ZKL_OK ? 0 : 1);
        }
    }
    for (size_t i = 0; i < TREES; i++) {
        int how = 0;
        CHECK(t, waitpid(children[i], &how, 0) == children[i] && how == 0);
    }
    REQUIRE_OK(t, &err, zkl_remember_find(&known, &t->arena, state, &fresh.ledger, &err));
    CHECK_UINT_EQ(t, known.checkpoint.size, TREES - 1);
}

ZKL_TESTS(TEST(test_remembered__is_read_as_it_was_written),
          TEST(test_remembered__refuses_every_changed_byte_and_every_cut),
          TEST(test_remember__advances_and_never_goes_back), TEST(test_remember__tells_a_fork),
          TEST(test_remember__knows_who_wrote),
          TEST(test_remember__does_not_believe_what_others_could_write),
          TEST(test_remember__lies_in_the_state_folder),
          TEST(test_remember__survives_writers_side_by_side))
