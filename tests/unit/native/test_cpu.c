/* The path that ZKL_NATIVE names. It is read once, so each value is tried in a process of its
 * own. */
#include "native/cpu.h"

#include <sys/wait.h>
#include <unistd.h>

#include <zkl/env.h>

#include "testing.h"

/* What a process sees under ZKL_NATIVE=value; NULL: unset. */
typedef struct sight {
    zkl_status status;
    uint32_t features;
    char path[32], text[sizeof(((zkl_error *)0)->text)];
} sight;

static void look(sight *out)
{
    zkl_error err = { 0 };
    *out = (sight){ .status = zkl_native_check(&err), .features = zkl_cpu_features() };
    snprintf(out->path, sizeof out->path, "%s", zkl_native_path());
    snprintf(out->text, sizeof out->text, "%s", err.text);
}

static sight look_under(zkl_test *t, const char *value)
{
    int ends[2], status = 0;
    sight seen = { 0 };
    if (pipe(ends) != 0) {
        FAIL(t, "no pipe");
        return seen;
    }
    const pid_t child = fork();
    if (child == 0) {
        if (value)
            setenv("ZKL_NATIVE", value, 1);
        else
            unsetenv("ZKL_NATIVE");
        look(&seen);
        _exit(write(ends[1], &seen, sizeof seen) != sizeof seen);
    }
    close(ends[1]);
    CHECK(t, child > 0 && read(ends[0], &seen, sizeof seen) == sizeof seen);
    CHECK(t, child > 0 && waitpid(child, &status, 0) == child && status == 0);
    close(ends[0]);
    return seen;
}

/* A path that this processor has leaves what it says, and nothing else; another is refused. */
static void test_cpu__paths_leave_what_they_say(zkl_test *t)
{
    static const struct {
        const char *name;
        uint32_t needed, left_out;
    } paths[] = { { "portable", 0, ~0u },
                  { "neon", ZKL_CPU_NEON, 0 },
                  { "avx2", ZKL_CPU_AVX2, ZKL_CPU_AVX512 | ZKL_CPU_AVX512_IFMA },
                  { "avx512ifma", ZKL_CPU_AVX512_IFMA, 0 } };
    const sight all = look_under(t, NULL);
    CHECK_UINT_EQ(t, all.status, ZKL_OK);
    for (size_t i = 0; i < ZKL_COUNT(paths); i++) {
        const sight seen = look_under(t, paths[i].name);
        if ((all.features & paths[i].needed) != paths[i].needed) {
            CHECK_UINT_EQ(t, seen.status, ZKL_USAGE);
            CHECK(t, strstr(seen.text, "cannot run") != NULL);
            CHECK_UINT_EQ(t, seen.features, 0);
            continue;
        }
        CHECK_UINT_EQ(t, seen.status, ZKL_OK);
        CHECK_UINT_EQ(t, seen.features, all.features & ~paths[i].left_out);
        CHECK(t, strcmp(seen.path, paths[i].name) == 0);
    }
}

static void test_cpu__unset_and_empty_are_all_there_is(zkl_test *t)
{
    const sight unset = look_under(t, NULL), empty = look_under(t, "");
    CHECK_UINT_EQ(t, empty.status, ZKL_OK);
    CHECK_UINT_EQ(t, empty.features, unset.features);
    CHECK(t, strcmp(empty.path, unset.path) == 0);
}

/* Whoever does not ask gets the code that runs everywhere. */
static void test_cpu__other_names_are_refused(zkl_test *t)
{
    static const char *const names[] = { "avx", "AVX2", "portable ", "avx512", "ifma", "0" };
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        const sight seen = look_under(t, names[i]);
        CHECK_UINT_EQ(t, seen.status, ZKL_USAGE);
        CHECK(t, strstr(seen.text, "it takes") != NULL);
        CHECK_UINT_EQ(t, seen.features, 0);
        CHECK(t, strcmp(seen.path, "portable") == 0);
    }
}

ZKL_TESTS(TEST(test_cpu__paths_leave_what_they_say),
          TEST(test_cpu__unset_and_empty_are_all_there_is), TEST(test_cpu__other_names_are_refused))
