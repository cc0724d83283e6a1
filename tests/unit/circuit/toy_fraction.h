#pragma once
/* The model's toy fraction proofs (tests/vectors/proof_model.json, proof_model_further.json) as
 * inputs and witness of a circuit. */
#include "circuit/circuit.h"
#include "testing.h"

static const zkl_proof_format toy_format = { .log_cells = 4, .mask_half = 4 };
/* Of every kind that the circuit F_n proves; "toy_unique" and "toy_where" have weights s^-t, the
 * latter also numerators of fractions. */
static const char *const toy_kinds[] = { "toy_cells",     "toy_sum",    "toy_range",
                                         "toy_linear",    "toy_unique", "toy_split",
                                         "toy_histogram", "toy_count",  "toy_where" };

/* The proofs of a kind. vectors: both files. */
static inline const json_t *toy_proofs(const json_t *const vectors[static 2], const char *kind)
{
    const json_t *list = json_object_get(vectors[0], kind);
    return list ? list : json_object_get(vectors[1], kind);
}

typedef struct toy_fraction {
    unsigned n;
    size_t input_count;
    zkl_fr inputs[ZKL_FRACTION_INPUTS_MAX];
    zkl_fr public_hash;
    zkl_fraction_witness witness;
} toy_fraction;

static inline zkl_fr toy_fr(zkl_test *t, const json_t *value)
{
    uint8_t bytes[32] = { 0 };
    const char *text = json_string_value(value);
    zkl_fr out = { 0 };

    if (text == NULL || strncmp(text, "0x", 2) != 0 || strlen(text) > 66) {
        FAIL(t, "not a scalar of the vectors");
        return out;
    }
    for (size_t i = 0, digits = strlen(text) - 2; i < digits; i++) {
        const char c = text[2 + digits - 1 - i];
        const uint8_t digit = (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
        bytes[31 - i / 2] |= (uint8_t)(digit << (4 * (i % 2)));
    }
    CHECK(t, zkl_fr_decode(&out, bytes));
    return out;
}

static inline void toy_fr_list(zkl_test *t, zkl_fr *out, const json_t *list, size_t count)
{
    CHECK_UINT_EQ(t, json_array_size(list), count);
    for (size_t i = 0; i < count; i++)
        out[i] = toy_fr(t, json_array_get(list, i));
}

static inline void toy_load(zkl_test *t, toy_fraction *out, const json_t *toy)
{
    const json_t *inputs = json_object_get(toy, "inputs"), *gkr = json_object_get(toy, "gkr");
    const json_t *layers = json_object_get(gkr, "layers");
    zkl_fraction_witness *w = &out->witness;

    out->input_count = json_array_size(inputs);
    out->n = (unsigned)out->input_count - ZKL_FRACTION_INPUTS_FIXED + toy_format.log_cells;
    toy_fr_list(t, out->inputs, inputs, out->input_count);
    out->public_hash = toy_fr(t, json_object_get(toy, "public"));
    w->salt = toy_fr(t, json_object_get(toy, "salt"));
    w->u = toy_fr(t, json_object_get(toy, "u"));
    w->x = toy_fr(t, json_object_get(toy, "X"));
    w->x2 = toy_fr(t, json_object_get(toy, "X2"));
    w->x3 = toy_fr(t, json_object_get(toy, "X3"));
    w->m = toy_fr(t, json_object_get(toy, "M"));
    w->sigma = toy_fr(t, json_object_get(toy, "sigma"));
    w->root_p = toy_fr(t, json_object_get(gkr, "P"));
    w->root_q = toy_fr(t, json_object_get(gkr, "Q"));
    CHECK_UINT_EQ(t, json_array_size(layers), out->n / 2);
    w->layers = ZKL_ARENA_NEW(&t->arena, zkl_gkr_layer, out->n / 2);
    for (size_t k = 0; k < out->n / 2; k++) {
        const json_t *layer = json_array_get(layers, k), *rounds = json_object_get(layer, "rounds");
        w->layers[k].round_count = json_array_size(rounds);
        w->layers[k].rounds =
            zkl_arena_alloc(&t->arena, w->layers[k].round_count, sizeof(zkl_fr[4]));
        for (size_t i = 0; i < w->layers[k].round_count; i++)
            toy_fr_list(t, w->layers[k].rounds[i], json_array_get(rounds, i), 4);
        toy_fr_list(t, w->layers[k].p, json_object_get(layer, "p"), 4);
        toy_fr_list(t, w->layers[k].q, json_object_get(layer, "q"), 4);
    }
}
