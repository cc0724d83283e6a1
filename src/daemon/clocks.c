/* One walk over the rows of a request's object, which say what is an address. */
#include "daemon/clocks.h"

#include <string.h>

static bool is_asked(const char *const *clocks, size_t count, const char *url)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(clocks[i], url) == 0)
            return true;
    return false;
}

/* What is no text is refused by the operation itself. */
zkl_status daemon_clocks_check(const char *const *clocks, size_t count, const json_t *request,
                               const api_object *object, zkl_error *err)
{
    for (size_t i = 0; i < object->field_count; i++) {
        const api_field *const f = &object->fields[i];
        const char *name = f->name;
        json_t *const parent = api_holder_of((json_t *)(uintptr_t)request, &name);
        json_t *const value = parent ? json_object_get(parent, name) : NULL, *element;
        const char *const url = f->is_url ? json_string_value(value) : NULL;
        size_t at;
        if (url && !is_asked(clocks, count, url))
            return zkl_fail(err, ZKL_DENIED,
                            "%s: the service asks no clock at '%.200s': its setting 'clocks' has "
                            "those that it asks",
                            f->name, url);
        if (f->of && json_is_object(value))
            ZKL_TRY(daemon_clocks_check(clocks, count, value, f->of, err));
        if (f->of && json_is_array(value))
            json_array_foreach(value, at, element)
                ZKL_TRY(daemon_clocks_check(clocks, count, element, f->of, err));
    }
    return ZKL_OK;
}
