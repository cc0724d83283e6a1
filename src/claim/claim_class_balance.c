/* "class_balance(c)": how many rows of each class there are. Of a bool the classes are false and
 * true:
 *
 *   class_balance(spam) = 2, 1
 *
 * Of a column with a dictionary they are the texts that occur, which are shown (claim_texts.c):
 *
 *   class_balance(species) = "setosa": 50, "virginica": 49
 *
 * Compiles to one assertion "histogram" with a bin for each class, and one without a row for what
 * lies between two classes, so that every value is counted. Classes stand in the order of their
 * codes. The counts are disclosed, and with them the number of nulls: rows less the counts. */
#include "claim/claim_kind.h"

/* The parameters of a bin. */
enum { BIN_LOW, BIN_WIDTH, BIN_COUNT, BIN_PARAMS };

#define CLASSES_MAX ZKL_CLAIM_TEXTS_MAX

typedef struct class_count {
    zkl_claim_text shown; /* of a dictionary; its text alone until it is compiled */
    uint64_t count;
    /* Compiled: its code, and the number of its bin. */
    uint32_t code;
    size_t bin;
} class_count;

typedef struct balance_body {
    class_count *classes;
    size_t class_count;
    /* Classes are named: `"setosa": 50`. */
    bool has_names;
    size_t bin_count;    /* compiled */
    uint64_t null_count; /* once bound */
} balance_body;

/* ---- Reading */

/* "name": count. A name stands in quotes, so that it is not taken for a count. */
static zkl_status read_class(zkl_claim_reader *r, balance_body *body)
{
    if (body->class_count == CLASSES_MAX)
        return zkl_fail(r->err, ZKL_LIMIT, "the claim has more than %d classes", CLASSES_MAX);
    class_count *next = &body->classes[body->class_count++];
    if (body->has_names) {
        if (zkl_claim_peek(r) != '"')
            return zkl_claim_fail_at(r, r->at, "a text in quotes expected");
        ZKL_TRY(zkl_claim_read_literal(r, &next->shown.text));
        ZKL_TRY(zkl_claim_expect(r, ":"));
    }
    return zkl_claim_read_count(r, &next->count);
}

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(balance_body), r->err));
    balance_body *body = out->body;
    body->classes = ZKL_ARENA_NEW(r->arena, class_count, CLASSES_MAX);
    if (!body->classes)
        return zkl_no_memory(r->err, CLASSES_MAX * sizeof *body->classes);
    ZKL_TRY(zkl_claim_read_one_column(r, out));
    out->is_open = !zkl_claim_accept(r, "=");
    if (out->is_open)
        return ZKL_OK;
    body->has_names = zkl_claim_peek(r) == '"';
    do {
        ZKL_TRY(read_class(r, body));
    } while (zkl_claim_accept(r, ","));
    return ZKL_OK;
}

/* ---- Compiling */

static zkl_status copy_body(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const balance_body *read = out->claim.body;
    balance_body *body = zkl_arena_copy(m->arena, read, sizeof *read);
    class_count *classes = zkl_arena_copy(m->arena, read->classes, CLASSES_MAX * sizeof *classes);
    if (!body || !classes)
        return zkl_no_memory(m->err, CLASSES_MAX * sizeof *classes);
    body->classes = classes;
    out->claim.body = body;
    return ZKL_OK;
}

/* False, and true. */
static zkl_status find_bool_classes(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    balance_body *body = out->claim.body;
    if (!out->claim.is_open && (body->has_names || body->class_count != 2))
        return zkl_claim_fail_column(m, ZKL_USAGE, out->column,
                                     "two counts are expected: of false, and of true");
    body->class_count = 2;
    body->classes[1].code = 1;
    return ZKL_OK;
}

/* The texts that occur. */
static zkl_status list_texts(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    balance_body *body = out->claim.body;
    zkl_claim_texts *texts = m->scope->texts;
    const zkl_bytes *found;
    size_t count = 0;
    if (!texts || !texts->list)
        return zkl_claim_fail_column(m, ZKL_REJECTED, out->column, "its classes are not said");
    ZKL_TRY(texts->list(texts, out->column, &found, &count, m->err));
    if (!count)
        return zkl_claim_fail_column(m, ZKL_USAGE, out->column, "all of its rows are null");
    if (count > CLASSES_MAX)
        return zkl_fail(m->err, ZKL_LIMIT,
                        "the column has %zu different texts: a balance has at "
                        "most %d classes",
                        count, CLASSES_MAX);
    for (size_t i = 0; i < count; i++)
        body->classes[i] = (class_count){ .shown = { .text = found[i] } };
    body->class_count = count;
    body->has_names = true;
    return ZKL_OK;
}

/* The code of each text, and classes by their codes. */
static zkl_status find_text_classes(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    balance_body *body = out->claim.body;
    if (out->claim.is_open)
        ZKL_TRY(list_texts(m, out));
    if (!body->has_names)
        return zkl_claim_fail_column(m, ZKL_USAGE, out->column,
                                     "a count stands behind its class: \"spam\": 12");
    for (size_t i = 0; i < body->class_count; i++) {
        class_count next = body->classes[i];
        size_t at = i;
        ZKL_TRY(zkl_claim_find_text(m, &next.shown, out->column, next.shown.text));
        next.code = next.shown.opening.code;
        for (; at > 0 && body->classes[at - 1].code >= next.code; at--) {
            if (body->classes[at - 1].code == next.code)
                return zkl_claim_fail_column(m, ZKL_USAGE, out->column,
                                             "a class stands there twice");
            body->classes[at] = body->classes[at - 1];
        }
        body->classes[at] = next;
    }
    return ZKL_OK;
}

/* Bins tile all that a cell can hold: *low, *last of number `bin`. A bool's cell holds 0 or 1, so
 * that its last class has the rest. */
static void put_bin(zkl_claim_assertion *made, size_t bin, uint32_t low, uint32_t last)
{
    const zkl_exact first = zkl_exact_of_u64(low), width = zkl_exact_of_u64(last - low);
    zkl_claim_scalar(&made->params[BIN_PARAMS * bin + BIN_LOW], &first);
    zkl_claim_scalar(&made->params[BIN_PARAMS * bin + BIN_WIDTH], &width);
}

/* The number of each class's bin, and of all. */
static void number_bins(balance_body *body)
{
    uint32_t next = 0; /* the code behind the class before */
    body->bin_count = 0;
    for (size_t i = 0; i < body->class_count; i++) {
        body->bin_count += body->classes[i].code > next;
        body->classes[i].bin = body->bin_count++;
        next = body->classes[i].code + 1;
    }
    body->bin_count += body->has_names && next <= UINT16_MAX;
}

/* Counts stay 0 until the claim is bound, those of the bins between classes for ever. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const zkl_type_kind kind = zkl_claim_schema_column(m->scope, out->column)->type.kind;
    if (kind != ZKL_TYPE_BOOL && kind != ZKL_TYPE_DICTIONARY)
        return zkl_claim_fail_column(m, ZKL_USAGE, out->column,
                                     "a balance is of a bool, or of texts with a dictionary; of "
                                     "integers there is histogram(c, 0, 1, 2)");
    ZKL_TRY(copy_body(m, out));
    balance_body *body = out->claim.body;
    zkl_claim_assertion *made = NULL;
    uint32_t next = 0;
    ZKL_TRY((kind == ZKL_TYPE_BOOL ? find_bool_classes : find_text_classes)(m, out));
    number_bins(body);
    ZKL_TRY(zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_HISTOGRAM,
                                    BIN_PARAMS * body->bin_count));
    ZKL_TRY(zkl_claim_put_named(m, &made->sources[0], out->column));
    for (size_t i = 0; i < body->class_count; i++) {
        const class_count *c = &body->classes[i];
        const bool has_rest = !body->has_names && i + 1 == body->class_count;
        if (c->code > next)
            put_bin(made, c->bin - 1, next, c->code - 1);
        put_bin(made, c->bin, c->code, has_rest ? UINT16_MAX : c->code);
        next = c->code + 1;
    }
    if (body->has_names && next <= UINT16_MAX)
        put_bin(made, body->bin_count - 1, next, UINT16_MAX);
    return ZKL_OK;
}

/* The counts may come from a statement, so from outside: each is bounded before it is used. */
static zkl_status bind(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    balance_body *body = claim->claim.body;
    uint64_t left = claim->row_count;
    for (size_t i = 0; i < body->class_count; i++) {
        class_count *c = &body->classes[i];
        const zkl_exact stated = zkl_exact_of_bytes(params[BIN_PARAMS * c->bin + BIN_COUNT].bytes);
        uint64_t count = c->count;
        if ((claim->claim.is_open && !zkl_exact_to_u64(&count, &stated)) || count > left)
            return zkl_fail(err, ZKL_REJECTED, "more values in the classes than rows");
        c->count = count;
        left -= count;
    }
    if (left && !zkl_claim_schema_column(claim->scope, claim->column)->nullable)
        return zkl_fail(err, ZKL_REJECTED, "fewer values in the classes than rows, and no nulls");
    for (size_t i = 0; i < body->class_count; i++) {
        const zkl_exact count = zkl_exact_of_u64(body->classes[i].count);
        zkl_claim_scalar(
            &claim->assertions[0].params[BIN_PARAMS * body->classes[i].bin + BIN_COUNT], &count);
    }
    body->null_count = left;
    claim->claim.is_open = false;
    return ZKL_OK;
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const balance_body *body = claim->body;
    zkl_claim_put_call(out, claim);
    for (size_t i = 0; !claim->is_open && i < body->class_count; i++) {
        zkl_buffer_put_text(out, i ? ", " : " = ");
        if (body->has_names) {
            zkl_claim_put_text(out, body->classes[i].shown.text);
            zkl_buffer_put_text(out, ": ");
        }
        zkl_buffer_format(out, "%llu", (unsigned long long)body->classes[i].count);
    }
}

/* Counts, and texts where classes have names, in one order. */
static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const balance_body *body = claim->claim.body;
    const zkl_claim_text *texts[CLASSES_MAX];
    ZKL_ASSERT(claim->is_bound);
    zkl_claim_member_column(out, &claim->claim);
    zkl_buffer *list = zkl_claim_member(out, "counts");
    for (size_t i = 0; i < body->class_count; i++) {
        zkl_buffer_format(list, "%c%llu", i ? ',' : '[',
                          (unsigned long long)body->classes[i].count);
        texts[i] = &body->classes[i].shown;
    }
    zkl_buffer_put_u8(list, ']');
    zkl_buffer_format(zkl_claim_member(out, "nulls"), "%llu", (unsigned long long)body->null_count);
    zkl_claim_member_texts(out, claim->scope, texts, body->has_names ? body->class_count : 0);
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const balance_body *body = claim->claim.body;
    const zkl_column *column = zkl_claim_schema_column(claim->scope, claim->column);
    const unsigned long long count = claim->row_count - body->null_count;
    zkl_buffer_format(out, "of the %llu %svalue%s of ", count, column->nullable ? "non-null " : "",
                      count == 1 ? "" : "s");
    zkl_claim_name_print(out, column->name);
    for (size_t i = 0; i < body->class_count; i++) {
        const class_count *c = &body->classes[i];
        zkl_buffer_format(out, ", %llu %s ", (unsigned long long)c->count,
                          c->count == 1 ? "is" : "are");
        if (body->has_names)
            zkl_claim_put_text(out, c->shown.text);
        else
            zkl_buffer_put_text(out, i ? "true" : "false");
    }
    if (body->has_names)
        zkl_buffer_put_text(out, ", and none has another code (a text is compared by one code: its "
                                 "dictionary could hold one text under several)");
}

/* ---- Properties */

static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_NULLS_COUNTED;
}

static zkl_claim_values values(const zkl_compiled_claim *claim)
{
    const balance_body *body = claim->claim.body;
    return (zkl_claim_values){ claim->row_count - body->null_count, true };
}

/* No count: those of a false claim are not disclosed. */
static const char *false_words(const zkl_compiled_claim *claim)
{
    const balance_body *body = claim->claim.body;
    return body->has_names ? "its classes have other numbers of rows, or there are more classes"
                           : "others are false and true";
}

/* Not by row: the counts of parts would be disclosed. */
const zkl_claim_ops zkl_claim_kind_class_balance = {
    .word = "class_balance",
    .parse = parse,
    .compile = compile,
    .bind = bind,
    .print = print,
    .print_bare = zkl_claim_put_call,
    .json = json,
    .sentence = sentence,
    .nulls = nulls,
    .values = values,
    .false_words = false_words,
};
