/* /v1/: the interface as a page for people, made of the same document as for programs. It says
 * nothing of what the service holds, and needs no key, no script and nothing from elsewhere. */
#include "daemon/daemon.h"

#include <string.h>

#include "base/buffer.h"
#include "text/xml_text.h"

static void put_text(zkl_buffer *out, const json_t *text)
{
    const char *const value = json_string_value(text);
    zkl_xml_put(out, zkl_bytes_of_text(value ? value : ""));
}

static void put_members(zkl_buffer *out, const json_t *schema)
{
    const char *name;
    json_t *member;
    json_object_foreach(json_object_get(schema, "properties"), name, member)
    {
        zkl_buffer_put_text(out, "<li><code>");
        zkl_xml_put(out, zkl_bytes_of_text(name));
        zkl_buffer_put_text(out, "</code> ");
        put_text(out, json_object_get(member, "description"));
        zkl_buffer_put_text(out, "</li>\n");
    }
}

static void put_description(zkl_buffer *out, const json_t *text)
{
    if (text)
        zkl_buffer_put_text(out, ", ");
    put_text(out, text);
}

/* What a path takes besides its members: the query, and types of a body that is no JSON. */
static void put_ways(zkl_buffer *out, const json_t *operation)
{
    const char *type;
    json_t *one;
    size_t i;
    json_array_foreach(json_object_get(operation, "parameters"), i, one)
    {
        if (strcmp(json_string_value(json_object_get(one, "in")), "query") != 0)
            continue;
        zkl_buffer_put_text(out, "<li><code>?");
        put_text(out, json_object_get(one, "name"));
        zkl_buffer_put_text(out, "=</code>");
        if (json_object_get(json_object_get(one, "schema"), "items"))
            zkl_buffer_put_text(out, ", several times");
        put_description(out, json_object_get(json_object_get(one, "schema"), "description"));
        zkl_buffer_put_text(out, "</li>\n");
    }
    json_object_foreach(json_object_get(json_object_get(operation, "requestBody"), "content"), type,
                        one)
    {
        zkl_buffer_put_text(out, "<li>body: <code>");
        zkl_xml_put(out, zkl_bytes_of_text(type));
        zkl_buffer_put_text(out, "</code></li>\n");
    }
    zkl_buffer_put_text(out, "<li>needs <code>");
    put_text(out, json_object_get(operation, "x-permission"));
    zkl_buffer_put_text(out, "</code></li>\n");
}

static void put_method(zkl_buffer *out, const char *path, const char *method,
                       const json_t *operation)
{
    json_t *const body = json_object_get(
        json_object_get(json_object_get(json_object_get(operation, "requestBody"), "content"),
                        "application/json"),
        "schema");
    zkl_buffer_put_text(out, "<dt><code>");
    for (const char *c = method; *c; c++)
        zkl_buffer_put_u8(out, (uint8_t)(*c & ~0x20)); /* letters, in upper case */
    zkl_buffer_put_text(out, " ");
    zkl_xml_put(out, zkl_bytes_of_text(path));
    zkl_buffer_put_text(out, "</code></dt>\n<dd>");
    put_text(out, json_object_get(operation, "summary"));
    zkl_buffer_put_text(out, "<ul>\n");
    put_ways(out, operation);
    zkl_buffer_put_text(out, "</ul>\n");
    if (json_object_size(json_object_get(body, "properties"))) {
        zkl_buffer_put_text(out, "<details><summary>members</summary><ul>\n");
        put_members(out, body);
        zkl_buffer_put_text(out, "</ul></details>");
    }
    zkl_buffer_put_text(out, "</dd>\n");
}

static zkl_status make_page(zkl_buffer *out)
{
    json_t *const document = daemon_openapi(NULL);
    const char *path, *method;
    json_t *methods, *operation;
    zkl_buffer_put_text(
        out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
             "<title>zkp-ledger: API v1</title></head>\n<body><h1>API v1</h1>\n"
             "<p>For programs: <a href=\"/v1/openapi.json\">openapi.json</a>, with "
             "a key. Version " ZKL_VERSION ".</p>\n"
             "<p>A key stands in the header <code>Authorization: Bearer sk-...</code>. "
             "Behind <code>/v1/ledgers/NAME</code> stand the same paths, of that ledger. "
             "What is answered with 202 goes on, and is told of at "
             "<code>/v1/operations/ID</code>.</p>\n<dl>\n");
    json_object_foreach(json_object_get(document, "paths"), path, methods)
        json_object_foreach(methods, method, operation) put_method(out, path, method, operation);
    zkl_buffer_put_text(out, "</dl></body></html>\n");
    const bool is_made = document != NULL;
    json_decref(document);
    return is_made ? zkl_buffer_status(out, NULL) : ZKL_NO_MEMORY;
}

static void send_page(http_exchange *x, zkl_bytes page)
{
    static const http_header headers[] = {
        { { (const uint8_t *)"content-type", 12 },
          { (const uint8_t *)"text/html; charset=utf-8", 24 } },
        { { (const uint8_t *)"content-security-policy", 23 },
          { (const uint8_t *)"default-src 'none'", 18 } },
        { { (const uint8_t *)"x-content-type-options", 22 }, { (const uint8_t *)"nosniff", 7 } },
    };
    http_reply_with(x, 200, headers, ZKL_COUNT(headers), page);
}

/* Strangers may ask for it as often as they like: kept among the receipts, of no ledger. */
void daemon_send_index(zkl_daemon *d, http_exchange *x)
{
    static const char name[] = "index";
    ZKL_AUTO_CLEAR(zkl_buffer) page = { 0 };
    const daemon_receipt *const kept = daemon_receipts_find(d->receipts, NULL, 1, name);
    if (kept) {
        send_page(x, kept->bytes);
        daemon_receipt_drop(kept);
    } else if (make_page(&page) == ZKL_OK) {
        daemon_receipts_keep(d->receipts, NULL, 1, name, zkl_buffer_bytes(&page));
        send_page(x, zkl_buffer_bytes(&page));
    } else {
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the page");
    }
}
