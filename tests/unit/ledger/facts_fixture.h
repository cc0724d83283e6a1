#pragma once
/* Facts of 1 KB in a ledger's folder: `provenance` entries about one notarisation, as `zkp-ledger
 * link` writes them of a training run. What a service's clients append. */
#include "ledger/ledger_internal.h"
#include "ledger_fixture.h"

#define FACTS_COUNT 16
#define FACTS_VALUE_BYTES 56 /* and its name: 64 */

/* What the facts are about. */
typedef struct facts_subject {
    zkl_digest leaf;
    zkl_entry_data about;
} facts_subject;

static inline zkl_status facts_make_folder(const char *folder, const char *state,
                                           const zkl_env *env, zkl_error *err)
{
    uint8_t powers[ZKL_SRS_VERIFIER_BYTES];
    fixture_powers(powers, 7);
    zkl_ledger_init_options o = { .folder = folder,
                                  .state = state,
                                  .powers = zkl_bytes_of(powers, sizeof powers) };
    zkl_config_default(&o.config, "facts");
    return zkl_ledger_init(&o, env, err);
}

/* A dataset, notarised; texts live in t's memory. number: other data for other numbers. */
static inline zkl_status facts_notarise_as(zkl_test *t, facts_subject *out, zkl_ledger *ledger,
                                           const char *name, uint64_t number, const zkl_env *env,
                                           zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    fixture_dataset d;
    fixture_entry e;
    zkl_digest hash;
    ZKL_TRY(zkl_change_init(&change, ledger, env, err));
    if (!fixture_make_dataset(t, &d, zkl_ledger_own_id(ledger), zkl_ledger_powers_hash(ledger),
                              number, err))
        return err->status;
    zkl_entry setup = { .kind = ZKL_ENTRY_SETUP,
                        .ledger = *zkl_ledger_own_id(ledger),
                        .time_ms = 1767225600000,
                        .setup.circuit = d.circuit,
                        .setup.powers_hash = *zkl_ledger_powers_hash(ledger) };
    fixture_notarise(&e, &d, zkl_ledger_own_id(ledger), name, 1);
    ZKL_TRY(zkl_change_add_blob(&change, &setup.setup.key_sha256, d.key, err));
    ZKL_TRY(zkl_change_add_entry(&change, &setup, ZKL_CHANGE_UNLESS_THERE, err));
    ZKL_TRY(zkl_change_add_blob(&change, &hash, d.manifest_bytes, err));
    ZKL_TRY(zkl_change_add_blob(&change, &hash, d.statement, err));
    ZKL_TRY(zkl_change_add_blob(&change, &hash, d.proof, err));
    ZKL_TRY(zkl_change_add_entry(&change, &e.entry, 0, err));
    ZKL_TRY(zkl_change_place(&change, env, err));
    out->leaf = change.entries[1].receipt_id;
    out->about = (zkl_entry_data){ .name = e.entry.data.name,
                                   .version = 1,
                                   .manifest_sha256 = e.entry.data.manifest_sha256,
                                   .dataset = e.entry.data.dataset };
    return ZKL_OK;
}

static inline zkl_status facts_notarise(zkl_test *t, facts_subject *out, zkl_ledger *ledger,
                                        const zkl_env *env, zkl_error *err)
{
    return facts_notarise_as(t, out, ledger, "d", 1, env, err);
}

/* An entry of 1 KB, with what it borrows. */
typedef struct facts_entry {
    zkl_entry entry;
    zkl_entry_provenance said;
    char value[FACTS_VALUE_BYTES + 1];
    zkl_entry_fact facts[FACTS_COUNT];
} facts_entry;

/* Other than those of other numbers. It borrows from itself and from the subject. */
static inline void facts_fill(facts_entry *out, zkl_ledger *ledger, const facts_subject *subject,
                              uint64_t a, uint64_t b, const zkl_env *env)
{
    static const char names[FACTS_COUNT][9] = { "fact-00", "fact-01", "fact-02", "fact-03",
                                                "fact-04", "fact-05", "fact-06", "fact-07",
                                                "fact-08", "fact-09", "fact-10", "fact-11",
                                                "fact-12", "fact-13", "fact-14", "fact-15" };
    snprintf(out->value, sizeof out->value, "%020llu/%020llu/.............", (unsigned long long)a,
             (unsigned long long)b);
    for (size_t i = 0; i < FACTS_COUNT; i++)
        out->facts[i] =
            (zkl_entry_fact){ zkl_bytes_of_text(names[i]), zkl_bytes_of_text(out->value) };
    out->said = (zkl_entry_provenance){ .operation = zkl_bytes_of_text("train"),
                                        .facts = out->facts,
                                        .fact_count = FACTS_COUNT };
    out->entry = (zkl_entry){ .kind = ZKL_ENTRY_PROVENANCE,
                              .ledger = *zkl_ledger_own_id(ledger),
                              .time_ms = zkl_env_now_ms(env),
                              .parents = &subject->leaf,
                              .parent_count = 1,
                              .data = subject->about };
    out->entry.data.provenance = &out->said;
}

/* *out may be NULL. */
static inline zkl_status facts_append(zkl_staged *out, zkl_ledger *ledger,
                                      const facts_subject *subject, uint64_t a, uint64_t b,
                                      const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_change) change = { 0 };
    facts_entry e;
    facts_fill(&e, ledger, subject, a, b, env);
    ZKL_TRY(zkl_change_init(&change, ledger, env, err));
    ZKL_TRY(zkl_change_add_entry(&change, &e.entry, 0, err));
    ZKL_TRY(zkl_change_place(&change, env, err));
    if (out)
        *out = (zkl_staged){ change.entries[0].index, change.entries[0].receipt_id };
    return ZKL_OK;
}
