/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of every propagator: what was injected is extracted again. Checked on contexts drawn at
 * random, from the same seed in each run.
 */
#include "base/buffer.h"
#include "base/utf8.h"
#include "support/test.h"

#include <otelmq/map_carrier.h>
#include <otelmq/propagator.h>

enum { RUNS = 3000 };

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

static const otelmq_baggage *draw_baggage(void)
{
    const otelmq_baggage *baggage = NULL;
    for (uint64_t entries = draw(12); entries > 0; entries--) {
        char key[16];
        char value[32];
        char metadata[16];
        draw_text(key, 1 + (size_t)draw(4), "aB9!#$%&'*+-.^_`|~");
        size_t value_len = (size_t)draw(31);
        for (size_t i = 0; i < value_len; i++) {
            value[i] = (char)draw(256); /* becomes UTF-8 as it enters the baggage */
        }
        draw_text(metadata, (size_t)draw(10), "ab=;%");
        otelmq_baggage_entry entry = {otelmq_str_from(key), otelmq_str_from_bytes(value, value_len),
                                      otelmq_str_from(metadata)};
        const otelmq_baggage *next = NULL;
        assert_int_equal(otelmq_baggage_with(baggage, entry, &next), OTELMQ_OK);
        otelmq_baggage_release(baggage);
        baggage = next;
    }
    return baggage;
}

static const otelmq_context *draw_context(void)
{
    otelmq_span_context span_context = {.trace_flags = (uint8_t)draw(4), .is_remote = true};
    for (size_t i = 0; i < sizeof(span_context.trace_id.bytes); i++) {
        span_context.trace_id.bytes[i] = (uint8_t)draw(256);
    }
    for (size_t i = 0; i < sizeof(span_context.span_id.bytes); i++) {
        span_context.span_id.bytes[i] = (uint8_t)draw(256);
    }
    span_context.trace_id.bytes[0] |= 1;
    span_context.span_id.bytes[0] |= 1;
    span_context.tracestate = draw_tracestate();
    const otelmq_context *traced =
        otelmq_context_with_span_context(otelmq_context_root(), &span_context);
    const otelmq_baggage *baggage = draw_baggage();
    const otelmq_context *context = otelmq_context_with_baggage(traced, baggage);
    otelmq_tracestate_release(span_context.tracestate);
    otelmq_baggage_release(baggage);
    otelmq_context_release(traced);
    return context;
}

static void check_same_span_context(const otelmq_context *a, const otelmq_context *b)
{
    const otelmq_span_context *one = otelmq_context_span_context(a);
    const otelmq_span_context *other = otelmq_context_span_context(b);
    assert_true(otelmq_span_context_is_same_span(one, other));
    assert_int_equal(one->trace_flags, other->trace_flags);
    assert_int_equal(one->is_remote, other->is_remote);
    assert_same_str(otelmq_tracestate_text(one->tracestate),
                    otelmq_tracestate_text(other->tracestate), "tracestate");
}

static void check_same_baggage(const otelmq_context *a, const otelmq_context *b)
{
    const otelmq_baggage *one = otelmq_context_baggage(a);
    const otelmq_baggage *other = otelmq_context_baggage(b);
    assert_int_equal(otelmq_baggage_count(one), otelmq_baggage_count(other));
    for (size_t i = 0; i < otelmq_baggage_count(one); i++) {
        otelmq_baggage_entry expected = otelmq_baggage_entry_at(one, i);
        otelmq_baggage_entry entry = otelmq_baggage_entry_at(other, i);
        assert_same_str(entry.key, expected.key, "key");
        assert_same_str(entry.value, expected.value, "value");
        assert_true(otelmq_utf8_is_valid(entry.value));
        assert_same_str(entry.metadata, expected.metadata, "metadata");
    }
}

static void extracting_what_was_injected_gives_the_same_context(void **state)
{
    (void)state;
    for (int run = 0; run < RUNS; run++) {
        const otelmq_context *context = draw_context();
        otelmq_map *map = otelmq_map_create();
        otelmq_propagator_inject(otelmq_propagator_global(), context, otelmq_map_carrier(map));
        const otelmq_context *back = otelmq_propagator_extract(
            otelmq_propagator_global(), otelmq_context_root(), otelmq_map_carrier(map));
        check_same_span_context(context, back);
        check_same_baggage(context, back);
        otelmq_context_release(context);
        otelmq_context_release(back);
        otelmq_map_destroy(map);
    }
}

/* A byte of a good header changed at random: extraction survives, and passes on only good bytes. */
static void extracting_a_damaged_message_gives_a_context_that_can_be_injected(void **state)
{
    (void)state;
    for (int run = 0; run < RUNS; run++) {
        const otelmq_context *context = draw_context();
        otelmq_map *map = otelmq_map_create();
        otelmq_map *damaged = otelmq_map_create();
        otelmq_propagator_inject(otelmq_propagator_global(), context, otelmq_map_carrier(map));
        for (size_t i = 0; i < otelmq_map_count(map); i++) {
            char value[8192];
            otelmq_str header = otelmq_map_value_at(map, i);
            memcpy(value, header.data, header.len);
            value[draw(header.len)] = (char)draw(256);
            char key[16] = {0};
            memcpy(key, otelmq_map_key_at(map, i).data, otelmq_map_key_at(map, i).len);
            otelmq_map_add(damaged, key, otelmq_str_from_bytes(value, header.len));
        }
        const otelmq_context *back = otelmq_propagator_extract(
            otelmq_propagator_global(), otelmq_context_root(), otelmq_map_carrier(damaged));
        otelmq_map *again = otelmq_map_create();
        otelmq_propagator_inject(otelmq_propagator_global(), back, otelmq_map_carrier(again));
        for (size_t i = 0; i < otelmq_map_count(again); i++) {
            otelmq_str header = otelmq_map_value_at(again, i);
            for (size_t at = 0; at < header.len; at++) {
                assert_in_range(header.data[at], ' ', '~');
            }
        }
        otelmq_context_release(context);
        otelmq_context_release(back);
        otelmq_map_destroy(map);
        otelmq_map_destroy(damaged);
        otelmq_map_destroy(again);
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
