/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the README's RabbitMQ block against the broker at RABBITMQ_URL. */
#include <otelmq/amqp.h>
#include <otelmq/otelmq.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const char QUEUE[] = "otelmq-readme";
static size_t handled;
static bool in_a_trace;

static void handle(const amqp_envelope_t *envelope)
{
    assert_memory_equal(envelope->message.body.bytes, "hello", 5);
    handled++;
    in_a_trace = otelmq_span_context_is_valid(otelmq_context_span_context(NULL));
}

static amqp_connection_state_t connect_to_broker(void)
{
    const char *url = getenv("RABBITMQ_URL");
    if (url == NULL) {
        fail_msg("RABBITMQ_URL is not set: './run test' starts a RabbitMQ and sets it");
    }
    char *copy = strdup(url);
    struct amqp_connection_info info;
    amqp_default_connection_info(&info);
    assert_int_equal(amqp_parse_url(copy, &info), AMQP_STATUS_OK);
    amqp_connection_state_t raw = amqp_new_connection();
    assert_int_equal(amqp_socket_open(amqp_tcp_socket_new(raw), info.host, info.port), 0);
    amqp_rpc_reply_t reply = amqp_login(raw, info.vhost, 0, AMQP_DEFAULT_FRAME_SIZE, 0,
                                        AMQP_SASL_METHOD_PLAIN, info.user, info.password);
    assert_int_equal(reply.reply_type, AMQP_RESPONSE_NORMAL);
    free(copy);
    return raw;
}

static void consume_from_own_queue(amqp_connection_state_t raw)
{
    amqp_channel_open(raw, 1);
    amqp_queue_declare(raw, 1, amqp_cstring_bytes(QUEUE), 0, 0, 1, 1, amqp_empty_table);
    assert_int_equal(amqp_get_rpc_reply(raw).reply_type, AMQP_RESPONSE_NORMAL);
    amqp_basic_consume(raw, 1, amqp_cstring_bytes(QUEUE), amqp_empty_bytes, 0, 0, 0,
                       amqp_empty_table);
    assert_int_equal(amqp_get_rpc_reply(raw).reply_type, AMQP_RESPONSE_NORMAL);
}

static void the_rabbitmq_block_publishes_and_processes_one_message(void **state)
{
    (void)state;
    amqp_connection_state_t raw = connect_to_broker();
    consume_from_own_queue(raw);
    amqp_bytes_t exchange = amqp_empty_bytes;
    amqp_bytes_t routing_key = amqp_cstring_bytes(QUEUE);
    amqp_bytes_t body = amqp_cstring_bytes("hello");
    amqp_basic_properties_t properties = {0};
    amqp_envelope_t envelope;

#include "readme_rabbitmq.inc"

    assert_int_equal(handled, 1);
    assert_true(in_a_trace);
    amqp_connection_close(raw, AMQP_REPLY_SUCCESS);
    amqp_destroy_connection(raw);
}

static void the_spans_block_records_a_failed_validation(void **state)
{
    (void)state;
    otelmq_memory_exporter *memory = otelmq_memory_exporter_create();
    otelmq_sdk *sdk = NULL;
    otelmq_sdk_options options = {.exporter = otelmq_memory_exporter_as_exporter(memory)};
    assert_int_equal(otelmq_sdk_start(&options, &sdk), OTELMQ_OK);

#include "readme_spans.inc"

    assert_int_equal(otelmq_sdk_shutdown(sdk, 5000), OTELMQ_OK);
    const otelmq_span_data *span = otelmq_memory_exporter_find(memory, "validate order");
    assert_non_null(span);
    assert_int_equal(span->status, OTELMQ_STATUS_ERROR);
    otelmq_memory_exporter_destroy(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rabbitmq_block_publishes_and_processes_one_message),
        cmocka_unit_test(the_spans_block_records_a_failed_validation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
