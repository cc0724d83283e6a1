#include "base/library.h"

#include <string.h>

#include "testing.h"

typedef struct of_math {
    double (*floor)(double);
    double (*ceil)(double);
} of_math;

static unsigned begun;

static zkl_status begin_late(zkl_error *err)
{
    return begun++ == 0 ? zkl_no_memory(err, 7) : ZKL_OK;
}

static void test_library__finds_what_it_names(zkl_test *t)
{
    static const char *const names[] = { "floor", "ceil" };
    of_math found = { 0 };
    zkl_error err = { 0 };
    zkl_library library = { .file = "libm.so.6",
                            .names = names,
                            .functions = (void **)&found,
                            .function_count = ZKL_COUNT(names),
                            .lock = PTHREAD_MUTEX_INITIALIZER };
    REQUIRE_OK(t, &err, zkl_library_load(&library, &err));
    CHECK(t, found.floor(1.5) == 1 && found.ceil(1.5) == 2);
}

static void test_library__says_what_is_missing(zkl_test *t)
{
    static const char *const names[] = { "floor", "no_such_function_of_math" };
    of_math found = { 0 };
    zkl_error err = { 0 };
    zkl_library library = { .file = "libnot_there.so.99",
                            .names = names,
                            .functions = (void **)&found,
                            .function_count = ZKL_COUNT(names),
                            .lock = PTHREAD_MUTEX_INITIALIZER };
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED, zkl_library_load(&library, &err));
    CHECK(t, strstr(err.text, "libnot_there.so.99"));
    library.file = "libm.so.6"; /* as if it had been installed since */
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED, zkl_library_load(&library, &err));
    CHECK(t, strstr(err.text, "no_such_function_of_math"));
    library.function_count = 1;
    CHECK_STATUS(t, ZKL_OK, zkl_library_load(&library, &err));
}

static void test_library__begins_once_and_keeps_no_failure(zkl_test *t)
{
    static const char *const names[] = { "floor" };
    of_math found = { 0 };
    zkl_error err = { 0 };
    zkl_library library = { .file = "libm.so.6",
                            .names = names,
                            .functions = (void **)&found,
                            .function_count = ZKL_COUNT(names),
                            .begin = begin_late,
                            .lock = PTHREAD_MUTEX_INITIALIZER };
    begun = 0;
    CHECK_STATUS(t, ZKL_NO_MEMORY, zkl_library_load(&library, &err));
    for (int i = 0; i < 3; i++)
        CHECK_STATUS(t, ZKL_OK, zkl_library_load(&library, &err));
    CHECK_UINT_EQ(t, begun, 2);
}

ZKL_TESTS(TEST(test_library__finds_what_it_names), TEST(test_library__says_what_is_missing),
          TEST(test_library__begins_once_and_keeps_no_failure))
