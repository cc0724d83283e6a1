/* Open addressing with linear steps, at most half full. A key that is put twice moves on in its
 * slot to the later change. */
#include "ledger/staged.h"

#include <string.h>

#include "base/bytes.h"

#define SLOTS_MIN 256
/* Of less it is searched: a command stages a handful. */
#define SEARCHED_MAX 32

static const zkl_batch_change *search(const zkl_batch *batch, zkl_bytes key)
{
    for (size_t i = batch->count; i-- > 0;)
        if (zkl_bytes_equal(batch->changes[i].key, key))
            return &batch->changes[i];
    return NULL;
}

/* The slot that holds the key, or the empty one where it belongs. */
static uint32_t *slot_of(const zkl_staged_index *index, const zkl_batch *batch, zkl_bytes key)
{
    const size_t mask = index->slot_count - 1;
    size_t at = (size_t)zkl_siphash(&index->key, key) & mask;
    while (index->slots[at] && !zkl_bytes_equal(batch->changes[index->slots[at] - 1].key, key))
        at = (at + 1) & mask;
    return &index->slots[at];
}

static void empty(zkl_staged_index *index)
{
    if (index->slots)
        memset(index->slots, 0, index->slot_count * sizeof *index->slots);
    index->indexed = 0;
}

/* Room for all changes of the batch. false: the batch is searched. */
static bool make_room(zkl_staged_index *index, const zkl_batch *batch)
{
    size_t count = index->slot_count ? index->slot_count : SLOTS_MIN;
    if (batch->count >= UINT32_MAX / 4)
        return false;
    while (count < 2 * batch->count)
        count *= 2;
    if (!index->has_key && zkl_siphash_key_draw(&index->key, NULL) != ZKL_OK)
        return false;
    index->has_key = true;
    if (count == index->slot_count)
        return true;
    uint32_t *const slots = zkl_calloc(count, sizeof *slots);
    if (!slots)
        return false;
    zkl_free(index->slots);
    index->slots = slots;
    index->slot_count = count;
    index->indexed = 0;
    return true;
}

const zkl_batch_change *zkl_staged_find(zkl_staged_index *index, const zkl_batch *batch,
                                        zkl_bytes key)
{
    if (batch->count <= SEARCHED_MAX || !make_room(index, batch))
        return search(batch, key);
    ZKL_ASSERT(index->indexed <= batch->count); /* or it was taken back, and nobody said so */
    for (; index->indexed < batch->count; index->indexed++)
        *slot_of(index, batch, batch->changes[index->indexed].key) = (uint32_t)index->indexed + 1;
    const uint32_t slot = *slot_of(index, batch, key);
    return slot ? &batch->changes[slot - 1] : NULL;
}

static size_t place_of(const zkl_digest *reference)
{
    return reference->bytes[0] % ZKL_STAGED_REFERENCES;
}

bool zkl_staged_holds(const zkl_staged_index *index, const zkl_digest *reference)
{
    return zkl_digest_equal(&index->references[place_of(reference)], reference);
}

void zkl_staged_note(zkl_staged_index *index, const zkl_digest *reference)
{
    index->references[place_of(reference)] = *reference;
}

void zkl_staged_forget(zkl_staged_index *index)
{
    empty(index);
    memset(index->references, 0, sizeof index->references);
}

void zkl_staged_committed(zkl_staged_index *index)
{
    empty(index);
}

void zkl_staged_clear(zkl_staged_index *index)
{
    zkl_free(index->slots);
    *index = (zkl_staged_index){ 0 };
}
