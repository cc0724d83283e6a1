/* A ceremony's steps: the coordinator's folder, and the files that go to and fro.
 *
 * The folder holds one file, ceremony.zklceremony: everything that is known so far. Each step reads
 * it, makes the next state and puts that in its place by rename, under a lock. So a kill leaves the
 * state before or the one after. Beside it lies transcript.txt, for people.
 *
 * What comes from a party is read with every point checked: a point of small order would give away
 * a part of the secret that it is multiplied by, and a false one would spoil what others do. */
#include "service/ceremony.h"

#include "service/party_key.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "ceremony/entropy.h"
#include "keys/keyfile.h"
#include "service/output.h"
#include "setup/setup_cache.h"

#define ENDING ".zklceremony"
#define STATE "ceremony" ENDING
#define LOG_ITERATIONS_DEFAULT 20

/* ---- pages */

static const char page_powers[] =
    "This file asks you to contribute to a joint set-up: round 1, powers of tau.\n"
    "\n"
    "  zkp-ledger setup contribute THIS-FILE --name 'YOUR NAME'\n"
    "\n"
    "adds a secret of your own machine to it, wipes the secret, and writes a file to send back.\n"
    "It takes a minute or two. You may type something random too: it is mixed in.\n"
    "Nobody can forge proofs under the result as long as one party's secret stays unknown.\n"
    "If it is interrupted, run it again: this file does not change.\n";

static const char page_keys[] =
    "This file asks you to contribute to a joint set-up: round 2, the circuits' keys.\n"
    "\n"
    "  zkp-ledger setup contribute THIS-FILE --name 'YOUR NAME'\n"
    "\n"
    "adds a secret of your own machine to all keys, wipes it, and writes a file to send back.\n"
    "It takes a minute or two. Use the key file of round 1, so that you are the same party.\n"
    "If it is interrupted, run it again: this file does not change.\n";

static const char page_whole[] =
    "This file is a joint set-up, with everybody's contributions.\n"
    "\n"
    "  zkp-ledger setup verify THIS-FILE      checks all of it, and names who took part\n"
    "  zkp-ledger setup import THIS-FILE      takes it in, for 'zkp-ledger init --powers'\n";

/* ---- the folder */

/* One step under way. */
typedef struct desk {
    char state[PATH_MAX], text[PATH_MAX];
    zkl_setup_lock lock;
    zkl_buffer bytes; /* of the state, which c borrows from */
    zkl_arena arena;
    zkl_joint c;
} desk;

static void desk_clear(desk *d)
{
    zkl_setup_lock_clear(&d->lock);
    zkl_buffer_clear(&d->bytes);
    zkl_arena_clear(&d->arena);
}

static zkl_status name_files(desk *d, const char *folder, zkl_error *err)
{
    if (snprintf(d->state, sizeof d->state, "%s/" STATE, folder) >= (int)sizeof d->state ||
        snprintf(d->text, sizeof d->text, "%s/transcript.txt", folder) >= (int)sizeof d->text)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", folder);
    return ZKL_OK;
}

/* The coordinator's own file is his: its points were checked when they came. */
static zkl_status desk_open(desk *d, const char *folder, const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(name_files(d, folder, err));
    const zkl_iden3_reading by = { &d->arena, ZKL_IDEN3_TRUSTED, env->pool };
    if (access(d->state, F_OK) != 0)
        return zkl_fail(err, ZKL_NOT_FOUND, "'%s' is no ceremony's folder: it has no " STATE,
                        folder);
    ZKL_TRY(zkl_setup_lock_take(&d->lock, folder, err));
    ZKL_TRY(zkl_file_read(&d->bytes, d->state, ZKL_JOINT_BYTES_MAX, err));
    const zkl_status status = zkl_joint_parse(&d->c, zkl_buffer_bytes(&d->bytes), &by, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", d->state);
}

static zkl_status put_transcript(zkl_buffer *out, const zkl_ceremony_result *r, zkl_error *err)
{
    char hex[65];
    zkl_hex_encode(hex, r->ceremony.bytes, 32);
    zkl_buffer_format(out, "ceremony  %s  %s\npowers    2^%u\nround     %u\n\n", r->name, hex,
                      r->power, r->round);
    for (size_t i = 0; i < r->contribution_count; i++) {
        const zkl_ceremony_contribution *const c = &r->contributions[i];
        zkl_buffer_format(out, "%3zu  %s  %-6s  %s%s\n", i + 1, c->time,
                          c->is_to_powers ? "powers" : "keys", c->is_beacon ? "beacon: " : "",
                          c->name);
        if (c->round)
            zkl_buffer_format(out, "     round %llu\n", (unsigned long long)c->round);
        if (c->is_beacon)
            zkl_buffer_format(out, "     value %s, SHA-256 2^%u times\n", c->value,
                              c->log_iterations);
        else
            zkl_buffer_format(out, "     %s\n", c->key ? c->key : "not signed");
    }
    zkl_hex_encode(hex, r->transcript.bytes, 32);
    zkl_buffer_format(out, "\ntranscript  %s\n", hex);
    return zkl_buffer_status(out, err);
}

/* The state first: the text is only for people. */
static zkl_status desk_save(const desk *d, const zkl_ceremony_result *r, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_TRY(zkl_joint_encode(&file, &d->c, page_whole, false, err));
    ZKL_TRY(put_transcript(&text, r, err));
    ZKL_TRY(zkl_file_replace(d->state, zkl_buffer_bytes(&file), 0644, err));
    return zkl_file_replace(d->text, zkl_buffer_bytes(&text), 0644, err);
}

/* What a step ends in: the result is filled before anything is written. */
static zkl_status desk_finish(zkl_ceremony_result *out, const desk *d, zkl_error *err)
{
    zkl_status status = service_ceremony_fill(out, &d->c, NULL, err);
    if (status == ZKL_OK)
        status = desk_save(d, out, err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}

/* ---- steps of the coordinator */

zkl_status zkl_setup_new(zkl_ceremony_result *out, const zkl_setup_new_request *request,
                         const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(desk) d = { 0 };
    ZKL_AUTO_CLEAR(service_circuits) circuits = { 0 };
    zkl_transcript terms = { .power = request->power ? request->power : ZKL_SETUP_POWER };
    *out = (zkl_ceremony_result){ 0 };
    env = service_lent(env);
    if (strlen(request->name) > ZKL_TRANSCRIPT_NAME_BYTES_MAX)
        return zkl_fail(err, ZKL_USAGE, "a ceremony's name has at most %d characters",
                        ZKL_TRANSCRIPT_NAME_BYTES_MAX);
    memcpy(terms.name, request->name, strlen(request->name) + 1);
    if (request->tier_count > ZKL_TRANSCRIPT_TIERS_MAX)
        return zkl_fail(err, ZKL_USAGE, "at most %d circuits", ZKL_TRANSCRIPT_TIERS_MAX);
    for (size_t i = 0; i < request->tier_count; i++)
        terms.tiers[i] = request->tiers[i];
    terms.tier_count = request->tier_count;
    ZKL_TRY(service_circuits_make(&circuits, &terms, err));
    for (size_t i = 0; i < terms.tier_count; i++)
        if (zkl_groth16_log_domain(circuits.each[i]) > terms.power)
            return zkl_fail(err, ZKL_USAGE, "F%u needs powers of 2^%u", terms.tiers[i],
                            zkl_groth16_log_domain(circuits.each[i]));
    ZKL_TRY(name_files(&d, request->folder, err));
    ZKL_TRY(zkl_joint_new(&d.c, &d.arena, &terms, env, err));
    if (mkdir(request->folder, 0755) != 0)
        return errno == EEXIST
                   ? zkl_fail(err, ZKL_CONFLICT, "'%s' is there already", request->folder)
                   : zkl_fail_errno(err, "make", request->folder);
    return desk_finish(out, &d, err);
}

/* DIR/invite-N.zklceremony, N the contribution that it asks for. */
static zkl_status invite_path(char out[static PATH_MAX], const char *folder, const zkl_joint *c,
                              zkl_error *err)
{
    if (snprintf(out, PATH_MAX, "%s/invite-%zu" ENDING, folder, c->transcript.count + 1) >=
        PATH_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", folder);
    return ZKL_OK;
}

static zkl_status write_file(zkl_ceremony_result *out, const char *path, const zkl_buffer *file,
                             zkl_error *err)
{
    const service_output target = { .path = path, .mode = 0644 };
    ZKL_TRY(service_output_write(&target, zkl_buffer_bytes(file), err));
    out->output = zkl_arena_text(&out->memory, path, strlen(path));
    out->byte_count += file->size;
    return out->output ? ZKL_OK : zkl_no_memory(err, strlen(path));
}

/* folder/name, encoded by whoever calls. */
static zkl_status write_iden3(zkl_ceremony_result *out, const char *folder, const char *name,
                              const zkl_buffer *file, zkl_error *err)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", folder);
    return write_file(out, path, file, err);
}

/* Whole keys: snarkjs copies what it does not change. */
static zkl_status write_zkeys(zkl_ceremony_result *out, const char *folder, const zkl_joint *c,
                              const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(service_circuits) circuits = { 0 };
    ZKL_TRY(service_circuits_make(&circuits, &c->transcript, err));
    for (size_t i = 0; i < c->transcript.tier_count; i++) {
        ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
        const zkl_joint_part part = { c, i, circuits.each[i] };
        zkl_recorded_key key;
        char name[24];
        snprintf(name, sizeof name, "F%u.zkey", c->transcript.tiers[i]);
        ZKL_TRY(zkl_joint_key(&key, &arena, &part, env, err));
        ZKL_TRY(zkl_zkey_encode(&file, &key.key, &key.history, err));
        ZKL_TRY(write_iden3(out, folder, name, &file, err));
    }
    return ZKL_OK;
}

static zkl_status invite_as_iden3(zkl_ceremony_result *out, const zkl_joint *c, const char *folder,
                                  const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    ZKL_TRY(zkl_folder_make(folder, 0755, err));
    if (c->round == ZKL_ROUND_KEYS)
        ZKL_TRY(write_zkeys(out, folder, c, env, err));
    else {
        ZKL_TRY(zkl_ptau_encode(&file, &c->powers.powers, &c->powers.history, err));
        ZKL_TRY(write_iden3(out, folder, "powers.ptau", &file, err));
    }
    out->output = zkl_arena_text(&out->memory, folder, strlen(folder));
    return out->output ? ZKL_OK : zkl_no_memory(err, strlen(folder));
}

/* A round with its beacon invites nobody. */
static zkl_status check_may_invite(const zkl_joint *c, zkl_error *err)
{
    const zkl_transcript *const t = &c->transcript;
    const zkl_transcript_record *const last = t->count ? &t->records[t->count - 1] : NULL;
    const bool is_first = c->round == ZKL_ROUND_POWERS;
    if (!is_first && t->tier_count == 0)
        return zkl_fail(err, ZKL_USAGE, "this ceremony has no circuits: 'setup finish' ends it");
    if (last && zkl_step_is_beacon(last->step) && zkl_step_is_of_powers(last->step) == is_first)
        return zkl_fail(err, ZKL_USAGE,
                        "the round has its beacon, and nobody contributes behind it: %s",
                        is_first ? "'setup next' begins the second" : "'setup finish' ends it");
    return ZKL_OK;
}

zkl_status zkl_setup_invite(zkl_ceremony_result *out, const char *folder, const char *output,
                            const char *as_iden3, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(desk) d = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    char path[PATH_MAX];
    *out = (zkl_ceremony_result){ 0 };
    env = service_lent(env);
    if (output && as_iden3)
        return zkl_fail(err, ZKL_USAGE, "one invitation: a file, or a folder for snarkjs");
    ZKL_TRY(desk_open(&d, folder, env, err));
    ZKL_TRY(check_may_invite(&d.c, err));
    ZKL_TRY(invite_path(path, folder, &d.c, err));
    const bool is_first = d.c.round == ZKL_ROUND_POWERS;
    zkl_status status = service_ceremony_fill(out, &d.c, NULL, err);
    if (status == ZKL_OK && as_iden3)
        status = invite_as_iden3(out, &d.c, as_iden3, env, err);
    if (status == ZKL_OK && !as_iden3)
        status = zkl_joint_encode(&file, &d.c, is_first ? page_powers : page_keys, !is_first, err);
    if (status == ZKL_OK && !as_iden3)
        status = write_file(out, output ? output : path, &file, err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}

/* ---- what comes back */

static bool begins_with(zkl_bytes bytes, const char *magic)
{
    return bytes.size >= strlen(magic) && memcmp(bytes.data, magic, strlen(magic)) == 0;
}

/* The name in iden3's parameters, made printable; somebody without one is "unnamed". */
static void name_of(char out[static ZKL_TRANSCRIPT_NAME_BYTES_MAX + 1], zkl_bytes parameters)
{
    const bool named = parameters.size >= 3 && parameters.data[0] == 1 && parameters.data[1] &&
                       parameters.data[1] <= parameters.size - 2;
    const size_t said = named ? parameters.data[1] : 0;
    const size_t size = said < ZKL_TRANSCRIPT_NAME_BYTES_MAX ? said : ZKL_TRANSCRIPT_NAME_BYTES_MAX;
    for (size_t i = 0; i < size; i++) {
        const uint8_t c = parameters.data[2 + i];
        out[i] = c >= 0x20 && c < 0x7f ? (char)c : '?';
    }
    out[size] = 0;
    if (!size)
        memcpy(out, "unnamed", sizeof "unnamed");
}

/* Files that are read together: of a party one, of snarkjs a key a circuit. */
typedef struct incoming {
    zkl_buffer *files;
    size_t count;
    zkl_arena *arena;
    const zkl_env *env;
} incoming;

/* An unsigned record of the last contribution in c. */
static zkl_status add_unsigned(zkl_joint *c, const incoming *in, zkl_bytes parameters,
                               zkl_error *err)
{
    zkl_transcript_record record = {
        .step = c->round == ZKL_ROUND_POWERS ? ZKL_STEP_POWERS : ZKL_STEP_KEYS,
        .time_ms = (uint64_t)zkl_env_now_ms(in->env),
    };
    name_of(record.name, parameters);
    if (c->round == ZKL_ROUND_POWERS)
        ZKL_TRY(zkl_joint_powers_digest(&record.contribution, &c->powers.history,
                                        c->powers.history.count - 1, err));
    else
        ZKL_TRY(zkl_joint_keys_digest(&record.contribution, c, c->keys[0].history.count - 1, err));
    return zkl_transcript_add(&c->transcript, in->arena, &record, NULL, err);
}

static zkl_status read_ptau(zkl_joint *theirs, const incoming *in, zkl_error *err)
{
    const zkl_iden3_reading by = { in->arena, ZKL_IDEN3_CHECKED, in->env->pool };
    const size_t before = theirs->powers.history.count;
    if (theirs->round != ZKL_ROUND_POWERS || in->count != 1)
        return zkl_fail(err, ZKL_CONFLICT, "powers of tau belong to the first round, one file");
    ZKL_TRY(zkl_ptau_parse(&theirs->powers.powers, &theirs->powers.history,
                           zkl_buffer_bytes(&in->files[0]), theirs->transcript.power, &by, err));
    if (theirs->powers.history.ceremony_power != theirs->transcript.power ||
        theirs->powers.history.count != before + 1)
        return zkl_fail(err, ZKL_CONFLICT,
                        "it is not the newest invitation with one contribution more");
    theirs->powers.powers.lagrange_1 = theirs->powers.powers.lagrange_alpha_1 =
        theirs->powers.powers.lagrange_beta_1 = NULL;
    theirs->powers.powers.lagrange_2 = NULL; /* the next round prepares them */
    return add_unsigned(theirs, in, theirs->powers.history.contributions[before].parameters, err);
}

/* A .zkey says by its circuit hash which circuit it is of. */
static zkl_status read_zkeys(zkl_joint *theirs, const incoming *in, zkl_error *err)
{
    const zkl_iden3_reading by = { in->arena, ZKL_IDEN3_CHECKED, in->env->pool };
    const size_t before = theirs->keys[0].history.count;
    zkl_joint next = *theirs;
    if (theirs->round != ZKL_ROUND_KEYS || in->count != theirs->transcript.tier_count)
        return zkl_fail(err, ZKL_CONFLICT, "keys belong to the second round, all %zu of them",
                        theirs->transcript.tier_count);
    for (size_t i = 0; i < in->count; i++) {
        zkl_recorded_key read;
        size_t at = 0;
        ZKL_TRY(
            zkl_zkey_parse(&read.key, &read.history, zkl_buffer_bytes(&in->files[i]), &by, err));
        while (at < in->count &&
               memcmp(read.history.circuit_hash, theirs->keys[at].history.circuit_hash, 64) != 0)
            at++;
        if (at == in->count || read.history.count != before + 1)
            return zkl_fail(err, ZKL_CONFLICT,
                            "file %zu is not a key of the newest invitation with one contribution "
                            "more",
                            i + 1);
        next.keys[at] = read;
    }
    *theirs = next;
    return add_unsigned(theirs, in, theirs->keys[0].history.contributions[before].parameters, err);
}

/* What they made, as the next state; own: the state here. */
static zkl_status read_incoming(zkl_joint *theirs, const zkl_joint *own, const incoming *in,
                                zkl_error *err)
{
    const zkl_iden3_reading by = { in->arena, ZKL_IDEN3_CHECKED, in->env->pool };
    const zkl_bytes first = zkl_buffer_bytes(&in->files[0]);
    ZKL_TRY(zkl_env_progress(in->env, "checking points", 0, 0, err));
    *theirs = *own;
    if (begins_with(first, "ptau"))
        return read_ptau(theirs, in, err);
    if (begins_with(first, "zkey"))
        return read_zkeys(theirs, in, err);
    if (in->count != 1)
        return zkl_fail(err, ZKL_USAGE, "a party sends one file back");
    return zkl_joint_parse(theirs, first, &by, err);
}

static zkl_status take_files(desk *d, zkl_buffer *files, const char *const *names, size_t count,
                             const zkl_env *env, zkl_error *err)
{
    zkl_joint theirs;
    const incoming in = { files, count, &d->arena, env };
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(zkl_file_read(&files[i], names[i], ZKL_JOINT_BYTES_MAX, err));
    zkl_status status = read_incoming(&theirs, &d->c, &in, err);
    if (status == ZKL_OK)
        status = zkl_joint_accept(&d->c, &theirs, env, err);
    return status == ZKL_OK ? ZKL_OK : zkl_wrap(err, status, "'%s'", names[0]);
}

zkl_status zkl_setup_take(zkl_ceremony_result *out, const char *folder, const char *const *files,
                          size_t file_count, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(desk) d = { 0 };
    zkl_buffer contents[ZKL_TRANSCRIPT_TIERS_MAX] = { { 0 } };
    *out = (zkl_ceremony_result){ 0 };
    env = service_lent(env);
    if (file_count == 0 || file_count > ZKL_TRANSCRIPT_TIERS_MAX)
        return zkl_fail(err, ZKL_USAGE, "%zu files, 1 to %d", file_count, ZKL_TRANSCRIPT_TIERS_MAX);
    ZKL_TRY(desk_open(&d, folder, env, err));
    zkl_status status = take_files(&d, contents, files, file_count, env, err);
    if (status == ZKL_OK)
        status = desk_finish(out, &d, err);
    for (size_t i = 0; i < file_count; i++)
        zkl_buffer_clear(&contents[i]);
    return status;
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Hexadecimal of any even length: people paste what a beacon's page shows. */
static zkl_status read_value(uint8_t out[static ZKL_BEACON_VALUE_BYTES_MAX], size_t *size,
                             const char *hex, zkl_error *err)
{
    const size_t count = strlen(hex);
    if (count == 0 || count % 2 || count / 2 > ZKL_BEACON_VALUE_BYTES_MAX)
        return zkl_fail(err, ZKL_USAGE, "a beacon's value is 1 to %d bytes in hexadecimal",
                        ZKL_BEACON_VALUE_BYTES_MAX);
    for (size_t i = 0; i < count / 2; i++) {
        const int high = digit_of(hex[2 * i]), low = digit_of(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return zkl_fail(err, ZKL_USAGE, "a beacon's value is in hexadecimal");
        out[i] = (uint8_t)(high << 4 | low);
    }
    *size = count / 2;
    return ZKL_OK;
}

/* When it became public: computed of a round, else the caller's word, and never in the future. */
static zkl_status read_time(uint64_t *out, const zkl_setup_beacon_request *request,
                            const zkl_env *env, zkl_error *err)
{
    int64_t time_ms = (int64_t)zkl_drand_time_ms(request->round);
    if (request->round && request->time)
        return zkl_fail(err, ZKL_USAGE, "a round has its time: say one of the two");
    if (!request->round &&
        (!request->time || !zkl_time_parse(&time_ms, zkl_bytes_of_text(request->time))))
        return zkl_fail(err, ZKL_USAGE,
                        "say when the beacon's value became public: a drand round, or a time as "
                        "2026-11-30T12:00:00.000Z");
    if (time_ms <= 0 || time_ms > zkl_env_now_ms(env))
        return zkl_fail(err, ZKL_USAGE, "that time has not come yet");
    *out = (uint64_t)time_ms;
    return ZKL_OK;
}

zkl_status zkl_setup_beacon(zkl_ceremony_result *out, const zkl_setup_beacon_request *request,
                            const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(desk) d = { 0 };
    uint8_t value[ZKL_BEACON_VALUE_BYTES_MAX];
    zkl_joint_beacon_value beacon = {
        .log_iterations =
            request->log_iterations ? request->log_iterations : LOG_ITERATIONS_DEFAULT,
        .round = request->round,
        .source = request->source  ? request->source
                  : request->round ? "drand quicknet"
                                   : "",
    };
    *out = (zkl_ceremony_result){ 0 };
    env = service_lent(env);
    ZKL_TRY(read_value(value, &beacon.value.size, request->value, err));
    beacon.value.data = value;
    ZKL_TRY(read_time(&beacon.time_ms, request, env, err));
    ZKL_TRY(desk_open(&d, request->folder, env, err));
    ZKL_TRY(zkl_joint_beacon(&d.c, &d.arena, &beacon, env, err));
    return desk_finish(out, &d, err);
}

zkl_status zkl_setup_next(zkl_ceremony_result *out, const char *folder, const zkl_env *env,
                          zkl_error *err)
{
    ZKL_AUTO_CLEAR(desk) d = { 0 };
    ZKL_AUTO_CLEAR(service_circuits) circuits = { 0 };
    *out = (zkl_ceremony_result){ 0 };
    env = service_lent(env);
    ZKL_TRY(desk_open(&d, folder, env, err));
    ZKL_TRY(service_circuits_make(&circuits, &d.c.transcript, err));
    ZKL_TRY(zkl_joint_open_keys(&d.c, &d.arena, circuits.each, env, err));
    return desk_finish(out, &d, err);
}

static zkl_status write_all_iden3(zkl_ceremony_result *out, const char *folder, const zkl_joint *c,
                                  const zkl_recorded_key *keys, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) powers = { 0 };
    ZKL_TRY(zkl_folder_make(folder, 0755, err));
    ZKL_TRY(zkl_ptau_encode(&powers, &c->powers.powers, &c->powers.history, err));
    ZKL_TRY(write_iden3(out, folder, "powers.ptau", &powers, err));
    for (size_t i = 0; i < c->transcript.tier_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
        char name[24];
        snprintf(name, sizeof name, "F%u.zkey", c->transcript.tiers[i]);
        ZKL_TRY(zkl_zkey_encode(&file, &keys[i].key, &keys[i].history, err));
        ZKL_TRY(write_iden3(out, folder, name, &file, err));
    }
    return ZKL_OK;
}

/* The state's own bytes are read again with every point checked: what is handed out was. */
zkl_status zkl_setup_finish(zkl_ceremony_result *out, const char *folder, const char *output,
                            const char *as_iden3, const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(desk) d = { 0 };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_joint c;
    zkl_joint_kept kept = { .arena = &arena };
    char path[PATH_MAX];
    *out = (zkl_ceremony_result){ 0 };
    env = service_lent(env);
    if (snprintf(path, sizeof path, "%s/finished" ENDING, folder) >= (int)sizeof path)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", folder);
    if (output)
        ZKL_TRY(service_output_has_place(output, err));
    ZKL_TRY(desk_open(&d, folder, env, err));
    if (d.c.round != ZKL_ROUND_KEYS)
        return zkl_fail(err, ZKL_USAGE,
                        "the powers are not closed yet: 'setup next' does that, also of a ceremony "
                        "without circuits");
    ZKL_TRY(service_ceremony_check(&c, &kept, zkl_buffer_bytes(&d.bytes), &arena, env, err));
    zkl_status status = service_ceremony_fill(out, &c, kept.keys, err);
    if (status == ZKL_OK && as_iden3)
        status = write_all_iden3(out, as_iden3, &c, kept.keys, err);
    out->byte_count = 0; /* of the ceremony's file alone */
    if (status == ZKL_OK)
        status = write_file(out, output ? output : path, &d.bytes, err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}

/* ---- a party */

bool service_party_key_is_clear(const char *path)
{
    zkl_keyfile_info info;
    bool others_can_read;
    zkl_error none = { 0 };
    return access(path, F_OK) == 0 &&
           zkl_keyfile_load_info(&info, path, &others_can_read, &none) == ZKL_OK &&
           !info.has_passphrase;
}

/* Its key file, made when it is not there. */
static zkl_status open_key(zkl_signer **out, const zkl_setup_contribute_request *request,
                           const zkl_env *env, zkl_error *err)
{
    if (access(request->key, F_OK) != 0)
        ZKL_TRY(
            zkl_keys_make(request->key, "signer", request->name, request->passphrase, env, err));
    return zkl_signer_open_file(out, request->key, ZKL_ROLE_SIGNER, request->passphrase, err);
}

/* FILE-NAME.zklceremony beside FILE, of the letters and digits of the name. */
static zkl_status reply_path(char out[static PATH_MAX], const zkl_setup_contribute_request *request,
                             zkl_error *err)
{
    char plain[ZKL_TRANSCRIPT_NAME_BYTES_MAX + 1];
    size_t size = 0, stem = strlen(request->file);
    const size_t ending = strlen(ENDING);
    for (const char *c = request->name; *c && size < sizeof plain - 1; c++) {
        const bool kept =
            (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');
        plain[size++] = kept ? *c : '-';
    }
    plain[size] = 0;
    if (stem > ending && strcmp(request->file + stem - ending, ENDING) == 0)
        stem -= ending;
    if (snprintf(out, PATH_MAX, "%.*s-by-%s" ENDING, (int)stem, request->file, plain) >= PATH_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the path '%.100s...' is too long", request->file);
    return ZKL_OK;
}

/* The page of what goes back. */
static const char page_reply[] =
    "This file is a party's contribution to a joint set-up. Send it back to the coordinator, who\n"
    "takes it in with 'zkp-ledger setup take DIR THIS-FILE'.\n";

static zkl_status contribute(zkl_ceremony_result *out, zkl_buffer *reply,
                             const zkl_setup_contribute_request *request, zkl_bytes content,
                             const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_mixed_random) mixed = { 0 };
    ZKL_AUTO_CLOSE(zkl_signer) signer = NULL;
    const zkl_iden3_reading by = { &arena, ZKL_IDEN3_CHECKED, env->pool };
    zkl_env mixing = *env;
    zkl_joint c;
    ZKL_TRY(zkl_env_progress(env, "checking points", 0, 0, err));
    ZKL_TRY(zkl_joint_parse(&c, content, &by, err));
    ZKL_TRY(zkl_transcript_check(&c.transcript, err));
    if (c.round == ZKL_ROUND_POWERS && !c.has_powers)
        return zkl_fail(err, ZKL_BAD_INPUT, "it holds no powers of tau");
    ZKL_TRY(open_key(&signer, request, env, err));
    zkl_mixed_random_init(&mixed, &mixing, request->entropy);
    ZKL_TRY(zkl_joint_contribute(&c, &arena, request->name, signer, &mixing, err));
    ZKL_TRY(zkl_joint_encode(reply, &c, page_reply, c.round == ZKL_ROUND_KEYS, err));
    return service_ceremony_fill(out, &c, NULL, err);
}

zkl_status zkl_setup_contribute(zkl_ceremony_result *out,
                                const zkl_setup_contribute_request *request, const zkl_env *env,
                                zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) reply = { 0 };
    char path[PATH_MAX];
    *out = (zkl_ceremony_result){ 0 };
    env = service_lent(env);
    ZKL_TRY(reply_path(path, request, err));
    const char *const output = request->output ? request->output : path;
    /* before the work, and before a key is made */
    ZKL_TRY(service_output_apart(output, &request->file, 1, NULL, err));
    ZKL_TRY(service_output_is_new(output, false, err));
    ZKL_TRY(service_output_has_place(output, err));
    ZKL_TRY(zkl_file_read(&content, request->file, ZKL_JOINT_BYTES_MAX, err));
    zkl_status status = contribute(out, &reply, request, zkl_buffer_bytes(&content), env, err);
    if (status != ZKL_OK)
        status = zkl_wrap(err, status, "'%s'", request->file);
    if (status == ZKL_OK)
        status = write_file(out, output, &reply, err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}
