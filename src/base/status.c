#include <zkl/status.h>

#include <stdio.h>
#include <string.h>

static const struct {
    const char *text;
    int exit_code, http_code;
} statuses[] = {
#define ROW(name, text, exit_code, http_code) { text, exit_code, http_code },
    ZKL_STATUS_TABLE(ROW)
#undef ROW
};

const char *zkl_status_text(zkl_status status)
{
    return (unsigned)status < ZKL_STATUS_COUNT ? statuses[status].text : "unknown status";
}

int zkl_status_exit_code(zkl_status status)
{
    return (unsigned)status < ZKL_STATUS_COUNT ? statuses[status].exit_code : 7;
}

int zkl_status_http_code(zkl_status status)
{
    return (unsigned)status < ZKL_STATUS_COUNT ? statuses[status].http_code : 500;
}

zkl_status zkl_fail(zkl_error *err, zkl_status status, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        err->status = status;
        vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
    }
    return status;
}

zkl_status zkl_wrap(zkl_error *err, zkl_status status, const char *format, ...)
{
    if (err) {
        char inner[sizeof err->text];
        va_list args;
        memcpy(inner, err->text, sizeof inner);
        va_start(args, format);
        int used = vsnprintf(err->text, sizeof err->text, format, args);
        va_end(args);
        err->status = status;
        if (inner[0] && used >= 0 && (size_t)used < sizeof err->text - 3)
            snprintf(err->text + used, sizeof err->text - (size_t)used, ": %s", inner);
    }
    return status;
}
