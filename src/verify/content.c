/* The half of a verification that needs no log: manifests, statements, proofs, claims.
 *
 *  1. Every byte of a content is bound: a manifest, key, statement or proof that no entry names, or
 *     that nothing uses, is refused. So two contents of one entry do not differ.
 *  2. Each check relies on those before it and on nothing else (zkl_content_verify has the order).
 *     In particular the manifest's columns bound every index before a statement is compiled.
 *  3. Nothing in a content can trip an assertion: what comes from a receipt ends in a status. The
 *     assertions here are about what earlier checks have established. */
#include "verify/receipt.h"

#include <string.h>

#include "claim/claim.h"
#include "verify/statement.h"

/* What the checks share. Everything lives in arena. */
typedef struct content_check {
    const zkl_content *content;
    const zkl_content_pins *pins;
    zkl_pool *pool;
    zkl_arena *arena;
    zkl_error *err;
    zkl_srs_verifier powers;
    zkl_manifest *manifests;
    zkl_known_table *known;
    zkl_groth16_vk *keys;
    zkl_digest *key_hashes;
    size_t keys_used;
    zkl_statement *statements;  /* restored and parsed */
    zkl_bytes *statement_bytes; /* restored */
    const zkl_groth16_vk **statement_keys;
    const zkl_statement **statement_list;
    const zkl_entry_statement **refs; /* what an entry says of each */
    zkl_digest *t0s;
    zkl_verified_claim *claims;
    zkl_compiled_claim *compiled; /* of each of them, in scope */
    zkl_claim_dataset dataset;    /* the entry's: the first manifest */
    zkl_claim_scope scope;
    size_t claim_count;
    const char **unknown_nulls;
    size_t unknown_null_count;
} content_check;

/* The powers decode, belong together by their pairings (zkl_srs_verifier_decode), and are the
 * trusted ones. */
static zkl_status check_powers(content_check *c)
{
    zkl_digest hash;
    ZKL_TRY(zkl_srs_verifier_decode(&c->powers, c->content->powers, c->err));
    zkl_srs_hash(&hash, &c->powers);
    if (!zkl_digest_equal(&hash, c->pins->powers_hash))
        return zkl_fail(c->err, ZKL_REJECTED, "the powers of tau are not those of this ledger");
    return ZKL_OK;
}

/* ---- Manifests */

/* The entry that names the manifest. */
static const zkl_entry *notarisation(const content_check *c)
{
    return c->content->notarised ? c->content->notarised : c->content->entry;
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
    const zkl_entry *entry = notarisation(c);
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

/* One manifest: that of the dataset that the entry is about. */
static zkl_status check_manifests(content_check *c)
{
    const size_t count = c->content->manifest_count;
    c->manifests = ZKL_ARENA_NEW(c->arena, zkl_manifest, count);
    c->known = ZKL_ARENA_NEW(c->arena, zkl_known_table, count);
    if (!c->manifests || !c->known)
        return zkl_no_memory(c->err, count * sizeof *c->manifests);
    if (count != 1)
        return zkl_fail(c->err, ZKL_REJECTED,
                        "there are %zu manifests, where the dataset's alone belongs", count);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(check_manifest(c, i));
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
        ZKL_TRY(zkl_groth16_vk_decode(&c->keys[i], c->content->keys[i].key, c->err));
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
 * notarisation that it rests on. None is left out, so that no word of either entry stays
 * unproven. */
static size_t count_named(const content_check *c)
{
    return count_own(c) + (c->content->notarised ? c->content->notarised->data.statement_count : 0);
}

/* What an entry says of the statement at this place. */
static const zkl_entry_statement *named_at(const content_check *c, size_t at)
{
    ZKL_ASSERT(at < count_own(c) || c->content->notarised);
    return at < count_own(c) ? &c->content->entry->data.statements[at]
                             : &c->content->notarised->data.statements[at - count_own(c)];
}

/* Is the statement at this place one of the notarisation's own? */
static bool is_notarised(const content_check *c, size_t at)
{
    return !c->content->notarised || at >= count_own(c);
}

/* A notarisation's statement is under a key that the manifest names, since the manifest is what
 * people compare. */
static zkl_status check_circuit_named(const content_check *c, const zkl_statement *s)
{
    const zkl_manifest *m = &c->manifests[0];
    ZKL_ASSERT(c->content->manifest_count == 1); /* check_manifests */
    for (size_t i = 0; i < m->circuit_count; i++)
        if (zkl_bytes_equal_text(s->circuit, m->circuits[i].name) &&
            zkl_digest_equal(&s->key_hash, &m->circuits[i].key_hash))
            return ZKL_OK;
    return zkl_fail(c->err, ZKL_REJECTED,
                    "the manifest does not name the statement's circuit '%.*s'",
                    (int)s->circuit.size, (const char *)s->circuit.data);
}

/* The circuits that the manifest names are those of the notarisation's statements, and no
 * others. */
static zkl_status check_circuits_used(const content_check *c)
{
    const zkl_manifest *m = &c->manifests[0];
    ZKL_ASSERT(c->keys_used == c->content->key_count); /* every statement is bound to its key */
    for (size_t i = 0; i < m->circuit_count; i++) {
        bool used = false;
        for (size_t j = 0; j < c->content->statement_count && !used; j++)
            used = is_notarised(c, j) &&
                   zkl_bytes_equal_text(c->statements[j].circuit, m->circuits[i].name) &&
                   zkl_digest_equal(&c->statements[j].key_hash, &m->circuits[i].key_hash);
        if (!used)
            return zkl_fail(c->err, ZKL_REJECTED,
                            "the manifest names circuit %s under a key that no statement uses",
                            m->circuits[i].name);
    }
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
    ZKL_TRY(zkl_statement_restore(&restored, given->compact, c->known, c->content->manifest_count,
                                  c->err));
    const zkl_bytes bytes =
        zkl_bytes_of(zkl_arena_copy(c->arena, restored.data, restored.size), restored.size);
    if (!bytes.data)
        return zkl_no_memory(c->err, restored.size);
    ZKL_TRY(zkl_statement_parse(s, c->arena, bytes, c->err));

    /* 2. It is what the entry names at this place: by id, by bytes, and by the bytes of its
     *    proof. */
    zkl_statement_t0(&t0, bytes);
    zkl_fr_encode(t0_bytes.bytes, &t0);
    ZKL_ASSERT(at < count_named(c));
    const zkl_entry_statement *ref = named_at(c, at);
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
    if (is_notarised(c, at))
        ZKL_TRY(check_circuit_named(c, s));
    ZKL_TRY(find_key(c, s, &c->statement_keys[at]));
    c->refs[at] = ref;
    c->t0s[at] = t0_bytes;
    c->statement_list[at] = s;
    c->statement_bytes[at] = bytes;
    return ZKL_OK;
}

/* The proof itself: docs/proof-system.md section 5. */
static zkl_status verify_proof(content_check *c, size_t at)
{
    const zkl_proven_statement given = { c->statement_bytes[at], c->content->statements[at].proof };
    const zkl_known_tables known = { c->known, c->content->manifest_count };
    ZKL_ASSERT(c->statement_keys[at] && c->known[0].points); /* bound and decoded before */
    return zkl_verify_statement(&given, c->statement_keys[at], &c->powers, &known, c->pool, c->err);
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
    /* First what each statement is about, which is cheap; then the proofs; at last that no block is
     * left without one. */
    ZKL_TRY(each_statement(c, bind_statement));
    if (c->keys_used != c->content->key_count)
        return zkl_fail(c->err, ZKL_REJECTED, "verification key %zu is not used", c->keys_used);
    ZKL_TRY(check_circuits_used(c));
    ZKL_TRY(each_statement(c, verify_proof));
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
    const zkl_status parsed = zkl_claim_parse(&read, c->arena, said->text, c->err);
    if (parsed != ZKL_OK)
        return zkl_wrap(c->err, parsed, "claim '%.*s'",
                        (int)(said->text.size < 200 ? said->text.size : 200),
                        (const char *)said->text.data);
    ZKL_TRY(zkl_claim_compile(&claim, c->arena, &read, &c->scope, c->err));
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
    out->is_wellformedness = zkl_claim_is_wellformedness(&read);
    out->by_manifest = claim.assertion_count == 0;
    c->compiled[c->claim_count++] = claim;
    return ZKL_OK;
}

/* Does a claim pass over nulls that no claim counts? */
static bool leaves_nulls_open(const content_check *c, const zkl_compiled_claim *claim)
{
    bool open = zkl_claim_passes_nulls(claim);
    for (size_t i = 0; open && i < c->claim_count; i++)
        open = !zkl_claim_settles_nulls(&c->compiled[i], claim);
    return open;
}

/* Columns of which a claim says something of the values, and nothing says how many values there
 * are: perhaps none. */
static zkl_status find_unknown_nulls(content_check *c)
{
    const zkl_schema *schema = &c->manifests[0].schema;
    bool *listed = ZKL_ARENA_NEW(c->arena, bool, schema->column_count);
    c->unknown_nulls = ZKL_ARENA_NEW(c->arena, const char *, c->claim_count);
    if (!c->unknown_nulls || !listed)
        return zkl_no_memory(c->err, c->claim_count * sizeof *c->unknown_nulls);
    for (size_t i = 0; i < c->claim_count; i++) {
        const uint32_t column = c->compiled[i].column;
        ZKL_ASSERT(column < schema->column_count); /* it was compiled against this schema */
        ZKL_AUTO_CLEAR(zkl_buffer) name = { 0 };
        if (listed[column] || !leaves_nulls_open(c, &c->compiled[i]))
            continue;
        listed[column] = true;
        zkl_claim_name_print(&name, schema->columns[column].name);
        c->unknown_nulls[c->unknown_null_count] = keep_text(c->arena, &name);
        if (!c->unknown_nulls[c->unknown_null_count++])
            return zkl_no_memory(c->err, name.size);
    }
    return ZKL_OK;
}

/* All claims of all statements in order. A statement proves what its words say, all of it, and
 * nothing beside. */
static zkl_status check_claims(content_check *c)
{
    size_t most = 0;
    ZKL_ASSERT(c->content->statement_count == count_named(c));
    c->dataset = (zkl_claim_dataset){ .schema = &c->manifests[0].schema,
                                      .row_count = c->manifests[0].row_count,
                                      .id = &c->known[0].dataset };
    c->scope = (zkl_claim_scope){ &c->dataset, 1 };
    for (size_t i = 0; i < c->content->statement_count; i++)
        most += c->refs[i]->claim_count;
    c->claims = ZKL_ARENA_NEW(c->arena, zkl_verified_claim, most);
    c->compiled = ZKL_ARENA_NEW(c->arena, zkl_compiled_claim, most);
    if (!c->claims || !c->compiled)
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
    return find_unknown_nulls(c);
}

/* ---- All of it */

/* What the entry is about: a dataset, of this ledger. A proof is about what its notarisation is
 * about. */
static zkl_status check_subject(content_check *c)
{
    const zkl_entry *e = c->content->entry, *notarised = c->content->notarised;
    const zkl_entry_data *data = zkl_entry_as_data(e);
    if (!data)
        return zkl_fail(c->err, ZKL_REJECTED, "the entry is about no dataset");
    if (!zkl_digest_equal(&e->ledger, c->pins->ledger))
        return zkl_fail(c->err, ZKL_REJECTED, "the entry is of another ledger");
    if (zkl_entry_facts_of(e->kind)->parents_max == 0)
        return !notarised ? ZKL_OK
                          : zkl_fail(c->err, ZKL_REJECTED,
                                     "a notarisation rests on no other notarisation");
    if (!notarised || notarised->kind != ZKL_ENTRY_NOTARISE ||
        !zkl_digest_equal(&notarised->data.dataset, &data->dataset) ||
        !zkl_bytes_equal(notarised->data.name, data->name) ||
        notarised->data.version != data->version ||
        !zkl_digest_equal(&notarised->data.manifest_sha256, &data->manifest_sha256))
        return zkl_fail(c->err, ZKL_REJECTED,
                        "the notarisation that this proof is about is not here");
    return ZKL_OK;
}

zkl_status zkl_content_verify(zkl_verified *out, zkl_arena *arena, const zkl_content *content,
                              const zkl_content_pins *pins, const zkl_env *env, zkl_error *err)
{
    content_check c = {
        .content = content, .pins = pins, .arena = arena, .err = err, .pool = env ? env->pool : NULL
    };
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
    };
    return ZKL_OK;
}
