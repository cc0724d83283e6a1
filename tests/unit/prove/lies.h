#pragma once
/* What tests of lying provers say of an assertion in the toy world: LIE (a lie is refused, by the
 * check that is there for it), HONEST (what is true is accepted), STATE (the checklist alone, on a
 * statement). */
#include "toy.h"

TOY_UNUSED toy_table table_of(const char *role, unsigned limbs, const uint64_t *values,
                              uint64_t rows)
{
    return (toy_table){ 1, rows, { { role, limbs, values } } };
}

TOY_UNUSED toy_assertion cells_of(toy_table table)
{
    return (toy_assertion){ ZKL_ASSERTION_CELLS, .table_count = 1, .tables = { table } };
}

/* The statement's proof is refused, with this in the text. */
TOY_UNUSED void refuse(zkl_test *t, int line, const toy_proof *proof, const zkl_known_table *known,
                       const char *check)
{
    zkl_error err = { 0 };
    const zkl_status status = toy_verify(proof, known, known != NULL, &err);
    if ((status != ZKL_REJECTED && status != ZKL_BAD_INPUT) || !strstr(err.text, check))
        zkl_test_fail(t, __BASE_FILE__, line, "%s: '%s', want '%s'", zkl_status_text(status),
                      err.text, check);
}

TOY_UNUSED void lie(zkl_test *t, int line, const toy_assertion *assertions, size_t count,
                    const toy_lies *lies, const char *check)
{
    toy_proof proof;
    toy_prove(t, &proof, assertions, count, lies);
    refuse(t, line, &proof, NULL, check);
}
#define LIE(assertion, check, ...)                                                                 \
    do {                                                                                           \
        const toy_assertion lie_assertion = (assertion);                                           \
        const toy_lies lie_lies = { __VA_ARGS__ };                                                 \
        lie(t, __LINE__, &lie_assertion, 1, &lie_lies, check);                                     \
    } while (0)
#define TAMPER(block, cell, v) .tamper = { { block, cell, toy_int(v) } }, .tamper_count = 1

TOY_UNUSED void honest(zkl_test *t, int line, const toy_assertion *assertions, size_t count)
{
    toy_proof proof;
    zkl_error err;
    toy_prove(t, &proof, assertions, count, NULL);
    if (toy_verify(&proof, NULL, 0, &err) != ZKL_OK)
        zkl_test_fail(t, __BASE_FILE__, line, "an honest proof is refused: %s", err.text);
}
#define HONEST(assertion)                                                                          \
    do {                                                                                           \
        const toy_assertion honest_assertion = (assertion);                                        \
        honest(t, __LINE__, &honest_assertion, 1);                                                 \
    } while (0)

TOY_UNUSED void state(zkl_test *t, int line, const toy_assertion *assertions, size_t count,
                      const zkl_known_table *known, const char *check)
{
    zkl_error err = { 0 };
    const zkl_status status = toy_check(t, assertions, count, known, known != NULL, &err);
    if (!check ? status != ZKL_OK : status != ZKL_REJECTED || !strstr(err.text, check))
        zkl_test_fail(t, __BASE_FILE__, line, "%s: '%s', want '%s'", zkl_status_text(status),
                      err.text, check ? check : "accepted");
}
#define STATE(assertion, check)                                                                    \
    do {                                                                                           \
        const toy_assertion state_assertion = (assertion);                                         \
        state(t, __LINE__, &state_assertion, 1, NULL, check);                                      \
    } while (0)
