/* What a beacon is made of, and what follows from it (snarkjs 0.7.6, rngFromBeaconParams).
 *
 * Parameters are tagged: 1 name and 3 value with their length behind the tag, 2 iterations. */
#include "setup/iden3_beacon.h"

#include <string.h>

#include "hash/hash.h"
#include "setup/iden3_ceremony.h"

enum { TAG_NAME = 1, TAG_ITERATIONS = 2, TAG_VALUE = 3 };

#define PROGRESS_STEPS ((uint64_t)1 << 20) /* hashes between two reports */

static zkl_status check_beacon(const zkl_beacon *beacon, zkl_error *err)
{
    if (beacon->value.size == 0 || beacon->value.size > ZKL_BEACON_VALUE_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a beacon's value of %zu bytes, 1 to %d",
                        beacon->value.size, ZKL_BEACON_VALUE_BYTES_MAX);
    if (beacon->log_iterations < ZKL_BEACON_LOG_ITERATIONS_MIN ||
        beacon->log_iterations > ZKL_BEACON_LOG_ITERATIONS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a beacon of 2^%u iterations, 2^%d to 2^%d",
                        beacon->log_iterations, ZKL_BEACON_LOG_ITERATIONS_MIN,
                        ZKL_BEACON_LOG_ITERATIONS_MAX);
    return ZKL_OK;
}

zkl_status zkl_beacon_parameters(zkl_bytes *out, zkl_arena *arena, const zkl_beacon *beacon,
                                 zkl_error *err)
{
    zkl_bytes name;
    ZKL_TRY(check_beacon(beacon, err));
    ZKL_TRY(zkl_ceremony_name(&name, arena, beacon->name, err));
    const size_t size = name.size + 2 + 2 + beacon->value.size;
    uint8_t *const bytes = zkl_arena_alloc(arena, size, 1);
    if (!bytes)
        return zkl_no_memory(err, size);
    if (name.size)
        memcpy(bytes, name.data, name.size);
    uint8_t *const rest = bytes + name.size;
    rest[0] = TAG_ITERATIONS;
    rest[1] = (uint8_t)beacon->log_iterations;
    rest[2] = TAG_VALUE;
    rest[3] = (uint8_t)beacon->value.size;
    memcpy(rest + 4, beacon->value.data, beacon->value.size);
    *out = zkl_bytes_of(bytes, size);
    return ZKL_OK;
}

zkl_status zkl_beacon_parse(zkl_beacon *out, zkl_bytes parameters, zkl_error *err)
{
    zkl_beacon found = { 0 };
    zkl_reader reader = zkl_reader_of(parameters);
    while (reader.at < parameters.size && !reader.fault) {
        const uint8_t tag = zkl_reader_u8(&reader, "tag");
        const uint8_t number = zkl_reader_u8(&reader, "length");
        if (tag == TAG_ITERATIONS)
            found.log_iterations = number;
        else if (tag == TAG_NAME)
            (void)zkl_reader_take(&reader, number, "name");
        else if (tag == TAG_VALUE)
            found.value = zkl_reader_take(&reader, number, "value");
        else
            zkl_reader_fault(&reader, "tag");
    }
    ZKL_TRY(zkl_reader_finish(&reader, "a beacon's parameters", err));
    ZKL_TRY(check_beacon(&found, err));
    *out = found;
    return ZKL_OK;
}

zkl_status zkl_beacon_random(zkl_iden3_random *out, const zkl_beacon *beacon, const zkl_env *env,
                             zkl_error *err)
{
    ZKL_TRY(check_beacon(beacon, err));
    const uint64_t count = (uint64_t)1 << beacon->log_iterations;
    zkl_digest hash;
    zkl_sha256(&hash, beacon->value.data, beacon->value.size);
    for (uint64_t i = 1; i < count; i++) {
        if (i % PROGRESS_STEPS == 0)
            ZKL_TRY(zkl_env_progress(env, "hashing the beacon", i, count, err));
        zkl_sha256(&hash, hash.bytes, sizeof hash.bytes);
    }
    zkl_iden3_random_init(out, hash.bytes);
    return ZKL_OK;
}
