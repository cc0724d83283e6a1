/* JSON in files. */
#include "daemon/json_file.h"

#include <stdlib.h>

#include "base/file.h"

zkl_status daemon_json_read_kept(json_t **out, const daemon_at_rest *at_rest, zkl_object_name name,
                                 const char *path, size_t bytes_max, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    *out = NULL;
    ZKL_TRY(daemon_kept_read(&text, at_rest, name, path, bytes_max, err));
    *out = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    return ZKL_OK;
}

zkl_status daemon_json_write_kept(const daemon_at_rest *at_rest, zkl_object_name name,
                                  const char *path, json_t *value, zkl_error *err)
{
    char *const text = value ? json_dumps(value, JSON_INDENT(1) | JSON_ENSURE_ASCII) : NULL;
    const zkl_bytes bytes = zkl_bytes_of_text(text ? text : "");
    const zkl_status status = !text     ? zkl_no_memory(err, 0)
                              : at_rest ? daemon_kept_write(at_rest, name, path, bytes, err)
                                        : zkl_file_write(path, bytes, 0600, err);
    json_decref(value);
    free(text);
    return status;
}

static const zkl_object_name none = { NULL, NULL };

zkl_status daemon_json_read(json_t **out, const char *path, size_t bytes_max, zkl_error *err)
{
    return daemon_json_read_kept(out, NULL, none, path, bytes_max, err);
}

zkl_status daemon_json_write(const char *path, json_t *value, zkl_error *err)
{
    return daemon_json_write_kept(NULL, none, path, value, err);
}
