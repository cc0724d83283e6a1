/* pseudonymise and key with a mapping that is made for them: two transformations, `tokens` or
 * `keys` of the sources and then the one that was asked for, over the first source and the mapping.
 * The mapping is secret, and a dataset: the result's claims speak of it. */
#include "service/mapping.h"

#include <string.h>

#include "service/output.h"
#include "service/workbench.h"

/* What is asked for, and what makes its mapping: of one source, or of further ones too. */
typedef struct mapped_operation {
    const char *word, *maker;
    bool takes_more;
} mapped_operation;

static const mapped_operation mapped[] = { { "pseudonymise", "tokens", false },
                                           { "key", "keys", true } };

/* NULL: none of these. */
static const mapped_operation *find_mapped(const char *operation)
{
    const size_t size = strcspn(operation, " \t");
    for (size_t i = 0; i < ZKL_COUNT(mapped); i++)
        if (strlen(mapped[i].word) == size && memcmp(operation, mapped[i].word, size) == 0)
            return &mapped[i];
    return NULL;
}

static zkl_status check_request(const mapped_operation **out, const zkl_transform_request *request,
                                zkl_error *err)
{
    const char *operation = request->operation ? request->operation : "";
    *out = find_mapped(operation + strspn(operation, " \t"));
    if (!*out || (request->with_count && !(*out)->takes_more))
        return zkl_fail(err, ZKL_USAGE, "a mapping is made for '%s' of one source, or for '%s'",
                        mapped[0].word, mapped[1].word);
    if (!request->mapping_name || !request->mapping_output)
        return zkl_fail(err, ZKL_USAGE, "the mapping needs a name and a file");
    if (request->is_made || request->dry_run)
        return zkl_fail(err, ZKL_USAGE, "a mapping is made together with its result");
    if (!request->name || !request->output)
        return zkl_fail(err, ZKL_USAGE, "the result needs a name and a file");
    if (strcmp(request->mapping_name, request->name) == 0 ||
        service_output_is_same(request->mapping_output, request->output))
        return zkl_fail(err, ZKL_USAGE, "mapping and result have one name or file");
    const char *const outputs[] = { request->output, request->mapping_output };
    ZKL_TRY(workbench_check_receipt(request->receipt_path, outputs, 2, request->files,
                                    request->file_count, err));
    for (size_t i = 0; i < 2; i++)
        ZKL_TRY(workbench_check_place(outputs[i], false, request->force, err));
    return ZKL_OK;
}

/* "tokens patient" of "pseudonymise patient" */
static zkl_status make_mapping(zkl_transform_result *out, zkl_arena *memory, zkl_ledger *ledger,
                               const mapped_operation *mapped_by,
                               const zkl_transform_request *request, const zkl_env *env,
                               zkl_error *err)
{
    zkl_transform_request tokens = *request;
    const char *operation = request->operation + strspn(request->operation, " \t");
    tokens.operation =
        zkl_arena_format(memory, "%s%s", mapped_by->maker, operation + strlen(mapped_by->word));
    if (!tokens.operation)
        return zkl_no_memory(err, 0);
    tokens.name = request->mapping_name;
    tokens.output = request->mapping_output;
    tokens.mapping_name = tokens.mapping_output = tokens.receipt_path = NULL;
    return zkl_transform(out, ledger, &tokens, env, err);
}

zkl_status transform_with_mapping(zkl_transform_result *out, zkl_ledger *ledger,
                                  const zkl_transform_request *request, const zkl_env *env,
                                  zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    zkl_transform_result mapping = { 0 };
    const mapped_operation *mapped_by;
    ZKL_TRY(check_request(&mapped_by, request, err));
    zkl_status status = make_mapping(&mapping, &memory, ledger, mapped_by, request, env, err);
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
        out->mapping_proven = mapping.is_proven ? mapping.proven : mapping.made;
        out->recorded = mapping.recorded; /* a text of the program */
    } else {
        out->made = mapping.made; /* its claims that are false */
    }
    zkl_arena_join(&out->memory, &mapping.memory);
    return status;
}
