/* Messages as JSON and back: what is taken, and what is refused. */
#include "grpc/codec.h"

#include <string.h>

#include "grpc/served.h"
#include "grpc/wire.h"
#include "testing.h"

static grpc_types *types_of(zkl_test *t)
{
    grpc_types *types = NULL;
    zkl_error err = { 0 };
    const zkl_bytes set = zkl_bytes_of(grpc_served_set, grpc_served_set_size);
    if (grpc_types_new(&types, set, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return types;
}

/* hex as `name`; the JSON it is, compact, or the error's text. */
static const char *decoded(zkl_test *t, const char *name, const char *hex)
{
    grpc_types *const types = types_of(t);
    zkl_error err = { 0 };
    json_t *json = NULL;
    const grpc_message *const type = grpc_types_message(types, name);
    const char *out = "no such message";
    if (type && grpc_decode(&json, type, test_hex(t, hex), &err) == ZKL_OK) {
        char *const text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
        out = zkl_arena_text(&t->arena, text, strlen(text));
        free(text);
    } else if (type) {
        out = zkl_arena_text(&t->arena, err.text, strlen(err.text));
    }
    json_decref(json);
    grpc_types_free(types);
    return out;
}

#define UPLOAD "zkl.v1.UploadDatasetRequest"
#define LIST "zkl.v1.ListFilesRequest"
#define OPERATION "zkl.v1.Operation"

static void test_codec__reads(zkl_test *t)
{
    CHECK_TEXT_EQ(t, decoded(t, UPLOAD, ""), "{}");
    CHECK_TEXT_EQ(t, decoded(t, UPLOAD, "0a01611a01621a01632202ff00"),
                  "{\"claims\":[\"b\",\"c\"],\"data\":\"/wA=\",\"name\":\"a\"}");
    CHECK_TEXT_EQ(t, decoded(t, UPLOAD, "0a01610a0162"), "{\"name\":\"b\"}"); /* the last one */
    CHECK_TEXT_EQ(t, decoded(t, UPLOAD, "0a00"), "{\"name\":\"\"}");
    CHECK_TEXT_EQ(t, decoded(t, LIST, "08ffffffff0f"), "{\"limit\":4294967295}");
    CHECK_TEXT_EQ(t, decoded(t, LIST, "0880808080808080808000"), "{\"limit\":0}"); /* long for 0 */
    CHECK_TEXT_EQ(t, decoded(t, OPERATION, "28ffffffffffffffff7f"),
                  "{\"done\":9223372036854775807}");
    CHECK_TEXT_EQ(t, decoded(t, OPERATION, "52030a0278"), "'name' is cut off");
    CHECK_TEXT_EQ(t, decoded(t, OPERATION, "52030a017852021005"),
                  "{\"files\":[{\"name\":\"x\"},{\"size\":5}]}");
}

/* A message that comes twice is one; a list's numbers come one by one and packed. */
static void test_codec__merges(zkl_test *t)
{
    grpc_types *const types = types_of(t);
    const grpc_message *const type = grpc_types_message(types, "zkl.v1.NotarizeRequest");
    REQUIRE(t, type);
    json_t *json = NULL, *again = NULL;
    zkl_error err = { 0 };
    json_t *const one = json_pack("{s:{s:s}}", "reading", "delimiter", ";");
    json_t *const two = json_pack("{s:{s:s}}", "reading", "encoding", "latin-1");
    ZKL_AUTO_CLEAR(zkl_buffer) both = { 0 };
    REQUIRE_OK(t, &err, grpc_encode(&both, type, one, &err));
    REQUIRE_OK(t, &err, grpc_encode(&both, type, two, &err));
    REQUIRE_OK(t, &err, grpc_decode(&json, type, zkl_buffer_bytes(&both), &err));
    json_t *const want =
        json_pack("{s:{s:s, s:s}}", "reading", "delimiter", ";", "encoding", "latin-1");
    CHECK(t, json_equal(json, want));
    const grpc_message *const result = grpc_types_message(types, "zkl.v1.NotarizeResult");
    const grpc_member *rows = NULL;
    for (size_t i = 0; result && i < result->count; i++)
        if (strcmp(result->members[i].name, "file_rows") == 0)
            rows = &result->members[i];
    REQUIRE(t, rows && rows->is_repeated);
    ZKL_AUTO_CLEAR(zkl_buffer) list = { 0 };
    grpc_put_bytes(&list, rows->number, zkl_bytes_of("\x01\xac\x02", 3));
    grpc_put_tag(&list, rows->number, GRPC_WIRE_VARINT);
    grpc_put_varint(&list, 7);
    REQUIRE_OK(t, &err, grpc_decode(&again, result, zkl_buffer_bytes(&list), &err));
    json_t *const numbers = json_pack("{s:[i, i, i]}", "file_rows", 1, 300, 7);
    CHECK(t, json_equal(again, numbers));
    json_decref(one);
    json_decref(two);
    json_decref(want);
    json_decref(json);
    json_decref(again);
    json_decref(numbers);
    grpc_types_free(types);
}

static void test_codec__refuses(zkl_test *t)
{
    static const struct {
        const char *type, *hex, *why;
    } bad[] = {
        { UPLOAD, "0a0561", "'name' is cut off" },
        { UPLOAD, "0a", "'name' is cut off" },
        { UPLOAD, "0affffffffffffffffff01", "'name' is cut off" },
        { UPLOAD, "0a03eda080", "'name' is no text in UTF-8" }, /* a surrogate */
        { UPLOAD, "0a02c0af", "'name' is no text in UTF-8" },   /* an overlong form */
        { UPLOAD, "0a03610062", "'name' is no text in UTF-8" }, /* a NUL */
        { UPLOAD, "0801", "'name' is of another type" },
        { LIST, "0a0101", "'limit' is of another type" }, /* packed is of lists */
        { LIST, "088080808010", "'limit' is more than 32 bits" },
        { LIST, "08ffffffffffffffffff02", "'limit' is cut off, or no number" },
        { LIST, "0880808080808080808080", "'limit' is cut off, or no number" },
        { OPERATION, "2880808080808080808001", "'done' is more than 2^63 - 1" },
        { LIST, "00", "the message 'zkl.v1.ListFilesRequest' is cut off, or none" }, /* number 0 */
        { LIST, "0b0c", "the message 'zkl.v1.ListFilesRequest' is cut off, or none" }, /* a group */
        { LIST, "9b069c06", "the message 'zkl.v1.ListFilesRequest' is cut off, or none" },
        { LIST, "9e06", "the message 'zkl.v1.ListFilesRequest' is cut off, or none" },
        { LIST, "9a0605", "the message 'zkl.v1.ListFilesRequest' is cut off, or none" },
        { LIST, "808080808001", "the message 'zkl.v1.ListFilesRequest' is cut off, or none" },
    };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++)
        CHECK_TEXT_EQ(t, decoded(t, bad[i].type, bad[i].hex), bad[i].why);
}

/* What a later version may send. */
static void test_codec__passes_over_what_it_does_not_have(zkl_test *t)
{
    CHECK_TEXT_EQ(t, decoded(t, LIST, "9006ff010805"), "{\"limit\":5}");
    CHECK_TEXT_EQ(t, decoded(t, LIST, "910601020304050607080805"), "{\"limit\":5}");
    CHECK_TEXT_EQ(t, decoded(t, LIST, "9206030000000805"), "{\"limit\":5}");
    CHECK_TEXT_EQ(t, decoded(t, LIST, "9506010203040805"), "{\"limit\":5}");
    CHECK_TEXT_EQ(t, decoded(t, OPERATION, "5a0212342805"), "{\"done\":5}"); /* an Any */
}

/* Every member of every message, by every wire type that is not its own. */
static void test_codec__other_wire_types_of_every_member(zkl_test *t)
{
    static const grpc_wire_type wires[] = { GRPC_WIRE_VARINT, GRPC_WIRE_8, GRPC_WIRE_BYTES,
                                            GRPC_WIRE_4 };
    static const uint8_t zeros[9] = { 0 };
    grpc_types *const types = types_of(t);
    const grpc_method *m;
    size_t refused = 0;
    for (size_t at = 0; (m = grpc_types_method_at(types, at)) != NULL; at++)
        for (size_t i = 0; i < m->takes->count; i++)
            for (size_t k = 0; k < ZKL_COUNT(wires); k++) {
                const grpc_member *const member = &m->takes->members[i];
                const bool is_bytes = member->kind >= GRPC_TEXT;
                const grpc_wire_type own = member->kind == GRPC_DOUBLE ? GRPC_WIRE_8
                                           : is_bytes                  ? GRPC_WIRE_BYTES
                                                                       : GRPC_WIRE_VARINT;
                ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
                json_t *json = NULL;
                if (wires[k] == own || (member->is_repeated && wires[k] == GRPC_WIRE_BYTES))
                    continue;
                grpc_put_tag(&message, member->number, wires[k]);
                zkl_buffer_put(&message, zeros, sizeof zeros);
                CHECK_STATUS(t, ZKL_BAD_INPUT,
                             grpc_decode(&json, m->takes, zkl_buffer_bytes(&message), NULL));
                refused++;
            }
    CHECK(t, refused > 300);
    grpc_types_free(types);
}

/* Few bytes do not become much memory. */
static void test_codec__counts_what_comes(zkl_test *t)
{
    grpc_types *const types = types_of(t);
    const grpc_message *const type = grpc_types_message(types, UPLOAD);
    ZKL_AUTO_CLEAR(zkl_buffer) many = { 0 };
    json_t *json = NULL;
    for (size_t i = 0; i <= GRPC_ELEMENTS_MAX; i++)
        zkl_buffer_put(&many, "\x1a\x00", 2);
    CHECK_STATUS(t, ZKL_LIMIT, grpc_decode(&json, type, zkl_buffer_bytes(&many), NULL));
    grpc_types_free(types);
}

static void test_codec__writes(zkl_test *t)
{
    grpc_types *const types = types_of(t);
    const grpc_message *const type = grpc_types_message(types, OPERATION);
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    json_t *const json = json_pack("{s:s, s:i, s:n, s:[{s:s}], s:s, s:{}}", "id", "a", "done", 300,
                                   "status", "files", "name", "x", "unknown", "y", "answer");
    REQUIRE_OK(t, &err, grpc_encode(&out, type, json, &err));
    const zkl_bytes want = test_hex(t, "0a016128ac0252030a0178");
    CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&out), want));
    static const char *const bad[] = { "{\"id\": 1}",     "{\"done\": -1}",   "{\"done\": \"1\"}",
                                       "{\"files\": {}}", "{\"files\": [1]}", "[]" };
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        json_t *const other = json_loads(bad[i], 0, NULL);
        CHECK_STATUS(t, ZKL_BAD_INPUT, grpc_encode(&out, type, other, NULL));
        json_decref(other);
    }
    json_decref(json);
    grpc_types_free(types);
}

ZKL_TESTS(TEST(test_codec__reads), TEST(test_codec__merges), TEST(test_codec__refuses),
          TEST(test_codec__passes_over_what_it_does_not_have),
          TEST(test_codec__other_wire_types_of_every_member), TEST(test_codec__counts_what_comes),
          TEST(test_codec__writes))
