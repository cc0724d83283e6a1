/* Files that an operation writes for its caller (output.h).
 *
 * The checks read the file system at one moment; the writing itself is by zkl_file_write, which
 * writes beside and renames. */
#include "service/output.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "ledger/config.h"
#include "record/receipt.h"
#include "record/tlog_proof.h"

/* Device and inode: two names of one file are one file. */
static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Standard output, devices and pipes are written as they stand: nothing there is lost. */
static bool is_replaced(const char *path, struct stat *st)
{
    return strcmp(path, "-") != 0 && stat(path, st) == 0 &&
           (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode));
}

/* The folder that output is, or lies in, links followed; of an output that does not exist, the
 * folder that will hold it. False when there is none. */
static bool find_folder(char out[static PATH_MAX], const char *output)
{
    struct stat st;
    char real[PATH_MAX];
    if (!realpath(output, real)) {
        const char *slash = strrchr(output, '/');
        const size_t size = slash ? (size_t)(slash - output) + (slash == output) : 1;
        char parent[PATH_MAX];
        if (size >= sizeof parent)
            return false;
        memcpy(parent, slash ? output : ".", size);
        parent[size] = 0;
        return realpath(parent, out) != NULL;
    }
    memcpy(out, real, strlen(real) + 1);
    char *slash = strrchr(out, '/');
    if (stat(out, &st) == 0 && !S_ISDIR(st.st_mode) && slash)
        slash[slash == out] = 0;
    return true;
}

/* By what every ledger has: its configuration, and the folder of its keys. */
static bool is_ledger(const char *folder)
{
    char config[PATH_MAX + sizeof ZKL_CONFIG_FILE], keys[PATH_MAX + sizeof "/keys"];
    struct stat file, inside;
    snprintf(config, sizeof config, "%s/" ZKL_CONFIG_FILE, folder);
    snprintf(keys, sizeof keys, "%s/keys", folder);
    return stat(config, &file) == 0 && S_ISREG(file.st_mode) && stat(keys, &inside) == 0 &&
           S_ISDIR(inside.st_mode);
}

/* The ledger's folder that output is, or lies in: the one that is named, or any other. It may be
 * several folders above. */
static bool find_ledger(char out[static PATH_MAX], const char *output, const char *folder)
{
    struct stat named = { 0 }, here;
    const bool is_named = folder && stat(folder, &named) == 0;
    if (!find_folder(out, output))
        return false;
    for (;;) {
        if ((is_named && stat(out, &here) == 0 && same_file(&here, &named)) || is_ledger(out))
            return true;
        ZKL_ASSERT(out[0] == '/'); /* realpath: the walk ends at the root */
        char *slash = strrchr(out, '/');
        if (!slash || !out[1])
            return false;
        slash[slash == out] = 0;
    }
}

zkl_status service_check_folder_name(const char *output, zkl_error *err)
{
    ZKL_ASSERT(output);
    if (strcmp(output, "-") != 0)
        return ZKL_OK;
    return zkl_fail(err, ZKL_USAGE, "'-' is standard output, and this is a folder: give it a name");
}

zkl_status service_output_apart(const char *output, const char *const *inputs, size_t input_count,
                                const char *folder, zkl_error *err)
{
    ZKL_ASSERT(inputs || input_count == 0);
    struct stat out, in;
    char ledger[PATH_MAX];
    if (strcmp(output, "-") == 0)
        return ZKL_OK;
    /* An output that is not there yet cannot be an input, but can lie in a ledger. */
    const bool replaces = is_replaced(output, &out);
    if (!replaces && stat(output, &out) == 0) /* a device or pipe */
        return ZKL_OK;
    if (find_ledger(ledger, output, folder))
        return zkl_fail(err, ZKL_USAGE, "the output '%s' lies in the ledger's folder '%s'", output,
                        ledger);
    for (size_t i = 0; replaces && i < input_count; i++) {
        if (!inputs[i])
            continue;
        /* Standard input may be the very file: `< table.csv -o table.csv`. */
        const bool standard = strcmp(inputs[i], "-") == 0;
        if ((standard ? fstat(STDIN_FILENO, &in) : stat(inputs[i], &in)) != 0 ||
            !same_file(&out, &in))
            continue;
        return zkl_fail(err, ZKL_USAGE,
                        "the output '%s' is the input '%s': it would be overwritten", output,
                        standard ? "standard input" : inputs[i]);
    }
    return ZKL_OK;
}

/* Of files that are there yet the file tells, of others folder and name. */
bool service_output_is_same(const char *a, const char *b)
{
    struct stat first, second;
    char folder[PATH_MAX], other[PATH_MAX];
    if (!a || !b || strcmp(a, "-") == 0 || strcmp(b, "-") == 0)
        return false;
    if (stat(a, &first) == 0 && stat(b, &second) == 0 && same_file(&first, &second))
        return true;
    const char *slash = strrchr(a, '/'), *other_slash = strrchr(b, '/');
    return find_folder(folder, a) && find_folder(other, b) && strcmp(folder, other) == 0 &&
           strcmp(slash ? slash + 1 : a, other_slash ? other_slash + 1 : b) == 0;
}

zkl_status service_output_has_place(const char *output, zkl_error *err)
{
    struct stat st;
    char folder[PATH_MAX];
    const size_t size = strlen(output);
    const bool exists = stat(output, &st) == 0;
    if (!size || output[size - 1] == '/' || (exists && S_ISDIR(st.st_mode)))
        return zkl_fail(err, ZKL_USAGE, "the output '%s' is to be a file", output);
    if (strcmp(output, "-") == 0 || (exists && !S_ISREG(st.st_mode)))
        return ZKL_OK;
    /* A file that is there is replaced by rename, which asks the folder too. */
    if (!find_folder(folder, output) || access(folder, W_OK | X_OK) != 0)
        return zkl_fail_errno(err, "create", output);
    return ZKL_OK;
}

/* One sentence for all refusals, which names the ways on. */
static zkl_status fail_exists(const char *path, const char *what, zkl_error *err)
{
    return zkl_fail_hint(err, ZKL_CONFLICT, ZKL_HINT_FORCE_OR_OTHER_NAME,
                         "'%s' exists%s: it is not overwritten", path, what);
}

zkl_status service_output_is_new(const char *output, bool force, zkl_error *err)
{
    struct stat st;
    return !force && strcmp(output, "-") != 0 && is_replaced(output, &st)
               ? fail_exists(output, "", err)
               : ZKL_OK;
}

/* The content is compared whole: writing the same bytes again is no conflict. */
zkl_status service_output_write(const service_output *output, zkl_bytes content, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) existing = { 0 };
    struct stat st;
    ZKL_ASSERT(output->path && (output->mode == 0600 || output->mode == 0644));
    if (output->force || !is_replaced(output->path, &st))
        return zkl_file_write(output->path, content, output->mode, err);
    ZKL_TRY(zkl_file_read(&existing, output->path, (size_t)1 << 31, err));
    const zkl_bytes before = zkl_buffer_bytes(&existing);
    if (!zkl_bytes_equal(before, content) && !(output->is_same && output->is_same(before, content)))
        return fail_exists(output->path, " and holds something else", err);
    return zkl_file_write(output->path, content, output->mode, err);
}

/* Asked before anything is read or proven, when the new receipt is not there to be compared: so by
 * the old one's dataset and ledger. */
zkl_status service_output_for_receipt(const char *output, zkl_bytes name, const zkl_digest *ledger,
                                      bool force, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) existing = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error none = { 0 };
    zkl_receipt receipt;
    zkl_entry entry;
    zkl_dsse dsse;
    struct stat st;
    if (force || !is_replaced(output, &st))
        return ZKL_OK;
    ZKL_TRY(zkl_file_read(&existing, output, ZKL_RECEIPT_BYTES_MAX, err));
    if (zkl_receipt_parse(&receipt, &arena, zkl_buffer_bytes(&existing), &none) != ZKL_OK ||
        zkl_entry_open(&entry, &dsse, &arena, receipt.entry.envelope, &none) != ZKL_OK)
        return fail_exists(output, " and is no receipt", err);
    const zkl_entry_data *data = zkl_entry_as_data(&entry);
    if (!data || !zkl_bytes_equal(data->name, name) ||
        memcmp(entry.ledger.bytes, ledger->bytes, sizeof ledger->bytes) != 0)
        return fail_exists(output, " and is the receipt of another dataset", err);
    return ZKL_OK;
}

/* Those of another receipt of the same entry. */
static bool has_timestamps(const zkl_receipt *r, const zkl_receipt *of)
{
    size_t found = 0;
    for (size_t i = 0; i < of->timestamp_count; i++)
        for (size_t j = 0; j < r->timestamp_count; j++)
            found += zkl_bytes_equal(r->timestamps[j], of->timestamps[i]);
    return found == of->timestamp_count;
}

/* The same entry, perhaps under a newer checkpoint. A timestamp that the file alone has would be
 * lost, and no clock gives it again. */
bool service_same_receipt(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error none = { 0 };
    zkl_receipt a, b;
    return zkl_receipt_parse(&a, &arena, existing, &none) == ZKL_OK &&
           zkl_receipt_parse(&b, &arena, content, &none) == ZKL_OK &&
           zkl_bytes_equal(a.entry.envelope, b.entry.envelope) && has_timestamps(&b, &a);
}

/* The checkpoint's first line names the log. */
static zkl_bytes origin_of(const zkl_tlog_proof *proof)
{
    const uint8_t *end = memchr(proof->checkpoint.data, '\n', proof->checkpoint.size);
    return zkl_bytes_of(proof->checkpoint.data,
                        end ? (size_t)(end - proof->checkpoint.data) : proof->checkpoint.size);
}

/* The same entry of the same log, perhaps in a larger tree. */
bool service_same_tlog_proof(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error none = { 0 };
    zkl_tlog_proof a, b;
    return zkl_tlog_proof_parse(&a, &arena, existing, &none) == ZKL_OK &&
           zkl_tlog_proof_parse(&b, &arena, content, &none) == ZKL_OK && a.index == b.index &&
           zkl_bytes_equal(origin_of(&a), origin_of(&b));
}
