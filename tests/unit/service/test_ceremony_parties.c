/* Parties of a ceremony are counted by their keys: what one person made in two steps is known to
 * one person, whatever the number of contributions. */
#include "service/ceremony.h"
#include "service_testing.h"

/* Invites, contributes and takes, with a key of that name. */
static void contribute(zkl_test *t, const char *folder, const char *key, size_t number)
{
    char name[32];
    zkl_error err = { 0 };
    zkl_ceremony_result done[3] = { 0 };
    snprintf(name, sizeof name, "reply-%zu", number);
    const char *const reply = service_path(t, folder, name);
    const char *const ceremony = service_path(t, folder, "ours");
    snprintf(name, sizeof name, "invite-%zu.zklceremony", number);
    const zkl_setup_contribute_request request = { .file = service_path(t, ceremony, name),
                                                   .output = reply,
                                                   .name = key,
                                                   .key = service_path(t, folder, key),
                                                   .entropy = { 0 } };
    REQUIRE_OK(t, &err, zkl_setup_invite(&done[0], ceremony, NULL, NULL, NULL, &err));
    REQUIRE_OK(t, &err, zkl_setup_contribute(&done[1], &request, NULL, &err));
    REQUIRE_OK(t, &err, zkl_setup_take(&done[2], ceremony, &reply, 1, NULL, &err));
    for (size_t i = 0; i < ZKL_COUNT(done); i++)
        zkl_arena_clear(&done[i].memory);
}

/* Two contributions by these. */
static void check_development(zkl_test *t, const char *first, const char *second, bool wanted)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_error err = { 0 };
    zkl_ceremony_result made = { 0 };
    zkl_joint c;
    const zkl_env env = { 0 };
    const char *const folder = test_folder(t); /* a new one */
    const char *const ceremony = service_path(t, folder, "ours");
    const zkl_setup_new_request request = { .folder = ceremony, .name = "few", .power = 4 };
    REQUIRE_OK(t, &err, zkl_setup_new(&made, &request, NULL, &err));
    zkl_arena_clear(&made.memory);
    contribute(t, folder, first, 1);
    contribute(t, folder, second, 2);
    const char *const file = service_path(t, ceremony, "ceremony.zklceremony");
    REQUIRE_OK(t, &err, zkl_file_read(&bytes, file, (size_t)1 << 20, &err));
    REQUIRE_OK(t, &err,
               service_ceremony_check(&c, NULL, zkl_buffer_bytes(&bytes), &arena, &env, &err));
    CHECK(t, c.powers.powers.development == wanted);
}

static void test_ceremony_parties__are_counted_by_their_keys(zkl_test *t)
{
    check_development(t, "alice", "alice", true);
    check_development(t, "alice", "bob", false);
}

ZKL_TESTS(TEST(test_ceremony_parties__are_counted_by_their_keys))
