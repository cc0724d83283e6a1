#include <exception>
#include <new>
#include <system_error>

#include "base/guard.h"

extern "C" zkl_status zkl_guard(zkl_guarded *call, void *context, const char *what, zkl_error *err)
{
    try {
        return call(context, err);
    } catch (const std::bad_alloc &) {
        return zkl_fail(err, ZKL_NO_MEMORY, "cannot %s: no memory", what);
    } catch (const std::system_error &e) {
        return zkl_fail(err, ZKL_LIMIT,
                        "cannot %s: the system denies a thread or another resource (%s)", what,
                        e.what());
    } catch (const std::exception &e) {
        return zkl_fail(err, ZKL_IO, "cannot %s: %s", what, e.what());
    }
}
