/* link and branch: a step that happened elsewhere, and a second name for a version. */
#include <string.h>

#include "cli/commands.h"

static const cli_option options[] = {
    { "from", 0, "NAME", "a dataset that went in", true, NULL },
    { "used", 0, "FILE", "a file that went in: a program, a model, an environment", true, NULL },
    { "made", 0, "FILE", "a file that came out, of this dataset: a model", true, NULL },
    { "op", 0, "TEXT", "what was done, in words", false, NULL },
    { "commit", 0, "ID", "the code's commit (a fact 'commit')", false, NULL },
    { "run", 0, "ID", "the run in an experiment tracker (a fact 'run')", false, NULL },
    { "fact", 0, "NAME=VALUE", "anything else", true, NULL },
};

/* "seed=7" -> a fact. */
static zkl_status read_fact(zkl_fact *out, cli_run *run, const char *text, zkl_error *err)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return zkl_fail(err, ZKL_USAGE, "--fact '%.200s' is not NAME=VALUE", text);
    out->name = zkl_arena_text(&run->arena, text, (size_t)(equals - text));
    out->value = equals + 1;
    return out->name ? ZKL_OK : zkl_no_memory(err, strlen(text));
}

/* Those with an option of their own, then the others. */
static zkl_status fill_facts(zkl_link_request *request, cli_run *run, zkl_error *err)
{
    static const char *const own[] = { "commit", "run" };
    size_t count;
    const char *const *given = cli_values(run, "fact", &count);
    zkl_fact *facts = ZKL_ARENA_NEW(&run->arena, zkl_fact, count + ZKL_COUNT(own));
    if (!given || !facts)
        return zkl_no_memory(err, (count + ZKL_COUNT(own)) * sizeof *facts);
    for (size_t i = 0; i < ZKL_COUNT(own); i++)
        if (cli_has(run, own[i]))
            facts[request->fact_count++] = (zkl_fact){ own[i], cli_value(run, own[i]) };
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(read_fact(&facts[request->fact_count++], run, given[i], err));
    request->facts = facts;
    return ZKL_OK;
}

static zkl_status run_link(cli_run *run, zkl_error *err)
{
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    zkl_link_request request = { .reference = run->arguments[0],
                                 .operation = cli_value(run, "op") };
    zkl_link_result result = { 0 };
    request.sources = cli_values(run, "from", &request.source_count);
    request.used = cli_values(run, "used", &request.used_count);
    request.made = cli_values(run, "made", &request.made_count);
    ZKL_TRY(fill_facts(&request, run, err));
    ZKL_TRY(cli_ledger_open(&ledger, run, true, err));
    const zkl_status status = cli_call(&result, run, ledger, &api_link, &request, err);
    ZKL_TRY(status);
    const zkl_status put = api_put_result(run->result, &api_link, ZKL_OK, &result, err);
    cli_say(run, "Recorded, not proven: entry %llu, about %s@%u\n",
            (unsigned long long)result.index, result.name, result.version);
    zkl_arena_clear(&result.memory);
    return put;
}

const cli_command cli_link = {
    .name = "link",
    .arguments = "NAME[@VERSION] [--from NAME]... [--used FILE]... [--made FILE]... [--op TEXT] "
                 "[--fact NAME=VALUE]...",
    .summary = "record a step that happened elsewhere, such as training",
    .about =
        "Records in the log where a dataset comes from, or what was made of it. It is your word, "
        "and 'lineage' says so; nothing of it\n"
        "is proven. Of files name and SHA-256 are recorded, never what is in them.\n\n"
        "Without --made the dataset came out: of --from and --used. With --made it went in, and "
        "those files came out.",
    .examples =
        "zkp-ledger link train --made model.pkl --used train.py --used requirements.txt --commit "
        "3f2a91c --op 'fit a random forest'\n"
        "zkp-ledger link predictions --from test --used model.pkl --op 'predict'\n"
        "zkp-ledger link labels --from images --fact vendor='ACME Labelling' --run mlflow:8842",
    .options = options,
    .option_count = ZKL_COUNT(options),
    .takes_dataset = true,
    .argument_min = 1,
    .argument_max = 1,
    .run = run_link,
};
