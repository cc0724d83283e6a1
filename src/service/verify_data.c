/* With the data and the data key everything is recomputed: the file's hash and content commitment,
 * schema, rows, row trees, block commitments. With a data key of chosen chunks the data are the
 * rows of these, and what of them can be told is recomputed: schema, row trees, commitments. The
 * receipt is verified first, so that what is compared with is what was logged. */
#include "service/recheck.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "hash/domains.h"
#include "ledger/entry_export.h"
#include "service/spools.h"

void recheck_clear(recheck *r)
{
    zkl_chunk_reader_clear(&r->room.reader);
    zkl_table_free(r->table);
    zkl_setup_close(r->own_setup);
    zkl_ledger_close(r->ledger);
    zkl_buffer_clear(&r->receipt);
    zkl_buffer_clear(&r->data_key_bytes);
    zkl_arena_clear(&r->arena);
}

/* ---- What to compare with: a verified receipt and the data key. */

/* What to trust: the text that is given, else the ledger. With a trust text the ledger is opened
 * for its data key alone, so it need not be the caller's own; without one its word counts, and then
 * its log is compared too. */
static zkl_status verify_receipt_first(recheck *r, zkl_error *err)
{
    const zkl_verify_data_request *request = r->request;
    zkl_bytes receipt = request->receipt;
    if (!request->reference)
        ZKL_TRY(service_check_is_verifiable(receipt, err));
    else if (!r->handle)
        return zkl_fail(err, ZKL_USAGE, "no ledger given, and '%s' is one of its datasets",
                        request->reference);
    if (r->handle && request->trust.size) /* its data key counts, not its trust */
        ZKL_TRY(service_open(&r->ledger, r->handle, ZKL_LEDGER_READ, r->env, err));
    else if (r->handle)
        ZKL_TRY(service_open_trusted(&r->ledger, r->handle, r->env, err));
    if (request->reference) {
        zkl_dataset_version found;
        ZKL_TRY(service_find(&found, &r->arena, r->ledger, request->reference, err));
        ZKL_TRY(zkl_receipt_build(&r->receipt, r->ledger, found.index, err));
        receipt = zkl_buffer_bytes(&r->receipt);
    }
    if (request->trust.size) {
        ZKL_TRY(service_parse_trust(&r->trust_file, &r->arena, request->trust, NULL, err));
        r->trust = &r->trust_file;
    } else if (r->ledger) {
        r->trust = zkl_ledger_trust(r->ledger);
    } else {
        return zkl_fail(err, ZKL_UNCHECKED, "no trust file: nothing is trusted on first use");
    }
    ZKL_TRY(zkl_receipt_verify(&r->verified, &r->arena, receipt, r->trust, r->env, err));
    return request->trust.size ? ZKL_OK : service_check_is_of_log(r->ledger, &r->verified, err);
}

/* A key of chosen chunks: it opens one at least, and none that the dataset has not. */
static zkl_status check_chosen(const recheck *r, zkl_error *err)
{
    const zkl_datakey *key = &r->data_key;
    if (!r->takes_chosen_chunks)
        return zkl_fail(err, ZKL_UNCHECKED,
                        "the data key holds some chunks only: it opens no whole file");
    if (!key->chunk_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "data key: it opens no chunk");
    const uint64_t last = key->chunks[key->chunk_count - 1].chunk; /* they rise */
    if (last >= r->manifest->chunk_count)
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_DATA_KEY,
                              "it is of chunk %llu, and the dataset has %zu, counted from 0",
                              (unsigned long long)last, r->manifest->chunk_count);
    return ZKL_OK;
}

static zkl_status find_data_key(recheck *r, zkl_error *err)
{
    /* Without a key that is given, the ledger's own, which is wrapped under its owner's secret. */
    zkl_bytes wrapped, bytes = r->request->data_key;
    if (!bytes.size) {
        if (!r->ledger)
            return zkl_fail_hint(err, ZKL_UNCHECKED, ZKL_HINT_GIVE_DATA_KEY,
                                 "recomputing needs the data key");
        ZKL_TRY(zkl_ledger_private(r->ledger, &wrapped, &r->arena, &r->dataset, err));
        ZKL_AUTO_CLOSE(zkl_owner_secret) opened = NULL;
        if (!r->owner)
            ZKL_TRY(service_owner_secret(&opened, r->ledger, err));
        ZKL_TRY(service_private_unwrap(&r->data_key_bytes, SERVICE_DATA_KEY, wrapped,
                                       r->owner ? r->owner : opened, &r->dataset, err));
        bytes = zkl_buffer_bytes(&r->data_key_bytes);
    }
    /* A wrong file is named as what it is, before it is parsed. */
    if (!zkl_datakey_has_magic(bytes)) {
        const service_file_kind kind = service_file_kind_of(bytes);
        return zkl_fail_hint(err, ZKL_BAD_INPUT, service_file_hint(kind),
                             "what is given as data key is none: it is %s",
                             service_file_words(kind));
    }
    ZKL_TRY(zkl_datakey_parse(&r->data_key, &r->arena, bytes, err));
    if (!zkl_digest_equal(&r->data_key.dataset, &r->dataset))
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_DATA_KEY, "it is of another dataset");
    return r->data_key.has_content_salt ? ZKL_OK : check_chosen(r, err);
}

/* ---- What of the dataset the data are. */

bool recheck_is_of_chosen(const recheck *r)
{
    return !r->data_key.has_content_salt;
}

size_t recheck_chunk_count(const recheck *r)
{
    return recheck_is_of_chosen(r) ? r->data_key.chunk_count : r->manifest->chunk_count;
}

size_t recheck_chunk_number(const recheck *r, size_t place)
{
    ZKL_ASSERT(place < recheck_chunk_count(r));
    return recheck_is_of_chosen(r) ? (size_t)r->data_key.chunks[place].chunk : place;
}

/* Every chunk but the dataset's last one has C rows. */
uint64_t recheck_row_count(const recheck *r)
{
    const zkl_manifest *m = r->manifest;
    const size_t count = recheck_chunk_count(r);
    const bool has_last = count && recheck_chunk_number(r, count - 1) == m->chunk_count - 1;
    const uint64_t missing = (uint64_t)m->chunk_count * ZKL_CHUNK_ROWS - m->row_count;
    ZKL_ASSERT(missing < ZKL_CHUNK_ROWS);
    return (uint64_t)count * ZKL_CHUNK_ROWS - (has_last ? missing : 0);
}

/* The powers that the commitments were made with: looked for before the data are read. */
static zkl_status find_powers(recheck *r, zkl_error *err)
{
    char hash[65];
    if (r->setup)
        return ZKL_OK;
    const zkl_status status = zkl_setup_open(
        &r->own_setup, r->handle ? zkl_ledger_setup_cache(r->handle) : r->request->setup_cache,
        &r->manifest->powers_hash, r->env, err);
    r->setup = r->own_setup;
    if (status != ZKL_NOT_FOUND)
        return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "powers of tau");
    zkl_hex_encode(hash, r->manifest->powers_hash.bytes, 32);
    return zkl_fail_hint(err, ZKL_UNCHECKED, ZKL_HINT_MOVE_POWERS,
                         "recomputing needs the powers of tau %s, which this machine does not have",
                         hash);
}

/* ---- Reading again, as it was read. */

/* The manifest's reading, but for what the caller says himself. */
static zkl_status choose_reading(recheck *r, zkl_error *err)
{
    /* Read as the manifest says, unless the caller says otherwise: a file may have been exported
     * anew with other delimiters and still be the same table. */
    zkl_reading own;
    ZKL_TRY(zkl_reading_take(&own, &r->arena, &r->request->reading, err));
    zkl_reading_merge(&r->reading, &r->manifest->reading, &own);
    if (!r->reading.delimiter && r->reading.format && strcmp(r->reading.format, "csv") == 0)
        return zkl_fail(err, ZKL_USAGE,
                        "CSV is said, the manifest says another format: say the "
                        "delimiter too");
    r->reads_otherwise = !zkl_reading_equal(&r->reading, &r->manifest->reading);
    return ZKL_OK;
}

/* Codes of a dictionary column are recomputed from its strings with the manifest's seed and the
 * data key's secret. All are needed, or the column's cells cannot be told. */
static zkl_status dictionaries_of(zkl_read_dictionary **out, recheck *r, zkl_error *err)
{
    for (uint32_t i = 0; i < r->manifest->schema.column_count; i++)
        if (r->manifest->schema.columns[i].type.kind == ZKL_TYPE_DICTIONARY &&
            !zkl_datakey_dictionary_find(&r->data_key, i))
            return zkl_fail(err, ZKL_UNCHECKED, "the data key lacks the dictionary of column %u",
                            i + 1);
    *out = ZKL_ARENA_NEW(&r->arena, zkl_read_dictionary, r->data_key.dictionary_count);
    if (!*out)
        return zkl_no_memory(err, r->data_key.dictionary_count * sizeof **out);
    for (size_t i = 0; i < r->data_key.dictionary_count; i++) {
        const zkl_datakey_dictionary *d = &r->data_key.dictionaries[i];
        if (d->column >= r->manifest->schema.column_count)
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "data key: a dictionary of column %u, which there is not", d->column);
        (*out)[i] = (zkl_read_dictionary){ .column = d->column,
                                           .seed = r->manifest->dictionary_seeds[d->column],
                                           .part = d->part };
        memcpy((*out)[i].key, d->key, sizeof d->key);
    }
    return ZKL_OK;
}

/* The spool lies in the ledger, where there is room for the data; without one in the current
 * folder. */
zkl_read_options recheck_read_options(const recheck *r)
{
    return (zkl_read_options){ .files = r->files,
                               .file_count = r->file_count,
                               .reading = r->reading,
                               .spool_folder = r->handle ? zkl_ledger_folder(r->handle) : ".",
                               .hash = r->manifest->schema.hash };
}

/* What a file is that does not read as CSV, when its beginning says so: its error speaks of a text
 * that it is not. NULL: nothing is known against CSV. */
static const char *other_kind(const recheck *r)
{
    uint8_t head[4096];
    size_t got;
    if (r->file_count != 1 || strcmp(r->files[0], "-") == 0 || !r->reading.format ||
        strcmp(r->reading.format, "csv") != 0 ||
        zkl_file_peek(head, sizeof head, &got, r->files[0], NULL) != ZKL_OK)
        return NULL;
    const service_file_kind kind = service_file_kind_of(zkl_bytes_of(head, got));
    if (kind == SERVICE_FILE_DSSE)
        return "a signed entry";
    return kind == SERVICE_FILE_JSON || kind == SERVICE_FILE_TRUST || kind == SERVICE_FILE_PEM
               ? service_file_words(kind)
               : NULL;
}

/* ---- Without files: the owner's spool. It is compared as files are. */

static bool is_of_spool(const recheck *r)
{
    return r->owner && r->handle && !r->request->file_count;
}

static service_spool_id spool_id(const recheck *r)
{
    return (service_spool_id){ .folder = zkl_ledger_folder(r->handle),
                               .ledger = *zkl_ledger_own_id(r->handle),
                               .dataset = r->dataset };
}

/* Before anything else is looked for. How files are read counts for files alone. */
static zkl_status find_spool(const recheck *r, zkl_error *err)
{
    if (!is_of_spool(r))
        return ZKL_OK;
    const service_spool_id id = spool_id(r);
    ZKL_TRY(service_spool_check_kept(&id, err));
    return r->reads_otherwise
               ? zkl_fail(err, ZKL_USAGE, "how files are read is said, and no file is given")
               : ZKL_OK;
}

/* Read by the manifest's schema, so that types are not inferred again. Files that do not fit it are
 * not the data: that is a rejection, and no input error. */
static zkl_status read_again(recheck *r, zkl_error *err)
{
    zkl_read_dictionary *dictionaries = NULL;
    zkl_bad_rows bad;
    service_files files;
    ZKL_TRY(
        service_expand_files(&files, &r->arena, r->request->files, r->request->file_count, err));
    r->files = files.names;
    r->file_count = files.count;
    ZKL_TRY(dictionaries_of(&dictionaries, r, err));
    zkl_read_options options = recheck_read_options(r);
    options.schema = &r->manifest->schema;
    options.dictionaries = dictionaries;
    options.dictionary_count = r->data_key.dictionary_count;
    if (is_of_spool(r)) {
        const service_spool_id id = spool_id(r);
        return service_spool_open(&r->table, &id, &options, r->owner, r->env, err);
    }
    zkl_status status = zkl_table_read(&r->table, &options, &bad, r->env, err);
    zkl_wipe(&bad, sizeof bad);
    if (status != ZKL_BAD_INPUT)
        return status;
    const char *kind = other_kind(r);
    if (kind)
        zkl_wrap(err, status, "the file begins as %s does, and the manifest says CSV", kind);
    return zkl_wrap_check(err, ZKL_REJECTED, ZKL_CHECK_DATA); /* not as this table: not the data */
}

/* ---- Comparing. */

/* The content commitment: H(0x04, salt, hash of the files). The salt is the data key's: without it
 * a guess of the file could be confirmed. */
bool recheck_content_is(const recheck *r, const zkl_digest *file)
{
    const uint8_t prefix = ZKL_H_CONTENT;
    zkl_digest content;
    ZKL_ASSERT(r->manifest);
    if (recheck_is_of_chosen(r))
        return false;
    const zkl_bytes parts[] = { zkl_bytes_of(&prefix, 1),
                                zkl_bytes_of(r->data_key.content_salt, 32),
                                zkl_bytes_of(file, 32) };
    zkl_hash_parts(&content, r->manifest->schema.hash, parts, 3);
    return zkl_digest_equal(&content, &r->manifest->content);
}

static zkl_status check_content(recheck *r, zkl_error *err)
{
    if (!recheck_content_is(r, zkl_table_content_hash(r->table)))
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_CONTENT,
                              "the file is not the one that was notarised");
    return ZKL_OK;
}

/* The manifest's public digests are those of the files, each: the file is the notarised one, so
 * what differs is a lie. */
static zkl_status check_digests(recheck *r, zkl_error *err)
{
    const zkl_manifest *m = r->manifest;
    const zkl_file_digest *files;
    const size_t count = zkl_table_files(r->table, &files);
    if (!m->file_count)
        return ZKL_OK;
    for (size_t i = 0; i < count && i < m->file_count; i++) {
        const zkl_public_file *said = &m->files[i];
        const char *wrong = !zkl_bytes_equal_text(said->name, files[i].name)     ? "name"
                            : said->size != files[i].size                        ? "size"
                            : !zkl_digest_equal(&said->hash, &files[i].hash)     ? "hash"
                            : !zkl_digest_equal(&said->sha256, &files[i].sha256) ? "SHA-256"
                                                                                 : NULL;
        if (wrong && strcmp(wrong, "name") == 0 && count == 1)
            return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_PUBLIC_DIGESTS,
                                  "'%s' is the file that was notarised, byte for byte, but they "
                                  "name it '%.*s'; give it under that name",
                                  files[i].name, (int)said->name.size,
                                  (const char *)said->name.data);
        if (wrong)
            return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_PUBLIC_DIGESTS,
                                  "the %s that the manifest says of '%.*s' is not "
                                  "that of '%s'",
                                  wrong, (int)said->name.size, (const char *)said->name.data,
                                  files[i].name);
    }
    if (count != m->file_count)
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_PUBLIC_DIGESTS,
                              "the manifest has those of %zu files, these are %zu", m->file_count,
                              count);
    return ZKL_OK;
}

/* The schema's hash covers dictionary roots, so other dictionary entries show here. */
static zkl_status check_schema(recheck *r, zkl_error *err)
{
    zkl_digest schema_hash;
    zkl_schema_hash(&schema_hash, zkl_table_schema(r->table));
    if (!zkl_digest_equal(&schema_hash, &r->manifest->schema_hash))
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_SCHEMA,
                              "the data have another schema or other dictionary entries");
    return ZKL_OK;
}

static zkl_status check_rows(const recheck *r, zkl_error *err)
{
    if (zkl_table_rows(r->table) != r->manifest->row_count)
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_ROWS,
                              "the data have %llu rows, the manifest says %llu",
                              (unsigned long long)zkl_table_rows(r->table),
                              (unsigned long long)r->manifest->row_count);
    return ZKL_OK;
}

/* As many rows as the whole dataset has are taken for the whole: that is not refused as false. */
static zkl_status check_chosen_rows(const recheck *r, zkl_error *err)
{
    const uint64_t have = zkl_table_rows(r->table), want = recheck_row_count(r);
    if (have == want)
        return ZKL_OK;
    if (have == r->manifest->row_count)
        return zkl_fail_hint(err, ZKL_UNCHECKED, ZKL_HINT_GIVE_CHUNKS_ALONE,
                             "the data have as many rows as the whole dataset, %llu, and the data "
                             "key opens %zu of its %zu chunks, %llu rows",
                             (unsigned long long)have, recheck_chunk_count(r),
                             r->manifest->chunk_count, (unsigned long long)want);
    return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_ROWS,
                          "the data have %llu rows, the chunks that the data key opens %llu",
                          (unsigned long long)have, (unsigned long long)want);
}

/* ---- Chunks: from its key, the blinders, commitments and row root of each are those of the
 * manifest. */

/* Room for one chunk serves all of them: a table's memory does not grow with its length. */
static zkl_status make_room(chunk_room *room, recheck *r, zkl_error *err)
{
    const zkl_manifest *m = r->manifest;
    room->column_count = zkl_schema_numbered_count(&m->schema);
    room->columns = ZKL_ARENA_NEW(&r->arena, zkl_numbered_column, room->column_count);
    room->limb_counts = ZKL_ARENA_NEW(&r->arena, uint32_t, room->column_count);
    room->points = zkl_arena_alloc(&r->arena, m->blocks_per_chunk, ZKL_POINT_BYTES);
    room->starts = ZKL_ARENA_NEW(&r->arena, size_t, ZKL_CHUNK_ROWS + 1);
    if (!room->columns || !room->limb_counts || !room->points || !room->starts)
        return zkl_no_memory(err, room->column_count * sizeof *room->columns);
    zkl_schema_number(room->columns, &m->schema);
    for (size_t i = 0; i < room->column_count; i++)
        room->limb_counts[i] = room->columns[i].limb_count;
    const zkl_chunk_source source =
        zkl_chunk_source_of_table(r->table, room->limb_counts, room->column_count);
    ZKL_TRY(zkl_chunk_reader_init(&room->reader, &source, ZKL_CHUNK_GROUP_BLOCKS, err));
    ZKL_ASSERT(room->reader.block_count == m->blocks_per_chunk);
    return ZKL_OK;
}

/* *key: of the chunk. Salts of rows depend on the chunk's number in the dataset. */
static zkl_status recheck_rows(chunk_room *room, bool *rows_same, const uint8_t **key, recheck *r,
                               size_t place, zkl_error *err)
{
    const zkl_manifest *m = r->manifest;
    const size_t chunk = recheck_chunk_number(r, place);
    const zkl_datakey_chunk *chunk_key = zkl_datakey_chunk_find(&r->data_key, chunk);
    zkl_pool *pool = r->env ? r->env->pool : NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_chunk_rows rows;
    zkl_digest row_root;
    ZKL_ASSERT(chunk < m->chunk_count && r->table);
    if (!room->reader.cells)
        ZKL_TRY(make_room(room, r, err));
    if (!chunk_key)
        return zkl_fail(err, ZKL_UNCHECKED, "the data key lacks chunk %zu", chunk);
    *key = chunk_key->key;
    ZKL_TRY(zkl_chunk_rows_of_table(&rows, &bytes, room->starts, r->table, place, err));
    rows.chunk = chunk;
    ZKL_TRY(zkl_chunk_row_root(&row_root, m->schema.hash, *key, &rows, pool, err));
    *rows_same = zkl_digest_equal(&row_root, &m->row_roots[chunk]);
    return ZKL_OK;
}

/* As the notary did: the salted row tree, and commitments under the chunk's key. */
zkl_status recheck_chunk(chunk_room *room, bool *rows_same, recheck *r, size_t place,
                         zkl_error *err)
{
    const uint8_t *key = NULL;
    ZKL_ASSERT(r->setup);
    ZKL_TRY(recheck_rows(room, rows_same, &key, r, place, err));
    zkl_chunk_reader_begin(&room->reader, place);
    return zkl_chunk_reader_commit(room->points, &room->reader, key, zkl_setup_srs(r->setup),
                                   r->env ? r->env->pool : NULL, err);
}

bool recheck_has_points(const recheck *r, size_t place)
{
    const zkl_manifest *m = r->manifest;
    const size_t chunk = recheck_chunk_number(r, place);
    return memcmp(r->room.points, m->blocks[chunk * m->blocks_per_chunk],
                  m->blocks_per_chunk * ZKL_POINT_BYTES) == 0;
}

/* Both halves of each chunk: the row tree binds the rows' text, the commitments bind the cells that
 * proofs are about. */
static zkl_status check_chunks(recheck *r, zkl_error *err)
{
    const uint8_t *key;
    for (size_t place = 0; place < recheck_chunk_count(r); place++) {
        bool rows_same;
        ZKL_TRY(zkl_env_progress(r->env, "recomputing", (uint64_t)place * ZKL_CHUNK_ROWS,
                                 recheck_row_count(r), err));
        ZKL_TRY(r->rows_alone ? recheck_rows(&r->room, &rows_same, &key, r, place, err)
                              : recheck_chunk(&r->room, &rows_same, r, place, err));
        if (!rows_same)
            return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_ROW_TREE, "chunk %zu differs",
                                  recheck_chunk_number(r, place));
        if (!r->rows_alone && !recheck_has_points(r, place))
            return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_BLOCK_COMMITMENTS,
                                  "chunk %zu differs", recheck_chunk_number(r, place));
    }
    return ZKL_OK;
}

/* Of chosen chunks neither the files' bytes nor public digests can be told: the verdict leaves both
 * unproven. Rows come first, since a whole file has other dictionary entries too. */
static zkl_status compare_chosen(recheck *r, zkl_error *err)
{
    ZKL_TRY(check_chosen_rows(r, err));
    ZKL_TRY(check_schema(r, err));
    return check_chunks(r, err);
}

/* From cheap to dear. Content alone would do to say yes or no; the rest finds lies of the manifest
 * about data that are the notarised ones. */
static zkl_status compare(recheck *r, zkl_error *err)
{
    ZKL_TRY(zkl_env_progress(r->env, "reading", 0, 0, err));
    ZKL_TRY(read_again(r, err));
    if (recheck_is_of_chosen(r))
        return compare_chosen(r, err);
    ZKL_TRY(check_content(r, err));
    ZKL_TRY(check_digests(r, err));
    ZKL_TRY(check_schema(r, err));
    ZKL_TRY(check_rows(r, err));
    return check_chunks(r, err);
}

/* Why, besides the check that failed: what the data have otherwise, as far as it can be told; and
 * when they were read as the caller says, how the manifest reads them. */
static void explain_refusal(recheck *r, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) differences = { 0 };
    /* Cut to what the error holds: the check's own words come first. */
    char text[sizeof err->text];
    if (!err)
        return;
    recheck_differences(&differences, r);
    zkl_buffer_put_u8(&differences, 0);
    if (!differences.failed && differences.size > 1) {
        snprintf(text, sizeof text, "%.480s: %.480s", err->text, (const char *)differences.data);
        memcpy(err->text, text, sizeof text);
    }
    if (!r->reads_otherwise)
        return;
    const char *own = service_reading_words(&r->arena, &r->reading),
               *said = service_reading_words(&r->arena, &r->manifest->reading);
    snprintf(text, sizeof text, "%.640s (read as you say: %.160s; the manifest says: %.160s)",
             err->text, own ? own : "", said ? said : "");
    memcpy(err->text, text, sizeof text);
}

/* Everything that may be missing (trust, key, powers) is looked for before the data are read. */
zkl_status recheck_data(recheck *r, zkl_error *err)
{
    ZKL_ASSERT(r->manifest && r->request);
    ZKL_TRY(choose_reading(r, err));
    ZKL_TRY(find_spool(r, err));
    ZKL_TRY(find_data_key(r, err));
    ZKL_TRY(find_powers(r, err));
    const zkl_status status = compare(r, err);
    if (status == ZKL_REJECTED && is_of_spool(r))
        return zkl_wrap(err, status, "its spool");
    if (status == ZKL_REJECTED)
        explain_refusal(r, err);
    return status;
}

static zkl_status say_read_otherwise(zkl_verify_result *out, const recheck *r, zkl_error *err)
{
    if (!r->reads_otherwise)
        return ZKL_OK;
    out->read_otherwise = service_reading_words(&out->memory, &r->reading);
    return out->read_otherwise ? ZKL_OK : zkl_no_memory(err, 0);
}

/* The chunks that were compared, those that follow one another together. */
static zkl_status say_chosen(zkl_verify_result *out, const recheck *r, zkl_error *err)
{
    const size_t count = recheck_chunk_count(r);
    if (!recheck_is_of_chosen(r))
        return ZKL_OK;
    zkl_chunk_run *runs = ZKL_ARENA_NEW(&out->memory, zkl_chunk_run, count);
    if (!runs)
        return zkl_no_memory(err, count * sizeof *runs);
    for (size_t place = 0; place < count; place++) {
        const uint64_t chunk = recheck_chunk_number(r, place);
        const uint64_t end = (chunk + 1) * ZKL_CHUNK_ROWS, rows = r->manifest->row_count;
        if (!place || runs[out->compared_count - 1].last_chunk + 1 != chunk)
            runs[out->compared_count++] =
                (zkl_chunk_run){ .first_chunk = chunk, .first_row = chunk * ZKL_CHUNK_ROWS };
        runs[out->compared_count - 1].last_chunk = chunk;
        runs[out->compared_count - 1].last_row = (end < rows ? end : rows) - 1;
    }
    out->compared = runs;
    out->compared_chunk_count = count;
    return ZKL_OK;
}

zkl_status zkl_verify_data(zkl_verify_result *out, zkl_ledger *ledger,
                           const zkl_verify_data_request *request, const zkl_env *env,
                           zkl_error *err)
{
    recheck r = { .handle = ledger,
                  .request = request,
                  .takes_chosen_chunks = true,
                  .env = env || !ledger ? service_lent(env) : zkl_ledger_env(ledger) };
    *out = (zkl_verify_result){ 0 };
    r.arena.is_secret = true; /* the data key */
    zkl_status status = verify_receipt_first(&r, err);
    if (status == ZKL_OK) {
        r.manifest = r.verified.manifest;
        r.dataset = r.verified.dataset;
        status = recheck_data(&r, err);
    }
    if (status == ZKL_OK)
        status = say_chosen(out, &r, err);
    if (status == ZKL_OK)
        status = service_verdict(out, &r.verified, r.trust, request->trust.size ? NULL : r.ledger,
                                 !recheck_is_of_chosen(&r), err);
    if (status == ZKL_OK)
        status = say_read_otherwise(out, &r, err);
    if (status == ZKL_OK && request->reference)
        status = service_verify_later(out, r.ledger, request->reference, r.trust, r.env, err);
    if (status != ZKL_OK) {
        zkl_arena_clear(&out->memory);
        *out = (zkl_verify_result){ 0 };
    }
    recheck_clear(&r);
    return status;
}
