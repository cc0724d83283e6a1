/* The descriptors that are served: every operation has its method, and reflection finds all of
 * them. */
#include "grpc/types.h"

#include <ctype.h>
#include <string.h>

#include "api/operation.h"
#include "grpc/health.h"
#include "grpc/reflection.h"
#include "grpc/served.h"
#include "testing.h"

static zkl_bytes served(void)
{
    return zkl_bytes_of(grpc_served_set, grpc_served_set_size);
}

/* "keys-show" in the path of its method. */
static const char *path_of(zkl_test *t, const char *operation)
{
    char *const out = zkl_arena_format(&t->arena, "/zkl.v1.Ledger/%s", operation), *to = out + 15;
    bool begins = true;
    for (const char *from = operation; *from; from++) {
        const bool is_letter = isalnum((unsigned char)*from);
        if (is_letter)
            *to++ = begins ? (char)toupper(*from) : *from;
        begins = !is_letter;
    }
    *to = 0;
    return out;
}

static void test_types__every_operation_has_its_method(zkl_test *t)
{
    grpc_types *types = NULL;
    zkl_error err = { 0 };
    const api_operation *row;
    REQUIRE_OK(t, &err, grpc_types_new(&types, served(), &err));
    for (size_t i = 0; (row = api_at(i)) != NULL; i++) {
        const char *const path = path_of(t, row->name);
        const grpc_method *const m = grpc_types_method(types, zkl_bytes_of_text(path));
        if (!m)
            FAIL(t, "there is no %s", path);
        else
            CHECK(t, m->streams_out == row->is_long && !m->streams_in);
    }
    static const char *const none[] = { "",
                                        "/",
                                        "/zkl.v1.Ledger",
                                        "/zkl.v1.Ledger/",
                                        "zkl.v1.Ledger/Show",
                                        "/zkl.v1.Ledger/show",
                                        "/zkl.v1.Ledger/Show/",
                                        "/zkl.v1.Ledger/Sho",
                                        "/zkl.v1.Ledge/Show",
                                        "//zkl.v1.Ledger/Show" };
    for (size_t i = 0; i < ZKL_COUNT(none); i++)
        CHECK(t, !grpc_types_method(types, zkl_bytes_of_text(none[i])));
    grpc_types_free(types);
}

/* Cut off or changed, a set is refused or is another one: nothing is read beyond it. */
static void test_types__broken_sets(zkl_test *t)
{
    for (size_t i = 0; i < 200; i++) {
        grpc_types *types = NULL;
        zkl_error err = { 0 };
        const size_t size = (size_t)test_random_below(t, grpc_served_set_size);
        uint8_t *const copy = zkl_arena_copy(&t->arena, grpc_served_set, 4096);
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     grpc_types_new(&types, zkl_bytes_of(grpc_served_set, size ? size : 1), &err));
        copy[test_random_below(t, 4096)] ^= (uint8_t)(1 + test_random_below(t, 255));
        if (grpc_types_new(&types, zkl_bytes_of(copy, 4096), &err) == ZKL_OK)
            grpc_types_free(types);
    }
}

static void test_types__files_of_symbols(zkl_test *t)
{
    grpc_types *types = NULL;
    zkl_error err = { 0 };
    zkl_bytes files[GRPC_FILES_MAX];
    REQUIRE_OK(t, &err, grpc_types_new(&types, served(), &err));
    static const char *const symbols[] = {
        "zkl.v1.Ledger",
        "zkl.v1.Ledger.Show",
        "zkl.v1.Operation.File",
        "zkl.v1.Operation.id",
    };
    for (size_t i = 0; i < ZKL_COUNT(symbols); i++) /* and the file of Any, which it imports */
        CHECK_UINT_EQ(t, grpc_types_files_with(files, types, symbols[i]), 2);
    CHECK_UINT_EQ(t, grpc_types_files_with(files, types, "google.protobuf.Any"), 1);
    CHECK_UINT_EQ(
        t, grpc_types_files_with(files, types, "grpc.health.v1.HealthCheckResponse.ServingStatus"),
        1);
    CHECK_UINT_EQ(t, grpc_types_files_named(files, types, "zkl/v1/zkl.proto"), 2);
    static const char *const none[] = { "",
                                        ".",
                                        "zkl",
                                        "zkl.v1",
                                        "zkl.v1.Ledger.Sho",
                                        "zkl.v1.Ledger.Show.x",
                                        "zkl.v1.LedgerX",
                                        "Ledger" };
    for (size_t i = 0; i < ZKL_COUNT(none); i++)
        CHECK_UINT_EQ(t, grpc_types_files_with(files, types, none[i]), 0);
    CHECK_UINT_EQ(t, grpc_types_files_named(files, types, "/etc/passwd"), 0);
    grpc_types_free(types);
}

static bool answer_has(zkl_test *t, const grpc_types *types, const char *hex, const char *text)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    if (grpc_reflect(&out, types, test_hex(t, hex), NULL) != ZKL_OK)
        return false;
    return memmem(out.data, out.size, text, strlen(text)) != NULL;
}

static void test_types__reflection(zkl_test *t)
{
    grpc_types *types = NULL;
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    REQUIRE_OK(t, &err, grpc_types_new(&types, served(), &err));
    CHECK(t, answer_has(t, types, "3a00", "zkl.v1.Datasets")); /* list_services */
    CHECK(t, answer_has(t, types, "3a00", "grpc.health.v1.Health"));
    CHECK(t, answer_has(t, types, "1a107a6b6c2f76312f7a6b6c2e70726f746f", "NotarizeRequest"));
    CHECK(t, answer_has(t, types, "220d7a6b6c2e76312e4c6564676572", "NotarizeRequest"));
    CHECK(t, answer_has(t, types, "220161", "there is no such thing"));
    CHECK(t, answer_has(t, types, "", "there is no such thing"));
    CHECK_STATUS(t, ZKL_BAD_INPUT, grpc_reflect(&out, types, test_hex(t, "3a05"), &err));
    grpc_types_free(types);
}

static void test_types__health(zkl_test *t)
{
    char name[8];
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    CHECK(t, grpc_health_asked(name, sizeof name, test_hex(t, "")) && !*name);
    CHECK(t, grpc_health_asked(name, sizeof name, test_hex(t, "0a0178")) && strcmp(name, "x") == 0);
    CHECK(t, !grpc_health_asked(name, sizeof name, test_hex(t, "0a086162636465666768")));
    CHECK(t, !grpc_health_asked(name, sizeof name, test_hex(t, "0a05")));
    grpc_put_health(&out, GRPC_SERVING);
    CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&out), test_hex(t, "0801")));
}

ZKL_TESTS(TEST(test_types__every_operation_has_its_method), TEST(test_types__broken_sets),
          TEST(test_types__files_of_symbols), TEST(test_types__reflection),
          TEST(test_types__health))
