/* How a table was read, as results tell it: the reading itself, in words and as JSON; what of it
 * people seldom mean; and the files, as far as their owner named them.
 *
 * All of it is the manifest's. Where the manifest was verified, so is this. */
#include <string.h>

#include "text/shown.h"
#include "service/service_internal.h"

const char *service_reading_words(zkl_arena *memory, const zkl_reading *reading)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    zkl_reading_words(&words, reading);
    return words.failed ? NULL : service_text(memory, zkl_buffer_bytes(&words));
}

/* The reading, and in words. It is encoded and parsed again, so that the texts of the
 * reading live in the result's memory and not in the manifest's. */
static zkl_status tell_reading(zkl_read_info *out, zkl_arena *memory, const zkl_reading *reading,
                               const zkl_schema *schema, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_reading_encode(&bytes, reading);
    ZKL_TRY(zkl_buffer_status(&bytes, err));
    ZKL_TRY(zkl_reading_parse(&out->reading, memory, zkl_buffer_bytes(&bytes), err));
    ZKL_TRY(zkl_reading_unusual(&out->unusual, &out->unusual_count, memory, reading, schema, err));
    out->words = service_reading_words(memory, reading);
    return out->words ? ZKL_OK : zkl_no_memory(err, bytes.size);
}

/* A folder such as 'year=2024' in the name: '=' before the last '/'. */
static bool is_in_partition(zkl_bytes name)
{
    const uint8_t *sign = name.size ? memchr(name.data, '=', name.size) : NULL;
    return sign && memchr(sign, '/', name.size - (size_t)(sign - name.data));
}

/* One more sentence, where the names of folders say what would be a column. */
static zkl_status tell_partitions(zkl_read_info *out, zkl_arena *memory, const zkl_manifest *m,
                                  zkl_error *err)
{
    ZKL_ASSERT(out->unusual || out->unusual_count == 0);
    size_t first = 0;
    /* The first such file stands for all: one sentence is enough. */
    while (m->read_files && first < m->read_file_count && !is_in_partition(m->read_files[first]))
        first++;
    if (!m->read_files || first == m->read_file_count)
        return ZKL_OK;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const char **all = ZKL_ARENA_NEW(memory, const char *, out->unusual_count + 1);
    zkl_buffer_put_text(&text, "the folder of '");
    zkl_buffer_put_shown(&text, m->read_files[first], 0);
    zkl_buffer_put_text(&text, "' is named like a value of a column, which is in no file and was "
                               "not read");
    if (!all || text.failed)
        return zkl_no_memory(err, text.size);
    if (out->unusual_count)
        memcpy(all, out->unusual, out->unusual_count * sizeof *all);
    all[out->unusual_count] = service_text(memory, zkl_buffer_bytes(&text));
    if (!all[out->unusual_count])
        return zkl_no_memory(err, text.size);
    out->unusual = all;
    out->unusual_count++;
    return ZKL_OK;
}

/* Names are told unless their owner hid them; digests only where he published them. */
static zkl_status tell_files(zkl_read_info *out, zkl_arena *memory, const zkl_manifest *m,
                             zkl_error *err)
{
    out->file_count = m->read_file_count;
    if (!m->read_files)
        return ZKL_OK;
    const char **names = ZKL_ARENA_NEW(memory, const char *, m->read_file_count);
    zkl_file_info *digests = ZKL_ARENA_NEW(memory, zkl_file_info, m->file_count);
    if (!names || !digests)
        return zkl_no_memory(err, m->read_file_count * sizeof *names);
    for (size_t i = 0; i < m->read_file_count; i++) {
        names[i] = service_text(memory, m->read_files[i]);
        if (!names[i])
            return zkl_no_memory(err, m->read_files[i].size);
    }
    ZKL_ASSERT(m->file_count <=
               m->read_file_count); /* the manifest's parser holds them equal, or 0 */
    for (size_t i = 0; i < m->file_count; i++)
        digests[i] = (zkl_file_info){ .name = names[i],
                                      .size = m->files[i].size,
                                      .hash = m->files[i].hash,
                                      .sha256 = m->files[i].sha256 };
    out->files = names;
    out->digests = digests;
    out->digest_count = m->file_count;
    return ZKL_OK;
}

/* Filled aside: a failure leaves *out as it was. */
zkl_status service_read_info(zkl_read_info *out, zkl_arena *memory, const zkl_manifest *m,
                             zkl_error *err)
{
    zkl_read_info info = { 0 };
    ZKL_TRY(tell_reading(&info, memory, &m->reading, &m->schema, err));
    ZKL_TRY(tell_partitions(&info, memory, m, err));
    ZKL_TRY(tell_files(&info, memory, m, err));
    *out = info;
    return ZKL_OK;
}
