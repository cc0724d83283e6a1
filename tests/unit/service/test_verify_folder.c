/* A folder's files are read twice, for their checkpoints and whole: what was compared is what is
 * verified. Everything else of a folder is in tests/cli/standing.sh and history.sh. */
#include <zkl/verify_folder.h>

#include <unistd.h>

#include <zkl/verify.h>

#include "base/file.h"
#include "hash/hash.h"
#include "ledger/trust_toml.h"
#include "service/verify_together.h"
#include "testing.h"

/* What happens to the folder between the two readings. */
typedef struct folder_change {
    const char *path;
    zkl_bytes content;
    bool is_made;
} folder_change;

static bool change_between(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    folder_change *change = opaque;
    (void)done;
    (void)total;
    if (strcmp(stage, "verifying") == 0 && !change->is_made) {
        change->is_made = true;
        ZKL_ASSERT(zkl_file_write(change->path, change->content, 0600, NULL) == ZKL_OK);
    }
    return true;
}

static void read_vector_of(zkl_test *t, zkl_buffer *out, const char *kind, const char *name)
{
    char path[4096];
    zkl_error err = { 0 };
    snprintf(path, sizeof path, "%s/tests/vectors/%s/%s", ZKL_TEST_SOURCE_DIR, kind, name);
    REQUIRE_OK(t, &err, zkl_file_read(out, path, 4 << 20, &err));
}

static void read_vector(zkl_test *t, zkl_buffer *out, const char *name)
{
    read_vector_of(t, out, "history", name);
}

static void check_change(zkl_test *t, zkl_bytes before, zkl_bytes after, zkl_bytes trust,
                         zkl_status want)
{
    char path[4096];
    const char *folder = test_folder(t);
    zkl_verify_folder_result result = { 0 };
    zkl_error err = { 0 };
    snprintf(path, sizeof path, "%s/one.zkl", folder);
    REQUIRE_OK(t, &err, zkl_file_write(path, before, 0600, &err));
    folder_change change = { .path = path, .content = after };
    const zkl_env env = { .progress = { change_between, &change } };
    const zkl_verify_folder_request request = { .folder = folder, .trust = trust };
    REQUIRE_OK(t, &err, zkl_verify_folder(&result, NULL, &request, &env, &err));
    CHECK(t, change.is_made && result.count == 1);
    CHECK_UINT_EQ(t, result.worst, want);
    CHECK_UINT_EQ(t, result.lines[0].is_valid, want == ZKL_OK);
    if (want != ZKL_OK)
        CHECK(t, strstr(result.lines[0].error, "has changed while the folder was verified"));
    zkl_arena_clear(&result.memory);
}

static void test_verify_folder__a_file_that_changes(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) one = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) two = { 0 };
    read_vector(t, &trust, "trust.toml");
    read_vector(t, &one, "one.zkl");
    read_vector(t, &two, "two.zkl");
    const zkl_bytes receipt = zkl_buffer_bytes(&one), other = zkl_buffer_bytes(&two),
                    text = zkl_buffer_bytes(&trust);
    check_change(t, receipt, receipt, text, ZKL_OK);
    check_change(t, receipt, other, text, ZKL_CONFLICT);
    check_change(t, zkl_bytes_of_text("none"), other, text, ZKL_CONFLICT);
    check_change(t, receipt, zkl_bytes_of_text(""), text, ZKL_CONFLICT);
}

/* ---- One receipt among others has the verdict of one alone. */

static void put_file(zkl_test *t, const char *folder, const char *name, zkl_bytes bytes)
{
    char path[4096];
    zkl_error err = { 0 };
    snprintf(path, sizeof path, "%s/%s", folder, name);
    REQUIRE_OK(t, &err, zkl_file_write(path, bytes, 0600, &err));
}

/* Changed receipts by their numbers, right ones between them. */
static void check_among(zkl_test *t, const zkl_bytes *changed, size_t count, zkl_bytes right,
                        zkl_bytes trust)
{
    char name[32];
    const char *folder = test_folder(t);
    const zkl_env env = { .pool = t->pool };
    zkl_verify_folder_result result = { 0 };
    zkl_error err = { 0 };
    size_t good = 0;
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%04zu.zkl", i);
        put_file(t, folder, name, changed[i]);
        snprintf(name, sizeof name, "%04zu-right.zkl", i);
        put_file(t, folder, name, right);
    }
    const zkl_verify_folder_request request = { .folder = folder, .trust = trust };
    REQUIRE_OK(t, &err, zkl_verify_folder(&result, NULL, &request, &env, &err));
    REQUIRE(t, result.count == 2 * count);
    for (size_t i = 0; i < 2 * count; i++) {
        const zkl_verify_folder_line *line = &result.lines[i];
        /* '-' is before '.' */
        const zkl_bytes bytes = i % 2 ? changed[i / 2] : right;
        zkl_verify_result alone = { 0 };
        zkl_error why = { 0 };
        const zkl_status want = zkl_verify_receipt(&alone, bytes, trust, &env, &why);
        CHECK_STATUS(t, want, line->status);
        CHECK_UINT_EQ(t, line->is_valid, want == ZKL_OK);
        CHECK_UINT_EQ(t, line->check, want == ZKL_OK ? ZKL_CHECK_NONE : why.check);
        CHECK_TEXT_EQ(t, line->error ? line->error : "", want == ZKL_OK ? "" : why.text);
        if (want == ZKL_OK)
            CHECK_TEXT_EQ(t, line->name, alone.name);
        good += want == ZKL_OK;
        zkl_arena_clear(&alone.memory);
    }
    CHECK_UINT_EQ(t, result.accepted_count, good);
    CHECK_UINT_EQ(t, result.refused_count, 2 * count - good);
    zkl_arena_clear(&result.memory);
}

/* Changed bytes in all parts of a receipt, right ones between them; and files that are none. */
static void test_verify_folder__each_has_its_own_verdict(zkl_test *t)
{
    enum { CHANGED = 40 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) one = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) two = { 0 };
    zkl_bytes changed[CHANGED];
    read_vector(t, &trust, "trust.toml");
    read_vector(t, &one, "one.zkl");
    read_vector(t, &two, "two.zkl");
    for (size_t i = 0; i < CHANGED; i++) {
        const size_t at = one.size * i / CHANGED + test_random_below(t, one.size / CHANGED);
        uint8_t *bytes = zkl_arena_copy(&t->arena, one.data, one.size);
        bytes[at] ^= (uint8_t)(1u << test_random_below(t, 8));
        if (i % 4 && at < one.size - 32) { /* its own last hash says nothing then */
            zkl_digest hash;
            zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes, one.size - 32);
            memcpy(bytes + one.size - 32, hash.bytes, 32);
        }
        changed[i] = zkl_bytes_of(bytes, one.size);
    }
    changed[7] = zkl_buffer_bytes(&trust);
    changed[8] = zkl_bytes_of(one.data, one.size / 2);
    changed[9] = zkl_buffer_bytes(&two);
    check_among(t, changed, 1, zkl_buffer_bytes(&one), zkl_buffer_bytes(&trust));
    check_among(t, changed, CHANGED, zkl_buffer_bytes(&two), zkl_buffer_bytes(&trust));
}

/* A lie of the public vectors: the honest file with some spans exchanged (their README). */
static zkl_bytes make_lie(zkl_test *t, zkl_bytes honest, const json_t *splices)
{
    zkl_buffer out = { 0 };
    size_t at = 0;
    for (size_t i = 0; i < json_array_size(splices); i++) {
        const json_t *splice = json_array_get(splices, i);
        const size_t offset = (size_t)json_integer_value(json_array_get(splice, 0));
        const size_t cut = (size_t)json_integer_value(json_array_get(splice, 1));
        const char *hex = json_string_value(json_array_get(splice, 2));
        ZKL_ASSERT(hex && at <= offset && offset + cut <= honest.size);
        const size_t size = strlen(hex) / 2;
        uint8_t *put = zkl_arena_alloc(&t->arena, size, 1);
        CHECK(t, zkl_hex_decode(put, size, hex, 2 * size));
        zkl_buffer_put(&out, honest.data + at, offset - at);
        zkl_buffer_put(&out, put, size);
        at = offset + cut;
    }
    zkl_buffer_put(&out, honest.data + at, honest.size - at);
    const zkl_bytes bytes = zkl_bytes_of(zkl_arena_copy(&t->arena, out.data, out.size), out.size);
    zkl_buffer_clear(&out);
    return bytes;
}

/* Is the proof well formed and signed for, and false by its pairings alone? */
static bool is_false_proof(const json_t *lie)
{
    static const char *const names[] = {
        "proof-a-negated",  "proof-b-negated",  "proof-c-negated",
        "proof-s-negated",  "proof-w-negated",  "proof-alpha-changed",
        "proof-wz-changed", "proof-si-changed", "proof-hi1-changed",
    };
    const char *name = json_string_value(json_object_get(lie, "name"));
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

typedef struct false_proofs {
    zkl_buffer trust, honest;
    zkl_bytes lies[9];
    size_t count;
} false_proofs;

static void read_false_proofs(zkl_test *t, false_proofs *out)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    *out = (false_proofs){ 0 };
    read_vector_of(t, &out->trust, "receipts", "trust.toml");
    read_vector_of(t, &out->honest, "receipts", "tiny.zkl");
    read_vector_of(t, &text, "receipts", "vectors.json");
    json_t *vectors = json_loadb((const char *)text.data, text.size, 0, NULL);
    const json_t *all = json_object_get(vectors, "bad");
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *lie = json_array_get(all, i);
        if (is_false_proof(lie) && out->count < ZKL_COUNT(out->lies))
            out->lies[out->count++] =
                make_lie(t, zkl_buffer_bytes(&out->honest), json_object_get(lie, "splices"));
    }
    json_decref(vectors);
    CHECK_UINT_EQ(t, out->count, ZKL_COUNT(out->lies));
}

static void false_proofs_clear(false_proofs *proofs)
{
    zkl_buffer_clear(&proofs->trust);
    zkl_buffer_clear(&proofs->honest);
}

/* Up to the product of all they are as right ones: the product alone tells them. */
static void test_verify_folder__false_proofs_among_right_ones(zkl_test *t)
{
    false_proofs proofs;
    read_false_proofs(t, &proofs);
    const zkl_bytes honest = zkl_buffer_bytes(&proofs.honest),
                    trust = zkl_buffer_bytes(&proofs.trust);
    for (size_t i = 0; i < proofs.count; i++) {
        zkl_verify_result alone = { 0 };
        zkl_error err = { 0 };
        CHECK_STATUS(t, ZKL_REJECTED,
                     zkl_verify_receipt(&alone, proofs.lies[i], trust, NULL, &err));
        CHECK(t, strstr(err.text, "the pairing equation does not hold"));
    }
    check_among(t, proofs.lies, 1, honest, trust);
    check_among(t, proofs.lies, proofs.count, honest, trust);
    false_proofs_clear(&proofs);
}

/* What is verified once more by itself is not held twice meanwhile. */
static void check_kept(zkl_test *t, service_joint_receipt *each, size_t count, const bool *valid,
                       const zkl_trust *trust)
{
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, service_verify_together(each, count, trust, t->pool, NULL, &err));
    for (size_t i = 0; i < count; i++) {
        CHECK_UINT_EQ(t, each[i].is_valid, valid[i]);
        CHECK_UINT_EQ(t, each[i].arena.last != NULL, valid[i]);
        CHECK(t, !each[i].products.terms && !each[i].products.count);
        service_joint_receipt_clear(&each[i]);
    }
}

static void test_verify_together__keeps_what_is_valid_alone(zkl_test *t)
{
    false_proofs proofs;
    zkl_trust trust;
    zkl_error err = { 0 };
    read_false_proofs(t, &proofs);
    const zkl_bytes honest = zkl_buffer_bytes(&proofs.honest);
    REQUIRE_OK(t, &err,
               zkl_trust_toml_parse(&trust, &t->arena, zkl_buffer_bytes(&proofs.trust),
                                    "trust.toml", &err));
    service_joint_receipt right[3] = { { .receipt = honest },
                                       { .receipt = zkl_bytes_of(honest.data, honest.size - 1) },
                                       { .receipt = honest } };
    check_kept(t, right, 3, (const bool[]){ true, false, true }, &trust);
    service_joint_receipt wrong[3] = { { .receipt = honest },
                                       { .receipt = proofs.lies[0] },
                                       { .receipt = honest } };
    check_kept(t, wrong, 3, (const bool[]){ false, false, false }, &trust);
    false_proofs_clear(&proofs);
}

typedef struct told {
    uint64_t last, calls, most_calls;
} told;

static bool hear(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    told *all = opaque;
    const bool rises = done > all->last && done <= total && stage[0] == 'v';
    all->last = done;
    return rises && ++all->calls < all->most_calls;
}

/* It rises, and whoever ends it has no word of any receipt. */
static void test_verify_together__tells_how_far_it_is(zkl_test *t)
{
    false_proofs proofs;
    zkl_trust trust;
    zkl_error err = { 0 };
    read_false_proofs(t, &proofs);
    REQUIRE_OK(t, &err,
               zkl_trust_toml_parse(&trust, &t->arena, zkl_buffer_bytes(&proofs.trust),
                                    "trust.toml", &err));
    for (uint64_t most = 1; most <= 4; most++) { /* the third is the last */
        told all = { .last = 10, .most_calls = most };
        const zkl_env env = { .progress = { hear, &all } };
        const service_joint_progress progress = { &env, "verifying", 10, 13 };
        service_joint_receipt each[3];
        for (size_t i = 0; i < 3; i++)
            each[i] = (service_joint_receipt){ .receipt = zkl_buffer_bytes(&proofs.honest) };
        CHECK_STATUS(t, most == 4 ? ZKL_OK : ZKL_CANCELLED,
                     service_verify_together(each, 3, &trust, NULL, &progress, &err));
        CHECK_UINT_EQ(t, all.last, 10 + (most < 3 ? most : 3));
        for (size_t i = 0; i < 3; i++) {
            CHECK_UINT_EQ(t, each[i].is_valid, most == 4);
            service_joint_receipt_clear(&each[i]);
        }
    }
    false_proofs_clear(&proofs);
}

ZKL_TESTS(TEST(test_verify_folder__a_file_that_changes),
          TEST(test_verify_folder__each_has_its_own_verdict),
          TEST(test_verify_folder__false_proofs_among_right_ones),
          TEST(test_verify_together__keeps_what_is_valid_alone),
          TEST(test_verify_together__tells_how_far_it_is))
