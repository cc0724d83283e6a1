/* One JSON object: texts that come out are UTF-8 and no longer than what went in. */
#include "text/json_object.h"
#include "text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_json_object) object = { 0 };
    if (zkl_json_object_parse(&object, zkl_bytes_of(data, size), NULL) == ZKL_OK)
        for (size_t i = 0; i < object.member_count; i++) {
            const zkl_json_member *member = &object.members[i];
            ZKL_ASSERT(member->key.size + member->value.size <= size &&
                       zkl_utf8_valid(member->key));
            ZKL_ASSERT(member->kind != ZKL_JSON_STRING || zkl_utf8_valid(member->value));
        }
    return 0;
}
