/* The rows, by subject. They repeat what route_*.c checks: interop/schemathesis_long compares. */
#include "daemon/openapi_shapes.h"

#include <stddef.h>

#define NAME "{'type': 'string', 'pattern': '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'}"
#define TEXT "{'type': 'string'}"
#define LINE                                                                                       \
    "{'type': 'string', 'minLength': 1, 'maxLength': 500, 'pattern': "                             \
    "'^[^\\\\u0000-\\\\u001f\\\\u007f]*$'}"
/* Of a query: control characters are refused in all of them. */
#define PLAIN "{'type': 'string', 'pattern': '^[^\\\\u0000-\\\\u001f]*$'}"
#define COUNT "{'type': 'integer', 'minimum': 0}"
#define BOOL "{'type': 'boolean'}"
#define OBJECT "{'type': 'object'}"
#define LIST_OF(items) "{'type': 'array', 'items': " items "}"
/* members: "'a': ..., 'b': ..."; required: "'a'". An answer may get new members. */
#define ANSWER(required, members)                                                                  \
    "{'type': 'object', 'required': [" required "], 'properties': {" members "}}"
#define BODY(required, members)                                                                    \
    "{'type': 'object', 'additionalProperties': false, 'required': [" required                     \
    "], 'properties': {" members "}}"

/* Letters of Unicode have up to four bytes, and 63 bytes is what there is room for: what is longer
 * in bytes alone is refused though it fits here. */
#define KEY_NAME                                                                                   \
    "{'type': 'string', 'minLength': 1, 'maxLength': 63, 'pattern': '^[^\\\\u0000-\\\\u001f]*$'}"
#define KEY_MEMBERS                                                                                \
    "'name': " KEY_NAME ", 'role': {'type': 'string', 'x-one-of': 'roles'}, "                      \
    "'tier': {'type': 'string', 'x-one-of': 'tiers'}, "                                            \
    "'days': {'type': 'integer', 'minimum': 0, 'maximum': 36500}"
#define SCOPE "{'type': 'string', 'x-one-of': 'permissions'}"
#define SECRET ANSWER("'begins', 'until'", "'begins': " TEXT ", 'until': " COUNT)
#define KEY                                                                                        \
    ANSWER("'id', 'name', 'organisation', 'role', 'tier', 'created'",                              \
           "'id': " TEXT ", 'name': " TEXT ", 'organisation': " TEXT ", 'role': " TEXT             \
           ", 'tier': " TEXT ", 'scopes': " TEXT ", 'created': " COUNT ", 'expires': " COUNT       \
           ", 'used': " COUNT ", 'begins': " TEXT                                                  \
           ", 'secrets': " LIST_OF(SECRET) ", 'second_factor': " BOOL)
#define MADE_KEY ANSWER("'id', 'key'", "'id': " TEXT ", 'key': " TEXT)
#define FILE_FACTS                                                                                 \
    ANSWER("'id', 'file', 'name', 'size', 'sha256'",                                               \
           "'id': " TEXT ", 'file': " TEXT ", 'name': " TEXT ", 'size': " COUNT                    \
           ", 'sha256': " TEXT ", 'created': " COUNT ", 'used': " COUNT)
#define LEDGER                                                                                     \
    ANSWER("'name', 'organisation'", "'name': " TEXT ", 'organisation': " TEXT ", 'origin': " TEXT \
                                     ", 'ledger': " TEXT ", 'powers_hash': " TEXT)
#define LISTED_LEDGER ANSWER("'name', 'is_first'", "'name': " TEXT ", 'is_first': " BOOL)
#define OPERATION                                                                                  \
    ANSWER("'id', 'operation', 'state'",                                                           \
           "'id': " TEXT ", 'operation': " TEXT                                                    \
           ", 'state': {'enum': ['waiting', 'running', 'over']}, 'status': " TEXT                  \
           ", 'created': " COUNT ", 'ended': " COUNT ", 'answer': " OBJECT)

const daemon_query_shape daemon_query_shapes[] = {
    { "listEvents", "limit", "{'type': 'integer', 'minimum': 1, 'maximum': 99999999}", 0 },
    { "exportEventsOcsf", "limit", "{'type': 'integer', 'minimum': 1, 'maximum': 99999999}", 0 },
    { "exportEventsCef", "limit", "{'type': 'integer', 'minimum': 1, 'maximum': 99999999}", 0 },
    { NULL, "limit", "{'type': 'integer', 'minimum': 1, 'maximum': 1000}", 0 },
    { "listDatasets", "cursor",
      "{'type': 'string', 'description': 'next of the page before: a name'}", 0 },
    { NULL, "cursor",
      "{'type': 'string', 'description': 'next of the page before: another text is refused'}", 0 },
    { NULL, "prefix", "{'type': 'string', 'minLength': 8, 'pattern': '^[^\\\\u0000-\\\\u001f]*$'}",
      1 },
    { NULL, "outcome", "{'enum': ['success', 'failure', 'blocked']}", 0 },
    { NULL, "class", "{'enum': ['security', 'access', 'usage', 'debug']}", 0 },
    { NULL, "permission", PLAIN, 1 },
    { NULL, "resource",
      "{'type': 'string', 'pattern': "
      "'^(own|(dataset|project|organisation):[^\\\\u0000-\\\\u001f]+)$'}",
      0 },
    { NULL, "key", PLAIN, 0 },
    { "sendFile", "name",
      "{'type': 'string', 'maxLength': 120, 'pattern': "
      "'^[^\\\\u0000-\\\\u001f\\\\u007f/\\\\\\\\*?\\\\[\\\\]{}~:.]"
      "[^\\\\u0000-\\\\u001f\\\\u007f/\\\\\\\\*?\\\\[\\\\]{}~:]*$'}",
      0 },
    { "getSeries", "name", PLAIN, 1 },
    { NULL, "from", COUNT, 0 },
    { NULL, "to", COUNT, 0 },
    { NULL, "last", COUNT, 0 },
    { NULL, "keep_spool", "{'enum': ['true', 'false']}", 0 },
    { NULL, "picture", "{'enum': ['true', 'false']}", 0 },
    { "getAuditReport", "format", "{'enum': ['html', 'json', 'json-ld', 'csv', 'md', 'pdf']}", 0 },
    { 0 },
};

const daemon_shape daemon_shapes[] = {
    /* keys */
    { "listKeys", .answer = ANSWER("'keys'", "'keys': " LIST_OF(KEY) ", 'next': " TEXT) },
    { "listLeakedKeys", .answer = ANSWER("'keys'", "'keys': " LIST_OF(KEY)) },
    { "makeKey", .answer = MADE_KEY,
      .body = BODY("'name', 'role'", KEY_MEMBERS
                   ", 'organisation': " NAME
                   ", 'scopes': {'type': 'array', 'minItems': 1, 'maxItems': 12, 'items': " SCOPE
                   "}") },
    { "showKey", .answer = KEY },
    { "editKey", .answer = KEY,
      .body =
          "{'type': 'object', 'additionalProperties': false, 'minProperties': 1, 'properties': "
          "{" KEY_MEMBERS ", 'scopes': {'type': 'array', 'maxItems': 12, 'items': " SCOPE "}}}" },
    { "rotateKey", .answer = MADE_KEY,
      .body = BODY("'overlap_hours'",
                   "'overlap_hours': {'type': 'integer', 'minimum': 0, 'maximum': 720}") },
    /* who may what */
    { "listRoles", .answer = ANSWER("'roles'", "'roles': " LIST_OF(OBJECT)) },
    { "explainAccess",
      .answer =
          ANSWER("'key', 'role', 'permission', 'allowed', 'reason'",
                 "'key': " TEXT ", 'role': " TEXT ", 'permission': " TEXT ", 'allowed': " BOOL
                 ", 'reason': " TEXT
                 ", 'rule': {'type': ['string', 'null']}, 'list': {'enum': ['allow', 'deny']}") },
    { "showMe", .answer = ANSWER("'id', 'name', 'role', 'by'",
                                 "'id': " TEXT ", 'name': " TEXT ", 'role': " TEXT
                                 ", 'by': {'enum': ['key', 'token', 'certificate']}, 'org': " TEXT
                                 ", 'tier': " TEXT ", 'until': " COUNT) },
    { "showIssuers", .answer = OBJECT },
    { "showLimits",
      .answer = ANSWER("'tier', 'priority', 'limits'",
                       "'tier': " TEXT ", 'priority': " COUNT ", 'limits': " OBJECT) },
    { "listSessions", .answer = ANSWER("'sessions'", "'sessions': " LIST_OF(OBJECT)) },
    /* ledgers, files, operations */
    { "getAuditReport", .types = "text/html application/json application/ld+json text/csv "
                                 "text/markdown application/pdf" },
    { "listLedgers", .answer = ANSWER("'ledgers'", "'ledgers': " LIST_OF(LISTED_LEDGER)) },
    { "showLedger", .answer = LEDGER },
    { "makeLedger", .body = BODY("'name'", "'name': " NAME ", 'organisation': " NAME) },
    { "sendFile", .answer = FILE_FACTS },
    { "listFiles", .answer = ANSWER("'files'", "'files': " LIST_OF(FILE_FACTS) ", 'next': " TEXT) },
    { "showFile", .answer = FILE_FACTS },
    { "listOperations",
      .answer = ANSWER("'operations'", "'operations': " LIST_OF(OPERATION) ", 'next': " TEXT) },
    { "showOperation", .answer = OPERATION },
    { "cancelOperation", .answer = OPERATION },
    { "listResults", .answer = ANSWER("'files'", "'files': " LIST_OF(OBJECT)) },
    { "listWitnesses", .answer = ANSWER("'witnesses'", "'witnesses': " LIST_OF(OBJECT)) },
    /* telemetry, encryption */
    { "getSeries", .answer = OBJECT },
    { "getHealth", .answer = OBJECT },
    { "listAlerts", .answer = ANSWER("'alerts'", "'alerts': " LIST_OF(OBJECT)) },
    { "listSilences", .answer = ANSWER("'silences'", "'silences': " LIST_OF(OBJECT)) },
    { "addSilence", .answer = ANSWER("'id'", "'id': " TEXT),
      .body = BODY("'labels', 'until', 'reason'",
                   "'labels': {'type': 'object', 'minProperties': 1, 'maxProperties': 16, "
                   "'propertyNames': {'minLength': 1, 'maxLength': 63}, "
                   "'additionalProperties': " LINE "}, 'until': {'type': 'integer', "
                   "'description': 'milliseconds since 1970, within a year'}, "
                   "'reason': " LINE) },
    { "showEncryption", .answer = OBJECT },
    { "rotateEncryption", .answer = OBJECT },
    { "rewrapEncryption", .answer = OBJECT },
    { "retireEncryption", .answer = OBJECT,
      .body =
          BODY("'oldest'", "'oldest': {'type': 'integer', 'minimum': 1, 'maximum': 2147483647}") },
    { 0 },
};

#define OF_BODY(pointer) "$response.body#" pointer

const daemon_link_shape daemon_link_shapes[] = {
    { NULL, "showOperation", "id", OF_BODY("/id") },
    { NULL, "watchOperation", "id", OF_BODY("/id") },
    { NULL, "cancelOperation", "id", OF_BODY("/id") },
    { NULL, "listResults", "id", OF_BODY("/id") },
    { "listOperations", "showOperation", "id", OF_BODY("/operations/0/id") },
    { "uploadDataset", "showDataset", "name", "$request.path.name" },
    { "uploadDataset", "getReceipt", "name", "$request.path.name" },
    { "uploadDataset", "getLineage", "name", "$request.path.name" },
    { "listDatasets", "showDataset", "name", OF_BODY("/datasets/0/name") },
    { "listDatasets", "getReceipt", "name", OF_BODY("/datasets/0/name") },
    { "listDatasets", "getLineage", "name", OF_BODY("/datasets/0/name") },
    { "makeKey", "showKey", "id", OF_BODY("/id") },
    { "makeKey", "editKey", "id", OF_BODY("/id") },
    { "makeKey", "rotateKey", "id", OF_BODY("/id") },
    { "makeKey", "explainAccess", "key", OF_BODY("/id") },
    { "makeKey", "removeKey", "id", OF_BODY("/id") },
    { "listKeys", "showKey", "id", OF_BODY("/keys/0/id") },
    { "sendFile", "showFile", "id", OF_BODY("/id") },
    { "sendFile", "removeFile", "id", OF_BODY("/id") },
    { "listLedgers", "showLedger", "ledger", OF_BODY("/ledgers/0/name") },
    { "addSilence", "endSilence", "id", OF_BODY("/id") },
    { 0 },
};
