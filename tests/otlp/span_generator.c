/* SPDX-License-Identifier: Apache-2.0 */
#include "otlp/span_generator.h"

#include <math.h>
#include <stdlib.h>

enum { SCOPES = 4, RESOURCES = 3, DEEPEST = 4, BLOCKS_STEP = 1024 };

struct generated_spans {
    uint64_t state;
    void **blocks; /* all memory that the spans point to */
    size_t block_count;
    size_t block_capacity;
    const otelmq_resource *resources[RESOURCES];
    const otelmq_tracestate *tracestate;
    otelmq_instrumentation_scope scopes[SCOPES];
    const otelmq_span_data **data;
};

static void must(bool is_done)
{
    if (!is_done) {
        abort();
    }
}

static void *take(generated_spans *own, size_t size)
{
    if (own->block_count == own->block_capacity) {
        own->block_capacity += BLOCKS_STEP;
        own->blocks = realloc(own->blocks, own->block_capacity * sizeof(*own->blocks));
        must(own->blocks != NULL);
    }
    void *block = calloc(1, size > 0 ? size : 1);
    must(block != NULL);
    own->blocks[own->block_count++] = block;
    return block;
}

/* (xorshift64*) */
static uint64_t next(generated_spans *own)
{
    own->state ^= own->state >> 12;
    own->state ^= own->state << 25;
    own->state ^= own->state >> 27;
    return own->state * 0x2545F4914F6CDD1D;
}

static uint32_t below(generated_spans *own, uint32_t limit)
{
    return (uint32_t)((next(own) >> 32) % limit);
}

static bool one_in(generated_spans *own, uint32_t chance)
{
    return below(own, chance) == 0;
}

/* Text that is sometimes empty, sometimes not ASCII, and sometimes not UTF-8. */
static otelmq_str text(generated_spans *own)
{
    static const otelmq_str pieces[] = {
        {"a", 1},          {"order", 5},        {"gr\xC3\xBC\xC3\x9F", 6},
        {"\"quoted\"", 8}, {"\xE2\x82\xAC", 3}, {"\xF0\x9F\x98\x80", 4},
        {"\n\t\\/", 4},    {"\x01\x1F\x7F", 3}, {"\xFF", 1},
        {"\xC3", 1},       {"\xED\xA0\x80", 3}, {" ", 1},
    };
    uint32_t count = below(own, 6);
    char *data = take(own, count * 8);
    size_t len = 0;
    for (uint32_t i = 0; i < count; i++) {
        otelmq_str piece = pieces[below(own, sizeof(pieces) / sizeof(pieces[0]))];
        memcpy(data + len, piece.data, piece.len);
        len += piece.len;
    }
    return otelmq_str_from_bytes(data, len);
}

static otelmq_str bytes(generated_spans *own)
{
    uint32_t len = below(own, 20);
    char *data = take(own, len);
    for (uint32_t i = 0; i < len; i++) {
        data[i] = (char)(unsigned char)below(own, 256);
    }
    return otelmq_str_from_bytes(data, len);
}

static int64_t integer(generated_spans *own)
{
    static const int64_t edges[] = {0, 1, -1, 127, 128, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    return one_in(own, 2) ? edges[below(own, sizeof(edges) / sizeof(edges[0]))]
                          : (int64_t)next(own);
}

static double real(generated_spans *own)
{
    static const double edges[] = {
        0.0, -0.0, 1.0, 0.1, 1e300, -1e-300, 4.9e-324, (double)INFINITY, -(double)INFINITY};
    double value = edges[below(own, sizeof(edges) / sizeof(edges[0]))];
    return one_in(own, 2) ? value : (double)(int64_t)next(own) / 1024;
}

static otelmq_value value_at(generated_spans *own, uint32_t depth);

static otelmq_value typed_array(generated_spans *own, otelmq_value_type type)
{
    uint32_t count = below(own, 4);
    otelmq_str *strings = take(own, count * sizeof(*strings));
    bool *booleans = take(own, count * sizeof(*booleans));
    int64_t *integers = take(own, count * sizeof(*integers));
    double *reals = take(own, count * sizeof(*reals));
    for (uint32_t i = 0; i < count; i++) {
        strings[i] = text(own);
        booleans[i] = one_in(own, 2);
        integers[i] = integer(own);
        reals[i] = real(own);
    }
    switch (type) {
    case OTELMQ_VALUE_STRING_ARRAY:
        return otelmq_value_string_array(strings, count);
    case OTELMQ_VALUE_BOOL_ARRAY:
        return otelmq_value_bool_array(booleans, count);
    case OTELMQ_VALUE_INT_ARRAY:
        return otelmq_value_int_array(integers, count);
    default:
        return otelmq_value_double_array(reals, count);
    }
}

static otelmq_value array(generated_spans *own, uint32_t depth)
{
    uint32_t count = below(own, 4);
    otelmq_value *values = take(own, count * sizeof(*values));
    for (uint32_t i = 0; i < count; i++) {
        values[i] = value_at(own, depth + 1);
    }
    return otelmq_value_array(values, count);
}

static otelmq_value map(generated_spans *own, uint32_t depth)
{
    uint32_t count = below(own, 4);
    otelmq_attribute *entries = take(own, count * sizeof(*entries));
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = (otelmq_attribute){text(own), value_at(own, depth + 1)};
    }
    return otelmq_value_map(entries, count);
}

static otelmq_value value_at(generated_spans *own, uint32_t depth)
{
    otelmq_value_type type = (otelmq_value_type)below(
        own, depth < DEEPEST ? OTELMQ_VALUE_MAP + 1 : OTELMQ_VALUE_STRING_ARRAY);
    switch (type) {
    case OTELMQ_VALUE_NONE:
        return otelmq_value_none();
    case OTELMQ_VALUE_STRING:
        return otelmq_value_string(text(own));
    case OTELMQ_VALUE_BOOL:
        return otelmq_value_bool(one_in(own, 2));
    case OTELMQ_VALUE_INT:
        return otelmq_value_int(integer(own));
    case OTELMQ_VALUE_DOUBLE:
        return otelmq_value_double(real(own));
    case OTELMQ_VALUE_BYTES:
        return otelmq_value_bytes(bytes(own));
    case OTELMQ_VALUE_ARRAY:
        return array(own, depth);
    case OTELMQ_VALUE_MAP:
        return map(own, depth);
    default:
        return typed_array(own, type);
    }
}

/* At the top no value is none: such an attribute would be left out. */
static otelmq_value value(generated_spans *own)
{
    otelmq_value made = value_at(own, 1);
    return made.type != OTELMQ_VALUE_NONE ? made : otelmq_value_int(integer(own));
}

static const otelmq_attribute *attributes(generated_spans *own, uint32_t most, uint32_t *count)
{
    *count = below(own, most + 1);
    otelmq_attribute *made = take(own, *count * sizeof(*made));
    for (uint32_t i = 0; i < *count; i++) {
        made[i] = (otelmq_attribute){text(own), value(own)};
    }
    return made;
}

static uint32_t dropped(generated_spans *own)
{
    return one_in(own, 3) ? below(own, UINT32_MAX) : 0;
}

static otelmq_span_context context(generated_spans *own)
{
    otelmq_span_context made = {.trace_flags = (uint8_t)below(own, 4),
                                .is_remote = one_in(own, 2),
                                .tracestate = one_in(own, 2) ? own->tracestate : NULL};
    for (size_t i = 0; i < sizeof(made.trace_id.bytes); i++) {
        made.trace_id.bytes[i] = (uint8_t)below(own, 256);
    }
    for (size_t i = 0; i < sizeof(made.span_id.bytes); i++) {
        made.span_id.bytes[i] = (uint8_t)below(own, 256);
    }
    return made;
}

static const otelmq_event_data *events(generated_spans *own, uint32_t *count)
{
    *count = below(own, 4);
    otelmq_event_data *made = take(own, *count * sizeof(*made));
    for (uint32_t i = 0; i < *count; i++) {
        made[i].name = text(own);
        made[i].time_unix_nano = next(own);
        made[i].attributes = attributes(own, 3, &made[i].attribute_count);
        made[i].dropped_attribute_count = dropped(own);
    }
    return made;
}

static const otelmq_link_data *links(generated_spans *own, uint32_t *count)
{
    *count = below(own, 4);
    otelmq_link_data *made = take(own, *count * sizeof(*made));
    for (uint32_t i = 0; i < *count; i++) {
        made[i].span_context = context(own);
        made[i].attributes = attributes(own, 3, &made[i].attribute_count);
        made[i].dropped_attribute_count = dropped(own);
    }
    return made;
}

static const otelmq_span_data *span(generated_spans *own)
{
    otelmq_span_data *made = take(own, sizeof(*made));
    made->span_context = context(own);
    if (one_in(own, 2)) {
        made->parent_span_id = context(own).span_id;
        made->parent_is_remote = one_in(own, 2);
    }
    made->kind = (otelmq_span_kind)(OTELMQ_SPAN_INTERNAL + (int)below(own, 5));
    made->status = (otelmq_status_code)below(own, 3);
    made->name = text(own);
    made->status_description = one_in(own, 2) ? text(own) : (otelmq_str){NULL, 0};
    made->start_time_unix_nano = next(own);
    made->end_time_unix_nano = next(own);
    made->attributes = attributes(own, 10, &made->attribute_count);
    made->events = events(own, &made->event_count);
    made->links = links(own, &made->link_count);
    made->dropped_attribute_count = dropped(own);
    made->dropped_event_count = dropped(own);
    made->dropped_link_count = dropped(own);
    made->scope = one_in(own, 10) ? NULL : &own->scopes[below(own, SCOPES)];
    made->resource = one_in(own, 10) ? NULL : own->resources[below(own, RESOURCES)];
    return made;
}

static void make_resources(generated_spans *own)
{
    static const char *const schema_urls[RESOURCES] = {NULL, "https://example.org/1", NULL};
    for (size_t i = 0; i < RESOURCES; i++) {
        uint32_t count = 0;
        const otelmq_attribute *made = attributes(own, 5, &count);
        must(otelmq_resource_create(made, count, schema_urls[i], &own->resources[i]) == OTELMQ_OK);
    }
}

static void make_scopes(generated_spans *own)
{
    for (size_t i = 0; i < SCOPES; i++) {
        otelmq_instrumentation_scope *scope = &own->scopes[i];
        scope->name = i > 0 ? text(own) : (otelmq_str){NULL, 0};
        scope->version = text(own);
        scope->schema_url = i % 2 == 1 ? OTELMQ_STR("https://example.org/2") : scope->schema_url;
        scope->attributes = attributes(own, 3, &scope->attribute_count);
    }
}

generated_spans *generate_spans(size_t count, uint64_t seed)
{
    generated_spans *own = calloc(1, sizeof(*own));
    must(own != NULL);
    own->state = seed;
    must(otelmq_tracestate_parse(OTELMQ_STR("vendor=value,ot=th:8"), &own->tracestate) ==
         OTELMQ_OK);
    make_resources(own);
    make_scopes(own);
    own->data = take(own, count * sizeof(const otelmq_span_data *));
    for (size_t i = 0; i < count; i++) {
        own->data[i] = span(own);
    }
    return own;
}

const otelmq_span_data *const *generated_spans_data(const generated_spans *generated)
{
    return generated->data;
}

void generated_spans_destroy(generated_spans *generated)
{
    for (size_t i = 0; i < RESOURCES; i++) {
        otelmq_resource_release(generated->resources[i]);
    }
    otelmq_tracestate_release(generated->tracestate);
    for (size_t i = 0; i < generated->block_count; i++) {
        free(generated->blocks[i]);
    }
    free(generated->blocks);
    free(generated);
}
