/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a thousand generated spans into the folder that is its argument: as protobuf (spans.bin),
 * as JSON (spans.json), and every field of the protobuf as protobuf-c reads it, one a line
 * (spans.txt). spans_test.py reads the same by protobuf's Python package.
 */
#include "otlp/otlp_messages.h"
#include "otlp/span_generator.h"

#include "export/otlp/encode.h"
#include "export/otlp/json_spans.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SPANS = 1000, SEED = 20240229, PATH_SIZE = 1024, ENOUGH = 64 * 1024 * 1024 };

static void must(bool is_done, const char *what)
{
    if (!is_done) {
        fprintf(stderr, "dump_spans: %s\n", what);
        exit(1);
    }
}

static FILE *open_in(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    must(file != NULL, path);
    return file;
}

static void write_file(const char *folder, const char *name, otelmq_str content)
{
    FILE *file = open_in(folder, name);
    must(fwrite(content.data, 1, content.len, file) == content.len, name);
    must(fclose(file) == 0, name);
}

static void print_hex(FILE *file, const void *data, size_t len)
{
    const unsigned char *at = data;
    for (size_t i = 0; i < len; i++) {
        fprintf(file, "%02x", at[i]);
    }
}

static void print_message(FILE *file, const ProtobufCMessage *message, const char *path);

/* Numbers by their bits, so that those are equal that are the same. */
static void print_value(FILE *file, ProtobufCType type, const void *value, const char *path)
{
    const ProtobufCBinaryData *binary = value;
    const char *string = NULL;
    switch (type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        fprintf(file, "%s\n", path);
        print_message(file, *(const ProtobufCMessage *const *)value, path);
        return;
    case PROTOBUF_C_TYPE_STRING:
        string = *(const char *const *)value;
        fprintf(file, "%s=", path);
        print_hex(file, string, strlen(string));
        break;
    case PROTOBUF_C_TYPE_BYTES:
        fprintf(file, "%s=", path);
        print_hex(file, binary->data, binary->len);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        fprintf(file, "%s=%d", path, *(const protobuf_c_boolean *)value != 0);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        fprintf(file, "%s=%" PRIu64, path, *(const uint64_t *)value);
        break;
    default:
        fprintf(file, "%s=%" PRIu32, path, *(const uint32_t *)value);
        break;
    }
    fputc('\n', file);
}

static size_t size_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    default:
        must(false, "a repeated field of an unexpected type");
        return 0;
    }
}

static const void *member(const ProtobufCMessage *message, unsigned offset)
{
    return (const char *)message + offset;
}

static void print_repeated(FILE *file, const ProtobufCMessage *message,
                           const ProtobufCFieldDescriptor *field, const char *path)
{
    size_t count = *(const size_t *)member(message, field->quantifier_offset);
    const char *elements = *(const char *const *)member(message, field->offset);
    for (size_t i = 0; i < count; i++) {
        char element_path[PATH_SIZE];
        snprintf(element_path, sizeof(element_path), "%s.%s[%zu]", path, field->name, i);
        print_value(file, field->type, elements + i * size_of(field->type), element_path);
    }
}

/* Whether a single field is there: of a oneof the one that is set, else what is not the default. */
static bool is_there(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const void *value = member(message, field->offset);
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
        return *(const uint32_t *)member(message, field->quantifier_offset) == field->id;
    }
    switch (field->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(const void *const *)value != NULL;
    case PROTOBUF_C_TYPE_STRING:
        return (*(const char *const *)value)[0] != '\0';
    case PROTOBUF_C_TYPE_BYTES:
        return ((const ProtobufCBinaryData *)value)->len > 0;
    case PROTOBUF_C_TYPE_FIXED64:
        return *(const uint64_t *)value != 0;
    default:
        return *(const uint32_t *)value != 0;
    }
}

static void print_message(FILE *file, const ProtobufCMessage *message, const char *path)
{
    must(message->n_unknown_fields == 0, "an unknown field");
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            print_repeated(file, message, field, path);
        } else if (is_there(message, field)) {
            char field_path[PATH_SIZE];
            snprintf(field_path, sizeof(field_path), "%s.%s", path, field->name);
            print_value(file, field->type, member(message, field->offset), field_path);
        }
    }
}

static void dump_protobuf(const char *folder, const otelmq_span_data *const *spans)
{
    otelmq_proto_writer writer;
    otelmq_proto_writer_init(&writer, ENOUGH);
    must(otelmq_otlp_encode(&writer, spans, SPANS) == OTELMQ_OK, "encode");
    otelmq_str encoded = otelmq_proto_writer_str(&writer);
    write_file(folder, "spans.bin", encoded);
    otlp_request *request = otlp_request_unpack(encoded.data, encoded.len);
    must(request != NULL, "protobuf-c cannot read it");
    FILE *file = open_in(folder, "spans.txt");
    print_message(file, &request->base, "request");
    must(fclose(file) == 0, "spans.txt");
    otlp_request_free(request);
    otelmq_proto_writer_clean(&writer);
}

static void dump_json(const char *folder, const otelmq_span_data *const *spans)
{
    otelmq_buffer json;
    otelmq_buffer_init(&json);
    must(otelmq_otlp_json_add_spans(&json, spans, SPANS) == OTELMQ_OK, "JSON");
    write_file(folder, "spans.json", otelmq_buffer_str(&json));
    otelmq_buffer_clean(&json);
}

int main(int argument_count, char *arguments[])
{
    must(argument_count == 2, "usage: dump_spans FOLDER");
    generated_spans *generated = generate_spans(SPANS, SEED);
    dump_protobuf(arguments[1], generated_spans_data(generated));
    dump_json(arguments[1], generated_spans_data(generated));
    generated_spans_destroy(generated);
    return 0;
}
