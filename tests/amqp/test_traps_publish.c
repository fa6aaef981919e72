/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What librabbitmq makes of unusual properties when it publishes: with tracing it must be the same,
 * and go out with our context wherever it can.
 *
 *     trap of librabbitmq                                    tested in
 *     half of a message is sent before its headers fail      here, test_frame_fit
 *     keys of 0, 255 and 256 bytes, duplicate keys           here
 *     tables and arrays a thousand deep                      here, test_traps_consume
 *     kinds of every type, and unknown ones                  here, test_traps_consume
 *     properties NULL, headers without their flag            here, test_publish, test_traps_consume
 *     values without NUL at their end                        test_traps_consume
 *     a message with an empty key cannot be read             test_traps_consume
 *     memory that goes with the envelope or the buffers      here, test_traps_consume, test_frames
 *     OK from publish means nothing: confirms by frames      test_confirms, test_returns
 *     UNEXPECTED_STATE, and the frame that is put back       test_consume, test_consumers
 *     heartbeats move only inside calls                      chaos/test_rabbitmq_chaos
 *     texts of the broker that name a user                   test_get
 */
#include "amqp/entries.h"
#include "amqp/nesting.h"
#include "amqp/publishing.h"
#include "support/test.h"

#include <stdlib.h>

enum { CHANNEL = 1, LARGE_FRAME = 131072 };

static const char FOREIGN[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/* A traced connection and one that is not, to brokers with the same limit. */
typedef struct {
    traced traced;
    fake_broker plain;
} both;

static void both_start(both *self, int frame_max)
{
    traced_start(&self->traced, frame_max, NULL);
    fake_broker_start(&self->plain, frame_max);
}

static void both_stop(both *self)
{
    fake_broker_stop(&self->plain);
    traced_stop(&self->traced);
}

/* The status that both give. */
static int publish(both *self, const amqp_basic_properties_t *properties)
{
    amqp_bytes_t exchange = amqp_cstring_bytes("orders");
    amqp_bytes_t key = amqp_cstring_bytes("new");
    amqp_bytes_t body = amqp_cstring_bytes("body");
    int status = otelmq_amqp_basic_publish(self->traced.connection, CHANNEL, exchange, key, 0, 0,
                                           properties, body);
    assert_int_equal(
        amqp_basic_publish(self->plain.client, CHANNEL, exchange, key, 0, 0, properties, body),
        status);
    return status;
}

static void expect_same_frames(both *self)
{
    fake_frame ours;
    fake_frame plain;
    while (fake_broker_next(&self->plain, &plain)) {
        assert_true(fake_broker_next(&self->traced.broker, &ours));
        assert_int_equal(ours.len, plain.len);
        assert_memory_equal(ours.payload, plain.payload, plain.len);
        free(ours.payload);
        free(plain.payload);
    }
    assert_false(fake_broker_next(&self->traced.broker, &ours));
}

static size_t encode(const amqp_table_t *headers, uint8_t bytes[LARGE_FRAME])
{
    size_t len = 0;
    amqp_table_t copy = *headers;
    assert_int_equal(amqp_encode_table((amqp_bytes_t){LARGE_FRAME, bytes}, &copy, &len),
                     AMQP_STATUS_OK);
    return len;
}

/* Our header is the last one; without it the rest is what went out without tracing. */
static void expect_injected(both *self)
{
    static uint8_t bytes[LARGE_FRAME];
    static uint8_t plain_bytes[LARGE_FRAME];
    fake_published ours = fake_broker_take_published(&self->traced.broker);
    fake_published plain = fake_broker_take_published(&self->plain);
    assert_non_null(fake_published_header(&ours, "traceparent"));
    assert_int_equal(fake_published_count(&ours, "traceparent"), 1);
    amqp_table_t headers = ours.properties->headers;
    headers.num_entries--;
    assert_int_equal(encode(&headers, bytes), encode(&plain.properties->headers, plain_bytes));
    assert_memory_equal(bytes, plain_bytes, encode(&headers, bytes));
    fake_published_clean(&ours);
    fake_published_clean(&plain);
}

static void headers_that_fill_a_frame_of_any_size_go_out_as_they_are(void **state)
{
    (void)state;
    /* Frame header 7, content header 12, flags 2, end 1; the table's length 4, "k" 2, its kind 1
     * and length 4. */
    enum { OVERHEAD = 22 + 4 + 2 + 1 + 4 };
    static const int frame_maxima[] = {4096, 4097, 5000, 16384, 65535, 65536, LARGE_FRAME};
    char *text = calloc(LARGE_FRAME, 1);
    assert_non_null(text);
    for (size_t i = 0; i < COUNT_OF(frame_maxima); i++) {
        both self;
        both_start(&self, frame_maxima[i]);
        amqp_table_entry_t entry = entry_text("k", "");
        entry.value.value.bytes = (amqp_bytes_t){(size_t)frame_maxima[i] - OVERHEAD, text};
        amqp_basic_properties_t properties = entries_properties(&entry, 1);
        assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
        expect_same_frames(&self);
        entry.value.value.bytes.len++;
        assert_int_equal(publish(&self, &properties), AMQP_STATUS_TABLE_TOO_BIG);
        expect_same_frames(&self);
        both_stop(&self);
    }
    free(text);
}

static void a_key_of_256_bytes_goes_out_as_librabbitmq_writes_it_and_is_counted(void **state)
{
    (void)state;
    uint64_t skipped = stat_now(OTELMQ_STAT_INJECT_SKIPPED);
    char key[256];
    memset(key, 'k', sizeof(key));
    both self;
    both_start(&self, LARGE_FRAME);
    amqp_table_entry_t entry = entry_text("", "value");
    entry.key = (amqp_bytes_t){sizeof(key), key};
    amqp_basic_properties_t properties = entries_properties(&entry, 1);
    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    expect_same_frames(&self);
    assert_int_equal(stat_now(OTELMQ_STAT_INJECT_SKIPPED), skipped + 1);
    both_stop(&self);
}

static void keys_that_are_empty_or_of_255_bytes_arrive(void **state)
{
    (void)state;
    char key[256];
    memset(key, 'k', sizeof(key));
    key[255] = '\0';
    both self;
    both_start(&self, LARGE_FRAME);
    amqp_table_entry_t entries[] = {entry_text("", "empty"), entry_text(key, "long")};
    amqp_basic_properties_t properties = entries_properties(entries, COUNT_OF(entries));
    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    expect_injected(&self);
    both_stop(&self);
}

static void duplicate_keys_of_the_application_all_arrive(void **state)
{
    (void)state;
    both self;
    both_start(&self, LARGE_FRAME);
    amqp_table_entry_t entries[] = {entry_text("k", "1"), entry_number("k", 2),
                                    entry_text("k", "1")};
    amqp_basic_properties_t properties = entries_properties(entries, COUNT_OF(entries));
    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    expect_injected(&self);

    amqp_table_entry_t contexts[] = {entry_text("traceparent", FOREIGN),
                                     entry_text("traceparent", "another")};
    properties = entries_properties(contexts, COUNT_OF(contexts));
    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    expect_same_frames(&self);
    both_stop(&self);
}

static void tables_and_arrays_a_thousand_deep_arrive(void **state)
{
    (void)state;
    both self;
    both_start(&self, LARGE_FRAME);
    nesting *nested = malloc(sizeof(*nested));
    assert_non_null(nested);
    nesting_init(nested, entry_text("traceparent", FOREIGN));
    amqp_basic_properties_t properties = nesting_properties(nested);
    if (publish(&self, &properties) == AMQP_STATUS_OK) {
        expect_injected(&self);
    } else {
        expect_same_frames(&self);
    }
    free(nested);
    both_stop(&self);
}

static void an_unknown_kind_deep_inside_fails_as_without_tracing(void **state)
{
    (void)state;
    nesting *nested = malloc(sizeof(*nested));
    assert_non_null(nested);
    nesting_init(nested, entry_of_kind("k", '?'));
    for (int i = 0; i < 2; i++) {
        both self;
        both_start(&self, LARGE_FRAME);
        amqp_basic_properties_t properties = entries_properties(&nested->entries[i], 1);
        assert_int_not_equal(publish(&self, &properties), AMQP_STATUS_OK);
        expect_same_frames(&self);
        both_stop(&self);
    }
    free(nested);
}

static void each_kind_arrives_beside_ours(void **state)
{
    (void)state;
    both self;
    both_start(&self, LARGE_FRAME);
    for (const char *kind = "tbBsuiIlLfdDTVSxAF"; *kind != '\0'; kind++) {
        amqp_table_entry_t entry = entry_of_kind("k", (uint8_t)*kind);
        amqp_basic_properties_t properties = entries_properties(&entry, 1);
        assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
        expect_injected(&self);
    }
    both_stop(&self);
}

static void headers_without_their_flag_are_not_looked_at(void **state)
{
    (void)state;
    both self;
    both_start(&self, LARGE_FRAME);
    amqp_basic_properties_t properties;
    memset(&properties, 0, sizeof(properties));
    properties.headers = (amqp_table_t){3, (amqp_table_entry_t *)(uintptr_t)0xdead};
    properties._flags = AMQP_BASIC_TYPE_FLAG;
    properties.type = amqp_cstring_bytes("type");
    assert_int_equal(publish(&self, &properties), AMQP_STATUS_OK);
    fake_published published = fake_broker_take_published(&self.traced.broker);
    assert_int_equal(published.properties->headers.num_entries, 1);
    assert_int_equal(published.properties->type.len, 4);
    fake_published_clean(&published);
    both_stop(&self);
}

static void confirms_that_were_told_outlive_the_buffers_that_they_came_in(void **state)
{
    (void)state;
    traced self;
    confirming_start(&self, NULL);
    publish_to(&self, "new");
    publish_to(&self, "new");
    fake_broker_nack(&self.broker, CHANNEL, 1, false);
    fake_broker_ack(&self.broker, CHANNEL, 2, false);
    otelmq_amqp_confirms confirms;
    assert_int_equal(take_confirms(&self, &confirms).reply_type, AMQP_RESPONSE_NORMAL);
    amqp_release_buffers(self.broker.client);
    assert_int_equal(confirms.count, 2);
    assert_confirm(&confirms, 0, 1, OTELMQ_AMQP_NACKED);
    assert_confirm(&confirms, 1, 2, OTELMQ_AMQP_ACKED);
    traced_stop(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_that_fill_a_frame_of_any_size_go_out_as_they_are),
        cmocka_unit_test(a_key_of_256_bytes_goes_out_as_librabbitmq_writes_it_and_is_counted),
        cmocka_unit_test(keys_that_are_empty_or_of_255_bytes_arrive),
        cmocka_unit_test(duplicate_keys_of_the_application_all_arrive),
        cmocka_unit_test(tables_and_arrays_a_thousand_deep_arrive),
        cmocka_unit_test(an_unknown_kind_deep_inside_fails_as_without_tracing),
        cmocka_unit_test(each_kind_arrives_beside_ours),
        cmocka_unit_test(headers_without_their_flag_are_not_looked_at),
        cmocka_unit_test(confirms_that_were_told_outlive_the_buffers_that_they_came_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
