/* The set is cut into its files by hand, since readers of reflection get these bytes; each file is
 * read by protobuf-c, whose structs live as long as the types: names point into them. */
#include "grpc/types.h"

#include <stdlib.h>
#include <string.h>

#include <google/protobuf/descriptor.pb-c.h>

#include "base/arena.h"
#include "grpc/wire.h"

typedef Google__Protobuf__FileDescriptorProto file_descriptor;
typedef Google__Protobuf__DescriptorProto message_descriptor;
typedef Google__Protobuf__FieldDescriptorProto field_descriptor;

typedef struct message {
    grpc_message is; /* first: what is found by its name */
    const message_descriptor *from;
} message;

struct grpc_types {
    zkl_arena memory;
    zkl_bytes bytes[GRPC_FILES_MAX];
    file_descriptor *files[GRPC_FILES_MAX];
    size_t file_count;
    message *messages; /* in the order of their names */
    size_t message_count;
    grpc_method *methods;
    size_t method_count;
};

/* ---- files */

static zkl_status read_files(grpc_types *types, zkl_bytes set, zkl_error *err)
{
    grpc_wire wire = { .bytes = set };
    grpc_tag tag;
    zkl_bytes bytes;
    while (grpc_wire_tag(&wire, &tag)) {
        if (tag.number != 1 || tag.type != GRPC_WIRE_BYTES || !grpc_wire_bytes(&wire, &bytes) ||
            types->file_count == GRPC_FILES_MAX)
            return zkl_fail(err, ZKL_BAD_INPUT, "this is no set of %d file descriptors",
                            GRPC_FILES_MAX);
        file_descriptor *const file =
            google__protobuf__file_descriptor_proto__unpack(NULL, bytes.size, bytes.data);
        if (!file)
            return zkl_fail(err, ZKL_BAD_INPUT, "file descriptor %zu is none", types->file_count);
        types->bytes[types->file_count] = bytes;
        types->files[types->file_count++] = file;
    }
    return wire.is_broken ? zkl_fail(err, ZKL_BAD_INPUT, "this is no set of file descriptors")
                          : ZKL_OK;
}

/* ---- messages */

static size_t count_messages(message_descriptor *const *all, size_t count)
{
    size_t sum = count;
    for (size_t i = 0; i < count; i++)
        sum += count_messages(all[i]->nested_type, all[i]->n_nested_type);
    return sum;
}

static zkl_status name_messages(grpc_types *types, const char *prefix,
                                message_descriptor *const *all, size_t count, zkl_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *const name = zkl_arena_format(&types->memory, "%s.%s", prefix, all[i]->name);
        if (!name)
            return zkl_no_memory(err, 0);
        types->messages[types->message_count++] = (message){ { .name = name }, all[i] };
        ZKL_TRY(name_messages(types, name, all[i]->nested_type, all[i]->n_nested_type, err));
    }
    return ZKL_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const grpc_message *)a)->name, ((const grpc_message *)b)->name);
}

const grpc_message *grpc_types_message(const grpc_types *types, const char *name)
{
    const message wanted = { { .name = name }, NULL };
    const message *const found =
        bsearch(&wanted, types->messages, types->message_count, sizeof *types->messages, by_name);
    return found ? &found->is : NULL;
}

static grpc_kind kind_of(const field_descriptor *field)
{
    static const struct {
        int type;
        grpc_kind kind;
    } kinds[] = { { GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BOOL, GRPC_BOOL },
                  { GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_INT64, GRPC_INT },
                  { GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT32, GRPC_UINT32 },
                  { GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_UINT64, GRPC_UINT64 },
                  { GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_DOUBLE, GRPC_DOUBLE },
                  { GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_STRING, GRPC_TEXT },
                  { GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_BYTES, GRPC_BYTES },
                  { GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__TYPE__TYPE_MESSAGE, GRPC_MESSAGE } };
    for (size_t i = 0; i < ZKL_COUNT(kinds); i++)
        if ((int)field->type == kinds[i].type)
            return kinds[i].kind;
    return GRPC_OTHER;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t x = ((const grpc_member *)a)->number, y = ((const grpc_member *)b)->number;
    return (x > y) - (x < y);
}

static zkl_status read_members(grpc_types *types, message *m, zkl_error *err)
{
    const message_descriptor *const from = m->from;
    m->is.count = from->n_field;
    m->is.members = ZKL_ARENA_NEW(&types->memory, grpc_member, from->n_field);
    if (!m->is.members)
        return zkl_no_memory(err, from->n_field);
    for (size_t i = 0; i < from->n_field; i++) {
        const field_descriptor *const field = from->field[i];
        grpc_member *const member = &m->is.members[i];
        *member = (grpc_member){ .name = field->name, .number = (uint32_t)field->number };
        member->kind = kind_of(field);
        member->is_repeated =
            field->label == GOOGLE__PROTOBUF__FIELD_DESCRIPTOR_PROTO__LABEL__LABEL_REPEATED;
        if (member->kind != GRPC_MESSAGE)
            continue;
        const char *const name =
            field->type_name && field->type_name[0] == '.' ? field->type_name + 1 : "";
        member->of = grpc_types_message(types, name);
        if (!member->of)
            return zkl_fail(err, ZKL_BAD_INPUT, "there is no message '%s'", name);
        if (strcmp(name, "google.protobuf.Any") == 0)
            member->kind = GRPC_OTHER;
    }
    qsort(m->is.members, m->is.count, sizeof *m->is.members, by_number);
    return ZKL_OK;
}

static zkl_status read_messages(grpc_types *types, zkl_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < types->file_count; i++)
        count += count_messages(types->files[i]->message_type, types->files[i]->n_message_type);
    types->messages = ZKL_ARENA_NEW(&types->memory, message, count);
    if (!types->messages)
        return zkl_no_memory(err, count);
    for (size_t i = 0; i < types->file_count; i++) {
        const file_descriptor *const file = types->files[i];
        ZKL_TRY(name_messages(types, file->package ? file->package : "", file->message_type,
                              file->n_message_type, err));
    }
    ZKL_ASSERT(types->message_count == count);
    qsort(types->messages, count, sizeof *types->messages, by_name);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(read_members(types, &types->messages[i], err));
    return ZKL_OK;
}

const grpc_member *grpc_member_numbered(const grpc_message *m, uint32_t number)
{
    const grpc_member wanted = { .number = number };
    return m->count ? bsearch(&wanted, m->members, m->count, sizeof *m->members, by_number) : NULL;
}

/* ---- methods */

static zkl_status read_methods(grpc_types *types, zkl_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < types->file_count; i++)
        for (size_t k = 0; k < types->files[i]->n_service; k++)
            count += types->files[i]->service[k]->n_method;
    types->methods = ZKL_ARENA_NEW(&types->memory, grpc_method, count);
    if (!types->methods)
        return zkl_no_memory(err, count);
    for (size_t i = 0; i < types->file_count; i++)
        for (size_t k = 0; k < types->files[i]->n_service; k++) {
            const Google__Protobuf__ServiceDescriptorProto *const s = types->files[i]->service[k];
            const char *const service =
                zkl_arena_format(&types->memory, "%s.%s", types->files[i]->package, s->name);
            for (size_t n = 0; n < s->n_method; n++) {
                const Google__Protobuf__MethodDescriptorProto *const from = s->method[n];
                grpc_method *const m = &types->methods[types->method_count++];
                *m = (grpc_method){ service,
                                    from->name,
                                    grpc_types_message(types, from->input_type + 1),
                                    grpc_types_message(types, from->output_type + 1),
                                    from->client_streaming,
                                    from->server_streaming };
                if (!service || !m->takes || !m->gives)
                    return zkl_fail(err, ZKL_BAD_INPUT, "method '%s' lacks a type", from->name);
            }
        }
    return ZKL_OK;
}

const grpc_method *grpc_types_method(const grpc_types *types, zkl_bytes path)
{
    for (size_t i = 0; i < types->method_count; i++) {
        const grpc_method *const m = &types->methods[i];
        const size_t size = strlen(m->service);
        if (path.size > size + 2 && path.data[0] == '/' && path.data[size + 1] == '/' &&
            memcmp(path.data + 1, m->service, size) == 0 &&
            zkl_bytes_equal_text(zkl_bytes_of(path.data + size + 2, path.size - size - 2), m->name))
            return m;
    }
    return NULL;
}

const grpc_method *grpc_types_method_at(const grpc_types *types, size_t at)
{
    return at < types->method_count ? &types->methods[at] : NULL;
}

const char *grpc_types_service_at(const grpc_types *types, size_t at)
{
    const char *last = NULL;
    size_t seen = 0;
    for (size_t i = 0; i < types->method_count; i++) {
        if (types->methods[i].service == last)
            continue;
        last = types->methods[i].service;
        if (seen++ == at)
            return last;
    }
    return NULL;
}

bool grpc_types_have_service(const grpc_types *types, const char *name)
{
    const char *service;
    for (size_t i = 0; (service = grpc_types_service_at(types, i)) != NULL; i++)
        if (strcmp(service, name) == 0)
            return true;
    return false;
}

/* ---- for reflection */

/* A file and what it imports, none twice. */
static size_t add_file(zkl_bytes out[static GRPC_FILES_MAX], size_t count, const grpc_types *types,
                       const char *name)
{
    for (size_t i = 0; i < types->file_count; i++) {
        const file_descriptor *const file = types->files[i];
        if (strcmp(file->name, name) != 0)
            continue;
        for (size_t k = 0; k < count; k++)
            if (out[k].data == types->bytes[i].data)
                return count;
        out[count++] = types->bytes[i];
        for (size_t k = 0; k < file->n_dependency; k++)
            count = add_file(out, count, types, file->dependency[k]);
    }
    return count;
}

size_t grpc_types_files_named(zkl_bytes out[static GRPC_FILES_MAX], const grpc_types *types,
                              const char *name)
{
    return add_file(out, 0, types, name);
}

/* Is it `name`, or of it ("name.")? */
static bool is_of(const char *symbol, const char *package, const char *name)
{
    const size_t package_size = strlen(package), size = strlen(name);
    if (strncmp(symbol, package, package_size) != 0 || symbol[package_size] != '.' ||
        strncmp(symbol + package_size + 1, name, size) != 0)
        return false;
    const char end = symbol[package_size + 1 + size];
    return end == 0 || end == '.';
}

static bool has_method(const grpc_types *types, const char *symbol)
{
    for (size_t i = 0; i < types->method_count; i++) {
        const grpc_method *const m = &types->methods[i];
        if (is_of(symbol, m->service, m->name) &&
            strlen(symbol) == strlen(m->service) + 1 + strlen(m->name))
            return true;
    }
    return false;
}

static bool has_member(const grpc_types *types, const char *symbol)
{
    for (size_t i = 0; i < types->message_count; i++) {
        const message_descriptor *const from = types->messages[i].from;
        const char *const name = types->messages[i].is.name;
        for (size_t k = 0; k < from->n_field; k++)
            if (is_of(symbol, name, from->field[k]->name) &&
                strlen(symbol) == strlen(name) + 1 + strlen(from->field[k]->name))
                return true;
        for (size_t k = 0; k < from->n_enum_type; k++)
            if (is_of(symbol, name, from->enum_type[k]->name))
                return true;
    }
    return false;
}

/* The file whose package and top-level names it begins with, if there is such a thing at all. */
size_t grpc_types_files_with(zkl_bytes out[static GRPC_FILES_MAX], const grpc_types *types,
                             const char *symbol)
{
    if (!grpc_types_message(types, symbol) && !grpc_types_have_service(types, symbol) &&
        !has_method(types, symbol) && !has_member(types, symbol))
        return 0;
    for (size_t i = 0; i < types->file_count; i++) {
        const file_descriptor *const file = types->files[i];
        bool has = false;
        for (size_t k = 0; k < file->n_service; k++)
            has |= is_of(symbol, file->package, file->service[k]->name);
        for (size_t k = 0; k < file->n_message_type; k++)
            has |= is_of(symbol, file->package, file->message_type[k]->name);
        if (has)
            return grpc_types_files_named(out, types, file->name);
    }
    return 0;
}

/* ---- life */

zkl_status grpc_types_new(grpc_types **out, zkl_bytes set, zkl_error *err)
{
    grpc_types *const types = zkl_calloc(1, sizeof *types);
    if (!types)
        return zkl_no_memory(err, sizeof *types);
    zkl_status status = read_files(types, set, err);
    if (status == ZKL_OK)
        status = read_messages(types, err);
    if (status == ZKL_OK)
        status = read_methods(types, err);
    if (status != ZKL_OK) {
        grpc_types_free(types);
        return status;
    }
    *out = types;
    return ZKL_OK;
}

void grpc_types_free(grpc_types *types)
{
    if (!types)
        return;
    for (size_t i = 0; i < types->file_count; i++)
        google__protobuf__file_descriptor_proto__free_unpacked(types->files[i], NULL);
    zkl_arena_clear(&types->memory);
    zkl_free(types);
}
