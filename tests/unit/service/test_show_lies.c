/* What a receipt says of itself, when its maker lies: refused as a receipt, and never as if the
 * caller had asked wrongly. */
#include <zkl/zkl.h>

#include "keys/keyfile.h"
#include "keys/sign_record.h"
#include "record/entry.h"
#include "unit/record/receipt_vectors.h"

typedef struct lied_receipt {
    zkl_receipt receipt;
    zkl_entry entry;
    zkl_entry_statement statements[8];
    zkl_entry_claim claims[8][32];
} lied_receipt;

/* The vector's, with claims that can be written. */
static zkl_status open_receipt(zkl_test *t, lied_receipt *out, zkl_error *err)
{
    zkl_dsse dsse;
    ZKL_TRY(zkl_receipt_parse(&out->receipt, &t->arena, vector_file(t, "notarise.zkl"), err));
    ZKL_TRY(zkl_entry_open(&out->entry, &dsse, &t->arena, out->receipt.entry.envelope, err));
    zkl_entry_data *data = &out->entry.data;
    ZKL_ASSERT(data->statement_count <= ZKL_COUNT(out->statements));
    for (size_t i = 0; i < data->statement_count; i++) {
        out->statements[i] = data->statements[i];
        memcpy(out->claims[i], data->statements[i].claims,
               data->statements[i].claim_count * sizeof out->claims[i][0]);
        out->statements[i].claims = out->claims[i];
    }
    data->statements = out->statements;
    return ZKL_OK;
}

/* The claim that begins so has another text. An entry holds a claim as its JSON, whose text is read
 * again. */
static bool say(zkl_test *t, lied_receipt *r, const char *start, const char *text)
{
    const char *json = zkl_arena_format(&t->arena, "{\"kind\":\"range\",\"text\":\"%s\"}", text);
    for (size_t i = 0; i < r->entry.data.statement_count; i++)
        for (size_t k = 0; k < r->statements[i].claim_count; k++) {
            const zkl_bytes had = r->claims[i][k].text;
            if (had.size < strlen(start) || memcmp(had.data, start, strlen(start)) != 0)
                continue;
            r->claims[i][k] = (zkl_entry_claim){ zkl_bytes_of_text(text), zkl_bytes_of_text(json) };
            return true;
        }
    return false;
}

/* Signed by a key of the liar's: what is shown is not verified. */
static zkl_status show(zkl_test *t, zkl_show_result *out, lied_receipt *r, zkl_error *err)
{
    const zkl_env env = test_env(t);
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    ZKL_AUTO_CLEAR(zkl_keyfile) key = { 0 };
    ZKL_TRY(zkl_keyfile_make(&key, ZKL_KEYFILE_SIGNER, ZKL_KEY_ED25519, "liar", &env, err));
    const zkl_signer *const signers[] = { &key.key.signer };
    ZKL_TRY(zkl_entry_sign(&envelope, &r->entry, signers, ZKL_COUNT(signers), err));
    r->receipt.entry.envelope = zkl_buffer_bytes(&envelope);
    ZKL_TRY(zkl_receipt_encode(&bytes, &r->receipt, err));
    return zkl_show_receipt(out, zkl_buffer_bytes(&bytes), err);
}

static void test_show_lies__words_that_make_no_sense(zkl_test *t)
{
    static const struct {
        const char *proven, *said;
    } cases[] = {
        { "range(", "nonsense" },
        { "range(", "range(" },
        { "range(", "range(nothing, 0, 1)" },
        { "range(", "range(species, 0, 1)" },
        { "range(", "range(body_mass_g, 99999999999999999999999999999999999999999, *)" },
        { "range(", "not_null(nothing)" },
        { "range(", "rows(1)" },
        { "range(", "unique(nothing) in rows 0..1" },
        { "range(", "count(body_mass_g < 10)" },
        { "range(", "split(other, id)" },
        /* A claim as it is asked, which the statement would answer and the entry does not. */
        { "sum(flipper_length_mm", "sum(flipper_length_mm)" },
        { "mean(body_mass_g", "mean(body_mass_g)" },
    };
    zkl_error err = { 0 };
    zkl_show_result shown = { 0 };
    lied_receipt r;
    REQUIRE_OK(t, &err, open_receipt(t, &r, &err));
    REQUIRE_OK(t, &err, show(t, &shown, &r, &err));
    CHECK(t, shown.claim_count > 0);
    zkl_arena_clear(&shown.memory);
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        REQUIRE_OK(t, &err, open_receipt(t, &r, &err));
        REQUIRE(t, say(t, &r, cases[i].proven, cases[i].said));
        const zkl_status status = show(t, &shown, &r, &err);
        if (status != ZKL_REJECTED)
            FAIL(t, "'%s': %s, %s", cases[i].said, zkl_status_text(status), err.text);
        CHECK_UINT_EQ(t, shown.claim_count, 0);
        zkl_arena_clear(&shown.memory);
    }
}

ZKL_TESTS(TEST(test_show_lies__words_that_make_no_sense))
