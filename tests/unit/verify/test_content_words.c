/* A signer who writes other words than what was proven. He signs the entry himself, so its form,
 * its JSON and its texts are as they should be; only the proofs are those of other claims.
 * (zkl_content_verify: the half without signatures.) */
#include "claim/claim.h"
#include "verify/receipt.h"
#include "unit/record/receipt_vectors.h"

typedef struct words_world {
    zkl_trust trust;
    zkl_receipt receipt;
    zkl_entry entry;
    zkl_manifest manifest;
    zkl_entry_statement statements[8];
    zkl_entry_claim claims[8][32];
} words_world;

static zkl_status make_world(zkl_test *t, words_world *w, zkl_error *err)
{
    zkl_dsse dsse;
    ZKL_TRY(zkl_trust_toml_parse(&w->trust, &t->arena, vector_file(t, "trust.toml"), "trust.toml",
                                 err));
    ZKL_TRY(zkl_receipt_parse(&w->receipt, &t->arena, vector_file(t, "notarise.zkl"), err));
    ZKL_TRY(zkl_manifest_parse(&w->manifest, &t->arena, w->receipt.manifests[0], err));
    return zkl_entry_open(&w->entry, &dsse, &t->arena, w->receipt.entry.envelope, err);
}

/* The entry's statements again, writable. */
static void restore(words_world *w, const zkl_entry *original)
{
    w->entry = *original;
    for (size_t i = 0; i < original->data.statement_count; i++) {
        w->statements[i] = original->data.statements[i];
        memcpy(w->claims[i], original->data.statements[i].claims,
               original->data.statements[i].claim_count * sizeof w->claims[i][0]);
        w->statements[i].claims = w->claims[i];
    }
    w->entry.data.statements = w->statements;
}

static zkl_status verify(zkl_test *t, const words_world *w, zkl_verified *v, zkl_error *err)
{
    const zkl_env env = { .pool = t->pool };
    const zkl_receipt *r = &w->receipt;
    const zkl_content content = { .entry = &w->entry,
                                  .manifests = r->manifests,
                                  .manifest_count = r->manifest_count,
                                  .powers = r->powers,
                                  .keys = r->keys,
                                  .key_count = r->key_count,
                                  .statements = r->statements,
                                  .statement_count = r->statement_count };
    *err = (zkl_error){ 0 };
    const zkl_content_pins pins = { &w->trust.ledger, &w->trust.powers_hash };
    return zkl_content_verify(v, &t->arena, &content, &pins, &env, err);
}

/* The words of a claim as the product writes them, true or not. */
static zkl_entry_claim say(zkl_test *t, const words_world *w, const char *text)
{
    zkl_claim read;
    zkl_compiled_claim claim;
    zkl_error err = { 0 };
    zkl_buffer words = { 0 }, json = { 0 };
    const zkl_claim_dataset dataset = { &w->manifest.schema, w->manifest.row_count, NULL };
    const zkl_claim_scope scope = { &dataset, 1 };
    /* what a sum takes from the data: the total of 68713, and 2 nulls */
    const zkl_scalar params[3] = { { { [29] = 1, [30] = 0x0c, [31] = 0x69 } }, { { [31] = 2 } } };
    zkl_entry_claim out = { 0 };
    if (zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text(text), &err) != ZKL_OK ||
        zkl_claim_compile(&claim, &t->arena, &read, &scope, &err) != ZKL_OK ||
        (!claim.is_bound && zkl_claim_bind(&claim, params, 3, &err) != ZKL_OK)) {
        FAIL(t, "'%s': %s", text, err.text);
        return out;
    }
    zkl_claim_print(&words, &claim.claim);
    zkl_claim_json(&json, &claim);
    out.text = zkl_bytes_of(zkl_arena_copy(&t->arena, words.data, words.size), words.size);
    out.json = zkl_bytes_of(zkl_arena_copy(&t->arena, json.data, json.size), json.size);
    zkl_buffer_clear(&words);
    zkl_buffer_clear(&json);
    return out;
}

/* Where a claim that begins so stands: statement and claim. */
static bool find_claim(const words_world *w, const char *start, size_t *statement, size_t *claim)
{
    for (*statement = 0; *statement < w->entry.data.statement_count; ++*statement)
        for (*claim = 0; *claim < w->statements[*statement].claim_count; ++*claim) {
            const zkl_bytes text = w->claims[*statement][*claim].text;
            if (text.size >= strlen(start) && memcmp(text.data, start, strlen(start)) == 0)
                return true;
        }
    return false;
}

static void test_content_words__other_claims_are_refused(zkl_test *t)
{
    static const struct {
        const char *proven, *said;
    } cases[] = {
        { "range(body_mass_g", "range(body_mass_g, 1001, 10000)" },
        { "range(body_mass_g", "range(body_mass_g, 1000, 9999)" },
        { "range(body_mass_g", "range(body_mass_g, 1000, *)" },
        { "range(body_mass_g", "range(body_mass_g, 1000, 10000, nulls=refuse)" },
        { "range(body_mass_g", "range(flipper_length_mm, 100, 10000)" },
        { "range(body_mass_g", "sum(body_mass_g) >= 1000000" },
        { "range(body_mass_g", "not_null(body_mass_g)" },
        { "range(body_mass_g", "linear(body_mass_g = 1000)" },
        { "sum(flipper_length_mm", "sum(flipper_length_mm) = 68714" },
        { "sum(flipper_length_mm", "sum(flipper_length_mm) = 68712" },
        { "sum(flipper_length_mm", "sum(flipper_length_mm) >= 68713" },
        { "sum(flipper_length_mm", "sum(flipper_length_mm) <= 68713" },
        { "sum(flipper_length_mm", "sum(body_mass_g) = 68713" },
        { "mean(body_mass_g", "mean(body_mass_g) >= 4001" },
        { "mean(body_mass_g", "mean(body_mass_g) <= 4000.5" },
        { "mean(body_mass_g", "mean(flipper_length_mm) >= 200" },
        { "cells(", "cells(species)" },
    };
    words_world w;
    zkl_error err = { 0 };
    zkl_verified v;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    const zkl_entry original = w.entry;
    restore(&w, &original);
    REQUIRE_OK(t, &err, verify(t, &w, &v, &err));
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        size_t s, c;
        restore(&w, &original);
        if (!find_claim(&w, cases[i].proven, &s, &c)) {
            FAIL(t, "no claim '%s'", cases[i].proven);
            continue;
        }
        w.claims[s][c] = say(t, &w, cases[i].said);
        if (verify(t, &w, &v, &err) != ZKL_REJECTED || !strstr(err.text, "check 'claims'"))
            FAIL(t, "'%s' for '%s': %s", cases[i].said, cases[i].proven, err.text);
    }
}

/* Both directions: a statement's claim that is not said, and a said claim that no statement has. */
static void test_content_words__all_that_is_proven_and_nothing_else(zkl_test *t)
{
    words_world w;
    zkl_error err = { 0 };
    zkl_verified v;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    const zkl_entry original = w.entry;
    for (size_t s = 0; s < original.data.statement_count; s++) {
        restore(&w, &original);
        const size_t count = w.statements[s].claim_count;
        for (size_t c = 0; c < count; c++) {
            restore(&w, &original); /* one left out */
            const bool by_manifest = memcmp(w.claims[s][c].text.data, "not_null(", 9) == 0 ||
                                     memcmp(w.claims[s][c].text.data, "rows(", 5) == 0;
            memmove(&w.claims[s][c], &w.claims[s][c + 1], (count - c - 1) * sizeof w.claims[s][0]);
            w.statements[s].claim_count = count - 1;
            CHECK_STATUS(t, by_manifest ? ZKL_OK : ZKL_REJECTED, verify(t, &w, &v, &err));
            restore(&w, &original); /* one said twice */
            w.claims[s][count] = w.claims[s][c];
            w.statements[s].claim_count = count + 1;
            CHECK_STATUS(t, by_manifest ? ZKL_OK : ZKL_REJECTED, verify(t, &w, &v, &err));
        }
        restore(&w, &original);
        w.claims[s][count] = say(t, &w, "range(year, 2007, 2009)"); /* true, and not proven here */
        w.statements[s].claim_count = count + 1;
        CHECK_STATUS(t, ZKL_REJECTED, verify(t, &w, &v, &err));
    }
    /* the same claims under the other statement */
    restore(&w, &original);
    REQUIRE(t, original.data.statement_count == 2);
    w.statements[0].claims = w.claims[1];
    w.statements[0].claim_count = original.data.statements[1].claim_count;
    w.statements[1].claims = w.claims[0];
    w.statements[1].claim_count = original.data.statements[0].claim_count;
    CHECK_STATUS(t, ZKL_REJECTED, verify(t, &w, &v, &err));
}

/* Claims that follow from the manifest alone are still judged by it. */
static void test_content_words__claims_without_proof_follow_from_the_manifest(zkl_test *t)
{
    words_world w;
    zkl_error err = { 0 };
    zkl_verified v;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    const zkl_entry original = w.entry;
    static const char *const texts[][2] = {
        { "rows(345)", "{\"kind\":\"rows\",\"text\":\"rows(345)\",\"value\":\"345\"}" },
        { "not_null(body_mass_g)",
          "{\"column\":\"body_mass_g\",\"kind\":\"not_null\",\"text\":\"not_null(body_mass_g)\"}" },
        { "not_null(sex)",
          "{\"column\":\"sex\",\"kind\":\"not_null\",\"text\":\"not_null(sex)\"}" },
        { "not_null(nothing)",
          "{\"column\":\"nothing\",\"kind\":\"not_null\",\"text\":\"not_null(nothing)\"}" },
        { "rows(344)", "{\"kind\":\"rows\",\"text\":\"rows(344)\",\"value\":\"345\"}" },
        { "rows( 344)", "{\"kind\":\"rows\",\"text\":\"rows( 344)\",\"value\":\"344\"}" },
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        restore(&w, &original);
        const size_t count = w.statements[0].claim_count;
        w.claims[0][count] =
            (zkl_entry_claim){ zkl_bytes_of_text(texts[i][0]), zkl_bytes_of_text(texts[i][1]) };
        w.statements[0].claim_count = count + 1;
        if (verify(t, &w, &v, &err) != ZKL_REJECTED)
            FAIL(t, "accepted '%s' (%s)", texts[i][0], err.text);
    }
}

/* A notarisation without its cells statement proves nothing, whatever else it proves. */
static void test_content_words__cells_cannot_be_left_out(zkl_test *t)
{
    words_world w;
    zkl_error err = { 0 };
    zkl_verified v;
    REQUIRE_OK(t, &err, make_world(t, &w, &err));
    const zkl_entry original = w.entry;
    size_t s, c;
    restore(&w, &original);
    REQUIRE(t, find_claim(&w, "cells(", &s, &c));
    REQUIRE(t, original.data.statement_count == 2 && w.receipt.statement_count == 2);
    for (size_t kept = 0; kept < 2; kept++) {
        restore(&w, &original);
        const zkl_receipt_statement statement = w.receipt.statements[kept];
        const zkl_receipt whole = w.receipt;
        w.entry.data.statements = &w.statements[kept];
        w.entry.data.statement_count = 1;
        w.receipt.statements = &statement;
        w.receipt.statement_count = 1;
        const zkl_status status = verify(t, &w, &v, &err);
        if (kept == s)
            CHECK(t,
                  status == ZKL_OK ||
                      strstr(err.text, "verification key")); /* a key too many, if tiers differ */
        else
            CHECK(t, status == ZKL_REJECTED);
        w.receipt = whole;
    }
}

ZKL_TESTS(TEST(test_content_words__other_claims_are_refused),
          TEST(test_content_words__all_that_is_proven_and_nothing_else),
          TEST(test_content_words__claims_without_proof_follow_from_the_manifest),
          TEST(test_content_words__cells_cannot_be_left_out))
