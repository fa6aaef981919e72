/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otelmq over librdkafka, against the clients of other languages:
 *
 *     interop_kafka publish TOPIC COUNT
 *     interop_kafka consume TOPIC COUNT
 *     interop_kafka consume-linked TOPIC COUNT      with OTELMQ_PARENT_LINK_ONLY
 */
#include "interop/common/c/scenario.h"

#include <otelmq/kafka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 30000, SHUTDOWN_TIMEOUT_MS = 5000 };

/* What the hook of a send is told. */
typedef struct {
    otelmq_str body;
    bool is_told;
} publication;

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char reason[512];
    if (rd_kafka_conf_set(conf, name, value, reason, sizeof(reason)) == RD_KAFKA_CONF_OK) {
        return true;
    }
    (void)fprintf(stderr, "%s\n", reason);
    return false;
}

static rd_kafka_t *make_client(rd_kafka_type_t type, const char *group,
                               const otelmq_kafka_options *options)
{
    char reason[512];
    const char *brokers = getenv("KAFKA_BROKERS");
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    bool is_set = set(conf, "bootstrap.servers", brokers != NULL ? brokers : "");
    if (type == RD_KAFKA_CONSUMER) {
        is_set =
            is_set && set(conf, "group.id", group) && set(conf, "auto.offset.reset", "earliest");
    }
    if (!is_set || otelmq_kafka_conf_trace(conf, options) != OTELMQ_OK) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof(reason));
    if (client == NULL) {
        (void)fprintf(stderr, "%s\n", reason);
    }
    return client;
}

static bool has_failed(rd_kafka_resp_err_t err, const char *what)
{
    if (err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void)fprintf(stderr, "%s failed: %s\n", what, rd_kafka_err2str(err));
    }
    return err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* The span here is the one whose context goes into the message. */
static void tell_sent(void *user, const otelmq_messaging_event *event)
{
    publication *self = user;
    scenario_tell_published(self->body, otelmq_span_get_context(event->span));
    self->is_told = true;
}

static bool publish_one(rd_kafka_t *producer, const char *topic, int index, publication *told)
{
    char body[16];
    (void)snprintf(body, sizeof(body), "%d", index);
    *told = (publication){.body = otelmq_str_from(body)};
    const otelmq_context *context = scenario_context(index);
    otelmq_context_token token = otelmq_context_attach(context);
    rd_kafka_resp_err_t err =
        rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_VALUE(body, strlen(body)),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    if (!told->is_told) {
        /* Hooks are for recorded spans: of this one only the trace is known. */
        otelmq_span_context span_context = *otelmq_context_span_context(NULL);
        span_context.span_id = (otelmq_span_id){{0}};
        scenario_tell_published(told->body, &span_context);
    }
    otelmq_context_detach(token);
    otelmq_context_release(context);
    return !has_failed(err, "producing");
}

static bool publish(const char *topic, int count)
{
    publication told = {0};
    otelmq_kafka_options options = {
        .messaging = {.hooks = {.user = &told, .on_send = tell_sent}},
    };
    rd_kafka_t *producer = make_client(RD_KAFKA_PRODUCER, NULL, &options);
    bool ok = producer != NULL;
    for (int i = 0; ok && i < count; i++) {
        ok = publish_one(producer, topic, i, &told);
    }
    if (producer != NULL) {
        ok = !has_failed(rd_kafka_flush(producer, WAIT_MS), "flushing") && ok;
        rd_kafka_destroy(producer);
    }
    return ok;
}

/* The headers as [name, kind], so that two of one name are seen. */
static json_t *headers_of(const rd_kafka_message_t *message)
{
    json_t *told = json_array();
    rd_kafka_headers_t *headers = NULL;
    const char *name = NULL;
    const void *value = NULL;
    size_t size = 0;
    (void)rd_kafka_message_headers(message, &headers);
    for (size_t i = 0;
         headers != NULL && rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; i++) {
        json_array_append_new(told, json_pack("[ss]", name, value != NULL ? "bytes" : "null"));
    }
    return told;
}

static bool consume_one(rd_kafka_t *consumer)
{
    rd_kafka_message_t *message = otelmq_kafka_consumer_poll(consumer, WAIT_MS);
    if (message == NULL) {
        (void)fprintf(stderr, "no message came in %d ms\n", WAIT_MS);
        return false;
    }
    bool ok = !has_failed(message->err, "polling");
    if (ok) {
        otelmq_scope scope = otelmq_kafka_process_start(consumer, message);
        scenario_tell_processed(otelmq_str_from_bytes(message->payload, message->len), scope.span,
                                headers_of(message));
        otelmq_scope_end(&scope);
    }
    rd_kafka_message_destroy(message);
    return ok;
}

static bool subscribe(rd_kafka_t *consumer, const char *topic)
{
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t err = rd_kafka_subscribe(consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    return !has_failed(err, "subscribing");
}

static bool consume(const char *topic, int count, otelmq_parent_mode parent_mode)
{
    otelmq_kafka_options options = {.messaging = {.parent_mode = parent_mode}};
    rd_kafka_t *consumer = make_client(RD_KAFKA_CONSUMER, topic, &options);
    if (consumer == NULL) {
        return false;
    }
    rd_kafka_poll_set_consumer(consumer);
    bool ok = subscribe(consumer, topic);
    for (int i = 0; ok && i < count; i++) {
        ok = consume_one(consumer);
    }
    ok = !has_failed(rd_kafka_consumer_close(consumer), "closing") && ok;
    rd_kafka_destroy(consumer);
    return ok;
}

static bool run(const char *action, const char *topic, int count)
{
    if (strcmp(action, "publish") == 0) {
        return publish(topic, count);
    }
    bool is_linked = strcmp(action, "consume-linked") == 0;
    return consume(topic, count, is_linked ? OTELMQ_PARENT_LINK_ONLY : OTELMQ_PARENT_DEFAULT);
}

int main(int argument_count, char *arguments[])
{
    if (argument_count != 4) {
        (void)fprintf(stderr, "usage: %s publish|consume|consume-linked TOPIC COUNT\n",
                      arguments[0]);
        return 2;
    }
    otelmq_sdk *sdk = scenario_start();
    bool ok = sdk != NULL && run(arguments[1], arguments[2], (int)strtol(arguments[3], NULL, 10));
    (void)otelmq_sdk_shutdown(sdk, SHUTDOWN_TIMEOUT_MS);
    return ok ? 0 : 1;
}
