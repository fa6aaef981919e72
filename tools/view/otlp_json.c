/* SPDX-License-Identifier: Apache-2.0 */
#include "view/otlp_json.h"

#include "base/hex.h"
#include "view/any_value.h"

#include <errno.h>
#include <stdlib.h>

typedef struct line_reader line_reader;

struct line_reader {
    view_trace_set *set;
    const char *find;
    otelmq_buffer *error;
    size_t span_number; /* in the line, from 1; 0 outside of spans */
    const view_name *service;
    view_span span;
};

typedef bool read_item(line_reader *reader, const json_t *item);

static bool fail(line_reader *reader, const char *key, const char *what)
{
    if (reader->span_number > 0) {
        otelmq_buffer_add_text(reader->error, "span ");
        otelmq_buffer_add_uint(reader->error, reader->span_number);
        otelmq_buffer_add_text(reader->error, " of the line: ");
    }
    otelmq_buffer_add_text(reader->error, key);
    otelmq_buffer_add_text(reader->error, what);
    return false;
}

/* NULL when it is absent, for which null is another way to write. */
static const json_t *member(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_null(value) ? NULL : value;
}

/* Hands the objects of an array to read, until one fails. */
static bool read_array(line_reader *reader, const json_t *object, const char *key, read_item *read)
{
    const json_t *array = member(object, key);
    if (array == NULL) {
        return true;
    }
    if (!json_is_array(array)) {
        return fail(reader, key, " is not an array");
    }
    size_t index;
    const json_t *item;
    json_array_foreach(array, index, item)
    {
        if (!json_is_object(item)) {
            return fail(reader, key, " has an item that is not an object");
        }
        if (!read(reader, item)) {
            return false;
        }
    }
    return true;
}

static bool read_string(line_reader *reader, const json_t *object, const char *key,
                        otelmq_str *string)
{
    const json_t *value = member(object, key);
    if (value != NULL && !json_is_string(value)) {
        return fail(reader, key, " is not a string");
    }
    *string = view_json_string(value);
    return true;
}

static bool read_enum(line_reader *reader, const json_t *object, const char *key,
                      json_int_t *number)
{
    const json_t *value = member(object, key);
    if (value != NULL && !json_is_integer(value)) {
        return fail(reader, key, " is not an integer");
    }
    *number = json_integer_value(value);
    return true;
}

static bool parse_uint64(otelmq_str digits, uint64_t *number)
{
    if (digits.len == 0 || strspn(digits.data, "0123456789") != digits.len) {
        return false;
    }
    errno = 0;
    *number = strtoull(digits.data, NULL, 10);
    return errno == 0;
}

static bool read_time(line_reader *reader, const json_t *object, const char *key,
                      uint64_t *unix_nano)
{
    const json_t *value = member(object, key);
    bool is_good = true;
    *unix_nano = 0;
    if (json_is_string(value)) {
        is_good = parse_uint64(view_json_string(value), unix_nano);
    } else if (json_is_integer(value)) {
        is_good = json_integer_value(value) >= 0;
        *unix_nano = (uint64_t)json_integer_value(value);
    } else if (json_is_real(value)) {
        /* Some encoders write large numbers as 1.7e18. The bound is 2^64. */
        double number = json_real_value(value);
        is_good = number >= 0 && number < 18446744073709551616.0;
        *unix_nano = is_good ? (uint64_t)number : 0;
    } else if (value != NULL) {
        is_good = false;
    }
    return is_good || fail(reader, key, " is not a time in nanoseconds");
}

static bool is_zero(const uint8_t *id, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (id[i] != 0) {
            return false;
        }
    }
    return true;
}

/* An id of len bytes, in hexadecimal of either case. */
static bool parse_id(otelmq_str digits, uint8_t *id, size_t len)
{
    char lower[32];
    if (digits.len != 2 * len) {
        return false;
    }
    for (size_t i = 0; i < digits.len; i++) {
        char digit = digits.data[i];
        lower[i] = digit >= 'A' && digit <= 'F' ? (char)(digit - 'A' + 'a') : digit;
    }
    return otelmq_hex_parse(lower, len, id);
}

static bool read_key(line_reader *reader, const json_t *object, view_span_key *key)
{
    otelmq_str trace_id = {0};
    otelmq_str span_id = {0};
    if (!read_string(reader, object, "traceId", &trace_id) ||
        !read_string(reader, object, "spanId", &span_id)) {
        return false;
    }
    if (!parse_id(trace_id, key->trace_id, sizeof key->trace_id)) {
        return fail(reader, "traceId", " is not 32 hexadecimal digits");
    }
    if (!parse_id(span_id, key->span_id, sizeof key->span_id)) {
        return fail(reader, "spanId", " is not 16 hexadecimal digits");
    }
    return true;
}

static bool read_parent(line_reader *reader, const json_t *object)
{
    otelmq_str digits = {0};
    view_span *span = &reader->span;
    if (!read_string(reader, object, "parentSpanId", &digits)) {
        return false;
    }
    if (digits.len == 0) {
        return true;
    }
    if (!parse_id(digits, span->parent_id, sizeof span->parent_id)) {
        return fail(reader, "parentSpanId", " is not 16 hexadecimal digits");
    }
    span->has_parent_id = !is_zero(span->parent_id, sizeof span->parent_id);
    return true;
}

static bool read_link(line_reader *reader, const json_t *object)
{
    view_span_key target;
    if (!read_key(reader, object, &target)) {
        return false;
    }
    /* A link without a target may carry attributes; there is nothing to show of it. */
    if (!is_zero(target.trace_id, 16) && !is_zero(target.span_id, 8)) {
        view_trace_set_add_link(reader->set, &target);
        reader->span.link_count++;
    }
    return true;
}

static const view_name **field_of(view_span *span, otelmq_str key)
{
    if (otelmq_str_equal(key, OTELMQ_STR("messaging.system"))) {
        return &span->messaging_system;
    }
    if (otelmq_str_equal(key, OTELMQ_STR("messaging.destination.name"))) {
        return &span->messaging_destination;
    }
    if (otelmq_str_equal(key, OTELMQ_STR("error.type"))) {
        return &span->error_type;
    }
    return NULL;
}

static bool read_attribute(line_reader *reader, const json_t *attribute)
{
    view_span *span = &reader->span;
    otelmq_str key = view_json_string(member(attribute, "key"));
    const json_t *value = member(attribute, "value");
    otelmq_str string = view_any_value_string(value);
    const view_name **field = field_of(span, key);
    if (field != NULL && string.len > 0) {
        *field = view_names_add(&reader->set->names, string);
    }
    if (otelmq_str_equal(key, OTELMQ_STR("messaging.operation.type"))) {
        span->is_receive = otelmq_str_equal(string, OTELMQ_STR("receive"));
    }
    if (reader->find != NULL && !span->is_found) {
        span->is_found = view_any_value_holds(value, otelmq_str_from(reader->find));
    }
    return true;
}

static bool read_status(line_reader *reader, const json_t *object)
{
    const json_t *status = member(object, "status");
    json_int_t code = 0;
    otelmq_str message = {0};
    if (!read_enum(reader, status, "code", &code) ||
        !read_string(reader, status, "message", &message)) {
        return false;
    }
    reader->span.is_error = code == 2;
    if (message.len > 0) {
        reader->span.status_message = view_names_add(&reader->set->names, message);
    }
    return true;
}

static bool read_name(line_reader *reader, const json_t *object)
{
    otelmq_str name = {0};
    if (!read_string(reader, object, "name", &name)) {
        return false;
    }
    if (name.len == 0) {
        name = OTELMQ_STR("(no name)");
    }
    reader->span.name = view_names_add(&reader->set->names, name);
    if (reader->find != NULL) {
        const char *find = reader->find;
        reader->span.is_found = memmem(name.data, name.len, find, strlen(find)) != NULL;
    }
    return true;
}

static bool read_kind(line_reader *reader, const json_t *object)
{
    json_int_t kind = 0;
    if (!read_enum(reader, object, "kind", &kind)) {
        return false;
    }
    bool is_known = kind >= VIEW_KIND_INTERNAL && kind <= VIEW_KIND_CONSUMER;
    reader->span.kind = is_known ? (view_kind)kind : VIEW_KIND_UNSPECIFIED;
    return true;
}

static bool read_span(line_reader *reader, const json_t *object)
{
    view_span *span = &reader->span;
    *span = (view_span){.service = reader->service};
    reader->span_number++;
    bool is_good = read_key(reader, object, &span->key) && read_parent(reader, object) &&
                   read_name(reader, object) && read_kind(reader, object) &&
                   read_time(reader, object, "startTimeUnixNano", &span->start_unix_nano) &&
                   read_time(reader, object, "endTimeUnixNano", &span->end_unix_nano) &&
                   read_status(reader, object) &&
                   read_array(reader, object, "attributes", read_attribute) &&
                   read_array(reader, object, "links", read_link);
    if (is_good && (is_zero(span->key.trace_id, 16) || is_zero(span->key.span_id, 8))) {
        is_good = fail(reader, "traceId or spanId", " is all zero");
    }
    if (is_good) {
        view_trace_set_add(reader->set, span);
    }
    return is_good;
}

static bool read_scope(line_reader *reader, const json_t *scope_spans)
{
    return read_array(reader, scope_spans, "spans", read_span);
}

static bool read_resource_attribute(line_reader *reader, const json_t *attribute)
{
    otelmq_str key = view_json_string(member(attribute, "key"));
    otelmq_str value = view_any_value_string(member(attribute, "value"));
    if (otelmq_str_equal(key, OTELMQ_STR("service.name")) && value.len > 0) {
        reader->service = view_names_add(&reader->set->services, value);
    }
    return true;
}

static bool read_resource(line_reader *reader, const json_t *resource_spans)
{
    const json_t *resource = member(resource_spans, "resource");
    reader->service = NULL;
    if (!read_array(reader, resource, "attributes", read_resource_attribute)) {
        return false;
    }
    if (reader->service == NULL) {
        reader->service = view_names_add(&reader->set->services, OTELMQ_STR("(no name)"));
    }
    return read_array(reader, resource_spans, "scopeSpans", read_scope);
}

static bool read_line(line_reader *reader, const json_t *line)
{
    if (!json_is_object(line)) {
        return fail(reader, "", "not a JSON object");
    }
    if (json_object_size(line) > 0 && json_object_get(line, "resourceSpans") == NULL) {
        return fail(reader, "", "no resourceSpans, so not OTLP trace data");
    }
    return read_array(reader, line, "resourceSpans", read_resource);
}

bool view_otlp_json_read(view_trace_set *set, const char *find, otelmq_str line,
                         otelmq_buffer *error)
{
    line_reader reader = {.set = set, .find = find, .error = error};
    json_error_t trouble;
    json_t *root = json_loadb(line.data, line.len, JSON_ALLOW_NUL, &trouble);
    if (root == NULL) {
        return fail(&reader, "not JSON: ", trouble.text);
    }
    view_mark mark = view_trace_set_mark(set);
    bool is_good = read_line(&reader, root);
    if (!is_good) {
        view_trace_set_return(set, mark);
    }
    json_decref(root);
    return is_good;
}
