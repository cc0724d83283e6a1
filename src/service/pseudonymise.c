/* pseudonymise with a mapping that is made for it: two transformations, `tokens` of the source and
 * then the one that was asked for, over source and tokens. The mapping is secret, and a dataset:
 * the result's claims speak of it. */
#include "service/pseudonymise.h"

#include <string.h>

#include "service/workbench.h"

static const char word[] = "pseudonymise";

static zkl_status check_request(const zkl_transform_request *request, zkl_error *err)
{
    const char *operation = request->operation ? request->operation : "";
    if (strncmp(operation, word, sizeof word - 1) != 0 || request->with_count)
        return zkl_fail(err, ZKL_USAGE, "a mapping is made for '%s' of one source", word);
    ZKL_TRY(transform_check_word(operation, 2, err));
    if (!request->mapping_name || !request->mapping_output)
        return zkl_fail(err, ZKL_USAGE, "the mapping needs a name and a file");
    if (request->is_made || request->dry_run)
        return zkl_fail(err, ZKL_USAGE, "a mapping is made together with its result");
    if (!request->name || !request->output)
        return zkl_fail(err, ZKL_USAGE, "the result needs a name and a file");
    if (strcmp(request->mapping_name, request->name) == 0 ||
        strcmp(request->mapping_output, request->output) == 0)
        return zkl_fail(err, ZKL_USAGE, "mapping and result have one name or file");
    return workbench_check_place(request->output, false, request->force, err);
}

/* "tokens patient" of "pseudonymise patient" */
static zkl_status make_mapping(zkl_transform_result *out, zkl_arena *memory, zkl_ledger *ledger,
                               const zkl_transform_request *request, const zkl_env *env,
                               zkl_error *err)
{
    zkl_transform_request tokens = *request;
    tokens.operation = zkl_arena_format(memory, "tokens%s", request->operation + sizeof word - 1);
    if (!tokens.operation)
        return zkl_no_memory(err, 0);
    tokens.name = request->mapping_name;
    tokens.output = request->mapping_output;
    tokens.mapping_name = tokens.mapping_output = tokens.receipt_path = NULL;
    return zkl_transform(out, ledger, &tokens, env, err);
}

zkl_status pseudonymise(zkl_transform_result *out, zkl_ledger *ledger,
                        const zkl_transform_request *request, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    zkl_transform_result mapping = { 0 };
    ZKL_TRY(check_request(request, err));
    zkl_status status = make_mapping(&mapping, &memory, ledger, request, env, err);
    const char *reference =
        zkl_arena_format(&memory, "%s@%u", mapping.made.name, mapping.made.version);
    if (status == ZKL_OK && !reference)
        status = zkl_no_memory(err, 0);
    if (status == ZKL_OK) {
        const zkl_with_dataset with = { reference, &request->mapping_output, 1 };
        zkl_transform_request rest = *request;
        rest.mapping_name = rest.mapping_output = rest.seed = NULL;
        rest.with = &with;
        rest.with_count = 1;
        status = zkl_transform(out, ledger, &rest, env, err);
        out->has_mapping = true;
        out->mapping = mapping.made;
        out->mapping_proven = mapping.proven;
        out->recorded = mapping.recorded; /* a text of the program */
    } else {
        out->made = mapping.made; /* its claims that are false */
    }
    zkl_arena_join(&out->memory, &mapping.memory);
    return status;
}
