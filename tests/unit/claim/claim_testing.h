#pragma once
/* What tests of claims share: names of columns and datasets, compiling a text, and the words of
 * what it compiled to. */
#include "claim/claim.h"
#include "testing.h"

#define NAMED(text)                                                                                \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

static inline zkl_status compile_in(zkl_test *t, zkl_compiled_claim *out, const char *text,
                                    const zkl_claim_scope *scope, zkl_error *err)
{
    zkl_claim read;
    *err = (zkl_error){ 0 };
    const zkl_status status = zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text(text), err);
    return status != ZKL_OK ? status : zkl_claim_compile(out, &t->arena, &read, scope, err);
}

/* Of one dataset without a name; `id` may be NULL when no statement is matched. */
static inline zkl_status compile_rows(zkl_test *t, zkl_compiled_claim *out, const char *text,
                                      const zkl_schema *schema, uint64_t rows, const zkl_digest *id,
                                      zkl_error *err)
{
    const zkl_claim_dataset dataset = { schema, rows, id };
    const zkl_claim_scope scope = { zkl_arena_copy(&t->arena, &dataset, sizeof dataset), 1 };
    return compile_in(t, out, text, zkl_arena_copy(&t->arena, &scope, sizeof scope), err);
}

static inline void print_text(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    zkl_claim_print(out, &claim->claim);
}

static inline void print_bare(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    zkl_claim_print_bare(out, &claim->claim);
}

/* `print`: print_text, print_bare, zkl_claim_json or zkl_claim_sentence. */
static inline const char *text_of(zkl_test *t, const zkl_compiled_claim *claim,
                                  void (*print)(zkl_buffer *, const zkl_compiled_claim *))
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    print(&out, claim);
    return zkl_arena_text(&t->arena, (const char *)out.data, out.size);
}

/* What a compiled claim says. */
static inline void check_words(zkl_test *t, const zkl_compiled_claim *claim, const char *text,
                               const char *json, const char *sentence)
{
    CHECK_TEXT_EQ(t, text_of(t, claim, print_text), text);
    CHECK_TEXT_EQ(t, text_of(t, claim, zkl_claim_json), json);
    CHECK_TEXT_EQ(t, text_of(t, claim, zkl_claim_sentence), sentence);
}

/* `asked` and the canonical text, want[0], compile to claims that say: text, JSON, sentence. */
static inline void check_canonical(zkl_test *t, const char *asked, const zkl_claim_scope *scope,
                                   const char *const want[3])
{
    const char *const texts[] = { asked, want[0] };
    for (size_t i = 0; i < 2; i++) {
        zkl_error err;
        zkl_compiled_claim claim;
        if (compile_in(t, &claim, texts[i], scope, &err) == ZKL_OK)
            check_words(t, &claim, want[0], want[1], want[2]);
        else
            FAIL(t, "%s: %s", texts[i], err.text);
    }
}
