/* Claims and names become an identity: the same each time, and never one of a key. */
#include "daemon/token_identity.h"

#include <stdio.h>

#include "base/bytes.h"
#include "daemon/roles.h"
#include "hash/domains.h"
#include "hash/hash.h"
#include "token/jwt.h"

bool daemon_identity_set_role(daemon_identity *out, const char *role)
{
    const int size = snprintf(out->role, sizeof out->role, "%s", role);
    return size > 0 && (size_t)size < sizeof out->role && daemon_name_is_good(role);
}

/* The first 8 bytes of a hash over all three: the same subject of two issuers is two identities.
 * The issuer of a certificate is "", which no [[issuer]] can have. what: the claim that the subject
 * is of, so that a client's name is none of a user's. */
static void set_id(daemon_identity *out, const char *issuer, const char *what, const char *subject)
{
    zkl_sha3 hash;
    zkl_digest digest;
    uint8_t size[4];
    const char *const parts[] = { issuer, what, subject };
    zkl_sha3_256_init(&hash);
    zkl_sha3_update(&hash, ZKL_SHA3_256_IDENTITY, sizeof ZKL_SHA3_256_IDENTITY);
    for (size_t i = 0; i < ZKL_COUNT(parts); i++) {
        zkl_be32_put(size, (uint32_t)strlen(parts[i]));
        zkl_sha3_update(&hash, size, sizeof size);
        zkl_sha3_update(&hash, parts[i], strlen(parts[i]));
    }
    zkl_sha3_256_final(&hash, &digest);
    zkl_hex_encode(out->id, digest.bytes, 8);
}

/* What people see; one that does not fit is its beginning, which ends with a whole character. */
static void set_name(daemon_identity *out, const char *name)
{
    size_t size = strlen(name);
    if (size >= sizeof out->name) {
        size = sizeof out->name - 1;
        while (size && ((uint8_t)name[size] & 0xc0) == 0x80)
            size--;
    }
    memcpy(out->name, name, size);
    out->name[size] = '\0';
}

/* ---- claims */

static bool has_one_of(const json_t *value, const daemon_texts *texts)
{
    bool found = texts->count == 0;
    for (size_t i = 0; i < texts->count; i++)
        found |= token_claim_has(value, texts->at[i], false);
    return found;
}

/* Rows whose demands are not met do not count: whoever logged in by less has the lesser role. */
static const char *find_role(const daemon_issuer *issuer, const json_t *claims)
{
    const json_t *const held = token_claim_find(claims, issuer->role_claim);
    const bool is_words = strcmp(issuer->role_claim, "scope") == 0;
    for (size_t i = 0; i < issuer->role_count; i++) {
        const daemon_role_row *const row = &issuer->roles[i];
        if (token_claim_has(held, row->value, is_words) &&
            has_one_of(json_object_get(claims, "acr"), &row->acr) &&
            has_one_of(json_object_get(claims, "amr"), &row->amr))
            return row->role;
    }
    return NULL;
}

static zkl_status set_org(daemon_identity *out, const daemon_issuer *issuer, const json_t *claims,
                          zkl_error *err)
{
    if (issuer->org)
        snprintf(out->org, sizeof out->org, "%s", issuer->org);
    else if (!token_claim_text(out->org, sizeof out->org, claims, "org_id") ||
             !daemon_name_is_good(out->org))
        return zkl_fail(err, ZKL_REJECTED, "its 'org_id' names no organisation");
    else if (strcmp(out->org, DAEMON_OWN_ORGANISATION) == 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "its 'org_id' is the organisation that runs the service: an issuer whose "
                        "users run it says so by 'org'");
    return ZKL_OK;
}

zkl_status daemon_identity_of_claims(daemon_identity *out, const daemon_issuer *issuer,
                                     const json_t *claims, zkl_error *err)
{
    daemon_identity who = { .by = DAEMON_BY_TOKEN };
    char subject[256];
    const char *const role = find_role(issuer, claims);
    /* a client without a user is known by its own name (RFC 7662 section 2.2) */
    const char *const what = json_object_get(claims, "sub") ? "sub" : "client_id";
    if (!token_claim_text(subject, sizeof subject, claims, what))
        return zkl_fail(err, ZKL_REJECTED, "it has no '%s'", what);
    if (!role || !daemon_identity_set_role(&who, role))
        return zkl_fail(err, ZKL_REJECTED, "it has no role here");
    ZKL_TRY(set_org(&who, issuer, claims, err));
    if (json_object_get(claims, "tier") &&
        (!token_claim_text(who.tier, sizeof who.tier, claims, "tier") ||
         !daemon_name_is_good(who.tier)))
        return zkl_fail(err, ZKL_REJECTED, "its 'tier' is none");
    set_id(&who, issuer->name, what, subject);
    set_name(&who, subject);
    const json_t *const end = json_object_get(claims, "exp");
    who.until_ms = json_is_integer(end) ? (json_integer_value(end) + issuer->skew_s) * 1000 : 0;
    *out = who;
    return ZKL_OK;
}

/* ---- certificates */

bool daemon_identity_of_names(daemon_identity *out, const daemon_token_settings *settings,
                              const char *const *names, size_t name_count)
{
    for (size_t c = 0; c < settings->client_count; c++)
        for (size_t i = 0; i < name_count; i++) {
            const daemon_client *const client = &settings->clients[c];
            if (strcmp(client->san, names[i]) != 0)
                continue;
            daemon_identity who = { .by = DAEMON_BY_CERTIFICATE };
            if (!daemon_identity_set_role(&who, client->role))
                return false;
            set_id(&who, "", "san", client->san);
            set_name(&who, client->name);
            snprintf(who.org, sizeof who.org, "%s", client->org);
            *out = who;
            return true;
        }
    return false;
}
