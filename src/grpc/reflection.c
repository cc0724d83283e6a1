/* What clients ask before they call: which services there are, and their descriptors. */
#include "grpc/reflection.h"

#include <grpc/reflection/v1/reflection.pb-c.h>

#include "grpc/status.h"

#define SERVICES_MAX 32

typedef Grpc__Reflection__V1__ServerReflectionRequest asked;
typedef Grpc__Reflection__V1__ServerReflectionResponse answered;

static zkl_status pack(zkl_buffer *out, answered *answer, zkl_error *err)
{
    const size_t size = grpc__reflection__v1__server_reflection_response__get_packed_size(answer);
    ZKL_AUTO_BLOCK uint8_t *bytes = zkl_malloc(size + 1, 1);
    if (!bytes)
        return zkl_no_memory(err, size);
    zkl_buffer_put(out, bytes,
                   grpc__reflection__v1__server_reflection_response__pack(answer, bytes));
    return zkl_buffer_status(out, err);
}

static zkl_status say_nothing(zkl_buffer *out, answered *answer, zkl_error *err)
{
    char text[] = "there is no such thing";
    Grpc__Reflection__V1__ErrorResponse error;
    grpc__reflection__v1__error_response__init(&error);
    error.error_code = GRPC_NOT_FOUND;
    error.error_message = text;
    answer->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_ERROR_RESPONSE;
    answer->error_response = &error;
    return pack(out, answer, err);
}

static zkl_status say_files(zkl_buffer *out, answered *answer, const zkl_bytes *files, size_t count,
                            zkl_error *err)
{
    ProtobufCBinaryData parts[GRPC_FILES_MAX];
    Grpc__Reflection__V1__FileDescriptorResponse all =
        GRPC__REFLECTION__V1__FILE_DESCRIPTOR_RESPONSE__INIT;
    if (count == 0)
        return say_nothing(out, answer, err);
    for (size_t i = 0; i < count; i++)
        parts[i] = (ProtobufCBinaryData){ files[i].size, (uint8_t *)(uintptr_t)files[i].data };
    all.n_file_descriptor_proto = count;
    all.file_descriptor_proto = parts;
    answer->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_FILE_DESCRIPTOR_RESPONSE;
    answer->file_descriptor_response = &all;
    return pack(out, answer, err);
}

static zkl_status say_services(zkl_buffer *out, answered *answer, const grpc_types *types,
                               zkl_error *err)
{
    Grpc__Reflection__V1__ServiceResponse services[SERVICES_MAX], *pointers[SERVICES_MAX];
    Grpc__Reflection__V1__ListServiceResponse all =
        GRPC__REFLECTION__V1__LIST_SERVICE_RESPONSE__INIT;
    const char *name;
    for (size_t i = 0; (name = grpc_types_service_at(types, i)) != NULL; i++) {
        ZKL_ASSERT(i < SERVICES_MAX); /* services of our own */
        grpc__reflection__v1__service_response__init(&services[i]);
        services[i].name = (char *)(uintptr_t)name;
        pointers[i] = &services[i];
        all.n_service = i + 1;
    }
    all.service = pointers;
    answer->message_response_case =
        GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_LIST_SERVICES_RESPONSE;
    answer->list_services_response = &all;
    return pack(out, answer, err);
}

/* Extensions are a thing of proto2: there are none. */
zkl_status grpc_reflect(zkl_buffer *out, const grpc_types *types, zkl_bytes request, zkl_error *err)
{
    zkl_bytes files[GRPC_FILES_MAX];
    answered answer;
    grpc__reflection__v1__server_reflection_response__init(&answer);
    asked *const a =
        grpc__reflection__v1__server_reflection_request__unpack(NULL, request.size, request.data);
    zkl_status status;
    if (!a)
        return zkl_fail(err, ZKL_BAD_INPUT, "this is no request of reflection");
    answer.original_request = a;
    answer.valid_host = a->host;
    if (a->message_request_case ==
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_LIST_SERVICES)
        status = say_services(out, &answer, types, err);
    else if (a->message_request_case ==
             GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_BY_FILENAME)
        status = say_files(out, &answer, files,
                           grpc_types_files_named(files, types, a->file_by_filename), err);
    else if (
        a->message_request_case ==
        GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_FILE_CONTAINING_SYMBOL)
        status = say_files(out, &answer, files,
                           grpc_types_files_with(files, types, a->file_containing_symbol), err);
    else
        status = say_nothing(out, &answer, err);
    grpc__reflection__v1__server_reflection_request__free_unpacked(a, NULL);
    return status;
}
