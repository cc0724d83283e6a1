/* `setup`: a circuit's verification key, logged before its first use.
 *
 * Subject: the key, by both hashes. Predicate: circuit, made, powers. The blob under key_sha256 is
 * the key itself, so that a receipt can carry it; the key hash alone says which key of a circuit a
 * statement is under. */
#include <stdio.h>

#include "record/entry_internal.h"

static const char *const made_names[] = { "development", "ceremony" };

static void put_circuit(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_format(out, "\"%s\"", e->setup.circuit.name);
}

static zkl_status read_circuit(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    return zkl_entry_read_circuit(r, e->setup.circuit.name, predicate);
}

/* "development" is said by whoever made the key alone; "ceremony" is checked by nobody here, and
 * counts only with a pin of the trust file. */
static void put_made(zkl_buffer *out, const zkl_entry *e)
{
    ZKL_ASSERT(zkl_entry_as_setup(e));
    zkl_buffer_format(out, "\"%s\"", made_names[e->setup.is_ceremony]);
}

static zkl_status read_made(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    unsigned made;
    ZKL_TRY(zkl_entry_read_name(r, &made, predicate, "made", made_names, ZKL_COUNT(made_names)));
    ZKL_ASSERT(made < ZKL_COUNT(made_names));
    e->setup.is_ceremony = made == 1;
    return ZKL_OK;
}

static void put_powers(zkl_buffer *out, const zkl_entry *e)
{
    zkl_entry_put_hex(out, &e->setup.powers_hash);
}

static zkl_status read_powers(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    return zkl_entry_read_digest(r, &e->setup.powers_hash, predicate, "powers");
}

static bool says_no_parameters(const zkl_entry *e)
{
    static const zkl_digest none;
    return zkl_digest_equal(&e->setup.parameters, &none);
}

/* The powers' hash names tau alone. */
static void put_parameters(zkl_buffer *out, const zkl_entry *e)
{
    zkl_entry_put_hex(out, &e->setup.parameters);
}

/* Zeros are what is left out: parsing writes the entry again, and refuses them where they stand. */
static zkl_status read_parameters(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    if (!json_object_get(predicate, "parameters"))
        return ZKL_OK;
    return zkl_entry_read_digest(r, &e->setup.parameters, predicate, "parameters");
}

static const zkl_entry_member members[] = {
    { "circuit", put_circuit, read_circuit, NULL },
    { "made", put_made, read_made, NULL },
    { "parameters", put_parameters, read_parameters, says_no_parameters },
    { "powers", put_powers, read_powers, NULL },
};

static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    ZKL_ASSERT(zkl_entry_as_setup(e));
    if (!zkl_circuit_name_valid(zkl_bytes_of_text(e->setup.circuit.name)))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: '%s' is no circuit's name",
                        e->setup.circuit.name);
    return ZKL_OK;
}

/* The circuit's name stands in the subject for people; the predicate's member is the one that is
 * read. */
static void put_subjects(zkl_buffer *out, const zkl_entry *e)
{
    char name[sizeof "circuit " + ZKL_CIRCUIT_NAME_BYTES_MAX];
    ZKL_ASSERT(zkl_circuit_name_valid(zkl_bytes_of_text(e->setup.circuit.name)));
    snprintf(name, sizeof name, "circuit %s", e->setup.circuit.name);
    zkl_entry_put_subject(out, &e->setup.key_sha256, &e->setup.circuit.key_hash, name);
}

/* Both hashes of one key: SHA-256 finds the blob, SHA3-256 is what statements are under. */
static zkl_status read_subjects(const zkl_entry_reader *r, zkl_entry *e, const json_t *subjects)
{
    const json_t *digest = json_object_get(json_array_get(subjects, 0), "digest");
    ZKL_TRY(zkl_entry_read_digest(r, &e->setup.key_sha256, digest, "sha256"));
    return zkl_entry_read_digest(r, &e->setup.circuit.key_hash, digest, "sha3_256");
}

static bool reference(zkl_reference *out, const zkl_entry *e, size_t at)
{
    ZKL_ASSERT(zkl_entry_as_setup(e));
    *out = (zkl_reference){ .kind = ZKL_REFERS_TO_CIRCUIT_KEY, .setup = &e->setup };
    return at == 0;
}

/* By circuit and key hash: a statement finds the set-up entry of its key. */
static bool index_key(zkl_index_key *out, const zkl_entry *e, size_t at)
{
    *out = (zkl_index_key){ .kind = ZKL_INDEX_CIRCUIT_KEY, .setup = &e->setup };
    return at == 0;
}

/* "F22 (development)" */
static char *words(zkl_arena *memory, const zkl_entry *e)
{
    ZKL_ASSERT(zkl_entry_as_setup(e));
    return zkl_arena_format(memory, "%s (%s)", e->setup.circuit.name,
                            made_names[e->setup.is_ceremony]);
}

const zkl_entry_ops zkl_entry_ops_setup = {
    .facts = { .noun = "set-up",
               .fields = ZKL_FIELDS_SETUP,
               .signing = ZKL_SIGNED_BY_SIGNER,
               .effect = ZKL_KEYS_STAY,
               .place = ZKL_PLACE_ANYWHERE },
    .members = members,
    .member_count = ZKL_COUNT(members),
    .check = check,
    .put_subjects = put_subjects,
    .read_subjects = read_subjects,
    .reference = reference,
    .index_key = index_key,
    .words = words,
};
