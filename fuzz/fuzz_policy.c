/* Policies: what parses needs a value for each place that it lists, and no other. A value that
 * holds a place is not filled in again. */
#include "notary/policy.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct counted {
    size_t texts;
} counted;

static zkl_status take(void *opaque, const char *text, zkl_error *err)
{
    (void)text;
    (void)err;
    ((counted *)opaque)->texts++;
    return ZKL_OK;
}

/* The status of filling it with these settings, and how many claims came. */
static zkl_status fill(size_t *claims, const zkl_policy_info *policy, const char **settings,
                       size_t count)
{
    counted taken = { 0 };
    const zkl_policy_choice choice = { .settings = settings, .setting_count = count };
    const zkl_policy_sink sink = { take, &taken };
    const zkl_status status = zkl_policy_fill(policy, &choice, &sink, NULL);
    *claims = taken.texts;
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    zkl_policy_info policy;
    size_t claims;
    if (zkl_policy_parse(&policy, &memory, zkl_bytes_of(data, size), NULL) != ZKL_OK)
        return 0;
    const size_t count = policy.setting_count;
    const char **settings = ZKL_ARENA_NEW(&memory, const char *, count + 1);
    ZKL_ASSERT(settings && policy.name[0] && policy.claim_count > 0);
    for (size_t i = 0; i < count; i++) {
        settings[i] =
            zkl_arena_format(&memory, "%s={%s}", policy.settings[i].name, policy.settings[i].name);
        ZKL_ASSERT(settings[i]);
    }
    ZKL_ASSERT(fill(&claims, &policy, settings, count) == ZKL_OK);
    ZKL_ASSERT(claims == policy.claim_count);
    if (count) {
        ZKL_ASSERT(fill(&claims, &policy, settings, count - 1) == ZKL_USAGE);
        ZKL_ASSERT(claims == 0);
    }
    settings[count] = "No=1";
    ZKL_ASSERT(fill(&claims, &policy, settings, count + 1) == ZKL_USAGE);
    return 0;
}
