/* A trust file's text, read strictly and printed whole (docs/formats/trust.md).
 *
 * What is read is data from anywhere: every fault is a status with line and column, sizes are
 * bounded before memory is taken, and an unknown key is refused, since what it was meant to
 * restrict would not be. zkl_trust_check then says whether the parts fit together. */
#include "ledger/trust_toml.h"

#include <string.h>

#include "record/timestamp.h"
#include "text/base64.h"
#include "text/lines.h"
#include "toml/toml.h"

#define TRUST_TOML_VERSION 1

/* A key without a default: trust is said, never assumed. */
static zkl_status need_text(const char **out, const zkl_toml_node *table, const char *key,
                            zkl_error *err)
{
    *out = NULL;
    ZKL_TRY(zkl_toml_get_text(out, table, key, err));
    return *out ? ZKL_OK : zkl_toml_fail(table, err, "'%s' is missing", key);
}

/* Upper case is refused: one value has one spelling. */
static zkl_status get_digest(zkl_digest *out, const zkl_toml_node *node, zkl_error *err)
{
    if (node->kind != ZKL_TOML_STRING ||
        !zkl_hex_decode(out->bytes, 32, (const char *)node->text.data, node->text.size))
        return zkl_toml_fail(node, err, "64 lower-case hex digits expected");
    return ZKL_OK;
}

/* from and until of a key; until may be missing: still counts. */
static zkl_status get_indexes(uint64_t *from, uint64_t *until, const zkl_toml_node *table,
                              zkl_error *err)
{
    int64_t first = -1, last = -1;
    ZKL_TRY(zkl_toml_get_integer(&first, table, "from", err));
    ZKL_TRY(zkl_toml_get_integer(&last, table, "until", err));
    if (first < 0)
        return zkl_toml_fail(table, err, "'from' is missing or negative");
    if (zkl_toml_find(table, "until") && last < 0)
        return zkl_toml_fail(table, err, "'until' is negative");
    *from = (uint64_t)first;
    *until = last < 0 ? ZKL_TRUST_OPEN : (uint64_t)last;
    return ZKL_OK;
}

/* An array of tables, and how many there are; none when the key is missing. */
static zkl_status get_tables(const zkl_toml_node **out, size_t *count, const zkl_toml_node *root,
                             const char *key, zkl_error *err)
{
    *out = NULL;
    ZKL_TRY(zkl_toml_get_array(out, root, key, err));
    *count = *out ? (*out)->item_count : 0;
    if (*count > ZKL_TRUST_KEYS_MAX)
        return zkl_toml_fail(*out, err, "at most %d", ZKL_TRUST_KEYS_MAX);
    for (size_t i = 0; i < *count; i++)
        if ((*out)->items[i].kind != ZKL_TOML_TABLE)
            return zkl_toml_fail(&(*out)->items[i], err, "a table [[%s]] expected", key);
    return ZKL_OK;
}

/* The parser of verifier keys says what is wrong, this file where. */
static zkl_status get_verifier_key(zkl_verifier_key *out, const zkl_toml_node *node, zkl_error *err)
{
    zkl_error inner = { 0 };
    if (node->kind != ZKL_TOML_STRING)
        return zkl_toml_fail(node, err, "a verifier key (name+hash+base64) expected");
    if (zkl_verifier_key_parse(out, node->text, &inner) != ZKL_OK)
        return zkl_toml_fail(node, err, "%s", inner.text);
    return ZKL_OK;
}

/* That no two of them count at one index, zkl_trust_check sees. */
static zkl_status get_log_keys(zkl_trust *t, zkl_arena *arena, const zkl_toml_node *root,
                               zkl_error *err)
{
    static const char *const known[] = { "key", "from", "until" };
    const zkl_toml_node *list;
    ZKL_TRY(get_tables(&list, &t->log_key_count, root, "log_key", err));
    t->log_keys = ZKL_ARENA_NEW(arena, zkl_trusted_log_key, t->log_key_count);
    if (!t->log_keys)
        return zkl_no_memory(err, t->log_key_count * sizeof *t->log_keys);
    for (size_t i = 0; i < t->log_key_count; i++) {
        const zkl_toml_node *table = &list->items[i], *key = zkl_toml_find(table, "key");
        ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
        if (!key)
            return zkl_toml_fail(table, err, "'key' is missing");
        ZKL_TRY(get_verifier_key(&t->log_keys[i].key, key, err));
        ZKL_TRY(get_indexes(&t->log_keys[i].from, &t->log_keys[i].until, table, err));
    }
    return ZKL_OK;
}

/* DER in base 64, as openssl prints it between its two lines. */
static zkl_status get_public_key(zkl_public_key *out, const zkl_toml_node *table, zkl_error *err)
{
    uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX + 3];
    const char *text;
    size_t size = 0;
    ZKL_TRY(need_text(&text, table, "key", err));
    const zkl_bytes key = zkl_bytes_of_text(text);
    if (zkl_base64_decoded_size(key) > sizeof der || !zkl_base64_decode(der, &size, key) ||
        zkl_public_key_parse_der(out, zkl_bytes_of(der, size), NULL) != ZKL_OK)
        return zkl_toml_fail(table, err,
                             "'key' is not a public key (SubjectPublicKeyInfo in base 64)");
    return ZKL_OK;
}

static zkl_status get_signers(zkl_trust *t, zkl_arena *arena, const zkl_toml_node *root,
                              zkl_error *err)
{
    static const char *const known[] = { "key", "from", "until" };
    const zkl_toml_node *list;
    ZKL_TRY(get_tables(&list, &t->signer_count, root, "signer", err));
    t->signers = ZKL_ARENA_NEW(arena, zkl_trusted_signer, t->signer_count);
    if (!t->signers)
        return zkl_no_memory(err, t->signer_count * sizeof *t->signers);
    for (size_t i = 0; i < t->signer_count; i++) {
        const zkl_toml_node *table = &list->items[i];
        ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
        ZKL_TRY(get_public_key(&t->signers[i].key, table, err));
        ZKL_TRY(get_indexes(&t->signers[i].from, &t->signers[i].until, table, err));
    }
    return ZKL_OK;
}

/* Without a table there are none, and none must have signed. */
static zkl_status get_witnesses(zkl_trust *t, zkl_arena *arena, const zkl_toml_node *root,
                                zkl_error *err)
{
    static const char *const known[] = { "quorum", "keys" };
    const zkl_toml_node *table = NULL, *keys = NULL;
    int64_t quorum = 0;
    ZKL_TRY(zkl_toml_get_table(&table, root, "witnesses", err));
    if (table)
        ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_array(&keys, table, "keys", err));
    ZKL_TRY(zkl_toml_get_integer(&quorum, table, "quorum", err));
    /* Who names witnesses means them: no default is right. */
    if (table && !zkl_toml_find(table, "quorum"))
        return zkl_toml_fail(table, err,
                             "'quorum' is missing: how many witnesses must have signed");
    if (table && !keys)
        return zkl_toml_fail(table, err, "'keys' is missing: which witnesses");
    t->witness_count = keys ? keys->item_count : 0;
    if (t->witness_count > ZKL_TRUST_WITNESSES_MAX)
        return zkl_toml_fail(keys, err, "%zu witnesses, at most %d", t->witness_count,
                             ZKL_TRUST_WITNESSES_MAX);
    if (quorum < 0 || (uint64_t)quorum > t->witness_count)
        return zkl_toml_fail(zkl_toml_find(table, "quorum"), err,
                             "a quorum of %lld among %zu 'keys'", (long long)quorum,
                             t->witness_count);
    t->quorum = (size_t)quorum;
    ZKL_ASSERT(t->quorum <= t->witness_count);
    t->witnesses = ZKL_ARENA_NEW(arena, zkl_verifier_key, t->witness_count);
    if (!t->witnesses)
        return zkl_no_memory(err, t->witness_count * sizeof *t->witnesses);
    for (size_t i = 0; i < t->witness_count; i++)
        ZKL_TRY(get_verifier_key(&t->witnesses[i], &keys->items[i], err));
    return ZKL_OK;
}

/* Pinned keys: a circuit that is named here is accepted with this key alone. */
static zkl_status get_circuits(zkl_trust *t, zkl_arena *arena, const zkl_toml_node *root,
                               zkl_error *err)
{
    const zkl_toml_node *table = NULL;
    ZKL_TRY(zkl_toml_get_table(&table, root, "circuits", err));
    t->circuit_count = table ? table->item_count : 0;
    if (t->circuit_count > ZKL_MANIFEST_CIRCUITS_MAX)
        return zkl_toml_fail(table, err, "at most %d circuits", ZKL_MANIFEST_CIRCUITS_MAX);
    t->circuits = ZKL_ARENA_NEW(arena, zkl_circuit_id, t->circuit_count);
    if (!t->circuits)
        return zkl_no_memory(err, t->circuit_count * sizeof *t->circuits);
    for (size_t i = 0; i < t->circuit_count; i++) {
        const zkl_toml_node *node = &table->items[i];
        if (!zkl_circuit_name_valid(node->key))
            return zkl_toml_fail(node, err, "'%.64s' is no circuit's name (like F22)",
                                 (const char *)node->key.data);
        memcpy(t->circuits[i].name, node->key.data, node->key.size);
        ZKL_TRY(get_digest(&t->circuits[i].key_hash, node, err));
    }
    return ZKL_OK;
}

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----\n"
#define PEM_END "-----END CERTIFICATE-----"

static void skip_blank_lines(zkl_bytes *text)
{
    while (zkl_line_skip(text, "\n"))
        continue;
}

/* The base 64 of a text that is base 64, or PEM as openssl prints it: lines of it between two.
 * Blank lines are passed over. */
static bool take_base64(zkl_buffer *out, zkl_bytes text)
{
    zkl_bytes rest = text, line;
    skip_blank_lines(&rest);
    if (!zkl_line_skip(&rest, PEM_BEGIN)) {
        zkl_buffer_put(out, text.data, text.size);
        return true;
    }
    while (zkl_line_next(&line, &rest)) {
        if (zkl_line_equal(line, PEM_END)) {
            skip_blank_lines(&rest);
            return rest.size == 0;
        }
        zkl_buffer_put(out, line.data, line.size);
    }
    return zkl_line_equal(rest, PEM_END);
}

static zkl_status get_certificate(zkl_bytes *out, zkl_arena *arena, const zkl_toml_node *table,
                                  zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) base64 = { 0 };
    const char *text;
    size_t size = 0;
    ZKL_TRY(need_text(&text, table, "certificate", err));
    const bool taken = take_base64(&base64, zkl_bytes_of_text(text));
    ZKL_TRY(zkl_buffer_status(&base64, err));
    const zkl_bytes chars = zkl_buffer_bytes(&base64);
    uint8_t *der = zkl_arena_alloc(arena, zkl_base64_decoded_size(chars), 1);
    if (!der)
        return zkl_no_memory(err, zkl_base64_decoded_size(chars));
    if (!taken || !zkl_base64_decode(der, &size, chars) ||
        zkl_tsa_certificate_check(zkl_bytes_of(der, size), NULL) != ZKL_OK)
        return zkl_toml_fail(table, err,
                             "'certificate' is not an X.509 certificate (PEM, or DER in base 64)");
    *out = zkl_bytes_of(der, size);
    return ZKL_OK;
}

/* Clocks whose word counts. Without them a token is of a clock that nobody here knows. */
static zkl_status get_tsas(zkl_trust *t, zkl_arena *arena, const zkl_toml_node *root,
                           zkl_error *err)
{
    static const char *const known[] = { "name", "certificate" };
    const zkl_toml_node *list;
    ZKL_TRY(get_tables(&list, &t->tsa_count, root, "tsa", err));
    t->tsas = ZKL_ARENA_NEW(arena, zkl_trusted_tsa, t->tsa_count);
    if (!t->tsas)
        return zkl_no_memory(err, t->tsa_count * sizeof *t->tsas);
    for (size_t i = 0; i < t->tsa_count; i++) {
        const zkl_toml_node *table = &list->items[i];
        const char *name;
        ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
        ZKL_TRY(need_text(&name, table, "name", err));
        ZKL_TRY(get_certificate(&t->tsas[i].certificate, arena, table, err));
        const char *copy = zkl_arena_text(arena, name, strlen(name));
        if (!copy)
            return zkl_no_memory(err, strlen(name));
        t->tsas[i].name = zkl_bytes_of_text(copy);
    }
    return ZKL_OK;
}

/* "powers", "keys": what a party contributed to. */
static zkl_status get_contributed(zkl_trusted_party *p, const zkl_toml_node *table, zkl_error *err)
{
    const zkl_toml_node *list = NULL;
    ZKL_TRY(zkl_toml_get_array(&list, table, "contributed", err));
    if (!list)
        return zkl_toml_fail(table, err, "'contributed' is missing: [\"powers\", \"keys\"]");
    for (size_t i = 0; i < list->item_count; i++) {
        const zkl_toml_node *item = &list->items[i];
        const bool is_text = item->kind == ZKL_TOML_STRING;
        const bool powers = is_text && zkl_bytes_equal_text(item->text, "powers");
        const bool keys = is_text && zkl_bytes_equal_text(item->text, "keys");
        if (!powers && !keys)
            return zkl_toml_fail(item, err, "\"powers\" or \"keys\" expected");
        p->to_powers = p->to_powers || powers;
        p->to_keys = p->to_keys || keys;
    }
    return ZKL_OK;
}

/* Of a ceremony: its transcript, and who in it is relied on. */
static zkl_status get_ceremony(zkl_trust *t, zkl_arena *arena, const zkl_toml_node *root,
                               zkl_error *err)
{
    static const char *const known[] = { "transcript" };
    static const char *const known_of_party[] = { "name", "key", "contributed" };
    const zkl_toml_node *table = NULL, *list;
    ZKL_TRY(zkl_toml_get_table(&table, root, "ceremony", err));
    if (table) {
        const zkl_toml_node *transcript = zkl_toml_find(table, "transcript");
        ZKL_TRY(zkl_toml_refuse_unknown(table, known, ZKL_COUNT(known), err));
        if (!transcript)
            return zkl_toml_fail(table, err, "'transcript' is missing");
        ZKL_TRY(get_digest(&t->ceremony, transcript, err));
        t->has_ceremony = true;
    }
    ZKL_TRY(get_tables(&list, &t->party_count, root, "party", err));
    t->parties = ZKL_ARENA_NEW(arena, zkl_trusted_party, t->party_count);
    if (!t->parties)
        return zkl_no_memory(err, t->party_count * sizeof *t->parties);
    for (size_t i = 0; i < t->party_count; i++) {
        const zkl_toml_node *party = &list->items[i];
        const char *name;
        ZKL_TRY(zkl_toml_refuse_unknown(party, known_of_party, ZKL_COUNT(known_of_party), err));
        ZKL_TRY(need_text(&name, party, "name", err));
        if (strlen(name) > ZKL_TRUST_PARTY_NAME_BYTES_MAX)
            return zkl_toml_fail(party, err, "'name' has at most %d characters",
                                 ZKL_TRUST_PARTY_NAME_BYTES_MAX);
        memcpy(t->parties[i].name, name, strlen(name) + 1);
        ZKL_TRY(get_public_key(&t->parties[i].key, party, err));
        ZKL_TRY(get_contributed(&t->parties[i], party, err));
    }
    return ZKL_OK;
}

/* How the powers were made; not said: on one machine. */
static zkl_status get_made(bool *of_ceremony, const zkl_toml_node *root, zkl_error *err)
{
    const char *made = NULL;
    ZKL_TRY(zkl_toml_get_text(&made, root, "srs_made", err));
    *of_ceremony = made && strcmp(made, "ceremony") == 0;
    if (made && !*of_ceremony && strcmp(made, "development") != 0)
        return zkl_toml_fail(zkl_toml_find(root, "srs_made"), err,
                             "'%.32s': \"development\" or \"ceremony\" expected", made);
    return ZKL_OK;
}

/* In the order of the file's own list of keys. The parts are judged together at the end. */
static zkl_status read_trust(zkl_trust *t, zkl_arena *arena, const zkl_toml_node *root,
                             zkl_error *err)
{
    static const char *const known[] = { "version",     "first_log_key", "srs",      "srs_made",
                                         "development", "log_key",       "signer",   "witnesses",
                                         "circuits",    "tsa",           "ceremony", "party" };
    static const char *const needed[] = { "first_log_key", "srs", "development" };
    int64_t version = -1;
    ZKL_TRY(zkl_toml_refuse_unknown(root, known, ZKL_COUNT(known), err));
    ZKL_TRY(zkl_toml_get_integer(&version, root, "version", err));
    if (version != TRUST_TOML_VERSION)
        return zkl_fail(err, ZKL_BAD_INPUT, "'version' is missing or not %d", TRUST_TOML_VERSION);
    for (size_t i = 0; i < ZKL_COUNT(needed); i++)
        if (!zkl_toml_find(root, needed[i]))
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is missing", needed[i]);
    ZKL_TRY(get_verifier_key(&t->first_log_key, zkl_toml_find(root, "first_log_key"), err));
    ZKL_TRY(get_digest(&t->powers_hash, zkl_toml_find(root, "srs"), err));
    ZKL_TRY(get_made(&t->powers_of_ceremony, root, err));
    ZKL_TRY(zkl_toml_get_boolean(&t->development, root, "development", err));
    ZKL_TRY(get_log_keys(t, arena, root, err));
    ZKL_TRY(get_signers(t, arena, root, err));
    ZKL_TRY(get_witnesses(t, arena, root, err));
    ZKL_TRY(get_circuits(t, arena, root, err));
    ZKL_TRY(get_tsas(t, arena, root, err));
    ZKL_TRY(get_ceremony(t, arena, root, err));
    return zkl_trust_check(t, err);
}

zkl_status zkl_trust_toml_parse(zkl_trust *out, zkl_arena *arena, zkl_bytes text,
                                const char *source, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_toml) toml = NULL;
    zkl_trust trust = { 0 };
    zkl_status status =
        text.size > ZKL_TRUST_BYTES_MAX
            ? zkl_fail(err, ZKL_LIMIT, "%zu bytes, at most %zu", text.size, ZKL_TRUST_BYTES_MAX)
            : zkl_toml_parse(&toml, text, err);
    if (status == ZKL_OK)
        status = read_trust(&trust, arena, zkl_toml_root(toml), err);
    if (status != ZKL_OK)
        return source ? zkl_wrap(err, status, "trust file '%s'", source)
                      : zkl_wrap(err, status, "trust file");
    *out = trust;
    return ZKL_OK;
}

/* ---- Printing */

static void put_indexes(zkl_buffer *out, uint64_t from, uint64_t until)
{
    ZKL_ASSERT(from < until); /* a span of entries: zkl_trust_check */
    zkl_buffer_format(out, "from = %llu\n", (unsigned long long)from);
    if (until != ZKL_TRUST_OPEN)
        zkl_buffer_format(out, "until = %llu\n", (unsigned long long)until);
}

/* A name may hold what TOML escapes; control characters it has none. */
static void put_quoted(zkl_buffer *out, zkl_bytes text)
{
    zkl_buffer_put_u8(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            zkl_buffer_put_u8(out, '\\');
        zkl_buffer_put_u8(out, text.data[i]);
    }
    zkl_buffer_put_u8(out, '"');
}

static void put_verifier_key(zkl_buffer *out, const zkl_verifier_key *key)
{
    char text[ZKL_VERIFIER_KEY_CHARS_MAX + 1];
    zkl_verifier_key_encode(text, key);
    put_quoted(out, zkl_bytes_of_text(text));
}

/* Quoted, as TOML has texts. */
static void put_hex(zkl_buffer *out, const zkl_digest *digest)
{
    char hex[65];
    zkl_hex_encode(hex, digest->bytes, 32);
    zkl_buffer_format(out, "\"%s\"", hex);
}

/* In the order of the record, which is that of their indexes. */
static void print_keys(zkl_buffer *out, const zkl_trust *t)
{
    for (size_t i = 0; i < t->log_key_count; i++) {
        zkl_buffer_put_text(out, "\n[[log_key]]\nkey = ");
        put_verifier_key(out, &t->log_keys[i].key);
        zkl_buffer_put_u8(out, '\n');
        put_indexes(out, t->log_keys[i].from, t->log_keys[i].until);
    }
    for (size_t i = 0; i < t->signer_count; i++) {
        uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
        const size_t size = zkl_public_key_der(der, &t->signers[i].key);
        zkl_buffer_format(out, "\n[[signer]]\n# %s\nkey = \"",
                          zkl_key_type_name(t->signers[i].key.type));
        zkl_buffer_put_base64(out, der, size);
        zkl_buffer_put_text(out, "\"\n");
        put_indexes(out, t->signers[i].from, t->signers[i].until);
    }
}

/* A party's name is printable ASCII, in which TOML escapes two. */
static void print_parties(zkl_buffer *out, const zkl_trust *t)
{
    if (t->has_ceremony) {
        zkl_buffer_put_text(out, "\n# the ceremony that made powers and keys\n[ceremony]\n"
                                 "transcript = ");
        put_hex(out, &t->ceremony);
        zkl_buffer_put_u8(out, '\n');
    }
    for (size_t i = 0; i < t->party_count; i++) {
        const zkl_trusted_party *p = &t->parties[i];
        uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
        const size_t size = zkl_public_key_der(der, &p->key);
        zkl_buffer_put_text(out, "\n[[party]]\nname = \"");
        for (const char *c = p->name; *c; c++) {
            if (*c == '"' || *c == '\\')
                zkl_buffer_put_u8(out, '\\');
            zkl_buffer_put_u8(out, (uint8_t)*c);
        }
        zkl_buffer_put_text(out, "\"\nkey = \"");
        zkl_buffer_put_base64(out, der, size);
        zkl_buffer_format(out, "\"\ncontributed = [%s%s%s]\n", p->to_powers ? "\"powers\"" : "",
                          p->to_powers && p->to_keys ? ", " : "", p->to_keys ? "\"keys\"" : "");
    }
}

/* What is printed reads back as the same trust: comments in it are for the person who gets it. */
zkl_status zkl_trust_toml_print(zkl_buffer *out, const zkl_trust *trust, zkl_error *err)
{
    zkl_trust t = *trust;
    ZKL_TRY(zkl_trust_check(&t, err));
    zkl_buffer_put_text(
        out,
        "# What a verifier of this ledger trusts. Keys count by log index: from <= index < until.\n"
        "version = 1\nfirst_log_key = ");
    put_verifier_key(out, &t.first_log_key);
    zkl_buffer_put_text(out, "\nsrs = ");
    put_hex(out, &t.powers_hash);
    zkl_buffer_format(out,
                      "\n# how those powers of tau were made: \"development\" (on one machine) or "
                      "\"ceremony\"\nsrs_made = \"%s\"\n"
                      "# true: accept circuit keys made on one machine, when the log names "
                      "them\ndevelopment = %s\n",
                      t.powers_of_ceremony ? "ceremony" : "development",
                      t.development ? "true" : "false");
    print_keys(out, &t);
    if (t.witness_count) {
        zkl_buffer_format(out, "\n[witnesses]\nquorum = %zu\nkeys = [\n", t.quorum);
        for (size_t i = 0; i < t.witness_count; i++) {
            zkl_buffer_put_text(out, "    ");
            put_verifier_key(out, &t.witnesses[i]);
            zkl_buffer_put_text(out, ",\n");
        }
        zkl_buffer_put_text(out, "]\n");
    }
    print_parties(out, &t);
    if (t.circuit_count)
        zkl_buffer_put_text(out, "\n[circuits]\n");
    for (size_t i = 0; i < t.circuit_count; i++) {
        zkl_buffer_format(out, "%s = ", t.circuits[i].name);
        put_hex(out, &t.circuits[i].key_hash);
        zkl_buffer_put_u8(out, '\n');
    }
    for (size_t i = 0; i < t.tsa_count; i++) {
        zkl_buffer_put_text(out, "\n[[tsa]]\nname = ");
        put_quoted(out, t.tsas[i].name);
        zkl_buffer_put_text(out, "\ncertificate = \"");
        zkl_buffer_put_base64(out, t.tsas[i].certificate.data, t.tsas[i].certificate.size);
        zkl_buffer_put_text(out, "\"\n");
    }
    return zkl_buffer_status(out, err);
}
