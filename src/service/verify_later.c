/* Claims that were added to a version, verified beside its notarisation: who asks what is proven of
 * a version gets all that the log has.
 *
 *  1. Each entry is verified as a receipt of its own, by the code that strangers run. It holds
 *     the notarisation too, which is told already: of its claims the entry's own are listed.
 *  2. One that is refused ends it. A verdict that lists less than `show` would pass for all. */
#include <string.h>

#include "base/arena.h"
#include "ledger/entry_export.h"
#include "service/service_internal.h"

/* The entry's own statements come first in a verdict (verify/content.c), and so do their claims. */
static size_t count_own(const zkl_entry *entry)
{
    size_t count = 0;
    for (size_t i = 0; i < entry->data.statement_count; i++)
        count += entry->data.statements[i].claim_count;
    return count;
}

/* By whose word, and with what. */
typedef struct later_check {
    zkl_arena *memory; /* of the result */
    zkl_ledger *ledger;
    const zkl_trust *trust;
    const zkl_env *env;
} later_check;

static zkl_status verify_entry(zkl_later_verdict *out, const later_check *c,
                               const service_entry *from, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    zkl_verified verified;
    const size_t count = count_own(&from->entry);
    ZKL_TRY(zkl_receipt_build(&receipt, c->ledger, from->index, err));
    ZKL_TRY(
        zkl_receipt_verify(&verified, &arena, zkl_buffer_bytes(&receipt), c->trust, c->env, err));
    ZKL_TRY(service_check_is_of_log(c->ledger, &verified, err));
    ZKL_ASSERT(count <= verified.claim_count && verified.index == from->index);
    *out = (zkl_later_verdict){ .index = from->index,
                                .time =
                                    zkl_arena_text(c->memory, verified.time, strlen(verified.time)),
                                .claim_count = count,
                                .is_development = verified.is_development };
    return out->time ? service_claim_verdicts(&out->claims, c->memory, verified.claims, count, err)
                     : zkl_no_memory(err, strlen(verified.time));
}

/* The first entry is the notarisation itself. */
zkl_status service_verify_later(zkl_verify_result *out, zkl_ledger *ledger, const char *reference,
                                const zkl_trust *trust, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const later_check c = { &out->memory, ledger, trust, env };
    zkl_dataset_version version;
    service_entries about;
    if (strcmp(out->kind, zkl_entry_kind_name(ZKL_ENTRY_NOTARISE)) != 0)
        return ZKL_OK;
    ZKL_TRY(service_find(&version, &arena, ledger, reference, err));
    ZKL_TRY(service_entries_about(&about, &arena, ledger, &version, err));
    ZKL_ASSERT(about.count > 0);
    zkl_later_verdict *later = ZKL_ARENA_NEW(&out->memory, zkl_later_verdict, about.count);
    if (!later)
        return zkl_no_memory(err, about.count * sizeof *later);
    for (size_t i = 1; i < about.count; i++) {
        const service_entry *from = &about.items[i];
        if (!from->entry.data.statement_count)
            continue; /* rows were shown, or something was recorded: nothing is claimed */
        const zkl_status status = verify_entry(&later[out->later_count++], &c, from, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "claims that entry %llu adds",
                            (unsigned long long)from->index);
    }
    out->later = later;
    return ZKL_OK;
}
