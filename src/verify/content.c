/* The half of a verification that needs no log: manifests, statements, proofs, claims.
 *
 *  1. Every byte of a content is bound: a manifest, key, statement or proof that no entry names, or
 *     that nothing uses, is refused. So two contents of one entry do not differ.
 *  2. Each check relies on those before it and on nothing else (zkl_content_verify has the order).
 *     In particular the manifest's columns bound every index before a statement is compiled.
 *  3. Nothing in a content can trip an assertion: what comes from a receipt ends in a status. The
 *     assertions here are about what earlier checks have established. */
#include "verify/receipt.h"

#include <stdlib.h>
#include <string.h>

#include "claim/claim.h"
#include "claim/values_behind.h"
#include "verify/statement.h"

/* A statement's place: of which notarisation it is, OWN for the entry's own, and its number there.
 * Of a notarisation's content all are of notarisation 0. */
typedef struct statement_place {
    size_t of, number;
} statement_place;
#define OWN SIZE_MAX

/* Terms of sums that wait for the end, of all statements: a megabyte. */
#define WAITING_TERMS_MAX ((size_t)8192)

/* What the checks share. Everything lives in arena. */
typedef struct content_check {
    const zkl_content *content;
    const zkl_content_pins *pins;
    zkl_pool *pool;
    zkl_arena *arena;
    zkl_error *err;
    zkl_products *products; /* where pairings wait; NULL: each is judged in its place */
    zkl_srs_verifier powers;
    zkl_manifest *manifests;
    zkl_known_table *known;
    zkl_groth16_vk *keys;
    zkl_digest *key_hashes;
    size_t keys_used;
    statement_place *places;    /* of each statement */
    zkl_statement *statements;  /* restored and parsed */
    zkl_bytes *statement_bytes; /* restored */
    const zkl_groth16_vk **statement_keys;
    const zkl_statement **statement_list;
    const zkl_entry_statement **refs; /* what an entry says of each */
    zkl_digest *t0s;
    zkl_verified_claim *claims;
    zkl_compiled_claim *compiled; /* of each of them, in scope */
    zkl_claim_dataset *datasets;  /* of each manifest */
    zkl_claim_scope *scopes;      /* of each manifest, it alone; behind them one of all */
    const char **names;           /* "NAME@VERSION" of each manifest; NULL: the entry's own */
    bool *is_about_first;         /* of each claim: its column is one of the entry's dataset */
    size_t claim_count;
    const char **unknown_nulls;
    size_t unknown_null_count;
} content_check;

/* Powers, then keys: what is refused is refused again in its place. */
static void decode_ahead(void *context, size_t index, size_t worker)
{
    (void)worker;
    const content_check *c = context;
    zkl_srs_verifier powers;
    zkl_groth16_vk key;
    zkl_error why = { 0 };
    if (index == 0)
        (void)!zkl_decoded_powers(c->products->decoded, &powers, c->content->powers, &why);
    else
        (void)!zkl_decoded_key(c->products->decoded, &key, c->content->keys[index - 1].key, &why);
}

/* Side by side, where there is a place to keep them. */
static void decode_powers_and_keys(content_check *c)
{
    const size_t keys = c->content->key_count;
    if (c->products && c->products->decoded && zkl_pool_threads(c->pool) > 1)
        zkl_pool_run(c->pool, 1 + (keys < ZKL_DECODED_KEYS_MAX ? keys : ZKL_DECODED_KEYS_MAX),
                     decode_ahead, c);
}

/* The powers decode, belong together by their pairings, and are the trusted ones. */
static zkl_status check_powers(content_check *c)
{
    zkl_digest hash;
    decode_powers_and_keys(c);
    if (c->products) {
        ZKL_TRY(zkl_decoded_powers(c->products->decoded, &c->powers, c->content->powers, c->err));
        ZKL_TRY(zkl_verify_powers_but_pairings(c->products, &c->powers, c->err));
    } else {
        ZKL_TRY(zkl_srs_verifier_decode(&c->powers, c->content->powers, c->err));
    }
    zkl_srs_hash(&hash, &c->powers);
    if (!zkl_digest_equal(&hash, c->pins->powers_hash))
        return zkl_fail(c->err, ZKL_REJECTED, "the powers of tau are not those of this ledger");
    return ZKL_OK;
}

/* ---- Manifests */

/* The entry that names the manifest at this place. */
static const zkl_entry *notarisation(const content_check *c, size_t at)
{
    ZKL_ASSERT(at < c->content->notarised_count || (!c->content->notarised_count && !at));
    return c->content->notarised_count ? c->content->notarised[at] : c->content->entry;
}

/* How many datasets the entry's claims may speak of. */
static size_t dataset_count(const content_check *c)
{
    return c->content->notarised_count ? c->content->notarised_count : 1;
}

/* The public digests stand twice, signed in the entry and bound by the manifest: they must agree,
 * and so must the algorithm. */
static zkl_status check_files(const content_check *c, const zkl_manifest *m, const zkl_entry *e)
{
    bool same = m->file_count == e->data.file_count &&
                (!m->file_count || e->data.file_hash == m->schema.hash);
    for (size_t i = 0; same && i < m->file_count; i++)
        same = zkl_bytes_equal(m->files[i].name, e->data.files[i].name) &&
               zkl_digest_equal(&m->files[i].hash, &e->data.files[i].hash) &&
               zkl_digest_equal(&m->files[i].sha256, &e->data.files[i].sha256);
    return same ? ZKL_OK : zkl_fail(c->err, ZKL_REJECTED, "the files of entry and manifest differ");
}

/* The manifest is the one that is named by both hashes. Its commitments are decoded once here;
 * statements about it compare bytes and take over the points. */
static zkl_status check_manifest(content_check *c, size_t at)
{
    const zkl_bytes bytes = c->content->manifests[at];
    zkl_manifest *m = &c->manifests[at];
    zkl_digest dataset, sha256;
    zkl_dataset_id(&dataset, bytes);
    zkl_sha256(&sha256, bytes.data, bytes.size);
    const zkl_entry *entry = notarisation(c, at);
    ZKL_ASSERT(zkl_entry_as_data(entry)); /* check_subject */
    if (!zkl_digest_equal(&entry->data.dataset, &dataset) ||
        !zkl_digest_equal(&entry->data.manifest_sha256, &sha256))
        return zkl_fail(c->err, ZKL_REJECTED, "the manifest is not the one that the entry names");
    ZKL_TRY(zkl_manifest_parse(m, c->arena, bytes, c->err));
    zkl_manifest_invariant(m);
    if (!zkl_digest_equal(&m->powers_hash, c->pins->powers_hash))
        return zkl_fail(c->err, ZKL_REJECTED, "the manifest was made under other powers of tau");
    if (m->parent_count)
        return zkl_fail(c->err, ZKL_REJECTED,
                        "the manifest names %zu parents, which no receipt can show",
                        m->parent_count);
    ZKL_TRY(check_files(c, m, entry));
    ZKL_TRY(zkl_manifest_known_table(&c->known[at], c->arena, m, &dataset, c->err));

    const size_t count = m->chunk_count * m->blocks_per_chunk;
    zkl_g1_affine *points = ZKL_ARENA_NEW(c->arena, zkl_g1_affine, count);
    if (!points)
        return zkl_no_memory(c->err, count * sizeof *points);
    ZKL_TRY(zkl_g1_decode_many(points, m->blocks[0], count, "commitment", c->pool, c->err));
    ZKL_ASSERT(count > 0); /* a manifest that parsed has chunks and blocks */
    c->known[at].points = points;
    return ZKL_OK;
}

/* One manifest a dataset, in the order of the parents. No dataset stands twice where the entry has
 * claims: they name each by one name. */
static zkl_status check_manifests(content_check *c)
{
    const size_t count = c->content->manifest_count;
    c->manifests = ZKL_ARENA_NEW(c->arena, zkl_manifest, count);
    c->known = ZKL_ARENA_NEW(c->arena, zkl_known_table, count);
    if (!c->manifests || !c->known)
        return zkl_no_memory(c->err, count * sizeof *c->manifests);
    if (count != dataset_count(c))
        return zkl_fail(c->err, ZKL_REJECTED, "there are %zu manifests, where %zu belong", count,
                        dataset_count(c));
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(check_manifest(c, i));
        for (size_t k = 0; k < i && c->content->entry->data.statement_count; k++)
            if (zkl_digest_equal(&c->known[i].dataset, &c->known[k].dataset))
                return zkl_fail(c->err, ZKL_REJECTED, "manifest %zu is that of manifest %zu", i, k);
    }
    return ZKL_OK;
}

/* ---- Keys: each decodes; statements use them in order of first use, and every one. */

/* Every key decodes, each of its points by itself, and none stands twice. */
static zkl_status check_keys(content_check *c)
{
    const size_t count = c->content->key_count;
    c->keys = ZKL_ARENA_NEW(c->arena, zkl_groth16_vk, count);
    c->key_hashes = ZKL_ARENA_NEW(c->arena, zkl_digest, count);
    if (!c->keys || !c->key_hashes)
        return zkl_no_memory(c->err, count * sizeof *c->keys);
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(zkl_decoded_key(c->products ? c->products->decoded : NULL, &c->keys[i],
                                c->content->keys[i].key, c->err));
        zkl_groth16_vk_hash(&c->key_hashes[i], &c->keys[i]);
        for (size_t j = 0; j < i; j++)
            if (zkl_digest_equal(&c->key_hashes[i], &c->key_hashes[j]))
                return zkl_fail(c->err, ZKL_REJECTED, "verification key %zu stands twice", i);
    }
    return ZKL_OK;
}

/* Keys stand in the order in which statements first use them: so a receipt has one order of
 * keys. */
static zkl_status find_key(content_check *c, const zkl_statement *s, const zkl_groth16_vk **out)
{
    for (size_t i = 0; i < c->content->key_count; i++) {
        if (!zkl_digest_equal(&c->key_hashes[i], &s->key_hash))
            continue;
        if (!zkl_bytes_equal(c->content->keys[i].circuit, s->circuit) || i > c->keys_used)
            break;
        c->keys_used += i == c->keys_used;
        ZKL_ASSERT(c->keys_used <= c->content->key_count);
        *out = &c->keys[i];
        return ZKL_OK;
    }
    return zkl_fail(c->err, ZKL_REJECTED, "the statement's verification key is not in its place");
}

/* ---- Statements */

static size_t count_own(const content_check *c)
{
    return c->content->entry->data.statement_count;
}

/* How many statements the entries name: those of the entry, and of a proof those of the
 * notarisations that it rests on. None is left out, so that no word of any entry stays
 * unproven. */
static size_t count_named(const content_check *c)
{
    size_t count = count_own(c);
    for (size_t i = 0; i < c->content->notarised_count; i++)
        count += c->content->notarised[i]->data.statement_count;
    return count;
}

static zkl_status find_places(content_check *c)
{
    const size_t count = count_named(c);
    size_t at = 0;
    c->places = ZKL_ARENA_NEW(c->arena, statement_place, count);
    if (!c->places)
        return zkl_no_memory(c->err, count * sizeof *c->places);
    for (size_t i = 0; i < count_own(c); i++)
        c->places[at++] = (statement_place){ c->content->notarised_count ? OWN : 0, i };
    for (size_t of = 0; of < c->content->notarised_count; of++)
        for (size_t i = 0; i < c->content->notarised[of]->data.statement_count; i++)
            c->places[at++] = (statement_place){ of, i };
    ZKL_ASSERT(at == count);
    return ZKL_OK;
}

/* What an entry says of the statement at this place. */
static const zkl_entry_statement *named_at(const content_check *c, size_t at)
{
    const statement_place place = c->places[at];
    const zkl_entry *entry = place.of == OWN ? c->content->entry : notarisation(c, place.of);
    return &entry->data.statements[place.number];
}

/* What a statement may speak of: a notarisation's of its own table alone. */
static zkl_known_tables tables_of(const content_check *c, size_t at)
{
    const size_t of = c->places[at].of;
    return of == OWN ? (zkl_known_tables){ c->known, c->content->manifest_count }
                     : (zkl_known_tables){ &c->known[of], 1 };
}

/* Is the circuit one of the manifest's, under its key? */
static bool is_circuit(const zkl_statement *s, const zkl_circuit_id *circuit)
{
    return zkl_bytes_equal_text(s->circuit, circuit->name) &&
           zkl_digest_equal(&s->key_hash, &circuit->key_hash);
}

/* A notarisation's statement is under a key that the manifest names, since the manifest is what
 * people compare. */
static zkl_status check_circuit_named(const content_check *c, const zkl_statement *s, size_t of)
{
    const zkl_manifest *m = &c->manifests[of];
    for (size_t i = 0; i < m->circuit_count; i++)
        if (is_circuit(s, &m->circuits[i]))
            return ZKL_OK;
    return zkl_fail(c->err, ZKL_REJECTED,
                    "the manifest does not name the statement's circuit '%.*s'",
                    (int)s->circuit.size, (const char *)s->circuit.data);
}

/* The circuits that a manifest names are those of its notarisation's statements, and no others. */
static zkl_status check_circuits_of(const content_check *c, size_t of)
{
    const zkl_manifest *m = &c->manifests[of];
    for (size_t i = 0; i < m->circuit_count; i++) {
        bool used = false;
        for (size_t j = 0; j < c->content->statement_count && !used; j++)
            used = c->places[j].of == of && is_circuit(&c->statements[j], &m->circuits[i]);
        if (!used)
            return zkl_fail(c->err, ZKL_REJECTED,
                            "the manifest names circuit %s under a key that no statement uses",
                            m->circuits[i].name);
    }
    return ZKL_OK;
}

static zkl_status check_circuits_used(const content_check *c)
{
    ZKL_ASSERT(c->keys_used == c->content->key_count); /* every statement is bound to its key */
    for (size_t of = 0; of < dataset_count(c); of++)
        ZKL_TRY(check_circuits_of(c, of));
    return ZKL_OK;
}

/* spoken[i]: does the statement speak of dataset i? */
static zkl_status find_spoken(content_check *c, const zkl_statement *s, bool *spoken)
{
    bool *is_source = ZKL_ARENA_NEW(c->arena, bool, s->table_count);
    if (!is_source)
        return zkl_no_memory(c->err, s->table_count);
    zkl_statement_find_sources(is_source, s);
    for (size_t k = 0; k < s->table_count; k++)
        for (size_t of = 0; is_source[k] && of < dataset_count(c); of++)
            spoken[of] |= zkl_digest_equal(&s->tables[k].dataset, &c->known[of].dataset);
    return ZKL_OK;
}

/* A parent that none of the entry's own statements says anything of would be there to be taken for
 * one, unless the entry says itself what it is. Each statement is gone through once: its tables are
 * not checked yet. */
static zkl_status check_parents_used(content_check *c)
{
    if (zkl_entry_facts_of(c->content->entry->kind)->names_parents)
        return ZKL_OK;
    bool *spoken = ZKL_ARENA_NEW(c->arena, bool, dataset_count(c));
    if (!spoken)
        return zkl_no_memory(c->err, dataset_count(c));
    for (size_t i = 0; c->content->notarised_count > 1 && i < count_own(c); i++)
        ZKL_TRY(find_spoken(c, &c->statements[i], spoken));
    for (size_t of = 1; of < c->content->notarised_count; of++)
        if (!spoken[of])
            return zkl_fail(c->err, ZKL_REJECTED, "no claim of the entry speaks of parent %zu", of);
    return ZKL_OK;
}

/* What a statement is about is what an entry names and the manifest holds. */
static zkl_status bind_statement(content_check *c, size_t at)
{
    const zkl_receipt_statement *given = &c->content->statements[at];
    zkl_statement *s = &c->statements[at];
    ZKL_AUTO_CLEAR(zkl_buffer) restored = { 0 };
    zkl_digest t0_bytes, sha256;
    zkl_fr t0;

    /* 1. Whole again, with the manifest's own blocks in the places of its sources. */
    const zkl_known_tables tables = tables_of(c, at);
    ZKL_TRY(zkl_statement_restore(&restored, given->compact, tables.tables, tables.count, c->err));
    const zkl_bytes bytes =
        zkl_bytes_of(zkl_arena_copy(c->arena, restored.data, restored.size), restored.size);
    if (!bytes.data)
        return zkl_no_memory(c->err, restored.size);
    ZKL_TRY(zkl_statement_parse(s, c->arena, bytes, c->err));

    /* 2. It is what the entry names at this place: by id, by bytes, and by the bytes of its
     *    proof. */
    zkl_statement_t0(&t0, bytes);
    zkl_fr_encode(t0_bytes.bytes, &t0);
    const zkl_entry_statement *ref = named_at(c, at);
    const size_t of = c->places[at].of;
    if (!zkl_digest_equal(&ref->t0, &t0_bytes))
        return zkl_fail(c->err, ZKL_REJECTED, "no entry names this statement at this place");
    zkl_sha256(&sha256, bytes.data, bytes.size);
    if (!zkl_digest_equal(&sha256, &ref->statement_sha256))
        return zkl_fail(c->err, ZKL_REJECTED, "the entry names another statement");
    zkl_sha256(&sha256, given->proof.data, given->proof.size);
    if (!zkl_digest_equal(&sha256, &ref->proof_sha256))
        return zkl_fail(c->err, ZKL_REJECTED, "the entry names another proof");
    /* 3. It is of this ledger and these powers, and under a key that stands in its place. The
     *    hashes were absorbed by t0: the same proof is good for no other. */
    if (!zkl_digest_equal(&s->ledger, c->pins->ledger))
        return zkl_fail(c->err, ZKL_REJECTED, "the statement is of another ledger");
    if (!zkl_digest_equal(&s->powers_hash, c->pins->powers_hash))
        return zkl_fail(c->err, ZKL_REJECTED, "the statement is under other powers of tau");
    if (!zkl_bytes_equal_text(s->circuit, ref->circuit))
        return zkl_fail(c->err, ZKL_REJECTED, "the entry names another circuit than the statement");
    if (of != OWN)
        ZKL_TRY(check_circuit_named(c, s, of));
    ZKL_TRY(find_key(c, s, &c->statement_keys[at]));
    c->refs[at] = ref;
    c->t0s[at] = t0_bytes;
    c->statement_list[at] = s;
    c->statement_bytes[at] = bytes;
    return ZKL_OK;
}

/* The proof itself: docs/proof-system.md section 5. products: where its pairings wait; NULL: they
 * are judged. */
static zkl_status verify_proof(const content_check *c, size_t at, zkl_products *products,
                               zkl_error *err)
{
    const zkl_proven_statement given = { c->statement_bytes[at], c->content->statements[at].proof };
    const zkl_known_tables known = tables_of(c, at);
    ZKL_ASSERT(c->statement_keys[at] && known.tables[0].points); /* bound and decoded before */
    return products ? zkl_verify_statement_but_pairings(products, &given, c->statement_keys[at],
                                                        &c->powers, &known, c->pool, err)
                    : zkl_verify_statement(&given, c->statement_keys[at], &c->powers, &known,
                                           c->pool, err);
}

static zkl_status judge_proof(content_check *c, size_t at)
{
    return verify_proof(c, at, NULL, c->err);
}

typedef struct proof_work {
    const content_check *check;
    zkl_products *lists; /* one a statement */
} proof_work;

static zkl_status prepare_proof(void *context, size_t index, size_t worker, zkl_error *err)
{
    (void)worker;
    const proof_work *work = context;
    const zkl_status status = verify_proof(work->check, index, &work->lists[index], err);
    return status == ZKL_OK ? status : zkl_wrap(err, status, "statement %zu", index);
}

static zkl_status join_lists(content_check *c, const zkl_products *lists)
{
    for (size_t i = 0; i < c->content->statement_count; i++)
        ZKL_TRY(zkl_products_append(c->products, &lists[i], c->err));
    return ZKL_OK;
}

/* A worker a statement; then their products one behind the other. */
static zkl_status prepare_proofs(content_check *c)
{
    const size_t count = c->content->statement_count;
    ZKL_AUTO_BLOCK zkl_products *lists = zkl_calloc(count, sizeof *lists);
    if (!lists)
        return zkl_no_memory(c->err, count * sizeof *lists);
    proof_work work = { c, lists };
    for (size_t i = 0; i < count; i++)
        lists[i].waiting_max = WAITING_TERMS_MAX / count;
    zkl_status status = zkl_pool_try(c->pool, count, prepare_proof, &work, c->err);
    if (status == ZKL_OK)
        status = join_lists(c, lists);
    for (size_t i = 0; i < count; i++)
        zkl_products_clear(&lists[i]);
    return status;
}

static zkl_status each_statement(content_check *c, zkl_status (*step)(content_check *c, size_t at))
{
    for (size_t i = 0; i < c->content->statement_count; i++) {
        const zkl_status status = step(c, i);
        if (status != ZKL_OK)
            return zkl_wrap(c->err, status, "statement %zu", i);
    }
    return ZKL_OK;
}

static zkl_status check_statements(content_check *c)
{
    const size_t count = c->content->statement_count;
    c->statements = ZKL_ARENA_NEW(c->arena, zkl_statement, count);
    c->statement_list = ZKL_ARENA_NEW(c->arena, const zkl_statement *, count);
    c->refs = ZKL_ARENA_NEW(c->arena, const zkl_entry_statement *, count);
    c->t0s = ZKL_ARENA_NEW(c->arena, zkl_digest, count);
    c->statement_bytes = ZKL_ARENA_NEW(c->arena, zkl_bytes, count);
    c->statement_keys = ZKL_ARENA_NEW(c->arena, const zkl_groth16_vk *, count);
    if (!c->statements || !c->statement_list || !c->refs || !c->t0s || !c->statement_bytes ||
        !c->statement_keys)
        return zkl_no_memory(c->err, count * sizeof *c->statements);
    if (count != count_named(c))
        return zkl_fail(c->err, ZKL_REJECTED, "%zu statements are here, the entries name %zu",
                        count, count_named(c));
    ZKL_TRY(find_places(c));
    /* First what each statement is about, which is cheap; then the proofs; at last that no block is
     * left without one. */
    ZKL_TRY(each_statement(c, bind_statement));
    if (c->keys_used != c->content->key_count)
        return zkl_fail(c->err, ZKL_REJECTED, "verification key %zu is not used", c->keys_used);
    ZKL_TRY(check_circuits_used(c));
    ZKL_TRY(check_parents_used(c));
    ZKL_TRY(c->products ? prepare_proofs(c) : each_statement(c, judge_proof));
    return zkl_cells_cover(c->statement_list, count, c->known, c->content->manifest_count, c->err);
}

/* ---- Claims: the entry's words compile to what the statement proves. */

/* A buffer's text, in the arena; NULL without memory. */
static const char *keep_text(zkl_arena *arena, const zkl_buffer *buffer)
{
    return buffer->failed ? NULL : zkl_arena_text(arena, (const char *)buffer->data, buffer->size);
}

/* One claim, from the entry's words to what was proven, and back: the text is compiled, what it
 * compiles to is found in the statement, and text and JSON are written again from it and must be
 * the entry's. So the words that people read are the ones that were proven. */
static zkl_status add_claim(content_check *c, size_t at, const zkl_entry_claim *said,
                            size_t *claim_at)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) json = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) sentence = { 0 };
    zkl_claim read;
    zkl_compiled_claim claim;
    const size_t of = c->places[at].of;
    const zkl_claim_scope *scope = &c->scopes[of == OWN ? dataset_count(c) : of];
    const zkl_status parsed = zkl_claim_parse(&read, c->arena, said->text, c->err);
    if (parsed != ZKL_OK)
        return zkl_wrap(c->err, parsed, "claim '%.*s'",
                        (int)(said->text.size < 200 ? said->text.size : 200),
                        (const char *)said->text.data);
    ZKL_TRY(zkl_claim_shown_texts(&scope, c->arena, scope, said->json, c->err));
    ZKL_TRY(zkl_claim_compile(&claim, c->arena, &read, scope, c->err));
    if (claim.claim.is_open)
        return zkl_fail(c->err, ZKL_REJECTED, "the claim says no result");
    ZKL_TRY(zkl_claim_match(&claim, &c->statements[at], claim_at, c->err));
    zkl_claim_print(&text, &claim.claim);
    zkl_claim_json(&json, &claim);
    zkl_claim_sentence(&sentence, &claim);

    zkl_verified_claim *out = &c->claims[c->claim_count];
    out->text = keep_text(c->arena, &text);
    out->json = keep_text(c->arena, &json);
    out->sentence = keep_text(c->arena, &sentence);
    if (!out->text || !out->json || !out->sentence)
        return zkl_no_memory(c->err, text.size + json.size + sentence.size);
    if (!zkl_bytes_equal_text(said->text, out->text) ||
        !zkl_bytes_equal_text(said->json, out->json))
        return zkl_fail(c->err, ZKL_REJECTED, "the entry's words are not those of the claim");
    memcpy(out->circuit, c->refs[at]->circuit, sizeof out->circuit);
    zkl_hex_encode(out->t0, c->refs[at]->t0.bytes, 32);
    out->dataset = of == OWN ? NULL : c->names[of];
    c->is_about_first[c->claim_count] =
        of == 0 ||
        (of == OWN && (!claim.claim.column_count || claim.claim.columns[0].dataset == 0));
    out->is_wellformedness = zkl_claim_is_wellformedness(&read);
    out->by_manifest = claim.assertion_count == 0;
    c->compiled[c->claim_count++] = claim;
    return ZKL_OK;
}

/* What stands behind each claim of the entry's dataset: its rows, and what is said of how many of
 * them have a value. */
static zkl_status find_what_stands_behind(content_check *c)
{
    const zkl_claim_list_behind list = { .claims = c->compiled,
                                         .is_about_first = c->is_about_first,
                                         .count = c->claim_count,
                                         .schema = &c->manifests[0].schema };
    zkl_claim_behind *found;
    ZKL_TRY(zkl_claims_behind(&found, c->arena, &list, c->err));
    for (size_t i = 0; i < c->claim_count; i++) {
        zkl_verified_claim *out = &c->claims[i];
        out->first_row = c->compiled[i].first_row;
        out->row_count = c->compiled[i].row_count;
        out->values = found[i].values;
        out->can_be_empty = found[i].can_be_empty;
        out->is_behind_another = found[i].is_behind_another;
    }
    return zkl_claims_unknown_nulls(&c->unknown_nulls, &c->unknown_null_count, c->arena, &list,
                                    found, c->err);
}

/* Claims of a notarisation speak of its dataset, those of the entry of all. */
static zkl_status make_scopes(content_check *c)
{
    const size_t count = dataset_count(c);
    c->datasets = ZKL_ARENA_NEW(c->arena, zkl_claim_dataset, count);
    c->scopes = ZKL_ARENA_NEW(c->arena, zkl_claim_scope, count + 1);
    c->names = ZKL_ARENA_NEW(c->arena, const char *, count);
    if (!c->datasets || !c->scopes || !c->names)
        return zkl_no_memory(c->err, count * sizeof *c->datasets);
    for (size_t i = 0; i < count; i++) {
        const zkl_entry_data *data = &notarisation(c, i)->data;
        c->datasets[i] = (zkl_claim_dataset){ .name = data->name,
                                              .version = data->version,
                                              .schema = &c->manifests[i].schema,
                                              .row_count = c->manifests[i].row_count,
                                              .id = &c->known[i].dataset };
        c->scopes[i] = (zkl_claim_scope){ .datasets = &c->datasets[i], .dataset_count = 1 };
        if (i == 0)
            continue;
        c->names[i] = zkl_arena_format(c->arena, "%.*s@%u", (int)data->name.size,
                                       (const char *)data->name.data, data->version);
        if (!c->names[i])
            return zkl_no_memory(c->err, data->name.size);
    }
    c->scopes[count] = (zkl_claim_scope){ .datasets = c->datasets, .dataset_count = count };
    return ZKL_OK;
}

/* All claims of all statements in order. A statement proves what its words say, all of it, and
 * nothing beside. */
static zkl_status check_claims(content_check *c)
{
    size_t most = 0;
    ZKL_ASSERT(c->content->statement_count == count_named(c));
    ZKL_TRY(make_scopes(c));
    for (size_t i = 0; i < c->content->statement_count; i++)
        most += c->refs[i]->claim_count;
    c->claims = ZKL_ARENA_NEW(c->arena, zkl_verified_claim, most);
    c->compiled = ZKL_ARENA_NEW(c->arena, zkl_compiled_claim, most);
    c->is_about_first = ZKL_ARENA_NEW(c->arena, bool, most);
    if (!c->claims || !c->compiled || !c->is_about_first)
        return zkl_no_memory(c->err, most * sizeof *c->compiled);
    for (size_t i = 0; i < c->content->statement_count; i++) {
        const zkl_entry_statement *ref = c->refs[i];
        size_t claim_at = 0;
        for (size_t j = 0; j < ref->claim_count; j++) {
            const zkl_status status = add_claim(c, i, &ref->claims[j], &claim_at);
            if (status == ZKL_NO_MEMORY)
                return status;
            if (status != ZKL_OK) /* an entry whose words make no sense proves nothing */
                return zkl_wrap(c->err, ZKL_REJECTED, "claim %zu of statement %zu", j, i);
        }
        if (claim_at != c->statements[i].assertion_count)
            return zkl_fail(c->err, ZKL_REJECTED,
                            "statement %zu proves claims that the entry does not say", i);
    }
    ZKL_ASSERT(c->claim_count == most);
    return find_what_stands_behind(c);
}

/* ---- All of it */

/* A proof is about what the first notarisation is about; the others are notarisations too. */
static zkl_status check_notarised(content_check *c)
{
    const zkl_entry_data *data = &c->content->entry->data;
    for (size_t i = 0; i < c->content->notarised_count; i++) {
        const zkl_entry *e = c->content->notarised[i];
        if (e->kind != ZKL_ENTRY_NOTARISE || !zkl_digest_equal(&e->ledger, c->pins->ledger))
            return zkl_fail(c->err, ZKL_REJECTED, "parent %zu is no notarisation of this ledger",
                            i);
    }
    const zkl_entry_data *first = &c->content->notarised[0]->data;
    if (!zkl_digest_equal(&first->dataset, &data->dataset) ||
        !zkl_bytes_equal(first->name, data->name) || first->version != data->version ||
        !zkl_digest_equal(&first->manifest_sha256, &data->manifest_sha256))
        return zkl_fail(c->err, ZKL_REJECTED,
                        "the notarisation that this proof is about is not here");
    return ZKL_OK;
}

/* What the entry is about: a dataset, of this ledger. */
static zkl_status check_subject(content_check *c)
{
    const zkl_entry *e = c->content->entry;
    const size_t parents = c->content->notarised_count;
    if (!zkl_entry_as_data(e))
        return zkl_fail(c->err, ZKL_REJECTED, "the entry is about no dataset");
    if (!zkl_digest_equal(&e->ledger, c->pins->ledger))
        return zkl_fail(c->err, ZKL_REJECTED, "the entry is of another ledger");
    if (zkl_entry_facts_of(e->kind)->parents_max == 0)
        return !parents ? ZKL_OK
                        : zkl_fail(c->err, ZKL_REJECTED,
                                   "a notarisation rests on no other notarisation");
    if (!parents || parents != e->parent_count)
        return zkl_fail(c->err, ZKL_REJECTED, "the proof has %zu parents, and %zu are here",
                        e->parent_count, parents);
    return check_notarised(c);
}

zkl_status zkl_content_verify_but_pairings(zkl_verified *out, zkl_arena *arena,
                                           zkl_products *products, const zkl_content *content,
                                           const zkl_content_pins *pins, const zkl_env *env,
                                           zkl_error *err)
{
    content_check c = { .content = content,
                        .pins = pins,
                        .products = products,
                        .arena = arena,
                        .err = err,
                        .pool = env ? env->pool : NULL };
    ZKL_ASSERT(pins->ledger && pins->powers_hash);
    static const struct {
        zkl_check name;
        zkl_status (*check)(content_check *c);
    } checks[] = {
        { ZKL_CHECK_ENTRY, check_subject },      { ZKL_CHECK_SET_UP, check_powers },
        { ZKL_CHECK_MANIFEST, check_manifests }, { ZKL_CHECK_VERIFICATION_KEYS, check_keys },
        { ZKL_CHECK_PROOF, check_statements },   { ZKL_CHECK_CLAIMS, check_claims },
    };
    for (size_t i = 0; i < ZKL_COUNT(checks); i++) {
        const zkl_status status = checks[i].check(&c);
        if (status != ZKL_OK)
            return zkl_wrap_check(err, status, checks[i].name);
    }
    ZKL_ASSERT(c.manifests && c.known && c.statement_list && c.claims);
    /* Everything holds: say what. */
    char *time = zkl_arena_alloc(arena, ZKL_TIME_CHARS + 1, 1);
    const char *name = zkl_arena_text(arena, (const char *)content->entry->data.name.data,
                                      content->entry->data.name.size);
    if (!time || !name)
        return zkl_no_memory(err, ZKL_TIME_CHARS);
    zkl_time_format(time, content->entry->time_ms);
    *out = (zkl_verified){
        .name = name,
        .version = content->entry->data.version,
        .kind = content->entry->kind,
        .ledger = *pins->ledger,
        .dataset = content->entry->data.dataset,
        .time = time,
        .row_count = c.manifests[0].row_count,
        .column_count = c.manifests[0].schema.column_count,
        .block_count = c.manifests[0].chunk_count * c.manifests[0].blocks_per_chunk,
        .statement_count = content->statement_count,
        .claims = c.claims,
        .claim_count = c.claim_count,
        .unknown_nulls = c.unknown_nulls,
        .unknown_null_count = c.unknown_null_count,
        .schema = &c.manifests[0].schema,
        .manifest = &c.manifests[0],
        .statements = c.statement_list,
        .statement_ids = c.t0s,
        .powers = c.powers,
        .points = c.known[0].points,
    };
    return ZKL_OK;
}

/* All pairings as one product. Where anything fails, all is checked once more, with each product in
 * its place: so a false content has the verdict that the order of the checks gives it. What the
 * first try has kept is let go of before. */
zkl_status zkl_content_verify(zkl_verified *out, zkl_arena *arena, const zkl_content *content,
                              const zkl_content_pins *pins, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_decoded) decoded = zkl_decoded_new();
    ZKL_AUTO_CLEAR(zkl_products) products = { .decoded = decoded };
    ZKL_AUTO_CLEAR(zkl_arena) kept = { .is_secret = arena->is_secret };
    zkl_error why = { 0 };
    zkl_verified verified;
    zkl_status status =
        zkl_content_verify_but_pairings(&verified, &kept, &products, content, pins, env, &why);
    if (status == ZKL_OK)
        status = zkl_products_check(&products, env ? env->pool : NULL, &why);
    if (status == ZKL_NO_MEMORY)
        return zkl_fail_as(err, status, &why);
    if (status == ZKL_OK) {
        zkl_arena_join(arena, &kept);
        *out = verified;
        return ZKL_OK;
    }
    zkl_products_clear(&products);
    zkl_arena_clear(&kept);
    return zkl_content_verify_but_pairings(out, arena, NULL, content, pins, env, err);
}
