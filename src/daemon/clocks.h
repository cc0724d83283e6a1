#pragma once
/* Clocks that operations ask: the addresses of the setting `clocks`, each exactly, and no others.
 * Any address that a request names would have the service ask what the caller does not reach. */
#include "api/field.h"

/* Does the request name no other address? ZKL_DENIED, with the member. */
zkl_status daemon_clocks_check(const char *const *clocks, size_t count, const json_t *request,
                               const api_object *object, zkl_error *err) ZKL_MUST_USE;
