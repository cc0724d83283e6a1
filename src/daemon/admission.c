/* Estimates by the peaks that bench/RESULTS.md has: 532 to 768 MiB for a notarisation with any
 * claim, 4,000,000 rows or 10,000 columns, since memory is bounded by what is in flight; 1.5 GiB
 * for proofs of 1,024 leaf blocks. A service keeps powers and circuit keys for all, so a second
 * proof needs less: that is the reserve. */
#include "daemon/admission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

#define MIB ((uint64_t)1 << 20)
#define PROOF_MIN (256 * MIB)        /* of a table of a few rows */
#define PROOF_MAX (768 * MIB)        /* of any table, with leaf blocks as usual */
#define PROOF_LARGE_MAX (1536 * MIB) /* with up to 1,024 of them */
#define LEAF_BLOCKS_USUAL 256
#define SETUP (1024 * MIB)
#define WALK (256 * MIB) /* what reads a whole log */
#define OTHER (64 * MIB)
#define DEFAULT_MIN (1024 * MIB)

typedef enum need {
    NEED_PROOF,
    NEED_SETUP,
    NEED_WALK,
    NEED_OTHER,
} need;

/* What is not here is NEED_OTHER. */
static const struct {
    const char *operation;
    need need;
} needs[] = {
    { "notarize", NEED_PROOF },
    { "watch", NEED_PROOF },
    { "prove", NEED_PROOF },
    { "transform", NEED_PROOF },
    { "pipeline", NEED_PROOF },
    { "split", NEED_PROOF },
    { "disclose", NEED_PROOF },
    { "verify", NEED_WALK },
    { "verify-folder", NEED_WALK },
    { "verify-chain", NEED_WALK },
    { "verify-lineage", NEED_WALK },
    { "audit", NEED_WALK },
    { "export", NEED_WALK },
    { "setup-make", NEED_SETUP },
    { "setup-import", NEED_SETUP },
    { "setup-new", NEED_SETUP },
    { "setup-contribute", NEED_SETUP },
    { "setup-take", NEED_SETUP },
    { "setup-beacon", NEED_SETUP },
    { "setup-next", NEED_SETUP },
    { "setup-finish", NEED_SETUP },
    { "setup-verify", NEED_SETUP },
};

const char *daemon_admission_name(size_t at)
{
    return at < ZKL_COUNT(needs) ? needs[at].operation : NULL;
}

static need need_of(const char *operation)
{
    for (size_t i = 0; i < ZKL_COUNT(needs); i++)
        if (strcmp(needs[i].operation, operation) == 0)
            return needs[i].need;
    return NEED_OTHER;
}

static uint64_t at_most(uint64_t value, uint64_t max)
{
    return value < max ? value : max;
}

/* A table of which nothing is known may be any. */
static uint64_t proof_bytes(const daemon_admission_request *r)
{
    const uint64_t max = r->leaf_blocks > LEAF_BLOCKS_USUAL ? PROOF_LARGE_MAX : PROOF_MAX;
    return r->input_bytes ? PROOF_MIN + at_most(r->input_bytes, (max - PROOF_MIN) / 8) * 8 : max;
}

/* A request is parsed, copied into its struct, and its answer made of the like: four times. */
uint64_t daemon_admission_estimate(const daemon_admission_request *r)
{
    const uint64_t words = 4 * at_most(r->request_bytes, UINT64_MAX / 8);
    switch (need_of(r->operation)) {
    case NEED_PROOF:
        return proof_bytes(r) + words;
    case NEED_SETUP:
        return SETUP + words;
    case NEED_WALK:
        return (r->walks_not ? OTHER : WALK) + words;
    case NEED_OTHER:
        break;
    }
    return OTHER + words;
}

/* Of the tables that it names; 0: not known, since one is no file, or others are read too. */
static uint64_t input_bytes(const json_t *request)
{
    static const char *const members[] = { "files", "data" };
    uint64_t total = 0;
    if (json_object_get(request, "with"))
        return 0;
    for (size_t m = 0; m < ZKL_COUNT(members); m++) {
        const json_t *const paths = json_object_get(request, members[m]);
        for (size_t i = 0; i < json_array_size(paths); i++) {
            const char *const path = json_string_value(json_array_get(paths, i));
            struct stat st;
            if (!path || stat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
                __builtin_add_overflow(total, (uint64_t)st.st_size, &total))
                return 0;
        }
    }
    return total;
}

/* A receipt, a trust record, nothing beside them. */
static bool is_receipt_alone(const char *operation, const json_t *request)
{
    static const char *const others[] = { "reference", "receipt_file",   "receipt_files",    "data",
                                          "tiles",     "standing_files", "consistency_files" };
    bool is_alone = strcmp(operation, "verify") == 0 && json_object_get(request, "receipt");
    for (size_t i = 0; i < ZKL_COUNT(others); i++)
        is_alone &= !json_object_get(request, others[i]);
    return is_alone;
}

uint64_t daemon_admission_of(const char *operation, const json_t *request, size_t request_bytes)
{
    const json_int_t leaf_blocks = json_integer_value(json_object_get(request, "leaf_blocks"));
    const daemon_admission_request known = {
        .operation = operation,
        .request_bytes = request_bytes,
        .input_bytes = input_bytes(request),
        .leaf_blocks = leaf_blocks > 0 ? (uint64_t)leaf_blocks : 0,
        .walks_not = is_receipt_alone(operation, request),
    };
    return daemon_admission_estimate(&known);
}

/* Of the control group, where there is one with a limit. */
static uint64_t group_bytes(void)
{
    char text[32] = "";
    FILE *const file = fopen("/sys/fs/cgroup/memory.max", "re");
    if (!file)
        return UINT64_MAX;
    const bool is_read = fgets(text, sizeof text, file) != NULL;
    fclose(file);
    return is_read && text[0] >= '1' && text[0] <= '9' ? strtoull(text, NULL, 10) : UINT64_MAX;
}

uint64_t daemon_admission_default(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    const uint64_t machine = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
    const uint64_t half = at_most(machine, group_bytes()) / 2;
    return half > DEFAULT_MIN ? half : DEFAULT_MIN;
}

zkl_status daemon_admission_check(const daemon_admission *admission, uint64_t bytes, zkl_error *err)
{
    return bytes <= admission->memory_max
               ? ZKL_OK
               : zkl_fail(err, ZKL_LIMIT,
                          "the operation may need %llu MiB of memory, and all of them together get "
                          "%llu ('memory_max' of the service)",
                          (unsigned long long)(bytes / MIB),
                          (unsigned long long)(admission->memory_max / MIB));
}

bool daemon_admission_fits(const daemon_admission *admission, uint64_t bytes)
{
    ZKL_ASSERT(admission->taken <= admission->memory_max);
    return bytes <= admission->memory_max - admission->taken;
}

void daemon_admission_take(daemon_admission *admission, uint64_t bytes)
{
    ZKL_ASSERT(daemon_admission_fits(admission, bytes));
    admission->taken += bytes;
}

void daemon_admission_give(daemon_admission *admission, uint64_t bytes)
{
    ZKL_ASSERT(bytes <= admission->taken);
    admission->taken -= bytes;
}
