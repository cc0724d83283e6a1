/* Manifests as bytes. What a dataset version is: its schema, how it was read, and the commitments
 * to its rows and cells.
 *
 *  1. One form: a manifest that parses is the one that would be encoded. Lists are in order, counts
 *     follow from what they count, and the trailing hash is that of everything before it. So the
 *     dataset id, a hash of the bytes, names one content.
 *  2. Nothing is allocated by a count from outside before the bytes that are left could hold that
 *     many.
 *  3. The table root is recomputed from the chunks here, so whoever trusts the root needs no other
 *     check of their order.
 *
 * The commitments are points as bytes. They are decoded, and checked to be in the subgroup, where
 * proofs are checked. */
#include "record/manifest.h"

#include <string.h>

#include "hash/domains.h"
#include "hash/merkle.h"
#include "hash/trailing_hash.h"
#include "text/utf8.h"

#define MANIFEST_MAGIC "zkl/mfst"
#define MANIFEST_VERSION 2
#define FILE_NAME_BYTES_MAX 4096

/* A letter and a tier of one or two digits without a leading zero: "F18". */
bool zkl_circuit_name_valid(zkl_bytes name)
{
    if (name.size < 2 || name.size > 3 || name.data[0] < 'A' || name.data[0] > 'Z' ||
        name.data[1] == '0')
        return false;
    for (size_t i = 1; i < name.size; i++)
        if (!zkl_is_digit(name.data[i]))
            return false;
    return true;
}

size_t zkl_manifest_chunks(uint64_t row_count)
{
    return (size_t)(row_count / ZKL_CHUNK_ROWS + (row_count % ZKL_CHUNK_ROWS != 0));
}

/* Leaf of the table's tree: H(0x00, chunk as u64, row root, commitments in order of column and
 * limb). The number of the chunk stands in it, so that chunks cannot change places; what they
 * commit to, blocks and rows, is bound together. */
void zkl_manifest_chunk_leaf(zkl_digest *out, zkl_hash_algorithm algorithm, uint64_t chunk,
                             const zkl_digest *row_root, const uint8_t (*blocks)[ZKL_POINT_BYTES],
                             size_t block_count)
{
    uint8_t head[1 + 8] = { ZKL_H_CHUNK_LEAF };
    zkl_be64_put(head + 1, chunk);
    const zkl_bytes parts[] = { zkl_bytes_of(head, sizeof head), zkl_bytes_of(row_root->bytes, 32),
                                zkl_bytes_of(blocks, block_count * ZKL_POINT_BYTES) };
    zkl_hash_parts(out, algorithm, parts, ZKL_COUNT(parts));
}

void zkl_manifest_table_root(zkl_digest *out, const zkl_manifest *m)
{
    zkl_merkle_peaks tree = { .algorithm = m->schema.hash, .node_prefix = ZKL_H_CHUNK_NODE };
    for (size_t c = 0; c < m->chunk_count; c++) {
        zkl_digest leaf;
        zkl_manifest_chunk_leaf(&leaf, m->schema.hash, c, &m->row_roots[c],
                                m->blocks + c * m->blocks_per_chunk, m->blocks_per_chunk);
        zkl_merkle_peaks_push(&tree, &leaf);
    }
    zkl_merkle_peaks_root(out, &tree);
}

void zkl_manifest_invariant(const zkl_manifest *m)
{
    ZKL_ASSERT(m->row_count > 0 && m->row_count <= ZKL_ROWS_MAX && m->schema.column_count > 0);
    ZKL_ASSERT(m->chunk_count == zkl_manifest_chunks(m->row_count) && m->row_roots && m->blocks);
    ZKL_ASSERT(m->blocks_per_chunk >= m->schema.column_count); /* a column has a limb or more */
    ZKL_ASSERT(m->read_file_count > 0);
    ZKL_ASSERT(!m->file_count || (m->file_count == m->read_file_count && m->files));
}

static int compare_circuits(const zkl_circuit_id *a, const zkl_circuit_id *b)
{
    const int names = strcmp(a->name, b->name);
    return names ? names : memcmp(a->key_hash.bytes, b->key_hash.bytes, 32);
}

/* ---- What must fit together, for encode and parse alike. */

/* The files that were read; and public digests of all of them, or of none. */
static zkl_status check_read_files(const zkl_manifest *m, zkl_error *err)
{
    if (!m->read_file_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "manifest: no file was read");
    for (size_t i = 0; m->read_files && i < m->read_file_count; i++) {
        const zkl_bytes name = m->read_files[i];
        if (!name.size || name.size > FILE_NAME_BYTES_MAX || memchr(name.data, 0, name.size) ||
            !zkl_utf8_valid(name))
            return zkl_fail(err, ZKL_BAD_INPUT, "manifest: file %zu has a bad name", i);
        if (i && zkl_bytes_compare(m->read_files[i - 1], name) >= 0)
            return zkl_fail(err, ZKL_BAD_INPUT, "manifest: files are not in name order");
    }
    if (!m->file_count)
        return ZKL_OK;
    if (m->file_count != m->read_file_count || !m->read_files)
        return zkl_fail(err, ZKL_BAD_INPUT, "manifest: %zu files with digests, %zu were read%s",
                        m->file_count, m->read_file_count, m->read_files ? "" : " without a name");
    for (size_t i = 0; i < m->file_count; i++)
        if (!zkl_bytes_equal(m->files[i].name, m->read_files[i]))
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "manifest: the digests of file %zu are of another file", i);
    return ZKL_OK;
}

/* Circuits rise by name and key hash, so that each stands once and in one place. Parents keep the
 * order of the writer, which says something, and are compared with each other: at most
 * ZKL_MANIFEST_PARENTS_MAX, so the square is small. */
static zkl_status check_lists(const zkl_manifest *m, zkl_error *err)
{
    if (m->circuit_count > ZKL_MANIFEST_CIRCUITS_MAX ||
        m->parent_count > ZKL_MANIFEST_PARENTS_MAX || m->file_count > ZKL_MANIFEST_FILES_MAX ||
        m->read_file_count > ZKL_MANIFEST_FILES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "manifest: at most %d circuits, %d parents, %d files",
                        ZKL_MANIFEST_CIRCUITS_MAX, ZKL_MANIFEST_PARENTS_MAX,
                        ZKL_MANIFEST_FILES_MAX);
    for (size_t i = 0; i < m->circuit_count; i++) {
        if (!zkl_circuit_name_valid(zkl_bytes_of_text(m->circuits[i].name)))
            return zkl_fail(err, ZKL_BAD_INPUT, "manifest: circuit %zu has no circuit's name", i);
        if (i && compare_circuits(&m->circuits[i - 1], &m->circuits[i]) >= 0)
            return zkl_fail(err, ZKL_BAD_INPUT, "manifest: circuits are not in order");
    }
    for (size_t i = 0; i < m->parent_count; i++)
        for (size_t j = 0; j < i; j++)
            if (zkl_digest_equal(&m->parents[i], &m->parents[j]))
                return zkl_fail(err, ZKL_BAD_INPUT, "manifest: parent %zu is named twice", i);
    return check_read_files(m, err);
}

/* As many chunks as the rows fill, at least one row and one column, and the root that their leaves
 * give. */
static zkl_status check_shape(const zkl_manifest *m, zkl_error *err)
{
    if (!m->row_count || m->row_count > ZKL_ROWS_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "manifest: %llu rows",
                        (unsigned long long)m->row_count);
    if (!m->schema.column_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "manifest: no columns");
    if (m->chunk_count != zkl_manifest_chunks(m->row_count))
        return zkl_fail(err, ZKL_BAD_INPUT, "manifest: %zu chunks for %llu rows", m->chunk_count,
                        (unsigned long long)m->row_count);
    zkl_digest root;
    zkl_manifest_table_root(&root, m);
    if (!zkl_digest_equal(&root, &m->table_root))
        return zkl_fail(err, ZKL_BAD_INPUT, "manifest: the table root is not that of its chunks");
    return ZKL_OK;
}

/* Blocks of one chunk: a block holds one limb of one numbered column, flags and booleans
 * included. */
static zkl_status count_blocks(size_t *out, const zkl_schema *schema, zkl_error *err)
{
    const size_t count = zkl_schema_numbered_count(schema);
    ZKL_AUTO_BLOCK zkl_numbered_column *columns = zkl_malloc(count ? count : 1, sizeof *columns);
    if (!columns)
        return zkl_no_memory(err, count * sizeof *columns);
    *out = zkl_schema_number(columns, schema);
    ZKL_ASSERT(*out >= count); /* every numbered column has a limb */
    return ZKL_OK;
}

/* ---- Encoding */

/* How the files were read, and which they were: named or only counted, as the writer chose. */
static void put_reading(zkl_buffer *out, const zkl_manifest *m)
{
    ZKL_AUTO_CLEAR(zkl_buffer) reading = { 0 };
    zkl_reading_encode(&reading, &m->reading);
    out->failed = out->failed || reading.failed;
    zkl_buffer_put_field(out, reading.data, reading.size);
    zkl_buffer_put_u8(out, m->read_files != NULL);
    zkl_buffer_put_u32(out, (uint32_t)m->read_file_count);
    for (size_t i = 0; m->read_files && i < m->read_file_count; i++)
        zkl_buffer_put_field(out, m->read_files[i].data, m->read_files[i].size);
}

zkl_status zkl_manifest_encode(zkl_buffer *out, const zkl_manifest *m, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) schema = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) buffer = { 0 };
    size_t block_count = 0, dictionary_count = 0;

    /* 1. Everything that parsing would refuse is refused here. */
    ZKL_TRY(count_blocks(&block_count, &m->schema, err));
    if (block_count != m->blocks_per_chunk)
        return zkl_fail(err, ZKL_BAD_INPUT, "manifest: %zu blocks a chunk, the schema has %zu",
                        m->blocks_per_chunk, block_count);
    ZKL_TRY(check_lists(m, err));
    ZKL_TRY(check_shape(m, err));
    const zkl_status status = zkl_reading_check(&m->reading, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "manifest");

    zkl_manifest_invariant(m);

    /* 2. The schema as a field of its own: the schema hash is a hash of these bytes alone. */
    zkl_schema_encode(&schema, &m->schema);
    ZKL_TRY(zkl_buffer_status(&schema, err));
    if (schema.size > ZKL_MANIFEST_SCHEMA_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the schema has %zu bytes, at most %zu", schema.size,
                        ZKL_MANIFEST_SCHEMA_BYTES_MAX);
    zkl_buffer_put_text(&buffer, MANIFEST_MAGIC);
    zkl_buffer_put_u32(&buffer, MANIFEST_VERSION);
    zkl_buffer_put_field(&buffer, schema.data, schema.size);

    /* 3. The seed of each dictionary, by the column that has it. */
    for (size_t i = 0; i < m->schema.column_count; i++)
        dictionary_count += m->schema.columns[i].type.kind == ZKL_TYPE_DICTIONARY;
    zkl_buffer_put_u32(&buffer, (uint32_t)dictionary_count);
    for (size_t i = 0; i < m->schema.column_count; i++)
        if (m->schema.columns[i].type.kind == ZKL_TYPE_DICTIONARY) {
            zkl_buffer_put_u32(&buffer, (uint32_t)i);
            zkl_buffer_put(&buffer, m->dictionary_seeds[i].bytes, 32);
        }

    /* 4. What the rows are bound by: content commitment, table root, and the powers that the
     *    commitments are under. */
    zkl_buffer_put(&buffer, m->seed.bytes, 32);
    zkl_buffer_put_u64(&buffer, m->row_count);
    zkl_buffer_put(&buffer, m->content.bytes, 32);
    zkl_buffer_put(&buffer, m->table_root.bytes, 32);
    zkl_buffer_put(&buffer, m->powers_hash.bytes, 32);

    /* 5. Which keys prove it, what it comes from, how it was read, what its files were. */
    zkl_buffer_put_u32(&buffer, (uint32_t)m->circuit_count);
    for (size_t i = 0; i < m->circuit_count; i++) {
        zkl_buffer_put_field(&buffer, m->circuits[i].name, strlen(m->circuits[i].name));
        zkl_buffer_put(&buffer, m->circuits[i].key_hash.bytes, 32);
    }
    zkl_buffer_put_u32(&buffer, (uint32_t)m->parent_count);
    zkl_buffer_put(&buffer, m->parents, m->parent_count * 32);
    put_reading(&buffer, m);
    zkl_buffer_put_u32(&buffer, (uint32_t)m->file_count);
    for (size_t i = 0; i < m->file_count; i++) {
        zkl_buffer_put_u64(&buffer, m->files[i].size);
        zkl_buffer_put(&buffer, m->files[i].hash.bytes, 32);
        zkl_buffer_put(&buffer, m->files[i].sha256.bytes, 32);
    }

    /* 6. The chunks, each a row root and a commitment for every block; by far the most of the
     *    bytes. */
    zkl_buffer_put_u32(&buffer, (uint32_t)m->chunk_count);
    zkl_buffer_put_u32(&buffer, (uint32_t)m->blocks_per_chunk);
    for (size_t c = 0; c < m->chunk_count; c++) {
        zkl_buffer_put(&buffer, m->row_roots[c].bytes, 32);
        zkl_buffer_put(&buffer, m->blocks + c * m->blocks_per_chunk,
                       m->blocks_per_chunk * ZKL_POINT_BYTES);
    }
    zkl_trailing_hash_put(&buffer, 0);
    ZKL_TRY(zkl_buffer_status(&buffer, err));
    if (buffer.size > ZKL_MANIFEST_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the manifest has %zu bytes, at most %zu", buffer.size,
                        ZKL_MANIFEST_BYTES_MAX);
    zkl_buffer_put(out, buffer.data, buffer.size);
    return zkl_buffer_status(out, err);
}

/* ---- Parsing */

/* A schema of its own form; its hash is taken of the bytes as they stand, which are the only ones
 * that parse to it. */
static zkl_status read_schema(zkl_manifest *m, zkl_arena *arena, zkl_reader *reader, zkl_error *err)
{
    const zkl_bytes bytes = zkl_reader_field(reader, ZKL_MANIFEST_SCHEMA_BYTES_MAX, "schema");
    if (reader->fault)
        return zkl_reader_finish(reader, "manifest", err);
    const zkl_status status = zkl_schema_parse(&m->schema, arena, bytes, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "manifest");
    zkl_hash(&m->schema_hash, ZKL_HASH_SHA3_256, bytes.data, bytes.size);
    return count_blocks(&m->blocks_per_chunk, &m->schema, err);
}

/* Seeds stand in the order of their columns, one for each column that is a dictionary and none for
 * another. */
static zkl_status read_dictionaries(zkl_manifest *m, zkl_arena *arena, zkl_reader *reader,
                                    zkl_error *err)
{
    zkl_digest *seeds = ZKL_ARENA_NEW(arena, zkl_digest, m->schema.column_count);
    if (!seeds)
        return zkl_no_memory(err, m->schema.column_count * sizeof *seeds);
    m->dictionary_seeds = seeds;
    uint32_t left = zkl_reader_count(reader, ZKL_COLUMNS_MAX, 4 + 32, "number of dictionaries");
    for (size_t i = 0; i < m->schema.column_count; i++) {
        if (m->schema.columns[i].type.kind != ZKL_TYPE_DICTIONARY)
            continue;
        if (!left || zkl_reader_u32(reader, "dictionary's column") != i)
            zkl_reader_fault(reader, "dictionary's column");
        zkl_reader_copy(reader, &seeds[i], sizeof(zkl_digest), "dictionary seed");
        left -= left > 0;
    }
    if (left)
        zkl_reader_fault(reader, "number of dictionaries");
    return ZKL_OK;
}

/* Their order and that none stands twice is check_lists' to see, for both ways. */
static zkl_status read_circuits(zkl_manifest *m, zkl_arena *arena, zkl_reader *reader,
                                zkl_error *err)
{
    m->circuit_count =
        zkl_reader_count(reader, ZKL_MANIFEST_CIRCUITS_MAX, 4 + 1 + 32, "number of circuits");
    zkl_circuit_id *circuits = ZKL_ARENA_NEW(arena, zkl_circuit_id, m->circuit_count);
    if (!circuits)
        return zkl_no_memory(err, m->circuit_count * sizeof *circuits);
    for (size_t i = 0; i < m->circuit_count; i++) {
        const zkl_bytes name = zkl_reader_field(reader, ZKL_CIRCUIT_NAME_BYTES_MAX, "circuit");
        if (name.size)
            memcpy(circuits[i].name, name.data, name.size);
        if (!zkl_circuit_name_valid(name))
            zkl_reader_fault(reader, "circuit");
        zkl_reader_copy(reader, &circuits[i].key_hash, sizeof(zkl_digest), "circuit's key hash");
    }
    m->circuits = circuits;
    return ZKL_OK;
}

/* Its own form in a field: the rules of a reading are in record/reading.c alone. */
static zkl_status read_reading(zkl_manifest *m, zkl_arena *arena, zkl_reader *reader,
                               zkl_error *err)
{
    const zkl_bytes bytes = zkl_reader_field(reader, ZKL_READING_BYTES_MAX, "reading");
    if (reader->fault)
        return zkl_reader_finish(reader, "manifest", err);
    const zkl_status status = zkl_reading_parse(&m->reading, arena, bytes, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "manifest");
}

/* 1, their number and each name; or 0 and their number: the names are not told. */
static zkl_status read_file_names(zkl_manifest *m, zkl_arena *arena, zkl_reader *reader,
                                  zkl_error *err)
{
    const uint8_t named = zkl_reader_u8(reader, "are files named");
    if (named > 1)
        zkl_reader_fault(reader, "are files named");
    m->read_file_count = zkl_reader_count(reader, ZKL_MANIFEST_FILES_MAX, named ? 4 + 1 : 0,
                                          "number of files that were read");
    if (reader->fault || !named)
        return ZKL_OK;
    zkl_bytes *names = ZKL_ARENA_NEW(arena, zkl_bytes, m->read_file_count);
    if (!names)
        return zkl_no_memory(err, m->read_file_count * sizeof *names);
    for (size_t i = 0; i < m->read_file_count; i++)
        names[i] = zkl_reader_field(reader, FILE_NAME_BYTES_MAX, "file name");
    m->read_files = names;
    return ZKL_OK;
}

/* Of each file that was read, in that order; or none. */
static zkl_status read_digests(zkl_manifest *m, zkl_arena *arena, zkl_reader *reader,
                               zkl_error *err)
{
    m->file_count = zkl_reader_count(reader, ZKL_MANIFEST_FILES_MAX, 8 + 64, "number of digests");
    if (m->file_count && (!m->read_files || m->file_count != m->read_file_count))
        zkl_reader_fault(reader, "number of digests");
    if (reader->fault)
        return ZKL_OK;
    zkl_public_file *files = ZKL_ARENA_NEW(arena, zkl_public_file, m->file_count);
    if (!files)
        return zkl_no_memory(err, m->file_count * sizeof *files);
    for (size_t i = 0; i < m->file_count; i++) {
        files[i].name = m->read_files[i];
        files[i].size = zkl_reader_u64(reader, "file size");
        zkl_reader_copy(reader, &files[i].hash, sizeof(zkl_digest), "file hash");
        zkl_reader_copy(reader, &files[i].sha256, sizeof(zkl_digest), "file SHA-256");
    }
    m->files = files;
    return ZKL_OK;
}

/* Both numbers follow from rows and schema; they stand in the bytes so that a reader without them
 * can skip. The bytes that are left must hold as many chunks before any is allocated: a count of
 * four billion costs nothing. */
static zkl_status read_chunks(zkl_manifest *m, zkl_arena *arena, zkl_reader *reader, zkl_error *err)
{
    const size_t chunk_bytes = 32 + m->blocks_per_chunk * ZKL_POINT_BYTES;
    const uint32_t count = zkl_reader_count(reader, UINT32_MAX, 1, "number of chunks");
    if (count != zkl_manifest_chunks(m->row_count) ||
        zkl_reader_u32(reader, "blocks a chunk") != m->blocks_per_chunk)
        zkl_reader_fault(reader, "number of chunks");
    if (reader->fault || count > (reader->bytes.size - reader->at) / chunk_bytes) {
        zkl_reader_fault(reader, "number of chunks");
        return ZKL_OK;
    }
    zkl_digest *roots = ZKL_ARENA_NEW(arena, zkl_digest, count);
    uint8_t(*blocks)[ZKL_POINT_BYTES] =
        zkl_arena_alloc(arena, count, m->blocks_per_chunk * ZKL_POINT_BYTES);
    if (!roots || !blocks)
        return zkl_no_memory(err, count * chunk_bytes);
    for (size_t c = 0; c < count; c++) {
        zkl_reader_copy(reader, &roots[c], sizeof(zkl_digest), "row root");
        const zkl_bytes points =
            zkl_reader_take(reader, m->blocks_per_chunk * ZKL_POINT_BYTES, "commitments");
        if (points.size)
            memcpy(blocks + c * m->blocks_per_chunk, points.data, points.size);
    }
    ZKL_ASSERT(count == zkl_manifest_chunks(m->row_count));
    m->chunk_count = count;
    m->row_roots = roots;
    m->blocks = (const uint8_t(*)[ZKL_POINT_BYTES])blocks;
    return ZKL_OK;
}

zkl_status zkl_manifest_parse(zkl_manifest *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_manifest m = { 0 };
    if (bytes.size > ZKL_MANIFEST_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the manifest has %zu bytes, at most %zu", bytes.size,
                        ZKL_MANIFEST_BYTES_MAX);
    if (bytes.size < 8 + 4 + ZKL_TRAILING_HASH_BYTES) /* magic and version before it */
        return zkl_fail(err, ZKL_BAD_INPUT, "manifest: cut off");
    zkl_reader reader = zkl_trailing_hash_reader(bytes);

    if (!zkl_bytes_equal_text(zkl_reader_take(&reader, 8, "magic"), MANIFEST_MAGIC))
        return zkl_fail(err, ZKL_BAD_INPUT, "manifest: not a manifest");
    const uint32_t version = zkl_reader_u32(&reader, "version");
    if (version == 1)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "manifest: written by version 0.1, which does not bind how the file was "
                        "read: notarise it again, in a new ledger");
    if (version != MANIFEST_VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "manifest: version %u", version);
    /* The hash before the content: a file that was cut says so, and not something about its
     * middle. */
    ZKL_TRY(zkl_trailing_hash_check(bytes, "manifest", err));

    ZKL_TRY(read_schema(&m, arena, &reader, err));
    ZKL_TRY(read_dictionaries(&m, arena, &reader, err));
    zkl_reader_copy(&reader, &m.seed, sizeof(zkl_digest), "seed");
    m.row_count = zkl_reader_u64(&reader, "row count");
    zkl_reader_copy(&reader, &m.content, sizeof(zkl_digest), "content commitment");
    zkl_reader_copy(&reader, &m.table_root, sizeof(zkl_digest), "table root");
    zkl_reader_copy(&reader, &m.powers_hash, sizeof(zkl_digest), "powers hash");
    ZKL_TRY(read_circuits(&m, arena, &reader, err));
    m.parent_count = zkl_reader_count(&reader, ZKL_MANIFEST_PARENTS_MAX, 32, "number of parents");
    m.parents = zkl_arena_copy(arena, zkl_reader_take(&reader, m.parent_count * 32, "parents").data,
                               reader.fault ? 0 : m.parent_count * 32);
    if (!m.parents)
        return zkl_no_memory(err, m.parent_count * 32);
    ZKL_TRY(read_reading(&m, arena, &reader, err));
    ZKL_TRY(read_file_names(&m, arena, &reader, err));
    ZKL_TRY(read_digests(&m, arena, &reader, err));
    if (!reader.fault)
        ZKL_TRY(read_chunks(&m, arena, &reader, err));
    ZKL_TRY(zkl_reader_finish(&reader, "manifest", err));
    ZKL_TRY(check_lists(&m, err));
    ZKL_TRY(check_shape(&m, err));
    zkl_manifest_invariant(&m);
    *out = m;
    return ZKL_OK;
}

/* What a statement about this dataset may name of it. Limbs and kinds of the columns as the schema
 * numbers them: a flag stands behind the column whose nulls it marks. */
zkl_status zkl_manifest_known_table(zkl_known_table *out, zkl_arena *arena, const zkl_manifest *m,
                                    const zkl_digest *dataset, zkl_error *err)
{
    const size_t count = zkl_schema_numbered_count(&m->schema);
    ZKL_ASSERT(count >= m->schema.column_count); /* each, and a flag behind a nullable one */
    zkl_numbered_column *columns = ZKL_ARENA_NEW(arena, zkl_numbered_column, count);
    uint32_t *limbs = ZKL_ARENA_NEW(arena, uint32_t, count);
    uint8_t *kinds = ZKL_ARENA_NEW(arena, uint8_t, count);
    if (!columns || !limbs || !kinds)
        return zkl_no_memory(err, count * sizeof *columns);
    (void)zkl_schema_number(columns, &m->schema);
    for (size_t i = 0; i < count; i++) {
        limbs[i] = columns[i].limb_count;
        kinds[i] = columns[i].is_flag      ? ZKL_NUMBERED_FLAG
                   : columns[i].is_boolean ? ZKL_NUMBERED_BOOL
                                           : ZKL_NUMBERED_VALUE;
    }
    ZKL_ASSERT(m->row_count &&
               m->blocks_per_chunk >= count); /* the manifest was parsed or encoded */
    *out = (zkl_known_table){ .dataset = *dataset,
                              .schema_hash = m->schema_hash,
                              .merkle_root = m->table_root,
                              .content = m->content,
                              .row_count = m->row_count,
                              .column_count = count,
                              .limb_counts = limbs,
                              .column_kinds = kinds,
                              .blocks = m->blocks,
                              .blocks_per_chunk = m->blocks_per_chunk };
    return ZKL_OK;
}
