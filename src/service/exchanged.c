/* Requests and answers as files (exchanged.h). */
#include "service/exchanged.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "keys/keyfile.h"
#include "ledger/ledger.h"
#include "record/cosign_request.h"
#include "service/output.h"

#define ANSWER_BYTES_MAX 65536
#define DASH "\xe2\x80\x94 " /* an em dash begins a signature line */

/* Of the same log. */
static bool is_same_request(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_cosign_request before, now;
    return zkl_cosign_request_parse(&before, &arena, existing, NULL) == ZKL_OK &&
           zkl_cosign_request_parse(&now, &arena, content, NULL) == ZKL_OK &&
           zkl_bytes_equal(before.checkpoint.origin, now.checkpoint.origin);
}

static const char *folder_of(const zkl_ledger *ledger)
{
    return ledger ? zkl_ledger_folder(ledger) : NULL;
}

static zkl_status put(const service_exchanged *to, bool (*is_same)(zkl_bytes, zkl_bytes),
                      zkl_bytes content, zkl_error *err)
{
    const service_output target = {
        .path = to->path, .mode = 0644, .force = to->force, .is_same = is_same
    };
    return service_output_write(&target, content, err);
}

zkl_status service_exchanged_put_request(const service_exchanged *to, const zkl_ledger *ledger,
                                         zkl_bytes request, zkl_error *err)
{
    ZKL_TRY(
        service_output_apart(to->path, to->inputs, ZKL_COUNT(to->inputs), folder_of(ledger), err));
    return put(to, is_same_request, request, err);
}

zkl_status service_exchanged_put_stamp_request(const service_exchanged *to,
                                               const zkl_ledger *ledger, zkl_bytes request,
                                               zkl_error *err)
{
    ZKL_TRY(
        service_output_apart(to->path, to->inputs, ZKL_COUNT(to->inputs), folder_of(ledger), err));
    return put(to, NULL, request, err);
}

/* "— NAME " at the beginning; of anything but one signature line nothing. */
static zkl_bytes signer_of(zkl_bytes answer)
{
    const size_t dash = strlen(DASH);
    if (answer.size <= dash || memcmp(answer.data, DASH, dash) != 0 ||
        memchr(answer.data, '\n', answer.size) != answer.data + answer.size - 1)
        return (zkl_bytes){ 0 };
    const uint8_t *const end = memchr(answer.data + dash, ' ', answer.size - dash);
    return end ? zkl_bytes_of(answer.data, (size_t)(end - answer.data) + 1) : (zkl_bytes){ 0 };
}

static bool is_same_answer(zkl_bytes existing, zkl_bytes content)
{
    const zkl_bytes before = signer_of(existing), now = signer_of(content);
    return before.size && zkl_bytes_equal(before, now);
}

zkl_status service_exchanged_check_answer(const service_exchanged *to, const char *witness_folder,
                                          zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) existing = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) begin = { 0 };
    zkl_keyfile_info info;
    struct stat st;
    char path[PATH_MAX];
    ZKL_TRY(service_output_apart(to->path, to->inputs, ZKL_COUNT(to->inputs), NULL, err));
    ZKL_TRY(service_output_has_place(to->path, err));
    if (snprintf(path, sizeof path, "%s/logs", witness_folder) >= (int)sizeof path)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", witness_folder);
    if (service_output_lies_in(to->path, path))
        return zkl_fail(err, ZKL_USAGE,
                        "the output '%s' lies in '%s', the folder of the witness's memory",
                        to->path, path);
    if (to->force || strcmp(to->path, "-") == 0 || stat(to->path, &st) != 0 || !S_ISREG(st.st_mode))
        return ZKL_OK;
    if (snprintf(path, sizeof path, "%s/witness.key", witness_folder) >= (int)sizeof path)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", witness_folder);
    ZKL_TRY(zkl_keyfile_load_info(&info, path, NULL, err));
    zkl_buffer_format(&begin, DASH "%s ", info.name);
    ZKL_TRY(zkl_buffer_status(&begin, err));
    if (st.st_size <= ANSWER_BYTES_MAX)
        ZKL_TRY(zkl_file_read(&existing, to->path, ANSWER_BYTES_MAX, err));
    return zkl_bytes_equal(signer_of(zkl_buffer_bytes(&existing)), zkl_buffer_bytes(&begin))
               ? ZKL_OK
               : service_output_is_new(to->path, false, err);
}

zkl_status service_exchanged_put_answer(const service_exchanged *to, zkl_bytes answer,
                                        zkl_error *err)
{
    return put(to, is_same_answer, answer, err);
}
