/* The content of a spool, as if its owner had sealed it: what is taken back can be read, and is
 * kept as the same bytes. */
#include <unistd.h>

#include "base/file.h"
#include "table/keep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEADER "head"

/* A sealed file that stands behind its header. */
static int seal(const zkl_sealed *as, zkl_bytes content, const zkl_table *table, const zkl_env *env)
{
    ZKL_AUTO_FREE(zkl_sealed_writer) writer = NULL;
    zkl_sealed with = *as;
    with.fd = zkl_file_open_unnamed("/tmp");
    ZKL_ASSERT(with.fd >= 0);
    ZKL_ASSERT(zkl_fd_write(with.fd, with.header, with.path, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_sealed_writer_new(&writer, &with, NULL) == ZKL_OK);
    ZKL_ASSERT((table ? zkl_table_keep(writer, table, env, NULL)
                      : zkl_sealed_put(writer, content.data, content.size, NULL)) == ZKL_OK);
    ZKL_ASSERT(zkl_sealed_finish(writer, NULL) == ZKL_OK);
    ZKL_ASSERT(lseek(with.fd, sizeof HEADER - 1, SEEK_SET) >= 0);
    return with.fd;
}

static void check_table(const zkl_table *table, const zkl_sealed *as, zkl_bytes content,
                        const zkl_env *env)
{
    ZKL_AUTO_FREE(zkl_sealed_reader) reader = NULL;
    ZKL_AUTO_BLOCK uint8_t *again = zkl_malloc(content.size + 1, 1);
    zkl_sealed with = *as;
    for (uint64_t chunk = 0; chunk < zkl_table_chunks(table); chunk++) {
        ZKL_AUTO_CLEAR(zkl_buffer) rows = { 0 };
        ZKL_ASSERT(zkl_table_chunk(table, chunk, NULL, &rows, NULL, NULL) == ZKL_OK);
    }
    with.fd = seal(as, content, table, env);
    ZKL_ASSERT(again && zkl_sealed_reader_new(&reader, &with, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_sealed_left(reader) == content.size);
    ZKL_ASSERT(zkl_sealed_take(reader, again, content.size, NULL) == ZKL_OK);
    ZKL_ASSERT(zkl_sealed_end(reader, NULL) == ZKL_OK);
    ZKL_ASSERT(memcmp(again, content.data, content.size) == 0);
    close(with.fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[ZKL_AEAD_KEY_BYTES] = { 1 };
    static const zkl_column columns[] = {
        { .name = { (const uint8_t *)"n", 1 },
          .type = { .kind = ZKL_TYPE_UINT16 },
          .nullable = true },
        { .name = { (const uint8_t *)"c", 1 }, .type = { .kind = ZKL_TYPE_DICTIONARY } },
        { .name = { (const uint8_t *)"s", 1 },
          .type = { .kind = ZKL_TYPE_STRING16 },
          .nullable = true },
    };
    static const zkl_schema schema = { .columns = columns, .column_count = ZKL_COUNT(columns) };
    static const zkl_read_dictionary dictionary = { .column = 1 };
    const zkl_read_options options = { .schema = &schema,
                                       .dictionaries = &dictionary,
                                       .dictionary_count = 1,
                                       .spool_folder = "/tmp" };
    const zkl_env env = { 0 };
    ZKL_AUTO_FREE(zkl_sealed_reader) reader = NULL;
    ZKL_AUTO_FREE(zkl_table) table = NULL;
    const zkl_bytes content = zkl_bytes_of(data, size);
    zkl_sealed with = { key, zkl_bytes_of_text(HEADER), -1, "spool" };
    with.fd = seal(&with, content, NULL, &env);
    if (zkl_sealed_reader_new(&reader, &with, NULL) == ZKL_OK &&
        zkl_table_restore(&table, reader, &options, &env, NULL) == ZKL_OK)
        check_table(table, &with, content, &env);
    close(with.fd);
    return 0;
}
