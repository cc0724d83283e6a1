/* What entries about a dataset version have in common: the subject NAME@VERSION with the manifest's
 * two hashes, and the proof statements, each by the hashes of its bytes and of its proof, with the
 * claims that it proves in words. */
#include <stdio.h>

#include "record/entry_internal.h"
#include "text/json_text.h"

/* ---- "statements" */

/* In the order in which they were proven, which is that of the receipt's statements, too. */
static void put_statements(zkl_buffer *out, const zkl_entry *e)
{
    ZKL_ASSERT(zkl_entry_as_data(e));
    zkl_buffer_put_u8(out, '[');
    for (size_t i = 0; i < e->data.statement_count; i++) {
        const zkl_entry_statement *s = &e->data.statements[i];
        ZKL_ASSERT(s->claim_count > 0); /* checked before anything is put */
        zkl_buffer_format(out, "%s{\"circuit\":\"%s\",\"claims\":[", i ? "," : "", s->circuit);
        for (size_t j = 0; j < s->claim_count; j++) {
            if (j)
                zkl_buffer_put_u8(out, ',');
            zkl_buffer_put(out, s->claims[j].json.data, s->claims[j].json.size);
        }
        zkl_buffer_put_text(out, "],\"proof\":");
        zkl_entry_put_hex(out, &s->proof_sha256);
        zkl_buffer_put_text(out, ",\"statement\":");
        zkl_entry_put_hex(out, &s->statement_sha256);
        zkl_buffer_put_text(out, ",\"t0\":");
        zkl_entry_put_hex(out, &s->t0);
        zkl_buffer_put_u8(out, '}');
    }
    zkl_buffer_put_u8(out, ']');
}

/* A claim is kept as text, which is compiled, and as the canonical bytes of its object, which are
 * written again. What kinds of claim there are is not known here: the folder `claim` compares both
 * with what it would write. */
static zkl_status read_claim(const zkl_entry_reader *r, zkl_entry_claim *out, const json_t *claim,
                             size_t number)
{
    ZKL_AUTO_CLEAR(zkl_buffer) json = { 0 };
    if (!json_is_object(claim))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: claim %zu is not an object", number);
    ZKL_TRY(zkl_entry_read_text(r, &out->text, claim, "text"));
    if (ZKL_NEVER(!zkl_json_put(&json, claim)))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: claim %zu is not canonical", number);
    ZKL_TRY(zkl_buffer_status(&json, r->err));
    out->json = zkl_bytes_of(zkl_arena_copy(r->arena, json.data, json.size), json.size);
    return out->json.data ? ZKL_OK : zkl_no_memory(r->err, json.size);
}

/* At least one is asked for by the check below, not here. */
static zkl_status read_claims(const zkl_entry_reader *r, zkl_entry_statement *s,
                              const json_t *object)
{
    const json_t *list;
    ZKL_TRY(
        zkl_entry_read_array(r, &list, &s->claim_count, object, "claims", ZKL_ENTRY_CLAIMS_MAX));
    zkl_entry_claim *claims = ZKL_ARENA_NEW(r->arena, zkl_entry_claim, s->claim_count);
    if (!claims)
        return zkl_no_memory(r->err, s->claim_count * sizeof *claims);
    for (size_t i = 0; i < s->claim_count; i++)
        ZKL_TRY(read_claim(r, &claims[i], json_array_get(list, i), i));
    s->claims = claims;
    return ZKL_OK;
}

/* Each is an object with exactly these members. */
static zkl_status read_statements(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    static const char *const known[] = { "circuit", "claims", "proof", "statement", "t0" };
    const json_t *list;
    ZKL_ASSERT(zkl_entry_as_data(e)); /* the kind was read first */
    ZKL_TRY(zkl_entry_read_array(r, &list, &e->data.statement_count, predicate, "statements",
                                 ZKL_ENTRY_STATEMENTS_MAX));
    zkl_entry_statement *statements =
        ZKL_ARENA_NEW(r->arena, zkl_entry_statement, e->data.statement_count);
    if (!statements)
        return zkl_no_memory(r->err, e->data.statement_count * sizeof *statements);
    for (size_t i = 0; i < e->data.statement_count; i++) {
        const json_t *object = json_array_get(list, i);
        ZKL_TRY(zkl_entry_refuse_unknown(r, object, known, ZKL_COUNT(known), "a statement"));
        ZKL_TRY(zkl_entry_read_circuit(r, statements[i].circuit, object));
        ZKL_TRY(read_claims(r, &statements[i], object));
        ZKL_TRY(zkl_entry_read_digest(r, &statements[i].proof_sha256, object, "proof"));
        ZKL_TRY(zkl_entry_read_digest(r, &statements[i].statement_sha256, object, "statement"));
        ZKL_TRY(zkl_entry_read_digest(r, &statements[i].t0, object, "t0"));
    }
    e->data.statements = statements;
    return ZKL_OK;
}

const zkl_entry_member zkl_entry_data_members[ZKL_ENTRY_DATA_MEMBER_COUNT] = {
    { "statements", put_statements, read_statements, NULL },
};

/* ---- What must hold */

/* At least one, each with a claim, and none twice: t0 is the hash of a whole statement, so the same
 * t0 would count one proof for two. The square of the number is bounded by
 * ZKL_ENTRY_STATEMENTS_MAX. */
static zkl_status check_statements(const zkl_entry_data *data, zkl_error *err)
{
    if (data->statement_count > ZKL_ENTRY_STATEMENTS_MAX)
        return zkl_fail(
            err, ZKL_LIMIT,
            "the entry has %zu proof statements, at most %d: split over several `prove`",
            data->statement_count, ZKL_ENTRY_STATEMENTS_MAX);
    if (!data->statement_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: no proof statements");
    for (size_t i = 0; i < data->statement_count; i++) {
        const zkl_entry_statement *s = &data->statements[i];
        if (!zkl_circuit_name_valid(zkl_bytes_of_text(s->circuit)))
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: statement %zu names no circuit", i);
        if (!s->claim_count)
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: statement %zu has no claims", i);
        if (s->claim_count > ZKL_ENTRY_CLAIMS_MAX)
            return zkl_fail(err, ZKL_LIMIT, "entry: statement %zu has %zu claims, at most %d", i,
                            s->claim_count, ZKL_ENTRY_CLAIMS_MAX);
        for (size_t j = 0; j < i; j++)
            if (zkl_digest_equal(&s->t0, &data->statements[j].t0))
                return zkl_fail(err, ZKL_BAD_INPUT, "entry: statement %zu stands twice", i);
    }
    return ZKL_OK;
}

/* Files are of a notarisation: what is proven later is about the committed rows, not about
 * files. */
static zkl_status check_files(const zkl_entry *e, zkl_error *err)
{
    const zkl_entry_data *data = &e->data;
    if (data->file_count > ZKL_ENTRY_FILES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the entry names %zu public files, at most %d",
                        data->file_count, ZKL_ENTRY_FILES_MAX);
    if (e->kind != ZKL_ENTRY_NOTARISE && data->file_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: only a notarisation names files");
    for (size_t i = 0; i < data->file_count; i++)
        if (!data->files[i].name.size || !zkl_entry_text_valid(data->files[i].name))
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: file %zu has a bad name", i);
    return ZKL_OK;
}

/* The name before all else: it is put into a buffer of its own length when the subject is
 * written. */
zkl_status zkl_entry_data_check_subject(const zkl_entry *e, zkl_error *err)
{
    ZKL_ASSERT(zkl_entry_as_data(e)); /* the kind that borrows this has these fields */
    if (!zkl_dataset_name_valid(e->data.name) || !e->data.version ||
        e->data.version > ZKL_DATASET_VERSION_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the subject is not NAME@VERSION");
    return check_files(e, err);
}

zkl_status zkl_entry_data_check(const zkl_entry *e, zkl_error *err)
{
    ZKL_TRY(zkl_entry_data_check_subject(e, err));
    return check_statements(&e->data, err);
}

/* ---- Subjects: the dataset version, then its public files. */

/* A file's two hashes, in byte order: BLAKE3 stands before SHA-256, SHA3-256 behind it. */
static void put_file(zkl_buffer *out, const zkl_public_file *file, zkl_hash_algorithm algorithm)
{
    const bool blake3 = algorithm == ZKL_HASH_BLAKE3;
    ZKL_ASSERT(blake3 || algorithm == ZKL_HASH_SHA3_256); /* the schema has no others */
    zkl_buffer_put_text(out, blake3 ? ",{\"digest\":{\"blake3\":" : ",{\"digest\":{\"sha256\":");
    zkl_entry_put_hex(out, blake3 ? &file->hash : &file->sha256);
    zkl_buffer_put_text(out, blake3 ? ",\"sha256\":" : ",\"sha3_256\":");
    zkl_entry_put_hex(out, blake3 ? &file->sha256 : &file->hash);
    zkl_buffer_put_text(out, "},\"name\":");
    zkl_json_put_string(out, file->name);
    zkl_buffer_put_u8(out, '}');
}

void zkl_entry_data_put_subjects(zkl_buffer *out, const zkl_entry *e)
{
    char name[ZKL_DATASET_NAME_BYTES_MAX + sizeof "@4294967295"];
    ZKL_ASSERT(e->data.name.size <=
               ZKL_DATASET_NAME_BYTES_MAX); /* checked before anything is put */
    snprintf(name, sizeof name, "%.*s@%u", (int)e->data.name.size, (const char *)e->data.name.data,
             e->data.version);
    zkl_entry_put_subject(out, &e->data.manifest_sha256, &e->data.dataset, name);
    for (size_t i = 0; i < e->data.file_count; i++)
        put_file(out, &e->data.files[i], e->data.file_hash);
}

/* All files are hashed by one algorithm: the first one says which. */
static zkl_status read_files(const zkl_entry_reader *r, zkl_entry *e, const json_t *subjects)
{
    ZKL_ASSERT(zkl_entry_as_data(e) && json_array_size(subjects) >= 1);
    ZKL_ASSERT(json_array_size(subjects) <= 1 + ZKL_ENTRY_FILES_MAX);
    e->data.file_count = json_array_size(subjects) - 1;
    zkl_public_file *files = ZKL_ARENA_NEW(r->arena, zkl_public_file, e->data.file_count);
    if (!files)
        return zkl_no_memory(r->err, e->data.file_count * sizeof *files);
    for (size_t i = 0; i < e->data.file_count; i++) {
        const json_t *subject = json_array_get(subjects, i + 1),
                     *digest = json_object_get(subject, "digest");
        const bool blake3 = json_object_get(digest, "blake3") != NULL;
        ZKL_TRY(zkl_entry_read_text(r, &files[i].name, subject, "name"));
        if (i == 0)
            e->data.file_hash = blake3 ? ZKL_HASH_BLAKE3 : ZKL_HASH_SHA3_256;
        ZKL_TRY(zkl_entry_read_digest(r, &files[i].sha256, digest, "sha256"));
        ZKL_TRY(
            zkl_entry_read_digest(r, &files[i].hash, digest,
                                  e->data.file_hash == ZKL_HASH_BLAKE3 ? "blake3" : "sha3_256"));
    }
    e->data.files = files;
    return ZKL_OK;
}

/* The first subject is the dataset version itself. Its name is NAME@VERSION in one spelling; its
 * two hashes are of the manifest's bytes. */
zkl_status zkl_entry_data_read_subjects(const zkl_entry_reader *r, zkl_entry *e,
                                        const json_t *subjects)
{
    const json_t *first = json_array_get(subjects, 0), *digest = json_object_get(first, "digest");
    zkl_bytes name;
    ZKL_ASSERT(json_array_size(subjects) > 0);
    ZKL_TRY(zkl_entry_read_text(r, &name, first, "name"));
    ZKL_TRY(zkl_entry_read_digest(r, &e->data.manifest_sha256, digest, "sha256"));
    ZKL_TRY(zkl_entry_read_digest(r, &e->data.dataset, digest, "sha3_256"));
    if (zkl_dataset_ref_parse(&e->data.name, &e->data.version, name, NULL) != ZKL_OK ||
        !e->data.version)
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: the subject '%.200s' is not NAME@VERSION",
                        (const char *)name.data);
    return read_files(r, e, subjects);
}

/* ---- Facts: the manifest first, since statements are read against it. */

bool zkl_entry_data_reference(zkl_reference *out, const zkl_entry *e, size_t at)
{
    ZKL_ASSERT(zkl_entry_as_data(e));
    if (at == 0)
        *out = (zkl_reference){ .kind = ZKL_REFERS_TO_MANIFEST,
                                .sha256 = e->data.manifest_sha256,
                                .dataset = e->data.dataset };
    else if (at - 1 < e->data.statement_count)
        *out = (zkl_reference){ .kind = ZKL_REFERS_TO_STATEMENT,
                                .number = at - 1,
                                .statement = &e->data.statements[at - 1] };
    else
        return false;
    return true;
}

/* A writer asks before the entry is encoded, and so checked: without a parent it refers to no
 * receipt. */
bool zkl_entry_data_parents_reference(zkl_reference *out, const zkl_entry *e, size_t at)
{
    ZKL_ASSERT(zkl_entry_as_data(e));
    const zkl_digest none = { { 0 } };
    const size_t others = e->parent_count > 1 ? e->parent_count - 1 : 0;
    if (at > others)
        return zkl_entry_data_reference(out, e, at - 1 - others);
    *out =
        (zkl_reference){ .kind = at ? ZKL_REFERS_TO_OTHER_NOTARISATION : ZKL_REFERS_TO_NOTARISATION,
                         .number = at,
                         .name = e->data.name,
                         .version = e->data.version,
                         .receipt = e->parent_count ? e->parents[at] : none,
                         .dataset = e->data.dataset };
    return true;
}

zkl_status zkl_entry_data_check_parents(const zkl_entry *e, zkl_error *err)
{
    ZKL_ASSERT(e->parents || !e->parent_count);
    for (size_t i = 0; i < e->parent_count; i++)
        for (size_t k = 0; k < i; k++)
            if (zkl_digest_equal(&e->parents[i], &e->parents[k]))
                return zkl_fail(err, ZKL_BAD_INPUT, "entry: parent %zu is parent %zu again", i, k);
    return ZKL_OK;
}

bool zkl_entry_data_index_key(zkl_index_key *out, const zkl_entry *e, size_t at)
{
    ZKL_ASSERT(zkl_entry_as_data(e));
    *out = (zkl_index_key){ .kind = ZKL_INDEX_DATASET, .dataset = e->data.dataset };
    return at == 0;
}

/* "penguins@1" */
char *zkl_entry_data_words(zkl_arena *memory, const zkl_entry *e)
{
    ZKL_ASSERT(zkl_entry_as_data(e));
    return zkl_arena_format(memory, "%.*s@%u", (int)e->data.name.size,
                            (const char *)e->data.name.data, e->data.version);
}
