/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers that do not fit into a frame: amqp_basic_publish would have sent half of the message when
 * it finds out, so tracing must never be what makes them too large.
 */
#include "amqp/entries.h"
#include "amqp/traced.h"
#include "support/test.h"

#include <stdlib.h>

enum {
    CHANNEL = 1,
    /* Frame header 7, content header 12, flags 2, end 1. */
    FRAME_OVERHEAD = 22,
    /* The table's own length field, and that of one header "pad" with a text. */
    PAD_OVERHEAD = 4 + 1 + 3 + 1 + 4,
    /* traceparent, tracestate and baggage with a value take less. */
    MORE_THAN_OURS = 400,
};

static const char REMOTE_STATE[] = "vendor=0123456789012345678901234567890123456789";

/* What the thread's context holds while a test runs. */
typedef struct {
    const otelmq_context *context;
    otelmq_context_token token;
} ambient;

static ambient attach_state_and_baggage(void)
{
    const otelmq_tracestate *tracestate = NULL;
    const otelmq_baggage *baggage = NULL;
    otelmq_baggage_entry entry = {OTELMQ_STR("tier"), OTELMQ_STR("gold-and-more"), {NULL, 0}};
    assert_int_equal(otelmq_tracestate_parse(otelmq_str_from(REMOTE_STATE), &tracestate),
                     OTELMQ_OK);
    assert_int_equal(otelmq_baggage_with(NULL, entry, &baggage), OTELMQ_OK);
    otelmq_span_context remote = {.trace_id = {{1}},
                                  .span_id = {{2}},
                                  .trace_flags = OTELMQ_TRACE_FLAG_SAMPLED,
                                  .is_remote = true,
                                  .tracestate = tracestate};
    const otelmq_context *span = otelmq_context_with_span_context(otelmq_context_root(), &remote);
    ambient self = {.context = otelmq_context_with_baggage(span, baggage)};
    self.token = otelmq_context_attach(self.context);
    otelmq_context_release(span);
    otelmq_baggage_release(baggage);
    otelmq_tracestate_release(tracestate);
    return self;
}

static void detach(ambient self)
{
    otelmq_context_detach(self.token);
    otelmq_context_release(self.context);
}

/* Properties with one header of len bytes, in entry. */
static amqp_basic_properties_t padded(amqp_table_entry_t *entry, const char *text, size_t len)
{
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    *entry = entry_text("pad", "");
    entry->value.value.bytes = (amqp_bytes_t){len, NULL};
    memcpy(&entry->value.value.bytes.bytes, &text, sizeof(text));
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){1, entry};
    return properties;
}

static int publish(traced *self, const amqp_basic_properties_t *properties)
{
    return otelmq_amqp_basic_publish(self->connection, CHANNEL, amqp_cstring_bytes("x"),
                                     amqp_cstring_bytes("k"), 0, 0, properties, amqp_empty_bytes);
}

/* How much of our context arrived: 3 all, 2 without baggage, 1 without tracestate too, 0 none. */
static int context_left(fake_published *published)
{
    int left = fake_published_count(published, "traceparent");
    if (fake_published_count(published, "tracestate") != 0) {
        assert_int_equal(left, 1);
        left = 2;
    }
    if (fake_published_count(published, "baggage") != 0) {
        assert_int_equal(left, 2);
        left = 3;
    }
    return left;
}

static uint64_t given_up(void)
{
    return stat_now(OTELMQ_STAT_INJECT_SHORTENED) + stat_now(OTELMQ_STAT_INJECT_SKIPPED);
}

/* Publishes with a header of len bytes; returns what context arrived. */
static int publish_padded(traced *self, const char *text, size_t len)
{
    amqp_table_entry_t entry;
    amqp_basic_properties_t properties = padded(&entry, text, len);
    uint64_t before = given_up();
    assert_int_equal(publish(self, &properties), AMQP_STATUS_OK);
    fake_published published = fake_broker_take_published(&self->broker);
    assert_true(published.content_frame_len <= (size_t)self->broker.frame_max);
    assert_int_equal(fake_published_count(&published, "pad"), 1);
    int left = context_left(&published);
    assert_int_equal(given_up() - before, left < 3 ? 1 : 0);
    fake_published_clean(&published);
    return left;
}

static void headers_give_way_step_by_step_and_never_break_the_publish(void **state)
{
    (void)state;
    static const int frame_maxima[] = {4096, 8192, 131072};
    char *text = calloc(131072, 1);
    assert_non_null(text);
    ambient ambient_context = attach_state_and_baggage();
    for (size_t i = 0; i < sizeof(frame_maxima) / sizeof(frame_maxima[0]); i++) {
        traced self;
        traced_start(&self, frame_maxima[i], NULL);
        size_t largest = (size_t)frame_maxima[i] - FRAME_OVERHEAD - PAD_OVERHEAD;
        int seen[4] = {0};
        int last = 3;
        for (size_t len = largest - MORE_THAN_OURS; len <= largest; len++) {
            int left = publish_padded(&self, text, len);
            assert_true(left <= last);
            last = left;
            seen[left]++;
        }
        for (int left = 0; left <= 3; left++) {
            assert_true(seen[left] > 0);
        }
        traced_stop(&self);
    }
    detach(ambient_context);
    free(text);
}

/* Everything that the client sent up to now, one frame after the other, freed by the caller. */
static char *sent_bytes(fake_broker *broker, size_t *len)
{
    char *bytes = calloc(1, 1 << 20);
    assert_non_null(bytes);
    fake_frame frame;
    *len = 0;
    while (fake_broker_next(broker, &frame)) {
        memcpy(bytes + *len, frame.payload, frame.len);
        *len += frame.len;
        free(frame.payload);
    }
    return bytes;
}

/* Expects the traced publish to answer and to send just what the raw one does. */
static void expect_untouched(const amqp_basic_properties_t *properties)
{
    traced self;
    fake_broker plain;
    size_t len;
    size_t plain_len;
    uint64_t before = given_up();
    traced_start(&self, 4096, NULL);
    fake_broker_start(&plain, 4096);
    int plain_status =
        amqp_basic_publish(plain.client, CHANNEL, amqp_cstring_bytes("x"), amqp_cstring_bytes("k"),
                           0, 0, properties, amqp_empty_bytes);
    assert_int_equal(publish(&self, properties), plain_status);
    assert_true(plain_status < 0);
    char *bytes = sent_bytes(&self.broker, &len);
    char *plain_bytes = sent_bytes(&plain, &plain_len);
    assert_int_equal(len, plain_len);
    assert_memory_equal(bytes, plain_bytes, len);
    assert_int_equal(given_up(), before);
    assert_int_equal(traced_span(&self, "publish x:k")->status, OTELMQ_STATUS_ERROR);
    free(bytes);
    free(plain_bytes);
    fake_broker_stop(&plain);
    traced_stop(&self);
}

static void a_message_that_cannot_be_sent_fails_as_it_would_without_tracing(void **state)
{
    (void)state;
    char text[8192] = {0};
    amqp_table_entry_t entry;
    amqp_basic_properties_t too_large = padded(&entry, text, 4096 - FRAME_OVERHEAD - PAD_OVERHEAD);
    entry.value.value.bytes.len++;
    expect_untouched(&too_large);

    amqp_table_entry_t unknown = entry_of_kind("k", '?');
    amqp_basic_properties_t unknown_kind = too_large;
    unknown_kind.headers = (amqp_table_t){1, &unknown};
    expect_untouched(&unknown_kind);

    amqp_table_entry_t itself = entry_table("k", (amqp_table_t){0, NULL});
    itself.value.value.table = (amqp_table_t){1, &itself};
    amqp_basic_properties_t endless = too_large;
    endless.headers = (amqp_table_t){1, &itself};
    expect_untouched(&endless);

    amqp_basic_properties_t long_property = {._flags = AMQP_BASIC_TYPE_FLAG, .type = {256, text}};
    expect_untouched(&long_property);
}

static void every_property_counts(void **state)
{
    (void)state;
    char text[255] = {0};
    char pad[4096] = {0};
    amqp_table_entry_t entry;
    amqp_basic_properties_t properties = padded(&entry, pad, 0);
    amqp_bytes_t *strings[] = {&properties.content_type,   &properties.content_encoding,
                               &properties.correlation_id, &properties.reply_to,
                               &properties.expiration,     &properties.message_id,
                               &properties.type,           &properties.user_id,
                               &properties.app_id,         &properties.cluster_id};
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
        *strings[i] = (amqp_bytes_t){sizeof(text), text};
    }
    properties._flags = 0xfffc; /* all 14 */
    traced self;
    traced_start(&self, 4096, NULL);
    size_t largest = 4096 - FRAME_OVERHEAD - PAD_OVERHEAD - 10 * 256 - 1 - 1 - 8;
    for (size_t len = largest - 100; len <= largest; len++) {
        entry.value.value.bytes.len = len;
        assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
        fake_published published = fake_broker_take_published(&self.broker);
        bool has_room = len + 1 + strlen("traceparent") + 1 + 4 + 55 <= largest;
        assert_int_equal(fake_published_count(&published, "traceparent"), has_room ? 1 : 0);
        fake_published_clean(&published);
    }
    traced_stop(&self);
}

static void baggage_that_the_application_wrote_itself_is_not_dropped(void **state)
{
    (void)state;
    char text[4096];
    memset(text, 'v', sizeof(text));
    memcpy(text, "tier=", 5);
    amqp_table_entry_t entry;
    amqp_basic_properties_t properties =
        padded(&entry, text, 4096 - FRAME_OVERHEAD - PAD_OVERHEAD - 4);
    entry.key = amqp_cstring_bytes("baggage");
    traced self;
    traced_start(&self, 4096, NULL);
    uint64_t before = stat_now(OTELMQ_STAT_INJECT_SKIPPED);
    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    fake_published published = fake_broker_take_published(&self.broker);
    assert_int_equal(fake_published_count(&published, "baggage"), 1);
    assert_int_equal(fake_published_count(&published, "traceparent"), 0);
    assert_int_equal(stat_now(OTELMQ_STAT_INJECT_SKIPPED) - before, 1);
    fake_published_clean(&published);
    traced_stop(&self);
}

/* Whether the message went out with this baggage and with a traceparent. */
static bool has_context_and(fake_published *published, const char *baggage)
{
    const char *found = fake_published_header(published, "baggage");
    return found != NULL && strcmp(found, baggage) == 0 &&
           fake_published_count(published, "traceparent") == 1;
}

static void baggage_of_the_application_takes_its_place_again_beside_the_context(void **state)
{
    (void)state;
    static char text[4096];
    amqp_table_entry_t entries[] = {entry_text("pad", ""), entry_text("baggage", "a=b")};
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = (amqp_table_t){2, entries};
    ambient ambient_context = attach_state_and_baggage();
    traced self;
    traced_start(&self, 4096, NULL);
    int kept = 0;
    size_t largest = 4096 - FRAME_OVERHEAD - PAD_OVERHEAD - 16;
    for (size_t len = largest - MORE_THAN_OURS; len <= largest; len++) {
        entries[0].value.value.bytes = (amqp_bytes_t){len, text};
        assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
        fake_published published = fake_broker_take_published(&self.broker);
        kept += has_context_and(&published, "a=b") ? 1 : 0;
        fake_published_clean(&published);
    }
    assert_true(kept > 10);
    detach(ambient_context);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_give_way_step_by_step_and_never_break_the_publish),
        cmocka_unit_test(a_message_that_cannot_be_sent_fails_as_it_would_without_tracing),
        cmocka_unit_test(every_property_counts),
        cmocka_unit_test(baggage_that_the_application_wrote_itself_is_not_dropped),
        cmocka_unit_test(baggage_of_the_application_takes_its_place_again_beside_the_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
