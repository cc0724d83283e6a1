/* The member `standing` of a verdict: which version is the newest, by whose word. */
#include "api/standing.h"

#include "base/buffer.h"
#include "base/file.h"

#define STANDING_BYTES_MAX ((size_t)1 << 22)

static const api_field fields[] = {
    { "latest_version", API_NUMBER, API_AT(zkl_standing_word, latest_version),
      .help = "the newest version of the name" },
    { "latest_index", API_NUMBER, API_AT(zkl_standing_word, latest_index), .help = "its entry" },
    { "size", API_NUMBER, API_AT(zkl_standing_word, size),
      .help = "it speaks of so many entries of the log" },
    { "time", API_TEXT, API_AT(zkl_standing_word, time), .help = "when: its signer's word" },
    { "signer", API_TEXT, API_AT(zkl_standing_word, signer), .help = "key that signed it" },
    { "checked", API_BOOL, API_AT(zkl_standing_word, is_checked),
      .help = "was it compared with these entries; false: that none is missing is its signer's "
              "word" },
};
const api_object api_standing_word = API_OBJECT(zkl_standing_word, fields);

zkl_status api_standing_run(zkl_standing_result *out, zkl_ledger *ledger, const char *path,
                            const zkl_standing_request *request, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_standing_request asked = *request;
    ZKL_TRY(zkl_file_read(&file, path, STANDING_BYTES_MAX, err));
    asked.standing = (zkl_named_bytes){ path, zkl_buffer_bytes(&file) };
    return zkl_verify_standing(out, ledger, &asked, env, err);
}
