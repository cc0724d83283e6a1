/* Lineage: which graph follows from entries, what stands at which step, and what is refused. */
#include "testing.h"

#include <string.h>

#include "verify/lineage.h"

/* Entries of a log, made in order. */
typedef struct lineage_world {
    zkl_test *t;
    zkl_lineage_entry items[64];
    size_t count;
} lineage_world;

static zkl_bytes text(const char *of)
{
    return of ? zkl_bytes_of_text(of) : (zkl_bytes){ 0 };
}

static zkl_entry *add(lineage_world *w, zkl_entry_kind kind, const char *name, uint32_t version)
{
    zkl_entry *e = ZKL_ARENA_NEW(&w->t->arena, zkl_entry, 1);
    ZKL_ASSERT(e && w->count < ZKL_COUNT(w->items)); /* of the test's own making */
    e->kind = kind;
    e->data.name = text(name);
    e->data.version = version;
    e->data.dataset.bytes[0] = (uint8_t)w->count;
    w->items[w->count] = (zkl_lineage_entry){ .index = 10 * w->count, .entry = e };
    w->items[w->count].leaf.bytes[31] = (uint8_t)(1 + w->count);
    w->count++;
    return e;
}

/* The place of a notarisation: what others name it by. */
static size_t notarise(lineage_world *w, const char *name, uint32_t version)
{
    add(w, ZKL_ENTRY_NOTARISE, name, version);
    w->items[w->count - 1].row_count = 100 + w->count;
    return w->count - 1;
}

/* parents: places, ended by SIZE_MAX; the first is what the entry is about. */
static zkl_entry *rest_on(lineage_world *w, zkl_entry_kind kind, const size_t *parents)
{
    const zkl_entry *own = w->items[parents[0]].entry;
    zkl_entry *e = add(w, kind, (const char *)own->data.name.data, own->data.version);
    zkl_digest *leaves = ZKL_ARENA_NEW(&w->t->arena, zkl_digest, 8);
    ZKL_ASSERT(leaves);
    while (parents[e->parent_count] != SIZE_MAX) {
        leaves[e->parent_count] = w->items[parents[e->parent_count]].leaf;
        e->parent_count++;
    }
    e->parents = leaves;
    return e;
}

static zkl_entry_provenance *record(lineage_world *w, const char *operation, const size_t *parents)
{
    zkl_entry *e = rest_on(w, ZKL_ENTRY_PROVENANCE, parents);
    zkl_entry_provenance *p = ZKL_ARENA_NEW(&w->t->arena, zkl_entry_provenance, 1);
    ZKL_ASSERT(p);
    p->operation = text(operation);
    e->data.provenance = p;
    return p;
}

static void prove(lineage_world *w, const char *claim, const size_t *parents)
{
    zkl_entry *e = rest_on(w, ZKL_ENTRY_PROVE, parents);
    zkl_entry_statement *s = ZKL_ARENA_NEW(&w->t->arena, zkl_entry_statement, 1);
    zkl_entry_claim *c = ZKL_ARENA_NEW(&w->t->arena, zkl_entry_claim, 1);
    ZKL_ASSERT(s && c);
    c->text = text(claim);
    *s = (zkl_entry_statement){ .claims = c, .claim_count = 1 };
    e->data.statements = s;
    e->data.statement_count = 1;
}

static const zkl_entry_file *file(lineage_world *w, const char *name, uint8_t content)
{
    zkl_entry_file *f = ZKL_ARENA_NEW(&w->t->arena, zkl_entry_file, 1);
    ZKL_ASSERT(f);
    *f = (zkl_entry_file){ text(name), { { content } } };
    return f;
}

#define OF(...) ((const size_t[]){ __VA_ARGS__, SIZE_MAX })

static zkl_status make(lineage_world *w, zkl_lineage *out, const char *name, bool is_descent,
                       zkl_error *err)
{
    const zkl_lineage_target of = { text(name), 1, is_descent };
    *err = (zkl_error){ 0 };
    return zkl_lineage_make(out, &w->t->arena, w->items, w->count, &of, err);
}

/* "a@1 <- filter[c@1, model] {claim}" for each step, one text. */
static const char *drawn(zkl_test *t, const zkl_lineage *l)
{
    zkl_buffer out = { 0 };
    for (size_t i = 0; i < l->step_count; i++) {
        const zkl_lineage_step *s = &l->steps[i];
        for (size_t k = 0; k < s->result_count; k++)
            zkl_buffer_format(&out, "%s%s", k ? "+" : "", l->nodes[s->results[k]].name);
        zkl_buffer_format(&out, "<%s%s:", s->operation ? s->operation : "",
                          s->is_recorded ? "" : "-");
        for (size_t k = 0; k < s->source_count; k++)
            zkl_buffer_format(&out, "%s%s", k ? "+" : "", l->nodes[s->sources[k]].name);
        for (size_t k = 0; k < s->claim_count; k++)
            zkl_buffer_format(&out, "{%s|%s}", s->claims[k].about, s->claims[k].text);
        zkl_buffer_put_text(&out, s->has_proven_rows ? "! " : " ");
    }
    zkl_buffer_put_u8(&out, 0);
    const char *made = out.failed ? NULL : zkl_arena_text(&t->arena, (char *)out.data, out.size);
    zkl_buffer_clear(&out);
    return made ? made : "";
}

static void check(lineage_world *w, const char *name, bool is_descent, const char *want)
{
    zkl_lineage l;
    zkl_error err;
    zkl_test *t = w->t;
    REQUIRE_OK(t, &err, make(w, &l, name, is_descent, &err));
    CHECK_TEXT_EQ(t, drawn(t, &l), want);
    CHECK(t, l.is_descent == is_descent && strncmp(l.nodes[0].name, name, strlen(name)) == 0);
}

static void refuse(lineage_world *w, const char *name, zkl_status status, const char *words)
{
    zkl_lineage l;
    zkl_error err;
    zkl_test *t = w->t;
    CHECK_STATUS(t, status, make(w, &l, name, false, &err));
    if (!strstr(err.text, words))
        FAIL(t, "'%s' is not said, but '%s'", words, err.text);
}

static void test_lineage__goes_back_to_the_sources(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t people = notarise(&w, "people", 1), adults = notarise(&w, "adults", 1);
    record(&w, "filter", OF(adults, people));
    const size_t train = notarise(&w, "train", 1), test = notarise(&w, "test", 1);
    record(&w, "split", OF(train, adults));
    record(&w, "split", OF(test, adults));
    notarise(&w, "stranger", 1);
    check(&w, "train", false, "adults@1<filter:people@1 train@1<split:adults@1 ");
    check(&w, "people", false, "");
    check(&w, "stranger", false, "");
    check(&w, "people", true,
          "adults@1<filter:people@1 train@1<split:adults@1 test@1<split:adults@1 ");
    check(&w, "test", true, "");
    zkl_lineage l;
    zkl_error err;
    REQUIRE_OK(t, &err, make(&w, &l, "train", false, &err));
    REQUIRE(t, l.node_count == 3);
    CHECK(t, l.nodes[1].index == 10 * adults && l.nodes[1].row_count == 100 + adults + 1);
    CHECK(t, l.nodes[1].id.bytes[0] == adults && !l.nodes[1].is_file);
    refuse(&w, "nobody", ZKL_NOT_FOUND, "'nobody@1'");
}

/* A file is one by its content, whatever it is called; the first entry that names it names it. */
static void test_lineage__goes_through_files(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t train = notarise(&w, "train", 1), extra = notarise(&w, "extra", 1),
                 test = notarise(&w, "test", 1), predictions = notarise(&w, "predictions", 1);
    zkl_entry_provenance *fit = record(&w, "fit", OF(train, extra));
    fit->used = file(&w, "fit.py", 1);
    fit->made = file(&w, "model.pkl", 2);
    fit->used_count = fit->made_count = 1;
    zkl_entry_provenance *predict = record(&w, "predict", OF(predictions, test));
    predict->used = file(&w, "renamed.pkl", 2);
    predict->used_count = 1;
    check(&w, "predictions", false,
          "model.pkl<fit:train@1+extra@1+fit.py predictions@1<predict:test@1+model.pkl ");
    check(&w, "train", true, "model.pkl<fit:train@1 predictions@1<predict:model.pkl ");
    zkl_lineage l;
    zkl_error err;
    REQUIRE_OK(t, &err, make(&w, &l, "predictions", false, &err));
    for (size_t i = 0; i < l.node_count; i++)
        CHECK(t, l.nodes[i].is_file == (strchr(l.nodes[i].name, '@') == NULL));
}

/* What is proven stands beside what is recorded, at the step that it speaks of and at no other. */
static void test_lineage__puts_claims_where_they_belong(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t adults = notarise(&w, "adults", 1), train = notarise(&w, "train", 1),
                 test = notarise(&w, "test", 1), joined = notarise(&w, "joined", 1);
    record(&w, "split", OF(train, adults));
    record(&w, "split", OF(test, adults));
    record(&w, "guess", OF(test, train)); /* a claim about `joined` says nothing of it */
    prove(&w, "split(train@1, test@1)", OF(adults, train, test));
    prove(&w, "disjoint(id, test@1)", OF(train, test));
    record(&w, "join", OF(joined, train, test));
    prove(&w, "joined(train@1, test@1, on id)", OF(joined, train, test));
    prove(&w, "drift(pay, train@1) <= 0.1", OF(joined, train));
    check(&w, "joined", false,
          "train@1<split:adults@1{adults@1|split(train@1, test@1)}! "
          "test@1<split:adults@1{adults@1|split(train@1, test@1)}! "
          "test@1<guess:train@1{train@1|disjoint(id, test@1)} "
          "joined@1<join:train@1+test@1{joined@1|joined(train@1, test@1, on id)}"
          "{joined@1|drift(pay, train@1) <= 0.1}! ");
}

/* Claims that stand at no step stand at what they are about; that cells are well formed is told of
 * none. */
static void test_lineage__lists_claims_of_datasets(zkl_test *t)
{
    lineage_world w = { .t = t };
    zkl_lineage l;
    zkl_error err;
    const size_t a = notarise(&w, "a", 1), b = notarise(&w, "b", 1), c = notarise(&w, "c", 1);
    record(&w, "copy", OF(b, a));
    prove(&w, "range(age, 0, 120)", OF(b));
    prove(&w, "cells(*)", OF(b));
    prove(&w, "same_rows(a@1)", OF(b, a));
    prove(&w, "disjoint(id, c@1)", OF(b, c));
    REQUIRE_OK(t, &err, make(&w, &l, "b", false, &err));
    REQUIRE(t, l.node_count == 2 && l.nodes[0].claim_count == 2 && !l.nodes[1].claim_count);
    CHECK_TEXT_EQ(t, l.nodes[0].claims[0].text, "range(age, 0, 120)");
    CHECK_TEXT_EQ(t, l.nodes[0].claims[1].text, "disjoint(id, c@1)");
    CHECK_TEXT_EQ(t, l.nodes[0].claims[0].about, "b@1");
    /* Who is no part of the lineage is named; a claim at a step tells that its entry is one. */
    CHECK(t, !l.nodes[0].claims[0].outside);
    CHECK_TEXT_EQ(t, l.nodes[0].claims[1].outside, "c@1");
    prove(&w, "split(b@1, c@1)", OF(a, b, c));
    prove(&w, "disjoint(id, b@1)", OF(a, b));
    REQUIRE_OK(t, &err, make(&w, &l, "b", false, &err));
    REQUIRE(t, l.node_count == 2 && l.step_count == 1 && !l.nodes[1].claim_count);
    CHECK_UINT_EQ(t, l.steps[0].claim_count, 3);
}

/* Claims alone tell a step, when they say where rows come from. What was there first is the
 * source. */
static void test_lineage__follows_claims_without_a_record(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t all = notarise(&w, "all", 1), one = notarise(&w, "one", 1),
                 two = notarise(&w, "two", 1), both = notarise(&w, "both", 1);
    prove(&w, "split(one@1, two@1)", OF(all, one, two));
    prove(&w, "split(one@1, two@1)", OF(both, one, two));
    prove(&w, "subset(id, all@1)", OF(both, all));
    check(&w, "two", false, "two@1<-:all@1{all@1|split(one@1, two@1)}! ");
    check(&w, "both", false,
          "one@1+two@1<-:all@1{all@1|split(one@1, two@1)}! "
          "both@1<-:one@1+two@1{both@1|split(one@1, two@1)}! ");
    /* Said once, though it is proven twice; and a record takes its place. */
    prove(&w, "same_rows(both@1)", OF(all, both));
    prove(&w, "same_rows(all@1)", OF(both, all));
    record(&w, "copy", OF(both, all));
    check(&w, "all", true,
          "one@1+two@1<-:all@1{all@1|split(one@1, two@1)}! "
          "both@1<-:one@1+two@1{both@1|split(one@1, two@1)}! "
          "both@1<copy:all@1{both@1|subset(id, all@1)}{all@1|same_rows(both@1)}"
          "{both@1|same_rows(all@1)}! ");
}

/* The same data under a second name are two datasets of a lineage. */
static void test_lineage__keeps_branches_apart(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t a = notarise(&w, "a", 1), b = notarise(&w, "b", 1);
    ((zkl_entry *)(uintptr_t)w.items[b].entry)->data.dataset = w.items[a].entry->data.dataset;
    record(&w, "branch of a@1", OF(b, a));
    check(&w, "b", false, "b@1<branch of a@1:a@1 ");
}

static void contradicts(lineage_world *w, const char *name, bool want)
{
    zkl_lineage l;
    zkl_error err;
    zkl_test *t = w->t;
    REQUIRE_OK(t, &err, make(w, &l, name, false, &err));
    if ((l.circle != NULL) != want)
        FAIL(t, "'%s': %s", name, want ? "no circle is told" : "a circle is told");
}

static const zkl_lineage_step *step_of(lineage_world *w, const char *name, uint64_t index)
{
    static const zkl_lineage_step none = { .index = UINT64_MAX };
    zkl_lineage l;
    zkl_error err;
    if (make(w, &l, name, false, &err) == ZKL_OK)
        for (size_t i = 0; i < l.step_count; i++)
            if (l.steps[i].index == index)
                return &l.steps[i];
    FAIL(w->t, "'%s' has no step %llu: %s", name, (unsigned long long)index, err.text);
    return &none;
}

/* Which thing of a circle is named: of records and of claims. "": none. */
static void names_circle(lineage_world *w, int line, const char *name, const char *recorded,
                         const char *proven)
{
    zkl_lineage l;
    zkl_error err;
    zkl_test *t = w->t;
    REQUIRE_OK(t, &err, make(w, &l, name, false, &err));
    if (strcmp(l.circle ? l.circle : "", recorded) != 0 ||
        strcmp(l.proven_circle ? l.proven_circle : "", proven) != 0)
        FAIL(t, "line %d: of '%s' '%s' and '%s'", line, name, l.circle ? l.circle : "",
             l.proven_circle ? l.proven_circle : "");
}

/* Equal tables are proven of each other, and contradict nothing. */
static void test_lineage__tells_circles_of_claims(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t a = notarise(&w, "a", 1), b = notarise(&w, "b", 1), c = notarise(&w, "c", 1),
                 d = notarise(&w, "d", 1), e = notarise(&w, "e", 1);
    record(&w, "below", OF(d, c));
    record(&w, "below", OF(e, d));
    prove(&w, "filter(a@1, where id >= 1)", OF(b, a));
    prove(&w, "filter(b@1, where id >= 1)", OF(c, b));
    names_circle(&w, __LINE__, "e", "", "");
    const size_t before = w.count;
    prove(&w, "filter(c@1, where id >= 1)", OF(a, c));
    /* What lies below is on no circle, and no circle goes through its steps. */
    names_circle(&w, __LINE__, "e", "", "b@1");
    names_circle(&w, __LINE__, "a", "", "b@1");
    CHECK(t, !step_of(&w, "e", 50)->circle && !step_of(&w, "e", 60)->circle);
    CHECK_TEXT_EQ(t, step_of(&w, "e", 70)->circle, "b@1");
    CHECK_TEXT_EQ(t, step_of(&w, "e", 90)->circle, "a@1");
    /* A record whose rows are proven is no contradiction; one whose rows are not is one. */
    record(&w, "copy", OF(b, a));
    names_circle(&w, __LINE__, "e", "", "c@1");
    w.count = before;
    record(&w, "x", OF(a, c));
    names_circle(&w, __LINE__, "e", "a@1", "");
    /* Nor is what is recorded as a whole, proven or not, anything but one. */
    w.count = before;
    record(&w, "x", OF(b, a));
    record(&w, "x", OF(c, b));
    record(&w, "x", OF(a, c));
    prove(&w, "filter(c@1, where id >= 1)", OF(a, c));
    names_circle(&w, __LINE__, "e", "b@1", "");
    /* Two, of each other. */
    lineage_world v = { .t = t };
    const size_t one = notarise(&v, "one", 1), two = notarise(&v, "two", 1);
    prove(&v, "filter(one@1, where id >= 1)", OF(two, one));
    prove(&v, "filter(two@1, where id >= 1)", OF(one, two));
    names_circle(&v, __LINE__, "one", "", "two@1");
    names_circle(&v, __LINE__, "two", "", "two@1");
}

/* A log cannot take back what it says: a circle is told, and what hangs on it is shown. */
static void test_lineage__tells_circles(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t a = notarise(&w, "a", 1), b = notarise(&w, "b", 1), c = notarise(&w, "c", 1);
    record(&w, "x", OF(b, a));
    record(&w, "y", OF(c, b));
    const size_t before = w.count;
    contradicts(&w, "c", false);
    record(&w, "z", OF(a, c));
    contradicts(&w, "a", true);
    contradicts(&w, "c", true);
    check(&w, "c", false, "b@1<x:a@1 c@1<y:b@1 a@1<z:c@1 ");
    w.count = before; /* through a file */
    zkl_entry_provenance *fit = record(&w, "fit", OF(c));
    fit->made = file(&w, "model", 7);
    fit->made_count = 1;
    check(&w, "c", false, "b@1<x:a@1 c@1<y:b@1 ");
    zkl_entry_provenance *use = record(&w, "use", OF(a));
    use->used = file(&w, "model", 7);
    use->used_count = 1;
    contradicts(&w, "c", true);
    /* What is in no circle of its own has none. */
    notarise(&w, "free", 1);
    contradicts(&w, "free", false);
}

/* A claim about some rows of the source says nothing of where those of the result come from. */
static void test_lineage__proves_the_way_that_a_claim_goes(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t small = notarise(&w, "small", 1), big = notarise(&w, "big", 1),
                 other = notarise(&w, "other", 1), made = notarise(&w, "made", 1);
    record(&w, "dedup", OF(big, small));
    prove(&w, "slice(big@1, 0..1)", OF(small, big));
    const zkl_lineage_step *step = step_of(&w, "big", 40);
    CHECK(t, step->claim_count == 1 && !step->has_proven_rows && !step->is_proven);
    /* Some of the sources. */
    record(&w, "mix", OF(made, small, other));
    prove(&w, "same(id, small@1)", OF(made, small));
    step = step_of(&w, "made", 60);
    CHECK(t, step->claim_count == 1 && step->has_proven_rows && !step->is_proven);
    prove(&w, "filter(other@1, where id > 1)", OF(made, other));
    step = step_of(&w, "made", 60);
    CHECK(t, step->claim_count == 2 && step->is_proven);
    /* Of two tables together, of which one is a source. */
    const size_t one = notarise(&w, "one", 1);
    record(&w, "copy", OF(one, small));
    prove(&w, "same_rows(small@1)", OF(one, small));
    step = step_of(&w, "one", 100);
    CHECK(t, step->is_proven);
    const size_t both = notarise(&w, "both", 1);
    record(&w, "copy", OF(both, small));
    prove(&w, "split(small@1, other@1)", OF(both, small, other));
    step = step_of(&w, "both", 130);
    CHECK(t, step->claim_count == 1 && !step->has_proven_rows);
}

/* Small tables: how many columns they have is known, and how many rows. */
static void size(lineage_world *w, size_t node, uint64_t rows, size_t columns)
{
    w->items[node].row_count = rows;
    w->items[node].column_count = columns;
}

/* A subset tells where rows come from when it names all columns of the result, and what they have
 * of rows of the source when it names all of that one's. */
static void test_lineage__knows_subsets_of_all_columns(zkl_test *t)
{
    static const struct {
        const char *claim;
        size_t own, other; /* columns; 0: not known */
        bool rows, columns;
    } cases[] = {
        { "subset(a, b, other@1)", 2, 2, true, true },
        { "subset(a, b, other@1)", 2, 3, true, false }, /* some columns were left out */
        { "subset(a, b, other@1.x, other@1.y)", 2, 5, true, false },
        { "subset(a, b, other@1)", 3, 2, false, true }, /* one was added */
        { "subset(a, b, other@1)", 3, 3, false, false },
        { "subset(a, b, other@1)", 1, 1, false, false },
        { "subset(a, b, other@1)", 0, 2, false, true },
        { "subset(a, b, other@1)", 2, 0, true, false },
        { "subset(a, b, other@1)", 0, 0, false, false },
        { "subset(a, b, other@1, nulls=match)", 2, 2, true, true },
        { "subset(a, b, other@1, nulls=pass)", 2, 2, false, false },
        { "disjoint(a, other@1)", 1, 1, false, false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        lineage_world w = { .t = t };
        const size_t other = notarise(&w, "other", 1), own = notarise(&w, "own", 1),
                     third = notarise(&w, "third", 1);
        size(&w, own, 10, cases[i].own);
        size(&w, other, 10, cases[i].other);
        size(&w, third, 10, cases[i].own);
        record(&w, "dedup", OF(own, other));
        prove(&w, cases[i].claim, OF(own, other));
        const zkl_lineage_step *step = step_of(&w, "own", 30);
        if (step->claim_count != 1 || step->has_proven_rows != cases[i].rows ||
            step->is_proven != cases[i].rows || step->has_proven_columns != cases[i].columns)
            FAIL(t, "'%s' of %zu columns, there %zu", cases[i].claim, cases[i].own, cases[i].other);
        /* About the source it says nothing of where the result's rows come from. */
        record(&w, "copy", OF(other, third));
        prove(&w, "subset(a, b, other@1)", OF(third, other));
        step = step_of(&w, "other", 50);
        CHECK(t, step->claim_count == 1 && !step->has_proven_rows && !step->has_proven_columns);
    }
}

/* A foreign key is no step: nothing was made of the list that it names. */
static void test_lineage__makes_no_step_of_a_subset(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t list = notarise(&w, "list", 1), own = notarise(&w, "own", 1);
    size(&w, own, 10, 1);
    size(&w, list, 10, 1);
    prove(&w, "subset(a, list@1)", OF(own, list));
    check(&w, "own", false, "");
    check(&w, "list", true, "");
}

/* Claims on spans speak of all rows when together they have each: the same claim, of the same
 * datasets. */
static void test_lineage__adds_up_spans(zkl_test *t)
{
    static const struct {
        uint64_t rows;
        const char *claims[3];
        bool proven;
    } cases[] = {
        { 200, { "same(x@1)" }, true },
        { 200, { "same(x@1) in rows 0..199" }, true },
        { 200, { "same(x@1) in rows 0..198" }, false },
        { 200, { "same(x@1) in rows 1..199" }, false },
        { 0, { "same(x@1) in rows 0..199" }, false }, /* nobody knows how many there are */
        { 0, { "same(x@1)" }, true },
        { 200, { "same(x@1) in rows 100..199", "same(x@1) in rows 0..99" }, true },
        { 200, { "same(x@1) in rows 0..99", "same(x@1) in rows 101..199" }, false },
        { 200, { "same(x@1) in rows 0..99", "same(a, x@1) in rows 100..199" }, false },
        { 200, { "same(x@1) in rows 0..99", "same(y@1) in rows 100..199" }, false },
        { 200,
          { "same(x@1) in rows 150..199", "same(x@1) in rows 0..149", "same(x@1) in rows 20..30" },
          true },
        { 200, { "same(x@1) in rows 0..99", "same(x@1) in rows 0..18446744073709551615" }, true },
        { 200, { "subset(a, x@1) in rows 0..99", "subset(a, x@1) in rows 100..199" }, true },
        { 200, { "subset(a, x@1) in rows 0..99", "same(x@1) in rows 100..199" }, false },
        { 200, { "subset(a, x@1) in rows 0..99" }, false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        lineage_world w = { .t = t };
        const size_t x = notarise(&w, "x", 1), y = notarise(&w, "y", 1),
                     own = notarise(&w, "own", 1);
        size(&w, x, cases[i].rows, 1);
        size(&w, y, cases[i].rows, 1);
        size(&w, own, cases[i].rows, 1);
        record(&w, "made", OF(own, x));
        for (size_t k = 0; k < 3 && cases[i].claims[k]; k++)
            prove(&w, cases[i].claims[k],
                  strstr(cases[i].claims[k], "y@1") ? OF(own, y) : OF(own, x));
        const zkl_lineage_step *step = step_of(&w, "own", 30);
        if (step->has_proven_rows != cases[i].proven || step->is_proven != cases[i].proven)
            FAIL(t, "case %zu, from '%s' on", i, cases[i].claims[0]);
    }
}

/* Claims that pair columns off say which; those of whole rows speak of all. */
static void test_lineage__names_the_columns_that_are_told(zkl_test *t)
{
    static const struct {
        const char *about_own[2], *about_source; /* claims */
        size_t own, source;                      /* columns */
        const char *columns;
    } cases[] = {
        { { "same(source@1)" }, NULL, 2, 2, NULL },
        { { "same(source@1)" }, NULL, 2, 3, NULL }, /* one was left out */
        { { "same(a, source@1.a)" }, NULL, 2, 2, "a" },
        { { "same(a, source@1.a)" }, NULL, 0, 0, "a" },
        { { "same(a, b, source@1.b, source@1.a)" }, NULL, 2, 2, NULL },
        { { "same(a, \"b c\", source@1.b, source@1.a)" }, NULL, 3, 2, "a, \"b c\"" },
        { { "same(a, source@1.x)", "same(b, source@1.x)" }, NULL, 3, 2, "a, b" },
        { { "same(a, source@1.x)", "same(b, source@1.x)" }, NULL, 2, 2, NULL },
        { { "same(a, source@1.x)", "same(a, source@1.y)" }, NULL, 2, 2, "a" },
        { { "same(a, source@1.x)", "same_rows(source@1)" }, NULL, 2, 2, NULL },
        { { "same(a, source@1.x)", "filter(source@1, where a > 1)" }, NULL, 2, 2, NULL },
        { { "same(a, source@1.x) in rows 0..9" }, NULL, 2, 2, NULL }, /* tells no rows */
        { { NULL }, "same(own@1)", 2, 2, NULL },
        { { NULL }, "same(own@1)", 3, 2, "those of source@1" }, /* one was added */
        { { NULL }, "same(x, own@1.a)", 2, 2, "a" },
        { { NULL }, "same(x, y, own@1.a, own@1.b)", 2, 2, NULL },
        { { "same(a, source@1.x)" }, "same(y, own@1.b)", 2, 2, NULL },
        { { "subset(a, b, source@1)" }, NULL, 2, 2, NULL },
        { { "subset(a, source@1)" }, NULL, 2, 2, NULL }, /* tells no rows */
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        lineage_world w = { .t = t };
        const size_t source = notarise(&w, "source", 1), own = notarise(&w, "own", 1);
        size(&w, source, 100, cases[i].source);
        size(&w, own, 100, cases[i].own);
        record(&w, "made", OF(own, source));
        for (size_t k = 0; k < 2 && cases[i].about_own[k]; k++)
            prove(&w, cases[i].about_own[k], OF(own, source));
        if (cases[i].about_source)
            prove(&w, cases[i].about_source, OF(source, own));
        const zkl_lineage_step *step = step_of(&w, "own", 20);
        if ((step->columns != NULL) != (cases[i].columns != NULL) ||
            (step->columns && strcmp(step->columns, cases[i].columns) != 0))
            FAIL(t, "case %zu: '%s', not '%s'", i, step->columns ? step->columns : "",
                 cases[i].columns ? cases[i].columns : "");
    }
}

/* A record hides nothing that is proven. */
static void test_lineage__shows_what_is_proven_beside_records(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t raw = notarise(&w, "raw", 1), train = notarise(&w, "train", 1),
                 test = notarise(&w, "test", 1);
    prove(&w, "split(train@1, test@1)", OF(raw, train, test));
    record(&w, "x", OF(train, raw));
    check(&w, "test", false, "test@1<-:raw@1{raw@1|split(train@1, test@1)}! ");
    lineage_world v = { .t = t }; /* and says which way both go */
    const size_t one = notarise(&v, "one", 1), two = notarise(&v, "two", 1),
                 all = notarise(&v, "all", 1);
    record(&v, "x", OF(one, all));
    prove(&v, "split(one@1, two@1)", OF(all, one, two));
    check(&v, "two", false, "two@1<-:all@1{all@1|split(one@1, two@1)}! ");
    contradicts(&v, "one", false);
    contradicts(&v, "all", false);
    /* That the whole was made of one part does not say so, and loses neither part its source. */
    lineage_world x = { .t = t };
    const size_t whole = notarise(&x, "whole", 1), half = notarise(&x, "half", 1),
                 rest = notarise(&x, "rest", 1);
    prove(&x, "split(half@1, rest@1)", OF(whole, half, rest));
    record(&x, "x", OF(whole, half));
    check(&x, "rest", false,
          "half@1+rest@1<-:whole@1{whole@1|split(half@1, rest@1)}! "
          "whole@1<x:half@1{whole@1|split(half@1, rest@1)} ");
    contradicts(&x, "half", true);
    record(&x, "y", OF(whole, rest)); /* of both it does */
    check(&x, "rest", false, "");
    contradicts(&x, "half", false);
    /* Each part's record links it with the source: what is said of both is no second step. */
    lineage_world u = { .t = t };
    const size_t source = notarise(&u, "source", 1), left = notarise(&u, "left", 1),
                 right = notarise(&u, "right", 1);
    record(&u, "x", OF(left, source));
    record(&u, "y", OF(right, source));
    prove(&u, "split(left@1, right@1)", OF(source, left, right));
    check(&u, "right", false, "right@1<y:source@1{source@1|split(left@1, right@1)}! ");
    /* Nor without the record of the other part, which is no part of this lineage. */
    u.items[3].entry = &(zkl_entry){ .kind = ZKL_ENTRY_NOTARISE, .data.name = text("other") };
    check(&u, "right", false, "right@1<y:source@1{source@1|split(left@1, right@1)}! ");
}

/* A record of the reverse takes no proven step away; it closes a circle with it. */
static void test_lineage__keeps_proven_steps_against_records(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t people = notarise(&w, "people", 1), adults = notarise(&w, "adults", 1);
    prove(&w, "filter(people@1, where age >= 18)", OF(adults, people));
    record(&w, "x", OF(people, adults));
    check(&w, "adults", false,
          "adults@1<-:people@1{adults@1|filter(people@1, where age >= 18)}! "
          "people@1<x:adults@1{adults@1|filter(people@1, where age >= 18)} ");
    check(&w, "people", true,
          "adults@1<-:people@1{adults@1|filter(people@1, where age >= 18)}! "
          "people@1<x:adults@1{adults@1|filter(people@1, where age >= 18)} ");
    contradicts(&w, "adults", true);
    contradicts(&w, "people", true);
    /* One of two sources: nor is the other one lost. */
    lineage_world v = { .t = t };
    const size_t one = notarise(&v, "one", 1), two = notarise(&v, "two", 1),
                 both = notarise(&v, "both", 1);
    prove(&v, "joined(one@1, two@1, on id)", OF(both, one, two));
    record(&v, "x", OF(two, both));
    record(&v, "y", OF(both, one));
    check(&v, "both", false,
          "both@1<-:one@1+two@1{both@1|joined(one@1, two@1, on id)}! "
          "two@1<x:both@1{both@1|joined(one@1, two@1, on id)} "
          "both@1<y:one@1{both@1|joined(one@1, two@1, on id)} ");
    contradicts(&v, "both", true);
    /* As of append: the record's own way is proven, and each part is a slice of what was made. */
    lineage_world u = { .t = t };
    const size_t first = notarise(&u, "first", 1), last = notarise(&u, "last", 1),
                 all = notarise(&u, "all", 1);
    record(&u, "append", OF(all, first, last));
    prove(&u, "slice(all@1, 0..9)", OF(first, all));
    prove(&u, "slice(all@1, 10..19)", OF(last, all));
    contradicts(&u, "all", true); /* nothing says yet that it was made of them */
    prove(&u, "split(first@1, last@1)", OF(all, first, last));
    check(&u, "first", false, "");
    check(&u, "all", false,
          "all@1<append:first@1+last@1{first@1|slice(all@1, 0..9)}{last@1|slice(all@1, 10..19)}"
          "{all@1|split(first@1, last@1)}! ");
    contradicts(&u, "all", false);
}

static void test_lineage__refuses_what_does_not_fit(zkl_test *t)
{
    lineage_world w = { .t = t };
    const size_t a = notarise(&w, "a", 1), b = notarise(&w, "b", 1);
    zkl_entry *e;
    const size_t before = w.count;
    record(&w, "x", OF(b, a));
    e = (zkl_entry *)(uintptr_t)w.items[w.count - 1].entry;
    ((zkl_digest *)(uintptr_t)e->parents)[1].bytes[0] ^= 1;
    refuse(&w, "b", ZKL_REJECTED, "a notarisation that is not here");
    w.count = before;
    prove(&w, "same_rows(c@1)", OF(b, a));
    refuse(&w, "b", ZKL_REJECTED, "names a dataset that is no parent");
    w.count = before;
    prove(&w, "same_rows(a@2)", OF(b, a));
    refuse(&w, "b", ZKL_REJECTED, "names a dataset that is no parent");
    w.count = before;
    prove(&w, "nonsense(a@1)", OF(b, a));
    refuse(&w, "b", ZKL_REJECTED, "a claim of entry 20");
}

ZKL_TESTS(TEST(test_lineage__goes_back_to_the_sources), TEST(test_lineage__goes_through_files),
          TEST(test_lineage__puts_claims_where_they_belong),
          TEST(test_lineage__lists_claims_of_datasets),
          TEST(test_lineage__follows_claims_without_a_record),
          TEST(test_lineage__keeps_branches_apart), TEST(test_lineage__tells_circles),
          TEST(test_lineage__tells_circles_of_claims),
          TEST(test_lineage__proves_the_way_that_a_claim_goes),
          TEST(test_lineage__knows_subsets_of_all_columns),
          TEST(test_lineage__makes_no_step_of_a_subset), TEST(test_lineage__adds_up_spans),
          TEST(test_lineage__names_the_columns_that_are_told),
          TEST(test_lineage__shows_what_is_proven_beside_records),
          TEST(test_lineage__keeps_proven_steps_against_records),
          TEST(test_lineage__refuses_what_does_not_fit))
