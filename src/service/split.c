/* split: a table into parts that together are exactly the table.
 *
 * Which row goes where is decided by a query, and need not be trusted: what is proven is that
 * the parts have the source's rows, each as often, with `group` that no group is in two of them,
 * with values that each part has its own, at a value that each has its side of it, and of what a
 * seed alone decides that one part is the sample that it draws. What else follows from a seed is
 * recorded. */
#include <stdio.h>
#include <string.h>

#include "claim/assertion_pick.h"
#include "claim/claim_kind.h"
#include "service/output.h"
#include "service/split_cut.h"
#include "service/split_draw.h"
#include "service/split_shares.h"
#include "service/split_values.h"
#include "service/provenance.h"
#include "service/workbench.h"

#include <zkl/transform.h>

#define PARTS_MAX 63
/* Rows of a part that is proven to be drawn when nobody says that the seed is public: a verifier
 * draws them too. */
#define DRAWN_ROWS_MAX 65536

typedef struct splitting {
    const zkl_split_request *request;
    zkl_split_result *out;
    workbench bench;
    char seed[65];
    bool has_ratio;
    uint64_t weights;  /* their sum */
    const char *words; /* of the operation, without its seed */
    /* Columns by number, of those that are named. */
    size_t by, stratify;
    /* Hashes of the parts' files, as they were tried. */
    zkl_digest tried[PARTS_MAX];
    split_cut cut; /* only when it is cut at a value */
    bool is_by_values;
    split_values values; /* only then */
    bool is_drawn;
    split_drawn drawn; /* only then */
} splitting;

static void splitting_clear(splitting *s)
{
    workbench_clear(&s->bench);
}

/* ---- Asking. */

static zkl_status check_parts(splitting *s, zkl_error *err)
{
    const zkl_split_request *r = s->request;
    if (r->part_count < 2 || r->part_count > PARTS_MAX)
        return zkl_fail(err, ZKL_USAGE, "a table is split into 2 to %d parts, not %zu", PARTS_MAX,
                        r->part_count);
    for (size_t i = 0; i < r->part_count; i++) {
        const zkl_split_part *part = &r->parts[i];
        if (!part->name || !part->output)
            return zkl_fail(err, ZKL_USAGE, "part %zu needs a name and a file", i + 1);
        if ((s->has_ratio || (!r->by && !r->is_made)) &&
            (!part->weight || __builtin_add_overflow(s->weights, part->weight, &s->weights) ||
             s->weights > 1000000))
            return zkl_fail(err, ZKL_USAGE,
                            "the parts need ratios that are whole numbers above 0, at most "
                            "1,000,000 together");
        for (size_t k = 0; k < i; k++)
            if (strcmp(part->name, r->parts[k].name) == 0 ||
                service_output_is_same(part->output, r->parts[k].output))
                return zkl_fail(err, ZKL_USAGE, "parts %zu and %zu have one name or file", k + 1,
                                i + 1);
        ZKL_TRY(workbench_check_place(part->output, r->is_made, r->force, err));
    }
    return ZKL_OK;
}

/* What a public seed says is proven, or the split is refused. */
static zkl_status check_seeds(const zkl_split_request *r, zkl_error *err)
{
    if (r->seed && r->public_seed)
        return zkl_fail(err, ZKL_USAGE, "one seed alone: the public one, or another");
    if (r->public_seed && (r->is_made || r->stratify || r->group || r->by))
        return zkl_fail(err, ZKL_USAGE,
                        "a public seed is for a split by a ratio alone: it is not proven that %s "
                        "follow a seed",
                        r->is_made    ? "parts made elsewhere"
                        : r->stratify ? "strata"
                        : r->group    ? "groups"
                                      : "values");
    return ZKL_OK;
}

/* What is asked beside parts that are there is checked of them. */
static zkl_status check_made(const splitting *s, zkl_error *err)
{
    const zkl_split_request *r = s->request;
    if (r->seed)
        return zkl_fail(err, ZKL_USAGE,
                        "parts that were made elsewhere are not checked against a seed");
    if (r->stratify && !s->has_ratio)
        return zkl_fail(err, ZKL_USAGE, "strata are checked against a ratio, which is missing");
    if (r->group && s->has_ratio)
        return zkl_fail(err, ZKL_USAGE,
                        "groups stay whole, so a ratio says no number of rows to check");
    return ZKL_OK;
}

static zkl_status check_request(splitting *s, zkl_error *err)
{
    const zkl_split_request *r = s->request;
    for (size_t i = 0; i < r->part_count; i++)
        s->has_ratio |= r->parts[i].weight > 0;
    ZKL_TRY(service_check_leaf_blocks(r->leaf_blocks_max, err));
    if (!r->reference)
        return zkl_fail(err, ZKL_USAGE, "no source given");
    s->is_by_values = split_is_by_values(r->parts, r->part_count);
    if ((r->stratify != NULL) + (r->group != NULL) + (r->by != NULL) > 1)
        return zkl_fail(err, ZKL_USAGE, "one way to split alone: stratify, group, or by a value");
    ZKL_TRY(check_seeds(r, err));
    if (s->is_by_values ? !r->by || r->at : (r->by != NULL) != (r->at != NULL))
        return zkl_fail(err, ZKL_USAGE,
                        "a column is split by at a value, or by the values of parts");
    if (r->by && s->has_ratio)
        return zkl_fail(err, ZKL_USAGE, "the values of '%.200s' share out the rows, and no ratio",
                        r->by);
    if (r->is_made)
        ZKL_TRY(check_made(s, err));
    if (r->at && r->part_count != 2)
        return zkl_fail(err, ZKL_USAGE, "splitting at a value takes two parts");
    if (s->is_by_values)
        ZKL_TRY(split_values_check(r->parts, r->part_count, err));
    ZKL_TRY(check_parts(s, err));
    const char *outputs[PARTS_MAX];
    for (size_t i = 0; i < r->part_count; i++)
        outputs[i] = r->parts[i].output;
    return workbench_check_receipt(r->receipt_path, outputs, r->part_count, r->files, r->file_count,
                                   err);
}

/* The columns that the request names are the source's. */
static zkl_status check_columns(splitting *s, zkl_error *err)
{
    const zkl_schema *schema = s->bench.sources[0].schema;
    const char *const names[] = { s->request->stratify, s->request->group, s->request->by };
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        size_t at = 0;
        while (names[i] && at < schema->column_count &&
               !zkl_bytes_equal_text(schema->columns[at].name, names[i]))
            at++;
        if (names[i] && at == schema->column_count)
            return zkl_fail(err, ZKL_NOT_FOUND, "'%s' has no column '%s'", s->request->reference,
                            names[i]);
        if (names[i] && names[i] == s->request->by)
            s->by = at;
        if (names[i] && names[i] == s->request->stratify)
            s->stratify = at;
        if (names[i] && names[i] == s->request->group && schema->columns[at].nullable)
            return zkl_fail(
                err, ZKL_USAGE,
                "column '%s' may hold nulls: that no group is in two parts is proven of "
                "columns without",
                names[i]);
    }
    if (s->is_by_values)
        s->values =
            (split_values){ &schema->columns[s->by], s->request->parts, s->request->part_count };
    return s->request->at
               ? split_cut_make(&s->cut, &s->bench.list.memory, schema, s->by, s->request->at, err)
               : ZKL_OK;
}

/* Where nothing else says which row goes where, the seed does. */
static zkl_status draw_parts(splitting *s, zkl_error *err)
{
    const zkl_split_request *r = s->request;
    s->is_drawn = !r->is_made && !r->stratify && !r->group && !r->by;
    if (!s->is_drawn)
        return ZKL_OK;
    ZKL_TRY(split_draw(&s->drawn, &s->bench.list.memory, r, s->bench.sources[0].row_count, s->seed,
                       err));
    const uint64_t rows = s->drawn.sizes[s->drawn.first];
    return !r->public_seed || rows <= ZKL_PICK_SAMPLE_MAX
               ? ZKL_OK
               : zkl_fail(
                     err, ZKL_LIMIT,
                     "part '%s' has %llu rows: that a seed drew them is proven of at most %llu",
                     r->parts[s->drawn.first].name, (unsigned long long)rows,
                     (unsigned long long)ZKL_PICK_SAMPLE_MAX);
}

/* ---- Which row goes where: a table "zkl_parts" of rows and numbers of parts. */

static void put_name(zkl_buffer *sql, const char *name)
{
    zkl_engine_put_name(sql, zkl_bytes_of_text(name));
}

/* "CASE WHEN rank * W < n * w_0 THEN 0 WHEN rank * W < n * (w_0 + w_1) THEN 1 .. END": rank of
 * n. */
static void put_cases(zkl_buffer *sql, const splitting *s)
{
    uint64_t sum = 0;
    zkl_buffer_put_text(sql, "CASE");
    for (size_t i = 0; i + 1 < s->request->part_count; i++) {
        sum += s->request->parts[i].weight;
        zkl_buffer_format(sql, " WHEN zkl_rank * %llu < zkl_n * %llu THEN %zu",
                          (unsigned long long)s->weights, (unsigned long long)sum, i);
    }
    zkl_buffer_format(sql, " ELSE %zu END AS zkl_part", s->request->part_count - 1);
}

/* The rows of each value by hash, one value behind the other, shared out evenly along the way: of
 * any run of n rows a part with the share w gets w n, rounded up or down. So strata of one row are
 * shared out as well.
 *
 * Part by part: of the rows that are left, number g is the part's when floor((g + 1) w / W) >
 * floor(g w / W), W being what is left of the weights; the others are numbered anew. */
static void put_by_row(zkl_buffer *sql, const splitting *s)
{
    const size_t last = s->request->part_count - 1;
    uint64_t left = s->weights;
    zkl_buffer_put_text(sql, "SELECT zkl_row, CASE");
    for (size_t i = 0; i < last; i++) {
        const unsigned long long w = s->request->parts[i].weight, of = left;
        zkl_buffer_format(
            sql, " WHEN ((zkl_g%zu + 1) * %llu) // %llu > (zkl_g%zu * %llu) // %llu THEN %zu", i, w,
            of, i, w, of, i);
        left -= s->request->parts[i].weight;
    }
    zkl_buffer_format(sql, " ELSE %zu END AS zkl_part FROM ", last);
    for (size_t i = last; i-- > 0;) { /* from the outermost in */
        left += s->request->parts[i].weight;
        zkl_buffer_format(sql, "(SELECT *, zkl_g%zu - (zkl_g%zu * %llu) // %llu AS zkl_g%zu FROM ",
                          i, i, (unsigned long long)s->request->parts[i].weight,
                          (unsigned long long)left, i + 1);
    }
    zkl_buffer_put_text(sql, "(SELECT zkl_row, row_number() OVER (ORDER BY ");
    put_name(sql, s->request->stratify);
    zkl_buffer_format(sql, ", md5('%s:' || zkl_row), zkl_row) - 1 AS zkl_g0 FROM s0)", s->seed);
    for (size_t i = 0; i < last; i++)
        zkl_buffer_put_u8(sql, ')');
}

/* Groups by hash, one behind the other; a group goes where its middle row does. */
static void put_by_group(zkl_buffer *sql, const splitting *s)
{
    ZKL_AUTO_CLEAR(zkl_buffer) name = { 0 };
    put_name(&name, s->request->group);
    zkl_buffer_put_u8(&name, 0);
    const char *column = name.failed ? "" : (const char *)name.data;
    zkl_buffer_put_text(sql, "SELECT zkl_row, ");
    put_cases(sql, s);
    zkl_buffer_format(
        sql,
        " FROM s0 JOIN (SELECT zkl_key, sum(zkl_size) OVER (ORDER BY md5('%s:' || "
        "coalesce(CAST(zkl_key AS VARCHAR), '')), zkl_key ROWS UNBOUNDED PRECEDING) "
        "- zkl_size // 2 - 1 AS zkl_rank FROM (SELECT %s AS zkl_key, count(*) AS zkl_size "
        "FROM s0 GROUP BY ALL)) ON %s IS NOT DISTINCT FROM zkl_key, (SELECT count(*) "
        "AS zkl_n FROM s0)",
        s->seed, column, column);
    sql->failed = sql->failed || name.failed;
}

static void put_by_value(zkl_buffer *sql, const splitting *s)
{
    zkl_buffer_format(sql, "SELECT zkl_row, CASE WHEN %s THEN 0 ELSE 1 END AS zkl_part FROM s0",
                      s->cut.sql);
}

static void put_by_values(zkl_buffer *sql, const splitting *s)
{
    zkl_buffer_put_text(sql, "SELECT zkl_row, ");
    split_values_put_cases(sql, &s->values);
    zkl_buffer_put_text(sql, " FROM s0");
}

/* Every row has a part. */
static zkl_status check_places(const splitting *s, zkl_error *err)
{
    uint64_t rows;
    ZKL_TRY(s->bench.ops->number(s->bench.engine, &rows,
                                 "SELECT count(*) FROM zkl_parts WHERE zkl_part IS NULL", err));
    return rows ? zkl_fail(err, ZKL_REJECTED, "%llu row%s of '%s' would be in no part",
                           (unsigned long long)rows, rows == 1 ? "" : "s", s->request->reference)
                : ZKL_OK;
}

static zkl_status assign_rows(splitting *s, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    if (s->is_drawn)
        return workbench_put_parts(&s->bench, s->drawn.part_of, s->bench.sources[0].row_count, err);
    zkl_buffer_put_text(&sql, "CREATE TABLE zkl_parts AS ");
    (s->is_by_values     ? put_by_values
     : s->request->at    ? put_by_value
     : s->request->group ? put_by_group
                         : put_by_row)(&sql, s);
    zkl_buffer_put_u8(&sql, 0);
    ZKL_TRY(zkl_buffer_status(&sql, err));
    ZKL_TRY(s->bench.ops->run(s->bench.engine, (const char *)sql.data, err));
    return check_places(s, err);
}

static zkl_status write_part(splitting *s, size_t part, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    char count[80];
    uint64_t rows;
    snprintf(count, sizeof count, "SELECT count(*) FROM zkl_parts WHERE zkl_part = %zu", part);
    ZKL_TRY(s->bench.ops->number(s->bench.engine, &rows, count, err));
    if (!rows)
        return zkl_fail(err, ZKL_REJECTED, "part '%s' would have no row",
                        s->request->parts[part].name);
    zkl_buffer_format(&sql,
                      "SELECT s0.* EXCLUDE (zkl_row) FROM s0 JOIN zkl_parts USING (zkl_row) WHERE "
                      "zkl_part = %zu ORDER BY zkl_row",
                      part);
    zkl_buffer_put_u8(&sql, 0);
    ZKL_TRY(zkl_buffer_status(&sql, err));
    return s->bench.ops->write(s->bench.engine, (const char *)sql.data, s->bench.files[part].path,
                               err);
}

static zkl_status make_parts(splitting *s, zkl_error *err)
{
    const zkl_split_request *r = s->request;
    const char **outputs = ZKL_ARENA_NEW(&s->bench.list.memory, const char *, r->part_count);
    if (!outputs)
        return zkl_no_memory(err, r->part_count * sizeof *outputs);
    for (size_t i = 0; i < r->part_count; i++)
        outputs[i] = r->parts[i].output;
    if (r->receipt_path && !r->dry_run)
        ZKL_TRY(service_output_for_receipt(r->receipt_path, s->bench.desk.ledger,
                                           s->bench.list.items[0].version.found.name, r->force,
                                           err));
    ZKL_TRY(workbench_add_files(&s->bench, outputs, r->part_count, r->is_made, r->force, err));
    if (r->is_made)
        return ZKL_OK;
    ZKL_TRY(workbench_fill(&s->bench, false, err));
    ZKL_TRY(assign_rows(s, err));
    for (size_t i = 0; i < r->part_count; i++)
        ZKL_TRY(write_part(s, i, err));
    return ZKL_OK;
}

/* ---- Recording. */

/* With the claim that it has its values alone. check: of a dry run; NULL: none. */
static zkl_status notarize_as(splitting *s, zkl_notarize_result *out, size_t part, bool dry_run,
                              const notarize_check *check, zkl_error *err)
{
    const zkl_types_source types = { .reference = s->bench.sources[0].reference };
    const char *claim = s->request->at ? s->cut.claims[part] : NULL;
    if (s->is_by_values)
        ZKL_TRY(split_values_claim(&claim, &s->bench.list.memory, &s->values, part, err));
    const zkl_notarize_request request = { .name = s->request->parts[part].name,
                                           .files = &s->bench.files[part].path,
                                           .file_count = 1,
                                           .claims = &claim,
                                           .claim_count = claim != NULL,
                                           .dry_run = dry_run,
                                           .types_from = &types,
                                           .types_from_count = 1,
                                           .leaf_blocks_max = s->request->leaf_blocks_max };
    return notarize_checked(out, s->bench.handle, &request, check, s->bench.env, err);
}

/* The file is the one that was tried: one that another program writes may have changed since. */
static zkl_status is_as_tried(void *opaque, const zkl_table_facts *facts, zkl_error *err)
{
    const splitting *s = opaque;
    const size_t part = s->out->part_count - 1;
    return zkl_digest_equal(zkl_table_content_hash(facts->table), &s->tried[part])
               ? ZKL_OK
               : zkl_fail(err, ZKL_CONFLICT, "'%s' changed while the parts were checked",
                          s->request->parts[part].output);
}

/* The file has no other rows. */
static zkl_status hold_part(void *opaque, zkl_error *err)
{
    splitting *s = opaque;
    return workbench_hold(&s->bench, s->out->part_count - 1, err);
}

static zkl_status notarize_and_keep(splitting *s, size_t part, zkl_error *err)
{
    const notarize_check check = {
        .is_read = is_as_tried, .is_placed_next = hold_part, .is_made = true, .opaque = s
    };
    zkl_notarize_result *made = &s->out->parts[part];
    const zkl_status status = notarize_as(s, made, part, false, &check, err);
    return workbench_end(&s->bench, part, made, status, err);
}

static zkl_status notarize_part(splitting *s, size_t part, zkl_error *err)
{
    s->out->part_count = part + 1;
    ZKL_TRY(notarize_and_keep(s, part, err));
    const bool has_seed = !s->request->is_made && !s->request->by;
    const workbench_words words = { .operation = s->words,
                                    .unproven = s->out->recorded,
                                    .seed = has_seed ? s->seed : NULL,
                                    .is_made = s->request->is_made };
    return workbench_record(&s->bench, &s->out->parts[part], &words, err);
}

/* "train@1" */
static const char *reference_of(splitting *s, const char *name, uint32_t version, zkl_error *err)
{
    const char *out = zkl_arena_format(&s->bench.list.memory, "%s@%u", name, version);
    if (!out)
        (void)zkl_no_memory(err, 0); /* the caller says it */
    return out;
}

static const char *part_reference(splitting *s, size_t part, zkl_error *err)
{
    const zkl_notarize_result *made = &s->out->parts[part];
    return reference_of(s, made->name, made->version, err);
}

static zkl_status fill_with(splitting *s, zkl_with_dataset *with, size_t part, zkl_error *err)
{
    *with = (zkl_with_dataset){ part_reference(s, part, err), &s->request->parts[part].output, 1 };
    return with->reference ? ZKL_OK : ZKL_NO_MEMORY;
}

/* "split(train@1, test@1)" of the source, from the references of all parts. */
static zkl_status put_split_claim(zkl_buffer *out, const zkl_with_dataset *parts, size_t count,
                                  zkl_error *err)
{
    for (size_t i = 0; i < count; i++)
        zkl_buffer_format(out, "%s%s", i ? ", " : "split(", parts[i].reference);
    zkl_buffer_put(out, ")", 2);
    return zkl_buffer_status(out, err);
}

static zkl_status prove_split(splitting *s, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) claim = { 0 };
    const size_t count = s->request->part_count;
    zkl_with_dataset *with = ZKL_ARENA_NEW(&s->bench.list.memory, zkl_with_dataset, count);
    if (!with)
        return zkl_no_memory(err, count * sizeof *with);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(fill_with(s, &with[i], i, err));
    ZKL_TRY(put_split_claim(&claim, with, count, err));
    const char *text = (const char *)claim.data;
    const zkl_add_claims_request request = { .reference = s->bench.sources[0].reference,
                                             .files = s->request->files,
                                             .file_count = s->request->file_count,
                                             .reading = s->request->reading,
                                             .claims = &text,
                                             .claim_count = 1,
                                             .with = with,
                                             .with_count = count,
                                             .receipt_path = s->request->receipt_path,
                                             .force = s->request->force,
                                             .leaf_blocks_max = s->request->leaf_blocks_max };
    return zkl_add_claims(&s->out->proven, s->bench.handle, &request, s->bench.env, err);
}

/* The column of which no value is in two parts by claims of pairs of parts; NULL: none. */
static const char *apart_column(const splitting *s)
{
    return s->is_by_values ? (split_values_are_apart_by_claim(&s->values) ? s->request->by : NULL)
                           : s->request->group;
}

/* "disjoint(patient, test@1)" of one part, from the reference of another. */
static zkl_status put_apart_claim(zkl_buffer *out, const splitting *s, const char *other,
                                  zkl_error *err)
{
    zkl_buffer_put_text(out, "disjoint(");
    zkl_claim_put_text(out, zkl_bytes_of_text(apart_column(s)));
    zkl_buffer_format(out, ", %s)", other);
    zkl_buffer_put_u8(out, 0);
    return zkl_buffer_status(out, err);
}

/* Part `part` and every part behind it are apart. */
static zkl_status prove_apart(splitting *s, size_t part, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const size_t count = s->request->part_count - part - 1;
    const char **claims = ZKL_ARENA_NEW(&arena, const char *, count);
    zkl_with_dataset *with = ZKL_ARENA_NEW(&arena, zkl_with_dataset, count);
    const char *own = part_reference(s, part, err);
    if (!claims || !with || !own)
        return zkl_no_memory(err, count * sizeof *with);
    for (size_t i = 0; i < count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) claim = { 0 };
        ZKL_TRY(fill_with(s, &with[i], part + 1 + i, err));
        ZKL_TRY(put_apart_claim(&claim, s, with[i].reference, err));
        claims[i] = zkl_arena_text(&arena, (const char *)claim.data, claim.size - 1);
        if (!claims[i])
            return zkl_no_memory(err, claim.size);
    }
    const zkl_add_claims_request request = { .reference = own,
                                             .files = &s->request->parts[part].output,
                                             .file_count = 1,
                                             .claims = claims,
                                             .claim_count = count,
                                             .with = with,
                                             .with_count = count,
                                             .leaf_blocks_max = s->request->leaf_blocks_max };
    return zkl_add_claims(&s->out->apart[s->out->apart_count++], s->bench.handle, &request,
                          s->bench.env, err);
}

/* Is it proven that a part is drawn by the seed? */
static bool is_sample_proven(const splitting *s)
{
    return s->is_drawn &&
           (s->request->public_seed || s->drawn.sizes[s->drawn.first] <= DRAWN_ROWS_MAX);
}

/* "sample(visits@1, 24, SEED)" of the part that draws first. */
static const char *drawn_claim(splitting *s)
{
    return zkl_arena_format(&s->bench.list.memory, "sample(%s, %llu, %s)",
                            s->bench.sources[0].reference,
                            (unsigned long long)s->drawn.sizes[s->drawn.first], s->seed);
}

static zkl_status prove_drawn(splitting *s, zkl_error *err)
{
    const size_t part = s->drawn.first;
    const zkl_split_request *r = s->request;
    const zkl_with_dataset with = { s->bench.sources[0].reference, r->files, r->file_count };
    const char *own = part_reference(s, part, err), *claim = drawn_claim(s);
    if (!own || !claim)
        return zkl_no_memory(err, 0);
    const zkl_add_claims_request request = { .reference = own,
                                             .files = &r->parts[part].output,
                                             .file_count = 1,
                                             .claims = &claim,
                                             .claim_count = 1,
                                             .with = &with,
                                             .with_count = 1,
                                             .leaf_blocks_max = r->leaf_blocks_max };
    s->out->has_drawn = true;
    return zkl_add_claims(&s->out->drawn, s->bench.handle, &request, s->bench.env, err);
}

/* ---- Whether the parts are what will be said of them, and every entry has room, is asked before
 * one of them is recorded. Each is read by a notarisation that records nothing, within that of the
 * part before, so that in the last one all are at hand. */

typedef struct parts_trial {
    splitting *s;
    workbench_made parts[PARTS_MAX];
    zkl_with_dataset with[PARTS_MAX];
    size_t count;
} parts_trial;

static zkl_status try_part(parts_trial *trial, zkl_error *err);

static zkl_status try_split(parts_trial *trial, zkl_notarize_result *out, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) claim = { 0 };
    ZKL_TRY(put_split_claim(&claim, trial->with, trial->count, err));
    return workbench_check_parts(&trial->s->bench, out, NULL, trial->parts, trial->count,
                                 (const char *)claim.data, err);
}

static zkl_status try_apart(parts_trial *trial, zkl_notarize_result *out, size_t one, size_t other,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) claim = { 0 };
    ZKL_TRY(put_apart_claim(&claim, trial->s, trial->with[other].reference, err));
    return workbench_check_parts(&trial->s->bench, out, &trial->parts[one], &trial->parts[other], 1,
                                 (const char *)claim.data, err);
}

/* The part that draws first is a sample of the source. */
static zkl_status try_drawn(parts_trial *trial, zkl_notarize_result *out, zkl_error *err)
{
    const char *claim = drawn_claim(trial->s);
    return claim ? workbench_check_claims(&trial->s->bench, out,
                                          &trial->parts[trial->s->drawn.first], &claim, 1, err)
                 : zkl_no_memory(err, 0);
}

/* All parts are at hand. */
static zkl_status try_all(parts_trial *trial, zkl_notarize_result *out, zkl_error *err)
{
    splitting *s = trial->s;
    ZKL_TRY(try_split(trial, out, err));
    if (is_sample_proven(s))
        ZKL_TRY(try_drawn(trial, out, err));
    for (size_t i = 0; apart_column(s) && i < trial->count; i++)
        for (size_t k = i + 1; k < trial->count; k++)
            ZKL_TRY(try_apart(trial, out, i, k, err));
    return s->request->is_made && s->has_ratio
               ? split_shares_check(&s->bench, s->request, s->weights, trial->parts, s->stratify,
                                    err)
               : ZKL_OK;
}

/* Its file has the source's columns, of its types: those that the notarisation took over fit. */
static zkl_status check_schema(const splitting *s, const zkl_split_part *part,
                               const zkl_schema *schema, zkl_error *err)
{
    char what[ZKL_SCHEMA_DIFFERENCE_BYTES];
    return zkl_schema_differs(what, s->bench.sources[0].schema, schema)
               ? zkl_fail(err, ZKL_USAGE, "'%s' has another schema than '%s': %s", part->name,
                          s->request->reference, what)
               : ZKL_OK;
}

static zkl_status part_is_tried(void *opaque, zkl_notarize_result *out,
                                const zkl_table_facts *facts, uint32_t version, zkl_error *err)
{
    parts_trial *trial = opaque;
    const zkl_split_request *r = trial->s->request;
    const zkl_split_part *part = &r->parts[trial->count];
    const char *reference = reference_of(trial->s, part->name, version, err);
    if (!reference)
        return ZKL_NO_MEMORY;
    ZKL_TRY(check_schema(trial->s, part, facts->schema, err));
    trial->s->tried[trial->count] = *zkl_table_content_hash(facts->table);
    if (r->dry_run)
        trial->s->out->parts[trial->count] = (zkl_notarize_result){ .name = part->name,
                                                                    .version = version,
                                                                    .row_count = facts->row_count };
    trial->parts[trial->count] = (workbench_made){ facts, part->name, version, r->leaf_blocks_max };
    trial->with[trial->count] = (zkl_with_dataset){ reference, &part->output, 1 };
    return ++trial->count < r->part_count ? try_part(trial, err) : try_all(trial, out, err);
}

static zkl_status try_part(parts_trial *trial, zkl_error *err)
{
    splitting *s = trial->s;
    const notarize_check check = { .run = part_is_tried, .is_made = true, .opaque = trial };
    zkl_notarize_result tried = { 0 };
    const zkl_status status = notarize_as(s, &tried, trial->count, true, &check, err);
    zkl_arena_join(&s->out->memory, &tried.memory);
    if (status != ZKL_OK && !s->out->proven.claim_problem_count) { /* a failure shows its claims */
        s->out->proven.claim_problems = tried.claim_problems;
        s->out->proven.claim_problem_count = tried.claim_problem_count;
    }
    return status;
}

static zkl_status record_all(splitting *s, zkl_error *err)
{
    const size_t count = s->request->part_count;
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(notarize_part(s, i, err));
    ZKL_TRY(prove_split(s, err));
    if (is_sample_proven(s))
        ZKL_TRY(prove_drawn(s, err));
    for (size_t i = 0; apart_column(s) && i + 1 < count; i++)
        ZKL_TRY(prove_apart(s, i, err));
    return ZKL_OK;
}

static zkl_status record(splitting *s, zkl_error *err)
{
    const size_t count = s->request->part_count;
    s->out->parts = ZKL_ARENA_NEW(&s->out->memory, zkl_notarize_result, count);
    s->out->apart = ZKL_ARENA_NEW(&s->out->memory, zkl_notarize_result, count);
    if (!s->out->parts || !s->out->apart)
        return zkl_no_memory(err, count * sizeof *s->out->parts);
    parts_trial trial = { .s = s };
    ZKL_TRY(try_part(&trial, err));
    if (s->request->dry_run) {
        s->out->is_dry_run = true;
        s->out->part_count = count;
        return ZKL_OK;
    }
    const zkl_status status = record_all(s, err);
    size_t recorded = 0;
    for (size_t i = 0; i < s->out->part_count; i++)
        recorded += !zkl_digest_is_zero(&s->out->parts[i].receipt_id);
    return status == ZKL_OK || !recorded
               ? status
               : zkl_wrap(err, status, "%zu of %zu parts are recorded, and stay", recorded, count);
}

/* "split 80/20 stratified by species" */
static zkl_status put_words(splitting *s, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    const zkl_split_request *r = s->request;
    zkl_buffer_put_text(&words, "split");
    if (s->is_by_values)
        zkl_buffer_format(&words, " by the values of %s", r->by);
    if (r->at)
        zkl_buffer_format(&words, " at %s%s", s->cut.words,
                          s->bench.sources[0].schema->columns[s->by].nullable
                              ? ", rows with a null in the second part"
                              : "");
    for (size_t i = 0; s->has_ratio && i < r->part_count; i++)
        zkl_buffer_format(&words, "%c%llu", i ? '/' : ' ', (unsigned long long)r->parts[i].weight);
    if (r->stratify)
        zkl_buffer_format(&words, " stratified by %s", r->stratify);
    if (r->group)
        zkl_buffer_format(&words, " grouped by %s", r->group);
    zkl_buffer_put_u8(&words, 0);
    ZKL_TRY(zkl_buffer_status(&words, err));
    return service_provenance_words(&s->words, &s->out->memory, (const char *)words.data, err);
}

static zkl_status show_operation(splitting *s, zkl_error *err)
{
    const zkl_split_request *r = s->request;
    zkl_arena *memory = &s->out->memory;
    ZKL_TRY(put_words(s, err));
    s->out->operation = r->is_made ? zkl_arena_format(memory, "%s, made elsewhere", s->words)
                        : r->at || s->is_by_values
                            ? s->words
                            : zkl_arena_format(memory, "%s, seed %s", s->words, s->seed);
    if (!s->out->operation)
        return zkl_no_memory(err, 0);
    if (s->is_by_values) {
        s->out->recorded = split_values_recorded(&s->values);
        return ZKL_OK;
    }
    s->out->recorded = r->at ? NULL
                       : r->is_made && r->stratify
                           ? "that the rows of each value are shared out alike: checked here"
                       : r->is_made           ? NULL
                       : !is_sample_proven(s) ? "that the parts follow the seed"
                       : r->part_count > 2
                           ? "that the parts besides that one follow the seed, and who chose it"
                           : "who chose the seed, and when: it says something only if it came "
                             "after the source was logged";
    return ZKL_OK;
}

static zkl_status split_steps(splitting *s, zkl_ledger *handle, const zkl_env *env, zkl_error *err)
{
    const workbench_source source = { s->request->reference, s->request->files,
                                      s->request->file_count, &s->request->reading };
    ZKL_TRY(check_request(s, err));
    ZKL_TRY(workbench_seed(
        s->seed, s->request->public_seed ? s->request->public_seed : s->request->seed, env, err));
    ZKL_TRY(workbench_open(&s->bench, handle, &source, 1, env, err));
    ZKL_TRY(check_columns(s, err));
    ZKL_TRY(draw_parts(s, err));
    ZKL_TRY(show_operation(s, err));
    ZKL_TRY(make_parts(s, err));
    return record(s, err);
}

zkl_status zkl_split(zkl_split_result *out, zkl_ledger *ledger, const zkl_split_request *request,
                     const zkl_env *env, zkl_error *err)
{
    *out = (zkl_split_result){ 0 };
    ZKL_AUTO_CLEAR(splitting) s = { .request = request, .out = out };
    const zkl_status status = split_steps(&s, ledger, env ? env : zkl_ledger_env(ledger), err);
    if (status != ZKL_OK)
        workbench_name_outputs(&s.bench, err);
    for (size_t i = 0; i < out->part_count; i++)
        zkl_arena_join(&out->memory, &out->parts[i].memory);
    for (size_t i = 0; i < out->apart_count; i++)
        zkl_arena_join(&out->memory, &out->apart[i].memory);
    zkl_arena_join(&out->memory, &out->proven.memory);
    zkl_arena_join(&out->memory, &out->drawn.memory);
    return status;
}
