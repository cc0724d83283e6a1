/* Memory for secrets: what the kernel says of its pages, and what a core dump of an aborted process
 * holds. */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "testing.h"

#define PATTERN_BYTES 64

/* The flags of the mapping that holds the address: "rd wr mr mw me lo ac dd". */
static bool find_flags(char out[static 256], const void *address)
{
    char line[512];
    bool inside = false, found = false;
    FILE *file = fopen("/proc/self/smaps", "re");
    while (file && !found && fgets(line, sizeof line, file)) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            inside = (uintptr_t)address >= from && (uintptr_t)address < to;
        else if (inside && strncmp(line, "VmFlags:", 8) == 0)
            found = snprintf(out, 256, "%.250s", line + 8) > 0;
    }
    if (file)
        fclose(file);
    return found;
}

static void test_secret__is_kept_out_of_dumps(zkl_test *t)
{
    static const size_t sizes[] = { 0, 1, 32, 4096, 70000, (size_t)3 << 20 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        char flags[256] = "";
        uint8_t *secret = zkl_secret_new(sizes[i]);
        REQUIRE(t, secret != NULL);
        CHECK_UINT_EQ(t, (uintptr_t)secret % 64, 0);
        for (size_t at = 0; at < sizes[i]; at++)
            if (secret[at])
                FAIL(t, "not zeroed at %zu", at);
        if (find_flags(flags, secret))
            CHECK(t, strstr(flags, " dd") != NULL);
        zkl_secret_free(secret);
    }
    zkl_secret_free(NULL);
    CHECK(t, zkl_secret_new(SIZE_MAX) == NULL);
}

/* The sanitizers' own mlock does nothing. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LOCKS_MEMORY false
#elif defined(__has_feature)
#define LOCKS_MEMORY                                                                               \
    (!__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) &&                      \
     !__has_feature(memory_sanitizer))
#else
#define LOCKS_MEMORY true
#endif

/* In a child, whose limits may change. 0: as wanted; 2: it cannot be told. */
static int look_at_locking(bool permitted)
{
    char flags[256] = "";
    const struct rlimit limit =
        permitted ? (struct rlimit){ 1 << 20, 1 << 20 } : (struct rlimit){ 0, 0 };
    if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 || (geteuid() == 0 && setuid(65534) != 0))
        return 2;
    uint8_t *secret = zkl_secret_new(32);
    if (!secret)
        return 1;
    secret[0] = 1;
    if (!LOCKS_MEMORY || !find_flags(flags, secret))
        return 2;
    return (strstr(flags, " lo") != NULL) == permitted ? 0 : 1;
}

/* Locked where that is permitted; without a failure where it is not. */
static void test_secret__is_locked_when_permitted(zkl_test *t)
{
    for (int permitted = 0; permitted < 2; permitted++) {
        int status = 0;
        const pid_t child = fork();
        if (child == 0)
            _exit(look_at_locking(permitted));
        REQUIRE(t, waitpid(child, &status, 0) == child && WIFEXITED(status));
        if (WEXITSTATUS(status) == 2)
            printf("cannot be told here\n");
        else
            CHECK_UINT_EQ(t, WEXITSTATUS(status), 0);
    }
}

/* Every byte differs from what stands in this program. */
static void fill(uint8_t *out, uint8_t seed)
{
    for (size_t i = 0; i < PATTERN_BYTES; i++)
        out[i] = (uint8_t)(seed ^ (i * 37));
}

static void abort_with_secrets(const char *folder)
{
    uint8_t *secret = zkl_secret_new(PATTERN_BYTES), *plain = zkl_malloc(PATTERN_BYTES, 1);
    zkl_arena arena = { .is_secret = true };
    uint8_t *second = zkl_arena_alloc(&arena, PATTERN_BYTES, 1);
    if (!secret || !plain || !second || chdir(folder) != 0)
        _exit(1);
    fill(secret, 0x5a);
    fill(second, 0xa7);
    fill(plain, 0x33);
    abort();
}

/* The one file in the folder that a core dump left; false when the system puts them elsewhere. */
static bool read_core(zkl_buffer *out, const char *folder, pid_t child)
{
    char path[512];
    zkl_error err = { 0 };
    snprintf(path, sizeof path, "%s/core", folder);
    if (access(path, R_OK) != 0)
        snprintf(path, sizeof path, "%s/core.%ld", folder, (long)child);
    return access(path, R_OK) == 0 && zkl_file_read(out, path, (size_t)1 << 30, &err) == ZKL_OK;
}

static bool holds(const zkl_buffer *core, uint8_t seed)
{
    uint8_t pattern[PATTERN_BYTES];
    fill(pattern, seed);
    return memmem(core->data, core->size, pattern, sizeof pattern) != NULL;
}

static void test_secret__is_in_no_core_file(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) core = { 0 };
    const char *folder = test_folder(t);
    int status = 0;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
        (void)setrlimit(RLIMIT_CORE, &all); /* without it there is no core to look at */
        abort_with_secrets(folder);
    }
    REQUIRE(t, waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    if (!read_core(&core, folder, child)) {
        printf("this system leaves no core file to look at\n");
        return;
    }
    CHECK(t, holds(&core, 0x33)); /* what is no secret is there: the search works */
    CHECK(t, !holds(&core, 0x5a));
    CHECK(t, !holds(&core, 0xa7));
}

ZKL_TESTS(TEST(test_secret__is_kept_out_of_dumps), TEST(test_secret__is_locked_when_permitted),
          TEST(test_secret__is_in_no_core_file))
