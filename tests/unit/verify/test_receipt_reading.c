/* A receipt whose manifest says another reading than the one that was logged: refused, however
 * whole the manifest is. */
#include "unit/record/receipt_vectors.h"

static void test_receipt_reading__a_changed_option_is_refused(zkl_test *t)
{
    static const char *const nulls[] = { "5000" };
    static const char *const what[] = { "quote",  "delimiter", "null texts",
                                        "header", "file name", "hidden names" };
    const zkl_bytes other_name = zkl_bytes_of_text("other.csv");
    zkl_trust trust;
    zkl_receipt whole;
    zkl_manifest manifest;
    zkl_verified v;
    zkl_error err = { 0 };
    REQUIRE_OK(
        t, &err,
        zkl_trust_toml_parse(&trust, &t->arena, vector_file(t, "trust.toml"), "trust.toml", &err));
    REQUIRE_OK(t, &err, zkl_receipt_parse(&whole, &t->arena, vector_file(t, "notarise.zkl"), &err));
    REQUIRE_OK(t, &err, zkl_manifest_parse(&manifest, &t->arena, whole.manifests[0], &err));
    REQUIRE(t, manifest.reading.null_text_count == 1 && manifest.read_file_count == 1);
    for (size_t i = 0; i < ZKL_COUNT(what); i++) {
        zkl_manifest m = manifest;
        zkl_receipt r = whole;
        zkl_buffer bytes = { 0 }, receipt = { 0 };
        if (i == 0)
            m.reading.quote = "'";
        else if (i == 1)
            m.reading.delimiter = ";";
        else if (i == 2)
            m.reading.null_texts = nulls;
        else if (i == 3)
            m.reading.header = ZKL_NO;
        else
            m.read_files = i == 4 ? &other_name : NULL;
        REQUIRE_OK(t, &err, zkl_manifest_encode(&bytes, &m, &err));
        const zkl_bytes changed = zkl_buffer_bytes(&bytes);
        r.manifests = &changed;
        REQUIRE_OK(t, &err, zkl_receipt_encode(&receipt, &r, &err));
        const zkl_status status =
            vector_verify(t, &v, &t->arena, zkl_buffer_bytes(&receipt), &trust, &err);
        if (status != ZKL_REJECTED || !strstr(err.text, "check 'manifest'"))
            FAIL(t, "another %s: %s", what[i], err.text);
        zkl_buffer_clear(&bytes);
        zkl_buffer_clear(&receipt);
    }
}

ZKL_TESTS(TEST(test_receipt_reading__a_changed_option_is_refused))
