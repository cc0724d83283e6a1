#include "log/tiles.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "text/base64.h"
#include "base/file.h"
#include "record/cosign_request.h"
#include "record/tlog_proof.h"
#include "testing.h"

#define ORIGIN "ledger.example/log-1"

typedef struct fixture {
    zkl_store *store;
    zkl_log log;
    zkl_signing_key key;
    zkl_verifier_key verifier;
} fixture;

static bool open_fixture(zkl_test *t, fixture *f)
{
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    const zkl_store_options options = { .path = test_folder(t), .create_if_missing = true };
    *f = (fixture){ 0 };
    if (zkl_store_open(&f->store, "rocksdb", &options, &err) != ZKL_OK ||
        zkl_log_open(&f->log, f->store, &err) != ZKL_OK ||
        zkl_signing_key_make(&f->key, ZKL_KEY_ED25519, &env, &err) != ZKL_OK ||
        zkl_verifier_key_init(&f->verifier, ZKL_NOTE_ED25519, ORIGIN, &f->key.signer.public_key,
                              &err) != ZKL_OK) {
        FAIL(t, "%s", err.text);
        return false;
    }
    return true;
}

static void grow(zkl_test *t, fixture *f, uint64_t size)
{
    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 };
    zkl_error err = { 0 };
    for (uint64_t i = zkl_log_size(&f->log); i < size; i++) {
        char text[64];
        snprintf(text, sizeof text, "entry %llu", (unsigned long long)i);
        REQUIRE_OK(t, &err,
                   zkl_log_append_to_batch(&f->log, &batch, zkl_bytes_of_text(text), NULL, &err));
    }
    REQUIRE_OK(t, &err, zkl_log_commit(&f->log, &batch, NULL, &err));
    REQUIRE_OK(t, &err, zkl_log_sign_head(&f->log, ORIGIN, &f->key.signer, &err));
}

static long long file_size(const char *folder, const char *path)
{
    char full[512];
    struct stat st;
    snprintf(full, sizeof full, "%s/%s", folder, path);
    return stat(full, &st) == 0 && S_ISREG(st.st_mode) ? (long long)st.st_size : -1;
}

static void test_tile_path__as_in_the_specification(zkl_test *t)
{
    static const struct {
        int level;
        uint64_t index;
        unsigned width;
        const char *want;
    } cases[] = {
        { 0, 0, 256, "tile/0/000" },
        { 0, 1234067, 256, "tile/0/x001/x234/067" },
        { 1, 999, 8, "tile/1/999.p/8" },
        { 7, 1000, 256, "tile/7/x001/000" },
        { -1, 273, 112, "tile/entries/273.p/112" },
        { 0, UINT64_MAX, 255, "tile/0/x018/x446/x744/x073/x709/x551/615.p/255" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        char path[ZKL_TILE_PATH_CHARS_MAX];
        zkl_tile_path(path, cases[i].level, cases[i].index, cases[i].width);
        CHECK_TEXT_EQ(t, path, cases[i].want);
    }
}

/* The specification's example: 70,000 entries are 273 full tiles and one of 112 at level 0, one
 * full and one of 17 at level 1, one of 1 at level 2. */
/* Every path that is written is read, and no other spelling of it. */
static void test_tile_path_parse__one_spelling(zkl_test *t)
{
    static const uint64_t indexes[] = { 0, 7, 255, 999, 1000, 1234067, INT64_MAX / 10 };
    static const unsigned widths[] = { 1, 9, 10, 255, 256 };
    static const char *const bad[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000/",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "tile/0/000.P/1",
        "Tile/0/000",
        "/tile/0/000",
        "tile/0/000 ",
        "tile/0/+00",
        "tile/entries",
        "tile/entries/",
        "tile/entries/0/000",
        "tile/data/000",
        "tile/0/../0/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x018/x446/x744/x073/x709/x551/615",
    };
    zkl_tile_name got;
    for (int level = ZKL_TILE_ENTRIES; level < 64; level++)
        for (size_t i = 0; i < ZKL_COUNT(indexes); i++)
            for (size_t w = 0; w < ZKL_COUNT(widths); w++) {
                char path[ZKL_TILE_PATH_CHARS_MAX];
                zkl_tile_path(path, level, indexes[i], widths[w]);
                REQUIRE(t, zkl_tile_path_parse(&got, zkl_bytes_of_text(path)));
                CHECK(t, got.level == level && got.index == indexes[i] && got.width == widths[w]);
                CHECK(t, !zkl_tile_path_parse(&got, zkl_bytes_of(path, strlen(path) - 1)) ||
                             strstr(path, ".p/"));
            }
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        if (zkl_tile_path_parse(&got, zkl_bytes_of_text(bad[i])))
            FAIL(t, "'%s' was read", bad[i]);
}

/* Tiles from the store: each width that a tree has, and nothing beyond it, with the same bytes
 * whatever grew behind. */
static void test_tile_put__what_the_tree_has(zkl_test *t)
{
    static const uint64_t sizes[] = { 1, 255, 256, 257, 600 };
    zkl_error err = { 0 };
    fixture f;
    REQUIRE(t, open_fixture(t, &f));
    grow(t, &f, 600);
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++)
        for (int level = ZKL_TILE_ENTRIES; level < 64; level++)
            for (uint64_t index = 0; index < 4; index++)
                for (unsigned width = 1; width <= ZKL_TILE_WIDTH; width += 51) {
                    const zkl_tile_name name = { level, index, width };
                    const unsigned shift = level <= 0 ? 0 : 8 * (unsigned)level;
                    const uint64_t count = shift < 64 ? sizes[i] >> shift : 0;
                    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
                    const zkl_status status = zkl_tile_put(&got, &f.log, sizes[i], &name, &err);
                    if (count < index * 256 + width) {
                        CHECK_STATUS(t, ZKL_NOT_FOUND, status);
                        CHECK(t, !got.size);
                        continue;
                    }
                    REQUIRE_OK(t, &err, status);
                    if (level >= 0) {
                        zkl_digest node;
                        const zkl_tree_source source = zkl_log_source(&f.log);
                        REQUIRE_OK(t, &err,
                                   source.node(source.context, &node, shift,
                                               index * 256 + width - 1, &err));
                        REQUIRE(t, got.size == width * sizeof node);
                        CHECK_MEM_EQ(t, got.data + got.size - 32, node.bytes, 32);
                    } else {
                        char last[64];
                        const int size = snprintf(last, sizeof last, "entry %llu",
                                                  (unsigned long long)(index * 256 + width - 1));
                        REQUIRE(t, got.size >= (size_t)size + 2);
                        CHECK_MEM_EQ(t, got.data + got.size - size, last, (size_t)size);
                        CHECK(t, got.data[got.size - (size_t)size - 1] == size);
                    }
                }
    zkl_store_close(f.store);
}

static void test_tiles__the_specifications_example(zkl_test *t)
{
    fixture f;
    const char *folder = test_folder(t);
    zkl_error err = { 0 };
    REQUIRE(t, open_fixture(t, &f));
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_tiles_export(&f.log, folder, &f.verifier, (zkl_bytes){ 0 }, false, &err));
    grow(t, &f, 70000);
    REQUIRE_OK(t, &err,
               zkl_tiles_export(&f.log, folder, &f.verifier, (zkl_bytes){ 0 }, false, &err));
    for (unsigned i = 0; i < 273; i++) {
        char path[64];
        snprintf(path, sizeof path, "tile/0/%03u", i);
        CHECK_UINT_EQ(t, file_size(folder, path), 8192);
        snprintf(path, sizeof path, "tile/entries/%03u", i);
        CHECK(t, file_size(folder, path) > 256 * 8);
    }
    CHECK_UINT_EQ(t, file_size(folder, "tile/0/273.p/112"), 112 * 32);
    CHECK_UINT_EQ(t, file_size(folder, "tile/entries/273.p/112"),
                  112 * (2 + strlen("entry 69999")));
    CHECK_UINT_EQ(t, file_size(folder, "tile/1/000"), 8192);
    CHECK_UINT_EQ(t, file_size(folder, "tile/1/001.p/17"), 17 * 32);
    CHECK_UINT_EQ(t, file_size(folder, "tile/2/000.p/1"), 32);
    CHECK(t, file_size(folder, "tile/0/273") < 0 && file_size(folder, "tile/0/274") < 0);
    CHECK(t, file_size(folder, "tile/1/001") < 0 && file_size(folder, "tile/2/000") < 0);
    CHECK(t, file_size(folder, "tile/3/000.p/1") < 0);
    zkl_store_close(f.store);
}

/* Roots and proofs from the folder are those from the store. */
static void check_source(zkl_test *t, fixture *f, const char *folder, uint64_t size)
{
    const zkl_tiles tiles = { folder, size };
    const zkl_tree_source source = zkl_tiles_source(&tiles);
    zkl_error err = { 0 };
    zkl_digest root, want, path[ZKL_MERKLE_PATH_MAX], want_path[ZKL_MERKLE_PATH_MAX];
    size_t count, want_count;
    REQUIRE_OK(t, &err, zkl_tree_root(&source, &root, size, &err));
    REQUIRE_OK(t, &err, zkl_log_root(&f->log, &want, size, &err));
    CHECK_MEM_EQ(t, &root, &want, sizeof root);
    for (uint64_t i = 0; i < size; i += 1 + size / 7) {
        REQUIRE_OK(t, &err, zkl_tree_inclusion(&source, path, &count, i, size, &err));
        REQUIRE_OK(t, &err, zkl_log_inclusion(&f->log, want_path, &want_count, i, size, &err));
        REQUIRE(t, count == want_count);
        CHECK_MEM_EQ(t, path, want_path, count * sizeof path[0]);
        REQUIRE_OK(t, &err, zkl_tree_consistency(&source, path, &count, i + 1, size, &err));
        REQUIRE_OK(t, &err,
                   zkl_log_consistency(&f->log, want_path, &want_count, i + 1, size, &err));
        REQUIRE(t, count == want_count);
        CHECK_MEM_EQ(t, path, want_path, count * sizeof path[0]);
    }
    CHECK_STATUS(t, ZKL_NOT_FOUND, source.node(source.context, &root, 0, size, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, source.node(source.context, &root, 63, 0, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, source.node(source.context, &root, 9, UINT64_MAX, &err));
}

/* One folder that grows with the log, and a fresh one at each size, hold the same tiles. */
static void test_tiles__a_folder_grows_with_the_log(zkl_test *t)
{
    static const uint64_t sizes[] = { 0, 1, 2, 255, 256, 257, 300, 511, 512, 600, 1000 };
    fixture f;
    const char *growing = test_folder(t);
    zkl_error err = { 0 };
    REQUIRE(t, open_fixture(t, &f));
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        zkl_checkpoint checkpoint;
        char command[400];
        const char *fresh = test_folder(t);
        grow(t, &f, sizes[i]);
        REQUIRE_OK(t, &err,
                   zkl_tiles_export(&f.log, growing, &f.verifier, (zkl_bytes){ 0 }, false, &err));
        REQUIRE_OK(t, &err,
                   zkl_tiles_export(&f.log, growing, &f.verifier, (zkl_bytes){ 0 }, false,
                                    &err)); /* again: the same */
        REQUIRE_OK(t, &err,
                   zkl_tiles_export(&f.log, fresh, &f.verifier, (zkl_bytes){ 0 }, false, &err));
        REQUIRE_OK(t, &err, zkl_tiles_checkpoint(&checkpoint, &t->arena, growing, &err));
        CHECK_UINT_EQ(t, checkpoint.size, sizes[i]);
        CHECK_STATUS(t, ZKL_OK, zkl_checkpoint_verify(&checkpoint, &f.verifier, &err));
        /* Every file of the fresh folder stands in the growing one, byte for byte. */
        snprintf(command, sizeof command,
                 "cd %s && find . -type f -exec cmp -s {} %s/{} \\; -o -type f -print | grep -q .",
                 fresh, growing);
        CHECK(t, system(command) != 0);
        check_source(t, &f, growing, sizes[i]);
    }
    zkl_store_close(f.store);
}

static void test_tiles__never_mixes_two_logs(zkl_test *t)
{
    fixture one, two;
    const char *folder = test_folder(t);
    zkl_error err = { 0 };
    REQUIRE(t, open_fixture(t, &one));
    REQUIRE(t, open_fixture(t, &two));
    grow(t, &one, 10);
    REQUIRE_OK(t, &err,
               zkl_tiles_export(&one.log, folder, &one.verifier, (zkl_bytes){ 0 }, false, &err));

    ZKL_AUTO_CLEAR(zkl_batch) batch = { 0 }; /* the same origin, another history */
    for (int i = 0; i < 20; i++)
        REQUIRE_OK(
            t, &err,
            zkl_log_append_to_batch(&two.log, &batch, zkl_bytes_of_text("other"), NULL, &err));
    REQUIRE_OK(t, &err, zkl_log_commit(&two.log, &batch, NULL, &err));
    REQUIRE_OK(t, &err, zkl_log_sign_head(&two.log, ORIGIN, &two.key.signer, &err));
    CHECK_STATUS(t, ZKL_CONFLICT,
                 zkl_tiles_export(&two.log, folder, &two.verifier, (zkl_bytes){ 0 }, false, &err));
    CHECK(t, strstr(err.text, folder) != NULL);
    zkl_store_close(one.store);
    zkl_store_close(two.store);
}

/* A changed tile gives another root; a short or missing one is a status. */
static void test_tiles__damage_shows(zkl_test *t)
{
    fixture f;
    const char *folder = test_folder(t);
    zkl_error err = { 0 };
    zkl_digest want, root;
    char path[256];
    REQUIRE(t, open_fixture(t, &f));
    grow(t, &f, 300);
    REQUIRE_OK(t, &err,
               zkl_tiles_export(&f.log, folder, &f.verifier, (zkl_bytes){ 0 }, false, &err));
    REQUIRE_OK(t, &err, zkl_log_root(&f.log, &want, 300, &err));
    const zkl_tiles tiles = { folder, 300 };
    const zkl_tree_source source = zkl_tiles_source(&tiles);
    ZKL_AUTO_CLEAR(zkl_buffer) tile = { 0 };
    snprintf(path, sizeof path, "%s/tile/0/001.p/44", folder);
    REQUIRE_OK(t, &err, zkl_file_read(&tile, path, 8192, &err));
    tile.data[100] ^= 1;
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_buffer_bytes(&tile), 0644, &err));
    REQUIRE_OK(t, &err, zkl_tree_root(&source, &root, 300, &err));
    CHECK(t, memcmp(&root, &want, sizeof root) != 0);
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of(tile.data, 43 * 32), 0644, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_tree_root(&source, &root, 300, &err));
    REQUIRE(t, unlink(path) == 0);
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_tree_root(&source, &root, 300, &err));
    zkl_store_close(f.store);
}

/* ---- for other implementations: tests/interop/tlog.sh names the folder. */

static void put_path(zkl_buffer *out, uint64_t a, uint64_t b, const zkl_digest *path, size_t count)
{
    zkl_buffer_format(out, "%llu %llu", (unsigned long long)a, (unsigned long long)b);
    for (size_t i = 0; i < count; i++) {
        zkl_buffer_put_text(out, " ");
        zkl_buffer_put_base64(out, path[i].bytes, sizeof path[i].bytes);
    }
    zkl_buffer_put_text(out, "\n");
}

static void write_file(zkl_test *t, const char *folder, const char *name, const zkl_buffer *content)
{
    char path[512];
    zkl_error err = { 0 };
    snprintf(path, sizeof path, "%s/%s", folder, name);
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_buffer_bytes(content), 0644, &err));
}

static void write_proofs(zkl_test *t, fixture *f, const char *folder, uint64_t old_size,
                         uint64_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) inclusion = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) consistency = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_digest path[ZKL_MERKLE_PATH_MAX];
    zkl_error err = { 0 };
    size_t count;
    for (uint64_t i = 0; i < size; i++) {
        REQUIRE_OK(t, &err, zkl_log_inclusion(&f->log, path, &count, i, size, &err));
        put_path(&inclusion, i, size, path, count);
        REQUIRE_OK(t, &err, zkl_log_consistency(&f->log, path, &count, i + 1, size, &err));
        put_path(&consistency, i + 1, size, path, count);
    }
    REQUIRE_OK(t, &err, zkl_log_consistency(&f->log, path, &count, old_size, size, &err));
    write_file(t, folder, "inclusion", &inclusion);
    write_file(t, folder, "consistency", &consistency);

    zkl_tlog_proof proof = { .index = 321 };
    REQUIRE_OK(t, &err,
               zkl_log_inclusion(&f->log, proof.path, &proof.path_count, proof.index, size, &err));
    REQUIRE_OK(t, &err, zkl_log_checkpoint_latest(&f->log, &proof.checkpoint, &t->arena, &err));
    zkl_tlog_proof_encode(&text, &proof);
    write_file(t, folder, "entry.tlog-proof", &text);
}

/* The checkpoint with a witness's line, by itself and in a folder of tiles. */
static void write_cosigned(zkl_test *t, fixture *f, const char *folder)
{
    char witnessed[512];
    ZKL_AUTO_CLEAR(zkl_buffer) cosigned = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) key_text = { 0 };
    char key[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_signing_key witness;
    zkl_verifier_key verifier;
    zkl_checkpoint checkpoint;
    zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_bytes note;
    REQUIRE_OK(t, &err, zkl_signing_key_make(&witness, ZKL_KEY_ED25519, &env, &err));
    REQUIRE_OK(t, &err,
               zkl_verifier_key_init(&verifier, ZKL_NOTE_COSIGNATURE, "witness.example/w",
                                     &witness.signer.public_key, &err));
    REQUIRE_OK(t, &err, zkl_log_checkpoint_latest(&f->log, &note, &t->arena, &err));
    REQUIRE_OK(t, &err, zkl_checkpoint_parse(&checkpoint, &t->arena, note, &err));
    zkl_buffer_put(&cosigned, note.data, note.size);
    REQUIRE_OK(t, &err,
               zkl_note_cosign(&cosigned, checkpoint.note.text, verifier.name, 1767225600,
                               &witness.signer, &err));
    zkl_verifier_key_encode(key, &verifier);
    zkl_buffer_put_text(&key_text, key);
    write_file(t, folder, "cosigned", &cosigned);
    snprintf(witnessed, sizeof witnessed, "%s/witnessed", folder);
    REQUIRE_OK(t, &err,
               zkl_tiles_export(&f->log, witnessed, &f->verifier, zkl_buffer_bytes(&cosigned),
                                false, &err));
    REQUIRE_OK(t, &err, zkl_tiles_checkpoint(&checkpoint, &t->arena, witnessed, &err));
    CHECK_UINT_EQ(t, checkpoint.note.signature_count, 2);
    CHECK_STATUS(t, ZKL_OK, zkl_note_verify(&checkpoint.note, &verifier, NULL, &err));
    write_file(t, folder, "witness", &key_text);
}

/* What a witness of another program is asked: it has signed the log at old_size. */
static void write_cosign_request(zkl_test *t, fixture *f, const char *folder, uint64_t old_size,
                                 uint64_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_cosign_request request = { .old_size = old_size }, parsed;
    zkl_error err = { 0 };
    REQUIRE_OK(
        t, &err,
        zkl_log_consistency(&f->log, request.path, &request.path_count, old_size, size, &err));
    REQUIRE_OK(t, &err, zkl_log_checkpoint_latest(&f->log, &request.note, &t->arena, &err));
    zkl_cosign_request_encode(&bytes, &request);
    REQUIRE_OK(t, &err,
               zkl_cosign_request_parse(&parsed, &t->arena, zkl_buffer_bytes(&bytes), &err));
    CHECK_UINT_EQ(t, parsed.old_size, old_size);
    CHECK_UINT_EQ(t, parsed.checkpoint.size, size);
    zkl_cosign_request_encode(&again, &parsed);
    REQUIRE(t, again.size == bytes.size);
    CHECK_MEM_EQ(t, again.data, bytes.data, bytes.size);
    write_file(t, folder, "cosign_request", &bytes);
}

static void test_tiles__for_others(zkl_test *t)
{
    const char *out = getenv("ZKL_INTEROP_OUT");
    const char *folder = out ? out : test_folder(t);
    char old_folder[512], new_folder[512];
    zkl_error err = { 0 };
    fixture f;
    snprintf(old_folder, sizeof old_folder, "%s/old", folder);
    snprintf(new_folder, sizeof new_folder, "%s/new", folder);
    REQUIRE(t, open_fixture(t, &f));
    grow(t, &f, 300);
    REQUIRE_OK(t, &err,
               zkl_tiles_export(&f.log, old_folder, &f.verifier, (zkl_bytes){ 0 }, false, &err));
    grow(t, &f, 600);
    REQUIRE_OK(t, &err,
               zkl_tiles_export(&f.log, new_folder, &f.verifier, (zkl_bytes){ 0 }, false, &err));
    write_proofs(t, &f, folder, 300, 600);
    write_cosigned(t, &f, folder);
    write_cosign_request(t, &f, folder, 300, 600);
    zkl_store_close(f.store);
}

ZKL_TESTS(TEST(test_tile_path__as_in_the_specification), TEST(test_tile_path_parse__one_spelling),
          TEST(test_tile_put__what_the_tree_has), TEST(test_tiles__the_specifications_example),
          TEST(test_tiles__a_folder_grows_with_the_log), TEST(test_tiles__never_mixes_two_logs),
          TEST(test_tiles__damage_shows), TEST(test_tiles__for_others))
