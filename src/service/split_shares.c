#include "service/split_shares.h"

/* rows below 2^40, weights below 2^20: no product overflows. */
static zkl_status check_size(const zkl_split_part *part, uint64_t has, uint64_t rows,
                             uint64_t weights, zkl_error *err)
{
    const uint64_t least = rows * part->weight / weights;
    const uint64_t most = least + (rows * part->weight % weights > 0);
    if (has >= least && has <= most)
        return ZKL_OK;
    return zkl_fail(err, ZKL_REJECTED,
                    "'%s' has %llu rows: a share of %llu/%llu of the %llu rows is %llu%s",
                    part->name, (unsigned long long)has, (unsigned long long)part->weight,
                    (unsigned long long)weights, (unsigned long long)rows,
                    (unsigned long long)least, most > least ? ", or one more" : "");
}

/* How many values have another share in this part: v has each value with its rows, p each part with
 * its rows and its weight, c how many rows of the value the part has. */
static void put_query(zkl_buffer *sql, const zkl_split_request *request, uint64_t weights,
                      size_t part)
{
    const unsigned long long all = weights;
    zkl_buffer_put_text(sql,
                        "SELECT count(*) FROM "
                        "(SELECT zkl_value AS value, count(*) AS n FROM zkl_strata GROUP BY ALL) v "
                        "CROSS JOIN (SELECT zkl_part AS part, count(*) AS r, CASE zkl_part");
    for (size_t i = 0; i < request->part_count; i++)
        zkl_buffer_format(sql, " WHEN %zu THEN %llu", i,
                          (unsigned long long)request->parts[i].weight);
    zkl_buffer_format(
        sql,
        " END AS w FROM zkl_strata GROUP BY ALL) p LEFT JOIN (SELECT zkl_part, zkl_value, count(*) "
        "AS k FROM zkl_strata GROUP BY ALL) c ON c.zkl_part = p.part AND c.zkl_value IS NOT "
        "DISTINCT FROM v.value CROSS JOIN (SELECT count(*) AS rows FROM zkl_strata) t "
        "WHERE p.part = %zu AND (coalesce(k, 0) < least(n * w // %llu, n * r // rows) OR "
        "coalesce(k, 0) > greatest((n * w + %llu - 1) // %llu, (n * r + rows - 1) // rows))",
        part, all, all, all);
    zkl_buffer_put_u8(sql, 0);
}

/* "part 'train' has another share of the rows of 2, 'test' of 1 of the values of 'sex'": each part
 * that has, and no value. */
static zkl_status check_strata(const workbench *bench, const zkl_split_request *request,
                               uint64_t weights, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) said = { 0 };
    for (size_t i = 0; i < request->part_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
        uint64_t others;
        put_query(&sql, request, weights, i);
        ZKL_TRY(zkl_buffer_status(&sql, err));
        ZKL_TRY(bench->ops->number(bench->engine, &others, (const char *)sql.data, err));
        if (!others)
            continue;
        zkl_buffer_format(
            &said, said.size ? ", '%s' of %llu" : "part '%s' has another share of the rows of %llu",
            request->parts[i].name, (unsigned long long)others);
    }
    ZKL_TRY(zkl_buffer_status(&said, err));
    return said.size ? zkl_fail(err, ZKL_REJECTED, "%.*s of the values of '%s'", (int)said.size,
                                (const char *)said.data, request->stratify)
                     : ZKL_OK;
}

zkl_status split_shares_check(workbench *bench, const zkl_split_request *request, uint64_t weights,
                              const workbench_made *parts, size_t column, zkl_error *err)
{
    const uint64_t rows = bench->sources[0].row_count;
    for (size_t i = 0; i < request->part_count; i++)
        ZKL_TRY(check_size(&request->parts[i], parts[i].facts->row_count, rows, weights, err));
    if (!request->stratify)
        return ZKL_OK;
    ZKL_TRY(workbench_put_strata(bench, parts, request->part_count, column, err));
    return check_strata(bench, request, weights, err);
}
