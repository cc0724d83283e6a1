/* Drawings of a lineage: what stands in their boxes, and text for graphviz. Steps are drawn as
 * nodes too. */
#include "service/lineage_draw.h"

#include "text/shown.h"

/* ---- What stands in a box. */

/* Nothing hidden, at most so many characters. */
static void put_label(zkl_buffer *out, const char *text, size_t chars)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(text), 0);
    size_t at = 0, count = 0;
    while (at < shown.size && count < chars) {
        at++;
        while (at < shown.size && (shown.data[at] & 0xc0) == 0x80)
            at++; /* the rest of a character */
        count++;
    }
    zkl_buffer_put(out, shown.data, at);
    if (at < shown.size)
        zkl_buffer_put_text(out, "..");
    out->failed = out->failed || shown.failed;
}

lineage_look lineage_look_of(const zkl_lineage_result *result, const zkl_lineage_step *step)
{
    if (!step->has_proven_rows && !step->has_proven_columns)
        return LINEAGE_RECORDED;
    const bool is_whole = step->is_proven && !step->columns && !step->unproven;
    if (!result->is_verified)
        return is_whole ? LINEAGE_CLAIMED : LINEAGE_CLAIMED_PART;
    return is_whole ? LINEAGE_PROVEN : LINEAGE_PROVEN_PART;
}

/* What a step does in its owner's words stands over "recorded" alone: over "proven" stands a claim.
 */
static void put_step_label(zkl_buffer *out, const zkl_lineage_result *result,
                           const zkl_lineage_step *step)
{
    const bool is_recorded = lineage_look_of(result, step) == LINEAGE_RECORDED;
    if (step->operation && (is_recorded || !step->claim_count))
        put_label(out, step->operation, LINEAGE_LABEL_CHARS);
    else if (step->claim_count)
        put_label(out, step->claims[0].text, LINEAGE_LABEL_CHARS);
    else
        zkl_buffer_format(out, "entry %llu", (unsigned long long)step->index);
}

static void put_step_words(zkl_buffer *out, const zkl_lineage_result *result,
                           const zkl_lineage_step *step)
{
    static const char *const words[] = {
        [LINEAGE_RECORDED] = "recorded, not proven",
        [LINEAGE_CLAIMED_PART] = "claimed in part",
        [LINEAGE_CLAIMED] = "rows claimed",
        [LINEAGE_PROVEN_PART] = "proven in part",
        [LINEAGE_PROVEN] = "rows proven",
    };
    const lineage_look look = lineage_look_of(result, step);
    zkl_buffer_put_text(out, words[look]);
    if (step->columns) {
        zkl_buffer_put_text(out, ", in columns ");
        put_label(out, step->columns, LINEAGE_LABEL_CHARS);
    }
    if (look == LINEAGE_CLAIMED_PART || look == LINEAGE_CLAIMED)
        zkl_buffer_put_text(out, ", not verified");
}

static void put_node_detail(zkl_buffer *out, const zkl_lineage_node *node)
{
    char hex[65];
    if (node->is_file) {
        zkl_hex_encode(hex, node->id.bytes, 8);
        zkl_buffer_format(out, "sha256 %s..", hex);
    } else if (node->row_count)
        zkl_buffer_format(out, "%llu row%s, entry %llu", (unsigned long long)node->row_count,
                          node->row_count == 1 ? "" : "s", (unsigned long long)node->index);
    else
        zkl_buffer_format(out, "entry %llu", (unsigned long long)node->index);
    if (node->revoked)
        zkl_buffer_format(out, ", REVOKED by entry %llu", (unsigned long long)node->revoked->index);
}

void lineage_put_lines(zkl_buffer *first, zkl_buffer *second, const zkl_lineage_result *result,
                       size_t at)
{
    const zkl_lineage *l = &result->lineage;
    if (at < l->node_count) {
        put_label(first, l->nodes[at].name, LINEAGE_LABEL_CHARS);
        put_node_detail(second, &l->nodes[at]);
    } else {
        put_step_label(first, result, &l->steps[at - l->node_count]);
        put_step_words(second, result, &l->steps[at - l->node_count]);
    }
}

/* ---- DOT: the language of graphviz. Strings in quotes, in which quotes and backslashes get one
 * of these. */

static void put_dot_string(zkl_buffer *out, const zkl_buffer *text)
{
    for (size_t i = 0; i < text->size; i++) {
        if (text->data[i] == '"' || text->data[i] == '\\')
            zkl_buffer_put_u8(out, '\\');
        zkl_buffer_put_u8(out, text->data[i]);
    }
    out->failed = out->failed || text->failed;
}

static void put_dot_node(zkl_buffer *out, const zkl_lineage_node *node, size_t at)
{
    ZKL_AUTO_CLEAR(zkl_buffer) name = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) detail = { 0 };
    put_label(&name, node->name, SIZE_MAX);
    put_node_detail(&detail, node);
    zkl_buffer_format(out, "  n%zu [shape=%s%s, label=\"", at, node->is_file ? "note" : "box",
                      at ? "" : ", penwidth=2");
    put_dot_string(out, &name);
    zkl_buffer_put_text(out, "\\n");
    put_dot_string(out, &detail);
    zkl_buffer_put_text(out, "\"];\n");
}

static void put_dot_step(zkl_buffer *out, const zkl_lineage_result *result, size_t at)
{
    static const char *const styles[] = {
        [LINEAGE_RECORDED] = "dashed", [LINEAGE_CLAIMED_PART] = "dotted",
        [LINEAGE_CLAIMED] = "dotted",  [LINEAGE_PROVEN_PART] = "solid",
        [LINEAGE_PROVEN] = "solid",
    };
    const zkl_lineage_step *step = &result->lineage.steps[at];
    ZKL_AUTO_CLEAR(zkl_buffer) label = { 0 };
    const char *style = styles[lineage_look_of(result, step)];
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    put_step_label(&label, result, step);
    put_step_words(&words, result, step);
    zkl_buffer_format(out, "  s%zu [shape=ellipse, style=%s, label=\"", at, style);
    put_dot_string(out, &label);
    zkl_buffer_put_text(out, "\\n");
    put_dot_string(out, &words);
    zkl_buffer_put_text(out, "\"];\n");
    for (size_t i = 0; i < step->source_count; i++)
        zkl_buffer_format(out, "  n%zu -> s%zu [style=%s, arrowhead=none];\n", step->sources[i], at,
                          style);
    for (size_t i = 0; i < step->result_count; i++)
        zkl_buffer_format(out, "  s%zu -> n%zu [style=%s];\n", at, step->results[i], style);
}

static void put_dot(zkl_buffer *out, const zkl_lineage_result *result)
{
    const zkl_lineage *l = &result->lineage;
    zkl_buffer_put_text(out, "digraph lineage {\n  rankdir=LR;\n"
                             "  node [fontname=\"sans-serif\", fontsize=11];\n");
    for (size_t i = 0; i < l->node_count; i++)
        put_dot_node(out, &l->nodes[i], i);
    for (size_t i = 0; i < l->step_count; i++)
        put_dot_step(out, result, i);
    zkl_buffer_put_text(out, "}\n");
}

/* ---- All of them. */

zkl_status zkl_lineage_draw(zkl_bytes *text, zkl_arena *memory, const zkl_lineage_result *result,
                            zkl_lineage_drawing drawing, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    if ((unsigned)drawing >= ZKL_LINEAGE_DRAWING_COUNT)
        return zkl_fail(err, ZKL_USAGE, "no such drawing");
    ZKL_ASSERT(result->lineage.node_count);
    if (drawing == ZKL_LINEAGE_DOT)
        put_dot(&out, result);
    else
        ZKL_TRY(lineage_put_svg(&out, result, err));
    ZKL_TRY(zkl_buffer_status(&out, err));
    const char *copy = zkl_arena_text(memory, (const char *)out.data, out.size);
    if (!copy)
        return zkl_no_memory(err, out.size);
    *text = zkl_bytes_of(copy, out.size);
    return ZKL_OK;
}
