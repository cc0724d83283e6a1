#pragma once
/* Members of requests and results as data: one row a member. From the rows follow the JSON of an
 * operation in both directions, its JSON Schema and its page of documentation, so that none of them
 * can say something else.
 *
 *     static const api_field fields[] = {
 *         { "dataset.name", API_TEXT, API_AT(zkl_show_result, name), .help = "its name" },
 *         { "claims", API_LIST, API_AT(zkl_show_result, claims),
 *           API_COUNT(zkl_show_result, claim_count), .of = &claim, .help = "what is proven" },
 *     };
 *     static const api_object result = API_OBJECT(zkl_show_result, fields);
 *
 *  1. A name with dots stands for nested objects: "dataset.rows" is the member "rows" of the object
 *     "dataset".
 *  2. A reader refuses every member that no row names, and every value of another type.
 *  3. A writer writes every row, in the order of the rows, but for those whose `when` says no. */
#include <jansson.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/bytes.h"

typedef enum api_kind {
    API_TEXT,    /* const char *; NULL is null where the row says `nullable`, else "" */
    API_CHARS,   /* char[n], in the struct; results only */
    API_BOOL,    /* bool */
    API_ANSWER,  /* zkl_answer: true, false, or left out */
    API_NUMBER,  /* uint32_t, uint64_t or size_t, by the row's size */
    API_SECONDS, /* double */
    API_DIGEST,  /* zkl_digest, as lower-case hex */
    API_BYTES,   /* zkl_bytes, as base64; requests only */
    API_ENUM,    /* an enum, or a bool, by its names */
    API_TEXTS,   /* const char *const *, and its count */
    API_NUMBERS, /* const uint64_t *, and its count */
    API_LIST,    /* pointer to the first of an array of structs, and its count */
    API_ARRAY,   /* array of structs, in the struct, and its count; results only */
    API_STRUCT,  /* a struct, in place */
    API_POINTED, /* pointer to a struct; results only */
    API_SPREAD,  /* a struct, in place, whose members stand beside the row's own; results only */
    API_SPREAD_POINTED, /* the same of a pointer to a struct */
    API_WRITTEN,        /* any JSON, by the row's own function; results only */
    API_KIND_COUNT
} api_kind;

typedef struct api_object api_object;

typedef enum api_path_use {
    API_PATH_READ,
    API_PATH_WRITTEN,
    API_PATH_EITHER,        /* as another member says */
    API_PATH_READ_OR_NAME,  /* a value without '/' and '.' is no path */
    API_PATH_READ_OR_COUNT, /* a number in decimal is no path */
    API_PATH_OWN            /* a place of that machine itself: nothing that another has can be it */
} api_path_use;

typedef struct api_field {
    /* Of the member. Dots nest. */
    const char *name;
    api_kind kind;
    /* Where the value lies in its struct, and how large it is there. */
    size_t offset, size;
    /* Where the count of a list lies (a size_t). */
    size_t count_offset;
    /* Of LIST and STRUCT: the struct's own members. */
    const api_object *of;
    /* Of LIST in results: does this element belong to it? NULL: every one. */
    bool (*keep)(const void *element);
    /* Of ENUM: names by value, NULL behind the last. */
    const char *const *names;
    /* Of WRITTEN. NULL without memory. `schema` is the JSON Schema of what it writes. */
    json_t *(*write)(const void *record);
    const char *schema;
    /* The same back from an answer, into the record; NULL: what is said is of no use there. */
    zkl_status (*read)(void *record, zkl_arena *memory, const json_t *value, zkl_error *err);
    /* Of an answer that was read, when all its members are there: refuses what does not hold of
     * them together, and fills what follows from them and has no member. NULL: nothing. */
    zkl_status (*settle)(void *record, zkl_arena *memory, zkl_error *err);
    /* Where a bool lies, and one more, that says whether the record has this member at all: an
     * answer that has it sets it. 0: there is none. */
    size_t flag_at;
    /* Of TEXT in results: it is a file's text, of several lines. */
    bool is_document;
    /* Results: does the object have this member? NULL: always. */
    bool (*when)(const void *record);
    /* Results: is the member null? NULL: no. */
    bool (*is_null)(const void *record);
    /* Of TEXT: NULL is null, and not "". */
    bool nullable;
    /* Requests: must be given. */
    bool required;
    /* It names a file of the caller's machine. A server must not take such a value from a
     * stranger. */
    bool is_path;
    /* Of those: what is done with the file. */
    api_path_use path_use;
    /* It is an address that is asked from where the operation runs. A server must not ask any that
     * a stranger names. */
    bool is_url;
    /* One line, for people. */
    const char *help;
} api_field;

struct api_object {
    size_t size; /* of the C struct */
    const api_field *fields;
    size_t field_count;
};

#define API_AT(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define API_FLAG(type, member) .flag_at = offsetof(type, member) + 1
/* An object nested in JSON whose members lie in the outer struct itself. */
#define API_WHOLE(type) .offset = 0, .size = sizeof(type)
#define API_COUNT(type, member) .count_offset = offsetof(type, member)
#define API_OBJECT(type, rows)                                                                     \
    {                                                                                              \
        .size = sizeof(type), .fields = (rows), .field_count = sizeof(rows) / sizeof((rows)[0])    \
    }

/* The record's members into the object `out`. ZKL_NO_MEMORY alone can happen. */
zkl_status api_write(json_t *out, const api_object *object, const void *record,
                     zkl_error *err) ZKL_MUST_USE;

/* Fill the record, which is all zeros, from an object. Texts and lists are copied to memory.
 *
 * ZKL_USAGE, with the member's path: one that is not known, or missing, or of another type or
 * out of its range. */
zkl_status api_read(void *record, zkl_arena *memory, const api_object *object, const json_t *json,
                    zkl_error *err) ZKL_MUST_USE;

/* Of a request of zkl_call: nothing is written to "-", since standard output is the process's and
 * not an operation's. ZKL_USAGE. */
zkl_status api_check_outputs(const api_object *object, const void *record,
                             zkl_error *err) ZKL_MUST_USE;

/* The members of a request that say something into the object `out`: api_read makes the same
 * request of them. ZKL_NO_MEMORY alone can happen. */
zkl_status api_write_request(json_t *out, const api_object *object, const void *record,
                             zkl_error *err) ZKL_MUST_USE;

/* Fill a result, which is all zeros, from an answer that somebody else wrote by these rows, and who
 * may lie: what is filled can be gone through as if the library had. Members that no row names are
 * passed over. is_shown: texts are for a terminal, and get \xNN for what shows nothing there.
 *
 * ZKL_BAD_INPUT: a member of another type, or missing, or a count that is none. ZKL_LIMIT: a list
 * that takes too much memory. */
zkl_status api_read_answer(void *record, zkl_arena *memory, const api_object *object,
                           const json_t *json, bool is_shown, zkl_error *err) ZKL_MUST_USE;

/* Is the text a path, where a member may be something else too (a policy's name, a number)? */
bool api_is_path(api_path_use use, const char *text);
/* The object that a member's last name lies in: "mapping.file" is `file` in `mapping`. *name: that
 * last name. NULL: there is none. */
json_t *api_holder_of(json_t *object, const char **name);

/* A JSON string. JSON holds Unicode alone, so a text that is none gets \xNN for each byte that
 * is not. NULL without memory. */
json_t *api_text(const char *text);
/* Lower-case hex. NULL without memory. */
json_t *api_digest(const zkl_digest *digest);
