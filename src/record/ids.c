/* Ids are hashes of canonical bytes, each under its own label or of bytes with a magic of their
 * own, so that no two kinds of thing can have the same id. Names are a small alphabet on purpose:
 * they stand in paths, URLs, store keys and on terminals. */
#include "record/ids.h"

#include "hash/domains.h"

#include <string.h>

/* The id of a ledger is that of its first log key, as text with the log's name: so it is fixed
 * before the first entry, and no later rotation of keys changes it. */
void zkl_ledger_id(zkl_digest *out, zkl_bytes first_log_key)
{
    static const char label[] = ZKL_SHA3_256_LEDGER; /* with its NUL */
    const zkl_bytes parts[] = { zkl_bytes_of(label, sizeof label), first_log_key };
    zkl_hash_parts(out, ZKL_HASH_SHA3_256, parts, ZKL_COUNT(parts));
}

void zkl_dataset_id(zkl_digest *out, zkl_bytes manifest)
{
    zkl_hash(out, ZKL_HASH_SHA3_256, manifest.data, manifest.size);
}

/* A name begins with no dot or dash: it is no hidden file, no option and no way up. */
static bool is_name_character(uint8_t c, bool is_first)
{
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || zkl_is_digit(c) || c == '_';
    return plain || (!is_first && (c == '.' || c == '-'));
}

bool zkl_dataset_name_valid(zkl_bytes name)
{
    if (!name.size || name.size > ZKL_DATASET_NAME_BYTES_MAX)
        return false;
    for (size_t i = 0; i < name.size; i++)
        if (!is_name_character(name.data[i], i == 0))
            return false;
    return true;
}

/* Nine digits fit: the largest is ZKL_DATASET_VERSION_MAX, below 2^32. Without a leading zero a
 * number has one spelling. */
bool zkl_version_parse(uint32_t *out, zkl_bytes text)
{
    uint32_t value = 0;
    if (!text.size || text.size > 9 || text.data[0] == '0')
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (!zkl_is_digit(text.data[i]))
            return false;
        value = 10 * value + (uint32_t)(text.data[i] - '0');
    }
    ZKL_ASSERT(value >= 1 && value <= ZKL_DATASET_VERSION_MAX);
    *out = value;
    return true;
}

/* Eighteen digits fit, and no log is as long. */
bool zkl_entry_index_parse(uint64_t *out, zkl_bytes text)
{
    uint64_t value = 0;
    if (!text.size || text.size > 18 || (text.data[0] == '0' && text.size > 1))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (!zkl_is_digit(text.data[i]))
            return false;
        value = 10 * value + (uint64_t)(text.data[i] - '0');
    }
    *out = value;
    return true;
}

/* What is quoted in an error is cut: it may be a whole file that was taken for a name. */
zkl_status zkl_dataset_ref_parse(zkl_bytes *name, uint32_t *version, zkl_bytes text, zkl_error *err)
{
    const uint8_t *at = text.size ? memchr(text.data, '@', text.size) : NULL;
    const zkl_bytes head = zkl_bytes_of(text.data, at ? (size_t)(at - text.data) : text.size);
    uint32_t number = 0;
    if (!zkl_dataset_name_valid(head))
        return zkl_fail(err, ZKL_USAGE,
                        "'%.*s' is not a dataset name (letters, digits, '_', '.', '-', at most %d)",
                        (int)(text.size < 200 ? text.size : 200), (const char *)text.data,
                        ZKL_DATASET_NAME_BYTES_MAX);
    if (at && !zkl_version_parse(&number, zkl_bytes_of(at + 1, text.size - head.size - 1)))
        return zkl_fail(err, ZKL_USAGE, "'%.*s': the version is a number from 1 on",
                        (int)(text.size < 200 ? text.size : 200), (const char *)text.data);
    ZKL_ASSERT(!at == !number); /* a version that was given is at least 1 */
    *name = head;
    *version = number;
    return ZKL_OK;
}
