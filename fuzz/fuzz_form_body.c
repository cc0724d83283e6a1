/* Bodies of forms: a byte that says where the input is split, then a body. However it is split, the
 * calls say the same; every input is also read as a form without a file. */
#include "page/form.h"
#include "page/multipart.h"

#include "base/buffer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool tell_begin(void *context, const page_part *part)
{
    ZKL_ASSERT(part->name[0] && (part->is_file || !part->file_name[0]));
    zkl_buffer_format(context, "[%s=%d %s:", part->name, part->is_file, part->file_name);
    return true;
}

static bool tell_data(void *context, zkl_bytes part)
{
    ZKL_ASSERT(part.size);
    zkl_buffer_put(context, part.data, part.size);
    return true;
}

static bool tell_end(void *context)
{
    zkl_buffer_put_text(context, "]");
    return true;
}

static bool read_body(zkl_buffer *out, zkl_bytes body, size_t cut)
{
    static const page_part_handler handler = { tell_begin, tell_data, tell_end };
    page_multipart m;
    ZKL_ASSERT(page_multipart_begin(&m, zkl_bytes_of_text("multipart/form-data; boundary=b"),
                                    &handler, out));
    return page_multipart_feed(&m, zkl_bytes_of(body.data, cut)) &&
           page_multipart_feed(&m, zkl_bytes_of(body.data + cut, body.size - cut)) &&
           page_multipart_is_whole(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) whole = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) split = { 0 };
    if (!size)
        return 0;
    const zkl_bytes body = zkl_bytes_of(data + 1, size - 1);
    const size_t cut = body.size ? data[0] % (body.size + 1) : 0;
    const bool holds = read_body(&whole, body, 0);
    ZKL_ASSERT(read_body(&split, body, cut) == holds);
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&whole), zkl_buffer_bytes(&split)));
    json_t *const form = page_form_read(body);
    ZKL_ASSERT(!form || json_object_size(form) <= PAGE_FIELDS_MAX);
    json_decref(form);
    return 0;
}
