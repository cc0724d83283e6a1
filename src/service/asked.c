/* A reference against what was verified. */
#include "service/asked.h"

#include <stdio.h>
#include <string.h>

#include "record/ids.h"

/* "NAME", "NAME@VERSION", either with "#ENTRY" behind it. */
typedef struct asked {
    zkl_bytes name;
    uint32_t version; /* 0: any */
    bool has_index;
    uint64_t index;
} asked;

static zkl_status parse(asked *out, const char *reference, zkl_error *err)
{
    const char *const mark = strchr(reference, '#');
    const size_t size = mark ? (size_t)(mark - reference) : strlen(reference);
    *out = (asked){ .has_index = mark != NULL };
    ZKL_TRY(zkl_dataset_ref_parse(&out->name, &out->version, zkl_bytes_of(reference, size), err));
    if (mark && !zkl_entry_index_parse(&out->index, zkl_bytes_of_text(mark + 1)))
        return zkl_fail(err, ZKL_USAGE,
                        "'%.200s': behind '#' stands the number of an entry of the log", reference);
    return ZKL_OK;
}

static bool is_of(const asked *a, zkl_bytes name, uint32_t version)
{
    return zkl_bytes_equal(a->name, name) && (!a->version || a->version == version);
}

zkl_status service_check_asked(const char *reference, const zkl_verify_result *verdict,
                               zkl_error *err)
{
    asked a;
    ZKL_ASSERT(verdict->name && verdict->kind); /* of something that was verified */
    ZKL_TRY(parse(&a, reference, err));
    const bool is_entry =
        a.has_index ? verdict->index == a.index : strcmp(verdict->kind, "notarise") == 0;
    if (is_entry && is_of(&a, zkl_bytes_of_text(verdict->name), verdict->version))
        return ZKL_OK;
    return zkl_fail(err, ZKL_REJECTED,
                    "'%.200s' was asked for, and what came is entry %llu, a '%s' of '%s@%u'",
                    reference, (unsigned long long)verdict->index, verdict->kind, verdict->name,
                    verdict->version);
}

zkl_status service_check_asked_lineage(const char *reference, const zkl_lineage *lineage,
                                       zkl_error *err)
{
    asked a;
    zkl_bytes name;
    uint32_t version;
    ZKL_ASSERT(lineage->node_count);
    const zkl_lineage_node *const first = &lineage->nodes[0];
    ZKL_TRY(parse(&a, reference, err));
    if (!first->is_file && !a.has_index &&
        zkl_dataset_ref_parse(&name, &version, zkl_bytes_of_text(first->name), NULL) == ZKL_OK &&
        is_of(&a, name, version))
        return ZKL_OK;
    return zkl_fail(err, ZKL_REJECTED, "'%.200s' was asked for, and what came is of '%s'",
                    reference, first->name);
}
