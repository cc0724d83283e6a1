/* Powers for commitments as a file: what another program (py_ecc) wrote is read, what is no powers
 * is refused. */
#include "setup/powers_file.h"

#include "base/file.h"
#include "setup/powers.h"
#include "testing.h"

/* fuzz/corpus/powers: six powers of tau = 0x1234567 by py_ecc, and what becomes of them; each but
 * `hash` with its hash. */
static zkl_bytes corpus(zkl_test *t, const char *name)
{
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    CHECK_STATUS(t, ZKL_OK,
                 zkl_file_read(&file,
                               zkl_arena_format(&t->arena, "%s/fuzz/corpus/powers/%s",
                                                ZKL_TEST_SOURCE_DIR, name),
                               1u << 20, &err));
    return zkl_bytes_of(zkl_arena_copy(&t->arena, file.data, file.size), file.size);
}

static void test_powers_file__reads_what_another_program_wrote(zkl_test *t)
{
    const zkl_env env = test_env(t);
    const zkl_bytes file = corpus(t, "valid");
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_error err = { 0 };
    zkl_srs srs;
    REQUIRE_OK(t, &err, zkl_powers_file_parse(&srs, &t->arena, file, &env, &err));
    REQUIRE(t, srs.power_count == 6);
    zkl_fr power = ZKL_FR_ONE, tau;
    zkl_fr_from_u64(&tau, 0x1234567);
    for (size_t i = 0; i < 6; i++) {
        zkl_g1 want;
        zkl_g1_affine point;
        zkl_g1_mul(&want, &zkl_g1_generator, &power);
        zkl_g1_normalize(&point, &want);
        CHECK_MEM_EQ(t, &srs.powers[i], &point, sizeof point);
        zkl_fr_mul(&power, &power, &tau);
    }
    REQUIRE_OK(t, &err, zkl_powers_file_encode(&again, &srs, &err));
    REQUIRE(t, again.size == file.size);
    CHECK_MEM_EQ(t, again.data, file.data, file.size);
    REQUIRE_OK(t, &err, zkl_powers_file_parse(&srs, &t->arena, corpus(t, "two"), &env, &err));
}

static void test_powers_file__refuses_what_is_none(zkl_test *t)
{
    static const struct {
        const char *name;
        zkl_status want;
        const char *said;
    } cases[] = {
        { "empty", ZKL_BAD_INPUT, "cut off" },
        { "short", ZKL_BAD_INPUT, "cut off" },
        { "cut", ZKL_BAD_INPUT, "powers" },
        { "longer", ZKL_BAD_INPUT, "powers file" },
        { "hash", ZKL_BAD_INPUT, "trailing hash" },
        { "magic", ZKL_BAD_INPUT, "version 1" },
        { "version", ZKL_BAD_INPUT, "version 1" },
        { "count-less", ZKL_BAD_INPUT, "powers file" },
        { "count-more", ZKL_BAD_INPUT, "number of powers" },
        { "count-lie", ZKL_BAD_INPUT, "number of powers" },
        { "count-one", ZKL_BAD_INPUT, "at least 2" },
        { "step", ZKL_REJECTED, "not powers of one tau" },
        { "last", ZKL_REJECTED, "not powers of one tau" },
        { "swapped", ZKL_REJECTED, "not powers of one tau" },
        { "start", ZKL_REJECTED, "begin with 1 and tau" },
        { "other-tau", ZKL_REJECTED, "begin with 1 and tau" },
        { "tau-one", ZKL_REJECTED, "tau is 1" },
        { "torsion", ZKL_BAD_INPUT, "5" },
        { "infinity", ZKL_BAD_INPUT, "5" },
        { "uncompressed", ZKL_BAD_INPUT, "5" },
        { "not-reduced", ZKL_BAD_INPUT, "5" },
        { "off-curve", ZKL_BAD_INPUT, "5" },
    };
    const zkl_env env = test_env(t);
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_srs srs = { 0 };
        zkl_error err = { 0 };
        CHECK_STATUS(t, cases[i].want,
                     zkl_powers_file_parse(&srs, &t->arena, corpus(t, cases[i].name), &env, &err));
        if (!strstr(err.text, cases[i].said) || srs.powers)
            FAIL(t, "%s: '%s'", cases[i].name, err.text);
    }
}

static void test_powers_file__refuses_each_changed_byte(zkl_test *t)
{
    const zkl_env env = test_env(t);
    const zkl_bytes file = corpus(t, "valid");
    uint8_t *bytes = zkl_arena_copy(&t->arena, file.data, file.size);
    for (size_t i = 0; i < file.size; i++) {
        zkl_srs srs;
        bytes[i] ^= (uint8_t)(1u << i % 8);
        if (zkl_powers_file_parse(&srs, &t->arena, zkl_bytes_of(bytes, file.size), &env, NULL) ==
            ZKL_OK)
            FAIL(t, "changed byte %zu is accepted", i);
        bytes[i] ^= (uint8_t)(1u << i % 8);
    }
}

static void test_powers_file__reports_lack_of_memory(zkl_test *t)
{
    const zkl_env env = { .random = test_env(t).random };
    const zkl_bytes file = corpus(t, "valid");
    zkl_status status = ZKL_NO_MEMORY;
    for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 1000; nth++) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
        zkl_srs srs;
        (void)zkl_malloc_fail_after(nth);
        status = zkl_powers_file_parse(&srs, &arena, file, &env, NULL);
        if (status == ZKL_OK)
            status = zkl_powers_file_encode(&again, &srs, NULL);
        (void)zkl_malloc_fail_after(0);
    }
    CHECK_STATUS(t, ZKL_OK, status);
}

ZKL_TESTS(TEST(test_powers_file__reads_what_another_program_wrote),
          TEST(test_powers_file__refuses_what_is_none),
          TEST(test_powers_file__refuses_each_changed_byte),
          TEST(test_powers_file__reports_lack_of_memory))
