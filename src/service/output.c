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
#include "base/key_file.h"
#include "ledger/config.h"
#include "ledger/entry_export.h"
#include "record/disclosure.h"
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

/* The folder that output is, or lies in: the one that is named, or with ledgers any ledger's. It
 * may be several folders above. */
static bool find_above(char out[static PATH_MAX], const char *output, const char *folder,
                       bool ledgers)
{
    struct stat named = { 0 }, here;
    const bool is_named = folder && stat(folder, &named) == 0;
    if (!find_folder(out, output))
        return false;
    for (;;) {
        if ((is_named && stat(out, &here) == 0 && same_file(&here, &named)) ||
            (ledgers && is_ledger(out)))
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

zkl_status service_output_outside(const char *output, const char *const *inputs, size_t input_count,
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
    if (find_above(ledger, output, folder, true))
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

zkl_status service_output_apart(const char *output, const char *const *inputs, size_t input_count,
                                const char *folder, zkl_error *err)
{
    ZKL_TRY(service_output_outside(output, inputs, input_count, folder, err));
    return strcmp(output, "-") == 0 ? ZKL_OK : zkl_key_file_check_path(output, err);
}

bool service_output_lies_in(const char *output, const char *folder)
{
    char found[PATH_MAX];
    return strcmp(output, "-") != 0 && find_above(found, output, folder, false);
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

/* lost: as service_output.find_lost tells it. */
static zkl_status check_nothing_lost(const char *path, const char *lost, zkl_error *err)
{
    return lost ? zkl_fail_hint(err, ZKL_CONFLICT, ZKL_HINT_FORCE_OR_OTHER_NAME,
                                "'%s' exists and has %s that the new one lacks: it is not "
                                "overwritten",
                                path, lost)
                : ZKL_OK;
}

/* May this content stand in place of the file that is there? The content is compared whole: writing
 * the same bytes again is no conflict. */
static zkl_status check_replaced(const service_output *output, zkl_bytes content, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) existing = { 0 };
    zkl_error key = { 0 };
    const zkl_status is_free = zkl_key_file_check_path(output->path, &key);
    if (is_free == ZKL_OK && output->force)
        return ZKL_OK;
    const zkl_status status = zkl_file_read(&existing, output->path, (size_t)1 << 31, err);
    const zkl_bytes before = zkl_buffer_bytes(&existing);
    if (status == ZKL_OK && zkl_bytes_equal(before, content))
        return ZKL_OK;
    if (is_free != ZKL_OK)
        return zkl_fail_as(err, is_free, &key);
    ZKL_TRY(status);
    if (!output->is_same || !output->is_same(before, content))
        return fail_exists(output->path, " and holds something else", err);
    return output->find_lost
               ? check_nothing_lost(output->path, output->find_lost(before, content), err)
               : ZKL_OK;
}

/* Who may read the old file may read the new one, and nobody else. */
static unsigned mode_of(const service_output *output, const struct stat *replaced)
{
    return replaced ? replaced->st_mode & output->mode : output->mode;
}

/* Looked at before it is judged: what comes in between is not written over. */
zkl_status service_output_write(const service_output *output, zkl_bytes content, zkl_error *err)
{
    struct stat st;
    ZKL_ASSERT(output->path && (output->mode == 0600 || output->mode == 0644));
    const zkl_file_seen seen = zkl_file_look(output->path);
    const bool replaces = is_replaced(output->path, &st);
    if (replaces)
        ZKL_TRY(check_replaced(output, content, err));
    return zkl_file_write_over(output->path, &seen, content, mode_of(output, replaces ? &st : NULL),
                               err);
}

/* Can the ledger write the old receipt again, with all that is in it? */
static zkl_status check_can_be_written_again(const char *output, zkl_bytes existing, uint64_t index,
                                             zkl_ledger *ledger, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    zkl_error none = { 0 };
    const zkl_status status = zkl_receipt_build(&again, ledger, index, &none);
    if (status == ZKL_NO_MEMORY || status == ZKL_IO)
        return zkl_fail_as(err, status, &none);
    const zkl_bytes built = zkl_buffer_bytes(&again);
    if (status != ZKL_OK || !service_same_receipt(existing, built))
        return fail_exists(output, " and is of an entry that this ledger has not", err);
    return check_nothing_lost(output, service_shown_lost(existing, built), err);
}

/* Asked before anything is read or proven, when the new receipt is not there to be compared: so by
 * the old one's dataset and ledger. */
zkl_status service_output_for_receipt(const char *output, zkl_ledger *ledger, zkl_bytes name,
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
        !zkl_digest_equal(&entry.ledger, zkl_ledger_own_id(ledger)))
        return fail_exists(output, " and is the receipt of another dataset", err);
    return check_can_be_written_again(output, zkl_buffer_bytes(&existing), receipt.entry.index,
                                      ledger, err);
}

bool service_output_is_receipt_of(const char *output, zkl_ledger *ledger, uint64_t index)
{
    ZKL_AUTO_CLEAR(zkl_buffer) existing = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error none = { 0 };
    zkl_receipt receipt;
    zkl_entry entry;
    zkl_dsse dsse;
    struct stat st;
    return stat(output, &st) == 0 && S_ISREG(st.st_mode) &&
           zkl_file_read(&existing, output, ZKL_RECEIPT_BYTES_MAX, &none) == ZKL_OK &&
           zkl_receipt_parse(&receipt, &arena, zkl_buffer_bytes(&existing), &none) == ZKL_OK &&
           zkl_entry_open(&entry, &dsse, &arena, receipt.entry.envelope, &none) == ZKL_OK &&
           receipt.entry.index == index &&
           zkl_digest_equal(&entry.ledger, zkl_ledger_own_id(ledger));
}

/* The rule of service_output_for_receipt once more: hours may have passed. */
zkl_status service_output_write_receipt(const char *path, zkl_ledger *ledger, bool force,
                                        zkl_bytes content, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_receipt receipt;
    zkl_entry entry;
    zkl_dsse dsse;
    struct stat st;
    const service_output output = { .path = path, .mode = 0644 };
    const zkl_file_seen seen = zkl_file_look(path);
    const bool replaces = is_replaced(path, &st);
    if (replaces) {
        ZKL_TRY(zkl_key_file_check_path(path, err));
        ZKL_TRY(zkl_receipt_parse(&receipt, &arena, content, err));
        ZKL_TRY(zkl_entry_open(&entry, &dsse, &arena, receipt.entry.envelope, err));
        ZKL_ASSERT(zkl_entry_as_data(&entry)); /* a receipt is written of a dataset's entry */
        ZKL_TRY(
            service_output_for_receipt(path, ledger, zkl_entry_as_data(&entry)->name, force, err));
    }
    return zkl_file_write_over(path, &seen, content, mode_of(&output, replaces ? &st : NULL), err);
}

/* ---- Receipts, and what others said in them */

/* Of a disclosure too, whose body is *body; of a receipt that is empty. */
static bool parse_shown(zkl_receipt *out, zkl_bytes *body, zkl_arena *arena, zkl_bytes bytes)
{
    zkl_bytes inner = bytes;
    *body = (zkl_bytes){ 0 };
    return (!zkl_disclosure_file_has_magic(bytes) ||
            zkl_disclosure_file_parse(body, &inner, bytes, NULL) == ZKL_OK) &&
           zkl_receipt_parse(out, arena, inner, NULL) == ZKL_OK;
}

bool service_same_shown(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes body, other;
    zkl_receipt a, b;
    return parse_shown(&a, &body, &arena, existing) && parse_shown(&b, &other, &arena, content) &&
           zkl_bytes_equal(a.entry.envelope, b.entry.envelope) && zkl_bytes_equal(body, other);
}

bool service_same_receipt(zkl_bytes existing, zkl_bytes content)
{
    return !zkl_disclosure_file_has_magic(existing) && service_same_shown(existing, content);
}

static bool has_timestamps(const zkl_receipt *r, const zkl_receipt *of)
{
    size_t found = 0;
    for (size_t i = 0; i < of->timestamp_count; i++)
        for (size_t j = 0; j < r->timestamp_count; j++)
            found += zkl_bytes_equal(r->timestamps[j], of->timestamps[i]);
    return found == of->timestamp_count;
}

static bool has_line_of(const zkl_note *note, const zkl_note_signature *line)
{
    for (size_t i = 0; i < note->signature_count; i++)
        if (zkl_bytes_equal(note->signatures[i].name, line->name) &&
            memcmp(note->signatures[i].key_hash, line->key_hash, sizeof line->key_hash) == 0)
            return true;
    return false;
}

/* Does the newer note have a line of each that signed the older one? The log itself may sign with
 * another key by now, and lines in its name are no witness's. */
static bool has_cosigners(zkl_bytes newer, zkl_bytes older)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_checkpoint now, before;
    if (zkl_checkpoint_parse(&before, &arena, older, NULL) != ZKL_OK ||
        zkl_checkpoint_parse(&now, &arena, newer, NULL) != ZKL_OK)
        return false;
    for (size_t i = 0; i < before.note.signature_count; i++) {
        const zkl_note_signature *const line = &before.note.signatures[i];
        if (!zkl_bytes_equal(line->name, before.origin) && !has_line_of(&now.note, line))
            return false;
    }
    return true;
}

/* No clock gives a timestamp again, and a witness signs no older tree again. */
static const char *find_lost(zkl_bytes newer_note, zkl_bytes older_note, bool has_all_timestamps)
{
    if (!has_all_timestamps)
        return "a timestamp";
    return has_cosigners(newer_note, older_note) ? NULL : "a witness's signature";
}

/* Of a smaller tree, an entry of a key, which may be the revocation of one, may not be known
 * yet. */
static bool has_entries(const zkl_receipt *newer, const zkl_receipt *older)
{
    size_t found = 0;
    for (size_t i = 0; i < older->other_count; i++)
        for (size_t j = 0; j < newer->other_count; j++)
            found += zkl_bytes_equal(newer->others[j].envelope, older->others[i].envelope);
    return found == older->other_count;
}

static bool is_smaller(zkl_bytes newer_note, zkl_bytes older_note)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_checkpoint now, before;
    return zkl_checkpoint_parse(&before, &arena, older_note, NULL) == ZKL_OK &&
           zkl_checkpoint_parse(&now, &arena, newer_note, NULL) == ZKL_OK && now.size < before.size;
}

const char *service_shown_lost(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes body;
    zkl_receipt a, b;
    if (!parse_shown(&a, &body, &arena, existing) || !parse_shown(&b, &body, &arena, content))
        return "what cannot be read";
    if (is_smaller(b.checkpoint, a.checkpoint) && !has_entries(&b, &a))
        return "a later entry, as of a revocation,";
    return find_lost(b.checkpoint, a.checkpoint, has_timestamps(&b, &a));
}

const char *service_tlog_proof_lost(zkl_bytes existing, zkl_bytes content)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_tlog_proof a, b;
    if (zkl_tlog_proof_parse(&a, &arena, existing, NULL) != ZKL_OK ||
        zkl_tlog_proof_parse(&b, &arena, content, NULL) != ZKL_OK)
        return "what cannot be read";
    return find_lost(b.checkpoint, a.checkpoint, true);
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
