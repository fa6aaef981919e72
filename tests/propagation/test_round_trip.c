/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of every propagator: what was injected is extracted again. Checked on contexts drawn at
 * random, from the same seed in each run, as far as the format has a place for what they hold.
 */
#include "base/buffer.h"
#include "base/utf8.h"
#include "propagation/sampling_state.h"
#include "support/test.h"

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>

enum { RUNS = 1000, ALL_STATES = 4 };

/* What a propagator can carry. */
typedef struct {
    const char *name;
    const char *propagators;
    size_t trace_id_len; /* 0: no ids */
    otelmq_sampling_state lowest_state; /* of those from here up to debug, if has_states */
    bool has_states;
    uint8_t flags; /* the highest value */
    bool has_tracestate;
    bool has_baggage;
    bool has_metadata;
    bool values_are_plain;
} wire_format;

static const wire_format FORMATS[] = {
    {.name = "trace context",
     .propagators = "tracecontext",
     .trace_id_len = 16,
     .flags = 3,
     .has_tracestate = true},
    {.name = "baggage", .propagators = "baggage", .has_baggage = true, .has_metadata = true},
    {.name = "the default",
     .propagators = "",
     .trace_id_len = 16,
     .flags = 3,
     .has_tracestate = true,
     .has_baggage = true,
     .has_metadata = true},
    {.name = "B3 in one header", .propagators = "b3", .trace_id_len = 16, .has_states = true},
    {.name = "B3 in several", .propagators = "b3multi", .trace_id_len = 16, .has_states = true},
    {.name = "Jaeger",
     .propagators = "jaeger",
     .trace_id_len = 16,
     .has_states = true,
     .lowest_state = OTELMQ_SAMPLING_STATE_DENIED,
     .has_baggage = true},
    {.name = "OT Trace",
     .propagators = "ottrace",
     .trace_id_len = 8,
     .flags = 1,
     .has_baggage = true,
     .values_are_plain = true},
    {.name = "all at once",
     .propagators = "tracecontext,baggage,b3,b3multi,jaeger,ottrace",
     .trace_id_len = 16,
     .flags = 3,
     .has_states = true,
     .has_tracestate = true,
     .has_baggage = true,
     .values_are_plain = true},
    {.name = "nothing", .propagators = "none"},
};

static uint64_t random_state = 0x123456789abcdef1;

static uint64_t draw(uint64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % below;
}

static char draw_of(const char *characters)
{
    return characters[draw(strlen(characters))];
}

static void draw_text(char text[], size_t len, const char *characters)
{
    for (size_t i = 0; i < len; i++) {
        text[i] = draw_of(characters);
    }
    text[len] = '\0';
}

static void draw_bytes(uint8_t bytes[], size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)draw(256);
    }
    bytes[len - 1] |= 1; /* not all zero */
}

static const otelmq_tracestate *draw_tracestate(void)
{
    const otelmq_tracestate *tracestate = NULL;
    for (uint64_t members = draw(12); members > 0; members--) {
        char key[16];
        char value[16];
        draw_text(key, 1, "abz09");
        draw_text(key + 1, (size_t)draw(10), "abz09_-*/@");
        draw_text(value, (size_t)draw(10), " !~abZ09;:\"");
        strcat(value, "x");
        const otelmq_tracestate *next = NULL;
        otelmq_status status =
            otelmq_tracestate_with(tracestate, otelmq_str_from(key), otelmq_str_from(value), &next);
        assert_int_equal(status, OTELMQ_OK);
        otelmq_tracestate_release(tracestate);
        tracestate = next;
    }
    return tracestate;
}

/* What a header can hold as it is, or any bytes, which become UTF-8 as they enter the baggage. */
static otelmq_str draw_value(char value[32], bool is_plain)
{
    size_t len = (size_t)draw(31);
    for (size_t i = 0; i < len; i++) {
        value[i] = is_plain ? draw_of("\t !\"%+,;=\\~aZ09") : (char)draw(256);
    }
    return otelmq_str_from_bytes(value, len);
}

static const otelmq_baggage *draw_baggage(const wire_format *format)
{
    const otelmq_baggage *baggage = NULL;
    for (uint64_t entries = draw(12); entries > 0; entries--) {
        char key[16];
        char value[32];
        char metadata[16];
        draw_text(key, 1 + (size_t)draw(4), "aB9!#$%&'*+-.^_`|~");
        draw_text(metadata, format->has_metadata ? (size_t)draw(10) : 0, "ab=;%");
        otelmq_baggage_entry entry = {otelmq_str_from(key),
                                      draw_value(value, format->values_are_plain),
                                      otelmq_str_from(metadata)};
        const otelmq_baggage *next = NULL;
        assert_int_equal(otelmq_baggage_with(baggage, entry, &next), OTELMQ_OK);
        otelmq_baggage_release(baggage);
        baggage = next;
    }
    return baggage;
}

static const otelmq_context *draw_traced(const wire_format *format)
{
    otelmq_span_context span_context = {.trace_flags = (uint8_t)draw(format->flags + 1u),
                                        .is_remote = true};
    size_t skipped = sizeof(span_context.trace_id) - format->trace_id_len;
    draw_bytes(span_context.trace_id.bytes + skipped, format->trace_id_len);
    draw_bytes(span_context.span_id.bytes, sizeof(span_context.span_id));
    span_context.tracestate = format->has_tracestate ? draw_tracestate() : NULL;
    const otelmq_context *traced =
        otelmq_context_with_span_context(otelmq_context_root(), &span_context);
    otelmq_tracestate_release(span_context.tracestate);
    return traced;
}

/* The same with a sampling state that its flags may have no place for. *Owns* traced. */
static const otelmq_context *add_state(const otelmq_context *traced, const wire_format *format)
{
    uint64_t lowest = format->lowest_state;
    otelmq_sampled_ids ids = otelmq_context_sampled_ids(traced);
    ids.sampling = (otelmq_sampling_state)(lowest + draw(ALL_STATES - lowest));
    const otelmq_context *context = otelmq_context_with_sampled_ids(traced, &ids);
    otelmq_context_release(traced);
    return context;
}

/* A context that holds only what the format can carry. */
static const otelmq_context *draw_context(const wire_format *format)
{
    const otelmq_context *traced =
        format->trace_id_len > 0 ? draw_traced(format) : otelmq_context_root();
    if (format->has_states) {
        traced = add_state(traced, format);
    }
    const otelmq_baggage *baggage = format->has_baggage ? draw_baggage(format) : NULL;
    const otelmq_context *context = otelmq_context_with_baggage(traced, baggage);
    otelmq_baggage_release(baggage);
    otelmq_context_release(traced);
    return context;
}

static void check_same_span_context(const otelmq_context *a, const otelmq_context *b,
                                    const char *name)
{
    const otelmq_span_context *one = otelmq_context_span_context(a);
    const otelmq_span_context *other = otelmq_context_span_context(b);
    assert_row(otelmq_span_context_is_same_span(one, other), name);
    assert_row(one->trace_flags == other->trace_flags, name);
    assert_row(one->is_remote == other->is_remote, name);
    assert_same_str(otelmq_tracestate_text(other->tracestate),
                    otelmq_tracestate_text(one->tracestate), name);
    assert_row(otelmq_context_sampled_ids(a).sampling == otelmq_context_sampled_ids(b).sampling,
               name);
}

static void check_same_baggage(const otelmq_context *a, const otelmq_context *b, const char *name)
{
    const otelmq_baggage *one = otelmq_context_baggage(a);
    const otelmq_baggage *other = otelmq_context_baggage(b);
    assert_row(otelmq_baggage_count(one) == otelmq_baggage_count(other), name);
    for (size_t i = 0; i < otelmq_baggage_count(one); i++) {
        otelmq_baggage_entry expected = otelmq_baggage_entry_at(one, i);
        otelmq_baggage_entry entry = otelmq_baggage_entry_at(other, i);
        assert_same_str(entry.key, expected.key, name);
        assert_same_str(entry.value, expected.value, name);
        assert_row(otelmq_utf8_is_valid(entry.value), name);
        assert_same_str(entry.metadata, expected.metadata, name);
    }
}

static otelmq_propagator create_propagator(const wire_format *format)
{
    otelmq_propagator made = otelmq_propagator_from_names(otelmq_str_from(format->propagators));
    return made.ops != NULL ? made : otelmq_propagator_global();
}

static void check_round_trip(otelmq_propagator propagator, const wire_format *format)
{
    const otelmq_context *context = draw_context(format);
    otelmq_map *map = otelmq_map_create();
    otelmq_propagator_inject(propagator, context, otelmq_map_carrier(map));
    const otelmq_context *back =
        otelmq_propagator_extract(propagator, otelmq_context_root(), otelmq_map_carrier(map));
    check_same_span_context(context, back, format->name);
    check_same_baggage(context, back, format->name);
    otelmq_context_release(context);
    otelmq_context_release(back);
    otelmq_map_destroy(map);
}

static void extracting_what_was_injected_gives_the_same_context(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++) {
        otelmq_propagator propagator = create_propagator(&FORMATS[i]);
        for (int run = 0; run < RUNS; run++) {
            check_round_trip(propagator, &FORMATS[i]);
        }
        otelmq_propagator_destroy(propagator);
    }
}

/* A copy of the headers with one byte of each changed at random. */
static otelmq_map *damage(const otelmq_map *map)
{
    otelmq_map *damaged = otelmq_map_create();
    for (size_t i = 0; i < otelmq_map_count(map); i++) {
        char value[8192] = {0};
        char key[64] = {0};
        otelmq_str header = otelmq_map_value_at(map, i);
        otelmq_str name = otelmq_map_key_at(map, i);
        if (header.len > 0) {
            memcpy(value, header.data, header.len);
            value[draw(header.len)] = (char)draw(256);
        }
        memcpy(key, name.data, name.len);
        otelmq_map_add(damaged, key, otelmq_str_from_bytes(value, header.len));
    }
    return damaged;
}

/* Visible ASCII, tabs, and what OT Trace's baggage brings along unread, UTF-8. */
static void check_headers(const otelmq_map *map, const char *name)
{
    for (size_t i = 0; i < otelmq_map_count(map); i++) {
        otelmq_str header = otelmq_map_value_at(map, i);
        assert_row(otelmq_utf8_is_valid(header), name);
        for (size_t at = 0; at < header.len; at++) {
            unsigned char byte = (unsigned char)header.data[at];
            assert_row((byte >= ' ' && byte != 0x7F) || byte == '\t', name);
        }
    }
}

static void check_damaged(otelmq_propagator propagator, const wire_format *format)
{
    const otelmq_context *context = draw_context(format);
    otelmq_map *map = otelmq_map_create();
    otelmq_propagator_inject(propagator, context, otelmq_map_carrier(map));
    otelmq_map *damaged = damage(map);
    const otelmq_context *back =
        otelmq_propagator_extract(propagator, otelmq_context_root(), otelmq_map_carrier(damaged));
    otelmq_map *again = otelmq_map_create();
    otelmq_propagator_inject(propagator, back, otelmq_map_carrier(again));
    check_headers(again, format->name);
    otelmq_context_release(context);
    otelmq_context_release(back);
    otelmq_map_destroy(map);
    otelmq_map_destroy(damaged);
    otelmq_map_destroy(again);
}

/* A byte of a good header changed at random: extraction survives, and passes on only good bytes. */
static void extracting_a_damaged_message_gives_a_context_that_can_be_injected(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++) {
        otelmq_propagator propagator = create_propagator(&FORMATS[i]);
        for (int run = 0; run < RUNS; run++) {
            check_damaged(propagator, &FORMATS[i]);
        }
        otelmq_propagator_destroy(propagator);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extracting_what_was_injected_gives_the_same_context),
        cmocka_unit_test(extracting_a_damaged_message_gives_a_context_that_can_be_injected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
