/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Produces one message to Kafka with the trace context in its headers, and waits until it is
 * delivered.
 *
 *     OTEL_TRACES_EXPORTER=console ./kafka_producer orders customer-4 '{"order": 17}'
 *
 * The arguments are topic, key and value. KAFKA_BROKERS names the brokers, 127.0.0.1:9092 by
 * default; ./embedded_kafka is one to try it with. You will see the trace id, and the spans
 * "place order" and, as its child, "send orders" with partition and offset.
 */
#include <otelmq/kafka.h>
#include <otelmq/otelmq.h>

#include <stdlib.h>

/* librdkafka calls it from rd_kafka_flush, with what became of the message. */
static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *user)
{
    rd_kafka_resp_err_t *result = message->_private;
    *result = message->err;
    (void)producer;
    (void)user;
}

/* librdkafka tries again by itself; this is for the person who waits. */
static void on_error(rd_kafka_t *producer, int err, const char *reason, void *user)
{
    fprintf(stderr, "Kafka: %s (%s)\n", rd_kafka_err2str((rd_kafka_resp_err_t)err), reason);
    (void)producer;
    (void)user;
}

static rd_kafka_t *create_producer(const char *brokers)
{
    char error[512] = "the trace interceptors could not be set";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_error_cb(conf, on_error);
    bool ok = rd_kafka_conf_set(conf, "bootstrap.servers", brokers, error, sizeof(error)) == 0 &&
              rd_kafka_conf_set(conf, "message.timeout.ms", "10000", error, sizeof(error)) == 0 &&
              rd_kafka_conf_set(conf, "log_level", "0", error, sizeof(error)) == 0 &&
              otelmq_kafka_conf_trace(conf, NULL) == OTELMQ_OK;
    rd_kafka_t *producer = ok ? rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error)) : NULL;
    if (producer == NULL) {
        fprintf(stderr, "Kafka: %s; KAFKA_BROKERS must look like host:port,host:port\n", error);
    }
    if (!ok) {
        rd_kafka_conf_destroy(conf); /* never after rd_kafka_new, see <otelmq/kafka_client.h> */
    }
    return producer;
}

/* Prints what went wrong, and what to do about it. */
static bool has_failed(rd_kafka_resp_err_t err, const char *topic, const char *brokers)
{
    if (err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return false;
    }
    fprintf(stderr, "Not delivered to %s: %s\n", topic, rd_kafka_err2str(err));
    if (err == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT) {
        fprintf(stderr, "No broker at %s: start Kafka, or set KAFKA_BROKERS.\n", brokers);
    } else if (err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
               err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
        fprintf(stderr, "To make the topic: kafka-topics.sh --bootstrap-server %s --create %s %s\n",
                brokers, "--topic", topic);
    }
    return true;
}

static bool produce(rd_kafka_t *producer, char *arguments[], const char *brokers)
{
    otelmq_tracer *tracer = otelmq_tracer_get("kafka_producer", NULL);
    otelmq_scope scope = otelmq_tracer_start_scope(tracer, "place order", NULL);
    rd_kafka_resp_err_t result = RD_KAFKA_RESP_ERR__IN_PROGRESS;
    rd_kafka_resp_err_t err = rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(arguments[1]),
        RD_KAFKA_V_KEY(arguments[2], strlen(arguments[2])),
        RD_KAFKA_V_VALUE(arguments[3], strlen(arguments[3])),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(&result), RD_KAFKA_V_END);
    rd_kafka_flush(producer, -1); /* message.timeout.ms is the limit */
    bool ok = !has_failed(err != RD_KAFKA_RESP_ERR_NO_ERROR ? err : result, arguments[1], brokers);
    if (ok) {
        char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
        otelmq_trace_id_format(otelmq_span_get_context(scope.span)->trace_id, trace_id);
        printf("produced in trace %s\n", trace_id);
    } else {
        otelmq_span_record_error(scope.span, "NotDelivered", "Kafka did not take the order");
    }
    otelmq_scope_end(&scope);
    return ok;
}

int main(int argument_count, char *arguments[])
{
    if (argument_count != 4) {
        fprintf(stderr, "usage: %s TOPIC KEY VALUE\n", arguments[0]);
        return 2;
    }
    setenv("KAFKA_BROKERS", "127.0.0.1:9092", 0);
    const char *brokers = getenv("KAFKA_BROKERS");
    otelmq_sdk *sdk = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    otelmq_sdk_options options = {.service_name = "shop"};
    if (otelmq_sdk_start(&options, &sdk) != OTELMQ_OK) {
        return 1;
    }
    rd_kafka_t *producer = create_producer(brokers);
    bool ok = producer != NULL && produce(producer, arguments, brokers);
    if (producer != NULL) {
        rd_kafka_destroy(producer);
    }
    otelmq_sdk_shutdown(sdk, 5000);
    return ok ? 0 : 1;
}
